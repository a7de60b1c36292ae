"""Work that is shared among processors comes to the same as work that is not."""

import errno
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syndicate import processors

SYNDICATE = str(Path(sys.executable).parent / "syndicate")
HERE = os.getpid()

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="NOT TESTED: only Linux shares work among processors"
)


@pytest.fixture(autouse=True)
def three_processors(monkeypatch):
    monkeypatch.setattr(processors, "_processors", lambda: 3)


def doubled(numbers):
    return [2 * number for number in numbers]


def flat(shares):
    return [one for share in shares for one in share]


@settings(max_examples=25)
@given(st.lists(st.integers(0, 9), max_size=40), st.integers(1, 12))
def test_results_come_in_the_order_of_what_they_were_made_of(numbers, least):
    shares = processors.spread(doubled, numbers, list[int], least=least)
    assert flat(shares) == doubled(numbers)
    assert len(shares) == min(3, max(1, len(numbers) // least))


def test_copies_of_the_process_do_their_share():
    shares = processors.spread(lambda _: os.getpid(), range(30), int, least=10)
    assert shares[0] == HERE
    assert len(set(shares)) == 3


def test_a_result_may_be_larger_than_a_pipe_holds():
    shares = processors.spread(lambda part: "x" * 10**6 * len(part), range(3), str, least=1)
    assert [len(text) for text in shares] == [10**6] * 3


def test_the_share_of_a_copy_that_was_killed_is_done_all_the_same():
    def work(numbers):
        if os.getpid() != HERE:
            os.kill(os.getpid(), signal.SIGKILL)
        return doubled(numbers)

    assert flat(processors.spread(work, range(9), list[int], least=3)) == doubled(range(9))


@pytest.mark.parametrize("room", [0, 1])
def test_work_is_done_where_there_is_no_room_for_more_processes(monkeypatch, room):
    copy, left = os.fork, [None] * room

    def fork():
        if not left:
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        left.pop()
        return copy()

    monkeypatch.setattr(os, "fork", fork)
    files = len(list(Path("/proc/self/fd").iterdir()))
    assert flat(processors.spread(doubled, range(9), list[int], least=3)) == doubled(range(9))
    assert len(list(Path("/proc/self/fd").iterdir())) == files


def test_what_goes_wrong_in_a_copy_is_raised_as_if_there_was_none():
    def work(numbers):
        if 8 in numbers:
            raise ValueError("eight")
        return doubled(numbers)

    with pytest.raises(ValueError, match="eight"):
        processors.spread(work, range(9), list[int], least=3)


def test_copies_end_when_the_work_is_interrupted(monkeypatch):
    """As by Ctrl-C, which may come to this process alone."""
    made, fork = [], os.fork

    def watched():
        made.append(fork())
        return made[-1]

    monkeypatch.setattr(os, "fork", watched)

    def work(_numbers):
        if os.getpid() == HERE:
            raise KeyboardInterrupt
        signal.pause()

    with pytest.raises(KeyboardInterrupt):
        processors.spread(work, range(9), list[int], least=3)
    assert made
    for number in made:
        with pytest.raises(ChildProcessError):
            os.waitpid(number, os.WNOHANG)


def test_processes_with_other_threads_are_not_copied(monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(processors.threading, "active_count", lambda: 2)
    assert processors._processors() == 1  # noqa: SLF001


def test_the_next_is_made_while_one_waits_for_the_disk():
    begun, threads = threading.Event(), threading.active_count()

    def items():
        yield 0
        begun.set()
        yield from range(1, 9)

    def work(number):
        assert begun.wait(60)
        return 2 * number

    assert list(processors.behind(work, items())) == doubled(range(9))
    assert threading.active_count() <= threads


def test_what_goes_wrong_while_the_next_is_made_is_raised():
    done = []

    def work(number):
        if number == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        done.append(number)
        return number

    with pytest.raises(OSError, match="No space"):
        list(processors.behind(work, range(100)))
    assert {0, 1, 2} <= set(done)
    assert len(done) < 3 + 2 * processors.WAITING


BODIES = (
    "Some words and ![a desk](desk.png).\n",
    "> " * 120 + "too deep\n",
    "<b>More</b> words, [linked](https://b.example/), and of some length.\n" * 9,
)


def many_articles(root):
    """A site on which hundreds of feeds are built, from articles some of which are broken."""
    (root / "articles" / "sub").mkdir(parents=True)
    (root / "syndicate.toml").write_text(
        '[site]\ntitle = "Many"\nurl = "https://m.example/"\n[feeds]\nlimit = 4\n', "utf-8"
    )
    for number in range(1300):
        title = "[broken" if number % 97 == 0 else f"Number {number}"
        (root / "articles" / ("sub" if number % 2 else "") / f"a{number:04}.md").write_text(
            f"---\ntitle: {title}\ndate: 2024-01-01 {number % 24:02}:{number % 60:02}\n"
            f"tags: [t{number % 70}, u{number % 51}]\nimage: desk.png\n---\n{BODIES[number % 3]}",
            "utf-8",
        )
    (root / "articles" / "desk.png").write_bytes(b"no picture")


def built(root, limit):
    done = subprocess.run(
        [SYNDICATE, "build", "--json"],
        cwd=root,
        capture_output=True,
        check=False,
        preexec_fn=lambda: os.sched_setaffinity(0, limit),
    )
    files = sorted(path for path in root.rglob("*") if path.is_file() and ".cache" not in str(path))
    written = {str(path.relative_to(root)): path.read_bytes() for path in files}
    return done.returncode, json.loads(done.stdout), written


def test_a_large_site_is_built_the_same_by_one_processor_and_by_several(tmp_path):
    everywhere = os.sched_getaffinity(0)
    if len(everywhere) < 2:
        pytest.skip("NOT TESTED: this computer has one processor")
    alone, together = tmp_path / "alone", tmp_path / "together"
    many_articles(alone)
    many_articles(together)
    expected = built(alone, {min(everywhere)})
    assert expected[0] == 1
    assert len(expected[1]["new"]) == 3 * 122 + 3
    assert built(together, everywhere) == expected
    # And again with what each remembers.
    assert built(together, everywhere) == built(alone, {min(everywhere)})
