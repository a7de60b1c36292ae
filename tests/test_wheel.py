"""What ships is what is tested: the built wheel, installed into an empty environment."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]


def run(*arguments, cwd, **env):
    return subprocess.run(
        [str(one) for one in arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": "", **env},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    done = run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, ".", cwd=REPOSITORY)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_the_code_the_templates_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "syndicate/templates/digest.html.j2" in names
    assert "syndicate/py.typed" in names
    assert "syndicate/ledger/schema.sql" in names
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"syndicate"}
    assert [name for name in names if "test" in Path(name).name] == []


def test_a_new_site_can_be_sent_from_the_installed_wheel(wheel, tmp_path):
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    constraints = REPOSITORY / "constraints.txt"
    done = run(python, "-m", "pip", "install", "-q", "-c", constraints, wheel, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    syndicate = python.with_name("syndicate")
    assert run(syndicate, "init", "site", "--non-interactive", cwd=tmp_path).returncode == 0
    sent = run(syndicate, "send", "--yes", cwd=tmp_path / "site")
    assert sent.returncode == 0, sent.stderr
    assert "1 accepted = 1" in sent.stderr
    assert len(list(tmp_path.glob("site/outbox/*/*.eml"))) == 1
    assert (tmp_path / "site/public/feed.xml").is_file()
