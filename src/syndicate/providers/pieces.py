"""Pieces of calls that several providers write alike, and answers they read alike."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from syndicate import addresses, text, tokens
from syndicate.models import Batch, Mailbox, Message, Receipt, Recipient, Refusal
from syndicate.transport import Secret, scrub


def with_query(path: str, query: Mapping[str, object]) -> str:
    """Put a query behind a path; values that are None are left out."""
    given = {name: value for name, value in query.items() if value is not None}
    return f"{path}?{urlencode(given, doseq=True)}" if given else path


def basic(user: str, key: Secret) -> dict[str, str]:
    """Give the header of HTTP basic authentication (RFC 7617)."""
    pair = base64.b64encode(f"{user}:{key.value}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


def bearer(key: Secret) -> dict[str, str]:
    """Give the header of a bearer token (RFC 6750)."""
    return {"Authorization": f"Bearer {key.value}"}


def wire(address: str) -> str:
    """Write an address as providers take it: a domain beyond ASCII in its ASCII form."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{addresses.domain_to_ascii(domain)}"


def domain_of(mailbox: Mailbox) -> str:
    """Give the domain of a sender in its ASCII form."""
    return wire(mailbox.address).rpartition("@")[2]


def named(address: str, name: str) -> str:
    """Write `"Name" <address>` for a field of an API that takes it as one text (RFC 5322)."""
    name = text.one_line(name)
    plain = wire(address)
    if not name:
        return plain
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}" <{plain}>'


def shown_name(recipient: Recipient) -> str:
    """Give a recipient's display name, from the column `name`."""
    return text.one_line(recipient.values.get("name", ""))


def person_id(recipient: Recipient) -> str:
    """Give a short name for a recipient of an issue that does not tell who it is.

    The same each time, so that two copies of one mail have one Message-ID.
    """
    return hashlib.blake2b(recipient.key, digest_size=8, salt=b"outbox").hexdigest()


def message_id(batch: Batch, recipient: Recipient, domain: str) -> str:
    """Give the Message-ID of a recipient's mail, the same each time (RFC 5322 section 3.6.4)."""
    return f"<{batch.issue}.{person_id(recipient)}@{domain}>"


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
