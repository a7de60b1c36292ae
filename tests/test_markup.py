import re
from urllib.parse import urljoin

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from syndicate import links, prose, tokens
from syndicate.errors import ArticleError
from syndicate.excerpts import excerpt
from syndicate.markup import ATTRIBUTES, TAGS, TooMuch, render
from syndicate.models import Picture

BASE = "https://site.example/why/"


def html(markdown, base=BASE):
    return render(markdown, base).html


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("# A *b*", "<h1>A <em>b</em></h1>"),
        ("~~a~~", "<p><del>a</del></p>"),
        ("- [ ] a\n- [x] b", "<ul>\n<li>☐ a</li>\n<li>☑ b</li>\n</ul>"),
        (
            "```python\na < b\n```",
            '<pre><code class="language-python">a &lt; b\n</code></pre>',
        ),
        (
            "www.example.com",
            '<p><a href="http://www.example.com">www.example.com</a></p>',
        ),
        ("a {{ name }} %recipient%", "<p>a {{ name }} %recipient%</p>"),
        ("H<sub>2</sub>O", "<p>H<sub>2</sub>O</p>"),
        ("", ""),
    ],
)
def test_markdown_is_read_as_on_github(markdown, expected):
    assert html(markdown) == expected


def test_a_table_keeps_its_alignment():
    table = html("| a | b |\n|--:|---|\n| 1 | 2 |")
    assert '<th align="right">a</th>' in table
    assert "<td>2</td>" in table


def test_a_footnote_leads_to_the_article_and_back():
    note = html("a[^1]\n\n[^1]: b")
    assert f'<sup class="footnote-ref"><a href="{BASE}#fn-1" id="fnref-1">1</a></sup>' in note
    assert '<section class="footnotes">' in note
    assert '<li id="fn-1">' in note
    assert f'<a href="{BASE}#fnref-1" class="footnote-backref">' in note


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("[a](b)", f'<a href="{BASE}b">'),
        ("[a](/b)", '<a href="https://site.example/b">'),
        ("[a](../b?c=d#e)", '<a href="https://site.example/b?c=d#e">'),
        ("[a](#part)", f'<a href="{BASE}#part">'),
        ("[a](//other.example/b)", '<a href="https://other.example/b">'),
        ("[a](mailto:ann@example.org)", '<a href="mailto:ann@example.org">'),
        ("[a](tel:+4423)", '<a href="tel:+4423">'),
        ("[a](<b c/é>)", f'<a href="{BASE}b%20c/%C3%A9">'),
        ("[a](https://bücher.example/ü)", '<a href="https://xn--bcher-kva.example/%C3%BC">'),
        ("[a](b%zz)", f'<a href="{BASE}b%25zz">'),
        ('<a href="b\\c.html">a</a>', f'<a href="{BASE}b/c.html">'),
        ("![a](b.png)", f'<img src="{BASE}b.png" alt="a">'),
        ("<q cite='b'>a</q>", f'<q cite="{BASE}b">'),
        (
            "<video poster=b.png src=c.mp4></video>",
            f'<video poster="{BASE}b.png" src="{BASE}c.mp4">',
        ),
        (
            '<img src=a.png srcset="a.png, b,c.png 2x,d.png 3x">',
            f'srcset="{BASE}a.png, {BASE}b,c.png 2x, {BASE}d.png 3x"',
        ),
    ],
)
def test_every_address_is_absolute_and_encoded(markdown, expected):
    assert expected in html(markdown)


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "<style>p {color: red}</style>",
        '<p onclick="x()" style="color:red" class="y" id="z">a</p>',
        "[a](javascript:x)",
        "<a href='java&#10;script:x'>a</a>",
        "<a href=' &#1;javascript:x'>a</a>",
        "<a href='vbscript:x'>a</a>",
        "[a](data:text/html,x)",
        "[a](file:///etc/passwd)",
        "<a href='http://[x'>a</a>",
        "<svg><script>alert(1)</script><title>a</title></svg>",
        "<math><mi xlink:href='javascript:x'>a</mi></math>",
        "<form action='https://x.example'><input name=a><button>b</button></form>",
        "<base href='https://x.example'><meta http-equiv=refresh>",
        "<object data='x'><embed src='javascript:x'></object>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<iframe src='javascript:alert(1)'></iframe>",
        "![a](data:image/svg+xml;base64,AAAA)",
        "<img src='data:text/html;base64,AAAA'>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<a href='x' title='<img src=x onerror=y>'>a</a>",
    ],
)
def test_nothing_that_does_harm_comes_through(markdown):
    assert_harmless(html(markdown))


SAFE = re.compile(r"(https?://|mailto:|tel:|data:image/(png|jpe?g|gif|webp);)[!-~ ]*")
TOKEN = re.compile("%EF%B7%[9A]", re.IGNORECASE)
URLS = {"href", "src", "srcset", "poster", "cite"}


def assert_harmless(fragment):
    """Parse the result with another parser than the sanitiser's, and look at all that is there."""
    if not fragment:
        return
    known = set().union(*ATTRIBUTES.values())
    tree = etree.fromstring(f"<div>{fragment}</div>", etree.HTMLParser())
    for element in tree.iter(etree.Element):
        assert element.tag in TAGS | {"html", "body"}
        for name, value in element.attrib.items():
            assert name in known
            if name in URLS:
                for link in value.split(", ") if name == "srcset" else [value]:
                    assert SAFE.fullmatch(link)
                    assert not TOKEN.search(link)


def test_a_small_picture_may_be_in_the_text():
    picture = "data:image/png;base64,iVBORw0KGgo="
    assert html(f"![a]({picture})") == f'<p><img src="{picture}" alt="a"></p>'


def test_a_picture_without_a_good_address_leaves_its_text():
    assert html("![a < b](javascript:x)") == "<p>a &lt; b</p>"
    assert html("x <img> y") == "<p>x  y</p>"


def test_a_frame_becomes_a_link():
    frame = '<iframe width=1 src="//video.example/embed?a=1&amp;b=2" title="x"></iframe>'
    address = "https://video.example/embed?a=1&amp;b=2"
    assert html(frame) == f'<a href="{address}">{address}</a>'


def test_code_that_shows_a_frame_stays_code():
    assert html("`<iframe src=x>`") == "<p><code>&lt;iframe src=x&gt;</code></p>"


def test_void_elements_are_written_as_html():
    media = html("<picture><source srcset=a.png><img src=b.png></picture><br/><hr>")
    assert "</source>" not in media
    assert "/>" not in media


def locate(link):
    known = {
        "desk.png": Picture("https://site.example/desk.png", "", 800, 600, "articles/desk.png")
    }
    return known.get(link)


def test_a_local_picture_has_its_address_its_size_and_its_text():
    rendered = render('![A desk & "lamp"](desk.png)', BASE, locate)
    assert rendered.html == (
        '<p><img src="https://site.example/desk.png" alt="A desk &amp; &quot;lamp&quot;" '
        'width="800" height="600"></p>'
    )
    assert rendered.pictures == (
        Picture("https://site.example/desk.png", 'A desk & "lamp"', 800, 600, "articles/desk.png"),
    )


def test_a_size_that_the_author_gave_stays():
    rendered = render("<img src=desk.png width=40>", BASE, locate)
    assert rendered.html == '<img src="https://site.example/desk.png" width="40">'


def test_a_local_picture_counts_once_wherever_it_is_used():
    rendered = render(
        '<video poster=desk.png></video><img srcset="desk.png 2x" src=desk.png alt=x>![](desk.png)',
        BASE,
        locate,
    )
    assert [picture.alt for picture in rendered.pictures] == ["x"]
    assert rendered.html.count("https://site.example/desk.png") == 4


def test_a_fault_in_finding_a_picture_is_not_swallowed():
    def broken(link):
        raise ZeroDivisionError(link)

    with pytest.raises(ZeroDivisionError):
        render("![a](b.png)", BASE, broken)


@pytest.mark.parametrize(
    "deep", [">" * 100_000 + "a", "<div>" * 5_000, "<b><i>" * 5_000, "<ol><li>" * 5_000]
)
def test_absurd_nesting_is_refused_before_it_costs_minutes(deep):
    with pytest.raises(ArticleError, match="more than 100 quotations"):
        html(deep)


@pytest.mark.parametrize(
    "deep",
    ['<div title="</div">' * 2_000, "<li><dd>" * 2_000, "<div><!-- </div> -->" * 2_000],
    ids=["ends in attributes", "ends left out", "ends in comments"],
)
def test_nesting_that_hides_from_a_count_of_tags_is_refused(deep):
    with pytest.raises(ArticleError, match="more than 100 quotations"):
        html(deep)


@pytest.mark.parametrize(
    "long",
    ["---\n" * 500_000, "<table>" * 50 + "<td>" * 300_000, "<br>" * 300_000, "a\n\n" * 300_000],
    ids=["rules", "cells", "breaks", "paragraphs"],
)
def test_more_elements_than_any_article_needs_are_refused(long):
    with pytest.raises(ArticleError, match="more than 30,000 paragraphs"):
        html(long)


@pytest.mark.parametrize("start", ["", "> ", "> > "])
def test_a_table_that_would_explode_is_refused_before_it_is_made_and_its_line_told(start):
    rows = ["|x" * 1000, "|-" * 1000, *["|x"] * 1000]
    with pytest.raises(TooMuch, match="more than 20,000 cells") as told:
        html("Text.\n\n" + "\n".join(start + row for row in rows))
    assert told.value.line == 3


def test_a_thousand_rows_of_a_table_are_fine_and_many_tables_that_fill_up_are_not():
    rows = "|a|b|c|\n|-|-|-|\n" + "|1|2|3|\n" * 1000
    assert html(rows).count("<td>") == 3000
    small = "|x" * 100 + "\n" + "|-" * 100 + "\n" + "|x\n" * 100 + "\n"
    with pytest.raises(ArticleError, match="more than 20,000 cells"):
        html(small * 3)


def test_a_long_row_becomes_one_line_of_text():
    row = "<table><tr>" + "<td> a" * 20_000 + "</table>"
    assert prose.plain(row) == " | ".join(["a"] * 20_000)


def test_long_but_flat_text_is_fine():
    assert html("<p>a\n<li>b\n\n" * 500).count("<li>") == 500


@pytest.mark.parametrize(
    "hidden",
    [
        "\ufdd0name\ufdd1",
        "&#xFDD0;name&#xFDD1;",
        "&#64976;name&#64977;",
        "<b title='&#xFDD0;name&#xFDD1;'>a</b>",
        "[a](https://x.example/&#xFDD0;name&#xFDD1;)",
        "[a](https://x.example/%EF%B7%90name%ef%b7%91)",
        "[a](https://x.example/%EF%B7%EF%B7%9090name)",
        "<img src='%EF%B7%90name%EF%B7%91.png' alt='&#xFDD0;name&#xFDD1;'>",
        "<img srcset='%EF%B7%90name%EF%B7%91.png 2x'>",
        "<iframe src='https://x.example/%EF%B7%90name%EF%B7%91'></iframe>",
    ],
)
def test_no_article_can_hold_a_token_in_any_disguise(hidden):
    result = html(hidden)
    assert not re.search("[\ufdd0-\ufdef]", result)
    assert not re.search("%EF%B7%[9A]", result, re.IGNORECASE)
    assert tokens.names(prose.plain(result)) == ()


PIECES = st.sampled_from(
    [
        *("<script>", "</script>", "<svg>", "<math>", "<style>", "<noscript>", "</noscript>"),
        *("<template>", "<textarea>", "<title>", "</title>", "<select>", "<option>", "<xmp>"),
        *("<plaintext>", "<form>", "<table><tr><td>", "<b>", "<video>", "<iframe>", "<!--", "-->"),
        *("<![CDATA[", "]]>", "```", "\n", "[x](", ")", "![", "&lt;", "&gt;", "&quot;"),
        *('<a href="', '<p title="', '<iframe src="', '<img srcset="', "<source src=", '">', "'>"),
        *("<img src=x onerror=alert(1)>", "javascript:", "&#106;avascript&colon;alert(1)"),
        *("data:text/html,x", "onclick=x", "style=x", ">", "<", '"', "'", "=", "/", "2x,", "é"),
        *("\ufdd0", "&#xfdd0;", "%EF%B7%90"),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES | st.text(max_size=5), max_size=25).map(" ".join))
@example("<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img onerror=x&gt;'>")
@example('<img alt="<img src=" title=" onerror=alert(1) x=">')
def test_no_body_whatever_gives_anything_that_does_harm(body):
    try:
        result = render(body, BASE, locate).html
    except ArticleError:
        return
    assert_harmless(result)
    assert tokens.names(result) == ()
    assert not re.search("[\ufdd0-\ufdef\x00-\x08]", result)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_plain_text_of_anything_has_no_markup_left_and_no_token(text):
    result = prose.plain(html(text))
    assert tokens.names(result) == ()
    assert result == result.strip()


def test_plain_text_reads_like_a_letter():
    source = """# Title *here*

Text[^1] is **b**old, 10<sup>2</sup> of H<sub>2</sub>O. A line<br>and another
one.

- a
- b

  more of b
  1. x
  2. y

| a | b |
|---|---|
| 1 | 2 |

```
x < y
    z
```

> quoted &amp; fine

3. three
4. four ![no picture](x.png)

[^1]: a note
"""
    assert prose.plain(html(source)) == (
        "Title here\n\n"
        "Text[1] is bold, 10² of H₂O. A line\nand another one.\n\n"
        "- a\n- b\n  more of b\n  1. x\n  2. y\n\n"
        "a | b\n1 | 2\n\n"
        "x < y\n    z\n\n"
        "quoted & fine\n\n"
        "3. three\n4. four\n\n"
        "1. a note"
    )


def test_running_text_leaves_out_what_is_no_sentence_of_the_article():
    source = (
        "# A\n\nOne[^1].\n\n- a\n\n> b\n\n| c |\n|---|\n\n```\nd\n```\n\nTwo `e` *f*.\n\n[^1]: g"
    )
    assert prose.running(html(source)) == "One.\n\nTwo e f."


def test_nothing_gives_nothing():
    assert prose.plain("") == ""
    assert prose.running("<h1>a</h1>") == ""
    assert prose.plain("<script>a</script><!-- b -->") == ""


@given(
    st.from_regex(r"https?://[a-zA-Z0-9-]{1,9}(\.[a-z0-9-]{1,9}){0,2}", fullmatch=True),
    st.text("abZ09_~/-", max_size=12),
)
def test_a_link_in_which_there_is_nothing_to_do_stays_as_it_is(host, path):
    link = f"{host}/{path}"
    assert urljoin("https://site.example/a/b", link) == link
    assert links.absolute(link, "https://site.example/a/b") == link


@settings(max_examples=50)
@given(
    st.lists(
        st.sampled_from(["p", "h2", "li", "blockquote"]).flatmap(
            lambda tag: st.text("ab. \u4e2d'!", min_size=1, max_size=120).map(
                lambda text: f"<{tag}>{text} End.</{tag}>"
            )
        ),
        max_size=60,
    ).map("".join)
)
def test_a_summary_needs_only_the_start_of_an_article(html):
    whole, start = prose.running(html), prose.running(html, 720)
    assert whole.startswith(start) or len(start) >= 720
    assert excerpt(start, 240) == excerpt(whole, 240)


@pytest.mark.parametrize(("start", "first"), [("7", "7."), ("9" * 5_000, "1."), ("-2", "1.")])
def test_a_list_is_counted_from_its_first_number_where_that_is_one(start, first):
    shown = prose.plain(html(f'<ol start="{start}"><li>Stand up.</li></ol>'))
    assert shown == f"{first} Stand up."
