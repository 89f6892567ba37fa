"""How many subscribers a second one process tells of a change over our WebSub hub, beside a bare client.

A receiver in a process of its own counts requests and answers 204; one story is committed at a time, and the
clock runs until each of 2,000 subscribers has had it, signed, with its place written to a Redis that writes
to disk before it answers. Beside it bodies of that size, posted by the same HTTP client without Redis and
signatures. `of_bare` compares processor time: on a shared machine the rates of two short bursts tell little.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp
import uvloop
from redis import Redis

from aggregator import store as stores
from aggregator.config import Config
from aggregator.core.model import Change, Copy, Story, Text, entry_id
from aggregator.deliver import Publisher
from aggregator.store import Commit, Server, Store, StoryWrites
from aggregator.store.hub import Asked
from bench.hooks import _receive

SUBSCRIBERS = 2_000
ROUNDS = 3
APART = 1.5  # seconds: nobody is told twice within one
BASE = "http://127.0.0.1:1"


def run() -> dict[str, Any]:
    """Subscribers a second, microseconds of processor time for each, milliseconds to the first."""
    ours, theirs = multiprocessing.Pipe()
    receiver = multiprocessing.get_context("spawn").Process(target=_receive, args=(theirs,), daemon=True)
    receiver.start()
    theirs.close()
    try:
        port = ours.recv()
        with (
            tempfile.TemporaryDirectory(prefix="agg-") as folder,
            asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop,
        ):
            return loop.run(_measure(port, ours, folder))
    finally:
        receiver.terminate()


async def _measure(port: int, receiver: Connection, folder: str) -> dict[str, Any]:
    async with Server(Path(folder)) as redis, stores.open(redis.url) as store:
        taken = await _subscribe(store, port, redis.url)
        config = Config.model_validate(
            {"server": {"public_url": BASE}, "polling": {"allow_private_networks": True}}
        )
        stop = asyncio.Event()
        publisher = Publisher(config, store, clock=time.time, stop=stop, ask_host=lambda _: asyncio.sleep(0))
        running = asyncio.create_task(publisher.run())
        lease = await store.inbox.lead("bench", 3600.0)
        assert lease is not None
        wholes, bares = [], []
        for number in range(ROUNDS):
            await asyncio.sleep(APART)
            wholes.append(await _whole(store, lease, publisher, number))
            bares.append(await _bare(port))
        stop.set()
        await running
        receiver.send("counts")
        counts = receiver.recv()
        missed = [number for number in range(SUBSCRIBERS) if counts[f"/{number}".encode()] != ROUNDS]
        assert not missed, missed[:10]
    spent = median(one["cpu_us"] for one in wholes)
    return {
        "subscribers": SUBSCRIBERS,
        "redis_bytes_a_subscription": taken,
        "of_bare": round(median(one["cpu_us"] for one in bares) / spent, 2),
        "aggregator": {name: median(one[name] for one in wholes) for name in wholes[0]},
        "bare client": {name: median(one[name] for one in bares) for name in bares[0]},
    }


async def _subscribe(store: Store, port: int, url: str) -> int:
    """Subscribes all; bytes of Redis for each."""
    before = _memory(url)
    for number in range(SUBSCRIBERS):
        callback = f"http://127.0.0.1:{port}/{number}"
        await store.hub.ask(Asked("subscribe", callback, f"{BASE}/feed.json", 86_400.0, "a secret"))
    while questions := await store.hub.questions(500, 30.0):
        for question in questions:
            await store.hub.answered(question, True)
    return round((_memory(url) - before) / SUBSCRIBERS)


def _memory(url: str) -> int:
    with Redis.from_url(url) as client:
        return int(client.info("memory")["used_memory"])


async def _whole(store: Store, lease: int, publisher: Publisher, number: int) -> dict[str, float]:
    """Commits a story; the rate until every subscriber has had it."""
    wanted = publisher.totals["delivered"] + SUBSCRIBERS
    begun, used = time.perf_counter(), time.process_time()
    now, one = time.time(), entry_id("wire", str(number))
    title = f"Ferry {number} reaches the harbour after a night of storms"
    copy = Copy(one, "wire", "The Wire", "https://wire.example/1", title, now, b"12345678")
    writes = StoryWrites(
        stories=(Story(one, now, now, now, one, copies=(one,)),),
        copies=((one, copy, None, Text("What happened in a sentence or two. " * 4)),),
    )
    changes = (Change(0, "added", one, now),)
    await store.stories.commit(Commit(lease, f"{number + 1}-0", now, writes, changes=changes))
    while publisher.totals["delivered"] < wanted:
        await asyncio.sleep(0.002)
    return _rate(begun, used)


async def _bare(port: int) -> dict[str, float]:
    body = b'{"version":"https://jsonfeed.org/version/1.1","x":"' + b"x" * 1_500 + b'"}'

    async def tell(number: int) -> None:
        async with session.post(f"http://127.0.0.1:{port}/bare{number}", data=body) as answer:
            await answer.read()

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=400)) as session:
        begun, used = time.perf_counter(), time.process_time()
        await asyncio.gather(*map(tell, range(SUBSCRIBERS)))
        return _rate(begun, used)


def _rate(begun: float, used: float) -> dict[str, float]:
    return {
        "subscribers_per_second": round(SUBSCRIBERS / (time.perf_counter() - begun)),
        "cpu_us": round((time.process_time() - used) / SUBSCRIBERS * 1e6, 1),
    }
