"""A store, a receiver on loopback, and deliverers that may reach it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from receiver import SECRET, Clerk, Receiver

from aggregator import store as stores
from aggregator.config import Config
from aggregator.deliver import Deliverer
from aggregator.store import Store


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


def configured(*hooks: dict[str, Any], allow: Any = ("127.0.0.0/8",)) -> Config:
    """A configuration with these hooks; those without a secret sign with SECRET."""
    polling = {"allow_private_networks": list(allow) if isinstance(allow, tuple) else allow}
    return Config.model_validate(
        {"polling": polling, "webhooks": [{"secret": SECRET, **hook} for hook in hooks]}
    )


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
