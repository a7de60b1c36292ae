"""The site's configuration, `syndicate.toml`: found, read, checked and typed.

Every mistake is said in words, with the line of the file and the nearest thing we know.
"""

import difflib
import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from syndicate import durations
from syndicate.errors import ConfigError
from syndicate.models import Picture

T = TypeVar("T", bound=msgspec.Struct)

FILENAME = "syndicate.toml"

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

    title: Text
    #: address of the site, ending in a slash once read
    url: Text
    language: Text = "en"
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
    help_line: OneLine = ""
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

    folder: Text = "articles"


class Feeds(Table, frozen=True):
    """[feeds]: what `build` writes, and where."""

    out: Text = "public"
    #: articles in a feed
    limit: Positive = 20
    #: whether articles beyond the limit go to archive pages (RFC 5005)
    archive: bool = False
    formats: list[Literal["rss", "atom", "json"]] = msgspec.field(
        default_factory=lambda: ["rss", "atom", "json"]
    )
    content: Literal["full", "summary"] = "full"
    #: tags that have feeds of their own
    tags: Literal["all"] | list[Text] = "all"
    #: WebSub hub; "" when there is none
    hub: OneLine = ""
    #: the year in article ids; must never change
    since: Annotated[int, msgspec.Meta(ge=1990, le=2999)] = 2024


class Theme(Table, frozen=True):
    """[theme]: a small palette from which the rest is derived."""

    name: Text = "editorial"
    accent: Colour | None = None
    ink: Colour | None = None
    canvas: Colour | None = None
    paper: Colour | None = None
    heading_font: OneLine = ""
    body_font: OneLine = ""


class CallToAction(Table, frozen=True):
    """cta = { ... }: what an issue asks its readers to do, with a button."""

    title: Text
    #: what stands on the button
    label: Text
    #: where the button leads
    url: Annotated[str, msgspec.Meta(pattern=r"^(https?://|mailto:|tel:)[!-~]+\Z")]
    #: one or two sentences above the button
    text: OneLine = ""


class Utm(Table, frozen=True):
    """utm: parameters for links to the site's own pages; "" for none."""

    source: OneLine = ""
    medium: OneLine = ""
    #: the issue's id where there are others and this one is ""
    campaign: OneLine = ""
    term: OneLine = ""
    content: OneLine = ""


class Newsletter(Table, frozen=True):
    """[newsletters.NAME]: a named stream of issues."""

    title: Text
    #: `Name <address>`
    sender: Text
    audience: Text
    subject: Text = "{{ lead.title }}"
    preheader: OneLine = "{{ lead.summary }}"
    reply_to: OneLine = ""
    template: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]*\Z")] = "digest"
    provider: Text = "outbox"
    #: below this many new articles no issue is made
    min_articles: Positive = 1
    max_articles: Positive = 8
    #: only articles with one of these tags; all when empty
    include_tags: list[Text] = []
    exclude_tags: list[Text] = []
    #: BCP 47; "" for the site's
    language: OneLine = ""
    #: how long a person may still take an issue back before it goes, such as 10m
    hold: Duration = "0"
    #: https address where people unsubscribe; `{token}` differs by recipient, else it is appended
    unsubscribe_url: Annotated[str, msgspec.Meta(pattern=r"^(https://[!-~]+)?\Z")] = ""
    #: tags that head the articles after the lead, in this order
    sections: list[Text] = []
    #: heading of the articles that have none of these tags; "" for no heading
    rest: OneLine = ""
    #: below min_articles: make no issue, ask a person, or send all the same
    on_thin: Literal["skip", "ask", "send"] = "skip"
    #: Markdown below the stories of every issue; "" for none
    closing: str = ""
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
    #: subjects to try against each other, which only some providers can
    subjects: list[Text] = []


class LedgerPlace(Table, frozen=True):
    """[ledger]: where the record of what was sent is kept."""

    url: Annotated[str, msgspec.Meta(pattern=r"^sqlite:.+\Z")] = "sqlite:state/ledger.db"
    #: addresses of issues older than this are overwritten; "0" for never
    forget_after: Duration = "0"


class AudienceRules(Table, frozen=True):
    """[audience]: who is never mailed."""

    #: CSV file of addresses; "" when there is none
    suppressed: OneLine = ""


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """Everything in `syndicate.toml`, typed. Paths are relative to `root`."""

    #: the folder the file lies in
    root: Path
    site: Site
    articles: Articles
    feeds: Feeds
    theme: Theme
    newsletters: dict[str, Newsletter]
    #: settings by provider name; each provider checks its own
    providers: dict[str, dict[str, Any]]
    ledger: LedgerPlace
    audience: AudienceRules
    #: switches by the name of a check
    checks: dict[str, bool]

    @property
    def ledger_path(self) -> Path:
        """The SQLite file that is the ledger."""
        return self.root / self.ledger.url.removeprefix("sqlite:")

    @property
    def ids_path(self) -> Path:
        """The file that remembers the ids of articles."""
        return self.root / "state" / "ids.json"

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


_SINGLE: dict[str, type[Table]] = {
    "site": Site,
    "articles": Articles,
    "feeds": Feeds,
    "theme": Theme,
    "ledger": LedgerPlace,
    "audience": AudienceRules,
}
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")


def find(start: Path) -> Path:
    """Find `syndicate.toml` in a folder or one of its parents.

    Raises ConfigError where there is none.
    """
    for folder in (start, *start.parents):
        if (folder / FILENAME).is_file():
            return folder / FILENAME
    raise ConfigError(
        f"No {FILENAME} here or in a folder above. "
        "Go to your site's folder, or make a new site with: syndicate init"
    )


def load(path: Path) -> Config:
    """Read and check a configuration file. Raises ConfigError for the first thing wrong."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(f"There is no file {path}. Make a site with: syndicate init") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name} cannot be read: {error}. It must be UTF-8 text.") from None
    return parse(text, path.parent)


def parse(text: str, root: Path) -> Config:
    """Check the text of a configuration file that lies, or will lie, in the folder `root`.

    Raises ConfigError for the first thing wrong.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{FILENAME} is not valid TOML: {error}.") from None
    return _whole(root, text, raw)


def typed(table: Mapping[str, Any], kind: type[T], label: str, source: str = "") -> T:
    """Check one table against its type; `label` is its heading, as in `[site]`.

    Raises ConfigError that quotes the wrong value and names the nearest known key.
    """
    place = f"{FILENAME}{_line(source, label, '')}: {label}"
    known = dict.fromkeys(kind.__struct_fields__)
    for key in table:
        if key not in known:
            raise ConfigError(
                f'{FILENAME}{_line(source, label, key)}: "{key}" is not a key of {label}.'
                + _nearest(key, known)
            )
    try:
        return msgspec.convert(dict(table), kind)
    except msgspec.ValidationError as error:
        raise ConfigError(
            _in_words(error, table, kind, label, source) or f"{place}: {error}"
        ) from None


_WHAT = {
    "str": "text in quotes",
    "int": "a whole number",
    "bool": "true or false",
    "array": "a list in [ ]",
    "object": "a table",
    "float": "a number",
}
_COMPLAINTS = {
    "#[0-9a-f": ' is not a colour. Write it as "#1f5f4a".',
    "Wednes": ' is not a day of the week and a time. Write it like "Monday 09:30".',
    "mailto:": " is not where a button can lead. Write an address with https://.",
    "https://": ' is not a web address. Write it like "https://example.org/preferences".',
    "sqlite:": ' is not a ledger. Write it as "sqlite:state/ledger.db".',
    "x00-": " holds a line break or another control character: write it on one line.",
    "length >= 1": " must not be empty.",
    "[smhd]": ' is not a length of time. Write it like "90s", "10m" or "180d".',
    "regex": " has characters that cannot stand there: use small letters, digits and hyphens.",
}


def _in_words(
    error: msgspec.ValidationError,
    table: Mapping[str, Any],
    kind: type[msgspec.Struct],
    label: str,
    source: str,
) -> str:
    text = str(error)
    if missing := re.search(r"missing required field `(\w+)`", text):
        return (
            f'{FILENAME}{_line(source, label, "")}: {label} needs "{missing[1]}". '
            f"Add a line: {missing[1]} = ..."
        )
    at = re.search(r"at `\$\.(\w+)", text)
    if not at or at[1] not in table:
        return ""
    place = f"{FILENAME}{_line(source, label, at[1])}: {label} {at[1]} = {_show(table[at[1]])}"
    return place + _complaint(text, kind, at[1])


def _complaint(text: str, kind: type[msgspec.Struct], key: str) -> str:
    """Say what is wrong with a value, after msgspec's own sentence about it."""
    if expected := re.search(r"Expected `(\w+)(?: \| null)?`, got", text):
        return f" should be {_WHAT.get(expected[1], expected[1])}."
    if "Invalid enum value" in text:
        return f" is not one of the values it can have: {_choices(kind, key)}."
    for sign, words in _COMPLAINTS.items():
        if sign in text:
            return words
    return f": {text.split(' - at ', maxsplit=1)[0].lower()}."


def _choices(kind: type[msgspec.Struct], key: str) -> str:
    annotation = str(kind.__annotations__[key])
    choices = ", ".join(re.findall(r"'(\w+)'", annotation))
    return f"{choices}, or a list in [ ]" if "Union" in annotation else choices


def _whole(root: Path, source: str, raw: dict[str, Any]) -> Config:
    sections = {**dict.fromkeys(_SINGLE), "newsletters": None, "providers": None, "checks": None}
    for key, value in raw.items():
        if key not in sections:
            line = _line(source, f"[{key}]", "")
            raise ConfigError(
                f'{FILENAME}{line}: "{key}" is not a section.' + _nearest(key, sections)
            )
        if not isinstance(value, dict):
            raise ConfigError(f"{FILENAME}: [{key}] should be a table.")
    single = {
        name: typed(raw.get(name, {}), kind, f"[{name}]", source) for name, kind in _SINGLE.items()
    }
    config = Config(
        root=root.resolve(),
        newsletters=_newsletters(raw.get("newsletters", {}), source),
        providers=_tables(raw.get("providers", {}), "providers"),
        checks=_switches(raw.get("checks", {})),
        **single,  # type: ignore[arg-type]
    )
    return msgspec.structs.replace(
        config,
        site=_checked_site(config.site, source),
        feeds=_checked_feeds(config.feeds, source),
    )


def _newsletters(raw: Mapping[str, Any], source: str) -> dict[str, Newsletter]:
    tables = _tables(raw, "newsletters")
    for name in tables:
        if not _NAME.fullmatch(name):
            raise ConfigError(
                f'{FILENAME}: a newsletter cannot be called "{name}". '
                "Use small letters, digits and hyphens, such as weekly."
            )
    return {
        name: _checked_newsletter(typed(table, Newsletter, f"[newsletters.{name}]", source), name)
        for name, table in tables.items()
    }


def _checked_newsletter(newsletter: Newsletter, name: str) -> Newsletter:
    place = f"{FILENAME}: [newsletters.{name}]"
    if newsletter.subjects:
        raise ConfigError(
            f"{place} subjects: {newsletter.provider} mails each recipient by itself and cannot "
            'try subjects against each other. Choose one: subject = "..."'
        )
    return newsletter


def _tables(raw: Mapping[str, Any], section: str) -> dict[str, dict[str, Any]]:
    for name, value in raw.items():
        if not isinstance(value, dict):
            raise ConfigError(
                f'{FILENAME}: "{name}" stands alone in [{section}]. '
                f"Give it a table of its own: [{section}.NAME]"
            )
    return dict(raw)


def _switches(raw: Mapping[str, Any]) -> dict[str, bool]:
    for name, value in raw.items():
        if not isinstance(value, bool):
            raise ConfigError(
                f"{FILENAME}: [checks] {name} = {_show(value)} should be true or false."
            )
    return dict(raw)


def _checked_site(site: Site, source: str) -> Site:
    def place(key: str, value: str) -> str:
        return f'{FILENAME}{_line(source, "[site]", key)}: [site] {key} = "{value}"'

    parts = urlsplit(site.url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ConfigError(
            f"{place('url', site.url)} is not the address of a site. "
            'Write it like "https://example.org/".'
        )
    if site.timezone not in available_timezones():
        raise ConfigError(
            f"{place('timezone', site.timezone)} is not a time zone."
            + _nearest(site.timezone, dict.fromkeys(available_timezones()))
        )
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", site.language):
        raise ConfigError(
            f'{place("language", site.language)} is not a language tag. Write one like "en-GB".'
        )
    logo = site.logo
    local = not re.match(r"//|[A-Za-z][A-Za-z0-9+.-]*:", logo)
    if (".." in logo.split("/") or "\\" in logo) if local else not _is_web(logo, {"https"}):
        raise ConfigError(
            f"{place('logo', logo)} is no picture that can be shown. Write a path in the "
            'articles folder, such as "images/logo.png", or an address with https://.'
        )
    logo = "/".join(part for part in logo.split("/") if part not in {"", "."}) if local else logo
    return msgspec.structs.replace(site, url=site.url.rstrip("/") + "/", logo=logo)


def _checked_feeds(feeds: Feeds, source: str) -> Feeds:
    if feeds.hub and not _is_web(feeds.hub, {"http", "https"}):
        raise ConfigError(
            f'{FILENAME}{_line(source, "[feeds]", "hub")}: [feeds] hub = "{feeds.hub}" is not the '
            'address of a hub. Write it like "https://hub.example.org/".'
        )
    return feeds


def _is_web(address: str, schemes: set[str]) -> bool:
    """Whether this is a whole web address that needs no encoding, without a password in it."""
    if not re.fullmatch(r"[!-~]+", address) or set('"<>\\^`{|}') & set(address):
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme in schemes and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


def _line(source: str, label: str, key: str) -> str:
    """Give `:LINE` of a key below a heading, or of the heading itself; "" when not found."""
    inside, heading = False, 0
    for number, line in enumerate(source.splitlines(), 1):
        text = line.strip()
        if text.startswith("["):
            inside = re.sub(r"\s*#.*", "", text) == label
            heading = number if inside else heading
        elif inside and key and re.match(rf'"?{re.escape(key)}"?\s*=', text):
            return f":{number}"
    return f":{heading}" if heading and not key else ""


def _nearest(word: str, known: Mapping[str, None]) -> str:
    close = difflib.get_close_matches(word, known, 1, 0.6)
    if close:
        return f' Did you mean "{close[0]}"?'
    return "" if len(known) > 30 else f" Known: {', '.join(sorted(known))}."  # noqa: PLR2004


def _show(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
