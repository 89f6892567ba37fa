"""Stories to put into a store by hand, and a reader that asks a running server."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from yarl import URL

from aggregator.core.model import Change, Copy, Source, Story, Text, entry_id
from aggregator.store import Commit, Store, StoryWrites
from aggregator.web import Runner

SOURCES = (
    Source("nbc", "https://nbc.example/rss", "NBC News", "NBC", ("world",), "en"),
    Source("abc", "https://user:secret@abc.example/rss?apikey=hush", "ABC News", "ABC", ("local",), "en"),
)
NOON = 1_800_000_000.0 - 3600.0  # an hour before the tests' clock


def a_copy(source: str, guid: str, **fields: Any) -> Copy:
    """A copy of the outlet that is named as its source."""
    given = {
        "entry": entry_id(source, guid),
        "source": source,
        "outlet": source.upper(),
        "url": f"https://{source}.example/{guid}",
        "title": f"Ferry {guid} reaches the harbour",
        "first_seen": NOON,
        "content_hash": b"12345678",
        "categories": ("world",),
        "language": "en",
    }
    return Copy(**{**given, **fields})


def a_story(copies: list[Copy], **fields: Any) -> Story:
    """A story of these copies, led and founded by the first."""
    first = copies[0]
    given = {
        "id": first.entry,
        "placed": first.first_seen,
        "first_seen": first.first_seen,
        "last_copy": max(copy.first_seen for copy in copies),
        "lead": first.entry,
        "copies": tuple(copy.entry for copy in copies),
        "published": first.published,
        "agency": first.agency,
    }
    return Story(**{**given, **fields})


@dataclass
class Newsdesk:
    """Commits stories as the grouper would."""

    store: Store
    lease: int
    _positions: Any = field(default_factory=lambda: itertools.count(1))

    async def commit(self, *changes: Change, **writes: Any) -> int:
        """One batch; the number of its last change."""
        position = f"{next(self._positions)}-0"
        fields = {name: tuple(value) for name, value in writes.items()}
        return await self.store.stories.commit(
            Commit(self.lease, position, NOON, StoryWrites(**fields), changes=tuple(changes))
        )

    async def publish(
        self, source: str, guid: str, *others: Copy, summary: str = "", html: str = "", **fields: Any
    ) -> Story:
        """A story founded by one entry, with further copies; in the store, and in the change log."""
        story_fields = {name: fields.pop(name) for name in tuple(fields) if name in Story.__struct_fields__}
        lead = a_copy(source, guid, **fields)
        if "placed" in story_fields:
            lead = a_copy(source, guid, **{"first_seen": story_fields["placed"], **fields})
        copies = [lead, *others]
        story = a_story(copies, **story_fields)
        text = Text(summary=summary, content_html=html)
        await self.commit(
            Change(0, "added", story.id, NOON),
            stories=[story],
            copies=[(story.id, copy, None, text if copy is lead else Text()) for copy in copies],
        )
        return story


@dataclass
class Answer:
    """What a request brought."""

    status: int
    headers: Any
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Reader:
    """Asks a running server."""

    runner: Runner
    http: aiohttp.ClientSession

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.runner.address.rsplit(":", 1)[1])

    async def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        given = {"Accept-Encoding": "identity"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        url = path if path.startswith("http") else self.runner.address + path
        async with self.http.request(
            method, URL(url, encoded=True), headers=given, allow_redirects=False
        ) as response:
            return Answer(response.status, response.headers, await response.read())

    async def until(self, path: str, good: Callable[[Answer], bool]) -> Answer:
        """The first answer that is as wanted: what was committed is followed within moments."""
        async with asyncio.timeout(20):
            while not good(answer := await self.ask(path)):
                await asyncio.sleep(0.02)
            return answer

    async def feed_of(self, count: int, path: str = "/feed.json") -> Any:
        """The feed once it holds so many stories."""
        return (await self.until(path, lambda a: a.status == 200 and len(a.json()["items"]) == count)).json()
