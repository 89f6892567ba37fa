"""The change log live: read once, rendered once, handed to everyone who listens.

One task reads the log while anybody listens. Readers who want the same stories share a `Channel`: whether a
change is wanted is asked once for all of them, and all are handed the very same bytes. They are written
straight to the sockets, so that thousands of readers need no thousands of wake-ups. For one who is slower
than the news it piles up before his socket: he leaves the channel, is told the rest at his own speed, and
comes back to it (`Events`).

Rules that keep it without gaps and doubles: the position moves, and who is to be told is noted, in one step
without an await; whoever joins is handed what the position lies ahead of him in another such step.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Iterable, Iterator
from time import perf_counter
from typing import Any

import msgspec
import orjson

from aggregator import metrics
from aggregator.core.errors import StoreError
from aggregator.core.feed import Test
from aggregator.web.catalogue import HANG, RETRY, WAIT
from aggregator.web.changes import Line, Log, Wanted
from aggregator.web.listener import Reader, chunk

log = logging.getLogger("web")

BATCH = 200  # changes told at once
BURST = 1_000_000  # bytes told at once, unless one change alone is more
RECENT = 1_000  # changes kept as they were sent, for readers who come back after a short break
RECENT_BYTES = 16_000_000
TURN = 500  # readers written to between two chances for other requests
MOST_READERS = 10_000
REST = 0.05  # seconds, at most, that everybody else gets after a telling: as many as it took


class Told(msgspec.Struct, frozen=True):
    """A line as it goes over the wire."""

    line: Line
    frame: bytes

    @property
    def number(self) -> int:
        """The number of the change."""
        return self.line.change.number


class Channel:
    """The readers who want the same."""

    def __init__(self, matches: Test | None, *, searches: bool, inside: Test | None = None) -> None:
        self.matches = matches  # None: everything
        self.inside = inside  # which stories may be shown; None: all
        self.searches = searches  # whether all texts of a story are asked
        self.readers: set[Reader] = set()

    def listening(self) -> list[Reader]:
        """The readers who are told what comes: all but those who are behind."""
        return [reader for reader in self.readers if reader.live]

    def data(self, told: Iterable[Told]) -> bytes:
        """What of these lines goes to this channel; backfill is not pushed to anybody."""
        return b"".join(
            one.frame if (shown := one.line.within(self.inside)) is one.line.shown else frame(one.line, shown)
            for one in told
            if not one.line.change.backfill and (self.matches is None or one.line.passes(self.matches))
        )


class Stream:
    """All who listen, and the one task that reads for them: `follow`."""

    def __init__(self, changes: Log) -> None:
        self.log = changes
        self.open = 0  # connections, those that are still catching up too
        self.number = 0
        self._epoch: str | None = None  # None: nobody listens, so the position is unknown
        self._recent: deque[Told] = deque()
        self._recent_bytes = 0
        self._channels: dict[Wanted, Channel] = {}
        self._asked = asyncio.Event()
        self._moved = asyncio.Event()
        self._telling = False
        self._generation = 0
        self._ended = False

    @property
    def epoch(self) -> str | None:
        """Which log is read; None while nobody listens."""
        return self._epoch

    @property
    def cursor(self) -> str:
        """The cursor of what everybody has been told."""
        return f"{self._epoch}-{self.number}"

    # --- readers --------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def listener(self) -> Iterator[int]:
        """While this is held the log is read; what `join` asks for."""
        self.open += 1
        metrics.EVENTS_READERS.set(self.open)
        self._asked.set()
        try:
            yield self._generation
        finally:
            self.open -= 1
            metrics.EVENTS_READERS.set(self.open)
            if not self.open:
                self._asked.clear()

    async def reached(self, number: int = 0) -> None:
        """Waits until the position is known, and not before `number`. Raises: TimeoutError."""
        async with asyncio.timeout(HANG):
            while self._epoch is None or self.number < number:
                await self._moved.wait()

    def since(self, number: int) -> list[Told] | None:
        """What was told after a number; None where that is not kept any more."""
        if number == self.number:
            return []
        if number > self.number or not self._recent or self._recent[0].number > number + 1:
            return None
        return [one for one in self._recent if one.number > number]

    def channel(self, wanted: Wanted) -> Channel:
        """The channel of all who want this; a new one, where nobody does yet."""
        found = self._channels.get(wanted)
        if found is None:
            test = None if wanted.everything else self.log.test(wanted)
            searches = bool(wanted.filter.q or wanted.view)
            found = Channel(test, searches=searches, inside=self.log.inside(wanted))
        return found

    def join(self, wanted: Wanted, channel: Channel, reader: Reader, generation: int) -> None:
        """From now on this reader is told of what is to come; not if all were ended since it came."""
        if generation != self._generation:
            reader.end()
            return
        self._channels.setdefault(wanted, channel).readers.add(reader)
        reader.live = True

    def leave(self, wanted: Wanted, reader: Reader) -> None:
        """No more for this reader, for now."""
        reader.live = False
        channel = self._channels.get(wanted)
        if channel is not None:
            channel.readers.discard(reader)
            if not channel.readers:
                del self._channels[wanted]

    def end(self, *, good: bool = False) -> None:
        """Ends every connection in good order; for `good` those that come later too."""
        self._ended = self._ended or good
        self._generation += 1
        for channel in self._channels.values():
            for reader in channel.readers:
                reader.end()

    @property
    def ended(self) -> bool:
        """Whether nobody is taken any more."""
        return self._ended

    # --- the log --------------------------------------------------------------------------------------

    async def follow(self) -> None:
        """Reads the log for ever, while anybody listens. Redis away is waited out."""
        catalogue = self.log.site.catalogue
        while True:
            if not self.open:
                self._epoch = None
                self._forget()
                await self._asked.wait()
            if not catalogue.fresh:  # it looks whether the store that comes back is the same
                await asyncio.sleep(RETRY / 5)
                continue
            try:
                await self._look()
            except (StoreError, TimeoutError) as error:
                catalogue.lost(error)
            except Exception:
                # A fault of ours must not silence everybody for good: what could not be told is skipped,
                # and they are told so.
                log.exception("reading the change log for /events failed by a fault of the program")
                await asyncio.sleep(RETRY)
                await self._restart(catalogue.number)

    async def _look(self) -> None:
        """One look at the log, which waits for news where there are none."""
        changes = self.log.store.changes
        async with asyncio.timeout(HANG):
            newest = await changes.newest()
        if self._epoch != self.log.store.epoch or newest < self.number:
            await self._restart(newest)
        async with asyncio.timeout(HANG * 2):
            found = await changes.since(self.number, BATCH)
            if found and found[0].number > self.number + 1:
                await self._restart(newest)
                return
            lines = await self.log.lines(found, BURST, texts=True)
        if lines:
            await self._tell([Told(line, frame(line)) for line in lines])
            return
        async with asyncio.timeout(WAIT + HANG):
            await changes.wait(self.number, WAIT)

    async def _restart(self, number: int) -> None:
        """Goes on at another place; everybody is told that what lay between is not in the log."""
        known, place = self._epoch is not None, (self._epoch or "", self.number)
        self._epoch, self.number = self.log.store.epoch, number
        self._forget()
        data = reset(self.cursor)
        readers = [reader for channel in self._channels.values() for reader in channel.listening()]
        self._move()
        if known:
            await self._send([(data, readers)], place)

    async def _tell(self, told: list[Told]) -> None:
        began, place = perf_counter(), (self._epoch or "", self.number)
        self.number = told[-1].number
        self._remember(told)
        sending = [(channel.data(told), channel.listening()) for channel in self._channels.values()]
        self._move()
        await self._send(sending, place)
        await asyncio.sleep(min(REST, perf_counter() - began) if self.open > TURN else 0)

    async def _send(self, sending: Iterable[tuple[bytes, list[Reader]]], place: tuple[str, int]) -> None:
        """Hands over what follows `place`, which is what those who are behind go on from."""
        self._telling = True
        try:
            for data, readers in sending:
                if not data:
                    continue
                framed = chunk(data)
                for start in range(0, len(readers), TURN):
                    for reader in readers[start : start + TURN]:
                        reader.push(data, framed, place)
                    metrics.EVENTS_SENT.inc(len(readers[start : start + TURN]))
                    await asyncio.sleep(0)
        finally:
            self._telling = False

    async def beat(self, seconds: float) -> None:
        """A comment to everybody, again and again, with the place so far: it is found again after a break."""
        while True:
            await asyncio.sleep(seconds)
            readers = [one for each in self._channels.values() for one in each.listening()]
            for start in range(0, len(readers), TURN):
                place = b"" if self._telling or self._epoch is None else b"id: %s\n" % self.cursor.encode()
                data = b":\n" + place + b"\n"
                framed = chunk(data)
                for reader in readers[start : start + TURN]:
                    reader.beat(data, framed)
                await asyncio.sleep(0)

    def _move(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()

    def _remember(self, told: Iterable[Told]) -> None:
        for one in told:
            self._recent.append(one)
            self._recent_bytes += len(one.frame)
        while len(self._recent) > RECENT or self._recent_bytes > RECENT_BYTES:
            self._recent_bytes -= len(self._recent.popleft().frame)

    def _forget(self) -> None:
        self._recent.clear()
        self._recent_bytes = 0


def frame(line: Line, shown: dict[str, Any] | None = None) -> bytes:
    """A line as a server-sent event; `shown` where it is not shown as it is."""
    shown = line.shown if shown is None else shown
    return b"id: %s\nevent: %s\ndata: %s\n\n" % (
        shown["id"].encode(),
        line.change.type.encode(),
        orjson.dumps(shown),
    )


def reset(cursor: str) -> bytes:
    """What a stream says whose cursor is no longer kept: read the feed anew, the log goes on here."""
    return b"id: %s\nevent: reset\ndata: %s\n\n" % (cursor.encode(), orjson.dumps({"next": cursor}))
