from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.dates import DAYS, in_words, iso, iso_week, parse, parse_due

LONDON = ZoneInfo("Europe/London")
KATHMANDU = ZoneInfo("Asia/Kathmandu")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-20", "2026-11-20T00:00:00Z"),
        ("2026-06-20", "2026-06-19T23:00:00Z"),
        (" 2026-06-20 09:00 ", "2026-06-20T08:00:00Z"),
        ("2026-11-20T09:00:00+01:00", "2026-11-20T08:00:00Z"),
        ("2026-11-20 09:00:00 +0545", "2026-11-20T03:15:00Z"),
        ("2026-11-20t09:00z", "2026-11-20T09:00:00Z"),
        ("2026-11-20T09:00:00.999-05:00", "2026-11-20T14:00:00Z"),
        ("2024-02-29", "2024-02-29T00:00:00Z"),
    ],
)
def test_what_people_write_becomes_utc(text, expected):
    assert iso(parse(text, LONDON)) == expected


def test_a_date_alone_is_the_start_of_that_day_in_the_site_s_zone():
    assert parse("2026-11-20", KATHMANDU) == datetime(2026, 11, 19, 18, 15, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_is_the_hour_after():
    assert iso(parse("2026-03-29 01:30", LONDON)) == "2026-03-29T01:30:00Z"  # 02:30 in London


def test_a_time_that_comes_twice_is_the_first():
    assert iso(parse("2026-10-25 01:30", LONDON)) == "2026-10-25T00:30:00Z"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("20.11.26", 'is not a date: "20.11.26"'),
        ("", 'is not a date: ""'),
        ("2026-11", 'is not a date: "2026-11"'),
        ("yesterday\nor so", 'is not a date: "yesterday or so"'),
        ("\uff12\uff10\uff12\uff16-11-20", 'is not a date: "\uff12\uff10\uff12\uff16-11-20"'),
        ("2026-02-30", 'is a day that no calendar has: "2026-02-30"'),
        ("0000-01-01", 'is a day that no calendar has: "0000-01-01"'),
        ("2026-11-20 24:00", 'has no hour 24, the day ends at 23:59: "2026-11-20 24:00"'),
        ("2026-11-20 09:61", 'is not a time that a clock shows: "2026-11-20 09:61"'),
        ("2026-11-20 09:00+99:00", 'is not a time that a clock shows: "2026-11-20 09:00+99:00"'),
        ("9999-12-31", 'is not in the years 1900 to 2999: "9999-12-31"'),
        ("0001-01-01 00:00", 'is not in the years 1900 to 2999: "0001-01-01 00:00"'),
        ("3000-01-01", 'is not in the years 1900 to 2999: "3000-01-01"'),
        ("x" * 99, f'is not a date: "{"x" * 39}…"'),
    ],
)
def test_what_is_no_date_is_said_and_quoted(text, reason):
    with pytest.raises(ValueError, match=r"^(is|has) ") as raised:
        parse(text, LONDON)
    assert str(raised.value) == reason


@given(st.text(max_size=40))
def test_no_text_does_worse_than_being_no_date(text):
    try:
        assert parse(text, LONDON).tzinfo is UTC
    except ValueError as error:
        assert str(error).startswith(("is ", "has "))  # noqa: PT017 -- most texts are no date


@given(st.integers(-2_208_000_000, 32_503_000_000), st.sampled_from([LONDON, KATHMANDU]))
def test_a_written_time_reads_back_as_itself(seconds, zone):
    whole = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    assert parse(iso(whole), zone) == whole
    minute = whole.replace(second=0)
    local = minute.astimezone(zone)
    if local.utcoffset().seconds % 60 == 0:  # before 1920 zones had seconds, which ISO 8601 has not
        assert parse(local.isoformat(), LONDON) == minute


@pytest.mark.parametrize("text", ["1900-01-01 00:00+14:00", "2999-12-31 23:59-12:00"])
def test_the_first_and_the_last_time_there_are_can_be_seen_from_every_zone(text):
    for zone in (KATHMANDU, AUCKLAND, LOS_ANGELES):
        assert parse(text, LONDON).astimezone(zone).year in range(1899, 3001)


@pytest.mark.parametrize(
    ("when", "week"),
    [
        (datetime(2026, 11, 23, 9, tzinfo=UTC), "2026-W48"),
        (datetime(2026, 11, 22, 23, 30, tzinfo=UTC), "2026-W47"),
        (datetime(2027, 1, 1, tzinfo=UTC), "2026-W53"),
    ],
)
def test_an_issue_s_week_is_the_iso_week(when, week):
    assert iso_week(when, LONDON) == week


def test_the_week_turns_with_the_site_s_midnight():
    assert iso_week(datetime(2026, 11, 22, 18, 30, tzinfo=UTC), KATHMANDU) == "2026-W48"


AUCKLAND = ZoneInfo("Pacific/Auckland")
LOS_ANGELES = ZoneInfo("America/Los_Angeles")


@pytest.mark.parametrize(
    ("due", "now", "zone", "before", "after"),
    [
        ("Monday 09:30", "2026-11-23T09:30", LONDON, "2026-11-23T09:30", "2026-11-30T09:30"),
        ("Monday 09:30", "2026-11-23T09:29", LONDON, "2026-11-16T09:30", "2026-11-23T09:30"),
        # Monday begins in Auckland while it is Sunday in London and Los Angeles.
        ("Monday 09:30", "2026-11-22T20:30", AUCKLAND, "2026-11-22T20:30", "2026-11-29T20:30"),
        ("monday 9:30", "2026-11-22T20:30", LOS_ANGELES, "2026-11-16T17:30", "2026-11-23T17:30"),
        # Clocks go forward on 29 March 2026 in London: 01:30 does not exist and is 02:30.
        ("Sunday 01:30", "2026-03-29T12:00", LONDON, "2026-03-29T01:30", "2026-04-05T00:30"),
        ("Monday 09:30", "2026-03-27T12:00", LONDON, "2026-03-23T09:30", "2026-03-30T08:30"),
        # They go back on 25 October: 01:30 comes twice, and the first one is meant.
        ("Sunday 01:30", "2026-10-25T00:45", LONDON, "2026-10-25T00:30", "2026-11-01T01:30"),
        ("Sunday 01:30", "2026-10-25T01:30", LONDON, "2026-10-25T00:30", "2026-11-01T01:30"),
    ],
)
def test_a_due_time_is_on_the_clocks_of_the_site(due, now, zone, before, after):
    when = datetime.fromisoformat(f"{now}Z")
    assert parse_due(due).at_or_before(when, zone) == datetime.fromisoformat(f"{before}Z")
    assert parse_due(due).after(when, zone) == datetime.fromisoformat(f"{after}Z")


@given(
    st.sampled_from(DAYS),
    st.integers(0, 23),
    st.integers(0, 59),
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 -- the strategy adds the zone
    st.sampled_from([LONDON, KATHMANDU, AUCKLAND, LOS_ANGELES]),
)
def test_due_times_follow_one_another_and_none_is_left_out(day, hour, minute, now, zone):
    due = parse_due(f"{day} {hour:02}:{minute:02}")
    before, after = due.at_or_before(now, zone), due.after(now, zone)
    assert before <= now < after
    assert timedelta(days=6, hours=22) <= after - before <= timedelta(days=7, hours=2)
    assert due.after(before, zone) == after == due.at_or_before(after, zone)
    assert {one.astimezone(zone).weekday() for one in (before, after)} == {DAYS.index(day)}


@pytest.mark.parametrize("text", ["", "Monday", "Mon 09:30", "Monday 24:00", "Monday 09:60"])
def test_what_is_no_due_time_is_quoted(text):
    with pytest.raises(ValueError, match="is not a day of the week and a time"):
        parse_due(text)


def test_a_time_is_written_for_the_people_of_the_site():
    when = datetime(2026, 11, 22, 20, 5, tzinfo=UTC)
    assert in_words(when, AUCKLAND) == "Monday 23 November 2026, 09:05 Pacific/Auckland"
