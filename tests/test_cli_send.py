"""`syndicate send`, typed in a copy of this repository's own site."""

import email
import json
import os
import pty
import select
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from email.policy import default as policy

import pytest

from lying_server import ERROR_AFTER, MIXED, REFUSE, SHORT, TAKE, UNAUTHORISED, LyingServer


def test_one_command_makes_an_issue_and_hands_it_to_everybody_once(site):
    ended = site.run("send", "weekly", "--yes")
    assert ended.code == 0
    assert "9 accepted = 9" in ended.err
    to = [
        email.message_from_bytes(path.read_bytes(), policy=policy)["To"] for path in site.emails()
    ]
    addresses = [one.addresses[0].addr_spec for one in to]
    assert len(addresses) == len(set(addresses)) == 9


def test_the_second_time_there_is_nothing_new(site):
    site.run("send", "--yes")
    before = site.emails()
    ended = site.run("send", "--yes")
    assert ended.code == 0
    assert "nothing new" in ended.err
    assert site.emails() == before


def test_what_was_sent_can_be_read_in_the_browser_without_anything_personal(site):
    site.run("send", "--yes")
    (page,) = site.root.glob("public/issues/*/index.html")
    text = page.read_text("utf-8")
    assert "Kettle time" in text
    assert 'name="robots" content="noindex"' in text
    assert "unsubscribe" not in text.lower()
    assert "\ufdd0" not in text


def test_an_article_that_was_renamed_moved_and_retitled_is_not_mailed_again(small_site):
    small_site.edit("articles/first.md", "Hello there.", "Hello there, and good day. " * 20)
    small_site.run("send", "--yes")
    old = small_site.path("articles/first.md")
    text = old.read_text("utf-8").replace("The first article", "Quite another title")
    small_site.write("articles/2026/other-name.md", text.replace("2026-11-20", "2026-11-21"))
    old.unlink()
    ended = small_site.run("send", "--yes")
    assert ended.code == 0
    assert "nothing new" in ended.err


def test_a_new_article_makes_the_next_issue(small_site):
    small_site.run("send", "--yes")
    small_site.article()
    ended = small_site.run("send", "--yes", "--json")
    told = json.loads(ended.out)
    assert ended.code == 0
    assert told["number"] == 2
    assert told["issue"].endswith("-2")
    assert told["articles"] == ["tag:small.example,2024:new"]
    assert [told[key] for key in ("accepted", "refused", "in_doubt", "pending", "withdrawn")] == [
        2, 0, 0, 0, 0,
    ]  # fmt: skip


def test_a_dry_run_says_what_would_happen_and_touches_nothing(site):
    def everything():
        # The cache is no part of the site: it can be made again any time.
        return sorted(
            (str(path), path.stat().st_mtime_ns)
            for path in site.root.rglob("*")
            if ".cache" not in path.parts
        )

    before = everything()
    ended = site.run("send", "--dry-run")
    assert ended.code == 0
    assert "9 people" in ended.err
    assert "nothing was sent" in ended.err
    assert everything() == before


def test_without_a_terminal_and_without_yes_nothing_is_sent(site):
    ended = site.run("send", typed="9\n")
    assert ended.code == 2
    assert "nobody is here to confirm" in ended.err
    assert site.emails() == []
    assert json.loads(site.run("status", "--json").out) == {"issues": []}


def test_too_few_new_articles_are_skipped_on_the_record(small_site):
    small_site.edit("syndicate.toml", "audience =", "min_articles = 2\naudience =")
    ended = small_site.run("send", "--yes")
    assert ended.code == 0
    assert "Weekly" not in ended.out
    assert "skipped: 1 new article" in small_site.run("log").out
    assert small_site.emails() == []


def test_the_first_send_counts_what_the_baseline_says_as_mailed(site):
    ended = site.run("send", "--yes", "--baseline", "2026-11-15", "--json")
    assert [name.rpartition(":")[2] for name in json.loads(ended.out)["articles"]] == [
        "why-sitting-is-not-the-enemy",
        "kettle-time",
    ]


def test_a_baseline_of_none_waits_for_the_next_article(small_site):
    ended = small_site.run("send", "--yes", "--baseline", "none")
    assert ended.code == 0
    assert small_site.emails() == []
    small_site.article()
    assert small_site.run("send", "--yes").code == 0
    assert len(small_site.emails()) == 2


def test_a_baseline_on_an_existing_ledger_is_refused(small_site):
    small_site.run("send", "--yes")
    ended = small_site.run("send", "--yes", "--baseline", "all")
    assert ended.code == 2
    assert "no place here" in ended.err


def test_a_flood_of_new_articles_stops_a_machine(small_site):
    small_site.edit("syndicate.toml", "audience =", "max_articles = 1\naudience =")
    for number in range(4):
        small_site.article(f"a{number}", f"Article number {number}")
    ended = small_site.run("send", "--yes", "--baseline", "all")
    assert ended.code == 2
    assert "without --yes" in ended.err
    assert small_site.emails() == []


def test_a_broken_file_that_could_have_been_in_the_issue_stops_it(small_site):
    small_site.write("articles/broken.md", "---\ntitle: No date\n---\nText.\n")
    ended = small_site.run("send", "--yes")
    assert ended.code == 1
    assert "articles/broken.md" in ended.err
    assert small_site.emails() == []


def test_a_file_that_broke_after_it_was_mailed_stops_nothing(small_site):
    small_site.run("send", "--yes")
    small_site.write("articles/first.md", "---\ntitle: The first article\n---\nText.\n")
    small_site.article()
    assert small_site.run("send", "--yes").code == 0
    assert len(small_site.emails()) == 4


def test_a_missing_postal_address_stops_it(small_site):
    small_site.edit("syndicate.toml", 'address = "1 Street, Town"\n', "")
    ended = small_site.run("send", "--yes")
    assert ended.code == 1
    assert "postal address" in ended.err


def test_nothing_is_sent_when_publishing_fails_and_the_same_command_goes_on(small_site):
    small_site.edit("syndicate.toml", "[newsletters", 'publish = "exit 7"\n[newsletters')
    ended = small_site.run("send", "--yes")
    assert ended.code == 2
    assert "nothing was sent" in ended.err
    assert small_site.emails() == []
    small_site.edit("syndicate.toml", "exit 7", "test -d public/issues")
    ended = small_site.run("send", "--yes")
    assert ended.code == 0
    assert "Going on with it" in ended.err
    assert len(small_site.emails()) == 2


@pytest.fixture
def lying(small_site):
    with LyingServer() as server:
        server.serves(small_site, batch_size=1)
        small_site.begin()
        yield server


def test_a_first_send_to_a_real_server_needs_a_baseline(small_site):
    with LyingServer() as server:
        server.serves(small_site)
        ended = small_site.run("send", "--yes")
        assert ended.code == 2
        assert "--baseline all, none or a date" in ended.err
        assert server.taken == []
        assert small_site.run("send", "--yes", "--baseline", "all").code == 0
        assert len(server.taken) == 2


def test_a_refused_issue_stays_pending_and_the_same_command_goes_on(small_site, lying):
    lying.will(REFUSE)
    ended = small_site.run("send", "--yes")
    assert ended.code == 3
    assert "the subject is missing" in ended.err
    assert lying.taken == []
    assert small_site.run("send", "--yes").code == 0
    assert len(lying.taken) == 2
    assert lying.twice() == set()


def test_settings_that_changed_since_an_issue_was_frozen_are_said(small_site, lying):
    lying.will(UNAUTHORISED)
    small_site.edit("syndicate.toml", "batch_size", 'folder = "one"\nbatch_size')
    assert small_site.run("send", "--yes").code == 3
    # Before anybody was accepted it may be what had to be mended.
    small_site.edit("syndicate.toml", 'folder = "one"', 'folder = "two"')
    lying.will(TAKE, UNAUTHORISED)
    ended = small_site.run("send", "--yes")
    assert "[providers.outbox] changed" in ended.err
    assert "folder: one -> two" in ended.err
    assert len(lying.taken) == 1
    ended = small_site.run("send", "--yes")
    assert ended.code == 2
    assert "without --yes" in ended.err
    # How it is called is nobody's business.
    small_site.edit("syndicate.toml", 'folder = "two"', 'folder = "one"\npatience = "7s"')
    assert small_site.run("send", "--yes").code == 0
    assert len(lying.taken) == 2


def test_no_machine_goes_on_with_an_issue_that_is_days_old(small_site, lying):
    lying.will(TAKE, UNAUTHORISED)
    assert small_site.run("send", "--yes").code == 3
    with closing(sqlite3.connect(small_site.path("state/ledger.db"))) as db, db:
        db.execute("UPDATE issue SET frozen_at = '2026-01-01T00:00:00.000000+00:00'")
    ended = small_site.run("send", "--yes")
    assert ended.code == 5
    assert "for a person to say" in ended.err
    assert len(lying.taken) == 1
    code, _ = talk(small_site, b"1\n")
    assert code == 0
    assert len(lying.taken) == 2


def test_a_wrong_key_stops_the_run_and_loses_nobody(small_site, lying):
    lying.will(TAKE, UNAUTHORISED)
    assert small_site.run("send", "--yes").code == 3
    assert small_site.run("send", "--yes").code == 0
    assert len(lying.taken) == 2
    assert lying.twice() == set()


def test_what_cannot_be_known_is_in_doubt_and_a_person_settles_it(small_site, lying):
    lying.will(ERROR_AFTER)
    ended = small_site.run("send", "--yes", "--json")
    told = json.loads(ended.out)
    assert ended.code == told["exit"] == 4
    assert (told["accepted"], told["in_doubt"]) == (1, 1)
    assert "syndicate settle" in ended.err

    asked = small_site.run("settle")
    assert asked.code == 4
    name = f"{told['issue']}-b0001"
    assert name in asked.err
    assert "Find out with" not in asked.err
    assert small_site.run("settle", "--assume-accepted", name, "--yes").code == 0
    counts = json.loads(small_site.run("status", told["issue"], "--json").out)
    assert (counts["accepted"], counts["in_doubt"]) == (2, 0)
    assert small_site.run("send", "--yes").code == 0
    assert lying.twice() == set()


def test_a_batch_that_a_person_knows_was_not_taken_goes_again(small_site, lying):
    lying.will(*[ERROR_AFTER] * 2)
    lying.take = lambda *_: []
    assert small_site.run("send", "--yes").code == 4
    del lying.take
    assert small_site.run("settle", "--assume-refused", "all", "--yes").code == 0
    assert small_site.run("send", "--yes").code == 0
    assert len(lying.taken) == 2


def test_a_second_run_says_who_holds_the_ledger(small_site):
    code = (
        "import sys,time;from datetime import datetime,UTC;from pathlib import Path;"
        "from syndicate.ledger import hold\n"
        "with hold(Path('state/ledger.db'), by='priya@desk', now=datetime.now(UTC)):\n"
        "    print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=small_site.root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout.readline() == b"held\n"
        ended = small_site.run("send", "--yes")
        holder.stdin.close()
    assert ended.code == 5
    assert "priya@desk" in ended.err
    assert small_site.emails() == []


def talk(site, *answers, question=b"to stop"):
    """Type answers at a real terminal, each when its question is asked; give code and screen."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(site.root)
        os.execv(sys.executable, [sys.executable, "-m", "syndicate", "send"])
    screen, left, deadline = b"", list(answers), time.monotonic() + 120
    typed, typed_at = b"", 0.0
    while time.monotonic() < deadline:
        if not select.select([terminal], [], [], 0.1)[0]:
            if left and question in screen:
                answer = left.pop(0)
                typed, typed_at = answer() if callable(answer) else answer, time.monotonic()
                os.write(terminal, typed)
            elif typed == b"\x03" and time.monotonic() > typed_at + 2:
                # Between the question and the reading of its answer Python may miss one.
                typed_at = time.monotonic()
                os.write(terminal, typed)
            continue
        try:
            chunk = os.read(terminal, 4096)
        except OSError:
            break
        if not chunk:
            break
        screen += chunk
    else:
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), screen.decode()


def test_a_person_types_the_number_of_people_and_it_goes(small_site):
    code, screen = talk(small_site, b"2\n")
    assert code == 0
    assert "2 people" in screen
    assert "2 accepted = 2" in screen
    assert len(small_site.emails()) == 2


@pytest.mark.parametrize("answer", [b"\n", b"3\n", b"yes\n", b"\x03"])
def test_any_other_answer_stops_and_leaves_nothing_behind(small_site, answer):
    code, screen = talk(small_site, answer)
    assert code == 130
    assert "Nothing was sent" in screen
    assert small_site.emails() == []
    assert json.loads(small_site.run("status", "--json").out) == {"issues": []}
    assert not small_site.path("public").exists()


def test_an_issue_in_doubt_is_never_passed_over_in_silence(small_site, lying):
    lying.will(ERROR_AFTER)
    small_site.run("send", "--yes")
    ended = small_site.run("send", "--yes")
    assert "nothing new" in ended.err
    assert "still in doubt for 1 person" in ended.err
    assert ended.code == 4
    small_site.article()
    ended = small_site.run("send", "--yes")
    assert "2 accepted = 2" in ended.err
    assert ended.code == 4


def test_people_whom_an_answer_forgets_can_be_settled(small_site, lying):
    small_site.edit("syndicate.toml", "batch_size = 1", "batch_size = 2")
    lying.will(SHORT)
    ended = small_site.run("send", "--yes")
    assert ended.code == 4
    assert "1 accepted + 1 in doubt = 2" in ended.err
    asked = small_site.run("settle")
    assert "1 person in 1 batch is in doubt" in asked.err
    assert "does not speak of them" in asked.err
    settled = small_site.run("settle", "--assume-accepted", "all", "--yes")
    assert settled.code == 0
    assert "1 person in 1 batch is settled as accepted." in settled.err
    assert "2 accepted = 2." in settled.err
    assert small_site.run("send", "--yes").code == 0


def test_status_of_an_issue_names_lines_and_never_addresses(site):
    told = json.loads(site.run("send", "--yes", "--json").out)
    shown = site.run("status", told["issue"]).out
    assert "line 9: duplicate" in shown
    assert "line 10: invalid" in shown
    assert "line 11: suppressed" in shown
    assert "@example" not in shown


@pytest.mark.parametrize(("left", "words"), [(None, "is not there"), ("{}\n", "is empty")])
def test_lost_ids_stop_a_send_instead_of_mailing_again(small_site, left, words):
    small_site.run("send", "--yes")
    small_site.path("articles/first.md").rename(small_site.path("articles/other.md"))
    small_site.path("state/ids.json").unlink()
    if left is not None:
        small_site.write("state/ids.json", left)
    built = small_site.run("build")
    assert built.code == 0
    assert "Bring it back" in built.err
    for arguments in (("--yes",), ("--dry-run",)):
        ended = small_site.run("send", *arguments)
        assert ended.code == 2
        assert f"state/ids.json {words}" in ended.err
        assert "from git or a backup" in ended.err
    assert len(small_site.emails()) == 2
    code, screen = talk(small_site, b"n\n", question=b"go on without")
    assert code == 130
    assert words in screen


def test_ids_are_kept_before_an_issue_is_frozen(small_site):
    def put_in_the_way():
        small_site.path("state/ids.json").mkdir()
        return b"2\n"

    code, _ = talk(small_site, put_in_the_way)
    assert code == 2
    assert json.loads(small_site.run("status", "--json").out) == {"issues": []}


@pytest.mark.parametrize(
    ("lie", "code", "words"),
    [
        (MIXED, 3, "address 2 was refused: mailbox unknown"),
        (SHORT, 4, "nobody can know of address 2"),
        (ERROR_AFTER, 4, "may or may not have taken"),
        (REFUSE, 3, "the subject is missing"),
    ],
)
def test_a_test_that_was_not_taken_is_told_and_does_not_count(small_site, lying, lie, code, words):
    small_site.edit("syndicate.toml", "batch_size = 1", "batch_size = 9")
    lying.will(lie)
    ended = small_site.run("test", "me@example.org", "you@example.org")
    assert ended.code == code
    assert words in ended.err
    assert "settle" not in ended.err
    assert "example.org" not in ended.err
    assert "handed to" not in small_site.run("log").out
