"""Words → the stories that they stand in: every one, however common, in little memory.

A word is a number of 24 bits. Flat tables of linear probing hold some fourteen bytes a word and four a
posting; a word that one story alone has, as most, needs no more than its cell. What stands here depends on
the postings alone and not on their order, but for the order within a word.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable

import numpy as np
import numpy.typing as npt

from aggregator.core.matching.text import Hashes

_EMPTY = -1  # a cell without a word
_NONE = 0x7FFFFFFF  # a word that is posted no more
_START = 1 << 12


class Postings:
    """Slots (small integers) under words."""

    def __init__(self) -> None:
        self._words = array("i", [_EMPTY]) * _START
        self._values = array("i", [_NONE]) * _START  # a slot, or ~n: the list of that number
        self._lists: list[bytearray] = []
        self._free: list[int] = []
        self._used = 0
        self._count = 0

    def __len__(self) -> int:
        """How many postings there are."""
        return self._count

    def count(self, word: int) -> int:
        """How many slots are posted under a word."""
        value = self._values[self._cell(word)]
        if value >= 0:
            return 0 if value == _NONE else 1
        return len(self._lists[~value]) // 4

    def slots(self, word: int) -> array[int]:
        """The slots that are posted under a word."""
        value = self._values[self._cell(word)]
        if value >= 0:
            return array("i", () if value == _NONE else (value,))
        return array("i", bytes(self._lists[~value]))

    def shared(self, words: Iterable[int], most: int) -> list[array[int]]:
        """What is posted under each of some words, of those that two to `most` slots are posted under."""
        table, values, lists = self._words, self._values, self._lists
        mask = len(table) - 1
        found = []
        for word in words:
            at = word & mask
            while (held := table[at]) != word and held != _EMPTY:
                at = (at + 1) & mask
            value = values[at]
            if value < 0 and len(lists[~value]) <= 4 * most:
                found.append(array("i", lists[~value]))
        return found

    def add(self, words: Collection[int], slot: int) -> None:
        """A slot under each of some words."""
        while (self._used + len(words)) * 3 >= len(self._words) * 2:
            self._deal(len(self._words) * 2)
        table, values, lists = self._words, self._values, self._lists
        mask, packed = len(table) - 1, slot.to_bytes(4, "little")
        for word in words:
            at = word & mask
            while (held := table[at]) != word and held != _EMPTY:
                at = (at + 1) & mask
            if held == _EMPTY:
                table[at] = word
                values[at] = slot
                self._used += 1
                continue
            value = values[at]
            if value < 0:
                lists[~value] += packed
            elif value == _NONE:
                values[at] = slot
            else:
                values[at] = ~self._keep(value.to_bytes(4, "little") + packed)
        self._count += len(words)

    def remove(self, word: int, slot: int) -> None:
        """One less; nothing where it is not posted."""
        at = self._cell(word)
        value = self._values[at]
        if value == slot:
            self._values[at] = _NONE
        elif value >= 0:
            return
        else:
            held, wanted = self._lists[~value], slot.to_bytes(4, "little")
            place = held.find(wanted)
            while place > 0 and place % 4:  # found across two slots
                place = held.find(wanted, place + 1)
            if place < 0:
                return
            del held[place : place + 4]
            if len(held) == 4:
                self._values[at] = int.from_bytes(held, "little")
                held.clear()
                self._free.append(~value)
        self._count -= 1

    def add_all(self, words: Hashes, slots: Hashes) -> None:
        """Many at once: slots under words, of the same length, each pair once."""
        if not len(words):
            return
        pairs = np.sort(words.astype(np.uint64) << np.uint64(32) | slots)
        different: npt.NDArray[np.int32] = (pairs >> np.uint64(32)).astype(np.int32)
        held = pairs.astype(np.int32)
        starts = np.flatnonzero(np.diff(different, prepend=-1))
        ends = np.append(starts[1:], len(words))
        cells = self._placed(different[starts])
        values = np.frombuffer(self._values, np.int32)
        alone = (values[cells] == _NONE) & (ends - starts == 1)
        values[cells[alone]] = held[starts[alone]]
        several = ~alone
        table, lists, packed = self._values, self._lists, held.tobytes()
        rest = (cells[several].tolist(), (4 * starts[several]).tolist(), (4 * ends[several]).tolist())
        for at, start, end in zip(*rest, strict=True):
            value = table[at]
            if value < 0:
                lists[~value] += packed[start:end]
            else:
                before = b"" if value == _NONE else value.to_bytes(4, "little")
                table[at] = ~self._keep(before + packed[start:end])
        self._count += len(words)

    def _placed(self, words: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
        """The cells of many different words, new ones where they have none."""
        size = len(self._words)
        while (self._used + len(words)) * 3 >= size * 2:
            size *= 2
        if size > len(self._words):
            self._deal(size, len(words))
        table, mask = np.frombuffer(self._words, np.int32), len(self._words) - 1
        at = (words & mask).astype(np.int64)
        looking = np.arange(len(words))
        while len(looking):
            here, wanted = at[looking], words[looking]
            held = table[here]
            empty = np.flatnonzero(held == _EMPTY)
            taken = empty[np.unique(here[empty], return_index=True)[1]]  # of several the first
            table[here[taken]] = wanted[taken]
            self._used += len(taken)
            left = held != wanted
            left[taken] = False
            looking = looking[left]
            at[looking] = (at[looking] + 1) & mask
        return at

    def _keep(self, packed: bytes) -> int:
        """The number of a new list."""
        if not self._free:
            self._lists.append(bytearray(packed))
            return len(self._lists) - 1
        number = self._free.pop()
        self._lists[number] += packed
        return number

    def _cell(self, word: int) -> int:
        """Where a word stands, or would."""
        words = self._words
        mask = len(words) - 1
        at = word & mask
        while words[at] != word and words[at] != _EMPTY:
            at = (at + 1) & mask
        return at

    def _deal(self, size: int, coming: int = 0) -> None:
        """A larger table, without the words that are posted no more; so many new ones are coming."""
        held = [pair for pair in zip(self._words, self._values, strict=True) if pair[1] != _NONE]
        while (len(held) + coming) * 2 < size // 2 > _START:
            size //= 2
        self._words, self._values = array("i", [_EMPTY]) * size, array("i", [_NONE]) * size
        self._used = len(held)
        for word, value in held:
            at = self._cell(word)
            self._words[at], self._values[at] = word, value
