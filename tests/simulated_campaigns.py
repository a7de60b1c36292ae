"""The simulator's other half: an issue as one campaign at a provider that holds the list.

The provider is late with its lists, doubles drafts, loses calls before and after it did them, and
somebody there may let a draft go by hand. What counts is how often an issue was let go.
"""

from collections import Counter
from dataclasses import replace

from simulated import START
from simulator import MESSAGE, Crash, Play, SqliteLedger
from syndicate.errors import LedgerError, Misconfigured, Refused, Throttled, Unavailable, Uncertain
from syndicate.ledger.sqlite import SqliteDatabase
from syndicate.models import Abilities, Campaign, Frozen, HeldList, Stage, Status
from syndicate.send import CampaignRun, Ending, hand_over_campaign

LIST = HeldList("list-1", "Readers", 12)
OUTCOMES = (
    "done", "refused", "later", "misconfigured", "out of reach",
    "lost, and done", "lost, and not done", "lost, and done late",
)  # fmt: skip
#: calls that may make doubt, and those that only ask, with what they may be answered
CELLS = (
    *((call, outcome) for call in ("create", "fill", "flip") for outcome in OUTCOMES),
    *((call, outcome) for call in ("find", "read") for outcome in ("done", "out of reach")),
)
#: seconds after which a list at the provider surely shows a draft
LATE_LISTS = 30.0
#: seconds after which a call that was lost is surely done, or never
LATE_CALLS = 50.0


class CampaignProvider:
    """A provider that holds a list, answers by the dice, and knows what it really let go."""

    name, own_tokens, patience = "simulated", frozenset({"unsubscribe_url"}), 20.0
    abilities = Abilities("Simulated", "", holds_list=True, take_back=True)

    def __init__(self, play):
        self.play = play
        self.honest = False
        self.kept = {}
        #: when each was made, by its reference
        self.made = {}
        #: how often an issue was let go, by marker
        self.gone = Counter()

    def fits(self, message):
        pass

    def create(self, message, audience, marker):
        def make():
            reference = f"c{len(self.made) + 1}"
            self.made[reference] = self.play.world.ticks
            html = "" if self.play.rng.random() < 0.2 else message.html
            self.kept[reference] = Campaign(
                reference, marker, audience.id, Stage.DRAFT, message.subject, html
            )
            return self.kept[reference]

        return self.changing("create", make)

    def fill(self, reference, message, audience, marker):
        def put():
            self.kept[reference] = replace(
                self.kept[reference], html=message.html, audience=audience.id, marker=marker
            )

        self.changing("fill", put)

    def flip(self, reference, at):
        del at
        self.play.lets_go(self.kept[reference])

        def go():
            found = self.kept[reference]
            if found.stage is not Stage.DRAFT:
                raise Refused("it is not a draft")
            self.gone[found.marker] += 1
            self.kept[reference] = replace(found, stage=Stage.GONE)

        self.changing("flip", go)

    def find(self, marker):
        self.asked("find")
        now, rng = self.play.world.ticks, self.play.rng
        return tuple(
            one
            for reference, one in self.kept.items()
            if one.marker == marker
            and (self.honest or now - self.made[reference] > LATE_LISTS or rng.random() < 0.7)
        )

    def read(self, reference):
        self.asked("read")
        return self.kept.get(reference)

    def differs(self, campaign, message):
        return "" if campaign.html == message.html else "its text is another one."

    def asked(self, what):
        if not self.honest and self.play.rng.random() < 0.15:
            self.play.covered(what, "out of reach")
            raise Unavailable("no answer")
        self.play.covered(what, "done")

    def changing(self, what, act):
        self.play.step(f"before {what}")
        rng = self.play.rng
        outcome = "done" if self.honest or rng.random() < 0.45 else rng.choice(OUTCOMES)
        self.play.covered(what, outcome)
        if outcome == "later":
            raise Throttled("later", rng.choice([None, 0.0, 9.0, 600.0]))
        if outcome in ("refused", "misconfigured", "out of reach"):
            raise {"refused": Refused, "misconfigured": Misconfigured}.get(outcome, Unavailable)("")
        if outcome == "lost, and not done":
            raise Uncertain("cut")
        if outcome == "lost, and done late":
            self.play.world.at(rng.uniform(0, LATE_CALLS), lambda: self.play.quietly(act))
            raise Uncertain("cut")
        result = act()
        self.play.step(f"after {what}")
        if outcome == "lost, and done":
            raise Uncertain("cut")
        return result


class CampaignPlay(Play):
    """One story of issues that are campaigns."""

    def __init__(self, seed, *, ledger=lambda it: it, provider=lambda it: it, tell=None):
        super().__init__(seed, ledger=ledger, tell=tell)
        self.truth = CampaignProvider(self)
        self.provider = provider(self.truth)

    def lets_go(self, campaign):
        """Only what is claimed is let go, nothing taken back, and nothing else than was frozen."""
        issue = campaign.marker.split("/")[1]
        ledger = SqliteLedger(SqliteDatabase(self.connection, "simulated", readonly=False))
        (batch,) = ledger.batches(issue)
        assert batch.status is Status.SUBMITTING, "let go without a claim"
        assert issue not in self.undone, "let go, and taken back"
        assert campaign.html == MESSAGE.html, "let go, and not as it was frozen"

    def covered(self, what, outcome):
        if not self.truth.honest:
            self.coverage["campaign", what, outcome] += 1
        self.say(f"{what}: {outcome}")

    def one_run(self):
        rng, world = self.rng, self.world
        world.stop = False
        self.left = rng.randint(1, 60) if rng.random() < 0.6 else None
        for chance, action in ((0.2, self.ctrl_c), (0.2, self.undo), (0.1, self.by_hand)):
            if rng.random() < chance:
                world.at(rng.choice([0.0, 1.0, 30.0]), action)
        try:
            ledger = SqliteLedger(self.database())
            run = ledger.begin_run("run", world.now())
            issue = self.unfinished(ledger) or self.freeze(ledger)
            if issue:
                result = self.hand_over(self.wrap_ledger(ledger), run, issue)
                self.say(f"run {run} ended: {result.ending} {result.reason}")
        except (Crash, LedgerError):
            self.connection.rollback()
        self.left = None

    @staticmethod
    def unfinished(ledger):
        """Go on with what is pending; what is in doubt is looked at by the same command."""
        open_ = (one for one in ledger.issues() if one.counts.pending or one.counts.in_doubt)
        return next((one.id for one in open_), None)

    def freeze(self, ledger):
        issue, number = ledger.next_issue("weekly", "2026-W48")
        if number > 2:
            return None
        frozen = Frozen(
            issue, number, "weekly", "simulated", "c" * 64, (issue,), MESSAGE, START,
            None if ledger.started("weekly") else (), "run", LIST,
        )  # fmt: skip
        ledger.freeze(frozen, [], [])
        return issue

    def hand_over(self, ledger, run, issue, _wire=None):
        found = ledger.issue(issue)
        marker = f"site/{issue}/{found.content_hash}"
        return hand_over_campaign(
            CampaignRun(
                ledger, self.provider, found, MESSAGE, LIST, marker, run, "run",
                self.world.clock(),
            )
        )  # fmt: skip

    def by_hand(self):
        """Somebody at the provider lets a draft go that its lists show."""
        old = self.world.ticks - LATE_LISTS
        drafts = (
            one
            for one in self.truth.kept.values()
            if one.stage is Stage.DRAFT and self.truth.made[one.reference] < old
        )
        draft = next(drafts, None)
        if draft and not self.truth.gone[draft.marker]:
            self.say(f"let go by hand: {draft.reference}")
            self.truth.gone[draft.marker] += 1
            self.truth.kept[draft.reference] = replace(draft, stage=Stage.GONE)

    def between(self):
        self.world.pause(self.rng.choice([0.0, 60.0, 7_200.0]))
        ledger = SqliteLedger(self.database())
        ledger.begin_run("between", self.world.now())
        if self.rng.random() < 0.2:
            self.world.moved -= 3600

    def heal(self):
        """From here on nothing goes wrong: what is pending is let go, what is in doubt is known."""
        self.world.pause(2 * LATE_CALLS)
        self.truth.honest, self.world.stop = True, False
        ledger = SqliteLedger(self.database())
        run = ledger.begin_run("heal", self.world.now())
        while issue := self.unfinished(ledger):
            result = self.hand_over(self.wrap_ledger(ledger), run, issue)
            assert result.ending in {Ending.DONE, Ending.UNDONE}, result
        self.check()

    def check(self):
        """Hold what the ledger claims to know against what the provider really let go."""
        ledger = SqliteLedger(SqliteDatabase(self.connection, "simulated", readonly=False))
        for issue in ledger.issues():
            gone = self.truth.gone[f"site/{issue.id}/{issue.content_hash}"]
            assert gone <= 1, "let go twice"
            (batch,) = ledger.batches(issue.id)
            if batch.status is Status.ACCEPTED:
                assert gone == 1, "accepted, and not let go"
            if batch.status is Status.REFUSED:
                assert gone == 0, "refused, and let go"
            assert issue.counts.frozen == LIST.people, "somebody is lost"
