"""A receiver of webhooks on loopback, which answers as a test wants, and a clerk who commits stories."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from standardwebhooks import Webhook

from aggregator.config import Config
from aggregator.core.model import Change, Copy, Story, Text, entry_id
from aggregator.store import Commit, Store, StoryWrites

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
OTHER = "whsec_" + base64.b64encode(b"another secret of 24 bytes").decode()
NOON = 1_800_000_000.0


@dataclass
class Got:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def json(self) -> Any:
        return json.loads(self.body)

    def signed_with(self, secret: str) -> bool:
        """Whether one of its signatures is made with the secret, at the time it says."""
        from datetime import UTC, datetime

        at = datetime.fromtimestamp(int(self.headers["webhook-timestamp"]), UTC)
        expected = Webhook(secret).sign(self.id, at, self.body.decode())
        return expected in self.headers["webhook-signature"].split(" ")


Handler = Callable[[Got, asyncio.StreamWriter], Awaitable[None]]


def says(status: int, *fields: str, body: bytes = b"") -> bytes:
    head = [f"HTTP/1.1 {status} Something", f"Content-Length: {len(body)}", *fields]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


class Receiver:
    """Keeps every request in `got`; answers with `answers` by path, 204 where there is none.

    An answer is bytes, a list of bytes (one after the other, the last for ever), or a handler.
    """

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.answers: dict[str, bytes | list[bytes] | Handler] = {}
        self.came = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Receiver:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def url(self, path: str = "/desk") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def at(self, path: str) -> list[Got]:
        return [got for got in self.got if got.path == path]

    async def until(self, count: int, path: str = "/desk") -> list[Got]:
        """The requests to a path once there are so many."""
        async with asyncio.timeout(30), self.came:
            await self.came.wait_for(lambda: len(self.at(path)) >= count)
        return self.at(path)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while True:
                    await self._answer(await self._request(reader), writer)
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _request(self, reader: asyncio.StreamReader) -> Got:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        fields = dict(line.split(": ", 1) for line in head[1:] if line)
        headers = {name.lower(): value for name, value in fields.items()}
        body = await reader.readexactly(int(headers["content-length"]))
        return Got(head[0].split(" ")[1], headers, body)

    async def _answer(self, got: Got, writer: asyncio.StreamWriter) -> None:
        async with self.came:
            self.got.append(got)
            self.came.notify_all()
        answer = self.answers.get(got.path, says(204))
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if isinstance(answer, bytes):
            writer.write(answer)
        else:
            await answer(got, writer)
        await writer.drain()


async def hangs(_: Got, writer: asyncio.StreamWriter) -> None:
    """Never answers."""
    await asyncio.Event().wait()


@dataclass
class Clerk:
    """Commits stories as the grouper would."""

    store: Store
    lease: int = 0
    _positions: Any = field(default_factory=lambda: itertools.count(1))

    async def commit(self, *changes: Change, **writes: Any) -> int:
        """One batch; the number of its last change."""
        if not self.lease:
            self.lease = await self.store.inbox.lead("clerk", 1e6) or 0
        fields = {name: tuple(value) for name, value in writes.items()}
        position = f"{next(self._positions)}-0"
        return await self.store.stories.commit(
            Commit(self.lease, position, NOON, StoryWrites(**fields), changes=changes)
        )

    async def publish(self, *guids: str, agency: str | None = None, **more: Any) -> list[str]:
        """A story of one copy for each guid, and the change that adds it; their ids."""
        stories, copies, changes = [], [], []
        for guid in guids:
            one = entry_id("wire", guid)
            copy = Copy(
                one, "wire", "The Wire", f"https://wire.example/{guid}", f"Headline {guid}", NOON, b"12345678",
                agency=agency,
            )  # fmt: skip
            stories.append(Story(one, NOON, NOON, NOON, one, copies=(one,), agency=agency))
            copies.append((one, copy, None, Text(summary=f"What happened at {guid}.")))
            changes.append(Change(0, "added", one, NOON, **more))
        await self.commit(*changes, stories=stories, copies=copies)
        return [story.id for story in stories]


def configured(*hooks: dict[str, Any], allow: Any = ("127.0.0.0/8",)) -> Config:
    """A configuration with these hooks; those without a secret sign with SECRET."""
    polling = {"allow_private_networks": list(allow) if isinstance(allow, tuple) else allow}
    return Config.model_validate(
        {"polling": polling, "webhooks": [{"secret": SECRET, **hook} for hook in hooks]}
    )
