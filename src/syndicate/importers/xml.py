"""XML of others: no entities, no network, no bombs."""

from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from syndicate.importers.base import Unimportable

_SAFE = {"resolve_entities": False, "no_network": True, "huge_tree": False, "load_dtd": False}


def parsed(data: bytes) -> etree._Element:
    """Read a whole document. Raises Unimportable for what is none."""
    try:
        parser = etree.XMLParser(**_SAFE)
        root: etree._Element = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Unimportable(f"this is not XML that can be read: {error.msg}") from None
    return root


def items(file: BinaryIO, tag: str) -> Iterator[etree._Element]:
    """Give the elements of one name one by one, in little memory; raises as `parsed` does."""
    file.seek(0)
    try:
        for _, element in etree.iterparse(file, events=("end",), tag=tag, **_SAFE):
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise Unimportable(f"this is not XML that can be read: {error.msg}") from None
