"""A real browser for the tests: Debian's chromium, started once, driven by Playwright."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass

import pytest

CHROMIUM = shutil.which("chromium")
SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NEEDS = pytest.mark.skipif(
    CHROMIUM is None,
    reason="NOT RUN: there is no chromium here, so nothing looked at the preview in a browser. "
    "Install Debian's package: make browser",
)


@contextlib.contextmanager
def started():
    """Start the browser."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- only where it is used

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(SWITCHES), headless=True
        )
        yield browser
        browser.close()


@dataclass(frozen=True)
class Served:
    """A preview that is open."""

    address: str
    process: subprocess.Popen

    @property
    def host(self):
        return self.address.removeprefix("http://").rstrip("/")


@contextlib.contextmanager
def preview(root, *options, env=None):
    """Serve the preview of a site, as a person does."""
    process = subprocess.Popen(
        [sys.executable, "-m", "syndicate", "preview", "--no-open", "--port", "0", *options],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(env or {})},
    )
    line = process.stdout.readline()
    found = re.fullmatch(
        r"(http://127\.0\.0\.1:[0-9]+/) \(Ctrl-C to stop; nothing leaves this computer\)\n", line
    )
    if found is None:
        raise AssertionError(line + process.communicate(timeout=60)[1])
    try:
        yield Served(found[1], process)
    finally:
        process.terminate()
        _, said = process.communicate(timeout=60)
        assert "Traceback" not in said, said
