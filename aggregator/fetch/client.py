"""The client that polls: polite, bounded, and never stuck.

What it does not do is as much a rule as what it does: no cookies, no Referer, no proxy from the environment,
no disguise, nothing added to an address. Every answer, however wrong, becomes a `Response` or a `Failure`;
what raises is `MachineTrouble`, which is nobody's fault but ours.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

import aiohttp
import msgspec
from multidict import CIMultiDictProxy
from yarl import URL

from aggregator import __version__
from aggregator.core import freshness, websub
from aggregator.core.errors import HostRests, Kind
from aggregator.core.model import Failure, Response, Source, SourceState
from aggregator.core.schedule import address
from aggregator.fetch import decode, failure
from aggregator.fetch.failure import AddressRefused, Fault
from aggregator.fetch.request import Request, is_fetchable, plan, sendable
from aggregator.fetch.resolve import Lookup, system_lookup
from aggregator.fetch.sessions import Sessions
from aggregator.guard import Guard, Network

if TYPE_CHECKING:
    from aggregator.config.model import Polling

REDIRECTS = 5
TURN = 5.0  # seconds that a poll waits for turns of hosts, all together; a lease has 10 to spare
_MARGIN = 1.0  # seconds that asking for a turn itself may take
_REDIRECT = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_DOCUMENT = frozenset({200, 202, 203, 226})  # what brings a body worth parsing
_PEEK = 32 * 1024  # how much of an error page is looked at
_FEED_FAULTS = (aiohttp.ClientError, AddressRefused, OSError, ValueError, LookupError, MemoryError)


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How to fetch: times in seconds, sizes in bytes, `allow` as in allow_private_networks."""

    timeout: float = 20.0
    max_bytes: int = 10_000_000
    concurrency: int = 200
    contact: str | None = None
    allow: bool | tuple[Network | str, ...] = False
    version: str = __version__
    lookup: Lookup = system_lookup

    @classmethod
    def of(cls, polling: Polling) -> FetchSettings:
        """What a configuration says of fetching."""
        return cls(
            timeout=polling.timeout,
            max_bytes=polling.max_bytes,
            concurrency=polling.concurrency,
            contact=polling.contact,
            allow=polling.allow_private_networks,
            version=__version__,
        )

    @property
    def user_agent(self) -> str:
        """Who we are: a name that can be looked up, and where to complain."""
        return f"wire-aggregator/{self.version}" + (f" (+{self.contact})" if self.contact else "")


@dataclass(slots=True)
class _Way:
    """Where a poll stands: which host it talks to, whether that began to answer, and what time is left."""

    host: str
    answered: bool = False
    limit: asyncio.Timeout | None = None  # of the whole poll
    patience: float = TURN  # seconds left to wait for the turns of other hosts


class Manners(Protocol):
    """Waits for the turns of hosts, of each for so many seconds at most; may raise HostRests, StoreAway."""

    async def begin(self, host: str, patience: float) -> None:
        """Before the first request of a poll, where it is not for the configured address."""

    async def turn(self, host: str, patience: float) -> None:
        """Before each request to which a redirect leads."""


class Fetcher:
    """Asks sources for their feeds."""

    def __init__(self, settings: FetchSettings) -> None:
        self.settings = settings
        self._slots = asyncio.Semaphore(settings.concurrency)
        self._sessions = Sessions(
            Guard(settings.allow), settings.user_agent, settings.timeout, settings.lookup
        )

    async def __aenter__(self) -> Self:
        await self._sessions.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._sessions.close()

    async def fetch(
        self,
        source: Source,
        state: SourceState,
        *,
        unconditional: bool = False,
        page: str | None = None,
        manners: Manners | None = None,
    ) -> Response | Failure:
        """Poll a source: what it answered, or why it did not.

        `page` is asked for instead of the feed, without validators: an older page of it (RFC 5005).
        `manners` are asked before every request but the one to the configured address.

        Raises MachineTrouble, what `manners` raise, and nothing else.
        """
        async with self._slots:
            way = _Way("The address of this source")
            try:
                url = page or address(source, state)
                request = _plan(source, url, state, unconditional=unconditional or page is not None)
                way.host = request.host
                async with asyncio.timeout(self.settings.timeout) as way.limit:
                    if manners is not None and url != source.url:
                        await _wait_for_turn(manners.begin(request.host, way.patience), way)
                    return await self._follow(request, way, manners)
            except TimeoutError:
                return failure.of_timeout(way.host, self.settings.timeout, answered=way.answered)
            except Fault as fault:
                return fault.failure
            except _FEED_FAULTS as error:
                return failure.of_error(error, way.host)

    async def get(self, url: str) -> Response | Failure:
        """Fetch one address as a poll would, without knowing anything of it before."""
        return await self.fetch(Source(id="", url=url, name="", outlet=""), SourceState())

    async def _follow(self, request: Request, way: _Way, manners: Manners | None) -> Response | Failure:
        started = time.monotonic()
        seen = {request.url}
        permanent = True
        moved = False
        for _ in range(REDIRECTS + 1):
            session = await self._sessions.of(request)
            answer = await session.get(
                request.url,
                headers=request.headers,
                allow_redirects=False,
                proxy=request.http_proxy,
            )
            try:
                way.answered = True
                if answer.status not in _REDIRECT:
                    moved_to = str(request.url) if moved and permanent else None
                    return await self._read(answer, request, moved_to, started)
                permanent = permanent and answer.status in _PERMANENT
                moved = True
                target = _target(answer, request)
            finally:
                answer.close()
            if target in seen:
                return _loop(request.host)
            seen.add(target)
            request = request.towards(target)
            way.host, way.answered = request.host, False
            if manners is not None:
                await _wait_for_turn(manners.turn(request.host, way.patience), way)
        return _loop(request.host)

    async def _read(
        self, answer: aiohttp.ClientResponse, request: Request, moved_to: str | None, started: float
    ) -> Response | Failure:
        status, headers = answer.status, answer.headers
        if status != 304 or not request.conditional:
            if status not in _DOCUMENT:
                return await self._refusal(answer, request.host)
            if status == 226:
                _check_manipulations(answer, request.host)
            body, wire = await self._body(answer, request.host)
            if failure.is_challenge(headers) and failure.is_no_feed(body):
                return failure.of_challenge(request.host, status, _retry_after(answer))
        else:
            body, wire = None, 0
        hub, own = websub.links(headers.getall("Link", ()), str(request.url))
        return Response(
            status=304 if body is None else 200,
            url=str(request.url),
            body=body,
            content_type=headers.get("Content-Type", ""),
            etag=_validator(headers.get("ETag")),
            last_modified=_validator(headers.get("Last-Modified")),
            max_age=_max_age(headers),
            lifetime=freshness.max_age(_control(headers)),
            moved_to=moved_to,
            seconds=time.monotonic() - started,
            bytes_read=wire,
            partial=status == 226 and request.conditional,
            hub=hub,
            self_url=own,
        )

    async def _body(self, answer: aiohttp.ClientResponse, host: str) -> tuple[bytes, int]:
        """The decoded body, and how many bytes it was on the wire."""
        limit = self.settings.max_bytes
        if (answer.content_length or 0) > limit:
            raise Fault(_too_large(host, limit))
        try:
            return await _decoded(answer, limit, host)
        except decode.TooLarge:
            raise Fault(_too_large(host, limit)) from None
        except decode.Undecodable:
            coding = _coding(answer)[:40]
            text = f"The answer of {host} is not packed as it claims ({coding!r}): it is asked again later."
            raise Fault(Failure(Kind.DECOMPRESS, text, answer.status)) from None

    async def _refusal(self, answer: aiohttp.ClientResponse, host: str) -> Failure:
        status, headers = answer.status, answer.headers
        challenge = failure.is_challenge(headers)
        if not challenge and status in failure.CHALLENGE_STATUS:
            challenge = failure.is_challenge({}, await self._peek(answer))
        made = failure.of_challenge if challenge else failure.of_status
        refused = made(host, status, _retry_after(answer))
        return msgspec.structs.replace(refused, fresh=_max_age(headers))

    async def _peek(self, answer: aiohttp.ClientResponse) -> bytes:
        """The beginning of an error page, as far as it comes at all."""
        try:
            decoder = decode.decoder(_coding(answer))
            page = bytearray()
            async for chunk in answer.content.iter_any():
                page += decoder.feed(chunk, 64 * _PEEK) if decoder else chunk
                if len(page) >= _PEEK:
                    break
            return bytes(page[:_PEEK])
        except (aiohttp.ClientError, decode.TooLarge, decode.Undecodable, OSError):
            return b""


async def _wait_for_turn(turn: Awaitable[None], way: _Way) -> None:
    """Wait for `turn`, which is our own manners and no delay of the site: the time limit moves along."""
    now = asyncio.get_running_loop().time
    began, limit = now(), way.limit
    end = limit.when() if limit is not None else None
    longest = way.patience + _MARGIN
    if limit is not None and end is not None:
        limit.reschedule(end + longest)
    try:
        async with asyncio.timeout(longest):
            await turn
    except TimeoutError:
        raise HostRests(way.host) from None
    waited = now() - began
    way.patience = max(way.patience - waited, 0.0)
    if limit is not None and end is not None:
        limit.reschedule(end + waited)


def _plan(source: Source, url: str, state: SourceState, *, unconditional: bool) -> Request:
    try:
        return plan(source, url, state, unconditional=unconditional)
    except ValueError:
        text = "The address, headers or proxy of this source cannot be used for HTTP: correct them."
        raise Fault(Failure(Kind.MISSING, text)) from None


async def _decoded(answer: aiohttp.ClientResponse, limit: int, host: str) -> tuple[bytes, int]:
    decoder = decode.decoder(_coding(answer)) if "Content-Encoding" in answer.headers else None
    parts: list[bytes] = []
    wire = size = 0
    async for chunk in answer.content.iter_any():
        wire += len(chunk)
        if wire > limit:
            raise decode.TooLarge
        part = decoder.feed(chunk, limit - size) if decoder else chunk
        size += len(part)
        parts.append(part)
    if decoder is not None and wire and not decoder.is_complete():
        raise Fault(
            Failure(Kind.TRUNCATED, f"The packed answer of {host} lacks its end: it is asked again later.")
        )
    return (parts[0] if len(parts) == 1 else b"".join(parts)), wire


def _check_manipulations(answer: aiohttp.ClientResponse, host: str) -> None:
    """Raises Fault where a part of a document comes in another form than we asked for (RFC 3229, 10.5.2)."""
    names = {name.partition(";")[0].strip().lower() for name in answer.headers.get("IM", "").split(",")}
    if names - {"", "feed"}:
        text = f"{host} sends changes in a form that nobody asked for (226): it is asked again later."
        raise Fault(Failure(Kind.DECOMPRESS, text, answer.status))


def _coding(answer: aiohttp.ClientResponse) -> str:
    return ", ".join(answer.headers.getall("Content-Encoding", ()))


def _target(answer: aiohttp.ClientResponse, request: Request) -> URL:
    """Where a redirect leads. Raises Fault where that is nowhere we could go."""
    location = answer.headers.get("Location", "").strip()
    try:
        there = URL(sendable(location), encoded=True)
        target = request.url.join(there).with_fragment(None)
        if location and bool(there.scheme) <= bool(there.raw_host) and is_fetchable(target):
            return target
    except ValueError:
        pass
    text = f"{request.host} redirects to nowhere that could be fetched: look for the feed's new address."
    raise Fault(Failure(Kind.REDIRECT_BAD, text, answer.status, _retry_after(answer)))


def _retry_after(answer: aiohttp.ClientResponse) -> float | None:
    fields = answer.headers
    return freshness.retry_after(fields.get("Retry-After"), sent=fields.get("Date"), now=time.time())


def _loop(host: str) -> Failure:
    text = f"{host} redirects in circles, or more than {REDIRECTS} times: look for the feed's own address."
    return Failure(Kind.REDIRECT_LOOP, text)


def _too_large(host: str, limit: int) -> Failure:
    text = f"The feed of {host} is larger than {limit:,} bytes: raise polling.max_bytes if it is meant to be."
    return Failure(Kind.TOO_LARGE, text)


def _validator(text: str | None) -> str | None:
    """A validator as it was sent; None where it could not be sent back byte for byte."""
    if not text or len(text) > 2048 or not text.isprintable():
        return None
    return text


def _control(headers: CIMultiDictProxy[str]) -> str | None:
    return ", ".join(headers.getall("Cache-Control", ())) or None


def _max_age(headers: CIMultiDictProxy[str]) -> float | None:
    if "Cache-Control" not in headers and "Expires" not in headers:
        return None
    return freshness.fresh_for(
        control=_control(headers),
        expires=headers.get("Expires"),
        age=headers.get("Age"),
        sent=headers.get("Date"),
        now=time.time(),
    )
