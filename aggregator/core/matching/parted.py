"""Agencies that no bracket marks: parted from the text by a dash, a bar or a slash, or credited at its end.

`TUNIS - TAP - `, `Ann Low | AAP | `, `EMDEN dpa | `, `Redacción / AFP `; `Bron: ANP`.
"""

from __future__ import annotations

import re

from aggregator.core.matching.agency import AMBIGUOUS, CANONICAL, canonical

_HEAD = 80  # characters that are looked at
_BREAK = re.compile(r"\s*\|\s*|\s*/\s+|\s+[-–—]{1,2}\s+|--\s*|[:,.]\s+")
_MARKS = ("|", " - ", " — ", " – ", "--", ": ", "/ ")  # without one of them nothing is parted
_CLOSING = "|:-–—"  # what stands behind an agency; a comma or a full stop may be a sentence's
_WRITTEN_SMALL = frozenset({"ap", "afp", "ats", "awp", "dpa", "epd"})
_BEHIND = re.compile(
    "("
    + "|".join(
        re.escape(form.upper() if form.isascii() else form)
        for form in sorted(CANONICAL.keys() - AMBIGUOUS, key=len, reverse=True)
    )
    + r")\s+(?!Phot|PHOT|Foto|Imag|Getty)(?=[^a-z\W])"
)
_SOURCES = (
    "Bron|Quelle|Source|Fonte|Fuente|Källa|Kilde|Kaynak|Źródło|Sumber|Nguồn|Πηγή|Джерело|Источник|المصدر|स्रोत"
    "|来源|來源|出典|출처"
)
_CREDIT = re.compile(rf"\s*(?:{_SOURCES})\s*[:：]\s*([^:：.。]{{2,25}})[.。]?$")
_CREDITS = re.compile(_SOURCES)
# The words of names that are no longer than three letters: longer ones are looked for elsewhere.
_SHORT = frozenset(
    word for form in CANONICAL if max(map(len, form.split())) <= 3 for word in form.split()
) | {form for form in CANONICAL if len(form) == 4 and "\u0307" in form}


def parts(word: str) -> bool:
    """May a word be part of what `parted` takes off?"""
    if "|" in word:
        return True
    bare = word.strip(".,:-–—")
    return len(bare) <= 3 and bare.casefold() in _SHORT and (bare in _WRITTEN_SMALL or bare == bare.upper())


def sources(word: str) -> bool:
    """May a word begin what `credited_last` takes off?"""
    return _CREDITS.search(word) is not None


def parted(text: str) -> tuple[str, str]:
    """A text without the place and the agency that it begins with, and the agency; the text and "" else."""
    head = text[:_HEAD]
    if not any(mark in head for mark in _MARKS):
        return text, ""
    start = 0
    for found in _BREAK.finditer(head):
        piece = head[start : found.start()].strip()
        if not is_place(head[:start]) or not is_place(piece):
            return text, ""
        mark = found[0].strip()[:1]
        named, whole = _named(piece)
        if not start and piece.casefold() in AMBIGUOUS:
            return text, ""
        if named and mark in _CLOSING:
            return text[found.end() :], named
        if whole:
            return text, ""
        start = found.end()
        if mark in "/|" and (behind := _BEHIND.match(head, start)):
            return text[behind.end() :], canonical(behind[1])
    return text, ""


def credited_last(text: str) -> tuple[str, str]:
    """A text without `Source: Reuters` at its end, and the agency; the text and "" where none is named."""
    tail = text[-40:]
    found = _CREDIT.search(tail)
    named = canonical(found[1]) if found else ""
    return (text[: len(text) - len(tail) + found.start()], named) if found and named else (text, "")


def is_place(before: str) -> bool:
    """Can this stand before an agency: places, dates and names, but no sentence?"""
    if len(before) > 70 or any(mark in before for mark in '!?;"“”:。，'):
        return False
    pieces = before.replace("[", " ").replace("]", " ").split()
    small = sum("a" <= piece[0] <= "z" and len(piece) > 3 for piece in pieces)
    return len(pieces) <= 10 and small <= 1


def _named(piece: str) -> tuple[str, bool]:
    """The agency that is all of a piece, or stands behind a place in capitals; and whether it is all."""
    named = canonical(piece.removeprefix("The "))
    if named:
        short = piece.isascii() and len(piece) <= 4
        return (named if not short or piece.isupper() or piece in _WRITTEN_SMALL else ""), True
    place, _, last = piece.rpartition(" ")
    return (canonical(last) if place.isupper() and place.isalpha() else ""), False
