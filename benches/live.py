"""How long the preview takes from a save to the picture in the browser.

    python benches/live.py [--saves 10]

Saves an article of a copy of this repository's own site, ten times, with the preview open in a
real browser, and waits until the browser has painted what was saved. Prints one line of JSON: the
median, the worst and all of the saves, in milliseconds of wall clock. One save before them is not
counted. What draws is imported when the preview starts, once.
Needs Debian's chromium and Playwright.
"""  # noqa: INP001 -- a script

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

REPOSITORY = Path(__file__).parents[1]
SITE = ("syndicate.toml", "articles", "audience", "state")
ARTICLE = "articles/2026-11-17-why-sitting-is-not-the-enemy.md"
SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: waits in the page until a frame shows a text, and gives the time of that picture
SHOWN = """text => new Promise(done => {
  const look = () => {
    const frame = document.querySelector('#light-computer iframe');
    const said = frame.contentDocument && frame.contentDocument.body;
    if (said && said.textContent.includes(text))
      requestAnimationFrame(() => setTimeout(() => done(Date.now()), 0));
    else setTimeout(look, 2);
  };
  look();
})"""


def main() -> None:
    """Measure, and print the line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--saves", type=int, default=10)
    saves = parser.parse_args().saves
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in SITE:
            source = REPOSITORY / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, root / name)
        for left in root.glob("state/ledger*"):
            left.unlink()
        server = subprocess.Popen(
            [sys.executable, "-m", "syndicate", "preview", "--no-open", "--port", "0"],
            cwd=root,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            taken = _saves(root, _address(server), saves)
        finally:
            server.terminate()
            server.wait(10)
    figures = {
        "saves": len(taken),
        "median_ms": round(statistics.median(taken)),
        "worst_ms": round(max(taken)),
        "all_ms": [round(one) for one in taken],
    }
    sys.stdout.write(f"{json.dumps(figures)}\n")


def _address(server: "subprocess.Popen[str]") -> str:
    assert server.stdout is not None
    found = re.match(r"(http://\S+)", server.stdout.readline())
    if found is None:
        raise SystemExit("The preview did not start.")
    return found[1]


def _saves(root: Path, address: str, count: int) -> list[float]:
    path = root / ARTICLE
    text = path.read_text("utf-8")
    taken = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=SWITCHES, headless=True
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{address}#issue")
        page.frame_locator("#light-computer iframe").locator("body").wait_for()
        time.sleep(1)
        for number in range(count + 1):
            words = f"Saved {number} times"
            saved = re.sub(r"^title:.*$", f"title: {words}", text, flags=re.MULTILINE)
            waiting = page.evaluate_handle(f"({{ done: ({SHOWN})({words!r}) }})")
            start = time.time()
            path.write_text(saved, "utf-8")
            shown = page.evaluate("one => one.done", waiting)
            taken.append(shown - start * 1000)
            time.sleep(0.7)
        browser.close()
    return taken[1:]


if __name__ == "__main__":
    main()
