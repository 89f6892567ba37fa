"""Editors' orders: handed in by whoever takes them, done by the grouper, kept for history and undo."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from aggregator.core.order import Order, Ruling
from aggregator.store import keys
from aggregator.store.inbox import BOUND, InboxFull
from aggregator.store.room import Room

KEPT: Final = 10_000
"""Rulings that are kept when they are over; those that are open are kept whatever their number."""
MOST: Final = 2 * BOUND  # that may wait in the inbox: an editor is not held back where gathering is
LOOK: Final = 0.05  # seconds between two looks for a ruling


class Orders(Room):
    """What editors decided."""

    async def hand_in(self, order: Order) -> bool:
        """Puts an order in line for the grouper; False where one of its id is known already.

        Raises: InboxFull where far too much waits to be grouped.
        """
        waits = Ruling(
            order, "waiting", "Taken; it will be done when a worker groups.", stories=_named(order)
        )
        words = (order.id, keys.pack_order(order), keys.pack_ruling(waits), MOST)
        taken = int(await self._link.run("order", keys.STORE, *words))
        if taken < 0:
            raise InboxFull(f"The inbox holds {MOST} entries that are not grouped yet: try again later.")
        return taken == 1

    async def ruling(self, id_: str) -> Ruling | None:
        """What became of an order; None where it is not known, or was forgotten."""
        data = await self._link.command("GET", keys.ORDER + id_.encode("utf-8", "replace"))
        return None if data is None else keys.unpack_ruling(data)

    async def settled(self, id_: str, seconds: float) -> Ruling | None:
        """What became of an order that was handed in, after `seconds` at most: then it may still wait."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while True:
            ruling = await self.ruling(id_)
            if ruling is None or ruling.outcome != "waiting" or loop.time() >= until:
                return ruling
            await asyncio.sleep(LOOK)

    async def open(self) -> Sequence[Ruling]:
        """Every order that still binds or can be undone: what a new grouper takes up."""
        ids = [id_.decode() for id_ in await self._link.command("SMEMBERS", keys.ORDERS_OPEN)]
        return await self._rulings(ids)

    async def history(self, story: str) -> Sequence[Ruling]:
        """The orders that concern a story, also under ids that it had before; the newest first."""
        low, high = f"[{story}:", f"({story};"  # the sign after the colon
        members = await self._link.command("ZRANGEBYLEX", keys.ORDERS_BY, low, high)
        rulings = await self._rulings([member.decode().partition(":")[2] for member in members])
        return sorted(rulings, key=lambda one: (one.order.at, one.number), reverse=True)

    async def all(self, limit: int = 100, skip: int = 0) -> Sequence[Ruling]:
        """Orders, the newest first."""
        ids = await self._link.command("ZREVRANGE", keys.ORDERS, skip, skip + limit - 1)
        return await self._rulings([id_.decode() for id_ in ids])

    async def _rulings(self, ids: Sequence[str]) -> list[Ruling]:
        if not ids:
            return []
        found = await self._link.command("MGET", *[keys.ORDER + id_.encode() for id_ in ids])
        return [keys.unpack_ruling(data) for data in found if data is not None]


def _named(order: Order) -> tuple[str, ...]:
    """The stories that an order names."""
    return tuple(dict.fromkeys(id_ for id_ in (order.story, order.other) if id_))
