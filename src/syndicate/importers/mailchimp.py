"""Mailchimp: the export of an account becomes articles: the HTML of each campaign, and a table.

What is in it: mailchimp.com/help/export-and-back-up-account-data (read 2026-11-24): "a CSV of all
your campaigns and a campaigns_content folder with HTML and TXT files". Neither the columns nor the
names of the files are documented, so several are understood. Blocks of text: those of Mailchimp's
two editors, as they stand in public campaigns.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO

from lxml import html as lxml_html

from syndicate.importers.base import (
    Asked,
    Day,
    Found,
    Imported,
    PassedOver,
    Reason,
    Unimportable,
)
from syndicate.importers.hypertext import markdown
from syndicate.importers.members import page, table, unzipped
from syndicate.importers.tidying import HIDDEN
from syndicate.models import Where
from syndicate.text import slugify
from syndicate.zips import BadZip, Zip

FOLDER = "campaigns_content/"
#: columns by what they tell, the surest first
SUBJECT = ("subject", "subject_line", "email_subject", "title", "campaign_title", "campaign_name")
TITLE = ("title", "campaign_title", "campaign_name", "name")
SENT = ("send_date", "send_time", "sent_at", "date_sent", "sent")
ID = ("campaign_id", "unique_id", "id", "web_id")
#: how dates are written, in the time zone of the account
DATES = ("%b %d, %Y %I:%M %p", "%b %d, %Y %I:%M:%S %p", "%B %d, %Y %I:%M %p", "%b %d, %Y")
#: what surrounds the text of a campaign
AROUND = (
    "#templatePreheader, .templatePreheader, #templateFooter, .templateFooter, #footerContent, "
    ".mcnPreviewText, .mceFooterSection, .mcnFollowBlock, .mcnShareBlock, .mcnDividerBlock"
)
#: blocks of text and pictures
BLOCKS = ".mcnTextContent, .mceText, img.mcnImage, img.mcnRetinaImage, img.mceImage"
_MERGE = re.compile(r"\*\|[A-Za-z0-9_:.\-]+\|\*")
_SERVICE = re.compile(r"\*\|(?:ARCHIVE|UNSUB|UPDATE_PROFILE|FORWARD|ABOUT_LIST|LIST:|HTML:)")


def fits(names: Sequence[str]) -> bool:
    """Whether these are the files of such an export."""
    return any(FOLDER in name and name.endswith(".html") for name in names)


def read(file: BinaryIO, where: Where, asked: Asked) -> Iterator[Found]:
    """Find the campaigns in a zip."""
    with unzipped(file) as members:
        yield from found(members, where, asked)


def found(members: Zip, where: Where, asked: Asked) -> Iterator[Found]:
    """Find the campaigns in an archive."""
    del asked
    if not fits(members.names):
        raise Unimportable("there are no campaigns in it: no folder campaigns_content.")
    named = [name for name in members.names if name.rpartition("/")[2] == "campaigns.csv"]
    rows = [row for name in named[:1] for row in table(members, name)]
    for name in members.names:
        if FOLDER in name and name.endswith(".html"):
            yield _campaign(members, name, _row(name, rows), where)
    if any(re.search(r"(?:^|/)(?:lists|audiences?)/", name) for name in members.names):
        reason = "people; `syndicate audience import` brings them"
        yield PassedOver("the lists", reason, where)


def _row(name: str, rows: Sequence[Mapping[str, str]]) -> Mapping[str, str]:
    """Find the row of a campaign: its id or its title is in the name of the file."""
    stem = name.rpartition("/")[2].removesuffix(".html")
    slug = slugify(stem)
    by_id = [row for row in rows if (number := _cell(row, ID)) and number in stem]
    titled = [
        row
        for row in rows
        if (title := slugify(_cell(row, TITLE))) and (slug == title or slug.endswith(f"-{title}"))
    ]
    for fitting in (by_id, titled):
        if len(fitting) == 1:
            return fitting[0]
    return {}


def _campaign(members: Zip, name: str, row: Mapping[str, str], where: Where) -> Found:
    stem = name.rpartition("/")[2].removesuffix(".html")
    try:
        source = page(members, name)
        root = lxml_html.document_fromstring(
            source.encode(), parser=lxml_html.HTMLParser(encoding="utf-8")
        )
    except (Unimportable, BadZip, ValueError) as error:
        return PassedOver(stem, str(error).removesuffix("."), where, broken=True)
    title = _plain(_cell(row, SUBJECT)) or _title(root) or stem
    text, place = _text(root)
    published = day(_cell(row, SENT))
    reasons = [f"the text is what stands in {place}"]
    if published is None:
        reasons.append("nothing tells when it was sent: a draft here")
    if _MERGE.search(text):
        reasons.append("holds tags of Mailchimp such as *|FNAME|*: look at them")
    return Imported(
        title=title,
        body=markdown(text),
        where=where,
        key=_cell(row, ID) or stem,
        published=published,
        slug=slugify(title),
        draft=published is None,
        reasons=tuple(Reason("body", text) for text in reasons),
    )


def _text(root: Any) -> tuple[str, str]:
    """Give the part of a campaign that is its text, and say where it was."""
    for beside in root.cssselect(f"{HIDDEN}, {AROUND}"):
        if beside.getparent() is not None:
            beside.drop_tree()
    for link in root.cssselect("a[href]"):
        if _SERVICE.search(link.get("href", "")):
            link.drop_tree()
    blocks = root.cssselect(BLOCKS)
    chosen = [one for one in blocks if not any(above in blocks for above in one.iterancestors())]
    if chosen:
        return "\n".join(_inner(block) for block in chosen), "the blocks of Mailchimp's editor"
    body = next(iter(root.cssselect("body")), root)
    # The tables of an email are its layout, and no tables.
    for cell in body.cssselect("table, thead, tbody, tfoot, tr, td, th"):
        cell.tag = "div"
    return _inner(body), "the whole page"


def _inner(block: Any) -> str:
    block.tail = ""
    if block.tag != "img":
        block.tag = "div"
    return str(lxml_html.tostring(block, encoding="unicode"))


def _title(root: Any) -> str:
    for name in ("title", "h1", "h2"):
        for one in root.cssselect(name):
            if text := _plain(one.text_content()):
                return text
    return ""


def _plain(text: str) -> str:
    return " ".join(_MERGE.sub(" ", text).split())


def _cell(row: Mapping[str, str], names: Sequence[str]) -> str:
    return next((row[name] for name in names if row.get(name)), "")


def day(text: str) -> Day | None:
    """Read a date such as `2024-01-15 10:00:00` or `Jan 15, 2024 10:00 am`."""
    for form in ("", *DATES):
        try:
            moment = datetime.strptime(text, form) if form else datetime.fromisoformat(text)  # noqa: DTZ007 -- in the time zone of the account
        except ValueError:
            continue
        return Day(moment.date(), moment)
    return None
