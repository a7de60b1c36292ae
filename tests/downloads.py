"""What lies in the folder of downloads when a how-to about moving begins: small exports."""

import json
import zipfile

from exports import mailchimp_zip, table

_WXR = """\
<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Old blog</title><link>https://old.example</link>
<wp:author><wp:author_login>zoe</wp:author_login>
<wp:author_display_name>Zoë Day</wp:author_display_name></wp:author>
<item><title>A bench that lasts</title><link>https://old.example/2025/10/bench/</link>
<dc:creator>zoe</dc:creator><wp:post_id>7</wp:post_id><wp:post_name>bench</wp:post_name>
<wp:post_date_gmt>2025-10-13 08:00:00</wp:post_date_gmt><wp:status>publish</wp:status>
<wp:post_type>post</wp:post_type><category domain="post_tag" nicename="oak">oak</category>
<content:encoded><![CDATA[<p>It is of oak.</p>]]></content:encoded></item>
<item><title>About us</title><link>https://old.example/about/</link><wp:post_id>8</wp:post_id>
<wp:status>publish</wp:status><wp:post_type>page</wp:post_type>
<content:encoded><![CDATA[<p>We are two.</p>]]></content:encoded></item>
</channel></rss>
"""
_POST = {
    "id": "1",
    "uuid": "aa11",
    "title": "A bench that lasts",
    "slug": "bench",
    "html": "<p>It is of oak.</p>",
    "status": "published",
    "visibility": "public",
    "published_at": "2025-10-13T08:00:00.000Z",
}
_MEMBERS = {**_POST, "id": "2", "uuid": "bb22", "title": "For members", "slug": "for-members"}
_MEMBERS |= {"visibility": "members"}
_GHOST_PEOPLE = table(
    "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,"
    "deleted_at,labels,tiers",
    ["1", "cid@example.com", "Cid Day", "", "true", "false", "", "2024", "", "", ""],
    ["2", "dora@example.com", "", "", "false", "false", "", "2024", "", "", ""],
)
_POSTS = """\
post_id,post_date,is_published,email_sent_at,inbox_sent_at,type,audience,title,subtitle,podcast_url
101.bench,2025-10-13T08:00:00.000Z,true,,,newsletter,everyone,A bench that lasts,Of oak,
102.paid,2025-10-20T08:00:00.000Z,true,,,newsletter,only_paid,For those who pay,,
"""
_SUBSTACK_PEOPLE = (
    "email,active_subscription,expiry,email_disabled,created_at\n"
    "cid@example.com,false,,false,2024-01-01\n"
    "dora@example.com,false,,true,2024-01-01\n"
)
_CAMPAIGNS = """\
Title,Subject,List,Send Date,Unique Id
October,A bench that lasts,Weekly,"Oct 13, 2025 08:00 am",1a2b3c
"""
_PAGE = "A bench that lasts\n\nBy Zoë Day\n\n13 October 2025\n\nIt is of oak.\n"
_HTML = """\
<!doctype html><html><head><title>A bench that lasts</title>
<meta property="article:published_time" content="2025-10-13T08:00:00Z"></head>
<body><article><h1>A bench that lasts</h1>
<p>It is of oak, which grows slowly, and so it is heavy, and so it stays where it was put.</p>
<p>Oil it once a year, in spring, and let the rain do what it likes for the rest of it.</p>
<p>A bench of pine is made in an afternoon, and is gone before you have got used to it.</p>
</article></body></html>
"""
_FEED = """\
<?xml version="1.0"?><rss version="2.0"><channel><title>Old blog</title>
<link>https://old.example/</link><description>Wood</description>
<item><title>A bench that lasts</title><link>https://old.example/bench/</link><guid>7</guid>
<pubDate>Mon, 13 Oct 2025 08:00:00 GMT</pubDate>
<description>&lt;p&gt;It is of oak.&lt;/p&gt;</description></item></channel></rss>
"""
_EMAILS = """\
id,secondary_id,subject,publish_date,source,email_type,slug
a1,1,A bench that lasts,2025-10-13 08:00:00+00:00,app,public,bench
"""
#: what each kind of `import --from` reads, and how its export is called in that folder
ARTICLES = {
    "page": "page.txt",
    "html": "page.html",
    "feed": "feed.xml",
    "wordpress": "wordpress.xml",
    "ghost": "ghost.json",
    "substack": "substack.zip",
    "buttondown": "buttondown.zip",
    "mailchimp": "mailchimp-account.zip",
}


def _zipped(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)


def fill(folder):
    """Put an export of each system that a how-to leads away from into a folder."""
    folder.mkdir()
    (folder / "wordpress.xml").write_text(_WXR, "utf-8")
    (folder / "page.txt").write_text(_PAGE, "utf-8")
    (folder / "page.html").write_text(_HTML, "utf-8")
    (folder / "feed.xml").write_text(_FEED, "utf-8")
    emails = {"emails.csv": _EMAILS, "emails/bench.md": "It is of oak."}
    _zipped(folder / "buttondown.zip", emails)
    posts = {"db": [{"meta": {}, "data": {"posts": [_POST, _MEMBERS]}}]}
    (folder / "ghost.json").write_text(json.dumps(posts), "utf-8")
    (folder / "members.csv").write_text(_GHOST_PEOPLE, "utf-8")
    _zipped(
        folder / "substack.zip",
        {
            "posts.csv": _POSTS,
            "posts/101.bench.html": "<p>It is of oak.</p>",
            "posts/102.paid.html": "<p>Only for you.</p>",
            "email_list.bench.csv": _SUBSTACK_PEOPLE,
        },
    )
    body = '<body><div class="mceText"><p>It is of oak.</p></div></body>'
    campaigns = {"campaigns.csv": _CAMPAIGNS, "campaigns_content/1a2b3c_october.html": body}
    _zipped(folder / "mailchimp-account.zip", campaigns)
    mailchimp_zip(
        folder / "mailchimp-audience.zip",
        subscribed=[("cid@example.com", "Cid", "Day", "")],
        unsubscribed=["dora@example.com"],
    )
