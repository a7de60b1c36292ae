"""OPML 2.0 (opml.org/spec2): all feeds of a site as a list, which readers can import."""

from collections.abc import Iterable
from html import escape

from syndicate.text import one_line


def write(title: str, home: str, feeds: Iterable[tuple[str, str]]) -> bytes:
    """Write feeds, each as (title, address), as OPML 2.0; no dates, so that the bytes stay."""
    lines = [_outline(name, url, home) for name, url in feeds]
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n'
        f"  <head>\n    <title>{escape(one_line(title), quote=False)}</title>\n  </head>\n"
        f"  <body>\n{''.join(lines)}  </body>\n</opml>\n"
    )
    return text.encode()


def _outline(title: str, url: str, home: str) -> str:
    name = escape(one_line(title))
    # The type is "rss" for Atom and JSON too, as the specification says.
    return (
        f'    <outline type="rss" text="{name}" title="{name}" xmlUrl="{escape(url)}" '
        f'htmlUrl="{escape(home)}"/>\n'
    )
