"""How long a question about 200,000 living stories takes that nobody asked before, and how long until all are
known.

The stories are invented, with texts as news has them (a few words everywhere, most of them rare) and up to
six copies, in a real store. Two processes beside Redis: the web server, and this one, which asks over one
connection; no question comes twice, so nothing comes from the cache. A time is from the request to the first
byte of the answer (50 stories, not compressed), while nothing else is asked; beside it stands the server's
own processor time for one question: where other programs run on the machine, that is the steadier number.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import uvloop

from aggregator import store as stores
from aggregator.config import Config
from aggregator.core.model import Change, Copy, Source, Story, Text, entry_id
from aggregator.store import Commit, Server, Store, StoryWrites
from aggregator.web import start
from bench.places import scratch
from bench.serve import _used
from bench.text import Writer

STORIES = 200_000
BATCH = 500
ASKED = 40  # questions of each kind
OUTLETS = 800
CATEGORIES = ("world", "business", "sport", "local", "culture", "science", "health", "technology")
LANGUAGES = ("en", "en", "en", "de", "fr", "es", "ja")
AGENCIES = ("AP", "Reuters", "AFP", "dpa", None, None)
KANA = "東京大阪台風接近選挙首相会談経済成長株価円安地震津波警報発表政府新聞記者会見結果予想発売開始"


# --- the server ---------------------------------------------------------------------------------------


async def _serve(folder: str, stories: str) -> None:
    async with Server(Path(folder), extra=["--appendfsync", "no"]) as redis, stores.open(redis.url) as store:
        await _write(store, int(stories))
        views = [
            {
                "id": "world",
                "where": {"categories": ["world"], "min_sources": 2, "not": {"languages": ["de"]}},
            },
            {"id": "quiet", "where": {"not": {"q": "storm", "agencies": ["AP"]}}},
        ]
        sources = (Source("s0", "https://s0.example/", "s0", "s0"),)
        config = Config.model_validate({"server": {"port": 0}, "sources": sources, "feeds": views})
        before, began, used = _resident(), time.perf_counter(), time.process_time()
        runner = await start(config, store, clock=time.time)
        port = int(runner.address.rpartition(":")[2])
        first = await asyncio.to_thread(_until, port, "/feed.json")
        feed, began_at = time.perf_counter() - began, began
        await asyncio.to_thread(_until, port, "/feed.json?sort=coverage")
        ready = {
            "seconds_until_the_feed": round(feed, 2),
            "seconds_until_all": round(time.perf_counter() - began_at, 2),
            "cpu_seconds_until_all": round(time.process_time() - used, 2),
            "bytes_a_story": round((_resident() - before) / int(stories)),
            "body_bytes": first,
        }
        print(json.dumps([runner.address, ready]), flush=True)
        await asyncio.to_thread(sys.stdin.read)
        await runner.cleanup()


async def _write(store: Store, stories: int) -> None:
    lease = await store.inbox.lead("bench", 3_600.0) or 0
    writer, draw, now = Writer(), random.Random("views"), time.time()
    for start_ in range(0, stories, BATCH):
        made = [_story(writer, draw, number, now) for number in range(start_, min(stories, start_ + BATCH))]
        writes = StoryWrites(
            stories=tuple(story for story, _ in made),
            copies=tuple(copy for _, copies in made for copy in copies),
        )
        changes = tuple(Change(0, "added", story.id, story.placed) for story, _ in made)
        await store.stories.commit(Commit(lease, f"{start_ + 1}-0", now, writes, changes))


def _story(writer: Writer, draw: random.Random, number: int, now: float) -> tuple[Story, list[Any]]:
    title, text = writer.piece(str(number), 25)
    language = draw.choice(LANGUAGES)
    if language == "ja":
        title, text = ("".join(draw.choices(KANA, k=length)) for length in (20, 60))
    placed = now - 7 * 86_400 + number * 3
    count = min(6, 1 + int(draw.expovariate(1.5)))
    agency, category = draw.choice(AGENCIES), draw.choice(CATEGORIES)
    sources = draw.sample(range(OUTLETS), count)
    copies = [
        Copy(
            entry_id(f"outlet-{one}", str(number)), f"outlet-{one}", f"Outlet {one}",
            f"https://outlet-{one}.example/{number}", title, placed, bytes(8), categories=(category,),
            language=language, agency=agency,
        )
        for one in sources
    ]  # fmt: skip
    ids = tuple(copy.entry for copy in copies)
    story = Story(ids[0], placed, placed, placed, ids[0], copies=ids, agency=agency)
    said = Text(text, f"<p>{text}</p>")
    return story, [(story.id, copy, None, said) for copy in copies]


def _until(port: int, path: str) -> int:
    """Asks until the answer is good; its size."""
    for _ in range(600):
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(_request(path, close=True))
            answer = b"".join(iter(lambda: connection.recv(65_536), b""))
        if answer.startswith(b"HTTP/1.1 200"):
            return len(answer)
        time.sleep(0.1)
    raise TimeoutError(path)


# --- the questions ------------------------------------------------------------------------------------


def _request(path: str, *, close: bool = False) -> bytes:
    ending = "Connection: close\r\n" if close else ""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: identity\r\n{ending}\r\n".encode()


def _questions() -> dict[str, Iterator[str]]:
    """Of each kind as many as are wanted, no two alike."""
    writer, draw = Writer(), random.Random("asked")
    said = [" ".join(writer.piece(str(number), 25)).replace(".", "") for number in range(2_000)]
    words = [text.split() for text in said]
    seconds = iter(range(86_400))

    def each(make: Callable[[], str], path: str = "/feed.json") -> Iterator[str]:
        while True:
            minute, second = divmod(next(seconds), 60)  # long ago: it changes nothing but the address
            yield f"{path}?{make()}&since=2020-01-01T{minute // 60:02d}:{minute % 60:02d}:{second:02d}Z"

    def some(count: int) -> list[str]:
        text = draw.choice(words)
        at = draw.randrange(len(text) - count)
        return text[at : at + count]

    return {
        "a category": each(lambda: f"category={draw.choice(CATEGORIES)}"),
        "a source": each(lambda: f"source=outlet-{draw.randrange(OUTLETS)}"),
        "language, agency, min_sources": each(
            lambda: f"language=fr&agency=AP&min_sources={draw.randint(2, 4)}"
        ),
        "nothing passes": each(lambda: f"source=nobody&category={draw.choice(CATEGORIES)}"),
        "a view": each(lambda: f"agency={draw.choice(['AP', 'dpa'])}", "/feeds/world.json"),
        "a view that excludes words": each(lambda: "min_sources=2", "/feeds/quiet.json"),
        "one word": each(lambda: f"q={some(1)[0]}"),
        "three words": each(lambda: f"q={'+'.join(draw.sample(draw.choice(words), 3))}"),
        "a phrase": each(lambda: f"q=%22{'+'.join(some(2))}%22"),
        "Japanese": each(lambda: "q=" + quote("".join(draw.choices(KANA, k=2)))),
        "coverage of all": each(lambda: "sort=coverage"),
        "coverage of a category": each(lambda: f"sort=coverage&category={draw.choice(CATEGORIES)}"),
        "coverage of a word": each(lambda: f"sort=coverage&q={some(1)[0]}"),
        "coverage of a phrase": each(lambda: f"sort=coverage&q=%22{'+'.join(some(2))}%22"),
    }


def _ask(connection: socket.socket, path: str) -> tuple[float, int]:
    """Milliseconds to the first byte, and how many stories came."""
    began = time.perf_counter()
    connection.sendall(_request(path))
    answer = connection.recv(262_144)
    taken = (time.perf_counter() - began) * 1000
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(262_144)
    return taken, body.count(b'"revision":')


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def run(stories: int = STORIES) -> dict[str, Any]:
    """Milliseconds by kind of question, and what it took to be ready."""
    with scratch("views") as folder:
        line = [sys.executable, "-m", "bench.views", str(folder), str(stories)]
        server = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            assert server.stdout is not None
            address, ready = json.loads(server.stdout.readline())
            with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as connection:
                return {"stories": stories, **ready, **_asked(connection, server.pid)}
        finally:
            server.communicate()


def _asked(connection: socket.socket, server: int) -> dict[str, Any]:
    found = {}
    for kind, questions in _questions().items():
        used = _used(server)
        answers = [_ask(connection, next(questions)) for _ in range(ASKED)]
        taken = sorted(milliseconds for milliseconds, _ in answers)
        found[kind] = {
            "p50_ms": round(taken[len(taken) // 2], 2),
            "p95_ms": round(taken[int(len(taken) * 0.95)], 2),
            "cpu_ms": round((_used(server) - used) * 1000 / ASKED, 2),
            "stories": round(sum(count for _, count in answers) / ASKED),
        }
    return found


if __name__ == "__main__":
    if len(sys.argv) > 2:
        uvloop.run(_serve(*sys.argv[1:]))
    else:
        print(json.dumps(run(*map(int, sys.argv[1:])), indent=2))
