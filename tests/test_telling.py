"""Findings are told once, what must be fixed first, and fit the screen."""

import io

import pytest

from syndicate.cli.telling import listed, told
from syndicate.models import Finding, Level, Where


class Screen(io.StringIO):
    def isatty(self):
        return True


def finding(name, path, line=None, *, level=Level.ADVICE, text="It is so.", fix="Do this."):
    return Finding(level, text, Where(path, line), fix, name)


@pytest.fixture(autouse=True)
def _plain(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")


def test_what_one_check_says_of_one_file_is_told_once():
    found = [finding("alt", "articles/a.md", line) for line in (3, 5, 9, 9)]
    assert told(found, to=io.StringIO()) == (
        "advice\n  articles/a.md:3: It is so. Do this. And 2 more: lines 5, 9. [alt]"
    )


def test_many_lines_and_many_files_are_counted():
    found = [finding("alt", f"articles/{name}.md", line) for name in "abcde" for line in range(12)]
    lines = told(found, to=io.StringIO()).splitlines()
    assert lines[1].endswith("Do this. And 11 more in this file. [alt]")
    assert lines[4:] == ["  and 24 more of alt in 2 other files: --json names them all."]


def test_everything_that_must_be_fixed_is_told_and_comes_first():
    must = [
        finding(
            "front-matter",
            "articles/a.md",
            line,
            level=Level.MUST_FIX,
            text=f"{line} is wrong.",
            fix="",
        )
        for line in range(2, 8)
    ]
    lines = told([finding("alt", "articles/a.md"), *must], to=io.StringIO()).splitlines()
    assert lines[0] == "must fix"
    assert [line for line in lines if "is wrong" in line] == [
        f"  articles/a.md:{line}: {line} is wrong. [front-matter]" for line in range(2, 8)
    ]
    assert lines[-2] == "advice"


def test_on_a_screen_lines_are_no_longer_than_it_is_wide():
    long = Finding(
        Level.ADVICE,
        "Some words that go on. " * 9,
        Where("articles/a-name-of-a-file.md", 3),
        "",
        "x",
    )
    lines = told([long, finding("alt", "articles/a.md", 1)], to=Screen()).splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[1] == f"  ! {'articles/a-name-of-a-file.md:3':<75}x"
    assert all(line.startswith("      ") for line in lines[2:5])


def test_a_path_too_long_for_the_screen_is_not_cut():
    path = f"articles/{'long-' * 30}.md"
    lines = told([finding("alt", path, 1)], to=Screen()).splitlines()
    assert lines[1] == f"  ! {path}:1  alt"


def test_words_and_figures_are_laid_out_as_many_as_fit():
    items = [f"item number {number}" for number in range(12)]
    lines = listed("ok", items, to=Screen()).splitlines()
    assert max(map(len, lines)) <= 80
    assert " ".join(lines).count("item number") == 12
    assert len(listed("ok", items, to=io.StringIO()).splitlines()) == 1
