"""Many processes, one queue: killed, stopped, without Redis, nothing is lost and nobody is told by two at once."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
from pathlib import Path

import pytest
from receiver import Clerk, configured, hangs, says

from aggregator import store as stores
from aggregator.core.errors import StoreAway
from aggregator.deliver import Deliverer
from aggregator.store import Server


@contextlib.asynccontextmanager
async def another_process(redis, url, clock):
    """A process that delivers; killed at the end, if it was not before."""
    script = Path(__file__).with_name("one_process.py")
    process = await asyncio.create_subprocess_exec(sys.executable, str(script), redis, url, repr(clock()))
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def test_a_process_killed_in_the_middle_of_a_request_loses_nothing(
    store, receiver, clerk, clock, deliverer, redis_url
):
    """What it delivered is not told again; what it was at is, under the same id, when its lease is over."""
    receiver.answers["/desk"] = [says(204), hangs, says(204)]
    hooks = await deliverer({"id": "desk", "url": receiver.url()})
    await clerk.publish("one", "two", "three")
    async with another_process(redis_url, receiver.url(), clock) as process:
        await receiver.until(2)
        async with asyncio.timeout(30):
            while (await store.hooks.status(["desk"]))["desk"].delivered < 1:
                await asyncio.sleep(0.01)
        process.kill()
        await process.wait()
    assert await hooks.step() == 0  # the lease is still the dead one's
    clock.advance(71)
    await hooks.step()
    assert [got.json()["data"]["number"] for got in receiver.got] == [1, 2, 2, 3]
    assert receiver.got[1].id == receiver.got[2].id


async def test_two_processes_never_deliver_for_one_hook_at_once(store, receiver, clerk, running, clock):
    """Twenty hooks, four deliverers: every hook hears everything once and in order, one request at a time."""
    busy: dict[str, int] = {}
    most = 0

    async def slowly(got, writer):
        nonlocal most
        busy[got.path] = busy.get(got.path, 0) + 1
        most = max(most, busy[got.path])
        await asyncio.sleep(0)
        busy[got.path] -= 1
        writer.write(says(204))

    paths = [f"/{number}" for number in range(20)]
    receiver.answers = dict.fromkeys(paths, slowly)
    for name in "abcd":
        await running(*({"id": path[1:], "url": receiver.url(path)} for path in paths), name=name)
    for start in range(0, 60, 6):
        await clerk.publish(*map(str, range(start, start + 6)))
    for path in paths:
        await receiver.until(60, path)
    numbers = {path: [got.json()["data"]["number"] for got in receiver.at(path)] for path in paths}
    assert numbers == {path: list(range(1, 61)) for path in paths}
    assert most == 1


async def test_who_lost_the_lease_stops(store, receiver, clerk, deliverer, clock):
    """A process that hung for longer than its lease writes nothing any more."""
    hooks = await deliverer({"id": "desk", "url": receiver.url()})
    gate = asyncio.Event()

    async def waits(_, writer):
        await gate.wait()
        writer.write(says(204))

    receiver.answers["/desk"] = [waits, says(204)]
    await clerk.publish("one", "two")
    late = asyncio.create_task(hooks.step())
    await receiver.until(1)
    clock.advance(21)
    other = await deliverer({"id": "desk", "url": receiver.url()})
    gate.set()
    await late
    assert [got.json()["data"]["number"] for got in receiver.got] == [1, 1, 2]
    assert (await store.hooks.status(["desk"]))["desk"].delivered == 2
    assert (other.totals["delivered"], hooks.totals["delivered"]) == (2, 1)


async def test_a_stopped_process_gives_its_leases_up(store, receiver, clerk, deliverer, clock):
    receiver.answers["/desk"] = [hangs, says(204)]
    config = configured({"id": "desk", "url": receiver.url()})
    stopping = Deliverer(config, store, clock=clock, name="one", stop=asyncio.Event(), drain=0.0)
    other = await deliverer({"id": "desk", "url": receiver.url()})
    run = asyncio.create_task(stopping.run())
    await clerk.publish("one")
    await receiver.until(1)
    stopping.stop.set()
    await run
    await other.step()
    assert len({got.id for got in receiver.got}) == 1
    assert len(receiver.got) == 2


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory(prefix="agg-") as name:
        yield Path(name)


async def test_redis_may_restart(receiver, clock, folder):
    """In the middle of a request, and with a try pending; nothing is lost and ids stay."""
    server = Server(folder)
    url = await server.start()
    gate = asyncio.Event()

    async def waits(_, writer):
        await gate.wait()
        writer.write(says(204))

    receiver.answers["/desk"] = [waits, says(204)]
    async with stores.open(url, clock=clock) as store:
        clerk = Clerk(store)
        config = configured({"id": "desk", "url": receiver.url()})
        stop = asyncio.Event()
        hooks = Deliverer(config, store, clock=clock, name="one", stop=stop, timeout=60.0)
        await store.hooks.claim({"desk": receiver.url()}, 1.0)
        run = asyncio.create_task(hooks.run())
        await clerk.publish("one", "two")
        await receiver.until(1)
        await server.stop()
        gate.set()
        await receiver.until(2)
        await server.start()
        async with asyncio.timeout(30):
            while True:
                with contextlib.suppress(StoreAway):
                    await clerk.publish("three")
                    break
        await receiver.until(3)
        stop.set()
        await run
    numbers = [got.json()["data"]["number"] for got in receiver.got]
    assert numbers == [1, 2, 3]
    assert len({got.id.rpartition("-")[0] for got in receiver.got}) == 1
    await server.stop()
