"""XML documents as a tree: strictly well-formed, or after small mending, or not at all.

No document type declaration ever reaches the parser, so there are no entities but the five of XML and
numbers, and nothing expands. What is not well-formed is mended where the meaning is plain (references to
characters that XML forbids, HTML's named entities, a bare "&", undeclared prefixes of well-known
namespaces); everything else is left to the liberal parser.
"""

from __future__ import annotations

import html.entities
import re
from collections.abc import Iterator, Mapping
from typing import Protocol

from lxml import etree  # type: ignore[import-untyped]

from aggregator.core.parse.names import PREFIXES

_PROLOG_END = re.compile(rb"<[A-Za-z_\x80-\xff]")
_DOCTYPE = re.compile(rb"<!DOCTYPE[^<>\[]*(?:\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
_SECTION = re.compile(rb"<!\[CDATA\[|<!--")
_SLIP = re.compile(rb"<\?xml[^<>]*>|&(?:#(?:x([0-9a-fA-F]+)|([0-9]+));|([A-Za-z][A-Za-z0-9]*);)?")
_XML_NAMES = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})
_PREFIX = re.compile(rb"[<\s/]([A-Za-z_][\w.-]*):[A-Za-z_]")
_DECLARED = re.compile(rb"\sxmlns:([A-Za-z_][\w.-]*)\s*=")
_FIRST_TAG = re.compile(rb"<[A-Za-z_][^\s/>]*")
_ROOT_NAME = re.compile(rb"<([A-Za-z_][^\s/<>]*)")
_CHANNEL_NAME = re.compile(rb"<((?:\w+:)?channel)[\s>]", re.IGNORECASE)
_ITEM_END = re.compile(rb"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
_END = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)


class Element(Protocol):
    """What is used of an lxml element, whose package brings no types."""

    tag: object
    text: str | None
    attrib: Mapping[str, str]
    nsmap: Mapping[str | None, str]

    def get(self, name: str) -> str | None:
        """The value of an attribute."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Element]: ...
    def __getitem__(self, index: slice) -> list[Element]: ...


def _parser() -> etree.XMLParser:
    """No network, no DTD, no entities, libxml2's own bounds on depth and length kept."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
        recover=False,
        encoding="utf-8",
    )


def tree(data: bytes) -> Element | None:
    """The root element of a document in UTF-8; None where it is not well-formed even after mending."""
    root = _strict(data)
    return _strict(mended(data)) if root is None else root


def _strict(data: bytes) -> Element | None:
    try:
        root: Element = etree.fromstring(data, _parser())
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root


def without_doctype(data: bytes) -> bytes:
    """The document without its document type declaration, internal subset included."""
    first = _PROLOG_END.search(data)
    at = data[: first.start() if first is not None else len(data)].upper().find(b"<!DOCTYPE")
    if at < 0:
        return data
    found = _DOCTYPE.match(data, at)
    return data[:at] + data[found.end() :] if found is not None else data


def mended(data: bytes) -> bytes:
    """The document with the plain mistakes put right; the same bytes where there are none."""
    return _with_prefixes(_in_text(_without_rest(data)))


def _in_text(data: bytes) -> bytes:
    """The document with its references mended, but for those in comments and sections of text. Linear."""
    parts, position = [], 0
    while (section := _SECTION.search(data, position)) is not None:
        parts.append(_SLIP.sub(_mended_slip, data[position : section.start()]))
        mark = b"]]>" if section[0][2:3] == b"[" else b"-->"
        end = data.find(mark, section.end())
        position = len(data) if end < 0 else end + 3
        parts.append(data[section.start() : position])
    return b"".join([*parts, _SLIP.sub(_mended_slip, data[position:])])


def _without_rest(data: bytes) -> bytes:
    """The document up to the end of its root: a server may have put a notice behind it."""
    ends = list(_END.finditer(data, max(0, len(data) - 65536)))
    return data[: ends[-1].end()] if ends else _closed(data)


def _closed(data: bytes) -> bytes:
    """A document that was cut off: its whole items, and the end tags that it lacks."""
    root, ends = _ROOT_NAME.search(data), list(_ITEM_END.finditer(data))
    if root is None or not ends:
        return data
    item, outer = ends[-1], _CHANNEL_NAME.search(data)
    inside = outer is not None and data.rfind(b"</" + outer[1], 0, item.end()) < 0
    closing = b"</%s></%s>" % (outer[1], root[1]) if outer is not None and inside else b"</%s>" % root[1]
    return data[: item.end()] + closing


def _mended_slip(found: re.Match[bytes]) -> bytes:
    whole = found[0]
    if whole[:1] == b"<":  # a declaration that does not stand at the beginning
        return b""
    hexadecimal, decimal, name = found.groups()
    if name is not None:
        return whole if name in _XML_NAMES else _named(name)
    if hexadecimal is None and decimal is None:
        return b"&amp;"
    digits = (hexadecimal or decimal).lstrip(b"0") or b"0"
    if len(digits) > 7:
        return b""
    return whole if _is_allowed(int(digits, 16 if hexadecimal else 10)) else b""


def _named(name: bytes) -> bytes:
    text = html.entities.html5.get(name.decode("ascii") + ";")
    if text is None:
        return b"&amp;" + name + b";"
    return "".join(f"&#{ord(character)};" for character in text).encode("ascii")


def _is_allowed(code: int) -> bool:
    """Whether XML 1.0 (2.2) has this character."""
    if code < 32:
        return code in {9, 10, 13}
    return not 0xD800 <= code <= 0xDFFF and code not in {0xFFFE, 0xFFFF} and code <= 0x10FFFF


def _with_prefixes(data: bytes) -> bytes:
    """The root element declares every prefix that is used; an unknown one gets a name of its own."""
    used = set(_PREFIX.findall(data[:2_000_000]))
    missing = sorted(used - set(_DECLARED.findall(data[:2_000_000])) - {b"xml", b"xmlns"})[:64]
    root = _FIRST_TAG.search(data)
    if not missing or root is None:
        return data
    declared = b"".join(
        b' xmlns:%s="%s"' % (prefix, _namespace(prefix).encode("ascii")) for prefix in missing
    )
    return data[: root.end()] + declared + data[root.end() :]


def _namespace(prefix: bytes) -> str:
    name = prefix.decode("utf-8", "replace")
    known = PREFIXES.get(name.lower())
    return known or f"urn:undeclared:{prefix.hex()}"
