"""Matching: entries a second at 5,000, 50,000 and 200,000 live stories, a fingerprint, memory, restart.

The text is generated: words of a Zipf-like vocabulary in sentences, half of the entries copies with another
outlet's edits, and one template in twenty, so that common keys are as common as they are in news. It is no
measure of quality; that is `aggregator evaluate` on labelled data.

Run: python -m bench.match
"""

from __future__ import annotations

import gc
import json
import random
import time
from pathlib import Path
from typing import Any

from aggregator.core.matching.fingerprint import fingerprint
from aggregator.core.matching.story import Grouping, Settings
from aggregator.core.model import Arrival, Entry, Source, content_hash, entry_id

SIZES = (5_000, 50_000, 200_000)
MEASURED = 4_000  # entries a round
ROUNDS = 3
OUTLETS = 200
_SYLLABLES = [a + b for a in "bdklmnrst" for b in "aeiou"]
_COMMON = ["the", "of", "to", "and", "in", "a", "for", "on", "that", "is", "was", "with", "said", "by", "as"]


class Press:
    """A generator of entries: news of its own, copies of it, and templates."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._words = [
            "".join(self._random.choices(_SYLLABLES, k=self._random.randint(2, 4))) for _ in range(60_000)
        ]
        self._weights = [1 / (rank + 20) for rank in range(len(self._words))]
        self._pool: list[str] = []
        self._recent: list[tuple[str, str]] = []
        self._count = 0

    def _draw(self, count: int) -> list[str]:
        if len(self._pool) < count:
            self._pool = self._random.choices(self._words, self._weights, k=200_000)
        taken, self._pool = self._pool[-count:], self._pool[:-count]
        return taken

    def _sentence(self) -> str:
        words = self._draw(12)
        for at in range(1, 12, 2):
            words.insert(at, self._random.choice(_COMMON))
        return " ".join(words).capitalize() + "."

    def entry(self, *, fresh: bool = False) -> tuple[str, str]:
        """A title and a text of some fifty words; `fresh`: news of its own."""
        self._count += 1
        kind = self._random.random()
        if not fresh and kind < 0.05:
            town, number = self._draw(1)[0].capitalize(), self._random.randint(1, 99)
            return f"{town} weather: rain expected", (
                f"The forecast for {town} calls for highs near {number} degrees "
                f"and a {99 - number} percent chance of rain, the service said."
            )
        if not fresh and kind < 0.5 and self._recent:
            title, text = self._random.choice(self._recent)
            words = text.split()
            del words[self._random.randrange(len(words))]
            return title, f"LONDON (AP) - {' '.join(words[: self._random.randint(25, 60)])} ..."
        title = " ".join(self._draw(8)).capitalize()
        made = title, " ".join(self._sentence() for _ in range(3))
        self._recent = [*self._recent[-199:], made]
        return made

    def arrival(self, *, fresh: bool = False) -> Arrival:
        """The same as it comes to the grouper, a second after the one before."""
        title, text = self.entry(fresh=fresh)
        source = SOURCES[self._random.randrange(OUTLETS)]
        entry = Entry(
            guid=str(self._count), url=f"https://{source.id}.example/{self._count}", title=title, summary=text
        )
        return Arrival(
            id=entry_id(source.id, entry.guid),
            source=source.id,
            outlet=source.outlet,
            entry=entry,
            content_hash=content_hash(entry),
            fingerprint=fingerprint(entry, source),
            seen=1.7e9 + self._count * 0.1,
        )


SOURCES = [
    Source(f"outlet-{n}", f"https://outlet-{n}.example/feed", f"Outlet {n}", f"Outlet {n}")
    for n in range(OUTLETS)
]


def grouper(press: Press, stories: int) -> tuple[Grouping, int]:
    """A grouper with so many live stories, and the bytes that each of them takes, the tables included."""
    grouping = Grouping(Settings(max_stories=1_000_000))
    gc.collect()
    before = resident()
    while len(grouping) < stories:
        grouping.arrive(press.arrival(fresh=True))
    gc.collect()
    return grouping, (resident() - before) // stories


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


def rate(grouping: Grouping, arrivals: list[Arrival]) -> float:
    """Entries a second of CPU time, so that a busy machine does not matter."""
    began = time.process_time()
    for arrival in arrivals:
        grouping.arrive(arrival)
    return len(arrivals) / (time.process_time() - began)


def restart(grouping: Grouping) -> float:
    """Seconds until another grouper holds the same stories."""
    other = Grouping(Settings(max_stories=1_000_000))
    seconds = 0.0
    for id_ in grouping.ids():
        story = grouping.story(id_)
        copies = [(grouping.copy(entry), grouping.fingerprint(entry)) for entry in story.copies]
        began = time.process_time()
        other.restore(story, copies)
        seconds += time.process_time() - began
    began = time.process_time()
    other.expire(0.0)  # the dear part is done for all of them at once
    return seconds + time.process_time() - began


def fingerprints(press: Press, count: int = 4_000) -> float:
    """Microseconds of CPU time a fingerprint."""
    entries = [
        Entry(guid=str(n), url="", title=title, summary=text)
        for n, (title, text) in enumerate(press.entry() for _ in range(count))
    ]
    began = time.process_time()
    for entry in entries:
        fingerprint(entry, SOURCES[0])
    return (time.process_time() - began) / count * 1e6


def run(sizes: tuple[int, ...] = SIZES) -> dict[str, Any]:
    """All figures of this file; the rates are the medians of rounds taken in turn, so that they compare."""
    press = Press(1)
    groupers = [grouper(press, size) for size in sizes]
    rates: list[list[float]] = [[] for _ in sizes]
    for _ in range(ROUNDS):
        arrivals = [press.arrival() for _ in range(MEASURED)]
        for at, (grouping, _) in enumerate(groupers):
            rates[at].append(rate(grouping, arrivals))
    medians = [sorted(found)[len(found) // 2] for found in rates]
    return {
        "fingerprint_us": round(fingerprints(press), 1),
        "entries_per_second": {str(size): round(found) for size, found in zip(sizes, medians, strict=True)},
        "slowest_to_fastest": round(min(medians) / max(medians), 3),
        "bytes_a_story": {str(size): held for size, (_, held) in zip(sizes, groupers, strict=True)},
        "restore_seconds": {str(sizes[-1]): round(restart(groupers[-1][0]), 2)},
    }


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
