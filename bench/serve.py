"""How many requests a second the merged feed takes from the cache, beside a bare aiohttp handler.

The same body, the same client, the same run, in turns: the feed of 50 stories as it is, in gzip, and its 304,
against a handler that returns the same bytes and knows nothing else. Server and client are two processes; the
client counts bytes only, so that the server is what is measured. Beside each rate stands the server's own
processor time for one request: where other programs run on the machine, that is the steadier number.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import uvloop
from aiohttp import web

from aggregator import store as stores
from aggregator.config import Config
from aggregator.core.model import Change, Copy, Source, Story, Text, entry_id
from aggregator.store import Commit, Server, StoryWrites
from aggregator.web import start

CONNECTIONS = 32
SECONDS = 1.5
ROUNDS = 5
STORIES = 50
COPIES = 2
WORDS = (
    "harbour",
    "ferry",
    "council",
    "budget",
    "storm",
    "signal",
    "minister",
    "election",
    "bridge",
    "market",
)


# --- servers ------------------------------------------------------------------------------------------


def _text(seed: int, words: int) -> str:
    return " ".join(WORDS[(seed * 7 + at * at) % len(WORDS)] for at in range(words)).capitalize() + "."


async def _ours(folder: str) -> None:
    now = time.time()
    async with Server(Path(folder)) as redis, stores.open(redis.url) as store:
        lease = await store.inbox.lead("bench", 600.0)
        for number in range(STORIES):
            ids = [entry_id(f"s{at}", str(number)) for at in range(COPIES)]
            copies = [
                Copy(
                    one,
                    f"s{at}",
                    f"Outlet {at}",
                    f"https://s{at}.example/{number}",
                    _text(number, 9),
                    now,
                    b"",
                )
                for at, one in enumerate(ids)
            ]
            story = Story(ids[0], now + number, now, now, ids[0], copies=tuple(ids))
            text = Text(_text(number, 25), f"<p>{_text(number, 60)}</p>")
            writes = StoryWrites(
                stories=(story,),
                copies=tuple((story.id, copy, None, text if copy is copies[0] else None) for copy in copies),
            )
            changes = (Change(0, "added", story.id, now),)
            await store.stories.commit(Commit(lease or 0, f"{number + 1}-0", now, writes, changes))
        config = Config.model_validate(
            {"server": {"port": 0}, "sources": (Source("s0", "https://s0.example/", "s0", "s0"),)}
        )
        runner = await start(config, store, clock=time.time)
        print(runner.address, flush=True)
        await asyncio.to_thread(sys.stdin.read)
        await runner.cleanup()


async def _bare(file: str) -> None:
    body = await asyncio.to_thread(Path(file).read_bytes)

    async def whole(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/feed+json")

    async def nothing(_: web.Request) -> web.Response:
        return web.Response(status=304)

    app = web.Application()
    app.router.add_get("/whole", whole)
    app.router.add_get("/nothing", nothing)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


# --- client -------------------------------------------------------------------------------------------


class _Connection(asyncio.Protocol):
    """Asks, and asks again as soon as as many bytes as one answer has have come."""

    def __init__(self, request: bytes, size: int) -> None:
        self.request = request
        self.size = size
        self.left = size
        self.answers = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport
        transport.write(self.request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.left -= len(data)
        if self.left <= 0:
            self.left += self.size
            self.answers += 1
            self.transport.write(self.request)


async def _load(port: int, request: bytes, size: int, server: int) -> list[float]:
    """Answers a second over all connections, and microseconds of the server's processor time for each."""
    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(lambda: _Connection(request, size), "127.0.0.1", port)
        for _ in range(CONNECTIONS)
    ]
    await asyncio.sleep(0.3)
    before, began, used = sum(protocol.answers for _, protocol in made), time.perf_counter(), _used(server)
    await asyncio.sleep(SECONDS)
    after, ended, using = sum(protocol.answers for _, protocol in made), time.perf_counter(), _used(server)
    for transport, _ in made:
        transport.close()
    answers = max(1, after - before)
    return [answers / (ended - began), (using - used) * 1e6 / answers]


def _used(process: int) -> float:
    """Seconds of processor time that a process has used (Linux; elsewhere 0)."""
    file = Path(f"/proc/{process}/stat")
    if not file.exists():
        return 0.0
    fields = file.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _ask(port: int, request: bytes) -> bytes:
    """One answer as it is on the wire, head and body."""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        return b"".join(iter(lambda: connection.recv(1 << 16), b""))


def _request(path: str, **headers: str) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


# --- the run ------------------------------------------------------------------------------------------


class _Serving:
    """A server in a process of its own."""

    def __init__(self, kind: str, argument: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.serve", kind, argument],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline().rsplit(b":", 1)[1])

    def rate(self, request: bytes) -> list[float]:
        """Answers a second and processor time for one, measured by a client in another process."""
        size = len(_ask(self.port, request)) - len(b"Connection: close\r\n")
        numbers = [str(self.port), str(size), str(self.process.pid)]
        words = [sys.executable, "-m", "bench.serve", "load", *numbers, request.decode()]
        return list(json.loads(subprocess.run(words, check=True, capture_output=True).stdout))

    def stop(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(20)


def run() -> dict[str, Any]:
    """Requests a second: ours and the bare handler's, and our share of it."""
    with tempfile.TemporaryDirectory(prefix="agg-serve-") as folder:
        ours = _Serving("ours", folder)
        try:
            return _against_bare(ours, Path(folder) / "body")
        finally:
            ours.stop()


def _against_bare(ours: _Serving, file: Path) -> dict[str, Any]:
    head, _, body = _wait_for(ours.port).partition(b"\r\n\r\n")
    file.write_bytes(body)
    etag = next(line.split(b": ", 1)[1] for line in head.split(b"\r\n") if line.lower().startswith(b"etag"))
    bare = _Serving("bare", str(file))
    try:
        asked = {
            "feed": (ours, _request("/feed.json")),
            "bare": (bare, _request("/whole")),
            "feed_304": (ours, _request("/feed.json", If_None_Match=etag.decode())),
            "bare_304": (bare, _request("/nothing")),
            "feed_gzip": (ours, _request("/feed.json", Accept_Encoding="gzip")),
        }
        taken: dict[str, list[list[float]]] = {name: [] for name in asked}
        for _ in range(ROUNDS):
            for name, (server, request) in asked.items():
                taken[name].append(server.rate(request))
    finally:
        bare.stop()
    found: dict[str, Any] = {"body_bytes": len(body)}
    for name, rounds in taken.items():
        found[name] = round(median(rate for rate, _ in rounds))
        found[f"{name}_cpu_us"] = round(median(used for _, used in rounds), 1)
    for name, ours_name, bare_name in (("share", "feed", "bare"), ("share_304", "feed_304", "bare_304")):
        found[name] = round(found[ours_name] / found[bare_name], 3)
        if found[f"{ours_name}_cpu_us"]:
            found[f"{name}_cpu"] = round(found[f"{bare_name}_cpu_us"] / found[f"{ours_name}_cpu_us"], 3)
    return found


def _wait_for(port: int) -> bytes:
    """The feed, once it holds every story."""
    for _ in range(500):
        answer = _ask(port, _request("/feed.json"))
        if answer.count(b'"revision"') == STORIES:
            return answer
        time.sleep(0.02)
    raise TimeoutError("the feed never held every story")


def _main(kind: str, *arguments: str) -> None:
    if kind == "load":
        port, size, server, request = arguments
        print(json.dumps(uvloop.run(_load(int(port), request.encode(), int(size), int(server)))))
    else:
        uvloop.run(_ours(*arguments) if kind == "ours" else _bare(*arguments))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _main(*sys.argv[1:])
    else:
        print(json.dumps(run(), indent=2))
