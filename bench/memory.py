"""What the store costs: Redis bytes a source, a guid, a story, a copy and a change, and the time to load the
stories.

The stories are made by the grouper itself, out of invented texts of a title and some 45 words. The server
counts its own memory (`used_memory`), which differs a little between allocators: the bundled one uses the
system's.
"""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
import time
from hashlib import blake2b
from pathlib import Path
from typing import Any

from redis import Redis

from aggregator import group, store
from aggregator.core.matching.fingerprint import fingerprint
from aggregator.core.matching.story import Grouping
from aggregator.core.model import (
    Arrival,
    Change,
    Entry,
    Settlement,
    Source,
    SourceState,
    content_hash,
    entry_id,
)
from bench.places import scratch
from bench.text import Writer

NOW = 1_800_000_000.0
WEEK = 7 * 86_400.0
SOURCES = 5_000
STORIES = 20_000
COPIES = 2_000  # stories of these that get two more copies
CHANGES = 50_000
GUID_BYTES = 16  # of a table: a hash of the guid and one of the content


def run(stories: int = STORIES) -> dict[str, Any]:
    """Bytes of each thing, and seconds of the store's part of a rebuild."""
    with scratch("memory") as folder:
        return asyncio.run(_run(folder, stories))


async def _run(folder: Path, stories: int) -> dict[str, Any]:
    async with (
        store.Server(folder, extra=["--appendfsync", "no"]) as server,
        store.open(server.url, clock=lambda: NOW) as it,
    ):
        with Redis.from_url(server.url, protocol=2) as redis:
            found = await _sources(it, redis)
            found |= await _stories(it, redis, stories)
            return found | {"bytes a change": await _changes(it, redis)}


def _used(redis: Any) -> int:
    """Bytes that the data takes."""
    return int(redis.info("memory")["used_memory_dataset"])


async def _sources(it: store.Store, redis: Any) -> dict[str, Any]:
    sources = [_source(number) for number in range(SOURCES)]
    empty = _used(redis)
    await it.sources.take_up(sources, {}, WEEK, default=store.HostLimits(per_minute=None))
    sizes = []
    for guids in (30, 130):
        await it.sources.all_due()
        while claims := await it.sources.claim("bench", 500, 30):
            await it.sources.settle([_settled(claim, guids) for claim in claims])
        sizes.append((_used(redis) - empty) / SOURCES)
    return {
        "bytes a source of 30 entries": round(sizes[0]),
        "bytes a further guid": round((sizes[1] - sizes[0]) / 100, 1),
    }


def _source(number: int) -> Source:
    host = f"feeds.outlet-{number}.example"
    return Source(
        f"outlet-{number}-world", f"https://{host}/rss.xml", f"Outlet {number}, world", f"Outlet {number}"
    )


def _settled(claim: Any, guids: int) -> Settlement:
    state = SourceState(
        etag='W/"6579-18c0ffee-5f2a"', last_modified="Mon, 23 Nov 2026 00:00:00 GMT", body_hash=bytes(8),
        settled=NOW, last_poll=NOW, last_success=NOW, interval=900.0, reason="what it has shown so far",
        entries_a_day=41.5, last_new=NOW, polls=1000,
    )  # fmt: skip
    return Settlement(claim, state, NOW + 900, bytes(GUID_BYTES * guids))


async def _stories(it: store.Store, redis: Any, stories: int) -> dict[str, Any]:
    writer = Writer()
    it_url = str(redis.connection_pool.connection_kwargs["path"])
    number = await it.inbox.lead("bench", 1e9)
    assert number is not None
    grouper = group.Grouper(it, Grouping(), number, retention=WEEK, clock=lambda: NOW)
    before = _used(redis), await _texts(it, redis)
    await _group(it, grouper, [_arrival(writer, n, 0) for n in range(stories)])
    single = _used(redis), await _texts(it, redis)
    await _group(it, grouper, [_arrival(writer, n, copy) for n in range(COPIES) for copy in (1, 2)])
    several = _used(redis), await _texts(it, redis)
    copies = len([None async for _, found in it.stories.load() for _ in found]) - len(grouper.grouping)
    start = time.perf_counter()
    live = len([None async for _ in it.stories.load()])
    took = time.perf_counter() - start
    return {
        "bytes a story of one copy, beside its text": round(_beside(before, single) / stories),
        "bytes a further copy, beside its text": round(_beside(single, several) / (2 * COPIES)),
        "copies that joined": copies,
        "bytes of the grouper a live entry": await asyncio.to_thread(_grouper, it_url),
        "seconds to load 200,000 stories (the store's part)": round(took / live * 200_000, 2),
    }


def _beside(one: tuple[int, int], two: tuple[int, int]) -> int:
    return (two[0] - one[0]) - (two[1] - one[1])


async def _texts(it: store.Store, redis: Any) -> int:
    """Bytes of the copies' texts."""
    entries = [copy.entry async for _, found in it.stories.load() for copy, _ in found]
    pipeline = redis.pipeline(transaction=False)
    for entry in entries:
        pipeline.memory_usage(f"{{s}}:t:{entry}")
    return sum(pipeline.execute())


def _arrival(writer: Writer, number: int, copy: int) -> Arrival:
    """An entry of a story; a further copy says the same under another outlet's headline end."""
    title, text = writer.piece(str(number))
    source = _source(7 * copy + number % 7)
    title = f"{title} - {source.outlet}" if copy else title
    guid = f"https://{source.url[8:-8]}/2026/11/{number}-{copy}"
    entry = Entry(guid, guid, title, summary=text, published=NOW - 60, language="en", canonical_url=guid)
    return Arrival(
        entry_id(source.id, guid), source.id, source.outlet, entry, content_hash(entry),
        fingerprint(entry, source), NOW + number / 1000, categories=("world",),
    )  # fmt: skip


async def _group(it: store.Store, grouper: group.Grouper, arrivals: list[Arrival]) -> None:
    """Brings arrivals through the inbox and the grouper."""
    await it.inbox.hand_in(arrivals)
    while (await grouper.step()).arrivals:
        pass


async def _changes(it: store.Store, redis: Any) -> float:
    number = await it.inbox.lead("bench", 1e9)
    assert number is not None
    for start in range(0, CHANGES, 500):
        ids = [blake2b(b"%d" % n, digest_size=16).hexdigest() for n in range(start, start + 500)]
        lines = tuple(
            Change(0, "updated", id_, NOW + n, what=("copies",)) for n, id_ in enumerate(ids, start)
        )
        await it.stories.commit(store.Commit(number, "", NOW, changes=lines))
    size = redis.memory_usage("{s}:changes", samples=0)
    return round(size / redis.xlen("{s}:changes"), 1)


def _grouper(socket: str) -> int:
    """Bytes of a live entry in a process that takes up what is stored, as a new grouper does."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.memory", f"unix://{socket}"], capture_output=True, check=True
    )
    return int(done.stdout)


async def _rebuild(url: str) -> int:
    async with store.open(url, clock=lambda: NOW) as it:
        grouper = group.Grouper(it, Grouping(), 0, retention=WEEK, clock=lambda: NOW)
        before = _resident()
        await grouper.rebuild()
        entries = len([None async for _, found in it.stories.load() for _ in found])
        return (_resident() - before) // entries


def _resident() -> int:
    """Bytes of this process in memory; the peak, where the system tells no more."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    print(asyncio.run(_rebuild(sys.argv[1])))
