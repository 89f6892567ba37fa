"""What the store remembers of every source, read once for all lists that are asked for in one moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TypeAlias

from aggregator.core.model import SourceState
from aggregator.web.catalogue import HANG, Catalogue

MOMENT = 2.0  # seconds that a reading is good for: reading the states of 10,000 sources takes a while
UNKNOWN: tuple[SourceState, float | None] = (SourceState(), None)

Status: TypeAlias = Mapping[str, tuple[SourceState, float | None]]
"""Of each source what is remembered, and when it is due."""


class States:
    """The states of all sources."""

    def __init__(self, catalogue: Catalogue, clock: Callable[[], float]) -> None:
        self._catalogue, self._clock = catalogue, clock
        self._status: Status = {}
        self._read_for: object = None
        self._reading: asyncio.Task[Status] | None = None

    @property
    def moment(self) -> tuple[int, bool]:
        """Equal for as long as one reading will do."""
        return int(self._clock() / MOMENT), self._catalogue.fresh

    async def read(self) -> Status:
        """As they are, or were a moment ago. Raises StoreAway, TimeoutError."""
        moment = self.moment
        if moment == self._read_for:
            return self._status
        if self._reading is None:
            self._reading = asyncio.ensure_future(self._read())
            self._reading.add_done_callback(self._done)
        self._status = await asyncio.shield(self._reading)
        self._read_for = moment
        return self._status

    async def _read(self) -> Status:
        store = self._catalogue.store
        async with store.answering(HANG * 2):
            return await store.sources.status()

    def _done(self, reading: asyncio.Task[Status]) -> None:
        self._reading = None
        if not reading.cancelled():
            reading.exception()  # those who wait raise it
