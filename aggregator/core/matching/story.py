"""The state machine that turns arrivals into stories: founded, joined, revised, left, merged, led, expired.

It asks nobody: its time is the arrivals', its state is what `restore` rebuilds from the stored records. The
same
arrivals give the same decisions, whether or not it was rebuilt in between. When an entry belongs to a story
is in
`belonging`, when two stories become one in `merging`, who leads in `lead`. The other rules:

- An entry joins the best story that it is a copy of, else it founds one, whose id is the entry's own. If
that id is
  taken (the entry founded that story, and left it) the id is made of the entry and its content.
- An entry older than the retention at first sight is recognised, but founds no story: `Known`.
- A story that is full (`MEMBERS`) takes no more copies: `Known`, and counted.
- A revision stays in its story if it is still like any other copy, or like what it was; the only copy
always stays.
- `modified` moves when the text of the lead changes or a story is merged in; not when another copy leads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec
from msgspec.structs import replace

from aggregator.core.matching import lead as leading
from aggregator.core.matching.belonging import Belonging
from aggregator.core.matching.expiry import Queue
from aggregator.core.matching.holding import CANDIDATES, Holding
from aggregator.core.matching.learnt import Learnt, Lessons
from aggregator.core.matching.merging import Merging
from aggregator.core.matching.neighbours import Watch
from aggregator.core.matching.orders import Orders
from aggregator.core.matching.recording import anew, earliest, founded, recorded, stated, when
from aggregator.core.matching.recording import judged as by_verdict
from aggregator.core.matching.regroup import FIRST, MEMBERS
from aggregator.core.matching.related import Related, Told
from aggregator.core.matching.thresholds import limits
from aggregator.core.matching.veto import FIGURES
from aggregator.core.model import (
    Arrival,
    Copy,
    Decision,
    Doubt,
    Expired,
    Fingerprint,
    Founded,
    Joined,
    Known,
    Led,
    Left,
    Record,
    Revised,
    Stated,
    Story,
    Verdict,
)
from aggregator.core.order import Order, Ruling

RECENT = 16  # copies of a story that are asked whether the source is among them


class Settings(Record, frozen=True):
    """How long and how much: seconds, seconds, stories; and thresholds that differ from the table."""

    window: float = 3 * 86400.0
    retention: float = 7 * 86400.0
    max_stories: int = 200_000
    thresholds: Mapping[str, float] = msgspec.field(default_factory=dict)
    doubts: bool = True  # whether close decisions are told
    events: bool = True  # whether stories of one event are linked


class Grouping:
    """All live stories, in memory."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or Settings()
        self._limits = limits(self._settings.thresholds)
        told = Told() if self._settings.events else None
        self._held = Holding(self._settings.window, self._limits, told)
        self._related = None if told is None else Related(self._held, told, self._settings.window)
        self._watch = Watch(self._held, self._limits, watching=self._settings.doubts)
        self._lessons = Lessons()
        self._queue = Queue()  # of (last copy, story id); moved on when it is looked at
        self._orders = Orders(self._held, self._await_end)
        self._belonging = Belonging(self._held, self._limits)
        self._merging = Merging(self._held, self._belonging, self._orders, self._watch, self._limits)
        self._clock = 0.0
        self._full = 0
        self._old = 0

    # --- what others ask ----------------------------------------------------------------------------------

    def __len__(self) -> int:
        """How many stories live."""
        return len(self._held)

    def ids(self) -> list[str]:
        """The ids of all live stories."""
        return self._all.stories()

    def story(self, id: str) -> Story:  # noqa: A002 - the word of the contract
        """The current record of a live story; KeyError where there is none."""
        return self._all.story(id)

    def copy(self, entry: str) -> Copy:
        """The current record of a live copy, by its entry id; KeyError where there is none."""
        return self._all.copy(entry)

    def home(self, entry: str) -> str | None:
        """The id of the story that holds an entry, None where none does."""
        slot = self._all.slot(entry)
        return None if slot is None else self._held.home(slot)

    def fingerprint(self, entry: str) -> Fingerprint:
        """The shape of a live copy; KeyError where there is none."""
        return self._all.made(entry)

    @property
    def _all(self) -> Holding:
        """What is held, with all that was restored."""
        self._held.settle()
        return self._held

    @property
    def counters(self) -> dict[str, int]:
        """What was counted: bounds that were reached, and how much was compared."""
        index = self._held.index
        return {
            "full": self._full + self._merging.full,
            "old": self._old,
            "candidates": self._held.candidates,
            "postings": len(index),
            "common_keys": index.heavy,
            "common_lookups": index.skipped,
            "words": 0 if self._related is None else self._related.words,
        }

    @property
    def doubts(self) -> list[Doubt]:
        """What was close among the decisions on the last arrival; see `core.matching.neighbours`."""
        return self._watch.doubts

    def linked(self) -> dict[str, bool]:
        """The live stories whose `related` changed since this was last asked; is it news? Expiry is none."""
        if self._related is None:
            return {}
        self._related.settle()
        changed, self._related.changed = self._related.changed, {}
        return {story: news for story, news in changed.items() if self._held.lives(story)}

    @property
    def learnt_number(self) -> int:
        """Grows with everything learnt: a worker whose snapshot has a lower one reads the new one."""
        return self._lessons.number

    def lessons(self) -> Learnt:
        """The snapshot that fingerprints are to be made with from now on."""
        return self._lessons.snapshot()

    def learnt(self) -> bytes:
        """The same as bytes, for the store and the workers (`core.matching.learnt.read`)."""
        return self._lessons.stored()

    def restore_learnt(self, stored: bytes) -> None:
        """Go on from what a former grouper had learnt."""
        self._lessons.take_up(stored)

    # --- editors ------------------------------------------------------------------------------------------

    def obey(self, order: Order) -> list[Decision]:
        """What an editor's order changes; what became of it is among the `rulings`."""
        decisions = self.expire(order.at) + self._orders.obey(order, self._clock)
        if self._related is not None:
            self._related.settle()
        return decisions

    def rulings(self) -> tuple[Ruling, ...]:
        """The rulings that are new or changed since they were asked for last."""
        return self._orders.rulings.changed()

    def restore_rulings(self, rulings: Iterable[Ruling]) -> None:
        """Take up the open rulings that a former grouper left, after all its stories."""
        self._held.settle()
        self._orders.rulings.restore(rulings)

    def _await_end(self, story: Story) -> None:
        self._queue.push(story.last_copy, bytes.fromhex(story.id))

    # --- arrivals -----------------------------------------------------------------------------------------

    def arrive(self, arrival: Arrival) -> list[Decision]:
        """What one arrival changes, in order; the records of what it changed can be asked for afterwards."""
        self._watch.doubts = []
        decisions = self._arrive(arrival)
        if self._related is not None:
            self._related.settle()
        return decisions

    def _arrive(self, arrival: Arrival) -> list[Decision]:
        decisions = self.expire(arrival.seen)
        if self._held.slot(arrival.id) is None:
            return decisions + self._settle(arrival, None)
        known = self._held.copy(arrival.id)
        if arrival.content_hash == known.content_hash or arrival.content_hash in known.seen_hashes:
            return [*decisions, Known(arrival.id)]
        decisions += self._revise(arrival, known)
        self._orders.rulings.revised(arrival.id)
        return decisions

    def _settle(self, arrival: Arrival, known: Copy | None) -> list[Decision]:
        """Join the best story that an entry belongs to, or found one."""
        copy = recorded(arrival, known)
        near = self._belonging.near(arrival.fingerprint, copy, None)
        accepted = self._orders.allowed(copy, self._belonging.accepted(arrival.fingerprint, near))
        self._watch.compared(arrival, near, accepted)
        if not accepted:
            if known is None and _older(arrival, self._settings.retention):
                self._old += 1
                return [Known(arrival.id)]
            return [self._found(arrival, copy)]
        slot, judged = accepted[0]
        story = self._held.story(self._held.home(slot))
        if len(story.copies) >= MEMBERS:
            self._full += 1
            return [Known(arrival.id)] if known is None else [self._found(arrival, copy)]
        verdict = self._belonging.told(slot, judged)
        decisions: list[Decision] = [self._join(arrival, by_verdict(copy, verdict), story, verdict)]
        decisions += self._merging.bridge(arrival.id, judged, accepted[1:], self._clock)
        return decisions + self._elect(arrival.id) + self._stated(arrival)

    def _found(self, arrival: Arrival, copy: Copy) -> Founded:
        id = arrival.id if not self._held.lives(arrival.id) else anew(arrival.id, arrival.content_hash)  # noqa: A001
        copy = replace(copy, score=1.0, reason=FIRST, verdict=None)
        story = replace(
            founded(copy), id=id, first_seen=arrival.seen, last_copy=arrival.seen, placed=arrival.seen
        )
        if (status := stated(arrival.entry)) != "usable":
            story = replace(story, status=status)
        if arrival.backfill:
            story = replace(story, placed=min(when(copy), arrival.seen), backfill=True)
        self._held.found(story, copy, arrival.fingerprint)
        self._queue.push(story.last_copy, bytes.fromhex(story.id))
        self._held.weigh(arrival.fingerprint, 1)
        self._lessons.observe(arrival.source, arrival.fingerprint)
        return Founded(id, arrival)

    def _join(self, arrival: Arrival, copy: Copy, story: Story, verdict: Verdict) -> Joined:
        if all(self._held.source(entry) != arrival.source for entry in story.copies[-RECENT:]):
            self._lessons.observe(arrival.source, arrival.fingerprint)
        self._held.place(copy, arrival.fingerprint, story.id)
        self._held.put(
            replace(
                story,
                last_copy=max(story.last_copy, arrival.seen),
                published=earliest(story, copy),
                agency=story.agency or copy.agency,
                copies=(*story.copies, arrival.id),
                revision=story.revision + 1,
            )
        )
        return Joined(story.id, arrival, verdict)

    # --- revisions ----------------------------------------------------------------------------------------

    def _revise(self, arrival: Arrival, known: Copy) -> list[Decision]:
        story = self._held.story(self._belonging.home(arrival.id))
        verdict, stays = self._stays(arrival, story)
        if not stays:
            return [*self._leave(arrival.id, story), *self._settle(arrival, known)]
        if story.copies[0] == arrival.id:
            self._held.weigh(self._held.made(arrival.id), -1)
            self._held.weigh(arrival.fingerprint, 1)
        self._held.reshape(arrival.id, arrival.fingerprint)
        self._held.post(story.copies)
        copy = recorded(arrival, known)
        self._held.write(copy if verdict is None else by_verdict(copy, verdict))
        shown = story.lead == arrival.id
        self._held.put(
            replace(
                story,
                last_copy=max(story.last_copy, arrival.seen),
                modified=arrival.seen if shown else story.modified,
                agency=(copy.agency if shown else None) or story.agency,
                published=earliest(story, copy),
                revision=story.revision + 1,
            )
        )
        near = self._belonging.near(arrival.fingerprint, copy, story.id)
        like = self._orders.allowed(copy, self._belonging.accepted(arrival.fingerprint, near))
        merged = self._merging.bridge(arrival.id, None, like, self._clock)
        # The merges come first, so that the story that a revision is told of lives when it is told.
        return [
            *merged,
            Revised(self._belonging.home(arrival.id), arrival, verdict),
            *self._elect(arrival.id),
            *self._stated(arrival),
        ]

    def _stays(self, arrival: Arrival, story: Story) -> tuple[Verdict | None, bool]:
        """Is a revised entry still what its story tells? And by which verdict, where that is a new one."""
        if len(story.copies) == 1:
            return None, True
        others = [self._held.slot_of(entry) for entry in story.copies if entry != arrival.id]
        matches = self._held.copies_of(arrival.fingerprint, others[:CANDIDATES])
        if matches:
            return (None if story.copies[0] == arrival.id else self._belonging.told(*matches[0])), True
        bound = self._orders.facts.is_bound(arrival.id)  # an editor put it here
        return None, bound or self._is_of_itself(arrival)

    def _is_of_itself(self, arrival: Arrival) -> bool:
        """Is a revised entry still what it was? The guid says that it is: figures may be corrected."""
        before = self._held.judged(arrival.fingerprint, [self._held.slot_of(arrival.id)])
        return any(judged.same or (judged.rule and judged.veto in FIGURES) for _, judged in before)

    def _leave(self, entry: str, story: Story) -> list[Decision]:
        """Take a copy out of a story that keeps others."""
        copies = tuple(one for one in story.copies if one != entry)
        if story.copies[0] == entry:
            self._held.weigh(self._held.made(entry), -1)
            self._held.weigh(self._held.made(copies[0]), 1)
        self._held.drop(entry)
        self._held.post(copies)
        lead = story.lead
        if lead == entry:
            best = leading.best([self._held.copy(one) for one in copies])
            lead = self._orders.facts.pinned(copies) or best.entry
        self._held.put(replace(story, copies=copies, lead=lead, revision=story.revision + 1))
        left: list[Decision] = [Left(story.id, entry)]
        return left if lead == story.lead else [*left, Led(story.id, lead)]

    # --- what is shown ------------------------------------------------------------------------------------

    def _elect(self, newest: str) -> list[Led]:
        story = self._held.story(self._belonging.home(newest))
        return leading.elect(self._held, self._orders.facts, story, newest)

    def _stated(self, arrival: Arrival) -> list[Decision]:
        """A copy that corrects what was sent before, or takes it back, says it of its story."""
        if stated(arrival.entry) == "usable":
            return []
        story = self._held.story(self._belonging.home(arrival.id))
        status = stated(arrival.entry, story.status)
        if status == story.status:
            return []
        self._held.put(replace(story, status=status))
        return [Stated(story.id, status)]

    # --- the end of stories, and the beginning of a grouper -------------------------------------------------

    def expire(self, now: float) -> list[Decision]:
        """Forget the stories older than the retention, and the oldest of too many. Time never runs back."""
        self._clock = max(self._clock, now)
        self._held.settle()
        oldest = self._clock - self._settings.retention
        decisions: list[Decision] = []
        while (first := self._queue.peek()) is not None:
            last, key = first
            if last >= oldest and len(self._held) <= self._settings.max_stories:
                break
            self._queue.pop()
            if not self._held.lives(key.hex()):
                continue
            story = self._held.story(key.hex())
            if story.last_copy > last:
                self._queue.push(story.last_copy, bytes.fromhex(story.id))
            else:
                decisions.append(self._forget(story))
        return decisions

    def _forget(self, story: Story) -> Expired:
        self._held.weigh(self._held.made(story.copies[0]), -1)
        self._held.forget(story.id)
        for entry in story.copies:
            self._held.drop(entry)
        self._orders.rulings.forget(story.copies)
        return Expired(story.id)

    def restore(self, story: Story, copies: Iterable[tuple[Copy, Fingerprint]]) -> None:
        """Take up a stored story, as a former grouper had left it. The order of stories does not matter."""
        held = list(copies)
        if len(held) > 1:
            order = {entry: place for place, entry in enumerate(story.copies)}
            held.sort(key=lambda pair: order[pair[0].entry])
        self._held.take_up(story, held)
        for copy, _ in held:
            self._clock = max(self._clock, copy.first_seen, copy.revised or 0.0)
        self._queue.push(story.last_copy, bytes.fromhex(story.id))


def _older(arrival: Arrival, retention: float) -> bool:
    published = arrival.entry.published
    return published is not None and published < arrival.seen - retention
