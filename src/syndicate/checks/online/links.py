"""Links, pictures and feeds as visitors find them."""

from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import urlsplit

from syndicate.checks.base import ADVICE, About, Check, Found
from syndicate.checks.online.base import Asked, Purpose, Sight, Web
from syndicate.text import quote

#: the server says that nothing is there
GONE = frozenset({404, 410})
#: the server is out of order
BROKEN = range(500, 600)
#: redirects lead somewhere, and these answers are good
GOOD = range(200, 300)


def _hosts(web: Web) -> Iterator[Found]:
    for host, asked in _lost(web).items():
        trouble = web.sights[asked[0].url].trouble
        yield _at(
            asked[0],
            f"{host} {trouble}. {len(asked)} links, pictures or pages are there.",
            "Look at its name, and at your own connection.",
        )


def _dead(web: Web) -> Iterator[Found]:
    for asked, sight in _seen(web, Purpose.LINK):
        if why := _why(sight):
            yield _at(asked, f"The link {quote(asked.url)} {why}.", "Correct it, or take it out.")


def _moved(web: Web) -> Iterator[Found]:
    for asked, sight in _seen(web, Purpose.LINK):
        if sight.for_good and sight.status in GOOD and not _same(asked.url, sight.final):
            text = f"The link {quote(asked.url)} has moved for good to {sight.final}."
            yield _at(asked, text, "Write the new address.")


def _hidden(web: Web) -> Iterator[Found]:
    for asked, sight in _seen(web, Purpose.LINK, Purpose.PICTURE):
        if sight.forbidden:
            text = f"{quote(asked.url)} {sight.trouble}."
            yield _at(asked, text, "Write an address that everybody can reach.")


def _pictures(web: Web) -> Iterator[Found]:
    for asked, sight in _seen(web, Purpose.PICTURE):
        why = _why(sight)
        if not why and sight.status in GOOD and not sight.media.startswith("image/"):
            why = f"is served as {quote(sight.media)}, which is no picture"
        if why:
            yield _at(asked, f"The picture {quote(asked.url)} {why}.", "Correct its address.")


def _pages(web: Web) -> Iterator[Found]:
    for asked, sight in _seen(web, Purpose.PAGE):
        if why := _why(sight):
            yield Found(
                f"The page of {quote(asked.title)} {why}: {asked.url}",
                "Publish it before you send.",
                path=asked.where.path if asked.where else "",
            )


def _feeds(web: Web) -> Iterator[Found]:
    for feed in web.feeds:
        upload = "Upload the folder that `syndicate build` writes."
        if feed.trouble or feed.status not in GOOD:
            why = feed.trouble or f"answers HTTP {feed.status}"
            yield Found(f"{feed.url} {why}.", upload, path=feed.file)
        elif not feed.same:
            text = f"{feed.url} serves other bytes than this file."
            yield Found(text, upload, path=feed.file)


def _types(web: Web) -> Iterator[Found]:
    for feed in web.feeds:
        served = feed.status in GOOD and not feed.trouble
        if served and not any(kind in feed.media for kind in ("xml", "json", "rss", "atom")):
            yield Found(
                f"{feed.url} is served as {quote(feed.media)}, and some readers refuse that.",
                "Tell your web server the type: docs/feeds.md.",
                path=feed.file,
            )


def _seen(web: Web, *purposes: Purpose) -> Iterator[tuple[Asked, Sight]]:
    """List what was seen, but for hosts of which nothing was: that is said once."""
    lost = _lost(web)
    for asked in web.asked:
        sight = web.sights.get(asked.url)
        if sight and asked.purpose in purposes and _host(asked.url) not in lost:
            yield asked, sight


def _lost(web: Web) -> dict[str, list[Asked]]:
    """Find the hosts of which no address answered, where several were asked for."""
    hosts: dict[str, list[Asked]] = defaultdict(list)
    for asked in web.asked:
        if asked.url in web.sights and asked.purpose is not Purpose.LEAVE:
            hosts[_host(asked.url)].append(asked)
    return {
        host: asked
        for host, asked in hosts.items()
        if len({one.url for one in asked}) > 1
        and all(_is_lost(web.sights[one.url]) for one in asked)
    }


def _is_lost(sight: Sight) -> bool:
    return bool(sight.trouble) and not sight.forbidden


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return url


def _why(sight: Sight) -> str:
    """Say what is wrong with an address; "" for what is well, and for what nobody can tell.

    401, 403 and 429 are what many sites say to programs, and not to people.
    """
    if sight.trouble:
        return "" if sight.forbidden else sight.trouble
    if sight.status in GONE:
        return f"leads nowhere (HTTP {sight.status})"
    return f"is out of order (HTTP {sight.status})" if sight.status in BROKEN else ""


def _same(one: str, other: str) -> bool:
    """Whether two addresses differ only in what no reader notices."""
    first, second = urlsplit(one), urlsplit(other)
    hosts = (first.netloc.lower().removeprefix("www."), second.netloc.lower().removeprefix("www."))
    paths = (first.path.rstrip("/"), second.path.rstrip("/"))
    return hosts[0] == hosts[1] and paths[0] == paths[1] and first.query == second.query


def _at(asked: Asked, text: str, fix: str) -> Found:
    where = asked.where
    if where is None:
        return Found(text, fix)
    return Found(text, fix, where.line, where.column, where.path)


_O = About.ONLINE
CHECKS: tuple[Check[Web], ...] = (
    Check("lost-host", ADVICE, _O, "Every host that something leads to answers.", _hosts),
    Check("dead-link", ADVICE, _O, "Every link leads somewhere.", _dead),
    Check("moved-link", ADVICE, _O, "No link leads to where something used to be.", _moved),
    Check("hidden-link", ADVICE, _O, "No link leads into a private network.", _hidden),
    Check("picture-online", ADVICE, _O, "Pictures on the web are there, and pictures.", _pictures),
    Check("article-page", ADVICE, _O, "The pages of the next issue are published.", _pages),
    Check("feed-online", ADVICE, _O, "Feeds are served as they were built.", _feeds),
    Check("feed-type", ADVICE, _O, "Feeds are served as feeds.", _types),
)
