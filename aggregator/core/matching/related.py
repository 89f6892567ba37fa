"""Stories of one event are linked, both ways, and never merged: who is told, who is found, what is undone.

A story is found through the words of its founder (`core.matching.event`). It is linked when it is founded,
when its founder's text changes, and when it takes over a merged one's links; whoever is gone is unlinked. A
link stands only if it is among the `BOUND` best of both. All of it follows from the live stories: a rebuilt
grouper links as the lost one would have.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from heapq import nsmallest
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from aggregator.core.matching import event
from aggregator.core.matching.postings import Postings

if TYPE_CHECKING:
    from aggregator.core.matching.holding import Holding
    from aggregator.core.model import Fingerprint, Story

Numbers = npt.NDArray[np.int64]

BOUND = 10  # related stories of one, at most
_TITLE = 1000.0  # marks a word that stands in both titles, in a sum of weights
CLEARLY = 0.05  # a score that moved less is the same


class Change(NamedTuple):
    """What a story tells from now on; `fresh`: it told nothing before."""

    number: int
    slot: int  # of its founder
    made: Fingerprint
    said: event.Telling
    fresh: bool


class Told:
    """Which founders are posted under their words; `changed` and `gone` stories wait for `Related`."""

    def __init__(self) -> None:
        self.words = Postings()
        self.changed: dict[str, Change] = {}
        self.gone: list[Story] = []
        self.emptied: set[int] = set()  # numbers of stories that told something else before
        self._founders = array("i")  # number of a story → slot of its founder, -1 where none is posted
        self._owners = array("i")  # slot → number of the story that it is posted for, -1 where for none

    def founder(self, number: int) -> int:
        """The slot under whose words a story is posted, -1 where it is not."""
        return self._founders[number] if number < len(self._founders) else -1

    def owner(self, slot: int) -> int:
        """The number of the story that is found under the words of this copy, -1 where none is."""
        return self._owners[slot] if 0 <= slot < len(self._owners) else -1

    def post(self, story: str, number: int, slot: int, made: Fingerprint) -> None:
        """A story is found by the words of this copy from now on."""
        fresh = self.founder(number) < 0 and number not in self.emptied
        self._note(number, slot)
        said = event.telling(made)
        self.changed[story] = Change(number, slot, made, said, fresh)
        self.words.add(said.title, event.posting(slot, title=True))
        self.words.add(said.names, event.posting(slot, title=False))

    def post_all(self, numbers: Numbers, slots: Numbers, shapes: Sequence[Fingerprint]) -> None:
        """The same for many stories, one at least, at once."""
        for held, wanted in ((self._founders, numbers), (self._owners, slots)):
            held.extend([-1] * (int(wanted.max()) + 1 - len(held)))
        np.frombuffer(self._founders, np.int32)[numbers] = slots
        np.frombuffer(self._owners, np.int32)[slots] = numbers
        self.words.add_all(*event.posted(shapes, slots))

    def unpost(self, slot: int, made: Fingerprint) -> None:
        """No story is found by this copy; nothing where none was."""
        number = self.owner(slot)
        if number < 0:
            return
        self._founders[number] = self._owners[slot] = -1
        self.emptied.add(number)
        said = event.telling(made)
        for title, words in ((True, said.title), (False, said.names)):
            for word in words:
                self.words.remove(word, event.posting(slot, title=title))

    def _note(self, number: int, slot: int) -> None:
        for held, wanted in ((self._founders, number), (self._owners, slot)):
            if wanted >= len(held):
                held.extend([-1] * (wanted + 1 - len(held)))
        self._founders[number] = slot
        self._owners[slot] = number


class Related:
    """Keeps the links of all live stories; `changed` are those of the last arrival: story → is it news?"""

    def __init__(self, held: Holding, told: Told, window: float) -> None:
        self._held = held
        self._told = told
        self._window = window
        self.changed: dict[str, bool] = {}

    @property
    def words(self) -> int:
        """How many postings of words are held."""
        return len(self._told.words)

    def settle(self) -> None:
        """Link what changed, unlink what is gone."""
        told = self._told
        if not told.changed and not told.gone:
            return
        gone, told.gone = told.gone, []
        changed, told.changed = told.changed, {}
        told.emptied.clear()
        heritage: dict[str, dict[str, float]] = {}
        for story in gone:
            self._bury(story, heritage)
        for id_, change in changed.items():
            if told.owner(change.slot) == change.number:
                wanted, more = self._found(id_, change), heritage.pop(id_, {})
                if wanted or more or (not change.fresh and self._held.related(id_)):
                    self._link(id_, wanted, more)
        for id_, more in heritage.items():
            if self._held.lives(id_):
                self._link(id_, dict(self._held.related(id_)), more)

    def _bury(self, story: Story, heritage: dict[str, dict[str, float]]) -> None:
        """Unlink a story that is gone; the one that it was merged into takes over. Expiry is no news."""
        if self._held.lives(story.id):
            return
        slot = self._held.slot(story.copies[0])
        heir = None if slot is None else self._held.home(slot)
        for other, score in story.related:
            if self._held.lives(other):
                self._drop(other, story.id, news=heir is not None)
                if heir is not None and heir != other:
                    heritage.setdefault(heir, {})[other] = score

    def _found(self, id_: str, change: Change) -> dict[str, float]:
        """The stories that tell of the same event as a story of this founder, with their scores."""
        slot, made = change.slot, change.made
        held, postings = self._held, self._told.words
        if not event.can_tell(made):
            return {}
        rarity = event.rarity(len(held))
        near = self._near(slot, change.said, rarity)
        if not near:
            return {}
        said, outlet = event.told(made, change.said), held.outlet(slot)

        def weigh(word: int) -> float:
            return rarity(postings.count(word))

        found = {}
        for other, titles in near.items():
            theirs = held.shape(other)
            if not event.can_tell(theirs):
                continue
            kin = held.outlet(other) == outlet
            if kin and titles < event.KIN_TITLES:
                continue
            score = event.likeness(said, event.told(theirs), weigh, kin=kin)
            if score and not event.one_template(made, theirs):
                found[held.home(other)] = score
        found.pop(id_, None)
        return found

    def _near(self, slot: int, said: event.Telling, rarity: Callable[[int], float]) -> dict[int, int]:
        """The founders that share most of an entry's rare words; how many of them stand in both titles."""
        held, few = self._held, event.few(len(self._held))
        titles = self._told.words.shared(said.title, few)
        titled = {posting for postings in titles for posting in postings if posting & 1}
        titled.discard(event.posting(slot, title=True))
        if not titled:
            return {}
        either = titled | {posting & ~1 for posting in titled}  # one title has to share a word with the other
        weights = dict.fromkeys([posting >> 1 for posting in titled], 0.0)
        for postings in titles:
            weight = rarity(len(postings))
            for posting in either.intersection(postings):
                weights[posting >> 1] += weight + _TITLE if posting & 1 else weight
        for postings in self._told.words.shared(said.names, few):
            weight = rarity(len(postings))
            for posting in either.intersection(postings):
                weights[posting >> 1] += weight
        at, window = held.at(slot), self._window
        near = [
            other
            for other, weight in weights.items()
            if weight > _TITLE + 1
            and weight % _TITLE >= (event.EVIDENCE if weight >= 2 * _TITLE else event.MORE_EVIDENCE)
            and abs(held.at(other) - at) <= window
        ]
        if len(near) > event.CANDIDATES:
            near = nsmallest(
                event.CANDIDATES,
                near,
                key=lambda other: (-round(weights[other] % _TITLE, 6), held.entry(other)),
            )
        return {other: int(weights[other] // _TITLE) for other in near}

    def _link(self, id_: str, wanted: dict[str, float], heritage: dict[str, float]) -> None:
        """Make these the links of a story, and of the others; an old score stays where it hardly moved."""
        before = dict(self._held.related(id_))
        for other, score in heritage.items():
            wanted[other] = max(score, wanted.get(other, 0.0))
        kept: list[tuple[str, float]] = []
        for other, score in sorted(wanted.items(), key=lambda pair: (-pair[1], pair[0])):
            if other == id_ or not self._held.lives(other):
                continue
            old = before.get(other)
            score = old if old is not None and abs(old - score) < CLEARLY else score  # noqa: PLW2901
            if len(kept) < BOUND and (score == old or self._take(other, id_, score)):
                kept.append((other, score))
        for other in before.keys() - dict(kept).keys():
            if self._held.lives(other):
                self._drop(other, id_, news=True)
        if dict(kept) != before:
            self._write(id_, kept, news=True)

    def _take(self, id_: str, other: str, score: float) -> bool:
        """Link a story to another if that is among its best; who has to make room is unlinked."""
        links = dict(self._held.related(id_))
        if other not in links and len(links) >= BOUND:
            weakest = min(links, key=lambda name: (links[name], name))
            if links[weakest] >= score:
                return False
            del links[weakest]
            if self._held.lives(weakest):
                self._drop(weakest, id_, news=True)
        links[other] = score
        self._write(id_, list(links.items()), news=True)
        return True

    def _drop(self, id_: str, other: str, *, news: bool) -> None:
        links = self._held.related(id_)
        kept = [link for link in links if link[0] != other]
        if len(kept) < len(links):
            self._write(id_, kept, news=news)

    def _write(self, id_: str, links: list[tuple[str, float]], *, news: bool) -> None:
        story = self._held.story(id_)
        ordered = tuple(sorted(links, key=lambda link: (-link[1], link[0])))
        self._held.put(replace(story, related=ordered, revision=story.revision + news))
        self.changed[id_] = self.changed.get(id_, False) or news
