"""One call over HTTP, sorted by one question: could mail have left?

Nothing is repeated here, no redirect is followed, and what is not certain is said to be uncertain.
"""

import ipaddress
import threading
from collections.abc import Callable, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from syndicate import durations
from syndicate.errors import (
    ConfigError,
    Misconfigured,
    ProviderError,
    Refused,
    Throttled,
    Unavailable,
    Uncertain,
)
from syndicate.transport.base import HERE, Answer, Attempt, Line, Now, Secret, Waits
from syndicate.transport.words import cause, scrub, words

if TYPE_CHECKING:
    from requests import Session

__all__ = [
    "Answer",
    "Line",
    "Now",
    "Secret",
    "Transport",
    "Waits",
    "check_address",
    "is_loopback",
    "is_safe",
    "proxy_for",
    "scrub",
]

#: the provider says "later"
LATER = frozenset({420, 421, 425, 429})
#: the fault is in the configuration
MISCONFIGURED = frozenset({401, 403, 404, *range(300, 400)})
#: the provider looked at the call and took nothing of it
REFUSED = frozenset({400, 402, 405, 406, 407, *range(410, 420), 422})
#: nothing is at that path
ABSENT = 404
#: the provider took the call
TAKEN = range(200, 300)


class Transport:
    """Calls to one provider; may be used by several threads at once."""

    def __init__(self, line: Line) -> None:
        """Raises ConfigError for an address that a key must not be sent to."""
        check_address(line.name, line.base_url)
        self.line = line
        self._lock = threading.Lock()
        self._opened: Session | None = None

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post once, and give the answer if the provider took the call; see `call`."""
        return self.call("POST", path, body, headers)

    def call(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Make one call that changes something, once, and give the answer if it was taken.

        `path` is below the base address, and may hold a query; `headers` carry the key.
        Raises Unavailable, Throttled, Misconfigured or Refused when nothing was taken, and
        Uncertain when something may have been.
        """
        return self.sorted(self.exchange(method, path, body, headers))

    def exchange(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Make one call that changes something, once, and give the answer, whatever its status.

        Raises Unavailable or Misconfigured when nothing left, and Uncertain for want of an answer.
        """
        return self._made(method, path, body, headers, _broken)

    def sorted(self, answer: Answer) -> Answer:
        """Give an answer if the call was taken. Raises what `call` does otherwise."""
        if answer.status in TAKEN:
            return answer
        raise _not_taken(answer, self.line)

    def get(self, path: str) -> Answer:
        """Ask for what is at a path, and give the answer, whatever its status.

        Raises Unavailable for want of one.
        """
        return self._made("GET", path, b"", {}, _no_answer)

    def ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer | None:
        """Ask something that changes nothing; None where nothing is at that path.

        Raises Unavailable, Throttled, Misconfigured or Refused, never Uncertain.
        """
        answer = self._made(method, path, body, headers, _no_answer)
        if answer.status in TAKEN:
            return answer
        if answer.status == ABSENT:
            return None
        error = _not_taken(answer, self.line)
        if not isinstance(error, Uncertain):
            raise error
        raise Unavailable(
            f"{self.line.name} answered a question with HTTP {answer.status}. Nothing was changed. "
            "Run the same command again in a minute."
        )

    def _made(
        self,
        method: str,
        path: str,
        body: bytes,
        headers: Mapping[str, str],
        broken: Callable[[Attempt, Exception], ProviderError],
    ) -> Answer:
        from syndicate.transport.wire import BROKEN  # noqa: PLC0415 -- requests costs 0.2 s

        attempt = HERE.attempt = Attempt(self.line)
        watch = threading.Timer(self.line.waits.whole, attempt.hang_up)
        watch.daemon = True
        watch.start()
        try:
            return self._answer(method, path, body, headers)
        except (*BROKEN, HTTPException, OSError, ValueError) as error:
            raise broken(attempt, error) from error
        finally:
            watch.cancel()

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
            self._opened = None

    def _answer(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        from syndicate.transport.wire import BROKEN, read  # noqa: PLC0415

        waits = self.line.waits
        with self._session().request(
            method,
            f"{self.line.base_url.rstrip('/')}/{path.lstrip('/')}",
            data=body or None,
            headers=dict(headers),
            timeout=(waits.connect, waits.read),
            allow_redirects=False,
            stream=True,
        ) as response:
            status = response.status_code
            try:
                content = read(response, self.line.answer_max)
            except (*BROKEN, HTTPException, OSError, ValueError):
                if status in TAKEN:
                    raise
                # The status has said all that matters.
                content = b""
            lower = {name.lower(): value for name, value in response.headers.items()}
        answer = Answer(status, lower, content)
        if status in TAKEN and (HERE.attempt.late or not _whole(answer)):
            raise HTTPException("the answer has no end")
        return answer

    def _session(self) -> "Session":
        from syndicate.transport.wire import open_session  # noqa: PLC0415

        with self._lock:
            if self._opened is None:
                self._opened = open_session(self.line)
            return self._opened


def check_address(name: str, url: str) -> None:
    """Raise ConfigError for an address that a key must not be sent to."""
    if not is_safe(url):
        raise ConfigError(
            f'[providers.{name}] base_url = "{scrub(url, ())}" cannot be used. '
            'Write it like "https://api.example.com"; http only to this computer.'
        )


def is_safe(url: str) -> bool:
    """Whether a key may be sent to an address: by https, or by http to this computer.

    It may hold a path, and neither a name nor a query.
    """
    try:
        parts = urlsplit(url)
        safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(url))
        return bool(safe and parts.hostname and parts.port != 0 and not set("@?#") & set(url))
    except ValueError:
        return False


def is_loopback(url: str) -> bool:
    """Whether an address is on this computer: `localhost`, 127.0.0.0/8 or ::1."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def proxy_for(url: str, env: Mapping[str, str]) -> str:
    """Give the proxy that HTTPS_PROXY and NO_PROXY choose for an address; "" for none.

    Their names in small letters go first. NO_PROXY names hosts, each with what lies below it, or
    `*`. Never a proxy for this computer.
    """
    host = urlsplit(url).hostname or ""
    spared = (env.get("no_proxy") or env.get("NO_PROXY") or "").replace(" ", "").split(",")
    for name in filter(None, (one.lstrip(".").lower() for one in spared)):
        if name in ("*", host) or host.endswith(f".{name}"):
            return ""
    if is_loopback(url):
        return ""
    return env.get("https_proxy") or env.get("HTTPS_PROXY") or ""


def _whole(answer: Answer) -> bool:
    """Whether an answer says where it ends, or at least says something.

    A connection that is cut among the headers looks like an empty answer without a length.
    """
    framed = {"content-length", "transfer-encoding"} & set(answer.headers)
    return bool(answer.body or framed or answer.status == 204)  # noqa: PLR2004 -- No Content


def _broken(attempt: Attempt, error: Exception) -> ProviderError:
    """Sort a call that got no answer, or none that could be read."""
    line = attempt.line
    why = scrub(cause(error), line.secrets)
    if attempt.late:
        why = f"no whole answer within {line.waits.whole:g} seconds"
    if attempt.written:
        return Uncertain(
            f"{line.name} may or may not have taken the batch: the call was made, but its answer "
            f"was lost ({why}). Find out with: syndicate settle"
        )
    if isinstance(error, ValueError):
        return Misconfigured(
            f"{line.name} cannot be called: base_url or the key in [providers.{line.name}] holds "
            "characters that cannot be sent. Nothing was sent."
        )
    return Unavailable(
        f"{line.name} cannot be reached at {_host(line)}: {why}. Nothing was sent. "
        "Check the connection and go on with the same command."
    )


def _no_answer(attempt: Attempt, error: Exception) -> ProviderError:
    """Say that a question got no answer."""
    line = attempt.line
    return Unavailable(
        f"{line.name} did not answer a question at {_host(line)}: "
        f"{scrub(cause(error), line.secrets)}. Nothing was changed. Run the same command again."
    )


def _not_taken(answer: Answer, line: Line) -> ProviderError:
    """Sort an answer that is not a success."""
    status = answer.status
    said = words(answer.body, line.secrets)
    told = f"{line.name} answered HTTP {status}" + (f': "{said}"' if said else "")
    if status in LATER:
        wait = _wait(answer, line.now)
        how_long = f" {durations.text(wait)}" if wait else ""
        return Throttled(f"{told}. It took nothing and asks to wait{how_long}.", wait)
    if status in MISCONFIGURED:
        return Misconfigured(
            f"{told}. It took nothing. Check base_url, the key and its rights in "
            f"[providers.{line.name}]."
        )
    if status in REFUSED:
        return Refused(f"{told}. It took nothing of this batch.")
    return Uncertain(
        f"{told}. It may or may not have taken the batch. Find out with: syndicate settle"
    )


def _wait(answer: Answer, now: Now) -> float | None:
    """Read Retry-After, seconds or a date; RFC 9110 section 10.2.3."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        date = parsedate_to_datetime(text)
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        return max(0.0, (date - now()).total_seconds())
    except (ValueError, TypeError, LookupError, ArithmeticError):
        return None


def _host(line: Line) -> str:
    return urlsplit(line.base_url).netloc
