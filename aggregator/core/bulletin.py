"""What happened to sources, as an Atom feed: for whoever keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID
from xml.etree import ElementTree as ET

import msgspec

from aggregator.core.incident import Incident
from aggregator.core.query import rfc3339
from aggregator.core.render import Head
from aggregator.core.syndicate import ATOM, begin
from aggregator.core.writing import add, written

TITLES: Final = {
    "broken": "{name} does not work",
    "gone": "{name} is gone",
    "silent": "{name} has fallen silent",
    "moved": "{name} has moved",
    "well": "{name} works again",
    "unsteady": "{name} keeps breaking and recovering",
}
SENTENCES: Final = {
    "broken": "Several polls in a row failed. {message}",
    "gone": "Its publisher says that it is gone for good, so it is not asked any more. {message}",
    "silent": "Nothing new for far longer than it has ever been silent: look whether it moved.",
    "moved": "Its publisher redirects for good, to {message}: write this address into the configuration.",
    "well": "It is read as before.",
    "unsteady": "It turned {times} times since {began}, and is told of once. {message}",
}


class Named(msgspec.Struct, frozen=True):
    """A configured source, as it may be shown: `url` has no secret in it."""

    name: str
    url: str


def bulletin(head: Head, incidents: Sequence[Incident], names: Mapping[str, Named]) -> bytes:
    """An Atom feed of incidents, newest first; those of sources that are not named are left out.

    `head.home` is the page of all sources, below which each has its own.
    """
    shown = [one for one in incidents if one.source in names]
    feed = ET.Element("feed", {"xmlns": ATOM})
    begin(feed, head, max((one.at for one in shown), default=0.0))
    for one in shown:
        _entry(feed, head, one, names[one.source])
    return written(feed)


def _entry(feed: ET.Element, head: Head, one: Incident, source: Named) -> None:
    began = rfc3339(one.began) or ""
    said = {"name": source.name, "message": one.message, "times": one.times, "began": began}
    entry = add(feed, "entry")
    add(entry, "id", UUID(one.id).urn)
    add(entry, "title", TITLES[one.what].format(**said))
    add(entry, "updated", rfc3339(one.at) or began)
    add(entry, "published", began)
    page = f"{head.home}/{one.source}"
    add(entry, "link", attributes={"rel": "alternate", "type": "text/html", "href": page})
    add(entry, "link", attributes={"rel": "related", "href": source.url, "title": source.name})
    add(entry, "category", attributes={"term": one.what})
    add(entry, "content", SENTENCES[one.what].format(**said).strip(), {"type": "text"})
