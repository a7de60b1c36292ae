"""Connections that note when the first byte of a request is handed over.

The only file that knows requests and urllib3.
"""

from datetime import datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from syndicate import __version__
from syndicate.transport.base import HERE, Line

#: what a call can end with, beside the errors of http.client and of the operating system
BROKEN = (HTTPError, requests.RequestException)

#: connections kept open at most
_KEPT = 64
#: bytes handed to the socket at a time, so that the limit on writing is for each piece
_PIECE = 65_536


class _Noting(HTTPConnection):
    """A connection that tells the current attempt when a request begins."""

    connecting = False
    used: datetime | None = None

    @property
    def is_connected(self) -> bool:
        """Whether it can be used again; asked by the pool before each use."""
        line = HERE.attempt.line
        # By the clock on the wall, which goes on while a laptop sleeps.
        unused = (line.now() - self.used).total_seconds() if self.used else 0.0
        return 0 <= unused < line.waits.idle and super().is_connected

    def connect(self) -> None:
        self.connecting = True
        try:
            super().connect()
        finally:
            self.connecting = False

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        # What a proxy is told on the way to the provider is no part of the request.
        if not self.connecting:
            HERE.attempt.write_to(self.sock)
        for start in range(0, len(data), _PIECE):
            super().send(data[start : start + _PIECE])

    def getresponse(self) -> Any:
        response = super().getresponse()
        self.used = HERE.attempt.line.now()
        return response


class _NotingTLS(_Noting, HTTPSConnection):
    """The same under TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Noting


class _PoolTLS(HTTPSConnectionPool):
    ConnectionCls = _NotingTLS


_POOLS = {"http": _Pool, "https": _PoolTLS}


class _Adapter(HTTPAdapter):
    """An adapter whose connections are ours, with and without a proxy."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *arguments: Any, **options: Any) -> Any:
        manager = super().proxy_manager_for(*arguments, **options)
        manager.pool_classes_by_scheme = _POOLS
        return manager


def open_session(line: Line) -> requests.Session:
    """Make a session that takes nothing from its surroundings: no .netrc, cookies or retries."""
    session = requests.Session()
    session.trust_env = False
    session.verify = line.authorities or True
    session.proxies = {"https": line.proxy} if line.proxy else {}
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers.clear()
    session.headers["User-Agent"] = f"syndicate/{__version__}"
    session.headers["Accept"] = "application/json"
    session.headers["Accept-Encoding"] = "identity"
    for scheme in ("https://", "http://"):
        session.mount(scheme, _Adapter(pool_connections=1, pool_maxsize=_KEPT))
    return session


def read(response: requests.Response, most: int) -> bytes:
    """Read an answer whole. Raises ValueError beyond `most` bytes."""
    pieces, size = [], 0
    while piece := response.raw.read(_PIECE, decode_content=True):
        pieces.append(piece)
        size += len(piece)
        if size > most:
            raise ValueError(f"the answer has more than {most} bytes")
    return b"".join(pieces)
