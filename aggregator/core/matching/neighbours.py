"""Decisions that were close: what almost joined, what hardly did, what one veto alone kept apart.

A decision is *close* when it would be the other one had every threshold been a little lower or higher:
by `MARGIN` where the signal is a share, by that part of the threshold where it is a mass, a count of phrases.
People read them: `?explain=1`, and the editors' queue of what needs a look. Nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from msgspec.structs import replace

from aggregator.core.matching import match as matching
from aggregator.core.matching.holding import Holding, Match
from aggregator.core.matching.match import Judged
from aggregator.core.matching.thresholds import Limits
from aggregator.core.matching.veto import VETOES
from aggregator.core.model import Arrival, Doubt, Fingerprint, Verdict

MARGIN = 0.05
ALMOST = 2  # refused neighbours that an arrival tells of, each of another story
WORTH = 0.5  # a veto that stood alone against less likeness needs nobody's look
_FIXED = frozenset({"thin", "strong", "bridge"})  # what they say is no likeness of two entries


class Refused(NamedTuple):
    """A neighbour that almost joined; `look`: one veto alone stood against so much likeness."""

    slot: int
    judged: Judged
    reason: str
    look: bool


class Watch:
    """Keeps what was close among the decisions on one arrival, in `doubts`."""

    def __init__(self, held: Holding, limits: Limits, *, watching: bool = True) -> None:
        self._held = held
        self._limits = limits
        self._lower = moved(limits, -MARGIN)
        self._higher = moved(limits, MARGIN)
        self._watching = watching
        if watching:
            held.lenient = self._lower
        self.doubts: list[Doubt] = []

    def compared(self, arrival: Arrival, near: Sequence[Match], accepted: Sequence[Match]) -> None:
        """An entry was held against others, and the stories of some were found to be its own."""
        if not self._watching or not near:
            return
        made, held = arrival.fingerprint, self._held
        if accepted and self._hardly(made, *accepted[0]):
            self._keep("joined", arrival, self._told(*accepted[0]), look=True)
        homes = {held.home(slot) for slot, _ in accepted}
        found = (self._refused(made, *match) for match in near if held.home(match[0]) not in homes)
        told = 0
        for one in sorted((one for one in found if one), key=lambda one: -one.judged.score):
            home = held.home(one.slot)
            if home not in homes and told < ALMOST:
                homes.add(home)
                told += 1
                verdict = replace(self._told(one.slot, one.judged), same=False, reason=one.reason)
                self._keep("refused", arrival, verdict, look=one.look)

    def bridged(self, entry: str, at: float, clear: float, slot: int, judged: Judged) -> None:
        """An entry of two stories made them one; `clear` is the score of the side that is less sure."""
        if self._watching and clear < self._limits.bridge + MARGIN:
            self.doubts.append(Doubt("merged", entry, self._told(slot, judged), at, look=True))

    def _hardly(self, made: Fingerprint, slot: int, judged: Judged) -> bool:
        """Two entries are copies: would they be none with thresholds a little higher?"""
        return not matching.rule_of(made, self._held.shape(slot), judged.like, self._higher)

    def _refused(self, made: Fingerprint, slot: int, judged: Judged) -> Refused | None:
        """What almost made two entries copies, None where they were far from it.

        What the rules accepted and nobody of its story vouched for counts as well.
        """
        if judged.veto:
            alone = judged.score >= WORTH and vetoes(made, self._held.shape(slot), judged) == 1
            return Refused(slot, judged, f"forbidden: {judged.veto}", alone)
        if judged.same:
            return Refused(slot, judged, "like this copy, but not like its story", look=False)
        if not matching.rule_of(made, self._held.shape(slot), judged.like, self._lower):
            return None
        before = matching.signals(judged.like, self._limits)
        after = matching.signals(judged.like, self._lower)
        missing = [
            f"{signal.name} {signal.value:.2f} of {signal.threshold:g}"
            for signal, lower in zip(before, after, strict=True)
            if lower.passed and not signal.passed
        ]
        return Refused(slot, judged, f"almost: {', '.join(missing) or 'a little of each'}", look=False)

    def _told(self, slot: int, judged: Judged) -> Verdict:
        return matching.told(judged, self._held.entry(slot), self._limits)

    def _keep(
        self, kind: Literal["joined", "refused"], arrival: Arrival, verdict: Verdict, *, look: bool
    ) -> None:
        self.doubts.append(Doubt(kind, arrival.id, verdict, arrival.seen, look))


def moved(limits: Limits, by: float) -> Limits:
    """The limits, each moved: shares by so much, masses by that part."""
    held = {
        name: value if name in _FIXED else value + (by if value <= 1 else by * value)
        for name, value in limits._asdict().items()
    }
    return limits._replace(**held)


def vetoes(one: Fingerprint, other: Fingerprint, judged: Judged) -> int:
    """How many vetoes forbid two entries, where a verdict names the first."""
    return sum(rule(one, other, judged.like) for rule in VETOES.values())
