"""Visits to the web: polite, bounded in time and size, and never to a place that is not public.

Articles and feeds hold addresses that anybody may have written. Whoever follows them from inside
a network can be made to call what only that network may call (server-side request forgery, OWASP).
So a visit looks a name up once, judges every address it got, and connects to the address that it
judged; each redirect is judged anew. Only http and https on their usual ports are spoken.
The site's own hosts are exempt: their owner may well keep them at home.
"""

import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import (
    HTTPConnection,
    HTTPException,
    HTTPResponse,
    IncompleteRead,
    RemoteDisconnected,
)
from urllib.parse import SplitResult, urljoin, urlsplit

from syndicate import __version__, links
from syndicate.errors import SyndicateError

#: gives the IP addresses of a host name; raises OSError when there are none
Resolve = Callable[[str], Sequence[str]]

#: statuses that send a visitor elsewhere
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PORTS = {"http": 80, "https": 443}
#: seconds for one address to answer at all
_CONNECT = 5.0
#: addresses of a name that are tried
_TRIED = 3
_PIECE = 65_536
_GLOBAL_6 = ipaddress.ip_network("2000::/3")
#: IANA's special-purpose registries (2026-11): tunnels that lead to any IPv4 address, relays,
#: protocol assignments and documentation, which Python's `is_global` lets through in part
_SPECIAL = tuple(
    map(
        ipaddress.ip_network,
        ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16", "3fff::/20"),
    )
)


class NotVisited(SyndicateError):  # noqa: N818 -- as in `errors`
    """A place on the web gave nothing: why, in a few words that fit after its address."""


class Forbidden(NotVisited):
    """We do not go there: it is not public, or no web address. Nothing was sent to it."""


def look_up(host: str) -> tuple[str, ...]:
    """Give the IP addresses of a host, by the computer's own resolver. Raises OSError."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(one[4][0]) for one in found))


@dataclass(frozen=True, slots=True)
class Manners:
    """How to behave on the web."""

    #: addresses whose host and port may be visited wherever they are, such as the site's own
    own: tuple[str, ...] = ()
    #: seconds for a whole visit, redirects included
    patience: float = 20.0
    #: bytes of an answer that are read at most
    most: int = 4_000_000
    #: redirects that are followed
    redirects: int = 5
    #: address of our site, for those who read their server's records; "" for none
    contact: str = ""
    #: file of certificate authorities; "" for certifi's
    authorities: str = ""
    resolve: Resolve = look_up


@dataclass(frozen=True, slots=True)
class Page:
    """What a visit found, whatever its status."""

    #: the address that was asked for
    asked: str
    #: the address that answered in the end
    url: str
    #: status and address of each redirect on the way: what answered it, not where it led
    redirects: tuple[tuple[int, str], ...]
    status: int
    #: names in lower case
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    #: whether the body is all of it
    whole: bool = True


def visit(url: str, manners: Manners, method: str = "GET") -> Page:
    """Ask for an address, follow its redirects, and give what answered; never anything private.

    A body longer than `manners.most` is cut, and `Page.whole` says so. How long a name is looked up
    is the computer's own business and comes on top of `manners.patience`.
    Raises Forbidden for a place that we do not go to, also when a redirect leads there, and
    NotVisited when it cannot be reached or its answer makes no sense.
    """
    end = time.monotonic() + manners.patience
    gone: list[tuple[int, str]] = []
    here = _tidy(url)
    while True:
        status, headers, body, whole = _Call(here, manners, end).answer(method)
        if status not in REDIRECTS or "location" not in headers:
            return Page(url, here, tuple(gone), status, headers, body, whole)
        gone.append((status, here))
        here = _towards(here, headers["location"])
        if len(gone) > manners.redirects or here in (before for _, before in gone):
            raise NotVisited("goes round in circles, from redirect to redirect")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open web: no tunnel, no multicast, nothing of a network.

    IPv6 forms of IPv4 addresses (mapped, compatible, 6to4, NAT64) count as tunnels.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and (ip.scope_id or ip not in _GLOBAL_6):
        return False
    special = any(ip in network for network in _SPECIAL if network.version == ip.version)
    return ip.is_global and not (ip.is_multicast or special)


def _tidy(url: str) -> str:
    """Write an address as it is sent, without its fragment. Raises Forbidden for what is none."""
    found = links.absolute(url, "")
    if found is None or not found.startswith(("http://", "https://")):
        raise Forbidden("is no web address")
    if "@" in urlsplit(found).netloc:
        raise Forbidden("holds a name or a password")
    return found.partition("#")[0]


def _towards(here: str, location: str) -> str:
    """Give the address that a redirect leads to."""
    try:
        return _tidy(urljoin(here, location))
    except ValueError:
        raise Forbidden("is sent to what is no web address") from None


def _port(parts: SplitResult) -> int:
    try:
        return parts.port or _PORTS[parts.scheme]
    except ValueError:
        raise Forbidden("is no web address") from None


class _Call:
    """One request to one place, on a connection of its own."""

    def __init__(self, url: str, manners: Manners, end: float) -> None:
        """Find the place. Raises Forbidden where we do not go, NotVisited for an unknown name."""
        self._parts = urlsplit(url)
        self._host, self._port = self._parts.hostname or "", _port(self._parts)
        self._manners = manners
        self._end = end
        self._link: socket.socket | None = None
        self._late = False
        self._addresses = self._judged()

    def answer(self, method: str) -> tuple[int, dict[str, str], bytes, bool]:
        """Ask once: status, headers, body, and whether the body is whole. Raises NotVisited."""
        watch = threading.Timer(max(0.0, self._end - time.monotonic()), self._hang_up)
        watch.daemon = True
        watch.start()
        try:
            with closing(self._connected()) as connection:
                self._ask(connection, method)
                with connection.getresponse() as response:
                    headers = {name.lower(): value for name, value in response.getheaders()}
                    body, whole = _read(response, self._manners.most)
            if self._late:
                raise TimeoutError
        except (HTTPException, OSError, ValueError, zlib.error) as error:
            raise NotVisited(_why(error, late=self._late)) from None
        finally:
            watch.cancel()
        return response.status, headers, body, whole

    def _judged(self) -> list[str]:
        """Look the host up, once, and keep the addresses that we may go to."""
        own = self._is_own()
        if self._port not in _PORTS.values() and not own:
            raise Forbidden(f"is on port {self._port}, which is none of the web")
        try:
            found = self._manners.resolve(self._host)
        except (OSError, UnicodeError):
            raise NotVisited("cannot be found: nobody knows that name") from None
        kept = [one for one in found if own or is_public(one)]
        if not kept:
            raise Forbidden("is in a private network, where links of a public text do not lead")
        return kept[:_TRIED]

    def _is_own(self) -> bool:
        """Whether this is one of our own hosts, on the port we gave or on one of the web's."""
        own = {(one.hostname, _port(one)) for one in map(urlsplit, self._manners.own)}
        hosts = {host for host, _ in own}
        usual = self._port in _PORTS.values()
        return (self._host, self._port) in own or (usual and self._host in hosts)

    def _connected(self) -> HTTPConnection:
        connection = HTTPConnection(self._host, self._port)
        connection.sock = self._link = self._opened()
        if self._parts.scheme == "https":
            context = ssl.create_default_context(cafile=self._manners.authorities or _authorities())
            connection.sock = context.wrap_socket(self._link, server_hostname=self._host)
        return connection

    def _opened(self) -> socket.socket:
        """Connect to an address that was judged, to no other of the same name."""
        trouble: OSError = TimeoutError()
        for address in self._addresses:
            left = self._end - time.monotonic()
            if left <= 0:
                break
            try:
                link = socket.create_connection((address, self._port), min(_CONNECT, left))
            except OSError as error:
                trouble = error
            else:
                link.settimeout(left)
                return link
        raise trouble

    def _ask(self, connection: HTTPConnection, method: str) -> None:
        path = self._parts.path or "/"
        query = f"?{self._parts.query}" if self._parts.query else ""
        contact = self._manners.contact
        connection.putrequest(method, path + query, skip_host=True, skip_accept_encoding=True)
        for name, value in (
            ("Host", self._parts.netloc),
            ("User-Agent", f"Syndicate/{__version__}" + (f" (+{contact})" if contact else "")),
            ("Accept", "*/*"),
            ("Accept-Encoding", "identity"),
            ("Connection", "close"),
        ):
            connection.putheader(name, value)
        connection.endheaders()

    def _hang_up(self) -> None:
        """End the call from another thread, when its time is over."""
        self._late = True
        if self._link is not None:
            with suppress(OSError):
                # Below TLS: a closing handshake would have to wait for the other side.
                socket.socket.shutdown(self._link, socket.SHUT_RDWR)


def _read(response: HTTPResponse, most: int) -> tuple[bytes, bool]:
    """Read a body up to a size; some servers compress whatever they are asked."""
    packed = response.headers.get("Content-Encoding", "").strip().lower() in {"gzip", "x-gzip"}
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 16) if packed else None
    pieces, size = [], 0
    while size <= most and (piece := response.read(_PIECE)):
        data = unpack.decompress(piece, most + 1 - size) if unpack else piece
        pieces.append(data)
        size += len(data)
        if unpack and unpack.unconsumed_tail:
            break
    if size <= most and response.length:
        raise IncompleteRead(b"", response.length)
    return b"".join(pieces)[:most], size <= most


def _authorities() -> str:
    import certifi  # noqa: PLC0415 -- only needed once somebody goes on the web

    return certifi.where()


def _why(error: Exception, *, late: bool) -> str:
    """Say in a few words why there is no answer."""
    if late or isinstance(error, TimeoutError):
        return "does not answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"has a certificate that browsers refuse ({error.verify_message})"
    if isinstance(error, ssl.SSLError):
        return "makes no secure connection"
    if isinstance(error, RemoteDisconnected | IncompleteRead):
        return "breaks the connection off"
    if isinstance(error, OSError):
        return f"cannot be reached ({(error.strerror or type(error).__name__).lower()})"
    return "answers with something that makes no sense"
