"""Whether a server that takes its time still lives: who waits for it asks it a question that it must answer.

A long answer is no reason to give up, a server that does not even say PONG is. So a request to a server that
hangs (stopped, its disk or the network to it stuck) ends after some `AFTER` + `WITHIN` seconds, and one to a
server that is merely slow after the seconds that it was given.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from aggregator.core.errors import StoreError

AFTER: Final = 1.0  # seconds of waiting until the question is asked, and between two of them
WITHIN: Final = 1.0  # seconds to answer it


class Pulse:
    """Feels it, once for all who wait. `ping` asks the server, on a connection that nobody else uses."""

    def __init__(
        self, ping: Callable[[], Awaitable[object]], *, after: float = AFTER, within: float = WITHIN
    ) -> None:
        self._ping, self._after, self._within = ping, after, within
        self._waiting: set[asyncio.Timeout] = set()
        self._feeling: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def answering(self, seconds: float) -> AsyncIterator[None]:
        """As `asyncio.timeout(seconds)`, but over sooner if the server lives no more. Raises TimeoutError."""
        async with asyncio.timeout(seconds) as limit:
            slow = asyncio.get_running_loop().call_later(self._after, self._doubt, limit)
            try:
                yield
            finally:
                slow.cancel()
                self._waiting.discard(limit)

    def _doubt(self, limit: asyncio.Timeout) -> None:
        self._waiting.add(limit)
        if self._feeling is None or self._feeling.done():
            self._feeling = asyncio.create_task(self._feel(), name="pulse")

    async def _feel(self) -> None:
        """Asks for as long as somebody waits; ends their waiting if there is no answer."""
        time = asyncio.get_running_loop().time
        while self._waiting:
            asked, began = set(self._waiting), time()
            try:
                async with asyncio.timeout(self._within):
                    await self._ping()
            except (StoreError, TimeoutError):
                if time() - began > 1.5 * self._within:
                    continue  # it is this process that was slow
                for limit in asked & self._waiting:
                    if not limit.expired():
                        limit.reschedule(time())
                self._waiting -= asked
            else:
                await asyncio.sleep(self._after)
