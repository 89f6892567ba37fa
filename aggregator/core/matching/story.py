"""The state machine that turns arrivals into stories: founded, joined, revised, left, merged, led, expired.

It asks nobody: its time is the arrivals', its state is what `restore` rebuilds from the stored records.
The same
arrivals give the same decisions, whether or not it was rebuilt in between. The rules:

- An entry joins the best story that it is a copy of, else it founds one, whose id is the entry's own. If
that id is
  taken (the entry founded that story, and left it) the id is made of the entry and its content.
- An entry older than the retention at first sight is recognised, but founds no story: `Known`.
- A story that is full (`MEMBERS`) takes no more copies: `Known`, and counted.
- A revision stays in its story if it is still like any other copy, or like what it was; the only copy
always stays.
- Two stories merge when an entry is clearly a copy of both and the lead of one is a copy of the other's.
The older one
  (by `placed`, then id) is kept.
- `modified` moves when the text of the lead changes or a story is merged in; not when another copy leads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b

import msgspec
from msgspec.structs import replace

from aggregator.core.matching import clean
from aggregator.core.matching import lead as leading
from aggregator.core.matching import match as matching
from aggregator.core.matching.expiry import Queue
from aggregator.core.matching.holding import CANDIDATES, Holding, Match, founded, when
from aggregator.core.matching.learnt import Learnt, Lessons
from aggregator.core.matching.match import Judged
from aggregator.core.matching.neighbours import Watch
from aggregator.core.matching.orders import Orders
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
    Merged,
    Record,
    Revised,
    Stated,
    Story,
    Verdict,
)
from aggregator.core.order import Order, Ruling

RECENT = 16  # copies of a story that are asked whether the source is among them
HASHES = 8  # earlier contents of an entry that are recognised


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
        self._clock = 0.0
        self._full = 0
        self._old = 0

    # --- what others ask ----------------------------------------------------------------------------------

    def __len__(self) -> int:
        """How many stories live."""
        return len(self._held)

    def ids(self) -> list[str]:
        """The ids of all live stories."""
        return self._held.stories()

    def story(self, id: str) -> Story:  # noqa: A002 - the word of the contract
        """The current record of a live story; KeyError where there is none."""
        return self._held.story(id)

    def copy(self, entry: str) -> Copy:
        """The current record of a live copy, by its entry id; KeyError where there is none."""
        return self._held.copy(entry)

    def home(self, entry: str) -> str | None:
        """The id of the story that holds an entry, None where none does."""
        slot = self._held.slot(entry)
        return None if slot is None else self._held.home(slot)

    def fingerprint(self, entry: str) -> Fingerprint:
        """The shape of a live copy; KeyError where there is none."""
        return self._held.made(entry)

    @property
    def counters(self) -> dict[str, int]:
        """What was counted: bounds that were reached, and how much was compared."""
        index = self._held.index
        return {
            "full": self._full,
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
        return decisions + self._revise(arrival, known)

    def _settle(self, arrival: Arrival, known: Copy | None) -> list[Decision]:
        """Join the best story that an entry belongs to, or found one."""
        copy = _recorded(arrival, known)
        near = self._near(arrival.fingerprint, copy, None)
        accepted = self._orders.allowed(arrival.id, self._accepted(arrival.fingerprint, near))
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
        verdict = self._told(slot, judged)
        decisions: list[Decision] = [self._join(arrival, _judged(copy, verdict), story, verdict)]
        decisions += self._bridge(arrival.id, judged, accepted[1:])
        return decisions + self._elect(arrival.id) + self._stated(arrival)

    def _found(self, arrival: Arrival, copy: Copy) -> Founded:
        id = arrival.id if not self._held.lives(arrival.id) else _anew(arrival)  # noqa: A001
        copy = replace(copy, score=1.0, reason=FIRST, verdict=None)
        self._held.place(copy, arrival.fingerprint, id)
        story = replace(
            founded(copy), id=id, first_seen=arrival.seen, last_copy=arrival.seen, placed=arrival.seen
        )
        if clean.corrects(arrival.entry.title, arrival.entry.summary):
            story = replace(story, status="corrected")
        if arrival.backfill:
            story = replace(story, placed=min(when(copy), arrival.seen), backfill=True)
        self._held.put(story)
        self._queue.push(story.last_copy, bytes.fromhex(story.id))
        self._held.weigh(arrival.fingerprint, 1)
        self._lessons.observe(arrival.source, arrival.fingerprint)
        return Founded(id, arrival)

    def _join(self, arrival: Arrival, copy: Copy, story: Story, verdict: Verdict) -> Joined:
        if all(self._held.copy(entry).source != arrival.source for entry in story.copies[-RECENT:]):
            self._lessons.observe(arrival.source, arrival.fingerprint)
        self._held.place(copy, arrival.fingerprint, story.id)
        self._held.put(
            replace(
                story,
                last_copy=max(story.last_copy, arrival.seen),
                published=_earliest(story, copy),
                agency=story.agency or copy.agency,
                copies=(*story.copies, arrival.id),
                revision=story.revision + 1,
            )
        )
        return Joined(story.id, arrival, verdict)

    # --- revisions ----------------------------------------------------------------------------------------

    def _revise(self, arrival: Arrival, known: Copy) -> list[Decision]:
        story = self._held.story(self._home(arrival.id))
        verdict, stays = self._stays(arrival, story)
        if not stays:
            return [*self._leave(arrival.id, story), *self._settle(arrival, known)]
        if story.copies[0] == arrival.id:
            self._held.weigh(self._held.made(arrival.id), -1)
            self._held.weigh(arrival.fingerprint, 1)
        self._held.reshape(arrival.id, arrival.fingerprint)
        self._held.post(story.copies)
        copy = _recorded(arrival, known)
        self._held.write(copy if verdict is None else _judged(copy, verdict))
        shown = story.lead == arrival.id
        self._held.put(
            replace(
                story,
                last_copy=max(story.last_copy, arrival.seen),
                modified=arrival.seen if shown else story.modified,
                agency=(copy.agency if shown else None) or story.agency,
                published=_earliest(story, copy),
                revision=story.revision + 1,
            )
        )
        near = self._near(arrival.fingerprint, copy, story.id)
        like = self._orders.allowed(arrival.id, self._accepted(arrival.fingerprint, near))
        merged = self._bridge(arrival.id, None, like)
        # The merges come first, so that the story that a revision is told of lives when it is told.
        return [
            *merged,
            Revised(self._home(arrival.id), arrival, verdict),
            *self._elect(arrival.id),
            *self._stated(arrival),
        ]

    def _stays(self, arrival: Arrival, story: Story) -> tuple[Verdict | None, bool]:
        """Is a revised entry still what its story tells? And by which verdict, where that is a new one."""
        if len(story.copies) == 1:
            return None, True
        others = [self._slot(entry) for entry in story.copies if entry != arrival.id]
        matches = self._held.copies_of(arrival.fingerprint, others[:CANDIDATES])
        if matches:
            return (None if story.copies[0] == arrival.id else self._told(*matches[0])), True
        bound = self._orders.facts.is_bound(arrival.id)  # an editor put it here
        return None, bound or self._is_of_itself(arrival)

    def _is_of_itself(self, arrival: Arrival) -> bool:
        """Is a revised entry still what it was? The guid says that it is: figures may be corrected."""
        before = self._held.judged(arrival.fingerprint, [self._slot(arrival.id)])
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

    # --- merging ------------------------------------------------------------------------------------------

    def _bridge(self, entry: str, joined: Judged | None, others: list[Match]) -> list[Decision]:
        """Merge the stories that an entry showed to be one: it is clearly a copy of both.

        `joined` is what made it a copy of its own story, None where it is one since long.
        """
        decisions: list[Decision] = []
        home = self._home(entry)
        for slot, judged in others:
            if self._held.home(slot) == home:
                continue
            clear = min(judged.score, joined.score if joined else 1.0)
            speaks = joined is not None and matching.bridges(joined, judged, self._limits)
            if clear < self._limits.bridge and not speaks:
                continue
            one, two = self._held.story(home), self._held.story(self._held.home(slot))
            if self._orders.facts.between(one.copies, two.copies) is not None:
                continue
            if len(one.copies) + len(two.copies) > MEMBERS:
                self._full += 1
                continue
            kept, gone = sorted((one, two), key=lambda story: (story.placed, story.id))
            link = self._link(kept, gone, entry)
            if link is None and speaks and not self._forked(self._held.made(gone.lead), kept.lead):
                link = self._told(self._slot(entry), judged)
            if link is not None:
                self._watch.bridged(entry, self._clock, clear, slot, judged)
                decisions.append(self._merge(kept, gone, link))
                home = kept.id
        return decisions

    def _link(self, kept: Story, gone: Story, bridge: str) -> Verdict | None:
        """The verdict that makes two stories one, from a copy of each but the bridge; None: they differ.

        An entry that holds both texts (a digest) is like both, and they are not like each other.
        """
        asked = {
            self._slot(entry) for entry in (kept.lead, kept.copies[0], kept.copies[-1]) if entry != bridge
        }
        for entry in dict.fromkeys((gone.lead, gone.copies[0], gone.copies[-1])):
            if entry == bridge and len(gone.copies) > 1:
                continue
            matches = self._held.copies_of(self._held.made(entry), sorted(asked or {self._slot(kept.lead)}))
            if matches:
                return self._told(*matches[0])
        return None

    def _merge(self, kept: Story, gone: Story, link: Verdict) -> Merged:
        first = self._held.copy(gone.copies[0])
        if first.reason == FIRST:  # it is the first of its story no more
            self._held.write(_judged(first, link))
        for entry in gone.copies:
            self._held.move(entry, kept.id)
        self._held.weigh(self._held.made(gone.copies[0]), -1)
        order = {entry: self._held.copy(entry).first_seen for entry in (*kept.copies[1:], *gone.copies)}
        dates = [story.published for story in (kept, gone) if story.published is not None]
        self._held.put(
            replace(
                kept,
                copies=(kept.copies[0], *sorted(order, key=lambda entry: (order[entry], entry))),
                last_copy=max(kept.last_copy, gone.last_copy),
                published=min([*dates, kept.first_seen]) if dates else None,
                agency=kept.agency or gone.agency,
                modified=self._clock,
                status=gone.status if kept.status == "usable" else kept.status,
                revision=kept.revision + 1,
            )
        )
        self._held.forget(gone.id)
        self._held.post(self._held.story(kept.id).copies)
        return Merged(kept.id, gone.id, gone.copies)

    # --- the lead -----------------------------------------------------------------------------------------

    def _elect(self, newest: str) -> list[Decision]:
        """Show another copy where one is clearly better than the one that is shown.

        Only a copy that just came or changed can be; all are asked where the lead itself changed.
        """
        story = self._held.story(self._home(newest))
        shown = self._held.copy(story.lead)
        pinned = self._orders.facts.pinned(story.copies)
        if pinned == story.lead:
            return []
        if pinned is not None:
            best = shown = self._held.copy(pinned)
        elif newest == story.lead:
            best = leading.best([self._held.copy(entry) for entry in story.copies])
        else:
            best = self._held.copy(newest)
        if best.entry == story.lead or (pinned is None and not leading.beats(best, shown)):
            return []
        self._held.put(replace(story, lead=best.entry, agency=best.agency or story.agency))
        return [Led(story.id, best.entry)]

    def _stated(self, arrival: Arrival) -> list[Decision]:
        """A copy that corrects what was sent before makes its story a corrected one."""
        if not clean.corrects(arrival.entry.title, arrival.entry.summary):
            return []
        story = self._held.story(self._home(arrival.id))
        if story.status != "usable":
            return []
        self._held.put(replace(story, status="corrected"))
        return [Stated(story.id, "corrected")]

    # --- likeness -----------------------------------------------------------------------------------------

    def _near(self, made: Fingerprint, copy: Copy, but: str | None) -> list[Match]:
        return self._held.judged(made, self._held.near(made, when(copy), but))

    def _accepted(self, made: Fingerprint, matches: list[Match]) -> list[Match]:
        """The copy that speaks best for each story that an entry belongs to, the surest first."""
        best: dict[str, Match] = {}
        for match in self._held.agreeing(matches):
            best.setdefault(self._held.home(match[0]), match)
        return [match for match in best.values() if self._vouched(made, *match)]

    def _vouched(self, made: Fingerprint, slot: int, judged: Judged) -> bool:
        """A weak likeness with one copy needs another of the story that agrees: no chains of weak links.

        And a likeness by text alone needs that the story's lead, which is mostly its fullest copy, does not
        go on with other words.
        """
        strong = judged.score >= self._limits.strong
        if strong and judged.like.written >= self._limits.alike:
            return True
        story = self._held.story(self._held.home(slot))
        if self._held.entry(slot) != story.lead and self._forked(made, story.lead):
            return False
        if strong:
            return True
        if len(story.copies) == 1 or self._held.entry(slot) in (story.lead, story.copies[0]):
            return True
        others = {self._slot(entry) for entry in (story.lead, story.copies[0], story.copies[-1])} - {slot}
        return bool(self._held.copies_of(made, sorted(others)))

    def _forked(self, made: Fingerprint, entry: str) -> bool:
        """Does a text begin as a copy does, and go on differently?"""
        return matching.forks(self._held.likeness(made, self._slot(entry)), self._limits)

    def _told(self, slot: int, judged: Judged) -> Verdict:
        return matching.told(judged, self._held.entry(slot), self._limits)

    def _slot(self, entry: str) -> int:
        slot = self._held.slot(entry)
        if slot is None:
            raise KeyError(entry)
        return slot

    def _home(self, entry: str) -> str:
        return self._held.home(self._slot(entry))

    # --- the end of stories, and the beginning of a grouper -------------------------------------------------

    def expire(self, now: float) -> list[Decision]:
        """Forget the stories older than the retention, and the oldest of too many. Time never runs back."""
        self._clock = max(self._clock, now)
        if self._held.unsettled:
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
        order = {entry: place for place, entry in enumerate(story.copies)}
        held = sorted(copies, key=lambda pair: order[pair[0].entry])
        self._held.take_up(story, held)
        self._clock = max(self._clock, *(max(copy.first_seen, copy.revised or 0.0) for copy, _ in held))
        self._queue.push(story.last_copy, bytes.fromhex(story.id))


def _anew(arrival: Arrival) -> str:
    """The id of a story founded by an entry whose own id names another one that lives."""
    return blake2b(bytes.fromhex(arrival.id) + arrival.content_hash, digest_size=16).hexdigest()


def _earliest(story: Story, copy: Copy) -> float | None:
    """The earliest date that a copy gave, never after the story was first seen."""
    if copy.published is None:
        return story.published
    return min(
        copy.published, story.first_seen, story.first_seen if story.published is None else story.published
    )


def _older(arrival: Arrival, retention: float) -> bool:
    published = arrival.entry.published
    return published is not None and published < arrival.seen - retention


def _judged(copy: Copy, verdict: Verdict) -> Copy:
    return replace(copy, score=verdict.score, reason=verdict.reason, verdict=verdict)


def _recorded(arrival: Arrival, known: Copy | None) -> Copy:
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
