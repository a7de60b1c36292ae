"""Visits to the web are polite, end in good time, and never lead into a private network."""

import time

import pytest

from syndicate.visiting import Forbidden, Manners, NotVisited, is_public, visit
from wild_web import WildWeb


@pytest.fixture
def web():
    with WildWeb() as one:
        yield one


def at_home(web, **manners):
    return Manners(own=(web.url(),), **{"patience": 5.0, **manners})


def test_a_visit_gives_what_is_there(web):
    page = visit(web.url("fine#part"), at_home(web))
    assert (page.status, page.body, page.whole) == (200, b"<p>Fine.</p>", True)
    assert page.headers["content-type"] == "text/html"
    assert page.redirects == ()


def test_a_visitor_says_who_it_is_and_for_whom_it_comes(web):
    visit(web.url("fine"), at_home(web, contact="https://site.example/"))
    ((method, path, headers),) = web.asked
    assert (method, path) == ("GET", "/fine")
    assert headers["User-Agent"].startswith("Syndicate/")
    assert headers["User-Agent"].endswith("(+https://site.example/)")


def test_redirects_are_followed_and_told(web):
    page = visit(web.url("moved/to/fine"), at_home(web), "HEAD")
    assert page.url == web.url("fine")
    assert page.redirects == ((301, web.url("moved/to/fine")), (302, web.url("to/fine")))
    assert web.paths("HEAD") == ["/moved/to/fine", "/to/fine", "/fine"]


@pytest.mark.parametrize("path", ["loop", "deeper"])
def test_circles_are_left(web, path):
    with pytest.raises(NotVisited, match="in circles"):
        visit(web.url(path), at_home(web))
    assert len(web.asked) <= 6


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("cut", "breaks the connection off"),
        ("half", "breaks the connection off"),
        ("garbage", "makes no sense"),
        ("lost", "no web address"),
        ("to/ftp://files.example/", "no web address"),
    ],
)
def test_an_answer_that_is_none_is_told_in_words(web, path, why):
    with pytest.raises(NotVisited, match=why):
        visit(web.url(path), at_home(web))


@pytest.mark.parametrize("path", ["stall", "drip"])
def test_whoever_keeps_us_waiting_is_left(web, path):
    begun = time.monotonic()
    with pytest.raises(NotVisited, match="in time"):
        visit(web.url(path), at_home(web, patience=0.3))
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("path", ["endless", "bomb"])
def test_no_more_is_read_than_allowed(web, path):
    page = visit(web.url(path), at_home(web, most=100_000))
    assert (len(page.body), page.whole) == (100_000, False)


def test_what_was_packed_unasked_is_unpacked(web):
    assert visit(web.url("packed"), at_home(web)).body == b"Packed, unasked."


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://localhost/",
        "http://0.0.0.0/",
        "http://10.1.2.3/",
        "http://172.16.0.1/",
        "http://192.168.0.1/",
        "http://100.64.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://224.0.0.1/",
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[2001:0:7f00:1::]/",
        "http://[fe80::1]/",
        "http://[fd00::1]/",
        "http://[ff02::1]/",
        "http://\u24dbocalhost/",
    ],
)
def test_nothing_private_is_visited_however_it_is_written(url):
    with pytest.raises(Forbidden, match="private"):
        visit(url, Manners(patience=2))


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "javascript:alert(1)",
        "//example.com/",
        "example.com",
        "",
        "http://",
        "http://[::1",
        "http://example.com:22/",
        "http://example.com:99999/",
        "http://ann:secret@example.com/",
    ],
)
def test_only_the_web_is_visited(url):
    with pytest.raises(Forbidden):
        visit(url, Manners(patience=2))


def test_a_name_that_leads_to_a_private_address_is_refused(web):
    with pytest.raises(Forbidden, match="private"):
        visit("http://innocent.example/", Manners(resolve=lambda _: ("127.0.0.1", "fd00::1")))
    assert web.asked == []


def test_a_redirect_into_a_private_network_is_refused(web):
    with WildWeb(host="127.0.0.2") as victim:
        for target in (victim.url("fine"), "http://127.0.0.2/", "http://[::1]/", "http://10.0.0.1"):
            with pytest.raises(Forbidden):
                visit(web.url(f"to/{target}"), at_home(web))
        assert victim.asked == []


def test_the_address_that_was_judged_is_the_one_that_is_called():
    """A name server may answer differently the second time; it is asked once."""
    answers = iter([("127.0.0.1",), ("127.0.0.2",)])
    with WildWeb() as web:
        url = f"http://home.example:{web.port}/fine"
        page = visit(url, Manners(own=(url,), resolve=lambda _: next(answers)))
        assert page.status == 200
        assert [headers["Host"] for _, _, headers in web.asked] == [f"home.example:{web.port}"]
    assert next(answers) == ("127.0.0.2",)


def test_our_own_host_is_ours_on_its_port_and_on_those_of_the_web_only(web):
    own = Manners(own=(web.url(),), patience=2)
    with pytest.raises(Forbidden, match=f"port {web.port + 1}"):
        visit(f"http://127.0.0.1:{web.port + 1}/", own)
    # The web's own port is tried; whether anybody answers there is another matter.
    try:
        visit("http://127.0.0.1/", own)
    except NotVisited as error:
        assert not isinstance(error, Forbidden)  # noqa: PT017 -- either outcome is right


def test_the_next_address_of_a_name_is_tried():
    with WildWeb() as web:
        url = f"http://home.example:{web.port}/fine"
        two = Manners(own=(url,), resolve=lambda _: ("127.0.0.9", "127.0.0.1"))
        assert visit(url, two).status == 200


@pytest.mark.parametrize("address", ["8.8.8.8", "193.0.6.139", "2001:4860:4860::8888"])
def test_the_open_web_is_public(address):
    assert is_public(address)
