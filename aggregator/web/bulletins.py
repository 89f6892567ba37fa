"""`/sources.atom`: what broke, fell silent, moved or recovered, for a feed reader."""

from __future__ import annotations

from aiohttp import web

from aggregator.config import Config
from aggregator.core.bulletin import Named, bulletin
from aggregator.core.health import masked
from aggregator.core.incident import Incident
from aggregator.core.query import gather
from aggregator.core.render import Head
from aggregator.web.answer import FEED_CACHE, Document, answer
from aggregator.web.catalogue import HANG
from aggregator.web.feeds import ATOM, given
from aggregator.web.shelf import Shelved
from aggregator.web.site import Site, Timed

TITLE = "Sources: what broke, and what works again"
SHOWN = 100  # the newest of them


class Bulletins:
    """What happened to sources."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._timed = Timed("sources")

    async def feed(self, request: web.Request) -> web.Response:
        """`/sources.atom`."""
        self.site.admit(request)
        gather(given(request), ())
        base = self.site.base(request)
        moment = self.site.states.moment, self.site.config.digest
        shelved = await self.site.shelf.make(f"bulletin {base}", moment, lambda _: self._make(base, moment))
        return answer(request, shelved.document)

    async def _make(self, base: str, moment: object) -> Shelved:
        with self._timed:
            async with self.site.store.answering(HANG):
                incidents = await self.site.store.incidents.newest()
            body = written(self.site.config, incidents, base)
            changed_at = max((one.at for one in incidents), default=0.0)
            cache = self.site.caching(FEED_CACHE)
            return Shelved(Document(body, ATOM.content_type, changed_at=changed_at, cache=cache), moment)


def written(config: Config, incidents: list[Incident], base: str) -> bytes:
    """The feed of what happened to configured sources."""
    names = {source.id: Named(source.name, masked(source.url)) for source in config.sources}
    shown = [one for one in incidents if one.source in names][:SHOWN]
    head = Head(TITLE, f"{base}/sources", f"{base}/sources.atom", f"{base}/docs", f"{base}/changes")
    return bulletin(head, shown, names)
