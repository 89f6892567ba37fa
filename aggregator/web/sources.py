"""`/sources.json`, `/sources.opml`: every configured source and its health; and polling one now."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import orjson
from aiohttp import web

from aggregator.config import opml
from aggregator.config.standing import STANDING
from aggregator.core.health import report
from aggregator.core.query import gather
from aggregator.web.answer import SAFE, SERVER, Document, Refused, answer
from aggregator.web.catalogue import HANG
from aggregator.web.feeds import given
from aggregator.web.shelf import Shelved
from aggregator.web.site import Site, Timed
from aggregator.web.states import UNKNOWN

OPML = "text/x-opml; charset=utf-8"
FORM = "application/x-www-form-urlencoded"


class Sources:
    """All sources at once."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._timed = Timed("sources")

    async def list(self, request: web.Request) -> web.Response:
        """`/sources.json`."""
        self.site.admit(request)
        gather(given(request), ())
        moment = self.site.states.moment
        shelved = await self.site.shelf.make("sources", moment, lambda _: self._render(moment))
        return answer(request, shelved.document)

    async def opml(self, request: web.Request) -> web.Response:
        """`/sources.opml`: the list for another reader, without secrets."""
        self.site.admit(request)
        gather(given(request), ())
        shelved = await self.site.shelf.make("opml", self.site.config.digest, lambda _: self._outline())
        return answer(request, shelved.document)

    async def _outline(self) -> Shelved:
        config = self.site.config
        read_at = await asyncio.to_thread(lambda: [path.stat().st_mtime for path in config.files])
        body = opml.write(config.sources).encode()
        cache = self.site.caching("no-cache")
        document = Document(body, OPML, changed_at=max(read_at, default=self.site.since), cache=cache)
        return Shelved(document, config.digest)

    async def poll(self, request: web.Request) -> web.Response:
        """POST `/sources/{id}/poll`: asks a source as soon as its publisher allows, for an editor."""
        self.site.access.admit_writer(request, self.site.base(request))
        gather(given(request), ())
        source = request.match_info["source"]
        if source not in self.site.addresses:
            raise Refused(404, f"There is no source {source[:64]!r}.")
        async with self.site.store.answering(HANG):
            is_due = await self.site.store.sources.poll_now(source)
        if request.content_type == FORM:  # a person's button: back to the page
            location = f"{self.site.prefix}/sources/{source}"
            headers = {"Location": location, "Cache-Control": "no-store", "Server": SERVER, **SAFE}
            return web.Response(status=303, headers=headers)
        body = orjson.dumps({"source": source, "due": is_due})
        headers = {"Content-Type": "application/json", "Cache-Control": "no-store", "Server": SERVER, **SAFE}
        return web.Response(status=202, body=body, headers=headers)

    async def _render(self, moment: object) -> Shelved:
        with self._timed:
            status = await self.site.states.read()
            rows = [(source, *status.get(source.id, UNKNOWN)) for source in self.site.config.sources]
            problems = await self._problems()
            said = {"problems": problems} if problems else {}
            listed = [report(source, state, due) for source, state, due in rows]
            body = orjson.dumps({"sources": listed} | said)
            polled = [state.last_poll for _, state, _ in rows if state.last_poll is not None]
            cache = self.site.caching("no-cache")
            changed_at = max(polled, default=self.site.since)
            document = Document(body, "application/json", changed_at=changed_at, cache=cache)
            return Shelved(document, moment)

    async def _problems(self) -> dict[str, Sequence[str]]:
        """Why a changed configuration is not in force, by the process that refused it; empty where it is."""
        async with self.site.store.answering(HANG):
            alive = await self.site.store.workers.alive()
        found = {name: info["problems"] for name, info in sorted(alive.items()) if info.get("problems")}
        return ({"web": STANDING.problems} if STANDING.problems else {}) | found
