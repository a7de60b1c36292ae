"""XML of others: no entities, no network, no bombs."""

import io
from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from syndicate.importers.base import Unimportable, decoded

_SAFE = {"resolve_entities": False, "no_network": True, "huge_tree": False, "load_dtd": False}
#: bytes in which a document would define entities
_START = 65_536


def parsed(data: bytes) -> etree._Element:
    """Read a whole document. Raises Unimportable for what is none, and for one with entities."""
    _refuse_entities(data[:_START])
    try:
        root: etree._Element = etree.fromstring(data, etree.XMLParser(**_SAFE))
    except etree.XMLSyntaxError as error:
        return _again(data, error)
    return root


def items(file: BinaryIO, tags: tuple[str, ...]) -> Iterator[etree._Element]:
    """Give the elements of some names one by one, in little memory.

    Raises Unimportable as `parsed` does. What was given before something broken is good.
    """
    file.seek(0)
    _refuse_entities(file.read(_START))
    file.seek(0)
    try:
        for _, element in etree.iterparse(file, events=("end",), tag=tags, **_SAFE):
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise Unimportable(_words(error)) from None


def _again(data: bytes, error: etree.XMLSyntaxError) -> etree._Element:
    """Read a document whose bytes are not in the encoding that it says; many say none."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        text = decoded(data).lstrip()
        if text.startswith("<?xml"):
            text = text.partition("?>")[2].lstrip()
        try:
            root: etree._Element = etree.parse(
                io.BytesIO(text.encode()), etree.XMLParser(**_SAFE)
            ).getroot()
        except etree.XMLSyntaxError as again:
            raise Unimportable(_words(again)) from None
        return root
    raise Unimportable(_words(error))


def _refuse_entities(start: bytes) -> None:
    """Entities can make a gigabyte of a kilobyte, or read other files (OWASP, XML entities)."""
    if b"<!ENTITY" in start.replace(b"\0", b""):
        raise Unimportable("it defines XML entities, which no export needs and which can do harm.")


def _words(error: etree.XMLSyntaxError) -> str:
    return f"it is not XML that can be read: {error.msg}."
