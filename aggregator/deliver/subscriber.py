"""Our side as a subscriber (WebSub): asks hubs to tell us of news, and reads what they send.

Any worker does: a hub is asked by whoever holds that subscription's lease, a parcel read by whoever took it,
one after the other for each source. What came goes the walk of a poll (`gather`), for which its source is
claimed out of turn; where that can't be, the source is made due instead, so that nothing is missed.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final
from urllib.parse import urlencode, urljoin

from aggregator.config import Config
from aggregator.core import freshness, websub
from aggregator.core.errors import StoreAway, StoreError
from aggregator.core.model import Failure
from aggregator.deliver.line import Line, Said, host_of
from aggregator.fetch import FetchSettings, MachineTrouble
from aggregator.fetch.request import authorization
from aggregator.gather import Gather, Gathered, Prepared
from aggregator.polled import Polled, Pushed
from aggregator.store import InboxFull, Store
from aggregator.store.websub import Seized, Waiting, Wish
from aggregator.tasks import end, nap

log = logging.getLogger("websub")

TIMEOUT: Final = 20.0
"""Seconds that a hub has to answer."""
TURN: Final = 60.0
"""Seconds that a request waits for the turn of its hub's host."""
MARGIN: Final = 10.0
"""Seconds by which a lease outlasts a request."""
REDIRECTS: Final = 3
"""Of 307 and 308, which a request follows with all that it says."""
LOOK: Final = 1.0
"""Seconds between two looks for hubs that are to be asked,"""
READ: Final = 0.2
"""and for what came."""
SWEEP: Final = 5.0
"""for sources that are not there any more: the store lets one process look in 20."""
BUSY: Final = 0.5
"""Seconds after which a parcel is read whose source is just being polled."""
ELSEWHERE: Final = 5.0
"""Seconds that a parcel is left to a process that knows its source."""
LEASE: Final = 30.0
"""Seconds that reading a parcel may take."""
ROOM: Final = 50
"""Hubs asked, and parcels read, at the same time."""
DRAIN: Final = 5.0
"""Seconds that what was begun has to end after the signal."""
AWAY: Final = 1.0
"""Seconds between two tries while Redis is away."""


class Subscriber:
    """One process's part in it. `count` is told what a parcel came to; `ask_host` waits for a host's turn."""

    def __init__(
        self,
        config: Config,
        store: Store,
        gather: Gather,
        *,
        stop: asyncio.Event,
        count: Callable[[Gathered], None],
        ask_host: Callable[[str], Awaitable[None]],
        timeout: float = TIMEOUT,
    ) -> None:
        self.store = store
        self.gather = gather
        self.stop = stop
        self.totals: Counter[str] = Counter()
        self._on = base(config) is not None
        self._count = count
        self._ask_host = ask_host
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        self._line = Line(FetchSettings.of(config.polling), timeout, form)
        self._tasks: set[asyncio.Task[None]] = set()

    def counters(self) -> dict[str, int]:
        """What was done, as flat counters of the heartbeat."""
        return {f"websub.{name}": count for name, count in self.totals.items()}

    async def run(self) -> None:
        """Asks and reads until `stop` is set. Redis away is waited out."""
        async with self._line:
            ask, read = (LOOK, READ) if self._on else (SWEEP, SWEEP)
            loops = [self._loop(self.sweep, SWEEP), self._loop(self.read, read), self._loop(self.ask, ask)]
            try:
                await asyncio.gather(*loops)
            finally:
                if tasks := set(self._tasks):
                    await asyncio.wait(tasks, timeout=DRAIN)
                for task in tasks:
                    await end(task)

    async def _loop(self, work: Callable[[], Awaitable[None]], pause: float) -> None:
        while not self.stop.is_set():
            try:
                await work()
            except StoreError as error:
                log.debug("%s WebSub waits.", error)
                await nap(self.stop, AWAY)
            except Exception:
                log.exception("WebSub rests after a fault of the program")
                await nap(self.stop, AWAY)
            await nap(self.stop, pause)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def rest(self) -> None:
        """Waits until what was begun is done."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def sweep(self) -> None:
        """Takes leave of hubs whose source is gone; of all where nothing is subscribed to any more."""
        await self.store.websub.sweep(everything=not self._on)

    # --- asking hubs --------------------------------------------------------------------------------------

    async def ask(self) -> None:
        """Begins to ask the hubs that are to be asked now."""
        room = ROOM - len(self._tasks)
        if room > 0:
            for wish in await self.store.websub.claim(room, TURN + self._line.timeout + MARGIN):
                self._spawn(self._guarded(self._ask(wish), wish.source))

    async def _guarded(self, work: Coroutine[Any, Any, None], source: str) -> None:
        """Some work for a source, whose faults end with it: leases run out by themselves."""
        try:
            await work
        except (StoreError, MachineTrouble) as error:
            log.warning("WebSub for %s waits. %s", source, error)
        except Exception:
            log.exception("WebSub for %s failed by a fault of the program", source)

    async def _ask(self, wish: Wish) -> None:
        leaving = wish.wish == "unsubscribe"
        if leaving and wish.tries > websub.GIVE_UP:
            await self.store.websub.settle(wish, taken=False, pause=None)
            return
        said = await self._request(wish)
        if said is None:  # that is our own manners, and no fault of the hub
            await self.store.websub.settle(wish, taken=False, pause=TURN)
            return
        if said.status is not None and 200 <= said.status < 300:
            self.totals["asked"] += 1
            pause = max(websub.VERIFY, websub.pause(wish.tries))
            await self.store.websub.settle(wish, taken=True, pause=pause)
            return
        self.totals["refused"] += 1
        error = said.error or f"{host_of(wish.hub)} answered {said.status}."
        wait = freshness.retry_after(
            said.headers.get("Retry-After"), sent=said.headers.get("Date"), now=self.gather.clock()
        )
        pause = max(websub.pause(wish.tries), wait or 0.0)
        last = leaving and wish.tries >= websub.GIVE_UP
        log.info("the hub of %s does not %s: %s", wish.source, wish.wish, error)
        await self.store.websub.settle(wish, taken=False, pause=None if last else pause, error=error)

    async def _request(self, wish: Wish) -> Said | None:
        """The answer to a request, redirects followed with all that it says (5.1); None without a turn."""
        fields = {
            "hub.callback": f"{wish.base}/websub/{wish.token}",
            "hub.mode": wish.wish,
            "hub.topic": wish.topic,
            "hub.secret": wish.secret,
            "hub.lease_seconds": f"{websub.LEASE:.0f}",
        }
        body = urlencode(fields).encode()
        url = wish.hub
        for _ in range(REDIRECTS + 1):
            try:
                async with asyncio.timeout(TURN):
                    await self._ask_host(host_of(url))
            except TimeoutError:
                return None
            said = await self._line.ask("POST", url, body=body, headers=self._credentials(wish.source, url))
            if said.status not in {307, 308} or not said.headers.get("Location"):
                return said
            url = urljoin(url, said.headers["Location"])
        return Said(None, f"{host_of(wish.hub)} redirects more than {REDIRECTS} times.")

    def _credentials(self, source: str, url: str) -> dict[str, str]:
        """What a source is asked with, for a hub of its own origin."""
        known = self.gather.sources.get(source)
        if known is None or not websub.is_at_home(known, url):
            return {}
        given = dict(known.headers)
        return given if known.auth is None else {**given, "Authorization": authorization(known.auth)}

    # --- reading ------------------------------------------------------------------------------------------

    async def read(self) -> None:
        """Begins to read what came."""
        room = ROOM - len(self._tasks)
        if room > 0:
            for waiting in await self.store.websub.take(room, LEASE):
                self._spawn(self._guarded(self._read(waiting), waiting.source))

    async def _read(self, waiting: Waiting) -> None:
        rooms = self.store.websub
        if waiting.source not in self.gather.sources:
            await rooms.done(waiting, ELSEWHERE)
            return
        seized = await rooms.seize(waiting.source, LEASE)
        if isinstance(seized, Seized):
            try:
                await self._walk(waiting, seized)
            except StoreError:
                raise
            except Exception:
                log.exception("what a hub sent of %s met a fault of the program", waiting.source)
                await self._poll_instead(seized)
            await rooms.done(waiting)
        else:
            await rooms.done(waiting, BUSY if seized else None)

    async def _walk(self, waiting: Waiting, seized: Seized) -> None:
        """What came, handed in; its source is polled instead where that can't be."""
        state = seized.claim.state
        if state.last_success is None or self.store.sources.suspect(state):
            await self._poll_instead(seized)
            return
        pushed = Pushed(waiting.parcel, host_of(waiting.hub), waiting.until, seized.due)
        polled = await self.gather.pushed(seized.claim, pushed)
        if isinstance(polled.outcome, Failure):
            self.totals["unreadable"] += 1
            log.info("what a hub sent of %s is no feed: it is polled", waiting.source)
            await self._poll_instead(seized)
            return
        gathered = await self._hand_in(polled)
        if gathered is None:
            await self._poll_instead(seized)
            return
        self.totals["over" if waiting.parcel.over else "new" if gathered.entries else "nothing_new"] += 1
        gathered.outcomes.clear()  # no request was made: what is counted there is spent of a budget
        self._count(gathered)

    async def _hand_in(self, polled: Polled) -> Gathered | None:
        """Hands in and settles; repeated while the inbox is full. None where the lease ran out first."""
        prepared: Prepared = await self.gather.prepare([polled])
        while True:
            try:
                return await self.gather.deliver(prepared)
            except (StoreAway, InboxFull):
                if self.gather.clock() > polled.claim.until - 1.0 or self.stop.is_set():
                    return None
                await asyncio.sleep(AWAY / 4)

    async def _poll_instead(self, seized: Seized) -> None:
        """Gives a source back, due as soon as its publisher allows."""
        self.totals["polled_instead"] += 1
        due = max(self.gather.clock(), seized.claim.state.not_before)
        await self.store.websub.let_go(seized, due)


def base(config: Config) -> str | None:
    """What the addresses of our callbacks begin with; None where nothing is subscribed to."""
    url = config.server.public_url
    return url.rstrip("/") if url and config.polling.websub else None
