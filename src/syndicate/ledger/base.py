"""The reading half of a ledger: it changes nothing."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import count

import msgspec

from syndicate.errors import LedgerError
from syndicate.ledger.people import people_from_json
from syndicate.ledger.sql import Database, Row
from syndicate.models import (
    Batch,
    Counts,
    Doubt,
    Excluded,
    Generation,
    Issue,
    LogEntry,
    Message,
    Recipient,
    Roll,
    Status,
)


def batch_name(issue: str, number: int) -> str:
    """Name a batch, such as `weekly-2026-W48-b0001`."""
    return f"{issue}-b{number:04d}"


def utc_text(at: datetime) -> str:
    """Write a time in UTC, so that it sorts as text. Raises ValueError for one without a zone."""
    if at.tzinfo is None:
        raise ValueError(at)
    return at.astimezone(UTC).isoformat(timespec="microseconds")


class Reader:
    """What a ledger tells; see `Ledger`."""

    def __init__(self, database: Database) -> None:
        """Read from an open database."""
        self._db = database

    def identity(self) -> tuple[str, Generation]:
        """Give the ledger's random id and its generation, which only ever goes up."""
        meta = self._meta()
        return meta["id"], Generation(meta["runs"], meta["entries"])

    def started(self, newsletter: str) -> bool:
        """Whether this newsletter has a baseline."""
        return self._db.one("find_newsletter", newsletter=newsletter) is not None

    def mailed(self, newsletter: str) -> Mapping[str, str]:
        """Article ids that are not new, each with its issue's id, or "" for the baseline."""
        rows = self._db.all("list_mailed", newsletter=newsletter)
        return {row["article"]: row["issue"] for row in rows}

    def next_issue(self, newsletter: str, week: str) -> tuple[str, int]:
        """Give the id and the number of the next issue frozen in an ISO week such as 2026-W48."""
        rows = self._db.all("list_issue_ids")
        taken = {row["id"] for row in rows}
        first = f"{newsletter}-{week}"
        ids = (first if n == 1 else f"{first}-{n}" for n in count(1))
        last = max((row["number"] for row in rows if row["newsletter"] == newsletter), default=0)
        return next(id_ for id_ in ids if id_ not in taken), last + 1

    def issue(self, issue: str) -> Issue | None:
        """Give one issue by its id."""
        found = self._db.one("find_issue", id=issue)
        # None for an issue without a batch, which only a freeze under way can see.
        row = found and self._db.one("read_issue", seq=found["seq"])
        return self._issue(row) if row else None

    def issues(self, newsletter: str | None = None) -> tuple[Issue, ...]:
        """List issues, the newest first."""
        rows = self._db.all("read_issues", newsletter=newsletter)
        return tuple(self._issue(row) for row in rows)

    def message(self, issue: str) -> Message:
        """Give the frozen message, byte for byte. Raises LedgerError for an issue unknown here."""
        row = self._db.one("read_message", issue=issue)
        if row is None:
            raise LedgerError(f'{self._db.place}: there is no issue "{issue}" in this ledger.')
        told = msgspec.json.decode(row["message"])
        # Ledgers of before November 2026 hold one mailbox, or none.
        if not isinstance(told["reply_to"], list):
            told["reply_to"] = [told["reply_to"]] if told["reply_to"] else []
        return msgspec.convert(told, Message)

    def stopped(self, issue: str) -> bool:
        """Whether an issue was taken back by `undo`."""
        row = self._db.one("find_issue", id=issue)
        return row is not None and row["stopped_at"] is not None

    def halted(self, issue: str) -> str:
        """Tell why workers have stopped with an issue; there are none on this ledger."""
        del issue
        return ""

    def pending(self, issue: str) -> tuple[int, ...]:
        """List the numbers of the batches that nobody has claimed and that hold somebody."""
        return tuple(row["number"] for row in self._db.all("list_pending", issue=issue))

    def batch(self, issue: str, number: int) -> Batch:
        """Give a batch with those of its recipients that are not withdrawn and go in no other.

        Raises LedgerError for a batch unknown here.
        """
        row = self._db.one("read_batch", issue=issue, number=number)
        name = batch_name(issue, number)
        if row is None:
            raise LedgerError(f'{self._db.place}: there is no batch "{name}" in this ledger.')
        outcomes = self._db.all("list_outcomes", issue=issue, number=number)
        gone = {one["key"] for one in outcomes if one["status"] == "withdrawn" or one["moved_to"]}
        people = people_from_json(row["rows"])
        if gone:
            people = Roll.of(tuple(one for one in people if one.key not in gone))
        status = Status(row["status"])
        return Batch(issue, number, name, people, status, row["told"], row["reference"])

    def batches(self, issue: str) -> tuple[Batch, ...]:
        """List the batches of an issue without their recipients."""
        return tuple(
            Batch(
                issue,
                row["number"],
                batch_name(issue, row["number"]),
                (),
                Status(row["status"]),
                reference=row["reference"],
            )
            for row in self._db.all("list_batches", issue=issue)
        )

    def doubts(self, issue: str) -> tuple[Doubt, ...]:
        """List the batches of an issue that hold somebody in doubt."""
        return tuple(
            Doubt(
                issue,
                row["number"],
                batch_name(issue, row["number"]),
                row["people"],
                datetime.fromisoformat(row["since"]),
                row["reason"],
                row["payload_hash"],
            )
            for row in self._db.all("list_doubts", issue=issue)
        )

    def excluded(self, issue: str) -> tuple[Excluded, ...]:
        """List who was left out of an issue, by line of the audience file."""
        return tuple(
            Excluded(row["key"], row["reason"], row["line"])
            for row in self._db.all("list_excluded", issue=issue)
        )

    def refusals(self, issue: str) -> tuple[tuple[int, str], ...]:
        """List refused recipients as (line of the audience file, reason)."""
        return tuple(sorted((one.line, reason) for _, one, reason in self._refused(issue)))

    def may_go_again(self, issue: str) -> int:
        """Count who was refused and may get an issue again; whoever was forgotten may not."""
        return sum(bool(one.address) for _, one, _ in self._refused(issue))

    def log(self, issue: str | None = None) -> tuple[LogEntry, ...]:
        """Read the log, the oldest first."""
        return tuple(_entry(row) for row in self._db.all("read_log", issue=issue))

    def marks(self, kind: str, subject: str) -> tuple[LogEntry, ...]:
        """Read what was noted of a content hash or a newsletter, the oldest first."""
        return tuple(_entry(row) for row in self._db.all("read_marks", kind=kind, subject=subject))

    def close(self) -> None:
        """Let go of the database."""
        self._db.close()

    def _meta(self) -> Row:
        (row,) = self._db.all("read_meta")
        return row

    def _issue(self, row: Row) -> Issue:
        articles = self._db.all("list_articles", seq=row["seq"])
        excluded = self._db.all("count_excluded", seq=row["seq"])
        return Issue(
            id=row["id"],
            number=row["number"],
            newsletter=row["newsletter"],
            provider=row["provider"],
            settings=msgspec.json.decode(row["settings"]),
            subject=row["subject"],
            content_hash=row["content_hash"],
            articles=tuple(one["article"] for one in articles),
            frozen_at=datetime.fromisoformat(row["frozen_at"]),
            counts=Counts(**{field: row[field] for field in Counts.__slots__}),
            excluded={one["reason"]: one["n"] for one in excluded},
            audience=row["audience"],
        )

    def _refused(self, issue: str) -> Iterator[tuple[int, Recipient, str]]:
        """Give who was refused and does not go again yet, with batch and reason."""
        for row in self._db.all("list_refused_batches", issue=issue):
            number, whole = row["number"], row["status"] == Status.REFUSED
            rows = self._db.all("list_outcomes", issue=issue, number=number)
            refused = {one["key"]: one["reason"] for one in rows if one["status"] == "refused"}
            for one in self.batch(issue, number).recipients:
                if whole or one.key in refused:
                    yield number, one, row["reason"] if whole else refused[one.key]


def _entry(row: Row) -> LogEntry:
    fields = {field: row[field] for field in LogEntry.__slots__}
    return LogEntry(**fields | {"at": datetime.fromisoformat(row["at"])})
