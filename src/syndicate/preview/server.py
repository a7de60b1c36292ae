"""Serving the preview: on the loopback, in threads, until it is stopped."""

import os
import socket
import sys
import threading
import webbrowser
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from syndicate.errors import ConfigError
from syndicate.preview.app import Stock, create

HOST = "127.0.0.1"
#: ports after the one asked for that are tried when it is taken
_TRIED = 20
#: what a process needs of its surroundings to serve and to open a browser, and no more
_NEEDED = frozenset(
    """APPDATA BROWSER COLORTERM COLUMNS COMSPEC DBUS_SESSION_BUS_ADDRESS DISPLAY HOME LANG LANGUAGE
    LINES LOCALAPPDATA LOGNAME NO_COLOR PATH PATHEXT PROGRAMDATA PWD SYNDICATE_STATE SYSTEMROOT TEMP
    TERM TMP TMPDIR TZ USER USERNAME USERPROFILE VIRTUAL_ENV WAYLAND_DISPLAY WINDIR
    XAUTHORITY""".split()  # noqa: SIM905 -- one word a line would fill a page
)
_KINDS = ("LC_", "PYTHON", "WATCHFILES_", "XDG_")


class _Quiet(WSGIRequestHandler):
    """Answers without a word on the terminal."""

    def version_string(self) -> str:
        """Tell nobody what we are made with."""
        return "syndicate"

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 -- its name there
        """Keep what is looked at to the person who looks."""


def forget_keys(*, but: frozenset[str] = frozenset()) -> None:
    """Take everything out of this process's environment that serving does not need.

    Whatever a key is called, it is gone then; `but` names what has to stay.
    """
    for name in list(os.environ):
        if name.upper() not in _NEEDED and not name.startswith(_KINDS) and name not in but:
            del os.environ[name]


def open_server(stock: Stock, port: int) -> BaseWSGIServer:
    """Open a server at a port, or at the next free one after it; `port` 0 takes any.

    Raises ConfigError when none of them is free.
    """
    listening = _listening(port)
    number = listening.getsockname()[1]
    app = create(stock, number)
    with listening:
        server = make_server(
            HOST, number, app, threaded=True, request_handler=_Quiet, fd=listening.fileno()
        )
    server.daemon_threads = True  # type: ignore[attr-defined]
    return server


def _listening(port: int) -> socket.socket:
    why = ""
    for candidate in range(port, min(port + _TRIED, 65_536)) if port else (0,):
        one = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            if sys.platform != "win32":
                # Elsewhere it only says that a port may be used again at once after its last use.
                one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind((HOST, candidate))
            one.listen(64)
        except OSError as error:
            one.close()
            why = f": {error.strerror}"
        else:
            return one
    raise ConfigError(
        f"No port from {port} to {port + _TRIED - 1} is free{why}. Name another one: --port 9000"
    )


def open_browser(address: str) -> None:
    """Open the person's browser, where there is a screen; never one that takes the terminal."""
    screen = sys.platform in {"win32", "darwin"} or (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
    if screen:
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
