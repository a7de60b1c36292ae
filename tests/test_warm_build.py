"""A build that takes over what it can says and writes the same as one that knows nothing."""

import contextlib
import itertools
import os
import shutil
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from PIL import Image

from syndicate import config, files, program, publish
from syndicate.render import templates
from syndicate.sources import disk
from syndicate.sources.folder import Folder
from syndicate.sources.kept import Kept

CACHED = ("articles", "heads", "made")
NAMES = ("a.md", "b.md", "sub/a.md", "sub/c.markdown", "d.md")
PICTURES = ("x.png", "sub/x.png", "images/y.png")
TITLES = ("Why backs hurt", "Sleep", "How to sit", "Warum: Rücken")
DATES = ("2026-11-20", "2026-11-21 09:00", "2026-11-25", "2027-03-01", "20.11.26")
EXTRAS = (
    "",
    "tags: [back, sleep]\n",
    "tags: sleep\nimage: x.png\n",
    "image: images/y.png\nimage_alt: A desk\n",
    "slug: same\n",
    "id: tag:other\n",
    "feed: false\n",
    "draft: yes\n",
    "titel: Oops\n",
    "title: [twice\n",
)
BODIES = (
    "One two three.\n",
    "Six two three.\n",
    "![A desk](x.png) and ![a chair](/images/y.png).\n",
    "> " * 120 + "too deep\n",
    "A longer body, in which the telling words differ considerably from others.\n" * 6,
    "",
)
FEEDS = (
    "",
    "limit = 2\n",
    "limit = 2\narchive = true\n",
    'tags = ["sleep"]\n',
    'formats = ["atom"]\n',
)


class Killed(BaseException):
    """The process is gone."""


def began(now):
    return int(now.timestamp()) * 1_000_000_000


def open_source(site, now):
    return Folder(
        site.root,
        site.articles.folder,
        site_url=site.site.url,
        zone=site.site.zone,
        author=site.site.author,
        language=site.site.language,
        authority=site.site.authority,
        since=site.feeds.since,
        known=Kept(site.ids_path),
        cache=site.root / ".cache",
        began=began(now),
    )


def build(root, now):
    # Each build is a process of its own, in which no template was read before.
    templates._environment.cache_clear()  # noqa: SLF001
    site = config.load(root / "syndicate.toml")
    source = open_source(site, now)
    return publish.build(site, source, now, remember=source.remember)


def there(path):
    return os.path.isfile(path)  # noqa: PTH113 -- False also for a link that leads to itself


def tree(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if there(path)
    }


def without_memory(root, beside):
    """Copy a site and all that is in it, but for what was remembered of it."""
    shutil.copytree(root, beside, symlinks=True)
    for name in CACHED:
        (beside / ".cache" / name).unlink(missing_ok=True)
    return beside


def wait_for_the_clock_of_the_disk(folder):
    """Let the disk's clock go on, so that the next change has another time than the last one."""
    probe = folder / "probe"
    probe.write_bytes(b"")
    first = probe.stat().st_mtime_ns
    while probe.stat().st_mtime_ns == first:
        time.sleep(0.001)
        probe.write_bytes(b"")
    probe.unlink()


class Desk(RuleBasedStateMachine):
    """Everything that people, editors, tools and accidents do to a site between two builds."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="syndicate-warm-")
        self.root = Path(self.folder.name) / "site"
        self.copies = itertools.count()
        self.ahead = timedelta(seconds=10)
        (self.root / "articles").mkdir(parents=True)
        self.configure("")

    def teardown(self):
        self.folder.cleanup()

    def path(self, name):
        path = self.root / "articles" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def now(self):
        return datetime.now(UTC) + self.ahead

    @initialize()
    def begin(self):
        for number, name in enumerate(NAMES[:4]):
            self.write(name, TITLES[number], DATES[0], EXTRAS[number], BODIES[number])
        self.compare()

    @rule(
        name=st.sampled_from(NAMES),
        title=st.sampled_from(TITLES),
        date=st.sampled_from(DATES),
        extra=st.sampled_from(EXTRAS),
        body=st.sampled_from(BODIES),
    )
    def write(self, name, title, date, extra, body):
        if self.path(name).is_symlink():
            self.path(name).unlink()
        text = f'---\ntitle: "{title}"\ndate: {date}\n{extra}---\n\n{body}'
        self.path(name).write_text(text, "utf-8")

    @rule(name=st.sampled_from(NAMES), body=st.sampled_from(BODIES))
    def edit_the_body(self, name, body):
        path = self.path(name)
        if there(path) and not path.is_symlink():
            front = path.read_text("utf-8").partition("\n---\n\n")[0]
            path.write_text(f"{front}\n---\n\n{body}", "utf-8")

    @rule(name=st.sampled_from(NAMES))
    def edit_with_the_same_size_and_time(self, name):
        path = self.path(name)
        if there(path):
            before = path.stat()
            data = path.read_bytes()
            path.write_bytes(data.replace(b"two", b"TWO") if b"two" in data else data.swapcase())
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    @rule(name=st.sampled_from((*NAMES, *PICTURES)))
    def touch(self, name):
        if there(self.path(name)):
            self.path(name).touch()

    @rule(name=st.sampled_from((*NAMES, *PICTURES)))
    def delete(self, name):
        self.path(name).unlink(missing_ok=True)

    @rule(old=st.sampled_from(NAMES), new=st.sampled_from(NAMES))
    def rename(self, old, new):
        if there(self.path(old)):
            self.path(old).rename(self.path(new))

    @rule(name=st.sampled_from(NAMES))
    def save_as_editors_do(self, name):
        path = self.path(name)
        if there(path):
            beside = path.with_name("~new")
            beside.write_bytes(path.read_bytes() + b"More.\n")
            beside.replace(path)

    @rule(name=st.sampled_from(PICTURES), wide=st.sampled_from((4, 7)))
    def put_a_picture(self, name, wide):
        self.path(name).unlink(missing_ok=True)
        Image.new("RGB", (wide, 3)).save(self.path(name))

    @rule(name=st.sampled_from(PICTURES))
    def spoil_a_picture(self, name):
        if there(self.path(name)):
            self.path(name).write_bytes(b"not a picture")

    @rule(name=st.sampled_from(PICTURES), other=st.sampled_from(PICTURES))
    def link_a_picture(self, name, other):
        if name == other or not there(self.path(other)) or self.path(other).is_symlink():
            return
        self.path(name).unlink(missing_ok=True)
        self.path(name).symlink_to(os.path.relpath(self.path(other), self.path(name).parent))

    @rule(name=st.sampled_from(NAMES))
    def put_a_link_for_an_article(self, name):
        self.path(name).unlink(missing_ok=True)
        self.path(name).symlink_to("a.md")

    @rule(feeds=st.sampled_from(FEEDS), author=st.sampled_from(("", 'author = "The Team"\n')))
    def configure(self, feeds, author=""):
        (self.root / "syndicate.toml").write_text(
            f'[site]\ntitle = "Small"\nurl = "https://small.example/"\n{author}[feeds]\n{feeds}',
            "utf-8",
        )

    @rule(text=st.sampled_from(("Ours", "Still ours")))
    def change_the_template_of_the_feeds_page(self, text):
        path = self.root / "templates" / "feeds.html.j2"
        path.parent.mkdir(exist_ok=True)
        path.write_text(
            '{% extends "builtin/feeds.html.j2" %}{% block footer %}' + text + "{% endblock %}"
        )

    @rule(seconds=st.sampled_from((10, 0, -86_400, 86_400 * 5, 86_400 * 400)))
    def set_the_clock(self, seconds):
        self.ahead = timedelta(seconds=seconds)

    @rule(
        name=st.sampled_from(CACHED),
        how=st.sampled_from(("gone", "cut", "empty", "flipped", "other")),
        at=st.floats(0, 1, exclude_max=True),
    )
    def damage_what_is_remembered(self, name, how, at):
        path = self.root / ".cache" / name
        if not path.exists():
            return
        data = bytearray(path.read_bytes()) or bytearray(1)
        place = int(at * len(data))
        if how == "gone":
            path.unlink()
        elif how == "other":
            path.write_bytes((self.root / ".cache" / CACHED[place % 3]).read_bytes())
        else:
            if how == "flipped":
                data[place] ^= 1 << place % 8
            path.write_bytes({"cut": data[:place], "empty": b""}.get(how, data))

    @rule(name=st.sampled_from(("feed.xml", "atom.xml", "feeds.html", "tags/sleep/atom.xml")))
    def change_what_was_published(self, name):
        path = self.root / "public" / name
        if there(path):
            path.write_bytes(path.read_bytes().replace(b"Small", b"Large"))

    @rule(path=st.sampled_from(("public/feed.xml", "public", ".cache/built.json")))
    def delete_what_was_made(self, path):
        whole = self.root / path
        shutil.rmtree(whole, ignore_errors=True) if whole.is_dir() else whole.unlink(
            missing_ok=True
        )

    @rule()
    def lose_the_ids(self):
        (self.root / "state" / "ids.json").unlink(missing_ok=True)

    @rule()
    def read_only(self):
        """As `list` does."""
        source = open_source(config.load(self.root / "syndicate.toml"), self.now())
        source.read()

    @rule(writes=st.integers(0, 9))
    def build_and_be_killed(self, writes):
        left = iter(range(writes))
        whole = files._replace

        def replace(*arguments, **options):
            if next(left, None) is None:
                raise Killed
            whole(*arguments, **options)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(files, "_replace", replace)
            with contextlib.suppress(Killed):
                build(self.root, self.now())

    @rule(times=st.integers(1, 2))
    def compare(self, times=1):
        """Build with what is remembered and without: all that is written and said is the same."""
        for _ in range(times):
            now = self.now()
            copy = without_memory(self.root, Path(self.folder.name) / f"copy-{next(self.copies)}")
            cold, warm = build(copy, now), build(self.root, now)
            assert cold == warm
            assert tree(copy / "public") == tree(self.root / "public")
            assert tree(copy / "state") == tree(self.root / "state")
            assert (copy / ".cache/built.json").read_bytes() == (
                self.root / ".cache/built.json"
            ).read_bytes()
            shutil.rmtree(copy)
            wait_for_the_clock_of_the_disk(self.root)


TestWarmBuild = Desk.TestCase
TestWarmBuild.settings = settings(
    max_examples=int(os.environ.get("EXAMPLES", "15")),
    stateful_step_count=20,
    phases=[Phase.generate],
)


def small(root, number=3):
    """Make a site of a few articles, built twice, so that all of it is known."""
    (root / "articles").mkdir(parents=True)
    (root / "syndicate.toml").write_text('[site]\ntitle = "S"\nurl = "https://s.example/"\n')
    for one in range(number):
        path = root / "articles" / f"{one}.md"
        path.write_text(f"---\ntitle: Number {one}\ndate: 2026-11-2{one}\n---\n\nWords {one}.\n")
    for _ in range(2):
        build(root, soon())
    return root


def soon():
    return datetime.now(UTC) + timedelta(seconds=10)


def read_again(root, now, monkeypatch):
    """Build, and give the files that were opened to be read."""
    opened = []
    read = disk.read
    monkeypatch.setattr(disk, "read", lambda path: opened.append(Path(path).name) or read(path))
    build(root, now)
    return opened


def test_only_an_article_that_changed_is_read_again(tmp_path, monkeypatch):
    root = small(tmp_path / "site")
    assert read_again(root, soon(), monkeypatch) == []
    path = root / "articles" / "1.md"
    path.write_text(path.read_text() + "More.\n")
    # once for its head, and once whole
    assert read_again(root, soon(), monkeypatch) == ["1.md", "1.md"]


def test_what_was_changed_a_moment_ago_is_not_yet_known_by_its_stamp(tmp_path, monkeypatch):
    root = small(tmp_path / "site")
    now = datetime.now(UTC)
    build(root, now)
    (root / "articles" / "1.md").touch()
    build(root, now)
    assert read_again(root, now, monkeypatch) == ["1.md"]


@pytest.mark.parametrize("ahead", [timedelta(days=-1), timedelta(days=-4000)])
def test_while_the_clock_is_wrong_what_is_touched_is_read_each_time(tmp_path, monkeypatch, ahead):
    root = small(tmp_path / "site")
    (root / "articles" / "1.md").touch()
    build(root, soon() + ahead)
    assert read_again(root, soon() + ahead, monkeypatch) == ["1.md"]


def test_a_build_works_where_the_cache_cannot_be_written(tmp_path):
    root = small(tmp_path / "site")
    source = open_source(config.load(root / "syndicate.toml"), soon())
    shutil.rmtree(root / ".cache")
    (root / ".cache").write_text("a file is in the way")
    assert [head.title for head in source.read().heads] == ["Number 0", "Number 1", "Number 2"]


def test_what_an_older_syndicate_remembered_counts_for_nothing(tmp_path, monkeypatch):
    root = small(tmp_path / "site")
    monkeypatch.setattr(program, "fingerprint", lambda: "another version")
    assert sorted(set(read_again(root, soon(), monkeypatch))) == ["0.md", "1.md", "2.md"]


def test_articles_due_later_come_without_any_file_being_changed(tmp_path):
    root = small(tmp_path / "site")
    path = root / "articles" / "later.md"
    path.write_text("---\ntitle: Later\ndate: 2099-01-01\n---\n\nAt last.\n")
    build(root, soon())
    assert b"Later" not in (root / "public/atom.xml").read_bytes()
    build(root, datetime(2099, 1, 2, tzinfo=UTC))
    assert b"Later" in (root / "public/atom.xml").read_bytes()
