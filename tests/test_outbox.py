"""The outbox: standards-true mail in files, and a server that trusts nobody."""

import email
import email.policy
import http.client
import json
import re
import socket
import stat
from dataclasses import replace
from datetime import UTC, datetime
from email.header import decode_header, make_header
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campaign_servers import DESKS
from lying_server import (
    CUT_AFTER,
    CUT_UNREAD,
    GARBAGE,
    LIES,
    MIXED,
    REFUSE,
    SHORT,
    LyingServer,
    said,
    throttle,
)
from syndicate import filling
from syndicate.addresses import recipient_key
from syndicate.errors import (
    ConfigError,
    Misconfigured,
    ProviderError,
    Refused,
    Throttled,
    Uncertain,
    Unsupported,
)
from syndicate.models import Batch, Limits, Mailbox, Message, Recipient, Refusal
from syndicate.providers import TABLE, eml, open_provider
from syndicate.providers.outbox_api import Box, Letter, Person
from syndicate.text import clean, one_line
from syndicate.tokens import token
from tongues import TONGUES

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LINK = token("unsubscribe_url")
MESSAGE = Message(
    subject=f"Backs, {token('name', 'friend')}",
    preheader="Why they hurt",
    html=f'<p>Dear {token("name", "friend")}, <a href="{LINK}">unsubscribe</a></p>\n',
    text=f"Dear {token('name', 'friend')},\n\nunsubscribe:\n{LINK}\n",
    sender=Mailbox("Back Matters", "hello@backmatters.example"),
    reply_to=(Mailbox("Help", "help@backmatters.example"),),
    headers=(("List-Id", "Back Matters Weekly <weekly.backmatters.example>"),),
)


def recipient(address, line=2, **values):
    return Recipient(address, recipient_key(address, b"secret"), line, values)


def batch(*recipients, issue="weekly-2026-W48", number=1):
    return Batch(issue, number, f"{issue}-b{number:04d}", recipients)


def outbox(folder, **options):
    return open_provider("outbox", options, folder=folder, env={}, clock=lambda: NOON)


@pytest.fixture
def provider(tmp_path):
    opened = outbox(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def server():
    with LyingServer() as lying:
        yield lying


def hand_over(provider, *recipients, message=MESSAGE, **options):
    one = batch(*recipients, **options)
    return provider.submit(provider.compose(message, one), one)


def mails(folder, issue="weekly-2026-W48"):
    return [path.read_bytes() for path in sorted((folder / "outbox" / issue).glob("*.eml"))]


def content(part):
    """Give the text of a part with the line ends of this computer."""
    return part.get_content().replace("\r\n", "\n")


def parsed(mail):
    """Read a mail as a strict reader does, and hold what is true of every mail."""
    found = email.message_from_bytes(mail, policy=email.policy.SMTP)
    assert found.defects == []
    assert [part.defects for part in found.walk()] == [[]] * 3
    assert re.search(rb"(?<!\r)\n|\r(?!\n)", mail) is None
    assert found.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in found.iter_parts()] == ["text/plain", "text/html"]
    return found


def test_a_mail_is_what_the_standards_ask_for(provider, tmp_path):
    receipt = hand_over(provider, recipient("Ann@example.org", name="Ann Lee"))
    assert (receipt.reference, receipt.refused, receipt.doubtful) == (
        "weekly-2026-W48-b0001",
        (),
        (),
    )
    (mail,) = mails(tmp_path)
    found = parsed(mail)
    mark = re.search(rb"unsubscribe/([0-9a-f]{16})>", mail)[1].decode()
    link = f"https://outbox.invalid/unsubscribe/{mark}"
    assert [(name, str(value)) for name, value in found.items()] == [
        ("From", "Back Matters <hello@backmatters.example>"),
        ("To", "Ann Lee <Ann@example.org>"),
        ("Reply-To", "Help <help@backmatters.example>"),
        ("Subject", "Backs, Ann Lee"),
        ("Date", "Mon, 23 Nov 2026 12:00:00 +0000"),
        ("Message-ID", f"<weekly-2026-W48.{mark}@backmatters.example>"),
        ("List-Id", "Back Matters Weekly <weekly.backmatters.example>"),
        (
            "List-Unsubscribe",
            f"<{link}>, <mailto:help@backmatters.example?subject=unsubscribe>",
        ),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("MIME-Version", "1.0"),
        ("Content-Type", found["Content-Type"]),
    ]
    text, html = found.iter_parts()
    assert content(text) == f"Dear Ann Lee,\n\nunsubscribe:\n{link}\n"
    assert content(html) == f'<p>Dear Ann Lee, <a href="{link}">unsubscribe</a></p>\n'
    assert all(len(line) <= 78 for line in mail.split(b"\r\n"))
    assert all(
        part["Content-Transfer-Encoding"] == "quoted-printable" for part in found.iter_parts()
    )


def test_answers_go_to_everybody_who_is_named(provider, tmp_path):
    boxes = (
        Mailbox("Lee, Ann", "ann@backmatters.example"),
        Mailbox("Zoë, aus dem großen Haus", "zoe@bücher.example"),
        Mailbox("", "help@backmatters.example"),
    )
    hand_over(provider, recipient("ann@example.org"), message=replace(MESSAGE, reply_to=boxes))
    (mail,) = mails(tmp_path)
    found = [(box.display_name, box.addr_spec) for box in parsed(mail)["Reply-To"].addresses]
    assert found == [
        (boxes[0].name, boxes[0].address),
        (boxes[1].name, "zoe@xn--bcher-kva.example"),
        ("", boxes[2].address),
    ]


def test_the_same_issue_gives_the_same_bytes_and_another_person_another_id(tmp_path):
    for folder in (tmp_path / "a", tmp_path / "b"):
        provider = outbox(folder)
        hand_over(provider, recipient("ann@example.org"), recipient("bo@example.org"))
        provider.close()
    assert mails(tmp_path / "a") == mails(tmp_path / "b")
    assert len({parsed(mail)["Message-ID"] for mail in mails(tmp_path / "a")}) == 2


def test_composing_twice_gives_the_same_bytes(provider):
    one = batch(recipient("ann@example.org", name="Ann", town="York"))
    payload = provider.compose(MESSAGE, one)
    assert payload == provider.compose(MESSAGE, one)
    assert b"York" not in payload.body


def test_numbers_go_on_across_batches_and_runs(tmp_path):
    for number in (1, 2):
        provider = outbox(tmp_path)
        people = [recipient(f"reader{number}{n}@example.org") for n in range(2)]
        hand_over(provider, *people, number=number)
        hand_over(provider, recipient("ann@example.org"), issue="test-weekly-2026-W48")
        provider.close()
    folder = tmp_path / "outbox" / "weekly-2026-W48"
    assert sorted(path.name for path in folder.iterdir()) == [
        f"000{number}.eml" for number in (1, 2, 3, 4)
    ]
    assert [parsed(mail)["To"] for mail in mails(tmp_path)] == [
        f"reader{number}@example.org" for number in (10, 11, 20, 21)
    ]
    assert len(mails(tmp_path, "test-weekly-2026-W48")) == 2


def test_a_number_that_is_taken_is_never_written_over(provider, tmp_path):
    hand_over(provider, recipient("ann@example.org"))
    folder = tmp_path / "outbox" / "weekly-2026-W48"
    (folder / "0002.eml").write_text("mine")
    (folder / ".0003.eml.part").write_text("somebody is writing")
    hand_over(provider, recipient("bo@example.org"))
    assert (folder / "0002.eml").read_text() == "mine"
    assert parsed((folder / "0004.eml").read_bytes())["To"] == "bo@example.org"


def test_nobody_else_may_read_the_outbox(provider, tmp_path):
    hand_over(provider, recipient("ann@example.org"))
    folder = tmp_path / "outbox"
    for path, mode in ((folder, 0o700), (folder / "weekly-2026-W48", 0o700)):
        assert stat.S_IMODE(path.stat().st_mode) == mode
    (file,) = (folder / "weekly-2026-W48").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_link_of_the_audience_comes_before_the_outbox_s_own(provider, tmp_path):
    link = "https://backmatters.example/u?a=1&t=<x>, y"
    hand_over(provider, recipient("ann@example.org", unsubscribe_url=link))
    (mail,) = mails(tmp_path)
    found = parsed(mail)
    encoded = "https://backmatters.example/u?a=1&t=%3Cx%3E"
    assert found["List-Unsubscribe"].startswith(f"<{encoded}%2C%20y>, <mailto:")
    assert f'href="{encoded.replace("&", "&amp;")},%20y"' in found.get_body(("html",)).get_content()


def test_the_outbox_s_own_link_is_a_setting(tmp_path):
    provider = outbox(tmp_path, unsubscribe_url="https://backmatters.example/u?t={token}")
    hand_over(provider, recipient("ann@example.org"))
    provider.close()
    link = parsed(mails(tmp_path)[0])["List-Unsubscribe"]
    assert re.match(r"<https://backmatters\.example/u\?t=[0-9a-f]{16}>, <mailto:", link)


@pytest.mark.parametrize(
    ("address", "values", "reason"),
    [
        ("ann lee@example.org", {}, "the address holds a space or a control character"),
        ("ann@localhost", {}, "the address has no valid domain after the @"),
        (
            "ann@example.org",
            {"unsubscribe_url": "javascript:alert(1)"},
            "unsubscribe_url is not an https address",
        ),
        (
            "ann@example.org",
            {"unsubscribe_url": "https://x.example/" + "x" * 1000},
            "the header List-Unsubscribe is too long",
        ),
    ],
)
def test_what_cannot_be_written_is_refused_for_that_recipient_only(
    provider, tmp_path, address, values, reason
):
    odd = recipient(address, **values)
    receipt = hand_over(provider, recipient("bo@example.org"), odd, recipient("cy@example.org"))
    assert receipt.refused == (Refusal(odd.key, reason),)
    assert [parsed(mail)["To"] for mail in mails(tmp_path)] == ["bo@example.org", "cy@example.org"]


def test_domains_and_names_of_every_script_are_written(provider, tmp_path):
    hand_over(
        provider,
        recipient("ann@bücher.example", name="Zoë Müller"),
        recipient("用户@例子.example", name="用户"),
    )
    first, second = mails(tmp_path)
    assert parsed(first)["To"] == "Zoë Müller <ann@xn--bcher-kva.example>"
    assert first.isascii()
    # RFC 6532: only a local part beyond ASCII makes a header that is not.
    to = second.split(b"\r\nTo: ")[1].split(b"\r\n")[0].decode()
    assert to == "=?utf-8?b?55So5oi3?= <用户@xn--fsqu00a.example>"


ANY = st.text(st.characters(codec="utf-8"), max_size=200)


def written(subject="s", name="", person_name="", values=None, **letter):
    return eml.write(
        Letter(
            subject=subject,
            sender=Box("hello@backmatters.example", name),
            html=letter.pop("html", "<p>x</p>"),
            text=letter.pop("text", "x\n"),
            **letter,
        ),
        Person(
            to="ann@example.org",
            id="00ff",
            name=person_name,
            values={"unsubscribe_url": "https://x.example/u", **(values or {})},
        ),
        "weekly-2026-W48",
        NOON,
    )


NAMES = ["From", "To", "Subject", "Date", "Message-ID", "X-Own", "List-Unsubscribe"]
NAMES += ["List-Unsubscribe-Post", "MIME-Version", "Content-Type"]


@given(ANY, ANY, ANY, ANY)
def test_no_name_subject_or_value_can_add_a_header_or_get_lost(subject, name, to, value):
    mail = written(
        subject=f"{subject}{token('v')}",
        name=name,
        person_name=to,
        values={"v": value},
        headers=(("X-Own", f"x {token('v')}"),),
    )
    raw = email.message_from_bytes(mail, policy=email.policy.compat32)
    assert raw.keys() == NAMES
    assert mail.isascii()
    assert all(len(line) <= 78 for line in mail.split(b"\r\n\r\n")[0].split(b"\r\n"))
    header = {name: str(make_header(decode_header(raw[name]))) for name in NAMES}
    assert squeeze(header["Subject"]) == one_line(subject + one_line(value))
    assert squeeze(header["X-Own"]) == one_line(f"x {value}")
    boxes = {part: email.utils.getaddresses([raw[part]]) for part in ("From", "To")}
    assert boxes["From"] == [(boxes["From"][0][0], "hello@backmatters.example")]
    assert boxes["To"] == [(boxes["To"][0][0], "ann@example.org")]
    assert squeeze(str(make_header(decode_header(boxes["From"][0][0])))) == one_line(name)
    assert squeeze(str(make_header(decode_header(boxes["To"][0][0])))) == one_line(to)


#: what means something in a header
TELLING = ["Bob", "of", "<evil@example.net>", "a, b", '"', "\\", "(x)", "=?", ";", ":", "Ü"]
PHRASES = st.lists(
    st.sampled_from(TELLING)
    | st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=70),
    min_size=1,
    max_size=40,
).map(" ".join)


@given(PHRASES)
@example("Bob of the very long name, <evil@example.net>, friend")
@example("Bob of the name, <evil@example.net>, friend" * 10)
def test_a_name_of_any_length_is_one_mailbox(name):
    mail = written(person_name=name)
    (box,) = email.message_from_bytes(mail, policy=email.policy.default)["To"].addresses
    assert box.addr_spec == "ann@example.org"
    # This parser leaves a space where an encoded name goes on in the next line.
    assert box.display_name.replace(" ", "") == name.replace(" ", "")
    raw = email.message_from_bytes(mail, policy=email.policy.compat32)["To"]
    ((shown, address),) = email.utils.getaddresses([raw])
    assert address == "ann@example.org"
    assert squeeze(str(make_header(decode_header(shown)))) == squeeze(name)


def squeeze(value):
    return " ".join(value.split())


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_text_and_html_arrive_as_written(text, html):
    mail = written(text=text, html=html)
    body, page = parsed(mail).iter_parts()
    assert content(body) == clean(text).rstrip("\n") + "\n"
    assert content(page) == clean(html).rstrip("\n") + "\n"
    assert all(len(line) <= 76 for line in mail.split(b"\r\n\r\n", 1)[1].split(b"\r\n"))


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen, self.words = [], []

    def handle_starttag(self, tag, attributes):
        self.seen.append((tag, attributes))

    def handle_data(self, words):
        self.words.append(words)


def read_html(source):
    reader = Links()
    reader.feed(source)
    reader.close()
    return reader


@given(ANY)
def test_no_value_can_leave_its_place_in_html(value):
    source = (
        f'<p title="{token("v")}">{token("v")}</p>'
        f'<a href="https://x.example/?q={token("v")}&amp;z=1">x</a><a href="{token("v")}">y</a>'
    )
    reader = read_html(filling.fill_html(source, {"v": value}))
    assert [tag for tag, _ in reader.seen] == ["p", "a", "a"]
    assert reader.seen[0][1] == [("title", one_line(value))]
    assert "".join(reader.words) == f"{one_line(value)}xy"
    (name, link), *more = reader.seen[1][1]
    assert (name, more) == ("href", [])
    assert re.fullmatch(r"https://x\.example/\?q=[A-Za-z0-9%._~-]*&z=1", link)
    assert reader.seen[2][1] in ([("href", "")], [("href", link_of(value))])


def link_of(value):
    return read_html(filling.fill_html(f'<a href="{token("v")}">', {"v": value})).seen[0][1][0][1]


@pytest.mark.parametrize(
    ("value", "link"),
    [
        ("https://x.example/a?b=1&c=ü", "https://x.example/a?b=1&c=%C3%BC"),
        ("mailto:ann@example.org", "mailto:ann@example.org"),
        ("javascript:alert(1)", ""),
        (" javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("/there", ""),
    ],
)
def test_a_value_that_is_a_link_may_only_be_of_a_harmless_kind(value, link):
    assert link_of(value) == link


def test_a_token_without_a_value_becomes_its_fallback(provider, tmp_path):
    hand_over(provider, recipient("ann@example.org", name=""))
    found = parsed(mails(tmp_path)[0])
    assert found["Subject"] == "Backs, friend"
    assert found["To"] == "ann@example.org"
    assert "Dear friend," in found.get_body(("plain",)).get_content()


@pytest.mark.parametrize("name", ["Bcc", "to", "Content-Type", "Message-ID"])
def test_a_message_cannot_bring_headers_that_the_outbox_writes(provider, name):
    with pytest.raises(Unsupported, match=name):
        provider.compose(replace(MESSAGE, headers=((name, "x"),)), batch())


def test_a_message_may_bring_its_own_way_to_unsubscribe(provider, tmp_path):
    long = "https://backmatters.example/" + "x" * 100
    own = (("List-Unsubscribe", f"<{long}>, <mailto:leave@backmatters.example>"),)
    hand_over(provider, recipient("ann@example.org"), message=replace(MESSAGE, headers=own))
    found = parsed(mails(tmp_path)[0])
    assert [value.strip() for value in found.get_all("List-Unsubscribe")] == [own[0][1]]
    assert found["List-Unsubscribe-Post"] is None


def test_a_list_id_keeps_its_label_readable(provider, tmp_path):
    own = (("List-Id", "Rücken <weekly.backmatters.example>"),)
    hand_over(provider, recipient("ann@example.org"), message=replace(MESSAGE, headers=own))
    (mail,) = mails(tmp_path)
    assert b"List-Id: =?utf-8?q?R=C3=BCcken?=\r\n <weekly.backmatters.example>\r\n" in mail


# The provider towards a server that lies.


def test_an_issue_goes_to_the_address_given(server, tmp_path):
    provider = outbox(tmp_path, base_url=server.url)
    receipt = hand_over(provider, recipient("ann@example.org"), recipient("bo@example.org"))
    provider.close()
    assert (receipt.refused, receipt.doubtful) == ((), ())
    assert server.taken == [
        ("weekly-2026-W48", "ann@example.org"),
        ("weekly-2026-W48", "bo@example.org"),
    ]
    assert server.twice() == set()
    assert not (tmp_path / "outbox").exists()


def answered(server, tmp_path, lie):
    server.will(lie)
    provider = outbox(tmp_path, base_url=server.url)
    try:
        return hand_over(provider, *PEOPLE)
    finally:
        provider.close()


PEOPLE = tuple(recipient(f"reader{number}@example.org") for number in range(3))


def test_a_mixed_answer_refuses_only_whom_it_names(server, tmp_path):
    receipt = answered(server, tmp_path, MIXED)
    assert receipt.refused == (Refusal(PEOPLE[1].key, "mailbox unknown"),)
    assert [to for _, to in server.taken] == ["reader0@example.org", "reader2@example.org"]


def test_whom_an_answer_does_not_speak_of_is_doubtful(server, tmp_path):
    assert answered(server, tmp_path, SHORT).doubtful == (PEOPLE[2].key,)
    nobody = answered(server, tmp_path, said(b'{"id": "1", "results": []}'))
    assert nobody.doubtful == tuple(person.key for person in PEOPLE)


@pytest.mark.parametrize(
    "lie",
    [
        GARBAGE,
        said(b""),
        said(b"{}"),
        said(b"[]"),
        said(b'{"id": "1", "results": [{"status": "perhaps"}]}'),
        said(json.dumps({"id": "1", "results": [{"status": "accepted"}] * 4}).encode()),
        said(b"[" * 100_000),
        CUT_AFTER,
        CUT_UNREAD,
    ],
    ids=repr,
)
def test_an_answer_that_makes_no_sense_leaves_doubt(server, tmp_path, lie):
    with pytest.raises(Uncertain, match="syndicate settle"):
        answered(server, tmp_path, lie)


def test_what_was_surely_not_taken_is_told_apart(server, tmp_path):
    with pytest.raises(Refused, match='outbox answered HTTP 422: "the subject is missing"'):
        answered(server, tmp_path, REFUSE)
    with pytest.raises(Throttled) as caught:
        answered(server, tmp_path, throttle(7))
    assert caught.value.wait == 7


@pytest.mark.parametrize("lie", LIES, ids=repr)
def test_no_lie_makes_the_provider_call_twice_or_misjudge(server, tmp_path, lie):
    server.will(lie)
    provider = outbox(tmp_path, base_url=server.url)
    try:
        receipt = hand_over(provider, *PEOPLE)
        sure = {one.key for one in PEOPLE} - {one.key for one in receipt.refused}
        sure -= set(receipt.doubtful)
    except Uncertain:
        sure = None
    except ProviderError:
        sure = set()
    provider.close()
    taken = {recipient_key(to, b"secret") for _, to in server.taken}
    assert server.calls == 1
    assert sure is None or sure <= taken
    assert sure != set() or taken == set()


def test_a_reason_never_shows_an_address(server, tmp_path):
    results = [{"status": "refused", "reason": "no mailbox reader0@example.org\n here"}]
    receipt = answered(server, tmp_path, said(json.dumps({"id": "1", "results": results}).encode()))
    assert receipt.refused[0].reason == "no mailbox (address) here"


# The server towards callers that lie.


def call(provider, body, token=None, path="/v1/batches", method="POST", **headers):
    """Call the outbox's own server as another program would."""
    line = provider.line()
    key = provider.authentication()["Authorization"] if token is None else token
    link = http.client.HTTPConnection(line.base_url.removeprefix("http://"), timeout=5)
    try:
        link.request(method, path, body, {"Authorization": key, **headers})
        answer = link.getresponse()
        return answer.status, answer.read().decode()
    finally:
        link.close()


def body_of(provider, **changes):
    call = json.loads(provider.compose(MESSAGE, batch(recipient("ann@example.org"))).body)
    return json.dumps({**call, **changes})


@pytest.mark.parametrize("token", ["", "Bearer ", "Bearer guess", "Basic x"])
def test_no_other_program_can_put_mail_into_the_outbox(provider, tmp_path, token):
    assert call(provider, body_of(provider), token=token)[0] == 401
    assert not (tmp_path / "outbox").exists()


@pytest.mark.parametrize(
    ("token", "status"), [("Bearer guess", 401), ("Bearer \xff", 401), (None, 413)]
)
@pytest.mark.parametrize("size", ["9" * 5000, "0" * 5000, "²", "-1", "x", "", "999999999"])
def test_a_strange_size_is_refused_without_a_word(provider, capfd, token, status, size):
    assert call(provider, "x", token=token, **{"Content-Length": size})[0] == status
    assert capfd.readouterr().err == ""


def test_a_stranger_is_answered_before_anything_of_the_call_is_read(provider):
    place = provider.line().base_url.removeprefix("http://").split(":")
    with socket.create_connection((place[0], int(place[1])), timeout=5) as link:
        link.sendall(b"POST /v1/batches HTTP/1.1\r\nContent-Length: 40000000\r\n\r\n")
        assert link.recv(100).startswith(b"HTTP/1.1 401 ")


def test_the_outbox_listens_to_this_computer_only(provider):
    assert provider.line().base_url.startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    "issue", ["../evil", "/etc", "a/b", "a\\b", "..", ".", "", ".hidden", "a..b", "a.", "x" * 121]
)
def test_no_issue_can_write_outside_the_outbox(provider, tmp_path, issue):
    assert call(provider, body_of(provider, issue=issue))[0] == 422
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "[" * 10_000, '{"issue": 5}', "\udcff".encode("utf-8", "surrogateescape")],
)
def test_what_is_no_call_is_refused_in_words(provider, body):
    status, answer = call(provider, body)
    assert status == 422
    assert json.loads(answer)["message"]


def test_a_call_holds_no_more_than_five_hundred(provider, tmp_path):
    person = {"to": "ann@example.org", "id": "00"}
    assert call(provider, body_of(provider, recipients=[person] * 501))[0] == 422
    assert not (tmp_path / "outbox").exists()


def test_there_is_nothing_else_to_call(provider):
    assert call(provider, "{}", path="/v1/other")[0] == 404
    assert call(provider, "", method="GET")[0] == 501
    assert call(provider, "x", **{"Content-Length": "999999999"})[0] == 413


def test_where_no_mail_could_be_written_nothing_was_taken(provider, tmp_path):
    (tmp_path / "outbox").write_text("a file")
    with pytest.raises(Misconfigured, match="cannot write into the outbox folder"):
        hand_over(provider, recipient("ann@example.org"))


def test_a_key_of_another_run_is_not_taken(provider, tmp_path):
    other = outbox(tmp_path, base_url=provider.line().base_url)
    with pytest.raises(Misconfigured, match="this outbox belongs to another run"):
        hand_over(other, recipient("ann@example.org"))
    other.close()


# The table.


def test_every_provider_of_the_table_can_be_opened(tmp_path):
    for name in TABLE:
        known = {**TONGUES, **DESKS}
        needed = known[name].settings if name in known else {}
        provider = open_provider(name, needed, folder=tmp_path, env={}, clock=lambda: NOON)
        assert provider.name == name
        provider.close()
    assert list(tmp_path.iterdir()) == []


def test_the_outbox_takes_five_hundred_or_fewer(tmp_path):
    assert outbox(tmp_path).limits == Limits(500, 50_000_000)
    assert outbox(tmp_path, batch_size=20).limits.batch_size == 20
    assert outbox(tmp_path).own_tokens == {"unsubscribe_url"}


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        (
            "outbocks",
            {},
            '"outbocks" is not a provider. Did you mean "outbox"? Known: outbox, file, mailgun, ',
        ),
        ("zzz", {}, '"zzz" is not a provider. Known: outbox, file, mailgun, '),
        (
            "outbox",
            {"batchsize": 5},
            '"batchsize" is not a key of [providers.outbox]. Did you mean "batch_size"?',
        ),
        (
            "outbox",
            {"batch_size": "5"},
            '[providers.outbox] batch_size = "5" should be a whole number.',
        ),
        ("outbox", {"batch_size": 0}, "[providers.outbox] batch_size = 0"),
        ("outbox", {"batch_size": 501}, "[providers.outbox] batch_size = 501"),
        ("outbox", {"folder": ""}, '[providers.outbox] folder = "" must not be empty.'),
        (
            "outbox",
            {"base_url": "http://mail.example"},
            '[providers.outbox] base_url = "http://mail.example" cannot be used.',
        ),
        (
            "outbox",
            {"unsubscribe_url": "http://x.example"},
            '[providers.outbox] unsubscribe_url = "http://x.example"',
        ),
    ],
)
def test_a_wrong_setting_is_said_in_words(tmp_path, name, options, message):
    with pytest.raises(ConfigError) as caught:
        open_provider(name, options, folder=tmp_path, env={}, clock=lambda: NOON)
    assert message in str(caught.value)
