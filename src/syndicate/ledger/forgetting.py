"""Forgetting: addresses and values are overwritten; keys stay, so that nobody is mailed twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from syndicate.errors import LedgerBusy
from syndicate.ledger.base import utc_text
from syndicate.ledger.people import people_as_json, people_from_json
from syndicate.ledger.writing import Writer
from syndicate.models import Recipient


class Forgetting(Writer):
    """The part of a ledger that forgets; see `Ledger`."""

    def forget(self, key: bytes, *, by: str, now: datetime) -> int:
        """Forget one recipient everywhere, and give the number of issues they were in.

        Where they were pending they are withdrawn; where they were in doubt, never again. Raises
        LedgerBusy, with all of that done, while another program keeps the old bytes from being
        overwritten.
        """
        at = utc_text(now)
        with self._db.change():
            self._db.all("withdraw_recipient", key=key, reason="forgotten", at=at)
            self._db.all("withdraw_doubtful", key=key, reason="forgotten", at=at)
            rows = self._db.all("list_people_of", key=key)
            for row in rows:
                self._rewrite(row["seq"], row["number"], lambda one: one.key == key)
            issues = len({row["seq"] for row in rows})
            self._log(now, by, "", f"one recipient forgotten, issues they were in: {issues}")
        if not self._db.tidy():
            raise LedgerBusy(
                f"{self._db.place}: the address is forgotten, but another program reads the "
                "ledger, so what stood there is not overwritten yet. Run the same command again "
                "when it has ended."
            )
        return issues

    def blank_before(self, before: datetime, *, by: str, now: datetime) -> tuple[str, ...]:
        """Forget everybody of the issues frozen before a time, and give the ids of these issues.

        An issue with somebody pending or in doubt keeps its addresses until that is settled.
        """
        found = self._db.all("list_to_blank", before=utc_text(before))
        for issue in found:
            with self._db.change():
                for row in self._db.all("list_numbers", seq=issue["seq"]):
                    self._rewrite(issue["seq"], row["number"], lambda _: True)
                self._db.all("mark_blanked", seq=issue["seq"], at=utc_text(now))
                self._log(now, by, issue["id"], f"addresses of {issue['id']} forgotten")
        if found:
            self._db.tidy()
        return tuple(issue["id"] for issue in found)

    def _rewrite(self, seq: int, number: int, gone: Callable[[Recipient], bool]) -> None:
        """Leave only key and line of some of the people in a batch."""
        for row in self._db.all("read_people", seq=seq, number=number):
            people = tuple(
                replace(one, address="", values={}) if gone(one) else one
                for one in people_from_json(row["rows"])
            )
            self._db.all("keep_people", seq=seq, number=number, rows=people_as_json(people))
