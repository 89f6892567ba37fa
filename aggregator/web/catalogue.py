"""What the web knows of every living story, kept in memory and kept up by the change log.

Redis is asked for a story only when it is shown and not at hand; which stories a request is about is decided
here. While Redis is away the merged feed and the named views can still be shown, since the stories on their
first pages are always at hand (`pinned`).
"""

from __future__ import annotations

import asyncio
import logging
from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence

from aggregator import metrics
from aggregator.core.errors import StoreError
from aggregator.core.feed import Facts, Filter, facts, matcher
from aggregator.core.model import Change
from aggregator.core.query import DEFAULT_LIMIT, Place, Query, place
from aggregator.store import Store, StoredStory
from aggregator.web.answer import Refused

log = logging.getLogger("web")

CHUNK = 500  # stories read from Redis at once while loading
SCAN = 2_000  # stories looked at between two chances for other requests
PACE = 0.2  # seconds between two looks at a busy change log: what bounds how often feeds are rendered anew
WAIT = 5.0  # seconds that a look at a quiet change log lasts
HANG = 5.0  # seconds after which a Redis that says nothing is away
RETRY = 0.5  # seconds between two tries while Redis is away
RECONCILE = 60.0  # seconds between two looks for expired stories, which the change log does not mention
MEET = 5.0  # seconds between two looks whether the store is still the same
PATIENCE = 10.0  # seconds that a request waits for the facts while they are loaded
AT_HAND = 2_000  # stories that are kept with their copies, beyond those of the first pages


class Order:
    """Places of the stories that match a filter, oldest first; a page is read from its end."""

    def __init__(self, wanted: Filter | None = None) -> None:
        self.matches = matcher((wanted,) if wanted else ())
        self.places: list[Place] = []

    def add(self, place: Place) -> None:
        """Puts a place where it belongs."""
        insort(self.places, place)

    def remove(self, place: Place) -> None:
        """Takes a place out, if it is there."""
        index = bisect_left(self.places, place)
        if index < len(self.places) and self.places[index] == place:
            del self.places[index]


class Catalogue:
    """Facts and order of all living stories. `version` counts what could have changed a feed."""

    def __init__(self, store: Store, views: Mapping[str, Filter], clock: Callable[[], float]) -> None:
        self.store = store
        self.clock = clock
        self.version = 0
        self.number = 0  # of the last change that is in here
        self.changed_at = 0.0  # when the stories last changed
        self.contact: float | None = None  # when Redis last answered
        self.fresh = False  # False: Redis is away, or was never there
        self._looked = asyncio.Event()
        self.complete = asyncio.Event()  # set once the facts of all stories are known
        self.pinned: dict[str, StoredStory] = {}
        self._views = dict(views)
        self._orders = self._empty_orders()
        self._facts: dict[str, Facts | None] = {}  # None: not read yet
        self._placed: dict[str, float] = {}
        self._records: OrderedDict[str, StoredStory] = OrderedDict()
        self._epoch: str | None = None
        self._renewed = 0  # counts what was read anew, so that an older reading is not kept
        self._loading = True
        self._met = 0.0
        self._reconciled = 0.0

    def __len__(self) -> int:
        return len(self._placed)

    def _empty_orders(self) -> dict[str | None, Order]:
        return {None: Order(), **{name: Order(wanted) for name, wanted in self._views.items()}}

    @property
    def loaded(self) -> bool:
        """Whether Redis was ever read."""
        return self._epoch is not None

    @property
    def cursor(self) -> str:
        """The cursor of the change log that stands for what is known here."""
        return f"{self._epoch}-{self.number}"

    def facts(self, story: str) -> Facts | None:
        """The facts of a living story; None where it is unknown or not read yet."""
        return self._facts.get(story)

    async def arrived(self) -> None:
        """Waits for the first look at Redis, which comes right after the start, however it ends."""
        await self._looked.wait()

    async def known(self) -> None:
        """Waits until the facts of all stories are known. Raises: Refused, if that takes long."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self.complete.wait()
        except TimeoutError:
            raise Refused(503, "The stories are still being read.", headers={"Retry-After": "2"}) from None

    # --- pages ----------------------------------------------------------------------------------------

    async def select(self, query: Query) -> tuple[list[str], bool]:
        """The ids of a page of the newest stories, and whether more follow. Raises: Malformed (cursor)."""
        end = place(query)
        order = self._orders.get(query.view)
        if order is None:
            return [], False
        if query.filter != Filter() or query.view is not None:
            await self.known()
        found = await self._scan(order, end, matcher((query.filter,)), query.limit + 1)
        return [story for _, story in found[: query.limit]], len(found) > query.limit

    async def _scan(
        self, order: Order, end: Place | None, matches: Callable[[Facts], bool], wanted: int
    ) -> list[Place]:
        """The newest places before `end` whose stories match; lets others run in between."""
        found: list[Place] = []
        while True:
            places = order.places
            index = len(places) if end is None else bisect_left(places, end)
            stop = max(0, index - SCAN)
            for at in range(index - 1, stop - 1, -1):
                known = self._facts.get(places[at][1])
                if known is None or matches(known):
                    found.append(places[at])
                    if len(found) == wanted:
                        return found
            if stop == 0:
                return found
            end = places[stop]
            await asyncio.sleep(0)

    async def most_carried(self, query: Query) -> list[str]:
        """The ids of all matching stories, those with most outlets first, then the newest."""
        order = self._orders.get(query.view)
        if order is None:
            return []
        await self.known()
        found = await self._scan(order, None, matcher((query.filter,)), len(order.places) + 1)
        found.sort(key=lambda at: -self._outlets(at[1]))  # stable: the newest stay first among equals
        return [story for _, story in found]

    def _outlets(self, story: str) -> int:
        known = self._facts.get(story)
        return known.outlets if known else 0

    # --- stories --------------------------------------------------------------------------------------

    async def stories(self, ids: Sequence[str]) -> dict[str, StoredStory]:
        """The living stories among `ids`, with their copies and their lead's text, at hand or read.

        While Redis is away only what is at hand. Raises: StoreAway, TimeoutError where that turns out here.
        """
        return await self._found(ids, ask=self.fresh)

    async def _found(self, ids: Sequence[str], *, ask: bool) -> dict[str, StoredStory]:
        missing = [story for story in ids if story not in self.pinned and story not in self._records]
        read = await self._read(missing) if missing and ask else {}
        found = {}
        for story in ids:
            stored = self.pinned.get(story) or self._records.get(story) or read.get(story)
            if stored is not None:
                found[story] = stored
        return found

    async def _read(self, ids: Sequence[str]) -> dict[str, StoredStory]:
        """Stories from Redis. They are kept at hand only if no change was followed meanwhile."""
        found: dict[str, StoredStory] = {}
        for start in range(0, len(ids), CHUNK):
            renewed = self._renewed
            chunk = await self._ask(ids[start : start + CHUNK], texts=False)
            living = {story: stored for story, stored in chunk.items() if stored is not None}
            found |= living
            if renewed == self._renewed:
                for story in chunk.keys() - living.keys():
                    self._forget(story)
                self._keep(living)
        return found

    async def _ask(self, ids: Sequence[str], *, texts: bool) -> dict[str, StoredStory | None]:
        """What Redis says of stories: None where one is gone. Raises: StoreAway, TimeoutError."""
        async with asyncio.timeout(HANG):
            read = await self.store.stories.read(ids, texts=texts)
        # A story that expired between two of the store's round trips comes without copies.
        return {
            story: stored if stored is not None and stored.copies else None
            for story, stored in zip(ids, read, strict=True)
        }

    def _keep(self, found: Mapping[str, StoredStory]) -> None:
        self._records.update(found)
        while len(self._records) > AT_HAND:
            self._records.popitem(last=False)

    async def _pin(self) -> None:
        """Keeps the first page of every view at hand, and the stories related to them."""
        ids = [
            story for order in self._orders.values() for _, story in reversed(order.places[-DEFAULT_LIMIT:])
        ]
        first = await self._found(list(dict.fromkeys(ids)), ask=True)
        related = {other for stored in first.values() for other, _ in stored.story.related} - first.keys()
        self.pinned = {**first, **(await self._found(sorted(related), ask=True))}

    # --- following ------------------------------------------------------------------------------------

    async def follow(self) -> None:
        """Loads, then follows the change log for ever. Redis away is waited out."""
        while True:
            try:
                await self._step()
            except (StoreError, TimeoutError) as error:
                self.lost(error)
                await asyncio.sleep(RETRY)
            except Exception as error:
                # A fault of ours must not stop what keeps every feed up to date: start afresh, and say so.
                log.exception("following the change log failed by a fault of the program")
                self.lost(error)
                self._loading = True
                await asyncio.sleep(RETRY)

    def lost(self, error: Exception) -> None:
        """Notes that Redis does not answer."""
        if self.fresh:
            log.warning("Redis is away: the merged feed and the views are served as last seen. %s", error)
        self.fresh = False
        self._looked.set()
        metrics.STORE_UP.set(0)

    def _answered(self) -> None:
        if not self.fresh:
            log.info("Redis answers; %d stories", len(self))
        self.fresh = True
        self._looked.set()
        self.contact = self.clock()
        metrics.STORE_UP.set(1)
        metrics.LIVE.set(len(self))
        metrics.NUMBER.set(self.number)

    async def _step(self) -> None:
        """One look at the change log, which waits for news where there are none."""
        async with asyncio.timeout(HANG):
            if not self.fresh or not 0 <= self.clock() - self._met < MEET:
                await self.store.meet()  # the store may be another one than before: its epoch tells
                self._met = self.clock()
            newest = await self.store.changes.newest()
        if self._loading or self._epoch != self.store.epoch or newest < self.number:
            await self.load()
        async with asyncio.timeout(HANG):
            changes = await self.store.changes.since(self.number, CHUNK)
        if changes and changes[0].number > self.number + 1:
            await self.load()  # the log no longer holds what came next
            return
        if changes:
            await self._apply(changes)
        elif self.clock() - self._reconciled > RECONCILE:
            await self._reconcile()
        self._answered()
        if changes:
            await asyncio.sleep(PACE)
        else:
            async with asyncio.timeout(WAIT + HANG):
                await self.store.changes.wait(self.number, WAIT)

    async def _apply(self, changes: Sequence[Change]) -> None:
        ids = dict.fromkeys(story for change in changes for story in (change.story, change.other) if story)
        await self._renew(list(ids))
        self.number = changes[-1].number
        self.changed_at = max(self.changed_at, *(change.at for change in changes))
        self.version += 1
        metrics.CHANGES.inc(len(changes))
        await self._pin()

    async def _renew(self, ids: Sequence[str]) -> None:
        """Reads stories anew, and puts them where they now belong."""
        for start in range(0, len(ids), CHUNK):
            read = await self._ask(ids[start : start + CHUNK], texts=True)
            self._renewed += 1
            for story, stored in read.items():
                self._forget(story)
                if stored is not None:
                    self._learn(story, stored)
                    self._keep({story: stored})

    def _learn(self, story: str, stored: StoredStory) -> None:
        known = facts(stored.story, stored.copies, stored.texts)
        self._facts[story] = known
        self._placed[story] = known.placed
        for order in self._orders.values():
            if order.matches(known):
                order.add((known.placed, story))

    def _forget(self, story: str) -> None:
        self._records.pop(story, None)
        self.pinned.pop(story, None)
        self._facts.pop(story, None)
        placed = self._placed.pop(story, None)
        if placed is not None:
            for order in self._orders.values():
                order.remove((placed, story))

    # --- loading --------------------------------------------------------------------------------------

    async def load(self) -> None:
        """Reads everything: the order at once, so that the merged feed can be served, then the facts."""
        self._loading = True
        self.complete.clear()
        epoch = self.store.epoch
        async with asyncio.timeout(HANG * 4):
            number = await self.store.changes.newest()
            places = sorted((placed, story) for story, placed in await self.store.stories.ids_and_placed())
        self._orders = self._empty_orders()
        self._orders[None].places = places
        self._placed = {story: placed for placed, story in places}
        self._facts = dict.fromkeys(self._placed)
        self._records.clear()
        self.pinned = {}
        self._epoch, self.number, self._reconciled = epoch, number, self.clock()
        self.changed_at = await self._last_change()
        await self._pin()
        self.version += 1
        self._answered()
        await self._fill([story for _, story in reversed(places)])
        self._loading = False
        self.version += 1
        self.complete.set()
        await self._pin()

    async def _fill(self, ids: Sequence[str]) -> None:
        """Learns the facts of all stories, newest first, then puts them in order."""
        for start in range(0, len(ids), CHUNK):
            read = await self._ask(ids[start : start + CHUNK], texts=True)
            for story, stored in read.items():
                if stored is not None:
                    self._facts[story] = facts(stored.story, stored.copies, stored.texts)
            await asyncio.sleep(0)
        self._arrange()

    def _arrange(self) -> None:
        """Builds the order of every view from the facts, at one go."""
        orders = self._empty_orders()
        for name, order in orders.items():
            order.places = sorted(
                (placed, story)
                for story, placed in self._placed.items()
                if (name is None if (known := self._facts.get(story)) is None else order.matches(known))
            )
        self._orders = orders

    async def take(self, views: Mapping[str, Filter]) -> None:
        """Takes up other views."""
        self._views = dict(views)
        if not self.complete.is_set():
            return  # they are arranged when all stories are read
        self._arrange()
        self.version += 1
        try:
            await self._pin()
        except (StoreError, TimeoutError) as error:
            self.lost(error)

    async def _last_change(self) -> float:
        """When the stories last changed, as far as the log still tells."""
        last = await self.store.changes.since(max(0, self.number - 1), 1)
        return last[-1].at if last else max(self._placed.values(), default=0.0)

    async def _reconcile(self) -> None:
        """Drops what has expired; takes up what was missed."""
        async with asyncio.timeout(HANG * 2):
            living = dict(await self.store.stories.ids_and_placed())
        self._reconciled = self.clock()
        gone = self._placed.keys() - living.keys()
        missed = [story for story in living if story not in self._placed]
        for story in gone:
            self._forget(story)
        await self._renew(missed)
        if gone or missed:
            self.version += 1
            await self._pin()
