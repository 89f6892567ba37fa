"""Connections through a SOCKS5 proxy (RFC 1928, RFC 1929) of a source.

`socks5://` looks names up here, so the guard judges the address that the proxy is told to connect to, as
without a proxy. `socks5h://` leaves the name to the proxy, as `.onion` names need it; then only what is
plainly ours is refused, as behind an HTTP proxy. The proxy itself was named by whoever runs this, and may
stand anywhere.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult
from python_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError, ProxyType
from python_socks.async_.asyncio import Proxy
from yarl import URL

from aggregator.core.errors import Kind
from aggregator.core.model import Failure
from aggregator.fetch import failure
from aggregator.fetch.connector import Connector
from aggregator.fetch.failure import AddressRefused, Fault
from aggregator.fetch.resolve import Resolver
from aggregator.guard import Guard

SCHEMES = frozenset({"socks5", "socks5h"})
PORT = 1080

# What a proxy says of the other side (RFC 1928, 6).
_REPLIES = {
    2: (Kind.FORBIDDEN, "does not allow connections to it"),
    3: (Kind.REFUSED, "finds no way to it"),
    4: (Kind.REFUSED, "finds no way to it"),
    5: (Kind.REFUSED, "finds nobody listening there"),
    6: (Kind.TIMEOUT, "gets no answer from it"),
}


class Names(AbstractResolver):
    """Leaves names as they are: the proxy looks them up."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The name itself, in the place of its address."""
        family = family or socket.AF_INET  # nothing connects to it: any will do
        return [{"hostname": host, "host": host, "port": port, "family": family, "proto": 0, "flags": 0}]

    async def close(self) -> None:
        """Nothing to close."""


class SocksConnector(Connector):
    """Connects to addresses that `guard` allows, through `proxy`; raises Fault where the proxy does not."""

    def __init__(
        self,
        guard: Guard,
        resolver: AbstractResolver,
        context: ssl.SSLContext,
        proxy: URL,
        operators: Resolver,
    ) -> None:
        super().__init__(guard, resolver, context)
        self._remote = isinstance(resolver, Names)
        self._proxy = proxy
        self._operators = operators

    async def _wrap_create_connection(
        self, *args: Any, addr_infos: list[tuple[Any, ...]], **kwargs: Any
    ) -> tuple[asyncio.Transport, Any]:
        host: str = kwargs["req"].url.raw_host or ""
        error: Exception | None = None
        for *_, address in addr_infos:
            there = str(address[0])
            if not self._remote and not self._check(there):
                raise AddressRefused(there)
            try:
                connected = await self._through(there, address[1])
            except (ProxyError, ProxyConnectionError, ProxyTimeoutError) as failed:
                error = failed
                continue
            return await self._wrap_existing_connection(*args, sock=connected, **kwargs)
        raise Fault(_said(error, host))

    async def _through(self, host: str, port: int) -> socket.socket:
        found = await self._operators.resolve(self._proxy.raw_host or "")
        proxy = Proxy(
            ProxyType.SOCKS5, found[0]["host"], self._proxy.port or PORT,
            self._proxy.user or "", self._proxy.password or "", rdns=True,
        )  # fmt: skip
        # the poll as a whole is bounded; this only has to be longer
        connected: socket.socket = await proxy.connect(host, port, timeout=3600.0)
        return connected


def _said(error: Exception | None, host: str) -> Failure:
    """The failure of a source whose proxy did not connect."""
    if isinstance(error, ProxyConnectionError):
        return failure.of_proxy(error, host)
    code = getattr(error, "error_code", None)
    if isinstance(error, ProxyError) and code is None:
        return failure.of_status(host, 407)
    kind, what = _REPLIES.get(code or 0, (Kind.HOST_TROUBLE, "does not let us through"))
    return Failure(kind, f"The proxy for {host} {what}: it is asked again later, less and less often.")
