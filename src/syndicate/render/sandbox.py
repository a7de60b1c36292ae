"""The sandbox that templates run in: no way out of it, and an end to everything it makes."""

import re
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, TemplateNotFound
from jinja2.filters import do_format
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

from syndicate.errors import TemplateError

#: longest range, widest field, most repetitions
MOST = 10_000
#: longest text or list that an operator may make
LONGEST = 100_000
#: largest whole number, in bits
BITS = 1024

_SIZED = (str, bytes, list, tuple)
_WIDE = re.compile(r"[0-9]{5,}|%[-#0 +]*\*|%[^a-z%]*\.\*|:[^{}]*\{")
#: what takes a width or a count, among Jinja's filters and the methods of texts
_FILTERS = ("batch", "center", "indent", "slice", "tojson", "wordwrap")
_METHODS = frozenset({"center", "expandtabs", "ljust", "rjust", "zfill"})


class Sandbox(SandboxedEnvironment):
    """Jinja's sandbox, which also refuses what would take all memory.

    Raises ValueError, inside a template, for what is too large.
    """

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.filters |= {name: _bounded(self.filters[name]) for name in _FILTERS}
        self.filters["format"] = _format
        made: dict[str, Any] = dict(self.globals)
        self.globals |= {name: _bounded(made[name]) for name in ("lipsum", "range")}

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Calculate. Raises ValueError where the result would be too large."""
        if operator == "%":
            _refuse(isinstance(left, str) and _WIDE.search(left))
        elif isinstance(left, int) and isinstance(right, int):
            bits = left.bit_length()
            _refuse((bits * right if operator == "**" else bits + right.bit_length()) > BITS)
        else:
            _refuse(_size(left) * _size(right) > LONGEST)
        return super().call_binop(context, operator, left, right)

    def call(self, context: Context, called: Any, *args: Any, **kwargs: Any) -> Any:
        """Call. Raises ValueError where a text would be made too wide."""
        name = getattr(called, "__name__", "")
        owner = getattr(getattr(called, "__wrapped__", called), "__self__", None)
        if isinstance(owner, str) and name in _METHODS:
            _refuse_large(args, kwargs)
        if isinstance(owner, str) and name in {"format", "format_map"}:
            _refuse(_WIDE.search(owner))
        return super().call(context, called, *args, **kwargs)


class Files(FileSystemLoader):
    """Templates of one folder; those that cannot be read are named."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Any]:
        """Read a template. Raises TemplateError when it is not UTF-8, or is out of reach."""
        try:
            return super().get_source(environment, template)
        except TemplateNotFound:
            raise
        except (UnicodeDecodeError, OSError) as error:
            shown = f"{Path(self.searchpath[0]).name}/{template}"
            raise TemplateError(
                f"{shown} cannot be read: {error}. Save it as UTF-8, where you may read it."
            ) from None


def _bounded(made: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(made)
    def bounded(*args: Any, **kwargs: Any) -> Any:
        _refuse_large(args, kwargs)
        return made(*args, **kwargs)

    return bounded


def _format(text: str, *args: Any, **kwargs: Any) -> str:
    """Format as `%` does: the filter `format`."""
    _refuse(_WIDE.search(str(text)))
    return do_format(text, *args, **kwargs)


def _size(value: object) -> int:
    if isinstance(value, int):
        return max(0, value)
    return len(value) if isinstance(value, _SIZED) else 0


def _refuse_large(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    numbers = (value for value in (*args, *kwargs.values()) if isinstance(value, int))
    _refuse(any(abs(number) > MOST for number in numbers))


def _refuse(large: object) -> None:
    if large:
        raise ValueError("makes more than an issue can hold. Ask for less.")
