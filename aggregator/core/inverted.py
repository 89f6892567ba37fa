"""An inverted index: which of many numbered things hold a term.

What was added last lies in a tail, in the order in which it came, and is looked through; the rest lies sorted
by term. `merged` makes a sorted whole of both. It changes nothing that is there, so it may run in a thread
while others read and add. A term is known by its hash alone: of a million terms two have the same 64 bits
once in forty million runs.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Slots: TypeAlias = npt.NDArray[np.uint32]
Hashes: TypeAlias = npt.NDArray[np.int64]

PARTS: Final = 16
"""Into so many parts the terms fall by their hash: what a merge needs for a while is that much smaller."""


class Part:
    """Terms whose hashes end alike: the slots of `terms[n]` are `slots[starts[n]:starts[n + 1]]`."""

    __slots__ = ("slots", "starts", "terms")

    def __init__(self, terms: Hashes, starts: npt.NDArray[np.int64], slots: Slots) -> None:
        self.terms = terms
        self.starts = starts
        self.slots = slots

    @classmethod
    def empty(cls) -> Part:
        """No term at all."""
        return cls(np.empty(0, np.int64), np.zeros(1, np.int64), np.empty(0, np.uint32))

    def slots_of(self, term: int) -> Slots:
        """All that hold the term."""
        at = int(np.searchsorted(self.terms, term))
        if at == len(self.terms) or int(self.terms[at]) != term:
            return self.slots[:0]
        return self.slots[self.starts[at] : self.starts[at + 1]]

    def merged(self, terms: Hashes, slots: Slots, moved: npt.NDArray[np.int32]) -> Part:
        """This and further pairs, with every slot n become `moved[n]`; what moves to -1 is left out."""
        ours, kept = moved[self.slots], np.diff(self.starts)
        if len(ours):
            lasting = ours >= 0
            kept = np.add.reduceat(lasting, self.starts[:-1], dtype=np.int64)
            ours = ours[lasting]
        lasting_terms = self.terms[kept > 0]
        kept = kept[kept > 0]
        theirs = moved[slots]
        order = np.argsort(terms[theirs >= 0])
        theirs = theirs[theirs >= 0][order]
        more_terms, more = np.unique(terms[moved[slots] >= 0][order], return_counts=True)
        every = np.union1d(lasting_terms, more_terms)
        first, second = np.searchsorted(every, lasting_terms), np.searchsorted(every, more_terms)
        counts = np.zeros(len(every), np.int64)
        counts[first] = kept
        begins = counts[second]  # where in a term's slots those begin that come new
        counts[second] += more
        starts = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))
        whole = np.empty(int(starts[-1]), np.uint32)
        _place(whole, ours, starts[first], kept)
        _place(whole, theirs, starts[second] + begins, more)
        return Part(every, starts, whole)


def _place(
    whole: Slots,
    values: npt.NDArray[np.int32],
    starts: npt.NDArray[np.int64],
    counts: npt.NDArray[np.int64],
) -> None:
    """Writes runs of so many values each to where each run starts."""
    before = np.cumsum(counts) - counts
    whole[np.arange(len(values)) + np.repeat(starts - before, counts)] = values


class Postings:
    """Which slots hold which terms. Slots are given by the order of adding, from 0."""

    def __init__(self, parts: Sequence[Part] | None = None, first: int = 0) -> None:
        self.parts = list(parts) if parts is not None else [Part.empty()] * PARTS
        self.first = first  # slot of the tail's first thing
        self._terms = array("q")  # of the tail, of one thing after the other
        self._counts = array("I")  # how many of them each has
        self._tail: tuple[Hashes, Slots] | None = None

    def add(self, hashes: Iterable[int]) -> int:
        """A thing with these terms, each once; its slot."""
        before = len(self._terms)
        self._terms.extend(hashes)
        self._counts.append(len(self._terms) - before)
        self._tail = None
        return self.first + len(self._counts) - 1

    @property
    def waiting(self) -> int:
        """How many things lie in the tail."""
        return len(self._counts)

    @property
    def bytes(self) -> int:
        """Memory taken by the arrays."""
        sorted_ = sum(part.terms.nbytes + part.starts.nbytes + part.slots.nbytes for part in self.parts)
        return sorted_ + self._terms.itemsize * len(self._terms) + 4 * len(self._counts)

    def slots_of(self, term: int) -> tuple[Slots, Slots]:
        """All that hold the term: of the sorted ones and of the tail. None twice, in no order."""
        terms, slots = self.tail()
        return self.parts[term % PARTS].slots_of(term), slots[terms == term]

    def tail(self) -> tuple[Hashes, Slots]:
        """The tail as pairs of term and slot."""
        if self._tail is None:
            counts = np.array(self._counts, np.int64)
            slots = np.repeat(np.arange(self.first, self.first + len(counts), dtype=np.uint32), counts)
            self._tail = np.array(self._terms, np.int64), slots
        return self._tail

    def since(self, slot: int) -> tuple[Hashes, npt.NDArray[np.int64]]:
        """The terms of what was added from a slot of the tail on, and how many each has."""
        counts = np.array(self._counts, np.int64)
        skipped = slot - self.first
        return np.array(self._terms, np.int64)[int(counts[:skipped].sum()) :], counts[skipped:]

    def take(self, hashes: Hashes, counts: npt.NDArray[np.int64]) -> None:
        """Adds what `since` gave."""
        self._terms.frombytes(hashes.tobytes())
        self._counts.extend(counts.tolist())
        self._tail = None


def merged(parts: Sequence[Part], tail: tuple[Hashes, Slots], moved: npt.NDArray[np.int32]) -> list[Part]:
    """The parts with the tail in them, with every slot n become `moved[n]` (-1: left out)."""
    terms, slots = tail
    which = (terms % PARTS).astype(np.uint8)
    return [
        part.merged(terms[which == number], slots[which == number], moved)
        for number, part in enumerate(parts)
    ]
