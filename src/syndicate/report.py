"""Where issues stand, for people and for programs."""

from typing import Any
from zoneinfo import ZoneInfo

from syndicate.models import Counts, Issue, LogEntry, Status


def standing(counts: Counts) -> str:
    """Say in a few words where an issue stands; worked out from its numbers, never stored."""
    if counts.in_doubt:
        return "in doubt"
    if counts.pending == counts.frozen:
        return "nothing handed over yet"
    if counts.pending:
        return "unfinished"
    if counts.accepted == counts.frozen:
        return "handed over in full"
    return "handed over" if counts.accepted else "nobody got it"


def next_step(issue: Issue) -> str:
    """Say which command goes on from here; "" when nothing is left to do."""
    if issue.counts.in_doubt:
        return f"syndicate settle {issue.id}"
    return f"syndicate send {issue.newsletter}" if issue.counts.pending else ""


def counts_as_text(counts: Counts) -> str:
    """Write numbers that add up: `12 accepted + 1 in doubt = 13`."""
    parts = [
        f"{number:,} {word}"
        for word, number in _parts(counts).items()
        if number or word == Status.ACCEPTED
    ]
    return f"{' + '.join(parts)} = {counts.frozen:,}"


def issue_as_json(issue: Issue) -> dict[str, Any]:
    """Give an issue as a JSON object; the six counts stand at its top."""
    counts = issue.counts
    return {
        "issue": issue.id,
        "number": issue.number,
        "newsletter": issue.newsletter,
        "provider": issue.provider,
        "subject": issue.subject,
        "hash": issue.content_hash,
        "frozen_at": issue.frozen_at.isoformat(),
        "articles": list(issue.articles),
        "standing": standing(counts),
        "next": next_step(issue),
        "accepted": counts.accepted,
        "refused": counts.refused,
        "in_doubt": counts.in_doubt,
        "pending": counts.pending,
        "withdrawn": counts.withdrawn,
        "frozen": counts.frozen,
        "excluded": dict(issue.excluded),
    }


def entry_as_text(entry: LogEntry, zone: ZoneInfo) -> str:
    """Write a line of the log in the site's time zone."""
    at = entry.at.astimezone(zone)
    return f"{at:%Y-%m-%d %H:%M:%S %Z}  {entry.by}  {entry.text}"


def entry_as_json(entry: LogEntry) -> dict[str, Any]:
    """Give a line of the log as a JSON object, its time in UTC."""
    return {
        "at": entry.at.isoformat(),
        "by": entry.by,
        "issue": entry.issue or None,
        "text": entry.text,
    }


def _parts(counts: Counts) -> dict[str, int]:
    return {
        "accepted": counts.accepted,
        "refused": counts.refused,
        "in doubt": counts.in_doubt,
        "pending": counts.pending,
        "withdrawn": counts.withdrawn,
    }
