"""What forbids a match however much two entries share, each rule by its name.

A veto looks at two entries that some rule of `core.matching.match` would join. It says "no" where what
differs is what the news is: a score, a company, a day, the direction. A toll that rose or a magnitude that
was revised is no difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from aggregator.core.matching import polarity
from aggregator.core.matching.edits import changes, edits, text
from aggregator.core.matching.likeness import Likeness
from aggregator.core.matching.slots import compare
from aggregator.core.matching.text import hashed, number, phrases, read
from aggregator.core.matching.vocabulary import (
    COLUMN,
    NUMERALS,
    STOP,
    TOLL,
    WEEKDAYS,
)
from aggregator.core.model import Fingerprint

Rule = Callable[[Fingerprint, Fingerprint, Likeness], bool]

_SURE = 0.6  # texts that share so much are the same, whatever a desk did to the title
_SURE_MASS = 8.0
_WHOLE = 0.85  # and so much of a long text are one text with a word changed
_WHOLE_MASS = 20.0
_EDIT = 4  # words that a name takes at most in a text
_REFILLED = 3  # places where a template is filled
_LITTLE = 4.2  # telling words: a title of fewer may stand over another story
_AHEAD = 3  # words of a dateline that was left before what a title repeats
_TOLD = 2  # phrases: a text of four words tells something; and words that both texts have
_SHORT = 6  # phrases: with more of them the rules about texts have spoken
_UNSPACED = frozenset("hjt")  # scripts whose words are pairs of signs, so that each sign counts twice
_YEARS = frozenset(map(str, range(1950, 2100)))
_CASED = frozenset("lcg")  # scripts in which names are known by their capitals
_NAMED = 2  # names in the same frames: two texts with fewer may be of anything
_ORDINAL = frozenset("第제")  # what stands before a figure that counts nothing
_LONG = 6  # letters: two shorter names that differ by a letter are two
_AROUND = re.compile(r"^\D+|,|(?<=\d)\D+$")
_DAYS = frozenset(map(hashed, WEEKDAYS))
_COMMON = frozenset(map(hashed, STOP))


def figures(one: Fingerprint, other: Fingerprint, like: Likeness) -> bool:
    """The same frames are filled with other figures: another score, quarter, price.

    One figure in a long text that is the same but for it was corrected or brought up to date.
    """
    clash = compare(one.slots, other.slots)
    if clash.figures == 1 and not clash.days and not clash.other and _whole(like):
        return False
    return clash.figures > 0 and clash.figures >= clash.agreed


def names(one: Fingerprint, other: Fingerprint, like: Likeness) -> bool:
    """The same frames are filled with other names: a template about somebody else."""
    del like
    clash = compare(one.slots, other.slots)
    return clash.other >= 3 and clash.other > clash.names


def day(one: Fingerprint, other: Fingerprint, like: Likeness) -> bool:
    """The titles name different days of the week, or the texts do in the same frames."""
    clash = compare(one.slots, other.slots)
    if clash.days > clash.agreed and not _whole(like):
        return True
    if like.written < 0.6:
        return False
    a, b = ({WEEKDAYS[word] for word in made.headline.split() if word in WEEKDAYS} for made in (one, other))
    return bool(a and b) and not a & b


def title_figures(one: Fingerprint, other: Fingerprint, like: Likeness) -> bool:
    """Both titles give a figure that the other does not, and it is no toll.

    Over one text a desk has mended the title, or a figure was brought up to date. But a figure that is a name
    (route 12, BA117) is another's, another year is another edition, and a text that tells of another day is
    the next part of a series.
    """
    if like.written < 0.6 or one.headline == other.headline:
        return False
    a, b = set(one.headline.split()), set(other.headline.split())
    ours, others = _figures(a - b), _figures(b - a)
    if (TOLL & a and TOLL & b) or not (ours and others):
        return False
    if not _sure(like) or (_YEARS & (a - b) and _YEARS & (b - a)):
        return True
    if {_amount(word) for word in ours} & {_amount(word) for word in others}:
        return False  # one figure, written in two ways
    told = text(one), text(other)
    mine, theirs = map(set, told)
    if _stands(ours, mine, theirs) and _stands(others, theirs, mine):
        clash = compare(one.slots, other.slots)
        if clash.figures or not clash.grown:
            named = one.script not in _CASED or clash.names >= _NAMED
            return any(
                _labels(made, figures, words, named=named)
                for made, figures, words in ((one, ours, told[0]), (other, others, told[1]))
            )
    return bool(_DAYS & (mine - theirs)) and bool(_DAYS & (theirs - mine))


def title_names(one: Fingerprint, other: Fingerprint, like: Likeness) -> bool:
    """One title is the other with somebody else's name, and neither entry knows the other's.

    Where the texts agree each name has to stand in its own text too: else a desk has only rewritten the
    headline.
    """
    if like.written < 0.5 or one.headline == other.headline:
        return False
    a, b = one.headline.split(), other.headline.split()
    changed = changes(a, b)
    agree = like.body >= 0.3 and like.mass >= 5
    if not agree and any(not 0 < len(left) == len(right) <= 3 for left, right in changed):
        return False  # words came or went: a desk's edit, not another name
    told = text(one), text(other)
    mine, theirs = map(set, told)
    for left, right in changed:
        names = [word for word in left if _is_name(word)], [word for word in right if _is_name(word)]
        if not all(names):
            continue
        if polarity.alike(left, right):
            continue  # two words for one thing
        foreign = [{number(word) for word in words} for words in names]
        if foreign[0] & theirs or foreign[1] & mine:
            continue
        if _spelt_alike(*map(" ".join, names), told=bool(foreign[0] & mine and foreign[1] & theirs)):
            continue  # an inflection, a spelling
        if not agree or (foreign[0] & mine and foreign[1] & theirs):
            return True
        inflected = not foreign[0] & mine and not foreign[1] & theirs
        if inflected and len(changed) == 1 and _sure(like) and _refilled(one, other, *told):
            return True
    return False


def generic_title(one: Fingerprint, other: Fingerprint, like: Likeness) -> bool:
    """A title that says little, "Man charged with murder", over short texts that share next to no word."""
    if like.shared or like.least < _TOLD:
        return False
    unspaced = one.script in _UNSPACED
    if like.least >= _SHORT and not unspaced:
        return False
    if like.telling >= (2 * _LITTLE if unspaced else _LITTLE):
        return False
    return len((set(text(one)) & set(text(other))) - _COMMON) < _TOLD


def link(one: Fingerprint, other: Fingerprint, like: Likeness) -> bool:
    """One's title stands in the other's text as a link does, "Read also: ...", or as one headline of many.

    Of a copy the text begins with what the other's title says, or is the other's text further on.
    """
    if like.written >= 0.7 or like.cross < 0.5 or (like.body >= 0.3 and like.mass >= 7):  # by other rules
        return False
    return not (_tells(one, other) or _tells(other, one))


def negation(one: Fingerprint, other: Fingerprint, like: Likeness) -> bool:
    """One title denies what the other says."""
    if like.written < 0.6 or (one.headline == other.headline and one.language == other.language):
        return False
    if polarity.denied(one, other):
        return not _sure(like) or polarity.denied_texts(one, other)
    return polarity.denied_twice(one, other) and polarity.denied_texts(one, other)


def direction(one: Fingerprint, other: Fingerprint, like: Likeness) -> bool:
    """The titles say opposite things: rises and falls, convicts and acquits."""
    if like.title < 0.4 or not polarity.contrary(one, other):
        return False
    return not _sure(like) or polarity.contrary_texts(one, other)


def column(one: Fingerprint, other: Fingerprint, like: Likeness) -> bool:
    """One title that comes every day, over texts that differ."""
    a = set(one.headline.split())
    return (
        like.least >= 6
        and like.body < 0.3
        and len(a & COLUMN & set(other.headline.split())) > 0
        and like.telling < 4
    )


VETOES: dict[str, Rule] = {
    "figures": figures,
    "names": names,
    "day": day,
    "title figures": title_figures,
    "link": link,
    "negation": negation,
    "direction": direction,
    "title names": title_names,
    "generic title": generic_title,
    "column": column,
}


FIGURES = frozenset({"figures", "title figures"})
"""Vetoes that a correction brings about, where one entry is held against what it was before."""


def forbids(one: Fingerprint, other: Fingerprint, like: Likeness) -> str | None:
    """The name of the first veto that forbids these two, None where none does."""
    return next((name for name, rule in VETOES.items() if rule(one, other, like)), None)


def _sure(like: Likeness) -> bool:
    return like.body >= _SURE and like.mass >= _SURE_MASS


def _whole(like: Likeness) -> bool:
    return like.body >= _WHOLE and like.mass >= _WHOLE_MASS


def _is_name(word: str) -> bool:
    return word not in STOP and not word[0].isdigit() and word not in NUMERALS


def _tells(one: Fingerprint, other: Fingerprint) -> bool:
    """Does one's text tell what the other's title says, not only name it?"""
    said, told = _phrases(other)
    _, mine = _phrases(one)
    places = [at for at, phrase in enumerate(mine) if phrase in said]
    if not places or 2 * len(places) < len(said):
        return False
    return places[0] <= _AHEAD or len(set(mine).difference(said).intersection(told)) >= _TOLD


def _phrases(made: Fingerprint) -> tuple[list[int], list[int]]:
    """Those of the title, and those of the text."""
    words, title = read(made.tokens), len(made.headline.split())
    return phrases(words[:title]).tolist(), phrases(words[title:]).tolist()


def _refilled(one: Fingerprint, other: Fingerprint, mine: list[int], theirs: list[int]) -> bool:
    """Are two texts one, but for a few words that stand in the place of others and are no figures?"""
    found = edits(mine, theirs, _EDIT)
    clash = compare(one.slots, other.slots)
    figures = clash.figures + clash.grown + clash.days
    return figures < len(found) <= _REFILLED and all(left and right for left, right in found)


def _spelt_alike(one: str, other: str, *, told: bool) -> bool:
    """Are two names one, inflected or spelt in two ways? Hardly where each is `told` in its own text too."""
    if told:
        return min(len(one), len(other)) >= _LONG and Levenshtein.distance(one, other) <= 1
    return fuzz.ratio(one, other) > 60


def _figures(words: set[str]) -> set[str]:
    return {word for word in words if word[0].isdigit() or word[-1].isdigit() or word in NUMERALS}


def _amount(word: str) -> str:
    """A figure without what is written around it: 1,200 and 1200, 3.5bn and 3.5."""
    return NUMERALS.get(word) or _AROUND.sub("", word) or word


def _labels(made: Fingerprint, figures: set[str], told: list[int], *, named: bool) -> bool:
    """Does a figure of the title name something: "zone 12", which the text says too, or "BA117"?

    What the text has both before and behind it may be counted as well ("area 5 thousand"), where `named` says
    that the texts are of somebody.
    """
    title = made.headline.split()
    if any(not word[0].isdigit() and word not in NUMERALS for word in figures):
        return True
    threes = {tuple(told[at - 1 : at + 2]) for at in range(1, len(told))}
    twos = {three[:2] for three in threes}
    for at, word in enumerate(title):
        if not at or word not in figures or not _is_name(title[at - 1]):
            continue
        three = tuple(map(number, title[at - 1 : at + 2]))
        if title[at - 1] in _ORDINAL or (three[:2] in twos and not (named and three in threes)):
            return True
    return False


def _stands(words: set[str], mine: set[int], theirs: set[int]) -> bool:
    """Does one of some words stand in one text, and none in the other?"""
    numbers = {number(word) for word in words}
    return not numbers.isdisjoint(mine) and numbers.isdisjoint(theirs)
