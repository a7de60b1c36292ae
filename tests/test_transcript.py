"""`syndicate send` at a real terminal: every question, typed answers, and Ctrl-C at each."""

import json
import os
import pty
import select
import signal
import sys
import time

import pytest

CTRL_C = "\x03"


def converse(site, *turns, arguments=("send",), timeout=120):
    """Type each answer once its question is on the screen; give the exit code and the screen."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(site.root)
        os.execv(sys.executable, [sys.executable, "-m", "syndicate", *arguments])
    screen, seen, left = "", 0, list(turns)
    deadline = time.monotonic() + timeout
    typed, typed_at = "", 0.0
    while time.monotonic() < deadline:
        if left and left[0][0] in screen[seen:]:
            seen = len(screen)
            typed, typed_at = left.pop(0)[1], time.monotonic()
            os.write(terminal, typed.encode())
        elif typed == CTRL_C and time.monotonic() > typed_at + 2:
            # Between the question and the reading of its answer Python may miss one.
            typed_at = time.monotonic()
            os.write(terminal, typed.encode())
        if not select.select([terminal], [], [], 0.05)[0]:
            continue
        try:
            chunk = os.read(terminal, 65536)
        except OSError:
            break
        if not chunk:
            break
        screen += chunk.decode()
    else:
        os.kill(pid, signal.SIGKILL)
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    assert "Traceback" not in screen, screen
    assert left == [], screen
    return os.waitstatus_to_exitcode(status), screen.replace("\r\n", "\n")


NUMBER = "Type the number of people"
#: what is asked on the way of an issue that has it all, with the answer that goes on
QUESTIONS = (
    ("Which newsletter?", "weekly\n"),
    ("Send an issue all the same?", "y\n"),
    ("Is it another article, to be mailed as new?", "y\n"),
    ("There is only 1 new article, and min_articles is 2. Send all the same?", "y\n"),
    ("1 send a test again and wait, 2 go on without, 3 stop", "1\n"),
    ("To which addresses?", "priya@small.example\n"),
    ("Seen it?", "y\n"),
    (NUMBER, "2\n"),
)


@pytest.fixture
def awkward(small_site):
    """A site at which one send asks everything there is to ask."""
    site = small_site
    path = site.path("syndicate.toml")
    path.write_text(
        path.read_text().replace("audience =", 'hold = "0"\naudience =')
        + '[newsletters.daily]\ntitle = "Daily"\nsender = "S <s@small.example>"\n'
        'audience = "people.csv"\n'
    )
    assert site.run("send", "weekly", "--yes").code == 0
    site.edit("syndicate.toml", "hold =", 'min_articles = 2\non_thin = "ask"\nhold =')
    # Gone, and one of the same day is there:
    site.path("articles/first.md").unlink()
    site.write("articles/other.md", "---\ntitle: Other\ndate: 2026-11-20\n---\n\nQuite new.\n")
    site.write("articles/tested.md", "---\ntitle: Seen\ndate: 2026-11-21\n---\n\nBy Priya.\n")
    assert site.run("test", "me@small.example", "--newsletter", "weekly").code == 0
    site.path("articles/tested.md").unlink()
    assert site.run("skip", "weekly", "--reason", "holiday").code == 0
    return site


def mailed(site):
    """Count what really went out: tests do not."""
    return [path for path in site.emails() if not path.parent.name.startswith("test-")]


def test_the_whole_conversation_ends_in_an_issue(awkward):
    before = mailed(awkward)
    code, screen = converse(awkward, *QUESTIONS)
    assert code == 0, screen
    assert "2 accepted = 2" in screen
    assert len(mailed(awkward)) == len(before) + 2
    shown = [
        *("holiday (said ", '"The first article" was mailed and is gone', "Issue 2 "),
        *("not tested since it changed", "Subject ", "From ", "To ", "(issue 1: 2)"),
        *("Provider ", "Goes out ", "1 article ", "This is no longer what was tested: "),
        *("Handed 1 test of issue 2", NUMBER, "2 accepted = 2"),
    ]
    places = [screen.find(text) for text in shown]
    assert -1 not in places, shown[places.index(-1)]
    assert places == sorted(places)


@pytest.mark.parametrize("asked", range(len(QUESTIONS)), ids=[one for one, _ in QUESTIONS])
def test_ctrl_c_at_any_question_sends_nothing(awkward, asked):
    before = mailed(awkward)
    issues = awkward.run("status", "--json").out
    code, screen = converse(awkward, *QUESTIONS[:asked], (QUESTIONS[asked][0], CTRL_C))
    assert code == 130, screen
    assert mailed(awkward) == before
    assert awkward.run("status", "--json").out == issues


def test_an_article_that_is_the_old_one_is_not_mailed_again(awkward):
    code, screen = converse(awkward, *QUESTIONS[:2], (QUESTIONS[2][0], "n\n"))
    assert code == 0, screen
    assert "There is nothing new" in screen
    assert "question" not in awkward.run("list", "--newsletter", "weekly", "--all", "--json").out
    assert "nothing new" in awkward.run("send", "daily", "--dry-run", "--baseline", "none").err


def test_a_machine_holds_what_is_in_question_and_says_so(small_site):
    assert small_site.run("send", "--yes").code == 0
    small_site.path("articles/first.md").unlink()
    small_site.write("articles/other.md", "---\ntitle: Other\ndate: 2026-11-20\n---\n\nNew.\n")
    small_site.write("articles/new.md", "---\ntitle: Cap\ndate: 2026-11-21\n---\n\nWool.\n")
    for command in ("build", "list", "build"):
        small_site.run(command)
    ended = small_site.run("send", "--yes", "--json")
    assert json.loads(ended.out)["articles"] == ["tag:small.example,2024:new"]
    assert 'Not mailed: articles/other.md, may be "The first article", renamed' in ended.err
    assert small_site.run("send", "--yes", "--include", "other").code == 0
    assert len(small_site.emails()) == 6


def test_a_week_left_out_stays_so_when_a_person_does_not_insist(awkward):
    code, screen = converse(awkward, QUESTIONS[0], (QUESTIONS[1][0], "n\n"))
    assert code == 0, screen
    assert NUMBER not in screen


def test_a_person_may_stop_instead_of_testing_again(awkward):
    stop = (QUESTIONS[4][0], "3\n")
    code, screen = converse(awkward, *QUESTIONS[:4], stop)
    assert code == 130
    assert "Nothing was sent" in screen
