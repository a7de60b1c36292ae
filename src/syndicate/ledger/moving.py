"""Moves within an issue: taken back, cut smaller, or refused and gone again. Nobody comes twice.

A recipient is one row for as long as there is the issue; only the batch it names may change, and
only while that batch is pending, or after the recipient was refused.
"""

from collections.abc import Sequence
from datetime import datetime

from syndicate.errors import LedgerError
from syndicate.ledger.base import utc_text
from syndicate.ledger.people import people_as_json
from syndicate.ledger.writing import Writer
from syndicate.models import Batch, Recipient


class Moving(Writer):
    """The part of a ledger that moves recipients; see `Ledger`."""

    def stop(self, issue: str, *, by: str, now: datetime) -> int:
        """Take back what nobody has claimed, and let nothing more be claimed; needs no run lock.

        Gives the number of recipients withdrawn. Raises LedgerError for an issue unknown here.
        """
        with self._db.change():
            seq = self._seq(issue)
            self._db.all("stop_issue", seq=seq, at=utc_text(now))
            reason = f"taken back by {by}"
            rows = self._db.all("withdraw_pending", seq=seq, reason=reason, at=utc_text(now))
            withdrawn = sum(int(row["n"]) for row in rows)
            self._log(now, by, issue, f"{issue} taken back: {withdrawn} withdrawn")
        return withdrawn

    def split(self, batch: Batch, size: int, now: datetime) -> tuple[int, ...]:
        """Cut a pending batch into pieces of so many, and give the numbers of the new ones.

        Gives none when it is no longer as it was read. Raises LedgerError for an unknown issue.
        """
        with self._db.change():
            seq, number = self._seq(batch.issue), batch.number
            fresh = self.batch(batch.issue, number)
            rest = fresh.recipients[size:]
            if fresh != batch or not rest:
                return ()
            (tally,) = self._db.all("tally_batch", issue=batch.issue, number=number)
            # Who was withdrawn is remembered by key, in the first piece.
            left = tally["n"] - len(rest)
            if not self._db.all("shrink_batch", seq=seq, number=number, n=left):
                return ()
            rows = people_as_json(fresh.recipients[:size])
            self._db.all("keep_people", seq=seq, number=number, rows=rows)
            pieces = self._spread(seq, rest, size)
            text = f"batch {batch.name} cut into {1 + len(pieces)} of at most {size}"
            self._log(now, "syndicate", batch.issue, text)
        return tuple(pieces)

    def retry_refused(self, issue: str, size: int, *, by: str, now: datetime) -> int:
        """Put everybody who was refused into new batches of so many; the refusals stay on record.

        Gives the number of recipients. Raises LedgerError for an issue that was taken back, and for
        one unknown here.
        """
        with self._db.change():
            seq = self._seq(issue)
            if self.stopped(issue):
                raise LedgerError(f"{issue} was taken back with undo: nobody gets it any more.")
            # Who was forgotten has no address any more.
            refused = [found for found in self._refused(issue) if found[1].address]
            people = sorted((one for _, one, _ in refused), key=lambda one: one.key)
            pieces = self._spread(seq, people, size)
            new = {one.key: number for number, piece in pieces.items() for one in piece}
            common = {"seq": seq, "at": utc_text(now)}
            rows = (
                {**common, "number": old, "key": one.key, "reason": reason, "to": new[one.key]}
                for old, one, reason in refused
            )
            self._db.many("move_refused", rows)
            if people:
                self._log(now, by, issue, f"{len(people)} refused recipients go again")
        return len(people)

    def _seq(self, issue: str) -> int:
        row = self._db.one("find_issue", id=issue)
        if row is None:
            raise LedgerError(f'{self._db.place}: there is no issue "{issue}" in this ledger.')
        return int(row["seq"])

    def _spread(
        self, seq: int, people: Sequence[Recipient], size: int
    ) -> dict[int, Sequence[Recipient]]:
        """Move recipients into new batches, and give these by their numbers."""
        (last,) = self._db.all("last_batch", seq=seq)
        pieces = [people[start : start + size] for start in range(0, len(people), size)]
        numbered = dict(enumerate(pieces, last["number"] + 1))
        for number, piece in numbered.items():
            self._put_batch(seq, number, piece)
            rows = ({"seq": seq, "key": one.key, "to": number} for one in piece)
            self._db.many("move_recipient", rows)
        return numbered
