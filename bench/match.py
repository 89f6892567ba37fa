"""Matching: entries a second among ever more live stories, a fingerprint, memory, a new grouper, `dedupe`.

The news is `bench.press`': real lines where the data folder is there, in their order and with their copies,
one in ten a template, among live stories that are made after real ones. It is no measure of quality; that is
`aggregator evaluate` on labelled data. Stories are filled in by the path of a new grouper, so that a million
are there within minutes; what is measured comes one by one, each round at every size, so that the sizes
compare. Rates are of CPU time: a busy machine slows them less than it slows a clock.

Run: python -m bench match
"""

from __future__ import annotations

import asyncio
import gc
import gzip
import json
import subprocess
import sys
import time
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import Any

import msgspec

from aggregator import group, heap, store
from aggregator.cli.lines import Line, entry_of
from aggregator.core.matching.fingerprint import fingerprint
from aggregator.core.matching.recording import founded, recorded
from aggregator.core.matching.story import Grouping, Settings
from aggregator.core.model import Arrival, Copy, Entry, Fingerprint, Story
from bench.places import scratch
from bench.press import SOURCES, START, Press, lines

SIZES = (5_000, 100_000, 1_000_000)
MEASURED = 3_000  # entries a round
ROUNDS = 3
RESTORED = 200_000  # stories of a new grouper
FULL = Settings(max_stories=2_000_000, window=30 * 86_400.0, retention=30 * 86_400.0)
PLAIN = Settings(
    max_stories=2_000_000, window=FULL.window, retention=FULL.retention, doubts=False, events=False
)


def stored(arrival: Arrival) -> tuple[Story, list[tuple[Copy, Fingerprint]]]:
    """An arrival as the story that it founds, as a store would give it back."""
    copy = recorded(arrival, None)
    return founded(copy), [(copy, arrival.fingerprint)]


def fill(groupings: list[Grouping], sizes: tuple[int, ...], press: Press) -> list[int]:
    """Fills each grouping with so many stories; bytes of a live one in each, tables included."""
    held = []
    for grouping, size in zip(groupings, sizes, strict=True):
        gc.collect()
        before = resident()
        for arrival in press.fresh(size):
            grouping.restore(*stored(arrival))
            if len(grouping) % 50_000 == 0:
                grouping.expire(0.0)  # takes what is pending into the index
        grouping.expire(0.0)
        gc.collect()
        held.append((resident() - before) // size)
    return held


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


def rate(grouping: Grouping, arrivals: list[Arrival]) -> float:
    """Entries a second of CPU time."""
    began = time.process_time()
    for arrival in arrivals:
        grouping.arrive(arrival)
    return len(arrivals) / (time.process_time() - began)


def fingerprints(entries: list[Entry]) -> float:
    """Microseconds of CPU time a fingerprint: the best of three rounds."""
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        for entry in entries:
            fingerprint(entry, SOURCES[0])
        best = min(best, time.process_time() - began)
    return best / len(entries) * 1e6


def grouped(sizes: tuple[int, ...], settings: Settings) -> dict[str, dict[str, float]]:
    """Entries a second at every size, the median of the rounds, and the bytes a live story."""
    heap.give_back()  # as a grouper does
    press = Press(2)
    groupings = [Grouping(settings) for _ in sizes]
    held = fill(groupings, sizes, press)
    rates: list[list[float]] = [[] for _ in sizes]
    compared = [grouping.counters["candidates"] for grouping in groupings]
    for _ in range(ROUNDS):
        arrivals = press.day(MEASURED)
        for at, grouping in enumerate(groupings):
            rates[at].append(rate(grouping, arrivals))
    return {
        str(size): {
            "entries_per_second": round(sorted(rates[at])[ROUNDS // 2]),
            "candidates_an_entry": round(
                (groupings[at].counters["candidates"] - compared[at]) / (ROUNDS * MEASURED), 2
            ),
            "bytes_a_story": held[at],
        }
        for at, size in enumerate(sizes)
    }


def _alone(sizes: tuple[int, ...], settings: Settings) -> dict[str, dict[str, float]]:
    """`grouped` in a process of its own, whose memory is that of the stories."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(grouped, (sizes, settings))


def restarted(press: Press, stories: int) -> dict[str, float]:
    """Seconds until a new grouper is ready, from a real store of so many stories."""
    with scratch("match") as folder:
        return asyncio.run(_restarted(folder, press, stories))


async def _restarted(folder: Path, press: Press, stories: int) -> dict[str, float]:
    async with (
        store.Server(folder, extra=["--appendfsync", "no"]) as server,
        store.open(server.url, clock=lambda: START) as it,
    ):
        number = await it.inbox.lead("bench", 1e9)
        assert number is not None
        news = press.fresh(stories)
        while batch := [stored(arrival) for arrival in islice(news, 500)]:
            writes = store.StoryWrites(
                stories=tuple(story for story, _ in batch),
                copies=tuple((story.id, *copies[0], None) for story, copies in batch),
            )
            await it.stories.commit(store.Commit(number, "", START, writes))
        grouping = Grouping(FULL)
        grouper = group.Grouper(it, grouping, number, retention=FULL.retention, clock=lambda: START)
        gc.collect()
        cpu, clock = time.process_time(), time.perf_counter()
        await grouper.rebuild()
        grouping.expire(0.0)  # the dear part is done for all of them at once
        return {
            "stories": len(grouping),
            "seconds": round(time.perf_counter() - clock, 2),
            "cpu_seconds": round(time.process_time() - cpu, 2),
        }


def deduped(press: Press) -> dict[str, float]:
    """`aggregator dedupe` as a process of its own, from its start to its end."""
    entries = lines("wiremix") or [
        Line(str(at), title, text) for at, (title, text) in enumerate(press.news() for _ in range(15_000))
    ]
    with scratch("dedupe") as folder:
        file = folder / "lines.jsonl.gz"
        with gzip.open(file, "wb") as stream:
            for line in entries:
                stream.write(msgspec.json.encode(line) + b"\n")
        before, clock = getrusage(RUSAGE_CHILDREN), time.perf_counter()
        command = [sys.executable, "-m", "aggregator", "dedupe", str(file)]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        after, seconds = getrusage(RUSAGE_CHILDREN), time.perf_counter() - clock
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "entries": len(entries),
        "entries_per_cpu_second": round(len(entries) / cpu),
        "entries_per_second": round(len(entries) / seconds),
    }


def run(sizes: tuple[int, ...] = SIZES, restored: int = RESTORED) -> dict[str, Any]:
    """All figures of this file."""
    press = Press(1)
    entries = [arrival.entry for arrival in islice(press.fresh(4_000), 4_000)]
    titled = [entry_of(line, str(line.id)) for line in lines("newslookup")] or entries[:500]
    real = [entry_of(line, str(line.id)) for line in lines("wiremix", 4_000)] or entries
    found: dict[str, Any] = {
        "real text": press.real,
        "fingerprint us, newslookup": round(fingerprints(titled * 4), 1),
        "fingerprint us, wiremix": round(fingerprints(real), 1),
        "fingerprint us, made": round(fingerprints(entries), 1),
        "dedupe": deduped(press),
        "a new grouper": restarted(press, restored),
        "grouping, without events and doubts": _alone(sizes[1:2], PLAIN),
        "grouping": _alone(sizes, FULL),
    }
    rates = [row["entries_per_second"] for row in found["grouping"].values()]
    found["slowest_to_fastest"] = round(min(rates) / max(rates), 3)
    found["largest_to_middle"] = round(rates[-1] / rates[len(rates) // 2], 3)
    return found


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
