"""A loopback server of 100,000 feeds that live as feeds do: most polls find nothing, some find one new entry.

What a feed holds follows from its number and from how often it was asked, so nothing is kept but counters. Of
each hundred polls of a healthy feed 84 are answered with 304 and 16 with one new entry among ten; one host in
twenty fails, each in one way of `WAYS`. That makes 80 %, 15 % and 5 % of all polls.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import urllib.request
from collections import Counter
from collections.abc import Callable
from email.utils import formatdate
from typing import Any, Self

from bench.server import _listen
from bench.text import Writer

ENTRIES = 10
HOSTS = 1000
FAILING = 20  # every so many-th host fails
CHANGED = 16  # of a hundred polls of a healthy feed
WAYS = ("404", "500", "503", "410-like", "silent", "reset", "garbage", "cut", "page", "loop", "empty", "429")


def hosts() -> list[str]:
    """127.0.1.1 … 127.0.5.200."""
    return [f"127.0.{1 + number // 200}.{1 + number % 200}" for number in range(HOSTS)]


def way(feed: int) -> str | None:
    """How a feed fails; None for a healthy one."""
    host = feed % HOSTS
    return WAYS[host // FAILING % len(WAYS)] if host % FAILING == 0 else None


def is_changed(feed: int, asked: int) -> bool:
    """Has a feed one more entry at this poll of it?"""
    return (feed * 7919 + asked * 104_729) % 100 < CHANGED


def body(feed: int, version: int, writer: Writer, now: float) -> bytes:
    """A feed whose newest entry is number `version`; an entry never changes."""
    items = []
    for number in range(version, version - ENTRIES, -1):
        title, summary = writer.piece(f"{feed}/{number}")
        # dates follow from numbers alone, so that an entry is the same bytes each time
        date = formatdate(now + 60.0 * number, usegmt=True)
        items.append(
            f"<item><title>{title}</title><guid isPermaLink='false'>{feed}:{number}</guid>"
            f"<pubDate>{date}</pubDate><description>{summary}</description></item>"
        )
    head = (
        f"<rss version='2.0'><channel><title>Outlet {feed}</title><link>http://outlet-{feed}.example/</link>"
    )
    return f"{head}{''.join(items)}</channel></rss>".encode()


class Mixed:
    """The state of all feeds: how often each was asked, and the number of its newest entry."""

    def __init__(self, feeds: int, started: float) -> None:
        self.asked = [0] * feeds
        self.versions = [0] * feeds
        self.counts: Counter[str] = Counter()
        self._started = started
        self._writer = Writer()

    def answer(self, feed: int, head: bytes) -> bytes | None:
        """What to send; None to be silent."""
        self.asked[feed] += 1
        self.counts["requests"] += 1
        fails = way(feed)
        if fails is not None:
            self.counts["failing"] += 1
            return FAULTS[fails]
        if is_changed(feed, self.asked[feed]):
            self.versions[feed] += 1
        etag = b'"%d"' % self.versions[feed]
        if etag in head:
            self.counts["not_modified"] += 1
            return b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\nETag: %b\r\n\r\n" % etag
        self.counts["changed"] += 1
        text = body(feed, self.versions[feed], self._writer, self._started)
        fields = b"Connection: close\r\nContent-Type: application/rss+xml\r\nETag: %b" % etag
        return b"HTTP/1.1 200 OK\r\n%b\r\nContent-Length: %d\r\n\r\n%b" % (fields, len(text), text)


def _fault(status: str, text: bytes = b"", *fields: str, length: int | None = None) -> bytes:
    head = [
        f"HTTP/1.1 {status}",
        "Connection: close",
        f"Content-Length: {length or len(text)}",
        *fields,
        "",
        "",
    ]
    return "\r\n".join(head).encode() + text


FAULTS: dict[str, bytes | None] = {
    "404": _fault("404 No"),
    "500": _fault("500 Oh"),
    "503": _fault("503 Later"),
    "410-like": _fault("403 No"),
    "silent": None,
    "reset": b"",
    "garbage": b"\x00\xff\x00",
    "cut": _fault("200 OK", b"<rss>", length=9999),
    "page": _fault("200 OK", b"<!doctype html><title>Hello</title>"),
    "loop": _fault("302 Found", b"", "Location: /"),
    "empty": _fault("200 OK"),
    "429": _fault("429 Slow", b"", "Retry-After: 5"),
}


class _Connection(asyncio.Protocol):
    def __init__(self, mixed: Mixed) -> None:
        self._mixed = mixed
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if b"\r\n\r\n" not in self._buffer:
            return
        path = self._buffer[4 : self._buffer.index(b" ", 4)]
        if path == b"/-/counts":
            said = json.dumps({**self._mixed.counts, "least": _least(self._mixed)}).encode()
            self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(said), said))
            return
        found = self._mixed.answer(int(path[1:] or 0), self._buffer) if path[1:].isdigit() else FAULTS["loop"]
        if found is not None:
            self._transport.write(found)
            self._transport.close()


def _least(mixed: Mixed) -> int:
    """How often the healthy feed was asked that was asked least."""
    return min(asked for feed, asked in enumerate(mixed.asked) if way(feed) is None)


def _serve(feeds: int, started: float, said: Any) -> None:
    import uvloop  # noqa: PLC0415  # only in this process

    sockets, port = _listen(hosts())
    said.send(port)
    mixed = Mixed(feeds, started)

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        made: Callable[[], _Connection] = lambda: _Connection(mixed)  # noqa: E731
        for listening in sockets:
            await loop.create_server(made, sock=listening, backlog=1024)
        await asyncio.Event().wait()

    uvloop.run(serve())


class MixedFeeds:
    """The server in a process of its own, for as long as the block lasts."""

    def __init__(self, feeds: int, started: float) -> None:
        context = multiprocessing.get_context("spawn")
        self._said, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(feeds, started, theirs), daemon=True)
        self.port = 0

    def __enter__(self) -> Self:
        self._process.start()
        self.port = self._said.recv()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.join()

    def url(self, feed: int) -> str:
        """The address of a feed; a hundred share a host."""
        host = feed % HOSTS
        return f"http://127.0.{1 + host // 200}.{1 + host % 200}:{self.port}/{feed}"

    def counts(self) -> dict[str, int]:
        """Requests by what they were answered with, and how often the least asked healthy feed was asked."""
        with urllib.request.urlopen(f"http://127.0.1.1:{self.port}/-/counts", timeout=120) as answer:
            found: dict[str, int] = json.load(answer)
            return found
