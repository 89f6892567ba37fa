"""The grouper's lease: tried for by every worker, held by one, who groups while it holds it.

The lease has a number that fences every commit. Whoever takes it rebuilds the state from the store: whatever
goes wrong here ends with the lease and never half-writes a story.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Callable

from aggregator.config import Config
from aggregator.core.errors import LeaseLost, StoreAway
from aggregator.core.matching.story import Grouping, Settings
from aggregator.group import BATCH, Grouped, Grouper
from aggregator.store import Store
from aggregator.tasks import end, nap

log = logging.getLogger("grouper")

LEASE = 6.0
"""Seconds the lease lasts. Renewed three times as often; taken over within ten seconds of a death."""
TRY = 1.0
"""Seconds between two tries for the lease."""
SWEEP = 60.0
"""Seconds between two looks for stories whose time is over."""


class Lead:
    """One process's part in the succession of groupers. `lazy`: reads the stories when something arrived."""

    def __init__(
        self,
        config: Config,
        store: Store,
        *,
        clock: Callable[[], float],
        name: str,
        stop: asyncio.Event,
        lazy: bool = False,
    ) -> None:
        self.config = config
        self.store = store
        self.clock = clock
        self.name = name
        self.stop = stop
        self.lazy = lazy
        self.grouping = False
        self.behind = False
        """Is the inbox long? Then this process groups, and leaves gathering to the others."""
        self.decisions: Counter[str] = Counter()
        self.waits: dict[str, float] = {}

    def counters(self) -> dict[str, float]:
        """What was decided, by kind, and how old it was, as flat counters of the heartbeat."""
        return {f"decisions.{name}": float(count) for name, count in self.decisions.items()} | self.waits

    async def run(self) -> None:
        """Tries for the lease, and groups whenever it has it, until `stop` is set."""
        while not self.stop.is_set():
            try:
                number = await self.store.inbox.lead(self.name, LEASE)
                if number is not None:
                    await self._hold(number)
            except (StoreAway, LeaseLost) as error:
                log.warning("%s", error)
            except Exception:
                log.exception("grouping failed by a fault of the program; it is taken up anew")
            await nap(self.stop, TRY)

    async def _hold(self, number: int) -> None:
        """Groups while the lease can be renewed, then gives it up."""
        keeper = asyncio.create_task(self._renew(number), name="lease")
        self.grouping = True
        try:
            if self.lazy:
                await self._first_arrival()
            if not self.stop.is_set():
                await self._group(number, keeper)
        finally:
            self.grouping = self.behind = False
            await end(keeper)
            with contextlib.suppress(StoreAway):
                await self.store.inbox.resign(self.name, number)

    async def _renew(self, number: int) -> None:
        """Renews the lease until it is lost, which ends this task, and with it the grouping."""
        lost_at = self.clock() + LEASE
        while True:
            await asyncio.sleep(LEASE / 3)
            try:
                if await self.store.inbox.lead(self.name, LEASE) != number:
                    return
                lost_at = self.clock() + LEASE
            except StoreAway:
                if self.clock() > lost_at:
                    return

    async def _group(self, number: int, keeper: asyncio.Task[None]) -> None:
        self.behind = True
        grouper = self._grouper(number)
        log.info("groups, with %d stories taken up", await grouper.rebuild())
        self.behind = False
        if grouper.fresh:
            await self._first_polls()
            self.behind = True
            self._count(await grouper.begin())
        swept = self.clock()
        while not (self.stop.is_set() or keeper.done()):
            grouped = await grouper.step(wait=0.2)
            self.behind = grouped.arrivals == BATCH
            self._count(grouped)
            if self.clock() - swept > SWEEP:
                swept = self.clock()
                await grouper.expire()

    def _grouper(self, number: int) -> Grouper:
        retention = self.config.retention
        settings = Settings(
            window=self.config.matching.window,
            retention=retention.stories,
            max_stories=retention.max_stories,
        )
        return Grouper(self.store, Grouping(settings), number, retention=retention.stories, clock=self.clock)

    def _count(self, grouped: Grouped) -> None:
        self.decisions.update(grouped.decisions)
        for name, value in grouped.waits.items():
            self.waits[name] = self.waits.get(name, 0.0) + value

    async def _first_arrival(self) -> None:
        while not self.stop.is_set() and not await self.store.inbox.length():
            await nap(self.stop, 0.05)

    async def _first_polls(self) -> None:
        """On an empty store: until every source was polled once, or `rebuild_wait` is over."""
        until = self.clock() + self.config.retention.rebuild_wait
        while self.clock() < until and not self.stop.is_set():
            status = await self.store.sources.status()
            if status and all(state.polls for state, _ in status.values()):
                return
            await nap(self.stop, 0.25)
