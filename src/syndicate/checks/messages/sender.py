"""Who sends: what Gmail and Yahoo ask of those who send to many, as far as it can be seen here.

Sources: Google, "Email sender guidelines", https://support.google.com/a/answer/81126, and "Email
sender guidelines FAQ", https://support.google.com/a/answer/14229414; Yahoo, "Sender best
practices", https://senders.yahooinc.com/best-practices/. In force since February 2024, one-click
since June 2024; Google's read in stored copies in November 2026, Yahoo's in others' reports of it.
What only the domain's records can tell is asked with `--online`.
"""

import re
from collections.abc import Iterator

from syndicate.checks.base import ADVICE, MUST, About, Check, Found
from syndicate.checks.messages.letter import Letter
from syndicate.tokens import UNSUBSCRIBE

#: their own DMARC records tell everybody to distrust mail in their name that comes from elsewhere
FREE = frozenset(
    """gmail.com googlemail.com yahoo.com yahoo.co.uk ymail.com rocketmail.com aol.com outlook.com
    hotmail.com hotmail.co.uk live.com msn.com icloud.com me.com mac.com gmx.de gmx.net gmx.com
    web.de t-online.de mail.ru yandex.ru qq.com 163.com proton.me protonmail.com orange.fr
    laposte.net free.fr libero.it comcast.net btinternet.com""".split()  # noqa: SIM905
)
_NOBODY = re.compile(
    r"(?:no|not|do-?not|dont|nicht)[._-]?(?:reply|respond|antworten)", re.IGNORECASE
)


def _free(letter: Letter) -> Iterator[Found]:
    domain = letter.message.sender.address.rpartition("@")[2].lower()
    if domain in FREE:
        yield Found(
            f"The sender is at {domain}, which tells the world to distrust its name in mail that "
            "others send.",
            "Send from a domain of your own.",
        )


def _nobody(letter: Letter) -> Iterator[Found]:
    for mailbox in letter.message.reply_to or (letter.message.sender,):
        local = mailbox.address.partition("@")[0]
        if _NOBODY.match(local):
            yield Found(
                f'Answers go to "{local}", where nobody reads them.',
                "Name an address that somebody reads: reply_to.",
            )


def _name(letter: Letter) -> Iterator[Found]:
    sender = letter.message.sender
    if not sender.name.strip() or "@" in sender.name:
        yield Found(
            "The sender has no name, so inboxes show the bare address.",
            'Write sender = "Name <address>".',
        )


def _one_click(letter: Letter) -> Iterator[Found]:
    newsletter, carrier = letter.newsletter, letter.carrier
    if newsletter.unsubscribe_url:
        if not letter.config.site.secret_env:
            yield Found(
                "unsubscribe_url needs a secret of yours, as the page that receives its tokens "
                "must verify them.",
                '[site] secret_env = "SYNDICATE_SECRET", see docs/unsubscribe.md.',
            )
    elif carrier.columns is not None and UNSUBSCRIBE not in carrier.own_tokens | carrier.columns:
        yield Found(
            f"Nobody could unsubscribe: {newsletter.provider} makes no link of its own, and "
            f'{newsletter.audience} has no column "{UNSUBSCRIBE}".',
            "Add one, or set unsubscribe_url: see docs/unsubscribe.md.",
        )


_S = About.SENDER
CHECKS: tuple[Check[Letter], ...] = (
    Check("free-sender", ADVICE, _S, "The sender's domain is your own.", _free),
    Check("no-reply", ADVICE, _S, "Somebody reads the answers.", _nobody),
    Check("sender-name", ADVICE, _S, "The sender has a name.", _name),
    Check("one-click", MUST, _S, "Everybody can leave by one click (RFC 8058).", _one_click),
)
