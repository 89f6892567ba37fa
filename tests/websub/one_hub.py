"""A process that tells subscribers, to be killed: `python one_hub.py REDIS ADDRESS NOW`. Its clock stands still."""

from __future__ import annotations

import asyncio
import sys

from aggregator import store as stores
from aggregator.config import Config
from aggregator.deliver import Publisher


async def main(redis: str, address: str, now: str) -> None:
    def clock() -> float:
        return float(now)

    async def at_once(_: str) -> None:
        """Hosts need no rest here."""

    polling = {"allow_private_networks": ["127.0.0.0/8"]}
    config = Config.model_validate({"server": {"public_url": address}, "polling": polling})
    async with stores.open(redis, clock=clock) as store:
        await Publisher(
            config, store, clock=clock, stop=asyncio.Event(), ask_host=at_once, timeout=60.0
        ).run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
