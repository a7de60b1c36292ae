"""New means never mailed: whatever people do to their files, and whenever they send."""

import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syndicate.choosing import choose
from syndicate.config import Newsletter
from syndicate.models import Baseline, Past, Wishes
from syndicate.sources import identities
from syndicate.sources.folder import Folder

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
WORDS = (
    *("stretching", "shoulder", "kettlebell", "doorframe", "breathing", "strengthening"),
    *("comfortable", "everything", "walking", "standing", "physiotherapist", "appointment"),
    *("mattress", "pillowcase", "headphones", "neighbours"),
)


class Desk:
    """A folder of articles that people work on, and what was mailed of it."""

    def __init__(self, root: Path, most: int, zone: str) -> None:
        self.root, self.zone = root, ZoneInfo(zone)
        self.newsletter = Newsletter(title="W", sender="w", audience="a", max_articles=most)
        self.files: dict[str, dict[str, str]] = {}
        self.made = 0
        self.now = START
        self.known: dict[str, object] = {}
        self.mailed: dict[str, str] | None = None
        self.times: Counter[str] = Counter()
        self.again: Counter[str] = Counter()
        (root / "articles").mkdir()

    def write(self) -> None:
        for old in (self.root / "articles").iterdir():
            old.unlink()
        for name, file in self.files.items():
            text = (
                f"---\ntitle: {file['title']}\ndate: {file['date']}\ndraft: {file['draft']}\n---\n"
            )
            (self.root / f"articles/{name}.md").write_text(f"{text}\n{file['body']}\n")

    def read(self):
        self.write()
        reading = Folder(
            self.root, "articles", site_url="https://s.example/", zone=self.zone, author="",
            language="en", authority="s.example", since=2024, known=self.known,
        ).read()  # fmt: skip
        assert reading.findings == ()
        self.known = dict(reading.ids)
        return reading

    def choice(self, wishes=None):
        reading = self.read()
        past = Past(self.mailed, {}, reading.questions, remembered=reading.ids)
        choice = choose(
            reading.heads, self.newsletter, past, Baseline("all"), wishes or Wishes(),
            zone=self.zone, now=self.now,
        )  # fmt: skip
        inside = [head.id for head in (*choice.articles, *choice.links)]
        outside = [left.head.id for left in choice.left_out]
        assert sorted(inside + outside) == sorted(head.id for head in reading.heads)
        return choice

    def send(self, *, again: bool) -> None:
        wishes = Wishes()
        if again and self.mailed:
            ready = [left.head for left in self.choice().left_out if left.kind == "mailed"]
            wishes = Wishes(include=tuple(head.id for head in ready if not head.draft)[:1])
            due = {head.id for head in ready if head.published <= self.now}
            wishes = wishes if set(wishes.include) <= due else Wishes()
        choice = self.choice(wishes)
        self.mailed = self.mailed or {}
        for head in (*choice.articles, *choice.links):
            who = self.files[Path(head.where.path).stem]["who"]
            self.times[who] += 1
            self.again[who] += head.id in wishes.include
            self.mailed[head.id] = f"issue at {self.now}"
        self.known = identities.settled(self.known, (*choice.articles, *choice.links))


CHANGES = frozenset({"edit", "rewrite", "retitle", "redate", "rename and rewrite"})


def steps():
    pick = st.integers(0, 5)
    return st.lists(
        st.one_of(
            st.tuples(st.just("add"), st.integers(-400, 3)),
            st.tuples(st.just("edit"), pick),
            st.tuples(st.just("rewrite"), pick),
            st.tuples(st.just("retitle"), pick),
            st.tuples(st.just("redate"), pick),
            st.tuples(st.just("rename"), pick),
            st.tuples(st.just("rename and rewrite"), pick),
            st.tuples(st.just("reuse"), pick),
            st.tuples(st.just("draft"), pick),
            st.tuples(st.just("copy"), pick),
            st.tuples(st.just("remove"), pick),
            st.tuples(st.just("build"), pick),
            st.tuples(st.just("send"), pick),
            st.tuples(st.just("send again"), pick),
            st.tuples(st.just("wait"), pick),
        ),
        min_size=4,
        max_size=30,
    ).map(lambda todo: [("add", -9), ("add", -2), ("send", 0), *todo, ("send", 0)])


def another(desk: Desk, days: int) -> dict[str, str]:
    desk.made += 1
    picked = " ".join(WORDS[(desk.made * 3 + n) % len(WORDS)] for n in range(9))
    return {
        "who": str(desk.made),
        "key": str(desk.made),
        "of": "",
        "title": f"Number {desk.made}",
        "date": f"{desk.now + timedelta(days=days):%Y-%m-%d}",
        "body": f"Text {desk.made}. {picked}",
        "draft": "false",
    }


def do(desk: Desk, step: str, number: int) -> None:  # noqa: C901, PLR0912 -- what people do
    names = sorted(desk.files)
    if step == "add":
        file = another(desk, number)
        desk.files[f"a{desk.made}"] = file
    elif step == "wait":
        desk.now += timedelta(days=number)
    elif step == "build":
        desk.read()
    elif step.startswith("send"):
        desk.send(again=step == "send again")
    elif names:
        name = names[number % len(names)]
        file = desk.files[name]
        if step in CHANGES and file["of"] in {one["key"] for one in desk.files.values()}:
            # Copied as a start for another article: what it is from now on is nobody else.
            desk.made += 1
            file |= {"who": str(desk.made), "of": ""}
        if step == "edit":
            file["body"] += f" More on day {desk.now:%j}."
        elif step == "rewrite":
            file["body"] = f"Completely new in {len(file['body'])} letters."
        elif step == "retitle":
            file["title"] = f"{file['title']} anew"
        elif step == "redate":
            file["date"] = f"{desk.now - timedelta(days=number):%Y-%m-%d}"
        elif step == "draft":
            file["draft"] = "true" if file["draft"] == "false" else "false"
        elif step == "rename":
            # A rename together with a full rewrite is the one thing that no program can see.
            desk.read()
            desk.files[f"{name}x"] = desk.files.pop(name)
            desk.read()
        elif step == "rename and rewrite":
            # All but the title and the day: held until a person says that it is new.
            desk.read()
            desk.files[f"{name}y"] = desk.files.pop(name) | {"body": "Completely new."}
            desk.read()
        elif step == "copy" and not file["of"]:
            desk.made += 1
            whose = {"key": str(desk.made), "of": file["key"]}
            desk.files[f"{name}-copy{desk.made}"] = file | whose
            desk.read()
        elif step == "remove":
            del desk.files[name]
            desk.read()
        elif step == "reuse":
            desk.read()
            desk.files[name] = another(desk, number) | {"key": file["key"]}
            desk.read()


@settings(max_examples=60)
@given(steps(), st.integers(1, 3), st.sampled_from(["Pacific/Auckland", "America/Los_Angeles"]))
def test_each_article_is_mailed_at_most_once_unless_somebody_says_so(todo, most, zone):
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder), most, zone)
        for step, number in todo:
            do(desk, step, number)
        desk.choice()
        assert all(times - desk.again[who] <= 1 for who, times in desk.times.items())


@settings(max_examples=40)
@given(steps(), st.integers(1, 3))
def test_what_is_in_question_is_asked_about_until_it_is_answered(todo, most):
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder), most, "Europe/London")
        for step, number in todo:
            do(desk, step, number)
            before = {left.head.id for left in desk.choice().left_out if left.kind == "question"}
            again = {left.head.id for left in desk.choice().left_out if left.kind == "question"}
            assert before == again


def test_an_article_is_new_on_its_day_in_the_zone_of_the_site(tmp_path):
    seen = {}
    for zone in ("Pacific/Auckland", "America/Los_Angeles"):
        root = tmp_path / zone.replace("/", "-")
        root.mkdir()
        desk = Desk(root, 8, zone)
        # In Auckland Monday began half an hour ago; in Los Angeles it is Sunday morning.
        desk.now = datetime(2026, 11, 22, 11, 30, tzinfo=UTC)
        do(desk, "add", 0)
        desk.files["a1"]["date"] = "2026-11-23"
        choice = desk.choice()
        seen[zone] = [left.reason for left in choice.left_out], len(choice.articles)
    assert seen == {
        "Pacific/Auckland": ([], 1),
        "America/Los_Angeles": (["new on 2026-11-23 00:00"], 0),
    }


@pytest.mark.parametrize("given", ["", "id: tag:s.example,2024:mine"])
def test_a_copy_is_not_mailed_once_its_original_is_gone(tmp_path, given):
    desk = Desk(tmp_path, 3, "Europe/London")
    do(desk, "add", -1)
    desk.files["a1"]["draft"] = f"false\n{given}"
    do(desk, "send", 0)
    desk.files["a1-copy"] = desk.files["a1"] | {"draft": "false"}
    do(desk, "build", 0)
    del desk.files["a1"]
    reason = "copied from articles/a1.md, which is gone"
    assert [left.reason for left in desk.choice().left_out] == [reason]
    desk.files["a1-copy"]["body"] += " A typo less."
    assert [left.kind for left in desk.choice().left_out] == ["question"]
