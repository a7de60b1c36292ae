"""What the verbs ask of the ledger."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from syndicate.models import (
    Batch,
    Doubt,
    Excluded,
    Frozen,
    Generation,
    Issue,
    LogEntry,
    Message,
    Receipt,
    Recipient,
)


class Ledger(Protocol):
    """The durable record of issues, batches, recipients and what happened.

    One object belongs to one thread. Every change is committed, durably, when its call returns.
    Every `now` is an aware time. Raises LedgerError for what a person can mend: disk full,
    read-only, not a ledger.
    """

    def identity(self) -> tuple[str, Generation]:
        """Give the ledger's random id and its generation.

        A lower one than was seen before means an old copy.
        """
        ...

    def secret(self, given: bytes | None) -> bytes:
        """Give the secret of this ledger: the given one, else one made at first use and kept.

        Raises LedgerError when another secret was used before.
        """
        ...

    def begin_run(self, by: str, now: datetime) -> int:
        """Open a run under the run lock, and give its number; numbers go up by one.

        Batches still submitting belonged to runs that died: they become in doubt.
        """
        ...

    def started(self, newsletter: str) -> bool:
        """Whether this newsletter has a baseline."""
        ...

    def mailed(self, newsletter: str) -> Mapping[str, str]:
        """Article ids that are not new, each with its issue's id, or "" for the baseline.

        An issue counts unless every recipient of it was refused or withdrawn.
        """
        ...

    def start(self, newsletter: str, baseline: Sequence[str], *, by: str, now: datetime) -> None:
        """Fix the baseline of a newsletter that has nothing to send yet.

        Raises LedgerError when it has one.
        """
        ...

    def next_issue(self, newsletter: str, week: str) -> tuple[str, int]:
        """Give the id and the number of the next issue frozen in an ISO week such as 2026-W48."""
        ...

    def freeze(
        self,
        frozen: Frozen,
        batches: Iterable[Sequence[Recipient]],
        excluded: Iterable[Excluded],
    ) -> Issue:
        """Write down a whole issue in one transaction; after an error nothing of it is there.

        `batches` come in the order of keys; `excluded` is read after the last of them. Raises
        LedgerError when a key comes twice, the id is taken, or there is nobody to mail.
        """
        ...

    def issue(self, issue: str) -> Issue | None:
        """Give one issue by its id; None where there is none."""
        ...

    def issues(self, newsletter: str | None = None) -> tuple[Issue, ...]:
        """List issues, the newest first."""
        ...

    def message(self, issue: str) -> Message:
        """Give the frozen message, byte for byte. Raises LedgerError for an unknown issue."""
        ...

    def halted(self, issue: str) -> str:
        """Tell why workers have stopped with an issue; "" while they have not."""
        ...

    def pending(self, issue: str) -> tuple[int, ...]:
        """List the numbers of the batches that nobody has claimed and that hold somebody."""
        ...

    def batch(self, issue: str, number: int) -> Batch:
        """Give a batch with those of its recipients that are not withdrawn and go in no other.

        Raises LedgerError for an unknown one.
        """
        ...

    def batches(self, issue: str) -> tuple[Batch, ...]:
        """List the batches of an issue without their recipients."""
        ...

    def doubts(self, issue: str) -> tuple[Doubt, ...]:
        """List the batches of an issue that hold somebody in doubt."""
        ...

    def claim(
        self,
        batch: Batch,
        *,
        run: int,
        token: str,
        payload_hash: str,
        now: datetime,
        key_life: float = 0,
    ) -> bool:
        """Take a pending batch for one call; the provider keeps its key for so many seconds.

        False when it is no longer pending, or when somebody was withdrawn since it was read.
        """
        ...

    def repeat(
        self, batch: Batch, *, run: int, token: str, payload_hash: str, now: datetime
    ) -> bool:
        """Take a batch in doubt for the very same call, whose key the provider surely still knows.

        False when it may not be: other bytes, no key or an old one, taken back, or a clock that
        went back. Keys that live under twelve hours are only used by the run that made them.
        """
        ...

    def withdraw(self, batch: Batch, keys: Sequence[bytes], reason: str, now: datetime) -> None:
        """Take recipients out of a batch before it goes; one no longer pending stays as it is."""
        ...

    def accept(self, batch: Batch, token: str, receipt: Receipt, now: datetime) -> bool:
        """Record that the provider took a batch; False when the claim was another's.

        Raises ValueError, with nothing recorded, for a receipt that names anybody else.
        """
        ...

    def refuse(self, batch: Batch, token: str, reason: str, now: datetime) -> bool:
        """Record that the provider refused a whole batch; False when the claim was another's."""
        ...

    def doubt(self, batch: Batch, token: str, reason: str, now: datetime) -> bool:
        """Record that nobody can know what became of a batch; False when it is not claimed so."""
        ...

    def release(self, batch: Batch, token: str, reason: str, now: datetime) -> bool:
        """Put a claimed batch back to pending: it is certain that nothing left.

        An issue that was taken back has it withdrawn instead. False when the claim was another's.
        """
        ...

    def settle(self, issue: str, number: int, *, accepted: bool, by: str, now: datetime) -> bool:
        """Record what a person knows of a batch in doubt: accepted, or back to pending.

        An issue that was taken back has it withdrawn instead of pending. In a batch that was
        accepted it is about the recipients in doubt: accepted, or refused. False when nothing there
        is in doubt.
        """
        ...

    def found(
        self, batch: Batch, taken: Collection[bytes] | None, *, by: str, now: datetime
    ) -> int:
        """Record that the provider's records tell of a batch in doubt, or of some people in it.

        None for all of them. Who is not told of stays in doubt. Gives how many are accepted now.
        """
        ...

    def call_back(self, issue: str, *, by: str, now: datetime) -> int:
        """Record that the provider gave an accepted issue back before it went; how many it was."""
        ...

    def stop(self, issue: str, *, by: str, now: datetime) -> int:
        """Take back what nobody has claimed, and let nothing more of an issue be claimed.

        Needs no run lock. Gives the number of recipients withdrawn. Raises LedgerError for an
        unknown issue.
        """
        ...

    def stopped(self, issue: str) -> bool:
        """Whether an issue was taken back."""
        ...

    def split(self, batch: Batch, size: int, now: datetime) -> tuple[int, ...]:
        """Cut a pending batch into pieces of so many recipients; give the numbers of the new ones.

        None of them when it is no longer as it was read.
        """
        ...

    def may_go_again(self, issue: str) -> int:
        """Count who was refused and may get an issue again; whoever was forgotten may not."""
        ...

    def retry_refused(self, issue: str, size: int, *, by: str, now: datetime) -> int:
        """Put everybody who was refused into new batches; the refusals stay on record.

        Gives the number of recipients. Raises LedgerError for an issue that was taken back.
        """
        ...

    def forget(self, key: bytes, *, by: str, now: datetime) -> int:
        """Overwrite address and values of one recipient everywhere; their key stays.

        Pending or in doubt, they are withdrawn. Gives the number of issues they were in. Raises
        LedgerBusy when all is done but for overwriting what another program still reads.
        """
        ...

    def blank_before(self, before: datetime, *, by: str, now: datetime) -> tuple[str, ...]:
        """Forget everybody of the finished issues frozen before a time; give the ids of these."""
        ...

    def excluded(self, issue: str) -> tuple[Excluded, ...]:
        """List who was left out of an issue, by line of the audience file."""
        ...

    def refusals(self, issue: str) -> tuple[tuple[int, str], ...]:
        """List refused recipients as (line of the audience file, reason)."""
        ...

    def note(self, entry: LogEntry) -> None:
        """Append to the log."""
        ...

    def log(self, issue: str | None = None) -> tuple[LogEntry, ...]:
        """Read the log, the oldest first."""
        ...

    def marks(self, kind: str, subject: str) -> tuple[LogEntry, ...]:
        """Read the entries of a kind on a content hash or a newsletter, the oldest first."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


class Shared(Ledger, Protocol):
    """A ledger that workers on several computers hand over from at the same time.

    They know of each other only by it: the pace, who goes first, and when to stop.
    """

    def queue(self, issue: str, *, by: str, now: datetime) -> tuple[int, ...]:
        """Let workers hand over an issue, also once they had stopped.

        Gives the numbers of the batches that are pending.
        """
        ...

    def queued(self) -> tuple[tuple[str, int], ...]:
        """List issue and number of the batches that workers are still to hand over."""
        ...

    def wanted(self, issue: str, number: int) -> bool:
        """Whether workers are still to hand over a batch."""
        ...

    def halt(self, issue: str, reason: str, *, by: str, now: datetime) -> None:
        """Let all workers stop with an issue until it is queued again."""
        ...

    def bury(self, *, by: str, now: datetime) -> int:
        """Put in doubt what dead runs had claimed, and count the batches; the living go on."""
        ...

    def turn(self, provider: str, gap: float) -> float:
        """Take the next turn to call a provider, so many seconds after the last one's.

        Gives the seconds until it comes.
        """
        ...

    def put_off(self, provider: str, seconds: float) -> None:
        """Let nobody call a provider for so many seconds."""
        ...

    def doubted(self, issue: str) -> int:
        """Count a doubtful answer, and give how many there were one after the other."""
        ...

    def known(self, issue: str) -> None:
        """Note a clear answer: it ends a row of doubtful ones."""
        ...

    def go_first(self, issue: str) -> bool:
        """Be the one who tries an issue of which nobody was accepted yet."""
        ...

    def let_others_go(self, issue: str) -> None:
        """Let another be the one."""
        ...
