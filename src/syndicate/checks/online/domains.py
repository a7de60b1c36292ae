"""Asking a sender's domain for SPF (RFC 7208), DKIM (RFC 6376) and DMARC (RFC 7489)."""

from collections.abc import Callable, Iterable

from syndicate.checks.online.base import Domain
from syndicate.checks.online.carriers import records_of

#: look-ups that a receiver makes for one SPF record before it gives up (RFC 7208 section 4.6.4)
MOST = 10
#: gives the TXT records of a name
Texts = Callable[[str], tuple[str, ...]]


def ask(name: str, provider: str, selector: str, texts: Texts) -> Domain:
    """Ask for all records of a domain; `selector` of its DKIM key goes before what we know.

    Raises whatever `texts` raises where nobody answers.
    """
    spf = _starting(texts(name), "v=spf1")
    selectors = (selector,) if selector else records_of(provider).selectors
    keys = {one: _key(texts(f"{one}._domainkey.{name}")) for one in selectors}
    return Domain(
        name=name,
        provider=provider,
        spf=spf,
        lookups=_lookups(spf[0], texts) if spf else 0,
        dmarc=_dmarc(name, texts),
        dkim=keys,
    )


def _starting(records: Iterable[str], tag: str) -> tuple[str, ...]:
    """Keep the records that begin with a version, as a word of its own."""
    return tuple(
        record for record in records if record.lower().replace(";", " ").partition(" ")[0] == tag
    )


def _key(records: Iterable[str]) -> str:
    """Give the DKIM key among the records of a selector; its version may be left out."""
    return next((record for record in records if "p=" in record.replace(" ", "")), "")


def _dmarc(name: str, texts: Texts) -> tuple[str, ...]:
    """Ask the domain, and those above it down to two labels: who stands nearest speaks."""
    labels = name.split(".")
    for start in range(max(1, len(labels) - 1)):
        found = _starting(texts(f"_dmarc.{'.'.join(labels[start:])}"), "v=dmarc1")
        if found:
            return found
    return ()


def _lookups(record: str, texts: Texts) -> int:
    """Count the questions that following an SPF record takes; stops soon after the limit."""
    count, seen, waiting = 0, set[str](), [record]
    while waiting and count <= MOST:
        for term in waiting.pop().split()[1:]:
            word = term.lstrip("+-~?")
            name, _, target = word.replace("=", ":", 1).partition(":")
            kind = name.lower().partition("/")[0]
            if kind not in {"include", "redirect", "a", "mx", "ptr", "exists"}:
                continue
            count += 1
            if count > MOST:
                break
            if kind in {"include", "redirect"} and target not in seen:
                seen.add(target)
                waiting += _starting(texts(target), "v=spf1")[:1]
    return count
