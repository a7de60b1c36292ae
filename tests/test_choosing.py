"""Which articles go into an issue, and why the others do not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.choosing import MOST_LINKS, Baseline, Past, choose
from syndicate.config import Newsletter
from syndicate.models import Head, Where

NEWEST = Baseline()
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ZONE = ZoneInfo("Europe/London")
WEEKLY = Newsletter(title="W", sender="W <w@example.org>", audience="a.csv", max_articles=2)


def head(name: str, days_ago: float = 1, **changes) -> Head:
    published = NOW - timedelta(days=days_ago)
    made = Head(
        id=f"tag:example.org,2024:{name}",
        slug=name,
        title=name.title(),
        url=f"https://example.org/{name}/",
        published=published,
        updated=published,
        authors=(),
        tags=(),
        description="",
        image=None,
        language="en",
        lead=False,
        email=True,
        feed=True,
        draft=False,
        body_hash="",
        where=Where(f"articles/{name}.md"),
    )
    return replace(made, **changes)


def chosen(heads, mailed=None, baseline=NEWEST, newsletter=WEEKLY):
    return choose(heads, newsletter, Past(mailed), baseline, zone=ZONE, now=NOW)


def names(heads):
    return [head.slug for head in heads]


def reasons(choice):
    return {left.head.slug: left.kind for left in choice.left_out}


def test_the_newest_come_first_and_the_newest_leads():
    choice = chosen([head("old", 3), head("new", 1)], mailed={})
    assert names(choice.articles) == ["new", "old"]


def test_an_article_that_asks_to_lead_leads():
    choice = chosen([head("old", 3, lead=True), head("new", 1)], mailed={})
    assert names(choice.articles) == ["old", "new"]


def test_an_article_added_late_with_an_old_date_is_in():
    choice = chosen([head("known", 1), head("late", 400)], mailed={head("known").id: "w-1"})
    assert names(choice.articles) == ["late"]
    assert reasons(choice) == {"known": "mailed"}


def test_every_other_article_has_its_one_reason():
    heads = [
        head("draft", draft=True),
        head("future", -2),
        head("web-only", email=False),
        head("mailed"),
        head("before"),
        head("tagged", tags=("internal",)),
    ]
    newsletter = msgspec.structs.replace(WEEKLY, exclude_tags=["internal"])
    mailed = {head("mailed").id: "weekly-2026-W47", head("before").id: ""}
    choice = chosen(heads, mailed=mailed, newsletter=newsletter)
    assert choice.articles == ()
    assert {left.head.slug: left.reason for left in choice.left_out} == {
        "draft": "draft",
        "future": "new on 2026-11-25 09:00",
        "web-only": "email: false",
        "mailed": "already in weekly-2026-W47",
        "before": "before the baseline: counts as mailed before",
        "tagged": 'excluded by its tag "internal"',
    }


def test_beyond_the_maximum_articles_stand_as_links_and_the_rest_waits():
    heads = [head(f"a{n:02}", n + 1) for n in range(2 + MOST_LINKS + 3)]
    choice = chosen(heads, mailed={})
    assert len(choice.articles) == 2
    assert len(choice.links) == MOST_LINKS
    assert set(reasons(choice).values()) == {"maximum"}
    assert choice.new == len(heads)


@pytest.mark.parametrize(
    ("baseline", "articles", "counted"),
    [
        (Baseline(), ["a", "b"], {"c", "d"}),
        (Baseline("all"), ["a", "b"], set()),
        (Baseline("none"), [], {"a", "b", "c", "d"}),
        (Baseline("since", date(2026, 11, 22)), ["a"], {"b", "c", "d"}),
    ],
)
def test_the_first_send_counts_what_the_baseline_says_as_mailed(baseline, articles, counted):
    heads = [head("a", 1), head("b", 2), head("c", 3), head("d", 4)]
    choice = chosen(heads, baseline=baseline)
    assert names(choice.articles) == articles
    assert {entry.rpartition(":")[2] for entry in choice.baseline} == counted


def test_a_newsletter_with_a_baseline_gets_no_second_one():
    assert chosen([head("a")], mailed={}, baseline=Baseline("none")).baseline is None


def test_the_baseline_holds_back_what_must_not_be_mailed_for_good():
    web_only = head("web-only", email=False)
    first = chosen([head("a"), web_only])
    later = replace(web_only, email=True)
    again = chosen([head("a"), later], mailed=dict.fromkeys(first.baseline, ""))
    assert reasons(again)["web-only"] == "baseline"


@given(
    st.lists(
        st.tuples(
            st.integers(-5, 50),
            st.booleans(),
            st.booleans(),
            st.booleans(),
            st.sampled_from(["new", "mailed", "baseline"]),
        ),
        max_size=30,
    ),
    st.integers(1, 4),
)
def test_every_article_is_in_the_issue_or_has_exactly_one_reason(rows, most):
    heads = [
        head(f"a{n}", days, draft=draft, email=email, lead=lead)
        for n, (days, draft, email, lead, _) in enumerate(rows)
    ]
    mailed = {
        entry.id: "w-1" if row[4] == "mailed" else ""
        for entry, row in zip(heads, rows, strict=True)
        if row[4] != "new"
    }
    choice = chosen(heads, mailed, newsletter=msgspec.structs.replace(WEEKLY, max_articles=most))
    inside = [*choice.articles, *choice.links]
    outside = [left.head for left in choice.left_out]
    assert sorted(entry.id for entry in inside + outside) == sorted(entry.id for entry in heads)
    assert not {entry.id for entry in inside} & mailed.keys()
    assert all(entry.published <= NOW and entry.email and not entry.draft for entry in inside)
