"""A process's heartbeat: says that it lives and what it has done, and hears what the others say.

What is heard is acted upon here: what the grouper has learnt is taken up, the price of a request moves with
what all workers have spent, a process with another configuration is named, and a store that was lost is told
the sources again.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from statistics import geometric_mean
from typing import Any

from aggregator.config import Config
from aggregator.config.standing import STANDING
from aggregator.core import schedule
from aggregator.core.errors import StoreAway
from aggregator.core.matching.learnt import read as read_learnt
from aggregator.core.rhythm import HOUR
from aggregator.gather import Gather
from aggregator.store import Store
from aggregator.tasks import nap

log = logging.getLogger("worker")

BEAT = 5.0
"""Seconds between two heartbeats; after three that are missed a process counts as dead."""
LOOKS = 3
"""Heartbeats for which another process must differ in its configuration before that is said."""


def differing_from(digest: str, alive: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The processes whose configuration has another digest, by what they said in their heartbeats."""
    return sorted(name for name, info in alive.items() if info.get("digest", digest) != digest)


def next_price(
    budget: float | None, alive: Mapping[str, Mapping[str, Any]], spent: float | None
) -> tuple[float, float | None]:
    """The price of a request until the next heartbeat, and what is spent, from what all processes said.

    `budget` is in requests a minute, `spent` in requests an hour, as it came from here before; None: taken
    for the budget. Every process comes to the same price (`schedule.priced`).
    """
    if budget is None or not alive:
        return schedule.PRICE, None
    an_hour = 60.0 * budget
    prices = [info.get("price") or schedule.PRICE for info in alive.values()]
    asked = sum(info.get("asked", 0) for info in alive.values())
    spent = schedule.spending(an_hour if spent is None else spent, asked, BEAT)
    price = schedule.priced(geometric_mean(prices), spent * BEAT / HOUR, an_hour, BEAT)
    return price, spent


class Heart:
    """Beats until `stop` is set. `state` gives what else to say; `take_up` tells a new store the sources."""

    def __init__(
        self,
        config: Config,
        store: Store,
        *,
        name: str,
        stop: asyncio.Event,
        state: Callable[[], dict[str, Any]],
        take_up: Callable[[Config], Awaitable[None]] | None = None,
    ) -> None:
        self.config = config
        self.store = store
        self.name = name
        self.stop = stop
        self._state = state
        self._take_up = take_up
        self._price = schedule.PRICE
        self._spent: float | None = None  # requests an hour of all processes, where there is a budget
        self._polls = 0  # until the last heartbeat
        self._lesson = 0  # the number of what was learnt, as taken up last
        self._differing: list[frozenset[str]] = []  # who had another configuration at the last looks
        self._named: frozenset[str] = frozenset()

    @property
    def price(self) -> float:
        """The price of a request now."""
        return self._price

    async def begin(self) -> None:
        """The first heartbeat, before anything is claimed; waits for Redis where it must."""
        while not self.stop.is_set():
            try:
                if self.config.polling.budget is not None:
                    self._price = await self.store.workers.price() or schedule.PRICE
                await self._beat()
            except StoreAway as error:
                log.warning("%s Trying again.", error)
                await nap(self.stop, 1.0)
            else:
                return

    async def run(self, gather: Gather) -> None:
        """Beats and hears until `stop` is set, then takes back that this process lives."""
        while not self.stop.is_set():
            try:
                await self._beat()
                await self._learn(gather)
                await self._hear(gather)
            except StoreAway:
                log.debug("no heartbeat: Redis is away")
            await nap(self.stop, BEAT)
        with contextlib.suppress(StoreAway):
            await self.store.workers.forget(self.name)

    async def _beat(self) -> None:
        state = self._state()
        polls = sum(count for name, count in state["counters"].items() if name.startswith("polls."))
        asked, self._polls = polls - self._polls, polls
        info = {
            "digest": self.config.digest,
            "asked": asked,
            "price": self._price,
            "config_ok": STANDING.successful,
            "config_at": STANDING.at,
            "problems": STANDING.problems,
            **state,
        }
        if await self.store.workers.heartbeat(self.name, info, BEAT * 3):
            log.warning("the store is another than before: it is told the sources again")
            if self._take_up is not None:
                await self._take_up(self.config)

    async def _learn(self, gather: Gather) -> None:
        """Takes up what the grouper has learnt of the sources since."""
        number = await self.store.stories.learnt_number()
        if number != self._lesson:
            learnt = await self.store.stories.learnt()
            if learnt is not None:
                gather.learnt = read_learnt(learnt)
            self._lesson = number

    async def _hear(self, gather: Gather) -> None:
        """Moves the price, and names who was given another configuration and stays so."""
        alive = await self.store.workers.alive()
        budget, before = self.config.polling.budget, self._price
        self._price, self._spent = next_price(budget, alive, self._spent)
        if budget is not None and self._price != before:
            await self.store.workers.keep_price(self._price)  # so that a restart goes on with it
        gather.rhythm = gather.rhythm._replace(price=self._price)
        now = frozenset(differing_from(self.config.digest, alive))
        self._differing = [*self._differing[-LOOKS + 1 :], now]
        if len(self._differing) < LOOKS:
            return
        staying = frozenset.intersection(*self._differing)
        for name in sorted(staying - self._named):
            log.warning("%s was given another configuration: the list taken up last is in force", name)
        self._named = staying
