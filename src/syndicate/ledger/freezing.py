"""Freezing: an issue, and everybody who gets it, written down whole in one transaction."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from syndicate.errors import LedgerError
from syndicate.ledger.base import utc_text
from syndicate.ledger.sql import RepeatedKey
from syndicate.ledger.writing import Writer
from syndicate.models import Excluded, Frozen, Issue, Recipient, Roll


class Freezing(Writer):
    """The part of a ledger that starts newsletters and freezes issues; see `Ledger`."""

    def secret(self, given: bytes | None) -> bytes:
        """Give the secret of this ledger: the given one, else one made at first use and kept.

        Raises LedgerError when another secret was used before.
        """
        fresh = given or secrets.token_bytes(32)
        if self._meta()["fingerprint"] is None:
            if self._db.readonly:
                return fresh
            kept = None if given else fresh
            with self._db.change():
                self._db.all("keep_secret", secret=kept, fingerprint=_fingerprint(fresh))
        meta = self._meta()
        secret: bytes | None = given or meta["secret"]
        if secret is None:
            raise LedgerError(
                f"{self._db.place}: this ledger was made with a secret of yours, and [site] names "
                'none. Put its line back, such as secret_env = "SYNDICATE_SECRET", and set that '
                "variable as it was."
            )
        if hmac.compare_digest(_fingerprint(secret), meta["fingerprint"]):
            return secret
        if meta["secret"] is None:
            raise LedgerError(
                f"{self._db.place}: what [site] secret_env names is not the secret this ledger was "
                "made with, so people could be mailed twice. Set the variable as it was."
            )
        raise LedgerError(
            f"{self._db.place}: this ledger made a secret of its own at its first use, and another "
            "one, from [site] secret_env, could mail people twice. Take the line secret_env out of "
            "syndicate.toml to go on with the ledger's own; see docs/unsubscribe.md."
        )

    def start(self, newsletter: str, baseline: Sequence[str], *, by: str, now: datetime) -> None:
        """Fix the baseline of a newsletter. Raises LedgerError when it has one."""
        with self._db.change():
            self._start(newsletter, baseline, now)
            text = f"{newsletter} started: {len(baseline)} articles count as mailed before"
            self._log(now, by, "", text)

    def freeze(
        self,
        frozen: Frozen,
        batches: Iterable[Sequence[Recipient]],
        excluded: Iterable[Excluded],
    ) -> Issue:
        """Write down a whole issue in one transaction; after an error nothing of it is there.

        `excluded` is read after the last batch, so it may be filled on the way.
        Raises LedgerError when a key comes twice, the id is taken, or there is nobody to mail.
        """
        with self._db.change():
            self._refuse_taken(frozen)
            self._start(frozen.newsletter, frozen.baseline, frozen.frozen_at)
            seq = self._add_issue(frozen)
            for number, people in enumerate(batches, 1):
                self._add_batch(frozen.id, seq, number, people)
            if frozen.audience is not None and frozen.audience.people:
                self._put_batch(seq, 1, (), n=frozen.audience.people)
            self._db.many("add_excluded", (_excluded(seq, one) for one in excluded))
            issue = self.issue(frozen.id)
            if issue is None:
                raise LedgerError(f"{frozen.id}: there is nobody to mail. Nothing was frozen.")
            text = f"frozen for {issue.counts.frozen}, excluded {sum(issue.excluded.values())}, "
            text += f"content {frozen.content_hash[:6]}"
            self._log(frozen.frozen_at, frozen.by, frozen.id, text)
        self._db.tidy()
        return issue

    def _refuse_taken(self, frozen: Frozen) -> None:
        row = self._db.one(
            "find_taken", id=frozen.id, newsletter=frozen.newsletter, number=frozen.number
        )
        if row is not None:
            raise LedgerError(
                f"{self._db.place}: {frozen.id} (number {frozen.number}) cannot be frozen: "
                f"{row['id']} (number {row['number']}) is there already. Run the command again."
            )

    def _start(self, newsletter: str, baseline: Sequence[str] | None, at: datetime) -> None:
        """Write down the baseline of a newsletter, which comes once and first."""
        if self.started(newsletter) != (baseline is None):
            there = "has a baseline already" if baseline is not None else "has no baseline"
            raise LedgerError(
                f'{self._db.place}: the newsletter "{newsletter}" {there}. '
                "Run the command again, and say what counts as new with --baseline only for "
                "a newsletter's first issue."
            )
        if baseline is not None:
            self._db.all("add_newsletter", newsletter=newsletter, at=utc_text(at))
            rows = ({"newsletter": newsletter, "article": article} for article in baseline)
            self._db.many("add_mailed_before", rows)

    def _add_issue(self, frozen: Frozen) -> int:
        (row,) = self._db.all(
            "add_issue",
            id=frozen.id,
            newsletter=frozen.newsletter,
            number=frozen.number,
            provider=frozen.provider,
            settings=msgspec.json.encode(frozen.settings).decode(),
            audience=frozen.audience.id if frozen.audience else "",
            content_hash=frozen.content_hash,
            subject=frozen.message.subject,
            message=msgspec.json.encode(frozen.message),
            at=utc_text(frozen.frozen_at),
            by=frozen.by,
        )
        seq: int = row["seq"]
        places = enumerate(frozen.articles, 1)
        rows = ({"seq": seq, "position": place, "article": article} for place, article in places)
        self._db.many("add_issue_article", rows)
        return seq

    def _add_batch(self, issue: str, seq: int, number: int, people: Sequence[Recipient]) -> None:
        self._put_batch(seq, number, people)
        try:
            self._db.add_keys(seq, number, Roll.of(people).heads)
        except RepeatedKey as error:
            raise LedgerError(
                f"{self._db.place}: a recipient comes twice in {issue} (again in batch {number}). "
                "Nothing was frozen. Look for repeats with: syndicate audience check"
            ) from error


def _fingerprint(secret: bytes) -> str:
    """Give what tells two secrets apart without telling either."""
    return hmac.digest(secret, b"syndicate ledger fingerprint", hashlib.sha256).hex()


def _excluded(seq: int, one: Excluded) -> dict[str, Any]:
    return {"seq": seq, "reason": one.reason, "line": one.line, "key": one.key}
