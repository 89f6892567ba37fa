"""Which copy of a story is shown: the agency's own, the source's priority, the fuller text, the earliest.

With hysteresis: a copy takes over only where it is clearly better, so that a story does not flip between two.
"""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.core.matching.agency import canonical
from aggregator.core.model import Copy

LONGER = 1.5  # a text of the same standing has to be half as long again
AND_MORE = 40  # and by so many characters: a byline is no better than a caption


def standing(copy: Copy) -> tuple[bool, int, int]:
    """What makes a lead, compared from left to right."""
    return bool(copy.agency) and canonical(copy.outlet) == copy.agency, copy.priority, copy.length


def best(copies: Sequence[Copy]) -> Copy:
    """The best of some copies that are given in the order of their arrival."""
    return max(enumerate(copies), key=lambda pair: (standing(pair[1]), -pair[0]))[1]


def beats(copy: Copy, lead: Copy) -> bool:
    """Is a copy so much better than the one that is shown that it takes over?"""
    (own, priority, length), (shown, level, size) = standing(copy), standing(lead)
    if (own, priority) != (shown, level):
        return (own, priority) > (shown, level)
    return length > LONGER * size + AND_MORE
