"""What this computer saw of each ledger last, so that an old copy is noticed."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from syndicate import files
from syndicate.errors import LedgerError

#: names another folder than the usual one
VARIABLE = "SYNDICATE_STATE"


class _Seen(msgspec.Struct, frozen=True):
    """One ledger, as it stood when a run of this user ended."""

    generation: int


def folder(env: Mapping[str, str], platform: str, home: Path) -> Path:
    """Give the folder in which this user's programs keep what they must not lose.

    `platform` as in `sys.platform`. Linux: the XDG base directories; macOS and Windows: theirs.
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


def missing(seen: Path, ledger: tuple[str, int]) -> int:
    """Tell how many entries a ledger lacks that it had when it was last seen here.

    `ledger` is what `Ledger.identity` gives; 0 also for one that was never seen.
    """
    id_, generation = ledger
    try:
        last = msgspec.json.decode((seen / f"{id_}.json").read_bytes(), type=_Seen)
    except (OSError, msgspec.MsgspecError):
        return 0
    return max(0, last.generation - generation)


def remember(seen: Path, ledger: tuple[str, int]) -> None:
    """Keep how far a ledger has come. Raises SyndicateError when that cannot be written."""
    id_, generation = ledger
    files.write(seen / f"{id_}.json", msgspec.json.encode(_Seen(generation)), inside=seen)


def refusal(place: str, lacking: int) -> LedgerError:
    """Say why nothing is handed over from an old copy."""
    return LedgerError(
        f"{place}: this is an older copy of the ledger: {lacking} entries that were in it when it "
        "was last used on this computer are not there. People could be mailed twice. Put the "
        "newest one back. To go on with this one all the same, run the command at a terminal, "
        "without --yes."
    )
