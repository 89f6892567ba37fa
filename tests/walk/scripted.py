"""A host on loopback whose answers a test writes: by path, and remembered as they were asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from aiohttp import web
from multidict import CIMultiDict
from publisher import Item

from aggregator.core.model import Source


class Loopback:
    """A server of GET on a free port of 127.0.0.1, for as long as the block lasts; `_answer` says with what."""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        raise NotImplementedError


@dataclass
class Scripted(Loopback):
    """`async with Scripted() as host`: `host.pages["/feed"] = host.feed(story(1))`, or a function of the request."""

    pages: dict[str, web.Response | Callable[[web.Request], web.Response]] = field(default_factory=dict)
    asked: list[tuple[str, CIMultiDict[str]]] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def source(self, path: str, **more: object) -> Source:
        name = path.strip("/").replace("/", "-")
        return Source(id=name, url=self.url(path), name=name, outlet=name, **more)  # type: ignore[arg-type]

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked.append((request.path_qs, CIMultiDict(request.headers)))
        page = self.pages.get(request.path)
        if callable(page):
            return page(request)
        if page is None:
            return web.Response(status=404)
        return web.Response(status=page.status, body=page.body, headers=page.headers)


def feed(*items: Item, head: str = "", status: int = 200, **headers: str) -> web.Response:
    """A feed of these items; `head` stands in its channel, underscores in names of fields are hyphens."""
    body = f"<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel><title>Desk</title>{head}"
    text = f"{body}{''.join(item.xml() for item in items)}</channel></rss>"
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return web.Response(
        status=status, body=text.encode(), headers={"Content-Type": "application/rss+xml", **fields}
    )
