"""Files that people change between sends: nobody gets an article twice, and none is lost unsaid."""

import json

import pytest

LONG = (
    "{} kilometres before breakfast, says the physiotherapist, strengthen everything comfortably."
)


def write(site, name, title, date, body, *, extra=""):
    text = f"---\ntitle: {title}\ndate: {date}\n{extra}---\n\n{body}\n"
    site.write(f"articles/{name}.md", text)


def reasons(site):
    listed = json.loads(site.run("list", "--all", "--json").out)
    return {one["path"]: one["reason"] for one in listed["left_out"]}


def test_an_article_of_the_same_file_name_in_another_folder_stops_a_send_and_is_named(small_site):
    small_site.article("2026-11/column", "November", "2026-11-20")
    small_site.run("send", "--yes")
    mailed = len(small_site.emails())
    small_site.article("2026-12/column", "December", "2026-11-21")
    for options in (["--yes"], ["--dry-run"]):
        ended = small_site.run("send", *options)
        assert ended.code == 1
        assert "articles/2026-12/column.md have the same slug" in ended.err
        assert "Nothing was sent" in ended.err
    assert len(small_site.emails()) == mailed


def test_a_file_filled_anew_is_remembered_as_what_was_mailed(small_site):
    write(small_site, "template", "Template", "2026-11-01", "Write here.", extra="draft: true\n")
    small_site.run("send", "--yes")
    write(small_site, "column", "Template", "2026-11-01", "Write here.", extra="draft: true\n")
    small_site.run("build")
    write(small_site, "column", "Walking", "2026-11-22", LONG.format("Fourteen"))
    assert small_site.run("send", "--yes").code == 0
    mailed = small_site.emails()
    assert len(mailed) == 4
    assert "already in issue 2" in reasons(small_site)["articles/column.md"]
    small_site.path("articles/column.md").unlink()
    write(small_site, "other", "Walking", "2026-11-22", LONG.format("Fifteen"))
    assert "Not mailed: articles/other.md" in small_site.run("send", "--yes").err
    assert small_site.emails() == mailed


COLUMN = ("Column", "2026-11-20", LONG.format("Fourteen"))
VERSION = ("Column", "2026-11-20", LONG.format("Fifteen"))


def mailed(site):
    """Send, make sure that a dry run and the list told of it before, and count who got it."""
    listed = json.loads(site.run("list", "--json").out)
    told = [one["title"] for one in listed["articles"]]
    dry = site.run("send", "--dry-run")
    before = len(site.emails())
    sent = site.run("send", "--yes")
    went = len(site.emails()) - before
    asked = [line for line in sent.err.splitlines() if line.startswith("Not mailed")]
    assert asked == [line for line in dry.err.splitlines() if line.startswith("Not mailed")]
    assert bool(told) is bool(went) is ("nothing new" not in dry.err)
    return told if went else [], asked


@pytest.mark.parametrize("build", [True, False])
def test_another_version_of_a_mailed_article_beside_it_is_asked_about(small_site, build):
    write(small_site, "column", *COLUMN)
    mailed(small_site)
    if build:
        # Until it is edited it is a copy.
        write(small_site, "column (conflicted copy)", *COLUMN)
        small_site.run("build")
    write(small_site, "column (conflicted copy)", *VERSION)
    reason = "has the title, the day and many words of another article: send asks"
    for _ in range(2):
        name = "articles/column (conflicted copy).md"
        assert mailed(small_site) == ([], [f"Not mailed: {name}, {reason}."])
        small_site.run("build")
    write(small_site, "column (conflicted copy)", "Another", "2026-11-21", "Wholly other words.")
    assert mailed(small_site) == (["Another"], [])


def test_of_two_versions_in_one_issue_one_is_mailed_and_the_other_asked_about(small_site):
    write(small_site, "column", *COLUMN)
    write(small_site, "column (conflicted copy)", *VERSION)
    told, asked = mailed(small_site)
    assert told.count("Column") == len(asked) == 1
    assert mailed(small_site) == ([], asked)


def test_a_column_of_another_day_or_with_other_words_is_mailed(small_site):
    write(small_site, "column", *COLUMN)
    mailed(small_site)
    write(small_site, "a week later", "Column", "2026-11-27", LONG.format("Fourteen"))
    assert mailed(small_site) == (["Column"], [])
    write(small_site, "the same evening", "Column", "2026-11-20", "Gardening, vegetables, compost")
    assert mailed(small_site) == (["Column"], [])


def test_a_file_that_holds_the_next_column_under_the_old_title_is_asked_about(small_site):
    write(small_site, "column", *COLUMN)
    mailed(small_site)
    write(small_site, "column", "Column", "2026-11-27", "Gardening, vegetables, greenhouses")
    told, (asked,) = mailed(small_site)
    assert told == []
    assert 'its file held "Column" before' in asked


def test_a_draft_whose_copy_was_mailed_and_deleted_is_not_mailed_after_it(small_site):
    write(small_site, "column", *COLUMN, extra="draft: true\n")
    mailed(small_site)
    write(small_site, "column final", *COLUMN)
    assert mailed(small_site) == (["Column"], [])
    small_site.path("articles/column final.md").unlink()
    write(small_site, "column", *VERSION)
    told, (asked,) = mailed(small_site)
    assert told == []
    assert "Not mailed: articles/column.md" in asked


@pytest.mark.parametrize("held", [True, False])
def test_an_article_whose_other_version_was_mailed_first_is_asked_about(small_site, held):
    write(small_site, "column", *COLUMN, extra="" if held else "draft: true\n")
    write(small_site, "column (conflicted copy)", *VERSION)
    small_site.run("send", "--yes", *(["--exclude", "articles/column.md"] if held else []))
    write(small_site, "column", *COLUMN)
    told, (asked,) = mailed(small_site)
    assert told == []
    assert "Not mailed: articles/column.md" in asked


def test_a_version_of_a_copy_is_a_version_of_what_was_mailed(small_site):
    write(small_site, "column", *COLUMN)
    mailed(small_site)
    write(small_site, "column copy", *COLUMN)
    small_site.run("build")
    small_site.path("articles/column.md").unlink()
    write(small_site, "the column", *VERSION)
    told, (asked,) = mailed(small_site)
    assert told == []
    assert "Not mailed: articles/the column.md" in asked


def test_what_took_the_place_of_a_mailed_article_does_not_hide_another_version_of_it(small_site):
    write(small_site, "column", *COLUMN)
    mailed(small_site)
    write(small_site, "column copy", *COLUMN)
    small_site.run("build")
    rewritten = "Column", "2026-11-20", "Gardening, vegetables, greenhouses"
    write(small_site, "column", *rewritten)
    write(small_site, "column copy", *rewritten)
    small_site.run("build")
    small_site.path("articles/column.md").unlink()
    write(small_site, "the column", "Column", "2026-11-20", "Gardening, vegetables, tomatoes")
    told, asked = mailed(small_site)
    assert told == []
    assert "Not mailed: articles/the column.md" in asked[-1]


def test_an_article_that_may_be_one_of_two_is_asked_about_for_each(small_site):
    write(small_site, "column", *COLUMN)
    mailed(small_site)
    write(small_site, "column copy", *COLUMN)
    small_site.run("build")
    write(small_site, "column copy", "Column", "2026-11-20", "Gardening, vegetables, greenhouses")
    small_site.run("build")
    small_site.path("articles/column.md").unlink()
    write(small_site, "the column", "Column", "2026-11-20", "Gardening, vegetables, tomatoes")
    small_site.run("build")
    write(small_site, "column copy", "Tomatoes", "2026-11-20", "Gardening, vegetables, greenhouses")
    told, asked = mailed(small_site)
    assert told == ["Tomatoes"]
    assert "Not mailed: articles/the column.md" in asked[-1]
