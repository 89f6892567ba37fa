"""Where hooks stand, written to the store behind the deliveries: many hooks in one script, none waited for.

A `Standing` is one hook's page while its lease is ours. What was delivered is written while the next message
is under way; only what would be dear to repeat (a letter, the end of a turn) is waited for.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, Final

from aggregator.core.errors import LeaseLost, StoreAway, StoreError
from aggregator.deliver.batch import Batch
from aggregator.store import HookClaim, HookSettlement, Store

PAUSE: Final = 0.25
"""Seconds between two tries to write the end of a turn while Redis is away,"""
TRIES: Final = 40
"""and how many there are: after that the lease runs out by itself."""


class Ledger:
    """Settles for all hooks; what comes while Redis is asked goes together in the next script."""

    def __init__(self, store: Store, lease: float) -> None:
        self.lease = lease
        self._batch = Batch(store.hooks.settle)

    async def settle(self, settlement: HookSettlement) -> bool:
        """Writes it; False where the lease was lost. Raises StoreAway."""
        return await self._batch.put(settlement)


class Standing:
    """Where one hook stands. The lease lasts until `until`, by `clock`, unless it is `lost`."""

    def __init__(self, ledger: Ledger, claim: HookClaim, until: float, clock: Callable[[], float]) -> None:
        self.position = claim.position
        self.skipped = 0
        self.lost = False
        self._ledger = ledger
        self._claim = claim
        self._until = until
        self._clock = clock
        self._written = claim.position
        self._delivered = 0
        self._writer: asyncio.Task[None] | None = None

    def delivered(self, position: int) -> None:
        """Notes that the change of this number is delivered; it is written behind."""
        self.position = position
        self._delivered += 1
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._follow(), name=f"standing {self._claim.hook}")

    async def hold(self, seconds: float) -> None:
        """Makes sure that the lease lasts so long. Raises LeaseLost, StoreAway."""
        if self._clock() + seconds > self._until:
            await self.write()
        self._check()

    def _check(self) -> None:
        if self.lost:
            raise LeaseLost("Another process delivers for it now.")
        if self._writer is not None and self._writer.done() and (error := self._writer.exception()):
            self._writer = None
            raise error

    async def _follow(self) -> None:
        while self._written < self.position and not self.lost:
            await self._settle(lease=self._ledger.lease)

    async def write(self, **more: Any) -> None:
        """Writes where it stands and `more` (fields of a settlement), and renews the lease.

        Raises LeaseLost, StoreAway.
        """
        await self._wait()
        await self._settle(lease=self._ledger.lease, **more)
        self._check()

    async def close(self, **more: Any) -> None:
        """Writes where it stands and gives the lease up; while Redis is away again and again, for a while."""
        await self._wait()
        for _ in range(TRIES):
            if self.lost or self._clock() > self._until:
                return
            try:
                await self._settle(lease=0.0, **more)
            except StoreAway:
                await asyncio.sleep(PAUSE)
            else:
                return

    async def _wait(self) -> None:
        """Waits for what is being written: the store gets everything in order."""
        if self._writer is not None:
            with contextlib.suppress(StoreError):
                await asyncio.shield(self._writer)
            self._writer = None

    async def _settle(self, *, lease: float, **more: Any) -> None:
        position, at = self.position, self._clock()
        delivered, self._delivered = self._delivered, 0
        skipped, self.skipped = self.skipped, 0
        delivered += more.pop("delivered", 0)
        settlement = HookSettlement(
            self._claim.hook,
            self._claim.token,
            position,
            lease=lease,
            delivered=delivered,
            skipped=skipped,
            **more,
        )
        try:
            kept = await self._ledger.settle(settlement)
        except StoreAway:
            self._delivered += delivered
            self.skipped += skipped
            raise
        self.lost = not kept
        self._written = position
        self._until = at + lease
