"""Ids in memory: sixteen bytes each, a number for each, and found again without an object an id.

A dictionary of byte strings takes some 140 bytes an id; this takes about 28. Ids are hashes, so their first
bytes are spread evenly, and a table of numbers with linear probing finds them.
"""

from __future__ import annotations

from array import array

SIZE = 16  # bytes an id
_EMPTY, _GONE = -1, -2
_START = 1 << 10


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
        return sorted(number for number in self._table if number >= 0)

    def _deal(self) -> None:
        """A new table: without what is gone, and larger where it is needed."""
        numbers, size = self.all(), len(self._table)
        while len(numbers) * 2 >= size:
            size *= 2
        self._table = array("i", [_EMPTY]) * size
        for number in numbers:
            self._put(self[number], number)
        self._used = len(numbers)
