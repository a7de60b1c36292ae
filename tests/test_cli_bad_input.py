"""Whatever people put into a site: one clear line, nothing half-written, the good ones out."""

import json
import subprocess
import sys

import pytest

from syndicate import config
from syndicate.errors import ConfigError

GOOD = "---\ntitle: {}\ndate: 2026-11-20\n---\n\nText of it.\n"
BOMB = "---\na: &a [x,x,x]\nb: &b [*a,*a,*a]\ntitle: *b\ndate: 2026-11-20\n---\n"


def broken_articles():
    """Give (name, bytes, words that the one line about it must hold)."""
    return [
        ("yaml", b"---\ntitle: [a\ndate: 2026-11-20\n---\nx\n", "articles/yaml.md:"),
        ("no-title", b"---\ndate: 2026-11-20\n---\nx\n", "title"),
        ("no-date", b"---\ntitle: No date\n---\nx\n", "date"),
        ("impossible", b"---\ntitle: x\ndate: 2026-02-30\n---\nx\n", "articles/impossible.md:3"),
        ("latin", "---\ntitle: Café\ndate: 2026-11-20\n---\n".encode("latin-1"), "UTF-8"),
        ("nul", b"---\ntitle: x\ndate: 2026-11-20\n---\na\x00b\n", "NUL"),
        ("huge", GOOD.format("Huge").encode() + b"word " * (1024 * 1024 + 1), "5 MB"),
        ("bomb", BOMB.encode(), "articles/bomb.md:2"),
        ("object", b"---\ntitle: !!python/object:os.system x\ndate: 2026-11-20\n---\n", ":2"),
        ("escape", b"---\ntitle: x\ndate: 2026-11-20\nslug: ../../etc\n---\nx\n", "../../etc"),
        ("empty", b"", "empty"),
        ("list", b"---\ntitle: [a, b]\ndate: 2026-11-20\n---\nx\n", "articles/list.md:2"),
        ("break", b'---\ntitle: "a\\nb"\ndate: 2026-11-20\n---\nx\n', "articles/break.md:2"),
        ("twice", b"---\ntitle: a\ntitle: b\ndate: 2026-11-20\n---\nx\n", "articles/twice.md:3"),
    ]


@pytest.mark.parametrize(
    ("name", "data", "words"), broken_articles(), ids=[row[0] for row in broken_articles()]
)
def test_a_broken_article_is_one_line_and_the_good_ones_are_built(small_site, name, data, words):
    small_site.path(f"articles/{name}.md").write_bytes(data)
    ended = small_site.run("build")
    about = [line for line in ended.err.splitlines() if f"articles/{name}.md" in line]
    assert ended.code == 1
    assert len(about) == 1
    assert words in about[0]
    assert "The first article" in small_site.path("public/feed.xml").read_text("utf-8")
    assert sorted(path.name for path in small_site.root.rglob(".syndicate-*")) == []


def test_all_broken_articles_are_told_at_once(small_site):
    for name, data, _ in broken_articles():
        small_site.path(f"articles/{name}.md").write_bytes(data)
    ended = small_site.run("check")
    assert ended.code == 1
    for name, _, _ in broken_articles():
        assert f"articles/{name}.md" in ended.out


@pytest.mark.parametrize(
    ("one", "other"), [("straße", "STRASSE"), ("caf\u00e9", "cafe\u0301"), ("Same", "same")]
)
def test_two_articles_with_equal_slugs_are_both_named(small_site, one, other):
    for name, slug in (("a", one), ("b", other)):
        small_site.article(name, f"Article {name}", extra=f"slug: {slug}\n")
    ended = small_site.run("build")
    assert ended.code == 1
    assert "articles/a.md" in ended.err
    assert "articles/b.md" in ended.err


def test_links_that_lead_out_or_in_circles_are_not_followed(small_site, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "secret.md"
    outside.write_text(GOOD.format("Secret"), "utf-8")
    small_site.path("articles/out.md").symlink_to(outside)
    small_site.path("articles/loop").symlink_to(small_site.path("articles"))
    small_site.run("build")
    assert "Secret" not in small_site.path("public/feed.xml").read_text("utf-8")


@pytest.mark.parametrize(
    ("key", "value"),
    [("subject", r"a\nBcc: x@example.com"), ("sender", r"A\r\nBcc: x@example.com <a@b.example>")],
)
def test_a_line_break_in_a_header_is_refused(small_site, key, value):
    text = small_site.path("syndicate.toml").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith(f"{key} =")]
    small_site.write("syndicate.toml", "\n".join([*lines, f'{key} = "{value}"\n']))
    ended = small_site.run("send", "--yes")
    assert ended.code in {1, 2}
    assert key in ended.err
    assert small_site.emails() == []


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"name,town\nAnn,York\n", "people.csv"),
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "people.csv"),
        (b"email,name\n", "nobody"),
        ("email,name\na@example.com,Zoë\n".encode("latin-1"), "UTF-8"),
    ],
)
def test_an_audience_that_cannot_be_read_is_one_line(small_site, data, words):
    small_site.path("people.csv").write_bytes(data)
    ended = small_site.run("send", "--yes")
    assert ended.code == 1
    assert words in ended.err
    assert small_site.emails() == []


def test_a_missing_audience_names_the_file(small_site):
    small_site.path("people.csv").unlink()
    ended = small_site.run("send", "--yes")
    assert ended.code == 1
    assert "people.csv" in ended.err


def test_what_people_have_is_accepted(small_site):
    small_site.path("articles/bom.md").write_bytes(
        b"\xef\xbb\xbf---\r\ntitle: With a BOM\r\ndate: 2026-11-20\r\ntags: news, garden\r\n"
        b"author: {name: Ann Writer, email: ann@example.com}\r\nmood: calm\r\n---\r\n\r\n"
        b"Text <script>alert(1)</script> [x](javascript:alert(1)) ![](https://a.example/b.png)\r\n"
    )
    ended = small_site.run("check", "--json")
    told = json.loads(ended.out)
    assert ended.code == 0
    assert {one["level"] for one in told["findings"]} == {"advice"}
    assert small_site.run("build").code == 0
    for name in ("feed.xml", "atom.xml", "feed.json"):
        feed = small_site.path(f"public/{name}").read_text("utf-8")
        assert "With a BOM" in feed
        assert "Ann Writer" in feed
        assert "garden" in feed
        assert "ann@example.com" not in feed
        assert "alert(1)" not in feed


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[site\n", "not valid TOML"),
        ('[site]\ntitle = "x"\n', 'needs "url"'),
        ('[site]\ntitle = "x"\nurl = "https://a.example"\nlanguag = "en"\n', 'mean "language"'),
        ('[site]\ntitle = "x"\nurl = "ftp://a.example"\n', "ftp://a.example"),
    ],
)
def test_a_wrong_configuration_is_one_line(small_site, text, words):
    small_site.write("syndicate.toml", text)
    for command in ("build", "check", "list", "send", "status", "log"):
        ended = small_site.run(command)
        assert ended.code == 2
        assert words in ended.err
        assert len(ended.err.strip().splitlines()) == 1


SITE = '[site]\ntitle = "x"\nurl = "https://a.example"\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (SITE.replace("a.example", "[x"), ':3: [site] url = "https://[x" is not the address'),
        (SITE.replace("a.example", "exa\u2100mple.org"), ":3: [site] url"),
        (SITE.replace("a.example", "a.example:99999"), ":3: [site] url"),
        (
            SITE.replace('"x"', r'"x\uFDD0name\uFDD1"'),
            ":2: [site] title holds the character U+FDD0",
        ),
        (SITE.replace('"x"', '"x\ufffe"'), ":2: [site] title holds the character U+FFFE"),
        (SITE + r'publish = "a\u0000b"', ":4: [site] publish holds the character U+0000"),
        (
            SITE + '[ledger]\nurl = "sqlite:a\\u0000b"',
            ":5: [ledger] url holds the character U+0000",
        ),
        (SITE + '[checks]\n"a\\uFDD0" = true', "[checks] a holds the character U+FDD0"),
        (SITE + '[providers.eml]\na = [["\\uFFFF"]]', ":5: [providers.eml] a holds the character"),
        (SITE + '[theme]\n"" = "\\uFFFF"', "holds the character U+FFFF"),
        (SITE + "x = " + "[" * 3000 + "]" * 3000, "in each other"),
        (SITE + "[providers]\n" + "a." * 3000 + "a = 1", "more than 20 tables or lists"),
        (SITE + "[feeds]\nlimit = " + "9" * 5000, "thousands of digits"),
        (SITE + "[feeds]\nlimit = 0x" + "f" * 5000, ":5: [feeds] limit is too large"),
    ],
    ids=range(14),
)
def test_a_configuration_made_to_do_harm_is_told_in_words(tmp_path, text, words):
    with pytest.raises(ConfigError) as told:
        config.parse(text, tmp_path)
    assert words in str(told.value)


LONG = "x" * 100_000


@pytest.mark.parametrize(
    "text",
    [
        SITE + f'[checks]\nwhere = "{LONG}"',
        SITE + f"[checks]\n{LONG} = 1",
        SITE + f'timezone = "{LONG}"',
        SITE + f'language = "{LONG}"',
        SITE + f'logo = "//{LONG}"',
        SITE + f'author = ["{LONG}"]',
        SITE + f'{LONG} = "x"',
        SITE + f'"{LONG}\\uFFFF" = "x"',
        SITE.replace("https://a.example", LONG),
        SITE + f'[feeds]\nhub = "{LONG}"',
        SITE + f'[ledger]\nurl = "{LONG}"',
        SITE + f'[theme]\naccent = "{LONG}"',
        SITE + f"[newsletters.{LONG}]",
        SITE + f"[newsletters]\n{LONG} = 1",
        SITE + f"[newsletters.weekly]\ncta = {{ {LONG} = 1 }}",
        f"[{LONG}]",
    ],
    ids=range(16),
)
def test_of_a_value_without_end_only_the_beginning_is_told(tmp_path, text):
    with pytest.raises(ConfigError) as told:
        config.parse(text, tmp_path)
    assert "xxxxxxxx" in str(told.value)
    assert len(str(told.value)) < 500


@pytest.mark.parametrize(
    "line",
    [
        "list --lead {}",
        "send --baseline={}",
        "build --limit {}",
        "status {}",
        "{}",
        "build --out {}",
        "import {}",
        "audience import {}",
        "init {} --non-interactive",
    ],
)
def test_of_a_word_without_end_on_the_command_line_only_the_beginning_is_told(small_site, line):
    ended = small_site.run(*line.format(LONG).split())
    assert ended.code == 2
    assert "xxxxxxxx…" in ended.err
    assert len(ended.err) < 1000


@pytest.mark.parametrize("line", ['secret_env = "{}"', 'logo = "{}"', '[feeds]\nout = "{}"'])
def test_of_a_name_without_end_in_the_configuration_only_the_beginning_is_told(small_site, line):
    small_site.edit("syndicate.toml", "[newsletters", f"{line.format(LONG)}\n[newsletters")
    ended = small_site.run("send", "--yes")
    assert ended.code == 2
    assert "…" in ended.err
    assert len(ended.err) < 1000


@pytest.mark.parametrize(
    "site",
    ["https://[x.example", "https://exa\u2100mple.org", "a.example:99999", "a\ufdd0.example"],
)
def test_a_site_is_not_started_at_an_address_that_is_none(small_site, site):
    ended = small_site.run("init", "new", "--site", site, "--non-interactive")
    assert ended.code == 2
    assert "is not the address of a site" in ended.err
    assert not small_site.path("new").exists()


def test_outside_a_site_the_way_to_a_new_one_is_shown(small_site):
    small_site.path("syndicate.toml").unlink()
    ended = small_site.run("send")
    assert ended.code == 2
    assert "syndicate init" in ended.err


def test_a_mistyped_command_is_guessed(small_site):
    ended = small_site.run("stauts")
    assert ended.code == 2
    assert "syndicate status" in ended.err


@pytest.mark.parametrize("least", [1, 3])
@pytest.mark.parametrize(
    "command",
    [
        ("send", "--yes"),
        ("send", "--dry-run"),
        ("preview", "--out", "preview"),
        ("test", "me@example.org"),
        ("approve", "--by", "Tom"),
    ],
)
def test_a_broken_new_article_is_never_told_as_nothing_new(small_site, command, least):
    small_site.run("send", "--yes")
    small_site.edit("syndicate.toml", "audience =", f"min_articles = {least}\naudience =")
    small_site.write("articles/broken.md", "---\ntitle: [a\ndate: 2026-11-20\n---\nText.\n")
    before = small_site.emails()
    ended = small_site.run(*command)
    assert ended.code == 1
    assert "articles/broken.md:" in ended.err
    assert "nothing new" not in ended.err
    assert small_site.emails() == before


def test_a_deleted_working_folder_is_one_line(tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    code = "import os, sys; os.rmdir(os.getcwd()); from syndicate.cli import run; run()"
    for command in ("list", "send", "init"):
        gone.mkdir(exist_ok=True)
        done = subprocess.run(
            [sys.executable, "-c", code, command],
            cwd=gone, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 2
        assert "cannot be used" in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1


def test_a_name_and_a_secret_need_not_be_utf_8(small_site):
    small_site.edit("syndicate.toml", "[newsletters", 'secret_env = "MINE"\n[newsletters')
    env = {"LOGNAME": "andr\udce9", "MINE": "cl\udce9" * 12}
    assert small_site.run("send", "--yes", env=env).code == 0
    assert "andr?@" in small_site.run("log", env=env).out


def test_a_new_site_cannot_lie_inside_a_file(small_site):
    ended = small_site.run("init", "syndicate.toml/x", "--non-interactive")
    assert ended.code == 2
    assert "syndicate.toml" in ended.err
    assert len(ended.err.strip().splitlines()) == 1


def test_only_the_owner_can_read_the_audience_of_a_new_site(small_site):
    assert small_site.run("init", "fresh", "--non-interactive").code == 0
    modes = {path.stat().st_mode & 0o777 for path in small_site.root.glob("fresh/audience/*")}
    assert modes == {0o600}


def test_a_file_that_nobody_may_look_at_ends_in_one_clear_line():
    look = (
        "import click, errno\n"
        "from syndicate.cli.ending import guarded\n"
        "@click.command()\n"
        "def look(): raise PermissionError(errno.EACCES, 'Permission denied', 'public/desk.png')\n"
        "raise SystemExit(guarded(look))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", look], capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == 2
    assert ended.stderr == (
        "syndicate: Permission denied; look at who owns this, and the folders it lies in: "
        "public/desk.png\n"
    )
