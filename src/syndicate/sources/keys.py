"""Front matter read key by key, with all that is wrong collected on the way."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from syndicate import dates
from syndicate.frontmatter import List, Scalar, Value
from syndicate.models import Finding, Level, Where
from syndicate.text import nearest, one_line, quote

#: what front matter may say
KEYS = frozenset(
    """title date updated slug id author authors tags description summary image image_alt language
    canonical draft lead email feed reviewed""".split()  # noqa: SIM905
)
#: what other systems call it
ELSEWHERE = {
    "categories": "tags",
    "cover": "image",
    "excerpt": "description",
    "keywords": "tags",
    "lang": "language",
    "lastmod": "updated",
    "modified": "updated",
    "permalink": "canonical",
    "pubdate": "date",
    "published": "date",
    "publishdate": "date",
    "thumbnail": "image",
}
_YES = frozenset({"yes", "true", "on", "1"})
_NO = frozenset({"no", "false", "off", "0"})


class Keys:
    """The front matter of one article, read key by key; collects what is wrong with it."""

    def __init__(self, values: Mapping[str, Value], path: str) -> None:
        self._values = values
        self._path = path
        self.findings: list[Finding] = []

    @property
    def broken(self) -> bool:
        """Whether something must be fixed before the article can be used."""
        return bool(self.findings) and any(
            finding.level is Level.MUST_FIX for finding in self.findings
        )

    def line(self, *names: str) -> int | None:
        """Give the line of the first of these keys that is there."""
        return next((self._values[name].line for name in names if name in self._values), None)

    def refuse(self, line: int | None, text: str, fix: str = "") -> None:
        """Note what must be fixed."""
        place = Where(self._path, line)
        self.findings.append(Finding(Level.MUST_FIX, text, place, fix, "front-matter"))

    def advise(self, line: int | None, text: str, fix: str = "", name: str = "") -> None:
        """Note what could be better."""
        self.findings.append(Finding(Level.ADVICE, text, Where(self._path, line), fix, name))

    def value(self, name: str) -> Value | None:
        """Give what stands at a key; None where nothing does."""
        found = self._values.get(name)
        return None if isinstance(found, Scalar) and found.null else found

    def text(self, name: str) -> str:
        """Give a key's text on one line; "" where there is none."""
        found = self._values.get(name)
        if found is None:
            return ""
        if isinstance(found, Scalar):
            return "" if found.null else one_line(found.text)
        kind = "a list" if isinstance(found, List) else "a mapping"
        self.refuse(found.line, f'"{name}" is {kind}.', "Write one line of text.")
        return ""

    def flag(self, name: str, *, default: bool) -> bool:
        """Give yes or no."""
        text = self.text(name).lower() if name in self._values else ""
        if not text:
            return default
        if text in _YES or text in _NO:
            return text in _YES
        self.refuse(
            self.line(name), f'"{name}" is neither yes nor no: {quote(text)}.', "Write yes or no."
        )
        return default

    def date(self, name: str, zone: ZoneInfo) -> datetime | None:
        """Give a time in UTC; None where there is none, or none that can be read."""
        text = self.text(name)
        if not text:
            return None
        try:
            return dates.parse(text, zone)
        except ValueError as error:
            self.refuse(self.line(name), f'"{name}" {error}.', dates.EXAMPLE)
            return None

    def texts(self, name: str) -> tuple[str, ...]:
        """Give the texts of a list, or of one line with commas; each once."""
        found = self.value(name)
        if isinstance(found, List):
            if all(isinstance(item, Scalar) for item in found.items):
                parts = [item.text for item in found.items if isinstance(item, Scalar)]
                return each_once(parts)
            self.refuse(found.line, f'"{name}" holds a list in a list.', "Write: [one, two].")
            return ()
        return each_once(self.text(name).split(","))

    def unknown(self) -> None:
        """Advise on the keys that mean nothing here."""
        for name, value in self._values.items():
            if name not in KEYS:
                meant = ELSEWHERE.get(name.lower()) or nearest(name, KEYS)
                fix = f'Did you mean "{meant}"?' if meant else ""
                self.advise(value.line, f"{quote(name)} means nothing here.", fix, "keys")


def each_once(parts: Iterable[str]) -> tuple[str, ...]:
    """Put each text on one line; of texts that differ only in case the first stays."""
    kept: dict[str, str] = {}
    for part in parts:
        line = one_line(part)
        if line:
            kept.setdefault(line.casefold(), line)
    return tuple(kept.values())
