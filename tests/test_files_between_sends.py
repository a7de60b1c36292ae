"""Files that people change between sends: nobody gets an article twice, and none is lost unsaid."""

import json

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
