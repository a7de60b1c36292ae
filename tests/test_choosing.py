"""Which articles go into an issue, and why the others do not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.choosing import MOST_LINKS, choose
from syndicate.cli.wishes import find
from syndicate.config import Newsletter
from syndicate.errors import ConfigError
from syndicate.models import Baseline, Counts, Head, Identity, Issue, Past, Question, Where, Wishes

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
    return msgspec.structs.replace(made, **changes)


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
    later = msgspec.structs.replace(web_only, email=True)
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


def wished(heads, mailed=None, newsletter=WEEKLY, issues=None, **wishes):
    past = Past(mailed or {}, issues or {})
    return choose(heads, newsletter, past, NEWEST, Wishes(**wishes), zone=ZONE, now=NOW)


def an_issue(frozen_days_ago: float, number: int = 1) -> Issue:
    frozen = NOW - timedelta(days=frozen_days_ago)
    return Issue("w-1", number, "weekly", "outbox", "", "", (), frozen, Counts())


def test_a_person_s_lead_goes_before_that_of_an_article_and_before_the_maximum():
    heads = [head("a", 1), head("b", 2, lead=True), head("c", 3)]
    assert names(wished(heads, lead=heads[2].id).articles) == ["c", "a"]


def test_what_is_not_in_the_issue_cannot_lead_it():
    old = head("old", 2)
    with pytest.raises(ConfigError, match=r'--lead "Old".* already in w-1\. Add --include'):
        wished([head("a"), old], {old.id: "w-1"}, lead=old.id)


def test_an_article_goes_again_when_a_person_says_so_and_takes_its_place_by_date():
    heads = [head("a", 1), head("b", 2), head("old", 3)]
    choice = wished(heads, {heads[2].id: "w-1"}, include=(heads[2].id,))
    assert names(choice.articles) == ["a", "old"]
    assert names(choice.links) == ["b"]
    assert choice.updated == frozenset()


def test_what_changed_since_its_last_mailing_is_labelled_as_updated():
    old = head("old", 9, updated=NOW - timedelta(days=1))
    mailed = {old.id: "w-1"}
    choice = wished([old], mailed, issues={"w-1": an_issue(2)}, include=(old.id,))
    assert choice.updated == {old.id}
    choice = wished([old], mailed, issues={"w-1": an_issue(0.5)}, include=(old.id,))
    assert choice.updated == frozenset()


def test_all_that_a_person_wants_is_in_whatever_the_maximum():
    heads = [head(f"a{n}", n + 1) for n in range(4)]
    choice = wished(heads, include=tuple(one.id for one in heads[1:]))
    assert names(choice.articles) == ["a1", "a2", "a3"]
    assert names(choice.links) == ["a0"]


def test_an_article_that_is_held_is_new_next_time():
    heads = [head("a", 1), head("b", 2)]
    choice = wished(heads, exclude=(heads[0].id,))
    assert names(choice.articles) == ["b"]
    assert [(left.kind, left.reason) for left in choice.left_out] == [
        ("held", "held by --exclude; new next time")
    ]
    first = choose(heads, WEEKLY, Past(None), NEWEST, Wishes(exclude=(heads[0].id,)),
                   zone=ZONE, now=NOW)  # fmt: skip
    assert heads[0].id not in first.baseline


KETTLE = {"title": "Kettle time", "body_hash": "a1"}


def test_a_copy_of_a_file_whose_article_was_mailed_is_not_mailed():
    kettle = head("kettle", **KETTLE)
    choice = chosen([kettle, head("kettle-copy", **KETTLE)], mailed={kettle.id: "w-1"})
    assert names(choice.articles) == []
    assert {left.head.slug: left.reason for left in choice.left_out} == {
        "kettle": "already in w-1",
        "kettle-copy": "copied from articles/kettle.md",
    }


@pytest.mark.parametrize("here", [True, False])
def test_a_copy_is_not_mailed_though_the_original_was_edited_or_is_gone(here):
    kettle, copy = head("kettle", **KETTLE), head("kettle-copy", **KETTLE)
    edited = [head("kettle", title="Kettle time", body_hash="b2")] if here else []
    known = {copy.where.path: Identity(copy.id, copy.slug, "a1", copy=kettle.id)}
    past = Past({kettle.id: "w-1"}, remembered=known)
    choice = choose([*edited, copy], WEEKLY, past, NEWEST, zone=ZONE, now=NOW)
    where = "articles/kettle.md" if here else "an article that is gone"
    assert [left.reason for left in choice.left_out][-1] == f"copied from {where}"
    assert names(choice.articles) == []


@pytest.mark.parametrize("copy", ["kettle-1", "copy-of-kettle"])
@pytest.mark.parametrize("mailed", [None, {}])
def test_of_a_new_article_and_its_copy_one_is_in_the_issue(copy, mailed):
    choice = chosen([head(copy, **KETTLE), head("kettle", **KETTLE)], mailed)
    assert names((*choice.articles, *choice.links)) == ["kettle"]
    assert reasons(choice) == {copy: "copy"}


def test_a_copy_takes_the_place_of_no_article_in_a_first_issue():
    kettle, copy, other = head("kettle", 1, **KETTLE), head("kettle-1", 1, **KETTLE), head("b", 2)
    choice = chosen([kettle, copy, other])
    assert names(choice.articles) == ["kettle", "b"]
    assert (reasons(choice), choice.baseline) == ({"kettle-1": "copy"}, ())


@pytest.mark.parametrize("change", [{"title": "Tea time"}, {"body_hash": "b2"}, {"days_ago": 8}])
def test_an_article_that_says_or_dates_anything_else_is_no_copy(change):
    kettle = head("kettle", **KETTLE)
    other = head("other", **{**KETTLE, **change})
    assert names(chosen([kettle, other], mailed={kettle.id: "w-1"}).articles) == ["other"]


def test_a_copy_goes_where_the_other_may_not_go_or_a_person_wants_it():
    draft = head("kettle", draft=True, **KETTLE)
    other = head("other", **KETTLE)
    assert names(chosen([draft, other], mailed={}).articles) == ["other"]
    kettle = head("kettle", **KETTLE)
    wanted = wished([kettle, other], mailed={kettle.id: "w-1"}, include=(other.id,))
    assert names(wanted.articles) == ["other"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"draft": True}, "draft"), ({"email": False}, "email: false"), ({}, "new on 2026-11-25")],
)
def test_what_may_not_be_mailed_cannot_be_included(changes, reason):
    article = head("x", 1 if changes else -2, **changes)
    with pytest.raises(ConfigError, match=reason):
        wished([article], include=(article.id,))


def test_nothing_is_both_held_and_included():
    article = head("x")
    with pytest.raises(ConfigError, match="held by --exclude"):
        wished([article], include=(article.id,), exclude=(article.id,))


def test_sections_stand_in_the_order_of_the_configuration_and_the_rest_last():
    heads = [
        head("lead", 1, tags=("work",)),
        head("other", 2),
        head("work", 3, tags=("Work", "sleep")),
        head("sleep", 4, tags=("sleep",)),
    ]
    newsletter = msgspec.structs.replace(WEEKLY, max_articles=8, sections=["sleep", "work", "x"])
    choice = wished(heads, newsletter=newsletter)
    assert names(choice.articles) == ["lead", "work", "sleep", "other"]
    assert [(tag, names(group)) for tag, group in choice.sections] == [
        ("sleep", ["work", "sleep"]),
        ("", ["other"]),
    ]


def test_an_issue_that_carried_an_article_is_named_by_its_number_and_day():
    old = head("old", 9)
    choice = wished([old], {old.id: "w-1"}, issues={"w-1": an_issue(3, 11)})
    assert [left.reason for left in choice.left_out] == ["already in issue 11 (2026-11-20)"]


def test_what_was_mailed_stays_so_whatever_clocks_and_dates_say():
    article = head("old", -400, draft=True, email=False)
    assert reasons(wished([article], {article.id: "w-1"})) == {"old": "mailed"}


def test_an_article_in_question_waits_only_where_the_other_was_mailed():
    article = head("new")
    past = Past({"gone": "w-1"}, {}, {article.id: (Question("p", "gone", "Gone", reused=False),)})
    choice = choose([article], WEEKLY, past, NEWEST, zone=ZONE, now=NOW)
    assert [left.reason for left in choice.left_out] == [
        'may be "Gone", renamed and rewritten: send asks'
    ]
    elsewhere = replace(past, mailed={})
    assert choose([article], WEEKLY, elsewhere, NEWEST, zone=ZONE, now=NOW).left_out == ()


@pytest.mark.parametrize(
    "typed", ["tag:example.org,2024:kettle-time", "KETTLE-TIME", "kett", "Kettle Time",
              "articles/kettle-time.md", "kettle-time.md", "time"],
)  # fmt: skip
def test_an_article_is_found_by_its_id_file_title_or_a_part(typed):
    heads = [head("kettle-time", title="Kettle time"), head("pillow"), head("kitten")]
    assert find("--lead", typed, heads) == heads[0]


def test_what_fits_several_or_none_is_said_with_the_nearest():
    heads = [head("kettle-time", title="Kettle time"), head("kettle-black")]
    with pytest.raises(ConfigError, match=r'"kettle" fits several: "Kettle time"'):
        find("--lead", "kettle", heads)
    with pytest.raises(ConfigError, match=r'Did you mean "Kettle time" \(kettle-time\)\?'):
        find("--lead", "ketle-tme", heads)
    with pytest.raises(ConfigError, match=r"See: syndicate list --all"):
        find("--lead", "", heads)
