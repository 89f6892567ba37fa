"""How many messages a second one process delivers to 100 webhooks, beside a client that only posts.

A receiver in a process of its own counts requests and answers 204; stories are committed a batch at a time,
and the clock runs until each hook has had each of them, signed, in order, with its place written to a Redis
that writes to disk before it answers. Beside it the same bodies, posted over as many kept connections by the
same HTTP client without Redis, signatures or order. Goal: 2,000 deliveries a second.
"""

from __future__ import annotations

import asyncio
import base64
import multiprocessing
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any, ClassVar

import aiohttp
import uvloop

from aggregator import store as stores
from aggregator.config import Config
from aggregator.core.model import Change, Copy, Story, Text, entry_id
from aggregator.deliver import Deliverer
from aggregator.store import Commit, Server, Store, StoryWrites

HOOKS = 100
CHANGES = 100
ROUNDS = 3
GOAL = 2_000
SECRET = "whsec_" + base64.b64encode(bytes(range(24))).decode()


def run() -> dict[str, Any]:
    """Deliveries a second, and microseconds of processor time of the delivering process for each."""
    ours, theirs = multiprocessing.Pipe()
    receiver = multiprocessing.get_context("spawn").Process(target=_receive, args=(theirs,), daemon=True)
    receiver.start()
    theirs.close()  # if the receiver ends, waiting for it does too
    try:
        port = ours.recv()
        with (
            tempfile.TemporaryDirectory(prefix="agg-") as folder,
            asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop,
        ):
            return loop.run(_measure(port, ours, folder))
    finally:
        receiver.terminate()


# --- the receiver -------------------------------------------------------------------------------------


class _Counter(asyncio.Protocol):
    """Answers 204 to each request; `counts` by path is for all connections."""

    counts: ClassVar[dict[bytes, int]] = {}

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._data = b""

    def data_received(self, data: bytes) -> None:
        self._data += data
        while (end := self._data.find(b"\r\n\r\n")) >= 0:
            head = self._data[:end].lower()
            at = head.index(b"content-length: ") + 16
            length = int(head[at:].split(b"\r", 1)[0])
            if len(self._data) < end + 4 + length:
                return
            path = head.split(b" ", 2)[1]
            self.counts[path] = self.counts.get(path, 0) + 1
            self._data = self._data[end + 4 + length :]
            self._transport.write(b"HTTP/1.1 204 No Content\r\n\r\n")


def _receive(pipe: Connection) -> None:
    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(_Counter, "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        loop.add_reader(pipe.fileno(), lambda: pipe.send((pipe.recv(), dict(_Counter.counts))[1]))
        await asyncio.Event().wait()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        loop.run(serve())


# --- what is measured ---------------------------------------------------------------------------------


async def _measure(port: int, receiver: Connection, folder: str) -> dict[str, Any]:
    async with Server(Path(folder)) as redis, stores.open(redis.url) as store:
        config = Config.model_validate(
            {
                "polling": {"allow_private_networks": True},
                "webhooks": [
                    {"id": f"h{number}", "url": f"http://127.0.0.1:{port}/h{number}", "secret": SECRET}
                    for number in range(HOOKS)
                ],
            }
        )
        stop = asyncio.Event()
        deliverer = Deliverer(config, store, clock=time.time, name="bench", stop=stop)
        await store.hooks.claim({hook.id: hook.url for hook in config.webhooks}, 1.0)
        running = asyncio.create_task(deliverer.run())
        lease = await store.inbox.lead("bench", 3600.0)
        assert lease is not None
        wholes, bares = [], []
        for number in range(ROUNDS):
            wholes.append(await _whole(store, lease, deliverer, number))
            bares.append(await _bare(port))
        stop.set()
        await running
        receiver.send("counts")
        counts = receiver.recv()
        missed = [hook.id for hook in config.webhooks if counts[f"/{hook.id}".encode()] != CHANGES * ROUNDS]
        assert not missed, missed
    rate = median(one["deliveries_per_second"] for one in wholes)
    return {
        "hooks": HOOKS,
        "deliveries": HOOKS * CHANGES * ROUNDS,
        "goal_per_second": GOAL,
        "of_bare": round(rate / median(one["deliveries_per_second"] for one in bares), 2),
        "aggregator": _middle(wholes),
        "bare client": _middle(bares),
    }


def _middle(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {name: median(one[name] for one in rounds) for name in rounds[0]}


async def _whole(store: Store, lease: int, deliverer: Deliverer, number: int) -> dict[str, float]:
    """Commits a batch; the rate until every hook has had it."""
    wanted = deliverer.totals["delivered"] + HOOKS * CHANGES
    begun, used = time.perf_counter(), time.process_time()
    await _commit(store, lease, number)
    while deliverer.totals["delivered"] < wanted:
        await asyncio.sleep(0.002)
    return _rate(begun, used)


async def _bare(port: int) -> dict[str, float]:
    body = b'{"type":"story.added","data":"' + b"x" * 900 + b'"}'

    async def hook() -> None:
        for _ in range(CHANGES):
            async with session.post(f"http://127.0.0.1:{port}/bare", data=body) as answer:
                await answer.read()

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        begun, used = time.perf_counter(), time.process_time()
        await asyncio.gather(*(hook() for _ in range(HOOKS)))
        return _rate(begun, used)


def _rate(begun: float, used: float) -> dict[str, float]:
    count = HOOKS * CHANGES
    return {
        "deliveries_per_second": round(count / (time.perf_counter() - begun)),
        "cpu_us": round((time.process_time() - used) / count * 1e6, 1),
    }


async def _commit(store: Store, lease: int, number: int) -> None:
    """A hundred stories of two copies each, as one batch."""
    now = time.time()
    stories, copies, changes = [], [], []
    for at in range(CHANGES):
        ids = [entry_id(f"s{source}", f"{number}-{at}") for source in range(2)]
        for source, id_ in enumerate(ids):
            title = f"Ferry {number} reaches harbour {at} after a night of storms"
            copy = Copy(
                id_,
                f"s{source}",
                f"Outlet {source}",
                f"https://s{source}.example/{at}",
                title,
                now,
                b"12345678",
            )
            copies.append((ids[0], copy, None, Text("What happened in a sentence or two. " * 4)))
        stories.append(Story(ids[0], now, now, now, ids[0], copies=tuple(ids)))
        changes.append(Change(0, "added", ids[0], now))
    writes = StoryWrites(stories=tuple(stories), copies=tuple(copies))
    await store.stories.commit(Commit(lease, f"{number + 1}-0", now, writes, changes=tuple(changes)))
