"""The commands with the ledger in a PostgreSQL database, named by an environment variable."""

import subprocess
from contextlib import closing
from datetime import UTC, datetime

import pytest

from syndicate.ledger import hold, open_ledger

ADDRESS = '[ledger]\nurl_env = "SYNDICATE_LEDGER"\n'


def keep_in_a_database(site):
    site.write("syndicate.toml", site.path("syndicate.toml").read_text("utf-8") + ADDRESS)


@pytest.fixture
def shared(small_site, postgres):
    """A site whose ledger is in a database, and the environment that says so."""
    keep_in_a_database(small_site)
    return small_site, {"SYNDICATE_LEDGER": postgres.database()}


def test_an_issue_goes_out_once_whichever_computer_asks(shared, tmp_path_factory):
    site, env = shared
    assert site.run("status", env=env).out == "No issue yet. Start with: syndicate send\n"
    assert site.run("send", "--yes", env=env).code == 0

    elsewhere = tmp_path_factory.mktemp("elsewhere") / "site"
    subprocess.run(["cp", "-r", site.root, elsewhere], check=True)
    ended = type(site)(elsewhere).run("send", "--yes", env=env)

    assert (ended.code, "There is nothing new" in ended.err) == (0, True)
    assert len(site.emails()) == 2
    assert not site.path("state/ledger.db").exists()
    told = site.run("-v", "status", "--json", env=env)
    assert '"accepted": 2' in told.out
    assert "Ledger: postgresql://" in told.err


def test_one_run_at_a_time(shared):
    site, env = shared
    with hold(env["SYNDICATE_LEDGER"], by="ben@cron", now=datetime.now(UTC)):
        ended = site.run("send", "--yes", env=env)

    assert ended.code == 5
    assert "in use by ben@cron" in ended.err


def test_a_dump_from_before_is_an_old_copy(shared, postgres):
    site, env = shared
    url = env["SYNDICATE_LEDGER"]
    assert site.run("send", "--yes", env=env).code == 0
    old = postgres.database(url.partition("@/")[2].partition("?")[0])
    site.article("second", "The second article", "2026-11-21")
    assert site.run("send", "--yes", env=env).code == 0

    ended = site.run("send", "--yes", env={"SYNDICATE_LEDGER": old})

    assert ended.code == 2
    assert "this is an older copy of the ledger" in ended.err


def test_undo_and_log_work_there_too(shared):
    site, env = shared
    with closing(open_ledger(env["SYNDICATE_LEDGER"])):
        pass
    assert site.run("undo", "--yes", env=env).err == (
        "There is nothing to take back: nobody is pending, and no call is under way.\n"
    )
    assert site.run("send", "--yes", env=env).code == 0
    assert "frozen for 2" in site.run("log", env=env).out


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('url = "postgresql://ann:hunter2@db/x"', "a password is never in a file"),
        ('url = "postgresql://db/x?password=hunter2"', "a password is never in a file"),
        ('url = "mysql://db/x"', "is not a ledger"),
        ('url = "sqlite:a"\nurl_env = "X"', "choose one of url and url_env"),
        ('url_env = "NOT_SET"', "NOT_SET is not set"),
        ('url_env = "HOME"', "HOME does not hold the address of a ledger"),
    ],
)
def test_a_wrong_place_is_said_in_words_and_no_password_is_shown(small_site, line, words):
    text = small_site.path("syndicate.toml").read_text("utf-8")
    small_site.write("syndicate.toml", f"{text}[ledger]\n{line}\n")

    ended = small_site.run("status")

    assert ended.code == 2
    assert words in ended.err
    assert "hunter2" not in ended.err


def test_without_psycopg_it_says_what_to_install(small_site):
    keep_in_a_database(small_site)
    small_site.write("nothing/psycopg.py", "raise ImportError\n")

    ended = small_site.run(
        "status",
        env={
            "SYNDICATE_LEDGER": "postgresql://db/x",
            "PYTHONPATH": str(small_site.path("nothing")),
        },
    )

    assert ended.code == 2
    assert "pip install 'syndicate[postgres]'" in ended.err
