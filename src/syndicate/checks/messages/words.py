"""Subject, preview text, and what a message must say: how to leave, who sends it, whom to call."""

import re
from collections.abc import Iterator

from syndicate.checks.base import ADVICE, MUST, About, Check, Found
from syndicate.checks.messages.letter import Letter
from syndicate.text import quote
from syndicate.tokens import UNSUBSCRIBE, fill, names, substitute

#: characters of a subject that most inboxes on a computer show
SUBJECT = 78
#: characters of a preheader that say something and are shown
PREHEADER = range(35, 141)
#: characters below which a text part says nothing
TEXT = 40


def _subject(letter: Letter) -> Iterator[Found]:
    if not letter.message.subject.strip():
        yield Found(
            "The subject is empty.", "Set subject in the newsletter's table of syndicate.toml."
        )


def _subject_length(letter: Letter) -> Iterator[Found]:
    size = len(fill(letter.message.subject, {}))
    if size > SUBJECT:
        yield Found(
            f"The subject has {size} characters; inboxes show about {SUBJECT}, phones 40.",
            "Put what matters first, or shorten it.",
        )


def _shouting(letter: Letter) -> Iterator[Found]:
    subject = fill(letter.message.subject, {})
    letters = [sign for sign in subject if sign.isalpha() and sign.lower() != sign.upper()]
    if len(letters) > 10 and all(sign.isupper() for sign in letters):  # noqa: PLR2004 -- not a name
        yield Found(
            f"The subject shouts: {quote(subject)}.", "Write it in small letters, as a sentence."
        )
    elif re.search(r"[!?]{2,}|[$€£]{2,}", subject):
        text = f"The subject {quote(subject)} is pointed like an advertisement."
        yield Found(text, "One sign at its end is enough.")


def _honest(letter: Letter) -> Iterator[Found]:
    subject = fill(letter.message.subject, {})
    if re.match(r"(?:re|fwd?|aw|wg|tr|sv|vs|rv|antw)\s*:", subject, re.IGNORECASE):
        yield Found(
            f"The subject {quote(subject)} looks like an answer, and is none.",
            "Take its first word away: Gmail forbids it, and CAN-SPAM calls it deceptive.",
        )


def _preheader(letter: Letter) -> Iterator[Found]:
    size = len(fill(letter.message.preheader, {}).strip())
    if size not in PREHEADER:
        much = "short" if size < PREHEADER.start else "long"
        yield Found(
            f"The preview text has {size} characters, which is {much}.",
            f"Between {PREHEADER.start} and {PREHEADER.stop - 1} read well beside the subject.",
        )


def _repeats(letter: Letter) -> Iterator[Found]:
    subject = fill(letter.message.subject, {}).strip().casefold()
    if subject and fill(letter.message.preheader, {}).strip().casefold().startswith(subject):
        yield Found(
            "The preview text says again what the subject says.",
            "Let it say what else there is: preheader, in the newsletter's table.",
        )


def _text(letter: Letter) -> Iterator[Found]:
    if len(letter.message.text.strip()) < TEXT:
        yield Found(
            "There is no plain text, which some read on purpose and spam filters ask for.",
            "Put it back into the template that ends in .txt.j2.",
        )


def _unsubscribe(letter: Letter) -> Iterator[Found]:
    for name, part in (("HTML", letter.message.html), ("text", letter.message.text)):
        if UNSUBSCRIBE not in names(part):
            yield Found(
                f"The {name} part has no unsubscribe link.", "Put it back into the template."
            )


def _address(letter: Letter) -> Iterator[Found]:
    if not letter.config.site.address.strip():
        yield Found(
            "There is no postal address in the footer; the law asks for one in every email.",
            'Add a line to [site] in syndicate.toml: address = "..."',
        )
    elif _plain(letter.config.site.address) not in _said(letter):
        yield Found(
            "The footer does not show your postal address; the law asks for it in every email.",
            "Put {{ site.address }} back into the template.",
        )


def _example(letter: Letter) -> Iterator[Found]:
    address = letter.config.site.address
    if re.search(r"\bexample (street|town)\b", address, re.IGNORECASE):
        yield Found(
            f"The postal address in the footer is an example: {quote(address)}.",
            "Write your own in [site] address.",
        )


def _help_line(letter: Letter) -> Iterator[Found]:
    line = letter.config.site.help_line
    digits = re.sub(r"\D", "", line)
    if digits and digits not in re.sub(r"[^\dA-Za-z]", "", _said(letter)):
        yield Found(
            f"The help line {line} is not in the email.",
            "Put {{ site.help_line }} back into the template.",
        )


def _disclaimer(letter: Letter) -> Iterator[Found]:
    site = letter.config.site
    if not site.disclaimer:
        yield Found(
            "The issue has no disclaimer.", "Write one in [site] disclaimer of syndicate.toml."
        )
    elif _plain(site.disclaimer) not in _said(letter):
        yield Found(
            "The issue does not show your disclaimer.",
            "Put {{ site.disclaimer }} back into the template.",
        )


def _year(letter: Letter) -> Iterator[Found]:
    now = letter.now.astimezone(letter.config.site.zone).year
    pattern = r"(?:©|\bcopyright\b)[ ,©]*(?:\d{4} ?[-\N{EN DASH}] ?)?(\d{4})"
    for found in re.finditer(pattern, letter.message.text, re.IGNORECASE):
        if int(found[1]) < now:
            yield Found(f"The copyright is of {found[1]}, and this is {now}.", f"Write {now}.")
            return


def _fallback(letter: Letter) -> Iterator[Found]:
    message, bare = letter.message, set[str]()

    def note(name: str, fallback: str | None) -> str:
        if fallback is None and name != UNSUBSCRIBE and name not in letter.carrier.own_tokens:
            bare.add(name)
        return ""

    substitute(f"{message.subject}{message.preheader}{message.html}{message.text}", note)
    for name in sorted(bare):
        yield Found(
            f'"{name}" has no words for people without one, who would read a gap.',
            f'Write {{{{ recipient.{name} | or("there") }}}}.',
        )


def _said(letter: Letter) -> str:
    """Give all that people can read of the HTML, on one line."""
    return _plain(" ".join(run.text for run in letter.runs))


def _plain(text: str) -> str:
    return " ".join(text.replace("\u200b", "").split())


_M = About.MESSAGE
CHECKS: tuple[Check[Letter], ...] = (
    Check("subject", MUST, _M, "An issue has a subject.", _subject),
    Check("subject-length", ADVICE, _M, "The subject is short enough to be seen.", _subject_length),
    Check("subject-shouts", ADVICE, _M, "The subject does not shout.", _shouting),
    Check("subject-honest", ADVICE, _M, "The subject does not pretend to be an answer.", _honest),
    Check("preheader-length", ADVICE, _M, "The preview text is neither bare nor cut.", _preheader),
    Check(
        "preheader-repeats", ADVICE, _M, "The preview text says more than the subject.", _repeats
    ),
    Check("text-part", MUST, _M, "There is a plain text as well.", _text),
    Check("unsubscribe", MUST, _M, "Both parts have the unsubscribe link.", _unsubscribe),
    Check("address", MUST, _M, "The footer has a postal address.", _address),
    Check("example-address", ADVICE, _M, "The postal address is a real one.", _example),
    Check("help-line", ADVICE, _M, "The help line stands in the email.", _help_line),
    Check(
        "issue-disclaimer",
        ADVICE,
        _M,
        "The disclaimer stands in the issue.",
        _disclaimer,
        group="health",
    ),
    Check("footer-year", ADVICE, _M, "A copyright in the footer is of this year.", _year),
    Check("fallback", ADVICE, _M, "What differs by recipient has words for all.", _fallback),
)
