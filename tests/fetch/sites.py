"""A raw HTTP site: a test writes the very bytes that it answers with."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable
from typing import TypeAlias

Handler: TypeAlias = Callable[["Request", asyncio.StreamWriter], Awaitable[None]]


class Request:
    """What a client sent: request line and header fields, byte for byte; `reader` has what follows."""

    def __init__(self, head: bytes, reader: asyncio.StreamReader) -> None:
        self.reader = reader
        lines = head.split(b"\r\n")
        self.line = lines[0].decode("latin-1")
        self.target = self.line.split(" ")[1]
        self.fields = [line.decode("latin-1").split(": ", 1) for line in lines[1:] if line]

    def __getitem__(self, name: str) -> str | None:
        return next((value for key, value in self.fields if key.lower() == name.lower()), None)


class Site:
    """Listens on a free port of `host` and gives each request to `handler`; `requests` keeps them all."""

    def __init__(self, handler: Handler, host: str, tls: ssl.SSLContext | None) -> None:
        self.handler = handler
        self.host = host
        self.tls = tls
        self.requests: list[Request] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> Site:
        self._server = await asyncio.start_server(self._connected, self.host, 0, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def url(self, path: str = "/feed", host: str | None = None) -> str:
        return f"http{'s' if self.tls else ''}://{host or self.host}:{self.port}{path}"

    async def stop(self) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                request = Request(await reader.readuntil(b"\r\n\r\n"), reader)
                self.requests.append(request)
                await self.handler(request, writer)
                await writer.drain()
        finally:
            self._tasks.discard(task)
            writer.close()


def answer(status: int = 200, body: bytes = b"", *fields: str) -> bytes:
    """A whole answer, with its length and the header `fields` ("Name: value")."""
    head = [f"HTTP/1.1 {status} Something", f"Content-Length: {len(body)}", *fields]
    return "\r\n".join(head).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


def always(status: int = 200, body: bytes = b"", *fields: str) -> Handler:
    """A handler that gives everyone the same answer."""

    async def handler(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(status, body, *fields))

    return handler


def raw(*chunks: bytes, reset: bool = False) -> Handler:
    """A handler that writes these bytes and closes, or resets, the connection."""

    async def handler(_: Request, writer: asyncio.StreamWriter) -> None:
        for chunk in chunks:
            writer.write(chunk)
            await writer.drain()
        if reset:
            writer.transport.abort()

    return handler


def paths(routes: dict[str, bytes]) -> Handler:
    """A handler that answers by path, 404 for what it does not know."""

    async def handler(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(routes.get(request.target, answer(404)))

    return handler
