"""What the web knows of every living story, kept in memory; `following` keeps it up with the change log.

Redis is asked for a story only when it is shown and not at hand; which stories a request is about is decided
here. While Redis is away the merged feed and the named views can still be shown, since the stories on their
first pages are always at hand (`pinned`).
"""

from __future__ import annotations

import asyncio
import logging
from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain

from aggregator import metrics
from aggregator.core.errors import StoreError
from aggregator.core.feed import Facts, Filter, Test, facts, matcher
from aggregator.core.hits import Ranked
from aggregator.core.query import DEFAULT_LIMIT, Place, Query, place
from aggregator.core.search import Index, arrange
from aggregator.store import Store, StoredStory
from aggregator.web.answer import Refused

log = logging.getLogger("web")

CHUNK = 500  # stories read from Redis at once while loading
HANG = 5.0  # seconds after which a Redis that says nothing is away
WAIT = 5.0  # seconds that a look at a quiet change log lasts
RETRY = 0.5  # seconds between two tries while Redis is away
PATIENCE = 10.0  # seconds that a request waits for the facts while they are loaded
AT_HAND = 2_000  # stories that are kept with their copies, beyond those of the first pages


class Order:
    """Places of the stories that match a filter, oldest first; a page is read from its end."""

    def __init__(self, wanted: Filter | None, places: list[Place]) -> None:
        self.matches: Test = matcher((wanted,) if wanted else ())
        self.places = places

    def add(self, place: Place) -> None:
        """Puts a place where it belongs."""
        insort(self.places, place)

    def remove(self, place: Place) -> None:
        """Takes a place out, if it is there."""
        index = bisect_left(self.places, place)
        if index < len(self.places) and self.places[index] == place:
            del self.places[index]

    def before(self, end: Place | None, wanted: int) -> list[Place]:
        """The newest places before one."""
        stop = len(self.places) if end is None else bisect_left(self.places, end)
        return self.places[max(0, stop - wanted) : stop][::-1]


class Catalogue:
    """Facts and order of all living stories. `version` counts what could have changed a feed."""

    def __init__(self, store: Store, views: Mapping[str, Filter], clock: Callable[[], float]) -> None:
        self.store = store
        self.clock = clock
        self.version = 0
        self.number = 0  # of the last change that is in here
        self.epoch: str | None = None  # of the store that was read; None: none was yet
        self.changed_at = 0.0  # when the stories last changed, or were last seen to have expired
        self.contact: float | None = None  # when Redis last answered
        self.fresh = False  # False: Redis is away, or was never there
        self.looked = asyncio.Event()  # set after the first look at Redis, however it ended
        self.complete = asyncio.Event()  # set once the facts of all stories are known
        self.pinned: dict[str, StoredStory] = {}
        self._before: dict[str, StoredStory] = {}  # what was pinned before everything began anew
        self.index = Index()
        self._views = dict(views)
        self._orders: dict[str | None, Order] = {}
        self._places: dict[str, Place] = {}  # of all that lives, withdrawn or not
        self._records: OrderedDict[str, StoredStory] = OrderedDict()
        self._renewed = 0  # counts what was read anew, so that an older reading is not kept
        self._tidying: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, story: str) -> bool:
        return story in self._places

    @property
    def loaded(self) -> bool:
        """Whether Redis was ever read."""
        return self.epoch is not None

    @property
    def cursor(self) -> str:
        """The cursor of the change log that stands for what is known here."""
        return f"{self.epoch}-{self.number}"

    def facts(self, story: str) -> Facts | None:
        """The facts of a living story; None where it is unknown or not read yet."""
        return self.index.get(story)

    async def arrived(self) -> None:
        """Waits for the first look at Redis, which comes right after the start, however it ends."""
        await self.looked.wait()

    async def known(self) -> None:
        """Waits until the facts of all stories are known. Raises: Refused, if that takes long."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self.complete.wait()
        except TimeoutError:
            raise Refused(503, "The stories are still being read.", headers={"Retry-After": "2"}) from None

    def lost(self, error: Exception) -> None:
        """Notes that Redis does not answer."""
        if self.fresh:
            log.warning("Redis is away: the merged feed and the views are served as last seen. %s", error)
        self.fresh = False
        self.looked.set()
        metrics.STORE_UP.set(0)

    def answered(self) -> None:
        """Notes that Redis answers."""
        if not self.fresh:
            log.info("Redis answers; %d stories", len(self))
        self.fresh = True
        self.looked.set()
        self.contact = self.clock()
        metrics.STORE_UP.set(1)
        metrics.LIVE.set(len(self))
        metrics.NUMBER.set(self.number)

    # --- pages ----------------------------------------------------------------------------------------

    async def select(self, query: Query) -> tuple[list[str], bool]:
        """The ids of a page of the newest stories, and whether more follow. Raises: Malformed (cursor)."""
        end, wanted = place(query), query.limit + 1
        order = self._orders.get(query.view)
        if query.filter == Filter() and order is not None:
            places = order.before(end, wanted)
        else:
            places = await self._first(query, end, wanted)
            if len(places) < wanted and not self.complete.is_set():
                await self.known()
                places = await self._first(query, end, wanted)
        return [story for _, story in places[: query.limit]], len(places) > query.limit

    async def _first(self, query: Query, end: Place | None, wanted: int) -> list[Place]:
        """The newest matches, as many as wanted; what is not read yet is older than what is."""
        found: list[Place] = []
        for some in self._searched(query, end):
            found += some
            if len(found) >= wanted:
                break
            await asyncio.sleep(0)
        return found[:wanted]

    def _searched(self, query: Query, end: Place | None) -> Iterable[list[Place]]:
        return self.index.find(self._asked(query), end).newest()

    def _asked(self, query: Query) -> list[Filter]:
        if query.view is None:
            return [query.filter]
        return [query.filter, self._views.get(query.view, Filter(never=True))]

    async def most_carried(self, query: Query) -> Ranked:
        """All matching stories, those with most outlets first, then the newest."""
        await self.known()
        hits = self.index.find(self._asked(query))
        index = self.index
        for _ in hits.certain():
            await asyncio.sleep(0)
        return index.ranked(hits)

    # --- stories --------------------------------------------------------------------------------------

    async def stories(self, ids: Sequence[str], *, ask: bool | None = None) -> dict[str, StoredStory]:
        """The living stories among `ids`, with their copies and their lead's text, at hand or read.

        While Redis is away only what is at hand. Raises: StoreAway, TimeoutError where that turns out here.
        """
        missing = [story for story in ids if story not in self.pinned and story not in self._records]
        asks = self.fresh if ask is None else ask
        read: Mapping[str, StoredStory] = {} if asks else self._before
        if missing and asks:
            read = await self._read(missing)
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
            chunk = await self.ask(ids[start : start + CHUNK], texts=False)
            living = {story: stored for story, stored in chunk.items() if stored is not None}
            found |= living
            if renewed == self._renewed:
                self.drop(chunk.keys() - living.keys())
                self._keep(living)
        return found

    async def ask(self, ids: Sequence[str], *, texts: bool) -> dict[str, StoredStory | None]:
        """What Redis says of stories: None where one is gone. Raises: StoreAway, TimeoutError."""
        async with self.store.answering(HANG):
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

    async def pin(self) -> None:
        """Keeps the first page of every view at hand, and the stories related to them."""
        ids = [story for order in self._orders.values() for _, story in order.before(None, DEFAULT_LIMIT)]
        first = await self.stories(list(dict.fromkeys(ids)), ask=True)
        related = {other for stored in first.values() for other, _ in stored.story.related} - first.keys()
        self.pinned = {**first, **(await self.stories(sorted(related), ask=True))}
        self._before = {}

    # --- what becomes known ---------------------------------------------------------------------------

    def begin(self, epoch: str, number: int, places: list[Place]) -> None:
        """Everything anew: the order is known, so that the merged feed can be served; no facts yet."""
        self.complete.clear()
        self.epoch, self.number = epoch, number
        self.index = Index()
        self._places = {place[1]: place for place in places}
        self._orders = {None: Order(None, places)}
        self._records.clear()
        self._before, self.pinned = self.pinned or self._before, {}

    async def renew(self, ids: Sequence[str]) -> None:
        """Reads stories anew, and puts them where they now belong. Raises: StoreAway, TimeoutError."""
        for start in range(0, len(ids), CHUNK):
            read = await self.ask(ids[start : start + CHUNK], texts=True)
            self._renewed += 1
            for story, stored in read.items():
                self.forget(story)
                if stored is not None:
                    self._learn(story, stored)
                    self._keep({story: stored})

    def _learn(self, story: str, stored: StoredStory) -> None:
        known = self.note(story, stored)
        place = self._places[story] = (known.placed, story)
        for order in self._orders.values():
            if order.matches(known):
                order.add(place)

    def note(self, story: str, stored: StoredStory) -> Facts:
        """Notes the facts of a story whose place is known, or of no account yet."""
        known = facts(stored.story, stored.copies, stored.texts)
        self.index.add(story, known)
        return known

    def forget(self, story: str) -> None:
        """Nothing more of a story."""
        self._records.pop(story, None)
        self.pinned.pop(story, None)
        self.index.remove(story)
        place = self._places.pop(story, None)
        if place is not None:
            for order in self._orders.values():
                order.remove(place)

    def drop(self, gone: Iterable[str]) -> None:
        """Forgets stories that expired, which no change told of: feeds are other ones from now on."""
        known = [story for story in gone if story in self._places]
        for story in known:
            self.forget(story)
        if known:
            self.changed_at = max(self.changed_at, self.clock())
            self.version += 1

    def missing(self, living: Mapping[str, float]) -> tuple[list[str], list[str]]:
        """Of those that live: whom nobody knows here; and who is known here and does not live."""
        gone = self._places.keys() - living.keys()
        return [story for story in living if story not in self._places], sorted(gone)

    # --- order ----------------------------------------------------------------------------------------

    async def arrange(self) -> None:
        """Puts the order of every view together from the facts, one after the other."""
        self._orders = {name: order for name, order in self._orders.items() if name in {None, *self._views}}
        for name in (None, *self._views):
            wanted = None if name is None else self._views[name]
            found = list(chain.from_iterable(self.index.find([wanted] if wanted else []).newest()))
            places = [self._places[story] for _, story in reversed(found) if story in self._places]
            self._orders[name] = Order(wanted, places)
            await asyncio.sleep(0)

    async def take(self, views: Mapping[str, Filter]) -> None:
        """Takes up other views."""
        self._views = dict(views)
        if not self.complete.is_set():
            return  # they are arranged when all stories are read
        self._orders = {None: self._orders[None]}
        await self.arrange()
        self.version += 1
        try:
            await self.pin()
        except (StoreError, TimeoutError) as error:
            self.lost(error)

    async def tidy(self) -> None:
        """Puts the index in order, in a thread: meanwhile it answers and grows as ever."""
        index = self.index
        index.adopt(await asyncio.to_thread(arrange, index.snapshot()))

    def tidy_if_due(self) -> None:
        """Begins to put the index in order, if it is time and nobody does."""
        if self.index.crowded and (self._tidying is None or self._tidying.done()):
            self._tidying = asyncio.create_task(self.tidy(), name="tidy")
