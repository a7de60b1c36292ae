"""What all writing of a ledger has in common: a batch, and a line of the log."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from syndicate.ledger.base import Reader, utc_text
from syndicate.ledger.people import people_as_json
from syndicate.models import Batch, Recipient, Status

_WORD = re.compile(r"\S+")


class Writer(Reader):
    """A ledger that may be changed."""

    def _put_batch(
        self, seq: int, number: int, people: Sequence[Recipient], *, n: int | None = None
    ) -> None:
        """Write down a batch and who is in it; their keys are another matter.

        `n` is how many they are where only the provider knows them.
        """
        self._db.all("add_batch", seq=seq, number=number, n=len(people) if n is None else n)
        self._db.all("add_people", seq=seq, number=number, rows=people_as_json(people))

    def _add_outcomes(
        self,
        batch: Batch,
        standing: Status,
        status: str,
        reasons: Mapping[bytes, str],
        now: datetime,
    ) -> None:
        """Write down recipients that fare differently from their batch, which stands as said."""
        if not reasons:
            return
        common = {"issue": batch.issue, "number": batch.number, "status": status}
        common |= {"batch_status": standing, "at": utc_text(now)}
        rows = ({**common, "key": key, "reason": reason} for key, reason in reasons.items())
        self._db.many("add_outcome", rows)

    def _log(self, at: datetime, by: str, issue: str, text: str, **mark: str) -> None:
        values = {"by": by, "issue": issue, "text": _WORD.sub(_scrubbed, text)}
        self._db.all("add_log", at=utc_text(at), **{"kind": "", "subject": "", **values, **mark})


def _scrubbed(word: re.Match[str]) -> str:
    return "***" if "@" in word[0][1:-1] else word[0]
