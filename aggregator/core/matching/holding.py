"""All live copies in memory, packed: under a kilobyte each, and found again by their keys.

A copy has a *slot*, a small number that is used again when it is gone. Records are held as MessagePack and
read when
they are asked for; the record of a story of one copy that nothing happened to is not held at all, since it
follows
from the copy's. Nothing here decides anything: `core.matching.story` does.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from aggregator.core.matching import match as matching
from aggregator.core.matching import packing
from aggregator.core.matching.ids import Ids
from aggregator.core.matching.index import WHOLE, Index
from aggregator.core.matching.likeness import NONE, Likeness, Probe, Weighing, coarse, fine
from aggregator.core.matching.match import Judged
from aggregator.core.matching.related import Told
from aggregator.core.matching.thresholds import Limits
from aggregator.core.model import Copy, Fingerprint, Story, Verdict

CANDIDATES = 24  # held against an arrival, at most
ENOUGH = WHOLE // 8  # evidence: one key that eight hold, or several that more do
_AT_ONCE = 4_000  # stories that are found and weighed in one go
VERDICTS = 8192  # the newest are held: many more than a commit has, since the store keeps them
SURE = 0.8  # a copy that agrees so much speaks for its story

Match: TypeAlias = tuple[int, Judged]  # a slot, and what its copy is to an entry

_encode = msgspec.msgpack.Encoder().encode
_read_story = msgspec.msgpack.Decoder(Story).decode
_shape = packing.shape


class Holding:
    """The live copies and stories; ids are the 32 hex digits of the model."""

    def __init__(self, window: float, limits: Limits, told: Told | None = None) -> None:
        self._window = window
        self._told = told  # what events the stories tell of, where that is asked
        self._limits = limits
        self._index = Index()
        self._weighing = Weighing()
        self._ids = Ids()  # of copies: entry id ↔ slot
        self._names = Ids()  # of stories: story id ↔ number
        self._stories: list[bytes | None] = []  # by number; None: follows from the copy's record
        self._homes = array("i")  # slot → number of its story
        self._records: list[bytes] = []  # slot → copy and shape, see `packing`
        self._when = array("d")
        self._verdicts: dict[bytes, Verdict] = {}  # the newest: until they are stored, and then a little
        self._pending: list[tuple[int, Fingerprint]] = []
        self._joining: list[int] = []
        self.lenient = limits  # who is held against whom closely: lower ones show what was close as well
        self.candidates = 0

    def __len__(self) -> int:
        return len(self._names)

    @property
    def index(self) -> Index:
        """The postings, for their counters."""
        return self._index

    # --- stories ------------------------------------------------------------------------------------------

    def stories(self) -> list[str]:
        """The ids of all live stories."""
        return [self._names[number].hex() for number in self._names.all()]

    def lives(self, story: str) -> bool:
        """Is there a live story of this id?"""
        return self._names.find(bytes.fromhex(story)) >= 0

    def story(self, story: str) -> Story:
        """The record of a live story; KeyError where there is none."""
        number = self._names.find(bytes.fromhex(story))
        if number < 0:
            raise KeyError(story)
        record = self._stories[number]
        return _read_story(record) if record is not None else founded(self.copy(story))

    def related(self, story: str) -> tuple[tuple[str, float], ...]:
        """The stories that a live one is linked with; KeyError where there is none."""
        number = self._names.find(bytes.fromhex(story))
        if number < 0:
            raise KeyError(story)
        record = self._stories[number]
        return () if record is None else _read_story(record).related

    def put(self, story: Story) -> None:
        """Hold the present record of a story."""
        number = self._number(bytes.fromhex(story.id))
        self._keep(story, number, self.copy(story.id) if story.copies == (story.id,) else None)
        if self._told is not None:
            self._tell(story.id, number, self._slot(story.copies[0]))

    def found(self, story: Story, copy: Copy, made: Fingerprint) -> None:
        """Hold a story that a new copy founds, and find it from now on."""
        slot = self._place(copy, made, story.id)
        self._keep(story, self._homes[slot], copy)
        if self._told is not None:
            self._tell(story.id, self._homes[slot], slot, made)

    def _keep(self, story: Story, number: int, only: Copy | None) -> None:
        """The record of a story, which need not be held where it follows from its `only` copy."""
        plain = only is not None and story == founded(only)
        self._stories[number] = None if plain else _encode(story)

    def _tell(self, story: str, number: int, slot: int, made: Fingerprint | None = None) -> None:
        """The event that a story tells of is what this copy says, which founds it."""
        told = self._told
        if told is None or told.founder(number) == slot:
            return
        for old in (told.founder(number), slot):
            if told.owner(old) >= 0:
                told.unpost(old, self.shape(old))
        told.post(story, number, slot, made or self.shape(slot))

    def _number(self, key: bytes) -> int:
        """The number of a story, a new one where it has none."""
        number = self._names.find(key)
        if number < 0:
            number = self._names.add(key)
            if number == len(self._stories):
                self._stories.append(None)
        return number

    def forget(self, story: str) -> None:
        """Hold a story no more; its copies are another matter."""
        if self._told is not None:
            self._told.gone.append(self.story(story))
            slot = self._told.founder(self._names.find(bytes.fromhex(story)))
            if slot >= 0:
                self._told.unpost(slot, self.shape(slot))
        self._stories[self._names.remove(bytes.fromhex(story))] = None

    # --- copies -------------------------------------------------------------------------------------------

    def slot(self, entry: str) -> int | None:
        """Where a copy is held, None where it is not."""
        slot = self._ids.find(bytes.fromhex(entry))
        return None if slot < 0 else slot

    def _slot(self, entry: str) -> int:
        slot = self._ids.find(bytes.fromhex(entry))
        if slot < 0:
            raise KeyError(entry)
        return slot

    def entry(self, slot: int) -> str:
        """The entry id of a copy."""
        return self._ids[slot].hex()

    def home(self, slot: int) -> str:
        """The story that a copy belongs to."""
        return self._names[self._homes[slot]].hex()

    def copy(self, entry: str) -> Copy:
        """The record of a live copy; KeyError where there is none. Its verdict is there while it is new."""
        copy = packing.copy(self._records[self._slot(entry)], entry)
        verdict = self._verdicts.get(bytes.fromhex(entry))
        return copy if verdict is None else replace(copy, verdict=verdict)

    def made(self, entry: str) -> Fingerprint:
        """The shape of a live copy; KeyError where there is none."""
        slot = self._slot(entry)
        return replace(_shape(self._records[slot]), keys=self._index.keys(slot))

    def place(self, copy: Copy, made: Fingerprint, story: str) -> None:
        """Hold a new copy of a story, and find it from now on."""
        self._place(copy, made, story)

    def _place(self, copy: Copy, made: Fingerprint, story: str) -> int:
        slot = self._hold(copy, made, story)
        if story == copy.entry:
            self._index.add(slot)
        else:
            self._index.join(slot, self._homes, self._kin)
        return slot

    def _kin(self, number: int) -> list[int]:
        """The copies of a story, as its record has them."""
        record = self._stories[number]
        copies = (self._names[number],) if record is None else map(bytes.fromhex, _read_story(record).copies)
        return [slot for key in copies if (slot := self._ids.find(key)) >= 0]

    def _hold(self, copy: Copy, made: Fingerprint, story: str) -> int:
        slot = self._ids.add(bytes.fromhex(copy.entry))
        if slot == len(self._records):
            self._records.append(b"")
            self._homes.append(0)
            self._when.append(0.0)
        self._homes[slot] = self._number(bytes.fromhex(story))
        self._records[slot] = packing.pack(self._kept(copy), made)
        self._index.hold(slot, made.keys)
        self._when[slot] = when(copy)
        return slot

    def _kept(self, copy: Copy) -> Copy:
        """A copy without its verdict, which is kept aside for a while."""
        key = bytes.fromhex(copy.entry)
        self._verdicts.pop(key, None)
        if copy.verdict is None:
            return copy
        self._verdicts[key] = copy.verdict
        if len(self._verdicts) > VERDICTS:
            del self._verdicts[next(iter(self._verdicts))]
        return replace(copy, verdict=None)

    def take_up(self, story: Story, copies: Sequence[tuple[Copy, Fingerprint]]) -> None:
        """Hold a stored story; it is found after `settle`, which does the dear part for all at once."""
        held = [(self._hold(copy, made, story.id), made) for copy, made in copies]
        self._pending += held[:1]
        self._joining += [slot for slot, _ in held[1:]]
        only = copies[0][0] if len(copies) == 1 else None
        self._keep(story, self._number(bytes.fromhex(story.id)), only)
        if len(self._pending) >= _AT_ONCE:
            self.settle()

    def settle(self) -> None:
        """Find and weigh what was taken up."""
        first, self._pending = self._pending, []
        others, self._joining = self._joining, []
        self._weighing.count_all([made for _, made in first])
        if self._told is not None and first:
            slots, shapes = [slot for slot, _ in first], [made for _, made in first]
            self._told.post_all([self._homes[slot] for slot in slots], slots, shapes)
        self._index.add_all([slot for slot, _ in first])
        for slot in others:
            self._index.join(slot, self._homes, self._kin)

    @property
    def unsettled(self) -> bool:
        """Is there anything that was taken up and not settled?"""
        return bool(self._pending)

    def write(self, copy: Copy) -> None:
        """Hold the present record of a copy."""
        slot = self._slot(copy.entry)
        self._records[slot] = packing.with_copy(self._records[slot], self._kept(copy))
        self._when[slot] = when(copy)

    def reshape(self, entry: str, made: Fingerprint) -> None:
        """Hold another shape of a copy; `post` its story again afterwards."""
        slot = self._slot(entry)
        record = self._records[slot]
        self._index.hold(slot, made.keys)
        number = -1 if self._told is None else self._told.owner(slot)
        if self._told is not None and number >= 0:
            self._told.unpost(slot, _shape(record))
        self._records[slot] = packing.with_shape(record, made)
        if number >= 0:
            self._tell(self._names[number].hex(), number, slot)

    def post(self, entries: Iterable[str]) -> None:
        """Post the copies of one story anew, in their order: after any change but one more copy."""
        slots = [self._slot(entry) for entry in entries]
        for slot in slots:
            self._index.remove(slot)
        for slot in slots:
            self._index.join(slot, self._homes, self._kin)

    def move(self, entry: str, story: str) -> None:
        """A copy belongs to another story from now on."""
        self._homes[self._slot(entry)] = self._number(bytes.fromhex(story))

    def drop(self, entry: str) -> None:
        """Forget a copy."""
        key = bytes.fromhex(entry)
        slot = self._ids.remove(key)
        if self._told is not None:
            self._told.unpost(slot, _shape(self._records[slot]))
        self._index.remove(slot)
        self._verdicts.pop(key, None)
        self._records[slot] = b""

    def weigh(self, made: Fingerprint, times: int) -> None:
        """One text of a story more (or, with -1, less) says how common its words are."""
        self._weighing.count(made, times)

    # --- likeness -----------------------------------------------------------------------------------------

    def near(self, made: Fingerprint, at: float, but: str | None) -> list[int]:
        """The copies that share most keys with an entry, within the window; those of one story left out."""
        found = self._index.near(memoryview(made.keys).cast("I"))
        other = self._names.find(bytes.fromhex(but)) if but is not None else -1
        window, times, homes = self._window, self._when, self._homes
        strong = [
            slot
            for slot, evidence in found.items()
            if evidence >= ENOUGH and abs(times[slot] - at) <= window and homes[slot] != other
        ]
        if len(strong) > CANDIDATES:
            strong.sort(key=lambda slot: (-found[slot], self._ids[slot]))
            del strong[CANDIDATES:]
        return strong

    def judged(self, made: Fingerprint, slots: Iterable[int]) -> list[Match]:
        """Some copies with what each is to an entry, the most promising first; hopeless ones are left out.

        A story that one of its copies speaks for clearly needs no more of them.
        """
        records = self._records
        shapes = [
            (slot, shape)
            for slot in dict.fromkeys(slots)
            if matching.compatible(made, shape := _shape(records[slot]))
        ]
        self.candidates += len(shapes)
        if not shapes:
            return []
        probe = Probe(made, [shape for _, shape in shapes], self._weighing)
        likes = coarse(probe, matching.floor(self.lenient))
        hopeful = [
            at for at, like in enumerate(likes) if like is not NONE and matching.promising(like, self.lenient)
        ]
        if hopeful and probe.rare < self.lenient.rare:  # under the title of a template only texts count
            hopeful = [at for at in hopeful if matching.hopeful_by_text(likes[at], self.lenient)]
        hopeful.sort(key=lambda at: (-likes[at].body - likes[at].written, self._ids[shapes[at][0]]))
        sure: set[int] = set()
        found = []
        for at in hopeful:
            slot, shape = shapes[at]
            if self._homes[slot] in sure:
                continue
            judged = matching.judge(made, shape, fine(probe, at + 1, likes[at]), self._limits)
            found.append((slot, judged))
            if judged.same and judged.score >= SURE:
                sure.add(self._homes[slot])
        return found

    def likeness(self, made: Fingerprint, slot: int) -> Likeness:
        """All signals between an entry and one copy, however hopeless."""
        probe = Probe(made, [_shape(self._records[slot])], self._weighing)
        return fine(probe, 1, coarse(probe)[0])

    def copies_of(self, made: Fingerprint, slots: Iterable[int]) -> list[Match]:
        """Those of some copies that are of an entry's text, the surest first."""
        return self.agreeing(self.judged(made, slots))

    def agreeing(self, matches: Iterable[Match]) -> list[Match]:
        """Those of some judged copies that are of one text, the surest first."""
        found = [match for match in matches if match[1].same]
        return sorted(found, key=lambda match: (-match[1].score, self._ids[match[0]]))

    def at(self, slot: int) -> float:
        """When a copy belongs, for the window."""
        return self._when[slot]

    def outlet(self, slot: int) -> str:
        """Who publishes the copy in a slot."""
        return packing.begun(self._records[slot]).outlet

    def source(self, entry: str) -> str:
        """The source that a live copy is of; KeyError where there is none."""
        return packing.begun(self._records[self._slot(entry)]).source

    def shape(self, slot: int) -> Fingerprint:
        """The shape of the copy in a slot."""
        return _shape(self._records[slot])


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
