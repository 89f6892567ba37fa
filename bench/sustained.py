"""100,000 sources polled every fifteen minutes for an hour, by two workers: does anything fall behind?

**Time is scaled.** An hour that lasted an hour would be measured once and never again, so everything is
`SCALE` times as fast: the interval is 90 seconds instead of 15 minutes, the time limit 2 seconds instead of
20, and the hour's 400,000 polls are done in 360 seconds, at 1,111 a second instead of 111. What holds here
holds with as much to spare at the real pace. Sources begin in the middle of their life: their states,
validators and tables are written as a poll would have left them, their dues spread over the interval. From
there on it is the service itself: two worker processes, their own Redis, real HTTP on a thousand loopback
addresses, gathering, matching and committing (`bench.mixed` says what the feeds do).

Of memory each worker is told by itself: one of them groups, and holds what lives of the stories.

*Late* is how long the source that waited longest was overdue, looked at twice a second; it is given as a
share of the interval. A source that is due while its host has its limit of requests in flight, or rests, is
not late.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import cache, partial
from hashlib import blake2b
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from redis import Redis

from aggregator.config import load
from aggregator.core import parse, table
from aggregator.core.model import Settlement, SourceState, content_hash, entry_id
from aggregator.store import HostLimits, Server, Store
from aggregator.store import open as open_store
from bench.mixed import MixedFeeds, body, way
from bench.places import scratch
from bench.service import _processor, _status
from bench.text import Writer

SOURCES = 100_000
WORKERS = 2
HOUR, INTERVAL = 3600.0, 900.0
SCALE = 10.0
BATCH = 2000
LEAD = 60.0  # seconds between the first source that is filled in and the first poll


def run(sources: int = SOURCES, scale: float = SCALE) -> dict[str, Any]:
    """The hour, `scale` times as fast."""
    with scratch("sustained") as folder, MixedFeeds(sources, time.time() - 3600.0) as feeds:
        return asyncio.run(_run(feeds, folder, sources, scale))


async def _run(feeds: MixedFeeds, folder: Path, sources: int, scale: float) -> dict[str, Any]:
    interval = INTERVAL / scale
    file = folder / "aggregator.yaml"
    file.write_text(json.dumps(_config(feeds, sources, interval, folder)))
    server = Server(folder / "data")
    url = await server.start()
    try:
        async with open_store(url) as store:
            empty = _memory(url)
            started = time.time() - 3600.0
            await _seed(store, file, interval, started)
            seeded = _memory(url)
            return {
                "sources": sources,
                "scale": scale,
                "polls_expected": round(sources * HOUR / INTERVAL),
                **await _hour(store, feeds, file, url, HOUR / scale, interval),
                "redis_bytes_a_source": round((seeded - empty) / sources),
            }
    finally:
        await server.stop()


def _config(feeds: MixedFeeds, sources: int, interval: float, folder: Path) -> dict[str, Any]:
    seconds = f"{interval:g}s"
    return {
        "data_dir": str(folder / "data"),
        "polling": {
            "min_interval": seconds, "max_interval": seconds, "max_backoff": seconds, "timeout": "2s",
            "per_host": 20, "per_host_rate": "off", "allow_private_networks": ["127.0.0.0/8"],
        },
        "retention": {"max_stories": 2_000_000},
        "log": {"level": "error"},
        "sources": [
            {"id": f"feed-{number}", "url": feeds.url(number), "interval": seconds}
            for number in range(sources)
        ],
    }  # fmt: skip


async def _seed(store: Store, file: Path, interval: float, started: float) -> None:
    """Every source as a poll left it at some moment of the last interval.

    What takes long comes first, so that nothing is due before the workers are there.
    """
    config = await asyncio.to_thread(load, file, {})
    numbers = [int(source.id.rpartition("-")[2]) for source in config.sources]
    with get_context("spawn").Pool() as pool:
        left = dict(pool.imap_unordered(partial(_as_polled, started=started), numbers, 500))
    free = HostLimits(per_host=20, per_minute=None)
    await store.sources.take_up(config.sources, {}, 86_400.0 * 7, default=HostLimits(1_000_000, None))
    first = time.time() + LEAD
    while claims := await store.sources.claim("seed", BATCH, 600.0):
        settlements = []
        for claim in claims:
            number = int(claim.source.rpartition("-")[2])
            due = first + interval * (number * 0.618_033_988_749 % 1.0)
            state, packed = left.pop(number)
            state = replace(state, last_poll=due - interval, interval=interval)
            settlements.append(Settlement(claim, state, due, packed, way=None))
        await store.sources.settle(settlements)
    await store.sources.take_up(config.sources, {}, 86_400.0 * 7, default=free)
    if time.time() > first:
        raise SystemExit("filling the store took longer than the time before the first poll: raise LEAD")


def _as_polled(number: int, started: float) -> tuple[int, tuple[SourceState, bytes | None]]:
    """The state and the table after a poll; a failing source was never well. `last_poll` is still to come."""
    if way(number) is not None:
        return number, (SourceState(polls=1), None)
    data = body(number, 0, _writer(), started)
    document = parse.document(data, "application/rss+xml", "")
    found = parse.pieces(document)
    feed = parse.quick(document, started)
    marks = found.marks if found is not None else [table.NO_MARK] * len(feed.entries)
    rows = [
        table.row(entry_id(f"feed-{number}", entry.guid), content_hash(entry), mark)
        for entry, mark in zip(feed.entries, marks, strict=True)
    ]
    hashed = blake2b(data, digest_size=8).digest()
    state = SourceState(etag='"0"', body_hash=hashed, settled=started, last_success=started, polls=1)
    return number, (state, table.packed(rows))


@cache
def _writer() -> Writer:
    return Writer()


async def _hour(
    store: Store, feeds: MixedFeeds, file: Path, url: str, seconds: float, interval: float
) -> dict[str, Any]:
    environ = {**os.environ, "AGGREGATOR_REDIS": url}
    command = [sys.executable, "-m", "aggregator", "worker", "-c", str(file)]
    workers = [subprocess.Popen(command, env=environ) for _ in range(WORKERS)]
    try:
        while len(await store.workers.alive()) < WORKERS or feeds.counts().get("requests", 0) == 0:
            await asyncio.sleep(0.2)
        begun, cpu, before = time.time(), sum(map(_processor, _pids(workers))), feeds.counts()
        sizes, late = [_sizes(workers)], []
        while time.time() < begun + seconds:
            await asyncio.sleep(0.5)
            due = await store.sources.next_due()
            late.append(max(time.time() - due, 0.0) if due is not None else 0.0)
            if len(late) % 60 == 0:
                sizes.append(_sizes(workers))
        spent, after = time.time() - begun, feeds.counts()
        used = sum(map(_processor, _pids(workers))) - cpu
        made = {
            key: after.get(key, 0) - before.get(key, 0)
            for key in ("requests", "not_modified", "changed", "failing")
        }
        late.sort()
        alive = await store.workers.alive()
        groups = [any(name.endswith(f"-{pid}") and info["grouping"] for name, info in alive.items())
                  for pid in _pids(workers)]  # fmt: skip
        return {
            "polls": made["requests"],
            "polls_a_second": round(made["requests"] / spent, 1),
            "not_modified": round(made["not_modified"] / made["requests"], 3),
            "changed": round(made["changed"] / made["requests"], 3),
            "failing": round(made["failing"] / made["requests"], 3),
            "workers_cpu_us_a_poll": round(1e6 * used / made["requests"]),
            "least_polls_of_a_healthy_source": after["least"],
            "late_at_most_of_interval": round(late[-1] / interval, 3),
            "late_median_of_interval": round(late[len(late) // 2] / interval, 3),
            "workers_cores": round(used / spent, 2),
            "inbox_at_the_end": await store.inbox.length(),
            "stories_live_at_the_end": len(await store.stories.ids_and_placed()),
            "resident_mb": [
                {
                    "grouper": is_grouper,
                    "first": sizes[min(1, len(sizes) - 1)][at],
                    "middle": sizes[len(sizes) // 2][at],
                    "last": sizes[-1][at],
                }
                for at, is_grouper in enumerate(groups)
            ],
        }
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            await asyncio.to_thread(worker.wait, 60)


def _pids(workers: Sequence[subprocess.Popen[bytes]]) -> list[int]:
    return [worker.pid for worker in workers]


def _sizes(workers: Sequence[subprocess.Popen[bytes]]) -> list[int]:
    return [_status(pid, "VmRSS") // 1024 for pid in _pids(workers)]


def _memory(url: str) -> int:
    with Redis.from_url(url) as client:
        return int(client.info("memory")["used_memory"])


def main(arguments: Sequence[str]) -> None:
    """`python -m bench.sustained [SOURCES [SCALE]]`."""
    print(json.dumps(run(*(int(word) for word in arguments)), indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
