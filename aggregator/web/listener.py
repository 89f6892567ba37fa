"""One connection that listens to `/events`: what is handed to it, and how it ends.

Whatever is written is whole events, and nothing that has been written is taken back while its reader may
still take it: a stream ends between two events. Only who takes not a byte for minutes loses the connection.
"""

from __future__ import annotations

import asyncio

from aiohttp import HttpVersion11, web

from aggregator import metrics

MOST_WAITING = 256_000  # bytes that may lie unread before a socket when more is to follow
PATIENCE = 30.0  # seconds in which a reader who is behind takes something
LINGER = 300.0  # seconds that remain then to take what was written, and the end


class Stalled(Exception):
    """A reader who is behind took nothing for `PATIENCE`."""


class Reader:
    """A connection. `woken` is set when there is nothing more for it, or when it has fallen `behind`."""

    __slots__ = ("_writer", "behind", "chunked", "ended", "live", "transport", "woken")

    def __init__(self, request: web.Request) -> None:
        self.transport = request.transport
        self.chunked = request.version >= HttpVersion11
        self._writer = request.writer
        self.woken = asyncio.Event()
        self.ended = False
        self.live = False  # whether it is told what comes; only the stream sets it
        self.behind: tuple[str, int] | None = None  # log and number that it has been told up to

    def push(self, data: bytes, framed: bytes, place: tuple[str, int]) -> None:
        """Hands over what follows `place`: `data`, which `framed` is as a chunk of HTTP/1.1.

        A reader before whom too much lies is told nothing more, and woken to be told at his own speed.
        """
        if not self.live:
            return
        if self.transport is None or self.transport.is_closing():
            self.end()
        elif self.transport.get_write_buffer_size() > MOST_WAITING:
            self.live = False
            self.behind = place
            self.woken.set()
        else:
            self.transport.write(framed if self.chunked else data)

    def beat(self, data: bytes, framed: bytes) -> None:
        """Hands over a comment, if he waits for news."""
        if self.live and self.transport is not None and self.transport.get_write_buffer_size() == 0:
            self.push(data, framed, ("", 0))

    def write(self, data: bytes) -> None:
        """Hands over whole events, whatever lies before him. Raises: ConnectionError where he is gone."""
        if self.transport is None or self.transport.is_closing():
            raise ConnectionResetError
        if data:
            self.transport.write(chunk(data) if self.chunked else data)

    async def taken(self) -> None:
        """Waits until he has taken nearly all, as long as that takes.

        Raises: Stalled where he takes nothing for `PATIENCE`; ConnectionError where he is gone.
        """
        while self.transport is not None:
            before = self.transport.get_write_buffer_size()
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._writer.drain()
            except TimeoutError:
                if self.transport.get_write_buffer_size() >= before:
                    raise Stalled from None
            else:
                return

    def resume(self) -> tuple[str, int] | None:
        """Where he fell behind, to go on from there; None where it was the end."""
        place, self.behind = self.behind, None
        self.woken.clear()
        return None if self.ended else place

    def end(self) -> None:
        """Nothing more is told."""
        self.live = False
        self.ended = True
        self.woken.set()

    def give_up(self, response: web.StreamResponse) -> None:
        """He takes nothing: ends the answer behind the last event; the connection, if that is not taken."""
        self.end()
        metrics.EVENTS_DROPPED.inc()
        response.force_close()
        if self.transport is not None:
            asyncio.get_running_loop().call_later(LINGER, self.transport.abort)


def chunk(data: bytes) -> bytes:
    """Bytes as one chunk (RFC 9112, 7.1)."""
    return b"%x\r\n%s\r\n" % (len(data), data)
