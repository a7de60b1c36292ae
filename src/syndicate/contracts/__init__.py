"""The sockets: what the verbs ask of each part.

A part may raise the errors of `errors` and no others that a user could cause.
"""

from syndicate.contracts.articles import FeedFormat, LastingSource, Source
from syndicate.contracts.ledgers import Ledger, Shared
from syndicate.contracts.providers import CampaignProvider, Provider, Service

__all__ = [
    "CampaignProvider",
    "FeedFormat",
    "LastingSource",
    "Ledger",
    "Provider",
    "Service",
    "Shared",
    "Source",
]
