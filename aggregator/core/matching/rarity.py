"""How common a word or phrase is among the stories that live now.

Counts are a function of the live stories alone (one text of each), so a rebuilt grouper weighs as the lost
one did.
They stand in a fixed table under the low bits of the hash: what shares a cell looks a little more common.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from math import sqrt

import numpy as np
import numpy.typing as npt

from aggregator.core.matching.text import Hashes

_ONE = np.uint32(1)
_LAST = 0xFFFFFFFF  # what comes last in any order
Weights = npt.NDArray[np.float64]


class Rarity:
    """Counts of hashes in `2**bits` cells, four bytes each."""

    def __init__(self, bits: int, least: float) -> None:
        self._held = array("I", bytes(4 << bits))
        self._cells = np.frombuffer(self._held, np.uint32)
        self._mask = np.uint32((1 << bits) - 1)
        self._size = 1 << bits
        self._total = 0
        self._least = least

    def add(self, hashes: Hashes, times: int = 1) -> None:
        """Count the (distinct) hashes of one more text, or with `times` -1 of one less."""
        where = (hashes & self._mask).astype(np.int64)
        (np.add if times > 0 else np.subtract).at(self._cells, where, _ONE)
        self._total += times * len(hashes)

    def add_all(self, hashes: Hashes, owners: npt.NDArray[np.int64]) -> None:
        """Count many texts at once: hashes that need not be distinct, and of which text each is, in order."""
        if len(hashes):
            self.add(_distinct(hashes, np.bincount(owners)))

    @property
    def noise(self) -> float:
        """What chance puts into a cell."""
        return self._total / self._size

    def weights(self, hashes: Hashes, few: float) -> Weights:
        """1 for a hash in up to `few` texts, then falling with the square of the count to `least`."""
        counts = self._cells[hashes & self._mask].astype(np.float64)
        share = few / np.maximum(counts - self.noise, few)
        found: Weights = np.maximum(share * share, self._least)
        return found

    def each(self, hashes: Iterable[int], few: float) -> list[float]:
        """The same for a handful of hashes, which is faster one by one."""
        held, mask = self._held, self._size - 1
        return self._weighed([held[hashed & mask] for hashed in hashes], few)

    def all(self, hashes: Hashes, few: float) -> list[float]:
        """The same for the hashes of an entry, whose cells are read in one go."""
        return self._weighed(self._cells.take(hashes & self._mask).tolist(), few)

    def _weighed(self, counts: list[int], few: float) -> list[float]:
        noise, least = self._total / self._size, self._least
        most, many = few + noise, 2 + few / sqrt(least) + noise
        return [
            1.0
            if count <= most
            else least
            if count > many  # a little beyond where it is reached
            else max((share := few / (count - noise)) * share, least)
            for count in counts
        ]


def _distinct(hashes: Hashes, lengths: npt.NDArray[np.int64]) -> Hashes:
    """The hashes of texts of these lengths, each once a text; short rows are sorted fast."""
    width = int(lengths.max())
    inside = np.arange(width) < lengths[:, None]
    rows = np.full(inside.shape, _LAST, np.uint32)
    rows[inside] = hashes
    rows.sort(axis=1)
    inside[:, 1:] &= rows[:, 1:] != rows[:, :-1]
    return rows[inside]
