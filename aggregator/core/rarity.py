"""How common a word or phrase is among the stories that live now.

Counts are a function of the live stories alone (one text of each), so a rebuilt grouper weighs as the lost one did.
They stand in a fixed table under the low bits of the hash: what shares a cell looks a little more common.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from aggregator.core.text import Hashes

Weights = npt.NDArray[np.float32]


class Rarity:
    """Counts of hashes in `2**bits` cells, four bytes each."""

    def __init__(self, bits: int, least: float) -> None:
        self._cells = np.zeros(1 << bits, np.uint32)
        self._mask = np.uint32((1 << bits) - 1)
        self._total = 0
        self._least = least

    def add(self, hashes: Hashes, times: int = 1) -> None:
        """Count the (distinct) hashes of one more text, or with `times` -1 of one less."""
        if times > 0:
            np.add.at(self._cells, hashes & self._mask, 1)
        else:
            np.subtract.at(self._cells, hashes & self._mask, 1)
        self._total += times * len(hashes)

    def counts(self, hashes: Hashes) -> npt.NDArray[np.float32]:
        """In how many texts each hash stands, less what chance puts into its cell."""
        noise = np.float32(self._total / len(self._cells))
        return np.maximum(self._cells[hashes & self._mask].astype(np.float32) - noise, 0)

    def weights(self, hashes: Hashes, few: float) -> Weights:
        """1 for a hash in up to `few` texts, then falling with the square of the count to `least`."""
        share = np.float32(few) / np.maximum(self.counts(hashes), np.float32(few))
        return np.maximum(share * share, np.float32(self._least))
