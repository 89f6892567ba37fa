"""The names and figures of a text, each in its frame: what texts of one template differ in.

A *frame* is the word before and the word after. In a template the frames are the same and what fills them
differs;
in two copies both are the same; in a story that goes on, a toll rises and the rest stays.
"""

from __future__ import annotations

import re
import struct
from functools import lru_cache
from itertools import compress
from typing import NamedTuple

from xxhash import xxh32_intdigest

from aggregator.core.matching.lexicon import (
    COMMON,
    FIGURED,
    FILLS,
    MEASURED,
    PAIRED,
    TOLLED,
    WEEKDAY,
    columns,
    words,
)
from aggregator.core.matching.text import number
from aggregator.core.matching.vocabulary import NUMERALS, WEEKDAYS

BOUND = 20  # slots a text: more are a table
_FORM = struct.Struct("<IfB")
_FORMS = [struct.Struct("<" + "IfB" * count) for count in range(BOUND + 1)]

_FILLS = bytes(flag >= FILLS for flag in range(256))  # by flags
_POINT = re.compile(r"(?<=^\d),(?=\d\d?$)|(?<=\d\d),(?=\d\d?$)")  # 6,8 is not 68

NAME, FIGURE, COUNT, MAGNITUDE, DAY = range(5)


class Slot(NamedTuple):
    """What fills a frame: the frame's hash, the value (of a name: of its hash) and what kind it is."""

    frame: int
    value: float
    kind: int


def packed(said: bytes) -> bytes:
    """The slots of a text of words as `lexicon` packs them: nine bytes a slot.

    Frames of two common words say too little. The figure that a text ends with, as a lottery's numbers do,
    stands before nothing.
    """
    numbers, codes, flags = columns(said)
    fields: list[float] = []
    last = len(flags) - 1
    for at in compress(range(1, len(flags)), flags[1:].translate(_FILLS)):
        before, flag, after = (*flags[at - 1 : at + 2], 0)[:3]
        if at == last and not flag & FIGURED:
            continue
        if before & COMMON and after & COMMON and after < FILLS:
            continue
        if before >= FILLS <= after:
            continue
        left, word, right = (*words(codes[at - 1 : at + 2]), "")[:3]
        if at == last and not word[0].isdigit():
            continue
        frame = f"{'#' if before >= FILLS else left} {'#' if after >= FILLS else right}"
        fields.append(xxh32_intdigest(frame.encode()))
        if flag & FIGURED:
            fields += (value(word), _refined(flags, at))
        elif flag & WEEKDAY:
            fields += (value(word), DAY)
        else:
            fields += (numbers[at] >> 8, NAME)
        if len(fields) == 3 * BOUND:
            break
    return _FORMS[len(fields) // 3].pack(*fields)


def _refined(flags: bytes, at: int) -> int:
    """What a figure counts, by the words around it."""
    behind = 8 if at + 1 < len(flags) and flags[at + 1] & PAIRED else 5  # pairs of signs are half words
    start = max(at - 3, 0)
    if any(flag & TOLLED for flag in flags[start : at + behind]):
        return COUNT
    return MAGNITUDE if any(flag & MEASURED for flag in flags[start : at + 3]) else FIGURE


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


def unpack(packed: bytes) -> list[Slot]:
    """What `packed` made."""
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
