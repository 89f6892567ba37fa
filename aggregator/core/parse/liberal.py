"""Documents that are not well-formed: feedparser, the liberal one. To be run in a killable process only.

feedparser must be given a file object: bytes or text that look like a path or an address, it opens.
"""

from __future__ import annotations

import io
import warnings
from typing import Any

import feedparser  # type: ignore[import-untyped]

from aggregator.core.errors import Kind, ParseError
from aggregator.core.markup import plain
from aggregator.core.model import Enclosure, Feed
from aggregator.core.parse import bounds
from aggregator.core.parse.item import Context, Raw, entries, language
from aggregator.core.urls import absolute

_FORMATS = {
    "rss090": "rss0.90", "rss091n": "rss0.91", "rss091u": "rss0.91", "rss092": "rss0.92", "rss093": "rss0.93",
    "rss094": "rss0.94", "rss10": "rss1.0", "rss20": "rss2.0", "atom03": "atom0.3", "atom10": "atom1.0",
    "atom01": "atom0.3", "atom02": "atom0.3",
}  # fmt: skip
MAX_READ = 20 * bounds.MAX_ENTRIES


def feed(data: bytes, url: str, now: float) -> Feed:
    """The feed in a document in UTF-8 that is XML more or less. Raises ParseError where nothing is found."""
    bounds.check_attributes(data)
    bounds.check_depth(data)
    parsed = _parsed(without_comments(data), url)
    items, head = _maps(parsed.get("entries")), _map(parsed.get("feed"))
    version = parsed.get("version") or ""
    if not items and not (version and head.get("title")):
        raise ParseError(Kind.MALFORMED, "The feed is broken: no entries could be found in it.")
    base = url or str(head.get("link") or "")
    declared = language(str(head.get("language") or ""))
    made, dropped = entries([_item(one) for one in items[:MAX_READ]], Context(now, base, declared))
    if items and not made:
        raise ParseError(Kind.MALFORMED, "The feed is broken: its entries hold nothing.")
    return Feed(
        entries=made,
        format=_FORMATS.get(version, version or "rss"),
        title=plain(str(head.get("title") or ""), bounds.MAX_TITLE),
        home=absolute(str(head.get("link") or ""), base) or "",
        language=declared,
        hub=_link(head, "hub", base),
        self_url=_link(head, "self", base),
        dropped=dropped + max(0, len(items) - MAX_READ),
        liberal=True,
        prev_archive=_link(head, "prev-archive", base),
    )


def without_comments(data: bytes) -> bytes:
    """The document without comments: a large one keeps the liberal parser busy for minutes. Linear."""
    parts, position = [], 0
    while (start := data.find(b"<!--", position)) >= 0:
        cdata = data.find(b"<![CDATA[", position, start)
        if cdata >= 0:  # what looks like a comment may stand in a section of text
            end = data.find(b"]]>", cdata)
            stop = len(data) if end < 0 else end + 3
            parts.append(data[position:stop])
        else:
            parts.append(data[position:start])
            end = data.find(b"-->", start + 4)
            stop = len(data) if end < 0 else end + 3
        position = stop
    return b"".join([*parts, data[position:]]) if parts else data


def _parsed(data: bytes, url: str) -> dict[str, Any]:
    """What feedparser makes of it; whatever it raises means that it cannot."""
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed: dict[str, Any] = feedparser.parse(
                io.BytesIO(data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
            )
    except Exception as error:  # anything at all: it is a parser without a contract about its errors
        raise ParseError(
            Kind.MALFORMED, f"The feed is broken: {type(error).__name__} while reading it."
        ) from error
    return parsed


def _link(head: Any, relation: str, base: str) -> str | None:
    for link in _maps(head.get("links")):
        if link.get("rel") == relation:
            return absolute(str(link.get("href") or ""), base)
    return None


def _map(value: object) -> dict[str, Any]:
    """What should be a mapping: feedparser sometimes leaves a string there."""
    return value if isinstance(value, dict) else {}


def _maps(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _item(one: Any) -> Raw:
    contents = [_text(part.get("value")) for part in _maps(one.get("content"))]
    summary = _text(one.get("summary"))
    return Raw(
        guid=_text(one.get("id")),
        guid_is_link=bool(one.get("guidislink")),
        link=_text(one.get("link")),
        original=_text(one.get("feedburner_origlink")),
        title=_text(one.get("title")),
        summary=summary,
        content=max(contents, key=len, default=""),
        published=_text(one.get("published")) or _text(one.get("created")),
        updated=_text(dict.get(one, "updated")),
        authors=[_text(person.get("name")) for person in _maps(one.get("authors"))]
        or [_text(one.get("author"))],
        rights=[_text(one.get("rights"))],
        sources=[_text(_map(one.get("source")).get("title"))],
        credits=[_text(part.get("content")) for part in _maps(one.get("media_credit"))],
        categories=[_text(tag.get("label")) or _text(tag.get("term")) for tag in _maps(one.get("tags"))],
        images=[
            (rank + min(_length(part.get("width")) or 0, 99_999), address)
            for name, rank in (("media_content", 1_000_000), ("media_thumbnail", 500_000))
            for part in _maps(one.get(name))
            if (address := _text(part.get("url")))
            and not _text(part.get("type")).startswith(("video", "audio"))
            and part.get("medium") not in {"video", "audio"}
        ],
        enclosures=[
            Enclosure(address, _text(part.get("type")), _length(part.get("length")))
            for part in _maps(one.get("enclosures"))
            if (address := _text(part.get("href")))
        ],
        language=_text(_map(one.get("title_detail")).get("language")),
    )


def _length(value: object) -> int | None:
    text = str(value or "")
    return int(text) or None if text.isascii() and text.isdigit() and len(text) < 16 else None
