"""A mail provider that lies on purpose: it misbehaves as it is told, in the API of any provider.

It speaks the outbox's API, or that of a tongue (see tongues.py).

    with LyingServer() as server:
        server.will(TAKE, CUT_AFTER, throttle(2))  # one for each call; then it takes everything
        ...  # post to server.url
        server.taken  # [(issue, address), ...]: what it really took

It listens on the loopback only, keeps connections open, and may be called from several threads.
"""

import json
import socket
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Lie:
    """What the server does with one call."""

    name: str
    #: which recipients it takes: "all", "none", or "even" for the first, third, fifth...
    takes: str = "all"
    status: int = 202
    headers: dict[str, str] = field(default_factory=dict)
    #: what it answers instead of results
    body: bytes | None = None
    #: how many results are missing from the answer
    missing: int = 0
    #: "answer", "cut", "stall", "drip" (byte by byte), or "half" (cut in the middle of the body)
    manner: str = "answer"
    #: whether it reads the request first
    reads: bool = True
    #: seconds between taking and answering
    after: float = 0.0

    def __repr__(self):
        return self.name


def says(status: int, text: str = "", **headers: str) -> Lie:
    """Answer with a status, and take nothing."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = json.dumps({"message": text}).encode() if text else b""
    return Lie(f"says {status}", takes="none", status=status, headers=named, body=body)


def throttle(wait: str | int | None = None, status: int = 429) -> Lie:
    """Ask to come back later: Retry-After in seconds or as a date."""
    return says(status, "slow down", **({} if wait is None else {"Retry_After": str(wait)}))


def said(body: bytes, status: int = 202, **headers: str) -> Lie:
    """Take everybody, and answer whatever is given."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Lie(f"said {body[:20]!r}", status=status, body=body, headers=named)


TAKE = Lie("take")
MIXED = Lie("mixed", takes="even")
REFUSE = says(422, "the subject is missing")
UNAUTHORISED = says(401, "unknown key")
REDIRECT = says(307, Location="/v1/elsewhere")
ERROR_BEFORE = says(500, "out of order")
ERROR_AFTER = Lie("error after", status=500, body=b"<h1>Internal Server Error</h1>")
CUT_UNREAD = Lie("cut unread", takes="none", reads=False, manner="cut")
CUT_BEFORE = Lie("cut before", takes="none", manner="cut")
CUT_AFTER = Lie("cut after", manner="cut")
CUT_HALFWAY = Lie("cut halfway", manner="half")
STALL_BEFORE = Lie("stall before", takes="none", manner="stall")
STALL_AFTER = Lie("stall after", manner="stall")
DRIP = Lie("drip", manner="drip")
GARBAGE = Lie("garbage", body=b"\x00\xff{{{")
SHORT = Lie("short", missing=1)

#: every way in which it can go wrong, for machines that try them all
LIES = (
    TAKE,
    MIXED,
    REFUSE,
    UNAUTHORISED,
    throttle(0),
    REDIRECT,
    ERROR_BEFORE,
    ERROR_AFTER,
    CUT_UNREAD,
    CUT_BEFORE,
    CUT_AFTER,
    CUT_HALFWAY,
    GARBAGE,
    SHORT,
)


class LyingServer:
    """The server; a context manager."""

    def __init__(self, tongue=None):
        self.tongue = tongue
        #: idempotency keys that it knows
        self.known: set[str] = set()
        #: (issue, address) of every recipient it took, in order
        self.taken: list[tuple[str, str]] = []
        #: what it really took in a tongue, mail by mail
        self.mailed: list = []
        #: (path, headers, body) of every request it read
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        #: connections that were made to it
        self.connections = 0
        #: calls it began to answer
        self.calls = 0
        #: what it does when it was told nothing else
        self.usually = TAKE
        self._lies: deque[Lie] = deque()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._end = threading.Event()
        self._hurried = threading.Event()
        self._http = _Http(("127.0.0.1", 0), _Handler)
        self._http.lying = self
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def serves(self, site, **keys) -> None:
        """Be the outbox of a site, with these keys beside its address."""
        more = "".join(f"{key} = {value}\n" for key, value in keys.items())
        outbox = f'[providers.outbox]\nbase_url = "{self.url}"\n{more}'
        site.edit("syndicate.toml", "[newsletters", f"{outbox}[newsletters")

    def will(self, *lies: Lie) -> None:
        """Do these things, one for each call to come."""
        with self._lock:
            self._lies.extend(lies)

    def forget_lies(self) -> None:
        """Take everything from now on, whatever was asked before."""
        with self._lock:
            self._lies.clear()

    def hurry(self) -> None:
        """Answer at once, from now on, whatever was to be answered later."""
        self._hurried.set()

    def twice(self) -> set[tuple[str, str]]:
        """Give the recipients that were taken more than once: there should be none."""
        return {one for one in self.taken if self.taken.count(one) > 1}

    def close(self) -> None:
        """Let go of everything at once, calls that stall included."""
        self._end.set()
        self._hurried.set()
        self._http.shutdown()
        self._http.server_close()
        with self._lock:
            for link in self._open:
                _cut(link)
        self._thread.join()
        for thread in self._http.workers:
            thread.join()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def next_lie(self) -> Lie:
        with self._lock:
            self.calls += 1
            return self._lies.popleft() if self._lies else self.usually

    def take(self, lie: Lie, body: bytes) -> list[dict[str, str]]:
        """Take what the lie takes, and give the true results."""
        if lie.takes == "none":
            return []
        if self.tongue is not None:
            return self._take_in_tongue(lie, body)
        call = json.loads(body)
        results = []
        with self._lock:
            for place, recipient in enumerate(call["recipients"]):
                if lie.takes == "even" and place % 2:
                    results.append({"status": "refused", "reason": "mailbox unknown"})
                else:
                    self.taken.append((call["issue"], recipient["to"]))
                    results.append({"status": "accepted"})
        return results

    def _take_in_tongue(self, lie: Lie, body: bytes) -> list[dict[str, str]]:
        path, headers, _ = self.requests[-1]
        key, results = self.tongue.key(headers, body), []
        with self._lock:
            again = key is not None and key in self.known
            self.known |= {key} if key is not None else set()
            for place, mail in enumerate(self.tongue.mails(path, headers, body)):
                if lie.takes == "even" and self.tongue.mixes and place % 2:
                    results.append({"status": "refused", "reason": "mailbox unknown"})
                    continue
                if not again:
                    self.taken.append((mail.issue, mail.address))
                    self.mailed.append(mail)
                results.append({"status": "known" if again else "accepted"})
        return results

    def opened(self, link: socket.socket) -> None:
        with self._lock:
            self.connections += 1
            self._open.add(link)

    def closed(self, link: socket.socket) -> None:
        with self._lock:
            self._open.discard(link)

    def wait_to_answer(self, seconds: float) -> None:
        """Wait, but not beyond the end, nor once it was told to hurry."""
        self._hurried.wait(seconds)

    def wait(self, seconds: float) -> bool:
        """Wait, but not beyond the end; True when it has ended."""
        return self._end.wait(seconds)


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    lying: LyingServer

    def __init__(self, *arguments):
        self.workers: list[threading.Thread] = []
        super().__init__(*arguments)

    def process_request(self, request, client_address):
        worker = threading.Thread(
            target=self.process_request_thread, args=(request, client_address), daemon=True
        )
        self.workers.append(worker)
        worker.start()

    def handle_error(self, request, client_address):
        """Say nothing: clients that hang up are what this server is for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Http

    def setup(self):
        super().setup()
        self.server.lying.opened(self.connection)

    def finish(self):
        self.server.lying.closed(self.connection)
        super().finish()

    def log_message(self, *_):
        """Say nothing."""

    def do_POST(self):
        lying = self.server.lying
        if lying.tongue is not None and lying.tongue.asks(self.path):
            question = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            self._tell(lying.tongue.answers(question, lying))
            return
        lie = lying.next_lie()
        if not lie.reads:
            self._cut()
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        lying.requests.append((self.path, dict(self.headers), body))
        results = lying.take(lie, body)
        answer = lie.body
        if answer is None:
            shown = results[: len(results) - lie.missing]
            if lying.tongue is not None:
                self._answer_in_tongue(lie, shown)
                return
            answer = json.dumps({"id": f"lying-{lying.calls}", "results": shown}).encode()
        self._answer(lie, answer)

    def do_GET(self):
        lying = self.server.lying
        lying.requests.append((self.path, dict(self.headers), b""))
        self._tell(lying.tongue.told(self.path, lying) if lying.tongue else None)

    def _tell(self, body: bytes | None):
        status = 404 if body is None else 200
        self._answer(Lie("asked", status=status), b"{}" if body is None else body)

    def _answer_in_tongue(self, lie: Lie, results: list[dict[str, str]]):
        outcomes = [one.get("reason") for one in results]
        known = any(one["status"] == "known" for one in results)
        again = self.server.lying.tongue.again() if known else None
        status, headers, body = again or self.server.lying.tongue.answer(outcomes)
        self._answer(replace(lie, status=status, headers=headers), body)

    def _answer(self, lie: Lie, body: bytes):
        if lie.after:
            self.server.lying.wait_to_answer(lie.after)
        if lie.manner == "stall":
            self.server.lying.wait(30)
        if lie.manner in ("stall", "cut"):
            self._cut()
            return
        self.send_response(lie.status)
        for name, value in {**lie.headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.flush()
        if lie.manner == "half":
            self.wfile.write(body[: len(body) // 2])
            self._cut()
        elif lie.manner == "drip":
            self._drip(body)
        else:
            self.wfile.write(body)

    def _drip(self, body: bytes):
        for place in range(len(body)):
            self.wfile.write(body[place : place + 1])
            self.wfile.flush()
            if self.server.lying.wait(0.05):
                break
        self.close_connection = True

    def _cut(self):
        self.close_connection = True
        self.wfile.flush()
        _cut(self.connection)


def _cut(link: socket.socket) -> None:
    with suppress(OSError):  # the other side may have been faster
        link.shutdown(socket.SHUT_RDWR)
