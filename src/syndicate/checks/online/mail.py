"""Provider, sender's domain and the way to leave, as the world sees them."""

from collections.abc import Iterator
from typing import Any

from syndicate.checks.base import ADVICE, MUST, About, Check, Found
from syndicate.checks.online.base import Domain, Purpose, Web
from syndicate.checks.online.carriers import records_of
from syndicate.checks.online.domains import MOST
from syndicate.text import one_line, quote

_POLICIES = frozenset({"none", "quarantine", "reject"})
_BROKEN = range(500, 600)


def _spf(web: Web) -> Iterator[Found]:
    for domain in web.domains:
        name, include = domain.name, records_of(domain.provider).include
        if not domain.spf:
            theirs = f"include:{include} " if include else ""
            yield Found(
                f"{name} does not say who may send mail in its name (SPF). Gmail and Yahoo ask "
                "for it.",
                f"Add a TXT record to {name}: v=spf1 {theirs}~all",
            )
        elif len(domain.spf) > 1:
            yield Found(
                f"{name} has {len(domain.spf)} SPF records and may have one, so receivers believe "
                "none.",
                f"Make them one: {_shown(_joined(domain.spf))}",
            )
        elif _open(domain.spf[0]):
            yield Found(
                f"The SPF record of {name} lets everybody send in its name: "
                f"{_shown(domain.spf[0])}",
                "End it with ~all.",
            )
        elif domain.lookups > MOST:
            yield Found(
                f"The SPF record of {name} needs more than {MOST} look-ups, and receivers stop "
                f"there: {_shown(domain.spf[0])}",
                "Take out what no longer sends for you.",
            )


def _dkim(web: Web) -> Iterator[Found]:
    for domain in web.domains:
        tried, title = ", ".join(domain.dkim), records_of(domain.provider).title
        keys = [key for key in domain.dkim.values() if key]
        if domain.dkim and not keys:
            yield Found(
                f"No DKIM key of {title} is in the records of {domain.name}: nothing at {tried}. "
                "Without its signature Gmail and Yahoo take mail to many for spam.",
                f"Add the records that {title} shows you for {domain.name}. If your key has "
                'another name, write it in [checks]: dkim_selector = "..."',
            )
        elif keys and all(_withdrawn(key) for key in keys):
            yield Found(
                f"The DKIM key of {domain.name} was withdrawn: its record holds no key.",
                f"Take the record that {title} shows you.",
            )


def _dmarc(web: Web) -> Iterator[Found]:
    for domain in web.domains:
        name = domain.name
        if not domain.dmarc:
            yield Found(
                f"{name} does not say what becomes of mail that only pretends to come from it "
                "(DMARC). Gmail and Yahoo ask for it.",
                f"Add a TXT record to _dmarc.{name}: v=DMARC1; p=none; rua=mailto:dmarc@{name}",
            )
        elif len(domain.dmarc) > 1:
            yield Found(
                f"{name} has {len(domain.dmarc)} DMARC records, so receivers believe none.",
                "Keep one of them.",
            )
        elif (policy := _tags(domain.dmarc[0]).get("p", "")) not in _POLICIES:
            yield Found(
                f"The DMARC record of {name} has no policy that receivers know: "
                f"{quote(policy) if policy else 'p= is missing'}.",
                "Write p=none, p=quarantine or p=reject.",
            )


def _leave(web: Web) -> Iterator[Found]:
    for asked in web.asked:
        sight = web.sights.get(asked.url) if asked.purpose is Purpose.LEAVE else None
        if sight is None:
            continue
        why = sight.trouble
        if not why and sight.status in _BROKEN:
            why = f"is out of order (HTTP {sight.status})"
        elif not why and sight.final != asked.url:
            why = f"sends visitors on to {sight.final}, and one click follows no redirect"
        if why:
            yield Found(
                f"The address where people unsubscribe {why}.",
                "Mend it before you send: docs/unsubscribe.md.",
            )


def _joined(records: tuple[str, ...]) -> str:
    """Write several SPF records as one."""
    terms = [term for record in records for term in record.split()[1:]]
    kept = [term for term in dict.fromkeys(terms) if not term.lower().endswith("all")]
    return " ".join(["v=spf1", *kept, "~all"])


def _shown(record: str) -> str:
    """Write a record for a screen: whoever runs a domain can write anything into it."""
    return one_line(record)


def _open(record: str) -> bool:
    return any(term.lower() in {"all", "+all"} for term in record.split())


def _withdrawn(key: str) -> bool:
    return not _tags(key).get("p", "")


def _tags(record: str) -> dict[str, str]:
    """Read `v=DMARC1; p=none` into its parts."""
    parts = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in parts}


_O = About.ONLINE
CHECKS: tuple[Check[Any], ...] = (
    Check("provider", MUST, _O, "The provider knows the key, and the sender may be used."),
    Check("provider-advice", ADVICE, _O, "The provider has nothing to remark."),
    Check("spf", ADVICE, _O, "The domain says who may send in its name (SPF).", _spf),
    Check("dkim", ADVICE, _O, "Mail is signed with the domain's key (DKIM).", _dkim),
    Check("dmarc", ADVICE, _O, "The domain says what becomes of forgeries (DMARC).", _dmarc),
    Check("leave-page", ADVICE, _O, "The address where people unsubscribe answers.", _leave),
)


def domains_without_selector(domains: tuple[Domain, ...]) -> tuple[str, ...]:
    """List the domains whose DKIM key nobody can look for, as its name is not known."""
    return tuple(domain.name for domain in domains if not domain.dkim)
