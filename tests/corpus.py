# ruff: noqa: E501, ISC004, RUF001 -- articles as people write them
"""Articles that are hard to publish, as Markdown files: the input of the golden feeds beside it.

Each is its name, its front matter and its body. They are written by code, since some hold bytes
that an editor or git would mend.
"""

from pathlib import Path

CONFIG = """\
[site]
title = "Back & <Matters>"
url = "https://backmatters.example/blog/"
language = "en-GB"
timezone = "Europe/London"
author = "Back Matters Team"
[feeds]
limit = 100
hub = "https://hub.example/?a=1&b=2"
"""

ARTICLES = (
    # what titles can hold
    ("entities", 'title: "AT&T &amp; R&amp;D, <b>bold, 1 < 2, ]]>"\ndate: 2026-01-01', "Plain."),
    ("merge-tags", 'title: "{{ 7*7 }} {% if x %} *|NAME|* %name%"\ndate: 2026-01-02',
     "Dear {{ first_name }}, {% if x %}`{{ code }}`{% endif %} `*|FNAME|*` %recipient.name% ${name}"),
    ("emoji", 'title: "Stretch 🧘‍♀️ and 👩🏽‍⚕️ 🇬🇧"\ndate: 2026-01-03\ntags: ["🧘", "mind 🧠"]', "🧘‍♀️ Breathe."),
    ("arabic", "title: آلام الظهر\ndate: 2026-01-04\nlanguage: ar\nauthor: د. ليلى",
     "نص من **اليمين** إلى اليسار، و `code` و [رابط](https://example.org/ا)."),
    ("hebrew", "title: כאבי גב\ndate: 2026-01-05\nlanguage: he", "טקסט \u202bמשולב\u202c עם English."),
    ("chinese", "title: 背痛：常见问题\ndate: 2026-01-06\nlanguage: zh-Hans\ntags: [背部, 疼痛]", "站起来。走一走。"),
    ("japanese", "title: 腰痛について\ndate: 2026-01-07\nlanguage: ja", "座りすぎ。ﾊﾝｶｸも。"),
    ("swedish", "title: Övningar för ryggen\ndate: 2026-01-08\nlanguage: sv\nslug: övningar", "Åäö."),
    ("decomposed", "title: Cafe\u0301 and nai\u0308ve\ndate: 2026-01-09\ntags: [cafe\u0301]", "e\u0301"),
    ("long-title", f"title: {'Very long title ' * 40}\ndate: 2026-01-10", "Short."),
    ("quotes", "title: '\"Don''t\" & ‘do’'\ndate: 2026-01-11", "\"It's\" 'so'."),
    ("tag-lookalike", 'title: "<title>Not a title <br>"\ndate: 2026-01-12\ntags: ["<b>", "a & b"]', "x"),
    ("whitespace", "title: '  Many\u00a0\u2003 spaces \t here '\ndate: 2026-01-13", "a\u00a0b\u2028c\u2029d"),
    # what bodies can hold
    ("cdata", "title: CDATA ends\ndate: 2026-02-01", "`]]>` and ]]> and <![CDATA[x]]> and ``<![CDATA[``"),
    ("footnotes", "title: Footnotes\ndate: 2026-02-02", "A claim.[^1] Another.[^two]\n\n[^1]: Proof.\n[^two]: More *proof*."),
    ("table", "title: Table\ndate: 2026-02-03", "| a | b |\n|:--|--:|\n| 1 < 2 | `x|y` |\n| [l](/x) | ![p](/p.png) |"),
    ("lists", "title: Lists\ndate: 2026-02-04", "1. one\n   - two\n     1. three\n        > quote\n\n        ```\n        code & <tag>\n        ```\n- [x] done\n- [ ] not"),
    ("code", "title: Code\ndate: 2026-02-05", "```html\n<script>alert('&amp;')</script>\n<a href=\"/rel\">\n```\n\nInline `<img src=x>`."),
    ("entities-body", "title: Entities\ndate: 2026-02-06", "&copy; &nbsp; &lt;b&gt; &amp;amp; &#x1F9D8; &unknown;"),
    ("addresses", "title: Every kind of address\ndate: 2026-02-07",
     "[root](/a) [rel](b/c) [up](../d) [frag](#part) [query](?q=1&r=2) [proto](//cdn.example/x)\n"
     "[mail](mailto:a@b.example) [tel](tel:+44123) [space](<a b>) [umlaut](https://exämple.org/ä) [empty]()\n"
     "<https://auto.example/> ![img](i.png) ![abs](https://x.example/i.png?a=1&b=2)"),
    ("srcset", "title: Responsive\ndate: 2026-02-08",
     '<picture><source srcset="/a.png 1x, b.png 2x" media="(min-width: 1px)"><img src="c.png" srcset="d,e.png 100w, /f.png 200w" alt="p"></picture>\n\n'
     '<video src="v.mp4" poster="p.jpg" controls></video> <audio src="/s.mp3"></audio> <blockquote cite="/c">q</blockquote>'),
    ("scripts", "title: Scripts\ndate: 2026-02-09",
     '<script>alert(1)</script><style>p{}</style><p onclick="x()" style="position:fixed">kept</p>\n\n'
     '<svg onload=alert(1)><a xlink:href="javascript:1">s</a></svg><object data=x></object><embed src=/e>'),
    ("javascript", "title: Bad schemes\ndate: 2026-02-10",
     "[a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](data:text/html,x) [d](vbscript:x) [e](file:///etc/passwd)\n"
     '<a href="java&#10;script:alert(1)">f</a> <a href="&#106;avascript:1">g</a> ![h](data:image/svg+xml;base64,AAAA)\n'
     "![i](data:image/png;base64,iVBORw0KGgo=)"),
    ("forms", "title: Forms\ndate: 2026-02-11", '<form action="/x"><input name=a><button>Go</button><select><option>o</select></form> after'),
    ("iframe", "title: Frames\ndate: 2026-02-12", '<iframe src="https://video.example/v?id=1&t=2" title="A film"></iframe>\n\n<iframe src="javascript:1"></iframe>'),
    ("broken-html", "title: Broken HTML\ndate: 2026-02-13", "<div><p>one<b>two</div></i></p>\n\n<a href='x\"y'>z</a> <<>> </nothing> <!-- comment --> <? pi ?>"),
    ("base-meta", "title: Base and meta\ndate: 2026-02-14", '<base href="https://evil.example/"><meta http-equiv="refresh" content="0"><link rel=stylesheet href=/x>\n\n[rel](y)'),
    ("control", 'title: "Control \u0007 characters"\ndate: 2026-02-15', "Bell \u0007, NEL \u0085, escape \u001b[0m, vertical \u000b, nonchar \ufdd0 \uffff, private \ue000."),
    ("escapes", 'title: "Written \\\\ud83d, not meant"\ndate: 2026-02-16', "\\ud800 and \\x00"),
    ("token", "title: Hidden token\ndate: 2026-02-17", "\ufdd0unsubscribe_url\ufdd1 and %EF%B7%90name%EF%B7%91 [x](/a%EF%B7%90b)"),
    ("empty", "title: Empty body\ndate: 2026-02-18", ""),
    ("blank", "title: Blank body\ndate: 2026-02-19\ndescription: Only a summary & <no> body", "\n \n\t\n"),
    ("picture-only", "title: Only a picture\ndate: 2026-02-20", "![](https://x.example/i.png)"),
    ("headings", "title: Headings\ndate: 2026-02-21", "# One\n## Two\nText\n===\n\n## Two\n\n[to two](#two)"),
    # dates
    ("midnight", "title: Midnight\ndate: 2026-03-01T00:00:00Z", "x"),
    ("before-midnight", "title: A second before\ndate: 2026-03-01T23:59:59.999Z", "x"),
    ("spring", "title: In the hour that was not\ndate: 2026-03-29 01:30", "x"),
    ("autumn", "title: In the hour that was twice\ndate: 2025-10-26 01:30", "x"),
    ("kathmandu", "title: Forty-five minutes\ndate: 2026-03-02T05:45:00+05:45", "x"),
    ("chatham", "title: Far east\ndate: 2026-03-03T00:15:00+13:45\nupdated: 2026-03-02T00:00:00-12:00", "x"),
    ("same-one", "title: Same instant, one\ndate: 2026-03-04T10:00:00Z", "x"),
    ("same-two", "title: Same instant, two\ndate: 2026-03-04T11:00:00+01:00", "x"),
    ("updated", "title: Changed later\ndate: 2026-03-05\nupdated: 2026-03-06 07:08", "x"),
    ("updated-before", "title: Changed before it was there\ndate: 2026-03-07\nupdated: 2026-03-01", "x"),
    # people, tags, pictures
    ("authors", 'title: Authors\ndate: 2026-04-01\nauthors: ["Dr. Åsa <asa@example.org>", {name: "J. & Sons", email: j@example.org}]', "x"),
    ("tags", 'title: Tags\ndate: 2026-04-02\ntags: ["C++", "C#", "c", "../up", "..", "con", "a/b", "Back Pain", "back-pain"]', "x"),
    ("image", "title: Lead picture\ndate: 2026-04-03\nimage: https://x.example/a b.png?x=1&y=2\nimage_alt: A & B", "x"),
    ("canonical", "title: Elsewhere\ndate: 2026-04-04\ncanonical: https://elsewhere.example/a?b=1&c=2", "[rel](x) [frag](#y)"),
    ("own-id", "title: Own id\ndate: 2026-04-05\nid: urn:uuid:60a76c80-d399-11d9-b93c-0003939e0af6", "x"),
    # what must not be there
    ("draft", "title: Draft\ndate: 2026-01-01\ndraft: true", "secret draft"),
    ("future", "title: Future\ndate: 2099-01-01", "secret future"),
    ("not-for-feeds", "title: Not for feeds\ndate: 2026-01-01\nfeed: false", "secret from feeds"),
)  # fmt: skip
#: these are right as they are, and validators complain of what they themselves say
FORCED = (
    ("end-tag", 'title: "Close with </b>"\ndate: 2026-05-01', "x"),
    ("replaced", "title: Nothing to show\ndate: 2026-05-02", "&#0; &#xD800; \ufffd"),
    ("old", "title: Before the epoch\ndate: 1969-07-20T20:17:40Z", "x"),
    ("attack-as-text", "title: Talk of attacks\ndate: 2026-05-03", "`<img src=x onerror=1>` javascript:alert(1)"),
)  # fmt: skip
#: how many of the first stand in feeds
CARRIED = len(ARTICLES) - 3


def write(root: Path, articles: tuple[tuple[str, str, str], ...] = ARTICLES) -> None:
    """Write the site into a folder, its files in the order given."""
    (root / "articles").mkdir(parents=True)
    (root / "syndicate.toml").write_text(CONFIG, "utf-8")
    for name, front, body in articles:
        (root / "articles" / f"{name}.md").write_bytes(_file(name, front, body))


def _file(name: str, front: str, body: str) -> bytes:
    text = f"---\n{front}\n---\n\n{body}\n"
    # Some as Windows saves them.
    if name in {"quotes", "lists", "table"}:
        return b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    return text.encode()
