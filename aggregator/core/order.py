"""What an editor orders, and what became of it.

Order → inbox → Ruling, with the Effect that its undoing needs. An order is an item of the inbox, like an
arrival: the grouper takes it in its turn and commits what follows from it together with everything else.
What is in force is derived from the rulings alone (`core.matching.facts`), so a new grouper decides as the
last one would have.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import Final, Literal, TypeAlias

from aggregator.core.model import Record, Story

Action: TypeAlias = Literal["merge", "split", "lead", "never", "keep", "undo"]
Outcome: TypeAlias = Literal["waiting", "done", "refused"]

ACTIONS: Final = ("merge", "split", "lead", "never", "keep", "undo")
REGROUPING: Final = frozenset({"merge", "split"})
"""The actions that move copies: what they did can only be taken back last in, first out."""


class Said(Record, frozen=True):
    """What one of the entries of a decision said when it was decided: a side of a labelled pair."""

    entry: str
    title: str
    text: str = ""
    source: str = ""
    outlet: str = ""
    url: str = ""
    published: float | None = None
    language: str | None = None


class Case(Record, frozen=True):
    """A pair on which an editor decided: `same`, or not."""

    same: bool
    a: Said
    b: Said


class Order(Record, frozen=True):
    """One decision of an editor. `id` is its giver's: the same id again is the same order.

    `asked` is a mark of what was asked for in the giver's words (`asked_for`): another one under the same id
    is another order, and refused. It is empty in orders of older releases.

    `story` is what it is about; `other` the second story of merge and never; `entries` the copies that split
    takes out, the one that shall lead, or those of which keep says that they are rightly together; `of` the
    order that undo takes back. `leads` are the leads of both stories when it was given: where a story merged
    away meanwhile, they tell where it is. `cases` are what it says as labelled pairs.
    """

    id: str
    action: Action
    story: str
    at: float  # when it was handed in
    by: str  # who gave it, for people
    other: str = ""
    entries: tuple[str, ...] = ()
    of: str = ""
    leads: tuple[str, str] = ("", "")
    cases: tuple[Case, ...] = ()
    asked: bytes = b""


def asked_for(action: Action, story: str, other: str, copies: Iterable[str], of: str) -> bytes:
    """Eight bytes that tell one order from another, before anything that it names is looked up."""
    named = "\n".join(sorted({copy.strip() for copy in copies}))
    words = "\0".join((action, story.strip(), other.strip(), of.strip(), named))
    return blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest()


class Mark(Record, frozen=True):
    """Why a copy was one, before an order made it the first of a story, or the first no more."""

    entry: str
    score: float
    reason: str


class Effect(Record, frozen=True):
    """What an order did, as its exact inverse needs it.

    joined: `two` (as it was) became part of `one` (as it was); `after` is what they became.
    parted: `two` (as it became) was made of copies of `one` (as it was); `after` is what was left of it.
    led: `entry` leads `one` (as it was).
    barred: the copies of `one` and of `two` never share a story.
    kept: `one` is as it should be; nothing follows, but the machine is told that it was right.
    """

    kind: Literal["joined", "parted", "led", "barred", "kept"]
    one: Story
    two: Story | None = None
    after: Story | None = None
    entry: str = ""
    marks: tuple[Mark, ...] = ()


class Ruling(Record, frozen=True):
    """What became of an order. `sentence` says it to people, in the present tense: a preview is the same."""

    order: Order
    outcome: Outcome
    sentence: str
    number: int = 0  # in the order in which they were done; 0 while it waits
    stories: tuple[str, ...] = ()  # every story that it concerns, the first is where to look
    effect: Effect | None = None
    base: str = ""  # of an undo: the order at the beginning of the chain, which is in force or is not
    undone_by: str = ""  # the order that took it back; "" while it is in force
    is_open: bool = False  # whether anything that it concerns lives: then it binds, and can be undone

    @property
    def in_force(self) -> bool:
        """Was it done, and not taken back?"""
        return self.outcome == "done" and not self.undone_by
