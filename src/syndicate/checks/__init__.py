"""The table of checks, and how to run those that are switched on."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from syndicate.checks import feeds, mending
from syndicate.checks.articles import health, links, pictures, reading, words
from syndicate.checks.articles.base import lay_out
from syndicate.checks.base import About, Check
from syndicate.checks.feeds import Rack
from syndicate.checks.messages import good as goods
from syndicate.checks.messages import letter, looks, sender
from syndicate.checks.messages import links as message_links
from syndicate.checks.messages import words as message_words
from syndicate.checks.messages.letter import Carrier, Letter
from syndicate.checks.messages.looks import GMAIL_CLIPS
from syndicate.checks.online import links as online_links
from syndicate.checks.online import mail as online_mail
from syndicate.checks.online.base import Web
from syndicate.config import Config
from syndicate.errors import ConfigError
from syndicate.models import Finding, Manuscript
from syndicate.text import nearest

__all__ = [
    "GMAIL_CLIPS",
    "TABLE",
    "About",
    "Carrier",
    "Check",
    "Letter",
    "Rack",
    "Web",
    "good",
    "kept",
    "mend",
    "of_article",
    "of_feeds",
    "of_message",
    "of_web",
    "read_letter",
    "switches",
]

TABLE: tuple[Check[Any], ...] = (
    *reading.CHECKS,
    *words.CHECKS,
    *links.CHECKS,
    *pictures.CHECKS,
    *health.CHECKS,
    *feeds.CHECKS,
    *message_words.CHECKS,
    *message_links.CHECKS,
    *looks.CHECKS,
    *sender.CHECKS,
    *online_links.CHECKS,
    *online_mail.CHECKS,
)
#: what switches several checks on at once, and what for
GROUPS = {"health": "What publishers on health ask of an article."}

good = goods.good
read_letter = letter.read


def of_article(manuscript: Manuscript, config: Config, now: datetime) -> tuple[Finding, ...]:
    """Look at an article. Raises ConfigError for a switch that is no check's name."""
    piece = lay_out(manuscript, config, now)
    return _run((About.ARTICLE,), piece, config, manuscript.article.where.path)


def of_feeds(rack: Rack, config: Config) -> tuple[Finding, ...]:
    """Look at what goes into feeds. Raises ConfigError for a switch that is no check's name."""
    return _run((About.FEEDS,), rack, config)


def of_message(whole: Letter) -> tuple[Finding, ...]:
    """Look at an issue as mail, and at who sends it. Raises ConfigError for an unknown switch."""
    return _run((About.MESSAGE, About.SENDER), whole, whole.config)


def mend(
    manuscript: Manuscript, config: Config, now: datetime, secure: frozenset[str] = frozenset()
) -> mending.Mended:
    """Mend what is safe to mend in an article, by the checks that are switched on.

    `secure` holds the http addresses that were seen to answer by https too. Raises ArticleError
    for a text that cannot be rendered, and ConfigError for an unknown switch.
    """
    return mending.mended(lay_out(manuscript, config, now), secure, _on(config))


def of_web(web: Web) -> tuple[Finding, ...]:
    """Look at what visits and name servers told. Raises ConfigError for an unknown switch."""
    return _run((About.ONLINE,), web, web.config)


def kept(findings: Iterable[Finding], config: Config) -> tuple[Finding, ...]:
    """Leave out what is switched off of what others noticed. Raises ConfigError as the others."""
    on = _on(config)
    known = {check.name for check in TABLE}
    return tuple(one for one in findings if one.name in on or one.name not in known)


def switches() -> Mapping[str, str]:
    """Give the names that can be switched in [checks], each with what it stands for."""
    able = {one.name: one.sentence for one in TABLE if one.name not in reading.ALWAYS}
    return {**GROUPS, **able}


def _run(
    about: tuple[About, ...], subject: Any, config: Config, path: str = ""
) -> tuple[Finding, ...]:
    on = _on(config)
    looking = (check for check in TABLE if check.about in about and check.name in on)
    return tuple(finding for check in looking for finding in check.findings(subject, path))


def _on(config: Config) -> frozenset[str]:
    """Give the names of the checks that are switched on."""
    known = switches()
    for name in config.checks:
        if name in reading.ALWAYS:
            raise ConfigError(
                f"syndicate.toml: [checks] {name} cannot be switched: without it there is nothing "
                "to read. Take the line out."
            )
        if name not in known:
            near = nearest(name, known)
            raise ConfigError(
                f'syndicate.toml: [checks] knows no "{name}".'
                + (f" Did you mean {near}?" if near else "")
                + " All of them: docs/reference/checks.md"
            )
    said = config.checks
    return frozenset(
        check.name
        for check in TABLE
        if said.get(check.name, said.get(check.group, False) if check.group else True)
        or check.name in reading.ALWAYS
    )
