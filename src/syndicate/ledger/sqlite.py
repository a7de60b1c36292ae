"""The ledger on one machine: a SQLite file."""

import hashlib
import hmac
import secrets
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from syndicate.errors import LedgerError
from syndicate.ledger.base import batch_name, utc_text
from syndicate.ledger.forgetting import Forgetting
from syndicate.ledger.moving import Moving
from syndicate.ledger.settling import Settling
from syndicate.models import (
    Batch,
    Excluded,
    Frozen,
    Issue,
    LogEntry,
    Receipt,
    Recipient,
    Status,
)

#: seconds from which on an idempotency key may be used by another run than the one that made it
LONG_LIFE = 12 * 3600


class SqliteLedger(Moving, Forgetting, Settling):
    """The durable record of issues, batches, recipients and what happened; see `Ledger`."""

    def secret(self, given: bytes | None) -> bytes:
        """Give the secret of this ledger: the given one, else one made at first use and kept.

        Raises LedgerError when another secret was used before.
        """
        fresh = given or secrets.token_bytes(32)
        if self._meta()["fingerprint"] is None:
            if self._db.readonly:
                return fresh
            kept = None if given else fresh
            with self._db.change():
                self._db.all("keep_secret", secret=kept, fingerprint=_fingerprint(fresh))
        meta = self._meta()
        secret: bytes | None = given or meta["secret"]
        if secret is None:
            raise LedgerError(
                f"{self._db.place}: this ledger was made with a secret of yours, and none is set. "
                "Set SYNDICATE_SECRET (or what [site] secret_env names) as it was."
            )
        if not hmac.compare_digest(_fingerprint(secret), meta["fingerprint"]):
            raise LedgerError(
                f"{self._db.place}: SYNDICATE_SECRET (or what [site] secret_env names) is not the "
                "secret this ledger was made with, so people could be mailed twice. Set it back, "
                "or unset it if it was not set before."
            )
        return secret

    def begin_run(self, by: str, now: datetime) -> int:
        """Open a run under the run lock; numbers go up by one.

        Batches still submitting belonged to runs that died: they become in doubt.
        """
        reason = "the run that handed it over ended before the answer was recorded"
        with self._db.change():
            (run,) = self._db.all("add_run", by=by, at=utc_text(now))
            for row in self._db.all("doubt_orphans", reason=reason, at=utc_text(now)):
                text = f"batch {batch_name(row['issue'], row['number'])} in doubt: {reason}"
                self._log(now, by, row["issue"], text)
        return int(run["number"])

    def start(self, newsletter: str, baseline: Sequence[str], *, by: str, now: datetime) -> None:
        """Fix the baseline of a newsletter that has nothing to send yet."""
        with self._db.change():
            self._start(newsletter, baseline, now)
            text = f"{newsletter} started: {len(baseline)} articles count as mailed before"
            self._log(now, by, "", text)

    def freeze(
        self,
        frozen: Frozen,
        batches: Iterable[Sequence[Recipient]],
        excluded: Iterable[Excluded],
    ) -> Issue:
        """Write down a whole issue in one transaction; after an error nothing of it is there.

        `excluded` is read after the last batch, so it may be filled on the way.
        Raises LedgerError when a key comes twice, the id is taken, or there is nobody to mail.
        """
        with self._db.change():
            self._refuse_taken(frozen)
            self._start(frozen.newsletter, frozen.baseline, frozen.frozen_at)
            seq = self._add_issue(frozen)
            for number, people in enumerate(batches, 1):
                self._add_batch(frozen.id, seq, number, people)
            if frozen.audience is not None and frozen.audience.people:
                self._put_batch(seq, 1, (), n=frozen.audience.people)
            self._db.many("add_excluded", (_excluded(seq, one) for one in excluded))
            issue = self.issue(frozen.id)
            if issue is None:
                raise LedgerError(f"{frozen.id}: there is nobody to mail. Nothing was frozen.")
            text = f"frozen for {issue.counts.frozen}, excluded {sum(issue.excluded.values())}, "
            text += f"content {frozen.content_hash[:6]}"
            self._log(frozen.frozen_at, frozen.by, frozen.id, text)
        self._db.tidy()
        return issue

    def claim(
        self,
        batch: Batch,
        *,
        run: int,
        token: str,
        payload_hash: str,
        now: datetime,
        key_life: float = 0,
    ) -> bool:
        """Take a pending batch for one call; False when it is no longer as it was read.

        `key_life` is how many seconds the provider keeps the call's idempotency key.
        """
        values = _claim(batch, run, token, payload_hash, now)
        with self._db.change():
            row = self._db.one(
                "claim_batch", **values, key_life=int(key_life), reference=batch.reference
            )
        return row is not None

    def repeat(
        self, batch: Batch, *, run: int, token: str, payload_hash: str, now: datetime
    ) -> bool:
        """Take a batch in doubt for the very same call, whose key the provider surely still knows.

        False when it may not be: other bytes, no key or an old one, taken back, or a clock that
        went back. Keys that live shortly are only used by the run that made them.
        """
        values = _claim(batch, run, token, payload_hash, now)
        with self._db.change():
            row = self._db.one("repeat_batch", **values, long=LONG_LIFE)
        return row is not None

    def withdraw(self, batch: Batch, keys: Sequence[bytes], reason: str, now: datetime) -> None:
        """Take recipients out of a batch before it goes; one no longer pending stays as it is."""
        with self._db.change():
            self._add_outcomes(batch, Status.PENDING, "withdrawn", dict.fromkeys(keys, reason), now)

    def accept(self, batch: Batch, token: str, receipt: Receipt, now: datetime) -> bool:
        """Record that the provider took a batch; False when the claim was another's."""
        refused = {one.key: one.reason for one in reversed(receipt.refused)}
        doubtful = dict.fromkeys(receipt.doubtful, "the answer does not speak of it")
        with self._db.change():
            answered = self._answer(batch, token, Status.ACCEPTED, now, reference=receipt.reference)
            if answered is None:
                return False
            self._add_outcomes(batch, Status.ACCEPTED, "refused", refused, now)
            self._add_outcomes(batch, Status.ACCEPTED, "in doubt", doubtful, now)
            (row,) = self._db.all("tally_batch", issue=batch.issue, number=batch.number)
            if row["refused"] + row["in_doubt"] != len(refused | doubtful):
                # Undone, so that it ends in doubt: who got it cannot be told from such an answer.
                raise ValueError("a receipt names recipients of another batch")
            taken = row["n"] - row["withdrawn"] - row["refused"] - row["in_doubt"]
            text = f"batch {batch.name} accepted: {taken}"
            text += f", refused: {row['refused']}" if row["refused"] else ""
            text += f", in doubt: {row['in_doubt']}" if row["in_doubt"] else ""
            self._log(now, answered["by"], batch.issue, text)
        return True

    def refuse(self, batch: Batch, token: str, reason: str, now: datetime) -> bool:
        """Record that the provider refused a whole batch; False when the claim was another's."""
        return self._fail(batch, token, Status.REFUSED, reason, now)

    def doubt(self, batch: Batch, token: str, reason: str, now: datetime) -> bool:
        """Record that nobody can know what became of a batch; False when not submitting."""
        return self._fail(batch, token, Status.IN_DOUBT, reason, now)

    def release(self, batch: Batch, token: str, reason: str, now: datetime) -> bool:
        """Put a claimed batch back to pending: it is certain that nothing left.

        After `undo` it is withdrawn instead.
        """
        return self._fail(batch, token, Status.PENDING, reason, now)

    def note(self, entry: LogEntry) -> None:
        """Append to the log; anything like an address in its text becomes `***`."""
        with self._db.change():
            self._log(
                entry.at, entry.by, entry.issue, entry.text, kind=entry.kind, subject=entry.subject
            )

    def _refuse_taken(self, frozen: Frozen) -> None:
        row = self._db.one(
            "find_taken", id=frozen.id, newsletter=frozen.newsletter, number=frozen.number
        )
        if row is not None:
            raise LedgerError(
                f"{self._db.place}: {frozen.id} (number {frozen.number}) cannot be frozen: "
                f"{row['id']} (number {row['number']}) is there already. Run the command again."
            )

    def _start(self, newsletter: str, baseline: Sequence[str] | None, at: datetime) -> None:
        """Write down the baseline of a newsletter, which comes once and first."""
        if self.started(newsletter) != (baseline is None):
            there = "has a baseline already" if baseline is not None else "has no baseline"
            raise LedgerError(
                f'{self._db.place}: the newsletter "{newsletter}" {there}. '
                "Run the command again, and say what counts as new with --baseline only for "
                "a newsletter's first issue."
            )
        if baseline is not None:
            self._db.all("add_newsletter", newsletter=newsletter, at=utc_text(at))
            rows = ({"newsletter": newsletter, "article": article} for article in baseline)
            self._db.many("add_mailed_before", rows)

    def _add_issue(self, frozen: Frozen) -> int:
        (row,) = self._db.all(
            "add_issue",
            id=frozen.id,
            newsletter=frozen.newsletter,
            number=frozen.number,
            provider=frozen.provider,
            audience=frozen.audience.id if frozen.audience else "",
            content_hash=frozen.content_hash,
            subject=frozen.message.subject,
            message=msgspec.json.encode(frozen.message),
            at=utc_text(frozen.frozen_at),
            by=frozen.by,
        )
        seq: int = row["seq"]
        places = enumerate(frozen.articles, 1)
        rows = ({"seq": seq, "position": place, "article": article} for place, article in places)
        self._db.many("add_issue_article", rows)
        return seq

    def _add_batch(self, issue: str, seq: int, number: int, people: Sequence[Recipient]) -> None:
        self._put_batch(seq, number, people)
        keys = b"".join(one.key for one in people)
        try:
            self._db.all("add_recipients", seq=seq, number=number, n=len(people), keys=keys)
        except sqlite3.IntegrityError as error:
            if error.sqlite_errorname != "SQLITE_CONSTRAINT_PRIMARYKEY":
                raise
            raise LedgerError(
                f"{self._db.place}: a recipient comes twice in {issue} (again in batch {number}). "
                "Nothing was frozen. Look for repeats with: syndicate audience check"
            ) from error

    def _answer(
        self, batch: Batch, token: str, status: Status, now: datetime, **said: str
    ) -> sqlite3.Row | None:
        """Turn a claim into what became of it, and give who claimed; None for another's claim."""
        values = {"issue": batch.issue, "number": batch.number, "token": token}
        values |= {"reference": "", "reason": ""} | said
        return self._db.one("answer_batch", **values, status=status, at=utc_text(now))

    def _fail(self, batch: Batch, token: str, status: Status, reason: str, now: datetime) -> bool:
        with self._db.change():
            answered = self._answer(batch, token, status, now, reason=reason)
            if answered is not None:
                text = f"batch {batch.name} {answered['status']}: {reason}"
                self._log(now, answered["by"], batch.issue, text)
        return answered is not None


def _fingerprint(secret: bytes) -> str:
    """Give what tells two secrets apart without telling either."""
    return hmac.digest(secret, b"syndicate ledger fingerprint", hashlib.sha256).hex()


def _claim(batch: Batch, run: int, token: str, payload_hash: str, now: datetime) -> dict[str, Any]:
    return {
        "issue": batch.issue,
        "number": batch.number,
        "left": len(batch.recipients) if batch.told is None else batch.told,
        "run": run,
        "token": token,
        "payload_hash": payload_hash,
        "at": utc_text(now),
    }


def _excluded(seq: int, one: Excluded) -> dict[str, Any]:
    return {"seq": seq, "reason": one.reason, "line": one.line, "key": one.key}
