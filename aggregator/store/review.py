"""What an editor should look at: close decisions, written by the grouper's commits, answered by people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from aggregator.core.model import Doubt, Record
from aggregator.store import keys
from aggregator.store.room import Room

ANSWERED: Final = 10_000  # answers that are remembered, so that a question is not asked again


class Look(Record, frozen=True):
    """A close decision and the live stories that hold its two entries now: one, or two.

    `reach` is how many copies these stories have. `stories` begins with that of the doubt's entry.
    """

    id: str
    doubt: Doubt
    stories: tuple[str, ...]
    reach: int


class Review(Room):
    """The queue "Needs a look": at most a thousand, the newest."""

    async def list(self, limit: int = 50, cursor: str = "") -> tuple[Sequence[Look], str]:
        """A page of what still is a question, widest reach first, and the cursor of the next; "": the last.

        Left out is what is no question any more: a copy that expired or left, two that were joined since. An
        unknown cursor begins anew.
        """
        looks = await self._open()
        after = _place(cursor)
        rest = [look for look in looks if after is None or _order(look) > after]
        page = rest[:limit]
        return page, _cursor(page[-1]) if len(rest) > limit else ""

    async def count(self) -> int:
        """How many there are to look at."""
        return len(await self._open())

    async def find(self, id_: str) -> Doubt | None:
        """A doubt by its id, None where it was answered or is no longer kept."""
        packed = await self._link.command("HGET", keys.LOOKS, id_)
        return None if packed is None else keys.unpack_doubt(packed)

    async def answered(self, id_: str) -> bool:
        """Takes a question out of the queue for good, whatever the answer was; False where it was not in it.

        The same question is not asked again, also when the grouper meets it again.
        """
        found, *_ = await self._link.commands(
            [
                ("HEXISTS", keys.LOOKS, id_),
                ("ZADD", keys.LOOKED, repr(await self._store.now()), id_),
                ("ZREMRANGEBYRANK", keys.LOOKED, 0, -ANSWERED - 1),
                ("HDEL", keys.LOOKS, id_),
                ("ZREM", keys.LOOKS_AT, id_),
            ]
        )
        return bool(found)

    async def _open(self) -> Sequence[Look]:
        """All questions that still are one, in order."""
        answer = await self._link.command("HGETALL", keys.LOOKS)
        doubts = {id_.decode(): keys.unpack_doubt(packed) for id_, packed in _pairs(answer)}
        entries = sorted({entry for doubt in doubts.values() for entry in (doubt.entry, doubt.verdict.other)})
        homes = dict(zip(entries, await self._homes(entries), strict=True))
        sizes = await self._sizes(sorted({home for home in homes.values() if home}))
        looks = []
        for id_, doubt in doubts.items():
            one, other = homes[doubt.entry], homes[doubt.verdict.other]
            if one in sizes and other in sizes and (one == other) == (doubt.kind != "refused"):
                stories = tuple(dict.fromkeys((one, other)))
                looks.append(Look(id_, doubt, stories, sum(sizes[story] for story in stories)))
        return sorted(looks, key=_order)

    async def _homes(self, entries: Sequence[str]) -> Sequence[str]:
        """The story of each entry, "" where it is no copy: sixteen bytes of what is stored of the copy."""
        found = await self._link.commands(
            [("GETRANGE", keys.COPY + entry.encode(), 1, 16) for entry in entries]
        )
        return [raw.hex() for raw in found]

    async def _sizes(self, stories: Sequence[str]) -> dict[str, int]:
        """How many copies each story has; those that are gone are left out."""
        found = await self._link.commands(
            [("GETRANGE", keys.STORY + story.encode(), 1, 2) for story in stories]
        )
        return {
            story: int.from_bytes(raw, "little") for story, raw in zip(stories, found, strict=True) if raw
        }


def _pairs(answer: list[bytes]) -> list[tuple[bytes, bytes]]:
    return list(zip(answer[::2], answer[1::2], strict=True))


def _order(look: Look) -> tuple[int, int, str]:
    """Widest reach first, then the newest."""
    return -look.reach, -round(look.doubt.at * 1e6), look.id


def _cursor(look: Look) -> str:
    reach, at, id_ = _order(look)
    return f"{-reach}_{-at}_{id_}"


def _place(cursor: str) -> tuple[int, int, str] | None:
    try:
        reach, at, id_ = cursor.split("_")
        return -int(reach), -int(at), id_
    except ValueError:
        return None
