"""The desk: what editors see beside what everybody reads.

On the page of a story: why each copy is one, signal by signal; what almost joined; the orders that can be
given, each shown before it happens; what was decided, and its undoing. At `/desk`: the queue of what needs a
look. All of it is forms and links, and works without a script.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
import orjson
from aiohttp import web
from markupsafe import Markup, escape

from aggregator.core import render
from aggregator.core.decided import labelled
from aggregator.core.feed import Filter
from aggregator.core.model import Copy, Doubt, Signal, Story
from aggregator.core.order import Order, Ruling
from aggregator.core.query import Malformed, Query, gather, once, written_cursor
from aggregator.store import Look, StoredStory
from aggregator.web import html, session
from aggregator.web.answer import SAFE, SERVER
from aggregator.web.feeds import given
from aggregator.web.rows import lag
from aggregator.web.site import Site

FOUND: Final = 10  # stories that a search offers to merge with
LOOKS: Final = 20  # questions of a page of the queue
RECENT: Final = 50  # decisions on a page
EXPORTED: Final = 20_000  # decisions, at most, in the export
JSON_LINES: Final = "application/jsonl"
PARAMETERS: Final = frozenset({"done", "with"})
HEADERS: Final = {
    "Content-Type": html.TYPE,
    "Cache-Control": "no-store",
    "Server": SERVER,
    **SAFE,
    "Referrer-Policy": "same-origin",  # with no-referrer a form does not tell which page it came from
}
_STORY = re.compile(r"[0-9a-f]{32}")


class Bar(msgspec.Struct, frozen=True):
    """A signal as a small bar: `top` is where the bar ends, the threshold lies within it."""

    name: str
    value: float
    threshold: float
    top: float
    passed: bool


class Member(msgspec.Struct, frozen=True):
    """A copy as the desk shows it."""

    copy: Copy
    url: str | None
    lag: str
    leads: bool
    bars: tuple[Bar, ...]
    other: str  # the outlet that it was compared with
    vetoes: tuple[str, ...]


class Neighbour(msgspec.Struct, frozen=True):
    """What almost joined: a copy, the live story that holds it, and why it did not."""

    story: Story
    copy: Copy
    reason: str
    veto: str
    score: float
    bars: tuple[Bar, ...]


class Question(msgspec.Struct, frozen=True):
    """A close decision of the machine: two copies, and the stories that hold them."""

    look: Look
    one: Copy
    other: Copy
    sizes: tuple[int, ...]
    bars: tuple[Bar, ...]


class Desk:
    """Pages for editors."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def is_open(self, request: web.Request) -> bool:
        """Does an editor ask?"""
        return self.site.access.editor(request, self.site.base(request)) is not None

    async def beside(self, stored: StoredStory, asked: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """What the page of a story has beside the story, for an editor."""
        words = once("with", asked["with"]).strip() if "with" in asked else ""
        return {
            "members": _members(stored),
            "neighbours": await self._neighbours(stored),
            "words": words,
            "found": await self._found(words, stored.story.id) if words else [],
            "history": list(await self.site.store.orders.history(stored.story.id)),
            "done": await self._done(asked),
            "linked": self._linked,
        }

    async def preview(self, request: web.Request, order: Order, found: Ruling) -> web.StreamResponse:
        """What an order would do, with the form that does it."""
        del request
        stories = await self._read([order.story, order.other])
        copies = {copy.entry: copy for one in stories.values() for copy in one.copies}
        return self._page(
            "desk_preview.html",
            order=order,
            found=found,
            leads=[(name, render.ordered(one)[0]) for name, one in stories.items()],
            named=[copies[entry] for entry in order.entries if entry in copies],
        )

    async def queue(self, request: web.Request) -> web.StreamResponse:
        """`/desk`: what needs a look, widest reach first."""
        self._admit(request)
        asked = gather(given(request), {"done", "cursor"})
        cursor = written_cursor(once("cursor", asked["cursor"]) if "cursor" in asked else None) or ""
        looks, following = await self.site.store.review.list(LOOKS, cursor)
        return self._page(
            "desk.html",
            questions=await self._questions(looks),
            next=following,
            done=await self._done(asked),
        )

    async def decisions(self, request: web.Request) -> web.StreamResponse:
        """`/desk/decisions`: the history over all."""
        self._admit(request)
        asked = gather(given(request), {"page"})
        page = once("page", asked["page"]) if "page" in asked else "1"
        if not (page.isascii() and page.isdigit() and 0 < int(page[:6]) < 100_000):
            raise Malformed("page", "page is a number from 1.")
        skip = (int(page) - 1) * RECENT
        found = await self.site.store.orders.all(RECENT + 1, skip)
        return self._page(
            "desk_decisions.html", history=found[:RECENT], next=int(page) + 1 if len(found) > RECENT else 0
        )

    async def export(self, request: web.Request) -> web.StreamResponse:
        """`/desk/decisions.jsonl`: the decisions in force as labelled pairs, for `evaluate`."""
        self._admit(request)
        gather(given(request), ())
        rulings = await self.site.store.orders.all(EXPORTED)
        lines = [orjson.dumps(line) for one in reversed(rulings) for line in labelled(one)]
        headers = {**HEADERS, "Content-Type": JSON_LINES}
        headers["Content-Disposition"] = 'attachment; filename="decisions.jsonl"'
        return web.Response(body=b"".join(line + b"\n" for line in lines), headers=headers)

    async def leave(self, request: web.Request) -> web.StreamResponse:
        """POST `/desk/leave`: the browser forgets that it is an editor's."""
        base = self.site.base(request)
        self.site.access.admit_writer(request, base)
        return session.leaving(base)

    # --- what is shown ------------------------------------------------------------------------------------

    def _admit(self, request: web.Request) -> None:
        """Raises: Refused where it is no editor that asks."""
        if not self.is_open(request):
            self.site.access.admit_writer(request, self.site.base(request))

    def _page(self, name: str, **values: Any) -> web.Response:
        body = html.fill(name, self.site.prefix, here="desk", linked=self._linked, **values)
        return web.Response(body=body, headers={**HEADERS, **html.headers()})

    def _linked(self, sentence: str) -> Markup:
        """A sentence whose ids of stories are links."""
        base = self.site.prefix
        link = rf'<a href="{base}/stories/\g<0>" title="\g<0>"><code>\g<1>…</code></a>'
        return Markup(re.sub(r"\b([0-9a-f]{8})[0-9a-f]{24}\b", link, str(escape(sentence))))  # noqa: S704 - escaped just here

    async def _done(self, asked: Mapping[str, Sequence[str]]) -> Ruling | None:
        """What became of the order that led here."""
        if "done" not in asked:
            return None
        return await self.site.store.orders.ruling(once("done", asked["done"])[:64])

    async def _neighbours(self, stored: StoredStory) -> list[Neighbour]:
        """What almost joined this story, and lives elsewhere."""
        own = set(stored.story.copies)
        pairs = [(doubt, _outside(doubt, own)) for doubt in stored.almost]
        entries = [entry for _, entry in pairs if entry]
        homes = dict(zip(entries, await self.site.store.stories.homes(entries), strict=True))
        stories = await self._read(homes.values())
        found: dict[str, Neighbour] = {}
        for doubt, entry in pairs:
            other = stories.get(homes.get(entry, ""))
            if other is None or other.story.id == stored.story.id:
                continue
            verdict = doubt.verdict
            found.setdefault(
                other.story.id,
                Neighbour(
                    other.story,
                    _copy(other, entry),
                    verdict.reason,
                    verdict.vetoed_by or "",
                    verdict.score,
                    _bars(verdict.signals),
                ),
            )
        return list(found.values())

    async def _questions(self, looks: Sequence[Look]) -> list[Question]:
        stories = await self._read([story for look in looks for story in look.stories])
        found = []
        for look in looks:
            held = [stories[story] for story in look.stories if story in stories]
            copies = {copy.entry: copy for one in held for copy in one.copies}
            verdict = look.doubt.verdict
            if look.doubt.entry in copies and verdict.other in copies:
                sizes = tuple(len(one.copies) for one in held)
                one, other = copies[look.doubt.entry], copies[verdict.other]
                found.append(Question(look, one, other, sizes, _bars(verdict.signals)))
        return found

    async def _found(self, words: str, but: str) -> list[tuple[Story, Copy]]:
        """Stories to merge with: by an id or address, else by words."""
        named = _STORY.search(words)
        if named is not None:
            home = await self.site.store.stories.where(named[0])
            ids = [home] if home else []
        else:
            ids, _ = await self.site.catalogue.select(Query(filter=Filter(q=words[:300]), limit=FOUND + 1))
        stories = await self._read([id_ for id_ in ids if id_ != but][:FOUND])
        return [(one.story, render.ordered(one)[0]) for one in stories.values()]

    async def _read(self, ids: Any) -> dict[str, StoredStory]:
        names = [id_ for id_ in dict.fromkeys(ids) if id_]
        found = await self.site.store.stories.read(names) if names else []
        return {one.story.id: one for one in found if one is not None and one.copies}


def _members(stored: StoredStory) -> list[Member]:
    """The copies, the lead first."""
    names = {copy.entry: copy.outlet for copy in stored.copies}
    return [
        Member(
            copy=copy,
            url=render.web_address(copy.url),
            lag=lag(copy.first_seen - stored.story.first_seen),
            leads=copy.entry == stored.story.lead,
            bars=_bars(copy.verdict.signals) if copy.verdict else (),
            other=names.get(copy.verdict.other, "") if copy.verdict else "",
            vetoes=copy.verdict.vetoes if copy.verdict else (),
        )
        for copy in render.ordered(stored)
    ]


def _bars(signals: Sequence[Signal]) -> tuple[Bar, ...]:
    return tuple(
        Bar(
            one.name,
            one.value,
            one.threshold,
            max(1.0, one.value, 2 * one.threshold) if one.threshold > 1 else max(1.0, one.value),
            one.passed,
        )
        for one in signals
    )


def _outside(doubt: Doubt, own: set[str]) -> str:
    """Which of a doubt's two entries is not in this story; "" where none is."""
    return next((entry for entry in (doubt.entry, doubt.verdict.other) if entry not in own), "")


def _copy(stored: StoredStory, entry: str) -> Copy:
    return next((copy for copy in stored.copies if copy.entry == entry), stored.copies[0])
