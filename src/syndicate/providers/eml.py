"""One recipient's mail as an .eml file: RFC 5322 and MIME, tokens filled in.

Written by hand around the encoders of the standard library: `EmailMessage` encodes long addresses
of List-Unsubscribe as words (RFC 2047 forbids it), unquotes long names when it folds them, and is
four times slower.
"""

import binascii
import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from urllib.parse import quote, urlsplit

from syndicate import addresses, filling, text, tokens
from syndicate.providers.outbox_api import Box, Letter, Person

#: RFC 5322 section 2.1.1
LINE, LINE_MAX = 78, 998
#: longer words do not fit into a line with the name of a header
WORD_MAX = 60
#: headers that this file writes; a message cannot bring its own
OWN = frozenset(
    {"from", "to", "cc", "bcc", "sender", "reply-to", "subject", "date", "message-id"}
    | {"mime-version", "content-type", "content-transfer-encoding", "return-path", "received"}
)
UNSUBSCRIBE, ONE_CLICK = "List-Unsubscribe", "List-Unsubscribe-Post"

_NAME = re.compile(r"[!-9;-~]{1,60}")
_PHRASE_AND_ANGLE = re.compile(r"(.*?)\s*(<[!-~]*>)")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_SAFE = "%/:?#[]@!$&'()*+,;=-._~"


def write(letter: Letter, person: Person, issue: str, date: datetime) -> bytes:
    """Write the mail of one recipient, its lines ending with CR LF; the same input, the same bytes.

    `date` is an aware datetime, shown in its own zone.
    Raises ValueError, with a reason that does not hold the address, for what cannot be written.
    """
    if why := addresses.fault(person.to):
        raise ValueError(f"the address {why}")
    head = "".join(_headers(letter, person, issue, date)).encode("utf-8")
    mark = "=_" + hashlib.blake2b(head, digest_size=12).hexdigest()
    parts = (
        ("plain", tokens.fill(letter.text, person.values, text.one_line)),
        ("html", filling.fill_html(letter.html, person.values)),
    )
    return b"".join(
        (
            head,
            f'Content-Type: multipart/alternative; boundary="{mark}"\r\n\r\n'.encode(),
            *(_part(mark, kind, content) for kind, content in parts),
            f"--{mark}--\r\n".encode(),
        )
    )


def _headers(letter: Letter, person: Person, issue: str, date: datetime) -> list[str]:
    values = {name: text.one_line(value) for name, value in person.values.items()}
    own = {name.lower() for name, _ in letter.headers}
    lines = [
        _header("From", _mailbox(letter.sender)),
        _header("To", _mailbox(Box(person.to, person.name))),
        *([_header("Reply-To", _mailboxes(letter.reply_to))] if letter.reply_to else []),
        _header("Subject", _words(text.one_line(tokens.fill(letter.subject, values)), "Subject")),
        _header("Date", format_datetime(date)),
        _header("Message-ID", f"<{issue}.{person.id}@{_domain(letter.sender.address)}>"),
    ]
    for name, value in letter.headers:
        if name.lower() in OWN:
            raise ValueError(f"a message cannot bring its own {name}")
        lines.append(_header(name, _encoded(text.one_line(tokens.fill(value, values)), name)))
    if UNSUBSCRIBE.lower() not in own:
        answers = (*letter.reply_to, letter.sender)[0]
        lines += _unsubscribe(values.get(tokens.UNSUBSCRIBE, ""), answers.address)
    return [*lines, _header("MIME-Version", "1.0")]


def _unsubscribe(link: str, address: str) -> list[str]:
    """Write the two headers of RFC 8058, with an address for clients that only know mail."""
    if not (link.startswith("https://") and urlsplit(link).hostname):
        raise ValueError("unsubscribe_url is not an https address")
    # A comma would begin the next address (RFC 2369 section 2).
    plain = quote(link, safe=_SAFE).replace(",", "%2C")
    local, _, _ = address.rpartition("@")
    mail = f"mailto:{quote(local, safe='')}@{_domain(address)}?subject=unsubscribe"
    return [
        _header(UNSUBSCRIBE, f"<{plain}>,\r\n <{mail}>"),
        _header(ONE_CLICK, "List-Unsubscribe=One-Click"),
    ]


def _header(name: str, value: str) -> str:
    """Write a header whose value is encoded already; a value too long for it begins a new line."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"a header cannot be called {text.quote(name)}")
    first = value.split("\r\n", 1)[0]
    space = " " if len(name) + 2 + len(first) <= LINE else "\r\n "
    line = f"{name}:{space}{value}\r\n"
    if any(len(part.encode()) > LINE_MAX for part in line.split("\r\n")):
        raise ValueError(f"the header {name} is too long")
    return line


def _mailbox(box: Box) -> str:
    """Write a name and an address. A local part beyond ASCII stays as it is (RFC 6532)."""
    local, _, _ = box.address.rpartition("@")
    address = f"<{local}@{_domain(box.address)}>"
    name = text.one_line(box.name)
    if not name:
        return address[1:-1]
    if _ATOMS.fullmatch(name):
        shown = _words(name, "Reply-To")
    elif name.isascii() and len(name) < LINE // 2 and "=?" not in name:
        shown = '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    else:
        shown = _words(name, "Reply-To", plain=False)
    fits = len(shown.rsplit("\r\n", 1)[-1]) + len(address) + len("Reply-To:  ") <= LINE
    return f"{shown}{' ' if fits else chr(13) + chr(10) + ' '}{address}"


def _mailboxes(boxes: Sequence[Box]) -> str:
    """Write several, each on a line of its own."""
    return ",\r\n ".join(map(_mailbox, boxes))


def _encoded(value: str, name: str) -> str:
    """Encode a header's value; what stands in `<>` at its end is never encoded."""
    if not (found := _PHRASE_AND_ANGLE.fullmatch(value)):
        return _words(value, name)
    return value if value.isascii() else f"{_words(found[1], name)}\r\n {found[2]}"


def _words(value: str, name: str, *, plain: bool = True) -> str:
    """Fold a text, and encode it where it is not plain ASCII (RFC 2047), or may not stay plain."""
    longest = max(map(len, value.split()), default=0)
    plain = plain and value.isascii() and "=?" not in value and longest < WORD_MAX
    header = Header(value, "us-ascii" if plain else "utf-8", header_name=name)
    return header.encode(splitchars=" ", maxlinelen=LINE - 2, linesep="\r\n")


def _domain(address: str) -> str:
    return addresses.domain_to_ascii(address.rpartition("@")[2])


def _part(mark: str, kind: str, content: str) -> bytes:
    lines = text.clean(content).rstrip("\n").encode("utf-8") + b"\n"
    # The encoder of the standard library breaks lines at 76, as RFC 2045 section 6.7 asks.
    encoded = binascii.b2a_qp(lines, istext=True).replace(b"\n", b"\r\n")
    return (
        (
            f"--{mark}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        ).encode()
        + encoded
        + b"\r\n"
    )
