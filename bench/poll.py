"""How many feeds a second the whole system polls, beside a client that only asks and reads.

2,000 feeds of 30 entries on 200 loopback hosts, a new connection each. Two worker processes on a Redis of
their own run; every source is made due, and a round lasts from the first request until all are settled
and what they brought is grouped and committed. `once` is the command, with the start of its processes.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.bare import Bare
from bench.places import scratch
from bench.server import ENTRIES, ROUNDS, Feeds
from bench.service import Service

FEEDS = 2000
WORKERS = 2


def run(feeds: int = FEEDS, repeats: int = 3) -> dict[str, Any]:
    """Each kind of round `repeats` times after the first, cold one; medians."""
    with (
        scratch("poll") as folder,
        Feeds(feeds) as server,
        Bare(server.urls, WORKERS) as bare,
    ):
        return asyncio.run(_run(server, bare, folder, repeats))


async def _run(server: Feeds, bare: Bare, folder: Path, repeats: int) -> dict[str, Any]:
    result: dict[str, Any] = {"feeds": len(server.urls), "workers": WORKERS}
    async with Service(server.urls, folder, WORKERS) as service:
        seconds = await service.first(server)
        result["first"] = _row(server, seconds, *(await service.held()))
        bare.round()
        for kind in ROUNDS:
            result[kind] = await _kind(server, bare, service, kind, repeats)
        result["resident_mb"] = dict(
            zip(("redis", *(f"worker {n + 1}" for n in range(WORKERS))), service.resident(), strict=True)
        )
        file = service.file
    server.round("304")
    result["once, 304"] = await asyncio.to_thread(once, server, file)
    return result


async def _kind(server: Feeds, bare: Bare, service: Service, kind: str, repeats: int) -> dict[str, Any]:
    """One kind of round: ours, then the bare client on the same state of the feeds."""
    ours, theirs = [], []
    _, before = await service.held()
    for _ in range(repeats):
        server.round(kind)
        seconds = await service.round(server)
        row = _row(server, seconds)
        stories, entries = await service.held()
        ours.append({**row, "entries": entries - before, "stories": stories})
        before = entries
        theirs.append(_floor(server, bare, kind))
    rate = median(row["feeds_a_second"] for row in ours)
    floor = round(len(server.urls) / median(row["seconds"] for row in theirs))
    middle = sorted(ours, key=lambda row: row["feeds_a_second"])[len(ours) // 2]
    return {
        **middle,
        "feeds_a_second": rate,
        "bare": floor,
        "ratio": round(rate / floor, 3),
        "bare_cpu_us_a_feed": round(1e6 * median(row["cpu"] for row in theirs) / len(server.urls)),
        "entries_expected": {"new": ENTRIES, "one": 1}.get(kind, 0) * len(server.urls),
        "entries_all": [row["entries"] for row in ours],
    }


def _floor(server: Feeds, bare: Bare, kind: str) -> dict[str, float]:
    """The bare client on what ours just polled: it has not seen changed feeds yet, so they are sent again."""
    server.round("same" if kind == "same" else "304")
    if kind in {"304", "same"}:
        bare.round()
    return bare.round()


def _row(server: Feeds, seconds: dict[str, float], stories: int = 0, entries: int = 0) -> dict[str, Any]:
    counts = server.counts()
    feeds = len(server.urls)
    return {
        "feeds_a_second": round(feeds / seconds["seconds"], 1),
        "requests": counts["requests"],
        "not_modified": counts["not_modified"],
        "entries": entries,
        "stories": stories,
        "seconds": round(seconds["seconds"], 3),
        "workers_cpu_us_a_feed": round(1e6 * seconds["workers_cpu"] / feeds),
        "redis_cpu_us_a_feed": round(1e6 * seconds["redis_cpu"] / feeds),
    }


def once(server: Feeds, file: Path, workers: int = WORKERS) -> dict[str, Any]:
    """One `aggregator once --json`: a command that starts, polls, groups and ends."""
    command = [
        sys.executable,
        "-m",
        "aggregator",
        "once",
        "-c",
        str(file),
        "--workers",
        str(workers),
        "--json",
    ]
    begun = time.perf_counter()
    environ = {name: value for name, value in os.environ.items() if not name.startswith("AGGREGATOR_")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900, env=environ)
    seconds = time.perf_counter() - begun
    if done.returncode:
        raise RuntimeError(f"aggregator once failed: {done.stderr.strip()[-2000:]}")
    said: dict[str, Any] = json.loads(done.stdout[done.stdout.index("{") :])
    return {
        "feeds_a_second": round(len(server.urls) / said["seconds"]["poll"], 1),
        "requests": server.counts()["requests"],
        "not_modified": server.counts()["not_modified"],
        "entries": said["entries"],
        "stories": said["stories"],
        "seconds": round(seconds, 3),
        **{f"seconds_{name}": spent for name, spent in said["seconds"].items()},
    }


def main(arguments: Sequence[str]) -> None:
    """`python -m bench.poll [FEEDS [REPEATS]]`."""
    print(json.dumps(run(*map(int, arguments)), indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
