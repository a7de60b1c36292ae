"""The nouns: what everything in Syndicate is about. Frozen, and without behaviour.

Times are aware datetimes in UTC. Sequences are tuples. Optional things are None.
"""

from syndicate.models.articles import Article, Feed, Head, Identity, Picture, Question, Reading
from syndicate.models.finding import Finding, Level, Where
from syndicate.models.mail import Excluded, Mailbox, Message, Recipient
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
    "Abilities",
    "Article",
    "Batch",
    "Campaign",
    "Counts",
    "Departure",
    "Doubt",
    "Excluded",
    "Feed",
    "Finding",
    "Frozen",
    "Generation",
    "Head",
    "HeldList",
    "Identity",
    "Issue",
    "Kind",
    "Level",
    "Limits",
    "LogEntry",
    "Mailbox",
    "Manuscript",
    "Message",
    "Payload",
    "Picture",
    "Question",
    "Reading",
    "Receipt",
    "Recipient",
    "Refusal",
    "Spot",
    "Stage",
    "Statistics",
    "Status",
    "Verdict",
    "Where",
]
