"""Every address: who answers, and what may be asked. What serves and what describes are made of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import msgspec
from aiohttp import web

from aggregator.core.order import Action
from aggregator.core.query import FILTERS, PARAMETERS
from aggregator.core.websub import HUB
from aggregator.web import display
from aggregator.web.answer import SAFE, SERVER
from aggregator.web.bulletins import Bulletins
from aggregator.web.changes import Changes
from aggregator.web.editing import Editing
from aggregator.web.events import Events
from aggregator.web.feeds import ATOM, JSON, RSS, Feeds
from aggregator.web.health import Health
from aggregator.web.hub import Door
from aggregator.web.page import Pages
from aggregator.web.reading import Reading
from aggregator.web.site import METHODS, Handler, Site
from aggregator.web.sources import Sources
from aggregator.web.stories import Stories
from aggregator.web.websub import Callback

WRITING = "POST, OPTIONS"
QUESTION = frozenset({"hub.mode", "hub.topic", "hub.challenge", "hub.lease_seconds", "hub.reason"})
EXPLAIN = frozenset({"explain"})
HTML, OPML, EVENT_STREAM = "text/html", "text/x-opml", "text/event-stream"
LOG = FILTERS | {"limit"}
ORDERS: dict[Action, str] = {
    "merge": "Makes one story of two",
    "split": "Takes copies out of a story, for good",
    "lead": "Shows a copy from now on",
    "never": "Keeps two stories apart",
    "keep": "Says that copies are rightly one story",
    "undo": "Takes a decision back",
}
LIST = frozenset({"state", "q", "host", "page"})  # of sources


class Route(msgspec.Struct, frozen=True):
    """One address. Without a `summary` it is served and not described: it is part of a page."""

    name: str  # of the endpoint, in metrics
    path: str
    handler: Handler
    summary: str = ""
    parameters: frozenset[str] = frozenset()
    gives: str = "application/json"  # the media type of a good answer
    schema: str = ""  # of openapi.py's: what the answer holds
    refuses: tuple[int, ...] = (400,)  # statuses of problems, beside those that every address has
    methods: str = METHODS
    good: int = 200
    is_open: bool = False  # needs no token, wherever there are some
    takes: str = ""  # of openapi.py's forms: what the body holds
    more: tuple[int, ...] = ()  # other statuses of good answers
    served: bool = True  # False: described here, and served by the one of the same address


class Describes(Protocol):
    """What serves `/openapi.json`, and tells the page of it."""

    async def serve(self, request: web.Request) -> web.Response:
        """The description, for programs."""

    def shown(self) -> list[dict[str, Any]]:
        """The description, for the page."""


def routes(site: Site, changes: Changes, events: Events, description: Describes) -> list[Route]:
    """The table."""
    feeds, atom, rss = Feeds(site, JSON), Feeds(site, ATOM), Feeds(site, RSS)
    pages = Pages(site, description.shown)
    stories, sources, health = Stories(site), Sources(site), Health(site)
    return [
        *_feed("feed", ".json", "as JSON Feed 1.1", feeds, schema="Feed"),
        *_feed("atom", ".atom", "as Atom", atom),
        *_feed("rss", ".rss", "as RSS 2.0", rss),
        Route(
            "story",
            "/stories/{story}.json",
            stories.item,
            "One story with all its copies",
            EXPLAIN,
            schema="Item",
            refuses=(301, 400, 404, 410),
        ),
        Route(
            "changes",
            "/changes",
            changes.read,
            "The change log, oldest first",
            LOG,
            schema="Changes",
            refuses=(400, 410),
        ),
        Route("events", "/events", events.listen, "The change log as it happens", FILTERS, EVENT_STREAM),
        Route("sources", "/sources.json", sources.list, "Every source and its health", schema="Sources"),
        Route("sources", "/sources.opml", sources.opml, "The sources for another reader", gives=OPML),
        Route(
            "sources",
            "/sources.atom",
            Bulletins(site).feed,
            "What broke, fell silent, moved, recovered",
            gives="application/atom+xml",
        ),
        Route(
            "poll",
            "/sources/{source}/poll",
            sources.poll,
            "Polls a source as soon as its publisher allows",
            schema="Poll",
            refuses=(400, 401, 403, 404),
            methods=WRITING,
            good=202,
        ),
        *_orders(Editing(site, pages.desk.preview)),
        Route(
            "page",
            "/desk",
            pages.desk.queue,
            "What needs an editor's look",
            frozenset({"done", "cursor"}),
            HTML,
            refuses=(400, 401, 403),
        ),
        Route(
            "page",
            "/desk/decisions",
            pages.desk.decisions,
            "What editors decided",
            frozenset({"page"}),
            HTML,
            refuses=(400, 401, 403),
        ),
        Route(
            "desk",
            "/desk/decisions.jsonl",
            pages.desk.export,
            "Decisions in force as labelled pairs",
            gives="application/jsonl",
            refuses=(400, 401, 403),
        ),
        Route("page", "/desk/leave", pages.desk.leave, methods=WRITING),
        Route(
            "hub",
            HUB,
            Door(site).ask,
            "Subscribes to a feed, or ends that (WebSub)",
            schema="Status",
            refuses=(400, 404, 413),
            methods=WRITING,
            good=202,
            takes="Subscription",
        ),
        *_callbacks(site),
        *_feed("page", "", "for people", pages.feeds, more=display.PARAMETERS),
        Route(
            "page",
            "/stories/{story}",
            pages.story,
            "A story for people",
            EXPLAIN | {"from", "done", "with"} | display.PARAMETERS,
            HTML,
            refuses=(301, 400, 404, 410),
        ),
        Route("page", "/sources", pages.overview.page, "The sources for people", LIST, HTML),
        Route(
            "page",
            "/sources/{source}",
            pages.overview.source,
            "A source for people",
            gives=HTML,
            refuses=(400, 404),
        ),
        Route("page", "/docs", pages.addresses, "This description for people", gives=HTML, is_open=True),
        Route("openapi", "/openapi.json", description.serve, "This description", is_open=True),
        Route("health", "/healthz", health.alive, "Whether it is alive", schema="Status", is_open=True),
        Route("health", "/readyz", health.ready, "Whether it can serve", schema="Status", is_open=True),
        Route("metrics", "/metrics", health.metrics, "Prometheus", gives="text/plain", is_open=True),
        Route("static", "/static/{file}", pages.asset),
        Route("static", "/favicon.ico", _nothing),
        Route("unknown", "/{path:.*}", pages.missing),
    ]


def _callbacks(site: Site) -> Iterator[Route]:
    """Where hubs ask and tell; two methods of one address."""
    path, answer = "/websub/{token}", Callback(site).answer
    yield Route(
        "websub",
        path,
        answer,
        "Answers a hub that asks whether we meant it (WebSub)",
        QUESTION,
        "text/plain",
        refuses=(404,),
        methods=f"GET, {WRITING}",
        is_open=True,
    )
    yield Route(
        "websub",
        path,
        answer,
        "Takes what a hub sends (WebSub)",
        gives="text/plain",
        refuses=(400, 404, 410, 413),
        methods=WRITING,
        good=202,
        is_open=True,
        takes="anything",
        served=False,
    )


def _feed(
    name: str,
    suffix: str,
    how: str,
    feeds: Feeds | Reading,
    schema: str = "",
    more: frozenset[str] = frozenset(),
) -> Iterator[Route]:
    """The merged feed and the named views in one format."""
    gives = feeds.form.content_type.partition(";")[0]
    merged = f"/feed{suffix}" if suffix else "/"
    yield Route(
        name,
        merged,
        feeds.merged,
        f"The merged feed {how}",
        PARAMETERS | more,
        gives,
        schema,
        refuses=(400, 410),
    )
    yield Route(
        name,
        f"/feeds/{{view}}{suffix}",
        feeds.named,
        f"A named view {how}",
        (PARAMETERS | more) - {"view"},
        gives,
        schema,
        refuses=(400, 404, 410),
    )


async def _nothing(_: web.Request) -> web.StreamResponse:
    return web.Response(
        status=204, headers={"Cache-Control": "public, max-age=86400", "Server": SERVER, **SAFE}
    )


def _orders(editing: Editing) -> Iterator[Route]:
    """An editor's actions."""
    for action, words in ORDERS.items():
        yield Route(
            "edit",
            f"/stories/{{story}}/{action}",
            editing.act(action),
            words,
            schema="Ruling",
            refuses=(400, 401, 403, 404, 409, 413),
            methods=WRITING,
            takes=action,
            more=(202, 303),
        )
