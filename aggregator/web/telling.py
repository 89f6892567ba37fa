"""`/stories/{id}`: one story with all its copies, in the order in which they came, and why it is one."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from aiohttp import web
from markupsafe import Markup

from aggregator.core import render
from aggregator.core.markup import within
from aggregator.core.model import Copy, Text
from aggregator.core.query import Malformed, gather, once
from aggregator.store import StoredStory
from aggregator.web import html
from aggregator.web.answer import PAGE_CACHE, Document, answer
from aggregator.web.catalogue import HANG
from aggregator.web.desk import HEADERS, PARAMETERS, Desk
from aggregator.web.display import split
from aggregator.web.feeds import given
from aggregator.web.revisions import Revision, revisions
from aggregator.web.rows import Line, line, row
from aggregator.web.site import Site
from aggregator.web.stories import ID, Stories

WIDTH, HEIGHT, EDGE = 720, 56, 12  # of the timeline's own units
MOST_POINTS = 500


class Point(msgspec.Struct, frozen=True):
    """A copy on the timeline."""

    x: float
    label: str
    leads: bool


class Telling:
    """The page of a story."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._stories = Stories(site)
        self._desk = Desk(site)

    async def page(self, request: web.Request) -> web.Response:
        """`/stories/{id}`; `from` names the merged story whose address led here."""
        display, pairs = split(given(request))
        asked = gather(pairs, {"explain", "from", *PARAMETERS})
        origin = once("from", asked["from"]) if "from" in asked else ""
        if origin and not ID.fullmatch(origin):
            raise Malformed("from", "from is the id of a story.")
        stored, related = await self._stories.find(request, "", verdicts=True)
        shown = row(stored, related, self.site.catalogue.changed_at)
        lead = render.ordered(stored)[0]
        text = stored.texts.get(lead.entry) or Text()
        base = self.site.prefix
        desk = await self._desk.beside(stored, asked) if self._desk.is_open(request) else None
        body = html.fill(
            "story.html" if desk is None else "desk_story.html",
            base,
            story=shown,
            title=lead.title or "(no headline)",
            summary=text.summary,
            text=Markup(within(text.content_html, images=display.images)),  # noqa: S704
            authors=text.authors,
            published=stored.story.published,
            lines=in_time(stored),
            why=[copy for copy in stored.copies if copy.verdict is not None],
            names={copy.entry: copy.outlet for copy in stored.copies},
            points=timeline(stored.copies, lead.entry),
            ends=_ends(stored.copies),
            size=(WIDTH, HEIGHT, EDGE),
            revisions=await self._revisions(stored),
            origin=origin,
            images=display.images,
            **(desk or {}),
        )
        if desk is not None:
            return web.Response(body=body, headers={**HEADERS, **html.headers(display)})
        document = Document(
            body,
            html.TYPE,
            changed_at=self._stories.changed_at(stored.story),
            cache=self.site.caching(PAGE_CACHE),
            headers=html.headers(display),
        )
        return answer(request, document)

    async def _revisions(self, stored: StoredStory) -> list[Revision]:
        """What the copies changed; their texts are read only where one of them did."""
        stories = self.site.store.stories
        async with self.site.store.answering(HANG):
            before = await stories.before([copy.entry for copy in stored.copies])
            (whole,) = await stories.read([stored.story.id], texts=True) if before else (None,)
        return revisions(whole.copies, whole.texts, before) if whole else []


def in_time(stored: StoredStory) -> list[Line]:
    """All copies as they were first seen."""
    lead = render.ordered(stored)[0]
    copies = sorted(
        stored.copies, key=lambda copy: (copy.first_seen, copy.entry != stored.story.id, copy.entry)
    )
    return [line(stored.story, lead, copy) for copy in copies]


def timeline(copies: Sequence[Copy], lead: str) -> list[Point]:
    """The copies as points from the first to the last one; empty where there is no time between them."""
    begin, end = _ends(copies)
    if end - begin < 1.0:
        return []
    scale = (WIDTH - 2 * EDGE) / (end - begin)
    return [
        Point(round(EDGE + (copy.first_seen - begin) * scale, 1), copy.outlet, copy.entry == lead)
        for copy in sorted(copies, key=lambda copy: (copy.entry == lead, copy.first_seen))[-MOST_POINTS:]
    ]


def _ends(copies: Sequence[Copy]) -> tuple[float, float]:
    moments = [copy.first_seen for copy in copies]
    return min(moments), max(moments)
