"""Matching beside plain methods, on the same lines: quality and entries a second in one table.

MinHash LSH (datasketch, rensa) over five-word shingles of title and text, and rapidfuzz' `token_set_ratio` of
titles, all pairs. Each adds an entry to the group of the most similar earlier one, where there is one at its
threshold. Labels are parted by their hash: every plain method runs with the threshold that gave its best F1
on one half, and is reported on the other; ours has its one fixed setting, and the same half is reported. Time
is of one core, from text to groups. Needs the data folder (../shared/data/matching).

Run: python -m bench baselines
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from datasketch import MinHash, MinHashLSH  # type: ignore[import-untyped]
from rapidfuzz import fuzz, process
from rensa import RMinHash, RMinHashLSH  # type: ignore[import-untyped]

from aggregator.cli.batch import Batch
from aggregator.cli.lines import Line
from aggregator.core.matching.evaluate import Score, score
from bench.press import lines

SETS = {"newslookup": None, "wiremix": 5_000}  # and how many of its lines
SHINGLE = 5
PERMUTATIONS = 128
SIMILAR = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
ALIKE = (70, 75, 80, 85, 90, 95)
ROWS = 500  # of the matrix of all pairs, at once
WINDOW = 3 * 86_400.0
PAGE = Path(__file__).parents[1] / "docs" / "matching.md"
BEGIN, END = "<!-- baselines: written by `python -m bench baselines` -->", "<!-- end of baselines -->"
_WORD = re.compile(r"\w+")

Groups = list[int]
Method = Callable[[Sequence[Line], float], Groups]


def ours(entries: Sequence[Line], threshold: float = 0.0) -> Groups:
    """The service's own state machine, as `dedupe` runs it."""
    del threshold
    with Batch(len(entries), WINDOW) as batch:
        for line in entries:
            batch.add(line)
        return batch.stories()


def datasketch(entries: Sequence[Line], threshold: float) -> Groups:
    """MinHash LSH in Python and numpy."""
    index = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
    hashes: list[MinHash] = []
    groups: Groups = []
    for at, line in enumerate(entries):
        made = MinHash(num_perm=PERMUTATIONS)
        made.update_batch([shingle.encode() for shingle in _shingles(line)])
        similar = ((made.jaccard(hashes[other]), -other) for other in index.query(made))
        groups.append(_joined(similar, threshold, groups))
        index.insert(at, made)
        hashes.append(made)
    return groups


def rensa(entries: Sequence[Line], threshold: float) -> Groups:
    """The same in Rust; its bands are given: as many as find pairs at the threshold."""
    bands = next(b for b in (16, 32, 64, 128) if (1 / b) ** (b / PERMUTATIONS) <= threshold or b == 128)
    index = RMinHashLSH(threshold, PERMUTATIONS, bands)
    hashes: list[RMinHash] = []
    groups: Groups = []
    for at, line in enumerate(entries):
        made = RMinHash(PERMUTATIONS, 42)
        made.update(_shingles(line))
        similar = ((made.jaccard(hashes[other]), -other) for other in index.query(made))
        groups.append(_joined(similar, threshold, groups))
        index.insert(at, made)
        hashes.append(made)
    return groups


def titles(entries: Sequence[Line], threshold: float) -> Groups:
    """Every title beside every earlier one."""
    folded = [line.title.casefold() for line in entries]
    groups: Groups = []
    for start in range(0, len(folded), ROWS):
        rows, earlier = folded[start : start + ROWS], folded[: start + ROWS]
        alike = process.cdist(
            rows, earlier, scorer=fuzz.token_set_ratio, score_cutoff=threshold, dtype=np.uint8
        )
        for at, row in enumerate(alike, start):
            best = int(row[:at].argmax()) if at else 0
            groups.append(groups[best] if at and row[best] >= threshold else at)
    return groups


METHODS: dict[str, tuple[Method, Sequence[float]]] = {
    "this project": (ours, (0.0,)),
    "rapidfuzz titles, all pairs": (titles, ALIKE),
    "datasketch MinHash LSH": (datasketch, SIMILAR),
    "rensa MinHash LSH": (rensa, SIMILAR),
}


def _shingles(line: Line) -> list[str]:
    words = _WORD.findall(f"{line.title} {line.text}".casefold())
    return [" ".join(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1))]


def _joined(similar: Iterator[tuple[float, int]], threshold: float, groups: Groups) -> int:
    """The group of the most similar earlier entry, the first of several; a new one where none is."""
    best = max(similar, default=(0.0, 0))
    return groups[-best[1]] if best[0] >= threshold else len(groups)


def _half(line: Line) -> bool:
    """Is this line of the half on which thresholds are chosen?"""
    return crc32(str(line.story).encode()) % 2 == 0


def _scored(entries: Sequence[Line], groups: Groups, *, chosen: bool) -> Score:
    kept = [at for at, line in enumerate(entries) if _half(line) is chosen]
    return score([entries[at].story for at in kept], [groups[at] for at in kept])


def measured(entries: Sequence[Line], method: Method, thresholds: Sequence[float]) -> dict[str, Any]:
    """One method on one set: its threshold, what it reaches on the half held out, and how fast."""
    runs = []
    for threshold in thresholds:
        began = time.process_time()
        groups = method(entries, threshold)
        seconds = time.process_time() - began
        runs.append((_scored(entries, groups, chosen=True).f1, threshold, groups, seconds))
    _, threshold, groups, seconds = max(runs, key=lambda run: run[0])
    found = _scored(entries, groups, chosen=False)
    return {
        "threshold": threshold if len(thresholds) > 1 else "fixed",
        "precision": round(found.precision, 3),
        "recall": round(found.recall, 3),
        "f1": round(found.f1, 3),
        "ari": round(found.ari, 3),
        "b_cubed_f1": round(found.b_cubed_f1, 3),
        "entries_per_second": round(len(entries) / seconds),
    }


def run() -> dict[str, Any]:
    """Every method on every set; written into docs/matching.md as well."""
    found: dict[str, Any] = {}
    for name, count in SETS.items():
        entries = lines(name, count)
        if not entries:
            return {"skipped": "the labelled sets are not there (../shared/data/matching)"}
        found[name] = {method: measured(entries, *how) for method, how in METHODS.items()}
    _write(found)
    return found


def _write(found: dict[str, Any]) -> None:
    """Replaces the table between the marks of the page, where it has them."""
    text = PAGE.read_text("utf-8")
    before, mark, rest = text.partition(BEGIN)
    if mark:
        after = rest.partition(END)[2]
        PAGE.write_text(f"{before}{BEGIN}\n{_table(found)}{END}{after}", "utf-8")


def _table(found: dict[str, Any]) -> str:
    rows = [
        "| set | method | threshold | precision | recall | F1 | ARI | B-cubed F1 | entries/s |",
        "|" + "---|" * 9,
    ]
    for name, methods in found.items():
        for method, row in methods.items():
            shares = " | ".join(
                f"{row[key]:.3f}" for key in ("precision", "recall", "f1", "ari", "b_cubed_f1")
            )
            speed = f"{row['entries_per_second']:,}"
            rows.append(f"| {name} | {method} | {row['threshold']} | {shares} | {speed} |")
    return "\n".join(rows) + "\n"
