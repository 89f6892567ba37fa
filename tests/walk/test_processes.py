"""Worker processes as they are run: killed, told to stop, left without Redis, several at a time."""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from publisher import Item, Publisher, story, wire
from redis.asyncio import Redis

from aggregator.core import schedule
from aggregator.heart import next_price
from aggregator.store import Store
from aggregator.store import open as open_store
from aggregator.store.server import Server

CONFIG = """
polling: {{min_interval: 1s, max_interval: 1s, max_backoff: 1s, timeout: {timeout}, per_host: 500,
          per_host_rate: off, allow_private_networks: [127.0.0.0/8]}}
retention: {{rebuild_wait: 1s}}
sources:
"""


class Fleet:
    """Worker processes on one Redis, all with one configuration."""

    def __init__(self, folder: Path, redis: str) -> None:
        self.folder, self.redis = folder, redis
        self.processes: list[asyncio.subprocess.Process] = []

    def configure(
        self, publisher: Publisher, timeout: str = "2s", interval: str = "1s", more: str = ""
    ) -> None:
        text = CONFIG.format(timeout=timeout).replace("polling: {", f"polling: {{{more}")
        for name in publisher.feeds:
            text += f"  - {{id: {name}, url: 'http://127.0.0.1:{publisher.port}/{name}.xml', outlet: {name}, interval: {interval}}}\n"
        (self.folder / "aggregator.yaml").write_text(text)

    async def start(self) -> asyncio.subprocess.Process:
        with (self.folder / "worker.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "aggregator", "worker", "-c", str(self.folder / "aggregator.yaml"),
                env={**os.environ, "AGGREGATOR_REDIS": self.redis}, stderr=log,
            )  # fmt: skip
        self.processes.append(process)
        return process

    def log(self) -> str:
        return (self.folder / "worker.log").read_text()

    async def end(self) -> None:
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


@pytest.fixture
async def fleet(tmp_path: Path, redis_url: str) -> AsyncIterator[Fleet]:
    """Workers that end with the test."""
    fleet = Fleet(tmp_path, redis_url)
    yield fleet
    await fleet.end()


@pytest.fixture
async def real_store(redis_url: str) -> AsyncIterator[Store]:
    """The store with the server's own time, as the workers see it."""
    async with open_store(redis_url) as store:
        yield store


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 40.0) -> None:
    """Waits until a condition holds; fails if it never does."""
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.05)


async def guids(store: Store) -> Counter[str]:
    """How often each entry stands in the store, by source and address."""
    ids = [id_ for id_, _ in await store.stories.ids_and_placed()]
    found: Counter[str] = Counter()
    for stored in await store.stories.read(ids):
        assert stored is not None
        found.update(f"{copy.source} {copy.url}" for copy in stored.copies)
    return found


async def grouper_of(store: Store) -> str | None:
    return next((name for name, info in (await store.workers.alive()).items() if info["grouping"]), None)


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_fifty_kills_lose_nothing_and_double_nothing(fleet, publisher, real_store):
    """`kill -9` at random moments of a poll, of gathering and grouping alike."""
    chance = random.Random(7)
    publisher.feeds = {f"s{n}": [story(n * 100, f"s{n}-0"), wire(f"s{n}-w")] for n in range(24)}
    fleet.configure(publisher)
    for kill in range(50):
        asked = sum(publisher.requests.values())
        process = await fleet.start()

        async def polls(asked: int = asked) -> bool:
            return sum(publisher.requests.values()) > asked

        await until(polls)
        name = f"s{chance.randrange(24)}"
        publisher.feeds[name] = [story(10_000 + kill, f"{name}-{kill + 1}"), *publisher.feeds[name]][:12]
        await asyncio.sleep(chance.random() * 0.3)
        process.kill()
        await process.wait()
    await fleet.start()
    served = {
        f"{name} http://example.org/{item.guid}" for name, items in publisher.feeds.items() for item in items
    }

    async def complete() -> bool:
        return served <= set(await guids(real_store))

    await until(complete, 60.0)
    assert {entry: count for entry, count in (await guids(real_store)).items() if count != 1} == {}
    changes = await real_store.changes.since(0, 10_000)
    assert [change.number for change in changes] == list(range(1, len(changes) + 1))
    added = Counter(change.story for change in changes if change.type == "added")
    assert set(added.values()) == {1}
    wires = [found for found in await _sizes(real_store) if found > 1]
    assert wires == [24]


async def _sizes(store: Store) -> list[int]:
    ids = [id_ for id_, _ in await store.stories.ids_and_placed()]
    return [len(stored.copies) for stored in await store.stories.read(ids) if stored]


async def test_a_killed_groupers_lease_is_taken_over_within_ten_seconds(fleet, publisher, real_store):
    publisher.feeds = {"a": [story(1)]}
    fleet.configure(publisher)
    first = await fleet.start()

    async def grouping() -> bool:
        return len(await guids(real_store)) == 1

    await until(grouping)
    await fleet.start()
    first.kill()
    await first.wait()
    publisher.feeds["a"] = [story(2), story(1)]

    async def taken_over() -> bool:
        return len(await guids(real_store)) == 2

    await until(taken_over, 10.0 + 4.0)  # four more, for the poll that brings the entry


async def test_sources_of_a_killed_worker_are_polled_by_another(fleet, publisher, real_store):
    """Its leases end after the timeout and ten seconds."""
    publisher.feeds = {f"s{n}": [story(n)] for n in range(20)}
    fleet.configure(publisher, timeout="1s")
    first = await fleet.start()

    async def polled() -> bool:
        return len(publisher.requests) == 20

    await until(polled)
    first.kill()
    await first.wait()
    publisher.requests.clear()
    await fleet.start()
    await until(polled, 30.0)


async def test_each_source_is_polled_once_an_interval_whoever_polls_it(fleet, publisher, real_store):
    """Three workers together ask no more than one would."""
    publisher.feeds = {f"s{n}": [story(n)] for n in range(10)}
    fleet.configure(publisher)
    for _ in range(3):
        await fleet.start()

    async def several() -> bool:
        return len(await real_store.workers.alive()) == 3 and min(publisher.requests.values(), default=0) >= 1

    await until(several)
    publisher.requests.clear()
    await asyncio.sleep(5.0)
    assert max(publisher.requests.values()) <= 6
    assert min(publisher.requests.values()) >= 2
    assert set(publisher.unconditional.values()) == {1}


async def test_a_worker_told_to_stop_gives_back_what_it_could_not_finish(fleet, real_store):
    """SIGTERM: the source that never answers is due again at once, the process ends in ten seconds."""
    hanging = asyncio.Event()

    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hanging.set()
        with contextlib.suppress(ConnectionError):
            await reader.read(-1)
        writer.close()

    server = await asyncio.start_server(never, "127.0.0.1", 0)
    fleet.configure(Publisher(feeds={"slow": []}, port=server.sockets[0].getsockname()[1]), timeout="60s")
    process = await fleet.start()
    await asyncio.wait_for(hanging.wait(), 20.0)
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(10.0):
        assert await process.wait() == 0
    _, due = (await real_store.sources.status())["slow"]
    assert due is not None
    server.close()


async def test_workers_wait_for_redis_and_go_on(tmp_path, publisher):
    """Redis is stopped and started again under a worker that is polling: nothing lost, nothing announced twice."""
    server = Server(tmp_path / "data")
    url = await server.start()
    fleet = Fleet(tmp_path, url)
    publisher.feeds = {f"s{n}": [story(n)] for n in range(5)}
    fleet.configure(publisher)
    try:
        process = await fleet.start()
        async with open_store(url) as store:

            async def holds(count: int) -> bool:
                return len(await guids(store)) == count

            await until(lambda: holds(5))
            await server.stop()
            publisher.feeds["s0"] = [story(100), *publisher.feeds["s0"]]

            async def noticed() -> bool:
                return "does not answer" in fleet.log()

            await until(noticed)
            await server.start()
            await until(lambda: holds(6))
            added = Counter(
                change.story for change in await store.changes.since(0, 100) if change.type == "added"
            )
            assert set(added.values()) == {1}
            assert process.returncode is None
    finally:
        await fleet.end()
        await server.stop()


@pytest.mark.slow
@pytest.mark.timeout(200)
async def test_a_redis_that_hangs_and_wakes_has_lost_and_doubled_nothing(tmp_path, publisher):
    """What was sent to it meanwhile is done when it wakes, though nobody waits for the answers any more."""
    server = Server(tmp_path / "data")
    url = await server.start()
    fleet = Fleet(tmp_path, url)
    publisher.feeds = {f"s{n}": [story(n)] for n in range(5)}
    fleet.configure(publisher)
    try:
        processes = [await fleet.start() for _ in range(2)]
        async with open_store(url) as store:

            async def holds(count: int) -> bool:
                return len(await guids(store)) == count

            await until(lambda: holds(5))
            assert server.pid
            asked = sum(publisher.requests.values())
            publisher.feeds = {
                name: [story(100 + n), *items] for n, (name, items) in enumerate(publisher.feeds.items())
            }

            async def polls() -> bool:
                return sum(publisher.requests.values()) > asked

            async def noticed() -> bool:
                return "does not answer" in fleet.log()

            await until(polls)
            os.kill(server.pid, signal.SIGSTOP)
            try:
                await until(noticed)
            finally:
                os.kill(server.pid, signal.SIGCONT)
            await until(lambda: holds(10))
            assert set((await guids(store)).values()) == {1}
            added = Counter(
                change.story for change in await store.changes.since(0, 1000) if change.type == "added"
            )
            assert (len(added), set(added.values())) == (10, {1})
            assert [process.returncode for process in processes] == [None, None]
    finally:
        await fleet.end()
        await server.stop()


def test_the_item_of_a_story_is_its_own() -> None:
    """The stories that these tests tell apart are really told apart by their words."""
    texts = {story(number).text for number in range(2000)}
    assert len(texts) == 2000
    assert isinstance(story(1), Item)


async def test_a_store_that_was_emptied_is_filled_again_by_the_workers_that_live(
    fleet, publisher, real_store, redis_url
):
    """FLUSHALL under a running worker: it tells the new store its sources, and every entry comes back once."""
    publisher.feeds = {f"s{n}": [story(n)] for n in range(5)}
    fleet.configure(publisher)
    await fleet.start()

    async def all_there() -> bool:
        return len(await guids(real_store)) == 5

    await until(all_there)
    async with Redis.from_url(redis_url) as client:
        await client.flushall()
    await until(all_there)
    assert set((await guids(real_store)).values()) == {1}


async def test_a_machine_with_another_configuration_is_named(fleet, publisher, real_store):
    """The log and `aggregator sources` say which process differs; the sources of both lists are polled in peace."""
    publisher.feeds = {"a": [story(1)]}
    fleet.configure(publisher)
    await fleet.start()
    publisher.feeds["b"] = [story(2)]
    fleet.configure(publisher)

    async def first_lives() -> bool:
        return len(await real_store.workers.alive()) == 1

    await until(first_lives)
    (fleet.folder / "other").mkdir()
    other = Fleet(fleet.folder / "other", fleet.redis)
    publisher.feeds["c"] = [story(3)]
    other.configure(publisher)
    try:
        await other.start()

        async def named() -> bool:
            return "was given another configuration" in fleet.log() + other.log()

        await until(named)
    finally:
        await other.end()


def test_a_budget_raises_the_price_of_a_request_when_it_is_overspent():
    """Each worker comes to the same price from what all of them said."""
    said = {name: {"asked": 50, "price": schedule.PRICE} for name in "ab"}
    raised, spent = next_price(1.0, said, None)
    assert raised > schedule.PRICE
    assert spent == pytest.approx(60 + (100 * 720 - 60) * (1 - math.exp(-5 / 1800)))
    assert next_price(1.0, {name: {"asked": 0, "price": raised} for name in "ab"}, 30.0)[0] < raised
    assert next_price(None, said, None) == (schedule.PRICE, None)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=["told", "killed"])
async def test_a_restart_causes_no_request(fleet, publisher, real_store, how):
    """What was polled waits its interval, whoever died meanwhile; only what is new is asked."""
    publisher.feeds = {f"s{n}": [story(n)] for n in range(12)}
    fleet.configure(publisher, interval="1h")
    first = await fleet.start()

    async def all_settled() -> bool:
        status = await real_store.sources.status()
        return len(status) == len(publisher.feeds) and all(state.polls for state, _ in status.values())

    await until(all_settled)
    first.send_signal(how)
    await first.wait()
    publisher.feeds["new"] = [story(99)]
    fleet.configure(publisher, interval="1h")
    await fleet.start()
    await until(all_settled)
    assert set(publisher.requests.values()) == {1}


async def test_a_source_that_is_taken_out_and_put_back_is_asked_with_its_validators(
    fleet, publisher, real_store
):
    publisher.feeds = {"stays": [story(1)], "leaves": [story(2)]}
    fleet.configure(publisher)
    await fleet.start()

    async def polled(name: str, times: int) -> bool:
        return publisher.requests[name] >= times

    async def known() -> bool:
        return set(await real_store.sources.status()) == set(publisher.feeds)

    await until(lambda: polled("leaves", 2))
    left = publisher.feeds.pop("leaves")
    fleet.configure(publisher)
    await until(known)
    asked = publisher.requests["leaves"]
    publisher.feeds["leaves"] = left
    fleet.configure(publisher)
    await until(lambda: polled("leaves", asked + 2))
    assert publisher.unconditional["leaves"] == 1


async def test_the_price_of_a_request_outlives_a_restart(fleet, publisher, real_store):
    """With a budget that is overspent, a new process goes on with the price that the last one came to."""
    publisher.feeds = {f"s{n}": [story(n)] for n in range(4)}
    fleet.configure(publisher, more="budget: 1/h, ")
    first = await fleet.start()

    async def raised() -> bool:
        return (await real_store.workers.price() or 0.0) > schedule.PRICE

    await until(raised)
    first.kill()
    await first.wait()
    price = await real_store.workers.price()
    assert price is not None
    second = await fleet.start()

    async def beats() -> bool:
        alive = await real_store.workers.alive()
        return any(name.endswith(f"-{second.pid}") for name in alive)

    await until(beats)
    alive = await real_store.workers.alive()
    said = next(info["price"] for name, info in alive.items() if name.endswith(f"-{second.pid}"))
    assert said >= price
