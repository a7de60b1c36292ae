"""The recipes there are, by the option that asks for them."""

from collections.abc import Callable, Mapping

from syndicate.recipes import cron, github, systemd, windows
from syndicate.recipes.base import Plan, Weekly

__all__ = ["TABLE", "Plan", "Weekly"]

#: what writes a recipe, by the name of its option
TABLE: Mapping[str, Callable[[Plan], str]] = {
    "cron": cron.recipe,
    "systemd": systemd.recipe,
    "github": github.recipe,
    "windows": windows.recipe,
}
