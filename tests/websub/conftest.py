"""A publisher, a hub and a reader on loopback, and houses to live between them."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import uvloop
from house import House, Hub, Reader, Wire

from aggregator.store import Server
from aggregator.store import open as open_store


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """On the loop of the service."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async with Wire() as it:
        yield it


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    async with Hub() as it:
        yield it


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    async with Reader() as it:
        yield it


@pytest.fixture
async def houses(redis_url: str, clock: Any) -> AsyncIterator[Callable[..., Any]]:
    """`await houses(sources=…, feeds=…)`: each has a store of its own."""
    async with AsyncExitStack() as stack:
        count = 0

        async def built(**settings: Any) -> House:
            nonlocal count
            url = redis_url
            if count:  # the embedded server holds one store
                server = Server(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="agg-"))))
                url = await server.start()
                stack.push_async_callback(server.stop)
            store = await stack.enter_async_context(open_store(url, clock=clock))
            count += 1
            timeout = settings.pop("timeout", 10.0)
            return await stack.enter_async_context(House(store, clock, settings, timeout))

        yield built


@pytest.fixture
async def house(houses: Callable[..., Any], wire: Wire, hub: Hub) -> House:
    """One that has polled a source which names the hub."""
    wire.names(hub.url())
    it: House = await houses(sources=[wire.source()])
    await it.poll()
    return it
