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
        #: id of the issue
        "issue": issue.id,
        #: counts the issues of the newsletter up
        "number": issue.number,
        #: name of the newsletter
        "newsletter": issue.newsletter,
        #: name of the provider that it was frozen for
        "provider": issue.provider,
        #: its subject
        "subject": issue.subject,
        #: hash of everything that goes out
        "hash": issue.content_hash,
        #: when it was frozen, ISO 8601 in UTC
        "frozen_at": issue.frozen_at.isoformat(),
        #: ids of its articles, the lead first
        "articles": list(issue.articles),
        #: where it stands, in a few words
        "standing": standing(counts),
        #: the command to type next; empty when there is nothing to do
        "next": next_step(issue),
        #: recipients that the provider took over
        "accepted": counts.accepted,
        #: recipients that it said no to
        "refused": counts.refused,
        #: recipients of whom nobody can know
        "in_doubt": counts.in_doubt,
        #: recipients that are still to be handed over
        "pending": counts.pending,
        #: recipients that were taken out before
        "withdrawn": counts.withdrawn,
        #: recipients in all: the sum of these five
        "frozen": counts.frozen,
        #: by reason: how many people of the audience were left out
        "excluded": dict(issue.excluded),
    }


def entry_as_text(entry: LogEntry, zone: ZoneInfo) -> str:
    """Write a line of the log in the site's time zone."""
    at = entry.at.astimezone(zone)
    return f"{at:%Y-%m-%d %H:%M:%S %Z}  {entry.by}  {entry.text}"


def entry_as_json(entry: LogEntry) -> dict[str, Any]:
    """Give a line of the log as a JSON object, its time in UTC."""
    return {
        #: when, ISO 8601 in UTC
        "at": entry.at.isoformat(),
        #: who: a user's name, or that of a machine
        "by": entry.by,
        #: id of the issue; null where it is about none
        "issue": entry.issue or None,
        #: what happened, in a sentence
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
