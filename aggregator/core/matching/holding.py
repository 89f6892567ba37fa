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
import numpy as np
from msgspec.structs import replace

from aggregator.core.matching import match as matching
from aggregator.core.matching import packing
from aggregator.core.matching.ids import Ids
from aggregator.core.matching.index import WHOLE, Index
from aggregator.core.matching.likeness import NONE, Likeness, Probe, Weighing, coarse, fine, titled
from aggregator.core.matching.match import Judged
from aggregator.core.matching.recording import founded, when
from aggregator.core.matching.related import Told
from aggregator.core.matching.thresholds import Limits
from aggregator.core.model import Copy, Fingerprint, Story, Verdict

CANDIDATES = 24  # held against an arrival, at most
ENOUGH = WHOLE // 8  # evidence: one key that eight hold, or several that more do
_AT_ONCE = 1_000  # stories that are found and weighed in one go
VERDICTS = 8192  # the newest are held: many more than a commit has, since the store keeps them
SURE = 0.8  # a copy that agrees so much speaks for its story

Stored: TypeAlias = tuple[Story, Sequence[tuple[Copy, Fingerprint]]]
Match: TypeAlias = tuple[int, Judged]  # a slot, and what its copy is to an entry

_encode = msgspec.msgpack.Encoder().encode
_read_story = msgspec.msgpack.Decoder(Story).decode
_shape = packing.shape
_PLAIN = b""


class Holding:
    """The live copies and stories; ids are the 32 hex digits of the model."""

    def __init__(self, window: float, limits: Limits, told: Told | None = None) -> None:
        self._window = window
        self._told = told  # what events the stories tell of, where that is asked
        self._limits = limits
        self._index = Index()
        self._weighing = Weighing()
        self._ids = (
            Ids()
        )  # of copies and stories; a story mostly has the id, and so the number, of its first copy
        self._stories: list[
            bytes | None
        ] = []  # by number; None: no story, _PLAIN: follows from the copy's record
        self._homes = array("i")  # slot → number of its story, -1: no copy
        self._records: list[bytes] = []  # slot → copy and shape, see `packing`
        self._when = array("d")
        self._verdicts: dict[bytes, Verdict] = {}  # the newest: until they are stored, and then a little
        self._pending: list[Stored] = []
        self._live = 0
        self.lenient = limits  # who is held against whom closely: lower ones show what was close as well
        self.candidates = 0

    def __len__(self) -> int:
        return self._live + len(self._pending)

    @property
    def index(self) -> Index:
        """The postings, for their counters."""
        return self._index

    # --- stories ------------------------------------------------------------------------------------------

    def stories(self) -> list[str]:
        """The ids of all live stories."""
        return [self._ids[number].hex() for number, held in enumerate(self._stories) if held is not None]

    def lives(self, story: str) -> bool:
        """Is there a live story of this id?"""
        number = self._ids.find(bytes.fromhex(story))
        return number >= 0 and self._stories[number] is not None

    def story(self, story: str) -> Story:
        """The record of a live story; KeyError where there is none."""
        record = self._stories[self._named(story)]
        return _read_story(record) if record else founded(self.copy(story))

    def related(self, story: str) -> tuple[tuple[str, float], ...]:
        """The stories that a live one is linked with; KeyError where there is none."""
        record = self._stories[self._named(story)]
        return _read_story(record).related if record else ()

    def _named(self, story: str) -> int:
        """The number of a live story; KeyError where there is none."""
        number = self._ids.find(bytes.fromhex(story))
        if number < 0 or self._stories[number] is None:
            raise KeyError(story)
        return number

    def put(self, story: Story) -> None:
        """Hold the present record of a story."""
        number = self._number(bytes.fromhex(story.id))
        self._keep(story, number, self.copy(story.id) if story.copies == (story.id,) else None)
        if self._told is not None:
            self._tell(story.id, number, self.slot_of(story.copies[0]))

    def found(self, story: Story, copy: Copy, made: Fingerprint) -> None:
        """Hold a story that a new copy founds, and find it from now on."""
        slot = self._place(copy, made, story.id)
        self._keep(story, self._homes[slot], copy)
        if self._told is not None:
            self._tell(story.id, self._homes[slot], slot, made)

    def _keep(self, story: Story, number: int, only: Copy | None) -> None:
        """The record of a story, which need not be held where it follows from its `only` copy."""
        plain = only is not None and story == founded(only)
        self._live += self._stories[number] is None
        self._stories[number] = _PLAIN if plain else _encode(story)

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
        """The number of an id, a new one where it has none."""
        number = self._ids.find(key)
        if number < 0:
            number = self._ids.add(key)
            self._extend()
        return number

    def _extend(self) -> None:
        """Room for every number that was given out."""
        more = self._ids.numbers - len(self._records)
        if more > 0:
            self._stories += [None] * more
            self._records += [b""] * more
            self._homes.extend([-1] * more)
            self._when.frombytes(bytes(8 * more))

    def _release(self, number: int) -> None:
        """Forget an id that names neither a copy nor a story any more."""
        if self._homes[number] < 0 and self._stories[number] is None:
            self._ids.remove(self._ids[number])

    def forget(self, story: str) -> None:
        """Hold a story no more; its copies are another matter."""
        number = self._named(story)
        if self._told is not None:
            self._told.gone.append(self.story(story))
            slot = self._told.founder(number)
            if slot >= 0:
                self._told.unpost(slot, self.shape(slot))
        self._stories[number] = None
        self._live -= 1
        self._release(number)

    # --- copies -------------------------------------------------------------------------------------------

    def slot(self, entry: str) -> int | None:
        """Where a copy is held, None where it is not."""
        slot = self._ids.find(bytes.fromhex(entry))
        return None if slot < 0 or self._homes[slot] < 0 else slot

    def slot_of(self, entry: str) -> int:
        """Where a live copy is held; KeyError where there is none."""
        slot = self.slot(entry)
        if slot is None:
            raise KeyError(entry)
        return slot

    def entry(self, slot: int) -> str:
        """The entry id of a copy."""
        return self._ids[slot].hex()

    def home(self, slot: int) -> str:
        """The story that a copy belongs to."""
        return self._ids[self._homes[slot]].hex()

    def copy(self, entry: str) -> Copy:
        """The record of a live copy; KeyError where there is none. Its verdict is there while it is new."""
        copy = packing.copy(self._records[self.slot_of(entry)], entry)
        verdict = self._verdicts.get(bytes.fromhex(entry))
        return copy if verdict is None else replace(copy, verdict=verdict)

    def made(self, entry: str) -> Fingerprint:
        """The shape of a live copy; KeyError where there is none."""
        slot = self.slot_of(entry)
        return replace(_shape(self._records[slot]), keys=self._index.keys(slot))

    def place(self, copy: Copy, made: Fingerprint, story: str) -> None:
        """Hold a new copy of a story, and find it from now on."""
        self._place(copy, made, story)

    def _place(self, copy: Copy, made: Fingerprint, story: str) -> int:
        slot = self._number(bytes.fromhex(copy.entry))
        self._homes[slot] = self._number(bytes.fromhex(story))
        self._records[slot] = packing.pack(self._kept(copy), made)
        self._when[slot] = when(copy)
        self._index.hold(slot, made.keys)
        if story == copy.entry:
            self._index.add(slot)
        else:
            self._index.join(slot, self._homes, self._kin)
        return slot

    def _kin(self, number: int) -> list[int]:
        """The copies of a story, as its record has them."""
        record = self._stories[number]
        copies = map(bytes.fromhex, _read_story(record).copies) if record else (self._ids[number],)
        return [slot for key in copies if (slot := self._ids.find(key)) >= 0]

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
        """Hold a stored story, whose copies are new here; it is there after `settle`."""
        self._pending.append((story, copies))
        if len(self._pending) >= _AT_ONCE:
            self.settle()

    def settle(self) -> None:
        """Hold all that was taken up."""
        if not self._pending:
            return
        stored, self._pending = self._pending, []
        held = [pair for _, copies in stored for pair in copies]
        shapes = [made for _, made in held]
        names = self._ids.add_all(bytes.fromhex("".join([story.id for story, _ in stored])))
        slots = self._ids.add_all(bytes.fromhex("".join([copy.entry for copy, _ in held])))
        self._extend()
        counts = np.array([len(copies) for _, copies in stored])
        np.frombuffer(self._homes, np.int32)[slots] = np.repeat(names, counts)
        np.frombuffer(self._when, np.float64)[slots] = [when(copy) for copy, _ in held]
        self._index.hold_all(slots, [made.keys for made in shapes])
        for slot, (copy, made) in zip(slots.tolist(), held, strict=True):
            self._records[slot] = packing.pack(copy if copy.verdict is None else self._kept(copy), made)
        for number, (story, copies) in zip(names.tolist(), stored, strict=True):
            self._keep(story, number, copies[0][0] if len(story.copies) == 1 else None)
        firsts = np.cumsum(counts) - counts
        founders = [shapes[at] for at in firsts.tolist()]
        self._weighing.count_all(founders)
        if self._told is not None:
            self._told.post_all(names, slots[firsts], founders)
        self._index.add_all(slots[firsts])
        for slot in np.delete(slots, firsts).tolist():
            self._index.join(slot, self._homes, self._kin)

    def write(self, copy: Copy) -> None:
        """Hold the present record of a copy."""
        slot = self.slot_of(copy.entry)
        self._records[slot] = packing.with_copy(self._records[slot], self._kept(copy))
        self._when[slot] = when(copy)

    def reshape(self, entry: str, made: Fingerprint) -> None:
        """Hold another shape of a copy; `post` its story again afterwards."""
        slot = self.slot_of(entry)
        record = self._records[slot]
        self._index.hold(slot, made.keys)
        number = -1 if self._told is None else self._told.owner(slot)
        if self._told is not None and number >= 0:
            self._told.unpost(slot, _shape(record))
        self._records[slot] = packing.with_shape(record, made)
        if number >= 0:
            self._tell(self._ids[number].hex(), number, slot)

    def post(self, entries: Iterable[str]) -> None:
        """Post the copies of one story anew, in their order: after any change but one more copy."""
        slots = [self.slot_of(entry) for entry in entries]
        for slot in slots:
            self._index.remove(slot)
        for slot in slots:
            self._index.join(slot, self._homes, self._kin)

    def move(self, entry: str, story: str) -> None:
        """A copy belongs to another story from now on."""
        self._homes[self.slot_of(entry)] = self._number(bytes.fromhex(story))

    def drop(self, entry: str) -> None:
        """Forget a copy."""
        slot = self.slot_of(entry)
        if self._told is not None:
            self._told.unpost(slot, _shape(self._records[slot]))
        self._index.remove(slot)
        self._verdicts.pop(bytes.fromhex(entry), None)
        self._records[slot] = b""
        self._homes[slot] = -1
        self._release(slot)

    def weigh(self, made: Fingerprint, times: int) -> None:
        """One text of a story more (or, with -1, less) says how common its words are."""
        self._weighing.count(made, times)

    # --- likeness -----------------------------------------------------------------------------------------

    def near(self, made: Fingerprint, at: float, but: str | None) -> list[int]:
        """The copies that share most keys with an entry, within the window; those of one story left out."""
        found = self._index.near(memoryview(made.keys).cast("I"))
        other = self._ids.find(bytes.fromhex(but)) if but is not None else -1
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
            if self._homes[slot] in sure or not self._hopeful(probe, at + 1, likes[at]):
                continue
            judged = matching.judge(made, shape, fine(probe, at + 1, likes[at]), self._limits)
            found.append((slot, judged))
            if judged.same and judged.score >= SURE:
                sure.add(self._homes[slot])
        return found

    def _hopeful(self, probe: Probe, at: int, like: Likeness) -> bool:
        """Could a text speak for two entries, or their titles? That is told before all is measured."""
        if matching.hopeful_by_text(like, self.lenient):
            return True
        one, other = probe.entries[0], probe.entries[at]
        return bool(matching.by_title(one, other, titled(probe, at, like), self.lenient))

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
        return packing.begun(self._records[self.slot_of(entry)]).source

    def shape(self, slot: int) -> Fingerprint:
        """The shape of the copy in a slot."""
        return _shape(self._records[slot])
