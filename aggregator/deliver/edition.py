"""What our hub sends: a feed of what changed since a subscriber's place, in the format of its topic.

It is the feed itself (the same head, the same items) with nothing but the stories that a change was about.
Rendered once for all subscribers that stand at one place. Backfill is sent to nobody; a story that was
withdrawn, or left the view, is in no feed and in no edition.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
import orjson

from aggregator.config import Config
from aggregator.config.where import filter_of
from aggregator.core import render, syndicate
from aggregator.core.feed import Test, facts, matcher
from aggregator.core.health import masked
from aggregator.core.model import Change, Text
from aggregator.core.websub import HUB, Topic
from aggregator.deliver.message import Reading
from aggregator.store import StoredStory

KEPT: Final = 500
"""Editions after which new ones are begun."""


STORIES: Final = 5_000
"""Stories read, after which they are read anew."""
SIZE: Final = 2_000_000
"""Characters of the stories' texts, after which an edition ends: subscribers take bodies of some size."""


class Edition(msgspec.Struct, frozen=True):
    """A body (None: nothing that concerns this topic), and the number of the last change that it holds."""

    body: bytes | None
    position: int


class Editions:
    """Editions of one reading of the stories."""

    def __init__(self, config: Config, base: str, reading: Reading) -> None:
        self.reading = reading
        self._base = base
        self._titles = {view.id: view.title or view.id for view in config.feeds}
        self._tests: dict[str | None, Test] = {
            None: matcher(()),
            **{view.id: matcher((filter_of(view.where),)) for view in config.feeds},
        }
        self._limited = {view for token in config.tokens for view in token.views}
        self._sources = {source.id: masked(source.url) for source in config.sources}
        self._kept: dict[tuple[Topic, int], Edition] = {}

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def is_full(self) -> bool:
        """Whether so much was read and rendered that new ones should be begun."""
        return len(self._kept) > KEPT or len(self.reading) > STORIES

    def knows(self, topic: Topic) -> bool:
        """Whether there is such a view."""
        return topic.view in self._tests

    async def after(self, topic: Topic, position: int) -> Edition:
        """What follows a place. Raises StoreAway."""
        found = self._kept.get((topic, position))
        if found is None:
            changes = await self.reading.after(position)
            found = self._kept[topic, position] = self._edition(topic, position, changes)
        return found

    def _edition(self, topic: Topic, position: int, changes: Sequence[Change]) -> Edition:
        if not changes:
            return Edition(None, position)
        stories, last = self._stories(changes, self._tests[topic.view])
        return Edition(self._written(topic, stories, last) if stories else None, last)

    def _stories(self, changes: Sequence[Change], matches: Test) -> tuple[list[StoredStory], int]:
        """The living stories that the changes are about and the view holds, the newest first.

        Not of all changes where that would be too much: with the number of the last one that counts.
        """
        found: dict[str, StoredStory] = {}
        size = 0
        last = changes[-1].number
        for change in changes:
            for name in () if change.backfill else (change.story, change.other):
                stored = self.reading.stored(name) if name and name not in found else None
                if stored is not None and matches(facts(stored.story, stored.copies, stored.texts)):
                    found[name] = stored
                    size += sum(map(_length, stored.texts.values()))
            if size > SIZE:
                last = change.number
                break
        order = sorted(found.values(), key=lambda one: (one.story.placed, one.story.id), reverse=True)
        return order, last

    def _written(self, topic: Topic, stories: Sequence[StoredStory], last: int) -> bytes:
        head = self._head(topic, last)
        if topic.suffix == ".atom":
            return syndicate.atom(head, stories, self._sources)
        if topic.suffix == ".rss":
            return syndicate.rss(head, stories, self._sources)
        items = [render.item(stored, self._related(stored, topic.view)) for stored in stories]
        return orjson.dumps(render.json_feed(head, items))

    def _related(self, stored: StoredStory, view: str | None) -> dict[str, StoredStory]:
        """What else tells of it; where some token reads this view alone, nothing from beyond it is named."""
        found = {name: self.reading.stored(name) for name, _ in stored.story.related}
        known = {name: one for name, one in found.items() if one is not None}
        if view not in self._limited:
            return known
        matches = self._tests[view]
        return {name: one for name, one in known.items() if matches(facts(one.story, one.copies, one.texts))}

    def _head(self, topic: Topic, last: int) -> render.Head:
        base, view = self._base, topic.view
        only = "" if view is None else f"view={view}&"
        return render.Head(
            title=render.TITLE if view is None else self._titles[view],
            home=f"{base}/" if view is None else f"{base}/feeds/{view}",
            address=base + topic.path,
            about=f"{base}/docs",
            changes=f"{base}/changes?{only}since={self.reading.epoch}-{last}",
            hub=base + HUB,
        )


def _length(text: Text) -> int:
    return len(text.content_html) + len(text.summary)
