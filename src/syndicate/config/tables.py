"""The tables of `syndicate.toml`: every key there is, with its type and what it means."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

import msgspec

from syndicate import durations
from syndicate.config.words import FILENAME
from syndicate.errors import ConfigError
from syndicate.models import Picture

OneLine = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f\u2028\u2029]*\Z")]
Text = Annotated[str, msgspec.Meta(min_length=1, pattern=r"^[^\x00-\x1f\x7f\u2028\u2029]*\Z")]
Positive = Annotated[int, msgspec.Meta(ge=1)]
DueTime = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(|(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day ([01]?[0-9]|2[0-3]):[0-5][0-9])\Z"
    ),
]
Colour = Annotated[str, msgspec.Meta(pattern=r"^#[0-9a-fA-F]{6}\Z")]
Duration = Annotated[str, msgspec.Meta(pattern=durations.PATTERN)]


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One table of the file: unknown keys are refused, nothing changes once it is read."""


class Site(Table, frozen=True):
    """[site]: what all feeds and newsletters share."""

    #: name of the site
    title: Text
    #: address of the site, ending in a slash once read
    url: Text
    #: language of articles and issues that name none (BCP 47): dates and fixed words follow it
    language: Text = "en"
    #: time zone of dates that name none, such as Europe/London
    timezone: Text = "UTC"
    #: display name used when an article names nobody
    author: OneLine = ""
    #: postal address for the footer of every email
    address: OneLine = ""
    #: name of the environment variable that holds the secret; "" for one kept in the ledger
    secret_env: OneLine = ""
    #: command run after an issue is frozen and built, before the first call
    publish: str = ""
    #: picture for feeds and mastheads: a path in the articles folder, or an https address
    logo: OneLine = ""
    #: telephone number for the footer of every email
    help_line: OneLine = ""
    #: sentence that stands once in every issue
    disclaimer: OneLine = ""

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def authority(self) -> str:
        """The host name that stands in article ids."""
        return urlsplit(self.url).hostname or ""


class Articles(Table, frozen=True):
    """[articles]: where they are."""

    #: folder of the Markdown files, subfolders included
    folder: Text = "articles"


class Feeds(Table, frozen=True):
    """[feeds]: what `build` writes, and where."""

    #: folder that is written, for your web server
    out: Text = "public"
    #: articles in a feed
    limit: Positive = 20
    #: whether articles beyond the limit go to archive pages (RFC 5005)
    archive: bool = False
    #: formats of every feed
    formats: list[Literal["rss", "atom", "json"]] = msgspec.field(
        default_factory=lambda: ["rss", "atom", "json"]
    )
    #: whole articles, or their summaries only
    content: Literal["full", "summary"] = "full"
    #: tags that have feeds of their own
    tags: Literal["all"] | list[Text] = "all"
    #: WebSub hub; "" when there is none
    hub: OneLine = ""
    #: the year in article ids; must never change
    since: Annotated[int, msgspec.Meta(ge=1990, le=2999)] = 2024


class Theme(Table, frozen=True):
    """[theme]: a small palette from which the rest is derived."""

    #: a shipped look: editorial, gazette, clear or signal
    name: Text = "editorial"
    #: colour of buttons and marks; the look's own when left out
    accent: Colour | None = None
    #: colour of text
    ink: Colour | None = None
    #: colour around the sheet
    canvas: Colour | None = None
    #: colour of the sheet
    paper: Colour | None = None
    #: font families of headings
    heading_font: OneLine = ""
    #: font families of text
    body_font: OneLine = ""


class CallToAction(Table, frozen=True):
    """cta = { ... }: what an issue asks its readers to do, with a button."""

    #: heading of the block
    title: Text
    #: what stands on the button
    label: Text
    #: where the button leads
    url: Annotated[str, msgspec.Meta(pattern=r"^(https?://|mailto:|tel:)[!-~]+\Z")]
    #: one or two sentences above the button
    text: OneLine = ""


class Utm(Table, frozen=True):
    """utm: parameters for links to the site's own pages; "" for none."""

    #: utm_source
    source: OneLine = ""
    #: utm_medium
    medium: OneLine = ""
    #: the issue's id where there are others and this one is ""
    campaign: OneLine = ""
    #: utm_term
    term: OneLine = ""
    #: utm_content
    content: OneLine = ""


class ListHeld(Table, frozen=True):
    """audience = { list = "..." }: people that the provider holds."""

    #: name of the list at the provider
    list: Text
    #: name of a segment of it; "" for everybody on it
    segment: OneLine = ""

    def __str__(self) -> str:
        """Name it as a person would."""
        return f"{self.list}, {self.segment}" if self.segment else self.list


class Newsletter(Table, frozen=True):
    """[newsletters.NAME]: a named stream of issues."""

    #: name of the newsletter
    title: Text
    #: `Name <address>`
    sender: Text
    #: CSV file with a column `email`, every other column a token; or { list = "..." } that the
    #: provider holds
    audience: Text | ListHeld
    #: subject, with `lead`, `others`, `count`, `date` and `number`
    subject: Text = "{{ lead.title }}"
    #: what inboxes show beside the subject
    preheader: OneLine = "{{ lead.summary }}"
    #: where answers go: `Name <address>`, several with commas between or as a list; "" for the
    #: sender
    reply_to: str | list[Text] = ""  # with a pattern beside a list, msgspec 0.22 corrupts memory
    #: name of the template, without `.html.j2`
    template: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]*\Z")] = "digest"
    #: mail provider
    provider: Text = "outbox"
    #: below this many new articles no issue is made
    min_articles: Positive = 1
    #: beyond this many, ten more stand as links, and the rest waits
    max_articles: Positive = 8
    #: only articles with one of these tags; all when empty
    include_tags: list[Text] = []
    #: no article with one of these tags
    exclude_tags: list[Text] = []
    #: BCP 47; "" for the site's
    language: OneLine = ""
    #: how long a person may still take an issue back before it goes, such as 10m
    hold: Duration = "0"
    #: https address where people unsubscribe; `{token}` differs by recipient, else it is appended
    unsubscribe_url: Annotated[str, msgspec.Meta(pattern=r"^(https://[!-~]+)?\Z")] = ""
    #: tags that head the articles after the lead, in this order
    sections: list[Text] = []
    #: instead of [theme]
    theme: Theme | None = None
    #: heading of the articles that have none of these tags; "" for no heading
    rest: OneLine = ""
    #: below min_articles: make no issue, ask a person, or send all the same
    on_thin: Literal["skip", "ask", "send"] = "skip"
    #: Markdown below the stories of every issue; "" for none
    closing: str = ""
    #: what every issue asks its readers to do
    cta: CallToAction | None = None
    #: parameters for links to the site's own pages, without `utm_`
    utm: Utm = Utm()
    #: address at which people change what they get; "" for none
    preferences_url: Annotated[str, msgspec.Meta(pattern=r"^(https://\S+)?\Z")] = ""
    #: whether search engines may list the pages of issues
    index: bool = False
    #: whether an issue needs `syndicate approve` before it goes
    approval: bool = False
    #: when an issue is due, in the site's zone: `Monday 09:30`; "" for no rhythm
    due: DueTime = ""
    #: only the people whose columns hold one of these values
    where: dict[str, str | int | list[str | int]] = {}
    #: subjects to try against each other: refused, as no provider is told of more than one
    subjects: list[Text] = []


class LedgerPlace(Table, frozen=True):
    """[ledger]: where the record of what was sent is kept."""

    #: `sqlite:` and a path, or `postgresql://host/database` without a password
    url: OneLine = "sqlite:state/ledger.db"
    #: name of the environment variable that holds the address instead, with its password; "" for
    #: none
    url_env: OneLine = ""
    #: addresses of issues older than this are overwritten; "0" for never
    forget_after: Duration = "0"


class AudienceRules(Table, frozen=True):
    """[audience]: who is never mailed."""

    #: CSV file of addresses or keys, or an https address of one; "" when there is none
    suppressed: OneLine = ""


class CheckRules(Table, frozen=True):
    """[checks]: a switch for each check by its name (docs/reference/checks.md), and these."""

    #: how long an article on health may go without anybody looking at it again
    review_after: Duration = "730d"
    #: selector of your DKIM key, such as "k1", where your provider's cannot be guessed
    dkim_selector: Annotated[
        str, msgspec.Meta(pattern=r"^([A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)?\Z")
    ] = ""


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """Everything in `syndicate.toml`, typed. Paths are relative to `root`."""

    #: the folder the file lies in, and its name there
    root: Path
    file: str = FILENAME
    site: Site
    articles: Articles
    feeds: Feeds
    theme: Theme
    newsletters: dict[str, Newsletter]
    #: settings by provider name; each provider checks its own
    providers: dict[str, dict[str, Any]]
    ledger: LedgerPlace
    audience: AudienceRules
    #: switches by the name of a check, or of several
    checks: dict[str, bool]
    #: what else is said of checks
    rules: CheckRules = CheckRules()

    def ledger_at(self, env: Mapping[str, str]) -> Path | str:
        """Say where the ledger is: a SQLite file, or the address of a database.

        An address may hold a password: never show it. Raises ConfigError where the environment
        variable that holds it is not set, or holds none.
        """
        url, name = self.ledger.url, self.ledger.url_env
        if name:
            url = env.get(name, "").strip()
            if not re.match(r"(sqlite|postgres(ql)?):", url):
                what = "does not hold the address of a ledger" if url else "is not set"
                raise ConfigError(
                    f"The environment variable {name} {what}, and [ledger] url_env names it. "
                    f"Set it, for instance: export {name}=postgresql://user:password@host/database"
                )
        path = url.removeprefix("sqlite:")
        return url if path == url else self.root / path

    def audience_path(self, newsletter: str) -> Path | None:
        """The CSV file of a newsletter's people; None where the provider holds them."""
        audience = self.newsletters[newsletter].audience
        return None if isinstance(audience, ListHeld) else self.root / audience

    @property
    def path(self) -> Path:
        """The file itself."""
        return self.root / self.file

    @property
    def suppressed_fetched(self) -> Path:
        """Where a suppression list from the web is kept while it is used."""
        return self.root / ".cache" / "suppressed.csv"

    @property
    def suppressed_beside(self) -> Path:
        """Keys that are suppressed beside a list from the web, which we cannot write."""
        return self.root / "state" / "suppressed.csv"

    @property
    def ids_path(self) -> Path:
        """The file that remembers the ids of articles."""
        return self.root / "state" / "ids.json"

    @property
    def import_path(self) -> Path:
        """The file that remembers what was imported, and what of it counts as mailed before."""
        return self.root / "state" / "import.json"

    @property
    def out(self) -> Path:
        """The folder that `build` writes to."""
        return self.root / self.feeds.out

    @property
    def logo(self) -> Picture | None:
        """The logo, its size not yet known; None when there is none."""
        logo, title = self.site.logo, self.site.title
        if not logo or logo.startswith("https://"):
            return Picture(logo, title) if logo else None
        address = self.site.url + quote(logo)
        return Picture(address, title, file=f"{self.articles.folder.rstrip('/')}/{logo}")

    def issue_url(self, issue: str) -> str:
        """Give the address at which an issue can be seen in a browser."""
        return f"{self.site.url}issues/{issue}/"
