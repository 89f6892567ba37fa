"""What a body is: XML or JSON, in which charset, a feed or a page. Nothing is parsed yet."""

from __future__ import annotations

import re
from typing import Literal

from aggregator.core.errors import Kind, ParseError
from aggregator.core.model import Record
from aggregator.core.parse import bounds
from aggregator.core.parse.charset import utf8
from aggregator.core.parse.xml import without_doctype

_START = re.compile(rb"<\?xml|<(?:[A-Za-z]+:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
_ROOT = re.compile(rb"<([A-Za-z_][^\s<>/]{0,80})")
_PASSED_OVER = re.compile(rb"\s*(?:<\?.*?\?>|<!--.*?-->)", re.DOTALL)
_FEEDS = frozenset({"rss", "feed", "rdf", "channel"})
_SENTENCES = {
    "html": "The address answered with a web page, not with a feed.",
    "urlset": "The document is a sitemap, not a feed.",
    "sitemapindex": "The document is an index of sitemaps, not a feed.",
    "opml": "The document is a list of feeds (OPML), not a feed.",
    "error": "The document is an error message, not a feed.",
}
_PAGE = frozenset(
    "html head body script div p title meta h1 center table iframe style link a br pre form img".split()  # noqa: SIM905
)
_JUNK = 4096  # bytes before the document that are forgiven (notices of a server)


class Document(Record, frozen=True):
    """A body whose kind and charset are known: UTF-8, within the bounds, without document type."""

    kind: Literal["xml", "json"]
    data: bytes
    url: str


def document(body: bytes, content_type: str = "", url: str = "") -> Document:
    """What a body is, ready to be parsed. `url`: where it came from. Raises ParseError."""
    bounds.check_size(body)
    data = utf8(body, content_type)
    if not data or data.isspace():
        raise ParseError(Kind.EMPTY, "The answer is empty.")
    if data[:1] in {b"{", b"["}:
        return Document("json", data, url)
    return Document("xml", _feed_document(data), url)


def _feed_document(data: bytes) -> bytes:
    """The document from its first tag on, if its root may be a feed's. Raises ParseError."""
    if data[:1] != b"<":
        start = _START.search(data, 0, _JUNK)
        if start is None:
            raise ParseError(Kind.NOT_A_FEED, "The answer is neither XML nor JSON.")
        data = utf8(data[start.start() :])
    data = without_doctype(data)
    name = _root(data)
    if name in _FEEDS:
        return data
    if name is None:
        raise ParseError(Kind.NOT_A_FEED, "The answer holds no element of a feed.")
    start = _START.search(data, 0, _JUNK) if name in _PAGE else None
    if start is not None and name != "html":  # a notice of the server in front of the feed
        return without_doctype(utf8(data[start.start() :]))
    sentence = _SENTENCES.get("html" if name in _PAGE else name)
    raise ParseError(
        Kind.NOT_A_FEED, sentence or f"The document is XML, but not a feed: it is <{name[:40]}>."
    )


def _root(data: bytes) -> str | None:
    """The local name of the first element in lower case."""
    position = 0
    while (found := _PASSED_OVER.match(data, position)) is not None:
        position = found.end()
    root = _ROOT.search(data, position, position + _JUNK)
    return root[1].decode("utf-8", "replace").lower().rpartition(":")[2] if root is not None else None
