"""Who may ask the preview's server, and what a browser may do with its answers.

The server listens on the loopback only; any page in the same browser can still send requests
there. A page that has its own name point at 127.0.0.1 (DNS rebinding) is known by the Host header,
one that asks across by Origin and Sec-Fetch-Site.
"""

from collections.abc import Mapping

#: names by which a browser on this computer asks
_NAMES = ("127.0.0.1", "localhost")
#: every answer; `{}` takes what differs
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache, private",
}
#: what a frame may do: nothing but show itself; pictures of ours, or of anybody if somebody asked
_FRAME = (
    "default-src 'none';style-src 'unsafe-inline';img-src 'self' data:{};media-src 'self';"
    "form-action 'none';frame-ancestors 'self';"
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)
_DATA = "default-src 'none';frame-ancestors 'self';sandbox"


def refused(port: int, method: str, headers: Mapping[str, str]) -> str:
    """Say why a request is not answered; "" for one that is."""
    hosts = {f"{name}:{port}" for name in _NAMES} | (set(_NAMES) if port == 80 else set())  # noqa: PLR2004 -- the port that browsers leave out
    if headers.get("Host", "").lower() not in hosts:
        return "This preview answers only to its own address."
    origin = headers.get("Origin", "").lower()
    if origin not in {"", *(f"http://{host}" for host in hosts)}:
        return "This preview answers only to its own page."
    if method not in {"GET", "HEAD"} and not origin:
        return "This preview changes nothing for a request that does not say where it is from."
    site = headers.get("Sec-Fetch-Site", "none")
    walks_in = headers.get("Sec-Fetch-Mode") == "navigate" and (
        headers.get("Sec-Fetch-Dest") == "document"
    )
    if site not in {"none", "same-origin"} and not walks_in:
        return "This preview answers only to its own page."
    return ""


def page_headers(policy: str) -> dict[str, str]:
    """Give the headers of a page of ours."""
    return {
        **_ALWAYS,
        "Content-Security-Policy": f"{policy};frame-ancestors 'none'",
        "X-Frame-Options": "DENY",
    }


def frame_headers(*, web_pictures: bool) -> dict[str, str]:
    """Give the headers of an issue, a feed or a letter, whoever wrote what is in it."""
    return {
        **_ALWAYS,
        "Content-Security-Policy": _FRAME.format(" https: http:" if web_pictures else ""),
    }


def data_headers() -> dict[str, str]:
    """Give the headers of pictures, texts and answers to our scripts."""
    return {**_ALWAYS, "Content-Security-Policy": _DATA}
