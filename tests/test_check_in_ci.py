"""The step for GitHub Actions that the docs show does what they say."""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "docs" / "checks.md"


def step():
    (yaml,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return textwrap.dedent(yaml.partition("run: |\n")[2])


@pytest.mark.skipif(not shutil.which("jq"), reason="needs jq, as GitHub's computers have it")
def test_each_finding_is_marked_in_its_file_and_the_step_fails_on_what_must_be_fixed(small_site):
    small_site.article("first", '"100% safe: first"', "2026-11-20", "tag: 50% off\n")
    small_site.write("articles/torn.md", "---\ntitle: Torn\n---\n")
    command = small_site.path("bin/syndicate")
    small_site.write("bin/syndicate", f'#!/bin/sh\nexec {sys.executable} -m syndicate "$@"\n')
    command.chmod(0o755)
    done = subprocess.run(
        ["bash", "-e", "-c", step()],
        cwd=small_site.root,
        env={**os.environ, "PATH": f"{command.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    lines = done.stdout.splitlines()
    assert (
        "::error file=articles/torn.md,line=1,title=front-matter::there is no date. "
        "Add a line such as date: 2026-11-20."
    ) in lines
    assert (
        '::warning file=articles/first.md,line=4,title=keys::"tag" means nothing here. '
        'Did you mean "tags"?'
    ) in lines
    assert all(line.startswith("::") for line in lines)
