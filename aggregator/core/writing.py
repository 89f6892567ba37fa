"""XML out, by the standard library's writer; what XML 1.0 cannot hold, or should not, is left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree import ElementTree as ET

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")


def add(
    parent: ET.Element, tag: str, text: str | None = None, attributes: Mapping[str, str] | None = None
) -> ET.Element:
    """A further element in its parent."""
    given = {name: clean(value) for name, value in (attributes or {}).items()}
    element = ET.SubElement(parent, tag, given)
    if text is not None:
        element.text = clean(text)
    return element


def clean(text: str) -> str:
    """The text without what no XML document may hold."""
    return _NOT_XML.sub("", text)


def language(tag: str | None) -> str | None:
    """A language tag as `xml:lang` may say it (XML 1.0, 2.12); None for what is none."""
    tag = (tag or "").strip().replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else None


def written(root: ET.Element) -> bytes:
    """The document, in UTF-8."""
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))
