"""`check --fix` mends what is safe, shows what it does, and touches nothing else."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from check_examples import DRAWN, SITE, open_folder
from syndicate import checks, config
from syndicate.cli.mending import _in_place

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
HEALTHY = "\n\nDisclaimer: ask somebody who can examine you."
STANDARD = "For information only: it does not replace advice from a health professional."


@pytest.fixture
def mend(tmp_path):
    """Mend the body of an article, `secure` addresses being known to answer by https."""

    def run(body, secure=()):
        (tmp_path / "articles").mkdir(exist_ok=True)
        DRAWN["wide.jpg"](tmp_path / "articles" / "wide.jpg")
        (tmp_path / "syndicate.toml").write_text(SITE, "utf-8")
        text = f"---\ntitle: Kettle time\ndate: 2026-11-19\n---\n{body}"
        (tmp_path / "articles" / "kettle-time.md").write_text(text, "utf-8")
        here = config.load(tmp_path / "syndicate.toml")
        source = open_folder(here)
        (head,) = source.read().heads
        return checks.mend(source.manuscript(head), here, NOW, frozenset(secure))

    return run


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('![](wide.jpg "A green kettle")', '![A green kettle](wide.jpg "A green kettle")'),
        ("![](wide.jpg)\n*A green kettle*", "![A green kettle](wide.jpg)\n*A green kettle*"),
        ('é ![ ](wide.jpg "A [big] one")', 'é ![A \\[big\\] one](wide.jpg "A [big] one")'),
        (
            "<figure><img src=wide.jpg><figcaption>A & B</figcaption></figure>",
            '<figure><img alt="A &amp; B" src=wide.jpg><figcaption>A & B</figcaption></figure>',
        ),
        (
            '<figure><img alt="" src="wide.jpg">\n<figcaption>A kettle</figcaption></figure>',
            (
                '<figure><img alt="A kettle" src="wide.jpg">\n'
                "<figcaption>A kettle</figcaption></figure>"
            ),
        ),
        ('> - ![](wide.jpg "In a list")', '> - ![In a list](wide.jpg "In a list")'),
        ('![][1]\n\n[1]: wide.jpg "Apart"', '![Apart][1]\n\n[1]: wide.jpg "Apart"'),
    ],
)
def test_a_picture_gets_the_text_of_its_caption(mend, before, after):
    done = mend(before + HEALTHY)
    assert done.body == after + HEALTHY
    assert done.names == ("alt",)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[a](../desk/)", "[a](https://backmatters.example/desk/)"),
        ("[a](desk)", "[a](https://backmatters.example/kettle-time/desk)"),
        (
            '[a](</desk> "t") `[a](/desk)`',
            '[a](<https://backmatters.example/desk> "t") `[a](/desk)`',
        ),
        ("[a][x]\n\n[x]: /desk", "[a][x]\n\n[x]: https://backmatters.example/desk"),
        ("<a href='/desk'>a</a>", "<a href='https://backmatters.example/desk'>a</a>"),
        (
            "[a](/d) and [b](/d/e)",
            "[a](https://backmatters.example/d) and [b](https://backmatters.example/d/e)",
        ),
    ],
)
def test_a_relative_link_is_written_whole(mend, before, after):
    done = mend(before + HEALTHY)
    assert done.body == after + HEALTHY
    assert done.names == ("links",)


def test_https_is_written_where_it_answers_and_nowhere_else(mend):
    body = (
        "[a](http://a.example/x) <http://a.example/x> http://a.example/x. "
        "[b](http://b.example/) `http://a.example/x` http://a.example/x.html\n\n"
        "```\nhttp://a.example/x\n```"
    )
    done = mend(body + HEALTHY, secure=["http://a.example/x"])
    assert done.body == (
        "[a](https://a.example/x) <https://a.example/x> https://a.example/x. "
        "[b](http://b.example/) `http://a.example/x` http://a.example/x.html\n\n"
        "```\nhttp://a.example/x\n```" + HEALTHY
    )
    assert mend(body + HEALTHY).names == ()


def test_the_usual_disclaimer_is_added_below_a_text_that_has_none(mend):
    assert mend("Hello.\n").body == f"Hello.\n\n{STANDARD}\n"
    assert mend("Hello.").body == f"Hello.\n\n{STANDARD}\n"
    assert mend(f"Hello.{HEALTHY}").names == ()
    assert mend(f"Hello.\n\n{STANDARD}\n").names == ()


@pytest.mark.parametrize("body", ["```\nnever closed", "<!-- never closed"])
def test_a_disclaimer_never_lands_inside_something_else(mend, body):
    assert mend(body).body == body


@pytest.mark.parametrize(
    "body", ["    indented code", "| a | b |\n|---|---|\n| c | d |", "- a\n  - b", "> a"]
)
def test_a_disclaimer_stands_by_itself_below_whatever_ends_the_text(mend, body):
    assert mend(body).body == f"{body}\n\n{STANDARD}\n"


def test_what_was_mended_needs_no_mending(mend):
    body = '![](wide.jpg "A kettle") [a](/b) [c](http://c.example/)'
    once = mend(body, secure=["http://c.example/"])
    assert once.names == ("alt", "links", "https", "disclaimer")
    assert mend(once.body, secure=["http://c.example/"]).names == ()


@given(
    st.lists(st.sampled_from(["a", "é", "", "![](x)", "b "]), min_size=1, max_size=6),
    st.lists(st.sampled_from(["\n", "\r\n", "\r"]), min_size=6, max_size=6),
    st.booleans(),
)
@settings(max_examples=100)
def test_line_ends_and_byte_order_mark_stay_where_they_were(lines, ends, mark):
    raw = ("\ufeff" if mark else "") + "---\r\n---\n"
    body = "".join(f"{line}{end}" for line, end in zip(lines, ends, strict=False))
    old = body.replace("\r\n", "\n").replace("\r", "\n")
    assert _in_place((raw + body).encode(), old, old, 2) == (raw + body).encode()
    new = old.replace("a", "A")
    assert _in_place((raw + body).encode(), old, new, 2) == (raw + body.replace("a", "A")).encode()


# the command


MESSY = (
    b"\xef\xbb\xbf---\r\ntitle:   'Kettle  time'   # my own spacing\r\n"
    b"date: 2026-11-20\r\n---\r\n\r\n"
    b'![](wide.jpg "A kettle") and [a desk](../desk/).\r\n'
)


@pytest.fixture
def messy(small_site):
    small_site.edit("syndicate.toml", "[newsletters", f'disclaimer = "{STANDARD}"\n[newsletters')
    small_site.edit("syndicate.toml", "[newsletters", "[checks]\nhealth = true\n[newsletters")
    DRAWN["wide.jpg"](small_site.path("articles/wide.jpg"))
    small_site.path("articles/first.md").write_bytes(MESSY)
    small_site.path("articles/first.md").chmod(0o640)
    return small_site


def test_the_difference_is_shown_and_nothing_is_written_without_a_yes(messy):
    ended = messy.run("check", "--fix")
    assert ended.code == 1
    assert "--- articles/first.md" in ended.out
    assert '-![](wide.jpg "A kettle") and [a desk](../desk/).' in ended.out
    assert '+![A kettle](wide.jpg "A kettle") and [a desk](https://small' in ended.out
    assert "Nothing was written: nobody is here to agree. In a script, say --yes." in ended.err
    assert messy.path("articles/first.md").read_bytes() == MESSY


def test_what_was_agreed_to_is_written_and_nothing_else_of_the_file_changes(messy):
    told = json.loads(messy.run("check", "--fix", "--yes", "--json").out)
    assert told["mended"] == [
        {"path": "articles/first.md", "names": ["alt", "links", "disclaimer"]}
    ]
    assert [one["name"] for one in told["findings"] if one["level"] == "must fix"] == []
    assert messy.path("articles/first.md").read_bytes() == (
        MESSY.replace(b"![]", b"![A kettle]").replace(b"../desk/", b"https://small.example/desk/")
        + f"\r\n{STANDARD}\r\n".encode()
    )
    assert messy.path("articles/first.md").stat().st_mode & 0o777 == 0o640
    again = messy.run("check", "--fix", "--yes")
    assert "There is nothing that --fix can mend." in again.err


def test_yes_alone_is_wrong_usage(small_site):
    assert small_site.run("check", "--yes").code == 2
