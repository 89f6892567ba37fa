"""What a search found: stories to be walked through newest first, or ranked by their outlets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from aggregator.core.columns import MOST_OUTLETS
from aggregator.core.feed import Facts
from aggregator.core.inverted import Slots

Place: TypeAlias = tuple[float, str]  # (placed, story id)

LOOK: Final = 256  # texts looked at for a phrase at first; twice as many each time, where few hold it
MOST_LOOK: Final = 4_096  # about a millisecond


class Ranked:
    """Ids of stories in an order that does not change any more, at four bytes each."""

    __slots__ = ("_ids", "name", "slots")

    def __init__(self, slots: Slots, ids: Sequence[str], name: bytes) -> None:
        self.slots, self._ids, self.name = slots, ids, name

    def __len__(self) -> int:
        return len(self.slots)

    def some(self, start: int, stop: int) -> list[str]:
        """The ids from one rank to another."""
        return [self._ids[slot] for slot in self.slots[start:stop].tolist()]


class Hits:
    """The stories that were found when they were asked for: it lasts, whatever comes and goes since.

    `slots` run oldest first; where there are `phrases`, the texts are still to be looked at.
    """

    def __init__(
        self,
        slots: Slots,
        ids: Sequence[str],
        known: Sequence[Facts],
        outlets: npt.NDArray[np.uint16],
        phrases: Sequence[str] = (),
    ) -> None:
        self.slots, self._ids, self._known = slots, ids, known
        self._outlets, self._phrases = outlets, phrases

    def newest(self) -> Iterator[list[Place]]:
        """All of them, newest first, in portions between which others may have their turn."""
        end, portion = len(self.slots), LOOK
        while end > 0:
            some = self.slots[max(0, end - portion) : end][::-1].tolist()
            yield list(self._those(some))
            end, portion = end - portion, min(2 * portion, MOST_LOOK)

    def _those(self, slots: Sequence[int]) -> Iterator[Place]:
        for slot in slots:
            if self._holds(slot):
                yield self._known[slot].placed, self._ids[slot]

    def certain(self) -> Iterator[None]:
        """Looks at all texts that must be looked at, in portions; then all hits hold all phrases."""
        found = []
        for start in range(0, len(self.slots) if self._phrases else 0, MOST_LOOK):
            some = self.slots[start : start + MOST_LOOK]
            found.append(some[[self._holds(slot) for slot in some.tolist()]])
            yield
        if found:
            self.slots = np.concatenate(found)
        self._phrases = ()

    def _holds(self, slot: int) -> bool:
        text = self._known[slot].text
        return all(phrase in text for phrase in self._phrases)

    def ranked(self, name: bytes) -> Ranked:
        """Those with most outlets first, then the newest; when they are `certain`."""
        slots = self.slots[::-1]
        few_last = (MOST_OUTLETS - self._outlets[slots]).astype(np.uint16)
        return Ranked(slots[np.argsort(few_last, kind="stable")], self._ids, name)
