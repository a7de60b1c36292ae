"""People of another CSV file join the audience; nobody comes twice, nobody suppressed comes in."""

import csv
import io
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from syndicate import files
from syndicate.addresses import bare, fault, key_maker
from syndicate.audience.base import columns, rows
from syndicate.errors import AudienceError


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of the rows of the new file."""

    added: int
    known: int
    suppressed: int
    #: lines of the new file without an address that can be mailed
    invalid: tuple[int, ...]


def merge(path: Path, other: Path, secret: bytes, suppressed: AbstractSet[bytes]) -> Merged:
    """Append to an audience file whoever is new in another; columns are matched by name.

    What stands in the file stays as it is, byte for byte. Raises AudienceError for a file that
    cannot be read, and for columns that the audience does not have.
    """
    key_of = key_maker(secret)
    header, known = _known(path, secret)
    lines = rows(other)
    _, first = next(lines, (1, None))
    if first is None:
        raise AudienceError(f"{other} is empty. Make its first line: email,name")
    found = columns(first, other)
    places = {name: place for place, name in found.others} | {"": found.email}
    if strange := sorted(set(places) - set(header)):
        raise AudienceError(
            f"{other} has a column that {path.name} has not: {', '.join(strange)}. "
            "Add it there, or take it out here."
        )
    new, seen, invalid, counts = [], 0, [], {"suppressed": 0}
    for line, cells in lines:
        address = bare(cells[found.email]) if found.email < len(cells) else ""
        if fault(address) or any(cells[found.width :]):
            invalid.append(line)
            continue
        key = key_of(address)
        if key in suppressed:
            counts["suppressed"] += 1
        elif key in known:
            seen += 1
        else:
            known.add(key)
            full = [*cells, *[""] * found.width]
            new.append([full[places[name]].strip() if name in places else "" for name in header])
    _append(path, new)
    return Merged(len(new), seen, counts["suppressed"], tuple(invalid))


def _known(path: Path, secret: bytes) -> tuple[list[str], set[bytes]]:
    """Read the names of the columns of an audience, "" for the address, and who is in it."""
    key_of = key_maker(secret)
    lines = rows(path)
    _, first = next(lines, (1, ["email", "name"]))
    found = columns(first, path)
    names = dict(found.others)
    header = [names.get(place, "") for place in range(found.width)]
    return header, {key_of(cells[found.email]) for _, cells in lines if found.email < len(cells)}


def _append(path: Path, new: list[list[str]]) -> None:
    if not new:
        return
    before = path.read_bytes()
    first = before.decode("utf-8-sig").partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(new)
    if not before.endswith(b"\n"):
        before += b"\n"
    mode = path.stat().st_mode & 0o777
    files.write(path, before + out.getvalue().encode(), private=True)
    # It holds addresses: whoever could not read them before cannot now.
    path.chmod(mode)
