"""An open store on each kind of server, under a clock that stands still until it is moved."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from aggregator import store


@pytest.fixture
async def opened(any_redis_url: str, clock: Callable[[], float]) -> AsyncIterator[store.Store]:
    """The store, checked."""
    async with store.open(any_redis_url, clock=clock) as it:
        yield it


@pytest.fixture
async def another(
    any_redis_url: str, clock: Callable[[], float], opened: store.Store
) -> AsyncIterator[store.Store]:
    """The same store, opened by another process."""
    async with store.open(any_redis_url, clock=clock) as it:
        yield it
