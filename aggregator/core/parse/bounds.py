"""How much of a document is read: the bounds that hold before and after every parser.

A document that exceeds one of the first group is refused whole (it is no news feed); what exceeds one of
the second group is cut, and entries over the bound are counted in `Feed.dropped`.
"""

from __future__ import annotations

import re

from aggregator.core.errors import Kind, ParseError

# Refused whole.
MAX_BYTES = 50_000_000  # of a body, decoded; polling.max_bytes is usually far less
MAX_TAGS = 1_000_000  # "<" in a body: a tree of that size takes some 150 MB
MAX_DEPTH = 256  # elements within one another; libxml2's own bound, held for the liberal parser too
MAX_ATTRIBUTES = 256  # of one element
MAX_KINDS = 1000  # of elements, of attributes: libxml2 never forgets a name that it has seen

# Cut.
MAX_ENTRIES = 1000  # of a feed: the newest are kept
MAX_GUID = 512  # characters; a longer one is replaced by its hash
MAX_TITLE = 500
MAX_SUMMARY = 2000
MAX_CONTENT = 200_000
MAX_NAME = 200  # of an author, a category
MAX_NAMES = 32  # authors, categories of an entry
MAX_CREDIT = 500
MAX_ENCLOSURES = 16

LONG_TAG = 1024  # bytes: an element of more attributes than allowed has at least this many (256 x "a=''")

_TAG = re.compile(rb"<(?:(!\[CDATA\[)|(!--)|([!?])|(/?)[^<>\s/]*)([^<>]*)")
_NAME = re.compile(rb"<([A-Za-z_][^\s<>/]{0,99})")
_ATTRIBUTE = re.compile(rb"[\s\"']([A-Za-z_][^\s<>/=\"']{0,99})=[\"']")
# A tag up to its ">", which may stand in quotes before. Possessive: never goes back.
_INSIDE = re.compile(rb"""(?:[^>"']++|"[^"]*+"|'[^']*+')*+""")


def check_size(body: bytes) -> None:
    """Refuse a body that is too large in bytes or elements. Raises ParseError."""
    if len(body) > MAX_BYTES:
        raise ParseError(Kind.TOO_LARGE, f"The feed is larger than {MAX_BYTES // 1_000_000} MB.")
    if body.count(b"<") > MAX_TAGS:
        raise ParseError(Kind.TOO_LARGE, f"The feed has more than {MAX_TAGS} elements.")


def check_kinds(body: bytes) -> None:
    """Refuse a document that uses ever new names. Small documents are not looked at. Raises ParseError."""
    if body.count(b"<") > 2 * MAX_KINDS and len(set(_NAME.findall(body))) > MAX_KINDS:
        raise ParseError(Kind.MALFORMED, f"The feed has more than {MAX_KINDS} kinds of elements.")
    if body.count(b"=") > 4 * MAX_KINDS and len(set(_ATTRIBUTE.findall(body))) > MAX_KINDS:
        raise ParseError(Kind.MALFORMED, f"The feed has more than {MAX_KINDS} kinds of attributes.")


def check_attributes(body: bytes) -> None:
    """Refuse an element with too many attributes. Raises ParseError.

    Only pieces between two "<" that are long enough to hold so many are looked at.
    """
    for piece in [piece for piece in body.split(b"<") if len(piece) > LONG_TAG]:
        if not piece.startswith((b"!", b"?")):
            inside = _INSIDE.match(piece)
            if inside is not None and inside[0].count(b"=") > MAX_ATTRIBUTES:
                raise ParseError(Kind.MALFORMED, f"An element has more than {MAX_ATTRIBUTES} attributes.")


def check_depth(body: bytes) -> None:
    """Refuse elements nested too deep, without building a tree. Raises ParseError.

    A rough count (end tags that close nothing are not told apart), which is enough to keep a
    recursive parser from harm. Linear in the length of the body.
    """
    depth = position = 0
    while (found := _TAG.search(body, position)) is not None:
        position = found.end()
        if found[1]:
            position = _behind(body, b"]]>", position)
        elif found[2]:
            position = _behind(body, b"-->", position)
        elif found[4]:
            depth = max(0, depth - 1)
        elif not found[3] and not found[5].endswith(b"/"):
            depth += 1
            if depth > MAX_DEPTH:
                raise ParseError(Kind.MALFORMED, f"Elements are nested more than {MAX_DEPTH} deep.")


def _behind(body: bytes, end: bytes, position: int) -> int:
    found = body.find(end, position)
    return len(body) if found < 0 else found + len(end)
