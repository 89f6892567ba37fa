"""`/events`: the change log as server-sent events (WHATWG HTML, 9.2), live and resumable."""

from __future__ import annotations

import asyncio

from aiohttp import HttpVersion11, web

from aggregator.config import Config
from aggregator.core.errors import StoreError
from aggregator.core.query import Malformed
from aggregator.web.answer import EXPOSED, OPEN, SAFE, SERVER, Refused, away
from aggregator.web.catalogue import HANG
from aggregator.web.changes import Log, Wanted, asked_for
from aggregator.web.site import Site
from aggregator.web.stream import BATCH, MOST_READERS, Channel, Reader, Stream, Told, chunk, frame, reset

HEARTBEAT = 15.0  # seconds between two comments: less than what proxies wait
RETRY_AFTER = 3000  # milliseconds that a client waits before it comes back
PATIENCE = 30.0  # seconds that a reader may take for a batch of what he has missed
AT_ONCE = 64_000  # bytes that are handed over without waiting until they are taken
READINGS = 4  # readers who are far behind, for whom Redis is asked at the same time
HEADERS = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx: hand it on at once
    "Access-Control-Expose-Headers": EXPOSED,
    "Server": SERVER,
    **SAFE,
    **OPEN,
}


class Events:
    """Everyone who listens."""

    def __init__(self, site: Site, log: Log) -> None:
        self.site = site
        self.log = log
        self.stream = Stream(log)
        self._reading = asyncio.Semaphore(READINGS)

    async def listen(self, request: web.Request) -> web.StreamResponse:
        """`/events`: from now, or from `Last-Event-ID` or `since`."""
        self.site.admit(request, request.query.get("view"))
        _, wanted, cursor = asked_for(request)
        if request.method == "HEAD":
            return web.Response(headers=HEADERS)
        stream = self.stream
        if stream.open >= MOST_READERS or stream.ended:
            raise Refused(503, "Nobody more can listen now.", headers={"Retry-After": "5"})
        with stream.listener() as generation:
            await self.site.catalogue.arrived()
            if not self.site.catalogue.fresh:
                raise away()
            start = await self._start(request.headers.get("Last-Event-ID"), cursor)
            return await self._follow(request, wanted, start, generation)

    async def _start(self, last: str | None, cursor: str | None) -> int | None:
        """The number to begin after; None where the log no longer holds what came next.

        What a client had last outranks the address, which it repeats whenever it comes back.
        """
        await self.stream.reached()
        if last is None and cursor is None:
            return self.stream.number
        async with self.log.store.answering(HANG):
            try:
                number = await self.log.position(last if last is not None else cursor or "")
            except Malformed:
                if last is None:
                    raise
                return None  # an id of somebody else: nothing that we could go on from
        if number is not None:
            await self.stream.reached(number)
        return number

    async def _follow(
        self, request: web.Request, wanted: Wanted, start: int | None, generation: int
    ) -> web.StreamResponse:
        response = web.StreamResponse(headers=HEADERS)
        try:
            await response.prepare(request)
        except ConnectionError:  # gone before it was told anything, as when a browser goes on to another page
            return response
        reader = Reader(request, chunked=request.version >= HttpVersion11)
        channel = self.stream.channel(wanted)
        try:
            if await self._catch_up(response, channel, reader, start):
                self.stream.join(wanted, channel, reader, generation)
                await reader.ended.wait()
        except (ConnectionError, StoreError, TimeoutError):
            pass  # gone, too slow, or Redis is away: who is still there comes back, with the last id it had
        finally:
            self.stream.leave(wanted, reader)
        return response

    async def _catch_up(
        self, response: web.StreamResponse, channel: Channel, reader: Reader, start: int | None
    ) -> bool:
        """Tells what happened after `start`; ends, without a further await, where the stream is now.

        False where the log ended meanwhile: the client comes back, and is told so.
        """
        stream = self.stream
        epoch, at = stream.epoch, stream.number if start is None else start
        place = f"{epoch}-{at}"
        opening = b": the change log\nretry: %d\nid: %s\n\n" % (RETRY_AFTER, place.encode())
        await _write(response, opening + (reset(place) if start is None else b""))
        while stream.epoch == epoch:
            told = stream.since(at)
            if told is None:
                found = await self._stored(at, texts=channel.searches)
                if found is None:
                    return False
                at = await self._tell(response, channel, found, at)
                await stream.reached(0 if found else at)
            elif sum(len(one.frame) for one in told) > AT_ONCE:
                at = await self._tell(response, channel, told, at)
            else:
                data = channel.data(told)
                if data:
                    reader.push(data, chunk(data))
                return True
        return False

    async def _stored(self, at: int, *, texts: bool) -> list[Told] | None:
        """The next lines of the log, read for one reader; None where it no longer holds them."""
        async with self._reading, self.log.store.answering(HANG * 2):
            changes = await self.log.store.changes.since(at, BATCH)
            if changes and changes[0].number > at + 1:
                return None
            return [Told(line, frame(line)) for line in await self.log.lines(changes, texts=texts)]

    async def _tell(self, response: web.StreamResponse, channel: Channel, told: list[Told], at: int) -> int:
        """Writes lines as fast as the reader takes them; the number that he has then."""
        data = channel.data(told)
        if data:
            await _write(response, data)
        return told[-1].number if told else at

    def take(self, old: Config, new: Config) -> None:
        """Ends the connections where other tokens or views are in force: clients come back and ask anew."""
        if old.tokens != new.tokens or old.feeds != new.feeds:
            self.stream.end()


async def _write(response: web.StreamResponse, data: bytes) -> None:
    async with asyncio.timeout(PATIENCE):
        await response.write(data)
