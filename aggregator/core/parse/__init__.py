"""Bytes → entries: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, JSON Feed 1.0 and 1.1.

The way of a body: `document` finds out what it is and brings it to UTF-8 within the bounds, `quick` reads
what is well-formed (nearly everything), and only if that raises `NeedsLiberal`, `liberal` reads the rest,
in a killable process::

    parsed = parse.document(body, content_type, url)
    try:
        feed = parse.quick(parsed, now)
    except parse.NeedsLiberal:
        feed = await pool.run(parse.liberal, parsed, now, seconds=5)

A document of which most items were seen before need not be parsed whole: see `pieces`.
Any bytes give a feed or a ParseError, nothing else. Pure: `now` is an argument.
"""

from __future__ import annotations

from aggregator.core.errors import AggregatorError
from aggregator.core.model import Feed
from aggregator.core.parse import bounds, channel, jsonfeed
from aggregator.core.parse import liberal as _liberal
from aggregator.core.parse.bounds import MAX_ENTRIES
from aggregator.core.parse.pieces import Pieces, only, pieces
from aggregator.core.parse.sniff import Document, document
from aggregator.core.parse.xml import tree

__all__ = [
    "MAX_ENTRIES",
    "Document",
    "NeedsLiberal",
    "Pieces",
    "document",
    "liberal",
    "only",
    "pieces",
    "quick",
]


class NeedsLiberal(AggregatorError):
    """The document is not well-formed: only the liberal parser may make something of it."""


def quick(document: Document, now: float) -> Feed:
    """The feed of a well-formed document. Raises ParseError, and NeedsLiberal if it is not well-formed."""
    if document.kind == "json":
        return jsonfeed.feed(document.data, document.url, now)
    bounds.check_attributes(document.data)
    bounds.check_kinds(document.data)
    root = tree(document.data)
    if root is None:
        raise NeedsLiberal("The document is not well-formed.")
    return channel.feed(root, document.url, now)


def liberal(document: Document, now: float) -> Feed:
    """The feed of a document that is not well-formed; slow, and may never end. Raises ParseError."""
    if document.kind == "json":
        return quick(document, now)
    return _liberal.feed(document.data, document.url, now)
