"""A name server on the loopback that knows a few TXT records, or says nothing at all.

with NameServer({"a.example": ["v=spf1 -all"]}) as server:
    Names(["127.0.0.1"], server.port).texts("a.example")
"""

import socket
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


class NameServer:
    """The server; a context manager. `None` in place of records keeps the asker waiting."""

    def __init__(self, records, *, garbage=False):
        self.records = records
        self.garbage = garbage
        #: names that were asked for, in order
        self.asked = []

    def __enter__(self):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._socket.close()

    def _serve(self):
        while True:
            try:
                data, asker = self._socket.recvfrom(4096)
            except OSError:
                return
            answer = self._answer(dns.message.from_wire(data))
            if answer is not None:
                self._socket.sendto(answer, asker)

    def _answer(self, question):
        name = question.question[0].name
        self.asked.append(str(name).rstrip("."))
        if self.garbage:
            return b"\x00\xff nonsense"
        found = self.records.get(str(name).rstrip("."), ())
        if found is None:
            return None
        response = dns.message.make_response(question)
        response.flags |= dns.flags.RA
        if found:
            quoted = [
                " ".join(f'"{one[at : at + 200]}"' for at in range(0, len(one), 200))
                for one in found
            ]
            response.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *quoted))
        else:
            response.set_rcode(dns.rcode.NXDOMAIN)
        return response.to_wire()
