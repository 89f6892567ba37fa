"""The second half of the walk, for a batch of arrivals; the only file that knows its order.

    take → arrive (near → match → assign) → commit

One process at a time does this: whoever holds the grouper's lease, whose number fences every commit. All
deciding is `core.matching.story.Grouping`, which asks nobody; this file brings it arrivals and carries its
decisions to the store. The inbox position moves in the same script as the commit, so a crash anywhere
repeats a batch or does not, and the outcome is the same.
"""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from msgspec.structs import replace

from aggregator import heap
from aggregator.core import waits
from aggregator.core.matching.story import Grouping
from aggregator.core.model import (
    Arrival,
    Change,
    Copy,
    Decision,
    Doubt,
    Entry,
    Expired,
    Fingerprint,
    Founded,
    Joined,
    Known,
    Led,
    Left,
    Merged,
    Parted,
    Revised,
    Stated,
    Text,
)
from aggregator.core.order import Order, Ruling
from aggregator.store import Commit, Store, StoryWrites

BATCH = 500
"""Arrivals a commit: large enough that a script's cost is shared, small enough that it takes milliseconds."""

START = ""
"""The inbox position of a store in which nothing was ever grouped."""


By: TypeAlias = Literal["", "editor"]
"""Whose decision a change is; "": the machine's."""


@dataclass(slots=True)
class Grouped:
    """What a step came to."""

    arrivals: int = 0
    decisions: Counter[str] = field(default_factory=Counter)
    waits: dict[str, float] = field(default_factory=dict)
    position: str = START


class Grouper:
    """The single writer of stories, while it holds the lease numbered `number`."""

    def __init__(
        self, store: Store, grouping: Grouping, number: int, *, retention: float, clock: Callable[[], float]
    ) -> None:
        self.store = store
        self.grouping = grouping
        self.number = number
        self.retention = retention
        self.clock = clock
        self.position = START
        self._learnt = 0  # the number of what was stored last

    async def rebuild(self) -> int:
        """Takes up the state that the last grouper left; returns the number of stories."""
        heap.give_back()
        learnt = await self.store.stories.learnt()
        if learnt is not None:
            self.grouping.restore_learnt(learnt)
        self._learnt = self.grouping.learnt_number
        stories = 0
        async for story, copies in self.store.stories.load():
            self.grouping.restore(story, copies)
            stories += 1
            if stories % 200 == 0:
                await asyncio.sleep(0)  # the lease is renewed on this loop
        self.grouping.restore_rulings(await self.store.orders.open())
        self.position = await self.store.inbox.position()
        return stories

    @property
    def fresh(self) -> bool:
        """Has nothing been grouped in this store yet?"""
        return self.position == START

    async def begin(self) -> Grouped:
        """Groups all that a new store's inbox holds, in the order of its dates and not of its arrival.

        So that stories whose founder is still in its feed get the id that they had before the store was lost.
        The position moves with the last part: a crash before that begins anew, and what is known is dropped.
        """
        taken: list[Arrival | Order] = []
        after = START
        while part := await self.store.inbox.take(after, 10_000):
            taken += [item for _, item in part]
            after = part[-1][0]
        taken.sort(key=self._age)
        grouped = Grouped(position=after)
        for start in range(0, len(taken), BATCH):
            batch = taken[start : start + BATCH]
            last = start + BATCH >= len(taken)
            await self._group(batch, after if last else START, grouped)
        return grouped

    def _age(self, arrival: Arrival | Order) -> tuple[float, str, str]:
        if isinstance(arrival, Order):  # of stories that were: after all that there are
            return (math.inf, "", "")
        published = arrival.entry.published
        if published is None:
            published = arrival.seen
        oldest = arrival.seen - self.retention
        return (min(max(published, oldest), arrival.seen), arrival.source, arrival.entry.guid)

    async def step(self, wait: float = 0.0) -> Grouped:
        """Groups the next batch of the inbox, waiting at most `wait` seconds for one."""
        taken = await self.store.inbox.take(self.position, BATCH, wait)
        grouped = Grouped(position=self.position)
        if taken:
            await self._group([item for _, item in taken], taken[-1][0], grouped)
        return grouped

    async def expire(self) -> int:
        """Forgets the stories whose time is over; returns how many."""
        decisions = self.grouping.expire(self.clock())
        if decisions:
            await self._commit(self.position, decisions, ())
        return len(decisions)

    async def _group(self, items: Sequence[Arrival | Order], position: str, grouped: Grouped) -> None:
        decisions: list[Decision] = []
        changes: list[Change] = []
        doubts: list[Doubt] = []
        touched: set[str] = set()
        for number, item in enumerate(items):
            if isinstance(item, Order):
                decided, at = self.grouping.obey(item), item.at
            else:
                decided, at = self.grouping.arrive(item), item.seen
                doubts += self.grouping.doubts
            decisions += decided
            linked = self.grouping.linked()
            touched |= linked.keys()
            by: By = "editor" if isinstance(item, Order) else ""
            changes += changes_of(decided, self.grouping, at, linked, by)
            grouped.decisions.update(type(decision).__name__.lower() for decision in decided)
            if number % 50 == 49:
                await asyncio.sleep(0)  # the lease is renewed on this loop
        await self._commit(position, decisions, changes, doubts, touched)
        self._note_delays(decisions, grouped)
        self.position = position
        grouped.arrivals += len(items)
        grouped.position = position

    def _note_delays(self, decisions: Sequence[Decision], grouped: Grouped) -> None:
        """Counts how old new entries were when they were committed, by the dates that can be believed."""
        now, moved = self.clock(), {each.entry for each in decisions if isinstance(each, Left)}
        for decision in decisions:
            if isinstance(decision, Founded | Joined) and decision.arrival.id not in moved:
                published = decision.arrival.entry.published
                if (
                    not decision.arrival.backfill
                    and published is not None
                    and waits.is_believed(now - published)
                ):
                    waits.note(grouped.waits, "delay", now - published)

    async def _commit(
        self,
        position: str,
        decisions: Sequence[Decision],
        changes: Sequence[Change],
        doubts: Sequence[Doubt] = (),
        touched: Iterable[str] = (),
    ) -> None:
        learnt = self.grouping.learnt_number
        linked = {*touched, *self.grouping.linked()}
        rulings = self.grouping.rulings()
        writes = writes_of(decisions, self.grouping, sorted(linked), rulings)
        await self.store.stories.commit(
            Commit(
                number=self.number,
                position=position,
                at=self.clock(),
                writes=replace(writes, doubts=tellers_of(doubts, self.grouping)),
                changes=tuple(changes),
                learnt=self.grouping.learnt() if learnt != self._learnt else None,
                keep=self.retention,
            )
        )
        self._learnt = learnt


def writes_of(
    decisions: Iterable[Decision],
    grouping: Grouping,
    linked: Iterable[str] = (),
    rulings: Sequence[Ruling] = (),
) -> StoryWrites:
    """What the store must write so that it holds what was decided: each record once, in its last state.

    `linked` are stories whose `related` changed, though nothing else may have. `rulings` are what became of
    editors' orders, which may have given copies that stay where they are another reason.
    """
    homes: dict[str, str] = {}  # entry → story, of copies that are new, changed or moved
    arrivals: dict[str, Arrival] = {}
    removed: dict[tuple[str, str], None] = {}
    redirects: dict[str, str] = {}
    touched: dict[str, None] = {}
    expired: dict[str, None] = {}
    for decision in decisions:
        match decision:
            case Founded() | Joined() | Revised():
                if isinstance(decision, Founded):  # of an id that was merged away or expired in this batch
                    redirects.pop(decision.story, None)
                    expired.pop(decision.story, None)
                homes[decision.arrival.id] = decision.story
                arrivals[decision.arrival.id] = decision.arrival
                touched[decision.story] = None
            case Left():
                removed[decision.story, decision.entry] = None
                touched[decision.story] = None
            case Merged():
                homes.update(dict.fromkeys(decision.copies, decision.story))
                redirects[decision.gone] = decision.story
                touched[decision.story] = None
            case Parted():
                redirects.pop(decision.story, None)  # it may have been merged away in this batch
                expired.pop(decision.story, None)
                homes.update(dict.fromkeys(decision.copies, decision.story))
                touched.update({decision.story: None, decision.origin: None})
            case Led() | Stated():
                touched[decision.story] = None
            case Expired():
                expired[decision.story] = None
            case Known():
                pass
    marks = [mark.entry for ruling in rulings if ruling.effect for mark in ruling.effect.marks]
    homes.update({entry: home for entry in marks if (home := grouping.home(entry)) is not None})
    gone = redirects.keys() | expired.keys()
    touched.update(dict.fromkeys(linked))
    return StoryWrites(
        removed=tuple(pair for pair in removed if pair[0] not in gone),
        stories=tuple(grouping.story(story) for story in touched if story not in gone),
        copies=tuple(
            _written(entry, homes[entry], arrivals.get(entry), grouping)
            for entry in homes
            if grouping.home(entry) is not None
        ),
        redirects=tuple(redirects.items()),
        expired=tuple(expired),
        rulings=tuple(rulings),
    )


def tellers_of(doubts: Iterable[Doubt], grouping: Grouping) -> tuple[tuple[Doubt, tuple[str, ...]], ...]:
    """Close decisions, each with the stories that it kept apart, where they live and still are two."""
    found = []
    for doubt in doubts:
        homes = {grouping.home(doubt.entry), grouping.home(doubt.verdict.other)} - {None}
        apart = doubt.kind == "refused" and len(homes) == 2
        if apart or (doubt.kind != "refused" and len(homes) == 1):
            found.append((doubt, tuple(sorted(home for home in homes if home)) if apart else ()))
    return tuple(found)


def _written(
    entry: str, home: str, arrival: Arrival | None, grouping: Grouping
) -> tuple[str, Copy, Fingerprint | None, Text | None]:
    """A copy as the store takes it: with its text where that is new, else only its place."""
    story = grouping.home(entry) or home
    if arrival is None:
        return story, grouping.copy(entry), None, None
    return story, grouping.copy(entry), grouping.fingerprint(entry), text_of(arrival.entry)


def changes_of(
    decisions: Iterable[Decision],
    grouping: Grouping,
    at: float,
    linked: Mapping[str, bool] | None = None,
    by: By = "",
) -> list[Change]:
    """The lines of the change log for the decisions on one arrival: at most one a story and type.

    `linked` are the stories whose `related` changed, with whether that is news. `by` says whose decisions.
    """
    added: dict[str, bool] = {}
    parted: dict[str, str] = {}
    updated: dict[str, set[str]] = {}
    merged: dict[str, str] = {}
    for decision in decisions:
        match decision:
            case Founded():
                added[decision.story] = decision.arrival.backfill
            case Joined() | Left():
                updated.setdefault(decision.story, set()).add("copies")
            case Revised():
                home = grouping.home(decision.arrival.id) or decision.story  # it may have merged since
                shown = grouping.story(home).lead == decision.arrival.id
                updated.setdefault(home, set()).add("text" if shown else "copies")
            case Led():
                updated.setdefault(decision.story, set()).add("lead")
            case Stated():
                updated.setdefault(decision.story, set()).add("status")
            case Merged():
                merged[decision.gone] = decision.story
                updated.setdefault(decision.story, set()).add("copies")
            case Parted():
                parted[decision.story] = decision.origin
                updated.setdefault(decision.origin, set()).add("copies")
            case _:
                pass
    for story, news in (linked or {}).items():
        if news:
            updated.setdefault(story, set()).add("related")
    lines = [Change(0, "added", story, at, backfill=old) for story, old in added.items()]
    lines += [Change(0, "merged", gone, at, other=into) for gone, into in merged.items()]
    lines += [Change(0, "split", story, at, other=origin) for story, origin in parted.items()]
    lines += [
        Change(0, "updated", story, at, what=tuple(sorted(what)))
        for story, what in updated.items()
        if not (story in added or story in merged or story in parted)
    ]
    return [replace(line, by=by) for line in lines] if by else lines


def text_of(entry: Entry) -> Text:
    """What a copy says, of an entry."""
    return Text(
        summary=entry.summary,
        content_html=entry.content_html,
        image=entry.image,
        authors=entry.authors,
        tags=entry.categories,
        enclosures=entry.enclosures,
        updated=entry.updated,
    )
