"""Editors' orders, as the state machine carries them out: merge, split, lead, never, keep, undo.

The rules:

- An order is done whole or refused with a sentence; which of both depends on the state alone, so that a
  replay decides the same. An id that is known already does nothing.
- merge keeps the older story's id, as a merge by the machine does; split founds a story under the id of the
  first copy that it takes out.
- What one decision forbids, a later one does not do: it is refused, and says which one to undo first.
- undo is the exact inverse of what was done last by its order, and an order itself: undoing an undo does it
  again. Merges and splits are undone last in, first out, where they touch the same copies.
- An order is open while any copy that it concerns lives. Then it is over: it binds nothing, and stays done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TypeAlias

from msgspec.structs import replace

from aggregator.core.matching import lead as leading
from aggregator.core.matching.holding import Holding, Match
from aggregator.core.matching.regroup import MEMBERS, join, part
from aggregator.core.matching.rulings import MOST, Rulings
from aggregator.core.model import Copy, Decision, Led, Story
from aggregator.core.order import Effect, Order, Ruling

Done: TypeAlias = tuple[list[Decision], Effect, str]
Undone: TypeAlias = tuple[list[Decision], Effect | None, str]
"""What was decided, what the inverse needs (None: nothing was left to do), and the sentence for people."""


class Refusal(Exception):
    """An order can't be done; the text is one plain sentence."""


class Orders:
    """Does what is ordered. `waits` is told of each story whose end may have moved."""

    def __init__(self, held: Holding, waits: Callable[[Story], None]) -> None:
        self.rulings = Rulings(held)
        self.facts = self.rulings.facts
        self._held = held
        self._waits = waits

    def allowed(self, copy: Copy, matches: list[Match]) -> list[Match]:
        """Those of some stories, each by a copy of it, that no order forbids an entry to be in.

        The story of a twin of it (`twins`) comes first.
        """
        if not self.facts.regroups:
            return matches
        home, against = self._held.home, self.facts.against
        free = [one for one in matches if against(copy, self._held.story(home(one[0])).copies) is None]
        homes = {self._home(twin) for twin in self.facts.twins(copy)}
        return sorted(free, key=lambda match: home(match[0]) not in homes) if homes else free

    # --- doing --------------------------------------------------------------------------------------------

    def obey(self, order: Order, clock: float) -> list[Decision]:
        """What an order changes; its ruling is among those that changed."""
        rulings = self.rulings
        if rulings.knows(order.id):
            return []
        rulings.number += 1
        acts: dict[str, Callable[[Order, float], Done]] = {
            "keep": self._keep,
            "merge": self._merge,
            "split": self._split,
            "lead": self._lead,
            "never": self._never,
        }
        try:
            if len(rulings) >= MOST:
                raise Refusal(f"{MOST:,} decisions about stories that live are the most that there can be.")
            if order.action == "undo":
                return self._undo(order, clock)
            decisions, effect, sentence = acts[order.action](order, clock)
        except Refusal as refusal:
            stories = tuple(dict.fromkeys(id_ for id_ in (order.story, order.other) if id_))
            rulings.write(Ruling(order, "refused", str(refusal), rulings.number, stories))
            return []
        stories = _concerns(order, effect)
        ruling = Ruling(order, "done", sentence, rulings.number, stories, effect, is_open=True)
        rulings.add(ruling, effect, in_force=True)
        return decisions

    def _merge(self, order: Order, clock: float) -> Done:
        one, two = self._pair(order)
        kept, gone = sorted((one, two), key=lambda story: (story.placed, story.id))
        decisions, effect = self._joined(kept, gone, clock)
        return decisions, effect, self._told_join(effect)

    def _split(self, order: Order, _: float) -> Done:
        story = self._story(order.story, order.leads[0])
        for entry in order.entries:
            if entry not in story.copies:
                raise Refusal(f"{entry or 'Nothing'} is no copy of the story {story.id}.")
        if len(story.copies) == 1:
            raise Refusal("This story has a single copy: there is nothing to split off.")
        leaving = [entry for entry in story.copies if entry in set(order.entries)]
        if not leaving:
            raise Refusal("Name the copies to split off.")
        if len(leaving) == len(story.copies):
            raise Refusal(f"These are all {len(leaving)} copies of the story: at least one has to stay.")
        decisions, effect = self._parted(story, leaving)
        return decisions, effect, self._told_part(effect)

    def _never(self, order: Order, _: float) -> Done:
        one, two = self._pair(order)
        sentence = (
            f"The {_count(one)} of “{self._title(one)}” and the {_count(two)} of “{self._title(two)}” never"
            " share a story."
        )
        return [], Effect("barred", one=one, two=two), sentence

    def _lead(self, order: Order, _: float) -> Done:
        story = self._story(order.story, order.leads[0])
        if len(order.entries) > 1:
            raise Refusal("One copy leads: name a single one.")
        entry = order.entries[0] if order.entries else ""
        if entry not in story.copies:
            raise Refusal(f"{entry or 'Nothing'} is no copy of the story {story.id}.")
        if self.facts.pinned(story.copies) == entry:
            raise Refusal("An editor made this copy the lead already.")
        return self._led(story, entry)

    def _keep(self, order: Order, _: float) -> Done:
        story = self._story(order.story, order.leads[0])
        together = [entry for entry in dict.fromkeys(order.entries) if entry in story.copies]
        if len(together) < max(2, len(set(order.entries))):
            raise Refusal(f"Name two or more copies of the story {story.id} that are rightly together.")
        return [], Effect("kept", one=story), f"{len(together)} copies are rightly one story."

    # --- undoing ------------------------------------------------------------------------------------------

    def _undo(self, order: Order, clock: float) -> list[Decision]:
        rulings = self.rulings
        base, last = self._undoable(order)
        effect = _effect(last)
        self.facts.lift(base.order.id)
        try:
            decisions, again, sentence = self._inverse(base, last, clock)
        except Refusal:
            if base.in_force:
                self.facts.put(base.order.id, effect, last.number)
            raise
        effect = again or effect
        restored = not base.in_force
        rulings.write(replace(base, undone_by="" if restored else order.id))
        if last.order.id != base.order.id:
            rulings.write(replace(last, undone_by=order.id))
        stories = _concerns(base.order, effect, base.stories)
        ruling = Ruling(
            order, "done", sentence, rulings.number, stories, effect, base=base.order.id, is_open=True
        )
        rulings.add(ruling, effect, in_force=restored)
        return decisions

    def _undoable(self, order: Order) -> tuple[Ruling, Ruling]:
        """The order at the root of what is to be undone, and the one that did the last about it."""
        asked = self.rulings.get(order.of)
        if asked is None:
            raise Refusal(
                f"There is no decision {order.of} to undo: it is unknown, was refused, or all its copies have"
                " expired."
            )
        base = self.rulings.base(asked)
        last = self.rulings.last(base)
        if asked.undone_by or (asked is not base and asked is not last):
            by = self.rulings.get(asked.undone_by) or last
            raise Refusal(f"This is undone already, by {_who(by)}: undo that to have it again.")
        later = self.rulings.built_upon(base, last)
        if later is not None:
            raise Refusal(
                f"A later decision is built on this one: first undo the {_who(later)} (its id is"
                f" {later.order.id})."
            )
        return base, last

    def _inverse(self, base: Ruling, last: Ruling, clock: float) -> Undone:
        """Takes back what was done last; None for the effect: there was nothing left to move."""
        effect = _effect(last)
        if effect.kind == "led":
            if base.in_force:
                return self._lead_back(effect, last)
            return self._led(self._story_of((effect.entry,), effect.one.id), effect.entry)
        if effect.kind == "barred":
            return self._bar_or_not(base, effect)
        if effect.kind == "kept":
            return [], effect, "This says no more." if base.in_force else base.sentence
        act = self._part_again if effect.kind == "joined" else self._join_again
        done = act(effect, clock)
        if done[1] is None and not base.in_force:
            raise Refusal("The copies of one of the two stories are gone: this can't be done again.")
        return done

    def _part_again(self, effect: Effect, _: float) -> Undone:
        """Takes a joining back."""
        two = effect.two or effect.one
        origin = self._story_of(two.copies, effect.one.id)
        leaving = [entry for entry in two.copies if self._home(entry) == origin.id]
        if len(leaving) == len(origin.copies):
            return [], None, "Nothing changes now: the copies of the other story are gone."
        decisions, again = self._parted(origin, leaving, effect)
        return decisions, again, self._told_part(again)

    def _join_again(self, effect: Effect, clock: float) -> Undone:
        """Takes a parting back."""
        one, two = effect.after or effect.one, effect.two or effect.one
        try:
            gone = self._story_of(two.copies, two.id)
            kept = self._story_of(one.copies, one.id)
        except Refusal:
            return [], None, "Nothing changes now: the copies of one of the two stories are gone."
        if gone.id == kept.id:
            done = Effect("joined", one=one, two=two, after=kept)
            return [], done, f"Nothing changes now: they are one story already ({kept.id})."
        self._may_meet(kept, gone)
        decisions, again = self._joined(kept, gone, clock, effect)
        return decisions, again, self._told_join(again)

    def _lead_back(self, effect: Effect, last: Ruling) -> Done:
        """Another leads: who was pinned before, or who led before, or who came since and is better."""
        story = self._story_of((effect.entry,), effect.one.id)
        lead = self.facts.pinned(story.copies)
        if lead is None:
            before = effect.one.lead if effect.one.lead in story.copies else story.lead
            shown = self._held.copy(before)
            copies = map(self._held.copy, story.copies)
            late = [copy for copy in copies if max(copy.first_seen, copy.revised or 0.0) > last.order.at]
            best = leading.best(late) if late else shown
            lead = best.entry if leading.beats(best, shown) else before
        self._led_never(effect.entry, effect.one.lead, last.number)
        return self._show(story, lead), replace(effect, one=story), f"{self._copy_title(lead)} leads again."

    def _led_never(self, entry: str, before: str, since: int) -> None:
        """What later orders remember of the lead is as if this copy had not led: they may be undone yet."""

        def without(story: Story | None) -> Story | None:
            if story is None or story.lead != entry or before not in story.copies:
                return story
            return replace(story, lead=before)

        for ruling in self.rulings.since(since):
            effect = _effect(ruling)
            new = replace(
                effect,
                one=without(effect.one) or effect.one,
                two=without(effect.two),
                after=without(effect.after),
            )
            if new != effect:
                self.rulings.write(replace(ruling, effect=new))

    def _bar_or_not(self, base: Ruling, effect: Effect) -> Done:
        one, two = effect.one, effect.two or effect.one
        names = f"“{self._title(one)}” and “{self._title(two)}”"
        if base.in_force:
            return [], effect, f"{names} may share a story again."
        homes = {self._home(entry) for entry in one.copies} & {self._home(entry) for entry in two.copies}
        if homes - {None}:
            raise Refusal(f"{names} are one story now: split it first.")
        return [], effect, f"{names} never share a story."

    # --- steps --------------------------------------------------------------------------------------------

    def _joined(
        self, kept: Story, gone: Story, clock: float, was: Effect | None = None
    ) -> tuple[list[Decision], Effect]:
        decisions, effect = join(self._held, self.facts, kept, gone, clock, was)
        self._waits(self._held.story(kept.id))
        return decisions, effect

    def _parted(
        self, origin: Story, leaving: list[str], was: Effect | None = None
    ) -> tuple[list[Decision], Effect]:
        decisions, effect = part(self._held, self.facts, origin, leaving, was)
        for story in (effect.two, effect.after):
            if story is not None:
                self._waits(story)
        return decisions, effect

    def _led(self, story: Story, entry: str) -> Done:
        was, now = self._copy_title(story.lead), self._copy_title(entry)
        sentence = f"{now} leads and stays it" if entry == story.lead else f"{now} leads, in place of {was}"
        return (
            self._show(story, entry),
            Effect("led", one=story, entry=entry),
            f"{sentence}, until this is undone.",
        )

    def _show(self, story: Story, lead: str) -> list[Decision]:
        if lead == story.lead:
            return []
        agency = self._held.copy(lead).agency or story.agency
        self._held.put(replace(story, lead=lead, agency=agency, revision=story.revision + 1))
        return [Led(story.id, lead)]

    # --- what an order means now --------------------------------------------------------------------------

    def _story(self, name: str, lead: str) -> Story:
        """A story that lives: by its id, or where its lead went since the order was given."""
        if _is_id(name) and self._held.lives(name):
            return self._held.story(name)
        home = self._home(lead) or self._home(name)
        if home is None:
            raise Refusal(f"There is no story {name} any more.")
        return self._held.story(home)

    def _story_of(self, copies: Iterable[str], name: str) -> Story:
        """The story that holds some copies: of several the one named, else that of the first."""
        homes = [home for entry in copies if (home := self._home(entry)) is not None]
        if not homes:
            raise Refusal("All copies that this was about have expired.")
        return self._held.story(name if name in homes else homes[0])

    def _home(self, entry: str) -> str | None:
        slot = self._held.slot(entry) if _is_id(entry) else None
        return None if slot is None else self._held.home(slot)

    def _pair(self, order: Order) -> tuple[Story, Story]:
        """The two stories of a merge or a never; refused where they are one, or must not meet."""
        one, two = self._story(order.story, order.leads[0]), self._story(order.other, order.leads[1])
        if one.id == two.id:
            raise Refusal(f"These are one story already: {one.id}.")
        if order.action == "never":
            by = self.facts.between(one.copies, two.copies)
            if by is not None:
                raise Refusal(f"These are kept apart already, by the {_who(self.rulings[by])}.")
        else:
            self._may_meet(one, two)
        return one, two

    def _may_meet(self, one: Story, two: Story) -> None:
        by = self.facts.between(one.copies, two.copies)
        if by is not None:
            ruling = self.rulings[by]
            raise Refusal(f"The {_who(ruling)} keeps these apart: undo that first (its id is {by}).")
        count = len(one.copies) + len(two.copies)
        if count > MEMBERS:
            raise Refusal(f"Together they would have {count} copies, more than the {MEMBERS} of one story.")

    # --- words --------------------------------------------------------------------------------------------

    def _told_join(self, effect: Effect) -> str:
        one, two, after = effect.one, effect.two or effect.one, effect.after or effect.one
        return (
            f"One story of {len(after.copies)} copies is made of two, of {len(one.copies)} and"
            f" {len(two.copies)}: it keeps the id {one.id}, and {two.id} leads to it."
        )

    def _told_part(self, effect: Effect) -> str:
        one, two, after = effect.one, effect.two or effect.one, effect.after or effect.one
        return (
            f"Two stories are made of one, of {len(after.copies)} and {len(two.copies)} copies: the first"
            f" keeps the id {one.id}, the second has the id {two.id}."
        )

    def _title(self, story: Story) -> str:
        slot = self._held.slot(story.lead)
        return _short(self._held.copy(story.lead)) if slot is not None else story.id

    def _copy_title(self, entry: str) -> str:
        copy = self._held.copy(entry)
        return f"“{_short(copy)}” ({copy.outlet})"


def _concerns(order: Order, effect: Effect | None, more: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Every story that an order concerns, the first being where to look."""
    named = [] if effect is None else [effect.one.id, *([effect.two.id] if effect.two is not None else [])]
    return tuple(dict.fromkeys(id_ for id_ in (*named, *more, order.story, order.other) if id_))


def _effect(ruling: Ruling) -> Effect:
    """The effect of an open ruling: it has one."""
    if ruling.effect is None:
        raise Refusal("This decision changed nothing that could be taken back.")
    return ruling.effect


def _is_id(name: str) -> bool:
    return len(name) == 32 and all(digit in "0123456789abcdef" for digit in name)


def _count(story: Story) -> str:
    return "1 copy" if len(story.copies) == 1 else f"{len(story.copies)} copies"


def _short(copy: Copy) -> str:
    return copy.title if len(copy.title) <= 80 else f"{copy.title[:79]}…"


def _who(ruling: Ruling) -> str:
    """An order as a sentence names it: `split by anna on 2026-11-23, 14:05 UTC`."""
    at = datetime.fromtimestamp(ruling.order.at, UTC).strftime("%Y-%m-%d, %H:%M UTC")
    return f"{ruling.order.action} by {ruling.order.by} on {at}"
