"""`/sources.json`: every configured source and its health."""

from __future__ import annotations

import asyncio

import orjson
from aiohttp import web

from aggregator.core.health import report
from aggregator.core.model import SourceState
from aggregator.core.query import gather
from aggregator.web.answer import Document, answer
from aggregator.web.catalogue import HANG
from aggregator.web.feeds import given
from aggregator.web.shelf import Shelved
from aggregator.web.site import Site, Timed

MOMENT = 2.0  # seconds that a list is good for: reading the states of 10,000 sources takes a while


class Sources:
    """All sources at once."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._timed = Timed("sources")

    async def list(self, request: web.Request) -> web.Response:
        """`/sources.json`."""
        self.site.admit(request)
        gather(given(request), ())
        moment = int(self.site.clock() / MOMENT), self.site.catalogue.fresh
        shelved = await self.site.shelf.make("sources", moment, lambda _: self._render(moment))
        return answer(request, shelved.document)

    async def _render(self, moment: object) -> Shelved:
        with self._timed:
            async with asyncio.timeout(HANG * 2):
                status = await self.site.store.sources.status()
            rows = [(source, *status.get(source.id, UNKNOWN)) for source in self.site.config.sources]
            body = orjson.dumps({"sources": [report(source, state, due) for source, state, due in rows]})
            polled = [state.last_poll for _, state, _ in rows if state.last_poll is not None]
            cache = self.site.caching("no-cache")
            document = Document(body, "application/json", changed_at=max(polled, default=None), cache=cache)
            return Shelved(document, moment)


UNKNOWN: tuple[SourceState, float | None] = (SourceState(), None)
