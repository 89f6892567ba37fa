"""The pages for people: stories, one story, sources, addresses, and what is said where something is amiss."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from aiohttp import web

from aggregator.core.query import Malformed, gather
from aggregator.web import assets, html
from aggregator.web.answer import PAGE_CACHE, SAFE, SERVER, TITLES, Document, Refused, answer, away
from aggregator.web.desk import Desk
from aggregator.web.feeds import given
from aggregator.web.overview import Overview
from aggregator.web.reading import Reading
from aggregator.web.shelf import Shelved
from aggregator.web.site import Site
from aggregator.web.telling import Telling

DRESSED = frozenset({"page", "unknown"})  # endpoints where people look: a problem is a page there
SENTENCES = {500: "The page could not be made; the log of the service says why."}


class Pages:
    """All pages."""

    def __init__(self, site: Site, described: Callable[[], list[dict[str, Any]]] = list) -> None:
        self.site = site
        self._described = described
        self.feeds = Reading(site)
        self.story = Telling(site).page
        self.overview = Overview(site)
        self.desk = Desk(site)
        site.dressed, site.dress = DRESSED, self.dress

    async def addresses(self, request: web.Request) -> web.Response:
        """`/docs`: what can be asked for."""
        gather(given(request), ())
        since = self.site.since
        shelved = await self.site.shelf.make("docs", since, self._addresses)
        return answer(request, shelved.document)

    async def _addresses(self, _: Shelved | None) -> Shelved:
        views, since = list(self.site.config.feeds), self.site.since
        return Shelved(
            self._document("docs.html", operations=self._described(), views=views, here="docs"), since
        )

    async def asset(self, request: web.Request) -> web.Response:
        """`/static/{file}`: the style sheet, the script, the icon."""
        found = assets.document(request.match_info["file"])
        if found is None:
            raise Refused(404, "There is no such file.")
        return answer(request, found)

    async def missing(self, _: web.Request) -> web.Response:
        """Whatever has no address. Raises: Refused."""
        raise Refused(404, "There is nothing at this address; /docs lists those that there are.")

    def dress(self, plain: web.StreamResponse, error: Exception) -> web.StreamResponse:
        """A problem as a page; what leads elsewhere stays as it is."""
        if plain.status < 400:
            return plain
        body = html.fill(
            "notice.html",
            self.site.prefix,
            title=TITLES.get(plain.status, "Something is wrong"),
            sentence=_sentence(plain.status, error),
        )
        kept = {
            name: plain.headers[name] for name in ("WWW-Authenticate", "Retry-After") if name in plain.headers
        }
        headers = {
            "Content-Type": html.TYPE,
            "Cache-Control": "no-store",
            "Server": SERVER,
            **SAFE,
            **html.headers(),
        }
        return web.Response(status=plain.status, body=body, headers={**headers, **kept})

    def _document(self, name: str, **values: Any) -> Document:
        body = html.fill(name, self.site.prefix, **values)
        cache = self.site.caching(PAGE_CACHE)
        return Document(body, html.TYPE, changed_at=self.site.since, cache=cache, headers=html.headers())


def _sentence(status: int, error: Exception) -> str:
    """What to say to people; what only programs need is left out."""
    if isinstance(error, Refused):
        return error.detail
    if isinstance(error, Malformed):
        return f"{error} (Look at {re.sub('[^a-z_]', '', error.parameter)!r} in the address.)"
    return SENTENCES.get(status, away().detail)
