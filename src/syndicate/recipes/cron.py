"""Lines for cron, which reads the clock of its computer and mails what a command says."""

import shlex

from syndicate.recipes.base import LOOK, Plan, tries, weekly

_HEAD = """\
# Syndicate, every week. Put these lines into your table of jobs: crontab -e
# Send the first issue by hand: a scheduler never starts a newsletter.
# cron mails you what went wrong, and nothing else; a send that was cut off goes on by itself."""
_SECRETS = """\
# Keys are read from ~/.config/syndicate/env, which only you can read (chmod 600). It holds:
{lines}"""


def recipe(plan: Plan) -> str:
    """Write the lines for cron; the days are those of the clock of this computer."""
    parts = [_HEAD]
    if plan.secrets:
        lines = "\n".join(f"#   {name}=..." for name in plan.secrets)
        parts.append(_SECRETS.format(lines=lines))
    for one in weekly(plan, plan.local):
        minutes, hours = tries(one)
        parts.append(f"{minutes} {hours} * * {_day(one.weekday)} {_job(plan, _SEND)}")
    for one in weekly(plan, plan.local, LOOK):
        hours = ",".join(map(str, one.hours))
        parts.append(f"{one.minute} {hours} * * {_day(one.weekday)} {_job(plan, _LATE)}")
    return "\n".join(parts) + "\n"


_SEND, _LATE = ("send", "--all-due", "--yes"), ("status", "--fail-if-late")


def _day(weekday: int) -> int:
    """Name a day as cron does, which begins with Sunday."""
    return (weekday + 1) % 7


def _job(plan: Plan, arguments: tuple[str, ...]) -> str:
    """Write a command that says something only when it ends badly.

    A per cent sign ends a command of cron (crontab(5)), so those of paths are escaped.
    """
    keys = 'set -a && . "$HOME/.config/syndicate/env" && set +a && ' if plan.secrets else ""
    command = shlex.join((*plan.command, *arguments))
    job = f'cd {shlex.quote(plan.folder)} && {keys}out=$({command} 2>&1) || echo "$out"'
    return job.replace("%", "\\%")
