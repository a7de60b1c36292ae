"""How far a send is: a bar where somebody watches, and a line now and then where nobody does."""

import io

import pytest

from consoles import ESCAPE
from lying_server import LyingServer, throttle
from syndicate.cli.progress import Lines, Tempo, Waits, shown
from test_undo import to_server


class Screen(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("left", "seconds", "words"),
    [
        (90_000, 60, "10,000 a minute, about 9 minutes left"),
        (99_000, 600, "100 a minute, about 16 h 30 min left"),
        (58_630, 601, "4,100 a minute, about 14 minutes left"),
        (40_000, 20, "180,000 a minute, less than a minute left"),
        (99_999, 3600, "1 an hour, about 4,167 days left"),
        (0, 60, "100,000 a minute"),
        (100_000, 60, ""),
        (90_000, 4, ""),
    ],
)
def test_how_fast_it_goes_and_how_long_it_takes_is_said_as_people_say_it(left, seconds, words):
    assert Tempo(100_000, 1000.0).words(left, 1000.0 + seconds) == words


def test_where_nobody_watches_a_short_send_says_nothing():
    lines = Lines(1000, 0.0)
    assert [lines.add(10, second * 0.5) for second in range(1, 101)] == [""] * 100


def test_where_nobody_watches_a_line_comes_at_each_tenth_and_not_more_than_one_a_minute():
    # Twelve minutes in all: a tenth takes longer than a minute.
    lines = Lines(720, 0.0)
    said = {second: line for second in range(1, 721) if (line := lines.add(1, second))}
    assert list(said) == [72, 144, 216, 288, 360, 432, 504, 576, 648]
    assert said[360] == "Handed over: 360 of 720 recipients, 60 a minute, about 6 minutes left."
    # Five minutes: a tenth takes half a minute.
    lines = Lines(300, 0.0)
    assert [second for second in range(1, 301) if lines.add(1, second)] == [60, 120, 180, 240]


def test_where_nobody_watches_silence_lasts_ten_minutes_at_most():
    lines = Lines(86_400, 0.0)
    said = [second for second in range(1, 7201) if lines.add(1, second)]
    assert said == list(range(600, 7201, 600))


def test_the_lines_are_talk_and_no_data(capsys):
    clock = iter([0.0, 61.0, 62.0])
    with shown(100, "mailgun", io.StringIO(), lambda: next(clock)) as told:
        told.add(50)
        told.add(50)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == ("Handed over: 50 of 100 recipients, 49 a minute, about 1 minute left.\n")


def test_where_nobody_watches_a_wait_that_the_provider_asks_for_is_said_once():
    waits = Waits("mailgun")
    assert waits.line(4.0, 1.0) == ""
    # Eight calls were under way, and each is told so.
    said = [waits.line(150.0, 2.0 + number / 100) for number in range(8)]
    assert said == ["mailgun asks to wait 2 minutes 30 seconds. It goes on by itself."] + [""] * 7
    assert waits.line(150.0, 153.0) != ""


def test_of_many_short_waits_one_a_minute_is_said_and_a_long_one_at_once():
    waits = Waits("mailgun")
    said = [second for second in range(1, 200, 10) if waits.line(10.0, second)]
    assert said == [1, 61, 121, 181]
    assert waits.line(240.0, 191.0) != ""


def test_a_send_says_that_its_provider_asks_to_wait(small_site):
    with LyingServer() as server:
        to_server(small_site, server)
        server.will(throttle(6))
        ended = small_site.run("send", "--yes")
    assert ended.code == 0
    assert "outbox asks to wait 6 seconds. It goes on by itself." in ended.err


def test_a_bar_says_that_the_provider_asks_to_wait_until_it_goes_on(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    screen, clock = Screen(), iter([0.0, 60.0, 300.0])
    with shown(10_000, "mailgun", screen, lambda: next(clock)) as told:
        told.add(1000)
        told.wait(240.0)
    assert "mailgun asks to wait 4 minutes" in ESCAPE.sub("", screen.getvalue()).splitlines()[-1]


@pytest.mark.parametrize("columns", ["60", "80", "200"])
def test_a_bar_fits_the_screen_and_says_the_same(monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    screen, clock = Screen(), iter([0.0, 60.0, 120.0])
    with shown(1_000_000, "mailgun", screen, lambda: next(clock)) as told:
        told.add(4000)
        told.add(5000)
    last = ESCAPE.sub("", screen.getvalue()).splitlines()[-1].strip()
    assert last.startswith("Handing over 9,000 of 1,000,000")
    assert len(last) <= int(columns)
    if columns != "60":
        assert last.endswith("4,500 a minute, about 3 h 40 min left")
