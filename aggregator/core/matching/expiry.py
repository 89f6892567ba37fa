"""Stories in the order in which they expire: sixteen and eight bytes each, and no object a story.

What is due within one minute lies together in one string of bytes, unsorted until its turn comes. What is
pushed into minutes whose turn has come goes to a heap.
"""

from __future__ import annotations

import heapq
import struct

import numpy as np

_TURN = struct.Struct(">d16s")
_SIZE = _TURN.size
_ROW = np.dtype(f"S{_SIZE}")  # compared byte by byte
_SPAN = 60.0  # seconds


class Queue:
    """Pairs of a time (seconds, not negative) and an id, taken out in their order."""

    def __init__(self) -> None:
        self._first = b""  # the turns of the earliest minutes, in their order
        self._at = 0  # what comes before this was taken out
        self._late: list[bytes] = []  # a heap: what was pushed into these minutes since
        self._until = -1  # the last of these minutes
        self._later: dict[int, bytearray] = {}
        self._minutes: list[int] = []  # a heap of the keys of the former

    def push(self, time: float, key: bytes) -> None:
        """One more."""
        time = max(time, 0.0)
        minute, turn = int(time // _SPAN), _TURN.pack(time, key)
        if minute <= self._until:
            heapq.heappush(self._late, turn)
            return
        held = self._later.get(minute)
        if held is None:
            held = self._later[minute] = bytearray()
            heapq.heappush(self._minutes, minute)
        held += turn

    def peek(self) -> tuple[float, bytes] | None:
        """The earliest, of several at one time that with the smallest id; None where there is none."""
        while self._at == len(self._first) and not self._late:
            if not self._minutes:
                return None
            self._until = heapq.heappop(self._minutes)
            self._first, self._at = _sorted(self._later.pop(self._until)), 0
        return _TURN.unpack(self._late[0] if self._is_late() else self._first[self._at : self._at + _SIZE])

    def pop(self) -> None:
        """Take out what `peek` showed."""
        if self._is_late():
            heapq.heappop(self._late)
        else:
            self._at += _SIZE

    def _is_late(self) -> bool:
        """Is the earliest one of those that were pushed when their minute had come?"""
        if not self._late:
            return False
        turn = self._first[self._at : self._at + _SIZE]
        return not turn or self._late[0] < turn


def _sorted(turns: bytearray) -> bytes:
    """Packed turns in their order."""
    return np.sort(np.frombuffer(turns, _ROW)).tobytes()
