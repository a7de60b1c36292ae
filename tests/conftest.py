"""What all tests share: a copy of this repository's own site, and the command line to run on it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

# Tests may import what lies beside them, such as `lying_server`.
sys.path.insert(0, str(Path(__file__).parent))

import warm

# What commands remember of ledgers stays out of the home of whoever runs the tests.
_REMEMBERED = tempfile.TemporaryDirectory(prefix="syndicate-tests-")
os.environ["SYNDICATE_STATE"] = _REMEMBERED.name

# A busy computer is no reason for a property to fail, and a run says the same each time. To look
# for examples that nobody has seen yet: pytest --hypothesis-profile=explore
settings.register_profile("house", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=3000)
settings.load_profile("house")

# A shell takes Ctrl-C from what it starts in the background, and from all that this starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

REPOSITORY = Path(__file__).parents[1]
#: what makes a site; everything else in the repository is Syndicate itself
SITE = ("syndicate.toml", "articles", "audience")


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Site:
    """A site in a folder of its own, and the commands typed in it."""

    root: Path

    def run(self, *arguments, typed="", env=None, timeout=60):
        words = [str(word) for word in arguments]
        env = {**os.environ, **(env or {})}
        if warm.fits(env):
            ended = Ended(*warm.run(words, self.root, env, typed, timeout))
        else:
            ended = self._start(words, env, typed, timeout)
        assert "Traceback" not in ended.err, ended.err
        return ended

    def _start(self, words, env, typed, timeout):
        done = subprocess.run(
            [sys.executable, "-m", "syndicate", *words],
            cwd=self.root,
            input=typed,
            env=env,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def path(self, name):
        return self.root / name

    def edit(self, name, old, new):
        path = self.root / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def article(self, name="new", title="A new article", date="2026-11-21", extra=""):
        self.write(
            f"articles/{name}.md",
            f"---\ntitle: {title}\ndate: {date}\n{extra}---\n\nHello there.\n",
        )

    def begin(self):
        """Start the newsletter with every article new, as `--yes` needs with a real server."""
        self.path("articles").rename(self.path("held"))
        self.path("articles").mkdir()
        self.run("send", "--yes", "--baseline", "none")
        self.path("articles").rmdir()
        self.path("held").rename(self.path("articles"))

    def emails(self):
        return sorted(self.root.glob("outbox/*/*.eml"))


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server of our own; without one these tests are skipped, and say so."""
    from postgres import NoServer, Postgres  # noqa: PLC0415 -- lies beside the tests

    try:
        server = Postgres()
    except NoServer as why:
        pytest.skip(f"NOT TESTED ON POSTGRESQL: {why}")
    with server:
        yield server


@pytest.fixture
def site(tmp_path):
    """A copy of this repository's own site."""
    for name in SITE:
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name)
        else:
            shutil.copy(source, tmp_path / name)
    return Site(tmp_path)


@pytest.fixture
def small_site(tmp_path):
    """The smallest site: one article, two people."""
    site = Site(tmp_path)
    site.write(
        "syndicate.toml",
        '[site]\ntitle = "Small"\nurl = "https://small.example/"\naddress = "1 Street, Town"\n'
        '[newsletters.weekly]\ntitle = "Small Weekly"\nsender = "Small <hello@small.example>"\n'
        'audience = "people.csv"\n',
    )
    site.write("people.csv", "email,name\nann@example.com,Ann\nbob@example.com,Bob\n")
    site.article("first", "The first article", "2026-11-20")
    return site
