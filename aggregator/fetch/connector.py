"""Every connection is made here: behind it there is no name, no redirect and no DNS answer any more."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from functools import partial
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver
from aiohttp.client_proto import ResponseHandler

from aggregator.fetch.failure import AddressRefused
from aggregator.guard import Guard

_BODILESS = re.compile(rb"HTTP/1\.[01] (?:204|304)[ \r]")
_STATUS = 13
"""Bytes of an answer that tell whether it can have a body."""
_END = b"\r\n\r\n"


class _Line(ResponseHandler):
    """Ends a 204 or 304 with its header fields (RFC 9112, 6.3), whatever follows them.

    Servers that compress everything send an empty gzip or the last chunk behind a 304. A connection carries
    one answer, so nothing is lost; the parser would call the whole answer no HTTP.
    """

    _seen = b""  # the beginning of the answer, and its last bytes
    _bodiless: bool | None = None  # not known yet
    _ended = False

    def data_received(self, data: bytes) -> None:
        """Hands on what belongs to the answer."""
        if self._ended:
            return
        if data and self._bodiless is not False:
            data = self._before_the_end(data)
        super().data_received(data)

    def _before_the_end(self, data: bytes) -> bytes:
        before, seen = len(self._seen), self._seen + data
        if len(seen) >= _STATUS:
            self._bodiless = _BODILESS.match(seen) is not None
        if not self._bodiless:
            self._seen = seen if self._bodiless is None else b""
            return data
        at = seen.find(_END)
        self._ended = at >= 0
        self._seen = seen if len(seen) < _STATUS + len(_END) else seen[:_STATUS] + seen[1 - len(_END) :]
        return data[: at + len(_END) - before] if self._ended else data


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
