"""Keys → entries that hold them: where possible copies are found.

A hash table of chains in flat arrays: some twelve bytes a posting, and nothing that the garbage collector
walks. Every slot has room for `KEYS` keys, side by side, so that a posting's place tells its slot, and the
keys of an entry are held here alone.

A key that more than `COMMON` live entries hold is a template or boilerplate: it finds nothing while that
is so. Its postings move to a set of their own when that is noticed, so that a flood of one template makes no
chain long.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

KEYS = 23  # of an entry, at most: what `core.matching.fingerprint` makes
COMMON = 32  # a key with more postings is template or boilerplate
WHOLE = 1 << 16  # the evidence of a key that nobody else holds
FELLOWS = 4  # copies of one story under a key: some to compare with, without making it common
_START = 1 << 12  # buckets
_LOAD = 2  # postings a bucket, at most
_AT_ONCE = 1 << 16  # postings that are dealt in one go
_END = -1  # of a chain
_OFF = -2  # in no chain: not posted, or under a key that is too common


class Index:
    """Postings of slots (small integers) under 32-bit keys."""

    def __init__(self) -> None:
        self._heads = array("i", [_END]) * _START
        self._keys = array("I")  # posting → key; those of a slot begin at `KEYS` times the slot
        self._next = array("i")  # posting → the next one of its chain
        self._sizes = bytearray()  # slot → how many keys it has
        self._count = 0
        self._heavy: dict[int, dict[int, None]] = {}
        self.skipped = 0  # look-ups of a key that was too common, counted

    def __len__(self) -> int:
        return self._count + sum(map(len, self._heavy.values()))

    @property
    def heavy(self) -> int:
        """How many keys are too common now."""
        return len(self._heavy)

    def keys(self, slot: int) -> bytes:
        """The packed keys of a slot, posted or not."""
        start = slot * KEYS
        return self._keys[start : start + self._sizes[slot]].tobytes()

    def near(self, keys: memoryview) -> dict[int, int]:
        """The slots that share keys, each with its evidence: of every shared key its part of `WHOLE`.

        A key that is posted n times says an n-th; one that is too common says nothing.
        """
        found: dict[int, int] = {}
        get = found.get
        heads, chain, known = self._heads, self._next, self._keys
        mask, heavy = len(heads) - 1, self._heavy
        for key in keys:
            at = heads[key & mask]
            while at >= 0 and known[at] != key:
                at = chain[at]
            if at < 0:
                self.skipped += key in heavy
                continue
            held = [at]
            while (at := chain[at]) >= 0:
                if known[at] == key:
                    held.append(at)
            if len(held) > COMMON:
                self._lift(key, held)
                self.skipped += 1
                continue
            part = WHOLE // len(held)
            for at in held:
                slot = at // KEYS
                found[slot] = get(slot, 0) + part
        return found

    def hold(self, slot: int, packed: bytes) -> None:
        """Give a slot these keys, the first `KEYS` of them; it is posted no more under those that it had."""
        start, keys = slot * KEYS, array("I", packed[: 4 * KEYS])
        if slot < len(self._sizes):
            self.remove(slot)
        else:
            self._extend(slot + 1)
        self._keys[start : start + len(keys)] = keys
        self._sizes[slot] = len(keys)

    def hold_all(self, slots: npt.NDArray[np.int64], packed: Sequence[bytes]) -> None:
        """Give many slots, none of which is posted, their keys."""
        if not len(slots):
            return
        self._extend(int(slots.max()) + 1)
        keys = np.frombuffer(b"".join([each[: 4 * KEYS] for each in packed]), np.uint32)
        np.frombuffer(self._sizes, np.uint8)[slots] = [min(len(each) // 4, KEYS) for each in packed]
        np.frombuffer(self._keys, np.uint32)[self._places(slots)] = keys

    def _extend(self, slots: int) -> None:
        """Room for the keys of so many slots."""
        more = max(slots - len(self._sizes), 0)
        self._sizes.extend(bytes(more))
        self._keys.frombytes(bytes(4 * KEYS * more))
        self._next.frombytes(_OFF.to_bytes(4, sys.byteorder, signed=True) * (KEYS * more))

    def _places(self, slots: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The postings of some slots, one after the other."""
        sizes = np.frombuffer(self._sizes, np.uint8)[slots].astype(np.int64)
        ends = np.cumsum(sizes)
        return np.arange(sizes.sum()) + np.repeat(slots * KEYS - ends + sizes, sizes)

    def add(self, slot: int) -> None:
        """Post a slot, which is not, under each of its keys."""
        start, heavy = slot * KEYS, self._heavy
        keys = self._keys[start : start + self._sizes[slot]]
        if heavy and not heavy.keys().isdisjoint(keys):
            self._post(range(start, start + len(keys)))
            return
        self._make_room(len(keys))
        heads, chain, mask = self._heads, self._next, len(self._heads) - 1
        for at, key in enumerate(keys, start):
            bucket = key & mask
            chain[at] = heads[bucket]
            heads[bucket] = at
        self._count += len(keys)

    def add_all(self, slots: npt.NDArray[np.int64]) -> None:
        """Post many slots at once: some thirty times faster than one by one."""
        numbers = self._places(slots)
        keys = np.frombuffer(self._keys, np.uint32)[numbers]
        common = np.isin(keys, np.fromiter(self._heavy, np.uint32, len(self._heavy)))
        for at in numbers[common].tolist():
            self._heavy[self._keys[at]][at // KEYS] = None
        fresh = numbers[~common]
        self._make_room(len(fresh))
        self._link(fresh)
        self._count += len(fresh)

    def join(self, slot: int, homes: Sequence[int], kin: Callable[[int], Iterable[int]]) -> None:
        """Post a slot under those of its keys that few other slots of its home are posted under.

        Else a story of many copies would make its own keys common, and would be found no more. `kin` tells
        the slots of a home, which are fewer than those that have a common key.
        """
        home, heads, chain, known = homes[slot], self._heads, self._next, self._keys
        mask, heavy, start, open_ = len(heads) - 1, self._heavy, slot * KEYS, []
        for place in range(start, start + self._sizes[slot]):
            key, fellows = known[place], 0
            at = heads[key & mask]
            while at >= 0:
                if known[at] == key and homes[at // KEYS] == home:
                    fellows += 1
                at = chain[at]
            if heavy and key in heavy:
                fellows = sum(map(heavy[key].__contains__, kin(home)))
            if fellows < FELLOWS:
                open_.append(place)
        self._post(open_)

    def remove(self, slot: int) -> None:
        """Take a slot out from under all its keys, which it keeps."""
        start = slot * KEYS
        for at in range(start, start + self._sizes[slot]):
            heavy = self._heavy.get(self._keys[at])
            if heavy is None:
                self._unlink(at)
                continue
            heavy.pop(slot, None)
            if len(heavy) <= COMMON:
                key = self._keys[at]
                del self._heavy[key]
                self._post([self._place(kept, key) for kept in heavy])

    def _place(self, slot: int, key: int) -> int:
        """The posting of a slot under one of its keys."""
        return self._keys.index(key, slot * KEYS, slot * KEYS + self._sizes[slot])

    def _post(self, places: Sequence[int]) -> None:
        """Put some postings into their chains, or under the keys that are too common."""
        self._make_room(len(places))
        heads, chain, known, heavy = self._heads, self._next, self._keys, self._heavy
        mask = len(heads) - 1
        for at in places:
            key = known[at]
            if heavy and key in heavy:
                heavy[key][at // KEYS] = None
            elif chain[at] == _OFF:
                chain[at] = heads[key & mask]
                heads[key & mask] = at
                self._count += 1

    def _lift(self, key: int, places: Sequence[int]) -> None:
        """Move the postings of a key that became too common out of its chain."""
        for at in places:
            self._unlink(at)
        self._heavy[key] = dict.fromkeys([at // KEYS for at in reversed(places)])

    def _unlink(self, place: int) -> None:
        """Take a posting out of its chain, if it is in one."""
        chain = self._next
        if chain[place] == _OFF:
            return
        bucket = self._keys[place] & (len(self._heads) - 1)
        before, at = _END, self._heads[bucket]
        while at != place:
            before, at = at, chain[at]
        if before < 0:
            self._heads[bucket] = chain[place]
        else:
            chain[before] = chain[place]
        chain[place] = _OFF
        self._count -= 1

    def _make_room(self, coming: int) -> None:
        """More buckets where so many postings more need them: every posting is dealt anew.

        A part after the other, in little memory.
        """
        size = len(self._heads)
        while size * _LOAD < self._count + coming:
            size *= 2
        if size == len(self._heads):
            return
        self._heads = array("i", [_END]) * size
        for start in range(0, len(self._next), _AT_ONCE):
            chain = np.frombuffer(self._next, np.int32)[start : start + _AT_ONCE]
            self._link(np.flatnonzero(chain != _OFF) + start)

    def _link(self, numbers: npt.NDArray[np.int64]) -> None:
        """Put postings into the chains of their buckets, before what is there."""
        heads, chain = np.frombuffer(self._heads, np.int32), np.frombuffer(self._next, np.int32)
        buckets = np.frombuffer(self._keys, np.uint32)[numbers] & np.uint32(len(heads) - 1)
        chain[numbers] = heads[buckets]
        heads[buckets] = numbers
        late = heads[buckets] != numbers  # of several in one bucket the last stands there now
        numbers, buckets = numbers[late], buckets[late]
        if not len(numbers):
            return
        order = np.argsort(buckets, kind="stable")
        dealt, ordered = buckets[order], numbers[order]
        first = np.append(True, dealt[1:] != dealt[:-1])
        last = np.append(first[1:], True)
        chain[ordered[:-1]] = ordered[1:]
        chain[ordered[last]] = heads[dealt[last]]
        heads[dealt[first]] = ordered[first]
