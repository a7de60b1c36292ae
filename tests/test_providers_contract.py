"""What holds for every provider that we bring the recipients to, in its own API."""

import sys
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lying_server import (
    CUT_AFTER,
    CUT_BEFORE,
    ERROR_AFTER,
    GARBAGE,
    LIES,
    MIXED,
    REFUSE,
    SHORT,
    TAKE,
    UNAUTHORISED,
    LyingServer,
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
from syndicate.ledger import open_ledger
from syndicate.models import Batch, Frozen, Mailbox, Message, Recipient, Statistics, Verdict
from syndicate.providers import TABLE, kind_of, open_provider
from syndicate.send import Clock, Run, Threads, hand_over
from syndicate.tokens import token
from tongues import TONGUES

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
#: providers that are handed people over HTTP; the outbox has tests of its own. The last one is the
#: worked example of docs/howto/add-a-provider.md, added from outside as another package would
NAMES = [
    name
    for name in TABLE
    if name not in {"outbox", "file"} and not kind_of(name).abilities.holds_list
]
NAMES.append("pigeon")
LINK = "https://example.org/leave?u="
MESSAGE = Message(
    subject="Backs, and why they hurt 🦴",
    preheader="",
    html=f'<p>Dear {token("name", "reader")}, <a href="{token("unsubscribe_url")}">leave</a></p>',
    text=f"Dear {token('name', 'reader')}\n\nLeave: {token('unsubscribe_url')}\n",
    sender=Mailbox('Back, "Matters"', "hello@bücher.example"),
    reply_to=(Mailbox("Help", "help@bücher.example"),),
    headers=(("List-Id", "Weekly <weekly.example.org>"),),
)
#: words that some provider could take for its own
HOSTILE = (
    "{{params.open}}", "{{name}}", "{{{ pm:unsubscribe }}}", "{% if x %}", "%recipient.name%",
    "100%", "%unsubscribe_url%", "*|UNSUB|*", "<%asm_group_unsubscribe_raw_url%>", "{{", "}}",
    "[[UNSUB_LINK_EN]]", "{{var:name}}", "%", "{", "}", "null", "0", "-v0-", "[%v0%]", "\\", "$1",
    "\\1", '"', "'", "<b>&amp;", "אב", "🦴", "a\nb", "{$name}", "{#", "@@", "{{v0}}", "|*",
)  # fmt: skip
words = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=6), max_size=5).map(
    lambda parts: "".join(c for c in "".join(parts) if _possible(c))
)


def _possible(letter):
    """Whether a message can hold a letter: texts are cleaned at the door."""
    code = ord(letter)
    return letter == "\n" or not (
        code < 0x20 or 0x7F <= code < 0xA0 or 0xD800 <= code <= 0xDFFF or 0xFDD0 <= code <= 0xFDEF
    )


def people(number, issue="weekly-2026-W48", values=None):
    made = []
    for n in range(number):
        address = f"person{n}.{issue}@example.org"
        key = recipient_key(address, b"s" * 32)
        own = {"name": f"Ann {n}", "unsubscribe_url": f"{LINK}{n}", **(values or {})}
        made.append(Recipient(address, key, n + 2, own))
    return tuple(sorted(made, key=lambda one: one.key))


def batch_of(recipients):
    return Batch("weekly-2026-W48", 1, "weekly-2026-W48-b0001", recipients)


@pytest.fixture(autouse=True, scope="module")
def another_package(tmp_path_factory):
    """A package that brings a provider by its entry point, as if it were installed."""
    folder = tmp_path_factory.mktemp("installed") / "pigeon_post-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: pigeon-post\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text("[syndicate.providers]\npigeon = pigeon:Pigeon\n")
    sys.path.append(str(folder.parent))
    yield
    sys.path.remove(str(folder.parent))


def opened(name, server, **more):
    tongue = TONGUES[name]
    return open_provider(
        name,
        {"base_url": server.url, "patience": "2s", **tongue.settings, **more},
        folder=Path(),
        env=tongue.env,
        clock=lambda: NOW,
    )


@contextmanager
def serving(name):
    with LyingServer(TONGUES[name]) as server:
        opening = opened(name, server)
        opening.server = server
        yield opening
        opening.close()


@pytest.fixture(params=NAMES)
def provider(request):
    with serving(request.param) as opening:
        yield opening


@pytest.fixture(params=[name for name in NAMES if TONGUES[name].mixes])
def mixing(request):
    """A provider that answers recipient by recipient."""
    with serving(request.param) as opening:
        yield opening


@pytest.fixture(params=[name for name in NAMES if TONGUES[name].reads_answers])
def telling(request):
    """A provider that answers with more than a status."""
    with serving(request.param) as opening:
        yield opening


def test_every_provider_has_a_tongue_here():
    assert set(TONGUES) == set(NAMES)


def handed(provider, message, batch):
    """Hand over, and give what each recipient gets, by address."""
    provider.submit(provider.compose(message, batch), batch)
    path, headers, body = provider.server.requests[-1]
    return {mail.address: mail for mail in provider.server.tongue.mails(path, headers, body)}


def test_everybody_gets_their_own_mail_with_their_own_link(provider):
    batch = batch_of(people(3))
    mails = handed(provider, MESSAGE, batch)
    assert set(mails) == {one.address for one in batch.recipients}
    for one in batch.recipients:
        mail, leave = mails[one.address], one.values["unsubscribe_url"]
        if provider.insists:
            leave = provider.own_link
        else:
            assert mail.headers["List-Unsubscribe"] == f"<{leave}>"
            assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert mail.subject == MESSAGE.subject
        assert mail.name == one.values["name"]
        assert mail.html == f'<p>Dear {mail.name}, <a href="{leave}">leave</a></p>'
        assert mail.text == f"Dear {mail.name}\n\nLeave: {leave}\n"
        assert mail.headers["List-Id"] == "Weekly <weekly.example.org>"
        assert (mail.issue, mail.batch) == (batch.issue, batch.name)


def test_the_key_goes_with_the_call_and_nowhere_else(provider):
    handed(provider, MESSAGE, batch_of(people(1)))
    _, headers, body = provider.server.requests[-1]
    key = next(iter(provider.server.tongue.env.values()))
    carried = repr(headers) + repr(provider.authentication())
    proofs = (key, "Basic ", "Credential=AKID")
    assert any(proof in carried for proof in proofs) or key.encode() in body
    assert key not in repr(provider.key)
    provider.server.will(UNAUTHORISED)
    with pytest.raises(Misconfigured) as error:
        handed(provider, MESSAGE, batch_of(people(1)))
    assert key not in str(error.value)


def test_the_same_batch_makes_the_same_bytes(provider):
    batch = batch_of(people(5))
    first = provider.compose(MESSAGE, batch)
    assert provider.compose(MESSAGE, batch) == first
    with LyingServer(provider.server.tongue) as other:
        again = opened(provider.name, other)
        assert again.compose(replace(MESSAGE), batch) == first
        again.close()


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(said=words, subject=words, value=words, fallback=st.sampled_from(["", "reader", "{{x"]))
def test_whatever_is_written_arrives_as_it_was_written(provider, said, subject, value, fallback):
    hello = token("name", fallback)
    message = replace(
        MESSAGE,
        subject=" ".join(f"{subject} {hello}".split()),
        html=f"<p>{said}{hello}{said}</p><a href='https://x.example/?n={hello}'>{said}</a>",
        text=f"{said}{hello}{said}",
    )
    (one,) = people(1, values={"name": value})
    try:
        payload = provider.compose(message, batch_of((one,)))
    except Unsupported:
        return
    mails = provider.server.tongue.mails(f"/{payload.path}", _headers(payload), payload.body)
    (mail,) = mails
    meant = filling.plan(message).for_one(one.values)
    assert (mail.subject, mail.html, mail.text) == (meant.subject, meant.html, meant.text)


def _headers(payload):
    return {"Content-Type": payload.content_type, **payload.headers}


@pytest.mark.parametrize(
    ("lie", "error"),
    [
        (REFUSE, Refused),
        (UNAUTHORISED, Misconfigured),
        (throttle(3), Throttled),
        (ERROR_AFTER, Uncertain),
        (CUT_BEFORE, Uncertain),
        (CUT_AFTER, Uncertain),
    ],
    ids=repr,
)
def test_what_goes_wrong_is_sorted_by_whether_mail_could_have_left(provider, lie, error):
    provider.server.will(lie)
    batch = batch_of(people(2))
    with pytest.raises(ProviderError) as raised:
        provider.submit(provider.compose(MESSAGE, batch), batch)
    assert type(raised.value) is error
    assert "@" not in str(raised.value)


def test_an_answer_without_sense_is_in_doubt(telling):
    provider = telling
    provider.server.will(GARBAGE)
    batch = batch_of(people(2))
    with pytest.raises(Uncertain):
        provider.submit(provider.compose(MESSAGE, batch), batch)


def test_a_mixed_answer_is_read_recipient_by_recipient(mixing):
    provider = mixing
    provider.server.will(MIXED)
    batch = batch_of(people(4))
    receipt = provider.submit(provider.compose(MESSAGE, batch), batch)
    keys = [one.key for one in batch.recipients]
    assert [one.key for one in receipt.refused] == keys[1::2]
    assert all(one.reason and "@" not in one.reason for one in receipt.refused)


def test_whom_an_answer_does_not_speak_of_is_in_doubt(mixing):
    provider = mixing
    provider.server.will(SHORT)
    batch = batch_of(people(3))
    receipt = provider.submit(provider.compose(MESSAGE, batch), batch)
    assert receipt.doubtful == (batch.recipients[-1].key,)


def test_more_than_it_takes_in_one_call_is_refused_in_the_configuration(provider):
    with pytest.raises(ConfigError, match="batch_size"):
        opened(provider.name, provider.server, batch_size=provider.most.batch_size + 1)


def test_a_full_call_stays_within_its_limits(provider):
    batch = batch_of(people(provider.limits.batch_size))
    payload = provider.compose(MESSAGE, batch)
    assert payload.body
    assert provider.limits.max_bytes is None or len(payload.body) <= provider.limits.max_bytes
    mails = provider.server.tongue.mails(f"/{payload.path}", _headers(payload), payload.body)
    assert sum(1 for _ in mails) == provider.limits.batch_size


def test_a_missing_key_is_named_and_nothing_is_called(provider):
    name = "|".join(TONGUES[provider.name].env)
    bare = open_provider(
        provider.name,
        {"base_url": provider.server.url, **TONGUES[provider.name].settings},
        folder=Path(),
        env={},
        clock=lambda: NOW,
    )
    batch = batch_of(people(1))
    with pytest.raises(ConfigError, match=name):
        bare.submit(bare.compose(MESSAGE, batch), batch)
    assert not provider.server.requests


def test_its_records_only_ever_tell_of_what_it_took(provider):
    batch = batch_of(people(3))
    if not provider.abilities.lookup:
        with pytest.raises(Unsupported):
            provider.lookup(batch)
        return
    before = provider.lookup(batch)
    assert not before.whole
    assert not before.taken
    handed(provider, MESSAGE, batch)
    after = provider.lookup(batch)
    assert after.whole or after.taken == {one.key for one in batch.recipients}


def test_its_records_never_tell_of_other_mail_to_the_same_people(provider):
    if provider.abilities.lookup:
        everybody = people(3)
        handed(provider, MESSAGE, batch_of(everybody))
        other = Batch("weekly-2026-W49", 1, "weekly-2026-W49-b0001", everybody)
        assert provider.lookup(other) == Verdict()


def test_what_it_tells_of_an_issue_is_a_count_and_nothing_is_not_0(provider):
    handed(provider, MESSAGE, batch_of(people(3)))
    told = provider.statistics("weekly-2026-W48", ())
    for field in told.__slots__:
        if field not in provider.abilities.told:
            assert getattr(told, field) is None
    counted = [getattr(told, field) for field in provider.abilities.told]
    assert not counted or any(one is not None for one in counted)
    assert provider.statistics("weekly-2026-W49", ()) == Statistics()


@pytest.mark.parametrize(
    "name",
    [
        "Müller, Jörg",
        'Ann "Bones" O\'Neil',
        "Ann\\",
        "🦴, Ltd.",
        "אב",
        "a@b; c",
        "Ann\r\nBcc: x@y.zz",
    ],
)
def test_whatever_somebody_is_called_is_one_name_of_one_mail(provider, name):
    (one,) = people(1, values={"name": name})
    at_home = replace(one, address="ann@bücher.example")
    mails = handed(provider, MESSAGE, batch_of((at_home,)))
    assert list(mails) == ["ann@xn--bcher-kva.example"]
    assert mails["ann@xn--bcher-kva.example"].name == " ".join(name.split())


@pytest.mark.parametrize(
    "name", ["Help", "Müller, Jörg", 'Ann "Bones" Lee', "Ann\\", "🦴, Ltd.", ""]
)
def test_answers_go_to_everybody_who_is_named_or_it_is_refused(provider, name):
    several = (Mailbox(name, "ann@bücher.example"), Mailbox("Lee, Bob", "bob@example.org"))
    most = provider.abilities.reply_to
    if most is not None:
        with pytest.raises(Unsupported, match="reply_to names 2 mailboxes"):
            provider.compose(replace(MESSAGE, reply_to=several), batch_of(people(1)))
    told = several[:most]
    (mail,) = handed(provider, replace(MESSAGE, reply_to=told), batch_of(people(1))).values()
    wires = [(name, "ann@xn--bcher-kva.example"), ("Lee, Bob", "bob@example.org")]
    assert list(mail.answers) == wires[:most]
    (mail,) = handed(provider, replace(MESSAGE, reply_to=()), batch_of(people(1))).values()
    assert mail.answers == ()


def test_no_header_has_letters_beyond_ascii(provider):
    message = replace(MESSAGE, headers=(("List-Id", "Rücken <weekly.example.org>"),))
    (mail,) = handed(provider, message, batch_of(people(1))).values()
    assert mail.headers["List-Id"] in {"<weekly.example.org>", "Weekly <weekly.example.org>"}
    with pytest.raises(Unsupported, match="X-Where"):
        provider.compose(replace(MESSAGE, headers=(("X-Where", "Rücken"),)), batch_of(people(1)))


@pytest.mark.parametrize("start", range(4))
def test_nobody_gets_an_issue_twice_whatever_it_answers(provider, tmp_path, start):
    """Through the real ledger and the real loop, again and again until it is through."""
    everybody = people(12)
    lies = [LIES[(start * 5 + 3 * n) % len(LIES)] for n in range(9)]
    provider.server.will(*[lie for lie in lies if lie is not UNAUTHORISED])
    with closing(open_ledger(tmp_path / "ledger.db")) as ledger:
        frozen = Frozen(
            "weekly-2026-W48", 1, "weekly", provider.name, "c" * 64, ("a",), MESSAGE, NOW, (), "t"
        )
        ledger.freeze(frozen, [everybody[n : n + 3] for n in range(0, 12, 3)], [])
        for _ in range(8):
            one_run(provider, ledger)
        counts = ledger.issue("weekly-2026-W48").counts
        refused = counts.refused
    taken = provider.server.taken
    assert not provider.server.twice()
    assert counts.accepted <= len(taken)
    assert counts.pending == 0
    assert len(taken) <= counts.accepted + counts.in_doubt
    assert counts.accepted + counts.in_doubt + refused == counts.frozen == 12


def one_run(provider, ledger):
    ticks = iter(range(100_000))
    clock = Clock(lambda: NOW, lambda: float(next(ticks)), lambda _: None, lambda: False)
    with suppress(ProviderError):
        hand_over(
            Run(
                ledger, provider, "weekly-2026-W48", MESSAGE, ledger.begin_run("t", NOW), "t",
                clock, Threads(), frozenset, lambda _: None,
            )
        )  # fmt: skip


def test_the_first_lie_of_all_is_the_truth():
    assert LIES[0] is TAKE
