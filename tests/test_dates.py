from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.dates import iso, iso_week, parse, parse_day

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
        ("9999-12-31 23:59-12:00", 'is not a time that a clock shows: "9999-12-31 23:59-12:00"'),
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


@given(st.integers(-11_000_000_000, 220_000_000_000), st.sampled_from([LONDON, KATHMANDU]))
def test_a_written_time_reads_back_as_itself(seconds, zone):
    whole = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    assert parse(iso(whole), zone) == whole
    minute = whole.replace(second=0)
    local = minute.astimezone(zone)
    if local.utcoffset().seconds % 60 == 0:  # before 1920 zones had seconds, which ISO 8601 has not
        assert parse(local.isoformat(), LONDON) == minute


def test_a_day_is_read_as_a_day():
    assert parse_day(" 2026-11-20 ") == date(2026, 11, 20)
    with pytest.raises(ValueError, match='is not a day: "2026-11-20 09:00"'):
        parse_day("2026-11-20 09:00")


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
