"""The aiohttp sessions of a fetcher: one for nearly all sources, one more for each other way to connect.

A source with a certificate authority of its own, without verification, or behind a proxy gets a session for
that; all others share one TLS context. Every connection is made by a `Connector`, which judges the address
that is about to be connected to.

Each poll has a connection of its own. Most hosts have one feed, and an idle connection costs both sides more
than a new one half an hour later.
"""

from __future__ import annotations

import asyncio
import ssl
from functools import cache
from pathlib import Path
from typing import TypeAlias

import aiohttp
from yarl import URL

from aggregator.core.errors import Kind
from aggregator.core.model import Failure
from aggregator.fetch.connector import Connector
from aggregator.fetch.decode import ACCEPT
from aggregator.fetch.failure import AddressRefused, Fault
from aggregator.fetch.request import Request
from aggregator.fetch.resolve import Lookup, Resolver
from aggregator.fetch.socks import SCHEMES, Names, SocksConnector
from aggregator.guard import GUARDED, Guard

Key: TypeAlias = tuple[bool, str | None, str]  # tls_verify, tls_ca, "" or "http" or a SOCKS proxy's address

_USUAL: Key = (True, None, "")
_EVERYWHERE = Guard(["0.0.0.0/0", "::/0", *map(str, GUARDED)])
_FEEDS = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9,"
    " application/json;q=0.8, application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
)
_UNBOUNDED = aiohttp.ClientTimeout(total=None, sock_connect=None)  # the fetcher bounds a poll as a whole

_FIELD = 16 * 1024  # bytes of one header field: policies (CSP) reach 10,000
_FIELDS = 256  # header fields of one answer


class Sessions:
    """Opens sessions as requests need them; `timeout` is that of a whole poll, in seconds."""

    def __init__(self, guard: Guard, user_agent: str, timeout: float, lookup: Lookup) -> None:
        self._guard = guard
        self._headers = {"User-Agent": user_agent, "Accept": _FEEDS, "Accept-Encoding": ACCEPT}
        self._timeout = timeout
        self._lookup = lookup
        self._open: dict[Key, aiohttp.ClientSession] = {}

    async def open(self) -> None:
        """Make ready for the usual request."""
        self._resolver = Resolver(self._guard, self._timeout / 2, self._lookup)
        self._operators = Resolver(_EVERYWHERE, self._timeout / 2, self._lookup)
        await self._session(_USUAL)

    async def close(self) -> None:
        """Close every connection."""
        for session in self._open.values():
            await session.close()
        self._open.clear()
        await self._resolver.close()
        await self._operators.close()

    async def of(self, request: Request) -> aiohttp.ClientSession:
        """The session that a request goes through. Raises Fault where its TLS settings cannot be used."""
        way = ""
        if request.proxy is not None:
            way = str(request.proxy) if request.proxy.scheme in SCHEMES else "http"
            if not way.startswith("socks5:"):
                _check_host(request.host, self._guard)
        key = (request.tls_verify, request.tls_ca, way)
        return self._open.get(key) or await self._session(key)

    async def _session(self, key: Key) -> aiohttp.ClientSession:
        verify, authority, way = key
        context = await asyncio.to_thread(_tls, verify, authority)
        if key in self._open:  # made by another poll meanwhile
            return self._open[key]
        session = aiohttp.ClientSession(
            connector=self._connector(way, context),
            headers=self._headers,
            timeout=_UNBOUNDED,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            max_line_size=_FIELD,
            max_field_size=_FIELD,
            max_headers=_FIELDS,
        )
        # aiohttp asks again by itself when a connection breaks, which is meant for kept ones
        session._retry_connection = False  # noqa: SLF001
        self._open[key] = session
        return session

    def _connector(self, way: str, context: ssl.SSLContext) -> Connector:
        if not way:
            return Connector(self._guard, self._resolver, context)
        if way == "http":  # a proxy was named by whoever runs this, and may stand in any network
            return Connector(_EVERYWHERE, self._operators, context)
        proxy = URL(way)
        resolver = Names() if proxy.scheme == "socks5h" else self._resolver
        return SocksConnector(self._guard, resolver, context, proxy, self._operators)


def _check_host(host: str, guard: Guard) -> None:
    """Refuse what is plainly ours although a proxy would do the connecting: literal addresses, localhost."""
    literal = host.replace(".", "").isdigit() or ":" in host
    if (literal and not guard.check(host)) or (_is_local(host) and not guard.check("127.0.0.1")):
        raise AddressRefused(host)


def _is_local(host: str) -> bool:
    name = host.rstrip(".").lower()
    return name == "localhost" or name.endswith(".localhost")


def _tls(verify: bool, authority: str | None) -> ssl.SSLContext:
    if authority is None:
        return _usual_tls(verify)
    context = _new_tls(verify)
    try:
        if not Path(authority).is_file():  # a pipe would be waited for
            raise FileNotFoundError
        context.load_verify_locations(authority)
    except (OSError, ValueError, ssl.SSLError):
        text = (
            "No encrypted connection: the authorities' file that `tls` of this source names cannot be read."
        )
        raise Fault(Failure(Kind.TLS, text)) from None
    return context


def _new_tls(verify: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(("http/1.1",))
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


# reading the authorities of the system takes 20 ms, once a process
_usual_tls = cache(_new_tls)
