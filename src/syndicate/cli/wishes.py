"""What a person wants of the next issue: the options that several commands share."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from syndicate.cli.completing import newsletters
from syndicate.errors import ConfigError

if TYPE_CHECKING:
    from syndicate.models import Head, Wishes

JSON = click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
NEWSLETTER = click.option(
    "--newsletter", metavar="NAME", shell_complete=newsletters, help="Which newsletter."
)

F = TypeVar("F", bound=Callable[..., Any])


class Asked(NamedTuple):
    """Wishes as they were typed."""

    lead: str | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    #: Markdown above the stories; None to look into the notes folder
    note: str | None = None
    #: instead of the one in the configuration
    subject: str | None = None


def choosing_options(command: F) -> F:
    """Add the options that choose articles: --lead, --include, --exclude."""
    for add in (
        click.option("--exclude", multiple=True, metavar="ARTICLE", help="Hold this article back."),
        click.option(
            "--include",
            multiple=True,
            metavar="ARTICLE",
            help="Mail this article, also again; by title, file, or the start of its id.",
        ),
        click.option("--lead", metavar="ARTICLE", help="Let this article lead the issue."),
    ):
        command = add(command)
    return command


def issue_options(command: F) -> F:
    """Add all options that make an issue what it is: articles, note and subject."""
    for add in (
        click.option("--subject", metavar="TEXT", help="Subject of this issue only."),
        click.option("--note", metavar="TEXT", help="Note above the stories; else notes/next.md."),
    ):
        command = add(command)
    return choosing_options(command)


def wishes(asked: Asked, heads: "Sequence[Head]") -> "Wishes":
    """Find the articles that were named. Raises ConfigError for one that is not clear."""
    from syndicate.models import Wishes

    return Wishes(
        find("--lead", asked.lead, heads).id if asked.lead else "",
        tuple(dict.fromkeys(find("--include", name, heads).id for name in asked.include)),
        tuple(dict.fromkeys(find("--exclude", name, heads).id for name in asked.exclude)),
    )


def find(option: str, text: str, heads: "Sequence[Head]") -> "Head":
    """Find an article by its id, slug, file or title, or by the start or a part of one of them.

    Raises ConfigError where none fits, with the nearest one, and where several do.
    """
    wanted = " ".join(text.split()).casefold()
    for fits in (str.__eq__, str.startswith, str.__contains__):
        found = [
            head for head in heads if wanted and any(fits(name, wanted) for name in _names(head))
        ]
        if len(found) == 1:
            return found[0]
        if found:
            several = ", ".join(f'"{head.title}" ({head.where.path})' for head in found[:5])
            raise ConfigError(f'{option} "{text}" fits several: {several}. Write more of it.')
    raise ConfigError(f'{option}: there is no article "{text}".{_nearest(wanted, heads)}')


def _names(head: "Head") -> Iterator[str]:
    """Give what an article goes by: most telling names first."""
    path = head.where.path
    file = path.rpartition("/")[2]
    yield from (name.casefold() for name in (head.slug, head.title, path, file, head.id))
    yield head.id.rpartition(":")[2].casefold()
    yield path.partition("/")[2].casefold()


def _nearest(wanted: str, heads: "Iterable[Head]") -> str:
    """Suggest the article whose name, or else a word of whose name, is nearest."""
    from syndicate.text import nearest

    whole = {name: head for head in heads for name in (head.slug, head.title.casefold())}
    words = {word: head for name, head in whole.items() for word in re.split(r"[\W_]+", name)}
    for names in (whole, words):
        if near := nearest(wanted, names):
            return f' Did you mean "{names[near].title}" ({names[near].slug})?'
    return " See: syndicate list --all"
