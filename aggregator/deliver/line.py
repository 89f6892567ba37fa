"""The way out to strangers: guarded, bounded, without memory.

Redirects are not followed, cookies not kept, proxies of the environment not used. Every connection is judged
by the address that is about to be connected to. Of an answer no more is read than is asked for, but for what
it takes to use the connection again. No sentence names more of an address than its host.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, Self

import aiohttp
import msgspec
from multidict import CIMultiDictProxy
from yarl import URL

from aggregator.fetch import FetchSettings
from aggregator.fetch.failure import AddressRefused, Fault, of_error
from aggregator.fetch.resolve import Resolver
from aggregator.guard import Guard

REST: Final = 1.0
"""Seconds that the body of an answer may take beyond what is wanted; else its connection is closed."""
BYTES: Final = 64 * 1024
"""The most that is read of it."""
IDLE: Final = 15.0
"""Seconds that a connection without requests is kept."""

_FAULTS = (aiohttp.ClientError, AddressRefused, OSError, ValueError, LookupError)


class Said(msgspec.Struct, frozen=True):
    """What a stranger answered: a status, or None and a sentence that says why there is none."""

    status: int | None
    error: str = ""
    headers: CIMultiDictProxy[str] | dict[str, str] = {}
    body: bytes = b""


class Line:
    """Sends requests. Open it with `async with`; `settings` say what may be reached and who we are."""

    def __init__(self, settings: FetchSettings, timeout: float, headers: Mapping[str, str]) -> None:
        self.timeout = timeout
        self._settings = settings
        self._headers = headers
        self._guard = Guard(settings.allow)

    async def __aenter__(self) -> Self:
        self._resolver = Resolver(self._guard, self.timeout / 2, self._settings.lookup, threads=8)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0,
                keepalive_timeout=IDLE,
                use_dns_cache=False,
                resolver=self._resolver,
                socket_factory=self._socket,
            ),
            headers={"User-Agent": self._settings.user_agent, **self._headers},
            skip_auto_headers=("Accept", "Accept-Encoding"),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()
        await self._resolver.close()

    def _socket(self, info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, address = info
        if not self._guard.check(str(address[0])):
            raise AddressRefused(address[0])
        return socket.socket(family, kind, protocol)

    async def ask(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        wanted: int = 0,
        as_it_is: bool = True,
    ) -> Said:
        """One request; of the answer's body at most `wanted` bytes are kept.

        The address is sent byte for byte; without `as_it_is`, what cannot be sent in it is encoded.

        Raises MachineTrouble, where this machine is at fault.
        """
        host = host_of(url)
        try:
            async with asyncio.timeout(self.timeout):
                answer = await self._session.request(
                    method, URL(url, encoded=as_it_is), data=body, headers=headers, allow_redirects=False
                )
                read = await _read(answer, wanted)
            await self._let_go(answer)
        except TimeoutError:
            return Said(None, f"{host} did not answer within {self.timeout:g} seconds.")
        except Fault as fault:
            return Said(None, _in_short(fault.failure.message))
        except _FAULTS as error:
            return Said(None, _in_short(of_error(error, host).message))
        return Said(answer.status, "", answer.headers, read)

    async def _let_go(self, answer: aiohttp.ClientResponse) -> None:
        """Gives the connection back if the body is over soon, else closes it."""
        with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
            if not answer.content.is_eof():
                async with asyncio.timeout(min(REST, self.timeout)):
                    left = BYTES
                    while left > 0 and (chunk := await answer.content.readany()):
                        left -= len(chunk)
        if answer.content.is_eof():
            answer.release()
        else:
            answer.close()


async def _read(answer: aiohttp.ClientResponse, wanted: int) -> bytes:
    """The body up to `wanted` bytes; the connection is closed if it does not come whole."""
    read = bytearray()
    try:
        while len(read) < wanted and (chunk := await answer.content.readany()):
            read += chunk
    except BaseException:
        answer.close()
        raise
    return bytes(read[:wanted])


def host_of(url: str) -> str:
    """The host of an address, for sentences."""
    try:
        return URL(url).host or "The address"
    except ValueError:
        return "The address"


def _in_short(sentence: str) -> str:
    """A sentence of the fetcher without what it says of polling."""
    return sentence.partition(": it is asked again later")[0].rstrip(".") + "."
