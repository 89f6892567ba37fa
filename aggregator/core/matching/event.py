"""Do two stories tell of the same event in words of their own? Found by the rare words that they share.

What a story says is taken from its founder: the telling words of its title, and the names in its text. A word
weighs the more the fewer live stories are posted under it, a word that always comes with its neighbour
("Hong Kong") hardly weighs twice. Words are compared without their language: a translation shares its names
and figures, and that is often enough.

Chosen on six days of twenty-three outlets' feeds and judged by hand on six others: docs/matching.md.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from math import log, sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from aggregator.core.matching.fingerprint import Flag
from aggregator.core.matching.slots import NAME, compare
from aggregator.core.matching.text import Hashes, number, read
from aggregator.core.matching.vocabulary import EVERYDAY, MONTHS, NUMERALS, STOP, WEEKDAYS
from aggregator.core.model import Fingerprint

COSINE = 0.28  # of what both say so much is the same
MASS = 2.0  # and it is worth two words that nobody else has, standing in both titles
AGREED = 0.65  # the product of both, so that little of one needs more of the other
TITLES = 0.5  # of which the titles share at least half a one: else it is background
KIN = 1.75  # two stories of one outlet, whose habits look alike, have to agree so much more,
KIN_TITLES = 3  # in so many rare words of their titles
HALF = 0.7  # the product of both that makes a score of one half
EVIDENCE = 1.4  # summed weight of rare words that makes a candidate, where the titles share two of them,
MORE_EVIDENCE = 2.2  # and where they share one
RARE = (16, 96)  # a word of more live stories than these finds nothing: of few stories, of many,
RARE_SHARE = 0.002  # and between them of this share of all
CANDIDATES = 6  # stories that are looked at closely, for one
_YOUNG = 1000  # fewer live stories than these say little about what is rare
_IN_TEXT = 0.7  # a name in the text weighs so much beside a word of the title,
_ANYWHERE = 0.5  # and any other word of the text so much
_NEIGHBOUR = 0.35  # what is left of a word that comes along with its neighbour
_CLASHES = 3  # frames filled differently: one template about two things;
_CLASHES_UNDER_ONE_TITLE = 2  # and so many where half of the titles is the same

_COLUMN = int(Flag.COLUMN)
_NOBODY: frozenset[int] = frozenset()
_EIGHT = np.array(8, np.uint32)
_FORM = struct.Struct("<IfB")  # a slot as it is packed
_SLOT = np.dtype([("frame", "<u4"), ("value", "<f4"), ("kind", "u1")])


def word(token: str) -> int:
    """The number of 24 bits that stands for a folded token; slots hold names so."""
    return number(token) >> 8


# Words that say nothing about an event: dates, and numbers that many things are counted by.
SILENT = frozenset(
    word(token)
    for token in (
        *STOP,
        *EVERYDAY,
        *MONTHS,
        *NUMERALS,
        *WEEKDAYS,
        *map(str, range(100)),
        *map(str, range(1900, 2100)),
        *"abcdefghijklmnopqrstuvwxyz",
    )
)
_SILENT = np.array(sorted(SILENT), np.uint32)


class Telling(NamedTuple):
    """What an entry tells, as numbers of words."""

    title: frozenset[int]  # the telling words of its title
    names: frozenset[int]  # the names in its text that its title has not


class Told(NamedTuple):
    """The same with all that is needed to hold it against another."""

    title: frozenset[int]
    names: frozenset[int]
    known: frozenset[int]  # every word
    order: list[int]  # all its words as they stand


def telling(made: Fingerprint) -> Telling:
    """What an entry tells, of its shape."""
    count = made.headline.count(" ") + 1 if made.headline else 0
    title = frozenset([token >> 8 for token in array("I", made.tokens[: 4 * count])]) - SILENT
    names = [int(value) for _, value, kind in _FORM.iter_unpack(made.slots) if kind == NAME]
    return Telling(title, frozenset(names).difference(title, SILENT) if names else _NOBODY)


def told(made: Fingerprint, said: Telling | None = None) -> Told:
    """What an entry tells, with all its words; `said` where the caller has it at hand."""
    order: list[int] = (read(made.tokens) >> _EIGHT).tolist()
    return Told(*(said or telling(made)), frozenset(order), order)


def posted(shapes: Sequence[Fingerprint], slots: npt.NDArray[np.int64]) -> tuple[Hashes, Hashes]:
    """Words, and what is to be posted under them, for many entries at once: see `posting`."""
    counts = np.array([made.headline.count(" ") + 1 if made.headline else 0 for made in shapes])
    lengths = np.array([len(made.tokens) // 4 for made in shapes])
    tokens = read(b"".join([made.tokens for made in shapes])) >> _EIGHT
    owners = np.repeat(np.arange(len(shapes)), lengths)
    starts = np.cumsum(lengths) - lengths
    titled = np.arange(len(tokens)) - starts[owners] < counts[owners]
    found = np.frombuffer(b"".join([made.slots for made in shapes]), _SLOT)
    named = np.repeat(np.arange(len(shapes)), [len(made.slots) // _SLOT.itemsize for made in shapes])
    is_name = found["kind"] == NAME
    held = slots.astype(np.uint64) << np.uint64(1)
    words = np.concatenate((tokens[titled], found["value"][is_name].astype(np.uint32))).astype(np.uint64)
    marks = np.concatenate((held[owners[titled]] | np.uint64(1), held[named[is_name]]))
    pairs = np.sort(words << np.uint64(32) | marks)
    twice = np.zeros(len(pairs), bool)  # a name that the title has as well comes right before it
    twice[:-1] = pairs[:-1] >> np.uint64(1) == pairs[1:] >> np.uint64(1)
    under = (pairs >> np.uint64(32)).astype(np.uint32)
    kept: npt.NDArray[np.bool_] = ~np.isin(under, _SILENT) & ~twice
    return under[kept], (pairs & np.uint64(0xFFFFFFFF)).astype(np.uint32)[kept]


def posting(slot: int, *, title: bool) -> int:
    """What is posted for a slot under a word of its title, or of its text."""
    return slot << 1 | title


def rarity(stories: int) -> Callable[[int], float]:
    """How much a word weighs that stands in so many of all live stories: 1 in two, 0 in all."""
    whole = log(max(stories, _YOUNG) / 2)
    return lambda count: max(0.0, 1 - log(count / 2) / whole) if count > 2 else 1.0


def few(stories: int) -> int:
    """In how many live stories a word may stand that finds others."""
    least, most = RARE
    return int(min(max(RARE_SHARE * stories, least), most))


def likeness(one: Told, other: Told, weigh: Callable[[int], float], *, kin: bool = False) -> float:
    """How surely two tell of the same event, from .48 to 1; 0 where they hardly do.

    `weigh` gives a word's rarity from 0 to 1. Of `kin`, stories of one outlet, the titles alone are asked:
    what its texts share may be its habit.
    """
    mine, theirs = (
        (one.title, other.title) if kin else (one.known, other.known)
    )  # silent words are in no other set
    names, others = (frozenset[int](), frozenset[int]()) if kin else (one.names, other.names)
    shared = ((one.title | names) & theirs) | ((other.title | others) & mine)
    if len(shared) < 2 or (kin and one.title == other.title):  # an outlet's series differs in its dates
        return 0.0
    weights = {word: weigh(word) for word in shared}
    for word in _neighbours(one.order, other.order, weights):
        weights[word] *= _NEIGHBOUR
    mass = dot = titles = 0.0
    for word, weight in weights.items():
        a, b = _place(word, one.title, names), _place(word, other.title, others)
        mass += weight * a * b
        dot += weight * weight * a * b
        titles += weight if a == b == 1.0 else 0.0
    if mass < MASS or titles < TITLES:
        return 0.0
    lengths = (_length(one.title, names, weigh, weights), _length(other.title, others, weigh, weights))
    cosine = dot / sqrt(lengths[0] * lengths[1])
    agreed = cosine * mass
    if cosine < COSINE or agreed < (KIN if kin else AGREED):
        return 0.0
    return round(agreed / (agreed + HALF), 2)


def _place(word: int, title: frozenset[int], names: frozenset[int]) -> float:
    if word in title:
        return 1.0
    return _IN_TEXT if word in names else _ANYWHERE


def _length(
    title: frozenset[int],
    names: frozenset[int],
    weigh: Callable[[int], float],
    known: Mapping[int, float],
) -> float:
    """The square of the length of what an entry says, as a vector of weights, some of them `known`."""
    total = 1e-9
    for words, place in ((title, 1.0), (names, _IN_TEXT)):
        for word in words:
            weight = known.get(word)
            total += ((weigh(word) if weight is None else weight) * place) ** 2
    return total


def _neighbours(one: list[int], other: list[int], weights: dict[int, float]) -> list[int]:
    """Of two shared words that stand side by side in both entries the commoner, each once."""
    both = set(pairwise(one)).intersection(pairwise(other))
    pairs = [pair for pair in both if pair[0] in weights and pair[1] in weights]
    return sorted({min(pair, key=lambda word: (weights[word], word)) for pair in pairs})


def can_tell(made: Fingerprint) -> bool:
    """May an entry tell of an event? A column does not."""
    return not made.flags & _COLUMN


def one_template(one: Fingerprint, other: Fingerprint) -> bool:
    """Do two fill the same frames with other names and figures? Then they tell of two things alike.

    Under titles that are half the same less is needed: two quakes, two companies' closing prices.
    """
    clash = compare(one.slots, other.slots)
    differ, needed = clash.other + clash.figures, _CLASHES
    if _titled_alike(one.headline, other.headline):
        differ, needed = differ + clash.grown, _CLASHES_UNDER_ONE_TITLE
    return differ >= needed and differ > clash.names + clash.agreed


def _titled_alike(one: str, other: str) -> bool:
    ours, theirs = set(one.split()), set(other.split())
    return 2 * len(ours & theirs) >= max(len(ours), len(theirs), 1)
