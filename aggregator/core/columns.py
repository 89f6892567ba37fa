"""A few numbers of each of many stories, in arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from aggregator.core.feed import Facts

Mask: TypeAlias = npt.NDArray[np.bool_]
Places: TypeAlias = npt.NDArray[np.intp]

ROOM: Final = 64  # slots, at least, that are made at a time
MOST_OUTLETS: Final = 65_535


@dataclass(slots=True)
class Columns:
    """A number for each slot. None of a slot ever changes, but whether it lives."""

    lives: Mask
    shown: Mask
    placed: npt.NDArray[np.float64]
    outlets: npt.NDArray[np.uint16]
    high: npt.NDArray[np.uint64]  # of the id, by which stories of one moment are ordered
    low: npt.NDArray[np.uint64]

    @classmethod
    def empty(cls) -> Columns:
        """No slot at all."""
        return cls(
            np.zeros(ROOM, np.bool_),
            np.zeros(ROOM, np.bool_),
            np.zeros(ROOM, np.float64),
            np.zeros(ROOM, np.uint16),
            np.zeros(ROOM, np.uint64),
            np.zeros(ROOM, np.uint64),
        )

    def put(self, slot: int, story: str, known: Facts) -> None:
        """Fills a slot; the columns grow by doubling."""
        if slot >= len(self.lives):
            for name in _COLUMNS:
                old = getattr(self, name)
                setattr(self, name, np.concatenate((old, np.zeros_like(old))))
        self.lives[slot], self.shown[slot] = True, known.shown
        self.placed[slot], self.outlets[slot] = known.placed, min(known.outlets, MOST_OUTLETS)
        self.high[slot], self.low[slot] = int(story[:16], 16), int(story[16:], 16)

    def ordered(self, slots: Places) -> Places:
        """These slots by (placed, id)."""
        return slots[np.lexsort((self.low[slots], self.high[slots], self.placed[slots]))]

    def keys(self, slots: Places) -> npt.NDArray[np.complex128]:
        """Numbers that sort as (placed, most of the id) do: complex ones, first by their real part."""
        found = np.empty(len(slots), np.complex128)
        found.real, found.imag = self.placed[slots], self.high[slots] >> np.uint64(11)
        return found

    def same(self, some: Places, others: Places) -> bool:
        """Whether each slot is of the same story as its fellow."""
        high, low = self.high, self.low
        return bool(np.all((high[some] == high[others]) & (low[some] == low[others])))

    def taken(self, slots: Places) -> Columns:
        """The columns of these slots, as slots 0, 1, 2 …, with room for more."""
        room = np.zeros(max(ROOM, len(slots) // 8), np.intp)
        some = Columns(*(getattr(self, name)[np.concatenate((slots, room))] for name in _COLUMNS))
        some.lives[len(slots) :] = False
        return some


_COLUMNS: Final = ("lives", "shown", "placed", "outlets", "high", "low")
