"""The list of sources that is in force: what a new one adds, changes and takes out.

Everything of a shard lies in its slot, so that a list which was taken up halfway is completed by taking it
up again.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from aggregator.core.model import Record, Source, SourceState
from aggregator.core.urls import host as host_of
from aggregator.core.urls import paced
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
    """What a list of sources changed in the store, or would change: ids, sorted.

    `changed` are those of another address. The rest is known to `compare` only: `settled`, whose settings
    differ, `hosts` with their limits before and after (None: not known), and how many are `kept` as they are.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()
    hosts: tuple[tuple[str, HostLimits | None, HostLimits | None], ...] = ()
    kept: int = 0


class _Known(NamedTuple):
    """What was remembered of a source that was taken out; `same` if it only moves, with its address."""

    state: SourceState
    table: bytes | None
    due: float | None
    same: bool = False


class _Wanted(NamedTuple):
    """A list of sources by shard, what each is paced under, and the limits of those names."""

    shards: dict[int, dict[str, Source]]
    names: dict[str, str]  # source → what it is paced under
    limits: dict[str, HostLimits]
    rules: dict[int, dict[str, HostLimits]]  # of hosts at which no source lies: redirects may lead there


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

        New sources are due at once, those of one host one after the other at its pace. A host is whatever
        belongs to one owner (`core.urls.paced`); `hosts` holds exceptions to `default`. A source of a changed
        address is new to its publisher (no validators), its table stays. What is known of sources that are
        left out is kept for `retention` seconds. Only ids, hosts and hashes are stored.
        """
        wanted = self._wanted(sources, hosts, default)
        self._shards_of.update({id_: shard for shard, found in wanted.shards.items() for id_ in found})
        digests = {shard: _digest(shard, found.values(), wanted) for shard, found in wanted.shards.items()}
        stored = await self._link.commands([("GET", keys.of(keys.slot(n), "list")) for n in wanted.shards])
        stale = [n for n in wanted.shards if stored[n] != digests[n]]
        if not stale:
            return Difference()
        return await self._replace(stale, wanted, digests, retention)

    async def compare(
        self,
        sources: Sequence[Source],
        hosts: Mapping[str, HostLimits],
        *,
        default: HostLimits = HostLimits(),  # noqa: B008, it is frozen
    ) -> Difference:
        """What `take_up` of this list would change; nothing is written."""
        wanted = self._wanted(sources, hosts, default)
        shards = range(self.shards)
        known = {id_: at for found in (await self._known(shards)).values() for id_, at in found.items()}
        said: dict[str, bytes] = {}
        for packed in await self._link.commands([("GET", keys.of(keys.slot(n), "said")) for n in shards]):
            said |= keys.unpack_settings(packed)
        new = {source.id: source for source in sources}
        changed = {
            id_ for id_, (_, at) in known.items() if id_ in new and at != keys.address_hash(new[id_].url)
        }
        now = {id_: _settings(new[id_]) for id_ in (new.keys() & known.keys()) - changed}
        settled = {id_ for id_, settings in now.items() if said.get(id_, settings) != settings}
        names = {wanted.names[id_] for id_ in new.keys() & known.keys()}
        return Difference(
            added=tuple(sorted(new.keys() - known.keys())),
            changed=tuple(sorted(changed)),
            removed=tuple(sorted(known.keys() - new.keys())),
            settled=tuple(sorted(settled)),
            hosts=await self._changed_limits(sorted(names), wanted),
            kept=len(new.keys() & known.keys()) - len(changed) - len(settled),
        )

    async def _changed_limits(
        self, names: Sequence[str], wanted: _Wanted
    ) -> tuple[tuple[str, HostLimits | None, HostLimits | None], ...]:
        slots = [keys.slot(keys.shard(name, self.shards)) for name in names]
        asked = [
            ("HMGET", keys.of(slot, "host", name), "l", "g", "t")
            for slot, name in zip(slots, names, strict=True)
        ]
        found = []
        for name, (most, gap, together) in zip(names, await self._link.commands(asked), strict=True):
            after = wanted.limits[name]
            before = None
            if most is not None and gap is not None:
                per_minute = 60.0 / float(gap) if float(gap) else None
                before = HostLimits(int(most), per_minute, together != b"0")
            if before is None or not _alike(before, after):
                found.append((name, before, after))
        return tuple(found)

    def _wanted(
        self, sources: Sequence[Source], hosts: Mapping[str, HostLimits], default: HostLimits
    ) -> _Wanted:
        shards: dict[int, dict[str, Source]] = {shard: {} for shard in range(self.shards)}
        names = {source.id: paced(host_of(source.url), hosts) for source in sources}
        for source in sources:
            shards[keys.shard(names[source.id], self.shards)][source.id] = source
        limits = {name: hosts.get(name, default) for name in names.values()}
        rules: dict[int, dict[str, HostLimits]] = defaultdict(dict)
        for name in sorted(hosts.keys() - limits.keys()):
            rules[keys.shard(name, self.shards)][name] = hosts[name]
        return _Wanted(shards, names, limits | {DEFAULT: default}, dict(rules))

    async def _replace(
        self, stale: list[int], wanted: _Wanted, digests: dict[int, bytes], retention: float
    ) -> Difference:
        """Brings shards to what is wanted: what goes out goes first, so that a moved source can move."""
        known = await self._known(stale)
        came: dict[int, list[str]] = {}
        out: dict[int, list[str]] = {}
        hashes: dict[str, bytes] = {}
        for shard in stale:
            want = {
                id_: (wanted.names[id_], keys.address_hash(source.url))
                for id_, source in wanted.shards[shard].items()
            }
            came[shard] = [id_ for id_, address in want.items() if known[shard].get(id_) != address]
            out[shard] = [id_ for id_, address in known[shard].items() if want.get(id_) != address]
            hashes |= {id_: want[id_][1] for id_ in came[shard]}
        same = {id_ for shard in stale for id_ in out[shard] if known[shard][id_][1] == hashes.get(id_)}
        before = await self._dismiss(out, retention, same)

        async def bring(shard: int) -> None:
            listed = wanted.shards[shard]
            names = {DEFAULT, *(wanted.names[id_] for id_ in listed)}
            await self._describe(shard, {name: wanted.limits[name] for name in sorted(names)})
            await self._rule(shard, wanted.rules.get(shard, {}))
            await self._adopt(shard, [listed[id_] for id_ in came[shard]], before, wanted)
            said = keys.pack_settings({id_: _settings(source) for id_, source in listed.items()})
            await self._link.command("SET", keys.of(keys.slot(shard), "said"), said)
            await self._link.command("SET", keys.of(keys.slot(shard), "list"), digests[shard])

        await asyncio.gather(*map(bring, stale))
        new = {id_ for ids in came.values() for id_ in ids}
        return Difference(
            added=tuple(sorted(new - before.keys())),
            changed=tuple(sorted((new & before.keys()) - same)),
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
        self, out: Mapping[int, list[str]], retention: float, same: Container[str]
    ) -> dict[str, _Known]:
        """Takes sources out; what was remembered of each."""
        before: dict[str, _Known] = {}
        for shard, ids in out.items():
            for chunk in chunks(ids):
                words: list[Argument] = [self._now(), max(1, int(retention)), *chunk]
                answer = await self._link.run("dismiss", keys.slot(shard), *words)
                for id_, state, table, due in zip(
                    chunk, answer[::3], answer[1::3], answer[2::3], strict=True
                ):
                    at = None if due is None else float(due)
                    before[id_] = _Known(keys.unpack_state(state), table, at, id_ in same)
        return before

    async def _describe(self, shard: int, limits: Mapping[str, HostLimits]) -> None:
        for chunk in chunks(list(limits.items())):
            words: list[Argument] = []
            for host, limit in chunk:
                words += (host, limit.per_host, repr(limit.gap), int(limit.pause_together))
            await self._link.run("limits", keys.slot(shard), *words)

    async def _rule(self, shard: int, rules: Mapping[str, HostLimits]) -> None:
        """Notes the limits of hosts at which no source lies, for the guests who may come there."""
        key = keys.of(keys.slot(shard), "rules")
        words: list[Argument] = []
        for host, limit in rules.items():
            words += (host, f"{limit.per_host} {limit.gap!r} {int(limit.pause_together)}")
        await self._link.commands([("DEL", key), *([("HSET", key, *words)] if words else [])])

    async def _adopt(
        self,
        shard: int,
        sources: Sequence[Source],
        before: Mapping[str, _Known],
        wanted: _Wanted,
    ) -> None:
        turn: dict[str, int] = defaultdict(int)
        for chunk in chunks(sources):
            words: list[Argument] = [self._now()]
            for source in chunk:
                name = wanted.names[source.id]
                known = before.get(source.id)
                after = repr(turn[name] * wanted.limits[name].gap)
                words += (source.id, name, keys.address_hash(source.url), after)
                state = known and (known.state if known.same else _readdressed(known.state))
                words += (given(keys.pack_state(state) if state else None), given(known and known.table))
                words.append(_due(known))
                turn[name] += 1
            await self._link.run("adopt", keys.slot(shard), *words)


def given(data: bytes | None) -> bytes:
    """An optional value as a script's argument: empty for None, else a plus sign and the value."""
    return b"" if data is None else b"+" + data


def _due(known: _Known | None) -> str:
    """When a source that moves to another shard is due, as `adopt.lua` takes it."""
    if known is None or not known.same:
        return ""
    return repr(known.due) if known.due is not None else "-" if known.state.gone else ""


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


def _digest(shard: int, sources: Iterable[Source], wanted: _Wanted) -> bytes:
    """A hash over all that is stored of a list of sources."""
    digest = blake2b(repr(wanted.limits[DEFAULT]).encode(), digest_size=16)
    if shard in wanted.rules:
        digest.update(repr(wanted.rules[shard]).encode())
    for source in sorted(sources, key=lambda source: source.id):
        name = wanted.names[source.id]
        limit = wanted.limits[name]
        digest.update(f"{source.id}\0{name}\0{limit.per_host} {limit.gap} {limit.pause_together}\0".encode())
        digest.update(keys.address_hash(source.url))
        digest.update(_settings(source))
    return digest.digest()


def _settings(source: Source) -> bytes:
    """Four bytes that change with what is configured of a source beside its address; made of no secret."""
    plain = (
        source.name, source.outlet, source.categories, source.language, source.priority, source.interval,
        [name for name, _ in source.headers], source.auth and source.auth.scheme, bool(source.proxy),
        source.user_agent, source.tls_verify, source.tls_ca, source.archives, source.robots,
    )  # fmt: skip
    return blake2b(repr(plain).encode("utf-8", "surrogatepass"), digest_size=4).digest()


def _alike(one: HostLimits, other: HostLimits) -> bool:
    """Whether two limits are the same, but for what a division leaves."""
    return (
        one.per_host == other.per_host
        and abs(one.gap - other.gap) < 1e-9
        and one.pause_together == other.pause_together
    )


def chunks(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    """Items by the number that one script call takes."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
