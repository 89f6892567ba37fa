"""Where and by whom a text says it was written, before it begins: any city, any form of date, any agency.

`LONDON, Nov. 3 (Reuters) - `, `MOSCOW, November 3. /TASS/. `, `OTTAWA — The Canadian Press — `,
`【ロンドン共同】`, `(서울=연합뉴스) 김민수 기자 = `. Only what names an agency comes off here.
"""

from __future__ import annotations

import re

from aggregator.core.matching.agency import CANONICAL, bracketed, canonical
from aggregator.core.matching.glance import any_of
from aggregator.core.matching.parted import credited_last, is_place, parted, parts

_HEAD = 140  # characters that are looked at: no dateline is longer
_BRACKETS = re.compile(r"[(（\[［【]\s*([^()（）\[\]［］【】]{2,40})\s*[)）\]］】]")
_SLASHED = re.compile(r"/\s*([\w. -]{2,30}?)\s*/\.?")
_LONG = "|".join(re.escape(form) for form in sorted(CANONICAL, key=len, reverse=True) if len(form) > 3)
_DASHED = re.compile(rf"^.{{2,60}}?[—–.-]+\s*(?:The )?({_LONG})\s*(?:[—–-]+|\.)\s+", re.IGNORECASE)
_WIRED = re.compile(r"^([\u4e00-\u9fff]{2,4}社)[\u4e00-\u9fff]{2,10}(?:\d{1,2}月)?\d{1,2}日[电電]")
_AFTER = re.compile(
    r"[\s.,:=_–—/-]*(?:\w{3,10}\.? \d{1,2}, \d{4} /\s*)?"
    r"(?:[\w·]{2,5} ?(?:특파원|선임기자|기자|통신원) ?= ?|[（(](?:记者|記者)[^（）()]{1,20}[）)])?[-–—]*\s*"
)
_PARTS = re.compile(r"[\s=＝・·/,，、]+")
_EASTERN = tuple(form for form in CANONICAL if form[0] >= "\u3040")


_PLACING = re.compile("[(\\[（［【/社İıſ]")  # the last three match i and s where case is ignored
# The longest word of each name that `_DASHED` knows.
_WORDS = any_of(max(form.split(), key=len) for form in sorted(CANONICAL) if len(form) > 3)


def places(word: str) -> bool:
    """May a word be part of what `dateline` takes off: a bracket, a slash, a part of an agency's name?"""
    if _PLACING.search(word) or parts(word):
        return True
    return bool(_WORDS.search(word.lower()) or (not word.isascii() and _WORDS.search(word.casefold())))


def dateline(text: str) -> tuple[str, str]:
    """A text without the dateline that names its agency, and the agency; the text and "" where none does."""
    head = text[:_HEAD]
    for found in _BRACKETS.finditer(head):
        named = _named(found[1])
        if named:
            return _cut(text, head, found.start(), found.end(), named)
    if "/" in head:
        for found in _SLASHED.finditer(head):
            if named := canonical(found[1]):
                return _cut(text, head, found.start(), found.end(), named)
    if "—" in head or "–" in head or "-" in head or "." in head:
        dashed = _DASHED.match(head)
        if dashed and is_place(head[: dashed.start(1)]):
            return text[dashed.end() :], canonical(dashed[1])
    wired = _WIRED.match(head)
    if wired:
        return _cut(text, head, 0, wired.end(), canonical(wired[1]))
    return parted(text)


def signed(text: str) -> tuple[str, str]:
    """A text without the agency that it ends with, as `(ANSA).` or `（共同）`; and the agency."""
    found = _SIGNED.search(text[-40:])
    if found is None:
        return credited_last(text)
    named = _named(found[1])
    if not named and found[1] not in {"完", "了", "终", "끝"}:
        return text, ""
    return text[: max(len(text) - 40, 0) + found.start()], named


_SIGNED = re.compile(r"\s*[(（]([^()（）]{1,20})[)）]\s*\.?$")


def _named(inside: str) -> str:
    """The agency between brackets, alone or with place, date and name beside it."""
    found = bracketed(inside)
    if found or inside.isascii():
        return found
    parts = (canonical(piece) for piece in _PARTS.split(inside))
    found = next((name for name in parts if name), "")
    return found or next(
        (CANONICAL[form] for form in _EASTERN if inside.endswith(form) or inside.startswith(form)), ""
    )


def _cut(text: str, head: str, start: int, end: int, named: str) -> tuple[str, str]:
    if not is_place(head[:start]):
        return text, ""
    after = _AFTER.match(text, end)
    return text[after.end() if after else end :], named
