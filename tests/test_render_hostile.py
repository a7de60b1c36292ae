"""Whatever a house template or a configured line asks for, it ends, and in words."""

import tracemalloc
from datetime import UTC, datetime

import pytest

from syndicate import render, theme
from syndicate.config import Theme
from syndicate.errors import TemplateError
from syndicate.models import Article, Where
from syndicate.render import tags

STORY = Article(
    id="tag:example.org,2024:story",
    slug="story",
    title="Story",
    url="https://example.org/story/",
    published=datetime(2026, 11, 20, tzinfo=UTC),
    updated=datetime(2026, 11, 20, tzinfo=UTC),
    authors=("Ada",),
    tags=("back-pain",),
    description="",
    image=None,
    language="en",
    lead=False,
    email=True,
    feed=True,
    draft=False,
    body_hash="",
    where=Where("articles/x.md"),
    html="",
    text="",
    summary="What there is to say.",
    minutes=4,
)


def drawn(**changes):
    return render.draft(
        render.Edition(
            issue="weekly-2026-W48",
            number=48,
            date=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
            newsletter="Weekly",
            site=render.Imprint("Back Matters", "https://example.org/", "1 Example Street"),
            articles=(STORY,),
            palette=theme.derive(Theme()),
            **changes,
        )
    )


def house(folder, name, source):
    folder = folder / "templates"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(source if isinstance(source, bytes) else source.encode())
    return folder


@pytest.mark.parametrize(
    "source",
    [
        "{{ 'a' * 3000000000 }}",
        "{{ 3000000000 * 'a' }}",
        "{{ ([0] * 3000000000) | length }}",
        "{{ 10 ** 10 ** 10 ** 10 }}",
        "{% for i in range(10**9) %}{% endfor %}x",
        "{% for i in range(10000) %}{% for j in range(10000) %}x{% endfor %}{% endfor %}",
        "{{ 'a' | center(3000000000) }}",
        "{{ 'a'.ljust(3000000000) }}",
        "{{ '%3000000000d' % 1 }}",
        "{{ '%*d' % (3000000000, 1) }}",
        "{{ '%3000000000d' | format(1) }}",
        "{{ '{:3000000000}'.format(1) }}",
        "{{ '{:{w}}'.format(1, w='3000000000') }}",
        "{{ lipsum(n=1000000000) }}",
    ],
)
def test_what_would_take_all_memory_is_refused_in_the_subject_and_in_a_template(tmp_path, source):
    with pytest.raises(TemplateError, match=r"^\[newsletters\] subject = "):
        drawn(subject=source)
    folder = house(tmp_path, "digest.html.j2", f"<html>\n{source}")
    with pytest.raises(TemplateError, match=r"^templates/digest\.html\.j2"):
        drawn(folder=folder)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ '-' * 40 }}", "-" * 40),
        ("{{ 3 * 4 }} {{ 2 ** 10 }} {{ 7 % 4 }}", "12 1024 3"),
        ("{{ '%05.1f' % 2 }}", "002.0"),
        ("{{ '{:,}'.format(1234567) }}", "1,234,567"),
        ("{% for n in range(3) %}{{ n }}{% endfor %}", "012"),
        ("{{ 'a' | center(3) }}b", "a b"),
    ],
)
def test_what_a_template_may_well_ask_for_is_done(source, expected):
    assert drawn(subject=source).subject == expected


@pytest.mark.parametrize("name", ["digest.html.j2", "digest.txt.j2", "inline.css"])
def test_a_template_that_is_not_utf_8_is_named(tmp_path, name):
    with pytest.raises(TemplateError, match=rf"^templates/{name} cannot be read: .*UTF-8"):
        drawn(folder=house(tmp_path, name, "caf\u00e9".encode("latin-1")))


@pytest.mark.parametrize("source", ["", "\n", "<p>Hello</p>", "<!-- <html> -->"])
def test_a_template_that_yields_no_page_is_named(tmp_path, source):
    with pytest.raises(TemplateError, match=r"^templates/digest\.html\.j2: .*<html>"):
        drawn(folder=house(tmp_path, "digest.html.j2", source))


def test_a_template_nested_too_deep_is_named(tmp_path):
    source = "{{ " + "(" * 5000 + ")" * 5000 + " }}"
    with pytest.raises(TemplateError, match=r"^templates/digest\.html\.j2: "):
        drawn(folder=house(tmp_path, "digest.html.j2", source))


@pytest.mark.parametrize(
    "rule",
    [
        ".top..b{color:red}",
        ".top>>.b{color:red}",
        ".top!{color:red}",
        ".1a{color:red}",
        ".top.b,{color:red}",
        ".top{color}",
        ".top{co lor:red}",
        "ns|td{color:red}",
    ],
)
def test_css_that_cannot_be_read_is_told_with_file_and_line(tmp_path, rule):
    folder = house(tmp_path, "inline.css", f".brand{{margin:0}}\n{rule}\n.ink{{color:red}}\n")
    with pytest.raises(TemplateError, match=r"^templates/inline\.css:2: CSS of the template: "):
        drawn(folder=folder)


@pytest.mark.parametrize("key", ["note", "closing", "subject", "preheader", "preferences_url"])
def test_no_configured_text_forges_a_token(key):
    with pytest.raises(TemplateError, match="pass for a token"):
        drawn(**{key: "x \ufdd0email\ufdd1"})


def test_a_text_that_only_spells_such_a_character_out_is_fine():
    assert "\\ufdd0" in drawn(closing="Say `\\ufdd0` twice").text


def test_a_tag_of_two_million_signs_takes_little_memory():
    tag = f"<a {'x=y ' * 500_000}>"
    tracemalloc.start()
    assert tags.within(tag, lambda whole: str(len(whole))) == "2000004"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50_000_000
