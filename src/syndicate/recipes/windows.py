"""A task for Windows, as lines to paste into PowerShell."""

from syndicate.dates import DAYS
from syndicate.recipes.base import LOOK, Plan, weekly

_RECIPE = """\
# Syndicate, every week. Paste into PowerShell, once, in the site's folder or elsewhere.
# Send the first issue by hand: a scheduler never starts a newsletter.
# These lines follow Microsoft's documents and were not tried on Windows.
{secrets}
$again = (New-ScheduledTaskTrigger -Once -At 00:00 -RepetitionInterval (New-TimeSpan -Minutes 15) `
  -RepetitionDuration (New-TimeSpan -Minutes 90)).Repetition
$send = @(
{times}
)
$send | ForEach-Object {{ $_.Repetition = $again }}
Register-ScheduledTask -TaskName "Syndicate" -Trigger $send `
  -Action (New-ScheduledTaskAction -Execute {program} -Argument {send} -WorkingDirectory {folder}) `
  -Settings (New-ScheduledTaskSettingsSet -StartWhenAvailable -MultipleInstances IgnoreNew)

$late = @(
{late}
)
Register-ScheduledTask -TaskName "Syndicate, is it late" -Trigger $late `
  -Action (New-ScheduledTaskAction -Execute {program} -Argument {status} -WorkingDirectory {folder})
"""
_SECRETS = """\
# Keys are read from the environment of your account. Set each once, and sign in again:
{lines}
"""


def recipe(plan: Plan) -> str:
    """Write lines for PowerShell; the days are those of the clock of this computer."""
    program, *first = plan.command
    lines = "\n".join(
        f'#   [Environment]::SetEnvironmentVariable("{name}", "...", "User")'
        for name in plan.secrets
    )
    return _RECIPE.format(
        secrets=_SECRETS.format(lines=lines) if plan.secrets else "",
        times=",\n".join(_times(plan, late=False)),
        late=",\n".join(_times(plan, late=True)),
        program=_word(program),
        send=_word(" ".join((*first, "send --all-due --yes"))),
        status=_word(" ".join((*first, "status --fail-if-late"))),
        folder=_word(plan.folder),
    )


def _times(plan: Plan, *, late: bool) -> list[str]:
    found = weekly(plan, plan.local, LOOK) if late else weekly(plan, plan.local)
    return [
        f"  New-ScheduledTaskTrigger -Weekly -DaysOfWeek {DAYS[one.weekday]} "
        f"-At {hour:02}:{one.minute:02}"
        for one in found
        for hour in one.hours
    ]


def _word(text: str) -> str:
    """Quote a word so that PowerShell changes nothing in it."""
    return "'" + text.replace("'", "''") + "'"
