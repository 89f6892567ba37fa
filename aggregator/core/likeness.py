"""How alike two entries are: the signals, measured for all candidates of an arrival in one pass."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from aggregator.core.model import Fingerprint
from aggregator.core.rarity import Rarity
from aggregator.core.text import Hashes, distinct, number, numbers, packed, read
from aggregator.core.vocabulary import STOP

EDGE = 40  # bytes: the ten phrases that a text begins or ends with
FEW_STORIES = 2.5  # a phrase of two stories may still be one story told twice
FEW_WORDS = 20.0  # a word of twenty stories is still telling,
FEW_SHARE = 0.004  # or of four in a thousand


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
    about: float = (
        0.0  # share of a title's telling words that the other entry holds, by weight, the better of both
    )
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
        self.words.add(distinct(_all_words(made)), times)

    def count_all(self, texts: list[Fingerprint]) -> None:
        """Many texts more, at once."""
        self.stories += len(texts)
        self.phrases.add_all([read(made.body + made.title) for made in texts])
        self.words.add_all([_all_words(made) for made in texts])


def _all_words(made: Fingerprint) -> Hashes:
    return np.concatenate((read(made.words), numbers(made.headline.split())))


class Probe:
    """An entry that is held against others: what is needed of it each time, made once."""

    def __init__(self, made: Fingerprint, weighing: Weighing) -> None:
        self.made = made
        self.body = np.sort(read(made.body))
        self.title = np.sort(read(made.title))
        self.ordered = " ".join(sorted(made.headline.split()))
        self._weighing = weighing
        self._facts: Facts | None = None

    @property
    def facts(self) -> Facts:
        """What only the dearer signals need."""
        if self._facts is None:
            self._facts = Facts(self.made, self._weighing)
        return self._facts


class Facts:
    """The words and phrases of an entry as Python sets, for pairs that are looked at closely."""

    __slots__ = ("known", "made", "rare", "telling", "text", "words")

    def __init__(self, made: Fingerprint, weighing: Weighing) -> None:
        self.made = made
        self.words = set(made.headline.split())
        self.telling = {number(word) for word in self.words if word not in STOP}
        self.text = set(memoryview(made.body).cast("I"))
        self.known = set(memoryview(made.words).cast("I")).union(map(number, self.words))
        weights = weighing.phrases.each(memoryview(made.title).cast("I"), FEW_STORIES)
        self.rare = sum(weights) / len(weights) if weights else 0.0


def coarse(probe: Probe, others: list[Fingerprint], weighing: Weighing) -> list[Likeness]:
    """The first eight signals between an entry and each of some others, in one pass over their hashes."""
    alike = process.cdist(
        [probe.ordered], [" ".join(sorted(other.headline.split())) for other in others], scorer=fuzz.ratio
    )[0].tolist()
    shared, text, forth, back = _shared(probe, others, weighing.phrases)
    mine, title = len(probe.body), len(probe.title)
    found = []
    for at, other in enumerate(others):
        least = min(mine, len(other.body) // 4)
        count, mass = shared[at], text[at]
        share_forth = forth[at] / title if title else 0.0
        share_back = 4 * back[at] / len(other.title) if other.title else 0.0
        found.append(
            Likeness(
                mass / least if least else 0.0,
                mass,
                count,
                least,
                mass / count if count else 0.0,
                max(share_forth, share_back),
                forth[at] if share_forth >= share_back else back[at],
                alike[at] / 100,
            )
        )
    return found


def _shared(
    probe: Probe, others: list[Fingerprint], phrases: Rarity
) -> tuple[list[int], list[float], list[float], list[float]]:
    """For each other: text phrases shared; weights of text in text, my title in its text, its in mine."""
    count = len(others)
    bodies, titles = [other.body for other in others], [other.title for other in others]
    theirs = read(b"".join(bodies + titles))
    ends = np.cumsum([len(part) // 4 for part in bodies + titles])
    cut = int(ends[count - 1])
    hits = _hits(probe.body, theirs)
    owner = np.searchsorted(ends, hits, side="right")
    weights = phrases.weights(theirs[hits], FEW_STORIES)
    sums = np.bincount(owner, weights, 2 * count).tolist()
    counts = np.bincount(owner, minlength=count).tolist()
    led = _hits(probe.title, theirs[:cut])
    forth = [0.0] * count
    if len(led):
        owner = np.searchsorted(ends, led, side="right")
        forth = np.bincount(owner, phrases.weights(theirs[led], FEW_STORIES), count).tolist()
    return counts, sums[:count], forth, sums[count:]


def _hits(mine: Hashes, theirs: Hashes) -> npt.NDArray[np.int64]:
    """Where in `theirs` stands one of the sorted `mine`."""
    if not len(mine):
        return np.empty(0, np.int64)
    return np.flatnonzero(mine.take(np.searchsorted(mine, theirs), mode="clip") == theirs)


def fine(probe: Probe, other: Fingerprint, like: Likeness, weighing: Weighing) -> Likeness:
    """The likeness with its dearer signals: for the few pairs that the first ones leave open."""
    one, two = probe.facts, Facts(other, weighing)
    common = one.words & two.words
    share = _weigh(common) / max(min(_weigh(one.words), _weigh(two.words)), 0.1) if common else 0.0
    few = weighing.few
    return like._replace(
        title=share,
        telling=sum(weighing.words.each(one.telling & two.telling, few)),
        rare=min(one.rare, two.rare),
        about=max(_held(one.telling, two.known, weighing), _held(two.telling, one.known, weighing)),
        opened=max(_stands(one.made.body[:EDGE], two.text), _stands(other.body[:EDGE], one.text)),
        closed=max(_stands(one.made.body[-EDGE:], two.text), _stands(other.body[-EDGE:], one.text)),
    )


def _weigh(words: set[str]) -> float:
    return len(words) - 0.8 * len(words & STOP)


def _held(words: set[int], known: set[int], weighing: Weighing) -> float:
    """Share of some words, by weight, that are known."""
    if not words:
        return 0.0
    few = weighing.few
    whole = sum(weighing.words.each(words, few))
    return sum(weighing.words.each(words & known, few)) / whole


def _stands(phrases: bytes, text: set[int]) -> float:
    if not phrases or not text:
        return 0.0
    first = memoryview(phrases).cast("I")
    return sum(phrase in text for phrase in first) / len(first)
