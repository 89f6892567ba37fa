"""Manners hold at the host that is asked, wherever a poll began: two workers, real HTTP, and time that is told.

All hosts lie on one port of loopback and are told apart by name, so that each is an owner of its own.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import pairwise
from typing import TypeVar

import pytest
from aiohttp import web
from publisher import story
from scripted import Loopback, feed

from aggregator.core.errors import Kind
from aggregator.core.model import Claim, Settlement, Source, SourceState
from aggregator.core.schedule import Rhythm
from aggregator.fetch import Fetcher, FetchSettings, MachineTrouble
from aggregator.gather import Gather
from aggregator.pool import Pool
from aggregator.store import HostLimits, Store
from aggregator.store import open as open_store
from aggregator.visits import Visits

WEEK = 86_400.0 * 7
POLITE = HostLimits(per_host=2, per_minute=60)
FREE = HostLimits(per_host=100, per_minute=None)
T = TypeVar("T")


@dataclass
class Time:
    """A clock that moves on to the next one who wakes as soon as nobody is at work."""

    clock: Callable[[], float]
    working: int = 0
    asleep: list[tuple[float, int, asyncio.Future[None]]] = field(default_factory=list)
    count: int = 0

    def work(self, what: Awaitable[T]) -> Coroutine[None, None, T]:
        self.working += 1
        return self._worked(what)

    async def _worked(self, what: Awaitable[T]) -> T:
        try:
            return await what
        finally:
            self._rest()

    async def sleep(self, seconds: float) -> None:
        """By one who is at work."""
        woken = asyncio.get_running_loop().create_future()
        self.count += 1
        heappush(self.asleep, (self.clock() + seconds, self.count, woken))
        self._rest()
        await woken

    async def aside(self, what: Awaitable[T]) -> T:
        """Waits for something that takes no work."""
        self._rest()
        try:
            return await what
        finally:
            self.working += 1

    def _rest(self) -> None:
        self.working -= 1
        if not self.working and self.asleep:
            self.clock.now = max(self.clock(), self.asleep[0][0])
            while self.asleep and self.asleep[0][0] <= self.clock():
                heappop(self.asleep)[2].set_result(None)
                self.working += 1


@dataclass
class Town(Loopback):
    """Hosts by name. `pages["big.example"]` answers to a path; `gates` hold answers back until they are opened."""

    time: Time
    pages: dict[str, Callable[[str], web.Response]] = field(default_factory=dict)
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    asked: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    flying: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)

    def url(self, host: str, path: str = "/feed") -> str:
        return f"http://{host}:{self.port}{path}"

    def source(
        self, id_: str, host: str, path: str = "/feed", interval: float = 3.0, **more: object
    ) -> Source:
        return Source(id_, self.url(host, path), id_, id_, interval=interval, **more)  # type: ignore[arg-type]

    def leads(self, host: str, to: str, status: int = 302) -> None:
        """Every path of a host leads to the same path of another."""
        self.pages[host] = lambda path: web.Response(
            status=status, headers={"Location": self.url(to, f"{path}/{host}")}
        )

    async def _answer(self, request: web.Request) -> web.Response:
        host = request.host.partition(":")[0]
        self.asked[host].append(self.time.clock())
        self.flying[host] += 1
        self.most[host] = max(self.most[host], self.flying[host])
        try:
            if host in self.gates:
                await self.time.aside(self.gates[host].wait())
            return self.pages.get(host, lambda _: feed(story(1)))(request.path)
        finally:
            self.flying[host] -= 1


@dataclass
class Workers:
    """Two workers that share a store."""

    stores: list[Store]
    time: Time
    fetcher: Fetcher
    pool: Pool
    outcomes: Counter[str] = field(default_factory=Counter)

    async def take_up(
        self, *sources: Source, default: HostLimits = POLITE, hosts: Mapping[str, HostLimits] | None = None
    ) -> None:
        hosts = hosts or {}
        listed = {source.id: source for source in sources}
        await self.stores[0].sources.take_up(list(sources), hosts, WEEK, default=default)
        self.gathers = [
            Gather(
                sources=listed, fetcher=self.fetcher, pool=self.pool, store=store,
                rhythm=Rhythm(60.0, 60.0, 600.0), clock=self.time.clock, jitter=lambda: 0.0,
                visits=Visits(store.guests, hosts, self.time.sleep),
            )
            for store in self.stores
        ]  # fmt: skip

    async def poll(self) -> None:
        """Both workers poll what is due, all at once."""
        await asyncio.gather(*await self.begin())

    async def begin(self) -> list[asyncio.Task[None]]:
        found = [await store.sources.claim(f"w{n}", 100, 300.0) for n, store in enumerate(self.stores)]
        return [
            asyncio.create_task(self.time.work(self.one(gather, claim)))
            for gather, claims in zip(self.gathers, found, strict=True)
            for claim in claims
        ]

    async def one(self, gather: Gather, claim: Claim) -> None:
        self.outcomes += (await gather.finish([await gather.poll(claim)])).outcomes

    async def run(self, seconds: float) -> None:
        """So long, both look for what is due twice a second."""
        until = self.time.clock() + seconds
        begun: list[asyncio.Task[None]] = []

        async def look() -> None:
            while self.time.clock() < until:
                begun.extend(await self.begin())
                await self.time.sleep(0.5)

        await self.time.work(look())
        await asyncio.gather(*begun)

    async def state(self, id_: str) -> SourceState:
        return (await self.stores[0].sources.status())[id_][0]

    async def due(self, id_: str) -> float:
        return (await self.stores[0].sources.status())[id_][1] - self.time.clock()


@pytest.fixture
async def town(clock) -> AsyncIterator[Town]:
    async with Town(Time(clock)) as town:
        yield town


@pytest.fixture
async def workers(redis_url: str, clock, town: Town) -> AsyncIterator[Workers]:
    settings = FetchSettings(timeout=10.0, allow=("127.0.0.0/8",), lookup=lambda _: ["127.0.0.1"])
    pool = Pool()
    async with (
        open_store(redis_url, clock=clock) as one,
        open_store(redis_url, clock=clock) as other,
        Fetcher(settings) as fetcher,
    ):
        yield Workers([one, other], town.time, fetcher, pool)
    await pool.close()


def in_any(seconds: float, times: list[float]) -> int:
    """The most requests in any stretch of so many seconds."""
    return max(sum(begin <= at < begin + seconds for at in times) for begin in times)


# --- turns ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302], ids=["learnt", "each time anew"])
async def test_many_owners_that_are_led_to_one_host_ask_it_at_its_pace(workers, town, status):
    for number in range(12):
        town.leads(f"o{number}.example", "big.example", status)
    sources = [town.source(f"s{number}", f"o{number}.example") for number in range(12)]
    await workers.take_up(*sources)
    await workers.run(100.0)
    asked = town.asked["big.example"]
    assert in_any(60.0, asked) <= 61
    assert town.most["big.example"] <= 2
    polls = [(await workers.state(source.id)).polls for source in sources]
    assert len(asked) >= 75
    assert min(polls) >= 5
    assert {str(state.error) for state, _ in (await workers.stores[0].sources.status()).values()} == {"None"}


async def test_redirects_within_one_host_take_turns_as_well(workers, town):
    town.pages["chain.example"] = lambda path: (
        web.Response(status=302, headers={"Location": f"{path}-"}) if path.count("-") < 4 else feed(story(1))
    )
    await workers.take_up(*(town.source(f"c{n}", "chain.example", f"/{n}") for n in range(6)))
    await workers.run(60.0)
    asked = sorted(town.asked["chain.example"])
    assert min(after - before for before, after in pairwise(asked)) > 0.99
    assert [(await workers.state(f"c{n}")).error for n in range(6)] == [None] * 6


async def test_a_rule_for_the_host_that_redirects_lead_to_holds_within_the_same_owner(workers, town):
    town.leads("www.big.example", "slow.big.example")
    rule = {"slow.big.example": HostLimits(per_host=1, per_minute=6)}
    sources = [town.source(f"s{n}", "www.big.example", f"/{n}", interval=20.0) for n in range(6)]
    await workers.take_up(*sources, hosts=rule)
    await workers.run(120.0)
    asked = sorted(town.asked["slow.big.example"])
    assert min(after - before for before, after in pairwise(asked)) > 9.99
    assert min([(await workers.state(source.id)).polls for source in sources]) >= 1


# --- places in flight -----------------------------------------------------------------------------------


async def test_those_that_are_led_to_a_host_are_in_flight_there(workers, town):
    town.gates["slow.example"] = asyncio.Event()
    for number in range(6):
        town.leads(f"o{number}.example", "slow.example")
    sources = [town.source(f"s{number}", f"o{number}.example") for number in range(6)]
    await workers.take_up(*sources, default=HostLimits(per_host=2, per_minute=None))
    polls = asyncio.create_task(workers.poll())
    async with asyncio.timeout(20.0):
        while workers.outcomes["put_back"] < 4:
            await asyncio.sleep(0.001)
    assert town.flying["slow.example"] == 2
    town.gates["slow.example"].set()
    await polls
    assert (workers.outcomes["put_back"], workers.outcomes["new"]) == (4, 2)
    await workers.run(30.0)
    assert min([(await workers.state(source.id)).polls for source in sources]) >= 1


async def test_a_poll_leaves_every_host_that_it_was_led_through(workers, town, clock):
    """From its own to another, back, and to a third: one place each, and all are free when it is settled."""
    ways = {"/feed": "b.example/1", "/1": "a.example/2", "/2": "c.example/3"}

    def page(path: str) -> web.Response:
        if path not in ways:
            return feed(story(1))
        host, _, rest = ways[path].partition("/")
        return web.Response(status=302, headers={"Location": town.url(host, f"/{rest}")})

    town.pages = dict.fromkeys(("a.example", "b.example", "c.example"), page)
    await workers.take_up(town.source("led", "a.example"), default=HostLimits(per_host=1, per_minute=None))
    await workers.poll()
    assert {host: len(times) for host, times in town.asked.items()} == {
        "a.example": 2, "b.example": 1, "c.example": 1,
    }  # fmt: skip
    assert workers.outcomes["new"] == 1
    for host in ("b.example", "c.example"):
        entry, _ = await workers.stores[1].guests.enter(host, "x", f"x {host}", clock() + 30, 0.0)
        assert entry.is_in
    clock.advance(3.0)
    assert len(await workers.stores[1].sources.claim("w", 10, 30.0)) == 1


async def test_a_poll_that_our_machine_cannot_make_leaves_its_hosts(workers, town, clock, monkeypatch):
    town.leads("from.example", "big.example")
    await workers.take_up(town.source("led", "from.example"), default=HostLimits(per_host=1, per_minute=None))

    async def broken(*_: object) -> None:
        raise MachineTrouble("No descriptor is left.")

    monkeypatch.setattr(workers.fetcher, "_read", broken)
    with pytest.raises(MachineTrouble):
        await workers.poll()
    entry, _ = await workers.stores[1].guests.enter("big.example", "x", "x", clock() + 30, 0.0)
    assert entry.is_in


# --- refusals -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("learnt", [True, False], ids=["learnt", "302"])
async def test_a_refusal_behind_a_redirect_rests_the_host_that_refused(workers, town, clock, status, learnt):
    town.leads("from.example", "limited.example", 301 if learnt else 302)
    led = [town.source("led", "from.example", "/led"), town.source("other", "from.example", "/other")]
    await workers.take_up(led[0], default=FREE)
    for _ in range(3 if learnt else 0):
        await workers.poll()
        clock.advance(3.0)
    town.pages["limited.example"] = lambda _: web.Response(status=status, headers={"Retry-After": "600"})
    await workers.poll()
    before = len(town.asked["limited.example"])
    error = (await workers.state("led")).error
    assert error is not None
    assert error.message.startswith("limited.example ")
    town.pages["from.example"] = lambda _: feed(story(1))
    await workers.take_up(
        *led, *(town.source(f"l{n}", "limited.example", f"/{n}") for n in range(2)), default=FREE
    )
    await workers.run(30.0)
    assert len(town.asked["limited.example"]) == before
    assert (await workers.state("other")).polls > 5
    town.pages["limited.example"] = lambda _: feed(story(1))
    clock.advance(600.0)
    await workers.poll()
    assert len(town.asked["limited.example"]) >= before + 2


async def test_who_is_led_to_a_host_that_rests_neither_polled_nor_failed(workers, town, clock):
    town.leads("from.example", "big.example", 301)
    await workers.take_up(town.source("led", "from.example"), default=FREE)
    for _ in range(3):
        await workers.poll()
        clock.advance(3.0)
    entry, token = await workers.stores[0].guests.enter(
        "big.example", "somebody", "somebody", clock() + 30, 0.0
    )
    assert entry.is_in
    before = await workers.state("led")
    (claim,) = await workers.stores[1].sources.claim("w", 10, 30.0)
    await pause(workers, claim, token, clock() + 500.0)
    asked = {host: len(times) for host, times in town.asked.items()}
    await workers.poll()
    after = await workers.state("led")
    assert {host: len(times) for host, times in town.asked.items()} == asked
    assert (after.polls, after.last_poll, after.error) == (before.polls, before.last_poll, None)
    assert (after.etag, after.moved_to) == (before.etag, before.moved_to)
    assert "big.example" in after.reason
    assert await workers.due("led") == pytest.approx(500.0, abs=0.1)
    assert workers.outcomes["put_back"] == 0  # it counts requests, and none was spent


async def pause(workers: Workers, claim: Claim, token: str, until: float) -> None:
    """Rests the host of a guest, and gives a claim back."""
    done = Settlement(claim, claim.state, workers.time.clock(), None, until, way=None, guest=token)
    assert await workers.stores[0].sources.settle([done]) == [True]


async def test_a_page_at_another_host_takes_its_turn_there_or_waits(workers, town, clock):
    head = f'<atom:link rel="prev-archive" href="{town.url("pages.example", "/1")}"/>'
    town.pages["from.example"] = lambda _: feed(story(1), head=head)
    town.pages["pages.example"] = lambda _: feed(story(2))
    await workers.take_up(town.source("led", "from.example", archives=True), default=FREE)
    await workers.poll()
    (claim,) = await workers.stores[1].sources.claim("w", 10, 30.0)
    _, token = await workers.stores[0].guests.enter(
        "pages.example", "somebody", "somebody", clock() + 30, 0.0
    )
    await pause(workers, claim, token, clock() + 500.0)
    await workers.poll()
    assert (town.asked["pages.example"], (await workers.state("led")).archive) == (
        [],
        town.url("pages.example", "/1"),
    )
    clock.advance(501.0)
    await workers.poll()
    assert (len(town.asked["pages.example"]), (await workers.state("led")).archive) == (1, None)


# --- trouble --------------------------------------------------------------------------------------------


async def test_sources_of_many_owners_that_one_host_fails_are_not_blamed(workers, town, clock):
    for number in range(4):
        town.leads(f"o{number}.example", "big.example")
    sources = [town.source(f"s{number}", f"o{number}.example") for number in range(4)]
    await workers.take_up(*sources, default=FREE)
    await workers.poll()
    town.pages["big.example"] = lambda _: web.Response(status=404)
    clock.advance(3.0)
    await workers.poll()
    states = [await workers.state(source.id) for source in sources]
    assert [(state.error.kind, state.error_count) for state in states if state.error] == [
        (Kind.HOST_TROUBLE, 0)
    ] * 4
    assert all(
        "feeds of big.example began to fail alike" in state.error.message for state in states if state.error
    )
