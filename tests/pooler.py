"""A connection pooler in transaction mode: clients are handed the same few sessions by turns.

Speaks just enough of PostgreSQL's protocol (its documentation, chapter 54) to know where a
transaction ends. The session that was let go last is handed out first, as PgBouncer does.
"""

import socket
import struct
import threading
from contextlib import suppress

#: what a client asks for first where it would rather speak TLS, or GSSAPI
ENCRYPTION = {80877103, 80877104}


class Pooler:
    """Stands before a server that listens on a socket in a folder; a context manager."""

    def __init__(self, folder):
        self._server = f"{folder}/.s.PGSQL.5432"
        self._free, self._lock = [], threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def url(self, database):
        return f"postgresql://syndicate@127.0.0.1:{self.port}/{database}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # Wakes whoever waits in accept().
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()
        for link, _ in self._free:
            link.close()

    def _listen(self):
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with client, suppress(EOFError, OSError):
            start = _start(client)
            session = self._take(start)
            client.sendall(session[1])
            self._free.append(session)
            while True:
                asked = self._asked(client)
                session = self._take(start)
                session[0].sendall(asked)
                told, status = _until_ready(session[0])
                while status != b"I":
                    client.sendall(told)
                    session[0].sendall(self._asked(client))
                    told, status = _until_ready(session[0])
                with self._lock:
                    self._free.append(session)
                client.sendall(told)

    def _take(self, start):
        with self._lock:
            if self._free:
                return self._free.pop()
        link = socket.socket(socket.AF_UNIX)
        link.connect(self._server)
        link.sendall(start)
        return link, _until_ready(link)[0]

    def _asked(self, client):
        """Read up to where the client waits for an answer: a query, or a Sync."""
        whole = b""
        while True:
            kind, message = _message(client)
            if kind == b"X":
                raise EOFError
            whole += message
            if kind in (b"Q", b"S"):
                return whole


def _start(client):
    while True:
        head = _exactly(client, 8)
        size, code = struct.unpack(">ii", head)
        if code not in ENCRYPTION:
            return head + _exactly(client, size - 8)
        client.sendall(b"N")


def _until_ready(link):
    whole = b""
    while True:
        kind, message = _message(link)
        whole += message
        if kind == b"Z":
            return whole, message[-1:]


def _message(link):
    head = _exactly(link, 5)
    return head[:1], head + _exactly(link, struct.unpack(">i", head[1:])[0] - 4)


def _exactly(link, size):
    whole = b""
    while len(whole) < size:
        piece = link.recv(size - len(whole))
        if not piece:
            raise EOFError
        whole += piece
    return whole
