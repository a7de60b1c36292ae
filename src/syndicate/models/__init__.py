"""The nouns: what everything in Syndicate is about. Frozen, and without behaviour.

Times are aware datetimes in UTC. Sequences are tuples. Optional things are None.
Each file of nouns is loaded when one of them is asked for: making these classes takes a tenth of
the time of a build in which little changed, and a build needs few of them.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from syndicate.models.articles import (
        Article,
        Feed,
        Glance,
        Head,
        Identity,
        Picture,
        Question,
        Reading,
    )
    from syndicate.models.choices import Baseline, Choice, LeftOut, Past, Wishes
    from syndicate.models.finding import Finding, Level, Where
    from syndicate.models.mail import KEY_SIZE, Excluded, Mailbox, Message, Recipient
    from syndicate.models.manuscripts import Kind, Manuscript, Spot
    from syndicate.models.providers import (
        Abilities,
        Campaign,
        Departure,
        HeldList,
        Stage,
        Statistics,
        Verdict,
    )
    from syndicate.models.roll import ADDRESS, Roll
    from syndicate.models.sending import (
        Batch,
        Counts,
        Doubt,
        Frozen,
        Generation,
        Issue,
        Limits,
        LogEntry,
        Payload,
        Receipt,
        Refusal,
        Status,
    )

__all__ = [
    "ADDRESS",
    "KEY_SIZE",
    "Abilities",
    "Article",
    "Baseline",
    "Batch",
    "Campaign",
    "Choice",
    "Counts",
    "Departure",
    "Doubt",
    "Excluded",
    "Feed",
    "Finding",
    "Frozen",
    "Generation",
    "Glance",
    "Head",
    "HeldList",
    "Identity",
    "Issue",
    "Kind",
    "LeftOut",
    "Level",
    "Limits",
    "LogEntry",
    "Mailbox",
    "Manuscript",
    "Message",
    "Past",
    "Payload",
    "Picture",
    "Question",
    "Reading",
    "Receipt",
    "Recipient",
    "Refusal",
    "Roll",
    "Spot",
    "Stage",
    "Statistics",
    "Status",
    "Verdict",
    "Where",
    "Wishes",
]

#: the nouns by the file that they stand in
_FILES = {
    "articles": (
        "Article",
        "Feed",
        "Glance",
        "Head",
        "Identity",
        "Picture",
        "Question",
        "Reading",
    ),
    "choices": ("Baseline", "Choice", "LeftOut", "Past", "Wishes"),
    "finding": (
        "Finding",
        "Level",
        "Where",
    ),
    "mail": (
        "KEY_SIZE",
        "Excluded",
        "Mailbox",
        "Message",
        "Recipient",
    ),
    "manuscripts": (
        "Kind",
        "Manuscript",
        "Spot",
    ),
    "providers": (
        "Abilities",
        "Campaign",
        "Departure",
        "HeldList",
        "Stage",
        "Statistics",
        "Verdict",
    ),
    "roll": ("ADDRESS", "Roll"),
    "sending": (
        "Batch",
        "Counts",
        "Doubt",
        "Frozen",
        "Generation",
        "Issue",
        "Limits",
        "LogEntry",
        "Payload",
        "Receipt",
        "Refusal",
        "Status",
    ),
}


def __getattr__(name: str) -> object:
    """Load the file of a noun."""
    for file, names in _FILES.items():
        if name in names:
            nouns = vars(importlib.import_module(f"syndicate.models.{file}"))
            globals().update({one: nouns[one] for one in names})
            return nouns[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
