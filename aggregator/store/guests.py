"""Polls that come to another host than that of their claim: redirects, learnt addresses, older pages.

Each is a guest there: it waits for a turn and a place in flight as that host's own sources do, and what the
host does to it counts for that host. A host's accounts lie in its own slot, so they are script calls of
their own, of which a poll that stays at its host needs none. A guest has a lease: whoever is killed in
between leaves nothing behind for longer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

from aggregator.core import trouble
from aggregator.core.errors import StoreError
from aggregator.core.model import Settlement
from aggregator.store import keys
from aggregator.store.link import Argument
from aggregator.store.room import Room

_End = tuple[str, str, str, bytes, str]  # token, source, way, state without blame, pause
NOTHING: Final = "-"  # what says nothing of the host, as scripts take it


class Entry(NamedTuple):
    """What a host says to a guest: seconds until it may ask (`is_in`) or come again; or when to be back."""

    is_in: bool
    seconds: float = 0.0
    back: float | None = None


class Blame(NamedTuple):
    """A source that is not to blame for what a host did: its state then, and until when the host rests."""

    state: bytes
    until: float


class Ended(NamedTuple):
    """What the end of visits leaves: settlements for where polls were claimed, and who is not to blame."""

    settlements: Sequence[Settlement]
    excused: set[str]  # sources of these polls, which are settled so
    others: dict[str, Blame]  # of polls before


class Guests(Room):
    """Who is at which host beside those that were claimed there."""

    async def enter(
        self, host: str, source: str, guest: str, until: float, patience: float
    ) -> tuple[Entry, str]:
        """Comes to a host as `guest`, a name that no other has, until `until` at most; with the token of it.

        `host` is the name that its pace is kept under (`core.urls.paced`). Who would have to wait for more
        than `patience` seconds is told when to be back instead: one after the other, at the host's pace, and
        who comes back then stands before those that come for the first time.
        """
        return await self._ask(host, source, f">{guest}", until, patience), self._token(host, guest)

    async def again(self, host: str, source: str, until: float, patience: float) -> Entry:
        """The next turn of a host where one has a place already. It waits for `patience` seconds at most.

        What it does not wait for is taken off the turns that follow. Only a host that rests says no.
        """
        return await self._ask(host, source, "", until, patience)

    async def _ask(self, host: str, source: str, guest: str, until: float, patience: float) -> Entry:
        slot = keys.slot(keys.shard(host, self.shards))
        words = (self._now(), host, guest, repr(float(until)), repr(float(patience)), source)
        said, number = await self._link.run("enter", slot, *words)
        if said == b"back":
            return Entry(is_in=False, back=float(number))
        return Entry(is_in=said == b"in", seconds=float(number))

    def _token(self, host: str, guest: str) -> str:
        return f"{keys.shard(host, self.shards):02d}:>{guest}"

    async def leave(self, token: str) -> None:
        """Leaves a host of which nothing is to be said."""
        await self._left([(token, "", NOTHING, b"", "")])

    async def settle(self, settlements: Sequence[Settlement]) -> Ended:
        """Ends the visits of polls.

        The host where they were guests is paused or suspected (`core.trouble`) in place of the one that they
        were claimed at.
        """
        guests = {at: one for at, one in enumerate(settlements) if one.guest is not None}
        if not guests:
            return Ended(settlements, set(), {})
        answers = await self._left([self._end(one) for one in guests.values()])
        left = {
            at: msgspec.structs.replace(one, way=None, pause_host_until=None) for at, one in guests.items()
        }
        at_of = {one.claim.source: at for at, one in guests.items()}
        excused: dict[int, float] = {}
        others: dict[str, Blame] = {}
        for at, (resting, *pairs) in zip(guests, answers, strict=True):
            if resting:
                excused[at] = float(resting)
            for id_, state in zip(map(bytes.decode, pairs[::2]), pairs[1::2], strict=True):
                if id_ in at_of:
                    excused[at_of[id_]] = float(resting)
                else:
                    others[id_] = Blame(state, float(resting))
        left |= {at: _excused(left[at], until) for at, until in excused.items()}
        return Ended(
            settlements=[left.get(at, one) for at, one in enumerate(settlements)],
            excused={guests[at].claim.source for at in excused},
            others=others,
        )

    async def absolve(self, shards: dict[str, int], blames: dict[str, Blame]) -> list[str]:
        """Takes the blame off sources that wait for their next poll; which had it. `shards` are theirs."""
        words: dict[int, list[Argument]] = defaultdict(lambda: [self._now()])
        for id_, shard in shards.items():
            words[shard] += (id_, blames[id_].state, repr(blames[id_].until))
        calls = [(keys.slot(shard), each) for shard, each in words.items()]
        answers = await self._link.run_each("absolve", calls) if calls else []
        return [id_.decode() for answer in answers for id_ in answer]

    def _end(self, one: Settlement) -> _End:
        """The end of a visit as `leave.lua` takes it."""
        way, excused, state = one.way, one.excused, b""
        if excused is not None:
            state = keys.pack_state(msgspec.structs.replace(excused, epoch=self._store.epoch))
        if way is None or (way and excused is None):
            way = NOTHING
        pause = "" if one.pause_host_until is None else repr(float(one.pause_host_until))
        return one.guest or "", one.claim.source, way, state, pause

    async def _left(self, ends: Sequence[_End]) -> list[list[bytes]]:
        """What hosts say to each that leaves: until when they rest if it is not to blame, and who else."""
        by_shard: dict[int, list[int]] = defaultdict(list)
        for at, (token, *_) in enumerate(ends):
            by_shard[_shard_of(token)].append(at)
        calls: list[tuple[str, list[Argument]]] = []
        for shard, places in by_shard.items():
            words: list[Argument] = [self._now(), *trouble.RULE]
            for at in places:
                words += (ends[at][0].partition(":")[2], *ends[at][1:])
            calls.append((keys.slot(shard), words))
        answers: list[list[bytes]] = [[b""]] * len(ends)
        for places, said in zip(by_shard.values(), await self._link.run_each("leave", calls), strict=True):
            for at, one in zip(places, said, strict=True):
                answers[at] = one
        return answers


def _shard_of(token: str) -> int:
    number, colon, _ = token.partition(":")
    if not colon or not number.isdigit():
        raise StoreError(f"{token!r} is no token of a guest.")
    return int(number)


def _excused(one: Settlement, until: float) -> Settlement:
    """A settlement that does not blame its source; it is due when the host has rested, unless later."""
    if one.excused is None:
        return one  # it was asked once more meanwhile
    due = max(until, one.excused.not_before)
    return msgspec.structs.replace(one, state=one.excused, due=due, excused=None)
