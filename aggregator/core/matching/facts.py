"""What editors decided, as the state machine asks it: who stays, who never meets, who leads.

Nothing here is stored. Each fact follows from the effect of an order that is in force, and goes with it:

    merge   its copies are *bound*: a revision does not make them leave
    split   a *barrier* stands between what was split off and what was left
    never   a barrier stands between the copies of the two stories
    lead    the entry is *pinned*: it leads the story that it is in; of several, the one pinned last

Facts are about entries, not about stories: a copy that comes later is free, and a story that is merged,
emptied or founded anew under another id takes the facts of its copies along. A copy that is the twin of one
(`twins`) is on its side of each barrier, unless it has a side itself, or twins on both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aggregator.core.matching.twins import Twins
from aggregator.core.model import Copy
from aggregator.core.order import Effect


class Facts:
    """The facts in force, each under the order that made it."""

    def __init__(self, twins: Twins) -> None:
        self._twins = twins
        self._bound: dict[str, set[str]] = {}  # entry → orders
        self._sides: dict[str, dict[str, bool]] = {}  # entry → order → on which side of its barrier
        self._pins: dict[str, dict[str, int]] = {}  # entry → order → its number
        self._held: dict[str, Effect] = {}

    def put(self, order: str, effect: Effect, number: int) -> None:
        """An order is in force, by this effect; `number` says how late it was given."""
        self.lift(order)
        self._held[order] = effect
        if effect.kind == "led":
            self._pins.setdefault(effect.entry, {})[order] = number
        elif effect.kind == "joined":
            for entry in entries(effect):
                self._bound.setdefault(entry, set()).add(order)
        elif effect.kind != "kept":
            for side, copies in enumerate(sides(effect)):
                for entry in copies:
                    self._sides.setdefault(entry, {})[order] = bool(side)

    def lift(self, order: str) -> None:
        """An order is in force no more."""
        effect = self._held.pop(order, None)
        if effect is None:
            return
        for entry in entries(effect):
            bound = self._bound.get(entry)
            if bound is not None:
                bound.discard(order)
                if not bound:
                    del self._bound[entry]
            for table in (self._sides, self._pins):
                held = table.get(entry)
                if held is not None:
                    held.pop(order, None)
                    if not held:
                        del table[entry]

    @property
    def regroups(self) -> bool:
        """Does anything hold copies together, or keep them apart?"""
        return bool(self._sides or self._bound)

    def is_bound(self, entry: str) -> bool:
        """Did an editor put this copy where it is?"""
        return entry in self._bound

    def between(self, copies: Iterable[str], others: Iterable[str]) -> str | None:
        """The order that forbids these copies to share a story with those; None where none does."""
        if not self._sides:
            return None
        return self._opposed((self._sides_of(entry) for entry in copies), others)

    def against(self, copy: Copy, others: Iterable[str]) -> str | None:
        """The order that forbids an entry, which need not be held yet, to share a story with those."""
        if not self._sides:
            return None
        own = self._sides.get(copy.entry, {})
        return self._opposed([self._inherited(self._twins.of(copy)) | own], others)

    def twins(self, copy: Copy) -> list[str]:
        """The twins of an entry among the copies that an editor put where they are."""
        found = self._twins.of(copy)
        return [entry for entry in found if entry in self._bound or entry in self._sides]

    def _opposed(self, sides: Iterable[Mapping[str, bool]], others: Iterable[str]) -> str | None:
        opposite = {(order, not side) for held in sides for order, side in held.items()}
        if not opposite:
            return None
        for entry in others:
            for pair in self._sides_of(entry).items():
                if pair in opposite:
                    return pair[0]
        return None

    def _sides_of(self, entry: str) -> Mapping[str, bool]:
        """Where a copy stands at the barriers: by an order of its own, else as its twins do."""
        return self._inherited(self._twins.of_live(entry)) | self._sides.get(entry, {})

    def _inherited(self, twins: Iterable[str]) -> dict[str, bool]:
        found: dict[str, set[bool]] = {}
        for twin in twins:
            for order, side in self._sides.get(twin, {}).items():
                found.setdefault(order, set()).add(side)
        return {order: sides.pop() for order, sides in found.items() if len(sides) == 1}

    def pinned(self, copies: Iterable[str]) -> str | None:
        """The copy that an editor wants to lead, of those of one story; None where none is."""
        if not self._pins:
            return None
        found = [(max(self._pins[entry].values()), entry) for entry in copies if entry in self._pins]
        return max(found)[1] if found else None


def entries(effect: Effect) -> tuple[str, ...]:
    """Every entry that an effect is about, each once."""
    two = effect.two.copies if effect.two is not None else ()
    return tuple(dict.fromkeys((*effect.one.copies, *two)))


def sides(effect: Effect) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The copies on both sides of a barrier: what stayed (or the first story), and what was split off."""
    stayed = effect.after if effect.kind == "parted" and effect.after is not None else effect.one
    return stayed.copies, effect.two.copies if effect.two is not None else ()
