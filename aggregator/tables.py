"""The tables of sources, read from Redis for many polls at once."""

from __future__ import annotations

import asyncio

from aggregator.core.errors import StoreError
from aggregator.core.table import Table
from aggregator.store import Store


class Tables:
    """The tables of sources, read as many at a time as are asked for while the last reading is under way."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._wanted: dict[str, asyncio.Future[Table]] = {}
        self._reading: asyncio.Task[None] | None = None

    async def of(self, source: str) -> Table:
        """The table of a source; empty where it has none. Raises StoreAway."""
        future = self._wanted.get(source)
        if future is None:
            future = self._wanted[source] = asyncio.get_running_loop().create_future()
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
        return await future

    async def _read(self) -> None:
        while self._wanted:
            wanted, self._wanted = self._wanted, {}
            try:
                found = await self._store.sources.tables(list(wanted))
            except StoreError as error:
                for future in wanted.values():
                    if not future.done():
                        future.set_exception(error)
            else:
                for source, future in wanted.items():
                    if not future.done():
                        future.set_result(Table(found.get(source, b"")))
        self._reading = None
