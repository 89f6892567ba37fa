"""Headlines over one text: do any of them know nothing of all the others?

Desks rewrite a headline, but in words that stand in the text, or in another desk's headline. Where two
entries
share a text, each under a headline of its own that no other copy knows, what they share is an opening that a
site
puts before all its texts. It looks rare for as long as the stories that it joins count as one.
"""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from aggregator.core.matching.thresholds import Limits
from aggregator.core.matching.vocabulary import STOP
from aggregator.core.model import Fingerprint

ASKED = 8  # copies of a story whose headlines are looked at
ENOUGH = 4  # copies in all: of fewer, who rewrote a headline and who did not is not to be seen


class Headed:
    """An entry by the words of its headline, and all words that it knows."""

    __slots__ = ("_title", "known", "ordered")

    def __init__(self, made: Fingerprint) -> None:
        words, numbers = made.headline.split(), memoryview(made.tokens).cast("I")
        self.ordered = " ".join(sorted(words))
        self._title = {number for word, number in zip(words, numbers, strict=False) if word not in STOP}
        self.known = set(numbers)

    def alike(self, other: Headed, limits: Limits) -> bool:
        """Are the two headlines one with a desk's edits?"""
        return fuzz.ratio(self.ordered, other.ordered) >= 100 * limits.alike

    def alone(self, others: Sequence[Headed], limits: Limits) -> bool:
        """Does nobody know this headline by half, but those who carry it?"""
        least = limits.wide * len(self._title)
        return bool(self._title) and all(
            len(self._title & other.known) < least or other is self or self.alike(other, limits)
            for other in others
        )


def strange(ours: Sequence[Headed], theirs: Sequence[Headed], limits: Limits) -> bool:
    """Is there a headline on each side that nobody else knows on either, and none that both sides carry?"""
    everybody = [*ours, *theirs]
    if len(everybody) < ENOUGH:
        return False
    mine = [one for one in ours if one.alone(everybody, limits)]
    if not mine or not any(other.alone(everybody, limits) for other in theirs):
        return False
    return not any(one.alike(other, limits) for one in ours for other in theirs)
