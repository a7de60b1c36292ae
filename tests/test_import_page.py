"""Plain-text exports: every line is read for what it is, and accounted for."""

import io
import re
from datetime import date, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from syndicate import markup, prose
from syndicate.importers import days, importer, tagging
from syndicate.importers.base import Asked, Imported, Said, Unimportable, lines_of
from syndicate.importers.escaping import cell, escaped, heading
from syndicate.importers.labels import pieces
from syndicate.models import Where
from syndicate.text import clean

HEAD = "A Bench That Lasts\n\nPublished: 2025-10-13\n\n"


def found(text, **asked):
    data = text if isinstance(text, bytes) else text.encode()
    return list(importer("page")(io.BytesIO(data), Where("export.txt"), Asked(**asked)))


def the_article(text, **asked):
    (article,) = (one for one in found(text, **asked) if isinstance(one, Imported))
    return article


def shown(markdown):
    """What a reader sees of Markdown, on one line."""
    return " ".join(prose.plain(markup.render(markdown, "https://a.example/").html).split())


def fates(article):
    return {line.number: (line.fate, line.what) for line in article.lines if line.fate != "empty"}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "📅 Published: 10/13/2025⏱️ Reading time: 4 min read✍️ By: Oak Team",
            [("date", "10/13/2025"), ("reading", "4 min read"), ("author", "Oak Team")],
        ),
        (
            "Published: 10/13/2025Reading time: 4 min readBy: Oak Team",
            [("date", "10/13/2025"), ("reading", "4 min read"), ("author", "Oak Team")],
        ),
        ("13 October 2025 | 4 min read", [("date", "13 October 2025"), ("reading", "4 min read")]),
        ("🗓️ 13.10.2025 • 👩‍🏫 Dr Ann Oak", [("date", "13.10.2025"), ("author", "Dr Ann Oak")]),
        (
            "Published on October 13, 2025 by Ann Oak",
            [("date", "Published on October 13, 2025"), ("author", "Ann Oak")],
        ),
        ("By Ann Oak, RN", [("author", "Ann Oak, RN")]),
        ("Last updated: 5 May 2026", [("updated", "5 May 2026")]),
        ("Updated 5 May 2026", [("updated", "Updated 5 May 2026")]),
        ("🏷️ oak, ash, elm", [("tags", "oak, ash, elm")]),
        ("📖 Ten Books for Joiners", []),
        ("By the Way, This Matters", []),
        ("Date: a sweet fruit", []),
        ("The trial ended on 5 May 2025.", []),
    ],
)
def test_a_line_of_labels_is_taken_apart_and_no_other(line, told):
    assert list(pieces(line)) == told


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("10/13/2025", "", date(2025, 10, 13)),
        ("13/10/2025", "", date(2025, 10, 13)),
        ("03/04/2025", "mdy", date(2025, 3, 4)),
        ("03/04/2025", "dmy", date(2025, 4, 3)),
        ("25/04/03", "ymd", date(2025, 4, 3)),
        ("5/5/25", "", date(2025, 5, 5)),
        ("2025.04.03", "", date(2025, 4, 3)),
        ("October 3rd, 2025", "", date(2025, 10, 3)),
        ("3 Oct. 2025", "", date(2025, 10, 3)),
        ("31/31/2025", "", None),
        ("30 Feb 2025", "", None),
        ("soon", "", None),
    ],
)
def test_a_day_is_read_as_people_write_it(text, order, day):
    read = days.read(text, order)
    assert (read and read.day) == day


def test_a_day_that_can_be_read_two_ways_stops_its_file_and_says_what_to_do():
    with pytest.raises(days.TwoWays) as stopped:
        found("A Bench That Lasts\n\nPublished: 03/04/2025\n\nText.")
    assert str(stopped.value) == (
        'the date "03/04/2025" can be read two ways. Say which: --date-order mdy or dmy.'
    )


def test_a_time_is_read_where_there_is_one_and_never_made_up():
    told = the_article("A Bench That Lasts\n\nPublished: May 5, 2026 at 9:30 pm\n\nText.")
    assert told.published.moment == datetime(2026, 5, 5, 21, 30)  # noqa: DTZ001 -- the site's zone
    assert the_article(HEAD + "Text.").published.moment is None


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Ann Oak", ("Ann Oak",)),
        ("Ann Oak and Bob Ash", ("Ann Oak", "Bob Ash")),
        ("Ann Oak, RN, and Bob Ash, PhD", ("Ann Oak, RN", "Bob Ash, PhD")),
        ("Health and Wellness Team", ("Health and Wellness Team",)),
    ],
)
def test_authors_are_people_or_an_organisation(byline, names):
    assert the_article(f"A Bench That Lasts\n\nBy: {byline}\n\nText.").authors == names


@pytest.mark.parametrize(
    ("joined", "known", "tags"),
    [
        ("oak-woodbenches", {"oak-wood", "benches"}, ("oak-wood", "benches")),
        ("oak-wood", {"oak", "oak-wood", "wood"}, ("oak-wood",)),
        ("oak-woodbenches", {"Oak Wood", "Benches"}, ("Oak Wood", "Benches")),
        ("oak-woodbenches", {"oak", "benches"}, ()),
        ("o" * 600, {"o"}, ()),
    ],
)
def test_joined_tags_are_split_by_tags_that_are_known(joined, known, tags):
    assert tagging.split(joined, known) == tags


def test_a_split_is_proposed_from_the_words_of_the_text():
    text = "Benches of oak. A bench of oak wood keeps your garden warm, says Oakhill."
    proposed = tagging.guess("oak-woodgardenoakhill", {"tool-care"}, [text])
    assert proposed == ("oak-wood", "garden", "oakhill")


def test_headings_stand_at_two_levels_told_by_what_follows_them():
    text = (
        "Planning\n\nChoosing Wood\n\nOak lasts.\n\nMeasuring\n\nTwice.\n\nConclusion\n\nSit down."
    )
    assert the_article(HEAD + text).body == (
        "## Planning\n\n### Choosing Wood\n\nOak lasts.\n\n### Measuring\n\nTwice.\n\n"
        "## Conclusion\n\nSit down.\n"
    )


def test_a_heading_of_which_nothing_tells_is_named_and_a_person_may_say():
    text = HEAD + "Planning\n\nWood\n\nOak.\n\nLiving With It\n\nOil it.\n\n"
    assert the_article(text).unsure_headings == ("Living With It",)
    said = frozenset({"Living With It"})
    assert "\n## Living With It\n" in the_article(text, main_headings=said).body
    assert the_article(text, part_headings=said).unsure_headings == ()


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("  • Oak: it lasts.\n  • Ash", "- **Oak:** it lasts.\n- Ash\n"),
        ("1. Saw\n2. Plane", "1. Saw\n2. Plane\n"),
        ("3. Saw\n\n4. Plane", "3. Saw\n4. Plane\n"),
        ("1. Saw\n1. Plane", "1\\. Saw\\\n1\\. Plane\n"),
        ("• Oak\n    ◦ old\n• Ash", "- Oak\n  - old\n- Ash\n"),
        ("Wood\tYears\nOak\t40", "| Wood | Years |\n| --- | --- |\n| Oak | 40 |\n"),
        (
            "Wood | Years\n---|---\nOak | 40",
            "| Wood | Years |\n| --- | --- |\n| Oak | 40 |\n",
        ),
        ("1. Choose Wood\n\nOak lasts.", "## 1. Choose Wood\n\nOak lasts.\n"),
        ("Consider this:\n\nOak lasts.", "Consider this:\n\nOak lasts.\n"),
        ("1 Elm Street\nOldtown", "1 Elm Street\\\nOldtown\n"),
        ("#1 of *all* benches_", "#1 of \\*all\\* benches\\_\n"),
    ],
)
def test_the_shape_of_lines_becomes_markdown(text, markdown):
    assert the_article(HEAD + text).body == markdown


def test_lines_of_even_length_are_put_together_again():
    line = "A bench of oak stands in the rain for forty years and more,"
    assert the_article(f"{HEAD}{line}\nand then it is time for another.").body == (
        f"{line} and then it is time for another.\n"
    )


def test_questions_and_answers_stand_under_their_heading():
    text = "Frequently Asked Questions\n\nHow long?\n\nForty years.\n\nWhich oil?\n\nLinseed."
    assert the_article(HEAD + text).body.startswith(
        "## Frequently Asked Questions\n\n### How long?\n\nForty years.\n\n### Which oil?\n"
    )


def test_what_is_said_of_the_whole_site_goes_to_its_settings():
    text = f"Help line:\n01632 960123\n\n{HEAD}Oak lasts.\n\nDisclaimer: Saws are sharp."
    said = {one.key: one.value for one in found(text) if isinstance(one, Said)}
    assert said == {"site.help_line": "01632 960123", "site.disclaimer": "Saws are sharp."}
    assert fates(the_article(text)) == {
        1: ("moved", "help line"),
        2: ("moved", "help line"),
        4: ("used", "title"),
        6: ("used", "date"),
        8: ("used", "paragraph"),
        10: ("used", "paragraph"),
    }
    assert the_article(text).body.endswith("\n\nDisclaimer: Saws are sharp.\n")


def test_what_stands_around_an_article_is_left_out_and_named():
    text = f"« Back to Blog\n\n{HEAD}Oak lasts.\n\nLast updated: 14 November 2025\n\n"
    text += "Related Posts\n\nA Chair That Lasts\n"
    article = the_article(text)
    assert article.body == "Oak lasts.\n"
    assert article.updated.day == date(2025, 11, 14)
    assert fates(article)[1] == ("ignored", "above the article")
    assert fates(article)[11] == ("ignored", "below the article: Related Posts")


def test_a_title_that_stands_once_is_above_date_or_byline():
    text = "Home\nOur Team\n\nHow Long Should Oak Rest?\n\nAbout a year for each inch.\n\n"
    text += (
        "By Ann Oak, RN and Bob Ash\nPublished March 3, 2024 at 8:05 am • 6 min read\n"
        "Oak, Patience, Old Barns\n\nOak rests."
    )
    article = the_article(text)
    assert article.title == "How Long Should Oak Rest?"
    assert article.summary == "About a year for each inch."
    assert article.authors == ("Ann Oak, RN", "Bob Ash")
    assert article.published.moment == datetime(2024, 3, 3, 8, 5)  # noqa: DTZ001
    assert article.tags == ("Oak", "Patience", "Old Barns")
    assert article.body == "Oak rests.\n"
    assert fates(article)[2] == ("ignored", "above the article")


def test_a_title_may_have_a_label():
    article = the_article("Date: 3 March 2024\nTitle: A Bench That Lasts\n\nOak rests.")
    assert (article.title, article.body) == ("A Bench That Lasts", "Oak rests.\n")


def test_parts_that_are_missing_are_missing_in_the_article():
    article = the_article("A Bench That Lasts\n\nOak lasts.")
    assert (article.published, article.authors, article.tags, article.summary) == (None, (), (), "")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("", "the file is empty"),
        (" \n\n", "the file is empty"),
        ("---\ntitle: x\n---\n", "it is an article already"),
        ("word " * 100, "there is no title"),
        ("A Bench\n\nPublished: a while ago\n\nText.", "is not a date that can be read"),
        (b"Title\n\nA text with\0 in it.", "NUL"),
        (b"x" * 5_000_001, "larger than 5 MB"),
        ("A Bench\n" + "x\n" * 20_001, "more than 20,000 lines"),
    ],
)
def test_a_file_that_is_no_page_says_why(data, reason):
    with pytest.raises(Unimportable, match=reason):
        found(data)


LINES = st.one_of(
    st.sampled_from(
        [
            *("", "", "", "A Bench That Lasts", "A Bench That Lasts", "Planning", "Choosing Wood"),
            *("  • Oak: it lasts.", "  • ash", "    ◦ old", "1. Saw", "2. Plane", "3) Sand"),
            *("Published: 10/13/2025", "📅 10/13/2025 | 4 min read", "By: Ann Oak", "Tags: a, b"),
            *("Help line:", "01632 960123", "oak-woodbenches", "Wood | Years", "Oak | 40"),
            *("|---|---|", "Wood\tYears", "Oak\t40", "Disclaimer: Saws are sharp.", "✅ done"),
            *("Share this article", "Related Posts", "© 2026 Oakhill", "Last updated: 11/14/2025"),
            *(
                "    a line that goes on",
                "www.oak.example/a_b",
                "- dash",
                "A sentence of the text.",
            ),
        ]
    ),
    st.text(st.sampled_from("abAB 12*_[]<>#-.|:•\t`~&\\"), max_size=20),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)
TEXT = {"paragraph", "heading", "bullets", "numbers", "table"}


@given(st.lists(LINES, max_size=20))
def test_every_line_is_accounted_for_and_what_is_used_in_the_text_is_shown(lines):
    data = "\n".join(lines).encode()
    try:
        article = the_article(data)
    except Unimportable:
        return
    assert [line.text for line in article.lines] == lines_of(data)
    assert [line.number for line in article.lines] == list(range(1, len(article.lines) + 1))
    assert {line.fate for line in article.lines} <= {"used", "moved", "ignored", "empty"}
    assert not [line for line in article.lines if line.what == "nothing was made of it"]
    used = [line.text for line in article.lines if line.fate == "used" and line.what in TEXT]
    words = re.compile(r"\w+")
    assert words.findall(shown(article.body)) == words.findall(" ".join(map(clean, used)))


@given(
    st.one_of(
        st.text(max_size=30),
        st.text(st.sampled_from("abA 12\\`*_[]()<>#+-.!|~&:;=\"'/^{}$@%\xa0é"), max_size=24),
        st.lists(
            st.sampled_from(
                [
                    "**a**",
                    "_x_",
                    "<b>",
                    "&amp;",
                    "1.",
                    "#",
                    "-",
                    ">",
                    "[a](b)",
                    "![i](j)",
                    "~~s~~",
                    "`c`",
                    "www.a.example",
                    "http://a.example/b_c_d",
                    "a@b.example",
                    "[^1]:",
                    "---",
                    "===",
                    "|---|",
                    "<!--",
                    "\\",
                    "b_c",
                    "://",
                    "***",
                    "&#65;",
                ]
            ),
            max_size=7,
        ).map(" ".join),
    )
)
def test_any_line_of_plain_text_shows_as_it_was(text):
    line = " ".join(clean(text).split())
    assume(line)
    assert shown(escaped(line)) == line
    assert shown(heading(line, 2)) == line
    table = f"| {cell(line)} | z |\n| --- | --- |\n| z | {cell(line)} |"
    assert shown(table) == " ".join(f"{line} | z z | {line}".split())
