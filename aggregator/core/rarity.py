"""How common a word or phrase is among the stories that live now.

Counts are a function of the live stories alone (one text of each), so a rebuilt grouper weighs as the lost
one did.
They stand in a fixed table under the low bits of the hash: what shares a cell looks a little more common.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from aggregator.core.text import Hashes

Weights = npt.NDArray[np.float64]


class Rarity:
    """Counts of hashes in `2**bits` cells, four bytes each."""

    def __init__(self, bits: int, least: float) -> None:
        self._held = array("I", bytes(4 << bits))
        self._cells = np.frombuffer(self._held, np.uint32)
        self._mask = (1 << bits) - 1
        self._total = 0
        self._least = least

    def add(self, hashes: Hashes, times: int = 1) -> None:
        """Count the (distinct) hashes of one more text, or with `times` -1 of one less."""
        held = self._held
        for cell in (hashes & np.uint32(self._mask)).tolist():
            held[cell] += times
        self._total += times * len(hashes)

    def add_all(self, texts: list[Hashes]) -> None:
        """Count many texts at once, whose hashes need not be distinct."""
        owners = np.repeat(np.arange(len(texts), dtype=np.uint64), [len(text) for text in texts])
        whole = np.concatenate([*texts, np.empty(0, np.uint32)]).astype(np.uint64)
        ordered = np.sort(owners << np.uint64(32) | whole)
        kept = np.ones(len(ordered), bool)
        kept[1:] = ordered[1:] != ordered[:-1]
        distinct = ordered[kept]
        cells = (distinct & np.uint64(self._mask)).astype(np.int64)
        self._cells += np.bincount(cells, minlength=self._mask + 1).astype(np.uint32)
        self._total += len(distinct)

    @property
    def noise(self) -> float:
        """What chance puts into a cell."""
        return self._total / (self._mask + 1)

    def weights(self, hashes: Hashes, few: float) -> Weights:
        """1 for a hash in up to `few` texts, then falling with the square of the count to `least`."""
        counts = self._cells[hashes & np.uint32(self._mask)].astype(np.float64)
        share = few / np.maximum(counts - self.noise, few)
        found: Weights = np.maximum(share * share, self._least)
        return found

    def each(self, hashes: Iterable[int], few: float) -> list[float]:
        """The same for a handful of hashes, which is faster one by one."""
        held, mask, noise, least = self._held, self._mask, self.noise, self._least
        found = []
        for hashed in hashes:
            count = held[hashed & mask] - noise
            share = few / count if count > few else 1.0
            found.append(max(share * share, least))
        return found
