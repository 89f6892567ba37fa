"""The open orders of editors: what became of each, which of them is in force, when they are over.

An order and all undoings of it are a *chain*: its base is the order itself, its last ruling is the one that
counts. A chain is open while any copy that it concerns lives. More than `MOST` open rulings are refused, so
that memory stays bounded.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from aggregator.core.matching.facts import Facts, entries
from aggregator.core.matching.holding import Holding
from aggregator.core.matching.twins import Twins
from aggregator.core.order import REGROUPING, Effect, Ruling

MOST = 20_000  # open rulings: each holds two or three records of stories in memory


class Rulings:
    """The open rulings by the ids of their orders, and the facts that follow from them."""

    def __init__(self, held: Holding) -> None:
        self._twins = Twins(held)
        self.facts = Facts(self._twins)
        self.number = 0  # of the newest
        self._held = held
        self._open: dict[str, Ruling] = {}
        self._chains: dict[str, list[str]] = {}  # base → its orders, the last one counts
        self._alive: dict[str, set[str]] = {}  # base → entries that it concerns, and that live
        self._concerned: dict[str, set[str]] = {}  # the other way round
        self._changed: dict[str, Ruling] = {}

    def __len__(self) -> int:
        """How many are open."""
        return len(self._open)

    def __getitem__(self, order: str) -> Ruling:
        """An open ruling; KeyError where there is none."""
        return self._open[order]

    def get(self, order: str) -> Ruling | None:
        """An open ruling, None where there is none."""
        return self._open.get(order)

    def knows(self, order: str) -> bool:
        """Was an order of this id met, as far as is remembered here?"""
        return order in self._open or order in self._changed

    def changed(self) -> tuple[Ruling, ...]:
        """The rulings that are new or other than they were when this was asked last."""
        found = tuple(self._changed.values())
        self._changed.clear()
        return found

    def base(self, ruling: Ruling) -> Ruling:
        """The order at the root of a chain."""
        return self._open[ruling.base or ruling.order.id]

    def last(self, base: Ruling) -> Ruling:
        """The ruling of a chain that counts."""
        return self._open[self._chains[base.order.id][-1]]

    def since(self, number: int) -> list[Ruling]:
        """The open rulings after one."""
        return [one for one in self._open.values() if one.number > number]

    # --- writing ------------------------------------------------------------------------------------------

    def write(self, ruling: Ruling) -> None:
        """A ruling as it is now; what is not open is only told of."""
        if ruling.is_open:
            self._open[ruling.order.id] = ruling
        self._changed[ruling.order.id] = ruling

    def add(self, ruling: Ruling, effect: Effect, *, in_force: bool) -> None:
        """A new ruling counts for its chain, by this effect; whether the base is in force from now on."""
        base = ruling.base or ruling.order.id
        self.write(ruling)
        self._chains.setdefault(base, []).append(ruling.order.id)
        self._watch(base, entries(effect))
        self.facts.lift(base)
        if in_force:
            self.facts.put(base, effect, ruling.number)

    def built_upon(self, base: Ruling, last: Ruling) -> Ruling | None:
        """The newest regrouping of the same copies since; it has to be undone first."""
        if base.order.action not in REGROUPING or last.effect is None:
            return None
        touched = set(entries(last.effect))
        later = [
            (newest.number, other)
            for other, newest in ((self._open[name], self.last(self._open[name])) for name in self._chains)
            if other is not base
            and other.order.action in REGROUPING
            and other.in_force
            and newest.number > last.number
            and newest.effect is not None
            and not touched.isdisjoint(entries(newest.effect))
        ]
        return max(later, key=lambda pair: pair[0])[1] if later else None

    # --- the end, and the beginning of a grouper ------------------------------------------------------------

    def forget(self, copies: Iterable[str]) -> None:
        """Copies expired: orders that concern no other are over."""
        if not self._concerned:
            return
        for entry in copies:
            self._twins.forget(entry)
            for base in self._concerned.pop(entry, ()):
                self._alive[base].discard(entry)
                if not self._alive[base]:
                    self._end(base)

    def _end(self, base: str) -> None:
        self.facts.lift(base)
        del self._alive[base]
        for order in self._chains.pop(base):
            self._changed[order] = replace(self._open.pop(order), is_open=False)

    def restore(self, rulings: Iterable[Ruling]) -> None:
        """Take up the open orders that a former grouper left, after its stories."""
        for ruling in sorted(rulings, key=lambda one: one.number):
            if not ruling.is_open or ruling.effect is None:
                continue
            base = ruling.base or ruling.order.id
            self._open[ruling.order.id] = ruling
            self._chains.setdefault(base, []).append(ruling.order.id)
            self.number = max(self.number, ruling.number)
            self._watch(base, entries(ruling.effect))
        for base in list(self._chains):
            newest = self.last(self._open[base])
            if not self._alive[base]:
                self._end(base)
            elif self._open[base].in_force and newest.effect is not None:
                self.facts.put(base, newest.effect, newest.number)

    def _watch(self, base: str, copies: Iterable[str]) -> None:
        alive = {entry for entry in copies if self._held.slot(entry) is not None}
        self._alive.setdefault(base, set()).update(alive)
        for entry in alive:
            self._concerned.setdefault(entry, set()).add(base)
            self._twins.watch(entry)

    def revised(self, entry: str) -> None:
        """The record of a live copy is another one."""
        if entry in self._concerned:
            self._twins.watch(entry)
