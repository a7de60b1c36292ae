"""People of other tables join the audience; whoever left, or is suppressed, never does."""

import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from syndicate.addresses import bare, fault, key_maker
from syndicate.audience.base import shown
from syndicate.audience.exports import SAME, UNKNOWN
from syndicate.audience.kept import Kept, kept
from syndicate.audience.layout import Layout, layout
from syndicate.audience.sheets import Sheet, sheets_of
from syndicate.audience.sifting import Merged, Sifting
from syndicate.audience.standing import GONE, Note, Said, Standing
from syndicate.errors import AudienceError
from syndicate.text import one_line

#: lines without a mailable address that are named
NAMED = 100
#: words for a standing that are counted one by one
WORDS = 20
#: characters of a value; what is longer is no name
VALUE_MAX = 1000

#: what a spreadsheet would run instead of showing it (OWASP, CSV Injection)
_SIGNS = "=+-@"
_FORMULA = re.compile(r"=.|.+[(|!]", re.DOTALL)
#: the apostrophe that Ghost writes before what looks like a formula
_APOSTROPHE = re.compile(r"^'(?=[=+@-])")
#: a tag, in quotation marks or without
_TAG = re.compile(r'"([^"]+)"|([^\s,;"][^,;"]*[^\s,;"]|[^\s,;"])')


@dataclass(frozen=True, slots=True)
class Rules:
    """Whom to leave out, and what to bring along."""

    #: the site's secret, from which keys are made
    secret: bytes
    suppressed: AbstractSet[bytes]
    #: further columns to bring; ("all",) for every useful one, and None where nobody said
    columns: tuple[str, ...] | None = None


@dataclass(slots=True)
class Table:
    """What a table held; counted while it is read."""

    sheet: Sheet
    layout: Layout
    #: values that come along, and those that the audience has no column for
    taken: tuple[str, ...]
    left: tuple[str, ...]
    #: rows with an address, by standing
    standings: Counter[Standing] = field(default_factory=Counter)
    #: what stands where we do not understand the standing
    words: Counter[str] = field(default_factory=Counter)
    #: rows without an address that can be mailed, and the lines of the first of them
    invalid: int = 0
    lines: list[int] = field(default_factory=list)
    #: values that no email should hold
    unfit: int = 0


@dataclass(frozen=True, slots=True)
class Joining:
    """Everything that was found out; nothing is written yet."""

    tables: tuple[Table, ...]
    #: tables in zips that are no exports of people
    others: tuple[str, ...]
    merged: Merged
    #: columns that the audience gets
    columns: tuple[str, ...]
    audience: Kept
    sifting: Sifting

    def write(self) -> None:
        """Add to the audience whoever is new. Raises AudienceError and SyndicateError."""
        if self.merged.added:
            self.audience.add(self.sifting.rows(), self.columns)


@contextmanager
def joining(audience: Path, paths: Sequence[Path], rules: Rules) -> Iterator[Joining]:
    """Read tables that are to join an audience, and find out who is new.

    Raises AudienceError for a file that cannot be read whole, and for a column that nobody knows
    what to do with. Memory stays small however many people there are.
    """
    with closing(Sifting()) as sifting:
        try:
            with ExitStack() as stack:
                found = _joining(kept(audience), paths, rules, sifting, stack)
        except OSError as error:
            raise AudienceError(
                f"The people cannot be sorted in {tempfile.gettempdir()}: {error.strerror}. "
                "Make room there, or set TMPDIR to another folder."
            ) from None
        yield found


def _joining(
    ours: Kept, paths: Sequence[Path], rules: Rules, sifting: Sifting, stack: ExitStack
) -> Joining:
    found: list[tuple[Sheet, Layout]] = []
    others: list[str] = []
    for path in paths:
        people, rest = _people(path, frozenset(ours.names), stack)
        found += people
        others += rest
    new = _new_columns(ours, [what for _, what in found], rules)
    if rules.columns is None:
        _refuse_strange(ours, found)
    key_of = key_maker(rules.secret)
    for line, cells in ours.people():
        if new and any(cells[len(ours.names) :]):
            raise AudienceError(
                f"{shown(ours.path)}:{line}: this row has more cells than there are columns. "
                "Mend it before a column is added."
            )
        if ours.email < len(cells):
            sifting.here(key_of(cells[ours.email]))
    tables = tuple(_read(sheet, what, (*ours.names, *new), rules, sifting) for sheet, what in found)
    merged = sifting.settle(rules.suppressed)
    return Joining(tables, tuple(others), merged, new, ours, sifting)


def _people(
    path: Path, own: frozenset[str], stack: ExitStack
) -> tuple[list[tuple[Sheet, Layout]], list[str]]:
    """Find the tables of people in a file; a zip holds others too, which are left alone."""
    sheets = sheets_of(path, stack)
    if len(sheets) == 1:
        return [(sheets[0], layout(_header(sheets[0]), sheets[0], own))], []
    found: list[tuple[Sheet, Layout]] = []
    others: list[str] = []
    for sheet in sheets:
        try:
            what = layout(_header(sheet), sheet, own)
        except AudienceError:
            others.append(sheet.where)
            continue
        if what.export is UNKNOWN:
            others.append(sheet.where)
        else:
            found.append((sheet, what))
    if not found:
        raise AudienceError(
            f"{shown(path)} holds {len(sheets)} tables, and none is an export of people that I "
            "know. Unpack it, and import the right one."
        )
    return found, others


def _header(sheet: Sheet) -> list[str]:
    _, first = next(sheet.rows(), (1, None))
    if first is None:
        raise AudienceError(f"{sheet.where} is empty. Its first line must be like: email,name")
    return first


def _new_columns(ours: Kept, layouts: Sequence[Layout], rules: Rules) -> tuple[str, ...]:
    """Choose the columns that the audience has not yet. Raises AudienceError for unknown ones."""
    offered = dict.fromkeys(name for what in layouts for name in what.values)
    missing = tuple(name for name in offered if not _column(name, ours.names))
    if rules.columns is None:
        return ()
    if rules.columns == ("all",):
        return missing
    for name in rules.columns:
        if name not in offered:
            known = ", ".join(offered) or "none"
            raise AudienceError(f'No table has a column "{name}" to bring. There are: {known}.')
    return tuple(name for name in missing if name in rules.columns)


def _column(value: str, names: Sequence[str]) -> str:
    """Give the column of the audience for a value; "" where there is none."""
    return next((name for name in names if name and SAME.get(name, name) == value), "")


def _refuse_strange(ours: Kept, found: Sequence[tuple[Sheet, Layout]]) -> None:
    """Refuse to lose what somebody wrote into a column, unless they said so.

    An export always has columns that nobody needs: those are only named.
    """
    for sheet, what in found:
        taken = {
            place
            for name in what.values
            if _column(name, ours.names)
            for place in what.values[name]
        }
        strange = [name for name, places in what.values.items() if not taken.issuperset(places)]
        if strange and what.export is UNKNOWN:
            raise AudienceError(
                f"{sheet.where} has columns that {ours.path.name} has not: {', '.join(strange)}. "
                f"To bring them along: --columns {','.join(strange)}. To leave them out: "
                "--columns none."
            )


def _read(
    sheet: Sheet, what: Layout, columns: Sequence[str], rules: Rules, sifting: Sifting
) -> Table:
    names = [SAME.get(name, name) for name in columns]
    taken = tuple(name for name in what.values if _column(name, columns))
    left = tuple(name for name in what.values if name not in taken)
    table = Table(sheet, what, taken, left)
    key_of = key_maker(rules.secret)
    lines = sheet.rows(by_hand=what.export is UNKNOWN)
    next(lines)
    for line, cells in lines:
        address = bare(cells[what.address]) if what.address < len(cells) else ""
        # Cells beyond the last column mean that a comma has moved all others.
        if fault(address) or any(cells[what.width :]):
            table.invalid += 1
            if len(table.lines) < NAMED:
                table.lines.append(line)
            continue
        standing = _counted(table, what.judge(cells))
        if standing in GONE:
            sifting.gone(key_of(address))
        elif standing is Standing.SUBSCRIBED:
            row = [
                _value(table, cells, name, what.values.get(name, ())) if name else address
                for name in names
            ]
            sifting.new(key_of(address), row)
    return table


def _counted(table: Table, said: Said) -> Standing:
    """Count what a row says, and words that we do not understand; no address among them."""
    standing = Standing.UNCLEAR if isinstance(said, str) else said
    table.standings[standing] += 1
    if isinstance(said, str):
        word = said if isinstance(said, Note) else one_line(said)[:40]
        word = "an address" if "@" in word else word
        table.words[word if word in table.words or len(table.words) < WORDS else "others"] += 1
    return standing


def _value(table: Table, cells: Sequence[str], name: str, places: Sequence[int]) -> str:
    """Put a value together, on one line; "" for what no email should hold."""
    value = " ".join(" ".join(cells[place] for place in places if place < len(cells)).split())
    if not value:
        return ""
    if value[0] == "'":
        value = _APOSTROPHE.sub("", value, count=1)
    if name == "tags":
        value = ", ".join(quoted or plain for quoted, plain in _TAG.findall(value))
    if len(value) > VALUE_MAX or (value[0] in _SIGNS and _FORMULA.match(value)):
        table.unfit += 1
        return ""
    return value
