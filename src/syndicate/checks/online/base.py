"""What the checks with `--online` look at: what visits and name servers told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from syndicate.config import Config
from syndicate.models import Where


class Purpose(StrEnum):
    """Why an address was visited."""

    LINK = "link"
    PICTURE = "picture"
    #: the page of an article that the next issue carries
    PAGE = "page"
    #: where people unsubscribe
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Asked:
    """An address that a text, a message or the configuration names."""

    url: str
    purpose: Purpose
    #: where it stands; None for the issue
    where: Where | None = None
    #: title of the article, for its page
    title: str = ""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a visit saw, as it is kept in `.cache/`."""

    #: UTC
    at: datetime
    #: 0 where nothing answered
    status: int = 0
    #: the address that answered in the end; "" where nothing did
    final: str = ""
    #: whether every redirect on the way said that it is for good
    for_good: bool = False
    #: media type of the answer, without parameters
    media: str = ""
    #: why nothing answered, in words that fit behind the address; "" when something did
    trouble: str = ""
    #: we do not go there: it is not public
    forbidden: bool = False


@dataclass(frozen=True, slots=True)
class ServedFeed:
    """A feed as the public is served it."""

    #: its file, as a person would type it
    file: str
    url: str
    status: int
    media: str
    #: whether it has the bytes of the file
    same: bool
    #: why nothing was served; "" when something was
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Domain:
    """What the records of a sender's domain say."""

    name: str
    #: name of the provider in the configuration
    provider: str
    #: TXT records that begin with v=spf1
    spf: tuple[str, ...] = ()
    #: questions that a receiver asks to follow the SPF record
    lookups: int = 0
    #: TXT records that begin with v=DMARC1, of the domain or of the nearest one above it
    dmarc: tuple[str, ...] = ()
    #: DKIM keys by selector; "" where there is none
    dkim: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Web:
    """Everything that was seen online."""

    config: Config
    asked: tuple[Asked, ...] = ()
    #: by address; those that were not visited for want of time are not in
    sights: Mapping[str, Sight] = field(default_factory=dict)
    feeds: tuple[ServedFeed, ...] = ()
    domains: tuple[Domain, ...] = ()
