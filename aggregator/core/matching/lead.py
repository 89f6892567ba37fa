"""Which copy of a story is shown: the agency's own, the source's priority, the fuller text, the earliest.

With hysteresis: a copy takes over only where it is clearly better, so that a story does not flip between two.
A copy that an editor pinned leads whatever is better.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from aggregator.core.matching.agency import canonical
from aggregator.core.matching.facts import Facts
from aggregator.core.matching.holding import Holding
from aggregator.core.model import Copy, Led, Story

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


def elect(held: Holding, facts: Facts, story: Story, newest: str) -> list[Led]:
    """Show another copy where one is clearly better than the one that is shown.

    Only a copy that just came or changed can be; all are asked where the lead itself changed.
    """
    shown = held.copy(story.lead)
    pinned = facts.pinned(story.copies)
    if pinned == story.lead:
        return []
    if pinned is not None:
        chosen = shown = held.copy(pinned)
    elif newest == story.lead:
        chosen = best([held.copy(entry) for entry in story.copies])
    else:
        chosen = held.copy(newest)
    if chosen.entry == story.lead or (pinned is None and not beats(chosen, shown)):
        return []
    held.put(replace(story, lead=chosen.entry, agency=chosen.agency or story.agency))
    return [Led(story.id, chosen.entry)]
