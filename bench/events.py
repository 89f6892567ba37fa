"""How the web holds up while stories arrive: readers of the merged feed, and listeners of `/events`.

Five processes: Redis, the server, one that commits stories at a steady pace (as the grouper does, each with
its change), one that asks or listens, and this one. Readers keep their connection and ask once a second,
gzip, without ETag: what is measured is from the request to the last byte, beside the same readers while
nothing arrives, which is what machine and client add. For listeners it is from the moment the commit was
answered to the moment the event was read from the socket; of thousands a sample keeps the time, the others
count bytes, since reading costs the client as much as writing costs the server.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import uvloop

from aggregator import store as stores
from aggregator.config import Config
from aggregator.core.model import Change, Copy, Source, Story, Text, entry_id
from aggregator.fetch.limits import raise_limit
from aggregator.store import Commit, Server, StoryWrites
from aggregator.web import start
from bench.serve import _ask, _request, _text, _used

SAMPLE = 50  # listeners of whom every event's time is kept
READERS = 500
PACE = 100.0  # stories a second
SECONDS = 15.0
# listeners, stories a second: the first as many as the readers, the second as many as one core should hold
LISTENERS = {"500 listeners": (500, 20.0), "5,000 listeners": (5_000, 2.0)}


# --- processes ----------------------------------------------------------------------------------------


async def _serve(folder: str) -> None:
    async with Server(Path(folder)) as redis, stores.open(redis.url) as store:
        sources = (Source("s0", "https://s0.example/", "s0", "s0"),)
        config = Config.model_validate({"server": {"port": 0}, "sources": sources})
        runner = await start(config, store, clock=time.time)
        print(json.dumps([runner.address, redis.url]), flush=True)
        await asyncio.to_thread(sys.stdin.read)
        await runner.cleanup()


async def _write(redis: str, pace: str, seconds: str) -> None:
    """Commits stories one by one; prints when the commit of each change was answered."""
    answered: dict[int, float] = {}
    async with stores.open(redis) as store:
        lease = await store.inbox.lead("bench", 600.0) or 0
        first = time.time()
        for at in range(int(float(seconds) * float(pace))):
            await asyncio.sleep(max(0.0, first + at / float(pace) - time.time()))
            number = await store.stories.commit(_commit(lease, f"{first}-{at}"))
            answered[number] = time.time()
    print(json.dumps(answered))


def _commit(lease: int, guid: str) -> Commit:
    now, seed = time.time(), hash(guid)
    one = entry_id("s0", guid)
    copy = Copy(one, "s0", "Outlet 0", f"https://s0.example/{guid}", _text(seed, 9), now, b"")
    story = Story(one, now, now, now, one, copies=(one,))
    text = Text(_text(seed, 25), f"<p>{_text(seed, 60)}</p>")
    writes = StoryWrites(stories=(story,), copies=((one, copy, None, text),))
    return Commit(lease, f"{time.time_ns()}-0", now, writes, (Change(0, "added", one, now),))


class _Listener(asyncio.Protocol):
    """Counts what comes; keeps when each change came, if it is of the sample."""

    def __init__(self, *, keeps: bool) -> None:
        self.keeps = keeps
        self.seen: dict[int, float] = {}
        self.events = 0
        self.is_open = False
        self._tail = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.write(_request("/events"))  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.is_open = True
        if not self.keeps:
            self.events += data.count(b"\nevent: ")
            return
        now, data = time.time(), self._tail + data
        for match in _EVENT.finditer(data):
            self.seen.setdefault(int(match[1]), now)
        self.events = len(self.seen)
        self._tail = data[-200:]

    def connection_lost(self, _: Exception | None) -> None:
        self.is_open = False


_EVENT = re.compile(rb"id: \w+-(\d+)\nevent: ")


async def _listen(port: str, count: str) -> None:
    """Opens the connections, says so, listens until its standard input ends, prints what came when."""
    raise_limit(0)
    loop = asyncio.get_running_loop()
    made: list[_Listener] = []
    every = max(1, int(count) // SAMPLE)
    for at in range(int(count)):
        listener = _Listener(keeps=at % every == 0)
        await loop.create_connection(lambda listener=listener: listener, "127.0.0.1", int(port))
        made.append(listener)
    while not all(listener.is_open for listener in made):
        await asyncio.sleep(0.05)
    print("open", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    kept = [listener.seen for listener in made if listener.keeps]
    still = sum(listener.is_open for listener in made)
    print(json.dumps({"seen": kept, "events": sum(one.events for one in made), "open": still}))


async def _read(port: str, count: str, seconds: str) -> None:
    """Readers who ask once a second, spread over it; prints the milliseconds that each answer took."""
    taken: list[float] = []
    ends = time.perf_counter() + float(seconds)

    async def reader(at: int) -> None:
        incoming, outgoing = await asyncio.open_connection("127.0.0.1", int(port))
        await asyncio.sleep(at / int(count))
        while (began := time.perf_counter()) < ends:
            outgoing.write(_request("/feed.json", Accept_Encoding="gzip"))
            head = await incoming.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head.lower())
            await incoming.readexactly(int(length[1]) if length else 0)
            taken.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(max(0.0, began + 1.0 - time.perf_counter()))
        outgoing.close()

    await asyncio.gather(*(reader(at) for at in range(int(count))))
    print(json.dumps(taken))


# --- the run ------------------------------------------------------------------------------------------


def _start(kind: str, *words: object) -> subprocess.Popen[bytes]:
    line = [sys.executable, "-m", "bench.events", kind, *map(str, words)]
    return subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _line(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout is not None
    return process.stdout.readline()


def _spread(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    shares = {"p50_ms": 0.5, "p99_ms": 0.99, "max_ms": 1.0}
    return {
        name: round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)
        for name, share in shares.items()
    }


def _reading(port: int, redis: str, server: int) -> dict[str, dict[str, Any]]:
    """Readers of the feed while stories arrive, and then while none do."""
    writer = _start("write", redis, PACE, SECONDS)
    time.sleep(2.0)  # until the feed has fifty stories
    busy = _asked(port, server, SECONDS - 3)
    pace = round(len(json.loads(writer.communicate()[0])) / SECONDS, 1)
    quiet = _asked(port, server, SECONDS - 3)
    return {
        f"{READERS} readers": {"stories_a_second": pace, **busy},
        f"{READERS} readers, no news": {"stories_a_second": 0.0, **quiet},
    }


def _asked(port: int, server: int, seconds: float) -> dict[str, Any]:
    used, began = _used(server), time.perf_counter()
    taken = json.loads(_start("read", port, READERS, seconds).communicate()[0])
    share = (_used(server) - used) / (time.perf_counter() - began)
    return {"answers": len(taken), **_spread(taken), "server_cpu": round(share, 2)}


def _listening(port: int, redis: str, server: int, count: int, pace: float) -> dict[str, Any]:
    """Listeners while stories arrive."""
    began = time.perf_counter()
    listeners = _start("listen", port, count)
    _line(listeners)
    opened, used = time.perf_counter() - began, _used(server)
    answered = json.loads(_start("write", redis, pace, SECONDS).communicate()[0])
    share = (_used(server) - used) / SECONDS
    time.sleep(1.0)
    found = json.loads(listeners.communicate()[0])
    late = [
        (when - answered[number]) * 1000
        for seen in found["seen"]
        for number, when in seen.items()
        if number in answered
    ]
    return {
        "stories_a_second": pace,
        "connect_s": round(opened, 2),
        "missed": count * len(answered) - found["events"],
        "still_open": found["open"],
        **_spread(late),
        "server_cpu": round(share, 2),
    }


def run() -> dict[str, Any]:
    """Milliseconds that readers and listeners wait while stories arrive."""
    with tempfile.TemporaryDirectory(prefix="agg-events-") as folder:
        server = _start("serve", folder)
        try:
            address, redis = json.loads(_line(server))
            port = int(address.rpartition(":")[2])
            _ask(port, _request("/feed.json"))
            found = _reading(port, redis, server.pid)
            for name, (count, pace) in LISTENERS.items():
                found[name] = _listening(port, redis, server.pid, count, pace)
            return found
        finally:
            server.communicate()


def _main(kind: str, *words: str) -> None:
    uvloop.run({"serve": _serve, "write": _write, "listen": _listen, "read": _read}[kind](*words))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _main(*sys.argv[1:])
    else:
        print(json.dumps(run(), indent=2))
