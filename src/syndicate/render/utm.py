"""UTM parameters, by which a site's own statistics know that a visit came from an issue."""

from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

from syndicate.tokens import OPEN


def tagger(home: str, utm: Mapping[str, str], issue: str) -> Callable[[str], str]:
    """Give the function that adds the parameters to an address, if it leads to our own site.

    `home` is the site's address. `utm_campaign` is the issue's id unless `utm` says otherwise.
    Without any parameter every address stays as it is.
    """
    given = {f"utm_{name}": value for name, value in utm.items() if value}
    if not given:
        return str
    return partial(_tagged, home=_host(home), utm=given | {"utm_campaign": issue} | given)


def _tagged(address: str, home: str, utm: Mapping[str, str]) -> str:
    """Add parameters behind the query that is there and before the fragment.

    Parameters that the address has already stay as they are. Addresses with tokens are never
    touched, nor any but http and https of the same host.
    """
    if OPEN in address or _host(address) != home:
        return address
    parts = urlsplit(address)
    there = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    added = "&".join(f"{name}={quote(utm[name], safe='')}" for name in utm if name not in there)
    query = "&".join(part for part in (parts.query, added) if part)
    return urlunsplit(parts._replace(query=query))


def _host(address: str) -> str:
    """Give the host of a web address, without `www.`; "" for every other kind of address."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.") if parts.scheme in {"http", "https"} else ""
