"""Buttondown: an export of emails becomes articles: a table, and a Markdown file for each email.

Columns: buttondown/docs, content/pages/data-exports-email.mdoc (read 2026-11-24): id,secondary_id,
subject,publish_date,source,email_type,slug. Files: TryGhost/migrate, packages/mg-buttondown (2026).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

from syndicate.importers.base import (
    Asked,
    Found,
    Imported,
    PassedOver,
    Reason,
    Unimportable,
)
from syndicate.importers.hypertext import markdown
from syndicate.importers.members import moment, page, table, unzipped
from syndicate.models import Where
from syndicate.zips import BadZip, Zip

COLUMNS = frozenset({"subject", "publish_date", "slug"})
#: the first line of a text says in which editor it was written
_MODE = re.compile(r"\s*<!--\s*buttondown-editor-mode:\s*(\w+)\s*-->\s*")
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


def fits(names: Sequence[str]) -> bool:
    """Whether these are the files of such an export."""
    return any(name.rpartition("/")[2] == "emails.csv" for name in names) and any(
        name.endswith(".md") for name in names
    )


def read(file: BinaryIO, where: Where, asked: Asked) -> Iterator[Found]:
    """Find the emails in a zip."""
    with unzipped(file) as members:
        yield from found(members, where, asked)


def found(members: Zip, where: Where, asked: Asked) -> Iterator[Found]:
    """Find the emails in an archive."""
    del asked
    named = _table_of(members)
    texts = {
        name.rpartition("/")[2].removesuffix(".md"): name
        for name in members.names
        if name.endswith(".md")
    }
    for email in table(members, named):
        yield _email(members, email, texts.pop(email["slug"], None), where)
    for name in texts.values():
        yield PassedOver(name, f"{named} does not name it", where, broken=True)


def _table_of(members: Zip) -> str:
    for name in members.names:
        if name.endswith(".csv"):
            row = next(table(members, name), {})
            if set(row) >= COLUMNS:
                return name
    raise Unimportable("there is no table of emails in it, as each export of Buttondown has.")


def _email(members: Zip, email: Mapping[str, str], name: str | None, where: Where) -> Found:
    title = email["subject"]
    if name is None:
        return PassedOver(
            title or email["slug"], "its text is not in the archive", where, broken=True
        )
    try:
        text = page(members, name)
    except (Unimportable, BadZip) as error:
        return PassedOver(title or name, str(error).removesuffix("."), where, broken=True)
    mode = _MODE.match(text)
    body = text[mode.end() :] if mode else text
    published = moment(email["publish_date"])
    kind = email.get("email_type") or "public"
    reasons = []
    if kind != "public":
        reasons.append(f'was for some readers only ("{kind}"): a draft here')
    if _TAG.search(body):
        reasons.append("holds tags of Buttondown such as {{ … }}: look at them")
    return Imported(
        title=title,
        body=markdown(body) if mode and mode[1] == "fancy" else body.strip() + "\n",
        where=where,
        key=email.get("id", ""),
        published=published,
        slug=email["slug"],
        draft=published is None,
        restricted=kind != "public",
        reasons=tuple(Reason("body", text) for text in reasons),
    )
