"""Sources in the store: who may be polled, by whom, and what is remembered between two polls.

They are sharded by the host of the configured address, so that a host's pace, its limit in flight and its
pauses hold across workers in one script. A worker claims sources that are due, and settles each claim: the
token of the claim proves that the lease was not taken over. A killed worker's sources become due when its
leases end.
"""

from __future__ import annotations

import math
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from aggregator.core import trouble
from aggregator.core.errors import StoreError
from aggregator.core.model import Claim, Settlement, SourceState
from aggregator.core.robots import Rules
from aggregator.store import keys
from aggregator.store.guests import Blame
from aggregator.store.link import Argument, Link
from aggregator.store.listing import CHUNK, Listing, chunks, given

if TYPE_CHECKING:
    from aggregator.store import Store

SHARE: Final = 25  # claimed of one shard at least, while more are due than are claimed: calls are shared
EXCUSED: Final = 2  # what `settle.lua` says of a source that is not blamed
LAST_SECONDS: Final = 10.0  # of an epoch that are not trusted


class Sources(Listing):
    """Everything that the store knows of sources and hosts."""

    def __init__(self, store: Store, link: Link, clock: Callable[[], float] | None) -> None:
        super().__init__(store, link, clock)
        self._turn = 0  # shards take turns in being the first
        self._busy = False  # the last claim found more than it took

    # --- the walk -----------------------------------------------------------------------------------------

    async def claim(self, worker: str, limit: int, lease: float) -> list[Claim]:
        """At most `limit` sources that are due, leased to a worker for `lease` seconds.

        Sources whose lease has ended are among them. One round trip to see where anything is due, one or two
        more.
        """
        due = await self._due_shards()
        claims: list[Claim] = []
        while due and len(claims) < limit:
            missing = limit - len(claims)
            shares = _shares(missing, min(len(due), -(-missing // SHARE)) if self._busy else len(due))
            nonce = f"{worker}-{secrets.token_hex(6)}"
            calls = [
                (keys.slot(shard), (self._now(), repr(float(lease)), share, nonce))
                for shard, share in zip(due, shares, strict=False)
            ]
            answers = await self._link.run_each("claim", calls)
            full = due[len(shares) :]  # not asked yet
            for shard, share, answer in zip(due, shares, answers, strict=False):
                claims += self._claims(shard, answer)
                if len(answer) > 3 * share:
                    full.append(shard)
            due = full
        self._busy = len(claims) == limit
        return claims

    async def _due_shards(self) -> list[int]:
        """Shards in which something can be claimed now, in an order that differs each time."""
        times, now = await self._earliest()
        due = [shard for shard, at in enumerate(times) if at is not None and at <= now]
        self._turn += 1
        start = self._turn % (len(due) or 1)
        return due[start:] + due[:start]

    async def _earliest(self) -> tuple[list[float | None], float]:
        """When anything can be claimed in each shard, and the time."""
        words: list[Sequence[Argument]] = [("TIME",)]
        words += [
            ("ZRANGE", keys.of(keys.slot(shard), kind), 0, 0, "WITHSCORES")
            for shard in range(self.shards)
            for kind in ("hosts", "leases")
        ]
        if self._link.is_cluster:
            now = await self._store.now()
            answers = await self._link.commands(words[1:])
        else:
            time, *answers = await self._link.commands(words)
            now = self._clock() if self._clock else int(time[0]) + int(time[1]) / 1e6
        scores = [_first_score(answer) for answer in answers]
        pairs = zip(scores[::2], scores[1::2], strict=True)
        return [min((at for at in pair if at is not None), default=None) for pair in pairs], now

    def _claims(self, shard: int, answer: list[bytes]) -> Iterator[Claim]:
        until = float(answer[0])
        for at in range(1, len(answer), 3):
            source = answer[at].decode()
            self._shards_of[source] = shard
            token = f"{shard:02d}:{answer[at + 1].decode()}"
            yield Claim(source, token, until, keys.unpack_state(answer[at + 2]))

    async def settle(self, settlements: Sequence[Settlement]) -> list[bool]:
        """Ends polls: what to remember of each and when to ask again; one script call a shard.

        False where the lease was lost: nothing of that one is written. The store notes its epoch in the
        state. Sources of one host that fail alike are not blamed (`core.trouble`): what was noted of them and
        is not certain yet is taken back. Polls that ended as guests of another host leave it first.
        """
        settlements, freed, others = await self._store.guests.settle(settlements)
        by_shard: dict[int, list[int]] = defaultdict(list)
        for at, settlement in enumerate(settlements):
            by_shard[_shard_of(settlement.claim)].append(at)
        batches = [(shard, chunk) for shard, places in by_shard.items() for chunk in chunks(places)]
        calls = [
            (
                keys.slot(shard),
                [self._now(), *trouble.RULE, *(w for at in places for w in self._settled(settlements[at]))],
            )
            for shard, places in batches
        ]
        settled = [False] * len(settlements)
        answers = await self._link.run_each("settle", calls)
        excused = list(freed)
        for (_, places), answer in zip(batches, answers, strict=True):
            for at, done in zip(places, answer, strict=False):
                settled[at] = bool(done)
                if done == EXCUSED:
                    excused.append(settlements[at].claim.source)
            for other in answer[len(places) :]:
                if isinstance(other, bytes):
                    excused.append(other.decode())
                else:
                    others[other[0].decode()] = Blame(other[1], float(other[2]))
        if others:
            excused += await self._store.guests.absolve(await self._locate(list(others)), others)
        if excused:
            await self._store.incidents.take_back(excused)
        return settled

    def _settled(self, settlement: Settlement) -> Iterator[Argument]:
        pause, excused = settlement.pause_host_until, settlement.excused
        yield settlement.claim.source
        yield settlement.claim.token.partition(":")[2]
        yield self._packed(settlement.state)
        yield "" if settlement.due is None else repr(float(settlement.due))
        yield given(settlement.table)
        yield "" if pause is None else repr(float(pause))
        yield "-" if settlement.way is None or (settlement.way and excused is None) else settlement.way
        yield b"" if excused is None else self._packed(excused)

    def _packed(self, state: SourceState) -> bytes:
        if state.epoch != self._store.epoch:
            state = msgspec.structs.replace(state, epoch=self._store.epoch)
        return keys.pack_state(state)

    async def give_back(self, claims: Sequence[Claim]) -> None:
        """Returns claims unused: the sources are due again at once, nothing else changes."""
        words: dict[int, list[Argument]] = defaultdict(lambda: [self._now()])
        for claim in claims:
            words[_shard_of(claim)] += (claim.source, claim.token.partition(":")[2])
        await self._link.run_each("give_back", [(keys.slot(shard), each) for shard, each in words.items()])

    async def tables(self, ids: Sequence[str]) -> dict[str, bytes]:
        """The packed tables of sources; one that has none is left out."""
        shards = await self._locate(ids)
        by_shard: dict[int, list[str]] = defaultdict(list)
        for id_, shard in shards.items():
            by_shard[shard].append(id_)
        words = [
            ("MGET", *(keys.of(keys.slot(shard), "table", id_) for id_ in found))
            for shard, found in by_shard.items()
        ]
        answers = await self._link.commands(words)
        return {
            id_: table
            for found, answer in zip(by_shard.values(), answers, strict=True)
            for id_, table in zip(found, answer, strict=True)
            if table is not None
        }

    async def rules(self, host: str, address: str) -> Rules | None:
        """What the robots.txt at an address of a host says to us; None where nobody asked of late."""
        data = await self._link.command("GET", self._rules_key(host, address))
        return None if data is None else keys.unpack_rules(data)

    async def keep_rules(self, host: str, address: str, rules: Rules, seconds: float) -> None:
        """Keeps the rules of a host for all workers, for so long."""
        key = self._rules_key(host, address)
        await self._link.command("SET", key, keys.pack_rules(rules), "EX", max(1, int(seconds)))

    def _rules_key(self, host: str, address: str) -> str:
        return keys.of(keys.slot(keys.shard(host, self.shards)), "robots", address)

    def suspect(self, state: SourceState) -> bool:
        """Whether what was settled may stand on lost arrivals: ask unconditionally, ignore the table.

        So it is where the state was written under an epoch that this store does not know, or in the last ten
        seconds of one that ended in a loss or a failover. A state that was never settled is not suspect.
        """
        if not state.epoch or state.epoch == self._store.epoch:
            return False
        end = self._store.epochs.get(state.epoch)
        return end is None or state.settled is None or state.settled > end - LAST_SECONDS

    # --- the schedule -------------------------------------------------------------------------------------

    async def next_due(self) -> float | None:
        """When anything can be claimed at the earliest, in the store's time; None where nothing waits."""
        times, _ = await self._earliest()
        return min((at for at in times if at is not None), default=None)

    async def all_due(self) -> int:
        """Makes every waiting source due now, except where its publisher forbids; how many are due now."""
        shards = range(self.shards)
        found = await self._link.commands([("ZRANGE", keys.of(keys.slot(n), "hosts"), 0, -1) for n in shards])
        calls = [
            (keys.slot(shard), (self._now(), "*", *chunk))
            for shard, hosts in zip(shards, found, strict=True)
            for chunk in chunks(hosts)
        ]
        return sum(await self._link.run_each("hasten", calls))

    async def poll_now(self, id_: str) -> bool:
        """Makes one source due now, or when its publisher allows: False where that is later.

        False also where nobody knows it. One in flight is left alone, one that is gone is asked once more.
        """
        shard = (await self._locate([id_])).get(id_)
        if shard is None:
            return False
        data = await self._link.command("HGET", keys.of(keys.slot(shard), "ids"), id_)
        if data is None:
            return False
        host, _ = keys.unpack_address(data)
        return bool(await self._link.run("hasten", keys.slot(shard), self._now(), "=", id_, host))

    async def pace(self, host: str) -> float:
        """Seconds until a host may be asked; 0 takes the turn. For requests that are no polls.

        `host` is the name that its pace is kept under (`core.urls.paced`). Polls come as `guests`.
        """
        slot = keys.slot(keys.shard(host, self.shards))
        return float(await self._link.run("pace", slot, self._now(), host))

    async def spread(self, gap: float) -> None:
        """After `gap` seconds of outage or clock jump: overdue hosts are spread; back, all moves along."""
        calls = [(keys.slot(n), (self._now(), repr(gap))) for n in range(self.shards)]
        await self._link.run_each("spread", calls)

    async def status(self) -> dict[str, tuple[SourceState, float | None]]:
        """Of every source what is remembered, and when it is due (None: in flight, or gone)."""
        known = await self._known(range(self.shards))
        asked = [(shard, chunk) for shard, ids in known.items() for chunk in chunks(list(ids))]
        calls = [
            (keys.slot(shard), [word for id_ in chunk for word in (id_, known[shard][id_][0])])
            for shard, chunk in asked
        ]
        found: dict[str, tuple[SourceState, float | None]] = {}
        for (_, chunk), answer in zip(asked, await self._link.run_each("status", calls), strict=True):
            for id_, state, due in zip(chunk, answer[::2], answer[1::2], strict=True):
                found[id_] = keys.unpack_state(state), None if due is None else float(due)
        return found

    async def _locate(self, ids: Sequence[str]) -> dict[str, int]:
        """The shards of sources; all are asked for one that this process has not met."""
        for id_ in [id_ for id_ in ids if id_ not in self._shards_of]:
            asked = [("HEXISTS", keys.of(keys.slot(n), "ids"), id_) for n in range(self.shards)]
            for shard, known in enumerate(await self._link.commands(asked)):
                if known:
                    self._shards_of[id_] = shard
        return {id_: self._shards_of[id_] for id_ in ids if id_ in self._shards_of}


def _shares(whole: int, parts: int) -> list[int]:
    """A number in at most so many parts, none of them 0 and none more than a script call takes."""
    each, more = divmod(whole, parts)
    return [min(each + (part < more), CHUNK) for part in range(min(whole, parts))]


def _shard_of(claim: Claim) -> int:
    number, colon, _ = claim.token.partition(":")
    if not colon or not number.isdigit():
        raise StoreError(f"{claim.token!r} is no token of a claim.")
    return int(number)


def _first_score(answer: list[bytes]) -> float | None:
    """The score of `ZRANGE … 0 0 WITHSCORES`; None for an empty set or infinity."""
    if not answer:
        return None
    score = float(answer[1])
    return None if score == math.inf else score
