"""The items of a document as pieces of its bytes: what was seen before need not be parsed again.

Most polls that bring a new body bring one new item among thirty old ones. The old ones are the same bytes as
before, so their hashes tell them apart, at a twentieth of what parsing them costs::

    found = parse.pieces(document)
    if found is not None:
        new = [index for index, mark in enumerate(found.marks) if mark not in seen]
        feed = parse.quick(parse.only(document, found, new), now)

What `quick` then gives is what it would have given of these items in the whole document. Where that cannot be
promised (items within items, two items of one identity, too many of them, a document that was cut off,
anything but plain RSS or Atom), there are no pieces, and the document is parsed whole.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from hashlib import blake2b

from aggregator.core.model import Record
from aggregator.core.parse import bounds
from aggregator.core.parse.sniff import Document

_TOKEN = re.compile(rb"<(?:(/?)(?:item|entry)(?=[\s/>])|(!\[CDATA\[)|(!--)|(\?))")
_ROOT = re.compile(rb"<[A-Za-z_][^<>]*>")
_VALUE = rb"(?:\s[^<>]*)?>\s*+(?:<!\[CDATA\[)?\s*+([^<\]]+)"
_NAMES = (
    (b"<guid", re.compile(b"<guid" + _VALUE)),
    (b"<id", re.compile(b"<id" + _VALUE)),
    (b"<link", re.compile(b"<link" + _VALUE)),
    (b"<link", re.compile(rb"<link\s[^<>]*?href\s*=\s*[\"']([^\"'<>]+)")),
)


class Pieces(Record, frozen=True):
    """Where the items of a document are: their marks (8 bytes each) and spans of bytes, in order."""

    marks: tuple[bytes, ...]
    spans: tuple[tuple[int, int], ...]


def pieces(document: Document) -> Pieces | None:
    """The items of a document; None where they cannot be told apart safely. Linear."""
    if document.kind != "xml":
        return None
    data = document.data
    spans = _spans(data)
    if not spans or len(spans) > bounds.MAX_ENTRIES:
        return None
    parts = [data[start:end] for start, end in spans]
    names = [_identity(part) for part in parts]
    if None in names or len(set(names)) < len(names):
        return None
    root = _ROOT.search(data)
    # The same item means something else under other namespaces or at another address.
    salt = blake2b((root[0] if root else b"") + document.url.encode(), digest_size=16).digest()
    return Pieces(tuple(blake2b(part, digest_size=8, key=salt).digest() for part in parts), tuple(spans))


def only(document: Document, found: Pieces, wanted: Collection[int]) -> Document:
    """The document with those of its items only, by index, and with everything that is no item."""
    keep, parts, position = frozenset(wanted), [], 0
    for index, (start, end) in enumerate(found.spans):
        if index not in keep:
            parts.append(document.data[position:start])
            position = end
    return Document(document.kind, b"".join([*parts, document.data[position:]]), document.url)


def _spans(data: bytes) -> list[tuple[int, int]] | None:
    """Where items begin and end; sections of text, comments and instructions are jumped over."""
    spans: list[tuple[int, int]] = []
    start, position = -1, 0
    while (token := _TOKEN.search(data, position)) is not None:
        closing, cdata, comment, instruction = token.groups()
        if cdata or comment or instruction:
            mark = b"]]>" if cdata else b"-->" if comment else b"?>"
            position = data.find(mark, token.end())
            if position < 0:
                return None
            continue
        position = data.find(b">", token.end()) + 1
        if position == 0 or bool(closing) is (start < 0):
            return None  # cut off, an end without its beginning, or an item within an item
        if closing:
            spans.append((start, position))
            start = -1
        elif data[position - 2 : position - 1] == b"/":
            return None
        else:
            start = token.start()
    return spans if start < 0 else None


def _identity(part: bytes) -> bytes | None:
    """What makes an item itself, as written: its guid, else its address; None where it has neither."""
    for tag, pattern in _NAMES:
        at = part.find(tag)
        while at >= 0:
            found = pattern.match(part, at)
            if found is not None and (name := found[1].strip()):
                return name
            at = part.find(tag, at + 1)
    return None
