"""A feed and articles that are hard to write down: the input of the golden files beside it."""

from datetime import UTC, datetime, timedelta, timezone

from syndicate.models import Article, Feed, Picture, Where

FEED = Feed(
    title='Back & Matters <"quoted">',
    description="Good news for bad backs & necks: <nothing> to fear",
    home="https://backmatters.example/",
    url="https://backmatters.example/feed.xml",
    id="tag:backmatters.example,2024:feed",
    language="en-GB",
    author="Back Matters Medical Team",
    hub="https://hub.example/?a=1&b=2",
    logo="https://backmatters.example/images/logo.png",
    formats={
        "rss": "https://backmatters.example/feed.xml",
        "atom": "https://backmatters.example/atom.xml",
        "json": "https://backmatters.example/feed.json",
    },
)


def article(slug: str, title: str, **other: object) -> Article:
    """Make an article that is plain but for what is given."""
    plain = {
        "id": f"tag:backmatters.example,2024:{slug}",
        "slug": slug,
        "title": title,
        "url": f"https://backmatters.example/{slug}/",
        "published": datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
        "updated": datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
        "authors": (),
        "tags": (),
        "description": "",
        "image": None,
        "language": "en-GB",
        "lead": False,
        "email": True,
        "feed": True,
        "draft": False,
        "body_hash": "0" * 64,
        "where": Where(f"articles/{slug}.md", 5),
        "html": "<p>Plain.</p>",
        "text": "Plain.",
        "summary": "Plain.",
        "minutes": 1,
    }
    return Article(**(plain | other))


ARTICLES = (
    article(
        "markup",
        'AT&T, R&amp;D, <b>, 1 < 2, ]]>, "quotes" & {{ first_name }}',
        published=datetime(2026, 11, 20, 23, 59, 59, 999_999, tzinfo=UTC),
        updated=datetime(2026, 11, 21, 0, 0, 0, tzinfo=UTC),
        authors=("Dr. Åsa Öberg", "J. <Jo> O'Neill & Sons"),
        tags=("R&D", "<news>", 'a "b"', "R&D", "rygg värk"),
        summary="1 < 2 & 3 > 2, ]]> and <i>this</i> is no markup; {{ 7*7 }}",
        html=(
            '<p>1 &lt; 2 &amp; ]]&gt; <a href="https://backmatters.example/?a=1&amp;b=2">link</a>'
            "<br>\n<code>&lt;title&gt;R&amp;amp;D&lt;/title&gt;</code> {{ first_name }}</p>\n"
            '<p><img src="https://backmatters.example/images/a%20b.png" alt="A &quot;b&quot;"></p>'
        ),
        image=Picture("https://backmatters.example/images/a%20b.png", "A back", 1200, 630),
    ),
    article(
        "midnight",
        "Midnight, from a zone of odd minutes",
        published=datetime(2026, 11, 20, 5, 45, tzinfo=timezone(timedelta(hours=5, minutes=45))),
        updated=datetime(2026, 11, 20, 5, 45, tzinfo=timezone(timedelta(hours=5, minutes=45))),
        image=Picture("https://elsewhere.example/picture?size=1&x=2", ""),
    ),
    article(
        "%C3%B6vningar",
        "Övningar\u2028för\nryggen \U0001f9d8\u200d\u2640\ufe0f och\u00a0nacken",
        published=datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
        updated=datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
        language="sv",
        summary="På svenska: åäö",
        html="<p>Övningar\u2028för ryggen \U0001f9d8\u200d\u2640\ufe0f</p>",
    ),
    article(
        "arabic",
        "آلام الظهر",
        published=datetime(2026, 3, 1, tzinfo=UTC),
        updated=datetime(2026, 3, 1, tzinfo=UTC),
        language="ar",
        authors=("د. ليلى",),
        summary="نص من اليمين إلى اليسار",
        html='<p dir="rtl">نص من اليمين إلى اليسار</p>',
    ),
    article(
        "no-summary",
        "A picture and no words",
        published=datetime(2026, 2, 1, tzinfo=UTC),
        updated=datetime(2026, 2, 2, tzinfo=UTC),
        html='<p><img src="https://backmatters.example/images/a.png" alt=""></p>',
        text="",
        summary="",
    ),
    article(
        "no-body",
        "Only a summary",
        published=datetime(2026, 1, 1, tzinfo=UTC),
        updated=datetime(2026, 1, 1, tzinfo=UTC),
        html="",
        text="",
        summary="All there is.",
    ),
    article(
        "nothing",
        "Nothing at all",
        published=datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC),
        updated=datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC),
        html="\n",
        text="",
        summary="",
    ),
)
