"""Our hub (WebSub): asks callbacks whether they meant it, and tells subscribers what is new.

Any worker does; a subscription is served by whoever holds its lease, in a task of its own, so that a slow
callback delays nobody. Each has a place in the change log, which moves after its callback's 2xx: what a
subscriber was not told is in the next edition (`edition`). Bursts are one edition: a subscriber is told at
most once a second.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

from aggregator.config import Config
from aggregator.core import freshness, websub
from aggregator.core.errors import StoreError
from aggregator.core.websub import HUB, Topic
from aggregator.deliver.batch import Batch
from aggregator.deliver.edition import Editions
from aggregator.deliver.line import Line, Said, host_of
from aggregator.deliver.message import Reading
from aggregator.fetch import FetchSettings, MachineTrouble
from aggregator.store import Store
from aggregator.store.hub import Question, Served, Subscriber
from aggregator.tasks import end, nap

log = logging.getLogger("hub")

TIMEOUT: Final = 10.0
"""Seconds that a callback has to answer."""
TURN: Final = 60.0
"""Seconds that a question waits for the turn of its callback's host: nobody is flooded by our asking."""
PATIENCE: Final = 20
"""How often that may come to nothing for one request."""
MARGIN: Final = 10.0
"""Seconds by which a lease outlasts a request."""
APART: Final = 1.0
"""Seconds between two editions to one subscriber, at least."""
LOOK: Final = 1.0
"""Seconds between two looks when nothing happens."""
PACE: Final = 0.05
"""Seconds between two looks when much happens."""
ROOM: Final = 400
"""Subscribers served at the same time."""
QUESTIONS: Final = 50
"""Callbacks asked at the same time."""
UNKNOWN: Final = 3
"""Looks at which a topic is not there, before its subscribers are told: machines may differ for a while."""
RETRY_UNKNOWN: Final = 30.0
"""Seconds between these looks."""
DRAIN: Final = 5.0
"""Seconds that requests in flight have to end after the signal."""
AWAY: Final = 1.0
"""Seconds between two tries while Redis is away."""


class Publisher:
    """One process's part in it. A callback has `timeout` seconds; `ask_host` waits for a host's turn."""

    def __init__(
        self,
        config: Config,
        store: Store,
        *,
        clock: Callable[[], float],
        stop: asyncio.Event,
        ask_host: Callable[[str], Awaitable[None]],
        timeout: float = TIMEOUT,
    ) -> None:
        self.store = store
        self.clock = clock
        self.stop = stop
        self.totals: Counter[str] = Counter()
        url = config.server.public_url
        self._base = url.rstrip("/") if url else None
        self._ask_host = ask_host
        self._line = Line(FetchSettings.of(config.polling), timeout, {})
        self._tasks: set[asyncio.Task[None]] = set()
        self._asking: set[asyncio.Task[None]] = set()
        self._editions: Editions | None = None
        self._served = Batch(store.hub.settle)
        self._last = 0
        self._news = asyncio.Event()
        self.take(config)

    def take(self, config: Config) -> None:
        """Takes up other views and tokens."""
        self._config = config
        self._editions = None
        self._tokens = {token.name: token for token in config.tokens}

    def counters(self) -> dict[str, int]:
        """What was done, as flat counters of the heartbeat."""
        return {f"hub.{name}": count for name, count in self.totals.items()}

    # --- life ---------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Asks and tells until `stop` is set. Redis away is waited out."""
        if self._base is None:
            return
        async with self._line:
            try:
                await asyncio.gather(self._loop(self.ask), self._loop(self.serve), self._loop(self._watch))
            finally:
                if tasks := self._tasks | self._asking:
                    await asyncio.wait(tasks, timeout=DRAIN)
                for task in tasks:
                    await end(task)

    async def _loop(self, work: Callable[[], Awaitable[float]]) -> None:
        while not self.stop.is_set():
            pause = AWAY
            try:
                pause = await work()
            except StoreError as error:
                log.debug("%s The hub waits.", error)
            except Exception:
                log.exception("the hub rests after a fault of the program")
            await nap(self.stop, pause)

    async def _watch(self) -> float:
        """Waits for news."""
        if await self.store.changes.wait(self._last, LOOK):
            self._last = await self.store.changes.newest()
            self._news.set()
            return PACE
        return 0.0

    def _spawn(self, tasks: set[asyncio.Task[None]], work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._guarded(work))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        """One task, whose faults end with it: its lease runs out by itself."""
        try:
            await work
        except (StoreError, MachineTrouble) as error:
            log.warning("a subscriber waits. %s", error)
        except Exception:
            log.exception("a subscriber waits after a fault of the program")

    async def rest(self) -> None:
        """Waits until what was begun is done."""
        while tasks := self._tasks | self._asking:
            await asyncio.wait(tasks)

    # --- asking whether it was meant ----------------------------------------------------------------------

    async def ask(self) -> float:
        """Begins to ask the callbacks that are to be asked now; seconds until the next look."""
        room = QUESTIONS - len(self._asking)
        if room > 0:
            for question in await self.store.hub.questions(room, TURN + self._line.timeout + MARGIN):
                self._spawn(self._asking, self._ask(question))
        return LOOK / 4

    async def _ask(self, question: Question) -> None:
        challenge = secrets.token_urlsafe(32)
        fields = {"hub.mode": question.mode, "hub.topic": question.topic, "hub.challenge": challenge}
        if question.mode == "subscribe":
            fields["hub.lease_seconds"] = f"{question.lease:.0f}"
        said = await self._get(question.callback, fields, len(challenge) + 1)
        if said is None and question.tries < PATIENCE:
            await self.store.hub.answered(question, websub.ASKED[0])
            return
        said = said or Said(None)
        answer: bool | float = said.body == challenge.encode() and said.status in range(200, 300)
        if not answer and (said.status is None or said.status >= 500 or said.status == 429):
            answer = (*websub.ASKED, False)[min(question.tries - 1, len(websub.ASKED))]
        self.totals["confirmed" if answer is True else "unconfirmed"] += 1
        await self.store.hub.answered(question, answer)

    async def _get(self, callback: str, fields: dict[str, str], wanted: int = 0) -> Said | None:
        """What a callback says to a question; None where its host's turn did not come."""
        try:
            async with asyncio.timeout(TURN):
                await self._ask_host(host_of(callback))
        except TimeoutError:
            return None
        return await self._line.ask("GET", websub.question(callback, fields), wanted=wanted)

    # --- telling ------------------------------------------------------------------------------------------

    async def serve(self) -> float:
        """Begins to serve the subscriptions behind which something happened; seconds until the next look."""
        room = ROOM - len(self._tasks)
        if room <= 0:
            return PACE
        self._news.clear()
        due = await self.store.hub.claim(room, self._line.timeout + MARGIN)
        if due.over:
            self.totals["over"] += due.over
        editions = self._edition_of(due.epoch, due.last)
        for one in due.subscribers:
            self._spawn(self._tasks, self._serve(one, editions))
        if due.subscribers:
            return 0.0 if len(due.subscribers) == room else PACE
        with contextlib.suppress(TimeoutError):
            pause = LOOK if due.rest is None else min(max(due.rest, PACE), LOOK)
            await asyncio.wait_for(self._news.wait(), pause)
        return 0.0

    def _edition_of(self, epoch: str, last: int) -> Editions:
        """What is read and rendered as of this change, for all subscribers."""
        editions = self._editions
        if editions is None or editions.reading.as_of != (epoch, last, True) or editions.is_full:
            reading = Reading(self.store, epoch, last, texts=True)
            editions = self._editions = Editions(self._config, self._base or "", reading)
        return editions

    async def _serve(self, one: Subscriber, editions: Editions) -> None:
        topic = websub.topic(self._base or "", one.topic)
        why = _refusal(topic, editions) or self._without_right(one, topic)
        if why or topic is None:
            await self._deny(one, why)
            return
        edition = await editions.after(topic, one.position)
        if edition.body is None:
            position = max(edition.position, one.position)
            await self._served.put(Served(one, position, rest=0.0 if position > one.position else APART))
            return
        said = await self._line.ask(
            "POST", one.callback, body=edition.body, headers=self._headers(one, topic, edition.body)
        )
        await self._served.put(self._judged(one, said, edition.position))

    def _without_right(self, one: Subscriber, topic: Topic | None) -> str:
        """Why a subscriber may not be told of this any more; empty where it may."""
        if not self._tokens:
            return ""
        token = self._tokens.get(one.token)
        if token is None:
            return "the token of this subscription is not valid any more"
        is_readable = not token.views or (topic is not None and topic.view in token.views)
        return "" if is_readable else "the token of this subscription is for other views"

    def _headers(self, one: Subscriber, topic: Topic, body: bytes) -> dict[str, str]:
        headers = {
            "Content-Type": websub.TYPES[topic.suffix],
            "Link": websub.link(f"{self._base}{HUB}", one.topic),
        }
        if one.secret:
            headers["X-Hub-Signature"] = websub.signature(one.secret.encode(), body)
        return headers

    def _judged(self, one: Subscriber, said: Said, position: int) -> Served:
        """What follows from an answer."""
        status = said.status or 0
        if 200 <= status < 300:
            self.totals["delivered"] += 1
            return Served(one, position, rest=APART, delivered=1)
        if status == 410:
            self.totals["gone"] += 1
            return Served(one, None)
        self.totals["failed"] += 1
        sent = said.headers
        wait = freshness.retry_after(sent.get("Retry-After"), sent=sent.get("Date"), now=self.clock())
        rest = websub.RETRIES[min(one.tries, len(websub.RETRIES) - 1)]
        error = said.error or f"{host_of(one.callback)} answered {status}."
        return Served(one, one.position, rest=max(rest, wait or 0.0), tries=one.tries + 1, error=error)

    async def _deny(self, one: Subscriber, why: str) -> None:
        """Tells a subscriber that it is told no more (5.2), once that has been so for a while."""
        if one.tries < UNKNOWN:
            served = Served(one, one.position, rest=RETRY_UNKNOWN, tries=one.tries + 1, error=why)
            await self._served.put(served)
            return
        self.totals["denied"] += 1
        await self._served.put(Served(one, None))
        fields = {"hub.mode": "denied", "hub.topic": one.topic, "hub.reason": why}
        await self._get(one.callback, fields)


def _refusal(topic: Topic | None, editions: Editions) -> str:
    if topic is None:
        return "this is no address of a feed here any more"
    return "" if editions.knows(topic) else "there is no such view any more"
