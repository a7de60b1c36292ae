"""Whatever is done to a ledger, in whatever order, nobody is counted twice and nobody is lost."""

import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from syndicate.errors import LedgerError
from syndicate.ledger import open_ledger
from syndicate.models import Frozen, Mailbox, Message, Receipt, Recipient, Refusal

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
MESSAGE = Message("s", "p", "<p>h</p>", "t", Mailbox("", "a@b.example"), (), ())
FIELDS = ("accepted", "refused", "in_doubt", "pending", "withdrawn")


class LedgerMachine(RuleBasedStateMachine):
    """A ledger beside the simplest model of it: a word for each recipient and each batch."""

    batches = Bundle("batches")
    claims = Bundle("claims")

    def place(self):
        """Say where a new ledger is to be."""
        return Path(self.folder.name, "ledger.db")

    @initialize()
    def start(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = self.place()
        self.ledger = open_ledger(self.path)
        self.run = self.ledger.begin_run("anna", NOW)
        self.tokens = 0
        self.stopped: set[str] = set()
        #: status by (issue, number); token that may still answer; people by key
        self.status: dict[tuple[str, int], str] = {}
        self.token: dict[tuple[str, int], str] = {}
        self.people: dict[tuple[str, int], dict[bytes, str]] = {}
        self.ever_accepted: set[tuple[str, int]] = set()

    def teardown(self):
        if hasattr(self, "ledger"):
            self.ledger.close()
            self.folder.cleanup()

    @rule(
        target=batches,
        keys=st.lists(st.integers(0, 9), min_size=1, max_size=8),
        size=st.sampled_from([1, 3]),
    )
    def freeze(self, keys, size):
        issue, number = self.ledger.next_issue("weekly", "2026-W48")
        baseline = None if self.ledger.started("weekly") else ()
        frozen = Frozen(
            issue, number, "weekly", "outbox", "0" * 64, (), MESSAGE, NOW, baseline, "anna"
        )
        everyone = [Recipient(f"p{n}@x.example", n.to_bytes(16, "big"), n + 2, {}) for n in keys]
        cut = [everyone[i : i + size] for i in range(0, len(everyone), size)]
        if len(set(keys)) < len(keys):
            try:
                self.ledger.freeze(frozen, iter(cut), ())
            except LedgerError:
                return None
            raise AssertionError("a key came twice and was taken")
        self.ledger.freeze(frozen, iter(cut), ())
        for n, members in enumerate(cut, 1):
            self.status[issue, n] = "pending"
            self.people[issue, n] = {one.key: "pending" for one in members}
        return issue, 1

    def _pick(self, batch, data):
        """Choose any batch of the issue of one that was frozen; none for a freeze that failed."""
        if batch is None:
            return None
        return data.draw(st.sampled_from([at for at in self.status if at[0] == batch[0]]))

    def _present(self, at):
        return [key for key, word in self.people[at].items() if word != "withdrawn"]

    def _all(self, at, word):
        self.people[at] |= dict.fromkeys(self._present(at), word)

    @rule(target=claims, batch=batches, data=st.data())
    def claim(self, batch, data):
        if (at := self._pick(batch, data)) is None:
            return None
        self.tokens += 1
        token = f"t{self.tokens}"
        read = self.ledger.batch(*at)
        taken = self.ledger.claim(read, run=self.run, token=token, payload_hash="h", now=NOW)
        assert (self.status[at] == "pending" and bool(self._present(at))) == taken
        if taken:
            self.status[at], self.token[at] = "submitting", token
            self._all(at, "in_doubt")
        return at, token

    def _may(self, claim, *from_):
        return self.token.get(claim[0]) == claim[1] and self.status[claim[0]] in from_

    @rule(claim=claims, data=st.data())
    def accept(self, claim, data):
        if claim is None:
            return
        at, token = claim
        present = self._present(at)
        words = data.draw(
            st.lists(
                st.sampled_from(["accepted", "refused", "in_doubt"]),
                min_size=len(present),
                max_size=len(present),
            )
        )
        by_key = dict(zip(present, words, strict=True))
        receipt = Receipt(
            "r",
            tuple(Refusal(key, "no") for key, word in by_key.items() if word == "refused"),
            tuple(key for key, word in by_key.items() if word == "in_doubt"),
        )
        expected = self._may(claim, "submitting", "in doubt")
        assert expected == self.ledger.accept(self.ledger.batch(*at), token, receipt, NOW)
        if expected:
            self.status[at] = "accepted"
            self.people[at] |= by_key

    @rule(claim=claims)
    def refuse(self, claim):
        if claim is None:
            return
        at, token = claim
        expected = self._may(claim, "submitting", "in doubt")
        assert expected == self.ledger.refuse(self.ledger.batch(*at), token, "no", NOW)
        if expected:
            self.status[at] = "refused"
            self._all(at, "refused")

    @rule(claim=claims)
    def doubt(self, claim):
        if claim is None:
            return
        at, token = claim
        expected = self._may(claim, "submitting")
        assert expected == self.ledger.doubt(self.ledger.batch(*at), token, "cut", NOW)
        if expected:
            self.status[at] = "in doubt"

    @rule(claim=consumes(claims))
    def release(self, claim):
        if claim is None:
            return
        at, token = claim
        expected = self._may(claim, "submitting")
        assert expected == self.ledger.release(self.ledger.batch(*at), token, "unreachable", NOW)
        if expected:
            self._back(at)

    def _back(self, at):
        word = "withdrawn" if at[0] in self.stopped else "pending"
        self.status[at] = word
        del self.token[at]
        self._all(at, word)

    @rule(batch=batches, accepted=st.booleans(), data=st.data())
    def settle(self, batch, accepted, data):
        if (at := self._pick(batch, data)) is None:
            return
        doubtful = [key for key, word in self.people[at].items() if word == "in_doubt"]
        of_accepted = self.status[at] == "accepted" and bool(doubtful)
        expected = self.status[at] == "in doubt" or of_accepted
        assert expected == self.ledger.settle(*at, accepted=accepted, by="anna", now=NOW)
        if of_accepted:
            self.people[at] |= dict.fromkeys(doubtful, "accepted" if accepted else "refused")
        elif expected and accepted:
            self.status[at] = "accepted"
            self._all(at, "accepted")
        elif expected:
            self._back(at)

    @rule(batch=batches, numbers=st.sets(st.integers(0, 9), max_size=3), data=st.data())
    def withdraw(self, batch, numbers, data):
        if (at := self._pick(batch, data)) is None:
            return
        keys = [n.to_bytes(16, "big") for n in numbers]
        self.ledger.withdraw(self.ledger.batch(*at), keys, "left", NOW)
        if self.status[at] == "pending":
            self.people[at] |= dict.fromkeys(set(keys) & set(self.people[at]), "withdrawn")

    @rule(batch=batches)
    def undo(self, batch):
        if batch is None:
            return
        issue = batch[0]
        pending = [at for at in self.status if at[0] == issue and self.status[at] == "pending"]
        expected = sum(len(self._present(at)) for at in pending)
        assert expected == self.ledger.stop(issue, by="anna", now=NOW)
        self.stopped.add(issue)
        for at in pending:
            self.status[at] = "withdrawn"
            self._all(at, "withdrawn")

    @rule(batch=batches, size=st.integers(1, 3), data=st.data())
    def split(self, batch, size, data):
        if (at := self._pick(batch, data)) is None:
            return
        left = sorted(self._present(at))
        may = self.status[at] == "pending" and len(left) > size
        pieces = [left[n : n + size] for n in range(size, len(left), size)] if may else []
        new = self.ledger.split(self.ledger.batch(*at), size, NOW)
        assert len(new) == len(pieces)
        for number, piece in zip(new, pieces, strict=True):
            self._move(at, (at[0], number), piece)

    def _move(self, old, new, keys):
        self.status[new] = "pending"
        self.people.setdefault(new, {})
        for key in keys:
            del self.people[old][key]
            self.people[new][key] = "pending"

    @rule(batch=batches, size=st.integers(1, 3))
    def retry_refused(self, batch, size):
        if batch is None or batch[0] in self.stopped:
            return
        issue = batch[0]
        refused = sorted(
            (key, at)
            for at, members in self.people.items()
            for key, word in members.items()
            if at[0] == issue and word == "refused"
        )
        last = max(at[1] for at in self.status if at[0] == issue)
        assert len(refused) == self.ledger.retry_refused(issue, size, by="anna", now=NOW)
        for place, (key, old) in enumerate(refused):
            self._move(old, (issue, last + 1 + place // size), [key])

    @rule()
    def begin_run(self):
        assert self.ledger.begin_run("ben", NOW) == self.run + 1
        self.run += 1
        for at in self.status:
            if self.status[at] == "submitting":
                self.status[at] = "in doubt"

    @rule()
    def reopen(self):
        self.ledger.close()
        self.ledger = open_ledger(self.path)

    @invariant()
    def counts_add_up_and_are_those_of_the_model(self):
        issues = self.ledger.issues()
        assert {issue.id for issue in issues} == {at[0] for at in self.people}
        for issue in issues:
            words = Counter()
            for at, members in self.people.items():
                words.update(members.values() if at[0] == issue.id else ())
            told = {field: getattr(issue.counts, field) for field in FIELDS}
            assert told == {field: words[field] for field in FIELDS}
            assert sum(told.values()) == issue.counts.frozen

    @invariant()
    def batches_stand_as_in_the_model(self):
        for issue in {at[0] for at in self.status}:
            told = {(issue, one.number): str(one.status) for one in self.ledger.batches(issue)}
            assert told == {at: word for at, word in self.status.items() if at[0] == issue}
            waiting = [at[1] for at in told if self.status[at] == "pending" and self._present(at)]
            assert list(self.ledger.pending(issue)) == sorted(waiting)

    @invariant()
    def an_accepted_batch_stays_accepted(self):
        accepted = {at for at, word in self.status.items() if word == "accepted"}
        assert self.ever_accepted <= accepted
        self.ever_accepted = accepted

    @invariant()
    def nobody_is_twice_in_an_issue(self):
        # Read from the people themselves, not from the table that is there to guard it.
        for issue in {at[0] for at in self.people}:
            keys = Counter(
                one.key
                for batch in self.ledger.batches(issue)
                for one in self.ledger.batch(issue, batch.number).recipients
            )
            assert set(keys.values()) <= {1}


LedgerMachine.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestWhateverIsDone = LedgerMachine.TestCase
