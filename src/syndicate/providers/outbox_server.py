"""The outbox's server: takes batches over HTTP on this computer and writes .eml files.

It believes nothing it is told: the caller must know the token, and nothing is written outside the
outbox folder.
"""

import hmac
import os
import re
import socket
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal

import msgspec

from syndicate.providers import eml
from syndicate.providers.outbox_api import BYTES_MAX, PATH, Call, Result, Taken

#: the answer where not one mail of a batch could be written (RFC 4918, Insufficient Storage)
NOT_WRITTEN: Literal[507] = 507
#: seconds between two looks at whether the server should end
_GLANCE = 0.05
#: seconds after which a silent connection is closed
_SILENCE = 120
#: endings of files that are being written
_PART = ".part"
#: bytes of a body nobody wants that are let go by at a time
_PIECE = 65_536
#: a Content-Length in as many digits as any has
_SIZE = re.compile(r"[0-9]{1,18}")


class OutboxServer:
    """A server on a free port of the loopback, in threads of this process."""

    def __init__(self, folder: Path, token: str, now: Callable[[], datetime]) -> None:
        self._http = _Http(Outbox(folder, now), token)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(
            target=self._http.serve_forever, args=(_GLANCE,), name="outbox", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Take no more calls."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


def _unwritten(error: OSError) -> str:
    return f"cannot write into the outbox folder: {error.strerror}"


class Outbox:
    """The folder that holds one folder for each issue, and in it one file for each mail."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self._folder = folder
        self._now = now
        self._lock = threading.Lock()
        #: number of the last file by issue
        self._last: dict[str, int] = {}

    def take(self, call: Call) -> Taken:
        """Write a file for each recipient, and say what became of each, in their order.

        Raises OSError where not one of them could be written.
        """
        with self._lock:
            folder = self._folder / call.issue
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
            return Taken(call.batch, tuple(self._results(call, folder)))

    def _results(self, call: Call, folder: Path) -> list[Result]:
        results = []
        for person in call.recipients:
            try:
                self._put(folder, eml.write(call.message, person, call.issue, self._now()))
            except ValueError as error:
                results.append(Result("refused", str(error)))
            except OSError as error:
                # Files that are there may have been read, so the batch as a whole was taken.
                if not any(one.status == "accepted" for one in results):
                    raise
                results.append(Result("refused", _unwritten(error)))
            else:
                results.append(Result("accepted"))
        return results

    def _put(self, folder: Path, mail: bytes) -> None:
        """Write the next file of an issue, whole or not at all, over nothing that is there."""
        part, final = self._reserve(folder)
        try:
            part.write_bytes(mail)
        except OSError:
            part.unlink()
            raise
        part.rename(final)

    def _reserve(self, folder: Path) -> tuple[Path, Path]:
        """Find the next number, and hold it against other processes by an empty file."""
        number = self._last.get(folder.name) or _last_number(folder)
        while True:
            number += 1
            final = folder / f"{number:04d}.eml"
            part = folder / f".{final.name}{_PART}"
            try:
                os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            except FileExistsError:
                continue
            if not final.exists():
                self._last[folder.name] = number
                return part, final
            part.unlink()


def _last_number(folder: Path) -> int:
    return max(
        (int(file.stem) for file in folder.glob("*.eml") if file.stem.isdecimal()), default=0
    )


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, outbox: Outbox, token: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.outbox = outbox
        self.token = token

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a caller who hung up; all else is a bug, and is shown."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "syndicate-outbox"
    sys_version = ""
    timeout = _SILENCE
    # Headers and body in one packet: apart they would wait 40 ms for each other.
    wbufsize = -1
    server: _Http

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its name there
        """Keep addresses out of the terminal."""

    def do_POST(self) -> None:
        """Take a batch."""
        size = self.headers.get("Content-Length", "")
        given = self.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {self.server.token}".encode()):
            self._refuse(401, "this outbox belongs to another run")
        elif not _SIZE.fullmatch(size) or int(size) > BYTES_MAX:
            self._refuse(413, f"a call has at most {BYTES_MAX} bytes, and says how many")
        elif self.path != f"/{PATH}":
            self._refuse(404, "there is nothing here")
        else:
            self._take(self.rfile.read(int(size)))

    def _refuse(self, status: Literal[401, 404, 413], message: str) -> None:
        """Answer before the body is read, and then let it go by, so that the answer is heard."""
        self.close_connection = True
        self._say(status, message)
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_WR)
        left = BYTES_MAX
        while left > 0 and (piece := self.rfile.read1(_PIECE)):
            left -= len(piece)

    def _take(self, body: bytes) -> None:
        try:
            taken = self.server.outbox.take(msgspec.json.decode(body, type=Call))
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            self._say(422, str(error))
        except OSError as error:
            self._say(NOT_WRITTEN, _unwritten(error))
        else:
            self._answer(202, msgspec.json.encode(taken))

    def _say(self, status: Literal[401, 404, 413, 422, 507], message: str) -> None:
        self._answer(status, msgspec.json.encode({"message": message}))

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
