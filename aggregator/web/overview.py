"""`/sources`, `/sources/{id}`: how every source is, for people who look after them."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec
from aiohttp import web

from aggregator.config.standing import STANDING
from aggregator.core import survey
from aggregator.core.diary import DAYS, Day
from aggregator.core.feed import Filter
from aggregator.core.query import Malformed, Query, gather, number, once
from aggregator.core.render import ordered
from aggregator.core.rhythm import DAY, Shown
from aggregator.core.survey import CHIPS, Known, Line
from aggregator.store import StoredStory
from aggregator.web import html
from aggregator.web.answer import PAGE_CACHE, Document, Refused, answer
from aggregator.web.feeds import given
from aggregator.web.site import Site
from aggregator.web.states import UNKNOWN, Status

SIZE = 50  # sources a page: well under 100 KB of HTML
STEP, TALL = 4, 12  # of a strip's own units: a day's width, and the height of its bar
RECENT = 100  # of a source's newest shared stories are looked at for those that it had first
FIRSTS = 3  # of these are shown


class Strip(msgspec.Struct, frozen=True):
    """Fourteen days as three paths of bars, one upon another: with news, without, failed."""

    new: str
    none: str
    failed: str
    label: str
    width: int = DAYS * STEP
    height: int = TALL


class Row(msgspec.Struct, frozen=True):
    """A source in the list; of the stories that it shares with other outlets it had `first` before them."""

    line: Line
    strip: Strip | None
    first: int
    shared: int


class First(msgspec.Struct, frozen=True):
    """A story that a source had before other outlets."""

    id: str
    title: str
    language: str | None
    outlets: int


class Overview:
    """The sources, all and each, as pages."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._known: list[Known] = []
        self._known_for: tuple[Status, str] | None = None

    async def page(self, request: web.Request) -> web.Response:
        """`/sources`: by host; `state` chooses a chip, `q` words, `host` one host, `page` goes on."""
        self.site.admit(request)
        asked = gather(given(request), ("state", "q", "host", "page"))
        chip, words, at = (once(name, asked.get(name, [""])) for name in ("state", "q", "host"))
        if chip and chip not in CHIPS:
            raise Malformed("state", f"state is one of {', '.join(CHIPS)}.")
        at_page = number("page", once("page", asked["page"]) if "page" in asked else None, 1, 1_000_000)
        everyone = await self._everyone()
        found = survey.chosen(everyone, chip or "all", words.split(), at)
        groups, pages = survey.page(found, at_page, SIZE, apart=bool(at))
        body = html.fill(
            "sources.html",
            self.site.prefix,
            here="sources",
            chips=[
                (name, count, self._link(state=name, q=words, host=at), name == (chip or "all"))
                for name, count in survey.counts(everyone).items()
            ],
            groups=[
                (group, [self._row(line) for line in group.lines], self._link(host=group.host))
                for group in groups
            ],
            found=len(found),
            trouble=" ".join(STANDING.problems),
            configured=len(everyone),
            q=words,
            state=chip,
            host=at,
            page=at_page,
            pages=pages,
            older=self._link(state=chip, q=words, host=at, page=at_page - 1) if at_page > 1 else "",
            newer=self._link(state=chip, q=words, host=at, page=at_page + 1) if at_page < pages else "",
            everything=self._link(),
            files=[str(path) for path in self.site.config.files],
            per_day=per_day,
            span=span,
        )
        return answer(request, self._document(body, found))

    def _row(self, line: Line) -> Row:
        return Row(line, strip(line.days), *self.site.catalogue.index.firsts.of(line.id))

    def _link(self, **asked: str | int) -> str:
        """The address of this list with other parameters; what asks for nothing is left out."""
        said = {
            name: value
            for name, value in asked.items()
            if value and (name, value) not in {("state", "all"), ("page", 1)}
        }
        return f"{self.site.prefix}/sources" + (f"?{urlencode(said)}" if said else "")

    async def source(self, request: web.Request) -> web.Response:
        """`/sources/{id}`: one source, whole."""
        self.site.admit(request)
        gather(given(request), ())
        name = request.match_info["source"]
        known = next((each for each in await self._everyone() if each[0].id == name), None)
        if known is None:
            raise Refused(
                404, f"There is no source {name[:64]!r}; it may have been taken out of the configuration."
            )
        shown = survey.line(known)
        body = html.fill(
            "source.html",
            self.site.prefix,
            here="sources",
            one=shown,
            source=known[0],
            state=known[1],
            conditions=survey.told(known[1]),
            bars=strip(shown.days),
            days=list(reversed(shown.days)),
            rhythm=_hours(known),
            first=await self._had_first(name),
            counts=self.site.catalogue.index.firsts.of(name),
            host_link=self._link(host=shown.host),
            per_day=per_day,
            span=span,
            date=date,
        )
        return answer(request, self._document(body, [known]))

    async def _had_first(self, source: str) -> list[First]:
        """The newest stories that a source had before other outlets, of its last ones."""
        wanted = Query(filter=Filter(sources=(source,), min_sources=2), limit=RECENT)
        ids, _ = await self.site.catalogue.select(wanted)
        facts = self.site.catalogue.facts
        mine = [name for name in ids if (known := facts(name)) is not None and known.first == source][:FIRSTS]
        found = await self.site.catalogue.stories(mine)
        return [_told(found[name]) for name in mine if name in found]

    async def _everyone(self) -> list[Known]:
        """Every source and its state, by host."""
        status = await self.site.states.read()
        digest = self.site.config.digest
        if self._known_for is None or self._known_for[0] is not status or self._known_for[1] != digest:
            self._known_for = status, digest
            self._known = survey.by_host(
                (source, *status.get(source.id, UNKNOWN)) for source in self.site.config.sources
            )
        return self._known

    def _document(self, body: bytes, shown: list[Known]) -> Document:
        polled = [state.last_poll for _, state, _ in shown if state.last_poll is not None]
        return Document(
            body,
            html.TYPE,
            changed_at=max(polled, default=self.site.since),
            cache=self.site.caching(PAGE_CACHE),
            headers=html.headers(),
        )


def strip(days: tuple[Day, ...]) -> Strip | None:
    """The polls of fourteen days as bars; each day's fills the height, shared among how its polls ended."""
    if not days:
        return None
    paths: dict[str, list[str]] = {"new": [], "none": [], "failed": []}
    for at, day in enumerate(days, DAYS - len(days)):
        below, polls = 0.0, day.new + day.none + day.failed
        for name, count in (("none", day.none), ("new", day.new), ("failed", day.failed)):
            if count:
                tall = max(TALL * count / polls, 1.0)
                bottom = min(TALL - below, TALL)
                paths[name].append(
                    f"M{at * STEP} {bottom:.3g}v-{min(tall, bottom):.3g}h{STEP - 1}v{min(tall, bottom):.3g}z"
                )
                below += tall
    new, none, failed = (sum(getattr(day, name) for day in days) for name in paths)
    label = f"{len(days)} days: {new} polls with news, {none} without, {failed} failed"
    return Strip("".join(paths["new"]), "".join(paths["none"]), "".join(paths["failed"]), label)


def _hours(known: Known) -> list[tuple[int, float, str]]:
    """The usual entries of each hour of the day (UTC) as bars: hour, height, and what it says; or nothing."""
    shown = Shown(known[1].rhythm)
    most = max(shown.hours)
    if shown.age * 3600.0 < DAY or most <= 0.0:
        return []
    return [
        (hour, round(TALL * usual / most, 1), f"{hour:02}:00 UTC, {usual:.2g} an hour")
        for hour, usual in enumerate(shown.hours)
    ]


def _told(stored: StoredStory) -> First:
    shown = ordered(stored)[0]
    outlets = len({copy.outlet for copy in stored.copies})
    return First(stored.story.id, shown.title or "(no headline)", shown.language, outlets)


def per_day(items: float) -> str:
    """A number of items as people say it: whole ones from ten on."""
    return f"{items:.0f}" if items >= 10 or items == 0 else f"{items:.1f}"


def span(seconds: float) -> str:
    """A length of time as people say it: `40 s`, `12 min`, `3 h`."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"


def date(day: int) -> str:
    """A day since 1970 as people say it: `23 Nov`."""
    return html.short(day * DAY).rpartition(" ")[0]
