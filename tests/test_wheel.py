"""What ships is what is tested: the built wheel, installed into an empty environment."""

import os
import subprocess
import sys
import tarfile
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


#: what a build says that it was made at: the same moment, the same bytes
MOMENT = {"SOURCE_DATE_EPOCH": "1763942400"}


def build(kind, source, folder):
    done = run(
        *(sys.executable, "-m", "build", f"--{kind}", "--no-isolation", "--outdir", folder, source),
        cwd=REPOSITORY,
        **MOMENT,
    )
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return build("wheel", REPOSITORY, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The source distribution, unpacked somewhere else."""
    folder = tmp_path_factory.mktemp("sdist")
    with tarfile.open(build("sdist", REPOSITORY, folder)) as archive:
        archive.extractall(folder, filter="data")
    (root,) = (one for one in folder.iterdir() if one.is_dir())
    return root


def test_a_wheel_made_from_the_sdist_is_the_same_to_the_byte(wheel, unpacked, tmp_path):
    assert build("wheel", unpacked, tmp_path).read_bytes() == wheel.read_bytes()


def test_the_sdist_is_a_working_site_with_its_tests(unpacked):
    names = {path.name for path in unpacked.iterdir()}
    assert names >= {"syndicate.toml", "articles", "audience", "templates", "tests", "docs"}
    assert not names & {".venv", "outbox", "public", ".cache"}
    done = run(
        sys.executable, "-m", "syndicate", "check", cwd=unpacked, PYTHONPATH=str(unpacked / "src")
    )
    assert done.returncode == 0, done.stdout


def test_the_wheel_holds_the_code_the_templates_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "syndicate/templates/digest.html.j2" in names
    assert "syndicate/templates/preview/live.js" in names
    assert "syndicate/py.typed" in names
    assert "syndicate/ledger/schema.sql" in names
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"syndicate"}
    assert [name for name in names if "test" in Path(name).name] == []


def test_a_new_site_can_be_sent_from_the_installed_wheel(wheel, tmp_path):
    venv.create(tmp_path / "env")
    python = tmp_path / "env" / "bin" / "python"
    constraints = REPOSITORY / "constraints.txt"
    done = run(
        *(sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-compile"),
        *("-c", constraints, wheel),
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    syndicate = python.with_name("syndicate")
    assert run(syndicate, "init", "site", "--non-interactive", cwd=tmp_path).returncode == 0
    sent = run(syndicate, "send", "--yes", cwd=tmp_path / "site")
    assert sent.returncode == 0, sent.stderr
    assert "1 accepted = 1" in sent.stderr
    assert len(list(tmp_path.glob("site/outbox/*/*.eml"))) == 1
    assert (tmp_path / "site/public/feed.xml").is_file()
