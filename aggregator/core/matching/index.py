"""Keys → entries that hold them: where possible copies are found.

A hash table of chains in flat arrays: some sixteen bytes a posting, and nothing that the garbage collector
walks.
A key that more than `COMMON` live entries hold is a template or boilerplate: it finds nothing while that
is so.
Its postings move to a set of their own when that is noticed, so that a flood of one template makes no
chain long.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

COMMON = 32  # a key with more postings is template or boilerplate
WHOLE = 1 << 16  # the evidence of a key that nobody else holds
FELLOWS = 4  # copies of one story under a key: some to compare with, without making it common
_START = 1 << 12
_AT_ONCE = 1 << 16  # postings that are dealt in one go
_UNUSED = 0xFFFFFFFF


class Index:
    """Postings of slots (small integers) under 32-bit keys."""

    def __init__(self) -> None:
        self._heads = array("i", [-1]) * _START
        self._keys = array("I")
        self._slots = array("I")
        self._next = array("i")
        self._free = -1  # the first of the chain of unused postings
        self._count = 0
        self._heavy: dict[int, dict[int, None]] = {}
        self.skipped = 0  # look-ups of a key that was too common, counted

    def __len__(self) -> int:
        return self._count + sum(map(len, self._heavy.values()))

    @property
    def heavy(self) -> int:
        """How many keys are too common now."""
        return len(self._heavy)

    def near(self, keys: memoryview) -> dict[int, int]:
        """The slots that share keys, each with its evidence: of every shared key its part of `WHOLE`.

        A key that is posted n times says an n-th; one that is too common says nothing.
        """
        found: dict[int, int] = {}
        get = found.get
        heads, chain, known, slots = self._heads, self._next, self._keys, self._slots
        mask, heavy = len(heads) - 1, self._heavy
        for key in keys:
            if heavy and key in heavy:
                self.skipped += 1
                continue
            at = heads[key & mask]
            held = []
            while at >= 0:
                if known[at] == key:
                    held.append(slots[at])
                at = chain[at]
            if not held:
                continue
            if len(held) > COMMON:
                self._lift(key)
                self.skipped += 1
                continue
            part = WHOLE // len(held)
            for slot in held:
                found[slot] = get(slot, 0) + part
        return found

    def add(self, keys: memoryview, slot: int) -> None:
        """Post a slot under each key."""
        while self._count + len(keys) > len(self._heads):
            self._grow()
        heads, chain, known, slots, heavy = self._heads, self._next, self._keys, self._slots, self._heavy
        mask, free = len(heads) - 1, self._free
        fresh = keys
        if heavy and not heavy.keys().isdisjoint(keys):
            for key in keys:
                if key in heavy:
                    heavy[key][slot] = None
            fresh = memoryview(array("I", [key for key in keys if key not in heavy]))
        self._count += len(fresh)
        taken = 0
        while free >= 0 and taken < len(fresh):
            key = fresh[taken]
            at, free = free, chain[free]
            known[at], slots[at], chain[at] = key, slot, heads[key & mask]
            heads[key & mask] = at
            taken += 1
        self._free = free
        fresh = fresh[taken:]
        start = len(known)
        known.frombytes(fresh.tobytes())
        slots.extend([slot] * len(fresh))
        for at, key in enumerate(fresh, start):
            chain.append(heads[key & mask])
            heads[key & mask] = at

    def add_all(self, postings: Sequence[tuple[bytes, int]]) -> None:
        """Post many slots at once, each under its packed keys: some thirty times faster than one by one."""
        keys = np.frombuffer(b"".join(packed for packed, _ in postings), np.uint32)
        lengths = [len(packed) // 4 for packed, _ in postings]
        slots = np.repeat(np.array([slot for _, slot in postings], np.uint32), lengths)
        fresh = ~np.isin(keys, np.fromiter(self._heavy, np.uint32, len(self._heavy)))
        self._append(keys[fresh], slots[fresh])
        if self._heavy:
            for key, slot in zip(keys[~fresh].tolist(), slots[~fresh].tolist(), strict=True):
                self._heavy[key][slot] = None

    def _append(self, keys: npt.NDArray[np.uint32], slots: npt.NDArray[np.uint32]) -> None:
        """Post many slots, each under one key that is not too common."""
        start = len(self._keys)
        self._keys.frombytes(keys.tobytes())
        self._slots.frombytes(slots.tobytes())
        self._next.frombytes(bytes(4 * len(keys)))
        self._count += len(keys)
        size = len(self._heads)
        while size < self._count:
            size *= 2
        if size > len(self._heads):
            self._deal(size)
        else:
            self._link(np.arange(start, len(self._keys)))

    def join(self, keys: memoryview, slot: int, homes: Sequence[int]) -> None:
        """Post a slot under those keys that few other slots of its home are posted under.

        Else a story of many copies would make its own keys common, and would be found no more.
        """
        home, heads, chain, known, slots = homes[slot], self._heads, self._next, self._keys, self._slots
        mask, heavy, open_ = len(heads) - 1, self._heavy, array("I")
        for key in keys:
            fellows = 0
            if heavy and key in heavy:
                fellows = sum(homes[other] == home for other in heavy[key])
            else:
                at = heads[key & mask]
                while at >= 0:
                    if known[at] == key and homes[slots[at]] == home:
                        fellows += 1
                    at = chain[at]
            if fellows < FELLOWS:
                open_.append(key)
        self.add(memoryview(open_), slot)

    def _posted(self, key: int) -> list[int]:
        """The slots that are posted under a key, however many."""
        heavy = self._heavy.get(key)
        if heavy is not None:
            return list(heavy)
        at, found = self._heads[key & (len(self._heads) - 1)], []
        while at >= 0:
            if self._keys[at] == key:
                found.append(self._slots[at])
            at = self._next[at]
        return found

    def remove(self, keys: memoryview, slot: int) -> None:
        """Take a slot out from under each key."""
        for key in keys:
            heavy = self._heavy.get(key)
            if heavy is None:
                self._unlink(key, slot)
                continue
            heavy.pop(slot, None)
            if len(heavy) <= COMMON:
                del self._heavy[key]
                for kept in heavy:
                    self.add(memoryview(array("I", (key,))), kept)

    def _lift(self, key: int) -> None:
        """Move the postings of a key that became too common out of its chain."""
        members = self._posted(key)
        for slot in members:
            self._unlink(key, slot)
        self._heavy[key] = dict.fromkeys(reversed(members))

    def _unlink(self, key: int, slot: int) -> None:
        bucket = key & (len(self._heads) - 1)
        before, at = -1, self._heads[bucket]
        while at >= 0 and not (self._keys[at] == key and self._slots[at] == slot):
            before, at = at, self._next[at]
        if at < 0:
            return
        if before < 0:
            self._heads[bucket] = self._next[at]
        else:
            self._next[before] = self._next[at]
        self._next[at], self._free = self._free, at
        self._slots[at] = _UNUSED
        self._count -= 1

    def _grow(self) -> None:
        """Twice the buckets."""
        self._deal(len(self._heads) * 2)

    def _deal(self, size: int) -> None:
        """Deal every posting anew to so many buckets, a part after the other, in little memory."""
        self._heads, self._free = array("i", [-1]) * size, -1
        for start in range(0, len(self._keys), _AT_ONCE):
            numbers = np.arange(start, min(start + _AT_ONCE, len(self._keys)))
            unused = np.frombuffer(self._slots, np.uint32)[numbers] == _UNUSED
            for at in numbers[unused].tolist():
                self._next[at], self._free = self._free, at
            self._link(numbers[~unused])

    def _link(self, numbers: npt.NDArray[np.int64]) -> None:
        """Put postings into the chains of their buckets, before what is there."""
        if not len(numbers):
            return
        heads, chain = np.frombuffer(self._heads, np.int32), np.frombuffer(self._next, np.int32)
        buckets = np.frombuffer(self._keys, np.uint32)[numbers] & np.uint32(len(heads) - 1)
        order = np.argsort(buckets, kind="stable")
        dealt, ordered = buckets[order], numbers[order]
        first = np.append(True, dealt[1:] != dealt[:-1])
        last = np.append(first[1:], True)
        chain[ordered[:-1]] = ordered[1:]
        chain[ordered[last]] = heads[dealt[last]]
        heads[dealt[first]] = ordered[first]
