"""Does one entry say the opposite of another? Denials and contrary words, in titles and in texts.

A title alone is a desk's, so it forbids only where the texts are not plainly one. Where they are, they have
to differ as the titles do: a denial that came or went between words that both have, or a contrary word in
each that the other lacks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeVar

from aggregator.core.matching.contraries import OPPOSITES
from aggregator.core.matching.denials import (
    DENIALS,
    DENIES_ELSEWHERE,
    DENIES_HERE,
    DENYING_INFIXES,
    DENYING_PREFIXES,
    DENYING_SIGNS,
    NEGATION,
    NO_DENIALS,
)
from aggregator.core.matching.edits import Edit, edits, text
from aggregator.core.matching.text import hashed
from aggregator.core.matching.vocabulary import STOP
from aggregator.core.model import Fingerprint

_AFFIXED = 5  # letters that a word has at least which an affix turns around
_REWORDED = 2  # places where a text may be changed in nothing but its sense
_EDIT = 4  # words that a change of a sentence's sense takes at most


def _sides() -> dict[str, tuple[int, int]]:
    """For each contrary word the pairs it stands in, as bits: on the left, on the right."""
    found: dict[str, tuple[int, int]] = {}
    for at, (left, right) in enumerate(OPPOSITES):
        for word in left:
            found[word] = (found.get(word, (0, 0))[0] | 1 << at, found.get(word, (0, 0))[1])
        for word in right:
            found[word] = (found.get(word, (0, 0))[0], found.get(word, (0, 0))[1] | 1 << at)
    return found


_Word = TypeVar("_Word", str, int)  # as it is written, or its hash
_SIDES = _sides()
_HASHED_SIDES = {hashed(word): sides for word, sides in _SIDES.items()}
_PHRASES = tuple(f" {phrase} " for phrase in DENIALS)
_HASHED_PHRASES = tuple(tuple(map(hashed, phrase.split())) for phrase in DENIALS)


def contrary(one: Fingerprint, other: Fingerprint) -> bool:
    """Do the titles say opposite things, each with a word that the other has not?"""
    a, b = set(one.headline.split()), set(other.headline.split())
    return bool(_opposed(_stances(a - b, _SIDES), _stances(b - a, _SIDES)))


def alike(left: Iterable[str], right: Iterable[str]) -> bool:
    """Are there two words for one thing among these?"""
    mine, theirs = _stances(left, _SIDES), _stances(right, _SIDES)
    return bool(mine[0] & theirs[0] or mine[1] & theirs[1])


def contrary_texts(one: Fingerprint, other: Fingerprint) -> bool:
    """Do the texts oppose each other as the titles do?"""
    a, b = set(one.headline.split()), set(other.headline.split())
    titles = _opposed(_stances(a - b, _SIDES), _stances(b - a, _SIDES))
    mine, theirs = text(one), text(other)
    ours, others = set(mine) - set(theirs), set(theirs) - set(mine)
    if titles & _opposed(_stances(ours, _HASHED_SIDES), _stances(others, _HASHED_SIDES)):
        return True
    rest = {word for word in a ^ b if word not in STOP and word not in _SIDES}
    return not rest and _reworded(edits(mine, theirs, _EDIT))


def denied(one: Fingerprint, other: Fingerprint) -> bool:
    """Does one title deny, and the other not?"""
    a, b = set(one.headline.split()), set(other.headline.split())
    return _denies(one, a) != _denies(other, b) or _turned(a, b)


def denied_twice(one: Fingerprint, other: Fingerprint) -> bool:
    """Do both titles deny, but one of them a denial more: "refuses to", "does not refuse to"?"""
    a, b = set(one.headline.split()), set(other.headline.split())
    return _denies(one, a - b) != _denies(other, b - a)


def denied_texts(one: Fingerprint, other: Fingerprint) -> bool:
    """Was a denial put into one of two texts, or taken out, where they otherwise run on alike?"""
    found = edits(text(one), text(other), _EDIT)
    known = _hashed_negation(one.language) | _hashed_negation(other.language)
    if any(_has_denial(mine, known) != _has_denial(theirs, known) for mine, theirs in found):
        return True
    if not _reworded(found):
        return False
    rest = set(one.headline.split()) ^ set(other.headline.split())
    return all(word in STOP or word in NEGATION for word in rest) or _turned(
        set(one.headline.split()), set(other.headline.split())
    )


def _stances(words: Iterable[_Word], known: Mapping[_Word, tuple[int, int]]) -> tuple[int, int]:
    """The pairs of contraries of which some words are the one side, and the other."""
    left = right = 0
    for word in words:
        sides = known.get(word)
        if sides is not None:
            left |= sides[0]
            right |= sides[1]
    return left, right


def _opposed(mine: tuple[int, int], theirs: tuple[int, int]) -> int:
    """The pairs of which one has the left side and the other the right, as bits.

    What has both sides of a pair, as "falls, then rises", says neither.
    """
    both = (mine[0] & mine[1]) | (theirs[0] & theirs[1])
    return (mine[0] & theirs[1] | mine[1] & theirs[0]) & ~both


def _denies(made: Fingerprint, words: set[str]) -> bool:
    if not negation(made.language).isdisjoint(words):
        return True
    padded = f" {made.headline} "
    return any(phrase in padded for phrase in _PHRASES)


@lru_cache(64)
def negation(language: str) -> frozenset[str]:
    """The words that deny where a language is declared, or none."""
    return (NEGATION | DENIES_HERE.get(language, frozenset())) - DENIES_ELSEWHERE.get(language, frozenset())


@lru_cache(64)
def _hashed_negation(language: str) -> frozenset[int]:
    return frozenset(map(hashed, negation(language)))


def _turned(a: set[str], b: set[str]) -> bool:
    """Has one title a word of the other's with something before or within it that denies?"""
    mine, theirs = a - b, b - a
    return _affixed(mine, theirs) or _affixed(theirs, mine) or _signed(mine) != _signed(theirs)


def _affixed(plain: set[str], turned: set[str]) -> bool:
    for word in turned:
        if len(word) < _AFFIXED + 2:
            continue
        for prefix in DENYING_PREFIXES:
            if word.startswith(prefix) and word[len(prefix) :] in plain:
                return True
        for at in range(2, len(word) - 3):
            for infix in DENYING_INFIXES:
                if word.startswith(infix, at) and word[:at] + word[at + len(infix) :] in plain:
                    return True
    return False


def _signed(words: set[str]) -> bool:
    return any(len(word) == 2 and word[0] in DENYING_SIGNS and word not in NO_DENIALS for word in words)


def _has_denial(words: list[int], known: frozenset[int]) -> bool:
    if not known.isdisjoint(words):
        return True
    return any(_contains(words, phrase) for phrase in _HASHED_PHRASES)


def _contains(words: list[int], phrase: tuple[int, ...]) -> bool:
    return any(tuple(words[at : at + len(phrase)]) == phrase for at in range(len(words) - len(phrase) + 1))


def _reworded(found: list[Edit]) -> bool:
    """Were one or two words changed and nothing else: into a form of the contrary that is not listed?"""
    return 0 < len(found) <= _REWORDED and all(mine and theirs for mine, theirs in found)
