"""Words as they are compared, each worked out once: a text costs one look-up a word.

Text is parted at its blanks first. What stands between two blanks (`Trump's,`) is mostly seen again soon, so
the words in it are remembered with all that is asked of a word: its hash, whether it is on every page, what
it may fill a frame with (see `slots`). The memory is bounded and the result never depends on it. A word takes
eight bytes there, since it is the way to memory that costs time: two little-endian unsigned 32-bit numbers,
its hash and its *code*, the number of the word as written above eight flags.
"""

from __future__ import annotations

import re
import struct
from array import array
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from aggregator.core.matching import text
from aggregator.core.matching.vocabulary import MAGNITUDE_WORDS, NUMERALS, STOP, TOLL, WEEKDAYS

SIZE = 8  # bytes a word
COMMON = 1  # on every page
TOLLED = 2  # beside a figure: what it counts may rise
MEASURED = 4  # beside a figure: it is a magnitude
PAIRED = 8  # a pair of signs, half a word
FIGURED = 16  # a figure
WEEKDAY = 32
FILLS = 128  # fills a frame: a figure, a weekday or a name

_BOUND = 60_000  # words and pieces remembered: some 25 MB
_LONGEST = 40  # characters of one that is remembered: longer ones hardly come again
# Signs whose words are parted by other rules: the text has to be looked at as a whole.
_WOVEN = re.compile(f"[{text.UNSPACED}\u0900-\u0dff]")
_FORM = struct.Struct("<II")


class _Words(dict[str, bytes]):
    """Tokens as written, each packed."""

    def __missing__(self, token: str) -> bytes:
        word = token.casefold()
        made = _FORM.pack(text.hashed(word), len(_folded) << 8 | _flags(token, word))
        _folded.append(word)
        if len(token) > _LONGEST:
            _folded.extend([""] * (len(word) // _LONGEST))  # so that it counts as what it takes
        self[token] = made
        return made


class _Pieces(dict[str, bytes]):
    """What stands between two blanks, each with its words."""

    def __missing__(self, piece: str) -> bytes:
        made = b"".join([_WORDS[token] for token in text.tokens(text.normal(piece))])
        if len(piece) <= _LONGEST:
            self[piece] = made
        return made


_folded: list[str] = []  # by number
_WORDS, _PIECES = _Words(), _Pieces()


def _flags(token: str, word: str) -> int:
    """What is to be known of a word: as written, and folded."""
    flags = (
        (COMMON if word in STOP else 0)
        | (TOLLED if word in TOLL else 0)
        | (MEASURED if word in MAGNITUDE_WORDS else 0)
        | (PAIRED if word >= "\u3040" else 0)
    )
    if token[0].isdigit() or word in NUMERALS:
        return flags | FILLS | FIGURED
    if word in WEEKDAYS:
        return flags | FILLS | WEEKDAY
    return flags | FILLS if token[0].isupper() and word not in STOP else flags


def tidy() -> None:
    """Forget all words when they are too many. Codes that were read before mean nothing afterwards."""
    if len(_folded) > _BOUND or len(_PIECES) > _BOUND:
        for memory in (_folded, _WORDS, _PIECES):
            memory.clear()


def read(line: str, bound: int) -> bytes:
    """The first `bound` words of a text, packed."""
    if line.isascii() or not _WOVEN.search(line):
        return b"".join(map(_PIECES.__getitem__, line.split()))[: bound * SIZE]
    return b"".join(map(_WORDS.__getitem__, text.tokens(text.normal(line))[:bound]))


class Columns(NamedTuple):
    """Packed words, taken apart."""

    numbers: array[int]  # their hashes
    codes: array[int]
    flags: bytes


def columns(packed: bytes) -> Columns:
    """The columns of packed words."""
    both = array("I", packed)
    return Columns(both[::2], both[1::2], packed[4::SIZE])


def words(codes: Iterable[int]) -> list[str]:
    """The words of codes, folded."""
    return [_folded[code >> 8] for code in codes]


def phrases(packed: bytes) -> list[int]:
    """What `text.phrases` makes of the hashes of packed words: fewer than a hundred are faster this way.

    All words are one great number, in which each has 64 bits: its hash, or the product of it and another
    32-bit number; no sum below reaches beyond them.
    """
    count = len(packed) // SIZE - 2
    if count < 1:
        few: list[int] = text.phrases(np.frombuffer(columns(packed).numbers, np.uint32)).tolist()
        return few
    low, add = _lanes(count)
    whole = int.from_bytes(packed, "little")
    mixed = (whole >> 64 & low) + add & low
    mixed = mixed * text.B & low
    mixed ^= (whole & low) * text.A & low
    mixed ^= mixed >> 15 & low
    mixed = mixed * text.D + (whole >> 128 & low) * text.E & low
    mixed ^= mixed >> 13 & low
    mixed = mixed * text.A & low
    mixed ^= mixed >> 16 & low
    return array("Q", mixed.to_bytes(count * SIZE, "little")).tolist()


@lru_cache(256)
def _lanes(count: int) -> tuple[int, int]:
    """So many times the lower 32 bits of 64, and so many times what `text.phrases` adds."""
    ones = sum(1 << 64 * at for at in range(count))
    return ones * 0xFFFFFFFF, ones * text.C
