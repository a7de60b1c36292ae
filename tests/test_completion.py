"""What the Tab key completes, in the shells themselves where they are here."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).with_name("syndicate")


def ask(site, **env):
    """Start the program under its own name, which names the variable that a shell asks by."""
    done = subprocess.run(
        [PROGRAM],
        cwd=site.root,
        env={"PATH": "/usr/bin:/bin", **env},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def completed(site, *words):
    """Ask as bash does, with the words so far, the last of them unfinished."""
    told = ask(
        site,
        COMP_WORDS=" ".join(("syndicate", *words)),
        COMP_CWORD=str(len(words)),
        _SYNDICATE_COMPLETE="bash_complete",
    )
    return [line.partition(",")[2] for line in told.split()]


def test_commands_options_and_newsletters_are_completed(small_site):
    assert completed(small_site, "se") == ["send", "settle"]
    assert completed(small_site, "send", "--retry") == ["--retry-refused"]
    assert completed(small_site, "send", "we") == ["weekly"]
    assert completed(small_site, "list", "--newsletter", "") == ["weekly"]


def test_a_broken_configuration_completes_nothing_and_says_nothing(small_site):
    small_site.write("syndicate.toml", "no = [")
    assert completed(small_site, "send", "we") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_lines_for_each_shell_are_ones_that_it_reads(small_site, shell):
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not here")
    source = ask(small_site, _SYNDICATE_COMPLETE=f"{shell}_source")
    done = subprocess.run(
        [program, "-n"], input=source, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
