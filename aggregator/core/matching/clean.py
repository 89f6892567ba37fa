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
from aggregator.core.matching.dateline import dateline, signed
from aggregator.core.matching.headline import Headline, corrects, headline
from aggregator.core.matching.opening import opened
from aggregator.core.matching.plain import plain

_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[^a-z\s])|(?<=[。！？।])")
_END = re.compile(r"[.!?…][\"'”’)\]]*\s+(?=[^a-z\s])")  # the first half of it, with the sign itself
_FULL_STOP = re.compile("[。！？।]")


class Body(NamedTuple):
    """A cleaned text in sentences, with the agency it named and whether it began with a byline."""

    sentences: list[str]
    agency: str
    byline: bool


def body(text: str) -> Body:
    """A text of one line in sentences, without promotions, byline and dateline."""
    agency = ""
    lower = text.lower()
    found = set(_parted(lower).split())
    if not found.isdisjoint(promotion.NOTICES):
        agency = copyrighted(text)
    if not found.isdisjoint(promotion.ASIDES):
        text = promotion.ASIDE.sub(" ", text).strip()
    if "@" in text[-60:]:
        text = promotion.ADDRESS.sub("", text)
    if text[:1] == "(":
        text = promotion.RENEWED.sub("", text)
    text, closing = signed(promotion.without_tail(text, found))
    text, dated = dateline(text)
    agency = agency or dated or closing
    sentences = _sentences(text)
    if not found.isdisjoint(promotion.TRIGGERS) or (
        not lower.isascii() and any(sign in lower for sign in promotion.SIGNS)
    ):
        whole = len(sentences) == 1 and len(text) >= 200
        hints = [] if whole else promotion.hints(lower)
        sentences = [one for one in sentences if one and not (hints and promotion.promotes(one, hints))]
    else:
        sentences = [one for one in sentences if one]
    if not sentences:
        return Body([], agency, byline=False)
    first, named, byline = opened(sentences[0])
    if not first and len(sentences) > 1:
        sentences = sentences[1:]
        first, again, _ = opened(sentences[0])
        named = named or again
    sentences[0] = first
    return Body([one for one in sentences if one], named or agency, byline)


def _sentences(text: str) -> list[str]:
    """The text parted behind each sentence; pieces may be empty."""
    if not text.isascii() and _FULL_STOP.search(text):
        return _SENTENCE.split(text)
    found, start = [], 0
    for end in _END.finditer(text):  # begins with the sign that it looks for, which is found much faster
        found.append(text[start : end.start() + 1])
        start = end.end()
    found.append(text[start:])
    return found


def _parted(text: str) -> str:
    for mark in ".,:()":  # several plain replacements are faster than one translation
        if mark in text:
            text = text.replace(mark, " ")
    return text


__all__ = ["Body", "Headline", "body", "corrects", "headline", "plain"]
