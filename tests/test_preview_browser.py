"""The preview in a real browser: what is seen, what stays where it was, and what never runs."""

import itertools
import re
import shutil
import time

import pytest

from browsing import NEEDS, preview, started
from conftest import REPOSITORY, SITE, Site

pytestmark = NEEDS

ARTICLE = "articles/2026-11-17-why-sitting-is-not-the-enemy.md"
VIEWS = ("inbox", "issue", "dark", "bare", "text", "web", "feeds", "links", "checks")
#: seconds after which a test has failed; a busy computer may need many
PATIENCE = 60
#: the frame of the issue on a computer
FRAME = "document.querySelector('#light-computer iframe')"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """This repository's own site, sent once to the outbox so that a letter lies there."""
    root = tmp_path_factory.mktemp("site")
    for name in SITE:
        source = REPOSITORY / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, root / name)
    one = Site(root)
    one.run("test", "priya@example.com")
    return one


@pytest.fixture(scope="module")
def served(site):
    with preview(site.root) as one:
        yield one


@pytest.fixture(scope="module")
def browser():
    with started() as one:
        yield one


@pytest.fixture
def page(browser, served):
    with opened(browser, served.address) as one:
        yield one


def opened(browser, address, width=1280, scheme="light", *, quiet=True):
    class Opened:
        def __enter__(self):
            self.context = browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme=scheme
            )
            self.page = self.context.new_page()
            self.faults = []
            self.page.on("pageerror", lambda error: self.faults.append(str(error)))
            self.page.on(
                "console",
                lambda said: self.faults.append(said.text) if said.type == "error" else None,
            )
            self.page.goto(address)
            return self.page

        def __exit__(self, *_):
            self.context.close()
            assert self.faults == [] or not quiet

    return Opened()


def save(site, old, new, name=ARTICLE):
    site.edit(name, old, new)


def wait_for(page, condition):
    """Wait for a condition; asked from outside, since the page itself may not evaluate texts."""
    end = time.monotonic() + PATIENCE
    while not page.evaluate(condition):
        assert time.monotonic() < end, condition
        page.wait_for_timeout(25)


def frame(page, name):
    """Give a frame by its name, once it shows something."""
    end = time.monotonic() + PATIENCE
    while (found := page.frame(name=f"{name}-frame")) is None or found.url == "about:blank":
        assert time.monotonic() < end, name
        page.wait_for_timeout(50)
    found.wait_for_selector("body")
    return found


def loaded(page):
    wait_for(page, f"{FRAME}.contentDocument.body?.innerText.includes('Kettle time')")


def test_every_view_opens_by_its_number_and_by_arrows_and_nothing_leaves_this_computer(
    page, served
):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for number, name in enumerate(VIEWS, 1):
        page.keyboard.press(str(number))
        assert page.locator(f"#{name}").is_visible()
        assert page.locator("main > .view:visible").count() == 1
        assert page.evaluate("document.activeElement.id") == f"tab-{name}"
        assert page.evaluate("location.hash") == f"#{name}"
    page.keyboard.press("ArrowRight")
    assert page.locator("#inbox").is_visible()
    page.keyboard.press("ArrowLeft")
    assert page.locator("#checks").is_visible()
    assert len(asked) > 10
    assert [url for url in asked if not url.startswith(served.address)] == []


def test_the_issue_is_seen_at_two_widths_dark_bare_on_the_web_and_in_a_reader(page):
    page.keyboard.press("2")
    loaded(page)
    assert frame(page, "light-computer").evaluate("innerWidth") == 700
    assert frame(page, "light-phone").evaluate("innerWidth") == 375
    colour = "getComputedStyle(document.querySelector('h1,h2')).color"
    light = frame(page, "light-computer").evaluate(colour)
    page.keyboard.press("3")
    assert frame(page, "dark-computer").evaluate(colour) != light
    page.keyboard.press("4")
    assert (
        frame(page, "no-pictures-phone").evaluate("document.querySelectorAll('img[src]').length")
        == 0
    )
    assert frame(page, "no-style-phone").evaluate("document.styleSheets.length") == 0
    page.keyboard.press("6")
    assert "Unsubscribe" not in frame(page, "web-computer").inner_text("body")
    page.keyboard.press("7")
    reader = frame(page, "reader")
    reader.wait_for_selector("article")
    titles = reader.locator("article h2").all_inner_texts()
    assert titles[0] == "Kettle time: three minutes of movement"
    page.get_by_role("link", name="JSON Feed").click()
    reader.wait_for_url("**/feed-json.html")
    assert frame(page, "reader").locator("article h2").all_inner_texts() == titles


def test_a_number_beside_a_link_shows_where_in_the_issue_it_stands(page):
    page.keyboard.press("8")
    phone = frame(page, "links-phone")
    before = phone.evaluate("scrollY")
    page.get_by_role("link", name=re.compile("Show link .*: Unsubscribe")).click()
    wait_for(phone, f"scrollY > {before + 500}")
    assert "Unsubscribe" in phone.evaluate("document.querySelector(':target').innerText")


def test_saving_redraws_in_place_and_keeps_every_place(page, site):
    page.keyboard.press("2")
    loaded(page)
    page.evaluate("scrollTo(0, 300)")
    page.evaluate(f"{FRAME}.contentWindow.scrollTo(0, 400)")
    page.evaluate(f"window.kept = {FRAME}.contentDocument")
    size = f"{FRAME}.contentWindow.getComputedStyle({FRAME}.contentDocument.links[1]).fontSize"
    styled = page.evaluate(size)
    save(site, "title: Why sitting", "title: Saved, why sitting")
    try:
        wait_for(page, f"{FRAME}.contentDocument.body.innerText.includes('Saved, why sitting')")
        assert page.evaluate("scrollY") == 300
        assert page.evaluate(f"{FRAME}.contentWindow.scrollY") == 400
        assert page.evaluate(f"window.kept === {FRAME}.contentDocument")
        assert page.evaluate(size) == styled
        assert page.locator("#issue").is_visible()
        assert "Saved, why sitting" in page.locator("#inbox .subject").first.text_content()
    finally:
        save(site, "title: Saved, why sitting", "title: Why sitting")


def test_a_template_a_theme_and_the_configuration_redraw_too(page, site):
    page.keyboard.press("2")
    loaded(page)
    text = f"{FRAME}.contentDocument.documentElement.outerHTML"
    site.write(
        "templates/digest.html.j2",
        (REPOSITORY / "templates/digest.html.j2")
        .read_text("utf-8")
        .replace("</body>", "<p>House</p></body>"),
    )
    wait_for(page, f"{text}.includes('House')")
    site.edit("syndicate.toml", "[feeds]", '[theme]\naccent = "#7a1f4a"\n\n[feeds]')
    wait_for(page, f"{text}.includes('#7a1f4a')")
    site.edit("syndicate.toml", '[theme]\naccent = "#7a1f4a"\n\n', "")
    shutil.rmtree(site.path("templates"))
    wait_for(page, f"!{text}.includes('House') && !{text}.includes('#7a1f4a')")


@pytest.mark.parametrize(
    ("name", "change", "where"),
    [
        (ARTICLE, ("date: 2026-11-17", "date: 17.11.26"), f"{ARTICLE}:3"),
        ("syndicate.toml", ("[feeds]", "[feedz]"), "syndicate.toml:14"),
    ],
)
def test_an_error_shows_where_it_is_and_the_last_good_picture_stays(
    page, site, name, change, where
):
    old, new = change
    page.keyboard.press("2")
    loaded(page)
    save(site, old, new, name)
    try:
        page.wait_for_selector("#trouble .trouble")
        assert page.locator("#trouble [data-copy]").inner_text() == where
        assert new.split()[-1].strip("[]") in page.locator("#trouble").inner_text()
        assert page.evaluate(f"{FRAME}.contentDocument.body.innerText.includes('Why sitting')")
        assert page.locator(".when").inner_text().startswith("Issue 1")
    finally:
        save(site, new, old, name)
    page.wait_for_selector("#trouble .trouble", state="detached")


def test_a_script_in_an_article_does_not_run(browser, served, site):
    site.article(
        "zz-hostile",
        "<script>top.hit = 1</script>",
        "2026-11-22",
        extra='description: "<img src=x onerror=top.hit=2>"\n',
    )
    site.write(
        "templates/digest.html.j2",
        (REPOSITORY / "templates/digest.html.j2")
        .read_text("utf-8")
        .replace("</body>", "<script>top.hit=3</script><img src=y onerror='top.hit=4'></body>"),
    )
    try:
        # The browser says of each script that it did not run it.
        with opened(browser, f"{served.address}#issue", quiet=False) as page:
            wait_for(page, f"{FRAME}.contentDocument?.documentElement?.outerHTML.includes('hit=4')")
            page.wait_for_timeout(300)
            assert page.evaluate("window.hit") is None
            page.goto(f"{served.address}light.html")
            page.wait_for_timeout(200)
            assert page.evaluate("window.hit") is None
    finally:
        shutil.rmtree(site.path("templates"))
        site.path("articles/zz-hostile.md").unlink()
    with opened(browser, f"{served.address}#inbox", quiet=False) as page:
        wait_for(page, "!document.body.innerText.includes('top.hit')")


def test_it_is_shown_as_somebody_of_the_audience(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.keyboard.press("/")
    page.locator("#words").fill("okonkwo")
    wait_for(page, "document.querySelectorAll('#found button').length === 1")
    chosen = page.locator("#found button").inner_text().splitlines()
    page.keyboard.press("Enter")
    wait_for(page, f"document.querySelector('.facts').innerText.includes({chosen[0]!r})")
    assert not page.locator("#people").is_visible()
    page.get_by_role("button", name="Another").click()
    page.get_by_role("button", name="Alex Example, made up").click()
    wait_for(page, "document.querySelector('.facts').innerText.includes('Alex Example')")
    assert asked
    assert not [url for url in asked if "okonkwo" in url.lower() or "@" in url or "%40" in url]


def test_the_outbox_is_an_inbox_and_live(page, site):
    page.keyboard.press("0")
    page.wait_for_url("**/~/outbox/")
    assert page.locator(".mails a").count() == 1
    page.locator(".mails a").first.click()
    page.wait_for_selector(".letter iframe")
    letter = page.frames[1]
    letter.wait_for_selector("body")
    assert "Kettle time" in letter.inner_text("body")
    page.get_by_role("link", name="Headers").click()
    assert "priya@example.com" in page.locator(".headers").inner_text()
    page.get_by_role("link", name="As text").click()
    assert "Kettle time" in page.locator(".letter pre").inner_text()
    page.get_by_role("link", name="Source").click()
    assert "Content-Transfer-Encoding: quoted-printable" in page.locator(".letter pre").inner_text()
    site.run("test", "sam@example.com")
    wait_for(page, "document.querySelectorAll('.mails a').length === 2")
    assert page.locator(".letter pre").is_visible()
    page.keyboard.press("2")
    page.wait_for_url("**/#issue")


def test_axe_finds_nothing_and_nothing_is_too_wide(page, served):
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 -- only where it is used

    # Issues and feeds are judged by their own tests.
    options = {
        "iframes": False,
        "resultTypes": ["violations"],
        "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
    }
    found = []
    for name in ("", "~/outbox/"):
        page.goto(served.address + name)
        for width, scheme in itertools.product((360, 1280), ("light", "dark")):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            for number in range(len(VIEWS) if not name else 0):
                page.keyboard.press(str(number + 1))
                if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    found.append((width, VIEWS[number], "too wide"))
            page.evaluate("document.querySelectorAll('.view').forEach(one => one.hidden = false)")
            answer = Axe().run(page, {"exclude": [["iframe"]]}, options)
            found += [
                (width, scheme, one["id"], one["nodes"][0]["html"])
                for one in answer.response["violations"]
            ]
    assert found == []


#: words of the figures that stand on more lines than one
BROKEN = """() => [...document.querySelectorAll(".figures dd")].flatMap(dd => {
  const text = dd.firstChild, range = document.createRange();
  if (text === null || text.nodeType !== Node.TEXT_NODE || !dd.offsetParent) return [];
  return [...text.data.matchAll(/\\p{L}+/gu)].filter(word => {
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    return range.getClientRects().length > 1;
  }).map(word => word[0]);
})"""


def test_no_word_of_the_figures_is_broken_on_a_phone(browser, served):
    with opened(browser, served.address, width=375) as page:
        assert page.evaluate(BROKEN) == []


def test_the_files_open_from_a_disk_without_a_server(browser, site, tmp_path):
    assert site.run("preview", "--out", tmp_path / "out").code == 0
    with opened(browser, (tmp_path / "out" / "index.html").as_uri()) as page:
        for number, name in enumerate(VIEWS, 1):
            page.keyboard.press(str(number))
            assert page.locator(f"#{name}").is_visible()
        assert page.locator(".outbox, #people, #live").count() == 0
        page.keyboard.press("2")
        issue = frame(page, "light-computer")
        assert "Kettle time" in issue.inner_text("body")
        assert issue.evaluate("[...document.images].every(one => one.naturalWidth > 0)")


def test_without_scripts_it_is_one_long_page(browser, served):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served.address)
    for name in VIEWS:
        assert page.locator(f"#{name}").is_visible()
    context.close()


def test_when_the_preview_is_stopped_the_page_says_so(browser, small_site):
    with preview(small_site.root) as one:
        context = browser.new_context()
        page = context.new_page()
        page.goto(one.address)
        page.wait_for_timeout(200)
    wait_for(page, "document.getElementById('live').innerText.startsWith('stopped')")
    context.close()
