"""The simulated newsroom: outlets on loopback whose feeds change while one watches.

It serves `/{outlet}/feed` with validators and honours them (RFC 9110, 13.1), `/{outlet}/{slug}` as a page
to click through to, and `/` as a list. Nothing here reads the clock but through the argument.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from html import escape
from typing import Self

from aiohttp import web

from aggregator.demo import desk, formats, wire

SLOW = 3.0  # seconds that the slow outlet takes to answer
FAULT_LASTS = 8.0  # seconds until the broken outlet breaks in another way
BULLETIN_EVERY = 3  # paces: what comes when every story is told


@dataclass
class Newsroom:
    """`async with Newsroom(clock) as newsroom:` listens on a free port of `host` until the block ends.

    `clock` gives seconds since 1970-01-01 UTC; `pace` is the mean of the seconds between two live events.
    """

    clock: Callable[[], float]
    seed: int = 1
    pace: float = 4.0
    host: str = "127.0.0.1"
    port: int = 0
    slow: float = SLOW
    opened: float = field(init=False, default=0.0)
    requests: dict[str, int] = field(init=False, default_factory=dict)  # of feeds, by outlet

    def __post_init__(self) -> None:
        self.outlets = {outlet.id: outlet for outlet in desk.outlets()}
        self._told = wire.programme(wire.stories(), self.seed, self.pace)
        self._runner: web.AppRunner | None = None
        self._cache: dict[str, tuple[tuple[object, ...], bytes]] = {}

    async def __aenter__(self) -> Self:
        self.opened = self.clock()
        app = web.Application()
        app.router.add_get("/", self._index)
        app.router.add_get("/{outlet}/feed", self._feed)
        app.router.add_get("/{outlet}", self._index)
        app.router.add_get("/{outlet}/{slug}", self._article)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, self.host, self.port).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """Where the newsroom listens."""
        return f"http://{self.host}:{self.port}"

    def address(self, outlet: str) -> str:
        """The address of an outlet's feed."""
        return f"{self.url}/{outlet}/feed"

    def sources_yaml(self) -> str:
        """The outlets as the `sources:` of a configuration."""
        return "sources:\n" + "".join(self._source_yaml(outlet) for outlet in self.outlets.values())

    def config(self, data_dir: str, port: int = 8080, interval: str = "2s") -> str:
        """A whole configuration, as YAML, that polls this newsroom every `interval`."""
        return (
            "# The simulated newsroom: every outlet and every story in it is invented.\n"
            f"redis: embedded\ndata_dir: {_quoted(data_dir)}\nserver: {{host: 127.0.0.1, port: {port}}}\n"
            f"polling: {{min_interval: {interval}, max_interval: {interval}, max_backoff: 30s, timeout: 10s, "
            "per_host: 32, per_host_rate: off, allow_private_networks: [127.0.0.0/8]}\n"
            f"hosts:\n  {self.host}: {{per_host: 32, per_host_rate: off, pause_together: false}}\n"
            "retention: {stories: 7d, rebuild_wait: 4s}\n"
            f"{self.sources_yaml()}"
            "feeds:\n"
            "  - {id: shared, title: Carried at least twice, where: {min_sources: 2}}\n"
            "  - {id: business, title: Business, where: {categories: [business]}}\n"
            "  - {id: deutsch, title: Auf Deutsch, where: {languages: [de]}}\n"
        )

    def items(self, outlet: desk.Outlet, now: float | None = None) -> list[desk.Item]:
        """What an outlet's feed holds at `now`, in seconds since the opening (None: at this moment)."""
        now = self.clock() - self.opened if now is None else now
        opened = datetime.fromtimestamp(self.opened, UTC)
        day = f"{opened:%b} {opened.day}"
        return desk.edition(outlet, self._filings(now), now, self.seed, day=day)

    def _source_yaml(self, outlet: desk.Outlet) -> str:
        return (
            f"  - {{id: {outlet.id}, url: {_quoted(self.address(outlet.id))}, name: {_quoted(outlet.name)}, "
            f"outlet: {_quoted(outlet.name)}, categories: [{', '.join(outlet.categories)}], "
            f"language: {outlet.language}, priority: {outlet.priority}, interval: 2s}}\n"
        )

    def _filings(self, now: float) -> list[wire.Filing]:
        """Everything that the agencies filed until `now`: what is written, then bulletins without end."""
        pace = self.pace * BULLETIN_EVERY
        return [*self._told, *wire.bulletins(self.seed, self._told[-1].at + pace, now, pace)]

    def _document(self, outlet: desk.Outlet, now: float) -> tuple[bytes, float]:
        """The feed's bytes at `now`, and when they last changed; made once for each change."""
        filings = self._filings(now)
        moments = desk.moments(outlet, filings, self.seed)
        past = bisect_right(moments, now)
        changed = moments[past - 1] if past else 0.0
        known = self._cache.get(outlet.id)
        if known is None or known[0] != (past, changed):
            page = formats.Page(outlet, self.items(outlet, now), f"{self.url}/{outlet.id}", self.opened)
            known = (past, changed), formats.document(page)
            self._cache[outlet.id] = known
        return known[1], self.opened + min(changed, now)

    def _find(self, request: web.Request) -> desk.Outlet:
        outlet = self.outlets.get(request.match_info["outlet"])
        if outlet is None:
            raise web.HTTPNotFound(text="There is no such outlet here.")
        return outlet

    async def _feed(self, request: web.Request) -> web.StreamResponse:
        outlet = self._find(request)
        self.requests[outlet.id] = self.requests.get(outlet.id, 0) + 1
        now = self.clock() - self.opened
        body, changed = self._document(outlet, now)
        if outlet.fault == "slow":
            await asyncio.sleep(self.slow)
        if outlet.fault == "broken":
            return _broken(body, now)
        return _conditional(request, body, changed, formats.CONTENT_TYPES[outlet.format])

    async def _article(self, request: web.Request) -> web.StreamResponse:
        outlet = self._find(request)
        items = {item.slug: item for item in self.items(outlet)}
        item = items.get(request.match_info["slug"])
        if item is None:
            raise web.HTTPNotFound(text="This story is no longer in the outlet's feed.")
        name, title = escape(outlet.name), escape(item.title)
        text = f"<p>{escape(item.byline)}</p>{item.content or item.summary}"
        return _page(item.title, f"<p>{name}, simulated</p><h1>{title}</h1>{text}")

    async def _index(self, _: web.Request) -> web.StreamResponse:
        rows = "".join(
            f'<li><a href="/{outlet.id}/feed">{escape(outlet.name)}</a> ({outlet.format})'
            for outlet in self.outlets.values()
        )
        return _page("Newsroom", f"<h1>A simulated newsroom</h1><ul>{rows}</ul>")


def _page(title: str, body: str) -> web.Response:
    head = f"<!doctype html><meta charset=utf-8><title>{escape(title)}</title>"
    return web.Response(content_type="text/html", text=head + body)


def _broken(body: bytes, now: float) -> web.Response:
    """In turn: an error, a document that ends in the middle, and a page where a feed should be."""
    match int(now // FAULT_LASTS) % 3:
        case 0:
            return web.Response(status=500, text="The database has gone away.")
        case 1:
            return web.Response(body=body[: len(body) // 2], content_type="application/rss+xml")
    return web.Response(
        text="<!doctype html><title>Back soon</title><p>We are working on it.", content_type="text/html"
    )


def _conditional(request: web.Request, body: bytes, changed: float, content_type: str) -> web.Response:
    etag = blake2b(body, digest_size=8).hexdigest()
    response = web.Response(headers={"Content-Type": content_type, "Cache-Control": "no-cache"})
    response.etag = etag
    response.last_modified = int(changed)
    known = {tag.value for tag in request.if_none_match or ()}
    since = request.if_modified_since
    fresh = etag in known if known else since is not None and since.timestamp() >= int(changed)
    if fresh:
        response.set_status(304)
        return response
    response.body = body
    response.enable_compression()
    return response


def _quoted(text: str) -> str:
    """A YAML string in double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
