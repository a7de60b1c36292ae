"""HTML of other systems, made ready to become Markdown: what is no text goes, the rest stays."""

import re
from typing import Any
from urllib.parse import urljoin

from lxml import etree
from lxml import html as lxml_html

#: left out whole: what is no text
HIDDEN = (
    "script, style, noscript, form, nav, button, svg, template, head, object, canvas, input, "
    "select, textarea, [hidden], [aria-hidden=true]:not(:has(img))"
)
#: elements that cannot stand in a cell of a Markdown table
_BLOCKS = frozenset("ul ol table pre blockquote h1 h2 h3 h4 h5 h6 figure dl hr".split())  # noqa: SIM905
_MAY_GO = (
    "a, article, b, blockquote, code, del, div, em, h1, h2, h3, h4, h5, h6, i, mark, p, s, "
    "section, small, span, strong, sub, sup, u"
)
_BLANK = re.compile(r"\n\s*\n")
#: how browsers name the folder with the pictures of a page that they save
_SAVED = re.compile(r"(?:\./)?[^/?#:]+(?:_files|\.files|_fichiers|-Dateien)/", re.IGNORECASE)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5")


def tidy(root: Any, base: str) -> None:
    """Change a tree of HTML so that nothing of its text is lost when it becomes Markdown."""
    for bad in root.cssselect(HIDDEN):
        bad.drop_tree()
    for comment in [*root.iter(etree.Comment, etree.ProcessingInstruction)]:
        comment.drop_tree()
    for frame in root.cssselect("iframe[src], embed[src], video, audio"):
        _link_for_frame(frame)
    _empty(root)
    _end_breaks(root)
    _absolute(root, base)
    _lower_headings(root)
    _footnotes(root)
    for list_ in filter(_goes_on, root.cssselect("ul, ol")):
        # Markdown would make one list of the two.
        list_.addprevious(_kept("<!-- -->"))
    for list_ in root.cssselect("dl"):
        _definitions(list_)
    for table in root.cssselect("table"):
        if table.getparent() is not None and _is_complex(table):
            _keep(table)


def _link_for_frame(frame: Any) -> None:
    """Put a link in the place of a video or another frame."""
    source = frame.get("src") or next((one.get("src") for one in frame.iter("source")), None)
    if not source:
        frame.drop_tree()
        return
    paragraph = etree.Element("p")
    link = etree.SubElement(paragraph, "a", href=source)
    link.text = frame.get("title") or source
    paragraph.tail = frame.tail
    frame.getparent().replace(frame, paragraph)


def _empty(root: Any) -> None:
    """Take out links in links, and elements around nothing."""
    for inner in root.cssselect("a a"):
        inner.drop_tag()
    for one in reversed(root.cssselect(_MAY_GO)):
        nothing = not one.text_content().strip() and one.find(".//img") is None
        if nothing and one is not root:
            one.drop_tag()


def _end_breaks(root: Any) -> None:
    """Take out breaks of lines after which nothing comes in their element."""
    for one in reversed([*root.iter("br")]):
        following = one.getnext()
        last = following is None or following.tag in _BLOCKS | {"p", "div"}
        if last and not (one.tail or "").strip():
            one.drop_tree()


def _absolute(root: Any, base: str) -> None:
    if not base:
        return
    for name in ("href", "src"):
        for one in root.iterfind(f".//*[@{name}]"):
            address = one.get(name).strip()
            if address and not address.startswith("#") and not _SAVED.match(address):
                try:
                    one.set(name, urljoin(base, address))
                except ValueError:
                    continue


def _lower_headings(root: Any) -> None:
    """Put headings one lower where the first level is used, which is the title's."""
    if root.find(".//h1") is None:
        return
    for one in root.cssselect(", ".join(_HEADINGS)):
        one.tag = f"h{int(one.tag[1]) + 1}"


def _footnotes(root: Any) -> None:
    """Turn footnotes into elements of our own: notes with an id, and what calls them."""
    notes = {
        note.get("id"): note
        for note in root.cssselect("[class*=footnotes] li[id], [class*=footnotes] p[id]")
    }
    called: dict[str, str] = {}
    for link in root.cssselect("sup a[href*='#'], a[href*='#'] > sup"):
        link = link if link.tag == "a" else link.getparent()  # noqa: PLW2901 -- either way round
        name = link.get("href").rpartition("#")[2]
        if name in notes and link.getparent() is not None:
            called.setdefault(name, _name(name))
            _replace(_outer(link), called[name])
    for name, note in notes.items():
        if name in called:
            _write_note(root, note, called[name])
    for section in root.cssselect("[class*=footnotes]"):
        if section.getparent() is not None and not section.text_content().strip():
            section.drop_tree()


def _name(text: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")
    return re.sub(r"^(?:fn|footnote|note)-(?=.)", "", plain) or "note"


def _outer(link: Any) -> Any:
    above = link.getparent()
    return above if above.tag == "sup" and len(above) == 1 else link


def _replace(old: Any, name: str) -> None:
    call = etree.Element("x-note", {"name": name, "data-call": "1"})
    # An element without anything in it would be passed over.
    call.text = name
    call.tail = old.tail
    old.getparent().replace(old, call)


def _write_note(root: Any, note: Any, name: str) -> None:
    for back in note.cssselect("a[href*='#']"):
        if (back.text_content().strip() or "\u21a9")[0] in "\u21a9\u2191^":
            back.drop_tree()
    note.tag = "x-note"
    for key in list(note.attrib):
        del note.attrib[key]
    note.set("name", name)
    note.tail = None
    root.append(note)


def _goes_on(list_: Any) -> bool:
    """Whether the last words before a list stand in another list, which has ended."""
    for words in list_.xpath("preceding::text()[normalize-space()][1]"):
        place = words.getparent()
        lists = set(place.iterancestors("ul", "ol")) - set(list_.iterancestors("ul", "ol"))
        return bool(lists)
    return False


def _definitions(list_: Any) -> None:
    """Write terms in bold, and what they mean as paragraphs."""
    list_.tag = "div"
    for one in list_.cssselect("dt, dd"):
        if one.tag == "dt" and not one.cssselect("b, strong, p, div"):
            bold = etree.Element("strong")
            bold.text, one.text = one.text, None
            for child in list(one):
                bold.append(child)
            one.append(bold)
        one.tag = "p" if one.tag == "dt" else "div"


def _is_complex(table: Any) -> bool:
    cells = table.cssselect("td, th")
    return (
        not cells
        or any(cell.get(name, "1") not in {"1", ""} for cell in cells for name in _SPANS)
        or any(child.tag in _BLOCKS for cell in cells for child in cell.iterdescendants())
        or any(len(cell.findall("p")) > 1 for cell in cells)
        or len({len(row.cssselect("td, th")) for row in table.cssselect("tr")}) > 1
        or table.find(".//caption") is not None
    )


_SPANS = ("colspan", "rowspan")


def _keep(table: Any) -> None:
    """Keep an element as HTML; an empty line would end it in Markdown."""
    tail, table.tail = table.tail, None
    kept = _kept(_BLANK.sub("\n", lxml_html.tostring(table, encoding="unicode")))
    kept.tail = tail
    table.getparent().replace(table, kept)


def _kept(html: str) -> Any:
    kept = etree.Element("x-kept", {"data-html": html})
    # An element without anything in it would be passed over.
    kept.text = "kept"
    return kept
