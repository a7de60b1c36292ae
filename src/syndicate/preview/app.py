"""The preview's server: what it answers, and nothing else. Flask, on the loopback only."""

import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from flask import Flask, Response, abort, jsonify, make_response, request
from werkzeug.exceptions import HTTPException

from syndicate import pictures
from syndicate.errors import AudienceError
from syndicate.preview import guarding, letters, page
from syndicate.preview.live import Live
from syndicate.preview.outbox import Outbox
from syndicate.preview.people import People

#: seconds between two signs of life on a line that has nothing to tell
_BEAT = 15.0
#: bytes of a question: a few words
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Stock:
    """What the server has to show. No provider, no key and no ledger is among it."""

    live: Live
    outbox: Outbox
    #: where the pictures of the site are
    place: pictures.Place


def create(stock: Stock, port: int) -> Flask:
    """Make the server's application, for one port: it answers to no other."""
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = _MOST
    app.json.sort_keys = False  # type: ignore[attr-defined]

    @app.before_request
    def guard() -> Response | None:
        why = guarding.refused(port, request.method, dict(request.headers))
        return _plain(why, 403) if why else None

    @app.errorhandler(HTTPException)
    def missing(error: HTTPException) -> Response:
        return _plain(error.description or "There is nothing here.", error.code or 500)

    @app.errorhandler(RecursionError)
    def too_deep(_: RecursionError) -> Response:
        return _plain("This question has too many parts in each other.", 400)

    _add_pages(app, stock.live)
    _add_questions(app, stock.live)
    _add_outbox(app, stock)
    return app


def _add_pages(app: Flask, live: Live) -> None:
    @app.get("/")
    @app.get("/<path:name>")
    def show(name: str = "index.html") -> Response:
        book = live.book
        if name.endswith("/"):
            name += "index.html"
        if (data := book.files.get(name)) is not None:
            return _file(name, data, live)
        if (picture := book.pictures.get(name)) is not None:
            try:
                stamp = picture.path.stat().st_mtime_ns
                return _file(name, _cut(picture.address, picture.path, stamp), live)
            except OSError:
                return _plain("The picture is not there any more.", 404)
        return _plain("There is nothing here.", 404)

    @app.get("/~/live")
    def tell() -> Response:
        def lines() -> Iterator[str]:
            known = None
            while True:
                now = live.versions if known is None else live.wait(known, _BEAT)
                if now == known:
                    yield ": still here\n\n"
                else:
                    yield f"event: site\ndata: {now.site}\n\nevent: outbox\ndata: {now.outbox}\n\n"
                known = now

        headers = {**guarding.data_headers(), "Cache-Control": "no-store"}
        return Response(lines(), 200, headers, content_type="text/event-stream")


def _add_questions(app: Flask, live: Live) -> None:
    """Add what the page asks: always by POST, so that no name stands in an address."""

    def asked() -> tuple[dict[str, object], str, People]:
        body = request.get_json()
        name = body.get("newsletter") if isinstance(body, dict) else None
        people = live.people(name) if isinstance(name, str) else None
        if people is None:
            abort(404, "There is no such newsletter.")
        return body, str(name), people

    @app.post("/~/people")
    def find() -> Response:
        body, _, those = asked()
        words = body.get("words")
        try:
            found = those.search(words if isinstance(words, str) else "")
        except AudienceError as error:
            return _answer({"fault": str(error)})
        return _answer(
            {
                "people": [
                    {"line": line, "name": one.name, "address": one.address} for line, one in found
                ]
            }
        )

    @app.post("/~/as")
    def choose() -> Response:
        body, name, those = asked()
        line = body.get("line")
        try:
            person = those.on_line(line) if isinstance(line, int) and line else None
        except AudienceError as error:
            return _answer({"fault": str(error)})
        live.show_as(name, person)
        return _answer({})

    @app.post("/~/pictures")
    def fetch() -> Response:
        body = request.get_json()
        live.fetch_pictures(wanted=isinstance(body, dict) and body.get("web") is True)
        return _answer({})


def _add_outbox(app: Flask, stock: Stock) -> None:
    live, outbox = stock.live, stock.outbox

    def served(text: str | None) -> Response:
        if text is None:
            abort(404, "There is no such message.")
        text = _stamped(text, live.versions.outbox)
        return _made(text.encode(), "text/html", guarding.page_headers(page.policy(served=True)))

    @app.get("/~/outbox/")
    @app.get("/~/outbox/<folder>/")
    def box(folder: str = "") -> Response:
        number = request.args.get("page", 1, int)
        return served(letters.listed(outbox, folder, number))

    @app.get("/~/outbox/<folder>/<number>/")
    @app.get("/~/outbox/<folder>/<number>/<way>")
    def letter(folder: str, number: str, way: str = "html") -> Response:
        if way == "frame.html":
            html = letters.framed(outbox, folder, number, stock.place.site_url)
            if html is None:
                abort(404, "There is no such message.")
            headers = guarding.frame_headers(web_pictures=live.web_pictures)
            return _made(html.encode(), "text/html", headers)
        return served(letters.opened(outbox, folder, number, way))

    @app.get(f"{letters.PICTURES}<path:name>")
    def picture(name: str) -> Response:
        data = pictures.at(stock.place.site_url + quote(name), stock.place)
        if data is None:
            return _plain("There is no such picture here.", 404)
        return _file(name, data, live)


@lru_cache(maxsize=128)
def _cut(address: str, path: Path, _stamp: int) -> bytes:
    """Cut a picture as it is mailed, once for as long as it stays the same."""
    return pictures.as_mailed(address, path)


def _file(name: str, data: bytes, live: Live) -> Response:
    if PurePosixPath(name).name == "index.html":
        text = _stamped(data.decode(), live.versions.site)
        return _made(text.encode(), "text/html", guarding.page_headers(page.policy(served=True)))
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if kind == "text/html":
        return _made(data, kind, guarding.frame_headers(web_pictures=live.web_pictures))
    return _made(data, kind, guarding.data_headers())


def _stamped(text: str, version: int) -> str:
    """Write down which drawing a page is of, so that it knows when there is another."""
    return text.replace('data-version=""', f'data-version="{version}"', 1)


def _made(data: bytes, kind: str, headers: dict[str, str]) -> Response:
    content_type = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    response = Response(data, 200, headers, content_type=content_type)
    response.set_etag(page.mark(data))
    response.make_conditional(request)
    return response


def _answer(body: dict[str, object]) -> Response:
    response = jsonify(body)
    response.headers.update(guarding.data_headers())
    response.headers["Cache-Control"] = "no-store"
    return response


def _plain(text: str, status: int) -> Response:
    response = make_response(f"{text}\n", status)
    response.headers.update(guarding.data_headers())
    response.content_type = "text/plain; charset=utf-8"
    return response
