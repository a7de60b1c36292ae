"""How people leave: a link of their own, signed, so that nobody can unsubscribe somebody else."""

import base64
import hmac
from collections.abc import Iterable, Iterator, Sequence

from syndicate.addresses import derive
from syndicate.errors import AudienceError
from syndicate.models import KEY_SIZE, Recipient, Roll
from syndicate.tokens import UNSUBSCRIBE

#: bytes of the signature that a token carries
SIGNATURE = 16
#: where the token stands in an address
PLACE = "{token}"
#: what the secret is derived for; whoever receives the token derives the same
PURPOSE = "unsubscribe"


def token(key: bytes, secret: bytes) -> str:
    """Write a recipient's key, signed, in characters that an address may hold.

    base64url (RFC 4648, section 5) of the key and 16 bytes of its HMAC-SHA-256, without padding.
    """
    return base64.urlsafe_b64encode(key + _sign(key, secret)).decode().rstrip("=")


def verify(text: str, secret: bytes) -> bytes | None:
    """Give the recipient's key that a token was made for; None for a token that we did not make."""
    try:
        whole = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    key, signature = whole[:KEY_SIZE], whole[KEY_SIZE:]
    return key if hmac.compare_digest(signature, _sign(key, secret)) else None


def link(url: str, key: bytes, secret: bytes) -> str:
    """Make somebody's own link; the token is appended where the address has no place for it."""
    made = token(key, secret)
    return url.replace(PLACE, made) if PLACE in url else url + made


def linked(
    batches: Iterable[Sequence[Recipient]], url: str, secret: bytes, *, needed: bool
) -> Iterator[Roll]:
    """Give everybody their link: that of the audience file, else one made of `url`.

    Raises AudienceError for somebody without one, where it is `needed` and there is no `url`.
    """
    for batch in batches:
        yield _with_links(Roll.of(batch), url, secret, needed=needed)


def _with_links(roll: Roll, url: str, secret: bytes, *, needed: bool) -> Roll:
    if roll.has_all(UNSUBSCRIBE):
        return roll
    given = roll.column(UNSUBSCRIBE)
    if url:
        links = zip(given, roll.keys, strict=True)
        made = [one or link(url, key, secret) for one, key in links]
        return roll.with_column(UNSUBSCRIBE, made)
    if needed:
        raise AudienceError(
            f"Line {roll.lines[given.index('')]} of the audience file has no {UNSUBSCRIBE}. "
            "Nothing was frozen. Fill it in, or set unsubscribe_url for the newsletter in "
            "syndicate.toml."
        )
    return roll


def _sign(key: bytes, secret: bytes) -> bytes:
    return hmac.digest(derive(secret, PURPOSE), key, "sha256")[:SIGNATURE]
