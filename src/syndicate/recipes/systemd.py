"""Units for systemd, which knows time zones and catches up after a computer was off."""

from datetime import datetime

from syndicate.dates import DAYS
from syndicate.recipes.base import LOOK, Plan, moments

_RECIPE = """\
# Syndicate, every week. Four files for ~/.config/systemd/user/, then:
#   systemctl --user daemon-reload
#   systemctl --user enable --now syndicate.timer syndicate-late.timer
#   loginctl enable-linger      (so that they run while you are not logged in)
# Send the first issue by hand: a scheduler never starts a newsletter.
# What it said: journalctl --user -u syndicate. To be told of a failure, add OnFailure= to [Unit].
{secrets}
# --- syndicate.service ---
[Unit]
Description=Send the newsletters that are due
# A provider that is out of reach (exit 3) is tried again every 15 minutes, for two hours.
StartLimitIntervalSec=3h
StartLimitBurst=9

[Service]
Type=exec
WorkingDirectory={folder}
ExecStart={command} send --all-due --yes
RestartForceExitStatus=3
RestartSec=15min
UMask=0077
NoNewPrivileges=yes
{environment}
# --- syndicate.timer ---
[Unit]
Description=When newsletters are due

[Timer]
{times}
Persistent=true

[Install]
WantedBy=timers.target

# --- syndicate-late.service ---
[Unit]
Description=Fail where a newsletter is late

[Service]
Type=oneshot
WorkingDirectory={folder}
ExecStart={command} status --fail-if-late
UMask=0077
NoNewPrivileges=yes
{environment}
# --- syndicate-late.timer ---
[Unit]
Description=When a newsletter would be late

[Timer]
{late}

[Install]
WantedBy=timers.target
"""
_SECRETS = """\
# Keys are read from ~/.config/syndicate/env, which only you can read (chmod 600). It holds:
{lines}
"""


def recipe(plan: Plan) -> str:
    """Write a service and a timer that send, and a pair that fails where nothing was sent."""
    lines = "\n".join(f"#   {name}=..." for name in plan.secrets)
    slots = [next(moments(plan, due)) for due in plan.dues]
    return _RECIPE.format(
        secrets=_SECRETS.format(lines=lines) if plan.secrets else "",
        folder=_path(plan.folder),
        command=" ".join(_word(word) for word in plan.command),
        environment="EnvironmentFile=%h/.config/syndicate/env\n" if plan.secrets else "",
        times="\n".join(_time(plan, slot) for slot in slots),
        late="\n".join(_time(plan, slot + LOOK) for slot in slots),
    )


def _time(plan: Plan, when: datetime) -> str:
    """Write a time of the week in the site's own zone (systemd.time(7))."""
    shown = when.astimezone(plan.zone)
    return f"OnCalendar={DAYS[shown.weekday()][:3]} *-*-* {shown:%H:%M}:00 {plan.zone.key}"


def _path(text: str) -> str:
    return text.replace("%", "%%")


def _word(text: str) -> str:
    """Quote a word of a command line (systemd.service(5))."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{plain}"' if plain != text or " " in text or "'" in text else text
