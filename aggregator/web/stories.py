"""`/stories/{id}`: one story with all its copies, or where it went. `/changes`: what became of them all."""

from __future__ import annotations

import asyncio
import re

import orjson
from aiohttp import web

from aggregator.core import render
from aggregator.core.feed import Facts, Test, matcher
from aggregator.core.model import Change, Story
from aggregator.core.query import FILTERS, Malformed, filters, gather, number, once
from aggregator.store import StoredStory
from aggregator.web.answer import Document, Refused, answer, away
from aggregator.web.catalogue import HANG
from aggregator.web.feeds import given
from aggregator.web.site import Site

ID = re.compile(r"[0-9a-f]{32}")
CHANGES_LIMIT = 100
MOST_CHANGES = 1000
LOOK_AHEAD = 5_000  # changes looked at for one filtered answer


class Stories:
    """One story at a time."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def item(self, request: web.Request) -> web.Response:
        """`/stories/{id}.json`: a JSON Feed item; `?explain=1` adds each copy's verdict."""
        explain = self._explain(request)
        stored, related = await self.find(request, ".json", verdicts=explain)
        body = orjson.dumps(render.item(stored, related, explain=explain))
        cache = self.site.caching("public, max-age=30")
        return answer(
            request, Document(body, "application/json", changed_at=last_changed(stored.story), cache=cache)
        )

    def _explain(self, request: web.Request) -> bool:
        given_values = gather(given(request), {"explain"})
        value = once("explain", given_values.get("explain", ["0"]))
        if value not in {"0", "1"}:
            raise Malformed("explain", "explain is 1 or 0.")
        return value == "1"

    async def find(
        self, request: web.Request, suffix: str, *, verdicts: bool = False
    ) -> tuple[StoredStory, dict[str, StoredStory]]:
        """The story of the request and those related to it. Raises: Refused with 301, 404, 410."""
        story = request.match_info["story"]
        self._admit(request, story)
        if ID.fullmatch(story) is None:
            raise Refused(404, "A story's id is 32 lower-case hexadecimal digits.")
        async with asyncio.timeout(HANG):
            stored = (await self.site.store.stories.read([story], verdicts=verdicts))[0]
            if stored is None or not stored.copies:
                raise await self._elsewhere(request, story, suffix)
            if stored.story.status == "withdrawn":
                raise Refused(410, "This story was withdrawn.")
            names = [name for name, _ in stored.story.related]
            found = await self.site.store.stories.read(names) if names else []
        return stored, {name: other for name, other in zip(names, found, strict=True) if other is not None}

    def _admit(self, request: web.Request, story: str) -> None:
        """A token for some views reads the stories in them."""
        if not self.site.guarded:
            return
        token = self.site.admit(request, stories=True)
        known = self.site.catalogue.facts(story)
        if token is not None and token.views and not self._is_in(token.views, known):
            raise Refused(403, "This token does not read this story.")

    def _is_in(self, views: tuple[str, ...], known: Facts | None) -> bool:
        return known is not None and any(self.site.filter(view).matches(known) for view in views)

    async def _elsewhere(self, request: web.Request, story: str, suffix: str) -> Exception:
        """A redirect to the story that an id leads to now; not for long, since an editor may undo it."""
        stories = self.site.store.stories
        target = await stories.redirect(story) or await stories.where(story)
        if target is None or target == story:
            return Refused(404, "There is no such story, or it has expired.")
        query = "?explain=1" if request.query.get("explain") == "1" else ""
        return Refused(
            301,
            f"This is part of the story {target}.",
            headers={
                "Location": f"{self.site.base(request)}/stories/{target}{suffix}{query}",
                "Cache-Control": "max-age=300",
            },
        )


def last_changed(story: Story) -> float:
    """When a story was last touched by anything that its page shows."""
    return max(story.last_copy, story.first_seen, story.modified or 0.0)


class Changes:
    """The change log."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def read(self, request: web.Request) -> web.Response:
        """`/changes?since=CURSOR`: what happened after it, oldest first."""
        self.site.admit(request)
        asked = gather(given(request), FILTERS | {"limit"})
        limit = number("limit", _one(asked, "limit"), CHANGES_LIMIT, MOST_CHANGES)
        await self.site.catalogue.arrived()
        if not self.site.catalogue.fresh:
            raise away()  # a store that comes back may be another one: first its epoch must be known
        async with asyncio.timeout(HANG * 2):
            start = await self._start(request, _one(asked, "since"))
            asked.pop("since", None)
            changes, end = await self._some(asked, start, limit)
            lines = await self._lines(changes)
        body = orjson.dumps({"changes": lines, "next": self._cursor(end)})
        return answer(request, Document(body, "application/json", cache=self.site.caching("no-cache")))

    def _cursor(self, at: int) -> str:
        return f"{self.site.store.epoch}-{at}"

    async def _start(self, request: web.Request, cursor: str | None) -> int:
        """The number that a cursor stands for. Raises: Refused (410) where the log no longer holds it."""
        changes = self.site.store.changes
        oldest, newest = await changes.oldest(), await changes.newest()
        if cursor is None:
            return max(0, oldest - 1)
        match = re.fullmatch(r"([A-Za-z0-9_-]{1,100})-([0-9]{1,18})", cursor)
        if match is None:
            raise Malformed("since", "This is not a cursor of the change log.")
        at = int(match[2])
        if match[1] != self.site.store.epoch or at > newest or at < oldest - 1:
            restart = f"{self.site.base(request)}/changes"
            raise Refused(410, "The change log no longer holds what came next; begin anew.", restart=restart)
        return at

    async def _some(self, asked: dict[str, list[str]], start: int, limit: int) -> tuple[list[Change], int]:
        """At most `limit` matching changes after `start`, and the number up to which was looked."""
        view = once("view", asked["view"]) if "view" in asked else None
        wanted = [filters(asked)]
        if view is not None:
            wanted.append(self.site.filter(view))
        found: list[Change] = []
        is_filtered = bool(asked.keys() - {"limit"})
        matches = matcher(wanted)
        end = start
        while len(found) < limit and end - start < LOOK_AHEAD:
            some = await self.site.store.changes.since(end, limit)
            for change in some:
                if len(found) == limit:
                    break
                end = change.number
                if not is_filtered or self._is_wanted(change, matches):
                    found.append(change)
            if len(some) < limit:
                break
        return found, end

    def _is_wanted(self, change: Change, matches: Test) -> bool:
        """A change of a story that matches now, or that can't be asked any more."""
        names = [name for name in (change.story, change.other) if name]
        known = [facts for name in names if (facts := self.site.catalogue.facts(name)) is not None]
        return not known or any(matches(facts) for facts in known)

    async def _lines(self, changes: list[Change]) -> list[dict[str, object]]:
        ids = list(dict.fromkeys(change.story for change in changes))
        read = await self.site.store.stories.read(ids) if ids else []
        items = {story: render.item(stored) for story, stored in zip(ids, read, strict=True) if stored}
        return [render.change(one, self._cursor(one.number), items.get(one.story)) for one in changes]


def _one(asked: dict[str, list[str]], name: str) -> str | None:
    return once(name, asked[name]) if name in asked else None
