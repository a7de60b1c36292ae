"""Where templates are found, and what goes wrong in them said with file and line.

The site's own `templates/` comes first, then the built-in ones. A site's template reaches the
built-in one of the same name as `builtin/NAME`, to extend it.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import syndicate
from syndicate.errors import TemplateError

if TYPE_CHECKING:
    from jinja2 import Environment, Template

#: what a template's own expressions can raise
_FAULTS = (
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    AttributeError,
    RecursionError,
    MemoryError,
)
#: most letters that a template may make; the longest page of ours is far below
LONGEST = 5_000_000

Filters = tuple[tuple[str, Callable[..., object]], ...]


def builtin() -> Path:
    """Give the folder of the built-in templates: in the wheel, or at the top of a checkout."""
    package = Path(syndicate.__file__).parent
    shipped = package / "templates"
    return shipped if shipped.is_dir() else package.parents[1] / "templates"


def render(folder: Path | None, name: str, filters: Filters, context: Mapping[str, Any]) -> str:
    """Render a template file. Raises TemplateError with file and line."""
    from jinja2 import TemplateError as Fault  # noqa: PLC0415 -- slow to import

    environment = _environment(folder, filters, _own(folder))
    try:
        return _drawn(environment.get_template(name), context)
    except (Fault, *_FAULTS) as error:
        raise TemplateError(_told(error, folder, name)) from None


def render_line(source: str, label: str, filters: Filters, context: Mapping[str, Any]) -> str:
    """Render a template that stands in the config, such as a subject, as one line of text.

    `label` says in errors where it stands. Raises TemplateError.
    """
    from jinja2 import TemplateError as Fault  # noqa: PLC0415 -- slow to import

    try:
        return " ".join(_drawn(_line(source, filters), context).split())
    except (Fault, *_FAULTS) as error:
        raise TemplateError(f'{label} = "{source}": {_words(error)}') from None


def _drawn(template: Template, context: Mapping[str, Any]) -> str:
    """Draw piece by piece. Raises ValueError as soon as it grows too long."""
    parts, length = [], 0
    for part in template.generate(context):
        parts.append(part)
        length += len(part)
        if length > LONGEST:
            raise ValueError(f"comes out longer than {LONGEST:,} letters")
    return "".join(parts)


@lru_cache(maxsize=64)
def _line(source: str, filters: Filters) -> Template:
    return _environment(None, filters, ()).from_string(source)


def _own(folder: Path | None) -> tuple[str, ...]:
    """Name the templates of a site's own folder."""
    if folder is None or not folder.is_dir():
        return ()
    return tuple(sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*")))


@lru_cache(maxsize=8)
def _environment(folder: Path | None, filters: Filters, _names: tuple[str, ...]) -> Environment:
    """Build the sandbox that templates run in; kept, so that they are compiled once.

    A file that changes is noticed by itself. One that is new is not, where there is a built-in one
    of its name: so there is another sandbox for other names.
    """
    from jinja2 import ChoiceLoader, PrefixLoader, StrictUndefined  # noqa: PLC0415

    from syndicate.render.sandbox import Files, Sandbox  # noqa: PLC0415 -- slow to import

    shipped = Files(builtin())
    own = [Files(folder)] if folder else []
    environment = Sandbox(
        loader=ChoiceLoader([*own, PrefixLoader({"builtin": shipped}), shipped]),
        autoescape=lambda name: bool(name) and ".html" in str(name),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(filters)
    return environment


def shown(folder: Path | None, name: str) -> str:
    """Name the file that a template comes from, as a person would."""
    own = folder / name if folder else None
    return _shown(str(own if own and own.is_file() else builtin() / name), folder)


def place(folder: Path | None, line: str) -> str:
    """Find the file and line of a piece of CSS in a site's own folder; "" when it is not there."""
    for path in sorted(folder.iterdir()) if folder and folder.is_dir() and line else ():
        if path.suffix not in {".css", ".j2"} or not path.is_file():
            continue
        for number, text in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
            if line in text:
                return f"{_shown(str(path), folder)}:{number}"
    return ""


def _told(error: Exception, folder: Path | None, name: str) -> str:
    """Say where a template went wrong: `templates/digest.html.j2:12: ...`."""
    from jinja2 import TemplateNotFound, TemplateSyntaxError  # noqa: PLC0415 -- slow to import

    if isinstance(error, TemplateNotFound):
        looked = f"in {folder.name}/ or among" if folder else "among"
        return f'There is no template "{error.name}" {looked} the built-in ones.'
    if isinstance(error, TemplateSyntaxError):
        return f"{_shown(error.filename or '', folder)}:{error.lineno}: {_words(error)}"
    frames = traceback.extract_tb(error.__traceback__)
    folders = tuple(str(place) for place in (folder, builtin()) if place)
    inside = [frame for frame in frames if frame.filename.startswith(folders)]
    if not inside:
        return f"{shown(folder, name)}: {_words(error)}"
    return f"{_shown(inside[-1].filename, folder)}:{inside[-1].lineno}: {_words(error)}"


def _shown(filename: str, folder: Path | None) -> str:
    """Name a template as a person would: `templates/NAME`, or `builtin/NAME`."""
    path = Path(filename)
    if folder and path.is_relative_to(folder):
        return f"{folder.name}/{path.relative_to(folder).as_posix()}"
    return f"builtin/{path.name}"


def _words(error: Exception) -> str:
    text = str(error) or type(error).__name__
    return text if text.endswith((".", "}")) else f"{text}."
