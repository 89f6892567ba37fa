"""A process that delivers, to be killed: `python one_process.py REDIS URL NOW`. Its clock stands still."""

from __future__ import annotations

import asyncio
import sys

from receiver import configured

from aggregator import store as stores
from aggregator.deliver import Deliverer


async def main(redis: str, url: str, now: str) -> None:
    def clock() -> float:
        return float(now)

    async with stores.open(redis, clock=clock) as store:
        config = configured({"id": "desk", "url": url})
        await Deliverer(config, store, clock=clock, name="other", stop=asyncio.Event(), timeout=60.0).run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
