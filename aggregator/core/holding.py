"""All live copies in memory, packed: under a kilobyte each, and found again by their keys.

A copy has a *slot*, a small number that is used again when it is gone. Records are held as MessagePack and
read when
they are asked for; the record of a story of one copy that nothing happened to is not held at all, since it
follows
from the copy's. Nothing here decides anything: `core.story` does.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from aggregator.core import match as matching
from aggregator.core.index import Index
from aggregator.core.likeness import Probe, Weighing, coarse, fine
from aggregator.core.match import Judged
from aggregator.core.model import Copy, Fingerprint, Story
from aggregator.core.thresholds import Limits

CANDIDATES = 24  # held against an arrival, at most
FEW = 6  # of these, those that share a single key
_AT_ONCE = 20_000  # stories whose words are weighed in one go
SURE = 0.8  # a copy that agrees so much speaks for its story

Match: TypeAlias = tuple[int, Judged]  # a slot, and what its copy is to an entry

_encode = msgspec.msgpack.Encoder().encode
_read_story = msgspec.msgpack.Decoder(Story).decode
_read_copy = msgspec.msgpack.Decoder(Copy).decode
_read_made = msgspec.msgpack.Decoder(Fingerprint).decode


class Holding:
    """The live copies and stories; ids are the 32 hex digits of the model."""

    def __init__(self, window: float, limits: Limits) -> None:
        self._window = window
        self._limits = limits
        self._index = Index()
        self._weighing = Weighing()
        self._slots: dict[bytes, int] = {}
        self._stories: dict[bytes, bytes | None] = {}
        self._ids: list[bytes] = []
        self._homes: list[bytes] = []
        self._copies: list[bytes] = []
        self._shapes: list[bytes] = []
        self._when = array("d")
        self._free: list[int] = []
        self._pending: list[tuple[int, Fingerprint]] = []
        self._joining: list[tuple[int, Fingerprint]] = []
        self.candidates = 0

    def __len__(self) -> int:
        return len(self._stories)

    @property
    def index(self) -> Index:
        """The postings, for their counters."""
        return self._index

    # --- stories ------------------------------------------------------------------------------------------

    def stories(self) -> list[str]:
        """The ids of all live stories."""
        return [key.hex() for key in self._stories]

    def lives(self, story: str) -> bool:
        """Is there a live story of this id?"""
        return bytes.fromhex(story) in self._stories

    def story(self, story: str) -> Story:
        """The record of a live story; KeyError where there is none."""
        record = self._stories[bytes.fromhex(story)]
        return _read_story(record) if record is not None else founded(self.copy(story))

    def put(self, story: Story) -> None:
        """Hold the present record of a story."""
        key = bytes.fromhex(story.id)
        plain = story.copies == (story.id,) and story == founded(self.copy(story.id))
        if plain:
            key = self._ids[self._slots[key]]
        self._stories[key] = None if plain else _encode(story)

    def forget(self, story: str) -> None:
        """Hold a story no more; its copies are another matter."""
        del self._stories[bytes.fromhex(story)]

    # --- copies -------------------------------------------------------------------------------------------

    def slot(self, entry: str) -> int | None:
        """Where a copy is held, None where it is not."""
        return self._slots.get(bytes.fromhex(entry))

    def entry(self, slot: int) -> str:
        """The entry id of a copy."""
        return self._ids[slot].hex()

    def home(self, slot: int) -> str:
        """The story that a copy belongs to."""
        return self._homes[slot].hex()

    def copy(self, entry: str) -> Copy:
        """The record of a live copy; KeyError where there is none."""
        return _read_copy(self._copies[self._slots[bytes.fromhex(entry)]])

    def made(self, entry: str) -> Fingerprint:
        """The shape of a live copy; KeyError where there is none."""
        return _read_made(self._shapes[self._slots[bytes.fromhex(entry)]])

    def place(self, copy: Copy, made: Fingerprint, story: str) -> None:
        """Hold a new copy of a story, and find it from now on."""
        slot = self._hold(copy, made, story)
        if story == copy.entry:
            self._index.add(_keys(made), slot)
        else:
            self._index.join(_keys(made), slot, self._homes)

    def _hold(self, copy: Copy, made: Fingerprint, story: str) -> int:
        key = bytes.fromhex(copy.entry)
        slot = self._free.pop() if self._free else self._grown()
        self._slots[key] = slot
        self._ids[slot] = key
        self._homes[slot] = key if story == copy.entry else self._key(story)
        self._copies[slot] = _encode(copy)
        self._shapes[slot] = _encode(replace(made, sentences=b"") if made.sentences else made)
        self._when[slot] = when(copy)
        return slot

    def take_up(self, story: Story, copies: Iterable[tuple[Copy, Fingerprint]]) -> None:
        """Hold a stored story; it is found after `settle`, which does the dear part for all at once."""
        held = [(self._hold(copy, made, story.id), made) for copy, made in copies]
        self._pending += [(slot, made) for slot, made in held[:1]]
        self._joining += [(slot, made) for slot, made in held[1:]]
        self.put(story)

    def settle(self) -> None:
        """Find and weigh what was taken up."""
        first, self._pending = self._pending, []
        others, self._joining = self._joining, []
        for start in range(0, len(first), _AT_ONCE):
            part = first[start : start + _AT_ONCE]
            self._weighing.count_all([made for _, made in part])
        self._index.add_all([(made.keys, slot) for slot, made in first])
        for slot, made in others:
            self._index.join(_keys(made), slot, self._homes)

    @property
    def unsettled(self) -> bool:
        """Is there anything that was taken up and not settled?"""
        return bool(self._pending)

    def _grown(self) -> int:
        for column in (self._ids, self._homes, self._copies, self._shapes):
            column.append(b"")
        self._when.append(0.0)
        return len(self._ids) - 1

    def _key(self, story: str) -> bytes:
        """A story's key, the same object as its founder's where that is held: it is on every copy."""
        key = bytes.fromhex(story)
        slot = self._slots.get(key)
        return key if slot is None else self._ids[slot]

    def write(self, copy: Copy) -> None:
        """Hold the present record of a copy."""
        slot = self._slots[bytes.fromhex(copy.entry)]
        self._copies[slot] = _encode(copy)
        self._when[slot] = when(copy)

    def reshape(self, entry: str, made: Fingerprint) -> None:
        """Hold another shape of a copy; `post` its story again afterwards."""
        slot = self._slots[bytes.fromhex(entry)]
        self._index.remove(_keys(_read_made(self._shapes[slot])), slot)
        self._shapes[slot] = _encode(replace(made, sentences=b""))

    def post(self, entries: Iterable[str]) -> None:
        """Post the copies of one story anew, in their order: after any change but one more copy."""
        slots = [(slot := self._slots[bytes.fromhex(entry)], self._shapes[slot]) for entry in entries]
        shapes = [(slot, _read_made(shape)) for slot, shape in slots]
        for slot, made in shapes:
            self._index.remove(_keys(made), slot)
        for slot, made in shapes:
            self._index.join(_keys(made), slot, self._homes)

    def move(self, entry: str, story: str) -> None:
        """A copy belongs to another story from now on."""
        self._homes[self._slots[bytes.fromhex(entry)]] = self._key(story)

    def drop(self, entry: str) -> None:
        """Forget a copy."""
        slot = self._slots.pop(bytes.fromhex(entry))
        self._index.remove(_keys(_read_made(self._shapes[slot])), slot)
        self._ids[slot] = self._homes[slot] = self._copies[slot] = self._shapes[slot] = b""
        self._free.append(slot)

    def weigh(self, made: Fingerprint, times: int) -> None:
        """One text of a story more (or, with -1, less) says how common its words are."""
        self._weighing.count(made, times)

    # --- likeness -----------------------------------------------------------------------------------------

    def near(self, made: Fingerprint, at: float, but: str | None) -> list[int]:
        """The copies that share most keys with an entry, within the window; those of one story left out."""
        counts = self._index.near(_keys(made))
        if not counts:
            return []
        other = bytes.fromhex(but) if but else b""
        window, times, homes = self._window, self._when, self._homes
        found = [slot for slot in counts if abs(times[slot] - at) <= window and homes[slot] != other]
        if len(found) > FEW:
            found.sort(key=lambda slot: (-counts[slot], self._ids[slot]))
            found = [slot for place, slot in enumerate(found[:CANDIDATES]) if place < FEW or counts[slot] > 1]
        return found

    def judged(self, made: Fingerprint, slots: Iterable[int]) -> list[Match]:
        """Some copies with what each is to an entry, the most promising first; hopeless ones are left out.

        A story that one of its copies speaks for clearly needs no more of them.
        """
        shapes = [
            (slot, shape)
            for slot in dict.fromkeys(slots)
            if matching.compatible(made, shape := _read_made(self._shapes[slot]))
        ]
        self.candidates += len(shapes)
        if not shapes:
            return []
        probe = Probe(made, self._weighing)
        likes = coarse(probe, [shape for _, shape in shapes], self._weighing)
        hopeful = [at for at, like in enumerate(likes) if matching.promising(like, self._limits)]
        hopeful.sort(key=lambda at: (-likes[at].body - likes[at].written, self._ids[shapes[at][0]]))
        sure: set[bytes] = set()
        found = []
        for at in hopeful:
            slot, shape = shapes[at]
            if self._homes[slot] in sure:
                continue
            judged = matching.judge(made, shape, fine(probe, shape, likes[at], self._weighing), self._limits)
            found.append((slot, judged))
            if judged.same and judged.score >= SURE:
                sure.add(self._homes[slot])
        return found

    def copies_of(self, made: Fingerprint, slots: Iterable[int]) -> list[Match]:
        """Those of some copies that are of an entry's text, the surest first."""
        found = [match for match in self.judged(made, slots) if match[1].same]
        return sorted(found, key=lambda match: (-match[1].score, self._ids[match[0]]))


def _keys(made: Fingerprint) -> memoryview:
    return memoryview(made.keys).cast("I")


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
