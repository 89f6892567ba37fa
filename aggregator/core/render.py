"""Stories as JSON: items of a JSON Feed 1.1 with the `_aggregator` extension, the feed, changes, sources.

What leaves here is a plain dict, ready for a JSON encoder. Unknown fields are absent, never null; every
address is absolute http(s), else left out; times are RFC 3339 in UTC. Nothing depends on when it is asked.
See https://jsonfeed.org/version/1.1 and docs/http.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from mimetypes import guess_type
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

import msgspec
from msgspec.structs import replace

from aggregator.core.model import Change, Copy, Enclosure, Story, Text, Verdict
from aggregator.core.query import rfc3339

VERSION = "https://jsonfeed.org/version/1.1"
_ODD = re.compile(r"""[\s\x00-\x20\x7f-\xa0<>"{}|\\^`\ud800-\udfff\ufdd0-\ufdef\ufff0-\uffff]""")
_ODDER = re.compile(rf"{_ODD.pattern}|[\[\]]|%(?![0-9A-Fa-f]{{2}})")  # behind the host
TITLE = "News, each story once"  # of the merged feed


class Stored(Protocol):
    """A story as it is read from the store."""

    @property
    def story(self) -> Story:
        """The record itself."""

    @property
    def copies(self) -> Sequence[Copy]:
        """All its copies, in any order."""

    @property
    def texts(self) -> Mapping[str, Text]:
        """What the copies say, by entry id: the lead's at least."""


class Almost(msgspec.Struct, frozen=True):
    """What almost joined a story: one of its copies, and the copy of another story that it is not of."""

    entry: str
    other: Copy
    story: str  # of the other
    verdict: Verdict


class Head(msgspec.Struct, frozen=True):
    """What stands at the top of a feed; all but the title are absolute addresses."""

    title: str
    home: str
    address: str
    about: str
    changes: str
    next: str | None = None
    hub: str | None = None


# --- the feed -----------------------------------------------------------------------------------------


def json_feed(head: Head, items: Sequence[Any]) -> dict[str, Any]:
    """A JSON Feed 1.1 of what `item` gave, or of what an encoder made of it."""
    top = {
        "version": VERSION,
        "title": head.title,
        "home_page_url": head.home,
        "feed_url": head.address,
        "next_url": head.next,
        "hubs": [{"type": "WebSub", "url": head.hub}] if head.hub else None,
        "_aggregator": {"about": head.about, "changes": head.changes},
    }
    return {**known(top), "items": list(items)}


def item(
    stored: Stored,
    related: Mapping[str, Stored] | None = None,
    *,
    explain: bool = False,
    almost: Sequence[Almost] | None = None,
) -> dict[str, Any]:
    """A story as an item of a JSON Feed; the content is its lead's.

    `related` holds what is known of the stories that it names; those that are not in it are left out.
    With `explain` every copy has the verdict that made it one, and `almost` tells what is none.
    """
    story, copies = stored.story, ordered(stored)
    extension = _extension(story, copies, related or {}, explain=explain)
    if almost is not None:
        extension["almost"] = [_almost(one) for one in almost]
    lead = copies[0]
    text = stored.texts.get(lead.entry) or Text()
    return known(
        {
            "id": story.id,
            "url": web_address(lead.url),
            "title": lead.title or None,
            "summary": text.summary or None,
            "content_html": text.content_html or escape(text.summary or lead.title),
            "image": web_address(text.image),
            "date_published": rfc3339(story.published) or rfc3339(story.first_seen),
            "date_modified": rfc3339(story.modified),
            "authors": [{"name": name} for name in text.authors if name] or None,
            "tags": tags(copies) or None,
            "language": lead.language,
            "attachments": _attachments(text.enclosures) or None,
            "_aggregator": extension,
        }
    )


def ordered(stored: Stored) -> list[Copy]:
    """The copies: the lead, then the others as they were first seen."""
    place = {entry: index for index, entry in enumerate(stored.story.copies)}
    copies = sorted(
        stored.copies, key=lambda copy: (place.get(copy.entry, len(place)), copy.first_seen, copy.entry)
    )
    copies.sort(key=lambda copy: copy.entry != stored.story.lead)
    return copies


def outlets(copies: Sequence[Copy]) -> list[str]:
    """Who carries it, each once, in the order of the copies."""
    return list(dict.fromkeys(copy.outlet for copy in copies))


def tags(copies: Sequence[Copy]) -> list[str]:
    """The configured categories of all copies, each once, the lead's first."""
    return list(dict.fromkeys(name for copy in copies for name in copy.categories))


def web_address(url: str | None) -> str | None:
    """The address if it is absolute http(s) and could be asked for, else None.

    What no address may hold (RFC 3987, 2.2) is escaped, as browsers do.
    """
    try:
        parts = urlsplit(url or "")
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and not _ODD.search(parts.netloc)
    except ValueError:
        return None
    if not url or not usable:
        return None
    if not _ODDER.search(url) and url.count("#") < 2:
        return url
    path, _, fragment = _ODDER.sub(_escaped, url[url.index(parts.netloc) + len(parts.netloc) :]).partition(
        "#"
    )
    return f"{parts.scheme}://{parts.netloc}{path}" + ("#" + fragment.replace("#", "%23") if fragment else "")


def _escaped(odd: re.Match[str]) -> str:
    return quote(odd[0], safe="", errors="ignore")


def known(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that have a value: what is unknown is absent, not null."""
    return {name: value for name, value in fields.items() if value is not None}


def _extension(
    story: Story, copies: Sequence[Copy], related: Mapping[str, Stored], *, explain: bool
) -> dict[str, Any]:
    others = [(related[other], score) for other, score in story.related if other in related]
    carriers = set(outlets(copies)).union(*(outlets(other.copies) for other, _ in others))
    return known(
        {
            "revision": story.revision,
            "placed": rfc3339(story.placed),
            "sources": len(outlets(copies)),
            "agency": story.agency,
            "status": story.status,
            "first_seen": rfc3339(story.first_seen),
            "last_copy": rfc3339(story.last_copy),
            "lead": story.lead,
            "copies": [_copy(copy, explain=explain) for copy in copies],
            "related": [_related(other, score) for other, score in others],
            "event": {"texts": 1 + len(others), "sources": len(carriers)},
        }
    )


def _copy(copy: Copy, *, explain: bool) -> dict[str, Any]:
    return known(
        {
            "entry": copy.entry,
            "source": copy.source,
            "outlet": copy.outlet,
            "url": web_address(copy.url),
            "title": copy.title or None,
            "published": rfc3339(copy.published),
            "first_seen": rfc3339(copy.first_seen),
            "score": round(copy.score, 3),
            "reason": copy.reason,
            "verdict": _verdict(copy.verdict) if explain and copy.verdict else None,
        }
    )


def _related(stored: Stored, score: float) -> dict[str, Any]:
    lead = ordered(stored)[0]
    return known(
        {
            "id": stored.story.id,
            "url": web_address(lead.url),
            "title": lead.title,
            "sources": len(outlets(stored.copies)),
            "score": round(score, 3),
        }
    )


def _almost(almost: Almost) -> dict[str, Any]:
    other = almost.other
    return known(
        {
            "entry": almost.entry,
            "other": other.entry,
            "story": almost.story,
            "outlet": other.outlet,
            "url": web_address(other.url),
            "title": other.title or None,
            "score": round(almost.verdict.score, 3),
            "reason": almost.verdict.reason,
            "verdict": _verdict(replace(almost.verdict, other="")),
        }
    )


def _verdict(verdict: Verdict) -> dict[str, Any]:
    """Why an entry is a copy: all that was measured and checked."""
    return known(
        {
            "same": verdict.same,
            "score": round(verdict.score, 3),
            "reason": verdict.reason,
            "other": verdict.other or None,
            "signals": [
                {
                    "name": signal.name,
                    "value": round(signal.value, 3),
                    "threshold": signal.threshold,
                    "passed": signal.passed,
                }
                for signal in verdict.signals
            ],
            "vetoes": list(verdict.vetoes),
            "vetoed_by": verdict.vetoed_by,
            "phrase": verdict.phrase or None,
        }
    )


def _attachments(enclosures: Sequence[Enclosure]) -> list[dict[str, Any]]:
    """Media files. JSON Feed demands a type, so one that was not given is guessed from the name."""
    return [
        known({"url": enclosure.url, "mime_type": _media_type(enclosure), "size_in_bytes": enclosure.length})
        for enclosure in enclosures
        if web_address(enclosure.url)
    ]


def _media_type(enclosure: Enclosure) -> str:
    return enclosure.type or guess_type(urlsplit(enclosure.url).path)[0] or "application/octet-stream"


# --- the change log -----------------------------------------------------------------------------------


def change(entry: Change, cursor: str, shown: Any) -> dict[str, Any]:
    """A line of the change log; `shown`: the story's item as it is now, encoded or not, else None."""
    return known(
        {
            "id": cursor,
            "number": entry.number,
            "type": entry.type,
            "story": entry.story,
            "at": rfc3339(entry.at),
            "backfill": entry.backfill,
            "what": list(entry.what) if entry.type == "updated" else None,
            "into": entry.other or None if entry.type == "merged" else None,
            "from": entry.other or None if entry.type == "split" else None,
            "by": entry.by or None,
            "item": None if entry.type == "withdrawn" else shown,
        }
    )
