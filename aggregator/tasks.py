"""What every loop of a process needs: to sleep no longer than it is wanted, and to end for certain."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any


async def nap(stop: asyncio.Event, seconds: float) -> None:
    """Sleeps, but not past the signal to stop."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


async def end(*tasks: asyncio.Task[Any], again: float = 0.1) -> None:
    """Cancels tasks until they end: the Redis client swallows a cancellation that meets it connecting.

    `again`: seconds after which those that have not ended are cancelled once more.
    """
    while left := [task for task in tasks if not task.done()]:
        for task in left:
            task.cancel()
        await asyncio.wait(left, timeout=again)
