"""Laying an issue out for the checks: as mail, with all that they must know of it."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol, cast

from syndicate.cli.desk import Desk
from syndicate.errors import ArticleError, AudienceError
from syndicate.models import Finding, Level

if TYPE_CHECKING:
    from syndicate.checks import Carrier, Letter
    from syndicate.contracts import Service
    from syndicate.models import Head, Manuscript
    from syndicate.prepare import Draft


class Written(Protocol):
    """What gives articles as they were written."""

    def manuscript(self, head: "Head") -> "Manuscript":
        """Read an article as it was written. Raises ArticleError."""
        ...


def letter_of(desk: Desk, draft: "Draft") -> "Letter":
    """Lay out an issue that is not frozen yet. Raises ConfigError for a provider that is none."""
    from syndicate import checks, pictures

    config = desk.config
    return checks.read_letter(
        draft.message,
        config,
        draft.newsletter,
        carrier=_carrier(desk, draft.newsletter),
        now=desk.now,
        weights=pictures.weights(draft.message.html, pictures.place(config), config.out),
    )


def of_issue(desk: Desk, draft: "Draft") -> tuple[Finding, ...]:
    """Check an issue as mail, and who sends it."""
    from syndicate import checks

    return checks.of_message(letter_of(desk, draft))


def of_articles(
    desk: Desk,
    source: Written,
    heads: "Iterable[Head]",
    show: "Callable[[Manuscript], object]" = lambda _: None,
) -> list[Finding]:
    """Check articles as they were written; one that cannot be rendered must be fixed.

    `show` is shown each as well, so that all that one wants of it can be had in one reading.
    """
    from syndicate import checks

    found: list[Finding] = []
    for head in heads:
        try:
            manuscript = source.manuscript(head)
            found += checks.of_article(manuscript, desk.config, desk.now)
            show(manuscript)
        except ArticleError as error:
            found.append(Finding(Level.MUST_FIX, str(error), name="file"))
    return found


def _carrier(desk: Desk, newsletter: str) -> "Carrier":
    from syndicate import audience
    from syndicate.checks import Carrier

    name, path = desk.config.newsletters[newsletter].provider, desk.config.audience_path(newsletter)
    service = cast("Service", desk.service(name))
    service.close()
    columns = None
    if path is not None:
        try:
            columns = audience.columns_of(path)
        except AudienceError:
            # Who is mailed is looked at elsewhere, and said there.
            columns = None
    return Carrier(name, service.own_tokens, columns)
