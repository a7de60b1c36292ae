"""What is well with an issue, in a few words and figures: so that quiet says something too."""

from collections.abc import Collection, Iterator

from syndicate.checks.messages.letter import Letter
from syndicate.checks.messages.looks import GMAIL_CLIPS, HEADROOM


def good(letter: Letter, named: Collection[str]) -> Iterator[str]:
    """List what is well; `named` are the checks that found something in this issue."""
    site, links = letter.config.site, {link.href for link in letter.links}
    if not {"relative-link", "http-link", "same-words"} & set(named):
        yield f"{len(links)} links well formed"
    if letter.images and not {"message-alt", "picture-width"} & set(named):
        yield f"{len(letter.images)} pictures with words and width"
    if not {"clipped", "heavy"} & set(named):
        size = len(letter.message.html.encode(errors="replace")) / 1024
        whole, more = GMAIL_CLIPS // 1024, HEADROOM // 1024
        yield f"{size:.0f} of {whole} KB before Gmail cuts (a provider adds about {more})"
    if "text-part" not in named:
        yield f"plain text {len(letter.message.text.encode(errors='replace')) / 1024:.1f} KB"
    for checks, words, there in (
        ({"contrast"}, "contrast", True),
        ({"dark-text"}, "dark mode", True),
        ({"mail-programs", "style-size"}, "mail programs", True),
        ({"unsubscribe", "one-click"}, "unsubscribe", True),
        ({"address", "example-address"}, "address", True),
        ({"help-line"}, "help line", bool(site.help_line)),
        ({"issue-disclaimer"}, "disclaimer", bool(site.disclaimer)),
    ):
        if there and not checks & set(named):
            yield words
