"""Who is alive: each process says so every few seconds, and what it is."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from aggregator.store import keys
from aggregator.store.room import Room

OUTAGE: Final = 60.0  # seconds without any heartbeat
PRICE_KEPT: Final = 86_400  # seconds
JUMP: Final = 5.0  # seconds that the clock may step back unnoticed


class Workers(Room):
    """The processes that share the store."""

    _epoch = ""  # at the last heartbeat of this one

    async def heartbeat(self, worker: str, info: dict[str, Any], ttl: float) -> bool:
        """Says that a process is alive for `ttl` seconds, and what it tells of itself (JSON).

        Call it before the first claim and every few seconds: the first one after a minute without any spreads
        what is overdue, a clock that stepped back takes the schedule along, and a server that failed over
        begins an epoch. True where the epoch is another one than at the last heartbeat: the store may have
        been lost, so the list of sources is to be taken up again.
        """
        before = self._epoch or self._store.epoch
        said = msgspec.json.encode({"schema": keys.SCHEMA, **info})
        since = await self._store.meet(worker, repr(float(ttl)), said)
        if since is not None and (since > OUTAGE or since < -JUMP):
            await self._store.sources.spread(since)
        self._epoch = self._store.epoch
        return self._epoch != before

    async def forget(self, worker: str) -> None:
        """Takes back that a process is alive: it ends."""
        await self._link.command("HDEL", keys.WORKERS, worker)

    async def keep_price(self, price: float) -> None:
        """Keeps the price of a request for whoever starts within a day."""
        await self._link.command("SET", keys.PRICE, repr(price), "EX", PRICE_KEPT)

    async def price(self) -> float | None:
        """The price of a request that was kept last; None where there is none."""
        kept = await self._link.command("GET", keys.PRICE)
        return None if kept is None else float(kept)

    async def alive(self) -> dict[str, dict[str, Any]]:
        """What every process that is alive says of itself."""
        now = await self._store.now()
        flat = await self._link.command("HGETALL", keys.WORKERS)
        pairs = zip(flat[::2], flat[1::2], strict=True)
        said = {worker.decode(): value.partition(b" ") for worker, value in pairs}
        return {
            worker: msgspec.json.decode(info) for worker, (till, _, info) in said.items() if float(till) > now
        }
