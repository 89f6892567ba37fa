"""What a publisher puts around a wire text, taken off: for comparison only, never for display.

A text loses its tags, promotions, byline and dateline; a title is `core.matching.headline`'s. What was taken
off is kept as a fact where it is one: version number, agency. Every step is guarded by a cheap look whether
it can apply at all, since most text needs none of them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from aggregator.core.matching import promotion
from aggregator.core.matching.agency import copyrighted
from aggregator.core.matching.dateline import dateline, places, signed
from aggregator.core.matching.glance import Glance
from aggregator.core.matching.headline import Headline, corrects, headline, withdraws
from aggregator.core.matching.opening import names_writer, opened
from aggregator.core.matching.parted import sources
from aggregator.core.matching.plain import plain

_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[^a-z\s])|(?<=[。！？।])")
_END = re.compile(r"[.!?…][\"'”’)\]]*\s+(?=[^a-z\s])")  # the first half of it, with the sign itself
_FULL_STOP = re.compile("[。！？।]")


class Body(NamedTuple):
    """A cleaned text in sentences, with the agency it named and whether it began with a byline."""

    sentences: list[str]
    agency: str
    byline: bool


_WRITER, _PLACED, _SIGNED, _STOPPED = (1 << bit for bit in range(promotion.FREE, promotion.FREE + 4))


def _look(word: str) -> int:
    """The bits of what a word of a text may be part of."""
    return (
        promotion.look(word)
        | (_WRITER if names_writer(word) else 0)
        | (_PLACED if places(word) else 0)
        | (_SIGNED if ")" in word or "）" in word or sources(word) else 0)
        | (_STOPPED if _FULL_STOP.search(word) else 0)
    )


_glance = Glance(_look)


def body(text: str) -> Body:
    """A text of one line in sentences, without promotions, byline and dateline."""
    whole, bits = text, _glance.of(text)
    agency = copyrighted(text) if bits & promotion.NOTICE else ""
    text = promotion.without_noise(promotion.without_asides(text, bits), bits)
    now = bits if text in whole else bits | _glance.of(text)  # words that something stood between
    text = promotion.without_tail(text, now)
    text, closing = signed(text) if now & _SIGNED else (text, "")
    text, dated = dateline(text) if now & _PLACED else (text, "")
    agency = agency or dated or closing
    sentences = _sentences(text, now)
    if bits & promotion.PROMOTED and (len(sentences) != 1 or len(text) < 200):
        sentences = _unpromoted(sentences, promotion.hints(whole.lower(), bits))
    sentences = [one for one in sentences if one]
    if not sentences:
        return Body([], agency, byline=False)
    may = bool(now & _WRITER)
    first, named, byline = opened(sentences[0], may)
    if not first and len(sentences) > 1:
        sentences = sentences[1:]
        first, again, _ = opened(sentences[0], may)
        named = named or again
    sentences[0] = first
    return Body([one for one in sentences if one], named or agency, byline)


def _unpromoted(sentences: list[str], hints: list[str]) -> list[str]:
    return [one for one in sentences if not promotion.promotes(one, hints)] if hints else sentences


def _sentences(text: str, bits: int) -> list[str]:
    """The text parted behind each sentence; pieces may be empty."""
    if bits & _STOPPED and _FULL_STOP.search(text):
        return _SENTENCE.split(text)
    found, start = [], 0
    for end in _END.finditer(text):  # begins with the sign that it looks for, which is found much faster
        found.append(text[start : end.start() + 1])
        start = end.end()
    found.append(text[start:])
    return found


__all__ = ["Body", "Headline", "body", "corrects", "headline", "plain", "withdraws"]
