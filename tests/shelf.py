"""A source that holds what a test puts there, and the smallest site to publish from it."""

import runpy
from datetime import UTC, datetime, timedelta
from pathlib import Path

from syndicate import config, publish
from syndicate.errors import ArticleError
from syndicate.models import Head, Identity, Reading
from syndicate.sources.folder import Folder

article = runpy.run_path(str(Path(__file__).parent / "golden" / "feeds" / "hostile.py"))["article"]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Shelf:
    """A source that holds what a test puts there; articles in `torn` cannot be read."""

    def __init__(self, *articles, torn=(), findings=()):
        self.articles = {one.id: one for one in articles}
        self.torn = torn
        self.findings = findings
        self.asked = []

    def read(self):
        heads = tuple(head_of(one) for one in self.articles.values())
        ids = {str(head.where): Identity(head.id, head.slug, head.body_hash) for head in heads}
        return Reading(heads, tuple(self.findings), ids)

    def glance(self, _token):
        return None

    def shown(self, head):
        return self.article(head)

    def shown_all(self, heads):
        for head in heads:
            try:
                yield self.shown(head)
            except ArticleError as error:
                yield error

    def mark(self, _head):
        return ""

    def keep(self):
        """Remember nothing."""

    def article(self, head):
        self.asked.append(head.slug)
        if head.slug in self.torn:
            raise ArticleError(f"{head.where}: the file changed while it was read. Run it again.")
        return self.articles[head.id]


def head_of(one):
    return Head(**{name: getattr(one, name) for name in Head.__struct_fields__})


def days_old(number, slug, **other):
    then = NOW - timedelta(days=number)
    return article(slug, slug.title(), published=then, updated=then, **other)


def make_site(root, feeds=""):
    path = root / "syndicate.toml"
    path.write_text(
        "[site]\n"
        'title = "Back Matters"\n'
        'url = "https://backmatters.example/"\n'
        'language = "en-GB"\n'
        'author = "Back Matters Team"\n'
        f"[feeds]\n{feeds}\n",
        "utf-8",
    )
    (root / "articles").mkdir(exist_ok=True)
    return config.load(path)


def build(site, source, **options):
    options.setdefault("remember", lambda _reading: None)
    return publish.build(site, source, NOW, **options)


def open_folder(site):
    """Open the articles of a site as a build does, with no ids remembered."""
    return Folder(
        site.root,
        site.articles.folder,
        site_url=site.site.url,
        zone=site.site.zone,
        author=site.site.author,
        language=site.site.language,
        authority=site.site.authority,
        since=site.feeds.since,
        known={},
    )
