"""A process that gathers, and groups if it holds that lease; takes leases, drains when told to stop.

Six loops on one event loop, all of which end when `stop` is set:

- *claim*: takes as many due sources as there is room for, polls each in a task of its own;
- *finish*: takes what those tasks brought, as many at a time as there are, hands in and settles;
- *group*: tries for the grouper's lease, and groups while it is held (`lead`);
- *deliver*: hands changes to the configured webhooks, and to who subscribed to our feeds (`deliver`);
- *subscribe*: asks hubs to tell of news, and reads what they send (`deliver.subscriber`);
- *beat*: tells the other processes that this one lives, and what it has done (`heart`).

Redis away is no reason to end: every loop waits and goes on, and what was fetched is kept until its lease is
over.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import random
import socket
from collections.abc import Awaitable, Callable, Container, Coroutine, Mapping
from typing import Any

from aggregator.config import Config
from aggregator.core import schedule
from aggregator.core.errors import StoreAway
from aggregator.core.model import Claim, Settlement, SourceState
from aggregator.core.urls import paced
from aggregator.deliver import Deliverer, Publisher, Subscriber
from aggregator.deliver.subscriber import base as callbacks
from aggregator.fetch import Fetcher, FetchSettings, MachineTrouble, raise_limit
from aggregator.gather import Gather, Prepared
from aggregator.heart import Heart
from aggregator.lead import Lead
from aggregator.polled import Polled
from aggregator.pool import Pool
from aggregator.store import InboxFull, Store
from aggregator.tasks import end, nap
from aggregator.totals import Totals
from aggregator.visits import Visits

log = logging.getLogger("worker")

DRAIN = 8.0
"""Seconds that polls in flight have to end after the signal; then they are given back."""
LONGEST_NAP = 1.0
"""Seconds: the longest that the claim loop sleeps, since another process may make a source due."""
FINISH_BATCH = 200
"""Polls that are handed in and settled together at the most."""
ROUND_PATIENCE = 3.0
"""Seconds: a round does not wait for a source that can only be asked later than this."""
AWAY_PAUSE = 1.0
"""Seconds between two tries while Redis is away."""


def name_of_this_process() -> str:
    """`host-pid`: unique among the processes that share one Redis."""
    return f"{socket.gethostname()}-{os.getpid()}"


def left_of_round(
    status: Mapping[str, tuple[SourceState, float | None]], sources: Container[str], since: float
) -> int:
    """How many of the sources wait for their poll in the round that began at `since`."""
    return sum(
        id_ in sources
        and not state.gone
        and (state.last_poll is None or state.last_poll < since)
        and state.not_before <= since
        for id_, (state, _) in status.items()
    )


def _but_sources(config: Config) -> tuple[object, ...]:
    """What of a configuration a worker is built from, besides the sources."""
    return config.polling, config.hosts, config.matching, config.retention


class Worker:
    """Gathers and groups until told to stop.

    `round_from` makes it one round: every source that was not polled since then, and then it stops.
    """

    def __init__(
        self,
        config: Config,
        store: Store,
        *,
        clock: Callable[[], float],
        name: str | None = None,
        stop: asyncio.Event | None = None,
        round_from: float | None = None,
        groups: bool = True,
        take_up: Callable[[Config], Awaitable[None]] | None = None,
    ) -> None:
        self.config = config
        self.store = store
        self.clock = clock
        self.name = name or name_of_this_process()
        self.round_from = round_from
        self.groups = groups
        self.totals = Totals()
        self.stop = stop or asyncio.Event()
        self._lead = Lead(
            config, store, clock=clock, name=self.name, stop=self.stop, lazy=round_from is not None
        )
        self._deliverer = Deliverer(config, store, clock=clock, name=self.name, stop=self.stop)
        self._publisher = Publisher(config, store, clock=clock, stop=self.stop, ask_host=self._ask_host)
        self._subscriber: Subscriber | None = None
        self._sources = {source.id: source for source in config.sources}
        self._gather: Gather
        self._room = config.polling.concurrency
        self._tasks: set[asyncio.Task[None]] = set()
        self._flying: dict[str, Claim] = {}
        self._polled: asyncio.Queue[Polled] = asyncio.Queue()
        self._landed = asyncio.Event()
        self._heart = Heart(config, store, name=self.name, stop=self.stop, state=self._state, take_up=take_up)

    # --- life -----------------------------------------------------------------------------------------

    async def run(self, before_the_end: Callable[[], Awaitable[None]] | None = None) -> None:
        """Works until `stop` is set (or, for one round, until nothing is due), then drains.

        `before_the_end` is awaited when gathering is over and grouping still goes on.
        """
        polling = self.config.polling
        self._room, sentence = raise_limit(polling.concurrency)
        if sentence:
            log.warning("%s", sentence)
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)  # polls make many objects and few cycles: 20-40 µs a poll
        await self._heart.begin()
        async with (
            Fetcher(FetchSettings.of(polling)) as fetcher,
            contextlib.AsyncExitStack() as stack,
        ):
            pool = Pool()
            stack.push_async_callback(pool.close)
            self._gather = Gather(
                sources=self._sources,
                fetcher=fetcher,
                pool=pool,
                store=self.store,
                rhythm=schedule.Rhythm(
                    polling.min_interval, polling.max_interval, polling.max_backoff, self._heart.price
                ),
                clock=self.clock,
                jitter=random.random,
                callbacks=callbacks(self.config),
                visits=Visits(self.store.guests, self.config.hosts),
            )
            finisher = asyncio.create_task(self._finish_loop(), name="finish")
            others = [asyncio.create_task(self._heart.run(self._gather), name="beat")]
            if self.groups:
                others.append(asyncio.create_task(self._lead.run(), name="group"))
            if self.round_from is None:
                others += self._outward()
            try:
                await self._claim_loop()
                await self._drain()
                if before_the_end is not None:
                    await before_the_end()
            finally:
                self.stop.set()
                await end(finisher)
                await asyncio.gather(finisher, *others, return_exceptions=True)

    def _outward(self) -> list[asyncio.Task[None]]:
        """What is told to others, and what they tell us by themselves."""
        self._subscriber = Subscriber(
            self.config,
            self.store,
            self._gather,
            stop=self.stop,
            count=self.totals.add,
            ask_host=self._ask_host,
        )
        return [
            asyncio.create_task(self._deliverer.run(), name="deliver"),
            asyncio.create_task(self._publisher.run(), name="hub"),
            asyncio.create_task(self._subscriber.run(), name="subscribe"),
        ]

    def take(self, config: Config) -> bool:
        """Takes up a changed list of sources; False where more than that changed: it needs a new worker."""
        if _but_sources(config) != _but_sources(self.config):
            return False
        self.config = config
        self._deliverer.take(config)
        self._publisher.take(config)
        self._heart.config = config
        self._sources.clear()
        self._sources.update({source.id: source for source in config.sources})
        return True

    async def _drain(self) -> None:
        """Lets what is in flight end; gives back what does not end in time."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=DRAIN)
        for task in self._tasks:
            task.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.0 if self.stop.is_set() else None):
                await self._polled.join()
        if self._flying:
            log.info("gives back %d sources that were being polled", len(self._flying))
            with contextlib.suppress(StoreAway):
                await self.store.sources.give_back(list(self._flying.values()))

    # --- gather ---------------------------------------------------------------------------------------

    async def _claim_loop(self) -> None:
        while not self.stop.is_set():
            if self._lead.behind:
                await nap(self.stop, AWAY_PAUSE / 20)
                continue
            room = self._room - len(self._flying)
            if room <= 0:
                await self._wait_for_room()
                continue
            try:
                claims = await self.store.sources.claim(self.name, room, self.config.polling.timeout + 10.0)
                claims = await self._of_this_round(claims)
            except StoreAway as error:
                log.warning("%s Trying again.", error)
                await nap(self.stop, AWAY_PAUSE)
                continue
            for claim in claims:
                self._start(claim)
            if claims:
                continue
            if not self._flying and await self._round_is_over():
                return
            await self._wait_for_work()

    def _start(self, claim: Claim) -> None:
        if claim.source not in self._sources:
            self._spawn(self._return(claim))
            return
        self._flying[claim.source] = claim
        self._spawn(self._poll(claim))

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _return(self, claim: Claim) -> None:
        """Gives back a source that only another process's list has, after a while: that one may take it."""
        await nap(self.stop, AWAY_PAUSE)
        with contextlib.suppress(StoreAway):
            await self.store.sources.give_back([claim])

    async def _poll(self, claim: Claim) -> None:
        try:
            polled = await self._gather.poll(claim)
        except MachineTrouble as error:
            log.warning("%s No source is blamed for it; it is polled again.", error)
            self._flying.pop(claim.source, None)
            await nap(self.stop, AWAY_PAUSE)
            with contextlib.suppress(StoreAway):
                await self.store.sources.give_back([claim])
            return
        except StoreAway:
            self._flying.pop(claim.source, None)  # its turn could not be asked for: polled again later
            return
        except Exception:
            # A fault of ours met one source: the others go on, its lease ends by itself, and the log has it.
            log.exception("polling %s failed by a fault of the program", claim.source)
            self._flying.pop(claim.source, None)
            return
        self._polled.put_nowait(polled)

    async def _finish_loop(self) -> None:
        while True:
            batch = [await self._polled.get()]
            while len(batch) < FINISH_BATCH and not self._polled.empty():
                batch.append(self._polled.get_nowait())
            await self._finish(batch)
            for polled in batch:
                self._flying.pop(polled.source.id, None)
                self._polled.task_done()
            self._landed.set()

    async def _finish(self, batch: list[Polled]) -> None:
        """Hands in and settles; repeated while Redis is away or the inbox full, up to the lease's end."""
        until = min(polled.claim.until for polled in batch)
        prepared: Prepared | None = None
        while True:
            try:
                prepared = prepared or await self._gather.prepare(batch)
                gathered = await self._gather.deliver(prepared)
            except (StoreAway, InboxFull) as error:
                self.totals.held_back += isinstance(error, InboxFull)
                if self.clock() > until or self.stop.is_set():
                    log.warning("%s %d polls are not settled; they will be repeated.", error, len(batch))
                    return
                await asyncio.sleep(AWAY_PAUSE / 4)
            else:
                self.totals.add(gathered)
                return

    async def _wait_for_room(self) -> None:
        self._landed.clear()
        await self._landed.wait()

    async def _wait_for_work(self) -> None:
        """Sleeps until a source is due, at most `LONGEST_NAP`."""
        try:
            due = await self.store.sources.next_due()
        except StoreAway:
            due = None
        pause = LONGEST_NAP if due is None else min(max(due - self.clock(), 0.01), LONGEST_NAP)
        if self._flying and self.round_from is not None:
            pause = min(pause, 0.02)
        await nap(self.stop, pause)

    async def _ask_host(self, host: str) -> None:
        """Waits for the turn of a host that is asked for something else than a feed (WebSub)."""
        name = paced(host, self.config.hosts)
        wait = await self.store.sources.pace(name)
        while wait > 0:
            await asyncio.sleep(wait)
            wait = await self.store.sources.pace(name)

    # --- one round ------------------------------------------------------------------------------------

    async def _of_this_round(self, claims: list[Claim]) -> list[Claim]:
        """Without those that were polled in this round already: they wait their interval, unasked."""
        if self.round_from is None:
            return claims
        done = [claim for claim in claims if (claim.state.last_poll or 0.0) >= self.round_from]
        if done:
            at = self.clock()
            await self.store.sources.settle(
                [
                    Settlement(claim, claim.state, due=at + max(claim.state.interval, 1.0), way=None)
                    for claim in done
                ]
            )
        return [claim for claim in claims if claim not in done]

    async def _round_is_over(self) -> bool:
        """Is there nothing left of this round, or nothing that may be asked soon (a host that rests)?"""
        if self.round_from is None:
            return False
        try:
            due = await self.store.sources.next_due()
            if due is None or due > self.clock() + ROUND_PATIENCE:
                return True
            return not left_of_round(await self.store.sources.status(), self._sources, self.round_from)
        except StoreAway:
            return False

    # --- the others -----------------------------------------------------------------------------------

    async def until_grouped(self) -> None:
        """Waits until the inbox is empty, whoever groups it, or `stop` is set."""
        while not self.stop.is_set() and await self.store.inbox.length():
            await nap(self.stop, 0.02)

    def _state(self) -> dict[str, Any]:
        """What a heartbeat tells of this process."""
        return {
            "grouping": self._lead.grouping,
            "in_flight": len(self._flying),
            "counters": self.totals.counters()
            | self._lead.counters()
            | self._deliverer.counters()
            | self._publisher.counters()
            | (self._subscriber.counters() if self._subscriber else {}),
        }
