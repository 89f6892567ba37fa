"""How alike two entries are: the signals, measured for all candidates of an arrival in one pass."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
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
_LOW = np.uint32((1 << 14) - 1)  # bits of a phrase by which most that an entry has not are told at once
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


Places = npt.NDArray[np.intp]


class Weighing:
    """How common phrases and words are among the live stories."""

    def __init__(self) -> None:
        self.phrases = Rarity(22, 0.01)
        self.words = Rarity(18, 0.05)
        self.stories = 0
        self._last: tuple[Fingerprint, Laid] | None = None  # an arrival is probed, and then often counted
        self._marks = np.zeros(int(_LOW) + 1, bool)  # of one entry's phrases, while others are looked through

    def laid(self, made: Fingerprint, others: Sequence[Fingerprint] = ()) -> Laid:
        """An entry laid out as the first of some; anew where there are others."""
        if others or self._last is None or self._last[0] is not made:
            self._last = made, Laid([made, *others])
        return self._last[1]

    def met(self, laid: Hashes, behind: int) -> Places:
        """Where from a place on phrases may stand that stand before it: a few too many, and none too few."""
        marks, low = self._marks, (laid & _LOW).astype(np.intp)
        mine = low[:behind]
        marks[mine] = True
        found: Places = marks.take(low[behind:]).nonzero()[0]
        marks[mine] = False
        return found + behind

    @property
    def few(self) -> float:
        """In how many stories a telling word may stand."""
        return max(FEW_WORDS, FEW_SHARE * self.stories)

    def count(self, made: Fingerprint, times: int) -> None:
        """One more text (or with -1 one less)."""
        self.stories += times
        laid = self.laid(made)
        self.phrases.add(distinct(laid.compared()), times)
        self.words.add(distinct(laid.numbers[: laid.ends[0]]), times)

    def count_all(self, texts: list[Fingerprint]) -> None:
        """Many texts more, at once."""
        self.stories += len(texts)
        if not texts:
            return
        laid = Laid(texts)
        sections = laid.sections()
        self.phrases.add_all(laid.phrases[(sections & 1) == 1], (sections >> 2)[(sections & 1) == 1])
        lengths = np.diff(laid.ends, prepend=0)
        self.words.add_all(laid.numbers, np.repeat(np.arange(len(texts)), lengths))


class Laid:
    """Some entries laid end to end: the hashes of their tokens, and the phrase that begins at each.

    `edges` holds four places an entry: where the phrases of its title begin and end, and those of its text.
    A phrase belongs where it begins; between the edges are those that reach over an end, which are none.
    """

    __slots__ = ("edges", "ends", "numbers", "phrases")

    def __init__(self, entries: Sequence[Fingerprint]) -> None:
        packed = b"".join([made.tokens for made in entries])
        self.numbers = read(packed)
        self.phrases = phrases(read(packed + _PADDING))
        self.edges: list[int] = []
        self.ends: list[int] = []
        start = 0
        for made in entries:
            words = made.headline.count(" ") + 1 if made.headline else 0
            cut, end = start + words, start + len(made.tokens) // 4
            titled = cut - 2 if words > 2 else start
            if words in (1, 2):  # a title of one or two words is one phrase
                titled = start + 1
                self.phrases[start] = phrases(self.numbers[start:cut])[0]
            self.edges += (start, titled, cut, max(cut, end - 2))
            self.ends.append(end)
            start = end

    def sections(self) -> npt.NDArray[np.int64]:
        """Of every phrase, how many edges lie before it: 4n + 1 is the title of entry n, 4n + 3 its text."""
        before = np.arange(len(self.edges) + 1)
        return np.repeat(before, np.diff(self.edges, prepend=0, append=len(self.phrases)))

    def title(self, at: int = 0) -> Hashes:
        """The phrases of one entry's title."""
        return self.phrases[self.edges[4 * at] : self.edges[4 * at + 1]]

    def text(self, at: int = 0) -> Hashes:
        """The phrases of one entry's text."""
        return self.phrases[self.edges[4 * at + 2] : self.edges[4 * at + 3]]

    def compared(self) -> Hashes:
        """The phrases of title and text of the first entry."""
        return np.concatenate((self.title(), self.text()))


class Probe:
    """An entry that is held against others: what is needed of it each time, made once.

    All are laid end to end, the entry being the first: number 0. `in_title` and `in_text` hold the weights of
    its own phrases.
    """

    def __init__(self, made: Fingerprint, others: Sequence[Fingerprint], weighing: Weighing) -> None:
        self.entries = (made, *others)
        self.laid = laid = weighing.laid(made, others)
        self.weighing = weighing
        mine = laid.phrases[: laid.ends[0]]
        phrases, weights = mine.tolist(), weighing.phrases.all(mine, FEW_STORIES)
        _, titled, cut, last = laid.edges[:4]
        self.title: list[int] = phrases[:titled]
        self.text: list[int] = phrases[cut:last]
        self.in_title = dict(zip(self.title, weights, strict=False))
        self.in_text = dict(zip(self.text, weights[cut:], strict=False))
        self.rare = sum(weights[:titled]) / titled if titled else 0.0
        self._telling: dict[int, float] | None = None
        self._facts: Facts | None = None

    @property
    def facts(self) -> Facts:
        """What only the dearer signals need."""
        if self._facts is None:
            self._facts = Facts(self, 0, self.title, self.text, self.in_text, self.rare, self.telling)
        return self._facts

    @property
    def telling(self) -> dict[int, float]:
        """The telling words of its title, with their weights."""
        if self._telling is None:
            self._telling = _telling(self, 0)
        return self._telling

    def other(self, at: int) -> Facts:
        """What the dearer signals need of another entry."""
        title: list[int] = self.laid.title(at).tolist()
        text: list[int] = self.laid.text(at).tolist()
        return Facts(self, at, title, text, set(text), _rare(title, self.weighing), _telling(self, at))


def _telling(probe: Probe, at: int) -> dict[int, float]:
    laid, weighing = probe.laid, probe.weighing
    words = probe.entries[at].headline.split()
    start = laid.edges[4 * at]
    numbers: list[int] = laid.numbers[start : start + len(words)].tolist()
    telling = {number for word, number in zip(words, numbers, strict=True) if word not in STOP}
    return dict(zip(telling, weighing.words.each(telling, weighing.few), strict=True))


def _rare(title: list[int], weighing: Weighing) -> float:
    weights = weighing.phrases.each(title, FEW_STORIES)
    return sum(weights) / len(weights) if weights else 0.0


class Facts:
    """The words and phrases of an entry as Python sets, for pairs that are looked at closely."""

    __slots__ = ("echo", "in_text", "known", "rare", "telling", "text", "title", "words")

    def __init__(
        self,
        probe: Probe,
        at: int,
        title: list[int],
        text: list[int],
        in_text: Collection[int],
        rare: float,
        telling: dict[int, float],
    ) -> None:
        laid = probe.laid
        self.words = set(probe.entries[at].headline.split())
        self.known: set[int] = set(laid.numbers[laid.edges[4 * at] : laid.ends[at]].tolist())
        self.title, self.text, self.in_text = title, text, in_text
        self.echo = _stands(title, in_text) >= ECHO
        self.rare, self.telling = rare, telling


def coarse(probe: Probe, floor: Floor = NO_FLOOR) -> list[Likeness]:
    """The first eight signals between an entry and each of the others, `NONE` below the floor."""
    laid, (made, *others) = probe.laid, probe.entries
    edges, behind, headline = laid.edges, laid.ends[0], made.headline
    met = probe.weighing.met(laid.phrases, behind)
    places: list[int] = met.tolist()
    phrases: list[int] = laid.phrases.take(met).tolist()
    end, found = 0, []
    for at, other in enumerate(others, 1):
        written = fuzz.token_sort_ratio(headline, other.headline) / 100
        start, titled, cut, last = edges[4 * at : 4 * at + 4]
        begin = bisect_left(places, start, end)
        end = bisect_left(places, last, begin)
        if begin == end:
            shown = told = []
        else:
            middle = bisect_left(places, cut, begin, end)
            shown = phrases[begin : bisect_left(places, titled, begin, middle)]
            told = phrases[middle:end]
        if len(told) < floor.mass and max(len(told), len(shown)) < floor.crossed and written < floor.written:
            found.append(NONE)  # no weight is more than 1
        else:
            found.append(_met(probe, shown, told, titled - start, last - cut, written))
    return found


def _met(
    probe: Probe, shown: list[int], told: list[int], titles: int, texts: int, written: float
) -> Likeness:
    """The first eight signals, by what the other's title and text (of so many phrases) may share."""
    least = min(len(probe.text), texts)
    if not shown and not told:
        return Likeness(0.0, 0.0, 0, least, 0.0, 0.0, 0.0, written)
    common = list(filter(None, map(probe.in_text.get, told)))
    shared = len(common)
    mass, forth = sum(common), sum(filter(None, map(probe.in_title.get, told)))
    back = sum(filter(None, map(probe.in_text.get, shown)))
    share_forth = forth / len(probe.title) if forth else 0.0
    share_back = back / titles if back else 0.0
    return Likeness(
        mass / least if least else 0.0,
        mass,
        shared,
        least,
        mass / shared if shared else 0.0,
        *max((share_forth, forth), (share_back, back)),
        written,
    )


def titled(probe: Probe, at: int, like: Likeness) -> Likeness:
    """The likeness with `rare` and with the most that `telling` can be, for pairs whose titles are alike."""
    title: list[int] = probe.laid.title(at).tolist()
    start, _, cut, _ = probe.laid.edges[4 * at : 4 * at + 4]
    theirs: set[int] = set(probe.laid.numbers[start:cut].tolist())
    return like._replace(
        telling=sum([weight for word, weight in probe.telling.items() if word in theirs]),
        rare=min(probe.rare, _rare(title, probe.weighing)),
    )


def fine(probe: Probe, at: int, like: Likeness) -> Likeness:
    """The likeness with its dearer signals, for the few pairs that the first ones leave open.

    `at` is the number of the other, from 1, and `like` what `coarse` found.
    """
    one, two = probe.facts, probe.other(at)
    forth, back = _stands(one.title, two.in_text), _stands(two.title, one.in_text)
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
        max(_stands(one.text[:EDGE], two.in_text), _stands(two.text[:EDGE], one.in_text)),
        max(_stands(one.text[-EDGE:], two.in_text), _stands(two.text[-EDGE:], one.in_text)),
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


def _stands(phrases: list[int], text: Collection[int]) -> float:
    if not phrases or not text:
        return 0.0
    return sum(map(text.__contains__, phrases)) / len(phrases)
