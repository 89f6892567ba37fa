"""One request to a webhook: signed, guarded, bounded.

Redirects are not followed, cookies not kept, proxies of the environment not used. Every connection is judged
by the address that is about to be connected to. A 2xx counts as soon as it is there: of the body no more is
read than it takes to use the connection again. No sentence names more of an address than its host.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, Self

import aiohttp
from pydantic import SecretStr
from standardwebhooks import Webhook as Signer
from yarl import URL

from aggregator.core import freshness
from aggregator.core.hook import Reply
from aggregator.fetch import FetchSettings
from aggregator.fetch.failure import AddressRefused, Fault, of_error
from aggregator.fetch.resolve import Resolver
from aggregator.guard import Guard

TIMEOUT: Final = 20.0
"""Seconds that a receiver has to answer."""
REST: Final = 1.0
"""Seconds that the body of an answer may take; else its connection is closed."""
BYTES: Final = 64 * 1024
"""The most that is read of it."""
IDLE: Final = 15.0
"""Seconds that a connection without requests is kept."""

_FAULTS = (aiohttp.ClientError, AddressRefused, OSError, ValueError, LookupError)


class Post:
    """Sends messages. Open it with `async with`; `settings` say what may be reached and who we are."""

    def __init__(self, settings: FetchSettings, clock: Callable[[], float], timeout: float = TIMEOUT) -> None:
        self.timeout = timeout
        self._settings = settings
        self._clock = clock
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
            headers={"User-Agent": self._settings.user_agent, "Content-Type": "application/json"},
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

    async def send(self, url: str, secrets: Sequence[SecretStr], message: str, body: str) -> Reply:
        """Tries once to deliver a message. Raises MachineTrouble, where this machine is at fault."""
        host = _host(url)
        try:
            headers = signed(secrets, message, body, self._clock())
            async with asyncio.timeout(self.timeout):
                answer = await self._session.post(
                    URL(url), data=body.encode(), headers=headers, allow_redirects=False
                )
            await self._let_go(answer)
        except TimeoutError:
            return Reply(None, f"{host} did not answer within {self.timeout:g} seconds.")
        except Fault as fault:
            return Reply(None, _in_short(fault.failure.message))
        except _FAULTS as error:
            return Reply(None, _in_short(of_error(error, host).message))
        if 200 <= answer.status < 300:
            return Reply(answer.status)
        fields = answer.headers
        wait = freshness.retry_after(fields.get("Retry-After"), sent=fields.get("Date"), now=self._clock())
        return Reply(answer.status, _refused(host, answer.status), wait)

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


def signed(secrets: Sequence[SecretStr], message: str, body: str, now: float) -> dict[str, str]:
    """The header fields of a try; a signature for each secret, so that a receiver may know any of them."""
    at = datetime.fromtimestamp(int(now), UTC)
    signatures = [Signer(secret.get_secret_value()).sign(message, at, body) for secret in secrets]
    return {
        "webhook-id": message,
        "webhook-timestamp": str(int(now)),
        "webhook-signature": " ".join(signatures),
    }


def _host(url: str) -> str:
    try:
        return URL(url).host or "The address"
    except ValueError:
        return "The address"


def _in_short(sentence: str) -> str:
    """A sentence of the fetcher without what it says of polling."""
    return sentence.partition(": it is asked again later")[0].rstrip(".") + "."


def _refused(host: str, status: int) -> str:
    if 300 <= status < 400:
        return f"{host} redirects ({status}), which is not followed: configure the new address."
    if status == 410:
        return f"{host} says that nobody is there any more (410)."
    return f"{host} answered {status}."
