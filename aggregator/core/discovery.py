"""The feeds of a web page: those that it names, those that it links to, and where others usually are.

`<link rel="alternate">` of a feed's type (WHATWG HTML, 4.6.7.1) is what a page says of itself; links in its
text are a guess; common paths are a last resort, to be asked for politely. All are ranked: a feed of
comments, of one tag or of one author is hardly what somebody wants who gave the address of a page.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Literal
from urllib.parse import urlsplit

import msgspec
from selectolax.lexbor import LexborHTMLParser, LexborNode

from aggregator.core.markup import plain
from aggregator.core.urls import absolute, host, owner

TYPES = {
    "application/feed+json": "JSON Feed",
    "application/atom+xml": "Atom",
    "application/rss+xml": "RSS",
    "application/rdf+xml": "RSS 1.0",
}
PATHS = ("feed", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json", "feeds/posts/default")
MOST_BYTES = 2_000_000
MOST_LINKS = 50
MOST_ANCHORS = 2000  # looked at

_FEED_PATH = re.compile(
    r"\.(?:rss|atom|rdf)$|/(?:rss|atom|feeds?|rdf)(?:[./]|$)|(?:rss|feed|atom)[^/]*\.(?:xml|json)$",
    re.IGNORECASE,
)
_FEED_QUERY = re.compile(
    r"(?:^|&)(?:feed|format|output|type)=(?:rss2?|atom|rdf|feed|json ?feed)(?:&|$)", re.IGNORECASE
)
_COMMENTS = re.compile(r"comment|kommentar|comentari|commentair|reacties|replies|discussion", re.IGNORECASE)
_PART = re.compile(r"/(?:tags?|author|category|user|topic|search)/", re.IGNORECASE)


class Link(msgspec.Struct, frozen=True):
    """A feed that a page may have; `by` says how it was found."""

    url: str
    format: str
    title: str = ""
    by: Literal["link", "anchor", "path"] = "link"


def links(page: bytes, url: str) -> list[Link]:
    """The feeds that a page names and links to, best first, each once; `url` is where the page came from."""
    tree = LexborHTMLParser(page[:MOST_BYTES].decode("utf-8", "replace"))
    base = tree.css_first("base[href]")
    start = (absolute(base.attributes.get("href") or "", url) if base is not None else None) or url
    found: dict[str, Link] = {}
    for link in (*_named(tree, start), *_anchors(tree, start)):
        if len(found) < MOST_LINKS:
            found.setdefault(link.url, link)
    return ranked(found.values())


def usual(url: str) -> list[Link]:
    """Where a site usually has its feed: beside the page, then at its root."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}/"
    folder = root + parts.path.strip("/").split("/")[0] + "/" if parts.path.strip("/") else root
    places = dict.fromkeys([*(folder + path for path in PATHS[:3]), *(root + path for path in PATHS)])
    return [Link(place, "", by="path") for place in places]


def ranked(found: Iterable[Link]) -> list[Link]:
    """The same, best first; those that are as good keep their order."""
    return sorted(found, key=_rank)


def is_of_comments(link: Link) -> bool:
    """Is it a feed of what readers wrote?"""
    parts = urlsplit(link.url)
    return bool(_COMMENTS.search(link.title) or _COMMENTS.search(f"{parts.path}?{parts.query}"))


def distinct(feeds: Sequence[Collection[str]]) -> list[int]:
    """Which of several feeds (best first, each as its entries' addresses) are not another one once more."""
    kept: list[int] = []
    for number, entries in enumerate(feeds):
        one = set(entries)
        same = (len(one & set(feeds[other])) * 2 > min(len(one), len(feeds[other])) for other in kept)
        if not one or not any(same):
            kept.append(number)
    return kept


def _rank(link: Link) -> tuple[bool, bool, int]:
    return is_of_comments(link), bool(_PART.search(link.url)), ("link", "anchor", "path").index(link.by)


def _named(tree: LexborHTMLParser, start: str) -> Iterable[Link]:
    for node in tree.css("link[rel][href]"):
        form = _form(node)
        target = absolute(node.attributes.get("href") or "", start)
        if "alternate" in (node.attributes.get("rel") or "").lower().split() and form and target:
            yield Link(target, form, plain(node.attributes.get("title") or ""))


def _anchors(tree: LexborHTMLParser, start: str) -> Iterable[Link]:
    """Links in the text that look like feeds of the same owner."""
    home = owner(host(start))
    for node in tree.css("a[href]")[:MOST_ANCHORS]:
        target = absolute(node.attributes.get("href") or "", start)
        if not target or owner(host(target)) != home:
            continue
        parts = urlsplit(target)
        if _form(node) or _FEED_PATH.search(parts.path) or _FEED_QUERY.search(parts.query):
            title = plain(node.attributes.get("title") or node.text())
            yield Link(target, _form(node) or "", title[:200], "anchor")


def _form(node: LexborNode) -> str | None:
    return TYPES.get((node.attributes.get("type") or "").partition(";")[0].strip().lower())
