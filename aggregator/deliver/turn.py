"""A turn: one webhook is served while its lease is ours, one message after the other.

It ends when its hook has had everything, when a try failed (the queue rests until the next one is due, in
whichever process), or after `TURN` seconds, so that stories are read anew. No request begins unless the lease
outlasts it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from aggregator.config.model import Webhook
from aggregator.config.where import filter_of
from aggregator.core.errors import LeaseLost, StoreAway, StoreError
from aggregator.core.feed import Filter, Test, matcher
from aggregator.core.hook import RETRIES, Letter, Next, Reply, Tries, judge
from aggregator.core.model import Change
from aggregator.deliver.ledger import Standing
from aggregator.deliver.message import Message, Reading
from aggregator.deliver.post import Post
from aggregator.fetch import MachineTrouble
from aggregator.store import HookClaim

log = logging.getLogger("hooks")

TURN: Final = 5.0
"""Seconds that a turn lasts at the most, but for its last request."""
TROUBLE: Final = 60.0
"""Seconds that a hook rests after a fault of this program."""


@dataclass(slots=True)
class Hook:
    """A configured hook, ready for use."""

    webhook: Webhook
    matches: Test | None  # None: it is told of everything

    @classmethod
    def of(cls, webhook: Webhook) -> Hook:
        """The hook as configured."""
        wanted = filter_of(webhook.where)
        return cls(webhook, None if wanted == Filter() else matcher((wanted,), withdrawn=True))


@dataclass(slots=True)
class Parts:
    """What all turns of a process share."""

    clock: Callable[[], float]
    stop: asyncio.Event
    post: Post
    totals: Counter[str]


class Turn:
    """One hook, while its lease is ours."""

    def __init__(
        self, parts: Parts, hook: Hook, claim: HookClaim, reading: Reading, standing: Standing
    ) -> None:
        self._parts = parts
        self._hook = hook
        self._claim = claim
        self._reading = reading
        self._standing = standing
        self._tries = claim.tries
        self._ends = parts.clock() + TURN
        self._rest: dict[str, Any] = {}  # how the queue rests when the turn is over, if it does

    async def run(self) -> None:
        """Delivers until there is no more, or a try failed, or time is up; then gives the lease up."""
        name = self._claim.hook
        try:
            await self._serve()
        except MachineTrouble as error:
            log.warning("%s No webhook is blamed for it.", error)
            self._rest = {"delay": RETRIES[0]}
        except (StoreAway, LeaseLost) as error:
            log.warning("webhook %s waits: %s", name, error)
        except Exception:
            log.exception("webhook %s rests after a fault of the program", name)
            self._rest = {"delay": TROUBLE}
        finally:
            await self._end()

    async def _end(self) -> None:
        tries = self._tries if self._tries.message else None
        try:
            await self._standing.close(tries=tries, **self._rest)
        except StoreError as error:
            log.warning("webhook %s: %s What it was told last will be told again.", self._claim.hook, error)

    async def _serve(self) -> None:
        if not self._was_tried_in_the_log():
            letters = self._claim.again
            await self._reading.read([letter.change for _, letter in letters])
            for id_, letter in letters:
                if not await self._deliver(Message(letter.message, letter.change, id_)):
                    return
        standing = self._standing
        for change in await self._reading.after(standing.position):
            if not self._is_told_of(change):
                self._pass_over(change)
            elif not await self._deliver(Message(self._id(change), change)):
                return

    def _was_tried_in_the_log(self) -> bool:
        """Is the message that was tried last one of the log? Then it goes before letters."""
        tried, letters = self._tries.message, self._claim.again
        return bool(tried) and not (letters and letters[0][1].message == tried)

    def _is_told_of(self, change: Change) -> bool:
        """Backfill is pushed to nobody: a source that is added floods no subscriber."""
        matches = self._hook.matches
        return not change.backfill and (matches is None or self._reading.is_for(change, matches))

    def _pass_over(self, change: Change) -> None:
        standing = self._standing
        standing.skipped += max(0, change.number - standing.position - 1)
        standing.position = change.number

    def _id(self, change: Change) -> str:
        """The change's cursor: that of the first try, though the store lives another life since."""
        tried = self._tries.message
        if tried.rpartition("-")[2] == str(change.number):
            return tried
        return f"{self._reading.epoch}-{change.number}"

    async def _deliver(self, message: Message) -> bool:
        """Tries a message; whether the queue goes on."""
        parts = self._parts
        if parts.stop.is_set() or parts.clock() > self._ends:
            return False
        await self._standing.hold(parts.post.timeout)
        hook = self._hook.webhook
        reply = await parts.post.send(hook.url, hook.secret, message.id, self._reading.body(message))
        step = judge(self._tries, message.id, reply, parts.clock())
        parts.totals[_COUNTED[step.act]] += 1
        self._tries = step.tries if step.act == "again" else Tries()
        if step.act in {"done", "dead"}:
            await self._go_on(message, reply, step)
            return True
        self._rest = {"error": reply.error} | ({"off": True} if step.act == "off" else {"delay": step.delay})
        log.log(*_told(hook.id, reply, step))
        return False

    async def _go_on(self, message: Message, reply: Reply, step: Next) -> None:
        """The message is done with: delivered, or a dead letter."""
        standing = self._standing
        if not message.letter:
            standing.skipped += max(0, message.change.number - standing.position - 1)
        dead = None if step.act == "done" else _letter(message, reply, step.tries, self._parts.clock())
        if dead is None and not message.letter:
            standing.delivered(message.change.number)
            return
        if not message.letter:
            standing.position = message.change.number
        if dead is not None:
            log.warning("webhook %s: gave up on %s. %s", self._claim.hook, message.id, reply.error)
        done = {"delivered": 1} if dead is None else {"dead": dead, "error": reply.error}
        await standing.write(letter=message.letter, **done)


_COUNTED = {"done": "delivered", "again": "failed", "dead": "dead", "off": "off"}


def _letter(message: Message, reply: Reply, tries: Tries, now: float) -> Letter:
    return Letter(
        message.id, message.change, tries.count, tries.since, now, status=reply.status, error=reply.error
    )


def _told(hook: str, reply: Reply, step: Next) -> tuple[int, str]:
    """What is logged of a failed try: the first and the last are worth a warning."""
    if step.act == "off":
        return logging.WARNING, f"webhook {hook} is switched off. {reply.error}"
    level = logging.WARNING if step.tries.count == 1 else logging.INFO
    return (
        level,
        f"webhook {hook}: try {step.tries.count} failed, the next in {step.delay:.0f} s. {reply.error}",
    )
