"""The parts of the walk, joined as `cli` joins them, on a real Redis and real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

import pytest
from publisher import Publisher

from aggregator.core.matching.story import Grouping, Settings
from aggregator.core.model import Source
from aggregator.core.schedule import Rhythm
from aggregator.fetch import Fetcher, FetchSettings
from aggregator.gather import Gather, Gathered
from aggregator.group import Grouper
from aggregator.pool import Pool
from aggregator.store import HostLimits, Store
from aggregator.store import open as open_store

FREE = HostLimits(per_host=1000, per_minute=None, pause_together=False)


@pytest.fixture
async def publisher() -> AsyncIterator[Publisher]:
    """A publisher on loopback."""
    async with Publisher() as publisher:
        yield publisher


@pytest.fixture
async def store(redis_url: str, clock) -> AsyncIterator[Store]:
    """An empty store whose time is the test's."""
    async with open_store(redis_url, clock=clock) as store:
        yield store


class Walk:
    """Both halves of the walk, a step at a time."""

    def __init__(self, store: Store, clock, fetcher: Fetcher, pool: Pool) -> None:
        self.store, self.clock, self.fetcher, self.pool = store, clock, fetcher, pool
        self.sources: dict[str, Source] = {}
        self.grouper: Grouper | None = None

    async def take_up(self, sources: Iterable[Source]) -> None:
        self.sources = {source.id: source for source in sources}
        await self.store.sources.take_up(list(self.sources.values()), {}, 86_400.0 * 7, default=FREE)

    def gather(self) -> Gather:
        return Gather(
            sources=self.sources, fetcher=self.fetcher, pool=self.pool, store=self.store,
            rhythm=Rhythm(60.0, 60.0, 600.0), clock=self.clock, jitter=lambda: 0.0,
        )  # fmt: skip

    async def poll(self, worker: str = "one") -> Gathered:
        """Polls what is due, in one batch."""
        gather = self.gather()
        claims = await self.store.sources.claim(worker, 1000, 30.0)
        return await gather.finish([await gather.poll(claim) for claim in claims])

    async def group(self, name: str = "one") -> int:
        """Groups all that waits; returns the number of arrivals."""
        if self.grouper is None:
            self.grouper = await self.new_grouper(name)
        done = 0
        while grouped := (await self.grouper.step()).arrivals:
            done += grouped
        return done

    async def new_grouper(self, name: str) -> Grouper:
        """A grouper that took up what the store holds."""
        number = await self.store.inbox.lead(name, 10.0)
        assert number is not None
        grouper = Grouper(self.store, Grouping(Settings()), number, retention=86_400.0 * 7, clock=self.clock)
        await grouper.rebuild()
        return grouper

    async def round(self) -> Gathered:
        """A minute later: polls what is due, and groups it."""
        self.clock.advance(61.0)
        gathered = await self.poll()
        await self.group()
        return gathered

    async def stories(self) -> dict[str, list[str]]:
        """Title of the lead → outlets of the story, as they are stored."""
        ids = [id_ for id_, _ in await self.store.stories.ids_and_placed()]
        found = {}
        for stored in await self.store.stories.read(ids):
            assert stored is not None
            lead = next(copy for copy in stored.copies if copy.entry == stored.story.lead)
            found[lead.title] = [copy.outlet for copy in stored.copies]
        return found


@pytest.fixture
async def walk(store: Store, clock) -> AsyncIterator[Walk]:
    """The walk on an empty store."""
    settings = FetchSettings(timeout=5.0, allow=("127.0.0.0/8",))
    pool = Pool()
    async with Fetcher(settings) as fetcher:
        yield Walk(store, clock, fetcher, pool)
    await pool.close()
