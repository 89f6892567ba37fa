"""What a poll does at hosts other than the one that it was claimed at, by the manners that all workers share.

The claim of a poll pays for one request to the host of the configured address. Every other one, a redirect's
next step, a learnt address, an older page, takes a turn of the host that it goes to, and a place in flight
where that is another host (`store.guests`). A short wait is waited for; where it would be a long one, or
where many of this process wait already, the poll is put back: `HostRests`, which is no failure.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Container
from typing import Final

from aggregator.core.errors import HostRests
from aggregator.core.model import Claim, Source
from aggregator.core.urls import host as host_of
from aggregator.core.urls import paced
from aggregator.store.guests import Guests

LINE: Final = 3
"""Polls of one process that wait for a turn of the same host: more would only fill its room."""


class Visits:
    """The visits of a process. `named` are the hosts that have a rule of their own."""

    def __init__(
        self,
        guests: Guests,
        named: Container[str] = (),
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.guests = guests
        self.sleep = sleep
        self.waiting: Counter[str] = Counter()
        self._named = named

    def of(self, claim: Claim, source: Source) -> Visit:
        """The visits of one poll, none yet."""
        return Visit(self, claim, source)

    def name(self, host: str) -> str:
        """What a host is paced under."""
        return paced(host, self._named)


class Visit:
    """Where a poll stands. `token` says where it is a guest, `host` who that is; None at home.

    `led` is whether an answer led it on: a request was spent already.
    """

    def __init__(self, visits: Visits, claim: Claim, source: Source) -> None:
        self.token: str | None = None
        self.host = ""
        self.led = False
        self._visits = visits
        self._claim = claim
        self._source = source
        self._at: str | None = None  # what the host where it stands is paced under, None before the first
        self._count = 0

    async def begin(self, host: str, patience: float) -> None:
        """Before the first request, where that goes to another address than the configured one.

        Waits for up to `patience` seconds. Raises HostRests, StoreAway.
        """
        name = self._visits.name(host)
        if name != self._home():
            await self._enter(name, host, patience)

    async def turn(self, host: str, patience: float) -> None:
        """Before each other request. Waits for up to `patience` seconds. Raises HostRests, StoreAway."""
        self.led = True
        name = self._visits.name(host)
        if name == (self._at or self._home()):
            await self._again(name, host, patience)
            return
        await self.leave()
        if name == self._home():
            self._at = name
            await self._again(name, host, patience)
        else:
            await self._enter(name, host, patience)

    async def leave(self) -> None:
        """Leaves the host where it is a guest, with nothing said of it. Raises StoreAway."""
        token, self.token, self.host = self.token, None, ""
        if token is not None:
            await self._visits.guests.leave(token)

    def _home(self) -> str:
        return self._visits.name(host_of(self._source.url))

    async def _enter(self, name: str, host: str, patience: float) -> None:
        guests, waiting = self._visits.guests, self._visits.waiting
        self._count += 1
        guest = f"{self._source.id}.{self._claim.token.partition('|')[0]}.{self._count}"
        patience = 0.0 if waiting[name] >= LINE else patience
        waiting[name] += 1
        try:
            while True:
                entry, token = await guests.enter(
                    name, self._source.id, guest, self._claim.until, max(patience, 0.0)
                )
                if entry.is_in:
                    self._at, self.host, self.token = name, host, token
                    return
                if entry.back is not None:
                    raise HostRests(host, entry.back)
                await self._visits.sleep(entry.seconds)
                patience -= entry.seconds
        finally:
            waiting[name] -= 1
            if not waiting[name]:
                del waiting[name]

    async def _again(self, name: str, host: str, patience: float) -> None:
        while True:
            entry = await self._visits.guests.again(
                name, self._source.id, self._claim.until, max(patience, 0.0)
            )
            if entry.back is not None:
                raise HostRests(host, entry.back)
            if entry.seconds:
                await self._visits.sleep(entry.seconds)
                patience -= entry.seconds
            if entry.is_in:
                return
