"""`/stories/{id}`: one story with all its copies, or where it went."""

from __future__ import annotations

import re

import orjson
from aiohttp import web

from aggregator.core import render
from aggregator.core.feed import Facts
from aggregator.core.model import Story
from aggregator.core.query import Malformed, gather, once
from aggregator.store import StoredStory
from aggregator.web.answer import Document, Refused, answer
from aggregator.web.catalogue import HANG
from aggregator.web.feeds import given
from aggregator.web.site import Site
from aggregator.web.why import almost, with_phrases

ID = re.compile(r"[0-9a-f]{32}")


class Stories:
    """One story at a time."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def item(self, request: web.Request) -> web.Response:
        """`/stories/{id}.json`: a JSON Feed item; `?explain=1` adds verdicts and neighbours."""
        explain = self._explain(request)
        stored, related = await self.find(request, ".json", verdicts=explain)
        close = await self.almost(stored, request) if explain else None
        body = orjson.dumps(render.item(stored, related, explain=explain, almost=close))
        cache = self.site.caching("public, max-age=30")
        return answer(
            request, Document(body, "application/json", changed_at=self.changed_at(stored.story), cache=cache)
        )

    def changed_at(self, story: Story) -> float:
        """When what is shown of a story last changed, or later.

        A copy taken out, another lead and a link leave no date in the story, and all are in the change log:
        whoever asks by date alone is told of them, at worst of changes of other stories too.
        """
        return max(last_changed(story), self.site.catalogue.changed_at)

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
        await self._admit(request, story)
        if ID.fullmatch(story) is None:
            raise Refused(404, "A story's id is 32 lower-case hexadecimal digits.")
        async with self.site.store.answering(HANG):
            read = await self.site.store.stories.read([story], texts=verdicts, verdicts=verdicts)
            stored = read[0]
            if stored is None or not stored.copies:
                raise await self._elsewhere(request, story, suffix)
            if stored.story.status == "withdrawn":
                raise Refused(410, "This story was withdrawn.")
            names = [name for name, _ in stored.story.related]
            found = await self.site.store.stories.read(names) if names else []
        if verdicts:
            stored = await with_phrases(stored)
        related = {name: other for name, other in zip(names, found, strict=True) if other is not None}
        token = self.site.admit(request, stories=True) if self.site.guarded else None
        if token is not None and token.views:
            known = self.site.catalogue.facts
            related = {name: one for name, one in related.items() if self._is_in(token.views, known(name))}
        return stored, related

    async def almost(self, stored: StoredStory, request: web.Request) -> list[render.Almost]:
        """What almost joined a story that `find` read with its verdicts, as far as the token reads it."""
        async with self.site.store.answering(HANG):
            found = await almost(self.site.store, stored)
        token = self.site.admit(request, stories=True) if self.site.guarded else None
        if token is None or not token.views:
            return found
        return [one for one in found if self._is_in(token.views, self.site.catalogue.facts(one.story))]

    async def _admit(self, request: web.Request, story: str) -> None:
        """A token for some views reads the stories in them, and is led there by the ids of their parts."""
        if not self.site.guarded:
            return
        token = self.site.admit(request, stories=True)
        if token is None or not token.views:
            return
        known = self.site.catalogue.facts(story)
        if known is None and ID.fullmatch(story) is not None:
            async with self.site.store.answering(HANG):
                target = await self.site.store.stories.where(story)
            known = self.site.catalogue.facts(target) if target else None
        if not self._is_in(token.views, known):
            raise Refused(403, "This token does not read this story.")

    def _is_in(self, views: tuple[str, ...], known: Facts | None) -> bool:
        return known is not None and any(self.site.filter(view).matches(known) for view in views)

    async def _elsewhere(self, request: web.Request, story: str, suffix: str) -> Exception:
        """A redirect to the story that an id leads to now; not for long, since an editor may undo it."""
        stories = self.site.store.stories
        merged = await stories.redirect(story)
        target = merged or await stories.where(story)
        if target is None or target == story:
            return Refused(404, "There is no such story, or it has expired.")
        query = "?explain=1" if request.query.get("explain") == "1" else ""
        if merged and not suffix:
            query = f"?from={story}"  # the page says where its reader came from
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
