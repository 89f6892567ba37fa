"""Are two entries copies of one text? The signals, the thresholds they must reach, the vetoes, the verdict.

Precision first: a false merge hides a story, a missed one only repeats it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz, process

from aggregator.core.fingerprint import Flag
from aggregator.core.model import Fingerprint, Signal, Verdict
from aggregator.core.rarity import Rarity
from aggregator.core.slots import compare
from aggregator.core.text import Hashes
from aggregator.core.vocabulary import NEGATION, OPPOSITES, STOP, WEEKDAYS

STRONG = 0.6
BRIDGE = 0.6


class Likeness(NamedTuple):
    """What was measured between two entries, each from 0 to 1 where it is a share."""

    title: float  # weighted share of the shorter title's words that the other title holds
    titles: float  # the same of all words of both titles
    written: float  # how alike the titles are written, letter by letter, words sorted
    body: float  # weighted share of the shorter text's phrases that the other holds
    mass: float  # weight of the shared phrases
    shared: int  # phrases of text shared
    least: int  # phrases of the shorter text
    words: float  # weighted share of the words of the shorter entry that the other holds
    cross: float  # share of one's title phrases that stand in the other's text
    crossed: float  # their weight


class Weighing:
    """The two tables of how common words and phrases are."""

    def __init__(self) -> None:
        self.phrases = Rarity(22, 0.01)
        self.words = Rarity(18, 0.05)


def read(packed: bytes) -> Hashes:
    """The packed hashes of a fingerprint as an array, without a copy."""
    return np.frombuffer(packed, np.uint32)


def measure(one: Fingerprint, others: list[Fingerprint], weighing: Weighing) -> list[Likeness]:
    """The likeness of one entry with each of some others; one pass over all their hashes."""
    body = _shares(one.body, [other.body for other in others], weighing.phrases, 2)
    words = _shares(one.words, [other.words for other in others], weighing.words, 20)
    forth = _shares(one.title, [other.body for other in others], weighing.phrases, 2, own=True)
    title = one.headline.split()
    ordered = " ".join(sorted(title))
    alike = process.cdist([ordered], [" ".join(sorted(other.headline.split())) for other in others], scorer=fuzz.ratio)[0]
    text = read(one.body)
    found = []
    for at, other in enumerate(others):
        share, union = _titles(title, other.headline.split())
        back = read(other.title)
        cross = (forth[at][0], forth[at][1])
        if len(text) and len(back):
            weights = weighing.phrases.weights(back, 2)
            hits = float((weights * np.isin(back, text)).sum())
            cross = max(cross, (hits / float(weights.sum()), hits))
        found.append(Likeness(share, union, float(alike[at]) / 100, *body[at], words[at][0], *cross))
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
) -> list[tuple[float, float, int, int]]:
    """For each other: weighted share of the smaller set that is shared (`own`: of this one), its weight, how many, of how many."""
    mine = read(one)
    if not len(mine):
        return [(0.0, 0.0, 0, 0)] * len(others)
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
        mass = float(common[end] - common[start])
        share = min(mass / least, 1.0) if least > 0 else 0.0
        found.append((share, mass, int(counts[end] - counts[start]), len(mine) if own else min(len(mine), end - start)))
    return found


def compatible(one: Fingerprint, other: Fingerprint) -> bool:
    """Could the two be in one language? Declared ones must agree, else the script."""
    return one.script == other.script and (not one.language or not other.language or one.language == other.language)


def content(headline: str) -> int:
    """How many telling words a title has."""
    return len({word for word in headline.split() if word not in STOP})


def rule_of(one: Fingerprint, other: Fingerprint, like: Likeness) -> str:
    """The first rule by which two entries would be copies, "" where none holds."""
    column = one.flags & other.flags & Flag.COLUMN
    thin = like.least < 6
    if like.body >= 0.5 and like.mass >= 7:
        return "text"
    if like.body >= 0.35 and like.mass >= 12:
        return "long text"
    if like.body >= 0.2 and like.mass >= 4 and (like.title >= 0.5 or like.cross >= 0.5) and not column:
        return "text and title"
    if column:
        return ""
    telling = min(content(one.headline), content(other.headline))
    if like.written >= 0.93 and telling >= 5:
        return "title"
    if thin and telling >= 3 and like.written >= 0.8 and like.title >= 0.6:
        return "title of a thin text"
    if thin and like.cross >= 0.5 and like.crossed >= 3 and like.words >= 0.8:
        return "title in text"
    return ""


def vetoed(one: Fingerprint, other: Fingerprint, like: Likeness) -> str:
    """The name of the veto that forbids a match, "" where none does."""
    clash = compare(one.slots, other.slots)
    if clash.figures and clash.figures >= clash.agreed:
        return "figures"
    if clash.other >= 2 and clash.other > clash.names:
        return "names"
    a, b = one.headline.split(), other.headline.split()
    return _titles_differ(set(a), set(b), like)


def _titles_differ(a: set[str], b: set[str], like: Likeness) -> str:
    if like.title < 0.4:
        return ""
    days = {WEEKDAYS[word] for word in a if word in WEEKDAYS}, {WEEKDAYS[word] for word in b if word in WEEKDAYS}
    if days[0] and days[1] and not days[0] & days[1]:
        return "day"
    if like.body >= 0.6 and like.mass >= 8:
        return ""
    digits = {word for word in a - b if word[0].isdigit()}, {word for word in b - a if word[0].isdigit()}
    if digits[0] and digits[1] and like.title >= 0.5 and like.body < 0.6:
        return "title figures"
    if bool(a & NEGATION) != bool(b & NEGATION):
        return "negation"
    for left, right in OPPOSITES:
        if (a & left and b & right and not a & right and not b & left) or (a & right and b & left and not a & left and not b & right):
            return "direction"
    return ""


def judge(one: Fingerprint, other: Fingerprint, like: Likeness) -> Verdict:
    """The verdict on two entries that were measured."""
    rule = rule_of(one, other, like)
    veto = vetoed(one, other, like) if rule else ""
    score = 1 - (1 - like.body * min(like.mass / 8, 1)) * (1 - 0.7 * like.written**2) * (1 - 0.5 * like.cross * min(like.crossed / 4, 1))
    signals = tuple(Signal(name, float(value), 0.5, passed=False) for name, value in like._asdict().items())
    return Verdict(
        bool(rule) and not veto,
        min(score, 1.0),
        f"{like.shared} of {like.least} phrases shared",
        signals=signals,
        vetoed_by=veto or None,
        phrase=rule,
    )
