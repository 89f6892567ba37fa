"""Killed, without Redis, many at a time: nothing is lost, and nobody is told by two at once."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest
from aiohttp import web
from house import House, free_port, rss

from aggregator.core.errors import StoreAway
from aggregator.core.model import Change, Copy, Story, Text, entry_id
from aggregator.deliver import Publisher
from aggregator.store import Commit, Server, StoryWrites
from aggregator.store import open as open_store


class Clerk:
    """Commits stories as the grouper would."""

    def __init__(self, store, lease):
        self.store, self.lease, self.count = store, lease, 0

    async def publish(self, *guids):
        stories, copies, changes = [], [], []
        for guid in guids:
            one = entry_id("wire", guid)
            copy = Copy(
                one, "wire", "Wire", f"https://wire.example/{guid}", f"Headline {guid}", 1e9, b"12345678"
            )
            stories.append(Story(one, 1e9, 1e9, 1e9, one, copies=(one,)))
            copies.append((one, copy, None, Text(summary=f"Of {guid}.")))
            changes.append(Change(0, "added", one, 1e9))
        self.count += 1
        writes = StoryWrites(stories=tuple(stories), copies=tuple(copies))
        await self.store.stories.commit(
            Commit(self.lease, f"9999999999999-{self.count}", 1e9, writes, changes=tuple(changes))
        )


async def held(store):
    """How many subscriptions somebody is serving."""
    ids = await store._link.command("ZRANGE", "{s}:hub:until", 0, -1)
    return sum([await store._link.command("HEXISTS", b"{s}:hub:sub:" + id_, "holder") for id_ in ids])


def told(came):
    return [item["title"].removeprefix("Headline ") for one in came for item in json.loads(one.body)["items"]]


async def subscribed(house, reader, *paths):
    for path in paths:
        assert await reader.subscribe(f"{house.address}/hub", f"{house.address}/feed.json", path) == 202
    await house.tell()


async def test_a_process_killed_in_the_middle_of_a_request_loses_nothing(houses, reader, clock, redis_url):
    house = await houses()
    await subscribed(house, reader, "/push")

    async def hangs(_):
        await asyncio.Event().wait()

    reader.answers["/push"] = hangs
    clerk = Clerk(house.store, house.grouper.number)
    await clerk.publish("one", "two")
    script = str(Path(__file__).with_name("one_hub.py"))
    process = await asyncio.create_subprocess_exec(
        sys.executable, script, redis_url, house.address, repr(clock())
    )
    try:
        await reader.until(1)
    finally:
        process.kill()
        await process.wait()
    reader.answers["/push"] = 204
    await house.tell()
    assert len(reader.came["/push"]) == 1  # the lease is still the dead one's
    clock.advance(71)
    await clerk.publish("three")
    await house.tell()
    first, second = reader.came["/push"]
    assert (set(told([first])), set(told([second]))) == ({"one", "two"}, {"one", "two", "three"})


async def test_two_processes_never_tell_one_subscriber_at_once(houses, reader, clock):
    """Ten subscribers, three publishers: each is told everything once, one request at a time."""
    house = await houses()
    paths = [f"/{number}" for number in range(10)]
    await subscribed(house, reader, *paths)
    busy: Counter[str] = Counter()
    most = 0

    async def slowly(request):
        nonlocal most
        busy[request.path] += 1
        most = max(most, busy[request.path])
        await asyncio.sleep(0)
        busy[request.path] -= 1
        return web.Response(status=204)

    reader.answers = dict.fromkeys(paths, slowly)
    stop = asyncio.Event()

    async def at_once(_):
        pass

    publishers = [
        Publisher(house.config, house.store, clock=clock, stop=stop, ask_host=at_once) for _ in range(3)
    ]
    running = [asyncio.create_task(each.run()) for each in publishers]
    clerk = Clerk(house.store, house.grouper.number)
    for start in range(0, 12, 3):
        await clerk.publish(*map(str, range(start, start + 3)))
        async with asyncio.timeout(30):
            while any(len(told(reader.came.get(path, []))) < start + 3 for path in paths):
                await asyncio.sleep(0.01)
            while await held(house.store):
                await asyncio.sleep(0.01)
        clock.advance(1.1)  # nobody is told twice within a second
    stop.set()
    await asyncio.gather(*running)
    assert most == 1
    for path in paths:
        assert sorted(told(reader.came[path]), key=int) == [str(number) for number in range(12)]
    assert sum(each.totals["delivered"] for each in publishers) == 40


async def test_redis_may_restart_in_the_middle_of_a_request(
    reader, houses, wire, hub, clock, tmp_path_factory
):
    """Subscriptions of both kinds, places and what came and was not read yet: all of it is there again."""
    with tempfile.TemporaryDirectory(prefix="agg-") as folder:
        server = Server(Path(folder))
        url = await server.start()
        try:
            wire.names(hub.url())
            async with (
                open_store(url, clock=clock) as store,
                House(store, clock, {"sources": [wire.source()]}) as house,
            ):
                await house.poll()
                await house.ask()
                asked = hub.asked[0]
                await hub.verify(asked)
                await subscribed(house, reader, "/push")
                assert await hub.push(asked, rss("second", "first")) == 202
                await server.stop()
                assert await hub.push(asked, rss("third")) == 503
                await server.start()
                async with asyncio.timeout(30):
                    while True:
                        with contextlib.suppress(StoreAway):
                            await house.read()
                            break
                assert await house.titles() == {"first", "second"}
                await house.tell()
                assert [json.loads(one.body)["items"][0]["title"] for one in reader.came["/push"]] == [
                    "second"
                ]
                assert await hub.push(asked, rss("third")) == 202
        finally:
            await server.stop()


# --- as it is run -----------------------------------------------------------------------------------------

CONFIG = """
server: {{host: 127.0.0.1, port: {port}, public_url: 'http://127.0.0.1:{port}'}}
data_dir: {folder}
polling: {{min_interval: 1h, timeout: 2s, allow_private_networks: [127.0.0.0/8], per_host: 50, per_host_rate: off}}
retention: {{rebuild_wait: 0s}}
sources:
  - {{id: {source}, url: '{url}', interval: {interval}}}
"""


class Running:
    """`aggregator run`, on a port and in a folder of its own."""

    def __init__(self, folder, port):
        self.folder, self.port = folder, port
        self.address = f"http://127.0.0.1:{port}"
        self.process = None

    async def start(self, source, url, interval):
        path = self.folder / "aggregator.yaml"
        path.write_text(
            CONFIG.format(port=self.port, folder=self.folder / "d", source=source, url=url, interval=interval)
        )
        with (self.folder / "log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "aggregator", "run", "-c", str(path), "--workers", "1", stderr=log
            )

    async def end(self):
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        await self.process.wait()

    def workers(self):
        """The process ids of its workers."""
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [
            int(pid) for pid in found if b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        ]


async def until(http, address, good):
    """Asks until the answer is as wanted."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, ValueError):
            async with http.get(address) as answer:
                found = await answer.json(content_type=None)
                if answer.status == 200 and good(found):
                    return found
        await asyncio.sleep(0.1)
    raise AssertionError(f"{address} never became what was wanted")


def has(title):
    return lambda feed: title in {item["title"] for item in feed["items"]}


def is_pushed(shown):
    return any("pushed by the hub" in source.get("next_poll_reason", "") for source in shown["sources"])


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux' list of processes")
async def test_a_story_reaches_a_second_service_by_push_whoever_is_killed(wire):
    """Two services as they are run: the second polls the first once an hour, and has its news in moments."""
    with tempfile.TemporaryDirectory(prefix="agg-") as one, tempfile.TemporaryDirectory(prefix="agg-") as two:
        first, second = Running(Path(one), free_port()), Running(Path(two), free_port())
        http = wire.http
        try:
            await first.start("wire", wire.url("/wire.xml"), "1s")
            await until(http, f"{first.address}/feed.json", has("first"))
            await second.start("first", f"{first.address}/feed.json", "auto")
            await until(http, f"{second.address}/feed.json", has("first"))
            await until(http, f"{first.address}/healthz", lambda _: True)
            async with asyncio.timeout(60):
                while True:
                    async with http.get(f"{first.address}/metrics") as answer:
                        if "aggregator_hub_subscriptions 1.0" in await answer.text():
                            break
                    await asyncio.sleep(0.2)
            wire.titles.insert(0, "second")
            await until(http, f"{second.address}/feed.json", has("second"))
            await until(http, f"{second.address}/sources.json", is_pushed)
            for running in (first, second):
                for pid in running.workers():
                    os.kill(pid, 9)
            wire.titles.insert(0, "third")
            await until(http, f"{second.address}/feed.json", has("third"))
            shown = await until(http, f"{second.address}/feed.json", has("third"))
            assert len(shown["items"]) == 3
        finally:
            await first.end()
            await second.end()
