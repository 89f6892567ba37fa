"""Stories as Atom (RFC 4287) and RSS 2.0, for readers that do not speak JSON Feed.

One entry a story, under the same id in both; the lead's feed stands in its one `source`, every other copy is
a related link with its outlet as title.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from email.utils import formatdate
from html import escape
from uuid import UUID
from xml.etree import ElementTree as ET

from aggregator.core.model import Copy, Enclosure, Text, entry_id
from aggregator.core.query import rfc3339
from aggregator.core.render import Head, Stored, ordered, tags, web_address
from aggregator.core.writing import add, clean, language, written

ATOM = "http://www.w3.org/2005/Atom"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
MEDIA = "http://search.yahoo.com/mrss/"
ATOM_TYPE, RSS_TYPE = "application/atom+xml", "application/rss+xml"
GENERATOR = "wire-aggregator"
ANY_TYPE = "application/octet-stream"
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
NO_TITLE = "(no headline)"
TITLE = 80  # characters of a text that stands in for a headline


def atom(head: Head, stories: Sequence[Stored], sources: Mapping[str, str]) -> bytes:
    """An Atom feed; `sources` are the addresses of feeds by source id, as far as they may be shown."""
    feed = ET.Element("feed", {"xmlns": ATOM, "xmlns:media": MEDIA})
    begin(feed, head, max(map(_moment, stories), default=0.0))
    for stored in stories:
        _atom_entry(feed, stored, sources)
    return written(feed)


def begin(feed: ET.Element, head: Head, updated: float) -> None:
    """The top of an Atom feed, which for one without entries is from 1970: when it is asked must not tell."""
    add(feed, "id", head.address)
    add(feed, "title", head.title)
    add(feed, "updated", rfc3339(updated) or "")
    add(add(feed, "author"), "name", head.title)
    add(feed, "generator", GENERATOR)
    add(feed, "link", attributes={"rel": "alternate", "type": "text/html", "href": head.home})
    _links(feed, head, "link", ATOM_TYPE)


def rss(head: Head, stories: Sequence[Stored], sources: Mapping[str, str]) -> bytes:
    """An RSS 2.0 feed with Atom's links."""
    spaces = {"xmlns:atom": ATOM, "xmlns:dc": DUBLIN_CORE, "xmlns:content": CONTENT, "xmlns:media": MEDIA}
    root = ET.Element("rss", {"version": "2.0", **spaces})
    channel = ET.SubElement(root, "channel")
    add(channel, "title", head.title)
    add(channel, "link", head.home)
    add(channel, "description", head.title)
    add(channel, "lastBuildDate", formatdate(max(map(_moment, stories), default=0.0), usegmt=True))
    add(channel, "generator", GENERATOR)
    _links(channel, head, "atom:link", RSS_TYPE)
    for stored in stories:
        _rss_item(channel, stored, sources)
    return written(root)


def _atom_entry(feed: ET.Element, stored: Stored, sources: Mapping[str, str]) -> None:
    copies = ordered(stored)
    lead, text = copies[0], _text(stored)
    spoken = language(lead.language)
    entry = add(feed, "entry", attributes={"xml:lang": spoken} if spoken else {})
    add(entry, "id", _urn(stored))
    add(entry, "title", _title(lead, text))
    add(entry, "updated", rfc3339(_moment(stored)) or "")
    add(entry, "published", rfc3339(_published(stored)) or "")
    for name in _authors(text):
        add(add(entry, "author"), "name", name)
    if url := web_address(lead.url):
        add(entry, "link", attributes={"rel": "alternate", "type": "text/html", "href": url})
    _related(entry, copies, "link")
    for enclosure in _enclosures(text):
        add(entry, "link", attributes={"rel": "enclosure", **_medium(enclosure, "href")})
    for term in tags(copies):
        add(entry, "category", attributes={"term": term})
    if text.summary:
        add(entry, "summary", text.summary)
    add(entry, "content", _content(lead, text), {"type": "html"})
    _image(entry, text)
    source = add(entry, "source")
    address = sources.get(lead.source)
    add(source, "id", address or UUID(entry_id(lead.source, "")).urn)
    add(source, "title", lead.outlet)
    add(source, "updated", rfc3339(_moment(stored)) or "")
    if address:
        add(source, "link", attributes={"rel": "self", "href": address})


def _rss_item(channel: ET.Element, stored: Stored, sources: Mapping[str, str]) -> None:
    copies = ordered(stored)
    lead, text = copies[0], _text(stored)
    item = add(channel, "item")
    add(item, "title", _title(lead, text))
    if url := web_address(lead.url):
        add(item, "link", url)
    add(item, "guid", _urn(stored), {"isPermaLink": "false"})
    add(item, "pubDate", formatdate(_published(stored), usegmt=True))
    add(item, "atom:updated", rfc3339(_moment(stored)) or "")
    for name in _authors(text):
        add(item, "dc:creator", name)
    if spoken := language(lead.language):
        add(item, "dc:language", spoken)
    for term in tags(copies):
        add(item, "category", term)
    if text.summary and text.content_html:
        add(item, "description", escape(text.summary))
        add(item, "content:encoded", text.content_html)
    else:
        add(item, "description", _content(lead, text))
    if lead.source in sources:
        add(item, "source", lead.outlet, {"url": sources[lead.source]})
    for enclosure in _enclosures(text)[:1]:  # RSS knows one, and wants its length
        add(item, "enclosure", attributes={"length": "0", **_medium(enclosure, "url")})
    _image(item, text)
    _related(item, copies, "atom:link")


def _links(parent: ET.Element, head: Head, tag: str, kind: str) -> None:
    """Where this feed, its next page and its hub are."""
    add(parent, tag, attributes={"rel": "self", "type": kind, "href": head.address})
    if head.next:
        add(parent, tag, attributes={"rel": "next", "type": kind, "href": head.next})
    if head.hub:
        add(parent, tag, attributes={"rel": "hub", "href": head.hub})


def _related(parent: ET.Element, copies: Sequence[Copy], tag: str) -> None:
    """Every copy but the lead."""
    for copy in copies[1:]:
        if url := web_address(copy.url):
            add(parent, tag, attributes={"rel": "related", "href": url, "title": copy.outlet})


def _enclosures(text: Text) -> list[Enclosure]:
    return [enclosure for enclosure in text.enclosures if web_address(enclosure.url)]


def _medium(enclosure: Enclosure, address: str) -> dict[str, str]:
    size = {} if enclosure.length is None else {"length": str(max(0, enclosure.length))}
    return {
        "type": enclosure.type if _MEDIA_TYPE.fullmatch(enclosure.type) else ANY_TYPE,
        **size,
        address: web_address(enclosure.url) or "",
    }


def _image(parent: ET.Element, text: Text) -> None:
    if image := web_address(text.image):
        add(parent, "media:thumbnail", attributes={"url": image})


def _text(stored: Stored) -> Text:
    return stored.texts.get(ordered(stored)[0].entry) or Text()


def _authors(text: Text) -> list[str]:
    return [name for name in text.authors if clean(name).strip()]


def _title(lead: Copy, text: Text) -> str:
    """The headline; both formats want one."""
    candidates = (lead.title, text.summary[:TITLE], lead.outlet, NO_TITLE)
    return next(said for said in candidates if clean(said).strip())


def _content(lead: Copy, text: Text) -> str:
    return text.content_html or escape(text.summary or lead.title)


def _urn(stored: Stored) -> str:
    return UUID(stored.story.id).urn


def _published(stored: Stored) -> float:
    return _sane(stored.story.published, stored.story.first_seen)


def _moment(stored: Stored) -> float:
    """When a story last changed for a reader: it, and not the last copy, is `updated`."""
    return _sane(stored.story.modified, stored.story.first_seen)


def _sane(moment: float | None, otherwise: float) -> float:
    """The moment, if a calendar holds it."""
    return moment if moment is not None and rfc3339(moment) else otherwise
