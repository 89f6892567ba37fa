"""A publisher on loopback for the tests of the walk: feeds that change when the test says so."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from email.utils import formatdate
from hashlib import blake2b
from html import escape
from typing import Self

from aiohttp import web

from aggregator.core.model import Source


@dataclass
class Item:
    """What one item of a feed says."""

    guid: str
    title: str
    text: str = ""
    published: float | None = None

    def xml(self) -> str:
        date = "" if self.published is None else f"<pubDate>{formatdate(self.published)}</pubDate>"
        return (
            f"<item><guid isPermaLink='false'>{escape(self.guid)}</guid><title>{escape(self.title)}</title>"
            f"<link>http://example.org/{escape(self.guid)}</link><description>{escape(self.text)}</description>{date}</item>"
        )


@dataclass
class Publisher:
    """`async with Publisher() as publisher`: `publisher.feeds["a"] = [Item(…)]` is served at its address.

    `broken` maps a feed to the status that it answers with. `requests` counts, `unconditional` counts those that
    brought no validator.
    """

    feeds: dict[str, list[Item]] = field(default_factory=dict)
    broken: dict[str, int] = field(default_factory=dict)
    requests: Counter[str] = field(default_factory=Counter)
    unconditional: Counter[str] = field(default_factory=Counter)
    port: int = 0

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{feed}.xml", self._feed)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    def source(self, feed: str, **more: object) -> Source:
        """The configured source of a feed; every feed is an outlet of its own."""
        url = f"http://127.0.0.1:{self.port}/{feed}.xml"
        return Source(id=feed, url=url, name=feed, outlet=feed, **more)  # type: ignore[arg-type]

    async def _feed(self, request: web.Request) -> web.Response:
        name = request.match_info["feed"]
        self.requests[name] += 1
        if name in self.broken:
            return web.Response(status=self.broken[name])
        items = "".join(item.xml() for item in self.feeds[name])
        body = (
            f"<?xml version='1.0'?><rss version='2.0'><channel><title>{name}</title>{items}</channel></rss>"
        )
        etag = f'"{blake2b(body.encode(), digest_size=6).hexdigest()}"'
        if "If-None-Match" not in request.headers:
            self.unconditional[name] += 1
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        return web.Response(body=body.encode(), content_type="application/rss+xml", headers={"ETag": etag})


WIRE = (
    "Engineers reopened the mountain railway above Kelmar on Tuesday, eleven weeks after a landslide buried two"
    " hundred metres of track and cut off four villages, the regional transport office said in a statement."
)


def wire(
    guid: str, title: str = "Mountain railway reopens after landslide", published: float | None = None
) -> Item:
    """A copy of one wire story, as an outlet would run it."""
    return Item(guid, title, WIRE, published)


_NOUNS = [
    "bridge",
    "harbour",
    "orchard",
    "library",
    "tunnel",
    "glacier",
    "museum",
    "ferry",
    "stadium",
    "lighthouse",
    "canal",
    "quarry",
]
_VERBS = ["opens", "closes", "burns", "floods", "celebrates", "loses", "wins", "sells", "repairs", "paints"]
_PLACES = [
    "Arvika",
    "Boleslaw",
    "Cahir",
    "Drama",
    "Espoo",
    "Fethiye",
    "Gorzow",
    "Hamar",
    "Imola",
    "Jajce",
    "Kotka",
    "Lugo",
]


def story(number: int, guid: str | None = None) -> Item:
    """The own story number `number`: told in words that no other number shares."""
    noun, verb, place = (
        _NOUNS[number % 12], _VERBS[number // 12 % 10], _PLACES[number // 120 % 12]
    )  # fmt: skip
    tail = " ".join(f"{noun}{number}x{step}{place.lower()}" for step in range(18))
    return Item(guid or f"own-{number}", f"{place} {noun} {verb} case{number} matter{number}", f"{tail}.")
