"""How many feeds a second the whole system polls, beside a client that only asks and reads.

2,000 feeds of 30 entries on 200 loopback hosts, a new connection each, two workers: `aggregator once`,
from a store that keeps what it knows between the rounds. The rate is that of `seconds.poll`: from the
first claim to the last commit. Start and stop of the processes are shown beside it.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.bare import Bare
from bench.places import scratch
from bench.server import ENTRIES, ROUNDS, Feeds

FEEDS = 2000
WORKERS = 2


def config(urls: Sequence[str], folder: Path) -> dict[str, Any]:
    """The configuration of a round, as YAML's subset JSON: no limits but the machine's."""
    return {
        "redis": "embedded",
        "data_dir": str(folder.resolve()),
        "polling": {
            "min_interval": "1s",
            "concurrency": 200,
            "per_host": 200,
            "per_host_rate": "off",
            "allow_private_networks": ["127.0.0.0/8"],
        },
        "log": {"level": "warning"},
        "sources": [
            {"id": f"feed-{number}", "url": url, "name": f"Outlet {number}"}
            for number, url in enumerate(urls)
        ],
    }


def once(file: Path, workers: int = WORKERS) -> dict[str, Any]:
    """One `aggregator once --json`, with the processor time of all its processes."""
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
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(f"aggregator once failed: {done.stderr.strip()[-2000:]}")
    result: dict[str, Any] = json.loads(done.stdout[done.stdout.index("{") :])
    result["cpu"] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return result


def run(feeds: int = FEEDS, repeats: int = 3) -> dict[str, Any]:
    """Each kind of round `repeats` times after the first, cold one; medians."""
    with scratch("poll") as folder, Feeds(feeds) as server, Bare(server.urls, WORKERS) as bare:
        file = folder / "aggregator.yaml"
        rules = config(server.urls, folder / "data")
        file.write_text(json.dumps(rules, indent=1))
        cold = _measure(server, once(file))
        bare.round()
        return {
            "feeds": feeds,
            "workers": WORKERS,
            "first poll": cold,
            **{kind: _kind(server, bare, file, kind, repeats) for kind in (*ROUNDS,)},
        }


def _kind(server: Feeds, bare: Bare, file: Path, kind: str, repeats: int) -> dict[str, Any]:
    """One kind of round: ours and the bare client on the same state of the feeds."""
    ours, theirs = [], []
    for _ in range(repeats):
        server.round(kind)
        ours.append(_measure(server, once(file)))
        server.round("same" if kind == "same" else "304")
        if kind in {"new", "one"}:  # the bare client has not seen this state: every answer is a 200
            theirs.append(bare.round())
        else:
            bare.round()
            theirs.append(bare.round())
    rate = median(round_["feeds_a_second"] for round_ in ours)
    floor = server_rate(len(server.urls), theirs)
    middle = sorted(ours, key=lambda round_: round_["feeds_a_second"])[len(ours) // 2]
    expected = {"new": ENTRIES, "one": 1}.get(kind, 0) * len(server.urls)
    return {
        **middle,
        "feeds_a_second": rate,
        "bare_feeds_a_second": floor,
        "ratio": round(rate / floor, 3),
        "entries_expected": expected,
        "entries_all": [round_["entries"] for round_ in ours],
        "bare_feeds_a_cpu_second": round(len(server.urls) / median(round_["cpu"] for round_ in theirs)),
    }


def server_rate(feeds: int, rounds: Sequence[dict[str, float]]) -> int:
    """Feeds a second of the bare client, the median of its rounds."""
    return round(feeds / median(round_["seconds"] for round_ in rounds))


def _measure(server: Feeds, said: dict[str, Any]) -> dict[str, Any]:
    counts = server.counts()
    seconds = said["seconds"]
    return {
        "feeds_a_second": round(len(server.urls) / seconds["poll"]),
        "requests": counts["requests"],
        "not_modified": counts["not_modified"],
        "entries": said["entries"],
        "stories": said["stories"],
        "seconds": seconds,
        "cpu": round(said["cpu"], 2),
        "feeds_a_cpu_second": round(len(server.urls) / said["cpu"]),
    }


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
