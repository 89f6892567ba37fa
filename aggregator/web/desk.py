"""The desk: what editors see beside what everybody reads, and what they are shown before anything happens."""

from __future__ import annotations

from aiohttp import web

from aggregator.core.order import Order, Ruling
from aggregator.web import html
from aggregator.web.answer import SAFE, SERVER
from aggregator.web.site import Site

HEADERS = {
    "Content-Type": html.TYPE,
    "Cache-Control": "no-store",
    "Server": SERVER,
    **SAFE,
    "Referrer-Policy": "same-origin",  # with no-referrer a form does not tell which page it came from
}


class Desk:
    """Pages for editors."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def preview(self, request: web.Request, order: Order, found: Ruling) -> web.StreamResponse:
        """What an order would do, with the form that does it."""
        del request
        body = html.fill("desk_preview.html", self.site.prefix, order=order, found=found)
        return web.Response(body=body, headers={**HEADERS, **html.headers()})
