"""The state machine that turns arrivals into stories: founded, joined, revised, left, merged, led, expired.

It asks nobody: its time is the arrivals', its state is what `restore` can rebuild from the stored records.
"""

from __future__ import annotations

import heapq
import struct
from array import array
from collections.abc import Iterable
from hashlib import blake2b
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from aggregator.core import match as matching
from aggregator.core.agency import canonical
from aggregator.core.index import Index
from aggregator.core.learnt import Learnt, Lessons
from aggregator.core.likeness import Probe, Weighing, coarse, fine
from aggregator.core.match import Judged
from aggregator.core.model import (
    Arrival,
    Copy,
    Decision,
    Expired,
    Fingerprint,
    Founded,
    Joined,
    Known,
    Led,
    Left,
    Merged,
    Record,
    Revised,
    Story,
    Verdict,
)
from aggregator.core.thresholds import limits

CANDIDATES = 24  # verified an arrival, at most
FEW = 6  # of these, those that share a single key
MEMBERS = 500  # copies a story, at most: one more is not compared with all of them anyway
RECENT = 16  # copies of a story that are asked whether the source is among them
HASHES = 8  # earlier contents of an entry that are recognised


class Settings(Record):
    """How long and how much: seconds, seconds, stories."""

    window: float = 3 * 86400.0
    retention: float = 7 * 86400.0
    max_stories: int = 200_000
    thresholds: dict[str, float] = msgspec.field(default_factory=dict)  # those that differ from the table


_SURE = 0.8  # a copy that agrees so much speaks for its story
_Match: TypeAlias = tuple[int, Judged]  # a slot, and what its copy is to an entry
_encode = msgspec.msgpack.Encoder().encode
_story = msgspec.msgpack.Decoder(Story).decode
_copy = msgspec.msgpack.Decoder(Copy).decode
_made = msgspec.msgpack.Decoder(Fingerprint).decode


class Grouping:
    """All live stories, in memory."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or Settings()
        self._limits = limits(self._settings.thresholds)
        self._index = Index()
        self._weighing = Weighing()
        self._lessons = Lessons()
        self._slots: dict[bytes, int] = {}  # entry id → slot
        self._stories: dict[bytes, bytes] = {}  # story id → record
        self._copies: list[bytes] = []
        self._shapes: list[bytes] = []
        self._homes: list[bytes] = []  # slot → story id
        self._free: list[int] = []
        self._queue: list[bytes] = []  # of (last_copy, story id), the oldest first
        self._ids: list[bytes] = []
        self._when = array("d")
        self._left = False  # the copy that just left was the lead
        self._clock = 0.0
        self.counters = {"full": 0, "old": 0, "candidates": 0}

    # --- what others ask --------------------------------------------------------------------------------

    def __len__(self) -> int:
        """How many stories live."""
        return len(self._stories)

    def ids(self) -> list[str]:
        """The ids of all live stories."""
        return [key.hex() for key in self._stories]

    def story(self, id: str) -> Story:  # noqa: A002 - the word of the contract
        """The current record of a live story; KeyError where there is none."""
        return _story(self._stories[bytes.fromhex(id)])

    def copy(self, entry: str) -> Copy:
        """The current record of a live copy, by its entry id; KeyError where there is none."""
        return _copy(self._copies[self._slots[bytes.fromhex(entry)]])

    def home(self, entry: str) -> str | None:
        """The id of the story that holds an entry, None where none does."""
        slot = self._slots.get(bytes.fromhex(entry))
        return None if slot is None else self._homes[slot].hex()

    def fingerprint(self, entry: str) -> Fingerprint:
        """The shape of a live copy; KeyError where there is none."""
        return _made(self._shapes[self._slots[bytes.fromhex(entry)]])

    # --- what was learnt --------------------------------------------------------------------------------

    @property
    def learnt_number(self) -> int:
        """Grows with everything learnt: a worker whose snapshot has a lower one reads the new one."""
        return self._lessons.number

    def lessons(self) -> Learnt:
        """The snapshot that fingerprints are to be made with from now on."""
        return self._lessons.snapshot()

    def learnt(self) -> bytes:
        """The same as bytes, for the store and the workers (`core.learnt.read`)."""
        return self._lessons.stored()

    def restore_learnt(self, stored: bytes) -> None:
        """Go on from what a former grouper had learnt."""
        self._lessons.take_up(stored)

    # --- arrivals ---------------------------------------------------------------------------------------

    def arrive(self, arrival: Arrival) -> list[Decision]:
        """What one arrival changes, in order; the records of what it changed can be asked for afterwards."""
        decisions = self.expire(arrival.seen)
        slot = self._slots.get(bytes.fromhex(arrival.id))
        if slot is None:
            return decisions + self._settle(arrival, None)
        known = _copy(self._copies[slot])
        if arrival.content_hash == known.content_hash or arrival.content_hash in known.seen_hashes:
            return [*decisions, Known(arrival.id)]
        return decisions + self._revise(arrival, slot, known)

    def _settle(self, arrival: Arrival, known: Copy | None) -> list[Decision]:
        """Join the best story that an entry belongs to, or found one."""
        matches = self._matches(arrival.fingerprint, _when(arrival.entry.published, arrival.seen), None)
        accepted = self._accepted(arrival.fingerprint, matches)
        if not accepted:
            if _older(arrival, self._settings.retention):
                self.counters["old"] += 1
                return [Known(arrival.id)]
            return [self._found(arrival, known)]
        home, slot, judged = accepted[0]
        story = _story(self._stories[home])
        if len(story.copies) >= MEMBERS:
            self.counters["full"] += 1
            return [Known(arrival.id)]
        decisions: list[Decision] = [self._join(arrival, story, self._told(slot, judged), known)]
        decisions += self._bridge(home, judged.score, accepted[1:])
        return decisions + self._elect(self._homes[self._slot(arrival.id)], arrival.id)

    def _found(self, arrival: Arrival, known: Copy | None) -> Founded:
        key = bytes.fromhex(arrival.id)
        id = key if key not in self._stories else _anew(key, arrival.content_hash)  # noqa: A001
        published = _clamped(arrival.entry.published, arrival.seen)
        story = Story(
            id=id.hex(),
            placed=published if arrival.backfill and published is not None else arrival.seen,
            first_seen=arrival.seen,
            last_copy=arrival.seen,
            lead=arrival.id,
            published=published,
            backfill=arrival.backfill,
            agency=arrival.fingerprint.agency or None,
            copies=(arrival.id,),
        )
        self._hold(arrival, id, _recorded(arrival, None, known))
        self._stories[id] = _encode(story)
        heapq.heappush(self._queue, _turn(story))
        self._weigh(arrival.fingerprint, 1)
        self._lessons.observe(arrival.source, arrival.fingerprint)
        return Founded(story.id, arrival)

    def _join(self, arrival: Arrival, story: Story, verdict: Verdict, known: Copy | None) -> Joined:
        first = all(self.copy(entry).source != arrival.source for entry in story.copies[-RECENT:])
        copy = _recorded(arrival, verdict, known)
        home = bytes.fromhex(story.id)
        self._hold(arrival, home, copy)
        self._stories[home] = _encode(
            replace(
                story,
                last_copy=max(story.last_copy, arrival.seen),
                published=_earliest(story.published, _clamped(copy.published, story.first_seen)),
                agency=story.agency or copy.agency,
                copies=(*story.copies, arrival.id),
                revision=story.revision + 1,
            )
        )
        if first:
            self._lessons.observe(arrival.source, arrival.fingerprint)
        return Joined(story.id, arrival, verdict)

    # --- revisions --------------------------------------------------------------------------------------

    def _revise(self, arrival: Arrival, slot: int, known: Copy) -> list[Decision]:
        home = self._homes[slot]
        story = _story(self._stories[home])
        verdict, stays = self._stays(arrival, slot, story)
        if not stays:
            left = self._leave(slot, story)
            return [left, *self._elect(home, story.lead), *self._settle(arrival, known)]
        self._reshape(slot, arrival.fingerprint, counted=story.copies[0] == arrival.id)
        copy = _recorded(arrival, verdict, known)
        self._copies[slot] = _encode(copy)
        self._when[slot] = _when(copy.published, copy.first_seen)
        self._stories[home] = _encode(
            replace(
                story,
                last_copy=max(story.last_copy, arrival.seen),
                modified=arrival.seen if story.lead == arrival.id else story.modified,
                agency=copy.agency if story.lead == arrival.id and copy.agency else story.agency,
                published=_earliest(story.published, _clamped(copy.published, story.first_seen)),
                revision=story.revision + 1,
            )
        )
        decisions: list[Decision] = [Revised(story.id, arrival, verdict)]
        matches = self._matches(arrival.fingerprint, self._when[slot], home)
        decisions += self._bridge(home, 1.0, self._accepted(arrival.fingerprint, matches))
        return decisions + self._elect(self._homes[slot], arrival.id)

    def _stays(self, arrival: Arrival, slot: int, story: Story) -> tuple[Verdict | None, bool]:
        """Is a revised entry still what its story tells? And by which verdict, where others were asked."""
        if len(story.copies) == 1:
            return None, True
        others = [self._slot(entry) for entry in story.copies if entry != arrival.id]
        matches = [match for match in self._judged(arrival.fingerprint, others[:CANDIDATES]) if match[1].same]
        if matches:
            best = max(matches, key=lambda match: (match[1].score, self._ids[match[0]]))
            return (None if story.copies[0] == arrival.id else self._told(*best)), True
        before = self._judged(arrival.fingerprint, [slot])
        return None, bool(before) and before[0][1].same

    def _leave(self, slot: int, story: Story) -> Left:
        """Take a copy out of a story that keeps others."""
        entry = self._ids[slot].hex()
        copies = tuple(one for one in story.copies if one != entry)
        if story.copies[0] == entry:
            self._weigh(_made(self._shapes[slot]), -1)
            self._weigh(_made(self._shapes[self._slot(copies[0])]), 1)
        self._drop(slot)
        lead = self._best(copies) if story.lead == entry else story.lead
        self._stories[bytes.fromhex(story.id)] = _encode(
            replace(story, copies=copies, lead=lead, revision=story.revision + 1)
        )
        self._left = story.lead != lead
        return Left(story.id, entry)

    # --- merging ----------------------------------------------------------------------------------------

    def _bridge(self, home: bytes, score: float, others: list[tuple[bytes, int, Judged]]) -> list[Decision]:
        """Merge the stories that an entry showed to be one: it is clearly a copy of both, and they agree."""
        decisions: list[Decision] = []
        for other, _, second in others:
            if other == home or min(score, second.score) < self._limits.bridge:
                continue
            one, two = _story(self._stories[home]), _story(self._stories[other])
            if len(one.copies) + len(two.copies) > MEMBERS:
                self.counters["full"] += 1
                continue
            kept, gone = sorted((one, two), key=lambda story: (story.placed, story.id))
            link = self._link(kept, gone)
            if link is not None:
                decisions.append(self._merge(kept, gone, link))
                home = bytes.fromhex(kept.id)
        return decisions

    def _link(self, kept: Story, gone: Story) -> Verdict | None:
        """The verdict that makes two stories one: of the lead of one on a copy of the other; None: they differ."""
        lead = _made(self._shapes[self._slot(gone.lead)])
        matches = self._judged(
            lead, [self._slot(entry) for entry in (kept.lead, kept.copies[0], kept.copies[-1])]
        )
        return next((self._told(slot, judged) for slot, judged in matches if judged.same), None)

    def _merge(self, kept: Story, gone: Story, link: Verdict) -> Merged:
        home = bytes.fromhex(kept.id)
        first = self._slot(gone.copies[0])
        founder = _copy(self._copies[first])
        if founder.verdict is None:  # it is the first of its story no more
            told = replace(founder, verdict=link, score=link.score, reason=link.reason)
            self._copies[first] = _encode(told)
        for entry in gone.copies:
            self._homes[self._slot(entry)] = home
        self._weigh(_made(self._shapes[self._slot(gone.copies[0])]), -1)
        copies = kept.copies + gone.copies
        order = {entry: _copy(self._copies[self._slot(entry)]).first_seen for entry in copies[1:]}
        self._stories[home] = _encode(
            replace(
                kept,
                copies=(copies[0], *sorted(copies[1:], key=lambda entry: (order[entry], entry))),
                first_seen=min(kept.first_seen, gone.first_seen),
                last_copy=max(kept.last_copy, gone.last_copy),
                published=_earliest(kept.published, gone.published),
                agency=kept.agency or gone.agency,
                modified=self._clock,
                revision=kept.revision + 1,
            )
        )
        del self._stories[bytes.fromhex(gone.id)]
        return Merged(kept.id, gone.id, gone.copies)

    # --- the lead ---------------------------------------------------------------------------------------

    def _elect(self, home: bytes, newest: str) -> list[Decision]:
        """Show another copy where one is clearly better than the one that is shown.

        Only a copy that just came or changed can be: `newest`; all are asked where the lead itself changed.
        """
        story = _story(self._stories[home])
        if self._left:
            self._left = False
            return [Led(story.id, story.lead)]
        best = self._best(story.copies) if newest == story.lead else newest
        if best == story.lead or not self._beats(best, story.lead):
            return []
        agency = self.copy(best).agency or story.agency
        self._stories[home] = _encode(replace(story, lead=best, agency=agency))
        return [Led(story.id, best)]

    def _best(self, copies: tuple[str, ...]) -> str:
        return max(copies, key=lambda entry: (_standing(self.copy(entry)), -copies.index(entry)))

    def _beats(self, one: str, lead: str) -> bool:
        """Hysteresis: a longer text of the same standing has to be longer by half."""
        (a, b, length), (c, d, shown) = _standing(self.copy(one)), _standing(self.copy(lead))
        return (a, b) > (c, d) or ((a, b) == (c, d) and length > 1.5 * shown + 40)

    # --- likeness ---------------------------------------------------------------------------------------

    def _matches(self, made: Fingerprint, when: float, but: bytes | None) -> list[_Match]:
        """The candidates that are copies of an entry."""
        counts = self._index.near(memoryview(made.keys).cast("I"))
        if not counts:
            return []
        window, times, homes = self._settings.window, self._when, self._homes
        near = [slot for slot in counts if abs(times[slot] - when) <= window and homes[slot] != but]
        if len(near) > FEW:
            near.sort(key=lambda slot: (-counts[slot], self._ids[slot]))
            near = [slot for at, slot in enumerate(near[:CANDIDATES]) if at < FEW or counts[slot] > 1]
        return [match for match in self._judged(made, near) if match[1].same]

    def _judged(self, made: Fingerprint, slots: Iterable[int]) -> list[_Match]:
        """Each of some copies with what it is to an entry, the most promising first.

        A story that one of its copies speaks for clearly needs no more of them.
        """
        shapes = [
            (slot, shape)
            for slot in dict.fromkeys(slots)
            if matching.compatible(made, shape := _made(self._shapes[slot]))
        ]
        self.counters["candidates"] += len(shapes)
        if not shapes:
            return []
        probe = Probe(made, self._weighing)
        likes = coarse(probe, [shape for _, shape in shapes], self._weighing)
        order = sorted(range(len(shapes)), key=lambda at: -(likes[at].body + likes[at].written))
        sure: set[bytes] = set()
        found = []
        for at in order:
            (slot, shape), like = shapes[at], likes[at]
            home = self._homes[slot]
            if home in sure or not matching.promising(like, self._limits):
                continue
            judged = matching.judge(made, shape, fine(probe, shape, like, self._weighing), self._limits)
            found.append((slot, judged))
            if judged.same and judged.score >= _SURE:
                sure.add(home)
        return found

    def _accepted(self, made: Fingerprint, matches: list[_Match]) -> list[tuple[bytes, int, Judged]]:
        """The stories that an entry belongs to, the best first, each with the copy that speaks for it."""
        best: dict[bytes, tuple[int, Judged]] = {}
        for slot, judged in sorted(matches, key=lambda match: (-match[1].score, self._ids[match[0]])):
            best.setdefault(self._homes[slot], (slot, judged))
        return [
            (home, slot, judged)
            for home, (slot, judged) in best.items()
            if self._vouched(made, home, slot, judged)
        ]

    def _vouched(self, made: Fingerprint, home: bytes, slot: int, judged: Judged) -> bool:
        """A weak likeness with one copy needs another of the story that agrees: no chains of weak links."""
        if judged.score >= self._limits.strong:
            return True
        story = _story(self._stories[home])
        if len(story.copies) == 1 or self._ids[slot].hex() in (story.lead, story.copies[0]):
            return True
        others = [self._slot(entry) for entry in (story.lead, story.copies[0], story.copies[-1])]
        return any(
            second.same for _, second in self._judged(made, [other for other in others if other != slot])
        )

    def _told(self, slot: int, judged: Judged) -> Verdict:
        return matching.told(judged, self._ids[slot].hex(), self._limits)

    # --- memory -----------------------------------------------------------------------------------------

    def _slot(self, entry: str) -> int:
        return self._slots[bytes.fromhex(entry)]

    def _hold(self, arrival: Arrival, home: bytes, copy: Copy) -> None:
        self._place(bytes.fromhex(arrival.id), home, copy, replace(arrival.fingerprint, sentences=b""))

    def _place(self, key: bytes, home: bytes, copy: Copy, made: Fingerprint) -> None:
        when = _when(copy.published, copy.first_seen)
        if self._free:
            slot = self._free.pop()
            self._ids[slot], self._homes[slot], self._when[slot] = key, home, when
            self._copies[slot], self._shapes[slot] = _encode(copy), _encode(made)
        else:
            slot = len(self._ids)
            self._ids.append(key)
            self._homes.append(home)
            self._when.append(when)
            self._copies.append(_encode(copy))
            self._shapes.append(_encode(made))
        self._slots[key] = slot
        self._index.add(memoryview(made.keys).cast("I"), slot)

    def _reshape(self, slot: int, made: Fingerprint, *, counted: bool) -> None:
        before = _made(self._shapes[slot])
        self._index.remove(memoryview(before.keys).cast("I"), slot)
        self._index.add(memoryview(made.keys).cast("I"), slot)
        if counted:
            self._weigh(before, -1)
            self._weigh(made, 1)
        self._shapes[slot] = _encode(replace(made, sentences=b""))

    def _drop(self, slot: int) -> None:
        made = _made(self._shapes[slot])
        self._index.remove(memoryview(made.keys).cast("I"), slot)
        del self._slots[self._ids[slot]]
        self._ids[slot] = self._homes[slot] = self._copies[slot] = self._shapes[slot] = b""
        self._free.append(slot)

    def _weigh(self, made: Fingerprint, times: int) -> None:
        self._weighing.count(made, times)

    # --- the end of stories -----------------------------------------------------------------------------

    def expire(self, now: float) -> list[Decision]:
        """Forget the stories older than the retention, and the oldest of too many. Time never runs back."""
        self._clock = max(self._clock, now)
        decisions: list[Decision] = []
        oldest = self._clock - self._settings.retention
        while self._queue:
            last, id = _TURN.unpack(self._queue[0])  # noqa: A001
            if last >= oldest and len(self._stories) <= self._settings.max_stories:
                break
            heapq.heappop(self._queue)
            record = self._stories.get(id)
            if record is None:
                continue
            story = _story(record)
            if story.last_copy > last:
                heapq.heappush(self._queue, _turn(story))
                continue
            decisions.append(self._forget(story))
        return decisions

    def _forget(self, story: Story) -> Expired:
        self._weigh(_made(self._shapes[self._slot(story.copies[0])]), -1)
        for entry in story.copies:
            self._drop(self._slot(entry))
        del self._stories[bytes.fromhex(story.id)]
        return Expired(story.id)

    def restore(self, story: Story, copies: Iterable[tuple[Copy, Fingerprint]]) -> None:
        """Take up a stored story, as a former grouper had left it. The order of stories does not matter."""
        home = bytes.fromhex(story.id)
        shapes = {}
        for copy, made in copies:
            self._place(bytes.fromhex(copy.entry), home, copy, replace(made, sentences=b""))
            shapes[copy.entry] = made
        self._stories[home] = _encode(story)
        heapq.heappush(self._queue, _turn(story))
        self._weigh(shapes[story.copies[0]], 1)


_TURN = struct.Struct(">d16s")


def _turn(story: Story) -> bytes:
    """A story's place in the queue of expiry: bytes that sort by time, then id."""
    return _TURN.pack(max(story.last_copy, 0.0), bytes.fromhex(story.id))


def _anew(key: bytes, content: bytes) -> bytes:
    """The id of a story founded by an entry whose id already names another: it founded that one, and left it."""
    return blake2b(key + content, digest_size=16).digest()


def _when(published: float | None, seen: float) -> float:
    """When an entry belongs, for the window: its own date, but never later than it was seen."""
    return seen if published is None else min(published, seen)


def _clamped(published: float | None, seen: float) -> float | None:
    return None if published is None else min(published, seen)


def _earliest(one: float | None, other: float | None) -> float | None:
    return other if one is None else one if other is None else min(one, other)


def _older(arrival: Arrival, retention: float) -> bool:
    published = arrival.entry.published
    return published is not None and published < arrival.seen - retention


def _merit(verdict: Verdict) -> tuple[float, str]:
    return verdict.score, verdict.other


def _standing(copy: Copy) -> tuple[bool, int, int]:
    """What makes a lead: the agency's own copy, the source's priority, the fuller text."""
    return bool(copy.agency) and canonical(copy.outlet) == copy.agency, copy.priority, copy.length


def _recorded(arrival: Arrival, verdict: Verdict | None, known: Copy | None) -> Copy:
    """The record of an entry as a copy; `known` is what it was before this revision."""
    entry, made = arrival.entry, arrival.fingerprint
    hashes = () if known is None else (*known.seen_hashes, known.content_hash)[-HASHES:]
    copy = Copy(
        entry=arrival.id,
        source=arrival.source,
        outlet=arrival.outlet,
        url=entry.url,
        title=entry.title,
        first_seen=arrival.seen if known is None else known.first_seen,
        content_hash=arrival.content_hash,
        published=entry.published,
        categories=arrival.categories,
        language=entry.language or made.language or None,
        agency=made.agency or None,
        priority=arrival.priority,
        length=made.length,
        seen_hashes=hashes,
        revised=None if known is None else arrival.seen,
    )
    if verdict is not None:
        return replace(copy, score=verdict.score, reason=verdict.reason, verdict=verdict)
    if known is not None:
        return replace(copy, score=known.score, reason=known.reason, verdict=known.verdict)
    return copy
