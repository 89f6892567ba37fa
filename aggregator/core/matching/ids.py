"""Ids in memory: sixteen bytes each, a number for each, and found again without an object an id.

A dictionary of byte strings takes some 140 bytes an id; this takes about 28. Ids are hashes, so their first
bytes are spread evenly, and a table of numbers with linear probing finds them.
"""

from __future__ import annotations

from array import array

import numpy as np
import numpy.typing as npt

SIZE = 16  # bytes an id
_EMPTY, _GONE = -1, -2
_START = 1 << 10
_PAIR = np.dtype("<u8")  # an id is two of these


class Ids:
    """Ids with small numbers; a number is used again when its id was removed."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._table = array("i", [_EMPTY]) * _START
        self._free = array("i")
        self._used = 0  # cells that are not empty
        self._count = 0

    def __len__(self) -> int:
        """How many ids there are."""
        return self._count

    @property
    def numbers(self) -> int:
        """How many numbers were ever given out: all are below."""
        return len(self._held) // SIZE

    def __getitem__(self, number: int) -> bytes:
        """The id of a number that is in use."""
        return bytes(self._held[number * SIZE : number * SIZE + SIZE])

    def find(self, key: bytes) -> int:
        """The number of an id, -1 where there is none."""
        table, held = self._table, self._held
        mask = len(table) - 1
        at = int.from_bytes(key[:4], "little") & mask
        while (number := table[at]) != _EMPTY:
            if number >= 0 and held.startswith(key, number * SIZE):
                return number
            at = (at + 1) & mask
        return -1

    def add(self, key: bytes) -> int:
        """A number for an id that is not there yet."""
        if self._used * 3 >= len(self._table) * 2:
            self._deal()
        if self._free:
            number = self._free.pop()
            self._held[number * SIZE : number * SIZE + SIZE] = key
        else:
            number = self.numbers
            self._held += key
        self._used += self._put(key, number)
        self._count += 1
        return number

    def add_all(self, keys: bytes) -> npt.NDArray[np.int64]:
        """The numbers of many packed ids, new ones for those that are not there yet."""
        wanted = np.frombuffer(keys, _PAIR).reshape(-1, 2)
        while (self._used + len(wanted)) * 3 >= len(self._table) * 2:
            self._deal(len(wanted))
        table, mask = np.frombuffer(self._table, np.int32), len(self._table) - 1
        fresh = self._reserved(len(wanted))
        held = np.frombuffer(self._held, _PAIR).reshape(-1, 2)
        found = np.full(len(wanted), _EMPTY, np.int64)
        at = (np.frombuffer(keys, "<u4")[::4] & np.uint32(mask)).astype(np.int64)
        looking, given = np.arange(len(wanted)), 0
        while len(looking):
            numbers = table[at[looking]]
            empty = np.flatnonzero(numbers == _EMPTY)
            taken = looking[
                empty[np.unique(at[looking][empty], return_index=True)[1]]
            ]  # of several the first
            new = fresh[given : given + len(taken)]
            given += len(taken)
            held[new] = wanted[taken]
            table[at[taken]] = found[taken] = new
            numbers = table[at[looking]]
            same = (numbers >= 0) & (held[numbers] == wanted[looking]).all(axis=1)
            found[looking[same]] = numbers[same]
            looking = looking[~same]
            at[looking] = (at[looking] + 1) & mask
        del held
        self._used += given
        self._count += given
        self._free.extend(fresh[given:][::-1].tolist())
        return found

    def _reserved(self, count: int) -> npt.NDArray[np.int64]:
        """So many numbers that are free, the highest of which may be new."""
        free = [self._free.pop() for _ in range(min(count, len(self._free)))]
        start, missing = self.numbers, count - len(free)
        self._held += bytes(SIZE * missing)
        return np.array([*free, *range(start, start + missing)], np.int64)

    def _put(self, key: bytes, number: int) -> bool:
        """Write a number into its cell; was that cell empty?"""
        table, mask = self._table, len(self._table) - 1
        at = int.from_bytes(key[:4], "little") & mask
        while table[at] >= 0:
            at = (at + 1) & mask
        empty = table[at] == _EMPTY
        table[at] = number
        return empty

    def remove(self, key: bytes) -> int:
        """Forget an id; the number that it had."""
        table, mask = self._table, len(self._table) - 1
        number = self.find(key)
        if number < 0:
            raise KeyError(key.hex())
        at = int.from_bytes(key[:4], "little") & mask
        while table[at] != number:
            at = (at + 1) & mask
        table[at] = _GONE
        self._free.append(number)
        self._count -= 1
        return number

    def all(self) -> list[int]:
        """The numbers that are in use, the lowest first."""
        table = np.frombuffer(self._table, np.int32)
        numbers: list[int] = np.sort(table[table >= 0]).tolist()
        return numbers

    def _deal(self, coming: int = 0) -> None:
        """A new table: without what is gone, and larger where it and so many new ones need that."""
        looking, size = np.array(self.all(), np.int64), len(self._table)
        self._used = len(looking)
        while (self._used + coming) * 2 >= size:
            size *= 2
        self._table = array("i", [_EMPTY]) * size
        table = np.frombuffer(self._table, np.int32)
        at = (np.frombuffer(self._held, "<u4")[4 * looking] & np.uint32(size - 1)).astype(np.int64)
        while len(looking):
            free = np.flatnonzero(table[at] == _EMPTY)
            taken = free[np.unique(at[free], return_index=True)[1]]  # of several the first
            table[at[taken]] = looking[taken]
            left = np.ones(len(looking), bool)
            left[taken] = False
            looking, at = looking[left], (at[left] + 1) & (size - 1)
