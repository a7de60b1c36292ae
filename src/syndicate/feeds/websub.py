"""WebSub: telling a hub that a feed has changed, once the public has the change (w3.org/TR/websub).

How to tell a hub is custom and not standard: a form with hub.mode and hub.url.
"""

import threading
from collections.abc import Mapping
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from syndicate.errors import SyndicateError
from syndicate.transport import Line, Now, Waits, proxy_for
from syndicate.transport.base import HERE, Attempt
from syndicate.transport.words import cause

if TYPE_CHECKING:
    from requests import Session

#: a feed and a hub answer soon, or are asked again another day
WAITS = Waits(connect=5.0, read=10.0, whole=20.0)
#: bytes of a feed that are read at most
MOST = 64_000_000
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_TAKEN = range(200, 300)
_FOUND = 200


class Unreachable(SyndicateError):  # noqa: N818 -- as in `errors`
    """A site or a hub gave no usable answer."""


class Calls:
    """Calls to one site or hub, and to no other: redirects are not followed."""

    def __init__(self, home: str, now: Now, env: Mapping[str, str]) -> None:
        """Take the address that says which scheme, host and port may be called."""
        self._home = urlsplit(home)[:2]
        self._line = Line(
            self._home[1], home, now, proxy=proxy_for(home, env), waits=WAITS, answer_max=MOST
        )
        self._session: Session | None = None

    def fetch(self, url: str) -> bytes:
        """Give what is served at an address. Raises Unreachable."""
        status, body = self._call("GET", url, b"", {"Cache-Control": "no-cache"})
        if status != _FOUND:
            raise Unreachable(f"{url} answered HTTP {status}")
        return body

    def tell(self, hub: str, feed: str) -> None:
        """Tell a hub that a feed has changed. Raises Unreachable."""
        form = urlencode({"hub.mode": "publish", "hub.url": feed}).encode()
        status, _ = self._call("POST", hub, form, _FORM)
        if status not in _TAKEN:
            raise Unreachable(f"{hub} answered HTTP {status}")

    def close(self) -> None:
        """Let go of the connection."""
        if self._session is not None:
            self._session.close()

    def _call(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        from syndicate.transport.wire import BROKEN, open_session, read  # noqa: PLC0415 -- slow

        if urlsplit(url)[:2] != self._home:
            raise Unreachable(f"{url} is not on {self._home[1]}")
        self._session = self._session or open_session(self._line)
        attempt = HERE.attempt = Attempt(self._line)
        watch = threading.Timer(WAITS.whole, attempt.hang_up)
        watch.daemon = True
        watch.start()
        try:
            with self._session.request(
                method,
                url,
                data=body or None,
                headers={"Accept": "*/*", **headers},
                timeout=(WAITS.connect, WAITS.read),
                allow_redirects=False,
                stream=True,
            ) as response:
                return response.status_code, read(response, MOST)
        except (*BROKEN, HTTPException, OSError, ValueError) as error:
            why = f"no whole answer in {WAITS.whole:g} seconds" if attempt.late else cause(error)
            raise Unreachable(f"{url} cannot be reached ({why})") from None
        finally:
            watch.cancel()
