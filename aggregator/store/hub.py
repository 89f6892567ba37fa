"""Our own hub (WebSub): who subscribed to which feed, whose callbacks are to be asked, where each stands.

A subscription is a topic and a callback; its id is a hash of both. Its place is a number of the change log,
as a webhook's. Leases of serving it are one process's: whoever lost one writes nothing any more. Callbacks
and the secrets that subscribers gave are stored; nothing of it is configured.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

from aggregator.core.model import Record
from aggregator.store import keys
from aggregator.store.link import Argument
from aggregator.store.room import Room

MOST: Final = 10_000  # subscriptions, and requests for them, of all
MOST_OF_CLIENT: Final = 100  # that one client asked for


class Asked(Record, frozen=True):
    """A request to subscribe or unsubscribe. `token` is the name of the token that it came with, or ""."""

    mode: str
    callback: str
    topic: str
    lease: float
    secret: str = ""
    token: str = ""
    client: str = ""

    @property
    def id(self) -> str:
        """Topic and callback, in 32 hex digits."""
        return blake2b(f"{self.topic}\0{self.callback}".encode(), digest_size=16).hexdigest()

    def __repr__(self) -> str:
        """Without secret and callback."""
        return f"Asked({self.mode!r}, {self.topic!r})"


class Question(Record, frozen=True):
    """A callback that is to be asked whether it was meant. `tries` counts this one."""

    id: str
    mode: str
    callback: str
    topic: str
    lease: float
    tries: int
    holder: str


class Subscriber(Record, frozen=True):
    """The right to serve a subscription, at whose `position` it stands."""

    id: str
    callback: str
    topic: str
    secret: str
    token: str
    position: int
    tries: int
    holder: str

    def __repr__(self) -> str:
        """Without secret and callback."""
        return f"Subscriber({self.id!r}, {self.topic!r})"


class Due(Record, frozen=True):
    """What a look brought. `rest` is in how many seconds the next one may be served; `over`: leases ended."""

    subscribers: tuple[Subscriber, ...]
    last: int
    epoch: str
    rest: float | None
    over: int


class Served(Record, frozen=True):
    """What came of serving one: where it stands now (None: it is dropped) and how long it rests."""

    subscriber: Subscriber
    position: int | None
    rest: float = 0.0
    tries: int = 0
    delivered: int = 0
    error: str = ""


class Hub(Room):
    """Subscriptions to our feeds."""

    async def ask(self, asked: Asked) -> bool | None:
        """Takes a request; False where the hub is full, None where this client has enough."""
        words = (
            asked.id,
            asked.client,
            MOST,
            MOST_OF_CLIENT,
            asked.mode,
            asked.callback,
            asked.topic,
            repr(float(asked.lease)),
            asked.secret,
            asked.token,
        )
        answer = int(await self._link.run("hub_ask", keys.STORE, self._now(), *words))
        return None if answer < 0 else bool(answer)

    async def questions(self, most: int, lease: float) -> list[Question]:
        """At most so many callbacks that are to be asked now, for this process alone."""
        holder = secrets.token_hex(8)
        found = await self._link.run("hub_asks", keys.STORE, self._now(), repr(lease), most, holder)
        questions = []
        for *words, lease_, tries in found:
            id_, mode, callback, topic = (word.decode() for word in words)
            questions.append(Question(id_, mode, callback, topic, float(lease_), int(tries), holder))
        return questions

    async def answered(self, question: Question, answer: bool | float) -> bool:
        """The callback said yes or no, or is asked again after so many seconds. False: not ours any more."""
        word = {True: "yes", False: "no"}[answer] if isinstance(answer, bool) else repr(answer)
        words = (question.id, question.holder, word)
        return bool(await self._link.run("hub_answer", keys.STORE, self._now(), *words))

    async def claim(self, most: int, lease: float) -> Due:
        """Leases at most so many subscriptions behind which something happened."""
        holder = secrets.token_hex(8)
        words = (repr(float(lease)), most, holder)
        last, epoch, rest, over, found = await self._link.run("hub_claim", keys.STORE, self._now(), *words)
        if epoch:
            self._store.epoch = epoch.decode()
        subscribers = []
        for *texts, position, tries in found:
            id_, callback, topic, secret, token = (text.decode() for text in texts)
            one = Subscriber(id_, callback, topic, secret, token, int(position), int(tries), holder)
            subscribers.append(one)
        return Due(tuple(subscribers), int(last), self._store.epoch, float(rest) if rest else None, int(over))

    async def settle(self, served: Sequence[Served]) -> list[bool]:
        """Writes what was done, of each whole or not at all; False where the lease was lost."""
        words: list[Argument] = [self._now()]
        for each in served:
            words += (
                each.subscriber.id,
                each.subscriber.holder,
                "" if each.position is None else each.position,
                repr(float(each.rest)),
                each.tries,
                each.delivered,
                each.error,
            )
        return [bool(answer) for answer in await self._link.run("hub_settle", keys.STORE, *words)]

    async def count(self) -> int:
        """How many subscriptions there are."""
        return int(await self._link.command("ZCARD", keys.HUB_UNTIL))

    async def until(self, topic: str, callback: str) -> float | None:
        """When a subscription ends; None where there is none."""
        score = await self._link.command("ZSCORE", keys.HUB_UNTIL, Asked("", callback, topic, 0.0).id)
        return None if score is None else float(score)
