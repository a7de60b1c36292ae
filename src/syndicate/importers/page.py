"""Plain-text exports of blog pages: each line is read for what it says it is.

There is no template: labels (`Published:`, `By:`), emoji beside them, a title that stands twice,
and the shape of lines tell what is what. Every line is accounted for.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from syndicate.importers import days, tagging
from syndicate.importers.base import (
    PAGE_MAX,
    Asked,
    Day,
    Found,
    Imported,
    Line,
    Said,
    Unimportable,
    lines_of,
    whole,
)
from syndicate.importers.structure import blocks, markdown
from syndicate.models import Where

#: labels of the head, as they begin; a value follows on the line or on the next one
LABELS = re.compile(
    r"(?P<label>Help ?line|Published(?: on)?|Date|(?:Last )?Updated(?: on)?|Reading time|"
    r"Written by|By|Author|Tags|Categories)\s*:\s*",
    re.IGNORECASE,
)
#: what stands before a label for the eye: emoji, and the signs that belong to them
DECORATION = re.compile("[\u2600-\u27bf\u2300-\u23ff\ufe0f\u200d\U0001f000-\U0001faff]+")
JOINED = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
DISCLAIMER = re.compile(r"(?:Medical )?Disclaimer\s*:", re.IGNORECASE)
MINUTES = re.compile(r"(\d+)\s*min", re.IGNORECASE)
#: letters of a title at most
TITLE_MAX = 200


@dataclass(slots=True)
class _Head:
    """What is known of a page while its head is read."""

    title: str = ""
    values: dict[str, str] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    joined: str = ""
    summary: str = ""
    fates: dict[int, tuple[str, str]] = field(default_factory=dict)


def read(file: BinaryIO, where: Where, asked: Asked) -> Iterator[Found]:
    """Find the one article of a page."""
    lines = [line.strip() for line in lines_of(whole(file, PAGE_MAX))]
    if not any(lines):
        raise Unimportable("the file is empty.")
    head = _Head()
    start = _read_head(lines, head, asked)
    if not head.title:
        raise Unimportable("there is no title: a short line of its own before the text.")
    published = _date(head, "published", asked)
    body = list(blocks(lines, start))
    for block in body:
        for number in range(block.first, block.last + 1):
            if lines[number]:
                head.fates[number] = ("used", block.kind)
    written = markdown(body, asked.main_headings)
    yield Imported(
        title=head.title,
        body=written.text,
        where=where,
        published=published,
        updated=_date(head, "updated", asked) if "updated" in head.values else None,
        authors=_authors(head.values.get("by", "")),
        tags=tuple(head.tags),
        joined_tags=head.joined,
        summary=head.summary,
        reasons=(*_reasons(head), *written.reasons),
        lines=tuple(_lines(lines, head)),
        unsure_headings=written.questionable,
    )
    for key, value in _settings(head, body[-1].text if body else ""):
        yield Said(key, value, where)


def dates_in(data: bytes) -> list[str]:
    """List the dates of a page that stand in numbers, for the order of a whole folder."""
    found = []
    for line in lines_of(data)[:40]:
        plain = DECORATION.sub(" ", line)
        found += [
            plain[label.end() :][:40]
            for label in LABELS.finditer(plain)
            if label["label"].lower().startswith(("publ", "date", "upd", "last"))
        ]
    return found


def _read_head(lines: Sequence[str], head: _Head, asked: Asked) -> int:
    """Read everything before the text, and give the line on which that starts."""
    number, after_title = 0, 0
    while number < len(lines):
        line = lines[number]
        if not line:
            number += 1
        elif LABELS.match(DECORATION.sub(" ", line).strip()):
            number = _labelled(lines, number, head)
        elif not head.title:
            head.title = line[:TITLE_MAX]
            head.fates[number] = ("used", "title")
            number = after_title = number + 1
        elif line == head.title:
            head.fates[number] = ("ignored", "the title once more")
            return number + 1
        elif not (head.tags or head.joined) and _tags(line, head, asked):
            head.fates[number] = ("used", "tags")
            number += 1
        elif not head.summary and head.title in lines[number + 1 :]:
            head.summary = line
            head.fates[number] = ("used", "summary")
            number += 1
        else:
            return number
    return max(after_title, number)


def _labelled(lines: Sequence[str], number: int, head: _Head) -> int:
    """Read a line of labels, which may be glued together; gives the line after it."""
    text = DECORATION.sub(" ", lines[number]).strip()
    found = list(LABELS.finditer(text))
    ends = [one.start() for one in found[1:]] + [len(text)]
    head.fates[number] = ("used", "labels")
    for label, end in zip(found, ends, strict=True):
        name, value = _name(label["label"]), text[label.end() : end].strip(" |·,-")
        if not value and number + 1 < len(lines) and lines[number + 1]:
            number += 1
            value = lines[number]
            head.fates[number] = ("used", name)
        if name == "help_line":
            for place in (number - 1, number):
                if place in head.fates:
                    head.fates[place] = ("moved", "help line of the site")
        if name == "tags":
            head.tags += [tag.strip(" #") for tag in re.split(r"[,;|]", value) if tag.strip(" #")]
        else:
            head.values.setdefault(name, value)
    return number + 1


def _name(label: str) -> str:
    plain = label.lower().replace(" ", "")
    for start, name in (("help", "help_line"), ("publ", "published"), ("date", "published")):
        if plain.startswith(start):
            return name
    if plain.startswith(("upd", "lastupd")):
        return "updated"
    if plain.startswith("reading"):
        return "reading"
    return "tags" if plain in {"tags", "categories"} else "by"


def _tags(line: str, head: _Head, asked: Asked) -> bool:
    """Read a line of tags: with commas or hashes between them, or without anything."""
    words = [word.strip(" #") for word in re.split(r"[,;|]|\s+(?=#)", line)]
    if len(words) > 1 and all(JOINED.fullmatch(word.lower()) for word in words):
        head.tags += [word.lower() for word in words]
        return True
    if not JOINED.fullmatch(line):
        return False
    found = tagging.split(line, asked.vocabulary)
    if found:
        head.tags += dict.fromkeys(found)
    else:
        head.joined = line
    return True


def _date(head: _Head, name: str, asked: Asked) -> Day | None:
    text = head.values.get(name)
    if text is None:
        return None
    found = days.parse(text, asked.date_order)
    if found is None and days.NUMBERS.search(text):
        raise Unimportable(
            f'the date "{text}" can be read two ways. Say which: --date-order mdy or dmy.'
        )
    if found is None:
        raise Unimportable(f'"{text}" is not a date that can be read.')
    return Day(found)


def _authors(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r",| and | & ", text) if part.strip())


def _settings(head: _Head, last: str) -> tuple[tuple[str, str], ...]:
    found = []
    if "help_line" in head.values:
        found.append(("site.help_line", head.values["help_line"]))
    if DISCLAIMER.match(last):
        found.append(("site.disclaimer", DISCLAIMER.sub("", last, count=1).strip()))
    return tuple(found)


def _reasons(head: _Head) -> Iterator[str]:
    if any(what == "the title once more" for _, what in head.fates.values()):
        yield "the title was there twice; kept once"
    if published := head.values.get("published"):
        yield f'date from "{published}"'
    if head.joined:
        yield f'tags came joined: "{head.joined}"; left as one. Name them: --tags a,b,c'
    if (reading := MINUTES.search(head.values.get("reading", ""))) is not None:
        yield f"the page says {reading[1]} min of reading; Syndicate counts by itself"


def _lines(lines: Sequence[str], head: _Head) -> Iterator[Line]:
    for number, text in enumerate(lines):
        fate, what = head.fates.get(number, ("ignored", "nothing was made of it"))
        yield Line(number + 1, text, fate if text else "empty", what if text else "")
