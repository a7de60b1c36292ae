"""What every ledger must do; another kind joins by one line in KINDS."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from syndicate.contracts import Ledger
from syndicate.errors import ConfigError, LedgerError
from syndicate.ledger import open_ledger
from syndicate.models import (
    Counts,
    Excluded,
    Frozen,
    Generation,
    LogEntry,
    Mailbox,
    Message,
    Receipt,
    Recipient,
    Refusal,
    Status,
)

NOW = datetime(2026, 11, 23, 9, 30, 0, 123456, tzinfo=UTC)
ISSUE = "weekly-2026-W48"
#: where a new ledger is to be, by its kind
KINDS = {
    "sqlite": lambda request, name: (
        f"sqlite:{request.getfixturevalue('tmp_path') / name / 'ledger.db'}"
    ),
    "postgresql": lambda request, _: request.getfixturevalue("postgres").database(),
}
MESSAGE = Message(
    subject="Why \u201cbacks\u201d hurt",
    preheader="And what helps",
    html="<p>Dear \ufdd0name\ufdd2reader\ufdd1</p>\r\n",
    text="Dear \ufdd0name\ufdd2reader\ufdd1\n\U0001f33f",
    sender=Mailbox("Back Matters", "hello@backmatters.example"),
    reply_to=(),
    headers=(("List-Id", "<weekly.backmatters.example>"),),
)
FROZEN = Frozen(
    id=ISSUE,
    number=1,
    newsletter="weekly",
    provider="outbox",
    content_hash="abcdef" + "0" * 58,
    articles=("tag:b", "tag:a"),
    message=MESSAGE,
    frozen_at=NOW,
    baseline=("tag:old",),
    by="anna (desk)",
)
SECOND = replace(FROZEN, id=f"{ISSUE}-2", number=2, baseline=None, articles=("tag:c",))


def person(n: int) -> Recipient:
    return Recipient(f"person{n}@example.org", n.to_bytes(16, "big"), n + 2, {"name": f"P{n}"})


def people(*sizes: int) -> Iterator[list[Recipient]]:
    first = 0
    for size in sizes:
        yield [person(n) for n in range(first, first + size)]
        first += size


def claim(ledger: Ledger, run: int, number: int = 1, token: str = "t") -> bool:
    batch = ledger.batch(ISSUE, number)
    return ledger.claim(batch, run=run, token=token, payload_hash="h", now=NOW)


def counts(ledger: Ledger, issue: str = ISSUE) -> Counts:
    found = ledger.issue(issue)
    assert found is not None
    return found.counts


def statuses(ledger: Ledger) -> list[str]:
    return [str(batch.status) for batch in ledger.batches(ISSUE)]


@pytest.fixture(params=KINDS)
def new_place(request) -> Callable[[str], str]:
    return lambda name: KINDS[request.param](request, name)


@pytest.fixture
def reopen(new_place) -> Iterator[Callable[[], Ledger]]:
    opened: list[Ledger] = []
    place = new_place("state")

    def once_more() -> Ledger:
        opened.append(open_ledger(place))
        return opened[-1]

    yield once_more
    for ledger in opened:
        ledger.close()


@pytest.fixture
def ledger(reopen) -> Ledger:
    return reopen()


@pytest.fixture
def run(ledger) -> int:
    """An issue of three people in two batches, and a run."""
    ledger.freeze(FROZEN, people(2, 1), ())
    return ledger.begin_run("anna (desk)", NOW)


def test_a_frozen_issue_reads_back_whole_and_after_reopening(ledger, reopen):
    excluded = [Excluded(None, "invalid", 9), Excluded(b"k" * 16, "duplicate", 10)]
    excluded += [Excluded(b"k" * 16, "duplicate", 11)]

    issue = ledger.freeze(FROZEN, people(2, 1), excluded)

    assert (issue.id, issue.number, issue.newsletter) == (ISSUE, 1, "weekly")
    assert issue.provider == "outbox"
    assert issue.subject == MESSAGE.subject
    assert issue.articles == ("tag:b", "tag:a")
    assert issue.frozen_at == NOW
    assert issue.excluded == {"invalid": 1, "duplicate": 2}
    assert Counts(pending=3, frozen=3) == issue.counts
    assert issue == reopen().issue(ISSUE)
    assert reopen().message(ISSUE) == MESSAGE


HELP = Mailbox("Help", "help@backmatters.example")


@pytest.mark.parametrize(("written", "read"), [(None, ()), (HELP, (HELP,))])
def test_an_issue_of_a_time_of_one_reply_address_reads_as_it_was(ledger, written, read):
    older = replace(MESSAGE, reply_to=written)
    ledger.freeze(replace(FROZEN, message=older), people(1), [])
    assert ledger.message(ISSUE) == replace(MESSAGE, reply_to=read)


@pytest.mark.usefixtures("run")
def test_a_batch_reads_back_with_its_people_in_order(ledger):
    batch = ledger.batch(ISSUE, 1)

    assert batch.name == f"{ISSUE}-b0001"
    assert batch.recipients == (person(0), person(1))
    assert batch.status is Status.PENDING
    assert [one.recipients for one in ledger.batches(ISSUE)] == [()] * 2


def test_an_unknown_issue_or_batch_is_told_in_words(ledger):
    assert ledger.issue("nothing") is None
    with pytest.raises(LedgerError, match='no issue "nothing"'):
        ledger.message("nothing")
    with pytest.raises(LedgerError, match='no batch "nothing-b0007"'):
        ledger.batch("nothing", 7)


@pytest.mark.parametrize("sizes", [(2, 2), (1, 3)])
def test_nobody_can_be_twice_in_an_issue(ledger, sizes):
    batches = list(people(*sizes))
    batches[-1][-1] = replace(batches[0][0], address="PERSON0@example.org")

    with pytest.raises(LedgerError, match="recipient comes twice") as caught:
        ledger.freeze(FROZEN, batches, ())

    assert "example.org" not in str(caught.value)
    assert ledger.issues() == ()
    assert not ledger.started("weekly")


def test_a_freeze_that_breaks_off_leaves_nothing(ledger):
    def broken(*first):
        yield from first
        raise RuntimeError("the audience file went away")

    with pytest.raises(RuntimeError):
        ledger.freeze(FROZEN, broken(*people(2)), ())
    with pytest.raises(RuntimeError):
        ledger.freeze(FROZEN, people(2), broken(Excluded(None, "invalid", 9)))

    assert ledger.issues() == ()
    assert ledger.log() == ()
    assert ledger.mailed("weekly") == {}
    assert ledger.next_issue("weekly", "2026-W48") == (ISSUE, 1)
    assert ledger.freeze(FROZEN, people(3), ()).counts.frozen == 3


def test_an_issue_for_nobody_is_refused(ledger):
    with pytest.raises(LedgerError, match="nobody to mail"):
        ledger.freeze(FROZEN, (), ())

    assert not ledger.started("weekly")


@pytest.mark.usefixtures("run")
def test_an_id_is_taken_once(ledger):
    with pytest.raises(LedgerError, match="is there already"):
        ledger.freeze(replace(FROZEN, baseline=None), people(1), ())
    with pytest.raises(LedgerError, match="is there already"):
        ledger.freeze(replace(SECOND, number=1), people(1), ())

    assert [issue.id for issue in ledger.issues()] == [ISSUE]


def test_the_baseline_is_written_once_and_with_the_first_issue(ledger):
    assert not ledger.started("weekly")
    with pytest.raises(LedgerError, match="has no baseline"):
        ledger.freeze(replace(FROZEN, baseline=None), people(1), ())

    ledger.freeze(FROZEN, people(1), ())

    assert ledger.started("weekly")
    assert not ledger.started("monthly")
    with pytest.raises(LedgerError, match="has a baseline already"):
        ledger.freeze(replace(SECOND, baseline=()), people(1), ())


def test_a_newsletter_can_be_started_before_there_is_anything_to_send(ledger):
    ledger.start("weekly", ["tag:old"], by="anna (desk)", now=NOW)

    assert ledger.mailed("weekly") == {"tag:old": ""}
    with pytest.raises(LedgerError, match="has a baseline already"):
        ledger.start("weekly", [], by="anna (desk)", now=NOW)
    assert len(ledger.log()) == 1
    assert ledger.freeze(replace(FROZEN, baseline=None), people(1), ()).counts.frozen == 1


@pytest.mark.usefixtures("run")
def test_issues_are_named_by_week_and_counted_by_newsletter(ledger):
    ledger.freeze(SECOND, people(1), ())

    assert ledger.next_issue("weekly", "2026-W48") == (f"{ISSUE}-3", 3)
    assert ledger.next_issue("weekly", "2026-W49") == ("weekly-2026-W49", 3)
    assert ledger.next_issue("monthly", "2026-W48") == ("monthly-2026-W48", 1)
    assert [f"{ISSUE}-2", ISSUE] == [issue.id for issue in ledger.issues("weekly")]
    assert ledger.issues("monthly") == ()


def test_a_batch_is_claimed_once(ledger, reopen, run):
    mine, other = ledger.batch(ISSUE, 1), reopen()

    assert ledger.claim(mine, run=run, token="mine", payload_hash="h", now=NOW)
    assert not other.claim(mine, run=run, token="theirs", payload_hash="h", now=NOW)
    assert other.pending(ISSUE) == (2,)
    assert not other.accept(mine, "theirs", Receipt("r"), NOW)
    assert ledger.accept(mine, "mine", Receipt("r"), NOW)
    assert not ledger.accept(mine, "mine", Receipt("r"), NOW)


def test_a_claim_fails_when_somebody_left_since_the_batch_was_read(ledger, run):
    stale = ledger.batch(ISSUE, 1)
    ledger.withdraw(stale, [person(0).key], "asked to leave", NOW)

    assert not ledger.claim(stale, run=run, token="t", payload_hash="h", now=NOW)
    assert claim(ledger, run)


def test_a_batch_listed_without_its_people_cannot_be_claimed(ledger, run):
    (listed, _) = ledger.batches(ISSUE)

    assert not ledger.claim(listed, run=run, token="t", payload_hash="h", now=NOW)


def test_an_open_call_counts_as_in_doubt(ledger, run):
    claim(ledger, run)

    assert counts(ledger) == Counts(in_doubt=2, pending=1, frozen=3)
    assert statuses(ledger) == ["submitting", "pending"]


def test_an_answer_by_recipient_adds_up(ledger, run):
    claim(ledger, run)
    receipt = Receipt("r", (Refusal(person(0).key, "no such mailbox"),), (person(1).key,))

    assert ledger.accept(ledger.batch(ISSUE, 1), "t", receipt, NOW)

    assert counts(ledger) == Counts(refused=1, in_doubt=1, pending=1, frozen=3)
    assert ledger.refusals(ISSUE) == ((2, "no such mailbox"),)


def test_a_receipt_that_names_strangers_is_not_taken_for_an_answer(ledger, run):
    claim(ledger, run)

    with pytest.raises(ValueError, match="another batch"):
        ledger.accept(ledger.batch(ISSUE, 1), "t", Receipt("r", (), (person(2).key,)), NOW)

    assert statuses(ledger) == ["submitting", "pending"]


def test_a_recipient_named_twice_in_a_receipt_counts_once(ledger, run):
    claim(ledger, run)
    key = person(0).key
    receipt = Receipt("r", (Refusal(key, "first"), Refusal(key, "second")), (key,))

    ledger.accept(ledger.batch(ISSUE, 1), "t", receipt, NOW)

    assert counts(ledger) == Counts(accepted=1, refused=1, pending=1, frozen=3)
    assert ledger.refusals(ISSUE) == ((2, "first"),)


def test_a_refused_batch_refuses_all_that_were_in_it(ledger, run):
    ledger.withdraw(ledger.batch(ISSUE, 1), [person(0).key], "asked to leave", NOW)
    claim(ledger, run)

    assert ledger.refuse(ledger.batch(ISSUE, 1), "t", "too large", NOW)

    assert counts(ledger) == Counts(refused=1, withdrawn=1, pending=1, frozen=3)
    assert ledger.refusals(ISSUE) == ((3, "too large"),)


def test_what_surely_did_not_leave_is_pending_again_and_the_old_token_is_void(ledger, run):
    claim(ledger, run, token="first")
    batch = ledger.batch(ISSUE, 1)

    assert ledger.release(batch, "first", "no connection", NOW)

    assert ledger.pending(ISSUE) == (1, 2)
    assert not ledger.accept(batch, "first", Receipt("r"), NOW)
    assert claim(ledger, run, token="second")
    assert not ledger.doubt(batch, "first", "late", NOW)


def test_a_late_answer_with_the_same_token_ends_the_doubt(ledger, run):
    for number in (1, 2):
        claim(ledger, run, number)
        assert ledger.doubt(ledger.batch(ISSUE, number), "t", "cut off", NOW)
    first, second = ledger.batch(ISSUE, 1), ledger.batch(ISSUE, 2)

    assert not ledger.release(first, "t", "too late for that", NOW)
    assert not ledger.accept(first, "other", Receipt("r"), NOW)
    assert ledger.accept(first, "t", Receipt("r"), NOW)
    assert ledger.refuse(second, "t", "no", NOW)

    assert counts(ledger) == Counts(accepted=2, refused=1, frozen=3)


def test_withdrawn_people_leave_a_batch_and_an_empty_one_is_done(ledger, run):
    ledger.withdraw(ledger.batch(ISSUE, 2), [person(2).key], "asked to leave", NOW)
    ledger.withdraw(ledger.batch(ISSUE, 2), [person(2).key], "again", NOW)

    assert ledger.batch(ISSUE, 2).recipients == ()
    assert ledger.pending(ISSUE) == (1,)
    assert not claim(ledger, run, 2)
    assert counts(ledger) == Counts(pending=2, withdrawn=1, frozen=3)


def test_nobody_is_withdrawn_from_a_batch_on_its_way_or_from_another(ledger, run):
    ledger.withdraw(ledger.batch(ISSUE, 2), [person(0).key], "not in here", NOW)
    claim(ledger, run)
    ledger.withdraw(ledger.batch(ISSUE, 1), [person(0).key], "too late", NOW)

    assert counts(ledger) == Counts(in_doubt=2, pending=1, frozen=3)


def test_a_new_run_puts_in_doubt_what_a_dead_one_left(ledger, run):
    claim(ledger, run)

    assert ledger.begin_run("ben (cron)", NOW) == run + 1

    assert statuses(ledger) == ["in doubt", "pending"]
    last = ledger.log(ISSUE)[-1]
    assert (last.by, last.issue) == ("ben (cron)", ISSUE)
    assert last.text.startswith(f"batch {ISSUE}-b0001 in doubt")
    assert ledger.accept(ledger.batch(ISSUE, 1), "t", Receipt("late"), NOW)


@pytest.mark.parametrize(("accepted", "status"), [(True, "accepted"), (False, "pending")])
def test_a_person_settles_a_batch_in_doubt(ledger, run, accepted, status):
    claim(ledger, run)
    assert not ledger.settle(ISSUE, 1, accepted=accepted, by="anna (desk)", now=NOW)
    ledger.doubt(ledger.batch(ISSUE, 1), "t", "cut off", NOW)

    assert ledger.settle(ISSUE, 1, accepted=accepted, by="anna (desk)", now=NOW)

    assert statuses(ledger) == [status, "pending"]
    assert not ledger.settle(ISSUE, 1, accepted=accepted, by="anna (desk)", now=NOW)
    assert not ledger.accept(ledger.batch(ISSUE, 1), "t", Receipt("late"), NOW)
    assert "settled" in ledger.log(ISSUE)[-1].text


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        (True, Counts(accepted=2, pending=1, frozen=3)),
        (False, Counts(accepted=1, refused=1, pending=1, frozen=3)),
    ],
)
def test_a_person_settles_recipients_in_doubt(ledger, run, accepted, expected):
    claim(ledger, run)
    ledger.accept(ledger.batch(ISSUE, 1), "t", Receipt("r", (), (person(1).key,)), NOW)

    assert ledger.settle(ISSUE, 1, accepted=accepted, by="anna (desk)", now=NOW)

    assert counts(ledger) == expected
    assert len(ledger.refusals(ISSUE)) == expected.refused


def test_articles_count_as_mailed_unless_everybody_was_refused_or_withdrawn(ledger, run):
    mailed = {"tag:old": "", "tag:a": ISSUE, "tag:b": ISSUE}
    assert mailed == ledger.mailed("weekly")
    assert ledger.mailed("monthly") == {}

    ledger.withdraw(ledger.batch(ISSUE, 2), [person(2).key], "undone", NOW)
    claim(ledger, run)
    assert mailed == ledger.mailed("weekly")
    ledger.refuse(ledger.batch(ISSUE, 1), "t", "no", NOW)

    assert ledger.mailed("weekly") == {"tag:old": ""}


def test_a_secret_made_here_stays(ledger, reopen):
    made = ledger.secret(None)

    assert len(made) == 32
    assert made == ledger.secret(None) == reopen().secret(None) == reopen().secret(made)
    with pytest.raises(LedgerError, match="made a secret of its own"):
        ledger.secret(b"another")


def test_a_secret_of_ones_own_is_remembered_by_its_fingerprint_only(ledger, reopen, tmp_path):
    own = b"a secret of 32 bytes, or thereab"
    assert own == ledger.secret(own) == reopen().secret(own)

    for wrong, said in ((None, "names none"), (b"another", "is not the secret")):
        with pytest.raises(LedgerError, match=said):
            reopen().secret(wrong)
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert not any(own in file.read_bytes() for file in files)


def test_each_run_and_each_entry_of_the_log_raises_the_generation(ledger, reopen, new_place):
    id_, generation = ledger.identity()
    assert generation == Generation(0, 0)

    assert [ledger.begin_run("anna", NOW), ledger.begin_run("anna", NOW)] == [1, 2]
    ledger.note(LogEntry(NOW, "anna", "skipped a week"))

    assert reopen().identity() == (id_, Generation(runs=2, entries=1))
    with closing(open_ledger(new_place("other"))) as other:
        assert other.identity()[0] != id_


def test_the_log_tells_who_did_what_and_when(ledger, run):
    ledger.note(LogEntry(NOW + timedelta(hours=1), "ben (cron)", "skipped a week"))
    claim(ledger, run)
    ledger.accept(ledger.batch(ISSUE, 1), "t", Receipt("r", (), (person(1).key,)), NOW)

    assert [
        LogEntry(NOW, "anna (desk)", "frozen for 3, excluded 0, content abcdef", ISSUE),
        LogEntry(NOW + timedelta(hours=1), "ben (cron)", "skipped a week", ""),
        LogEntry(NOW, "anna (desk)", f"batch {ISSUE}-b0001 accepted: 1, in doubt: 1", ISSUE),
    ] == list(ledger.log())
    assert len(ledger.log(ISSUE)) == 2


def test_a_long_text_is_noted_without_its_addresses(ledger):
    text = f"{'a' * 200_000} {'a@' * 50_000} x@ @x"
    ledger.note(LogEntry(NOW, "anna", text))
    assert ledger.log()[-1].text == f"{'a' * 200_000} *** x@ @x"


def test_an_address_never_reaches_the_log(ledger, run):
    ledger.note(LogEntry(NOW, "anna (desk)", "tested with anna@example.org today", ISSUE))
    claim(ledger, run)
    ledger.refuse(ledger.batch(ISSUE, 1), "t", "<person0@example.org> is unknown", NOW)

    assert "tested with *** today" in [entry.text for entry in ledger.log()]
    assert "example.org" not in repr(ledger.log())


def test_a_time_without_a_zone_is_a_fault_of_the_caller(ledger):
    with pytest.raises(ValueError, match="2026"):
        ledger.begin_run("anna", NOW.replace(tzinfo=None))


def test_another_kind_of_ledger_is_refused_without_showing_its_password():
    with pytest.raises(ConfigError, match='"mysql:" is no kind of ledger') as caught:
        open_ledger("mysql://anna:hunter2@db/ledger")

    assert "hunter2" not in str(caught.value)
