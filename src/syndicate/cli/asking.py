"""Questions on articles of which only a person can tell whether they are new."""

from typing import TYPE_CHECKING

import click

from syndicate.cli.console import talk
from syndicate.cli.desk import Desk
from syndicate.models import Question, Reading

if TYPE_CHECKING:
    from syndicate.models import Choice, LeftOut


def say(choice: "Choice") -> None:
    """Say which articles are not mailed because nobody was asked."""
    for left, _ in _open(choice):
        talk(f"Not mailed: {left.head.where.path}, {left.reason}.")


def answer(desk: Desk, reading: Reading, choice: "Choice") -> bool:
    """Ask about each article, and keep the answers; False when there was nothing to ask."""
    from syndicate.sources import identities, kept

    asked = _open(choice)
    known = dict(reading.ids)
    for left, question in asked:
        same = not click.confirm(_wording(left.head.title, question), err=True)
        known = identities.answered(known, question, left.head.slug, same=same)
    if asked:
        kept.save(desk.config.ids_path, known)
    return bool(asked)


def _open(choice: "Choice") -> "list[tuple[LeftOut, Question]]":
    return [(left, left.question) for left in choice.left_out if left.question is not None]


def _wording(title: str, question: Question) -> str:
    if question.reused:
        happened = f'{question.path} held "{question.title}", and now holds "{title}".'
    elif question.beside:
        happened = f"{question.path} has the title, the day and many words of another article."
    else:
        happened = f'"{question.title}" was mailed and is gone; {question.path} is like it.'
    return f"{happened} Is it another article, to be mailed as new?"
