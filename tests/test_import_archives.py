"""Archives of other systems become articles: Substack, Buttondown and Mailchimp."""

import io
import zipfile
from datetime import UTC, date, datetime

import pytest

from syndicate.importers import archive, importer, recognised
from syndicate.importers.archive import packed as packed_again
from syndicate.importers.archive import read, unpacked
from syndicate.importers.base import Asked, Imported, PassedOver, Unimportable
from syndicate.models import Where

WHERE = Where("export.zip")

POSTS = """\
post_id,post_date,is_published,email_sent_at,inbox_sent_at,type,audience,title,subtitle,podcast_url
101.hello-bread,2026-01-15T10:00:00.000Z,true,2026-01-15T10:00:00.000Z,,newsletter,everyone,\
"Hello, bread",Flour and water,
102.draft,,false,,,newsletter,everyone,Not yet,,
103.for-friends,2026-02-01T10:00:00.000Z,true,,,newsletter,only_paid,For friends,,
104.about,2026-01-01T10:00:00.000Z,true,,,page,everyone,About,,
105.talk,2026-03-01T10:00:00.000Z,true,,,podcast,everyone,Talk,,https://audio.example/1.mp3
106.chat,2026-03-02T10:00:00.000Z,true,,,thread,everyone,Chat,,
107.lost,2026-03-03T10:00:00.000Z,true,,,newsletter,everyone,Lost,,
"""

BREAD = """\
<h2>Why it rests</h2>
<p>Flour <strong>drinks</strong>.<a class="footnote-anchor" href="#footnote-1">1</a></p>
<div class="subscription-widget-wrap"><p>Subscribe now</p><form><input></form></div>
<div class="captioned-image-container"><figure>
<a class="image-link image2" href="https://big.example"><div class="image2-inset"><picture>
<source srcset="x"><img src="https://i.example/dough.jpg" alt="A dough"></picture>
<div class="image-link-expand">expand</div></div></a>
<figcaption class="image-caption">A dough at rest</figcaption></figure></div>
<p class="button-wrapper"><a class="button" href="x"><span>Share</span></a></p>
<div class="footnote"><a class="footnote-number" href="#footnote-anchor-1">1</a>
<div class="footnote-content"><p>An hour.</p></div></div>
"""

SUBSTACK = {
    "posts.csv": POSTS,
    "posts/101.hello-bread.html": BREAD,
    "posts/102.draft.html": "<p>Soon.</p>",
    "posts/103.for-friends.html": "<p>Secret.</p>",
    "posts/104.about.html": "<p>Us.</p>",
    "posts/105.talk.html": "<p>We talk.</p>",
    "posts/106.chat.html": "<p>Chat.</p>",
    "posts/999.orphan.html": "<p>Who?</p>",
    "posts/101.opens.csv": "post_id,email\n101,x\n",
    "email_list.bread.csv": "email,active_subscription,email_disabled\n",
}

BUTTONDOWN = {
    "emails.csv": (
        "id,secondary_id,subject,publish_date,source,email_type,slug\n"
        "a1,1,Plain,2024-03-13 00:16:05.343246+00:00,app,public,plain\n"
        "a2,2,Fancy,2024-03-14 00:16:05+00:00,app,public,fancy\n"
        "a3,3,For some,2024-03-15 00:16:05+00:00,app,premium,for-some\n"
        "a4,4,Unsent,,app,public,unsent\n"
        "a5,5,Lost,2024-03-16 00:16:05+00:00,app,public,lost\n"
    ),
    "emails/plain.md": (
        "<!-- buttondown-editor-mode: plaintext -->\n# Hi\n\nHello {{ subscriber.email }}."
    ),
    "emails/fancy.md": (
        "<!-- buttondown-editor-mode: fancy --><h2>Hi</h2><p>All <em>well</em>.</p>"
    ),
    "emails/for-some.md": "Only you.",
    "emails/unsent.md": "Soon.",
    "emails/orphan.md": "Who?",
}

CAMPAIGN = """\
<html><head><title>*|MC:SUBJECT|*</title><style>p { color: red }</style></head><body>
<span class="mcnPreviewText">Preview</span>
<table id="templatePreheader"><tr><td class="mcnTextContent">
<a href="*|ARCHIVE|*">View in browser</a></td></tr></table>
<table><tr><td><img class="mcnImage" src="https://i.example/loaf.jpg" alt="A loaf"></td></tr>
<tr><td class="mcnTextContent"><h1>Rest your dough</h1>
<p>Dear *|FNAME|*,</p><ul><li>an hour</li></ul></td></tr>
<tr><td class="mcnTextContent"><p>See you. <a href="*|UNSUB|*">Unsubscribe</a></p></td></tr></table>
<table id="templateFooter"><tr><td class="mcnTextContent">1 Street</td></tr></table></body></html>
"""

MAILCHIMP = {
    "campaigns.csv": (
        "Title,Subject,List,Send Date,Unique Id\n"
        'January,"Rest, and bread",Weekly,"Jan 15, 2024 10:00 am",1a2b3c\n'
        'Spring greetings,Spring,Weekly,2024-04-01 09:30:00,4d5e6f\n'
    ),
    "campaigns_content/1a2b3c_january.html": CAMPAIGN,
    "campaigns_content/1a2b3c_january.txt": "Rest your dough",
    "campaigns_content/spring-greetings.html": (
        '<body><div class="mceText"><p>It is spring.</p></div></body>'
    ),
    "campaigns_content/old.html": (
        "<title>An old one</title><body><table><tr><td><p>Long ago.</p></td></tr></table></body>"
    ),
    "lists/subscribed.csv": "Email Address\n",
}  # fmt: skip


def packed(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    out.seek(0)
    return out


def found(name, files, **asked):
    return list(importer(name)(packed(files), WHERE, Asked(**asked)))


def articles(name, files, **asked):
    every = found(name, files, **asked)
    return {one.title: one for one in every if isinstance(one, Imported)}


def left(name, files, **asked):
    every = found(name, files, **asked)
    return {one.name: (one.reason, one.broken) for one in every if isinstance(one, PassedOver)}


def test_posts_of_substack_become_articles():
    every = articles("substack", SUBSTACK)
    bread = every["Hello, bread"]
    assert bread.key == "101"
    assert bread.slug == "hello-bread"
    assert bread.summary == "Flour and water"
    assert bread.published.moment == datetime(2026, 1, 15, 10, tzinfo=UTC)
    assert not bread.draft
    assert bread.body == (
        "## Why it rests\n\n"
        "Flour **drinks**.\\[1]\n\n"
        "![A dough](https://i.example/dough.jpg)\n\n"
        "A dough at rest\n\n"
        "\\[1] An hour.\n"
    )
    assert every["Talk"].body == "[Listen](https://audio.example/1.mp3)\n\nWe talk.\n"
    assert {title for title, one in every.items() if one.draft or one.restricted} == {
        "Not yet",
        "For friends",
    }


def test_what_was_for_paying_readers_is_never_published_by_itself():
    friends = articles("substack", SUBSTACK)["For friends"]
    assert friends.restricted
    assert [one.text for one in friends.reasons] == ["was for paying readers only: a draft here"]


def test_what_is_no_post_is_named_with_the_reason():
    assert left("substack", SUBSTACK) == {
        "About": ("a page; --pages brings them too", False),
        "Chat": ("a thread of comments, and no article", False),
        "Lost": ("its text is not in the archive", True),
        "posts/999.orphan.html": ("posts.csv does not name it", True),
        "email_list.bread.csv": ("people; `syndicate audience import` brings them", False),
    }
    assert "About" in articles("substack", SUBSTACK, pages=True)


def test_emails_of_buttondown_become_articles():
    every = articles("buttondown", BUTTONDOWN)
    plain = every["Plain"]
    assert (plain.key, plain.slug, plain.draft) == ("a1", "plain", False)
    assert plain.published.day == date(2024, 3, 13)
    assert plain.body == "# Hi\n\nHello {{ subscriber.email }}.\n"
    assert "tags of Buttondown" in plain.reasons[0].text
    assert every["Fancy"].body == "## Hi\n\nAll *well*.\n"
    assert {title for title, one in every.items() if one.draft or one.restricted} == {
        "For some",
        "Unsent",
    }
    assert left("buttondown", BUTTONDOWN) == {
        "Lost": ("its text is not in the archive", True),
        "emails/orphan.md": ("emails.csv does not name it", True),
    }


def test_campaigns_of_mailchimp_become_articles():
    every = articles("mailchimp", MAILCHIMP)
    rest = every["Rest, and bread"]
    assert (rest.key, rest.slug, rest.draft) == ("1a2b3c", "rest-and-bread", False)
    # Mailchimp names no zone: it is the site's.
    assert rest.published.moment == datetime(2024, 1, 15, 10)  # noqa: DTZ001
    assert rest.body == (
        "![A loaf](https://i.example/loaf.jpg)\n\n"
        "## Rest your dough\n\nDear \\*|FNAME|\\*,\n\n- an hour\n\nSee you.\n"
    )
    assert "tags of Mailchimp" in rest.reasons[1].text
    assert every["Spring"].body == "It is spring.\n"
    assert every["Spring"].published.day == date(2024, 4, 1)
    assert every["An old one"].body == "Long ago.\n"
    assert every["An old one"].draft
    assert left("mailchimp", MAILCHIMP) == {
        "the lists": ("people; `syndicate audience import` brings them", False)
    }


@pytest.mark.parametrize(
    ("name", "files"),
    [("substack", SUBSTACK), ("buttondown", BUTTONDOWN), ("mailchimp", MAILCHIMP)],
)
def test_a_zip_is_known_by_what_is_in_it_and_a_folder_too(tmp_path, name, files):
    data = packed(files).getvalue()
    assert recognised(data[:4000]) == "archive"
    inside = {f"my-export/{path}": text for path, text in files.items()}
    assert found("archive", files) == found(name, files)
    assert articles("archive", inside) == articles(name, files)
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    assert unpacked(tmp_path)
    with packed_again(tmp_path) as file:
        every = list(read(file, WHERE, Asked()))
    by_title = {one.title: one for one in every if isinstance(one, Imported)}
    assert by_title == articles(name, files)


def test_a_folder_of_articles_is_no_archive(tmp_path):
    (tmp_path / "a.md").write_text("# A")
    (tmp_path / "people.csv").write_text("email\n")
    assert not unpacked(tmp_path)


def test_links_in_a_folder_are_not_followed(tmp_path):
    (tmp_path / "secret.html").write_text("<p>Secret</p>")
    folder = tmp_path / "export"
    (folder / "posts").mkdir(parents=True)
    (folder / "posts.csv").write_text(POSTS)
    (folder / "posts" / "101.hello-bread.html").symlink_to(tmp_path / "secret.html")
    with packed_again(folder) as file:
        every = list(read(file, WHERE, Asked()))
    assert not any(isinstance(one, Imported) for one in every)


def test_a_zip_of_nobody_we_know_is_refused():
    with pytest.raises(Unimportable, match="no archive of Substack, Buttondown or Mailchimp"):
        found("archive", {"a.txt": "x"})


def test_a_zip_of_people_is_for_another_command():
    with pytest.raises(Unimportable, match="of people: syndicate audience import"):
        found("archive", {"subscribed.csv": "x", "cleaned.csv": "y"})


@pytest.mark.parametrize("name", ["substack", "buttondown", "mailchimp"])
def test_a_zip_of_somebody_else_is_refused_by_name(name):
    with pytest.raises(Unimportable, match=r"there (is|are) no"):
        found(name, {"a.csv": "x,y\n1,2\n", "a.html": "x"})


@pytest.mark.parametrize("name", ["archive", "substack", "buttondown", "mailchimp"])
def test_what_is_no_zip_is_refused(name):
    with pytest.raises(Unimportable, match="damaged"):
        list(importer(name)(io.BytesIO(b"PK\x03\x04 and no more"), WHERE, Asked()))


def test_a_path_that_leads_out_stops_the_whole_archive():
    with pytest.raises(Unimportable, match="would lie outside"):
        found("archive", {**SUBSTACK, "posts/../../x.html": "x"})


def test_a_post_that_cannot_be_read_stops_itself_and_no_other():
    files = {**SUBSTACK, "posts/102.draft.html": "<p>" + "x" * 6_000_000}
    assert "Hello, bread" in articles("substack", files)
    reason, broken = left("substack", files)["Not yet"]
    assert broken
    assert "102.draft.html" in reason


def test_a_table_that_is_none_is_refused():
    with pytest.raises(Unimportable, match=r"posts\.csv in it is no table"):
        found("substack", {**SUBSTACK, "posts.csv": 'post_id,title\n1,"x'})


def test_scripts_of_an_archive_are_no_text():
    files = {**SUBSTACK, "posts/101.hello-bread.html": "<p>Hi<script>evil()</script></p>"}
    assert articles("substack", files)["Hello, bread"].body == "Hi\n"


def test_a_row_that_ends_early_has_empty_cells():
    files = {**BUTTONDOWN, "emails.csv": "id,subject,publish_date,slug\na1,Plain\n"}
    assert left("buttondown", files)["Plain"] == ("its text is not in the archive", True)


@pytest.mark.parametrize("source", ["export.zip", "export"])
def test_the_command_reads_an_archive_and_twice_changes_nothing(small_site, source):
    small_site.path("export.zip").write_bytes(packed(SUBSTACK).getvalue())
    with zipfile.ZipFile(small_site.path("export.zip")) as archive:
        archive.extractall(small_site.path("export"))
    ended = small_site.run("import", source, "--no-ask")
    # A post without its text has to be mended.
    assert ended.code == 1
    assert "Wrote 4 articles" in ended.err
    bread = small_site.path("articles/2026-01-15-hello-bread.md").read_text("utf-8")
    assert "title: Hello, bread" in bread
    assert "draft: true" in small_site.path("articles/2026-02-01-for-friends.md").read_text("utf-8")
    before = {path: path.read_bytes() for path in small_site.path("articles").iterdir()}
    assert "Wrote 0 articles" in small_site.run("import", source, "--no-ask").err
    assert before == {path: path.read_bytes() for path in small_site.path("articles").iterdir()}


def test_a_folder_of_too_many_files_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MEMBERS_MAX", 2)
    for name in ("a.md", "b.md", "c.md"):
        (tmp_path / name).touch()
    with pytest.raises(Unimportable, match=f"^{tmp_path} holds more than 2 files"):
        unpacked(tmp_path)
