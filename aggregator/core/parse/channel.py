"""RSS 0.9x, 1.0 (RDF) and 2.0, Atom 0.3 and 1.0: the tree of a well-formed document → `Feed`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from aggregator.core.errors import Kind, ParseError
from aggregator.core.markup import plain
from aggregator.core.model import Feed
from aggregator.core.parse import bounds
from aggregator.core.parse.elements import BASE, LANG, item, name, text
from aggregator.core.parse.item import Context, entries, language
from aggregator.core.parse.names import key
from aggregator.core.parse.xml import Element
from aggregator.core.urls import absolute

MAX_READ = 20 * bounds.MAX_ENTRIES
"""Items that are read at all to find the newest; those behind are counted as dropped."""

PERIODS = {"hourly": 3600.0, "daily": 86400.0, "weekly": 604800.0, "monthly": 2592000.0, "yearly": 31536000.0}
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MAX_TTL = 30 * 86400.0
_ITEMS = frozenset({"item", "atom:entry", "entry"})
_VERSION = re.compile(r"\s*([0-9](?:\.[0-9]{1,3}){0,2})")


@dataclass(slots=True)
class Head:
    """What a feed says of itself, as written."""

    title: str = ""
    home: str = ""
    language: str = ""
    ttl: str = ""
    period: str = ""
    frequency: str = ""
    hub: str = ""
    self_url: str = ""
    prev_archive: str = ""
    hours: list[str] = field(default_factory=list)
    days: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)


def feed(root: Element, url: str, now: float) -> Feed:
    """The feed in a tree. Raises ParseError where the root is no feed's."""
    kind = key(root.tag)
    if kind == "atom:feed" or (kind.endswith("feed") and _local(kind) == "feed"):
        return _feed(root, [root], _atom_version(root), url, now)
    if _local(kind) in {"rss", "rdf", "channel"}:
        parts = [root, *(child for child in root if key(child.tag).endswith("channel"))]
        return _feed(root, parts, _rss_version(root, kind), url, now)
    raise ParseError(Kind.NOT_A_FEED, f"The document is XML, but not a feed: it is <{kind[:40]}>.")


def _local(kind: str) -> str:
    return kind.rpartition("}")[2].rpartition(":")[2]


def _feed(root: Element, parts: list[Element], version: str, url: str, now: float) -> Feed:
    head = Head()
    items: list[Element] = []
    over = 0
    for part in parts:
        for child in part:
            kind = key(child.tag)
            if kind in _ITEMS or (kind[:1] == "{" and _local(kind) in {"item", "entry"}):
                if len(items) < MAX_READ:
                    items.append(child)
                else:
                    over += 1
            elif kind in HEAD:
                _head(head, kind, child)
    base = _base(root, parts, head, url)
    declared = language(head.language) or next(
        (found for part in parts if (found := language(part.get(LANG)))), None
    )
    authors = tuple(filter(None, (plain(author, bounds.MAX_NAME) for author in head.authors[:4])))
    made, dropped = entries([item(element) for element in items], Context(now, base, declared, authors))
    return Feed(
        entries=made,
        format=version,
        title=plain(head.title, bounds.MAX_TITLE),
        home=absolute(head.home, base) or "",
        language=declared,
        ttl=_ttl(head),
        skip_hours=_hours(head.hours),
        skip_days=_days(head.days),
        hub=absolute(head.hub, base),
        self_url=absolute(head.self_url, base),
        dropped=dropped + over,
        prev_archive=absolute(head.prev_archive, base),
    )


def _base(root: Element, parts: list[Element], head: Head, url: str) -> str:
    """Where relative addresses start: xml:base, else the document's own address, else the home page."""
    declared = next((found for part in [root, *parts] if (found := part.get(BASE))), "")
    return (absolute(declared, url) if declared else None) or url or absolute(head.home) or ""


def _rss_version(root: Element, kind: str) -> str:
    if _local(kind) == "rdf":
        spaces = " ".join(namespace for namespace in root.nsmap.values() if namespace)
        return "rss0.90" if "rdf/simple/0.9" in spaces else "rss1.0"
    found = _VERSION.match(root.get("version") or "2.0")
    return f"rss{found[1]}" if found else "rss2.0"


def _atom_version(root: Element) -> str:
    return "atom0.3" if "purl.org/atom" in str(root.tag) or root.get("version") == "0.3" else "atom1.0"


def _head(head: Head, kind: str, element: Element) -> None:
    """Take one element of the feed itself. The first of a kind counts, but for lists."""
    field_name = HEAD[kind]
    if field_name == "link":
        _link(head, element)
    elif field_name in {"hours", "days"}:
        getattr(head, field_name).extend(text(child).strip() for child in element[:24])
    elif field_name == "authors":
        head.authors.append(name(element))
    elif not getattr(head, field_name):
        setattr(head, field_name, text(element).strip())


def _link(head: Head, element: Element) -> None:
    address = (element.get("href") or "").strip()
    if not address:
        head.home = head.home or text(element).strip()
        return
    relations = (element.get("rel") or "alternate").lower().split()
    if "hub" in relations:
        head.hub = head.hub or address
    if "self" in relations:
        head.self_url = head.self_url or address
    if "prev-archive" in relations:
        head.prev_archive = head.prev_archive or address
    if "alternate" in relations and (element.get("type") or "text/html").lower().startswith(
        ("text/html", "application/xhtml")
    ):
        head.home = head.home or address


HEAD = {
    "title": "title",
    "atom:title": "title",
    "link": "link",
    "atom:link": "link",
    "language": "language",
    "dc:language": "language",
    "ttl": "ttl",
    "sy:updateperiod": "period",
    "sy:updatefrequency": "frequency",
    "skiphours": "hours",
    "skipdays": "days",
    "atom:author": "authors",
}


def _ttl(head: Head) -> float | None:
    """Seconds, the longer of `ttl` (minutes) and the syndication module's period by its frequency."""
    said = []
    if head.ttl.isascii() and head.ttl.isdigit() and int(head.ttl[:9]) > 0:
        said.append(int(head.ttl[:9]) * 60.0)
    period = PERIODS.get(head.period.lower())
    if period is not None:
        times = (
            int(head.frequency)
            if head.frequency.isascii() and head.frequency.isdigit() and len(head.frequency) < 6
            else 1
        )
        said.append(period / max(1, times))
    return min(max(said), MAX_TTL) if said else None


def _hours(said: list[str]) -> tuple[int, ...]:
    """Hours of the day, UTC (RSS 2.0 skipHours); some count from 1 to 24."""
    return tuple(
        sorted({int(hour) % 24 for hour in said if hour.isascii() and hour.isdigit() and int(hour[:3]) <= 24})
    )


def _days(said: list[str]) -> tuple[int, ...]:
    return tuple(sorted({DAYS.index(day.lower()) for day in said if day.lower() in DAYS}))
