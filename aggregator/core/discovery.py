"""The feeds that a web page names: `<link rel="alternate">` of a feed's type (WHATWG HTML, 4.6.7.1)."""

from __future__ import annotations

import msgspec
from selectolax.lexbor import LexborHTMLParser

from aggregator.core.markup import plain
from aggregator.core.urls import absolute

TYPES = {
    "application/feed+json": "JSON Feed",
    "application/atom+xml": "Atom",
    "application/rss+xml": "RSS",
    "application/rdf+xml": "RSS 1.0",
}
MOST_BYTES = 2_000_000
MOST_LINKS = 50


class Link(msgspec.Struct, frozen=True):
    """A feed that a page names."""

    url: str
    format: str
    title: str = ""


def links(page: bytes, url: str) -> list[Link]:
    """The feeds that a page names, in its order, each once; `url` is where the page came from."""
    tree = LexborHTMLParser(page[:MOST_BYTES].decode("utf-8", "replace"))
    base = tree.css_first("base[href]")
    start = (absolute(base.attributes.get("href") or "", url) if base is not None else None) or url
    found: dict[str, Link] = {}
    for node in tree.css("link[rel][href]"):
        relations = (node.attributes.get("rel") or "").lower().split()
        form = TYPES.get((node.attributes.get("type") or "").partition(";")[0].strip().lower())
        target = absolute(node.attributes.get("href") or "", start)
        if "alternate" in relations and form and target and len(found) < MOST_LINKS:
            found.setdefault(target, Link(target, form, plain(node.attributes.get("title") or "")))
    return list(found.values())
