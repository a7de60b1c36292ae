"""What holds for every provider that holds the list itself, in its own API."""

import re
import time
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign_servers import DESKS, TROUBLES, CampaignServer
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
from syndicate.models import Frozen, HeldList, Mailbox, Message, Stage, Status
from syndicate.providers import TABLE, kind_of, open_provider
from syndicate.providers.campaigns import JOINER, visible
from syndicate.providers.mailchimp import next_quarter
from syndicate.send import CampaignRun, Clock, Ending, hand_over_campaign
from syndicate.tokens import token

NOW = datetime(2026, 11, 23, 9, 7, tzinfo=UTC)
NAMES = [name for name in TABLE if kind_of(name).abilities.holds_list]
MARKER = "backmatters.example/weekly-2026-W48/" + "c" * 64
MESSAGE = Message(
    subject="Backs, and why they hurt 🦴",
    preheader="A short one",
    html=f'<p>Dear {token("name", "reader")}, <a href="{token("unsubscribe_url")}">leave</a></p>',
    text=f"Dear {token('name', 'reader')}\n\nLeave: {token('unsubscribe_url')}\n",
    sender=Mailbox("Back Matters", "hello@example.org"),
    reply_to=(),
    headers=(("List-Id", "Weekly <weekly.example.org>"),),
)


def opened(name, server, pause=time.sleep, **more):
    desk = server.desk
    return open_provider(
        name,
        {"base_url": server.url, "patience": "2s", **desk.settings, **more},
        folder=Path(),
        env=desk.env,
        clock=lambda: NOW,
        pause=pause,
    )


@pytest.fixture(params=NAMES)
def provider(request):
    with CampaignServer(DESKS[request.param]()) as server:
        opening = opened(request.param, server)
        opening.server = server
        yield opening
        opening.close()


def readers(provider):
    return provider.audience(provider.server.desk.list_name, "")


def test_every_provider_of_this_shape_has_a_desk_here():
    assert set(DESKS) == set(NAMES)


def test_a_list_is_found_by_its_name_with_how_many_it_holds(provider):
    desk = provider.server.desk
    found = readers(provider)
    assert (found.id, found.people) == (desk.audience, desk.people)


def test_an_unknown_or_ambiguous_list_is_refused_in_words(provider):
    with pytest.raises(Misconfigured, match=r'no \w+ "Weekly reader"\. Did you mean "Weekly read'):
        provider.audience("Weekly reader", "")
    with pytest.raises(Misconfigured, match=r"2 \w+ called \"Twice\""):
        provider.audience("Twice", "")


def test_a_segment_is_found_by_its_name_or_said_to_be_impossible(provider):
    desk = provider.server.desk
    if hasattr(desk, "segment_id"):
        found = provider.audience(desk.list_name, "Germany")
        assert (found.id, found.people) == (desk.segment_id, 5)
    else:
        with pytest.raises(Unsupported, match="segment"):
            provider.audience(desk.list_name, "Germany")


def test_a_draft_mails_nobody_and_is_read_back_as_it_was_meant(provider):
    made = provider.create(MESSAGE, readers(provider), MARKER)
    provider.fill(made.reference, MESSAGE, readers(provider), MARKER)
    back = provider.read(made.reference)
    assert (back.marker, back.audience, back.stage) == (MARKER, readers(provider).id, Stage.DRAFT)
    assert provider.differs(back, MESSAGE) == ""
    assert not provider.server.desk.gone
    assert [one.reference for one in provider.find(MARKER)] == [made.reference]
    assert provider.find(MARKER[:-1] + "d") == ()


def test_a_draft_that_says_something_else_is_told_apart(provider):
    made = provider.create(MESSAGE, readers(provider), MARKER)
    provider.fill(made.reference, MESSAGE, readers(provider), MARKER)
    back = provider.read(made.reference)
    assert "subject" in provider.differs(back, replace(MESSAGE, subject="Another"))
    assert "text" in provider.differs(back, replace(MESSAGE, html="<p>Another text.</p>"))


def test_everybody_can_leave_by_the_link_of_the_provider(provider):
    assert provider.own_tokens == {"unsubscribe_url"}
    written = provider.written(MESSAGE)
    assert provider.leave in written.html
    assert provider.leave in written.text


def test_a_token_without_a_field_there_is_refused_before_anything_is_frozen(provider):
    message = replace(MESSAGE, html=f"<p>{token('shoe_size')}</p>")
    with pytest.raises(Unsupported, match=r"fields = \{ shoe_size"):
        provider.fits(message)
    named = opened(provider.name, provider.server, fields={"shoe_size": "SHOE"})
    assert "SHOE" in named.written(message).html
    assert not provider.server.calls


def test_an_address_for_answers_is_told_or_refused_before_anything_is_frozen(provider):
    boxes = (Mailbox('Lee, "Zoë"', "zoe@bücher.example"), Mailbox("Help", "help@example.org"))
    most = provider.abilities.reply_to
    if most is not None:
        with pytest.raises(Unsupported, match="reply_to"):
            provider.fits(replace(MESSAGE, reply_to=boxes))
        assert not provider.server.calls
    told = boxes[:most] if most != 0 else (MESSAGE.sender,)
    message = replace(MESSAGE, reply_to=told)
    provider.fits(message)
    made = provider.create(message, readers(provider), MARKER)
    provider.fill(made.reference, message, readers(provider), MARKER)
    if most != 0:
        body = provider.server.desk.one(made.reference)["body"]
        names = [('Lee, "Zoë"', "zoe@xn--bcher-kva.example"), ("Help", "help@example.org")]
        assert provider.server.desk.answers(body) in {
            tuple(names[:most]),
            # Where an address is all that can be told.
            tuple(("", address) for _, address in names[:most]),
        }


MARKS = ("{{", "{%", "{#", "*|", "|*", "}}", "{{{x}}}", "*|UNSUB|*", "{{ unsubscribe }}", "{", "*")
words = st.lists(st.sampled_from(MARKS) | st.text("ab {}*|%#<>&", max_size=4), max_size=6).map(
    "".join
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(said=words)
def test_what_an_author_wrote_is_never_taken_for_its_syntax(provider, said):
    message = replace(MESSAGE, subject=f"x{said}", html=f"<p>{said}</p>", text=said)
    written = provider.written(message)
    for part in (written.subject, written.html, written.text):
        assert not re.search(provider.literal, part)
    assert written.text.replace(JOINER, "") == said
    assert visible(written.html) == visible(message.html)


def test_it_is_let_go_once_and_shows_it(provider):
    made = provider.create(MESSAGE, readers(provider), MARKER)
    provider.fill(made.reference, MESSAGE, readers(provider), MARKER)
    provider.flip(made.reference, None)
    assert provider.read(made.reference).stage is not Stage.DRAFT
    with pytest.raises(ProviderError):
        provider.flip(made.reference, None)
    assert provider.server.desk.gone == {MARKER: 1}


def test_a_scheduled_one_can_be_had_back_where_it_says_so(provider):
    made = provider.create(MESSAGE, readers(provider), MARKER)
    if not provider.abilities.take_back:
        with pytest.raises(Unsupported):
            provider.take_back(made.reference)
        return
    provider.flip(made.reference, NOW + timedelta(minutes=10))
    assert provider.read(made.reference).stage is Stage.SCHEDULED
    provider.take_back(made.reference)
    assert provider.read(made.reference).stage is Stage.DRAFT
    assert not provider.server.desk.gone


def test_what_it_stopped_is_never_a_draft(provider):
    made = provider.create(MESSAGE, readers(provider), MARKER)
    provider.server.desk.kept[int(made.reference)]["stage"] = "stopped"
    assert provider.read(made.reference).stage in {Stage.STOPPED, Stage.GONE}


def test_nothing_at_a_path_is_none(provider):
    assert provider.read("999") is None


def test_a_test_goes_to_the_addresses_named_and_leaves_nothing_behind(provider):
    desk = provider.server.desk
    try:
        provider.test(MESSAGE, readers(provider), MARKER, ["me@example.org"])
    except Unsupported:
        assert desk.tested == []
    else:
        assert desk.tested == ["me@example.org"]
    assert desk.kept == {}
    assert not desk.gone


@pytest.mark.parametrize(
    ("trouble", "error"),
    [("422", Refused), ("429", Throttled), ("500 after", Uncertain), ("cut after", Uncertain)],
)
def test_what_goes_wrong_is_sorted_by_whether_mail_could_have_left(provider, trouble, error):
    made = provider.create(MESSAGE, readers(provider), MARKER)
    provider.server.will(trouble)
    with pytest.raises(error):
        provider.flip(made.reference, None)


def test_questions_that_come_too_fast_are_asked_again_and_not_for_ever(provider):
    desk, calls, waits = provider.server.desk, [], []
    handle = desk.handle

    def busy(method, path, query, body):
        calls.append(path)
        if len(calls) % 3:
            return 429, {"message": "slow down"}
        return handle(method, path, query, body)

    desk.handle = busy
    patient = opened(provider.name, provider.server, pause=waits.append)
    patient.server = provider.server
    assert readers(patient).people == desk.people
    assert waits == [1.0, 1.0] * (len(calls) // 3)
    desk.handle = lambda *_: (429, {})
    with pytest.raises(Throttled):
        readers(patient)


@pytest.mark.parametrize("ask", ["find", "read", "create", "audience"])
def test_an_answer_without_sense_ends_in_words(provider, ask):
    provider.server.desk.handle = lambda *_: (200, {"id": [], "data": 7, "lists": 7, "tags": 7})
    questions = {
        "find": lambda: provider.find(MARKER),
        "read": lambda: provider.read("1"),
        "create": lambda: provider.create(MESSAGE, HeldList("1", "x", 1), MARKER),
        "audience": lambda: provider.audience("x", ""),
    }
    with suppress(ProviderError):
        questions[ask]()


def test_a_missing_key_is_named(provider):
    (name,) = provider.server.desk.env
    settings = {"base_url": provider.server.url, **provider.server.desk.settings}
    bare = open_provider(provider.name, settings, folder=Path(), env={}, clock=lambda: NOW)
    with pytest.raises(ConfigError, match=name):
        bare.find(MARKER)


def test_what_it_counts_is_told_and_the_rest_is_none(provider):
    made = provider.create(MESSAGE, readers(provider), MARKER)
    told = provider.statistics("weekly-2026-W48", (made.reference,))
    for field in told.__slots__:
        if field not in provider.abilities.told:
            assert getattr(told, field) is None
    if provider.abilities.told:
        assert any(getattr(told, field) is not None for field in told.__slots__)


TROUBLE = st.lists(st.sampled_from((None, *TROUBLES)), max_size=7)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(troubles=TROUBLE)
def test_whatever_it_loses_an_issue_is_let_go_once_and_the_ledger_knows(
    provider, tmp_path_factory, troubles
):
    """Through the real ledger and the real protocol, again and again until it is through."""
    desk = provider.server.desk = DESKS[provider.name]()
    provider.server.forget_troubles()
    provider.server.will(*troubles)
    path = tmp_path_factory.mktemp("campaign") / "ledger.db"
    with closing(open_ledger(path)) as ledger:
        list_ = HeldList(desk.audience, desk.list_name, desk.people)
        frozen = Frozen(
            "weekly-2026-W48", 1, "weekly", provider.name, "c" * 64, ("a",), MESSAGE, NOW, (),
            "t", list_,
        )  # fmt: skip
        ledger.freeze(frozen, [], [])
        for _ in range(9):
            one_run(provider, ledger, list_)
            if ledger.issue("weekly-2026-W48").counts.accepted:
                break
        (batch,) = ledger.batches("weekly-2026-W48")
        counts = ledger.issue("weekly-2026-W48").counts
    assert desk.gone == {MARKER: 1}
    assert batch.status is Status.ACCEPTED
    assert counts.accepted == counts.frozen == desk.people


def one_run(provider, ledger, list_):
    ticks = iter(range(0, 10**9, 5))
    clock = Clock(lambda: NOW, lambda: float(next(ticks)), lambda _: None, lambda: False)
    issue = ledger.issue("weekly-2026-W48")
    run = ledger.begin_run("t", NOW)
    result = hand_over_campaign(
        CampaignRun(ledger, provider, issue, MESSAGE, list_, MARKER, run, "t", clock)
    )
    assert result.ending in {Ending.DONE, Ending.STOPPED, Ending.DOUBTFUL}


def test_mailchimp_waits_until_a_quarter_of_an_hour():
    assert next_quarter(NOW) == NOW.replace(minute=15)
    assert next_quarter(NOW.replace(minute=45)) == NOW.replace(minute=45)
    assert next_quarter(NOW.replace(minute=59)) == NOW.replace(hour=10, minute=0)
