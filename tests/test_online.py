"""`check --online` sees what visitors see, politely, in good time, and nothing private."""

import json
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from name_server import NameServer
from syndicate import checks, config, nameserver
from syndicate.checks.online import domains, visits
from syndicate.checks.online.base import Sight
from syndicate.cli.desk import Desk
from syndicate.cli.online import _provider
from syndicate.models import Level, Mailbox
from syndicate.nameserver import Names, NoNames
from syndicate.visiting import Manners
from wild_web import WildWeb

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture
def web():
    with WildWeb() as one:
        yield one


def look(web, *paths, seconds=20.0, patience=5.0):
    see = visits.seer(Manners(own=(web.url(),), patience=patience), NOW)
    seen = visits.look_at([web.url(path) for path in paths], see, seconds=seconds)
    return {url.removeprefix(web.url()): sight for url, sight in seen.items()}


def test_an_address_is_asked_by_head_and_by_get_only_where_head_says_little(web):
    seen = look(web, "fine", "no-head", "status/404")
    assert {path: sight.status for path, sight in seen.items()} == {
        "fine": 200,
        "no-head": 200,
        "status/404": 404,
    }
    assert [(method, path) for method, path, _ in web.asked] == [
        ("HEAD", "/fine"),
        ("HEAD", "/no-head"),
        ("GET", "/no-head"),
        ("HEAD", "/status/404"),
        ("GET", "/status/404"),
    ]


def test_each_address_is_visited_once_and_a_host_by_one_visitor_at_a_time(web):
    seen = look(web, *["fine", "picture"] * 10)
    assert sorted(seen) == ["fine", "picture"]
    assert len(web.asked) == 2
    assert web.most_at_once == 1


def test_redirects_are_told_apart_for_good_and_for_now(web):
    seen = look(web, "moved/fine", "to/fine", "moved/to/fine")
    assert {path: sight.for_good for path, sight in seen.items()} == {
        "moved/fine": True,
        "to/fine": False,
        "moved/to/fine": False,
    }
    assert {sight.final for sight in seen.values()} == {web.url("fine")}


def test_what_stalls_loops_and_lies_is_said_in_words(web):
    seen = look(web, "loop", "cut", "garbage", "stall", patience=0.5)
    assert {path: sight.trouble for path, sight in seen.items()} == {
        "loop": "goes round in circles, from redirect to redirect",
        "cut": "breaks the connection off",
        "garbage": "answers with something that makes no sense",
        "stall": "does not answer in time",
    }


def test_all_visits_together_end_in_time(web):
    begun = time.monotonic()
    seen = look(web, "fine", *(f"stall/{number}" for number in range(50)), seconds=0.5)
    assert list(seen) == ["fine"]
    assert time.monotonic() - begun < 5


def test_what_was_well_is_believed_for_a_day_and_trouble_never(tmp_path):
    place, day = tmp_path / "visits.json", timedelta(days=1)
    seen = {
        "https://a.example/": Sight(NOW, 200, "https://a.example/"),
        "https://b.example/": Sight(NOW, 404, "https://b.example/"),
        "https://c.example/": Sight(NOW - day, 200, "https://c.example/"),
    }
    visits.save(place, seen, NOW)
    kept = visits.load(place)
    assert sorted(kept) == ["https://a.example/", "https://b.example/"]
    assert kept["https://a.example/"] == seen["https://a.example/"]
    assert [visits.is_fresh(one, NOW) for one in kept.values()] == [True, False]
    assert not visits.is_fresh(kept["https://a.example/"], NOW + day)


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"a": 1}', b"\xff"])
def test_a_cache_that_cannot_be_read_is_none(tmp_path, text):
    (tmp_path / "visits.json").write_bytes(text)
    assert visits.load(tmp_path / "visits.json") == {}


# the whole command


@pytest.fixture
def online_site(small_site, web):
    """A site whose own address is the wild web, with its feeds built and served there."""
    small_site.edit("syndicate.toml", "https://small.example/", web.url())
    for path in ("/", "/first/"):
        web.pages[path] = (200, {"Content-Type": "text/html"}, b"Here.")
    return small_site


def found(site, *options, code=0):
    ended = site.run("check", "--online", "--json", *options)
    assert ended.code == code, ended.err
    return json.loads(ended.out)


def names(told):
    return sorted({one["name"] for one in told["findings"]})


def serve(site, web):
    assert site.run("build").code == 0
    kinds = {".xml": "application/rss+xml", ".json": "application/feed+json"}
    for path in site.path("public").rglob("feed.*"):
        name = f"/{path.relative_to(site.path('public')).as_posix()}"
        web.pages[name] = (200, {"Content-Type": kinds[path.suffix]}, path.read_bytes())
    atom = site.path("public/atom.xml").read_bytes()
    web.pages["/atom.xml"] = (200, {"Content-Type": "application/atom+xml"}, atom)


def test_nothing_is_said_when_all_is_well_and_nothing_is_visited_twice(online_site, web):
    serve(online_site, web)
    told = found(online_site)
    online = {one.name for one in checks.TABLE if one.about is checks.About.ONLINE}
    assert set(names(told)) & online == set()
    assert told["notes"][0].endswith("visited.")
    before = len(web.asked)
    assert "known from up to" in found(online_site)["notes"][0]
    # Feeds are fetched each time: a moment ago they may have been others.
    again = {path for _, path, _ in web.asked[before:]}
    assert again == {"/feed.xml", "/atom.xml", "/feed.json"}
    assert online_site.path(".cache/visits.json").stat().st_mode & 0o077 == 0


def test_a_page_that_is_not_published_and_a_feed_that_is_old_are_named(online_site, web):
    serve(online_site, web)
    del web.pages["/first/"]
    web.pages["/feed.xml"] = (200, {"Content-Type": "text/plain"}, b"yesterday's")
    told = found(online_site)
    assert {"article-page", "feed-online", "feed-type"} <= set(names(told))
    paths = {one["name"]: one["path"] for one in told["findings"]}
    assert paths["article-page"] == "articles/first.md"
    assert paths["feed-online"] == "public/feed.xml"


def test_links_and_pictures_are_named_with_file_and_line(online_site, web):
    links = f"[gone]({web.url('status/410')}) and [moved]({web.url('moved/fine')})."
    picture = f"![A desk]({web.url('page-as-picture')})"
    online_site.write(
        "articles/first.md",
        f"---\ntitle: The first article\ndate: 2026-11-20\n---\n\n{links}\n\n{picture}\n",
    )
    told = found(online_site)
    where = {one["name"]: (one["path"], one["line"], one["column"]) for one in told["findings"]}
    assert where["dead-link"] == ("articles/first.md", 6, 1)
    assert where["moved-link"] == ("articles/first.md", 6, links.index("[moved]") + 1)
    assert where["picture-online"] == ("articles/first.md", 8, 1)


def test_nothing_private_is_touched_directly_or_by_redirect(online_site, web):
    with WildWeb(host="127.0.0.2") as victim:
        online_site.write(
            "articles/first.md",
            "---\ntitle: The first article\ndate: 2026-11-20\n---\n\n"
            f"[a]({victim.url('a')}) [b]({web.url('to/' + victim.url('b'))}) "
            f"[c](http://127.0.0.2/c) "
            f"[e](http://2130706434:{victim.port}/e) [f](http://169.254.169.254/latest/)\n",
        )
        told = found(online_site)
        hidden = [one["text"] for one in told["findings"] if one["name"] == "hidden-link"]
        assert len(hidden) == 5
        assert victim.asked == []


def test_visits_are_made_only_when_they_are_asked_for(online_site, web):
    assert online_site.run("check").code == 0
    assert web.asked == []


def test_a_provider_that_cannot_be_asked_is_something_to_fix(tmp_path, monkeypatch, web):
    monkeypatch.delenv("RESEND_API_KEY", raising=False)
    text = (
        '[site]\ntitle = "T"\nurl = "https://t.example/"\n[providers.resend]\n'
        f'base_url = "{web.url("nothing")}"\n'
    )
    desk = Desk(config.parse(text, tmp_path), NOW)
    sender = Mailbox("T", "t@t.example")
    (keyless,) = _provider(desk, "resend", sender)
    assert (keyless.name, keyless.level) == ("provider", Level.MUST_FIX)
    assert "RESEND_API_KEY is not set" in keyless.text
    monkeypatch.setenv("RESEND_API_KEY", "a key that is nowhere told")
    (silent,) = _provider(desk, "resend", sender)
    assert (silent.name, silent.level) == ("provider", Level.MUST_FIX)
    assert "nowhere told" not in silent.text


# name servers


RECORDS = {
    "a.example": ["google-site-verification=x", "v=spf1 include:_spf.b.example mx ~all"],
    "_spf.b.example": ["v=spf1 include:_spf.c.example a ip4:192.0.2.1 -all"],
    "_spf.c.example": ["v=spf1 ip4:192.0.2.2 -all"],
    "s1._domainkey.a.example": [f"v=DKIM1; k=rsa; p={'A' * 400}"],
    "_dmarc.a.example": ["v=DMARC1; p=none"],
    "loop.example": ["v=spf1 include:loop.example include:loop.example -all"],
    "many.example": [f"v=spf1 {' '.join(f'include:n{n}.example' for n in range(30))} -all"],
    "spoof.example": ["v=spf10 +all", "v=spf1x", "V=SPF1 -all"],
}


def ask(name, provider="sendgrid", selector="", **options):
    with NameServer(RECORDS | options.pop("records", {})) as server:
        names = Names(["127.0.0.1"], server.port)
        return domains.ask(name, provider, selector, names.texts), server.asked


def test_a_domain_tells_of_spf_dkim_and_dmarc():
    domain, _ = ask("a.example")
    assert domain.spf == ("v=spf1 include:_spf.b.example mx ~all",)
    assert domain.lookups == 4
    assert domain.dmarc == ("v=DMARC1; p=none",)
    assert domain.dkim == {"s1": f"v=DKIM1; k=rsa; p={'A' * 400}", "s2": ""}


def test_dmarc_of_the_domain_above_counts_for_the_one_below():
    domain, _ = ask("news.mail.a.example")
    assert domain.dmarc == ("v=DMARC1; p=none",)
    assert domain.spf == ()


def test_a_selector_of_yours_goes_before_what_we_know():
    domain, asked = ask("a.example", selector="mine")
    assert domain.dkim == {"mine": ""}
    assert "s1._domainkey.a.example" not in asked


def test_records_that_lead_in_circles_or_to_hundreds_are_followed_no_further_than_receivers_do():
    circle, asked = ask("loop.example")
    assert circle.lookups <= 11
    assert len(asked) < 20
    many, asked = ask("many.example")
    assert many.lookups == 11
    assert len(asked) < 30


def test_only_what_begins_with_the_version_is_a_record():
    domain, _ = ask("spoof.example")
    assert domain.spf == ("V=SPF1 -all",)


def test_what_is_no_name_has_no_records():
    with NameServer(RECORDS) as server:
        names = Names(["127.0.0.1"], server.port)
        assert [names.texts(name) for name in ("a..b", "x" * 300, "", "\\9")] == [(), (), (), ()]


def test_a_domain_that_is_not_there_says_nothing():
    domain, _ = ask("nowhere.example")
    assert (domain.spf, domain.dmarc, domain.lookups) == ((), (), 0)


@pytest.mark.parametrize("options", [{"records": {"a.example": None}}, {"garbage": True}])
def test_name_servers_that_keep_silent_or_talk_nonsense_are_told_in_words(options, monkeypatch):
    monkeypatch.setattr(nameserver, "PATIENCE", 0.5)
    records = options.get("records", {})
    with NameServer(records, garbage=options.get("garbage", False)) as server:
        names = Names(["127.0.0.1"], server.port)
        with pytest.raises(NoNames, match=r"no name server tells of a\.example"):
            names.texts("a.example")


def test_without_the_library_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "dns.resolver", None)
    with pytest.raises(NoNames, match=r"pip install 'syndicate\[dns\]'"):
        Names()
