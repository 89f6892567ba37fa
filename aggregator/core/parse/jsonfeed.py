"""JSON Feed 1.0 and 1.1 (jsonfeed.org) → `Feed`."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import orjson

from aggregator.core.errors import Kind, ParseError
from aggregator.core.markup import plain
from aggregator.core.model import Enclosure, Feed
from aggregator.core.parse import bounds
from aggregator.core.parse.item import Context, Raw, entries, language
from aggregator.core.urls import absolute

_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/([0-9.]{1,5})/?")
MAX_READ = 20 * bounds.MAX_ENTRIES
_RANKS = (("image", 3), ("banner_image", 2))


def feed(data: bytes, url: str, now: float) -> Feed:
    """The feed in a JSON document. Raises ParseError where it is none."""
    document = _document(data)
    items = document.get("items")
    version = _VERSION.fullmatch(_text(document.get("version")))
    if not isinstance(items, list):
        raise ParseError(Kind.NOT_A_FEED, "The document is JSON, but not a JSON Feed: it has no items.")
    base = url or _text(document.get("home_page_url"))
    declared = language(_text(document.get("language")))
    context = Context(now, base, declared, tuple(plain(name, bounds.MAX_NAME) for name in _people(document)))
    made, dropped = entries([_item(one) for one in items[:MAX_READ] if isinstance(one, dict)], context)
    return Feed(
        entries=made,
        format=f"jsonfeed{version[1] if version else '1.0'}",
        title=plain(_text(document.get("title")), bounds.MAX_TITLE),
        home=absolute(_text(document.get("home_page_url")), base) or "",
        language=declared,
        hub=_hub(document.get("hubs"), base),
        self_url=absolute(_text(document.get("feed_url")), base),
        dropped=dropped + max(0, len(items) - MAX_READ),
        prev_archive=absolute(_text(document.get("next_url")), base),
    )


def _document(data: bytes) -> dict[str, Any]:
    """The outermost object; control characters and lone surrogates in strings are forgiven."""
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError:
        try:
            document = json.loads(data, strict=False)
        except (ValueError, RecursionError) as error:
            raise ParseError(Kind.MALFORMED, f"The JSON cannot be read: {str(error)[:100]}.") from error
    if not isinstance(document, dict):
        raise ParseError(Kind.NOT_A_FEED, "The document is JSON, but not a JSON Feed: it is no object.")
    return document


def _text(value: object) -> str:
    """A string, or a number as one (ids are numbers in some feeds); everything else is empty."""
    if isinstance(value, str):
        return value
    return (
        str(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e18
        else ""
    )


def _list(value: object) -> list[Any]:
    return value[:1000] if isinstance(value, list) else []


def _people(value: dict[str, Any]) -> list[str]:
    """Names of `authors` (1.1) or of the one `author` (1.0)."""
    people = _list(value.get("authors")) or [value.get("author")]
    return [name for one in people if isinstance(one, dict) and (name := _text(one.get("name")))]


def _hub(value: object, base: str) -> str | None:
    for one in _list(value):
        if isinstance(one, dict) and _text(one.get("type")).lower() == "websub":
            return absolute(_text(one.get("url")), base)
    return None


def _item(value: dict[str, Any]) -> Raw:
    content_html, content_text = _text(value.get("content_html")), _text(value.get("content_text"))
    return Raw(
        guid=_text(value.get("id")),
        guid_is_link=True,
        link=_text(value.get("url")) or _text(value.get("external_url")),
        title=html.escape(_text(value.get("title")), quote=False),
        summary=html.escape(_text(value.get("summary")), quote=False),
        content=content_html or html.escape(content_text, quote=False),
        published=_text(value.get("date_published")),
        updated=_text(value.get("date_modified")),
        authors=_people(value),
        categories=[tag for one in _list(value.get("tags")) if (tag := html.escape(_text(one), quote=False))],
        images=[(rank, address) for name, rank in _RANKS if (address := _text(value.get(name)))],
        enclosures=[
            made for one in _list(value.get("attachments")) if (made := _attachment(one)) is not None
        ],
        language=_text(value.get("language")),
    )


def _attachment(value: object) -> Enclosure | None:
    if not isinstance(value, dict) or not (address := _text(value.get("url"))):
        return None
    size = value.get("size_in_bytes")
    length = size if isinstance(size, int) and not isinstance(size, bool) and 0 < size < 2**53 else None
    return Enclosure(address, _text(value.get("mime_type")), length)
