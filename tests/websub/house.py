"""What the tests of WebSub are made of: a publisher, a hub, a subscriber, and our own service in one process."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from html import escape
from typing import Any, Self
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web
from yarl import URL

from aggregator.config import Config
from aggregator.core.matching.story import Grouping, Settings
from aggregator.core.model import Source
from aggregator.core.schedule import Rhythm
from aggregator.core.websub import signature
from aggregator.deliver import Publisher, Subscriber
from aggregator.deliver.subscriber import base
from aggregator.fetch import Fetcher, FetchSettings
from aggregator.gather import Gather
from aggregator.group import Grouper
from aggregator.pool import Pool
from aggregator.store import HostLimits, Store
from aggregator.web import Runner, start

FREE = HostLimits(per_host=1000, per_minute=None, pause_together=False)
WORDS = [
    "harbour",
    "ferry",
    "orchard",
    "tunnel",
    "glacier",
    "museum",
    "canal",
    "quarry",
    "lighthouse",
    "stadium",
    "library",
    "bridge",
]


def rss(*titles: str, links: str = "") -> bytes:
    """A feed of items with these titles, each told in words of its own."""
    items = "".join(
        f"<item><guid isPermaLink='false'>{escape(title)}</guid><title>{escape(title)}</title>"
        f"<link>http://wire.example/{abs(hash(title))}</link><pubDate>{formatdate(1_800_000_000)}</pubDate>"
        f"<description>{' '.join(f'{word}{escape(title)}' for word in WORDS)}.</description></item>"
        for title in titles
    )
    namespace = "xmlns:atom='http://www.w3.org/2005/Atom'"
    return (
        f"<rss version='2.0' {namespace}><channel><title>Wire</title>{links}{items}</channel></rss>".encode()
    )


class Server:
    """Something that answers on loopback."""

    def __init__(self) -> None:
        self.app = web.Application()

    async def __aenter__(self) -> Self:
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        self.http = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.close()
        await self._runner.cleanup()

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"


class Wire(Server):
    """A publisher of one feed, `/wire.xml`, which names a hub as a test wants."""

    def __init__(self) -> None:
        super().__init__()
        self.app.router.add_get("/wire.xml", self._feed)
        self.app.router.add_post("/{path:.*}", self._more)
        self.more: dict[str, Any] = {}  # by path: what answers a POST
        self.titles: list[str] = ["first"]
        self.links = ""  # in the feed
        self.header: str | None = None
        self.requests = 0

    def names(self, hub: str, topic: str | None = None) -> None:
        """In Link fields of its answers."""
        self.header = f'<{hub}>; rel="hub", <{topic or self.url("/wire.xml")}>; rel=self'

    def source(self, **more: Any) -> Source:
        return Source(id="wire", url=self.url("/wire.xml"), name="Wire", outlet="Wire", **more)

    async def _more(self, request: web.Request) -> web.Response:
        found: web.Response = await self.more[request.path](request)
        return found

    async def _feed(self, request: web.Request) -> web.Response:
        self.requests += 1
        body = rss(*self.titles, links=self.links)
        etag = f'"{len(self.titles)}-{len(body)}"'
        headers = {"ETag": etag} | ({"Link": self.header} if self.header else {})
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, content_type="application/rss+xml", headers=headers)


@dataclass
class Asked:
    """A request to subscribe, as a hub got it."""

    form: dict[str, str]
    headers: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.form[f"hub.{name}"]


class Hub(Server):
    """A hub that keeps what it is asked; a test makes it verify and push."""

    def __init__(self) -> None:
        super().__init__()
        self.app.router.add_post("/", self._ask)
        self.app.router.add_post("/elsewhere", self._ask)
        self.asked: list[Asked] = []
        self.answers: list[web.Response | None] = []  # one after the other; None: 202
        self.at_once = False  # verifies before it answers
        self.came = asyncio.Condition()

    async def _ask(self, request: web.Request) -> web.Response:
        form = dict(parse_qsl(await request.text()))
        self.asked.append(Asked(form, dict(request.headers)))
        async with self.came:
            self.came.notify_all()
        if self.at_once:
            await self.verify(self.asked[-1])
        answer = self.answers.pop(0) if self.answers else None
        return answer or web.Response(status=202)

    async def until(self, count: int) -> Asked:
        """The newest request once there are so many."""
        async with asyncio.timeout(30), self.came:
            await self.came.wait_for(lambda: len(self.asked) >= count)
        return self.asked[-1]

    async def get(self, asked: Asked, **fields: str) -> tuple[int, str]:
        """A question to a callback; None for a field leaves it out."""
        url = URL(asked["callback"]).update_query({f"hub.{name}": value for name, value in fields.items()})
        async with self.http.get(url) as answer:
            return answer.status, await answer.text()

    async def verify(self, asked: Asked, lease: str = "86400") -> None:
        said = {"mode": asked["mode"], "topic": asked["topic"], "challenge": "a/challenge+of=ours"}
        if asked["mode"] == "subscribe":
            said["lease_seconds"] = lease
        assert await self.get(asked, **said) == (200, "a/challenge+of=ours")

    async def push(
        self,
        asked: Asked,
        body: bytes,
        *,
        secret: str | None = None,
        algorithm: str = "sha256",
        **headers: str,
    ) -> int:
        """Sends news, signed with the secret that was given; the status of the answer."""
        given = {"Content-Type": "application/rss+xml"}
        given["X-Hub-Signature"] = signature((secret or asked["secret"]).encode(), body, algorithm)
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        given = {name: value for name, value in given.items() if value}
        async with self.http.post(asked["callback"], data=body, headers=given) as answer:
            return answer.status


@dataclass
class Came:
    """What a subscriber was sent."""

    headers: Any
    body: bytes

    def signed_with(self, secret: str) -> bool:
        algorithm = self.headers["X-Hub-Signature"].partition("=")[0]
        return bool(self.headers["X-Hub-Signature"] == signature(secret.encode(), self.body, algorithm))


class Reader(Server):
    """A subscriber of somebody's feeds: says yes to what a hub asks, and keeps what it sends."""

    def __init__(self) -> None:
        super().__init__()
        self.app.router.add_route("*", "/{path:.*}", self._answer)
        self.questions: list[dict[str, str]] = []
        self.came: dict[str, list[Came]] = {}
        self.says: Callable[[dict[str, str]], web.Response] | None = None
        self.answers: dict[str, Any] = {}  # by path: a status, or a coroutine function
        self.news = asyncio.Condition()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.method == "GET":
            asked = dict(request.query)
            self.questions.append(asked)
            return self.says(asked) if self.says else web.Response(text=asked.get("hub.challenge", ""))
        body = await request.read()
        self.came.setdefault(request.path, []).append(Came(request.headers.copy(), body))
        async with self.news:
            self.news.notify_all()
        answer = self.answers.get(request.path, 204)
        if isinstance(answer, int):
            return web.Response(status=answer)
        return await answer(request)

    async def until(self, count: int, path: str = "/push") -> list[Came]:
        async with asyncio.timeout(30), self.news:
            await self.news.wait_for(lambda: len(self.came.get(path, [])) >= count)
        return self.came[path]

    async def subscribe(
        self, hub: str, topic: str, path: str = "/push", mode: str = "subscribe", **more: str
    ) -> int:
        """Asks a hub; the status of its answer."""
        form = {"hub.mode": mode, "hub.topic": topic, "hub.callback": self.url(path)}
        form |= {f"hub.{name}": value for name, value in more.items()}
        async with self.http.post(hub, data={k: v for k, v in form.items() if v}) as answer:
            return answer.status


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class House:
    """Our service in one process, a step at a time: its web, its workers' parts, its grouper."""

    store: Store
    clock: Any
    settings: dict[str, Any]
    timeout: float = 10.0
    stack: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack)
    sources: dict[str, Source] = field(default_factory=dict)
    polls: int = 0

    async def __aenter__(self) -> Self:
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        given = dict(self.settings)
        server = {"host": "127.0.0.1", "port": port, "public_url": self.address} | given.pop("server", {})
        polling = {"allow_private_networks": ["127.0.0.0/8"]} | given.pop("polling", {})
        sources = tuple(given.pop("sources", ()))
        self.config = Config.model_validate(
            {"server": server, "polling": polling, "sources": sources, **given}
        )
        self.runner: Runner = await start(self.config, self.store, clock=self.clock)
        self.stack.push_async_callback(self.runner.cleanup)
        fetching = FetchSettings.of(self.config.polling)
        self.fetcher = await self.stack.enter_async_context(Fetcher(fetching))
        self.pool = Pool()
        self.stack.push_async_callback(self.pool.close)
        self.gather = Gather(
            sources=self.sources, fetcher=self.fetcher, pool=self.pool, store=self.store,
            rhythm=Rhythm(300.0, 86_400.0, 86_400.0), clock=self.clock, jitter=lambda: 0.0,
            callbacks=base(self.config),
        )  # fmt: skip
        self.gathered: list[Any] = []
        self.subscriber = self.new_subscriber()
        self.publisher = self.new_publisher()
        await self.stack.enter_async_context(self.subscriber._line)
        await self.stack.enter_async_context(self.publisher._line)
        number = await self.store.inbox.lead("house", 1e9)
        assert number is not None
        self.grouper = Grouper(
            self.store, Grouping(Settings()), number, retention=7 * 86_400.0, clock=self.clock
        )
        await self.grouper.rebuild()
        await self.take_up(*sources)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stack.aclose()

    def new_subscriber(self) -> Subscriber:
        return Subscriber(
            self.config, self.store, self.gather, stop=asyncio.Event(), count=self.gathered.append,
            ask_host=self._ask_host, timeout=self.timeout,
        )  # fmt: skip

    def new_publisher(self) -> Publisher:
        return Publisher(
            self.config, self.store, clock=self.clock, stop=asyncio.Event(), ask_host=self._ask_host,
            timeout=self.timeout,
        )  # fmt: skip

    async def _ask_host(self, host: str) -> None:
        self.paced = [*getattr(self, "paced", []), host]

    async def take_up(self, *sources: Source) -> None:
        self.sources.clear()
        self.sources.update({source.id: source for source in sources})
        await self.store.sources.take_up(sources, {}, 86_400.0, default=FREE)

    async def poll(self) -> int:
        """Polls what is due, and groups it; how many sources that were."""
        claims = await self.store.sources.claim("house", 100, 30.0)
        gathered = await self.gather.finish([await self.gather.poll(claim) for claim in claims])
        assert not gathered.failures, gathered.failures
        await self.group()
        return len(claims)

    async def group(self) -> None:
        while (await self.grouper.step()).arrivals:
            pass

    async def ask(self) -> None:
        """Asks the hubs that are to be asked."""
        await self.subscriber.ask()
        await self.subscriber.rest()

    async def read(self) -> None:
        """Reads what came, and groups it."""
        await self.subscriber.read()
        await self.subscriber.rest()
        await self.group()

    async def tell(self) -> None:
        """Asks callbacks, then tells subscribers."""
        await self.publisher.ask()
        await self.publisher.rest()
        due = await self.store.hub.claim(100, self.timeout + 10.0)
        editions = self.publisher._edition_of(due.epoch, due.last)
        for one in due.subscribers:
            self.publisher._spawn(self.publisher._tasks, self.publisher._serve(one, editions))
        self.publisher.totals["over"] += due.over
        await self.publisher.rest()

    async def state(self, source: str = "wire") -> Any:
        return (await self.store.sources.status())[source]

    async def titles(self) -> set[str]:
        ids = [id_ for id_, _ in await self.store.stories.ids_and_placed()]
        return {
            copy.title for stored in await self.store.stories.read(ids) if stored for copy in stored.copies
        }
