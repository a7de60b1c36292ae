"""Claiming: a batch is taken for one call, and only who took it may say what became of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from syndicate.ledger.base import batch_name, utc_text
from syndicate.ledger.sql import Row
from syndicate.ledger.writing import Writer
from syndicate.models import Batch, LogEntry, Receipt, Status

#: seconds from which on an idempotency key may be used by another run than the one that made it
LONG_LIFE = 12 * 3600


class Claiming(Writer):
    """The part of a ledger that runs claim batches by; see `Ledger`."""

    def begin_run(self, by: str, now: datetime) -> int:
        """Open a run under the run lock; numbers go up by one.

        Batches still submitting belonged to runs that died: they become in doubt.
        """
        with self._db.change():
            (run,) = self._db.all("add_run", by=by, at=utc_text(now))
            self._doubt_orphans(by, now)
        return int(run["number"])

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
        """Record that the provider took a batch; False when the claim was another's.

        Raises ValueError for a receipt that names recipients of another batch; nothing is recorded.
        """
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
        """Record that nobody can know what became of a batch; False when it is not claimed so."""
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

    def _doubt_orphans(self, by: str, now: datetime) -> int:
        reason = "the run that handed it over ended before the answer was recorded"
        orphans = self._db.all("doubt_orphans", reason=reason, at=utc_text(now))
        for row in orphans:
            text = f"batch {batch_name(row['issue'], row['number'])} in doubt: {reason}"
            self._log(now, by, row["issue"], text)
        return len(orphans)

    def _answer(
        self, batch: Batch, token: str, status: Status, now: datetime, **said: str
    ) -> Row | None:
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
