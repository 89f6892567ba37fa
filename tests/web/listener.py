"""A client of server-sent events that reads as the WHATWG's specification tells."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from newsdesk import Reader


@dataclass
class Event:
    """One event."""

    type: str
    data: Any
    last_id: str


class Listener:
    """Reads blocks off a response; comments are counted, and an id without data is kept."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.response = response
        self.comments = 0
        self.last_id = ""
        self.retry = 0

    async def event(self) -> Event:
        """The next event. Raises: EOFError where the stream ended well."""
        async with asyncio.timeout(20):
            while True:
                found = await self._block()
                if found is not None:
                    return found

    async def events(self, count: int) -> list[Event]:
        """The next so many events."""
        return [await self.event() for _ in range(count)]

    async def comment(self) -> None:
        """Waits for one comment more."""
        before = self.comments
        async with asyncio.timeout(20):
            while self.comments == before:
                assert await self._block() is None

    async def _block(self) -> Event | None:
        kind, data = "message", ""
        while True:
            line = (await self.response.content.readline()).decode()
            if not line:
                raise EOFError
            line = line.rstrip("\n")
            if not line:
                break
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if not name:
                self.comments += 1
            elif name == "event":
                kind = value
            elif name == "data":
                data += value
            elif name == "id":
                self.last_id = value
            elif name == "retry":
                self.retry = int(value)
        return Event(kind, json.loads(data), self.last_id) if data else None


@asynccontextmanager
async def listening(reader: Reader, query: str = "", **headers: str) -> AsyncIterator[Listener]:
    """Listens once the server has said so: what is committed from now on is told."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    async with reader.http.get(reader.runner.address + "/events" + query, headers=given) as response:
        assert response.status == 200, await response.text()
        listener = Listener(response)
        await listener.comment()
        yield listener
