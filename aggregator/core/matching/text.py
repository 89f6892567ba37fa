"""Words out of text: folding, tokens, script, short hashes and phrases.

The rules: NFKC, case folded, apostrophes and possessives gone; a run of Chinese, Japanese or Thai letters
becomes its overlapping pairs of characters, since nothing parts its words. A *phrase* is three tokens in a
row.
"""

from __future__ import annotations

import re
import unicodedata
from array import array

import numpy as np
import numpy.typing as npt
from xxhash import xxh32_intdigest

from aggregator.core.matching.vocabulary import COMMON

Hashes = npt.NDArray[np.uint32]

# Scripts written without spaces: Thai, Lao, Burmese, Khmer, kana, Han.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
_HAS_UNSPACED = re.compile(f"[{UNSPACED}]")
_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*\d*|\d+(?:[.,:–-]\d+)*(?:[^\W\d_]+)?")
# The same where vowels are signs of their own on the letter before: Devanagari, Bengali, Tamil and their kin.
_SIGNS = "".join(chr(at) for at in range(0x0900, 0x0E00) if unicodedata.category(chr(at)) in {"Mn", "Mc"})
_HAS_SIGNS = re.compile("[\u0900-\u0dff]")
_SIGNED = re.compile(rf"(?:[^\W\d_][{_SIGNS}]*)+\d*|\d+(?:[.,:–-]\d+)*(?:[^\W\d_]+)?")
# The same for ASCII, where explicit letters are found twice as fast.
_PLAIN = re.compile(r"[a-zA-Z]+(?:'[a-zA-Z]+)*[0-9]*|[0-9]+(?:[.,:-][0-9]+)*[a-zA-Z]*")
_APART = "“”—"
_PIECE = re.compile(rf"[{UNSPACED}]+|[^{UNSPACED}]+")
_MARKS = re.compile("[\u064b-\u065f\u0670\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\u00ad]")
_SINGLE = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "′": "'", "＇": "'"})
_ODD = re.compile(f"[{''.join(map(chr, _SINGLE))}]|{_MARKS.pattern}")
_FOREIGN = re.compile("[\u0370-\u1cff\u2c00-\u2dff\u3005-\ud7ff\uf900-\uffdc]")
_SCRIPTS = (
    ("c", re.compile("[\u0400-\u052f]")),
    ("a", re.compile("[\u0600-\u06ff\u0750-\u077f]")),
    ("j", re.compile("[\u3040-\u30ff]")),
    ("h", re.compile("[\u4e00-\u9fff\u3400-\u4dbf]")),
    ("k", re.compile("[\uac00-\ud7af]")),
    ("d", re.compile("[\u0900-\u097f]")),
    ("t", re.compile("[\u0e00-\u0e7f]")),
    ("g", re.compile("[\u0370-\u03ff]")),
    ("w", re.compile("[\u0590-\u05ff]")),
    ("b", re.compile("[\u0980-\u09ff]")),
    ("m", re.compile("[\u0b80-\u0bff]")),
)
_CACHE_BOUND = 200_000
# Odd constants that spread bits (those of xxHash32 and MurmurHash3); as arrays, which numpy takes fastest.
A, B, C, D, E = 0x85EBCA6B, 0xC2B2AE35, 0x165667B1, 0x27D4EB2F, 0x9E3779B1
_A, _B, _C, _D, _E, _FIFTEEN, _THIRTEEN, _SIXTEEN = (
    np.array(value, np.uint32) for value in (A, B, C, D, E, 15, 13, 16)
)
_hashes: dict[str, int] = {}


def normal(text: str) -> str:
    """The text with its differences of writing removed but for case: width, apostrophes, invisible marks."""
    if text.isascii():
        return text
    if "’" in text:
        text = text.replace("’", "'")
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    if _ODD.search(text):
        text = _MARKS.sub("", text.translate(_SINGLE))
    return text


def fold(text: str) -> str:
    """The text with all differences of writing removed."""
    return normal(text).casefold()


def folded(found: list[str]) -> list[str]:
    """Tokens without case."""
    return "\0".join(found).casefold().split("\0") if found else []


def tokens(text: str) -> list[str]:
    """The words and numbers of a text that was made `normal` before, with their case."""
    if not text.isascii():
        for mark in _APART:  # often all that is not ASCII, and no part of any word
            if mark in text:
                text = text.replace(mark, " ")
    if text.isascii() or not _HAS_UNSPACED.search(text):
        return _words(text)
    return [token for piece in _PIECE.findall(text) for token in _split(piece)]


def _words(text: str) -> list[str]:
    if text.isascii():
        found = _PLAIN.findall(text)
    else:
        found = (_SIGNED if _HAS_SIGNS.search(text) else _TOKEN).findall(text)
    if "'" in text:
        found = [token.removesuffix("'s").replace("'", "") for token in found]
    return found


def _split(piece: str) -> list[str]:
    """One run of letters of one kind: pairs of characters where words are not parted."""
    if not _HAS_UNSPACED.match(piece):
        return _words(piece)
    if len(piece) < 3:
        return [piece]
    return [piece[at : at + 2] for at in range(len(piece) - 1)]


def script(text: str) -> str:
    """One letter for the writing system of most of the text: "l" for Latin and whatever is not listed."""
    if text.isascii() or not _FOREIGN.search(text):
        return "l"
    best, most = "l", 0
    letters = len(text)
    for letter, pattern in _SCRIPTS:
        found = len(pattern.findall(text))
        if letter == "j" and found * 10 > letters:  # kana beside many Han signs is still Japanese
            return "j"
        if found > most:
            best, most = letter, found
    return best if most * 4 > letters else "l"


def guess(found: list[str]) -> str:
    """The language that the common short words of a text speak for, "" where they say too little."""
    seen = set(found)
    counts = sorted(((len(seen & words), language) for language, words in COMMON.items()), reverse=True)
    (most, language), (second, _) = counts[:2]
    return language if most >= 4 and most >= 2 * second else ""


def hashed(text: str) -> int:
    """The 32-bit hash of a longer text (xxHash32 of UTF-8)."""
    return xxh32_intdigest(text.encode("utf-8", "surrogatepass"))


def number(token: str) -> int:
    """The 32-bit hash of one token (xxHash32 of UTF-8), remembered for the next time."""
    found = _hashes.get(token)
    if found is None:
        if len(_hashes) >= _CACHE_BOUND:
            _hashes.clear()
        found = _hashes[token] = hashed(token)
    return found


def numbers(found: list[str]) -> Hashes:
    """The hashes of tokens, in their order."""
    get = _hashes.get
    return np.frombuffer(array("I", [get(token) or number(token) for token in found]), np.uint32)


def phrases(hashes: Hashes) -> Hashes:
    """The hashes of every three tokens in a row, in their order; the whole, where there are fewer."""
    if len(hashes) < 3:
        return hashes[:1] * np.uint32(0x9E3779B1) + hashes[-1:] if len(hashes) else hashes
    mixed = hashes[1:-1] + _C
    mixed *= _B
    mixed ^= hashes[:-2] * _A
    mixed ^= mixed >> _FIFTEEN
    mixed *= _D
    mixed += hashes[2:] * _E
    mixed ^= mixed >> _THIRTEEN
    mixed *= _A
    mixed ^= mixed >> _SIXTEEN
    return mixed


def read(held: bytes) -> Hashes:
    """Packed hashes as an array, without a copy."""
    return np.frombuffer(held, np.uint32)


def distinct(hashes: Hashes) -> Hashes:
    """The same hashes, sorted, each once."""
    ordered = np.sort(hashes)
    if len(ordered) < 2:
        return ordered
    kept = np.empty(len(ordered), bool)
    kept[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=kept[1:])
    return ordered[kept]
