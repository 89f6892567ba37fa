"""Which of all living stories pass filters, for 200,000 at once.

`feed.matcher` says of one story whether it passes; here the same is answered out of columns (a number for
each story) and postings (the stories that hold a word, a category …). A story has a slot; one that changes
gets another. Now and then the slots are put in order anew (`snapshot`, `arrange` in a thread, `adopt`): they
run as the stories do, by (placed, id), and nothing dead is left.

Words are found by postings alone; phrases, and words of scripts without spaces, by the postings of their
parts, and then by a look at the text.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from xxhash import xxh3_64_digest

from aggregator.core.columns import MOST_OUTLETS, Columns, Mask, Places
from aggregator.core.feed import Facts, Filter
from aggregator.core.firsts import Firsts
from aggregator.core.hits import Hits, Place, Ranked
from aggregator.core.inverted import Hashes, Part, Postings, Slots, merged
from aggregator.core.words import keys, keys_of, terms

MOST_TAIL: Final = 4_096  # stories that may wait to be put in order; or a sixteenth of all
MOST_DEAD: Final = 4_096  # slots of stories that changed or ended; or an eighth of all

_FIELDS: Final = {"categories": "c", "sources": "s", "languages": "l", "agencies": "a"}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An index as it was, for `arrange`."""

    ids: list[str]
    known: list[Facts]
    columns: Columns
    living: Places
    tail: tuple[Hashes, Slots]
    parts: list[Part]
    size: int  # slots there were


@dataclass(frozen=True, slots=True)
class Arranged:
    """All that lived then, in order."""

    size: int  # slots there were
    kept: Places  # of them, by place
    ids: list[str]
    known: list[Facts]
    slots: dict[str, int]
    parts: list[Part]


def arrange(taken: Snapshot) -> Arranged:
    """Puts everything in order: seconds for 200,000 stories, so in a thread."""
    kept = taken.columns.ordered(taken.living)
    moved = np.full(taken.size, -1, np.int32)
    moved[kept] = np.arange(len(kept), dtype=np.int32)
    chosen = kept.tolist()
    ids = [taken.ids[slot] for slot in chosen]
    known = [taken.known[slot] for slot in chosen]
    slots = dict(zip(ids, range(len(ids)), strict=True))
    return Arranged(taken.size, kept, ids, known, slots, merged(taken.parts, taken.tail, moved))


class Index:
    """Facts of stories, and which of them pass filters. Withdrawn ones are known, and never found."""

    def __init__(self) -> None:
        self.firsts = Firsts()
        self._columns = Columns.empty()
        self._postings = Postings()
        self._ids: list[str] = []  # by slot
        self._known: list[Facts] = []  # by slot
        self._slots: dict[str, int] = {}
        self._sorted = self._columns.keys(np.arange(0))  # of the first slots, which are in order by place
        self._order: tuple[Places, Places | None] | None = None  # see `_between`; None: to be made

    def __len__(self) -> int:
        return len(self._slots)

    def get(self, story: str) -> Facts | None:
        """The facts of a story; None where it is unknown."""
        slot = self._slots.get(story)
        return None if slot is None else self._known[slot]

    def add(self, story: str, known: Facts) -> None:
        """Puts a story in, in place of what was known of it."""
        self.remove(story)
        held = {f"\0{letter}{value}" for name, letter in _FIELDS.items() for value in getattr(known, name)}
        slot = self._postings.add(map(hash, held | keys(known.text)))
        self._columns.put(slot, story, known)
        self._ids.append(story)
        self._known.append(known)
        self._slots[story] = slot
        self.firsts.count(known)
        self._order = None

    def remove(self, story: str) -> None:
        """Takes a story out, if it is there."""
        slot = self._slots.pop(story, None)
        if slot is not None:
            self._columns.lives[slot] = False
            self.firsts.count(self._known[slot], -1)

    # --- finding --------------------------------------------------------------------------------------

    def find(self, filters: Iterable[Filter], before: Place | None = None) -> Hits:
        """The stories that pass all filters and stand before a place."""
        columns, size = self._columns, len(self._ids)
        mask = columns.lives[:size] & columns.shown[:size]
        phrases: list[str] = []
        for wanted in filters:
            for one in self._tests(wanted, mask, phrases):
                mask &= one
        if before is not None:
            mask &= columns.placed[:size] <= before[0]
        slots = self._ordered(mask)
        if before is not None:
            first = int(np.searchsorted(columns.placed[slots], before[0]))
            slots = slots[: bisect_left(slots, before[1], lo=first, key=self._ids.__getitem__)]
        return Hits(slots.astype(np.uint32), self._ids, self._known, columns.outlets, phrases)

    def ranked(self, hits: Hits) -> Ranked:
        """Hits by outlets; their name tells the order of their ids, whatever their slots."""
        ranked = hits.ranked(b"")
        ranked.name = xxh3_64_digest(self._columns.high[ranked.slots].tobytes())
        return ranked

    def _ordered(self, mask: Mask) -> Places:
        """The slots of a mask by place: those in order, and between them those that came since."""
        first = len(self._sorted)
        rest, at = self._between()
        if at is None:
            return rest[mask[rest]]
        some, more = np.flatnonzero(mask[:first]), mask[rest]
        return np.insert(some, np.searchsorted(some, at[more]), rest[more])

    def _between(self) -> tuple[Places, Places | None]:
        """What came since by place, and where in the order each belongs; None where that is all there is."""
        if self._order is None:
            columns, first = self._columns, len(self._sorted)
            rest = columns.ordered(np.arange(first, len(self._ids)))
            sought = columns.keys(rest)
            at = np.searchsorted(self._sorted, sought)
            equal = np.searchsorted(self._sorted, sought, side="right") - at
            before = at[equal == 1]  # a story that changed stands beside itself, which is as good as alone
            if np.all(equal < 2) and columns.same(before, rest[equal == 1]):
                self._order = rest, at
            else:  # ids that begin alike: the whole of them decides
                self._order = columns.ordered(np.arange(len(self._ids))), None
        return self._order

    def _tests(self, wanted: Filter, mask: Mask, phrases: list[str] | None) -> Iterator[Mask]:
        """What a story must be, as one mask for each test; `mask` is what counts until now.

        Phrases, about which a look at the texts decides, are added to `phrases`; where that is None they are
        looked for.
        """
        size, columns = len(mask), self._columns
        if wanted.never:
            yield np.zeros(size, np.bool_)
        if wanted.min_sources > 1:
            yield columns.outlets[:size] >= min(wanted.min_sources, MOST_OUTLETS)
        if wanted.since is not None:
            yield columns.placed[:size] >= wanted.since
        for name, letter in _FIELDS.items():
            if values := getattr(wanted, name):
                yield self._any([f"\0{letter}{value.lower()}" for value in values], size)
        if wanted.q:
            yield self._holding(terms(wanted.q), mask, phrases)
        if wanted.excluded is not None:
            refused = np.zeros(size, np.bool_)
            for one in self._tests(wanted.excluded, mask, None):
                refused |= one
            yield ~refused

    def _holding(self, sought: Sequence[str], mask: Mask, phrases: list[str] | None) -> Mask:
        found = np.full(len(mask), bool(sought))
        unsure = []
        for term in sought:
            parts, is_sure = keys_of(term)
            for part in parts:
                found &= self._any([part], len(mask))
            if not is_sure:
                unsure.append(term)
        if phrases is not None:
            phrases += unsure
        elif unsure:
            for slot in np.flatnonzero(found & mask).tolist():
                text = self._known[slot].text
                found[slot] = all(term in text for term in unsure)
        return found

    def _any(self, keys_: Sequence[str], size: int) -> Mask:
        """Which slots have one of the keys."""
        found = np.zeros(size, np.bool_)
        for key in keys_:
            for slots in self._postings.slots_of(hash(key)):
                found[slots] = True
        return found

    # --- order ----------------------------------------------------------------------------------------

    @property
    def crowded(self) -> bool:
        """Whether it is time to put the slots in order anew."""
        live, slots = len(self._slots), len(self._ids)
        waits = self._postings.waiting > max(MOST_TAIL, live // 16)
        return waits or slots - live > max(MOST_DEAD, live // 8)

    def snapshot(self) -> Snapshot:
        """What `arrange` needs. Others may go on adding, removing and finding meanwhile."""
        size = len(self._ids)
        living = np.flatnonzero(self._columns.lives[:size])
        return Snapshot(
            self._ids, self._known, self._columns, living, self._postings.tail(), self._postings.parts, size
        )

    def adopt(self, arranged: Arranged) -> None:
        """Goes on with what was put in order, and with what came and went since."""
        size, first = arranged.size, len(arranged.kept)
        hashes, counts = self._postings.since(size)
        self._columns = self._columns.taken(np.concatenate((arranged.kept, np.arange(size, len(self._ids)))))
        self._postings = Postings(arranged.parts, first)
        self._postings.take(hashes, counts)
        self._slots, lives = arranged.slots, self._columns.lives
        for slot in np.flatnonzero(~lives[:first]).tolist():
            del self._slots[arranged.ids[slot]]
        self._slots.update((story, slot) for slot, story in enumerate(self._ids[size:], first) if lives[slot])
        self._ids, self._known = arranged.ids + self._ids[size:], arranged.known + self._known[size:]
        self._sorted = self._columns.keys(np.arange(first))
        self._order = None
