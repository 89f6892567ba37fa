"""The change log as programs read it: its cursors, its lines as JSON, and `/changes`.

`/changes` and `/events` show the same lines; what belongs to both is `Log`.

A story of hundreds of copies changes with each of them, and its item is all of them: told with every change
it would be as many bytes as the square of its copies. So a reading tells such an item once, and holds some
bytes at most; what it does not hold is the next reading's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import orjson
from aiohttp import web

from aggregator.core import render
from aggregator.core.feed import Facts, Filter, Test, facts, matcher
from aggregator.core.model import Change
from aggregator.core.query import FILTERS, Malformed, filters, gather, number, once
from aggregator.store import StoredStory
from aggregator.web.answer import Document, Refused, answer, away
from aggregator.web.catalogue import HANG
from aggregator.web.feeds import given
from aggregator.web.site import Site

CHANGES_LIMIT = 100
MOST_CHANGES = 1000
LOOK_AHEAD = 5_000  # changes looked at for one filtered answer
PAGE_BYTES = 8_000_000  # after so many an answer ends, whatever `limit` says; one change it always has
LONG_ITEM = 16_000  # bytes: some fifty copies; a longer item is told once in a reading
LINE_BYTES = 300  # what a line takes beside its item
_CURSOR = re.compile(r"([A-Za-z0-9_-]{1,100})-([0-9]{1,18})")


class Wanted(msgspec.Struct, frozen=True):
    """Of which stories changes are told; equal wishes are equal, so that readers can share the work."""

    filter: Filter = Filter()
    view: str | None = None

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return self == Wanted()


class Line(msgspec.Struct, frozen=True):
    """A change as it is shown, with the facts of the stories that it is about."""

    change: Change
    shown: dict[str, Any]
    facts: tuple[Facts, ...]

    def passes(self, matches: Test) -> bool:
        """Whether one of its stories is as wanted, or can't be asked any more."""
        return not self.facts or any(map(matches, self.facts))

    def within(self, inside: Test | None) -> dict[str, Any]:
        """As it is shown where no story but these may be: a part split off may lie beyond them."""
        if inside is None or "item" not in self.shown or inside(self.facts[0]):
            return self.shown
        return {name: value for name, value in self.shown.items() if name != "item"}


class Log:
    """The change log of a site's store."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.store = site.store

    def cursor(self, at: int) -> str:
        """The cursor that stands for everything up to a number."""
        return f"{self.store.epoch}-{at}"

    async def position(self, cursor: str) -> int | None:
        """The number that a cursor stands for; None where the log no longer holds what came next.

        Raises: Malformed for what is no cursor.
        """
        match = _CURSOR.fullmatch(cursor)
        if match is None:
            raise Malformed("since", "This is not a cursor of the change log.")
        oldest, newest = await self.store.changes.oldest(), await self.store.changes.newest()
        at = int(match[2])
        return at if match[1] == self.store.epoch and oldest - 1 <= at <= newest else None

    def test(self, wanted: Wanted) -> Test:
        """What says whether a story is wanted. Withdrawn ones count: that they are is news."""
        parts = [wanted.filter] if wanted.view is None else [wanted.filter, self.site.filter(wanted.view)]
        return matcher(parts, withdrawn=True)

    def inside(self, wanted: Wanted) -> Test | None:
        """What says whether a story may be shown, where a token reads the view alone; None: all may be."""
        if wanted.view is None or wanted.view not in self.site.access.limited:
            return None
        return matcher([self.site.filter(wanted.view)], withdrawn=True)

    async def lines(self, changes: Sequence[Change], most: int, *, texts: bool = False) -> list[Line]:
        """The first of these changes, with their stories as they are now: one, and more up to `most` bytes.

        With `texts` all that `q` searches is in the facts.
        """
        stories = await self._read(
            {name for change in changes for name in (change.story, change.other) if name}, texts=texts
        )
        named = {name for stored in stories.values() for name, _ in stored.story.related}
        related = {**stories, **await self._read(named - stories.keys(), texts=False)}
        if self.site.access.limited:
            related = {}  # an item is made once for all, and some may not read what lies beyond their view
        known = {name: facts(one.story, one.copies, one.texts) for name, one in stories.items()}
        items = {
            name: orjson.dumps(render.item(stories[name], related))
            for name in {change.story for change in changes} & stories.keys()
        }
        carried = carriers(changes, {name: len(item) for name, item in items.items()}, most)
        return [
            Line(
                change,
                render.change(
                    change,
                    self.cursor(change.number),
                    orjson.Fragment(items[change.story]) if carries and change.story in items else None,
                ),
                tuple(known[name] for name in (change.story, change.other) if name in known),
            )
            for change, carries in zip(changes, carried, strict=False)
        ]

    async def _read(self, names: set[str], *, texts: bool) -> dict[str, StoredStory]:
        """The living stories of these names; one that expires while it is read comes without copies."""
        ids = sorted(names)
        found = await self.store.stories.read(ids, texts=texts) if ids else []
        return {name: one for name, one in zip(ids, found, strict=True) if one is not None and one.copies}


def carriers(changes: Sequence[Change], sizes: Mapping[str, int], most: int) -> list[bool]:
    """Of the changes that one reading of `most` bytes holds, whether each comes with its item.

    A long item is left out of an `updated` that another `updated` of the same story follows, so that who
    reads to the end has all. Backfill is not pushed, so it carries nothing for what is. `sizes`: bytes of the
    items.
    """
    carried: list[bool] = []
    last: dict[tuple[str, bool], int] = {}  # where the item of a story is told so far
    total = 0
    for at, change in enumerate(changes):
        size = sizes.get(change.story, 0)
        key = (change.story, change.backfill)
        repeats = change.type == "updated" and size > LONG_ITEM and key in last
        total += LINE_BYTES + (0 if repeats or change.type == "withdrawn" else size)
        if carried and total > most:
            break
        if repeats:
            carried[last[key]] = False
        if change.type == "updated":
            last[key] = at
        carried.append(True)
    return carried


def asked_for(request: web.Request, *more: str) -> tuple[dict[str, list[str]], Wanted, str | None]:
    """The request's parameters (filters, `since`, and `more`), what they want, and the cursor in `since`.

    `since` is a cursor, or a time as everywhere else: no cursor has a colon. Raises: Malformed.
    """
    asked = gather(given(request), FILTERS | set(more))
    since = once("since", asked["since"]) if "since" in asked else None
    cursor = None if since is None or ":" in since else since
    if cursor is not None:
        del asked["since"]
    view = once("view", asked["view"]) if "view" in asked else None
    return asked, Wanted(filters(asked), view), cursor


class Changes:
    """`/changes`."""

    def __init__(self, site: Site, log: Log) -> None:
        self.site = site
        self.log = log

    async def read(self, request: web.Request) -> web.Response:
        """`/changes?since=CURSOR`: what happened after it, oldest first."""
        self.site.admit(request, request.query.get("view"))
        asked, wanted, cursor = asked_for(request, "limit")
        limit = number("limit", once("limit", asked["limit"]) if "limit" in asked else None, *_LIMITS)
        await self.site.catalogue.arrived()
        if not self.site.catalogue.fresh:
            raise away()  # a store that comes back may be another one: first its epoch must be known
        if not wanted.everything:
            await self.site.catalogue.known()
        async with self.site.store.answering(HANG * 2):
            start = await self._start(request, cursor)
            changes, end = await self._some(wanted, start, limit)
            inside = self.log.inside(wanted)
            read = await self.log.lines(changes, PAGE_BYTES, texts=inside is not None)
        if len(read) < len(changes):
            end = read[-1].change.number
        lines = [line.within(inside) for line in read]
        body = orjson.dumps({"changes": lines, "next": self.log.cursor(end)})
        return answer(request, Document(body, "application/json", cache=self.site.caching("no-cache")))

    async def _start(self, request: web.Request, cursor: str | None) -> int:
        """The number to begin after. Raises: Refused (410) where the log no longer holds what came next."""
        if cursor is None:
            return max(0, await self.log.store.changes.oldest() - 1)
        at = await self.log.position(cursor)
        if at is None:
            restart = f"{self.site.base(request)}/changes"
            raise Refused(410, "The change log no longer holds what came next; begin anew.", restart=restart)
        return at

    async def _some(self, wanted: Wanted, start: int, limit: int) -> tuple[list[Change], int]:
        """At most `limit` matching changes after `start`, and the number up to which was looked."""
        if wanted.everything:
            changes = await self.log.store.changes.since(start, limit)
            return changes, changes[-1].number if changes else start
        found: list[Change] = []
        matches = self.log.test(wanted)
        end = start
        while len(found) < limit and end - start < LOOK_AHEAD:
            some = await self.log.store.changes.since(end, limit)
            for change in some:
                # What is newer than the facts can't be judged yet: the next request tells of it.
                if len(found) == limit or change.number > self.site.catalogue.number:
                    return found, end
                end = change.number
                if self._is_wanted(change, matches):
                    found.append(change)
            if len(some) < limit:
                break
        return found, end

    def _is_wanted(self, change: Change, matches: Test) -> bool:
        """A change of a story that matches now, or that can't be asked any more."""
        names = [name for name in (change.story, change.other) if name]
        known = [facts for name in names if (facts := self.site.catalogue.facts(name)) is not None]
        return not known or any(map(matches, known))


_LIMITS = (CHANGES_LIMIT, MOST_CHANGES)
