"""Console blocks of a page, run as they stand, at a real terminal.

A line that begins with `$ ` is typed; what follows is what the screen shows. Where a program asks,
what stands behind its question is the answer. A line `...` stands for any lines. What differs from
day to day (dates, times, hashes, weeks) is masked on both sides.
"""

import os
import pty
import re
import select
import time
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)
#: text that is typed after a command, up to a word
HERE = re.compile(r"<<'(\w+)'$")
#: an escape sequence of a terminal
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
MONTH = (
    "(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
)
DAY = "(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
MASKS = (
    (re.compile(rf"(?:{DAY},? )?\b\d{{1,2}} {MONTH}(?: \d{{4}})?\b"), "DAY"),
    (re.compile(r"\b\d{4}-\d\d-\d\d\b"), "DATE"),
    (re.compile(r"\b\d{4}-W\d\d\b"), "WEEK"),
    (re.compile(r"\b\d\d:\d\d(?::\d\d)?\b(?: (?:UTC|GMT|BST))?"), "TIME"),
    (re.compile(r"\b[0-9a-f]{6}\b"), "HASH"),
    (re.compile(r"[ \t]+"), " "),
)
#: a bar, which a real terminal takes away at the end
PROGRESS = re.compile("[━╸╺]{3}")
#: seconds of silence after which a program is taken to wait for an answer
QUIET = 0.3
PROMPT = "@@done "


@dataclass(frozen=True)
class Step:
    """One command of a block, and what the page says it shows."""

    command: str
    expected: tuple[str, ...]


def steps(page: str):
    """List the commands of all console blocks of a page, in order."""
    for block in BLOCK.findall(page):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, expected = part.partition("\n")
            if (typed := HERE.search(command)) is not None:
                # What is typed up to the word that ends it belongs to the command.
                inner, _, expected = expected.partition(f"\n{typed[1]}\n")
                command = f"{command}\n{inner}\n{typed[1]}"
            yield Step(command, tuple(expected.splitlines()))


def masked(text: str) -> str:
    """Mask what differs from day to day."""
    for pattern, name in MASKS:
        text = pattern.sub(name, text)
    return text.strip()


def same(expected, shown) -> bool:
    """Whether lines are as a page says, `...` standing for any of them."""
    pattern = "\n".join(
        "(?:.*\n)*?.*" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*")
        for line in map(masked, expected)
    )
    text = "\n".join(line for line in map(masked, shown) if line)
    return re.fullmatch(pattern, text) is not None


class Shell:
    """A shell at a terminal, in a folder of its own."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self._pid, self._terminal = pty.fork()
        if self._pid == 0:
            os.chdir(folder)
            os.execve("/bin/bash", ["bash", "--norc", "--noprofile"], env)
        self._read_until(lambda text: text.endswith(PROMPT), ())

    def run(self, step: Step, seconds: float = 60) -> list[str]:
        """Type a command, answer its questions as the page does, and give what it shows."""
        os.write(self._terminal, f"{step.command}\n".encode())
        text = self._read_until(lambda text: text.endswith(PROMPT), step.expected, seconds)
        lines = text.removesuffix(PROMPT).splitlines()[len(step.command.splitlines()) :]
        return [line for line in lines if not PROGRESS.search(line)]

    def close(self) -> None:
        """Leave the shell."""
        os.close(self._terminal)
        os.waitpid(self._pid, 0)

    def _read_until(self, done, expected, seconds: float = 60) -> str:
        text, heard, deadline = "", time.monotonic(), time.monotonic() + seconds
        answers = list(expected)
        while not done(text):
            assert time.monotonic() < deadline, f"nothing more came after:\n{text}"
            if select.select([self._terminal], [], [], 0.05)[0]:
                text += ESCAPE.sub("", os.read(self._terminal, 65536).decode()).replace(
                    "\r\n", "\n"
                )
                heard = time.monotonic()
            elif time.monotonic() - heard > QUIET:
                heard = time.monotonic()
                self._answer(text.rpartition("\n")[2], answers)
        return text

    def _answer(self, question: str, expected: list[str]) -> None:
        """Type what stands behind a question on the page."""
        asked = masked(question)
        for number, line in enumerate(expected):
            if asked and masked(line).startswith(asked):
                answer = masked(line)[len(asked) :].strip()
                os.write(self._terminal, f"{answer}\n".encode())
                del expected[: number + 1]
                return
