"""The links of an article: where they lead, and whether their words say so."""

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from syndicate import links
from syndicate.checks.articles.base import Piece
from syndicate.checks.base import ADVICE, About, Check, Found
from syndicate.models import Kind, Spot
from syndicate.text import quote

#: words that say nothing of where a link leads, in the languages that issues are written in
EMPTY_WORDS = frozenset(
    """click here|here|this|this link|this page|link|more|read more|learn more|find out more
    details|more details|more info|more information|see more|continue reading|download|website
    hier|hier klicken|klicken sie hier|mehr|mehr lesen|weiterlesen|mehr erfahren|diese seite
    ici|cliquez ici|cliquer ici|lire la suite|en savoir plus|plus|ce lien
    aquí|haz clic aquí|haga clic aquí|pulse aquí|leer más|más|más información|saber más
    qui|clicca qui|leggi di più|leggi tutto|scopri di più|più
    klik hier|lees meer|meer|meer lezen
    här|klicka här|läs mer|mer|den här länken
    aqui|clique aqui|leia mais|saiba mais|ler mais|mais""".replace("\n", "|")
    .replace("    ", "")
    .split("|")
)
#: services that hide where a link leads; spam filters know them as well as spammers do
SHORTENERS = frozenset(
    """bit.ly bl.ink buff.ly cutt.ly dlvr.it goo.gl is.gd lnkd.in ow.ly rb.gy rebrand.ly
    shorturl.at t.co t.ly tiny.cc tinyurl.com trib.al v.gd""".split()  # noqa: SIM905
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_AT_HOME = (".local", ".internal", ".lan", ".localhost", ".home.arpa", ".intranet")


def _words(piece: Piece) -> Iterator[Found]:
    for spot in piece.spots(Kind.LINK):
        plain = " ".join(re.sub(r"[^\w\s'-]+", " ", spot.text.casefold()).split())
        if plain in EMPTY_WORDS:
            text = f"The words {quote(spot.text)} do not say where the link leads."
            yield _at(spot, text, "Make a link of the words that name it.")


def _empty(piece: Piece) -> Iterator[Found]:
    for spot in piece.spots(Kind.LINK):
        if not spot.value.strip():
            yield _at(spot, f"The link {quote(spot.text)} has no address.", "Write where it leads.")
        elif not spot.text:
            text = f"The link to {quote(spot.value)} has no words, so nobody can follow it."
            yield _at(spot, text, "Write words between its brackets.")


def _relative(piece: Piece) -> Iterator[Found]:
    for spot in piece.spots(Kind.LINK):
        value = spot.value
        if value.strip() and not (_SCHEME.match(value) or value.startswith("#")):
            goes = links.absolute(value, piece.manuscript.article.url)
            text = f"The link {quote(value)} has no host and leads to {goes}."
            yield _at(spot, text, "Write it whole.")


def _insecure(piece: Piece) -> Iterator[Found]:
    for spot in (*piece.spots(Kind.LINK), *piece.spots(Kind.PICTURE)):
        if spot.value.lower().startswith("http://"):
            yield _at(
                spot, f"{quote(spot.value)} is not encrypted.", "Write https:// if the site has it."
            )


def _short(piece: Piece) -> Iterator[Found]:
    for spot in piece.spots(Kind.LINK):
        if _host(spot.value).removeprefix("www.") in SHORTENERS:
            yield _at(
                spot,
                f"{quote(spot.value)} hides where it leads, and spam filters distrust it.",
                "Write the address it leads to.",
            )


def _private(piece: Piece) -> Iterator[Found]:
    own = piece.config.site.authority
    for spot in (*piece.spots(Kind.LINK), *piece.spots(Kind.PICTURE)):
        host = _host(spot.value)
        if host and host != own and _is_private(host):
            yield _at(
                spot,
                f"{quote(spot.value)} is reached from your own network only.",
                "Write the public address.",
            )


def _unsafe(piece: Piece) -> Iterator[Found]:
    for spot in piece.spots(Kind.REMOVED):
        yield _at(spot, f"{quote(spot.value)} is not safe in feeds and mails and is left out.")


def _host(value: str) -> str:
    try:
        return (urlsplit(value).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith(_AT_HOME)


def _at(spot: Spot, text: str, fix: str = "") -> Found:
    return Found(text, fix, spot.line, spot.column)


_A = About.ARTICLE
CHECKS: tuple[Check[Piece], ...] = (
    Check("link-words", ADVICE, _A, "The words of a link say where it leads.", _words),
    Check("empty-link", ADVICE, _A, "A link has words and an address.", _empty),
    Check("links", ADVICE, _A, "A link has a host.", _relative, mends=True),
    Check("https", ADVICE, _A, "Links and pictures are encrypted.", _insecure, mends=True),
    Check("short-link", ADVICE, _A, "No link goes through a shortener.", _short),
    Check("private-link", ADVICE, _A, "A link can be followed from everywhere.", _private),
    Check("unsafe", ADVICE, _A, "Nothing has to be left out as unsafe.", _unsafe),
)
