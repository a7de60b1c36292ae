"""HTML: saved pages, feeds, WordPress and Ghost become articles that show the same words."""

import io
import json
import re
from datetime import UTC, date, datetime
from html import escape
from pathlib import Path

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from syndicate import config, markup, prose, publish
from syndicate.importers import importer
from syndicate.importers.base import Asked, Imported, PassedOver, Said, Unimportable
from syndicate.importers.hypertext import markdown
from syndicate.models import Where
from syndicate.sources.folder import Folder

REPOSITORY = Path(__file__).parents[1]
BASE = "https://oak.example/bench/"
LONG = "A bench of oak stands in the rain for forty years, and by then it is grey. " * 3


def found(name, text, **asked):
    data = text if isinstance(text, bytes) else text.encode()
    return list(importer(name)(io.BytesIO(data), Where("export"), Asked(**asked)))


def the_article(name, text, **asked):
    (article,) = (one for one in found(name, text, **asked) if isinstance(one, Imported))
    return article


def shown(html):
    return re.sub(r"[\s|]+", "", prose.plain(html))


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a <b>bold:</b>text, w<b>o</b>rd</p>", "a <strong>bold:</strong>text, w**o**rd"),
        ('<p>wow!<a href="x y">link</a></p>', f"wow\\![link]({BASE}x%20y)"),
        ("<p>H<sub>2</sub>O, 10<sup>2</sup></p>", "H<sub>2</sub>O, 10<sup>2</sup>"),
        ("<h1>Oak</h1><h2>Ash</h2>", "## Oak\n\n### Ash"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n  - b"),
        ("<table><tr><th>a|b<td>c</table>", "| a\\|b | c |\n| --- | --- |"),
        (
            "<table><tr><td colspan=2>a</td></tr><tr><td>1</td><td>2</td></tr></table>",
            '<table><tr><td colspan="2">a</td></tr><tr><td>1</td><td>2</td></tr></table>',
        ),
        ('<pre><code class="language-py">a\n\n  b</code></pre>', "```py\na\n\n  b\n```"),
        ("<dl><dt>Oak</dt><dd>a tree</dd></dl>", "**Oak**\n\na tree"),
        (
            '<iframe src="https://v.example/1"></iframe>',
            "[https://v.example/1](https://v.example/1)",
        ),
        ("<p>1. one</p><p># two</p><script>x</script><!-- y -->", "1\\. one\n\n\\# two"),
        (
            '<figure><img src="/o.jpg" alt="oak [1"><figcaption>Grey</figcaption></figure>',
            "![oak \\[1](https://oak.example/o.jpg)\n\nGrey",
        ),
        (
            """<p>x<sup><a href="#fn:1">1</a></sup></p><div class="footnotes"><ol>
            <li id="fn:1"><p>Note. <a href="#fnref:1">↩</a></p></li></ol></div>""",
            "x[^1]\n\n[^1]: Note.",
        ),
    ],
)
def test_html_becomes_markdown_that_a_person_can_read(html, text):
    assert markdown(html, BASE) == f"{text}\n"


_SIGNS = st.text(st.sampled_from("ab *_[]()<>#!`~|\\:.&-1\n"), max_size=8)
_WORDS = st.sampled_from(
    ["word", "two words ", "  a ", "1. one", "# h", "- d", "www.a.example", "&amp;", "[x](y)", "!"]
)
_TEXT = st.one_of(_WORDS, _SIGNS).map(escape)


def _in(*names):
    return lambda inside: st.tuples(st.sampled_from(names), st.lists(inside, max_size=3)).map(
        lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0]}>"
    )


_LINE = st.lists(
    st.recursive(
        _TEXT,
        lambda inside: st.one_of(
            _in("b", "em", "del", "sup", "span", "u")(inside),
            st.lists(inside, max_size=3).map(
                lambda parts: f'<a href="https://a.example/?q=(1)_2">{"".join(parts)}</a>'
            ),
            _TEXT.map(lambda text: f"<code>{text}</code>"),
            st.just("<br>"),
            st.just('<img src="/a b.png" alt="al [t">'),
        ),
        max_leaves=6,
    ),
    max_size=4,
).map("".join)
_BLOCK = st.recursive(
    _LINE.map(lambda line: f"<p>{line}</p>"),
    lambda inside: st.one_of(
        _in("blockquote", "div")(inside),
        st.tuples(
            st.sampled_from(["ul", "ol"]), st.lists(st.one_of(inside, _LINE), max_size=3)
        ).map(lambda pair: f"<{pair[0]}>{''.join(f'<li>w{one}' for one in pair[1])}</{pair[0]}>"),
        _LINE.map(lambda line: f"<h2>{line}</h2>"),
        st.tuples(_LINE, _LINE).map(
            lambda row: f"<table><tr><td>{row[0]}</td><td>{row[1]}</td></tr></table>"
        ),
        _TEXT.map(lambda text: f"<pre><code>{text}</code></pre>"),
    ),
    max_leaves=6,
)


@settings(max_examples=150)
@given(st.lists(_BLOCK, max_size=3).map("".join))
@example("<p><b>www.a.example</b>word</p>")
@example("<p>w<b><code>two words </code></b></p>")
@example('<p><span>!</span><a href="https://a.example/">word</a></p>')
@example("<ol><li>w</ol><ul></ul><ol><li>w</ol>")
@example("<div><ol><li>w</ol></div><ol><li>w</ol>")
@example("<p><em>a <b>https://a.example</b></em>word</p>")
def test_any_html_shows_the_same_words_as_markdown(html):
    # Raw HTML in Markdown ends at an empty line.
    raw = "<div>" + html.replace("\n", "&#10;") + "</div>"
    assert shown(markup.render(markdown(html, BASE), BASE).html) == shown(
        markup.render(raw, BASE).html
    )


def _own_feeds():
    """Write this repository's own articles as its main feeds."""
    site = config.load(REPOSITORY / "syndicate.toml")
    main = msgspec.structs.replace(site.feeds, tags=[], archive=False)
    site = msgspec.structs.replace(site, feeds=main)
    source = Folder(
        site.root,
        site.articles.folder,
        site_url=site.site.url,
        zone=site.site.zone,
        author=site.site.author,
        language=site.site.language,
        authority=site.site.authority,
        since=site.feeds.since,
        known={},
    )
    heads = publish.select(source.read().heads, datetime(2027, 1, 1, tzinfo=UTC))
    articles = [source.article(head) for head in heads]
    return articles, {path: data for path, data, *_ in publish.feeds(site, articles)}


@pytest.mark.parametrize("name", ["feed.xml", "atom.xml", "feed.json"])
def test_an_article_exported_to_a_feed_and_imported_again_is_the_same(name):
    articles, feeds = _own_feeds()
    data = next(data for path, data in feeds.items() if Path(path).name == name)
    imported = {one.key: one for one in found("feed", data)}
    assert len(articles) == len(imported)
    for article in articles:
        one = imported[article.id]
        text = prose.plain(markup.render(one.body, article.url).html)
        # RSS 2.0 does not tell when an entry was changed.
        updated = article.updated if name != "feed.xml" else article.published
        assert (one.title, one.authors, one.tags, text) == (
            article.title,
            article.authors,
            article.tags,
            article.text,
        )
        assert one.published.moment == article.published
        assert (one.updated or one.published).moment == updated
        assert (one.summary, one.language, one.canonical) == (
            article.summary,
            article.language,
            article.url,
        )
        assert one.image == (article.image.url if article.image else "")


def test_an_author_of_rss_is_a_name_and_never_an_address():
    item = "<title>t</title><author>ann@oak.example (Ann Oak)</author>"
    (article,) = found("feed", f"<rss><channel><item>{item}</item></channel></rss>")
    assert article.authors == ("Ann Oak",)


def test_an_entry_that_cannot_be_read_stops_itself_only():
    deep = escape("<div>" * 400 + "x")
    text = "<item><title>a</title><description>x</description></item>"
    broken = f"<item><title>b</title><description>{deep}</description></item>"
    kinds = [type(one) for one in found("feed", f"<rss><channel>{broken}{text}</channel></rss>")]
    assert kinds == [PassedOver, Imported]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (
            '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss>&b;</rss>',
            "defines XML entities",
        ),
        ("<rss><channel>", "not XML that can be read"),
        ("<html></html>", "neither RSS"),
        ('{"items": 5}', "no JSON Feed"),
        ("[" * 100_000, "not XML"),
        ('{"items":' + "[" * 100_000, "no JSON Feed"),
    ],
)
def test_a_feed_that_is_none_says_so(data, reason):
    with pytest.raises(Unimportable, match=reason):
        found("feed", data)


def test_a_feed_in_an_encoding_that_it_does_not_name_is_read():
    text = "<rss><channel><item><title>Möbel</title></item></channel></rss>"
    assert the_article("feed", text.encode("cp1252")).title == "Möbel"


PAGE = f"""<!doctype html><html lang="en-GB"><head><title>A Bench | Oakhill</title>
<link rel="canonical" href="{BASE}">
<meta property="og:image" content="https://oak.example/o.jpg">
<script type="application/ld+json">{{"@context": "https://schema.org", "@graph": [
  {{"@type": "WebSite", "name": "Oakhill"}},
  {{"@type": ["BlogPosting"], "headline": "A Bench That Lasts", "datePublished": "2025-10-13",
    "dateModified": "2025-11-01T09:00:00+00:00", "keywords": "oak, benches",
    "author": [{{"@type": "Organization", "name": "Oakhill Team"}}]}}]}}</script></head>
<body><nav>Home</nav><article><header><h1>A Bench That Lasts</h1></header><p>{LONG}</p>
<div class="share">Tell others</div><h2>Wood</h2><ul><li>Oak</li></ul></article>
<footer>© Oakhill</footer></body></html>"""


def test_a_saved_page_says_what_it_is_and_where_its_text_stands():
    article = the_article("html", PAGE)
    assert article.title == "A Bench That Lasts"
    assert (article.published.day, article.published.moment) == (date(2025, 10, 13), None)
    assert article.updated.moment == datetime(2025, 11, 1, 9, tzinfo=UTC)
    assert (article.authors, article.tags) == (("Oakhill Team",), ("oak", "benches"))
    assert (article.canonical, article.slug, article.language) == (BASE, "bench", "en-GB")
    assert article.image == "https://oak.example/o.jpg"
    assert article.body == f"{LONG.strip()}\n\n## Wood\n\n- Oak\n"


def test_a_page_that_does_not_mark_its_text_is_read_where_the_paragraphs_are():
    html = f"""<html><head><title>A Bench - Oakhill</title></head><body>
    <div id="top"><ul><li><a href="/">Home</a></li></ul></div>
    <div id="all"><div id="text"><h1>A Bench</h1><p>{LONG}</p><ul><li>Oak</li><li>Ash</li></ul>
    <p>{LONG}</p></div><div id="side"><p>Subscribe</p></div></div></body></html>"""
    article = the_article("html", html)
    assert article.body == f"{LONG.strip()}\n\n- Oak\n- Ash\n\n{LONG.strip()}\n"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("just words", "no web page"),
        ("<html><body></body></html>", "no text"),
        ("<div>" * 5000, "stand in each other"),
        ("<article>" + "<b>x</b>" * 40_000, "more than 30,000 elements"),
        (b"<p>" + b"x" * 5_000_001, "larger than 5 MB"),
    ],
)
def test_a_page_that_holds_no_article_says_so(data, reason):
    with pytest.raises(Unimportable, match=reason):
        found("html", data)


def wxr(*items, version="1.2"):
    return f"""<?xml version="1.0"?><rss version="2.0"
    xmlns:excerpt="http://wordpress.org/export/{version}/excerpt/"
    xmlns:content="http://purl.org/rss/1.0/modules/content/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:wp="http://wordpress.org/export/{version}/"><channel>
    {"".join(items)}
    <wp:author><wp:author_login>ann</wp:author_login>
    <wp:author_display_name>Ann Oak</wp:author_display_name></wp:author>
    <item><title>o</title><wp:post_id>9</wp:post_id><wp:post_type>attachment</wp:post_type>
    <wp:attachment_url>https://oak.example/o.jpg</wp:attachment_url>
    <wp:postmeta><wp:meta_key>_wp_attachment_image_alt</wp:meta_key>
    <wp:meta_value>An oak</wp:meta_value></wp:postmeta></item></channel></rss>"""


def post(title="A Bench", kind="post", status="publish", content="Oak.\n\nAsh.", more=""):
    return f"""<item><title>{title}</title><link>{BASE}</link><dc:creator>ann</dc:creator>
    <content:encoded><![CDATA[{content}]]></content:encoded>
    <excerpt:encoded><![CDATA[What it needs.]]></excerpt:encoded>
    <wp:post_id>7</wp:post_id><wp:post_date>2024-05-01 10:30:00</wp:post_date>
    <wp:post_date_gmt>2024-05-01 09:30:00</wp:post_date_gmt><wp:post_name>a-bench</wp:post_name>
    <wp:status>{status}</wp:status><wp:post_type>{kind}</wp:post_type>
    <category domain="category" nicename="wood"><![CDATA[Wood]]></category>
    <category domain="post_tag" nicename="oak"><![CDATA[Oak]]></category>
    <category domain="category" nicename="uncategorized"><![CDATA[Uncategorized]]></category>
    <wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>9</wp:meta_value>
    </wp:postmeta>{more}</item>"""


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_a_post_of_wordpress_has_its_author_tags_picture_and_paragraphs(version):
    article = the_article("wordpress", wxr(post(), version=version))
    assert article.published.moment == datetime(2024, 5, 1, 9, 30, tzinfo=UTC)
    assert (article.title, article.slug, article.authors) == ("A Bench", "a-bench", ("Ann Oak",))
    assert (article.tags, article.summary) == (("Wood", "Oak"), "What it needs.")
    assert (article.image, article.image_alt) == ("https://oak.example/o.jpg", "An oak")
    assert (article.body, article.canonical, article.draft) == ("Oak.\n\nAsh.\n", BASE, False)


def test_pages_come_when_they_are_wanted_and_the_rest_is_named():
    data = wxr(post("Us", "page"), post("Old", status="trash"), post("Shop", "product"))
    reasons = [one.reason for one in found("wordpress", data)]
    assert reasons == [
        "a page; --pages brings pages too",
        '"trash" on WordPress',
        'of the kind "product", which is no post',
        "an attachment of another article",
    ]
    assert the_article("wordpress", data, pages=True).title == "Us"


@pytest.mark.parametrize(
    ("status", "more", "why"),
    [
        ("private", "", "private on WordPress; a draft here"),
        ("publish", "<wp:post_password>x</wp:post_password>", "behind a password on WordPress"),
    ],
)
def test_what_not_everybody_could_read_is_marked(status, more, why):
    article = the_article("wordpress", wxr(post(status=status, more=more)))
    assert (article.draft, article.restricted, article.canonical) == (False, True, "")
    assert article.reasons[0].text.startswith(why)


def test_shortcodes_become_text_and_are_named():
    content = (
        '[caption id="a"]<img src="https://oak.example/o.jpg" alt="" /> Grey[/caption]\n\n'
        "[embed]https://v.example/1[/embed]\n\n[gallery ids=1]"
    )
    article = the_article("wordpress", wxr(post(content=content)))
    assert article.body == (
        "![](https://oak.example/o.jpg)\n\nGrey\n\nhttps://v.example/1\n\n\\[gallery ids=1]\n"
    )
    assert [reason.text for reason in article.reasons] == ["shortcodes stay as text: [gallery]"]


def lexical(*nodes):
    return json.dumps({"root": {"children": nodes}})


def words(text, mark=0):
    return {"type": "text", "text": text, "format": mark}


GHOST = {
    "posts": [
        {"id": "1", "title": "Html", "html": '<p><img src="__GHOST_URL__/content/o.jpg"></p>'},
        {
            "id": "2",
            "title": "Lexical",
            "lexical": lexical(
                {"type": "paragraph", "children": [words("Oak "), words("lasts", 1)]},
                {"type": "callout", "calloutText": "Mind the saw", "calloutEmoji": "!"},
                {"type": "bookmark", "url": BASE, "metadata": {"title": "A bench"}},
                {"type": "codeblock", "code": "a < b"},
                {"type": "email-cta", "html": "<p>only in mails</p>"},
            ),
            "visibility": "paid",
        },
        {
            "id": "3",
            "title": "Mobiledoc",
            "mobiledoc": json.dumps(
                {
                    "markups": [["strong"], ["a", ["href", BASE]]],
                    "atoms": [["soft-return", "", {}]],
                    "cards": [["hr", {}], ["markdown", {"markdown": "*Ash*"}]],
                    "sections": [
                        [1, "p", [[0, [0], 1, "Oak"], [1, [], 0, 0], [0, [1], 1, "lasts"]]],
                        [3, "ul", [[[0, [], 0, "one"]]]],
                        [10, 1],
                    ],
                }
            ),
        },
        {"id": "4", "title": "Broken", "lexical": "{"},
        {"id": "5", "title": "Us", "type": "page", "html": "<p>x</p>"},
    ],
    "tags": [{"id": "t", "name": "Oak"}, {"id": "u", "name": "#hidden"}],
    "users": [{"id": "a", "name": "Ann Oak"}],
    "posts_tags": [
        {"post_id": "1", "tag_id": "t", "sort_order": 1},
        {"post_id": "1", "tag_id": "u", "sort_order": 0},
    ],
    "posts_authors": [{"post_id": "1", "author_id": "a"}],
    "newsletters": [
        {
            "slug": "weekly",
            "name": "Oak Weekly",
            "sender_email": "oak@oak.example",
            "status": "active",
        }
    ],
}


def ghost():
    posts = [
        {"status": "published", "published_at": "2024-05-01T09:30:00.000Z", **one}
        for one in GHOST["posts"]
    ]
    return json.dumps({"db": [{"meta": {}, "data": {**GHOST, "posts": posts}}]})


def test_a_text_of_ghost_is_read_however_it_is_kept():
    html, in_lexical, in_mobiledoc = (
        one for one in found("ghost", ghost()) if isinstance(one, Imported)
    )
    assert (html.body, html.authors, html.tags) == ("![](/content/o.jpg)\n", ("Ann Oak",), ("Oak",))
    assert html.published.moment == datetime(2024, 5, 1, 9, 30, tzinfo=UTC)
    assert in_lexical.body == (
        f"Oak **lasts**\n\n> ! Mind the saw\n\n[A bench]({BASE})\n\n```\na < b\n```\n"
    )
    assert (html.restricted, in_lexical.restricted) == (False, True)
    assert in_lexical.reasons[0].text == ("on Ghost only those who pay can read it; a draft here")
    assert in_mobiledoc.body == f"**Oak**\\\n[lasts]({BASE})\n\n- one\n\n*Ash*\n"


def test_a_broken_post_of_ghost_stops_itself_and_newsletters_are_told():
    rest = [one for one in found("ghost", ghost()) if not isinstance(one, Imported)]
    assert [(one.name, one.broken) for one in rest if isinstance(one, PassedOver)] == [
        ("Broken", True),
        ("Us", False),
    ]
    assert {one.key: one.value for one in rest if isinstance(one, Said)} == {
        "newsletters.weekly.title": "Oak Weekly",
        "newsletters.weekly.sender": "Oak Weekly <oak@oak.example>",
    }


@pytest.mark.parametrize("data", ["{", '{"db": []}', '{"db": [{"data": 5}]}', "{" * 100_000])
def test_what_is_no_export_of_ghost_says_so(data):
    with pytest.raises(Unimportable, match="no export of Ghost"):
        found("ghost", data)
