"""A workflow for GitHub Actions, whose computers forget everything and know only UTC."""

from datetime import UTC

from syndicate.errors import ConfigError
from syndicate.recipes.base import LOOK, Plan, tries, weekly

_RECIPE = """\
# Syndicate, every week. Save as .github/workflows/newsletter.yml
# Send the first issue by hand, with the same ledger: a scheduler never starts a newsletter.
# GitHub may start a job late; what is due stays due for three hours.
# A file requirements.txt beside syndicate.toml names Syndicate, as you install it, with [postgres].
# Put these into Settings, Secrets and variables, Actions:
{names}
name: newsletter
on:
  schedule:
{times}
  workflow_dispatch:
# Two runs at once would only wait for each other.
concurrency: newsletter
permissions:
  contents: write
jobs:
  send:
    runs-on: ubuntu-latest
    timeout-minutes: 60
    env:
{env}
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.13"
      - run: pip install -r requirements.txt
      - run: syndicate send --all-due --yes
      - run: syndicate status --fail-if-late
        if: always()
      # The ids of the articles belong to the site.
      - run: |
          git config user.name "github-actions[bot]"
          git config user.email "41898282+github-actions[bot]@users.noreply.github.com"
          git add state/ids.json
          git diff --cached --quiet || git commit -m "Keep the ids of the articles"
          git push
        if: always()
"""


def recipe(plan: Plan) -> str:
    """Write the workflow. Raises ConfigError where the ledger is a file, which would be lost."""
    if not plan.ledger_env:
        raise ConfigError(
            "GitHub's computers forget their files after each run, and a lost ledger would mail "
            "old articles again. Keep the ledger in PostgreSQL first: [ledger] url_env = "
            '"SYNDICATE_LEDGER".'
        )
    return _RECIPE.format(
        names="\n".join(f"#   {name}" for name in plan.secrets),
        times="\n".join(_times(plan)),
        env="\n".join(f"      {name}: ${{{{ secrets.{name} }}}}" for name in plan.secrets),
    )


def _times(plan: Plan) -> list[str]:
    crons = [
        f"{minutes} {hours} * * {(one.weekday + 1) % 7}"
        for one in weekly(plan, lambda when: when.astimezone(UTC))
        for minutes, hours in (tries(one),)
    ]
    crons += [
        f"{one.minute} {','.join(map(str, one.hours))} * * {(one.weekday + 1) % 7}"
        for one in weekly(plan, lambda when: when.astimezone(UTC), LOOK)
    ]
    return [f'    - cron: "{one}"' for one in crons]
