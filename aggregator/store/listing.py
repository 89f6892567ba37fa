"""The list of sources that is in force: what a new one adds, changes and takes out.

Everything of a shard lies in its slot, so that a list which was taken up halfway is completed by taking it
up again.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, TypeVar

from aggregator.core.model import Record, Source, SourceState
from aggregator.core.urls import host as host_of
from aggregator.store import keys
from aggregator.store.link import Argument, Link
from aggregator.store.room import Room

if TYPE_CHECKING:
    from aggregator.store import Store

CHUNK: Final = 500  # sources of one script call
DEFAULT: Final = ""  # the name of the host that stands for all that nobody named
_Item = TypeVar("_Item")


class HostLimits(Record, frozen=True):
    """How a host may be asked: polls in flight, polls a minute (None: any), and if a pause is all of it."""

    per_host: int = 2
    per_minute: float | None = 60.0
    pause_together: bool = True

    @property
    def gap(self) -> float:
        """Seconds between two polls."""
        return 60.0 / self.per_minute if self.per_minute else 0.0


class Difference(Record, frozen=True):
    """What a list of sources changed in the store: ids, sorted."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


class Listing(Room):
    """Takes lists of sources up."""

    def __init__(self, store: Store, link: Link, clock: Callable[[], float] | None) -> None:
        super().__init__(store, link, clock)
        self._shards_of: dict[str, int] = {}  # of sources that this process met

    async def take_up(
        self,
        sources: Sequence[Source],
        hosts: Mapping[str, HostLimits],
        retention: float,
        *,
        default: HostLimits = HostLimits(),  # noqa: B008, it is frozen
    ) -> Difference:
        """Makes this list the one that is polled; what stays the same keeps its schedule.

        New sources are due at once, those of one host one after the other at its pace. `hosts` holds
        exceptions to `default`. A source of a changed address is new to its publisher (no validators), its
        table stays. Tables of sources that are left out are kept for `retention` seconds. Only ids, hosts and
        hashes of addresses are stored.
        """
        wanted: dict[int, dict[str, Source]] = {shard: {} for shard in range(self.shards)}
        for source in sources:
            wanted[keys.shard(host_of(source.url), self.shards)][source.id] = source
            self._shards_of[source.id] = keys.shard(host_of(source.url), self.shards)
        limits = {host: hosts.get(host, default) for host in map(host_of, (source.url for source in sources))}
        limits[DEFAULT] = default
        digests = {shard: _digest(found.values(), limits) for shard, found in wanted.items()}
        stored = await self._link.commands([("GET", keys.of(keys.slot(n), "list")) for n in wanted])
        stale = [n for n in wanted if stored[n] != digests[n]]
        if not stale:
            return Difference()
        return await self._replace(stale, wanted, digests, limits, retention)

    async def _replace(
        self,
        stale: list[int],
        wanted: dict[int, dict[str, Source]],
        digests: dict[int, bytes],
        limits: Mapping[str, HostLimits],
        retention: float,
    ) -> Difference:
        """Brings shards to what is wanted: what goes out goes first, so that a moved source can move."""
        known = await self._known(stale)
        came: dict[int, list[str]] = {}
        out: dict[int, list[str]] = {}
        for shard in stale:
            want = {id_: (host_of(s.url), keys.address_hash(s.url)) for id_, s in wanted[shard].items()}
            came[shard] = [id_ for id_, address in want.items() if known[shard].get(id_) != address]
            out[shard] = [id_ for id_, address in known[shard].items() if want.get(id_) != address]
        before = await self._dismiss(out, retention)

        async def bring(shard: int) -> None:
            hosts = {DEFAULT, *(host_of(source.url) for source in wanted[shard].values())}
            await self._describe(shard, {host: limits[host] for host in sorted(hosts)})
            await self._adopt(shard, [wanted[shard][id_] for id_ in came[shard]], before, limits)
            await self._link.command("SET", keys.of(keys.slot(shard), "list"), digests[shard])

        await asyncio.gather(*map(bring, stale))
        new = {id_ for ids in came.values() for id_ in ids}
        return Difference(
            added=tuple(sorted(new - before.keys())),
            changed=tuple(sorted(new & before.keys())),
            removed=tuple(sorted(before.keys() - new)),
        )

    async def _known(self, shards: Sequence[int]) -> dict[int, dict[str, tuple[str, bytes]]]:
        """The sources of shards: id → host, hash of the address."""
        answers = await self._link.commands([("HGETALL", keys.of(keys.slot(n), "ids")) for n in shards])
        return {
            shard: {
                id_.decode(): keys.unpack_address(data)
                for id_, data in zip(flat[::2], flat[1::2], strict=True)
            }
            for shard, flat in zip(shards, answers, strict=True)
        }

    async def _dismiss(
        self, out: Mapping[int, list[str]], retention: float
    ) -> dict[str, tuple[SourceState, bytes | None]]:
        """Takes sources out; what was remembered of each."""
        before: dict[str, tuple[SourceState, bytes | None]] = {}
        for shard, ids in out.items():
            for chunk in chunks(ids):
                answer = await self._link.run("dismiss", keys.slot(shard), max(1, int(retention)), *chunk)
                for id_, state, table in zip(chunk, answer[::2], answer[1::2], strict=True):
                    before[id_] = keys.unpack_state(state), table
        return before

    async def _describe(self, shard: int, limits: Mapping[str, HostLimits]) -> None:
        for chunk in chunks(list(limits.items())):
            words: list[Argument] = []
            for host, limit in chunk:
                words += (host, limit.per_host, repr(limit.gap), int(limit.pause_together))
            await self._link.run("limits", keys.slot(shard), *words)

    async def _adopt(
        self,
        shard: int,
        sources: Sequence[Source],
        before: Mapping[str, tuple[SourceState, bytes | None]],
        limits: Mapping[str, HostLimits],
    ) -> None:
        turn: dict[str, int] = defaultdict(int)
        for chunk in chunks(sources):
            words: list[Argument] = [self._now()]
            for source in chunk:
                host = host_of(source.url)
                state, table = before.get(source.id, (None, None))
                words += (source.id, host, keys.address_hash(source.url), repr(turn[host] * limits[host].gap))
                words.append(given(keys.pack_state(_readdressed(state)) if state else None))
                words.append(given(table))
                turn[host] += 1
            await self._link.run("adopt", keys.slot(shard), *words)


def given(data: bytes | None) -> bytes:
    """An optional value as a script's argument: empty for None, else a plus sign and the value."""
    return b"" if data is None else b"+" + data


def _readdressed(state: SourceState) -> SourceState:
    """What is still true of a source under a new address: nothing that its old one said."""
    return SourceState(
        epoch=state.epoch,
        settled=state.settled,
        last_poll=state.last_poll,
        last_success=state.last_success,
        entries_a_day=state.entries_a_day,
        last_new=state.last_new,
        polls=state.polls,
    )


def _digest(sources: Iterable[Source], limits: Mapping[str, HostLimits]) -> bytes:
    """A hash over all that is stored of a list of sources."""
    digest = blake2b(repr(limits[DEFAULT]).encode(), digest_size=16)
    for source in sorted(sources, key=lambda source: source.id):
        host = host_of(source.url)
        limit = limits[host]
        digest.update(f"{source.id}\0{host}\0{limit.per_host} {limit.gap} {limit.pause_together}\0".encode())
        digest.update(keys.address_hash(source.url))
    return digest.digest()


def chunks(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    """Items by the number that one script call takes."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
