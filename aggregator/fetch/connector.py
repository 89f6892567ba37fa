"""Every connection is made here: behind it there is no name, no redirect and no DNS answer any more."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from functools import partial
from typing import Any, Literal

import aiohttp
from aiohttp.abc import AbstractResolver
from aiohttp.client_proto import ResponseHandler

from aggregator.fetch.failure import AddressRefused, Flood
from aggregator.guard import Guard

_BODILESS = re.compile(rb"HTTP/1\.[01] (?:204|304)[ \r\n]")
_PRELIMINARY = re.compile(rb"HTTP/1\.[01] 1(?!01)[0-9]{2}[ \r\n]")
_END = re.compile(rb"\n\r?\n")  # of header fields: RFC 9112, 2.2 allows a lone LF
_BEGINNING = b"HTTP/1."
_STATUS = 13
"""Bytes of an answer that tell its status."""

HEAD = 256 * 1024
"""Bytes of header fields in one answer, with the preliminary ones before it: usual is 1 KB."""
PRELIMINARY = 16
"""Preliminary answers (1xx) before the one that counts: sites send one Early Hints, if any."""
WRAPPING = 1024 * 1024
"""Bytes that sizes of chunks and what is said with them may take, beside a quarter of the body."""


class _Line(ResponseHandler):
    """Bounds what comes beside a body, and ends an answer where HTTP does.

    - Preliminary answers are counted and left out: those that came at once would all be gone through at once,
      while no other poll gets its turn.
    - A 204 or 304 ends with its header fields (RFC 9112, 6.3), whatever follows: servers that compress
      everything send an empty gzip or the last chunk behind it.
    - Header fields are handed on apart from what follows them, so that they stand whatever that is: for bytes
      behind the end of a body, which many a site adds, the parser refuses all that it is given in one go. A
      connection carries one answer, so nothing is lost.
    """

    _stage: Literal["status", "preliminary", "fields", "body", "over"] = "status"
    _last = b""  # what came of the status line, later the last bytes of the header fields
    _bodiless = False
    _heads = 0  # bytes of header fields so far
    _preliminary = 0
    _raw = 0  # bytes since the header fields

    def data_received(self, data: bytes) -> None:
        """Hands on what belongs to the answer."""
        while data and self._stage not in ("body", "over"):
            data = self._of_status(data) if self._stage == "status" else self._of_fields(data)
        if self._stage == "body":
            super().data_received(data)
            self._check(len(data))

    def connection_lost(self, exc: BaseException | None) -> None:
        """Hands on what came of a status line that has no end."""
        if self._stage == "status" and self._last:
            super().data_received(self._last)
        super().connection_lost(exc)

    def _of_status(self, data: bytes) -> bytes:
        """Tells what kind of answer begins; returns what is to be read as its header."""
        seen = self._last + data
        if len(seen) < _STATUS and _BEGINNING.startswith(seen[: len(_BEGINNING)]):
            self._last = seen
            return b""
        self._last = b""
        self._stage = "fields" if _PRELIMINARY.match(seen) is None else "preliminary"
        self._bodiless = _BODILESS.match(seen) is not None
        return seen

    def _of_fields(self, data: bytes) -> bytes:
        """Hands on header fields, but those of preliminary answers; returns what follows their end."""
        end = _END.search(self._last + data)
        cut = len(data) if end is None else end.end() - len(self._last)
        self._heads += cut
        if self._heads > HEAD:
            return self._give_up("more or longer header fields than are read")
        if self._stage == "fields":
            super().data_received(data[:cut])
        if end is None:
            self._last = (self._last + data)[-2:]
        elif self._stage == "fields":
            self._stage = "over" if self._bodiless else "body"
        else:
            self._stage, self._last = "status", b""
            self._preliminary += 1
            if self._preliminary > PRELIMINARY:
                return self._give_up("preliminary answers (1xx) without end")
        return data[cut:]

    def _check(self, size: int) -> None:
        self._raw += size
        body = self._payload
        if (broken := self.exception()) is not None:
            self._stage = "over"
            if body is not None and not body.is_eof():  # the parser tells nobody who reads the body
                body.set_exception(aiohttp.ClientPayloadError(str(broken)))
        elif body is not None and self._raw - body.total_bytes > WRAPPING + body.total_bytes // 4:
            self._give_up("a body in too many or too long chunks")

    def _give_up(self, what: str) -> bytes:
        """Ends the connection; whoever reads from it is told of `what` there is too much."""
        self._stage = "over"
        error = Flood(what)
        self.set_exception(error)
        if self._payload is not None:
            self._payload.set_exception(error)
        self._parser = None  # it would say that the body broke off
        if self.transport is not None:
            self.transport.abort()
        return b""


class Connector(aiohttp.TCPConnector):
    """Connects to addresses that `guard` allows; raises AddressRefused for others."""

    def __init__(self, guard: Guard, resolver: AbstractResolver, context: ssl.SSLContext) -> None:
        super().__init__(
            limit=0,
            force_close=True,
            use_dns_cache=False,
            resolver=resolver,
            ssl=context,
            socket_factory=self._socket,
        )
        self._factory = partial(_Line, loop=asyncio.get_running_loop())  # type: ignore[assignment]
        self._check = guard.check

    def _socket(self, info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, address = info
        if not self._check(str(address[0])):
            raise AddressRefused(address[0])
        return socket.socket(family, kind, protocol)

    async def _wrap_create_connection(
        self, *args: Any, addr_infos: list[tuple[Any, ...]], **kwargs: Any
    ) -> tuple[asyncio.Transport, Any]:
        """Leave a lone address to the event loop, which costs half of what racing several does.

        This overrides a private method: should it vanish, connections go through `_socket`, guarded as well.
        """
        if len(addr_infos) != 1:
            return await super()._wrap_create_connection(*args, addr_infos=addr_infos, **kwargs)
        ip, port = addr_infos[0][4][:2]
        if not self._check(str(ip)):
            raise AddressRefused(ip)
        return await self._wrap_existing_connection(*args, host=ip, port=port, **kwargs)
