"""Are two entries copies of one text? The signals, the thresholds they must reach, the vetoes, the verdict.

Precision first: a false merge hides a story, a missed one only repeats it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz, process

from aggregator.core.model import Fingerprint, Signal, Verdict
from aggregator.core.rarity import Rarity
from aggregator.core.text import Hashes
from aggregator.core.vocabulary import STOP


STRONG = 0.6
BRIDGE = 0.6


class Likeness(NamedTuple):
    """What was measured between two entries, each from 0 to 1 where it is a share."""

    title: float  # weighted share of the shorter title's words that the other title holds
    titles: float  # the same of all words of both titles
    written: float  # how alike the titles are written, letter by letter, words sorted
    body: float  # weighted share of the shorter text's phrases that the other holds
    shared: int  # phrases of text shared
    least: int  # phrases of the shorter text
    words: float  # weighted share of the words of the shorter entry that the other holds
    cross: float  # share of one's title phrases that stand in the other's text
    crossed: int  # how many


class Weighing:
    """The two tables of how common words and phrases are."""

    def __init__(self) -> None:
        self.phrases = Rarity(22, 0.02)
        self.words = Rarity(18, 0.05)


def read(packed: bytes) -> Hashes:
    """The packed hashes of a fingerprint as an array, without a copy."""
    return np.frombuffer(packed, np.uint32)


def measure(one: Fingerprint, others: list[Fingerprint], weighing: Weighing) -> list[Likeness]:
    """The likeness of one entry with each of some others; one pass over all their hashes."""
    body = _shares(one.body, [other.body for other in others], weighing.phrases, 4)
    words = _shares(one.words, [other.words for other in others], weighing.words, 30)
    forth = _shares(one.title, [other.body for other in others], weighing.phrases, 4, own=True)
    title = one.headline.split()
    ordered = " ".join(sorted(title))
    alike = process.cdist([ordered], [" ".join(sorted(other.headline.split())) for other in others], scorer=fuzz.ratio)[0]
    text = read(one.body)
    found = []
    for at, other in enumerate(others):
        share, union = _titles(title, other.headline.split())
        back = read(other.title)
        hits = int(np.isin(back, text).sum()) if len(text) and len(back) else 0
        cross = max((forth[at][0], forth[at][1]), (hits / len(back) if len(back) else 0.0, hits))
        found.append(
            Likeness(share, union, float(alike[at]) / 100, body[at][0], body[at][1], body[at][2], words[at][0], *cross)
        )
    return found


def _titles(one: list[str], other: list[str]) -> tuple[float, float]:
    a, b = set(one), set(other)
    shared = sum(_weight(word) for word in a & b)
    wa, wb = sum(map(_weight, a)), sum(map(_weight, b))
    return (shared / min(wa, wb) if a and b else 0.0), (shared / (wa + wb - shared) if a and b else 0.0)


def _weight(word: str) -> float:
    return 0.2 if word in STOP else 1.0


def _shares(
    one: bytes, others: list[bytes], rarity: Rarity, few: float, *, own: bool = False
) -> list[tuple[float, int, int]]:
    """For each other: weighted share of the smaller set that is shared (`own`: of this one), how many, of how many."""
    mine = read(one)
    if not len(mine):
        return [(0.0, 0, 0)] * len(others)
    theirs = read(b"".join(others))
    ends = np.cumsum([len(other) // 4 for other in others])
    starts = np.concatenate(([0], ends[:-1]))
    hit = np.zeros(len(theirs), bool)
    if len(theirs):
        at = np.minimum(np.searchsorted(mine, theirs), len(mine) - 1)
        hit = mine[at] == theirs
    weights = rarity.weights(theirs, few)
    total = np.concatenate(([0], np.cumsum(weights)))
    common = np.concatenate(([0], np.cumsum(weights * hit)))
    counts = np.concatenate(([0], np.cumsum(hit)))
    whole = float(rarity.weights(mine, few).sum())
    found = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        least = whole if own else min(whole, float(total[end] - total[start]))
        share = float(common[end] - common[start]) / least if least > 0 else 0.0
        found.append((min(share, 1.0), int(counts[end] - counts[start]), len(mine) if own else min(len(mine), end - start)))
    return found


def compatible(one: Fingerprint, other: Fingerprint) -> bool:
    """Could the two be in one language? Declared ones must agree, else the script."""
    return one.script == other.script and (not one.language or not other.language or one.language == other.language)


def judge(one: Fingerprint, other: Fingerprint, like: Likeness) -> Verdict:
    """The verdict on two entries that were measured."""
    rule = ""
    if like.body >= 0.5 and like.shared >= 6:
        rule = "text"
    elif like.body >= 0.25 and like.shared >= 4 and like.title >= 0.5:
        rule = "text and title"
    elif like.written >= 0.95 and len(one.headline) >= 20:
        rule = "title"
    elif like.cross >= 0.6 and like.crossed >= 4:
        rule = "title in text"
    score = max(like.body, like.written * 0.9, like.cross * 0.8)
    signals = tuple(Signal(name, float(value), 0.5, passed=False) for name, value in like._asdict().items())
    return Verdict(bool(rule), min(score, 1.0), f"{like.shared} of {like.least} phrases shared", signals=signals)
