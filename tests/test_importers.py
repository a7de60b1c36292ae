"""What each importer finds in an export, piece by piece."""

import io

import pytest

from syndicate.importers import importer, recognised
from syndicate.importers.base import Asked, Imported, Unimportable
from syndicate.models import Where

PAGE = """\
Help line:
01632 960123

Why Bread Needs Rest: Flour and Water

📅 Published: 10/13/2025⏱️ Reading time: 4 min read✍️ By: Oakhill Baking School
sourdoughflour-and-water

What resting does to a dough, and how long is long enough.

Why Bread Needs Rest: Flour and Water

A dough that has rested is easier to shape, and the bread tastes of more.

Before You Bake

What Rest Does

While the dough rests the flour drinks, and threads of gluten find each other.

  • Cover it: a damp cloth keeps the skin soft.
  • Leave it: an hour at least.

Disclaimer: Ovens are hot. Ask somebody who knows yours."""


def found(name, text, **asked):
    data = text if isinstance(text, bytes) else text.encode()
    return list(importer(name)(io.BytesIO(data), Where("export"), Asked(**asked)))


def the_article(name, text, **asked):
    (article,) = (one for one in found(name, text, **asked) if isinstance(one, Imported))
    return article


def test_a_page_gives_title_date_author_tags_and_text():
    article = the_article("page", PAGE, vocabulary=frozenset({"sourdough", "flour-and-water"}))
    assert article.title == "Why Bread Needs Rest: Flour and Water"
    assert str(article.published.day) == "2025-10-13"
    assert article.authors == ("Oakhill Baking School",)
    assert article.tags == ("sourdough", "flour-and-water")
    assert article.summary == "What resting does to a dough, and how long is long enough."
    assert "- **Cover it:** a damp cloth keeps the skin soft." in article.body


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (PAGE, "page"),
        ("<!doctype html><html>", "html"),
        ('<?xml version="1.0"?><rss version="2.0">', "feed"),
        ('<feed xmlns="http://www.w3.org/2005/Atom">', "feed"),
        ('{"version": "https://jsonfeed.org/version/1.1"', "feed"),
        ('{"db": [{"meta": {', "ghost"),
        ('<rss xmlns:wp="http://wordpress.org/export/1.2/">', "wordpress"),
    ],
)
def test_a_file_is_known_by_its_beginning(start, kind):
    assert recognised(start.encode()) == kind


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_any_encoding_reads_as_the_same_article(encoding):
    assert the_article("page", PAGE.encode(encoding)) == the_article("page", PAGE)


def test_what_is_no_text_is_refused():
    with pytest.raises(Unimportable, match="NUL"):
        found("page", b"Title\n\nA text with\0 in it.\n" + b"x" * 1000)
