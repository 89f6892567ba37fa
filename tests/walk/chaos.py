"""A net that does to a reader whatever servers have ever done, beside healthy ones. All of it on loopback.

Every hostile site has an address of its own (127.0.1.x), so that none rests because of another; `EXPECTED` says
which kinds of failure a poll of it may end with.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Self

Handler = Callable[[str, asyncio.StreamReader, asyncio.StreamWriter, "Chaos"], Awaitable[None]]

MEGABYTE = 1_000_000
LIMIT = MEGABYTE  # polling.max_bytes of the reader
ITEM = "<item><guid isPermaLink='false'>{0}</guid><title>{0} of the harbour</title><description>{0}</description></item>"


def feed(name: str, count: int = 3) -> bytes:
    items = "".join(ITEM.format(f"{name}-{number}") for number in range(count))
    return f"<rss version='2.0'><channel><title>{name}</title>{items}</channel></rss>".encode()


def answer(body: bytes, *fields: str, status: str = "200 OK", length: int | None = None) -> bytes:
    head = [
        f"HTTP/1.1 {status}",
        f"Content-Length: {len(body) if length is None else length}",
        *fields,
        "",
        "",
    ]
    return "\r\n".join(head).encode() + body


GOOD = answer(feed("good"), "Content-Type: application/rss+xml")
HEAD = b"HTTP/1.1 200 OK\r\n\r\n"


def _whole(data: bytes) -> Handler:
    async def handler(_: str, __: asyncio.StreamReader, writer: asyncio.StreamWriter, ___: Chaos) -> None:
        writer.write(data)
        await writer.drain()

    return handler


def _endless(begin: bytes, more: bytes, pause: float = 0.0) -> Handler:
    async def handler(_: str, __: asyncio.StreamReader, writer: asyncio.StreamWriter, ___: Chaos) -> None:
        writer.write(begin)
        while True:
            writer.write(more)
            await writer.drain()
            await asyncio.sleep(pause)

    return handler


async def _silent(_: str, reader: asyncio.StreamReader, __: asyncio.StreamWriter, ___: Chaos) -> None:
    await reader.read()


async def _cut(name: str, _: asyncio.StreamReader, writer: asyncio.StreamWriter, chaos: Chaos) -> None:
    """Resets the connection one byte later each time."""
    writer.write(GOOD[: chaos.asked[name] % (len(GOOD) - 1)])
    await writer.drain()
    writer.transport.abort()


async def _slam(_: str, __: asyncio.StreamReader, writer: asyncio.StreamWriter, ___: Chaos) -> None:
    writer.transport.abort()


def _maze(_: str, __: asyncio.StreamReader, writer: asyncio.StreamWriter, chaos: Chaos) -> Awaitable[None]:
    chaos.steps += 1
    writer.write(answer(b"", f"Location: /step-{chaos.steps}", status="302 Found"))
    return writer.drain()


def _redirect(place: str) -> Handler:
    return _whole(answer(b"", f"Location: {place}", status="302 Found"))


def _bomb(data: bytes, coding: str) -> Handler:
    return _whole(answer(data, f"Content-Encoding: {coding}", "Content-Type: application/rss+xml"))


def _deflated(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(b" " * MEGABYTE) for _ in range(megabytes)) + packer.flush()


_LAUGHS = (
    b"<!DOCTYPE rss [<!ENTITY a 'ha'>"
    + b"".join(b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><rss><channel><title>&j;</title><item><title>&j;</title></item></channel></rss>"
)
_TRUNCATED = {"truncated", "reset", "host_trouble"}

SITES: dict[str, tuple[Handler, set[str]]] = {
    "endless-body": (_endless(HEAD, b"x" * 65_536), {"too_large"}),
    "endless-chunks": (
        _endless(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"8000\r\n" + b"x" * 0x8000 + b"\r\n"),
        {"too_large"},
    ),
    "endless-fields": (_endless(b"HTTP/1.1 200 OK\r\n", b"X-More: and more\r\n" * 50), {"too_large"}),
    "endless-field": (_endless(b"HTTP/1.1 200 OK\r\nX-Long: ", b"y" * 4096), {"too_large"}),
    "endless-interim": (_endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000), {"too_large"}),
    "drip-of-interim": (_endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.05), {"timeout", "too_large"}),
    "endless-extensions": (
        _endless(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1;x=y\r\n \r\n" * 1000),
        {"too_large"},
    ),
    "endless-redirects": (_maze, {"redirect_loop"}),
    "loop": (_redirect("/loop"), {"redirect_loop"}),
    "drip": (_endless(HEAD, b" ", 0.05), {"timeout"}),
    "drip-of-fields": (_endless(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", 0.05), {"timeout"}),
    "silent": (_silent, {"timeout"}),
    "slam": (_slam, {"reset"}),
    "cut-at-every-byte": (_cut, _TRUNCATED),
    "bomb": (_bomb(_deflated(200), "gzip"), {"too_large"}),
    "bomb-in-bomb": (_bomb(gzip.compress(_deflated(200)), "gzip, gzip"), {"too_large"}),
    "not-packed": (_bomb(feed("plain"), "gzip"), {"decompress"}),
    "half-packed": (_bomb(gzip.compress(feed("half"))[:-9], "gzip"), {"truncated"}),
    "unknown-coding": (_bomb(b"???", "snappy"), {"decompress"}),
    "length-too-long": (_whole(answer(feed("long"), length=99_999)), {"truncated"}),
    "length-too-short": (_whole(answer(feed("short"), length=9)), {"not_a_feed", "malformed", "empty"}),
    "length-of-nonsense": (_whole(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nx"), {"host_trouble"}),
    "too-large-by-its-word": (_whole(answer(b"<rss>", length=10**12)), {"too_large"}),
    "picture": (_whole(answer(b"\x89PNG\r\n\x1a\n" + bytes(99), "Content-Type: image/png")), {"not_a_feed"}),
    "page": (_whole(answer(b"<!doctype html><title>Hello</title><p>x", "Content-Type: application/rss+xml")), {"not_a_feed"}),
    "sign-in": (_whole(answer(b"<html><form><input type=password></form>", "Content-Type: text/html")), {"challenge"}),
    "laughs": (_whole(answer(_LAUGHS)), {"malformed", ""}),  # "": it may be read, without what it would grow to
    "deep": (_whole(answer(b"<rss>" + b"<a>" * 100_000)), {"malformed", "too_large"}),
    "attributes": (_whole(answer(b"<rss " + b" ".join(b"a%d=''" % n for n in range(50_000)) + b"/>")), {"malformed"}),
    "empty": (_whole(answer(b"")), {"empty"}),
    "no-content": (_whole(answer(b"", status="204 No Content")), {"empty"}),
    "unasked-304": (_whole(answer(b"", status="304 Not Modified")), {"empty"}),
    "garbage": (_whole(b"\x00\xff" * 500), {"host_trouble"}),
    "to-a-private-address": (_redirect("http://10.1.2.3/"), {"private_address"}),
    "to-metadata": (_redirect("http://169.254.169.254/latest/meta-data"), {"private_address"}),
    "to-a-private-name": (_redirect("http://inside.chaos.example/"), {"private_address"}),
    "to-a-file": (_redirect("file:///etc/passwd"), {"redirect_bad"}),
    "to-nowhere": (_whole(answer(b"", status="301 Moved")), {"redirect_bad"}),
    "gone-to-sleep": (_whole(answer(b"", status="503 Later")), {"host_trouble"}),
    "fault": (_whole(answer(b"", status="500 Oh")), {"http_5xx"}),
    "missing": (_whole(answer(b"", status="404 No")), {"missing"}),
}  # fmt: skip


class Chaos:
    """`async with Chaos(200) as chaos`: `chaos.sources` is what to configure, `chaos.asked` counts requests."""

    def __init__(self, healthy: int) -> None:
        self.asked: Counter[str] = Counter()
        self.steps = 0
        self.sources: dict[str, str] = {}
        self.expected = {name: kinds for name, (_, kinds) in SITES.items()}
        self._healthy = [f"healthy-{number}" for number in range(healthy)]
        self._servers: list[asyncio.Server] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        for number, name in enumerate(SITES, 1):
            self.sources[name] = f"{await self._listen(f'127.0.1.{number}')}/{name}"
        for number in range(10):
            host = await self._listen(f"127.0.2.{number + 1}")
            for name in self._healthy[number::10]:
                self.sources[name] = f"{host}/{name}"
        plain = (
            self.sources["missing"].replace("http:", "https:").replace("/missing", "/plain-instead-of-tls")
        )
        self._also("plain-instead-of-tls", plain, "tls")
        self._also("nobody-listens", "http://127.0.3.1:1/", "refused")
        self._also("no-such-name", "http://nowhere.chaos.example/", "dns")
        self._also("name-that-leads-inside", "http://inside.chaos.example/", "private_address")
        return self

    def _also(self, name: str, url: str, kind: str) -> None:
        self.sources[name], self.expected[name] = url, {kind}

    async def __aexit__(self, *_: object) -> None:
        for server in self._servers:
            server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def healthy(self) -> list[int]:
        """How often each healthy source was asked."""
        return [self.asked[name] for name in self._healthy]

    async def _listen(self, host: str) -> str:
        server = await asyncio.start_server(self._connected, host, 0, limit=1 << 16)
        self._servers.append(server)
        return f"http://{host}:{server.sockets[0].getsockname()[1]}"

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with contextlib.suppress(
                OSError, asyncio.IncompleteReadError, asyncio.CancelledError, IndexError
            ):
                first = await reader.readexactly(1)
                if first == b"\x16":  # a handshake of TLS, at a port that speaks plainly
                    writer.write(GOOD)
                    return
                head = first + await reader.readuntil(b"\r\n\r\n")
                name = head.split(b" ")[1].decode().strip("/")
                name = "endless-redirects" if name.startswith("step-") else name
                self.asked[name] += 1
                await self._answer(name, head, reader, writer)
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _answer(
        self, name: str, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if name in SITES:
            await SITES[name][0](name, reader, writer, self)
        elif b"If-None-Match" in head:
            writer.write(answer(b"", 'ETag: "1"', status="304 Not Modified"))
        else:
            writer.write(answer(feed(name), 'ETag: "1"', "Content-Type: application/rss+xml"))
        await writer.drain()
