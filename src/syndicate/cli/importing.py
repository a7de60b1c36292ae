"""`syndicate import`: exports of other systems become Markdown articles."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from syndicate.cli import import_articles, import_questions, import_results
from syndicate.cli.console import show, show_json, talk
from syndicate.cli.desk import Desk, at_a_terminal, open_desk
from syndicate.cli.ending import Exit
from syndicate.cli.wishes import JSON

if TYPE_CHECKING:
    from syndicate.importing.memory import Answers
    from syndicate.importing.shelf import Place
    from syndicate.models import Reading

KINDS = (
    "auto",
    "page",
    "html",
    "feed",
    "wordpress",
    "ghost",
    "substack",
    "buttondown",
    "mailchimp",
)


@dataclass(frozen=True, slots=True)
class Options:
    """What was typed."""

    paths: tuple[str, ...]
    kind: str
    date_order: str
    tags: tuple[str, ...]
    new: bool
    overwrite: bool
    pages: bool
    pictures: bool
    dry_run: bool
    ask: bool


@click.command("import", epilog="Example: syndicate import ~/Downloads/blog-export")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option(
    "--from",
    "kind",
    type=click.Choice(KINDS),
    default="auto",
    show_default=True,
    help="What the files are; auto looks at each.",
)
@click.option(
    "--date-order",
    type=click.Choice(["mdy", "dmy", "ymd"]),
    help="Which number of 03/04/2025 is the month; else the whole folder tells.",
)
@click.option("--tags", metavar="A,B,C", default="", help="Tags that you use, to part joined ones.")
@click.option("--new", is_flag=True, help="They may be mailed; else they count as mailed before.")
@click.option("--overwrite", is_flag=True, help="Write over what you changed since.")
@click.option("--pages", is_flag=True, help="Pages of WordPress and Ghost too, beside the posts.")
@click.option(
    "--pictures", is_flag=True, help="Fetch the pictures and keep them with the articles."
)
@click.option("--dry-run", is_flag=True, help="Show what would happen; write nothing.")
@click.option("--no-ask", is_flag=True, help="Ask nothing; take the defaults, and list them.")
@JSON
@click.pass_context
def import_command(
    context: click.Context, /, *, tags: str, no_ask: bool, as_json: bool, **typed: Any
) -> None:
    """Make articles of what other systems export: files, folders or web addresses.

    It reads plain text, web pages, feeds, WordPress, Ghost, and the archives of Substack,
    Buttondown and Mailchimp; it shows its reasons, and accounts for every line. What is imported
    counts as mailed before. The same import again changes nothing.
    """
    typed["date_order"] = typed["date_order"] or ""
    vocabulary = tuple(tag.strip() for tag in tags.split(",") if tag.strip())
    ask = not no_ask and at_a_terminal()
    options = Options(tags=vocabulary, ask=ask, **typed)
    _refuse_missing(options.paths)
    desk = open_desk(context)
    results = _import(desk, options)
    if as_json:
        show_json(import_results.as_json(results))
    else:
        show(import_articles.as_text(results, desk.config.site))
        for line in import_results.summary(results, desk.config):
            talk(line)
    context.exit(Exit.CHECK if results.stopped else Exit.DONE)


def _refuse_missing(paths: tuple[str, ...]) -> None:
    for path in paths:
        if not path.lower().startswith(("http://", "https://")) and not Path(path).exists():
            raise click.UsageError(f'There is no file or folder "{path}".')


def _import(desk: Desk, options: Options) -> import_results.Results:
    from syndicate.importing import memory as remembering
    from syndicate.importing.bringing import Rules, bring
    from syndicate.importing.gathering import gather
    from syndicate.importing.overview import look
    from syndicate.importing.pictures import Gallery
    from syndicate.importing.shelf import Shelf, Wish

    manners = _manners(desk)
    gathered = gather(options.paths, options.kind, manners)
    talk(import_results.read(gathered))
    memory = remembering.load(desk.config.import_path)
    reading = desk.source().read()
    known = _vocabulary(desk, options, reading, memory.answers)
    overview = look(gathered.exports, memory.answers, known)
    settled = import_questions.settle(
        overview, memory.answers, known, order=options.date_order, ask=options.ask
    )
    place = _place(desk)
    wish = Wish(options.new, options.overwrite, options.dry_run)
    folder = desk.config.root / place.folder
    gallery = Gallery(folder, manners) if options.pictures else None
    shelf = Shelf(place, reading, memory, wish, gallery)
    rules = Rules(
        naming=place.naming,
        house=place.house,
        now=desk.now,
        answers=settled.answers,
        vocabulary=known,
        orders=settled.orders,
        pages=options.pages,
        pictures=options.pictures,
    )
    shelf.answered(settled.answers)
    outcomes = list(bring(gathered.exports, shelf, rules))
    shelf.flush()
    return import_results.Results(gathered, tuple(outcomes), settled.defaults, dry=options.dry_run)


def _manners(desk: Desk) -> Any:
    from syndicate.importers.base import WHOLE_MAX
    from syndicate.visiting import Manners

    url = desk.config.site.url
    return Manners(own=(url,), most=WHOLE_MAX, patience=60.0, contact=url)


def _place(desk: Desk) -> "Place":
    from syndicate.importing.adopting import Naming
    from syndicate.importing.shelf import Place
    from syndicate.importing.writing import House
    from syndicate.sources.base import Site

    config = desk.config
    site = config.site
    url = site.url.rstrip("/") + "/"
    naming = Naming(
        site.authority, config.feeds.since, Site(url, site.zone, site.author, site.language)
    )
    house = House(url, site.zone, site.language)
    folder = config.articles.folder.rstrip("/")
    return Place(config.root, folder, config.ids_path, config.import_path, naming, house)


def _vocabulary(
    desk: Desk, options: Options, reading: "Reading", answers: "Answers"
) -> frozenset[str]:
    """Collect the tags that are known: typed, configured, and those of earlier articles."""
    config = desk.config
    found = set(options.tags)
    found.update(config.feeds.tags if isinstance(config.feeds.tags, list) else ())
    for newsletter in config.newsletters.values():
        found.update((*newsletter.sections, *newsletter.include_tags, *newsletter.exclude_tags))
    found.update(tag for head in reading.heads for tag in head.tags)
    return frozenset(found.difference(answers.joined_tags).union(options.tags))
