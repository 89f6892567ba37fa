"""The change log: numbered from 1 without gaps, compact, bounded; written by the commits.

A cursor into it is `epoch-number`: an epoch ends when the store was lost, or fell back to an older state.
"""

from __future__ import annotations

from aggregator.core.model import Change
from aggregator.store import keys
from aggregator.store.room import Room


class Changes(Room):
    """What happened to stories, in order."""

    async def since(self, number: int, limit: int) -> list[Change]:
        """At most `limit` changes after a number, oldest first."""
        answer = await self._link.command(
            "XRANGE", keys.CHANGES, f"{number + 1}-0", "+", "COUNT", limit
        )  # fmt: skip
        return [keys.unpack_change(int(id_.partition(b"-")[0]), fields[1]) for id_, fields in answer]

    async def oldest(self) -> int:
        """The number of the oldest change that is kept; one more than `newest` where none is."""
        answer = await self._link.command("XRANGE", keys.CHANGES, "-", "+", "COUNT", 1)
        return int(answer[0][0].partition(b"-")[0]) if answer else await self.newest() + 1

    async def newest(self) -> int:
        """The number of the last change; 0 before the first. `Store.epoch` is brought up to date with it."""
        last, epoch = await self._link.commands([("HGET", keys.LEAD, "last"), ("HGET", keys.META, "epoch")])
        if epoch is not None:
            self._store.epoch = epoch.decode()
        return int(last or 0)

    async def wait(self, after: int, seconds: float) -> bool:
        """Waits for a change after a number: True as soon as there is one.

        False after `seconds`, and after five of them at most: a connection is not held for longer.
        """
        words = ("XREAD", "COUNT", 1, "BLOCK", max(1, int(min(seconds, 5.0) * 1000)))
        return bool(await self._link.command(*words, "STREAMS", keys.CHANGES, f"{after}-0"))
