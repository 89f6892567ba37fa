"""The figures of a text, each in its frame, so that two texts that differ only in them can be told apart.

A *frame* is the word before and the word after a figure. In a template the frames are the same and the figures
differ; in two copies both are the same; in a news story that goes on, a toll rises and the rest stays.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from aggregator.core.text import number
from aggregator.core.vocabulary import NUMERALS, STOP, TOLL, WEEKDAYS

BOUND = 16  # figures a text: more are a table
_FORM = struct.Struct("<IdB")

PLAIN, COUNT, MAGNITUDE, DAY, SCORE = range(5)
_MAGNITUDE = frozenset({"magnitude", "magnitud", "stärke", "magnitudo", "магнитудой"})


class Figure(NamedTuple):
    """One figure: the hash of its frame, its value, and what kind of figure it is."""

    frame: int
    value: float
    kind: int


def figures(found: list[str], place: int) -> list[Figure]:
    """The figures of tokens; `place` tells titles (1) from texts (0), whose frames are not compared."""
    seen = []
    for at, token in enumerate(found):
        value = _value(token)
        if value is None:
            continue
        before = found[at - 1] if at else "^"
        after = found[at + 1] if at + 1 < len(found) else "$"
        kind = DAY if token in WEEKDAYS else _kind(found, at)
        seen.append(Figure(number(f"{place}{_word(before)} # {_word(after)}"), value, kind))
        if len(seen) == BOUND:
            break
    return seen


def _word(token: str) -> str:
    """A neighbour of a figure; where it is a figure itself, its value says nothing of the frame."""
    return "#" if _value(token) is not None else token


def _value(token: str) -> float | None:
    """The value of a token that is a figure: digits, a quarter, a small number in words, a weekday."""
    if token[0].isdigit():
        digits = token.replace(",", "")
        try:
            return float(digits)
        except ValueError:
            return float(number(token))
    if token in WEEKDAYS:
        return float(WEEKDAYS[token])
    word = NUMERALS.get(token)
    return float(word) if word else None


def _kind(found: list[str], at: int) -> int:
    near = found[max(at - 3, 0) : at + 4]
    if not TOLL.isdisjoint(near):
        return COUNT
    if not _MAGNITUDE.isdisjoint(near[:3]):
        return MAGNITUDE
    return PLAIN


def pack(found: list[Figure]) -> bytes:
    """Thirteen bytes a figure."""
    return b"".join(_FORM.pack(*figure) for figure in found)


def unpack(packed: bytes) -> list[Figure]:
    """What `pack` made."""
    return [Figure(*fields) for fields in _FORM.iter_unpack(packed)]


__all__ = ["BOUND", "COUNT", "DAY", "MAGNITUDE", "PLAIN", "SCORE", "STOP", "Figure", "figures", "pack", "unpack"]
