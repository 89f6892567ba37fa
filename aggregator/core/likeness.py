"""How alike two entries are: the signals, measured for all candidates of an arrival in one pass."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from aggregator.core.model import Fingerprint
from aggregator.core.rarity import Rarity
from aggregator.core.text import Hashes, number, packed, read
from aggregator.core.vocabulary import STOP

FEW_STORIES = 2.5  # a phrase of two stories may still be one story told twice
FEW_WORDS = 20.0  # a word of twenty stories is still telling,
FEW_SHARE = 0.004  # or of four in a thousand

Floats = npt.NDArray[np.float64]


class Likeness(NamedTuple):
    """What was measured between two entries; shares are from 0 to 1, a mass is a sum of weights."""

    body: float  # share of the shorter text's phrases that the other text holds, by weight
    mass: float  # weight of these
    shared: int  # their number
    least: int  # phrases of the shorter text
    weight: float  # mean weight of what is shared
    cross: float  # share of one's title phrases that stand in the other's text, by weight, the better of both
    crossed: float  # weight of these
    written: float  # how alike the titles are written, letter by letter, words sorted
    title: float = 0.0  # share of the words of the title with fewer that the other title holds
    telling: float = 0.0  # weight of the telling words that both titles hold
    rare: float = 0.0  # mean weight of the title's phrases, of the title that is more common
    about: float = 0.0  # share of a title's telling words that the other entry holds, by weight, the better of both
    opened: float = 0.0  # share of one text's first phrases that stand in the other, the better of both
    closed: float = 0.0  # the same of its last phrases


class Weighing:
    """How common phrases and words are among the live stories."""

    def __init__(self) -> None:
        self.phrases = Rarity(22, 0.01)
        self.words = Rarity(18, 0.05)
        self.stories = 0

    @property
    def few(self) -> float:
        """In how many stories a telling word may stand."""
        return max(FEW_WORDS, FEW_SHARE * self.stories)

    def count(self, made: Fingerprint, times: int) -> None:
        """One more text (or with -1 one less)."""
        self.stories += times
        self.phrases.add(packed(made.body, made.title), times)
        self.words.add(read(made.words), times)


def coarse(one: Fingerprint, others: list[Fingerprint], weighing: Weighing) -> list[Likeness]:
    """The first eight signals between one entry and each of some others, in one pass over all their hashes."""
    ordered = " ".join(sorted(one.headline.split()))
    alike = process.cdist(
        [ordered], [" ".join(sorted(other.headline.split())) for other in others], scorer=fuzz.ratio
    )[0].tolist()
    counts, mass = _shared(one, others, weighing.phrases)
    mine_body, mine_title = len(one.body) // 4, len(one.title) // 4
    found = []
    for at, other in enumerate(others):
        least = min(mine_body, len(other.body) // 4)
        forth, back = mass[1][at], mass[2][at]
        share_forth = forth / mine_title if mine_title else 0.0
        share_back = back / (len(other.title) // 4) if other.title else 0.0
        shared, weight = counts[at], mass[0][at]
        found.append(
            Likeness(
                body=weight / least if least else 0.0,
                mass=weight,
                shared=shared,
                least=least,
                weight=weight / shared if shared else 0.0,
                cross=max(share_forth, share_back),
                crossed=forth if share_forth >= share_back else back,
                written=alike[at] / 100,
            )
        )
    return found


def _shared(
    one: Fingerprint, others: list[Fingerprint], phrases: Rarity
) -> tuple[list[int], tuple[list[float], list[float], list[float]]]:
    """For each other: shared text phrases, and the weights of text in text, my title in its text, its title in mine."""
    none = [0.0] * len(others)
    mine = packed(one.body, one.title)
    parts = [other.body for other in others] + [other.title for other in others]
    theirs = read(b"".join(parts))
    if not len(mine) or not len(theirs):
        return [0] * len(others), (none, none, none)
    place = np.minimum(np.searchsorted(mine, theirs), len(mine) - 1)
    hits = np.flatnonzero(mine[place] == theirs)
    if not len(hits):
        return [0] * len(others), (none, none, none)
    part = np.searchsorted(np.cumsum([len(part) // 4 for part in parts]), hits, side="right")
    weights = phrases.weights(theirs[hits], FEW_STORIES).astype(np.float64)
    hashes = mine[place[hits]]
    in_body = _among(hashes, read(one.body))
    in_title = _among(hashes, read(one.title))
    body_part = part < len(others)
    count = len(others)

    def total(which: npt.NDArray[np.bool_], owner: npt.NDArray[np.int64]) -> list[float]:
        return np.bincount(owner[which], weights[which], count).tolist()

    shared = np.bincount(part[in_body & body_part], minlength=count).tolist()
    text = total(in_body & body_part, part)
    forth = total(in_title & body_part, part)
    back = total(in_body & ~body_part, part - count)
    return shared, (text, forth, back)


def _among(hashes: Hashes, known: Hashes) -> npt.NDArray[np.bool_]:
    if not len(known):
        return np.zeros(len(hashes), bool)
    return known[np.minimum(np.searchsorted(known, hashes), len(known) - 1)] == hashes


def fine(one: Fingerprint, other: Fingerprint, like: Likeness, weighing: Weighing) -> Likeness:
    """The likeness with its dearer signals: for the few pairs that the first ones leave open."""
    a, b = set(one.headline.split()), set(other.headline.split())
    common = a & b
    share = _weigh(common) / max(min(_weigh(a), _weigh(b)), 0.1) if common else 0.0
    mine, theirs = _telling(a), _telling(b)
    mine_text, theirs_text = set(memoryview(one.body).cast("I")), set(memoryview(other.body).cast("I"))
    return like._replace(
        title=share,
        telling=float(weighing.words.weights(np.array(_telling(common), np.uint32), weighing.few).sum()) if common else 0.0,
        rare=min(_rare(one, weighing.phrases), _rare(other, weighing.phrases)),
        about=max(_held(mine, other, weighing), _held(theirs, one, weighing)),
        opened=max(_stands(one.opening, theirs_text), _stands(other.opening, mine_text)),
        closed=max(_stands(one.closing, theirs_text), _stands(other.closing, mine_text)),
    )


def _weigh(words: set[str]) -> float:
    return sum(0.2 if word in STOP else 1.0 for word in words)


def _telling(words: set[str]) -> list[int]:
    return [number(word) for word in words if word not in STOP]


def _rare(made: Fingerprint, phrases: Rarity) -> float:
    return float(phrases.weights(read(made.title), FEW_STORIES).mean()) if made.title else 0.0


def _held(words: list[int], other: Fingerprint, weighing: Weighing) -> float:
    if not words or not other.words:
        return 0.0
    known = set(memoryview(other.words).cast("I"))
    weights = weighing.words.weights(np.array(words, np.uint32), weighing.few).tolist()
    return float(sum(weight for word, weight in zip(words, weights, strict=True) if word in known) / sum(weights))


def _stands(phrases: bytes, text: set[int]) -> float:
    if not phrases or not text:
        return 0.0
    return 4 * sum(phrase in text for phrase in memoryview(phrases).cast("I")) / len(phrases)
