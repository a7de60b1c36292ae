"""The rhythm of a newsletter: when it is due, which weeks were left out, and whether it is late.

An issue counts for the due time before it, or for one that comes within a day: who sends on Monday
at 08:40 has not forgotten 09:30.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from syndicate import dates
from syndicate.models import LogEntry

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from syndicate.config import Config
    from syndicate.contracts import Ledger

#: how long before its due time an issue counts for it
EARLY = timedelta(days=1)
#: how long after its due time nothing is late yet
LATE_AFTER = timedelta(hours=3)
#: due times running without enough articles that are as bad as a late issue
TOO_MANY = 2
#: kinds of entries in the log: a person left a week out; there was too little to send
SKIPPED, THIN = "skipped", "thin"


class Rhythm:
    """The due times of one newsletter, and what the ledger says of each."""

    def __init__(self, config: "Config", newsletter: str, ledger: "Ledger") -> None:
        """Look at a newsletter; without `due` it has no due times, only weeks."""
        self._name = newsletter
        self._title = config.newsletters[newsletter].title
        self._ledger = ledger
        self._zone: ZoneInfo = config.site.zone
        text = config.newsletters[newsletter].due
        self._due = dates.parse_due(text) if text else None

    def slot(self, when: datetime) -> datetime | None:
        """Give the due time that something done at `when` counts for; None without `due`."""
        return self._due.at_or_before(when + EARLY, self._zone) if self._due else None

    def note(
        self, kind: str, what: str, by: str, now: datetime, *, week: datetime | None = None
    ) -> None:
        """Write down that a week goes without an issue: the one that now counts for, or another."""
        when = week or self.slot(now) or now
        text = f"{self._name}, {self.named(when)}: {what}"
        subject = f"{self._name} {self._week(when)}"
        self._ledger.note(LogEntry(now, by, text, kind=kind, subject=subject))

    def left_out(self, when: datetime) -> LogEntry | None:
        """Give the last word of a person who left out the week that `when` counts for."""
        return self._last(SKIPPED, self.slot(when) or when)

    def named(self, when: datetime) -> str:
        """Name what `when` counts for: `due Monday 30 November 2026, 09:30 Europe/London`."""
        slot = self.slot(when)
        return self.words(slot) if slot else f"week {self._week(when)}"

    def words(self, slot: datetime) -> str:
        """Name a due time."""
        return f"due {dates.in_words(slot, self._zone)}"

    def next(self, now: datetime) -> datetime | None:
        """Give the due time that is open: one that has passed without an issue, or the next."""
        slot = self.slot(now)
        if self._due is None or slot is None:
            return None
        before = self._due.at_or_before(now, self._zone)
        if not self._done(slot) and not self._done(before):
            return before
        return self._due.after(slot, self._zone) if self._done(slot) else slot

    def is_due(self, now: datetime) -> datetime | None:
        """Give the due time that has come and has neither an issue nor a reason for none."""
        if self._due is None:
            return None
        slot = self._due.at_or_before(now, self._zone)
        thin = self._last(THIN, slot)
        # What was too thin the evening before may have grown by the morning.
        if self._served(slot) or self._last(SKIPPED, slot) or (thin and thin.at >= slot):
            return None
        return slot

    def late(self, now: datetime) -> str:
        """Say why the newsletter is late; "" when it is not, or was never sent."""
        issues = self._ledger.issues(self._name)
        coming = self.slot(now)
        if self._due is None or coming is None or not issues:
            return ""
        slot = self._due.at_or_before(now - LATE_AFTER, self._zone)
        if unfinished := [one.id for one in issues if one.counts.pending]:
            old = issues[0].frozen_at < now - LATE_AFTER
            return f"{self._title} is late: {unfinished[-1]} is unfinished." if old else ""
        if self._served(coming):
            return ""
        thin, at = 0, slot
        while not (self._served(at) or self._last(SKIPPED, at) or at < issues[-1].frozen_at):
            if self._last(THIN, at) is None:
                when = dates.in_words(at, self._zone)
                return f"{self._title} is late: due {when}; nothing was sent, nothing was skipped."
            thin += 1
            at = self._due.at_or_before(at - timedelta(minutes=1), self._zone)
        if thin < TOO_MANY:
            return ""
        when = dates.in_words(slot, self._zone)
        return f"{self._title} is late: due {when}, skipped for {thin} weeks running."

    def _done(self, slot: datetime) -> bool:
        return bool(self._served(slot) or self._last(SKIPPED, slot) or self._last(THIN, slot))

    def _served(self, slot: datetime) -> bool:
        return any(self.slot(issue.frozen_at) == slot for issue in self._ledger.issues(self._name))

    def _last(self, kind: str, slot: datetime) -> LogEntry | None:
        marks = self._ledger.marks(kind, f"{self._name} {self._week(slot)}")
        return marks[-1] if marks else None

    def _week(self, when: datetime) -> str:
        return dates.iso_week(when, self._zone)
