"""How alike two entries are: the signals, measured for all candidates of an arrival in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz

from aggregator.core.matching.rarity import Rarity
from aggregator.core.matching.text import Hashes, distinct, phrases, read
from aggregator.core.matching.vocabulary import STOP
from aggregator.core.model import Fingerprint

EDGE = 10  # phrases that a text begins or ends with
_PADDING = bytes(8)  # so that a phrase begins at every token
ECHO = 0.5  # of a title's phrases stand in its own text: it was taken from there
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
        0.0  # share of the words by which the titles differ that the other entry holds, see `_about`
    )
    opened: float = 0.0  # share of one text's first phrases that stand in the other, the better of both
    closed: float = 0.0  # the same of its last phrases
    echo: bool = False  # the title that stands in the other's text was taken from its own
    own: bool = False  # the first entry's title was taken from its own text
    knows: float = 0.0  # as `about`, of titles that were not


NONE = Likeness(0.0, 0.0, 0, 0, 0.0, 0.0, 0.0, 0.0)


class Floor(NamedTuple):
    """What the likeness of two entries has to reach one of, to be of any interest."""

    mass: float
    crossed: float
    written: float


NO_FLOOR = Floor(0.0, 0.0, 0.0)


class Weighing:
    """How common phrases and words are among the live stories."""

    def __init__(self) -> None:
        self.phrases = Rarity(22, 0.01)
        self.words = Rarity(18, 0.05)
        self.stories = 0
        self._last: tuple[Fingerprint, Laid] | None = None  # an arrival is probed, and then often counted

    def laid(self, made: Fingerprint) -> Laid:
        """One entry laid out."""
        if self._last is None or self._last[0] is not made:
            self._last = made, Laid([made])
        return self._last[1]

    @property
    def few(self) -> float:
        """In how many stories a telling word may stand."""
        return max(FEW_WORDS, FEW_SHARE * self.stories)

    def count(self, made: Fingerprint, times: int) -> None:
        """One more text (or with -1 one less)."""
        self.stories += times
        laid = self.laid(made)
        self.phrases.add(distinct(laid.compared()), times)
        self.words.add(distinct(laid.numbers), times)

    def count_all(self, texts: list[Fingerprint]) -> None:
        """Many texts more, at once."""
        self.stories += len(texts)
        if not texts:
            return
        laid = Laid(texts)
        sections = laid.sections()
        self.phrases.add_all(laid.phrases[(sections & 1) == 1], (sections >> 2)[(sections & 1) == 1])
        lengths = [end - start for start, end in zip(laid.edges[::4], laid.ends, strict=True)]
        self.words.add_all(laid.numbers, np.repeat(np.arange(len(texts)), lengths))


class Laid:
    """Some entries laid end to end: the hashes of their tokens, and the phrase that begins at each.

    `edges` holds four places an entry: where the phrases of its title begin and end, and those of its text.
    A phrase belongs where it begins; between the edges are those that reach over an end, which are none.
    """

    __slots__ = ("_listed", "edges", "ends", "numbers", "phrases")

    def __init__(self, entries: Sequence[Fingerprint]) -> None:
        packed = b"".join([made.tokens for made in entries])
        self.numbers = read(packed)
        self.phrases = phrases(read(packed + _PADDING))
        self._listed: list[int] | None = None
        self.edges: list[int] = []
        self.ends: list[int] = []
        start = 0
        for made in entries:
            cut = start + made.headline.count(" ") + 1 if made.headline else start
            end = start + len(made.tokens) // 4
            titled = cut - 2
            if titled <= start < cut:  # a title of one or two words is one phrase
                titled = start + 1
                self.phrases[start] = phrases(self.numbers[start:cut])[0]
            self.edges += (start, max(titled, start), cut, max(end - 2, cut))
            self.ends.append(end)
            start = end

    @property
    def listed(self) -> list[int]:
        """All phrases as plain numbers, which sets are asked for."""
        if self._listed is None:
            self._listed = self.phrases.tolist()
        return self._listed

    def sections(self) -> npt.NDArray[np.int64]:
        """Of every phrase, how many edges lie before it: 4n + 1 is the title of entry n, 4n + 3 its text."""
        return np.searchsorted(self.edges, np.arange(len(self.phrases)), side="right")

    def title(self, at: int = 0) -> Hashes:
        """The phrases of one entry's title."""
        return self.phrases[self.edges[4 * at] : self.edges[4 * at + 1]]

    def text(self, at: int = 0) -> Hashes:
        """The phrases of one entry's text."""
        return self.phrases[self.edges[4 * at + 2] : self.edges[4 * at + 3]]

    def compared(self) -> Hashes:
        """The phrases of title and text of a single entry."""
        return np.concatenate((self.title(), self.text()))


class Probe:
    """An entry that is held against others: what is needed of it each time, made once."""

    def __init__(self, made: Fingerprint, weighing: Weighing) -> None:
        self.laid = weighing.laid(made)
        self.made = made
        text, title = set(self.laid.text().tolist()), set(self.laid.title().tolist())
        self.in_text, self.in_title = text.__contains__, title.__contains__
        self.in_either = (text | title).__contains__
        self.texts, self.titles = len(self.laid.text()), len(self.laid.title())
        self.ordered = _ordered(made)
        self.others = self.laid
        self._weighing = weighing
        self._facts: Facts | None = None

    @property
    def facts(self) -> Facts:
        """What only the dearer signals need."""
        if self._facts is None:
            self._facts = Facts(self.made, self.laid, 0, self._weighing)
        return self._facts


class Facts:
    """The words and phrases of an entry as Python sets, for pairs that are looked at closely."""

    __slots__ = ("echo", "known", "phrases", "rare", "telling", "text", "title", "words")

    def __init__(self, made: Fingerprint, laid: Laid, at: int, weighing: Weighing) -> None:
        words = made.headline.split()
        start, _, cut, last = laid.edges[4 * at : 4 * at + 4]
        numbers = laid.numbers[start : laid.ends[at]].tolist()
        self.words = set(words)
        telling = {number for word, number in zip(words, numbers, strict=False) if word not in STOP}
        self.telling = dict(zip(telling, weighing.words.each(telling, weighing.few), strict=True))
        self.phrases: list[int] = laid.phrases[cut:last].tolist()
        self.text = set(self.phrases)
        self.known = set(numbers)
        self.title: list[int] = laid.title(at).tolist()
        self.echo = _stands(self.title, self.text) >= ECHO
        weights = weighing.phrases.each(self.title, FEW_STORIES)
        self.rare = sum(weights) / len(weights) if weights else 0.0


def _ordered(made: Fingerprint) -> str:
    return " ".join(sorted(made.headline.split()))


def coarse(
    probe: Probe, others: Sequence[Fingerprint], weighing: Weighing, floor: Floor = NO_FLOOR
) -> list[Likeness]:
    """The first eight signals between an entry and each of some others, `NONE` below the floor."""
    laid = probe.others = Laid(others)
    edges, listed, weigh = laid.edges, laid.listed, weighing.phrases.each
    in_text, in_title, in_either = probe.in_text, probe.in_title, probe.in_either
    mine, title, ordered = probe.texts, probe.titles, probe.ordered
    found = []
    for at, other in enumerate(others):
        start, titled, cut, last = edges[4 * at : 4 * at + 4]
        met = list(filter(in_either, listed[cut:last]))
        common, led = list(filter(in_text, met)), list(filter(in_title, met))
        shown = list(filter(in_text, listed[start:titled])) if titled > start else []
        written = fuzz.ratio(ordered, _ordered(other)) / 100
        shared = len(common)
        if shared < floor.mass and max(len(led), len(shown)) < floor.crossed and written < floor.written:
            found.append(NONE)  # no weight is more than 1
            continue
        least = min(mine, last - cut)
        mass = sum(weigh(common, FEW_STORIES))
        forth, back = sum(weigh(led, FEW_STORIES)), sum(weigh(shown, FEW_STORIES))
        share_forth = forth / title if title else 0.0
        share_back = back / (titled - start) if titled > start else 0.0
        found.append(
            Likeness(
                mass / least if least else 0.0,
                mass,
                shared,
                least,
                mass / shared if shared else 0.0,
                max(share_forth, share_back),
                forth if share_forth >= share_back else back,
                written,
            )
        )
    return found


def fine(probe: Probe, other: Fingerprint, like: Likeness, weighing: Weighing, at: int = 0) -> Likeness:
    """The likeness with its dearer signals, for the few pairs that the first ones leave open.

    `other` is the entry that `coarse` was given at place `at`.
    """
    one, two = probe.facts, Facts(other, probe.others, at, weighing)
    forth, back = _stands(one.title, two.text), _stands(two.title, one.text)
    about, knows = _about(one, two)
    echo = (one if forth >= back else two).echo
    common = one.words & two.words
    share = _weigh(common) / max(min(_weigh(one.words), _weigh(two.words)), 0.1) if common else 0.0
    return Likeness(
        *like[:8],
        share,
        sum([weight for word, weight in one.telling.items() if word in two.telling]),
        min(one.rare, two.rare),
        about,
        max(_stands(one.phrases[:EDGE], two.text), _stands(two.phrases[:EDGE], one.text)),
        max(_stands(one.phrases[-EDGE:], two.text), _stands(two.phrases[-EDGE:], one.text)),
        echo,
        one.echo,
        knows,
    )


def _weigh(words: set[str]) -> float:
    return len(words) - 0.8 * len(words & STOP)


def _about(one: Facts, two: Facts) -> tuple[float, float]:
    """Of the words by which two titles differ, what share stands in the other entry? The better of both.

    What both titles have may be the name of a column. The second share leaves out a title that was taken
    from its own text, since it says nothing more than that.
    """
    mine, theirs = one.telling.keys() - two.telling.keys(), two.telling.keys() - one.telling.keys()
    if not mine and not theirs:
        same = 1.0 if one.telling else 0.0
        return same, 0.0 if one.echo else same
    about = knows = 0.0
    for facts, words, other in ((one, mine, two), (two, theirs, one)):
        share = _held({word: facts.telling[word] for word in words}, other.known)
        about = max(about, share)
        if not facts.echo:
            knows = max(knows, share)
    return about, knows


def _held(words: dict[int, float], known: set[int]) -> float:
    """Share of some words, by weight, that are known."""
    if not words:
        return 0.0
    return sum([weight for word, weight in words.items() if word in known]) / sum(words.values())


def _stands(phrases: list[int], text: set[int]) -> float:
    if not phrases or not text:
        return 0.0
    return sum(map(text.__contains__, phrases)) / len(phrases)
