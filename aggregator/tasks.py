"""What every loop of a process needs: to sleep no longer than it is wanted, and to end for certain."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any


async def nap(stop: asyncio.Event, seconds: float) -> None:
    """Sleeps, but not past the signal to stop."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


async def end(task: asyncio.Task[Any]) -> None:
    """Cancels a task until it ends: the Redis client swallows a cancellation that meets it connecting."""
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=0.1)
