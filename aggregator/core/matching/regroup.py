"""Copies change their story at an editor's word: two stories become one, or one becomes two.

Each step gives the decisions for the store and the effect that its inverse needs. Done and taken back, with
nothing in between, stories are what they were, but for `revision`, which counts on, and for `modified` after
a merge, which tells readers that the story changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from aggregator.core.matching import lead as leading
from aggregator.core.matching.facts import Facts
from aggregator.core.matching.holding import CANDIDATES, Holding
from aggregator.core.matching.recording import anew, when
from aggregator.core.model import Copy, Decision, Led, Merged, Parted, Story
from aggregator.core.order import Effect, Mark

MEMBERS = 500  # copies a story, at most: the world has no more outlets for one text
FIRST = "first of its story"
JOINED = "joined by an editor"


def join(
    held: Holding, facts: Facts, kept: Story, gone: Story, clock: float, was: Effect | None = None
) -> tuple[list[Decision], Effect]:
    """One story of two; `was` is the parting that is taken back."""
    for entry in gone.copies:
        held.move(entry, kept.id)
    held.weigh(held.made(gone.copies[0]), -1)
    before = kept.copies[:1] if was is None else was.one.copies  # the founder comes back to its place
    copies = _ordered(held, (*kept.copies, *gone.copies), before)
    if copies[0] != kept.copies[0]:
        held.weigh(held.made(kept.copies[0]), -1)
        held.weigh(held.made(copies[0]), 1)
    lead = kept.lead
    if was is not None:
        lead = _lead_again(kept, was, copies)
    elif leading.beats(held.copy(gone.lead), held.copy(kept.lead)):
        lead = gone.lead
    dates = [story.published for story in (kept, gone) if story.published is not None]
    after = replace(
        kept,
        copies=copies,
        lead=facts.pinned(copies) or lead,
        last_copy=max(kept.last_copy, gone.last_copy),
        published=min([*dates, kept.first_seen]) if dates else None,
        agency=(was.one.agency if was is not None else None) or kept.agency or gone.agency,
        modified=clock,
        revision=kept.revision + 1,
    )
    firsts = {gone.copies[0], kept.copies[0]} - {copies[0]}
    marks = _marked(held, dict.fromkeys(firsts, JOINED), was)
    held.put(after)
    held.forget(gone.id)
    held.post(copies)
    decisions: list[Decision] = [Merged(kept.id, gone.id, gone.copies)]
    if after.lead != kept.lead:
        decisions.append(Led(kept.id, after.lead))
    return decisions, Effect("joined", one=kept, two=gone, after=after, marks=marks)


def part(
    held: Holding,
    facts: Facts,
    origin: Story,
    leaving: Sequence[str],
    was: Effect | None = None,
) -> tuple[list[Decision], Effect]:
    """Two stories of one, of which `leaving` make the new one; `was` is the joining that is taken back."""
    name = was.two.id if was is not None and was.two is not None else leaving[0]
    while held.lives(name):
        name = anew(name, held.copy(leaving[0]).content_hash)
    for entry in leaving:
        held.move(entry, name)
    if was is not None and was.two is not None:
        leaving = _with_later(held, facts, origin, leaving, was, name)
    gone = set(leaving)
    stayed = [entry for entry in origin.copies if entry not in gone]
    copies = _ordered(held, leaving, was.two.copies if was is not None and was.two else origin.copies)
    rest = _ordered(held, stayed, was.one.copies if was is not None else origin.copies)
    if origin.copies[0] in gone:
        held.weigh(held.made(origin.copies[0]), -1)
        held.weigh(held.made(rest[0]), 1)
    held.weigh(held.made(copies[0]), 1)
    marks = _marked(held, {copies[0]: FIRST, rest[0]: FIRST}, was)
    new = _revived(held, was.two, copies) if was is not None and was.two else _made(held, origin, copies)
    new = replace(new, id=name, lead=facts.pinned(copies) or new.lead)
    after = _left(held, facts, origin, rest, was)
    held.put(new)
    held.put(after)
    held.post(rest)
    held.post(copies)
    decisions: list[Decision] = [Parted(name, origin.id, copies)]
    if after.lead != origin.lead:
        decisions.append(Led(origin.id, after.lead))
    return decisions, Effect("parted", one=origin, two=new, after=after, marks=marks)


def _with_later(
    held: Holding, facts: Facts, origin: Story, leaving: Sequence[str], was: Effect, name: str
) -> list[str]:
    """What goes: what came with the joining, and of what came since the copies that are more like it."""
    came, stayed = list(leaving), [entry for entry in was.one.copies if _home(held, entry) == origin.id]
    known = {*came, *was.one.copies}
    for entry in origin.copies:
        if entry in known:
            continue
        asked = [*came[:CANDIDATES], *stayed[:CANDIDATES]]
        slots = [slot for one in asked if (slot := held.slot(one)) is not None]
        matches = held.copies_of(held.made(entry), slots)
        goes = bool(matches) and held.home(matches[0][0]) == name
        if goes and facts.between((entry,), came) is None:
            held.move(entry, name)
            came.append(entry)
        else:
            stayed.append(entry)
    return came


def _revived(held: Holding, two: Story, copies: Sequence[str]) -> Story:
    """The record of a story that was joined to another, as it comes back."""
    lead = two.lead if two.lead in copies else _best(held, copies)
    later = [entry for entry in copies if entry not in two.copies]
    return replace(
        two,
        copies=tuple(copies),
        lead=lead,
        last_copy=max([two.last_copy, *(_last(held.copy(entry)) for entry in copies)]),
        published=_published(held, two, later),
        revision=two.revision + 1,
        related=(),  # the others forgot it: it is linked anew
    )


def _made(held: Holding, origin: Story, copies: Sequence[str]) -> Story:
    """The record of a story that is made of copies of another."""
    members = [held.copy(entry) for entry in copies]
    lead = leading.best(members)
    first_seen = min(copy.first_seen for copy in members)
    story = Story(
        id=copies[0],
        placed=min(when(copy) if origin.backfill else copy.first_seen for copy in members),
        first_seen=first_seen,
        last_copy=max(map(_last, members)),
        lead=lead.entry,
        revision=origin.revision + 1,
        backfill=origin.backfill,
        agency=lead.agency or next((copy.agency for copy in members if copy.agency), None),
        copies=tuple(copies),
    )
    return replace(story, published=_published(held, story, copies))


def _left(held: Holding, facts: Facts, origin: Story, rest: Sequence[str], was: Effect | None) -> Story:
    """The record of what is left of a story."""
    lead = origin.lead
    if was is not None:
        lead = _lead_again(origin, was, rest)
    if lead not in rest:
        lead = _best(held, rest)
    agency = was.one.agency if was is not None else origin.agency
    then = was.one if was is not None else replace(origin, last_copy=origin.first_seen, published=None)
    return replace(
        origin,
        copies=tuple(rest),
        lead=facts.pinned(rest) or lead,
        last_copy=max([then.last_copy, *(_last(held.copy(entry)) for entry in rest)]),
        published=_published(held, then, rest),
        agency=agency or held.copy(lead).agency,
        revision=origin.revision + 1,
    )


def _lead_again(now: Story, was: Effect, members: Iterable[str]) -> str:
    """Who leads when `was` is taken back: who led before it, unless another took over since."""
    changed = was.after is not None and now.lead != was.after.lead
    members = set(members)
    if was.one.lead in members and (not changed or now.lead not in members):
        return was.one.lead
    return now.lead


def _ordered(held: Holding, entries: Iterable[str], before: Sequence[str]) -> tuple[str, ...]:
    """Copies in the order that they had before; the others after them, as they were first seen."""
    place = {entry: at for at, entry in enumerate(before)}
    return tuple(
        sorted(entries, key=lambda entry: (place.get(entry, len(place)), held.copy(entry).first_seen, entry))
    )


def _marked(held: Holding, reasons: Mapping[str, str], was: Effect | None) -> tuple[Mark, ...]:
    """Gives copies the reasons that they have from now on, and those back that they had before `was`.

    What was FIRST becomes JOINED, and the other way round; any other reason is left to whoever was not first.
    Returns what stood there before.
    """
    back = {mark.entry: mark for mark in (was.marks if was is not None else ())}
    marks = []
    for entry in dict.fromkeys((*reasons, *back)):
        if held.slot(entry) is None:
            continue
        copy = held.copy(entry)
        mark = back.get(entry, Mark(entry, copy.score, copy.reason))
        reason = reasons.get(entry)
        if reason == FIRST:
            mark = Mark(entry, 1.0, FIRST)
        elif reason == JOINED and mark.reason == FIRST:
            mark = Mark(entry, copy.score, JOINED)
        if (mark.score, mark.reason) != (copy.score, copy.reason):
            marks.append(Mark(entry, copy.score, copy.reason))
            held.write(replace(copy, score=mark.score, reason=mark.reason))
    return tuple(marks)


def _published(held: Holding, story: Story, later: Iterable[str]) -> float | None:
    """The earliest date of a story and of some copies, never after the story was first seen."""
    dates = [date for entry in later if (date := held.copy(entry).published) is not None]
    if story.published is not None:
        dates.append(story.published)
    return min([*dates, story.first_seen]) if dates else None


def _last(copy: Copy) -> float:
    return max(copy.first_seen, copy.revised or 0.0)


def _best(held: Holding, entries: Iterable[str]) -> str:
    return leading.best([held.copy(entry) for entry in entries]).entry


def _home(held: Holding, entry: str) -> str | None:
    slot = held.slot(entry)
    return None if slot is None else held.home(slot)
