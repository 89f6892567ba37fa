"""Delivers for webhooks: leases those that have something to deliver, serves each in a task of its own.

A task (`turn`) delivers one message after the other, so a hook's order is the log's, and a slow hook makes
nobody wait but itself. Where a hook stands is written while the next message is already on its way
(`ledger`): killed anywhere, the last one or two come again, with their ids. That writing renews the lease.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Final, Self

from aggregator.config import Config
from aggregator.config.model import Webhook
from aggregator.core.errors import StoreError
from aggregator.deliver.ledger import Ledger, Standing
from aggregator.deliver.message import KEPT, Reading
from aggregator.deliver.post import TIMEOUT, Post
from aggregator.deliver.turn import Hook, Parts, Turn
from aggregator.fetch import FetchSettings
from aggregator.store import Store
from aggregator.tasks import end, nap

log = logging.getLogger("hooks")

MARGIN: Final = 10.0
"""Seconds by which a lease outlasts a request."""
LOOK: Final = 1.0
"""Seconds between two looks at the hooks when nothing happens: another process may have left one."""
PACE: Final = 0.02
"""Seconds between two looks when much happens."""
AWAY: Final = 1.0
"""Seconds between two tries while Redis is away."""
DRAIN: Final = 5.0
"""Seconds that requests in flight have to end after the signal."""
WRITING: Final = 2.0
"""Seconds that a turn which is broken off has to write where it stands."""


class Deliverer:
    """One process's part in delivering. A receiver has `timeout` seconds to answer, `drain` at the end."""

    def __init__(
        self,
        config: Config,
        store: Store,
        *,
        clock: Callable[[], float],
        name: str,
        stop: asyncio.Event,
        timeout: float = TIMEOUT,
        drain: float = DRAIN,
    ) -> None:
        self.store = store
        self.clock = clock
        self.name = name
        self.stop = stop
        self._patience = drain
        self.totals: Counter[str] = Counter()
        self._post = Post(FetchSettings.of(config.polling), clock, timeout)
        self._reading: Reading | None = None
        self._parts = Parts(clock, stop, self._post, self.totals)
        self._ledger = Ledger(store, timeout + MARGIN)
        self._news = asyncio.Event()
        self._last = 0
        self._turns: dict[str, asyncio.Task[None]] = {}
        self.take(config)

    def take(self, config: Config) -> None:
        """Takes up other hooks; those that are being served are served to the end of their turn."""
        self._hooks = {webhook.id: Hook.of(webhook) for webhook in config.webhooks}
        self._texts = any(_asks_for_words(webhook) for webhook in config.webhooks)
        self._news.set()

    def counters(self) -> dict[str, int]:
        """What was done, as flat counters of the heartbeat."""
        return {f"hooks.{name}": count for name, count in self.totals.items()}

    async def __aenter__(self) -> Self:
        await self._post.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._drain()
        await self._post.__aexit__(kind, error, trace)

    # --- life -----------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Delivers until `stop` is set. Redis away is waited out."""
        async with self:
            watchers = [asyncio.create_task(self._watch(), name="hooks"), asyncio.create_task(self._wake())]
            try:
                while not self.stop.is_set():
                    await self._rest(await self._look())
            finally:
                await end(*watchers)

    async def step(self) -> int:
        """Serves all hooks that are due, to the end of their turns; how many there were. Raises StoreAway."""
        await self._start()
        turns = list(self._turns.values())
        if turns:
            await asyncio.wait(turns)
        return len(turns)

    async def _look(self) -> float:
        """Starts what is due; seconds until something may be due again."""
        try:
            return await self._start()
        except StoreError as error:
            log.warning("%s Webhooks wait.", error)
            await nap(self.stop, AWAY)
        except Exception:
            log.exception("looking after webhooks failed by a fault of the program")
            await nap(self.stop, AWAY)
        return 0.0

    async def _start(self) -> float:
        self._news.clear()
        hooks = {name: hook for name, hook in self._hooks.items() if name not in self._turns}
        if not hooks:
            return LOOK
        at = self.clock()
        addresses = {name: hook.webhook.url for name, hook in hooks.items()}
        claimed = await self.store.hooks.claim(addresses, self._ledger.lease)
        self._last = claimed.last
        reading = self._read(claimed.epoch, claimed.last)
        for claim in claimed.claims:
            standing = Standing(self._ledger, claim, at + self._ledger.lease, self.clock)
            turn = Turn(self._parts, hooks[claim.hook], claim, reading, standing)
            task = asyncio.create_task(turn.run(), name=f"hook {claim.hook}")
            self._turns[claim.hook] = task
            task.add_done_callback(partial(self._ended, claim.hook))
        return LOOK if claimed.due is None else min(max(claimed.due, 0.0), LOOK)

    def _read(self, epoch: str, last: int) -> Reading:
        """What is read and rendered as of this change, by all hooks."""
        reading = self._reading
        if reading is None or reading.as_of != (epoch, last, self._texts) or len(reading) > KEPT:
            reading = self._reading = Reading(self.store, epoch, last, texts=self._texts)
        return reading

    def _ended(self, name: str, _: asyncio.Task[None]) -> None:
        del self._turns[name]
        self._news.set()

    async def _rest(self, seconds: float) -> None:
        """Waits for news, at most so long; a moment at least, so that much news is looked at together."""
        await nap(self.stop, PACE)
        if not self.stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), max(seconds - PACE, 0.0))

    async def _watch(self) -> None:
        """Tells of new changes."""
        while not self.stop.is_set():
            try:
                if self._hooks and await self.store.changes.wait(self._last, LOOK):
                    self._news.set()
                    await nap(self.stop, PACE * 2)
                elif not self._hooks:
                    await nap(self.stop, LOOK)
            except StoreError:
                await nap(self.stop, AWAY)

    async def _wake(self) -> None:
        """Tells of the end."""
        await self.stop.wait()
        self._news.set()

    async def _drain(self) -> None:
        """Lets requests in flight end; those that do not are broken off, and their leases given up."""
        turns = list(self._turns.values())
        if turns:
            await asyncio.wait(turns, timeout=self._patience)
            await end(*turns, again=WRITING)


def _asks_for_words(webhook: Webhook) -> bool:
    where = webhook.where
    return bool(where.q or (where.not_ and where.not_.q))
