"""A page of stories, in any format: chosen, read, rendered once for all who ask for the same, then kept.

While Redis is away the merged feed and the named views are made from what is at hand; every other query is
refused, since its stories may not be.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from hashlib import blake2b
from typing import Any

import msgspec
import orjson
from aiohttp import hdrs, web

from aggregator import metrics
from aggregator.core import render, syndicate
from aggregator.core.errors import StoreError
from aggregator.core.hits import Ranked
from aggregator.core.query import PARAMETERS, Query, after, after_rank, parse, rank
from aggregator.core.websub import HUB, TYPES, link
from aggregator.store import StoredStory
from aggregator.web.answer import FEED_CACHE, Document, Refused, answer, away
from aggregator.web.shelf import Items, Shelved
from aggregator.web.site import Site, Timed

TITLE = render.TITLE
# The place in the change log moves with every change; a feed that is otherwise the same keeps the older
# place, from which a reader is only told again what it has seen. Not for ever: the log forgets.
MOST_BEHIND = 1_000
RENEW = 60.0  # seconds between two renewals of a frozen order that is still handed out
PLACEHOLDER = "0-PLACE-IN-THE-CHANGE-LOG"


class Page(msgspec.Struct, frozen=True):
    """What a page shows, and under which addresses; a format makes bytes of it."""

    base: str
    query: Query
    view: str | None  # that the path names
    title: str
    stories: tuple[StoredStory, ...]
    related: dict[str, StoredStory]
    sources: dict[str, str]  # addresses of feeds by source id, without secrets
    next: str | None  # cursor
    items: Items
    as_of: float | None  # while Redis is away: when it last answered
    hub: str | None = None  # that tells of this very feed

    def address(self, suffix: str, cursor: str | None = None) -> str:
        """This feed's address in the format of that suffix; of its next page with a cursor."""
        path = "/feed" if self.view is None else f"/feeds/{self.view}"
        return f"{self.base}{path}{suffix}{self.query.string(cursor, path_names_view=self.view is not None)}"

    def home(self, cursor: str | None = None) -> str:
        """The address of the page for people; of its next one with a cursor."""
        path = "/" if self.view is None else f"/feeds/{self.view}"
        return f"{self.base}{path}{self.query.string(cursor, path_names_view=self.view is not None)}"

    @property
    def changes(self) -> str:
        """The change log's address with the same filters, and a placeholder for the place in it."""
        filters_only = msgspec.structs.replace(self.query.filter, since=None)
        query = Query(filter=filters_only, view=self.query.view).string(PLACEHOLDER)
        return f"{self.base}/changes{query.replace('cursor=' + PLACEHOLDER, 'since=' + PLACEHOLDER)}"


class Format(msgspec.Struct, frozen=True):
    """A way to write a page down."""

    name: str
    content_type: str
    write: Callable[[Page], bytes]
    cache: str = FEED_CACHE
    headers: dict[str, str] = {}
    tells_age: bool = False  # it says so itself when it shows what was last seen
    suffix: str = ""  # of its addresses, where a hub tells of them


def _head(page: Page, suffix: str) -> render.Head:
    return render.Head(
        title=page.title,
        home=page.home(),
        address=page.address(suffix),
        about=f"{page.base}/docs",
        changes=page.changes,
        next=page.address(suffix, page.next) if page.next else None,
        hub=page.hub,
    )


def _json(page: Page) -> bytes:
    items = [page.items.item(story, page.related) for story in page.stories]
    return orjson.dumps(render.json_feed(_head(page, ".json"), items))


def _atom(page: Page) -> bytes:
    return syndicate.atom(_head(page, ".atom"), page.stories, page.sources)


def _rss(page: Page) -> bytes:
    return syndicate.rss(_head(page, ".rss"), page.stories, page.sources)


JSON = Format(name="feed", content_type=TYPES[".json"], write=_json, suffix=".json")
ATOM = Format(name="atom", content_type=TYPES[".atom"], write=_atom, suffix=".atom")
RSS = Format(name="rss", content_type=TYPES[".rss"], write=_rss, suffix=".rss")


class Feeds:
    """The merged feed and the named views, in one format."""

    def __init__(self, site: Site, form: Format) -> None:
        self.site = site
        self.catalogue = site.catalogue
        self.form = form
        self._timed = Timed(form.name)
        self._frozen = site.frozen

    def merged(self, request: web.Request) -> Coroutine[Any, Any, web.Response]:
        """The merged feed."""
        return self.serve(request, None)

    def named(self, request: web.Request) -> Coroutine[Any, Any, web.Response]:
        """A named view."""
        return self.serve(request, request.match_info["view"])

    async def serve(self, request: web.Request, view: str | None) -> web.Response:
        """A feed from the shelf, made if need be."""
        site = self.site
        if site.guarded:
            site.admit(request, view)
        address = f"{self.form.name} {request.headers.get(hdrs.HOST)} {request.raw_path}"
        shelved = site.shelf.at(address)
        if shelved is not None and shelved.version == self.catalogue.version and self.catalogue.fresh:
            return answer(request, shelved.document, ready=True)
        if view is not None and view not in site.views:
            raise Refused(404, f"There is no view {view[:64]!r}.")
        return await self._make(request, address, view)

    def asked(self, request: web.Request) -> list[tuple[str, str]]:
        """The parameters that choose stories."""
        return given(request)

    async def _make(self, request: web.Request, address: str, view: str | None) -> web.Response:
        query = parse(self.asked(request), view)
        base = self.site.base(request)
        key = self.site.shelf.name(address, self._key(request, base, query, view))
        await self.catalogue.arrived()
        if self.catalogue.fresh:
            try:
                shelved = await self.site.shelf.make(
                    key, self.version(query), lambda kept: self._render(base, query, view, kept)
                )
                return answer(request, shelved.document)
            except (StoreError, TimeoutError) as error:
                self.catalogue.lost(error)
        return await self._stale(request, base, query, view, key)

    def _key(self, request: web.Request, base: str, query: Query, view: str | None) -> str:
        """Equal for equal questions: neither the order of parameters nor a token makes another document."""
        others = sorted(pair for pair in given(request) if pair[0] not in PARAMETERS)
        return f"{self.form.name} {base} {view or ''} {query.string(query.cursor)} {others or ''}"

    async def _render(self, base: str, query: Query, view: str | None, kept: Shelved | None) -> Shelved:
        """The finished page; the kept document, if only the place in the change log has moved."""
        with self._timed:
            version, number, place = self.version(query), self.catalogue.number, self.catalogue.cursor
            page = await self.page(base, query, view)
            changed_at = self.catalogue.changed_at  # reading may have shown that a story is no more
            body = self.form.write(page)
            basis = blake2b(body, digest_size=16).digest()
            if kept is not None and kept.basis == basis and 0 <= number - kept.number < MOST_BEHIND:
                return Shelved(kept.document, version, basis, kept.number)
            document = self._document(body.replace(PLACEHOLDER.encode(), place.encode()), changed_at, page)
            return Shelved(document, version, basis, number)

    def version(self, query: Query) -> object:
        """What a finished page is good for; a frozen order must be renewed while it is handed out."""
        if query.sort == "newest":
            return self.catalogue.version
        return self.catalogue.version, int(self.site.clock() / RENEW)

    async def everything(self, base: str, view: str | None) -> bytes:
        """All stories on one page."""
        ids, _ = await self.catalogue.select(Query(view=view, limit=len(self.catalogue) + 1))
        found = await self.catalogue.stories(ids)
        page = await self._filled(base, Query(view=view), view, list(found.values()), None)
        page = msgspec.structs.replace(page, hub=None)  # where files lie there is none
        return self.form.write(page).replace(PLACEHOLDER.encode(), self.catalogue.cursor.encode())

    async def page(self, base: str, query: Query, view: str | None) -> Page:
        """Chooses and reads the stories; again, where some have expired since they were chosen."""
        if query.sort == "coverage":
            ids, cursor = await self._ranked(query)
            found = await self.catalogue.stories(ids)
            return await self._filled(base, query, view, list(found.values()), cursor)
        ids, more = await self.catalogue.select(query)
        found = await self.catalogue.stories(ids)
        if len(found) < len(ids):
            ids, more = await self.catalogue.select(query)
            found = await self.catalogue.stories(ids)
        last = found[ids[-1]].story if more and ids and ids[-1] in found else None
        return await self._filled(
            base, query, view, list(found.values()), after(query, (last.placed, last.id)) if last else None
        )

    async def _ranked(self, query: Query) -> tuple[list[str], str | None]:
        """A page of the most carried stories, and the cursor of the next one."""
        at = rank(query)
        if at is None:
            order = self._frozen.keep(await self.catalogue.most_carried(query))
            return order.some(0, query.limit), self._next_rank(query, order, query.limit)
        name, shown = at
        frozen = self._frozen.get(name)
        if frozen is None:
            raise Refused(410, "This order of the most carried stories is too old: begin at the first page.")
        page = frozen.some(shown, shown + query.limit)
        return page, self._next_rank(query, frozen, shown + query.limit)

    def _next_rank(self, query: Query, order: Ranked, shown: int) -> str | None:
        return after_rank(query, order.name, shown) if shown < len(order) else None

    async def _filled(
        self, base: str, query: Query, view: str | None, stories: Sequence[StoredStory], cursor: str | None
    ) -> Page:
        named = {other for stored in stories for other, _ in stored.story.related}
        related = dict(
            self.site.within(query.view, await self.catalogue.stories(sorted(named)) if named else {})
        )
        return Page(
            base=base,
            query=query,
            view=view,
            title=self._title(query.view),
            stories=tuple(stories),
            related=related,
            sources=self.site.addresses,
            next=cursor,
            items=self.site.items,
            as_of=None if self.catalogue.fresh else self.catalogue.contact,
            hub=self._hub(query, view),
        )

    def _hub(self, query: Query, view: str | None) -> str | None:
        """The hub that tells of what is asked for: of whole feeds under the address that is their own."""
        public = self.site.public
        return public + HUB if public and query.plain and query.view == view and self.form.suffix else None

    def _title(self, name: str | None) -> str:
        view = self.site.views.get(name) if name is not None else None
        return TITLE if view is None else (view.title or view.id)

    def _document(self, body: bytes, changed_at: float, page: Page) -> Document:
        form, headers = self.form, self.form.headers
        cache = self.site.caching(form.cache)
        if page.hub:
            headers = {**headers, "Link": link(page.hub, page.address(form.suffix))}
        return Document(body, form.content_type, changed_at=changed_at, cache=cache, headers=headers)

    async def _stale(
        self, request: web.Request, base: str, query: Query, view: str | None, key: str
    ) -> web.Response:
        """The feed as last seen (RFC 9211: `ttl` below zero says for how long it has been stale)."""
        catalogue = self.catalogue
        if not query.plain or catalogue.contact is None:
            raise away()
        shelved = self.site.shelf.get(key)
        if shelved is None or shelved.version != catalogue.version or self.form.tells_age:
            try:
                shelved = await self._render(base, query, view, shelved)
            except (StoreError, TimeoutError):
                raise away() from None
        metrics.STALE.inc()
        seconds = max(1, round(self.site.clock() - catalogue.contact))
        return answer(request, shelved.document, {"Cache-Status": f"aggregator; hit; ttl=-{seconds}"})


def given(request: web.Request) -> list[tuple[str, str]]:
    """The request's parameters, without the token: it says who asks, not what for."""
    return [(name, value) for name, value in request.query.items() if name != "token"]
