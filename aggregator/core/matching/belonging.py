"""Does an entry belong to a story? Its likeness with one copy is asked for by the rules; this asks the story.

A strong likeness under one title is enough. A strong one by text alone needs that the story's lead, which is
mostly its fullest copy, does not go on with other words, and that the headlines are not strangers
(`headlines`).
A weak one needs a copy that the story is sure of, or another copy that agrees: there are no chains of weak
links.
"""

from __future__ import annotations

from aggregator.core.matching import match as matching
from aggregator.core.matching.edits import text
from aggregator.core.matching.headlines import ASKED, ENOUGH, Headed, strange
from aggregator.core.matching.holding import Holding, Match
from aggregator.core.matching.likeness import Likeness
from aggregator.core.matching.match import Judged
from aggregator.core.matching.recording import when
from aggregator.core.matching.thresholds import Limits
from aggregator.core.model import Copy, Fingerprint, Story, Verdict

BY_TEXT = frozenset({"text", "part"})  # rules of `match` that ask for no headline
_WHOLE, _WHOLE_MASS = 0.7, 20.0  # so much of the longer of two long texts: one text, whatever stands over it


class Belonging:
    """Asks the stories that are held."""

    def __init__(self, held: Holding, limits: Limits) -> None:
        self._held = held
        self._limits = limits

    def near(self, made: Fingerprint, copy: Copy, but: str | None) -> list[Match]:
        """What the copies near an entry are to it, those of one story left out."""
        return self._held.judged(made, self._held.near(made, when(copy), but))

    def accepted(self, made: Fingerprint, matches: list[Match]) -> list[Match]:
        """The copy that speaks best for each story that an entry belongs to, the surest first."""
        best: dict[str, Match] = {}
        for match in self._held.agreeing(matches):
            best.setdefault(self._held.home(match[0]), match)
        return [
            match
            for match in best.values()
            if self._vouched(made, *match) and not self._is_strange(made, *match)
        ]

    def _vouched(self, made: Fingerprint, slot: int, judged: Judged) -> bool:
        strong = judged.score >= self._limits.strong
        if strong and judged.like.written >= self._limits.alike:
            return True
        story, entry = self._held.story(self._held.home(slot)), self._held.entry(slot)
        if entry != story.lead and self.forked(made, story.lead):
            return False
        if strong or len(story.copies) == 1 or entry in (story.lead, story.copies[0]):
            return True
        # A copy that came by a strong link vouches alone, as it would have done had it founded the story:
        # who came first must not decide.
        if self._held.copy(entry).score >= self._limits.strong:
            return True
        others = {self._held.slot_of(other) for other in (story.lead, story.copies[0], story.copies[-1])} - {
            slot
        }
        return bool(self._held.copies_of(made, sorted(others)))

    def _is_strange(self, made: Fingerprint, slot: int, judged: Judged) -> bool:
        """Does an entry share its text with a story, and its headline with nobody, as another copy does?"""
        if judged.rule not in BY_TEXT or judged.like.written >= self._limits.alike:
            return False
        story = self._held.story(self._held.home(slot))
        if len(story.copies) + 1 < ENOUGH:
            return False
        if _are_whole(made, self._held.shape(slot), judged.like):
            return False
        return strange([Headed(made)], self._headed(story), self._limits)

    def strangers(self, one: Story, two: Story) -> bool:
        """Has each of two stories a headline that nobody knows in either?"""
        return strange(self._headed(one), self._headed(two), self._limits)

    def _headed(self, story: Story) -> list[Headed]:
        return [Headed(self._held.made(entry)) for entry in story.copies[:ASKED]]

    def forked(self, made: Fingerprint, entry: str) -> bool:
        """Does a text begin as a copy does, and go on differently?"""
        return matching.forks(self._held.likeness(made, self._held.slot_of(entry)), self._limits)

    def told(self, slot: int, judged: Judged) -> Verdict:
        """The verdict on an entry and the copy in a slot."""
        return matching.told(judged, self._held.entry(slot), self._limits)

    def home(self, entry: str) -> str:
        """The story of a live copy; KeyError where there is none."""
        return self._held.home(self._held.slot_of(entry))


def _are_whole(one: Fingerprint, other: Fingerprint, like: Likeness) -> bool:
    """Do two entries share most of a long text, and not the opening of one alone?"""
    longer = max(len(text(one)), len(text(other)))
    return like.mass >= _WHOLE_MASS and like.shared >= _WHOLE * longer
