"""Pieces of calls that several providers write alike, and answers they read alike."""

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from email.header import Header
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode, urlsplit

from syndicate import addresses, text, tokens
from syndicate.filling.columns import Column
from syndicate.models import (
    KEY_SIZE,
    Batch,
    Finding,
    Level,
    Mailbox,
    Message,
    Receipt,
    Recipient,
    Refusal,
    Roll,
    Statistics,
    Verdict,
)
from syndicate.transport import Secret, scrub

#: a name in a list of marks, however the list is written
_MARK = re.compile(r"[\w.-]+")
#: bytes of a recipient's key that tell people apart
PERSON = 8


def with_query(path: str, query: Mapping[str, object]) -> str:
    """Put a query behind a path; values that are None are left out."""
    given = {name: value for name, value in query.items() if value is not None}
    return f"{path}?{urlencode(given, doseq=True)}" if given else path


def path_of(address: str) -> str:
    """Give the path and query of an address. Raises ValueError for what is none."""
    parts = urlsplit(address)
    return parts.path.lstrip("/") + (f"?{parts.query}" if parts.query else "")


def basic(user: str, key: Secret) -> dict[str, str]:
    """Give the header of HTTP basic authentication (RFC 7617)."""
    pair = base64.b64encode(f"{user}:{key.value}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


def bearer(key: Secret) -> dict[str, str]:
    """Give the header of a bearer token (RFC 6750)."""
    return {"Authorization": f"Bearer {key.value}"}


def wire(address: str) -> str:
    """Write an address as providers take it: a domain beyond ASCII in its ASCII form.

    A local part beyond ASCII stays as it is (RFC 6531).
    """
    if address.isascii() and address.islower():
        return address
    local, _, domain = address.rpartition("@")
    return f"{local}@{addresses.domain_to_ascii(domain)}"


def wires(batch: Batch) -> Column:
    """Write the addresses of a batch as providers take them."""
    given = Column(Roll.of(batch.recipients).addresses)
    # As most lists are; then there is nothing to do for each.
    plain = given.lines.isascii() and given.lines == given.lines.lower()
    return given if plain else given.each(wire)


def domain_of(mailbox: Mailbox) -> str:
    """Give the domain of a sender in its ASCII form."""
    return wire(mailbox.address).rpartition("@")[2]


def covers(known: str, domain: str) -> bool:
    """Whether a domain that a provider knows is this one or one above it."""
    return f".{domain}".endswith(f".{known.lower()}")


def box(mailbox: Mailbox) -> dict[str, str]:
    """Write a name and an address as most APIs take them."""
    name = {"name": mailbox.name} if mailbox.name else {}
    return {"email": wire(mailbox.address), **name}


def named(address: str, name: str) -> str:
    """Write `"Name" <address>` for a field of an API that takes it as one text (RFC 5322)."""
    name = text.one_line(name)
    plain = wire(address)
    if not name:
        return plain
    return f'"{_escaped(name)}" <{plain}>'


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


def answers(message: Message, write: Callable[[str, str], str] = named) -> str:
    """Write where answers go as one text, with commas between (RFC 5322 section 3.6.2)."""
    return ", ".join(write(one.address, one.name) for one in message.reply_to)


def named_in_ascii(address: str, name: str) -> str:
    """Write `"Name" <address>` with letters beyond ASCII encoded (RFC 2047)."""
    return named(address, name) if name.isascii() else f"{encoded(name)} <{wire(address)}>"


def encoded(name: str) -> str:
    """Encode a name for a header (RFC 2047)."""
    return Header(text.one_line(name), "utf-8").encode().replace("\n", "")


def shown_name(recipient: Recipient) -> str:
    """Give a recipient's display name, from the column `name`."""
    return text.one_line(recipient.values.get("name", ""))


def shown_names(batch: Batch) -> Column:
    """Give the display names of a batch, from the column `name`."""
    return Column(Roll.of(batch.recipients).column("name")).on_one_line()


def mailboxes(batch: Batch) -> str:
    """Write everybody of a batch as `named` does, with commas between (RFC 5322 section 3.4)."""
    names = shown_names(batch)
    if '"' in names.lines or "\\" in names.lines:
        names = names.each(_escaped)
    boxes = [
        f'"{name}" <{address}>' if name else address
        for name, address in zip(names.values, wires(batch).values, strict=True)
    ]
    return ", ".join(boxes)


def person_id(recipient: Recipient) -> str:
    """Give a short name for a recipient of an issue that does not tell who it is.

    The same each time, so that two copies of one mail have one Message-ID. The key itself tells
    nothing without the site's secret, and half of it is enough to tell people apart.
    """
    return recipient.key[:PERSON].hex()


def person_ids(batch: Batch) -> list[str]:
    """Give the short names of everybody in a batch."""
    digits = Roll.of(batch.recipients).heads.hex()
    return [digits[at : at + 2 * PERSON] for at in range(0, len(digits), 2 * KEY_SIZE)]


def message_id(batch: Batch, recipient: Recipient, domain: str) -> str:
    """Give the Message-ID of a recipient's mail, the same each time (RFC 5322 section 3.6.4)."""
    return f"<{batch.issue}.{person_id(recipient)}@{domain}>"


def form(fields: Sequence[tuple[str, str | Sequence[str]]], mark: str) -> tuple[bytes, str]:
    """Write multipart/form-data (RFC 7578), with a mark between the parts that is in none of them.

    A field with several values becomes as many parts. Gives the body and its content type.
    """
    several = [(name, [value] if isinstance(value, str) else value) for name, value in fields]
    if any(mark in value for _, values in several for value in values):
        return form(fields, f"{mark}-")
    parts = []
    for name, values in several:
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        parts += [head + value for value in values]
    body = "\r\n".join([*parts, f"--{mark}--\r\n"])
    return body.encode(), f"multipart/form-data; boundary={mark}"


def payload_key(batch: Batch, body: bytes) -> str:
    """Give an idempotency key: the same for the same bytes of the same batch, else another."""
    return f"{batch.name}-{hashlib.sha256(body).hexdigest()[:16]}"


def names_in_use(message: Message) -> tuple[str, ...]:
    """List the tokens of a message, wherever they stand."""
    parts = [message.subject, message.preheader, message.html, message.text]
    return tokens.names("".join([*parts, *(value for _, value in message.headers)]))


def one_by_one(batch: Batch, reference: str, outcomes: Sequence[str | None]) -> Receipt:
    """Make a receipt of outcomes in the order of the batch: None, or why it was refused.

    Recipients that the answer does not speak of are doubtful. Raises ValueError when it speaks of
    more than there were.
    """
    people = batch.recipients
    if len(outcomes) > len(people):
        raise ValueError(f"{len(outcomes)} outcomes for {len(people)} recipients")
    return Receipt(
        reference,
        refused=tuple(
            Refusal(person.key, scrub(reason, ()))
            for person, reason in zip(people, outcomes, strict=False)
            if reason is not None
        ),
        doubtful=tuple(person.key for person in people[len(outcomes) :]),
    )


def same_fault(batch: Batch, outcomes: Sequence[str | None]) -> str:
    """Give the one reason for which everybody in a batch was refused; "" where there is none."""
    alike = len(outcomes) == len(batch.recipients) and len(set(outcomes)) == 1
    return scrub(outcomes[0] or "", ()) if alike else ""


def told_of(batch: Batch, records: Iterable[tuple[str, str]]) -> Verdict:
    """Give what records tell of a batch; each is an address, and the marks it was mailed with.

    Only those count that carry the mark of the batch or of its issue, in which nobody is twice: a
    provider that did not understand what was asked for would show other people's mail too.
    """
    ours = {batch.name, batch.issue}
    found = {address.lower() for address, marks in records if ours & set(_MARK.findall(marks))}
    keys = {wire(one.address).lower(): one.key for one in batch.recipients}
    return Verdict(taken=frozenset(keys[address] for address in found & keys.keys()))


def counted(rows: Iterable[Mapping[str, object]], names: Sequence[str], sent: str) -> Statistics:
    """Add up what a provider counts, by its names in the order of `Statistics`; "" for not told.

    Where it has sent nothing yet it has counted nothing, which is not 0.
    """
    sums: dict[str, int] = {}
    for row in rows:
        for name in {sent, *names}:
            count = row.get(name)
            if isinstance(count, int):
                sums[name] = sums.get(name, 0) + count
    return Statistics(*map(sums.get, names)) if sums.get(sent) else Statistics()


def when(text: str) -> datetime | None:
    """Read a time as providers write it, RFC 3339 or RFC 5322, in UTC where it says no zone.

    None for a text that is neither.
    """
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text)
        except (ValueError, OverflowError):
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def moment(seconds: int) -> datetime | None:
    """Give the time so many seconds after 1970, in UTC; None for 0 and beyond all calendars."""
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds else None
    except (ValueError, OverflowError, OSError):
        return None


def must_fix(text: str, fix: str) -> Finding:
    """Say what stands in the way of sending, and what to do at the provider."""
    return Finding(Level.MUST_FIX, text, fix=fix)
