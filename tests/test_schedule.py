"""Recipes for schedulers: they go off when something is due, and work as they are pasted."""

import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate import recipes
from syndicate.dates import Due, parse_due
from syndicate.errors import ConfigError
from syndicate.recipes.base import moments

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PLACES = ("Europe/London", "UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")


def plan(*dues, zone="Europe/London", computer="UTC", secrets=(), folder="/srv/site", ledger=""):
    return recipes.Plan(
        folder=folder,
        command=("/opt/syndicate/bin/syndicate",),
        dues=tuple(map(parse_due, dues or ("Monday 09:30",))),
        zone=ZoneInfo(zone),
        secrets=secrets,
        ledger_env=ledger,
        now=NOW,
        local=lambda when: when.astimezone(ZoneInfo(computer)),
    )


def fires(line, when):
    """Whether a line of cron goes off in a minute of its computer's clock."""
    minutes, hours, day, month, weekday = line.split()[:5]
    assert (day, month) == ("*", "*")
    return (
        when.minute in map(int, minutes.split(","))
        and when.hour in map(int, hours.split(","))
        and (when.weekday() + 1) % 7 == int(weekday)
    )


def jobs(text, word):
    return [line for line in text.splitlines() if word in line and not line.startswith("#")]


@given(
    st.sampled_from(PLACES),
    st.sampled_from(PLACES),
    st.builds(Due, st.integers(0, 6), st.integers(0, 23), st.integers(0, 59)),
)
def test_cron_goes_off_at_every_due_time_of_a_year_whatever_the_clocks_do(zone, computer, due):
    one = plan(zone=zone, computer=computer)
    one = recipes.Plan(one.folder, one.command, (due,), one.zone, (), "", one.now, one.local)
    lines = jobs(recipes.TABLE["cron"](one), "send")
    late = jobs(recipes.TABLE["cron"](one), "status")
    for moment in moments(one, due):
        assert any(fires(line, one.local(moment)) for line in lines)
        assert any(fires(line, one.local(moment + timedelta(hours=4))) for line in late)


def test_cron_tries_again_within_the_hours_in_which_an_issue_is_not_late():
    (line,) = jobs(recipes.TABLE["cron"](plan(computer="Europe/London")), "send")
    assert line.startswith("0,15,30,45 9,10 * * 1 cd /srv/site && ")


def schedule(site, *options):
    ended = site.run("schedule", *options)
    assert ended.code == 0, ended.err
    return ended.out


def due_site(site, provider="outbox"):
    site.edit(
        "syndicate.toml",
        "[newsletters.weekly]",
        f'[newsletters.weekly]\ndue = "Monday 09:30"\nprovider = "{provider}"',
    )


@pytest.fixture
def odd_site(small_site, tmp_path_factory):
    """A site in a folder whose name has all that a shell and cron take for something else."""
    root = tmp_path_factory.mktemp("odd") / "it's 100% $HOME"
    shutil.copytree(small_site.root, root)
    site = type(small_site)(root)
    due_site(site)
    return site


def run_job(line, home):
    """Run the command of a line as cron does: a per cent sign that is not escaped ends it."""
    command = line.split(maxsplit=5)[5]
    assert not re.search(r"(?<!\\)%", command)
    done = subprocess.run(
        ["/bin/sh", "-c", command.replace("\\%", "%")],
        capture_output=True,
        text=True,
        check=False,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
        timeout=60,
    )
    return done.stdout + done.stderr


def test_a_line_of_cron_works_as_pasted_and_speaks_only_of_trouble(odd_site, tmp_path):
    (send,) = jobs(schedule(odd_site, "--cron"), "send")
    assert odd_site.run("send", "--yes", "--baseline", "all").code == 0
    assert run_job(send, tmp_path) == ""
    odd_site.path("syndicate.toml").write_text("no = 1", "utf-8")
    assert '"no" is not a section' in run_job(send, tmp_path)


def test_keys_are_named_and_never_printed(small_site):
    due_site(small_site, "ses")
    small_site.edit(
        "syndicate.toml", "[newsletters", '[providers.ses]\nregion = "eu-west-1"\n[newsletters'
    )
    text = small_site.run(
        "schedule", "--cron", env={"AWS_SECRET_ACCESS_KEY": "hush", "AWS_ACCESS_KEY_ID": "hush"}
    ).out
    assert "AWS_ACCESS_KEY_ID=..." in text
    assert "AWS_SECRET_ACCESS_KEY=..." in text
    assert '. "$HOME/.config/syndicate/env"' in text
    assert "hush" not in text


def units(text, folder):
    """Write the units of a recipe as its first lines say."""
    parts = re.split(r"^# --- (\S+) ---$", text, flags=re.MULTILINE)
    for name, body in zip(parts[1::2], parts[2::2], strict=True):
        (folder / name).write_text(body, "utf-8")
    return parts[1::2]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_accepts_the_units(odd_site, tmp_path):
    names = units(schedule(odd_site, "--systemd"), tmp_path)
    assert names == [
        "syndicate.service",
        "syndicate.timer",
        "syndicate-late.service",
        "syndicate-late.timer",
    ]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name in names)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (
        done.returncode,
        [line for line in done.stderr.splitlines() if str(tmp_path) in line],
    ) == (0, [])


def test_systemd_is_told_the_time_in_the_zone_of_the_site():
    text = recipes.TABLE["systemd"](plan("Sunday 23:30", zone="America/New_York"))
    assert re.findall("OnCalendar=(.*)", text) == [
        "Sun *-*-* 23:30:00 America/New_York",
        "Mon *-*-* 03:30:00 America/New_York",
    ]


def test_a_workflow_is_one_that_github_accepts(tmp_path):
    path = tmp_path / "newsletter.yml"
    text = recipes.TABLE["github"](
        plan(secrets=("MAILGUN_API_KEY", "SYNDICATE_LEDGER"), ledger="SYNDICATE_LEDGER")
    )
    path.write_text(text, "utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "check_jsonschema"),
            *("--builtin-schema", "vendor.github-workflows", str(path)),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "ok -- validation done")
    assert "MAILGUN_API_KEY: ${{ secrets.MAILGUN_API_KEY }}" in text
    assert "SYNDICATE_LEDGER: ${{ secrets.SYNDICATE_LEDGER }}" in text


def test_the_address_of_a_ledger_is_one_of_the_secrets(small_site):
    due_site(small_site)
    small_site.write(
        "syndicate.toml",
        small_site.path("syndicate.toml").read_text("utf-8")
        + '[ledger]\nurl_env = "SYNDICATE_LEDGER"\n',
    )
    for kind in ("--cron", "--systemd", "--github"):
        assert "SYNDICATE_LEDGER" in schedule(small_site, kind)


def test_a_workflow_is_refused_where_the_ledger_would_be_lost():
    with pytest.raises(ConfigError, match="PostgreSQL"):
        recipes.TABLE["github"](plan())


def test_a_task_of_windows_is_quoted_so_that_nothing_in_a_path_means_anything():
    text = recipes.TABLE["windows"](plan(folder=r"C:\Users\O'Hara\$site", computer="Europe/London"))
    assert r"-WorkingDirectory 'C:\Users\O''Hara\$site'" in text
    assert text.count("-DaysOfWeek Monday -At 09:30") == 1


def test_without_a_due_time_there_is_nothing_to_schedule(small_site):
    ended = small_site.run("schedule")
    assert (ended.code, ended.out) == (2, "")
    assert 'due = "Monday 09:30"' in ended.err


def test_a_recipe_named_as_a_word_is_said_to_be_an_option(small_site):
    ended = small_site.run("schedule", "cron")
    assert ended.code == 2
    assert "syndicate schedule --cron" in ended.err
