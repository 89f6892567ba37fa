"""A store, a receiver on loopback, and deliverers that may reach it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
import uvloop
from receiver import Clerk, Receiver, configured

from aggregator import store as stores
from aggregator.deliver import Deliverer
from aggregator.store import Store


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """On the loop of the service and on that of the standard library."""
    return {"uvloop": uvloop.new_event_loop, "asyncio": asyncio.new_event_loop}


@pytest.fixture
async def store(redis_url: str, clock: Callable[[], float]) -> AsyncIterator[Store]:
    async with stores.open(redis_url, clock=clock) as opened:
        yield opened


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as it:
        yield it


@pytest.fixture
def clerk(store: Store) -> Clerk:
    return Clerk(store)


@pytest.fixture
async def deliverer(store: Store, clock: Callable[[], float]) -> AsyncIterator[Callable[..., Any]]:
    """`await deliverer(hook, …)` opens one; a first step has made its hooks known."""
    async with AsyncExitStack() as stack:

        async def opened(*hooks: dict[str, Any], timeout: float = 10.0, **more: Any) -> Deliverer:
            it = Deliverer(
                configured(*hooks, **more),
                store,
                clock=clock,
                name="one",
                stop=asyncio.Event(),
                timeout=timeout,
            )
            await stack.enter_async_context(it)
            await it.step()
            return it

        yield opened


@pytest.fixture
async def running(store: Store, clock: Callable[[], float]) -> AsyncIterator[Callable[..., Any]]:
    """`await running(hook, …)` starts one, which knows its hooks and delivers until the test is over."""
    async with AsyncExitStack() as stack:

        async def started(*hooks: dict[str, Any], name: str = "one", timeout: float = 60.0) -> Deliverer:
            stop = asyncio.Event()
            it = Deliverer(
                configured(*hooks), store, clock=clock, name=name, stop=stop, timeout=timeout, drain=0.0
            )
            await store.hooks.claim({hook["id"]: hook["url"] for hook in hooks}, 1.0)  # they begin here
            task = asyncio.create_task(it.run())
            stack.push_async_callback(lambda: task)
            stack.callback(stop.set)
            return it

        yield started
