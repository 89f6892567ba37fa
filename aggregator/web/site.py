"""What all endpoints share: the configuration, the catalogue, the shelf, who may read."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from time import perf_counter
from typing import TypeAlias
from urllib.parse import urlsplit

from aiohttp import web

from aggregator import metrics
from aggregator.config import Config
from aggregator.config.model import Token
from aggregator.config.where import filter_of
from aggregator.core.errors import StoreError
from aggregator.core.feed import Filter, matcher
from aggregator.core.health import masked
from aggregator.core.query import Malformed
from aggregator.store import Store, StoredStory
from aggregator.web.access import Access, Limit
from aggregator.web.answer import Ready, Refused, away, preflight, problem
from aggregator.web.catalogue import Catalogue
from aggregator.web.shelf import Frozen, Items, Shelf
from aggregator.web.states import States

log = logging.getLogger("web")

METHODS = "GET, HEAD, OPTIONS"
UNLIMITED = frozenset({"health", "metrics"})  # endpoints that those who watch the service ask
_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Site:
    """The parts that endpoints are made of."""

    def __init__(self, config: Config, store: Store, clock: Callable[[], float]) -> None:
        self.store = store
        self.clock = clock
        self.access = Access(config, clock)
        self.limit = Limit(clock)
        self._adopt(config)
        self.catalogue = Catalogue(store, self._filters(), clock)
        self.states = States(self.catalogue, clock)
        self.shelf = Shelf()
        self.items = Items()
        self.dressed: frozenset[str] = frozenset()  # endpoints whose problems people see as pages
        self.dress: Callable[[web.StreamResponse, Exception], web.StreamResponse] = lambda plain, _: plain
        self.frozen = Frozen(clock)
        public = config.server.public_url
        self.public = public.rstrip("/") if public else None
        self.prefix = urlsplit(self.public).path.rstrip("/") if self.public else ""

    def _adopt(self, config: Config) -> None:
        self.config = config
        self.since = self.clock()  # in force; what depends on nothing else was last changed then
        self.views = {view.id: view for view in config.feeds}
        self.addresses = {source.id: masked(source.url) for source in config.sources}

    def _filters(self) -> dict[str, Filter]:
        return {view.id: filter_of(view.where) for view in self.views.values()}

    async def take(self, config: Config) -> None:
        """Takes up sources, views and tokens of another configuration; the address stays as it was."""
        self._adopt(config)
        self.access.take(config)
        self.shelf = Shelf()
        await self.catalogue.take(self._filters())

    @property
    def guarded(self) -> bool:
        """Whether reading needs a token."""
        return self.access.guarded

    def caching(self, cache: str) -> str:
        """A Cache-Control as meant for all; for the reader's own cache alone where tokens are needed."""
        return f"private, {cache.removeprefix('public, ')}" if self.guarded else cache

    def base(self, request: web.Request) -> str:
        """What all our addresses begin with: `public_url`, else made from the request's Host."""
        if self.public is not None:
            return self.public
        host = request.headers.get("Host") or _bound(request)
        if not _valid_host(host):
            raise Refused(400, "The Host header is not a host name.", parameter="Host")
        return f"{request.scheme}://{host}"

    # --- who may read ---------------------------------------------------------------------------------

    def admit(self, request: web.Request, view: str | None = None, *, stories: bool = False) -> Token | None:
        """Lets a reader in, as `Access.admit` says. Raises: Refused (401, 403)."""
        base = self.base(request) if self.guarded else ""
        return self.access.admit(request, view, stories=stories, base=base)

    def filter(self, view: str) -> Filter:
        """What a named view holds; nothing, where there is no such view."""
        found = self.views.get(view)
        return Filter(never=True) if found is None else filter_of(found.where)

    def within(self, view: str | None, related: Mapping[str, StoredStory]) -> Mapping[str, StoredStory]:
        """Those related stories that may be named beside a view's: its own, where tokens read it alone."""
        if view not in self.access.limited:
            return related
        wanted = matcher((self.filter(view),))
        known = ((name, self.catalogue.facts(name)) for name in related)
        return {name: related[name] for name, one in known if one is not None and wanted(one)}

    # --- handling -------------------------------------------------------------------------------------

    def endpoint(self, name: str, handler: Handler, *, methods: str = METHODS) -> Handler:
        """The handler with what all have in common: methods, counting, and errors as problems."""
        read = frozenset(methods.split(", ")) - {"OPTIONS"}
        counts = metrics.REQUESTS.counts
        limit = None if name in UNLIMITED else self.limit

        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                if limit is not None:
                    limit.take(request)
                response = self._entrance(name, request) if "token" in request.query_string else None
                if response is not None:
                    pass
                elif request.method in read or name == "unknown":  # where nothing is, no method helps
                    response = await handler(request)
                elif request.method == "OPTIONS":
                    response = preflight(methods)
                else:
                    response = problem(405, f"Here one may {methods}.", headers={"Allow": methods})
            except Exception as error:
                response = self._answer_to(error, request)
                if name in self.dressed and "text/html" in request.headers.get("Accept", ""):
                    response = self.dress(response, error)
            counts[name, str(response.status), "hit" if type(response) is Ready else "miss"] += 1
            return response

        return handle

    def _entrance(self, name: str, request: web.Request) -> web.StreamResponse | None:
        """Where a browser goes on that came to a page with a token in its address."""
        if name not in self.dressed or request.method != "GET":
            return None
        return self.access.enter(request, self.base(request))

    def _answer_to(self, error: Exception, request: web.Request) -> web.StreamResponse:
        """What a request gets that could not be answered as it wished."""
        if isinstance(error, Malformed):
            return problem(400, str(error), parameter=error.parameter)
        if isinstance(error, Refused):
            return error.response()
        if isinstance(error, StoreError | TimeoutError):
            self.catalogue.lost(error)
            return away().response()
        if isinstance(error, web.HTTPException):
            raise error
        log.error("answering %s failed by a fault of the program", request.rel_url.path, exc_info=error)
        return problem(500, "The answer could not be made; the log says why.")


class Timed:
    """Measures how long an answer takes that was not ready."""

    def __init__(self, endpoint: str) -> None:
        self._histogram = metrics.SECONDS.labels(endpoint)

    def __enter__(self) -> None:
        self._began = perf_counter()

    def __exit__(self, *_: object) -> None:
        self._histogram.observe(perf_counter() - self._began)


def _bound(request: web.Request) -> str:
    """The address that a request came to, for clients that send no Host."""
    name = request.transport.get_extra_info("sockname") if request.transport else None
    if not isinstance(name, tuple):
        return "localhost"
    return f"[{name[0]}]:{name[1]}" if ":" in str(name[0]) else f"{name[0]}:{name[1]}"


@lru_cache(maxsize=1024)
def _valid_host(host: str) -> bool:
    return _HOST.fullmatch(host) is not None
