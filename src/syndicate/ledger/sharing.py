"""Sharing: what the workers on several computers know of each other, only by the database."""

from datetime import datetime

from syndicate.ledger.claiming import Claiming
from syndicate.ledger.writing import Writer


class Sharing(Claiming, Writer):
    """The part of a ledger that several workers hand over from; see `Shared`."""

    def queue(self, issue: str, *, by: str, now: datetime) -> tuple[int, ...]:
        """Let workers hand over an issue, also once they had stopped; gives what is pending."""
        with self._db.change():
            self._db.all("add_to_queue", issue=issue)
            numbers = self.pending(issue)
            self._log(now, by, issue, f"{issue} queued for workers: {len(numbers)} batches")
        return numbers

    def queued(self) -> tuple[tuple[str, int], ...]:
        """List issue and number of the batches that workers are still to hand over."""
        return tuple((row["issue"], row["number"]) for row in self._db.all("list_queue"))

    def wanted(self, issue: str, number: int) -> bool:
        """Whether workers are still to hand over a batch."""
        return self._db.one("find_wanted", issue=issue, number=number) is not None

    def halt(self, issue: str, reason: str, *, by: str, now: datetime) -> None:
        """Let all workers stop with an issue until it is queued again; the first reason stays."""
        with self._db.change():
            if self._db.all("halt_queue", issue=issue, reason=reason):
                self._log(now, by, issue, f"workers stopped with {issue}: {reason}")

    def halted(self, issue: str) -> str:
        """Tell why workers have stopped with an issue; "" while they have not."""
        row = self._db.one("find_halted", issue=issue)
        return str(row["halted"]) if row else ""

    def bury(self, *, by: str, now: datetime) -> int:
        """Put in doubt what dead runs had claimed, and count the batches; the living go on."""
        with self._db.change():
            return self._doubt_orphans(by, now)

    def turn(self, provider: str, gap: float) -> float:
        """Take the next turn to call a provider, so many seconds after the last one's.

        Gives the seconds until it comes.
        """
        row = self._db.one("take_turn", provider=provider, gap=float(gap))
        return max(0.0, row["seconds"]) if row else 0.0

    def put_off(self, provider: str, seconds: float) -> None:
        """Let nobody call a provider for so many seconds, as it asked one of us."""
        self._db.all("put_off", provider=provider, seconds=float(seconds))

    def doubted(self, issue: str) -> int:
        """Count a doubtful answer, and give how many there were one after the other."""
        row = self._db.one("count_doubt", issue=issue)
        return int(row["doubts"]) if row else 1

    def known(self, issue: str) -> None:
        """Note a clear answer: it ends a row of doubtful ones."""
        self._db.all("end_doubts", issue=issue)

    def go_first(self, issue: str) -> bool:
        """Be the one who tries an issue of which nobody was accepted yet; False for all others."""
        row = self._db.one("go_first", issue=issue)
        return row is not None and bool(row["first"])

    def let_others_go(self, issue: str) -> None:
        """Let another be the one."""
        self._db.all("let_others_go", issue=issue)
