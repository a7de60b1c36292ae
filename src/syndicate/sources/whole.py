"""Whole: one article read to its end, as feeds and email show it, and as it was written."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from syndicate import frontmatter, processors, stamps
from syndicate.errors import ArticleError
from syndicate.models import Article, Head, Picture, Where
from syndicate.sources import disk
from syndicate.sources.index import Index, Shown
from syndicate.sources.pictures import Pictures
from syndicate.sources.scan import beside, hash_of
from syndicate.stamps import Stamp

if TYPE_CHECKING:
    from syndicate.markup import TooMuch
    from syndicate.models import Manuscript

#: characters of a summary made from the text
SUMMARY = 240
#: articles that are worth a processor of their own, when they are read whole
SHARE = 60


class _Whole(msgspec.Struct, array_like=True):
    """An article that was read whole, or what is wrong with it."""

    article: Article | None
    #: what it was read from
    shown: Shown | None = None
    wrong: str = ""


class Reader:
    """Reads articles of a folder whole, once their heads are known."""

    def __init__(
        self, root: Path, folder: str, pictures: Pictures, index: Index | None, began: int
    ) -> None:
        self.pictures = pictures
        self._root = root
        self._folder = folder
        self._index = index
        self._began = began

    def mark(self, head: Head) -> str:
        """Give what changes whenever `article` gives something else; "" where that is not known.

        It is not known before the article was read whole, nor when a picture of it was changed.
        """
        index, path = self._index, head.where.path
        shown = index.shown(path) if index else None
        if index is None or shown is None:
            return ""
        state = tuple((name, self.pictures.stamp(name)) for name, _ in shown.pictures)
        if state != shown.pictures:
            return ""
        told = repr((index.about, shown, head.id, head.image))
        return hashlib.sha256(told.encode()).hexdigest()

    def article(self, head: Head) -> Article:
        """Read one article whole. Raises ArticleError if it changed or went since `read`."""
        from syndicate import prose  # noqa: PLC0415 -- most builds read few articles whole
        from syndicate.text import reading_minutes  # noqa: PLC0415

        article = self.shown(head)
        text = prose.plain(article.html)
        return msgspec.structs.replace(article, text=text, minutes=reading_minutes(text))

    def shown(self, head: Head) -> Article:
        """Read one article as feeds show it: without its plain text and its reading time.

        Raises ArticleError as `article` does.
        """
        from syndicate import markup  # noqa: PLC0415 -- most builds read few articles whole
        from syndicate.excerpts import excerpt  # noqa: PLC0415

        path = head.where.path
        body = self.parts(head).body
        looked: dict[str, Stamp | None] = {}

        def locate(link: str) -> Picture | None:
            looked.update(self.pictures.state(link, self._beside(path)))
            return self._measured(link, self._beside(path))

        try:
            rendered = markup.render(body, head.url, locate)
        except markup.TooMuch as error:
            raise _placed(error, head.where) from None
        told = {name: getattr(head, name) for name in Head.__struct_fields__}
        if head.image is not None:
            told["image"] = self.pictures.measured(head.image)
            if head.image.file:
                name = head.image.file.removeprefix(f"{self._folder}/")
                looked[name] = self.pictures.stamp(name)
        if self._index is not None:
            kept = {name: then and stamps.kept(then, self._began) for name, then in looked.items()}
            self._index.show(path, tuple(kept.items()))
        return Article(
            **told,
            html=rendered.html,
            text="",
            summary=head.description or excerpt(_start(rendered.html), SUMMARY),
            minutes=1,
            pictures=rendered.pictures,
        )

    def shown_all(self, heads: Sequence[Head]) -> Iterator[Article | ArticleError]:
        """Read articles as `shown` does, many of them with all processors.

        Where one cannot be read, what is wrong stands in its place.
        """
        for share in processors.spread(self._shown, heads, list[_Whole], least=SHARE):
            for one in share:
                if one.article is None:
                    yield ArticleError(one.wrong)
                    continue
                if self._index is not None and one.shown is not None:
                    self._index.show(one.article.where.path, one.shown.pictures)
                yield one.article

    def _shown(self, heads: Iterable[Head]) -> "list[_Whole]":
        found = []
        for head in heads:
            try:
                article = self.shown(head)
            except ArticleError as error:
                found.append(_Whole(None, wrong=str(error)))
            else:
                shown = self._index.shown(head.where.path) if self._index else None
                found.append(_Whole(article, shown))
        return found

    def manuscript(self, head: Head) -> "Manuscript":
        """Read an article as it was written, beside what became of it, for a close look.

        Raises ArticleError as `article` does.
        """
        from syndicate import markup  # noqa: PLC0415 -- only `check` looks so closely
        from syndicate.markup.survey import survey  # noqa: PLC0415
        from syndicate.models import Kind, Manuscript  # noqa: PLC0415

        article = self.article(head)
        parts, beside = self.parts(head), self._beside(head.where.path)
        try:
            spots = survey(parts.body)
        except markup.TooMuch as error:
            raise _placed(error, head.where) from None
        before = (head.where.line or 1) - 1
        placed = tuple(
            replace(
                spot,
                line=spot.line and spot.line + before,
                picture=self._measured(spot.value, beside) if spot.kind is Kind.PICTURE else None,
            )
            for spot in spots
        )
        shown = (*article.pictures, *((article.image,) if article.image else ()))
        weights = {one.file: self.pictures.weight(one) for one in shown if one.file}
        return Manuscript(article, parts.front, parts.body, placed, weights)

    def parts(self, head: Head) -> frontmatter.Parts:
        """Read an article again, and make sure that its body is the one its head was of."""
        path = head.where.path
        try:
            parts = frontmatter.split(disk.text_of(disk.read(f"{self._root}/{path}")[0]))
        except ArticleError as error:
            raise ArticleError(f"{path}: {error}") from None
        if hash_of(parts.body) != head.body_hash:
            raise ArticleError(f"{path}: the article has just been changed. Run the command again.")
        return parts

    def _beside(self, path: str) -> str:
        return beside(self._folder, path)

    def _measured(self, link: str, beside: str) -> Picture | None:
        found = self.pictures.find(link, beside)
        return self.pictures.measured(found) if found else None


def _start(html: str) -> str:
    """Give enough of an article's running text for a summary, else of all its text."""
    from syndicate import prose  # noqa: PLC0415 -- as above

    return prose.running(html, 3 * SUMMARY) or prose.plain(html)


def _placed(error: "TooMuch", where: Where) -> ArticleError:
    line = (where.line or 1) + error.line - 1 if error.line else None
    return ArticleError(f"{Where(where.path, line)}: {error}")
