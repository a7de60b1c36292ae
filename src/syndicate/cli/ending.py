"""From errors to exit codes: the one place."""

import errno
import io
import re
import signal
from enum import IntEnum
from types import FrameType
from typing import NoReturn

import click

from syndicate.cli.console import speak_plainly, talk
from syndicate.errors import (
    AudienceError,
    ConfigError,
    ContentError,
    LedgerBusy,
    LedgerError,
    ProviderError,
    SyndicateError,
    Uncertain,
)


class Exit(IntEnum):
    """How a command ends."""

    #: done, or rightly nothing to do
    DONE = 0
    #: a check stopped it
    CHECK = 1
    #: wrong usage or configuration
    USAGE = 2
    #: the provider refused or was unreachable; the same command goes on from there
    PROVIDER = 3
    #: something is in doubt: syndicate settle
    DOUBT = 4
    #: late, or another run holds the ledger
    BUSY = 5
    #: stopped by hand, and nothing came into doubt by it; the state is safe
    INTERRUPTED = 130


#: what the computer itself says of a file, wherever it is come upon
_WORDS = {
    errno.ENAMETOOLONG: "No file can have so long a name",
    errno.EACCES: "Permission denied; look at who owns this, and the folders it lies in",
    errno.EPERM: "Permission denied; look at who owns this, and the folders it lies in",
}
#: longer than any path or address that helps to find a mistake
_ENDLESS = re.compile(r"""[^\s"']{300,}""")
#: the first that fits decides, so the particular stand before the general
_CODES: tuple[tuple[type[SyndicateError], Exit], ...] = (
    (ConfigError, Exit.USAGE),
    (AudienceError, Exit.CHECK),
    (ContentError, Exit.CHECK),
    (LedgerBusy, Exit.BUSY),
    (LedgerError, Exit.USAGE),
    (Uncertain, Exit.DOUBT),
    (ProviderError, Exit.PROVIDER),
    (SyndicateError, Exit.USAGE),
)


def code_of(error: SyndicateError) -> Exit:
    """Give the exit code of an error."""
    return next(code for kind, code in _CODES if isinstance(error, kind))


def guarded(command: click.Command) -> int:
    """Run a command and give its exit code; whatever a user can cause ends in one clear line."""
    speak_plainly()
    signal.signal(signal.SIGTERM, _end)
    try:
        return int(command.main(standalone_mode=False) or 0)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        said = io.StringIO()
        error.show(said)
        talk(_shortened(said.getvalue().rstrip()))
        return Exit.USAGE
    except SyndicateError as error:
        talk(_shortened(f"syndicate: {error}"))
        return code_of(error)
    except OSError as error:
        if error.errno not in _WORDS or not error.filename:
            raise
        talk(_shortened(f"syndicate: {_WORDS[error.errno]}: {error.filename}"))
        return Exit.USAGE
    except (KeyboardInterrupt, SystemExit, click.Abort) as end:
        # A shell that asks what a word may become is answered by ending, with a code of its own.
        code = end.code if isinstance(end, SystemExit) else Exit.INTERRUPTED
        if code is Exit.INTERRUPTED:
            talk("Stopped by hand.")
        return int(code or Exit.DONE)


def _shortened(text: str) -> str:
    """Quote only the beginning of what somebody wrote or typed, where it is very long."""
    return _ENDLESS.sub(_beginning, text)


def _beginning(found: re.Match[str]) -> str:
    from syndicate.config.words import cut

    return cut(found[0])


def _end(number: int, frame: FrameType | None) -> NoReturn:
    """End at SIGTERM as a person's Ctrl-C does, but take nothing back for it."""
    del number, frame
    raise SystemExit(Exit.INTERRUPTED)
