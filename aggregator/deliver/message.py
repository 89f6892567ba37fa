"""What is said to webhooks: changes with their stories as they are now, read and rendered once for all hooks.

A reading is used by all turns that begin while the change log's newest number stays the same: only a commit
changes a story, and every commit that a reader would notice has a number. A change is for a hook if its
story, or the other one that it names, passes the hook's filter, or none can be asked any more, as in
`/changes`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import msgspec
import orjson

from aggregator.core import render
from aggregator.core.feed import Facts, Test, facts
from aggregator.core.model import Change
from aggregator.core.query import rfc3339
from aggregator.store import Store, StoredStory

BATCH: Final = 100
"""Changes that are read at once."""
KEPT: Final = 2_000
"""Stories, or bodies, after which a new reading begins."""
SIZE: Final = 32_000_000
"""Characters of bodies that are kept; what is beyond is rendered for each hook."""


class Message(msgspec.Struct, frozen=True):
    """A change on its way to a hook. `id` is its cursor; `letter` names it where it is delivered again."""

    id: str
    change: Change
    letter: str = ""


class Reading:
    """What the turns of one look share. `texts`: whether a filter asks for words in summaries."""

    def __init__(self, store: Store, epoch: str, last: int, *, texts: bool) -> None:
        self.epoch = epoch
        self.as_of = epoch, last, texts
        self._store = store
        self._texts = texts
        self._reading = asyncio.Lock()
        self._changes: dict[int, list[Change]] = {}
        self._stories: dict[str, StoredStory | None] = {}
        self._facts: dict[str, Facts | None] = {}
        self._items: dict[str, dict[str, Any]] = {}
        self._bodies: dict[str, str] = {}
        self._size = 0

    def __len__(self) -> int:
        return max(len(self._stories), len(self._bodies))

    async def after(self, position: int) -> list[Change]:
        """The next changes after a number, with their stories read. Raises StoreAway."""
        async with self._reading:  # hooks that stand at one place share one reading
            found = self._changes.get(position)
            if found is None:
                found = self._changes[position] = await self._store.changes.since(position, BATCH)
        await self.read(found)
        return found

    async def read(self, changes: Sequence[Change]) -> None:
        """Reads the stories of changes. Raises StoreAway."""
        async with self._reading:
            await self._fetch([name for one in changes for name in (one.story, one.other) if name])
            stories = [self._stories.get(one.story) for one in changes]
            await self._fetch([name for one in stories if one for name, _ in one.story.related])

    def stored(self, story: str) -> StoredStory | None:
        """A story that was read; None where it does not live any more."""
        return self._stories.get(story)

    async def _fetch(self, names: Sequence[str]) -> None:
        wanted = [name for name in dict.fromkeys(names) if name not in self._stories]
        if not wanted:
            return
        for name, stored in zip(
            wanted, await self._store.stories.read(wanted, texts=self._texts), strict=True
        ):
            # a story that expired between two of the store's round trips comes without copies
            self._stories[name] = stored if stored is not None and stored.copies else None

    def is_for(self, change: Change, matches: Test) -> bool:
        """Whether a hook's filter lets a change through."""
        names = [name for name in (change.story, change.other) if name]
        known = [facts for name in names if (facts := self._known(name)) is not None]
        return not known or any(map(matches, known))

    def _known(self, story: str) -> Facts | None:
        if story not in self._facts:
            stored = self._stories.get(story)
            known = None if stored is None else facts(stored.story, stored.copies, stored.texts)
            self._facts[story] = known
        return self._facts[story]

    def body(self, message: Message) -> str:
        """The body of a message, the same text for every hook."""
        found = self._bodies.get(message.id)
        if found is None:
            found = self._rendered(message)
            self._size += len(found)
            if self._size < SIZE:
                self._bodies[message.id] = found
        return found

    def _rendered(self, message: Message) -> str:
        change = message.change
        stored = self._stories.get(change.story)
        if stored is not None and change.story not in self._items:
            related = {name: self._stories.get(name) for name, _ in stored.story.related}
            found = {name: other for name, other in related.items() if other is not None}
            self._items[change.story] = render.item(stored, found)
        said = {
            "type": f"story.{change.type}",
            "timestamp": rfc3339(change.at),
            "data": render.change(change, message.id, self._items.get(change.story)),
        }
        return orjson.dumps(said).decode()
