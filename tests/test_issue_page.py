"""A whole issue from the config to its page: what was asked for is there, and nothing personal."""

import email
import email.policy
import re
from urllib.parse import unquote

import pytest

HOME = "https://backmatters.example/"
CONFIG = """
sections = ["posture"]
utm = { source = "newsletter", medium = "email" }
preferences_url = "https://backmatters.example/preferences"

[newsletters.weekly.cta]
title = "Come and try it"
text = "Two afternoons."
label = "Save a seat"
url = "https://backmatters.example/workshop?from=1#form"

[theme]
name = "clear"
"""


@pytest.fixture
def mailed(site):
    site.edit("syndicate.toml", "[audience]", f"{CONFIG}\n[audience]")
    ended = site.run("send", "weekly", "--yes")
    assert ended.code == 0, ended.err
    return site


def parts(site):
    raw = site.emails()[0].read_bytes()
    message = email.message_from_bytes(raw, policy=email.policy.default)
    html, text = (message.get_body((kind,)).get_content() for kind in ("html", "plain"))
    [page] = site.root.glob("public/issues/*/index.html")
    return html, text, page.read_text("utf-8")


def test_an_issue_goes_out_and_stands_on_the_web_as_it_was_asked_for(mailed):
    html, text, page = parts(mailed)
    shown = set(re.findall(r'<img[^>]* src="([^"]*)"', html))
    assert {one for one in shown if "/email/crop-288x216/" in one}
    for address in shown:
        assert (mailed.root / "public" / unquote(address.removeprefix(HOME))).is_file(), address

    invited = f"{HOME}workshop?from=1&utm_source=newsletter&utm_medium=email&utm_campaign="
    assert invited in html.replace("&amp;", "&")
    assert invited in page.replace("&amp;", "&")
    assert invited in text
    assert "#form" in text
    tagged = re.findall(r'href="([^"]*utm_[^"]*)"', html)
    assert not [one for one in tagged if "unsubscribe" in one or "/issues/" in one]

    assert 'name="robots" content="noindex"' in page
    assert f'type="application/rss+xml" title="Back Matters" href="{HOME}feed.xml"' in page
    assert re.search(r"<p\b[^>]*>\s*</p>", page) is None
    assert "nsubscribe" not in page
    assert f"{HOME}preferences" in page


def test_a_page_may_be_indexed_when_the_newsletter_says_so(site):
    site.edit("syndicate.toml", "[audience]", "index = true\n\n[audience]")
    assert site.run("send", "weekly", "--yes").code == 0
    assert "noindex" not in parts(site)[2]
