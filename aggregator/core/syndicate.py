"""Stories as Atom (RFC 4287) and RSS 2.0, for readers that do not speak JSON Feed.

One entry a story, under the same id in both; the lead's feed stands in its one `source`, every other copy is
a related link with its outlet as title. The writer is the standard library's; what XML 1.0 cannot hold is
left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from email.utils import formatdate
from html import escape
from uuid import UUID
from xml.etree import ElementTree as ET

from aggregator.core.model import Copy, Text
from aggregator.core.query import rfc3339
from aggregator.core.render import Head, Stored, ordered, tags, web_address

ATOM = "http://www.w3.org/2005/Atom"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
GENERATOR = "wire-aggregator"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def atom(head: Head, stories: Sequence[Stored], sources: Mapping[str, str]) -> bytes:
    """An Atom feed; `sources` are the addresses of feeds by source id, as far as they may be shown."""
    feed = ET.Element("feed", {"xmlns": ATOM})
    _add(feed, "id", head.address)
    _add(feed, "title", head.title)
    _add(feed, "updated", rfc3339(_updated(stories)) or "")
    _add(ET.SubElement(feed, "author"), "name", head.title)
    _add(feed, "generator", GENERATOR)
    _links(feed, head, "link")
    for stored in stories:
        _atom_entry(feed, stored, sources)
    return _written(feed)


def rss(head: Head, stories: Sequence[Stored], sources: Mapping[str, str]) -> bytes:
    """An RSS 2.0 feed with Atom's links."""
    root = ET.Element("rss", {"version": "2.0", "xmlns:atom": ATOM, "xmlns:dc": DUBLIN_CORE})
    channel = ET.SubElement(root, "channel")
    _add(channel, "title", head.title)
    _add(channel, "link", head.home)
    _add(channel, "description", head.title)
    _add(channel, "lastBuildDate", formatdate(_updated(stories), usegmt=True))
    _add(channel, "generator", GENERATOR)
    _links(channel, head, "atom:link")
    for stored in stories:
        _rss_item(channel, stored, sources)
    return _written(root)


def _atom_entry(feed: ET.Element, stored: Stored, sources: Mapping[str, str]) -> None:
    copies = ordered(stored)
    lead, text = copies[0], _text(stored)
    entry = ET.SubElement(feed, "entry")
    _add(entry, "id", _urn(stored))
    _add(entry, "title", lead.title)
    _add(entry, "updated", rfc3339(_moment(stored)) or "")
    _add(entry, "published", rfc3339(stored.story.published) or rfc3339(stored.story.first_seen) or "")
    for name in text.authors:
        _add(ET.SubElement(entry, "author"), "name", name)
    if url := web_address(lead.url):
        ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": _clean(url)})
    _related(entry, copies, "link")
    for term in tags(copies):
        ET.SubElement(entry, "category", {"term": _clean(term)})
    if text.summary:
        _add(entry, "summary", text.summary)
    language = {"xml:lang": lead.language} if lead.language else {}
    _add(entry, "content", _content(lead, text), {"type": "html", **language})
    source = ET.SubElement(entry, "source")
    _add(source, "id", sources.get(lead.source) or f"urn:source:{lead.source}")
    _add(source, "title", lead.outlet)


def _rss_item(channel: ET.Element, stored: Stored, sources: Mapping[str, str]) -> None:
    copies = ordered(stored)
    lead, text = copies[0], _text(stored)
    item = ET.SubElement(channel, "item")
    _add(item, "title", lead.title)
    if url := web_address(lead.url):
        _add(item, "link", url)
    _add(item, "guid", _urn(stored), {"isPermaLink": "false"})
    published = stored.story.published
    _add(item, "pubDate", formatdate(_sane(published, stored.story.first_seen), usegmt=True))
    for name in text.authors:
        _add(item, "dc:creator", name)
    for term in tags(copies):
        _add(item, "category", term)
    _add(item, "description", _content(lead, text))
    if lead.source in sources:
        _add(item, "source", lead.outlet, {"url": sources[lead.source]})
    for enclosure in text.enclosures[:1]:  # RSS knows one
        if web_address(enclosure.url):
            kind = enclosure.type or "application/octet-stream"
            given = {"url": _clean(enclosure.url), "type": _clean(kind), "length": str(enclosure.length or 0)}
            ET.SubElement(item, "enclosure", given)
    _related(item, copies, "atom:link")


def _links(parent: ET.Element, head: Head, tag: str) -> None:
    """Where this feed, its page for people and its next page are."""
    ET.SubElement(parent, tag, {"rel": "self", "href": head.address})
    if tag == "link":
        ET.SubElement(parent, tag, {"rel": "alternate", "type": "text/html", "href": head.home})
    if head.next:
        ET.SubElement(parent, tag, {"rel": "next", "href": head.next})
    if head.hub:
        ET.SubElement(parent, tag, {"rel": "hub", "href": head.hub})


def _related(parent: ET.Element, copies: Sequence[Copy], tag: str) -> None:
    """Every copy but the lead."""
    for copy in copies[1:]:
        if url := web_address(copy.url):
            ET.SubElement(parent, tag, {"rel": "related", "href": _clean(url), "title": _clean(copy.outlet)})


def _text(stored: Stored) -> Text:
    return stored.texts.get(ordered(stored)[0].entry) or Text()


def _content(lead: Copy, text: Text) -> str:
    return text.content_html or escape(text.summary or lead.title)


def _urn(stored: Stored) -> str:
    return UUID(stored.story.id).urn


def _moment(stored: Stored) -> float:
    """When a story last changed for a reader: it, and not the last copy, is `updated`."""
    return _sane(stored.story.modified, stored.story.first_seen)


def _updated(stories: Sequence[Stored]) -> float:
    """The newest of them; 1970 for a feed without any, since it must not depend on when it is asked for."""
    return max(map(_moment, stories), default=0.0)


def _sane(moment: float | None, otherwise: float) -> float:
    """The moment, if a calendar holds it."""
    return moment if moment is not None and rfc3339(moment) else otherwise


def _add(parent: ET.Element, tag: str, text: str, attributes: Mapping[str, str] | None = None) -> None:
    ET.SubElement(parent, tag, dict(attributes or {})).text = _clean(text)


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)


def _written(root: ET.Element) -> bytes:
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))
