"""A mail provider that takes every call and keeps nothing, in a process of its own."""

# ruff: noqa: INP001 -- lies beside the benches that use it

import multiprocessing
import socket
import threading
import time
from multiprocessing.connection import Connection
from typing import Self

#: what SendGrid and Mailgun would both be content with
BODY = b'{"id": "<1@small.example>"}'


class Sink:
    """The sink, on the loopback; a context manager."""

    def __init__(self, latency: float, body: bytes = BODY) -> None:
        """Answer each call so many seconds after it was read, always with the same body."""
        here, there = multiprocessing.Pipe()
        self._process = multiprocessing.Process(
            target=_listen, args=(there, latency, _answer(body)), daemon=True
        )
        self._process.start()
        self.url = f"http://127.0.0.1:{here.recv()}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.join()


def _answer(body: bytes) -> bytes:
    return b"HTTP/1.1 202 Accepted\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def _listen(told: Connection, latency: float, answer: bytes) -> None:
    server = socket.create_server(("127.0.0.1", 0), backlog=128)
    told.send(server.getsockname()[1])
    while True:
        link, _ = server.accept()
        threading.Thread(target=_serve, args=(link, latency, answer), daemon=True).start()


def _serve(link: socket.socket, latency: float, answer: bytes) -> None:
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    piece = bytearray(1 << 18)
    rest = b""
    while True:
        while b"\r\n\r\n" not in rest:
            got = link.recv(65_536)
            if not got:
                return
            rest += got
        head, _, rest = rest.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        left = length - len(rest)
        rest = b""
        while left:
            left -= link.recv_into(piece, min(left, len(piece)))
        if latency:
            time.sleep(latency)
        link.sendall(answer)
