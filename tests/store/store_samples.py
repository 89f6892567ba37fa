"""Sources, arrivals and stories for the store's tests."""

from __future__ import annotations

from aggregator import store
from aggregator.core.model import (
    Arrival,
    Copy,
    Entry,
    Fingerprint,
    Source,
    Story,
    Text,
    content_hash,
    entry_id,
)


def source(id_: str, host: str = "", path: str = "feed") -> Source:
    """A source on a host of its own, or on the one that is named."""
    return Source(id_, f"https://{host or id_ + '.example'}/{path}", id_.title(), id_.title())


def arrival(number: int, *, text: str = "") -> Arrival:
    """The arrival of an entry; those of one number are of one entry."""
    guid = f"guid-{number}"
    entry = Entry(guid, f"https://news.example.org/{number}", f"Headline {number}", summary=text)
    print_ = Fingerprint(keys=number.to_bytes(4, "little") * 18)
    return Arrival(
        entry_id("wire", guid), "wire", "Wire", entry, content_hash(entry), print_, 1_800_000_000.0 + number
    )


def copy_of(it: Arrival) -> Copy:
    """The copy that an arrival becomes."""
    return Copy(it.id, it.source, it.outlet, it.entry.url, it.entry.title, it.seen, it.content_hash)


def story_of(*arrivals: Arrival) -> Story:
    """The story of these arrivals, founded by the first."""
    first = arrivals[0]
    ids = tuple(it.id for it in arrivals)
    return Story(first.id, first.seen, first.seen, arrivals[-1].seen, first.id, copies=ids)


def writes_of(*stories: tuple[Arrival, ...]) -> store.StoryWrites:
    """The writes that make stories out of these groups of arrivals."""
    copies = [
        (group[0].id, copy_of(it), it.fingerprint, Text(summary=it.entry.summary))
        for group in stories
        for it in group
    ]
    return store.StoryWrites(stories=tuple(story_of(*group) for group in stories), copies=tuple(copies))
