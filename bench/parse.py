"""Parsing: entries a second of ours (cleaned, sanitised, canonical), fastfeedparser and feedparser (raw).

All three read the same real news documents, drawn evenly from the archives beside the project, in one process
on one core. Ours does more: the others neither sanitise nor canonicalise nor bound. Times are CPU seconds,
each parser's best of several rounds; what is remembered of addresses and dates is forgotten before each
round. `pieces` is a changed feed of which all items but one were seen before.
"""

from __future__ import annotations

import io
import time
import warnings
from collections.abc import Callable
from typing import Any

import fastfeedparser
import feedparser

from aggregator.core import parse, urls
from aggregator.core.errors import ParseError
from aggregator.core.parse import dates
from bench import archive

NOW = 1_790_000_000.0
FILES = 300
ROUNDS = 3
URL = "https://example.org/feed"


def run(files: int = FILES) -> dict[str, Any]:
    """Entries a second of each parser, µs a feed whole and in pieces; empty where the feeds are missing."""
    folder = archive.unpacked()
    if folder is None:
        return {"skipped": "no feeds at ../shared/data/feeds"}
    paths = sorted(folder.glob("*/*.xml"))
    bodies = [path.read_bytes() for path in paths[:: max(1, len(paths) // files)]]
    entries, ours = _best(bodies, _ours, ROUNDS)
    fast_entries, fast = _best(bodies, _fast, ROUNDS)
    slow_bodies = bodies[::10]
    slow_entries, slow = _best(slow_bodies, _slow, 1)
    _, changed = _best(bodies, _changed, ROUNDS)
    return {
        "feeds": len(bodies),
        "megabytes": round(sum(map(len, bodies)) / 1e6, 1),
        "entries": entries,
        "entries/s, ours, cleaned": round(entries / ours),
        "entries/s, fastfeedparser, raw": round(fast_entries / fast),
        "entries/s, feedparser, raw": round(slow_entries / slow),
        "µs a feed, ours": round(ours / len(bodies) * 1e6),
        "µs a feed, ours, one new item": round(changed / len(bodies) * 1e6),
    }


def _best(bodies: list[bytes], read: Callable[[bytes], int], rounds: int) -> tuple[int, float]:
    """How many entries there were, and the CPU seconds of the best round."""
    best, entries = float("inf"), 0
    for _ in range(rounds):
        _forget()
        started = time.process_time()
        entries = sum(map(read, bodies))
        best = min(best, time.process_time() - started)
    return entries, best


def _forget() -> None:
    urls.canonical.cache_clear()
    dates._moment.cache_clear()  # noqa: SLF001


def _ours(body: bytes) -> int:
    try:
        return len(parse.quick(parse.document(body, "", URL), NOW).entries)
    except (ParseError, parse.NeedsLiberal):
        return 0


def _changed(body: bytes) -> int:
    try:
        whole = parse.document(body, "", URL)
        found = parse.pieces(whole)
        return len(parse.quick(whole if found is None else parse.only(whole, found, (0,)), NOW).entries)
    except (ParseError, parse.NeedsLiberal):
        return 0


def _fast(body: bytes) -> int:
    try:
        return len(fastfeedparser.parse(body)["entries"])
    except ValueError:
        return 0


def _slow(body: bytes) -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return len(feedparser.parse(io.BytesIO(body)).entries)


if __name__ == "__main__":
    for name, value in run().items():
        print(f"{name:36} {value}")
