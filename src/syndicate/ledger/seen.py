"""What this computer saw of each ledger last, so that an old copy is noticed."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from syndicate import files
from syndicate.errors import LedgerError
from syndicate.models import Generation

#: names another folder than the usual one
VARIABLE = "SYNDICATE_STATE"


def folder(env: Mapping[str, str], platform: str, home: Path) -> Path:
    """Give the folder in which this user's programs keep what they must not lose.

    `platform` as in `sys.platform`. Linux: $XDG_STATE_HOME of the XDG Base Directory Specification
    0.8; macOS and Windows: theirs.
    """
    if given := env.get(VARIABLE):
        return Path(given)
    if platform == "darwin":
        return home / "Library" / "Application Support" / "syndicate"
    if platform == "win32":
        return Path(env.get("LOCALAPPDATA") or home / "AppData" / "Local") / "syndicate"
    # The base directories have no meaning unless absolute.
    given = env.get("XDG_STATE_HOME", "")
    return (Path(given) if given.startswith("/") else home / ".local" / "state") / "syndicate"


def newer(seen: Path, ledger: tuple[str, Generation]) -> Generation | None:
    """Give how far a ledger had come when it was last seen here, if it is behind that now.

    `ledger` is what `Ledger.identity` gives; None also for one that was never seen.
    """
    id_, generation = ledger
    try:
        last = msgspec.json.decode((seen / f"{id_}.json").read_bytes(), type=Generation)
    except (OSError, msgspec.MsgspecError):
        return None
    return last if generation < last else None


def remember(seen: Path, ledger: tuple[str, Generation]) -> None:
    """Keep how far a ledger has come. Raises SyndicateError when that cannot be written."""
    id_, generation = ledger
    files.write(seen / f"{id_}.json", msgspec.json.encode(generation), inside=seen)


def behind(now: Generation, last: Generation) -> str:
    """Say how far a copy is behind what was seen."""
    return (
        f"it has {now.runs:,} runs and {now.entries:,} entries, and had {last.runs:,} and "
        f"{last.entries:,} when it was last used on this computer"
    )


def refusal(place: str, now: Generation, last: Generation) -> LedgerError:
    """Say why nothing is handed over from an old copy."""
    return LedgerError(
        f"{place}: this is an older copy of the ledger: {behind(now, last)}. People could be "
        "mailed twice. Put the newest one back. To go on with this one all the same, run the "
        "command at a terminal, without --yes."
    )
