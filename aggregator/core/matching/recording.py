"""The record of an entry as a copy, and what of a story's record follows from its copies."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final, Literal, TypeAlias

from msgspec.structs import replace

from aggregator.core.matching import clean
from aggregator.core.model import Arrival, Copy, Entry, Story, Verdict

Status: TypeAlias = Literal["usable", "corrected", "withheld", "withdrawn"]

HASHES = 8  # earlier contents of an entry that are recognised


def when(copy: Copy) -> float:
    """When a copy belongs, for the window: its own date, but never later than it was seen."""
    return copy.first_seen if copy.published is None else min(copy.published, copy.first_seen)


def founded(copy: Copy) -> Story:
    """The record of a story that a copy has just founded, not from backfill."""
    published = None if copy.published is None else min(copy.published, copy.first_seen)
    return Story(
        id=copy.entry,
        placed=copy.first_seen,
        first_seen=copy.first_seen,
        last_copy=copy.first_seen,
        lead=copy.entry,
        published=published,
        agency=copy.agency,
        copies=(copy.entry,),
    )


def recorded(arrival: Arrival, known: Copy | None) -> Copy:
    """The record of an entry as a copy; `known` is what it was before this revision."""
    entry, made = arrival.entry, arrival.fingerprint
    copy = Copy(
        entry=arrival.id,
        source=arrival.source,
        outlet=arrival.outlet,
        url=entry.url,
        title=entry.title,
        first_seen=arrival.seen,
        content_hash=arrival.content_hash,
        published=entry.published,
        categories=arrival.categories,
        language=entry.language or made.language or None,
        agency=made.agency or None,
        priority=arrival.priority,
        length=made.length,
    )
    if known is None:
        return copy
    return replace(
        copy,
        first_seen=known.first_seen,
        seen_hashes=(*known.seen_hashes, known.content_hash)[-HASHES:],
        revised=arrival.seen,
        score=known.score,
        reason=known.reason,
        verdict=known.verdict,
    )


GRAVITY: Final[tuple[Status, ...]] = ("usable", "corrected", "withheld", "withdrawn")
"""What a story may be; of two the graver counts."""


def stated(entry: Entry, before: Status = "usable") -> Status:
    """What a story is by the word of one of its copies, which may correct it or take it back."""
    if clean.withdraws(entry.title, entry.summary):
        return graver(before, "withheld")
    return graver(before, "corrected") if clean.corrects(entry.title, entry.summary) else before


def graver(one: Status, other: Status) -> Status:
    """The graver of two."""
    return max(one, other, key=GRAVITY.index)


def judged(copy: Copy, verdict: Verdict) -> Copy:
    """A copy that is of its story by this verdict."""
    return replace(copy, score=verdict.score, reason=verdict.reason, verdict=verdict)


def earliest(story: Story, copy: Copy) -> float | None:
    """The earliest date that a copy gave, never after the story was first seen."""
    if copy.published is None:
        return story.published
    return min(
        copy.published, story.first_seen, story.first_seen if story.published is None else story.published
    )


def anew(taken: str, content_hash: bytes) -> str:
    """Another id for a story whose first copy's own id, or the one made last, names one that lives."""
    return blake2b(bytes.fromhex(taken) + content_hash, digest_size=16).hexdigest()
