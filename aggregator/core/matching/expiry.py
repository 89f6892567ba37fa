"""Stories in the order in which they expire: sixteen and eight bytes each, and no object a story.

What is due within one hour lies together in one string of bytes, unsorted. Only the earliest hour is a heap.
"""

from __future__ import annotations

import heapq
import struct

_TURN = struct.Struct(">d16s")
_HOUR = 3600.0


class Queue:
    """Pairs of a time (seconds, not negative) and an id, taken out in their order."""

    def __init__(self) -> None:
        self._first: list[bytes] = []  # a heap: all that is due in the earliest hours
        self._until = -1  # the last of these hours
        self._later: dict[int, bytearray] = {}
        self._hours: list[int] = []  # a heap of the keys of the former

    def push(self, time: float, key: bytes) -> None:
        """One more."""
        time = max(time, 0.0)
        hour, turn = int(time // _HOUR), _TURN.pack(time, key)
        if hour <= self._until:
            heapq.heappush(self._first, turn)
            return
        held = self._later.get(hour)
        if held is None:
            held = self._later[hour] = bytearray()
            heapq.heappush(self._hours, hour)
        held += turn

    def peek(self) -> tuple[float, bytes] | None:
        """The earliest, of several at one time that with the smallest id; None where there is none."""
        while not self._first:
            if not self._hours:
                return None
            self._until = heapq.heappop(self._hours)
            held = bytes(self._later.pop(self._until))
            self._first = sorted(held[at : at + _TURN.size] for at in range(0, len(held), _TURN.size))
        return _TURN.unpack(self._first[0])

    def pop(self) -> None:
        """Take out what `peek` showed."""
        heapq.heappop(self._first)
