"""A corner of the web where everything goes wrong that can: a local server with a path for each.

with WildWeb() as web:
    web.url("fine")  # an address
    web.asked        # [(method, path, headers), ...]: what it was asked
"""

import gzip
import socket
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


class WildWeb:
    """The server; a context manager. It listens on the loopback only."""

    def __init__(self, *, host="127.0.0.1"):
        self.asked = []
        #: (status, headers, body) by path, beside what it can do by itself
        self.pages = {}
        self.stopped = threading.Event()
        #: most requests that were under way at the same time
        self.most_at_once = 0
        self._now = 0
        self._lock = threading.Lock()
        web = self

        class Handler(_Handler):
            def at(self):
                return web

        self._server = ThreadingHTTPServer((host, 0), Handler)
        self._server.daemon_threads = True
        self.host, self.port = self._server.server_address[:2]

    @contextmanager
    def counting(self):
        with self._lock:
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        try:
            yield
        finally:
            with self._lock:
                self._now -= 1

    def url(self, path=""):
        return f"http://{self.host}:{self.port}/{path}"

    def paths(self, method):
        return [path for asked, path, _ in self.asked if asked == method]

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def handle(self):
        with suppress(OSError):
            super().handle()

    def do_HEAD(self):
        self.do_GET()

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.do_GET()

    def do_GET(self):
        with self.at().counting():
            self.answer()

    def answer(self):
        web = self.at()
        web.asked.append((self.command, self.path, dict(self.headers)))
        name, _, rest = self.path[1:].partition("/")
        if self.path in web.pages:
            self.say(*web.pages[self.path])
        elif (way := getattr(self, f"be_{name.replace('-', '_').partition('?')[0]}", None)) is None:
            self.say(404, {}, b"nothing here")
        else:
            way(rest)

    def say(self, status, headers, body):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def be_fine(self, _):
        self.say(200, {"Content-Type": "text/html"}, b"<p>Fine.</p>")

    def be_picture(self, _):
        self.say(200, {"Content-Type": "image/png"}, PNG)

    def be_page_as_picture(self, _):
        self.say(200, {"Content-Type": "text/html"}, b"<p>No picture.</p>")

    def be_status(self, rest):
        self.say(int(rest), {}, b"said")

    def be_no_head(self, _):
        self.say(405 if self.command == "HEAD" else 200, {}, b"only for GET")

    def be_to(self, rest):
        """Redirect to what follows, as it stands there."""
        self.say(302, {"Location": rest if "://" in rest else f"/{rest}"}, b"")

    def be_moved(self, rest):
        self.say(301, {"Location": f"/{rest}"}, b"")

    def be_loop(self, _):
        self.say(302, {"Location": "/pool"}, b"")

    def be_pool(self, _):
        self.say(302, {"Location": "/loop"}, b"")

    def be_deeper(self, rest):
        self.say(302, {"Location": f"/deeper/{int(rest or 0) + 1}"}, b"")

    def be_lost(self, _):
        self.say(302, {"Location": "http://["}, b"")

    def be_stall(self, _):
        self.at().stopped.wait(30)

    def be_drip(self, _):
        with suppress(OSError):
            for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 10_000:
                self.wfile.write(bytes([byte]))
                if self.at().stopped.wait(0.02):
                    return

    def be_cut(self, _):
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def be_half(self, _):
        self.say(200, {"Content-Length": "1000"}, b"half")
        self.be_cut(_)

    def be_garbage(self, _):
        self.wfile.write(b"\x00\xff garbage\r\n\r\n")
        self.close_connection = True

    def be_endless(self, _):
        self.send_response(200)
        self.end_headers()
        with suppress(OSError):
            while not self.at().stopped.is_set():
                self.wfile.write(b"x" * 65_536)

    def be_packed(self, _):
        self.say(200, {"Content-Encoding": "gzip"}, gzip.compress(b"Packed, unasked."))

    def be_bomb(self, _):
        self.say(200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(50_000_000)))
