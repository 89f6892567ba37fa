"""The page for people: the same stories as the feed, readable without any script."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from typing import Any

import jinja2
import msgspec
from aiohttp import web

from aggregator.core import render
from aggregator.core.health import report
from aggregator.core.query import gather, rfc3339
from aggregator.store import StoredStory
from aggregator.web.answer import CSP, PAGE_CACHE, SAFE, Document, Refused, answer
from aggregator.web.feeds import TITLE, Feeds, Format, Page, given
from aggregator.web.site import Site
from aggregator.web.sources import UNKNOWN
from aggregator.web.stories import Stories, last_changed

HTML = "text/html; charset=utf-8"
HEADERS = {
    "Content-Security-Policy": CSP,
    "Permissions-Policy": "interest-cohort=()",
}
FOREVER = "public, max-age=31536000, immutable"


class Pages:
    """All pages: stories, one story, sources, the addresses, and errors."""

    def __init__(self, site: Site, described: Callable[[], list[dict[str, Any]]] = list) -> None:
        self.site = site
        self._described = described
        self.feeds = Feeds(
            site,
            Format(
                name="page",
                content_type=HTML,
                write=self.write,
                cache=PAGE_CACHE,
                headers=HEADERS,
                tells_age=True,
            ),
        )
        self._stories = Stories(site)

    def write(self, page: Page) -> bytes:
        """A page of stories."""
        return self._html(
            "stories.html",
            page=msgspec.structs.replace(page, base=self.site.prefix),
            rows=[_row(stored) for stored in page.stories],
            views=list(self.site.config.feeds),
            has_sources=bool(self.site.config.sources),
            files=[str(path) for path in self.site.config.files],
            as_of=_clock(page.as_of),
        )

    async def story(self, request: web.Request) -> web.Response:
        """`/stories/{id}`: one story, with why each copy is one."""
        gather(given(request), {"explain"})
        stored, related = await self._stories.find(request, "")
        others = [_row(related[name]) for name, _ in stored.story.related if name in related]
        body = self._html("story.html", row=_row(stored), related=others)
        return answer(request, self._document(body, last_changed(stored.story)))

    async def sources(self, request: web.Request) -> web.Response:
        """`/sources`: every source and its health."""
        self.site.admit(request)
        gather(given(request), ())
        status = await self.site.store.sources.status()
        rows = [report(source, *status.get(source.id, UNKNOWN)) for source in self.site.config.sources]
        return answer(request, self._document(self._html("sources.html", rows=rows)))

    async def addresses(self, request: web.Request) -> web.Response:
        """`/docs`: what can be asked for."""
        gather(given(request), ())
        body = self._html("docs.html", operations=self._described(), views=list(self.site.config.feeds))
        return answer(request, self._document(body))

    async def style(self, request: web.Request) -> web.Response:
        """`/static/style.css`; its address carries a hash, so that it is kept for good."""
        return answer(request, Document(style(), "text/css; charset=utf-8", cache=FOREVER))

    def missing(self, request: web.Request) -> web.Response:
        """404, as a page for a browser. Raises: Refused for everyone else."""
        if "text/html" not in request.headers.get("Accept", ""):
            raise Refused(404, "There is nothing at this address; /docs lists those that there are.")
        body = self._html("missing.html")
        headers = {
            "Content-Type": HTML,
            "Cache-Control": "no-store",
            "Server": "aggregator",
            **SAFE,
            **HEADERS,
        }
        return web.Response(status=404, body=body, headers=headers)

    def _document(self, body: bytes, changed_at: float | None = None) -> Document:
        cache = self.site.caching(PAGE_CACHE)
        return Document(body, HTML, changed_at=changed_at, cache=cache, headers=HEADERS)

    def _html(self, name: str, **values: Any) -> bytes:
        """A template filled in. Links are paths, so that they hold under whatever name we are reached."""
        base = self.site.prefix
        shared = {"base": base, "style": style_address(base), "site": TITLE}
        return templates().get_template(name).render({**shared, **values}).encode("utf-8", "replace")


def _row(stored: StoredStory) -> dict[str, Any]:
    """What a template shows of a story."""
    copies = render.ordered(stored)
    lead, story = copies[0], stored.story
    text = stored.texts.get(lead.entry)
    return {
        "id": story.id,
        "title": lead.title or "(no headline)",
        "url": render.web_address(lead.url),
        "language": lead.language,
        "summary": text.summary if text else "",
        "outlet": lead.outlet,
        "outlets": _carriers(stored),
        "agency": story.agency,
        "status": story.status,
        "revision": story.revision,
        "seen": story.first_seen,
        "copies": [
            {
                "outlet": copy.outlet,
                "title": copy.title,
                "url": render.web_address(copy.url),
                "language": copy.language,
                "lag": _lag(copy.first_seen - story.first_seen),
                "score": f"{copy.score:.2f}",
                "reason": copy.reason,
            }
            for copy in copies
        ],
    }


def _carriers(stored: StoredStory) -> list[dict[str, str | None]]:
    """Every outlet once, with the address of its first copy."""
    first: dict[str, str | None] = {}
    for copy in render.ordered(stored):
        first.setdefault(copy.outlet, render.web_address(copy.url))
    return [{"name": name, "url": url} for name, url in first.items()]


def _lag(seconds: float) -> str:
    """How much later than the first: `+4 min`."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "first" if seconds <= 0 else "+0 min"
    return f"+{minutes} min" if minutes < 120 else f"+{round(minutes / 60)} h"


def _clock(moment: float | None) -> str | None:
    return None if moment is None else datetime.fromtimestamp(moment, UTC).strftime("%H:%M UTC")


def _day_and_time(moment: float | None) -> str:
    """A moment as people read it: `23 Nov 2026, 14:05 UTC`; in English, whatever the machine's language."""
    text = rfc3339(moment)
    if text is None:
        return ""
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return f"{int(text[8:10])} {months[int(text[5:7]) - 1]} {text[:4]}, {text[11:16]} UTC"


@cache
def style() -> bytes:
    """The one style sheet."""
    return (files("aggregator.web") / "static" / "style.css").read_bytes()


def style_address(base: str) -> str:
    """Where the style sheet is, with a hash of it."""
    return f"{base}/static/style.css?v={blake2b(style(), digest_size=6).hexdigest()}"


@cache
def templates() -> jinja2.Environment:
    """The templates: everything is escaped; what is not known shows as nothing."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("aggregator.web"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(iso=rfc3339, moment=_day_and_time)
    return environment
