"""Web addresses: absolute, encoded, and of no kind that does harm."""

import re
from collections.abc import Callable
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

#: longer ones are cut off by browsers and mail programs
LENGTH = 8_000

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
# Most links: whole already, and nothing in them to encode.
_AS_IT_IS = re.compile(r"https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?:/[A-Za-z0-9_~/-]*)?")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_BREAKS = re.compile("[\t\r\n]")
_HOST = re.compile(r"[A-Za-z0-9._\[\]:-]+")
# U+FDD0 to U+FDEF as bytes of UTF-8: somebody who decodes the address must not find a token in it.
_HIDDEN = re.compile(r"(?:%EF%B7%[9A][0-9A-F])+", re.IGNORECASE)
_REPLACEMENT = "%EF%BF%BD"


def absolute(link: str, base: str) -> str | None:
    """Give a link as an absolute address, percent-encoded; `#part` belongs to `base`.

    http, https, mailto and tel are let through; None for all other schemes, for more than 8,000
    characters, and for what is no address at all. A host beyond ASCII is written in IDNA 2003.
    """
    link = _BREAKS.sub("", link).strip()
    if len(link) > LENGTH:
        return None
    if _AS_IT_IS.fullmatch(link):
        return link
    scheme = _SCHEME.match(link)
    kind = scheme[1].lower() if scheme else "http"
    if kind not in {"http", "https", "mailto", "tel"}:
        return None
    try:
        if kind in {"mailto", "tel"}:
            return _encode(link)
        return _encode(_with_host(urljoin(base, _forward(link))))
    except ValueError:
        return None


def picture(link: str, base: str) -> str | None:
    """Give the address of a picture: as `absolute`, http and https only, or a small raster `data:`.

    None for everything else; vector pictures in `data:` may hold scripts.
    """
    if link.lstrip()[:5].lower() == "data:":
        data = "".join(link.split())
        return data if _PICTURE.fullmatch(data) else None
    found = absolute(link, base) if link.strip() else None
    return found if found and found.startswith("http") else None


def pictures(srcset: str, address: Callable[[str], str | None]) -> str | None:
    """Pass each picture of a `srcset` through `address`; None when none is left.

    Candidates are taken apart as the HTML standard does it, so an address may hold commas.
    """
    rest, kept = srcset[:LENGTH], []
    while rest := rest.lstrip(" \t\n\r\f,"):
        link, *after = rest.split(maxsplit=1)
        rest, size = after[0] if after else "", ""
        if link.endswith(","):
            link = link.rstrip(",")
        else:
            size, _, rest = rest.partition(",")
        found = address(link)
        if found:
            kept.append(f"{found} {' '.join(size.split())}".rstrip())
    return ", ".join(kept) or None


def _forward(link: str) -> str:
    r"""Write slashes for backslashes, as browsers do, and as who wrote images\desk.png meant it."""
    path = re.match(r"[^?#]*", link)
    assert path is not None
    return path[0].replace("\\", "/") + link[path.end() :]


def _with_host(link: str) -> str:
    """Write the host in ASCII (IDNA). Raises ValueError when there is none, or none is meant."""
    parts = urlsplit(link)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(link)
    if parts.netloc.isascii() and "%" not in parts.netloc:
        return link
    host = unquote(parts.hostname).encode("idna").decode("ascii")
    if not _HOST.fullmatch(host):
        raise ValueError(link)
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit(parts._replace(netloc=host + port))


def _encode(link: str) -> str:
    encoded = quote(_LONE_PERCENT.sub("%25", link), safe="%/:?#[]@!$&'()*+,;=-._~")
    return _HIDDEN.sub(_REPLACEMENT, encoded)
