"""A loopback server of many feeds, fast enough not to be what is measured.

Own process, raw protocol on uvloop, bodies made before a round begins. One port on 200 addresses
127.0.x.y (where a machine has only 127.0.0.1: that one). `Feeds` starts and steers it:

    with Feeds(2000) as feeds:
        feeds.round("one")            # every feed has 1 new entry of 30
        …poll feeds.urls…
        feeds.counts()                # {"requests": 2000, "not_modified": 0, …} since the round began

Rounds: `new` (all 30 entries are new), `304` (unchanged, validators honoured), `same` (unchanged, sent
again without validators), `one` (1 new in 30).
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import random
import socket
import sys
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any, Self

from bench.text import Writer

ENTRIES = 30
APART = 20  # seconds between two entries' dates, the newest being of this moment
SHARED = 0.2  # of the entries are wire copies: the same text in several feeds
COPIES = 5  # feeds that carry one wire text
ROUNDS = ("new", "304", "same", "one")


def addresses(hosts: int) -> list[str]:
    """127.0.1.1, 127.0.1.2 … as many as the machine lets us listen on."""
    if not sys.platform.startswith("linux"):
        return ["127.0.0.1"]
    return [f"127.0.{1 + n // 200}.{1 + n % 200}" for n in range(hosts)]


@dataclass
class Desk:
    """What the feeds say. `base` is the number of the newest entry in every feed."""

    feeds: int
    hosts: list[str]
    port: int
    close: bool = True  # every answer ends its connection: one feed a host is the usual case
    base: int = 0
    validators: bool = True
    answers: list[bytes] = field(default_factory=list)
    etags: list[bytes] = field(default_factory=list)
    unchanged: bytes = b""
    counts: Counter[str] = field(default_factory=Counter)
    asked: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._made = 0.0
        self._begun = 0.0
        self._writer = Writer()
        self._entries: list[list[str]] = [[] for _ in range(self.feeds)]
        self.make(ENTRIES)

    def round(self, kind: str) -> None:
        """Moves the feeds on and forgets the counts."""
        step = {"new": ENTRIES, "one": 1, "304": 0, "same": 0}[kind]
        self.validators = kind != "same"
        self.make(step)
        self.counts.clear()
        self.asked.clear()

    def make(self, step: int) -> None:
        """The answers of the round, as bytes that only need sending."""
        self._made = time.time()
        first = self.base + 1
        self.base += step
        fresh = range(first, first + step)
        self.answers, self.etags = [], []
        for feed, entries in enumerate(self._entries):
            entries[:0] = [self._entry(feed, number) for number in reversed(fresh)]
            del entries[ENTRIES:]
            self._answer(feed, "\n".join(entries))
        end = b"Connection: close\r\n" if self.close else b""
        self.unchanged = b"HTTP/1.1 304 Not Modified\r\n" + end + b"\r\n"

    def _answer(self, feed: int, entries: str) -> None:
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
            f"<title>Outlet {feed}</title><link>{self.url(feed)}</link><description>News</description>\n"
            f"{entries}\n</channel></rss>\n"
        ).encode()
        etag = b'"%d-%d"' % (feed, self.base)
        head = [
            b"HTTP/1.1 200 OK",
            b"Content-Type: application/rss+xml; charset=utf-8",
            b"Content-Length: %d" % len(body),
        ]
        if self.validators:
            head += [b"ETag: " + etag, b"Last-Modified: " + formatdate(self._made, usegmt=True).encode()]
        if self.close:
            head.append(b"Connection: close")
        self.answers.append(b"\r\n".join(head) + b"\r\n\r\n" + body)
        self.etags.append(etag)

    def _entry(self, feed: int, number: int) -> str:
        shared = random.Random(f"{feed // COPIES}/{number}").random() < SHARED
        seed = f"wire/{feed // COPIES}/{number}" if shared else f"{feed}/{number}"
        title, summary = self._writer.piece(seed)
        return (
            f"<item><title>{title}</title><link>{self.url(feed)}/{number}</link>"
            f'<guid isPermaLink="false">{feed}:{number}</guid>'
            f"<pubDate>{formatdate(self._made - APART * (self.base - number), usegmt=True)}</pubDate>"
            f"<dc:creator>Desk {feed}</dc:creator><description>{summary}</description></item>"
        )

    def url(self, feed: int) -> str:
        """The address of a feed; ten feeds share a host where there are 200 for 2,000."""
        return f"http://{self.hosts[feed % len(self.hosts)]}:{self.port}/feed/{feed}"

    def answer(self, head: bytes) -> bytes:
        """What to send for a request's head."""
        path = head[4 : head.index(b" ", 4)]
        if path.startswith(b"/-/"):
            return self._control(path.decode())
        if not path.startswith(b"/feed/"):  # an icon that somebody looks for
            self.counts["other"] += 1
            return b"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        feed = int(path[6:])
        if not self.counts["requests"]:
            self._begun = time.time()
        self.counts["requests"] += 1
        self.asked[feed] += 1
        if b"\r\nif-none-match:" in head.lower():
            self.counts["conditional"] += 1
            if self.validators and self.etags[feed] in head:
                self.counts["not_modified"] += 1
                return self.unchanged
        return self.answers[feed]

    def _control(self, path: str) -> bytes:
        if path.startswith("/-/round/"):
            self.round(path.removeprefix("/-/round/"))
        said = {
            **self.counts,
            "feeds": len(self.asked),
            "most": max(self.asked.values(), default=0),
            "begun": self._begun,
        }
        body = json.dumps(said).encode()
        return b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body


class Connection(asyncio.Protocol):
    """One client: requests without bodies, one after the other."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head, self._buffer = self._buffer[: end + 4], self._buffer[end + 4 :]
            self._transport.write(self._desk.answer(head))
            if self._desk.close or b" /feed/" not in head[:12]:
                self._transport.close()
                return


async def _serve(desk: Desk, sockets: list[socket.socket]) -> None:
    loop = asyncio.get_running_loop()
    for listening in sockets:
        await loop.create_server(lambda: Connection(desk), sock=listening, backlog=4096)
    await asyncio.Event().wait()


def _listen(hosts: list[str]) -> tuple[list[socket.socket], int]:
    """Sockets on one port of all the addresses."""
    port = 0
    sockets = []
    for host in hosts:
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(4096)
        port = listening.getsockname()[1]
        sockets.append(listening)
    return sockets, port


def _run(feeds: int, hosts: list[str], close: bool, said: Any) -> None:
    import uvloop  # noqa: PLC0415  # only in this process

    sockets, port = _listen(hosts)
    desk = Desk(feeds, hosts, port, close)
    said.send((port, [desk.url(feed) for feed in range(feeds)]))
    uvloop.run(_serve(desk, sockets))


class Feeds:
    """The server in a process of its own, for as long as the block lasts."""

    def __init__(self, feeds: int = 2000, hosts: int = 200, *, close: bool = True) -> None:
        self._hosts = addresses(hosts)
        ours, theirs = multiprocessing.get_context("spawn").Pipe()
        self._said = ours
        self._process = multiprocessing.get_context("spawn").Process(
            target=_run, args=(feeds, self._hosts, close, theirs), daemon=True
        )
        self.urls: list[str] = []
        self.port = 0

    def __enter__(self) -> Self:
        self._process.start()
        self.port, self.urls = self._said.recv()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.join()

    @property
    def pid(self) -> int:
        """The server's process, to see what it costs."""
        return self._process.pid or 0

    def round(self, kind: str) -> None:
        """Begins a round: the feeds move on as `kind` says, and counting starts anew."""
        self._ask(f"round/{kind}")

    def counts(self) -> dict[str, float]:
        """Requests since the round began: all, conditional, not_modified; feeds asked; most for one feed.

        `begun` is the time of the first.
        """
        answer: dict[str, float] = self._ask("counts")
        return {"requests": 0, "conditional": 0, "not_modified": 0, **answer}

    def _ask(self, what: str) -> Any:
        with urllib.request.urlopen(f"http://{self._hosts[0]}:{self.port}/-/{what}", timeout=120) as answer:
            return json.load(answer)
