"""`/events`: the change log as server-sent events (WHATWG HTML, 9.2), live and resumable."""

from __future__ import annotations

import asyncio

from aiohttp import web

from aggregator.config import Config
from aggregator.core.errors import StoreError
from aggregator.core.query import Malformed
from aggregator.web.answer import EXPOSED, OPEN, SAFE, SERVER, Refused, away
from aggregator.web.catalogue import HANG
from aggregator.web.changes import Log, Wanted, asked_for
from aggregator.web.listener import Reader, Stalled
from aggregator.web.site import Site
from aggregator.web.stream import BATCH, BURST, MOST_READERS, Channel, Stream, Told, frame, reset

HEARTBEAT = 15.0  # seconds between two comments: less than what proxies wait
RETRY_AFTER = 3000  # milliseconds that a client waits before it comes back
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
        reader = Reader(request)
        channel = self.stream.channel(wanted)
        try:
            place: tuple[str, int] | None = self._open(reader, start)
            while place is not None and await self._catch_up(channel, reader, *place):
                self.stream.join(wanted, channel, reader, generation)
                await reader.woken.wait()
                self.stream.leave(wanted, reader)
                place = reader.resume()
        except Stalled:
            reader.give_up(response)
        except (ConnectionError, StoreError, TimeoutError):
            pass  # gone, or Redis is away: who is still there comes back, with the last id it had
        finally:
            self.stream.leave(wanted, reader)
        return response

    def _open(self, reader: Reader, start: int | None) -> tuple[str, int]:
        """Says where the stream begins; the log and the number after which it does."""
        epoch = self.stream.epoch or ""
        at = self.stream.number if start is None else start
        place = f"{epoch}-{at}"
        opening = b": the change log\nretry: %d\nid: %s\n\n" % (RETRY_AFTER, place.encode())
        reader.write(opening + (reset(place) if start is None else b""))
        return epoch, at

    async def _catch_up(self, channel: Channel, reader: Reader, epoch: str, at: int) -> bool:
        """Tells what happened after `at`, as fast as the reader takes it, up to where the stream is.

        There it ends without a further await. False where the log ended meanwhile: the client comes back, and
        is told so.
        """
        stream = self.stream
        await reader.taken()
        while stream.epoch == epoch:
            told = stream.since(at)
            if told is None:
                found = await self._stored(at, texts=channel.searches)
                if found is None:
                    return False
                at = await _tell(reader, channel, found, at)
                await stream.reached(0 if found else at)
            elif sum(len(one.frame) for one in told) > AT_ONCE:
                at = await _tell(reader, channel, told, at)
            else:
                reader.write(channel.data(told))
                return True
        return False

    async def _stored(self, at: int, *, texts: bool) -> list[Told] | None:
        """The next lines of the log, read for one reader; None where it no longer holds them."""
        async with self._reading, self.log.store.answering(HANG * 2):
            changes = await self.log.store.changes.since(at, BATCH)
            if changes and changes[0].number > at + 1:
                return None
            return [Told(line, frame(line)) for line in await self.log.lines(changes, BURST, texts=texts)]

    def take(self, old: Config, new: Config) -> None:
        """Ends the connections where other tokens or views are in force: clients come back and ask anew."""
        if old.tokens != new.tokens or old.feeds != new.feeds:
            self.stream.end()


async def _tell(reader: Reader, channel: Channel, told: list[Told], at: int) -> int:
    """Writes lines, never far ahead of the reader; the number that he has then."""
    piece: list[Told] = []
    held = 0
    for one in told:
        piece.append(one)
        held += len(one.frame)
        if held > AT_ONCE or one is told[-1]:
            reader.write(channel.data(piece))
            await reader.taken()
            piece, held = [], 0
    return told[-1].number if told else at
