"""What forbids a match however much two entries share, each rule by its name.

A veto looks at two entries that some rule of `core.matching.match` would join. It says "no" where what
differs is what the news is: a score, a company, a day, the direction. A toll that rose or a magnitude that
was revised is no difference.
"""

from __future__ import annotations

from collections.abc import Callable

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from aggregator.core.matching import polarity
from aggregator.core.matching.likeness import Likeness
from aggregator.core.matching.slots import compare
from aggregator.core.matching.text import number, read
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
    """Both titles give a figure that the other entry does not, and it is no toll."""
    if _sure(like) or like.written < 0.6:
        return False
    a, b = set(one.headline.split()), set(other.headline.split())
    if TOLL & a and TOLL & b:
        return False
    return _figured(a - b) and _figured(b - a)


def title_names(one: Fingerprint, other: Fingerprint, like: Likeness) -> bool:
    """One title is the other with somebody else's name, and neither entry knows the other's.

    Where the texts agree each name has to stand in its own text too: else a desk has only rewritten the
    headline.
    """
    if like.written < 0.5:
        return False
    a, b = one.headline.split(), other.headline.split()
    changes = [step for step in Levenshtein.opcodes(a, b) if step.tag != "equal"]
    if any(step.tag != "replace" or step.src_end - step.src_start > 3 for step in changes):
        return False  # words came or went: a desk's edit, not another name
    agree = like.body >= 0.3 and like.mass >= 5
    mine, theirs = set(_text(one, a)), set(_text(other, b))
    for step in changes:
        left, right = a[step.src_start : step.src_end], b[step.dest_start : step.dest_end]
        if fuzz.ratio(" ".join(left), " ".join(right)) > 60:
            continue  # an inflection, a spelling
        if polarity.alike(left, right):
            continue  # two words for one thing
        foreign = [{number(word) for word in words if _is_name(word)} for words in (left, right)]
        if foreign[0] & theirs or foreign[1] & mine or not all(foreign):
            continue
        if not agree or (foreign[0] & mine and foreign[1] & theirs):
            return True
    return False


def negation(one: Fingerprint, other: Fingerprint, like: Likeness) -> bool:
    """One title denies what the other says."""
    if like.written < 0.6:
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
    "negation": negation,
    "direction": direction,
    "title names": title_names,
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


def _figured(words: set[str]) -> bool:
    return any(word[0].isdigit() or word[-1].isdigit() or word in NUMERALS for word in words)


def _text(made: Fingerprint, title: list[str]) -> list[int]:
    """The words of an entry's text, as hashes."""
    found: list[int] = read(made.tokens)[len(title) :].tolist()
    return found
