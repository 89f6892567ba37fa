"""`/` and `/feeds/{id}`: the stories of a feed as a page, under the same parameters as the feed."""

from __future__ import annotations

from collections.abc import Coroutine
from functools import partial
from typing import Any

from aiohttp import web
from markupsafe import Markup

from aggregator.config import Config, from_address
from aggregator.config.template import sources_yaml
from aggregator.core.errors import AggregatorError, StoreError
from aggregator.core.query import Query
from aggregator.web import html
from aggregator.web.answer import PAGE_CACHE, Document, answer
from aggregator.web.display import Display, Links, split
from aggregator.web.feeds import PLACEHOLDER, Feeds, Format, Page, given
from aggregator.web.quiet import Quiet
from aggregator.web.rows import Row, Rows
from aggregator.web.site import Site

EXAMPLE = """\
sources:
  - url: https://feeds.bbci.co.uk/news/world/rss.xml
    name: BBC News, world
"""
MOST_CHOICES = 40  # of a list in the form of filters


class Reading:
    """The pages of stories, one `Feeds` for each way to show them."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._rows = {images: Rows(partial(_row, site.prefix, images)) for images in (False, True)}
        self._feeds: dict[Display, _Feeds] = {}
        self._choices = _Choices(site.config)
        self.form = self.shown(Display()).form

    def merged(self, request: web.Request) -> Coroutine[Any, Any, web.Response]:
        """All stories."""
        return self.serve(request, None)

    def named(self, request: web.Request) -> Coroutine[Any, Any, web.Response]:
        """A named view."""
        return self.serve(request, request.match_info["view"])

    async def serve(self, request: web.Request, view: str | None) -> web.Response:
        """A page, from the shelf or made."""
        if view is None and not self.site.config.sources and "add" in request.query:
            return self._adding(request)
        display, _ = split(given(request))
        return await self.shown(display).serve(request, view)

    def shown(self, display: Display) -> _Feeds:
        """The pages that are shown in this way."""
        if display not in self._feeds:
            self._feeds[display] = _Feeds(self.site, display, self._write)
        return self._feeds[display]

    def forget(self, story: str) -> None:
        """The row of a story is made anew."""
        for rows in self._rows.values():
            rows.forget(story)

    def _adding(self, request: web.Request) -> web.Response:
        """The first page, with the lines that add the source that was asked for."""
        self.site.admit(request)
        page = Page("", Query(), None, html.TITLE, (), {}, {}, None, self.site.items, None)
        body = self._write(page, Display(), "", added=request.query["add"][:300])
        return answer(request, Document(body, html.TYPE, cache="no-store", headers=html.headers()))

    def _write(self, page: Page, display: Display, why: str, added: str = "") -> bytes:
        base, config = self.site.prefix, self.site.config
        self._choices = self._choices.of(config)
        path = f"{base}/" if page.view is None else f"{base}/feeds/{page.view}"
        links = Links(path, page.query, display, named=page.view is not None)
        rows, now = self._rows[display.images], self.site.catalogue.changed_at
        return html.fill(
            "stories.html",
            base,
            page=page,
            links=links,
            next=links.to(cursor=page.next) if page.next else "",
            live=_live(page, base) if config.sources else "",
            rows=Markup("").join(Markup(rows.html(one, page.related, now)) for one in page.stories),  # noqa: S704
            filters=links.chips(self._choices.names),
            views=list(config.feeds),
            categories=self._choices.categories,
            languages=self._choices.languages,
            density=display.density,
            images=display.images,
            has_sources=bool(config.sources),
            file=str(config.files[0]) if config.files else "",
            yaml=_yaml(added),
            added=added,
            as_of=html.clock(page.as_of),
            why=why,
        )


class _Feeds(Feeds):
    """The pages that are shown in one way."""

    def __init__(self, site: Site, display: Display, write: Any) -> None:
        form = Format(
            name="page",
            content_type=html.TYPE,
            write=lambda page: write(page, display, self._why),
            cache=PAGE_CACHE,
            headers=html.headers(display),
            tells_age=True,
        )
        super().__init__(site, form)
        self._quiet = Quiet(site)
        self._why = ""

    def asked(self, request: web.Request) -> list[tuple[str, str]]:
        """The parameters that choose stories."""
        return split(given(request))[1]

    def version(self, query: Query) -> object:
        """Another one, too, where it has become quiet, and again while it is: the page says why."""
        return super().version(query), self._quiet.since()

    async def page(self, base: str, query: Query, view: str | None) -> Page:
        """The stories; and why nothing is new, where nothing is."""
        page = await super().page(base, query, view)
        why = ""
        if (self._quiet.since() or not page.stories) and query.plain and self.catalogue.fresh:
            try:
                why = await self._quiet.why()
            except (StoreError, TimeoutError) as error:
                self.catalogue.lost(error)
        self._why = why  # read by `write`, which follows without an await in between
        return page


class _Choices:
    """What a filter can be chosen from, worked out once for a configuration."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.names = {source.id: source.name for source in config.sources}
        self.categories = sorted({name for source in config.sources for name in source.categories})[
            :MOST_CHOICES
        ]
        self.languages = sorted({source.language for source in config.sources if source.language})[
            :MOST_CHOICES
        ]

    def of(self, config: Config) -> _Choices:
        """Those of the configuration in force."""
        return self if config is self.config else _Choices(config)


def _row(base: str, images: bool, row: Row) -> str:
    return html.macro("parts.html", "row")(row, base, images)


def _live(page: Page, base: str) -> str:
    """Where changes to what a page shows are told, from the page's own place in the log on."""
    if page.query.cursor is not None or page.as_of is not None:
        return ""
    changes = page.changes.partition("/changes?")[2] or f"since={PLACEHOLDER}"
    return f"{base}/events?{changes}"


def _yaml(url: str) -> str:
    """The lines of the configuration that add a source; an example, where none was asked for."""
    if not url:
        return EXAMPLE
    try:
        return sources_yaml([from_address(url)])
    except AggregatorError as error:
        return f"# {error}\n"
