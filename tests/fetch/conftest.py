"""Sites on loopback that answer as a test wants them to, and a fetcher that may reach them."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import uvloop
from sites import Handler, Site

from aggregator.fetch import Fetcher, FetchSettings


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Every test of fetching runs on the loop of the service and on that of the standard library."""
    return {"uvloop": uvloop.new_event_loop, "asyncio": asyncio.new_event_loop}


@pytest.fixture
async def site() -> AsyncIterator[Callable[..., Awaitable[Site]]]:
    """`await site(handler)` starts a site; see `sites.Site`."""
    running: list[Site] = []

    async def start(handler: Handler, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> Site:
        running.append(await Site(handler, host, tls).start())
        return running[-1]

    yield start
    for each in running:
        await each.stop()


@pytest.fixture
async def fetcher() -> AsyncIterator[Callable[..., Awaitable[Fetcher]]]:
    """`await fetcher(timeout=1)` opens a fetcher that may reach loopback, unless told otherwise."""
    open_ones: list[Fetcher] = []

    async def start(**settings: Any) -> Fetcher:
        made = Fetcher(FetchSettings(**{"allow": ("127.0.0.0/8", "::1/128"), "timeout": 10.0, **settings}))
        open_ones.append(await made.__aenter__())
        return made

    yield start
    for each in open_ones:
        await each.__aexit__(None, None, None)
