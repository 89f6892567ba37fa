"""A real server with a real Redis behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from newsdesk import SOURCES, Newsdesk, Reader

from aggregator import store as stores
from aggregator.config import Config
from aggregator.store import Store
from aggregator.web import Runner, start


@pytest.fixture
async def store(redis_url: str) -> AsyncIterator[Store]:
    async with stores.open(redis_url) as opened:
        yield opened


@pytest.fixture
async def desk(store: Store) -> Newsdesk:
    lease = await store.inbox.lead("desk", 600.0)
    assert lease is not None
    return Newsdesk(store, lease)


@pytest.fixture
async def serve(store: Store, clock: Callable[[], float]) -> AsyncIterator[Callable[..., Any]]:
    """Starts servers, which end with the test."""
    runners: list[Runner] = []
    async with aiohttp.ClientSession(auto_decompress=False) as http:

        async def started(**settings: Any) -> Reader:
            config = Config.model_validate(
                {"sources": SOURCES, "server": {"host": "127.0.0.1", "port": 0}, **settings}
            )
            runner = await start(config, store, clock=clock)
            runners.append(runner)
            return Reader(runner, http)

        yield started
        for runner in runners:
            await runner.cleanup()


@pytest.fixture
async def reader(serve: Callable[..., Any]) -> Reader:
    """A server with two sources and no views."""
    return await serve()
