"""On a real account: hands one test to oneself. Skipped unless a person asks for it.

    SYNDICATE_LIVE=~/my-site SYNDICATE_LIVE_TO=me@example.org pytest -m live tests/test_live.py

The site is one's own, with its provider and key; nothing but `providers` and `test` is run there.
"""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

SITE, TO = os.environ.get("SYNDICATE_LIVE", ""), os.environ.get("SYNDICATE_LIVE_TO", "")

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(
        not (SITE and TO), reason="SYNDICATE_LIVE and SYNDICATE_LIVE_TO are not set"
    ),
]


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "syndicate", *arguments],
        cwd=Path(SITE).expanduser(), capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_key_and_the_sender_work():
    config = tomllib.loads((Path(SITE).expanduser() / "syndicate.toml").read_text("utf-8"))
    for newsletter in config["newsletters"].values():
        checked = run("providers", newsletter.get("provider", "outbox"))
        assert checked.returncode == 0, checked.stderr


def test_a_marked_copy_is_taken():
    tested = run("test", TO)
    assert tested.returncode == 0, tested.stderr
