"""Email addresses: read, compared, judged, and turned into keys that give nothing away."""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable, Sequence

import idna

from syndicate.models import KEY_SIZE, Mailbox

_PERSON = b"syndicate:key:v1"
#: what spreadsheets and web pages leave around an address: white space, seen and unseen
_DUST = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\u200b\u200c\u200d\u2060\ufeff"
#: RFC 5321 section 4.5.3.1; RFC 1035 section 2.3.4
_LOCAL_MAX, _LABEL_MAX, _DOMAIN_MAX, _WHOLE_MAX = 64, 63, 253, 254

# Possessive (`++`): never tried again another way, and so faster. Groups are not, as Python before
# 3.11.5 goes wrong there (https://github.com/python/cpython/issues/106052).
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++"
_LABEL = r"[A-Za-z0-9]++(?:-++[A-Za-z0-9]++)*"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?![0-9]+(?:\n|\Z)){_LABEL}")
_PLAIN = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_DOMAIN.pattern}")
_PLAINS = re.compile(rf"{_PLAIN.pattern}(?:\n{_PLAIN.pattern})*")
#: a local part beyond ASCII, RFC 6531 section 3.3
_WIDE_ATOM = r"(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]|[^\x00-\x7f])+"
_LOCAL = re.compile(rf"{_WIDE_ATOM}(?:\.{_WIDE_ATOM})*")
#: a name between quotation marks, RFC 5322 section 3.2.4
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')

_QUOTED_OR_COMMA = re.compile(rf"{_QUOTED.pattern}|,")


def bare(address: str) -> str:
    """Take away what a spreadsheet leaves around an address; the spelling stays."""
    return address.strip() if address.isascii() else address.strip(_DUST)


def fault(address: str) -> str:
    """Say why an address cannot be mailed, as the end of a sentence; "" when it can.

    Pragmatic RFC 5321: quoted local parts and address literals are not taken, as many providers
    refuse a whole batch for one of them.
    """
    if len(address) <= _LABEL_MAX and _PLAIN.fullmatch(address):
        return ""
    if not address:
        return "is empty"
    if any(not character.isprintable() or character.isspace() for character in address):
        return "holds a space or a control character"
    local, at, domain = address.rpartition("@")
    if not at or "@" in local:
        return "needs exactly one @"
    return _local_fault(local) or _domain_fault(domain, len(local.encode()))


def all_plain(addresses: Sequence[str]) -> bool:
    """Whether many addresses can all be mailed, found out at once; False means: look at each."""
    lines = "\n".join(addresses)
    return (
        max(map(len, addresses), default=0) <= _LABEL_MAX
        # None of them holds a line break itself.
        and lines.count("\n") == len(addresses) - 1
        and _PLAINS.fullmatch(lines) is not None
    )


def _local_fault(local: str) -> str:
    if len(local.encode()) > _LOCAL_MAX:
        return "is too long before the @"
    return "" if _LOCAL.fullmatch(local) else "is not right before the @"


def _domain_fault(domain: str, local_size: int) -> str:
    try:
        plain = domain_to_ascii(domain)
    except ValueError:
        return "has no valid domain after the @"
    if len(plain) > _DOMAIN_MAX or local_size + 1 + len(plain) > _WHOLE_MAX:
        return "is too long"
    if max(map(len, plain.split("."))) > _LABEL_MAX or not _DOMAIN.fullmatch(plain):
        return "has no valid domain after the @"
    return ""


def domain_to_ascii(domain: str) -> str:
    """Write a domain as the network does: lower case, `xn--` for letters beyond ASCII.

    IDNA 2008 with the mapping of UTS 46. Raises ValueError for what is no domain.
    """
    if domain.isascii():
        return domain.lower()
    return idna.encode(domain, uts46=True).decode("ascii").lower()


def normalise(address: str) -> str:
    """Give the form under which two spellings are one address.

    White space and case do not count, and a domain counts as the network sees it. Dots and `+` do:
    which mailboxes they join is the provider's secret.
    """
    address = bare(address)
    if address.isascii():
        return address.lower()
    local, at, domain = address.rpartition("@")
    try:
        domain = domain_to_ascii(domain)
    except ValueError:
        domain = _fold(domain)
    return _fold(local) + at + domain


def _fold(text: str) -> str:
    """Fold case in any script; Unicode section 3.13, definition D145, then composed."""
    folded = unicodedata.normalize("NFD", text).casefold()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", folded))


def derive(secret: bytes, purpose: str) -> bytes:
    """Make a key of 32 bytes for one purpose; keys of two purposes tell nothing of each other."""
    return hmac.digest(secret, purpose.encode(), "sha256")


def key_maker(secret: bytes) -> Callable[[str], bytes]:
    """Make `recipient_key` for one site's secret; the fast way for many addresses."""
    make = keys_maker(secret)
    return lambda address: make([address])[0]


def keys_maker(secret: bytes) -> Callable[[Sequence[str]], list[bytes]]:
    """Make what gives the keys of many addresses at once; see `recipient_key`."""
    start = hashlib.blake2b(
        key=derive(secret, "recipient keys"), digest_size=KEY_SIZE, person=_PERSON
    )

    def keys(addresses: Sequence[str]) -> list[bytes]:
        made = []
        for folded in _folded(addresses):
            state = start.copy()
            state.update(folded)
            made.append(state.digest())
        return made

    return keys


def _folded(addresses: Sequence[str]) -> list[bytes]:
    """Give the normalised forms of many, as bytes."""
    lines = "\n".join(addresses)
    if lines.isascii() and lines.count("\n") == len(addresses) - 1:
        # As `normalise` has it without letters beyond ASCII.
        return [one.strip().encode() for one in lines.lower().split("\n")]
    return [normalise(address).encode("utf-8", "surrogatepass") for address in addresses]


def recipient_key(address: str, secret: bytes) -> bytes:
    """Give the key of an address: 16 bytes, a keyed BLAKE2b of its normalised form.

    `secret` is the site's own; without it nobody can find the address by trying.
    """
    return key_maker(secret)(address)


def parse_mailbox(text: str) -> Mailbox:
    """Read `Name <address>` or a bare address, as in From.

    Raises ValueError with a sentence that quotes the text.
    """
    name, address = "", bare(text)
    if address.endswith(">") and "<" in address:
        name, _, address = address[:-1].rpartition("<")
        name, address = name.strip(), bare(address)
        if ">" in name and not _QUOTED.fullmatch(name):
            raise ValueError(f'"{_shown(text)}" names more than one mailbox. Keep one of them.')
        name = _unquoted(name)
    if any(not character.isprintable() for character in name):
        raise ValueError(f'"{_shown(text)}" holds a control character in the name.')
    if why := fault(address):
        raise ValueError(
            f'"{_shown(text)}" is not a sender or reply address: what should be the address {why}. '
            'Write it like "Back Matters <hello@example.org>".'
        )
    return Mailbox(name, address)


def parse_mailboxes(text: str) -> tuple[Mailbox, ...]:
    """Read one or more mailboxes with commas between them, as in Reply-To.

    A comma before an address belongs to the name: `Lee, Ann <ann@example.org>` is one mailbox.
    Raises ValueError with a sentence that quotes what is none.
    """
    found, start = [], 0
    for comma in [match.start() for match in _QUOTED_OR_COMMA.finditer(text) if match[0] == ","]:
        if "@" in _QUOTED.sub("", text[start:comma]):
            found.append(text[start:comma])
            start = comma + 1
    return tuple(parse_mailbox(one.strip()) for one in (*found, text[start:]))


def format_mailbox(mailbox: Mailbox) -> str:
    """Write a mailbox so that `parse_mailbox` gives the same again."""
    if not mailbox.name:
        return mailbox.address
    if re.fullmatch(r"[^\"\\()<>\[\]:;@,]+", mailbox.name):
        return f"{mailbox.name} <{mailbox.address}>"
    quoted = re.sub(r'(["\\])', r"\\\1", mailbox.name)
    return f'"{quoted}" <{mailbox.address}>'


def _unquoted(name: str) -> str:
    if len(name) > 1 and name[0] == name[-1] == '"':
        return re.sub(r"\\(.)", r"\1", name[1:-1])
    return name


def _shown(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)
