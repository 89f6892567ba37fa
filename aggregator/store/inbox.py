"""The durable stream between the two halves of the walk, and the grouper's lease.

Workers append arrivals; the one that holds the lease reads them in order. Its position moves in the script of
its commits (`stories.commit`), which also cuts off what was read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from aggregator.core.errors import AggregatorError
from aggregator.core.model import Arrival
from aggregator.core.order import Order
from aggregator.store import keys
from aggregator.store.room import Room

BOUND: Final = 50_000  # arrivals that may wait
CHUNK_BYTES: Final = 1_000_000  # of one script call
CHUNK_COUNT: Final = 1_000


class InboxFull(AggregatorError):
    """The grouper is behind: hold back and hand in later."""


class Inbox(Room):
    """Arrivals on their way to the grouper."""

    async def hand_in(self, arrivals: Sequence[Arrival], bound: int = BOUND) -> None:
        """Appends arrivals in their order; raises InboxFull where more than `bound` would wait.

        One script call for each megabyte: each is written whole or not at all. After an error call it again
        with all of them: the grouper drops what it knows.
        """
        for chunk in _chunks([keys.pack_arrival(arrival) for arrival in arrivals]):
            if await self._link.run("hand_in", keys.STORE, bound, *chunk) < 0:
                raise InboxFull(f"The inbox holds {bound} entries that are not grouped yet.")

    async def take(self, after: str, limit: int, wait: float = 0.0) -> list[tuple[str, Arrival | Order]]:
        """At most `limit` arrivals and editors' orders after a position, oldest first, each with its own.

        The position "" is the beginning. Where there is none it waits up to `wait` seconds (no more than
        five) for the first.
        """
        words: list[str | int] = ["XREAD", "COUNT", limit]
        if wait > 0:
            words += ["BLOCK", max(1, int(min(wait, 5.0) * 1000))]
        answer = await self._link.command(*words, "STREAMS", keys.INBOX, after or "0-0")
        entries = answer[0][1] if answer else []
        return [(position.decode(), _unpacked(*fields)) for position, fields in entries]

    async def length(self) -> int:
        """How many arrivals wait."""
        return int(await self._link.command("XLEN", keys.INBOX))

    async def lead(self, worker: str, lease: float) -> int | None:
        """Takes or renews the grouper's lease for `lease` seconds: its number; None where another holds it.

        `worker` is unique among all processes: who renews under the same name keeps the number.
        """
        number = await self._link.run("lead", keys.STORE, self._now(), worker, repr(float(lease)), "")
        return None if number is None else int(number)

    async def is_led(self) -> bool:
        """Does anybody hold the grouper's lease?"""
        worker, until = await self._link.command("HMGET", keys.LEAD, "worker", "until")
        return bool(worker) and float(until or 0) > await self._store.now()

    async def resign(self, worker: str, number: int) -> None:
        """Gives the grouper's lease up, so that another need not wait for its end."""
        await self._link.run("lead", keys.STORE, self._now(), worker, "0", number)

    async def position(self) -> str:
        """Up to where the inbox is grouped and committed; "" at the beginning."""
        position = await self._link.command("HGET", keys.LEAD, "position")
        return position.decode() if position else ""


def _unpacked(field: bytes, data: bytes) -> Arrival | Order:
    return keys.unpack_order(data) if field == keys.ORDER_FIELD else keys.unpack_arrival(data)


def _chunks(packed: list[bytes]) -> Iterator[list[bytes]]:
    chunk: list[bytes] = []
    size = 0
    for data in packed:
        if chunk and (size + len(data) > CHUNK_BYTES or len(chunk) == CHUNK_COUNT):
            yield chunk
            chunk, size = [], 0
        chunk.append(data)
        size += len(data)
    if chunk:
        yield chunk
