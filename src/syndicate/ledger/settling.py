"""Settling: what a person, or the provider's records, say of a batch in doubt."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from syndicate.ledger.base import batch_name, utc_text
from syndicate.ledger.sql import Row
from syndicate.ledger.writing import Writer
from syndicate.models import Batch, Status


class Settling(Writer):
    """The part of a ledger that ends doubts; see `Ledger`."""

    def settle(self, issue: str, number: int, *, accepted: bool, by: str, now: datetime) -> bool:
        """Record what a person knows of a batch in doubt: accepted, or back to pending.

        After `undo` it is withdrawn instead of pending. In a batch that was accepted it is about
        the recipients in doubt: accepted, or refused.
        False when nothing there is in doubt.
        """
        batch = {"issue": issue, "number": number}
        status = Status.ACCEPTED if accepted else Status.PENDING
        said = "accepted" if accepted else "not accepted"
        with self._db.change():
            found = self._db.all("settle_batch", **batch, status=status, at=utc_text(now))
            text = f"batch {batch_name(issue, number)} settled: {said}"
            if not found:
                found = self._settle_doubtful(batch, accepted=accepted, by=by, now=now)
                text += f", {len(found)} recipients"
            if found:
                self._log(now, by, issue, text)
        return bool(found)

    def found(
        self, batch: Batch, taken: Collection[bytes] | None, *, by: str, now: datetime
    ) -> int:
        """Record that the provider's records tell of a batch in doubt, or of some people in it.

        None for all of them. Who is not told of stays in doubt. Gives how many are accepted now.
        """
        place = {"issue": batch.issue, "number": batch.number}
        with self._db.change():
            row = self._db.one("find_doubtful", **place)
            known = [one.key for one in batch.recipients if taken is None or one.key in taken]
            if row is None or (not known and batch.told is None):
                return 0
            if row["status"] == Status.IN_DOUBT:
                self._db.all("settle_batch", **place, status=Status.ACCEPTED, at=utc_text(now))
                rest = {one.key for one in batch.recipients}.difference(known)
                silent = dict.fromkeys(sorted(rest), "the provider's records do not tell of it")
                self._add_outcomes(batch, Status.ACCEPTED, "in doubt", silent, now)
                settled = len(known) if batch.told is None else batch.told
            else:
                settled = sum(len(self._db.all("accept_found", **place, key=key)) for key in known)
            if settled:
                text = f"batch {batch.name} found at the provider: {settled} accepted"
                self._log(now, by, batch.issue, text)
        return settled

    def call_back(self, issue: str, *, by: str, now: datetime) -> int:
        """Record that the provider gave an accepted issue back before it went; how many it was."""
        reason = f"taken back from the provider by {by}"
        with self._db.change():
            rows = self._db.all("call_back", issue=issue, reason=reason, at=utc_text(now))
            people = sum(int(row["n"]) for row in rows)
            self._log(now, by, issue, f"{issue} taken back from the provider: {people} withdrawn")
        return people

    def _settle_doubtful(
        self, batch: Mapping[str, Any], *, accepted: bool, by: str, now: datetime
    ) -> Sequence[Row]:
        if accepted:
            return self._db.all("accept_doubtful", **batch)
        reason = f"not accepted, as settled by {by}"
        return self._db.all("refuse_doubtful", **batch, reason=reason, at=utc_text(now))
