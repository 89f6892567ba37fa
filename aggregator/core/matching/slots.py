"""The names and figures of a text, each in its frame: what texts of one template differ in.

A *frame* is the word before and the word after. In a template the frames are the same and what fills them
differs;
in two copies both are the same; in a story that goes on, a toll rises and the rest stays.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from aggregator.core.matching.text import hashed, number
from aggregator.core.matching.vocabulary import MAGNITUDE_WORDS, NUMERALS, STOP, TOLL, WEEKDAYS

BOUND = 20  # slots a text: more are a table
_FORM = struct.Struct("<IfB")

_POINT = re.compile(r"(?<=^\d),(?=\d\d?$)|(?<=\d\d),(?=\d\d?$)")  # 6,8 is not 68

NAME, FIGURE, COUNT, MAGNITUDE, DAY = range(5)


_SPECIAL = frozenset(WEEKDAYS) | frozenset(NUMERALS)


class Slot(NamedTuple):
    """What fills a frame: the frame's hash, the value (of a name: of its hash) and what kind it is."""

    frame: int
    value: float
    kind: int


def slots(raw: list[str], found: list[str]) -> list[Slot]:
    """The slots of a text: its tokens as written, and folded. Frames of two common words say too little."""
    return [Slot(*slot) for slot in _filled(raw, found)]


def packed(raw: list[str], found: list[str]) -> bytes:
    """The same, packed."""
    return b"".join([_FORM.pack(*slot) for slot in _filled(raw, found)])


def _filled(raw: list[str], found: list[str]) -> list[tuple[int, float, int]]:
    if not found:
        return []
    special = _SPECIAL.intersection(found)
    kinds = [
        -1 if "a" <= token[0] <= "z" and word not in special else _kind(token, word)
        for token, word in zip(raw, found, strict=True)
    ]
    seen: list[tuple[int, float, int]] = []
    last = len(found) - 1
    for at, kind in enumerate(kinds):
        if kind < 0 or not 0 < at < last:
            continue
        before, after = found[at - 1], found[at + 1]
        if before in STOP and after in STOP and kinds[at + 1] < 0:
            continue
        frame = f"{'#' if kinds[at - 1] >= 0 else before} {'#' if kinds[at + 1] >= 0 else after}"
        if frame == "# #":
            continue
        if kind == NAME:
            seen.append((hashed(frame), float(number(found[at]) >> 8), NAME))
        else:
            seen.append((hashed(frame), value(found[at]), _refined(kind, found, at)))
        if len(seen) == BOUND:
            break
    return seen


def _kind(token: str, word: str) -> int:
    """What a token would fill a frame with; -1: it is of the frame."""
    if token[0].isdigit() or word in NUMERALS:
        return FIGURE
    if word in WEEKDAYS:
        return DAY
    return NAME if token[0].isupper() and word not in STOP else -1


def _refined(kind: int, found: list[str], at: int) -> int:
    if kind != FIGURE:
        return kind
    behind = 8 if at + 1 < len(found) and found[at + 1] >= "\u3040" else 5  # pairs of signs are half words
    if not TOLL.isdisjoint(found[max(at - 3, 0) : at + behind]):
        return COUNT
    return FIGURE if MAGNITUDE_WORDS.isdisjoint(found[max(at - 3, 0) : at + 3]) else MAGNITUDE


def value(token: str) -> float:
    """The value of a figure, else a number that stands for the word."""
    day = WEEKDAYS.get(token)
    if day is not None:
        return float(day)
    if token[0].isdigit() or token in NUMERALS:
        try:
            return float(NUMERALS.get(token) or _POINT.sub(".", token).replace(",", ""))
        except ValueError:
            pass
    return float(number(token) >> 8)  # what a 32-bit float holds exactly


def pack(found: Iterable[Slot]) -> bytes:
    """Nine bytes a slot."""
    return b"".join([_FORM.pack(*slot) for slot in found])


def unpack(packed: bytes) -> list[Slot]:
    """What `pack` made."""
    return [Slot(*fields) for fields in _FORM.iter_unpack(packed)]


class Clash(NamedTuple):
    """How two texts fill the frames that both have."""

    agreed: int  # figures and days
    names: int  # names that agree
    figures: int  # figures that conflict, tolls and near magnitudes not counted
    days: int
    other: int  # names that conflict
    grown: int  # tolls that changed, magnitudes that were revised


@lru_cache(4)  # two vetoes ask in a row
def compare(one: bytes, other: bytes) -> Clash:
    """Hold what fills the common frames of two texts against each other."""
    if not one or not other:
        return _NONE
    filled: dict[int, list[tuple[float, int]]] = {}
    for frame, value, kind in _FORM.iter_unpack(one):
        filled.setdefault(frame, []).append((value, kind))
    agreed = names = figures = days = others = grown = 0
    for frame, value, kind in _FORM.iter_unpack(other):
        facing = filled.get(frame)
        if facing is None:
            continue
        first, sort = facing[0]
        if first == value or any(value == known for known, _ in facing):
            agreed += kind != NAME
            names += kind == NAME
        elif kind == DAY:
            days += 1
        elif NAME in (kind, sort):
            others += 1
        elif kind == COUNT or (kind == MAGNITUDE and abs(value - first) <= 0.6):
            grown += 1
        else:
            figures += 1
    return Clash(agreed, names, figures, days, others, grown)


_NONE = Clash(0, 0, 0, 0, 0, 0)
