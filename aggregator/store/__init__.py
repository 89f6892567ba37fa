"""The store: the only room that speaks Redis.

What it promises: an arrival that was handed in is not lost and is grouped in order; a claim is held by one
worker at a time; a settlement or a commit is written whole or not at all, and never by one whose lease was
taken over; what is read was written by a commit. All errors are `StoreAway` (wait, try again), `StoreError`
(it will not serve us; the sentence says what mends it) and `LeaseLost` (stop).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Final

from aggregator.core.errors import StoreError
from aggregator.store import keys
from aggregator.store.changes import Changes
from aggregator.store.guests import Guests
from aggregator.store.hooks import HookClaim, Hooks, HookSettlement
from aggregator.store.hub import Hub
from aggregator.store.inbox import Inbox, InboxFull
from aggregator.store.incidents import Incidents
from aggregator.store.link import Argument, Link
from aggregator.store.listing import Difference, HostLimits
from aggregator.store.orders import Orders
from aggregator.store.pulse import Pulse
from aggregator.store.review import Look, Review
from aggregator.store.server import Server
from aggregator.store.sources import Sources
from aggregator.store.stories import Commit, StoredStory, Stories, StoryWrites
from aggregator.store.websub import Websub
from aggregator.store.workers import Workers

__all__ = [
    "Commit",
    "Difference",
    "HookClaim",
    "HookSettlement",
    "HostLimits",
    "InboxFull",
    "Look",
    "Server",
    "Store",
    "StoredStory",
    "StoryWrites",
    "open",
]

OLDEST_SERVER: Final = (7, 0)


class Store:
    """A store at an address; `check` comes first. Its rooms are the attributes below.

    `epoch` names this life of the store: change-log cursors carry it. `epochs` are earlier ones and when they
    ended.
    """

    def __init__(self, url: str, shards: int, clock: Callable[[], float] | None) -> None:
        self._wanted = shards
        self._clock = clock
        self.url = url
        self._link = Link(url)
        self._run: tuple[str, bool] | None = None
        self._pulse = Pulse(self._link.ping)
        self.shards = 0
        self.epoch = ""
        self.epochs: dict[str, float] = {}
        self.sources = Sources(self, self._link, clock)
        self.guests = Guests(self, self._link, clock)
        self.incidents = Incidents(self, self._link, clock)
        self.inbox = Inbox(self, self._link, clock)
        self.stories = Stories(self, self._link, clock)
        self.orders = Orders(self, self._link, clock)
        self.changes = Changes(self, self._link, clock)
        self.review = Review(self, self._link, clock)
        self.hooks = Hooks(self, self._link, clock)
        self.websub = Websub(self, self._link, clock)
        self.hub = Hub(self, self._link, clock)
        self.workers = Workers(self, self._link, clock)

    async def __aenter__(self) -> Store:
        await self.check()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connections."""
        await self._link.close()

    def answering(self, seconds: float) -> AbstractAsyncContextManager[None]:
        """As `asyncio.timeout(seconds)`, but over after two if the server is not merely slow: see `pulse`."""
        return self._pulse.answering(seconds)

    async def now(self) -> float:
        """The time that leases and schedules use: the server's, or the one that was given."""
        if self._clock:
            return self._clock()
        seconds, micro = await self._link.ask("TIME")
        return int(seconds) + int(micro) / 1e6

    async def check(self) -> list[str]:
        """Whether this Redis will do, and which store it holds; an empty one becomes a store.

        Returns warnings, each one sentence. Raises StoreError with the sentence that mends it where the
        server is too old, may throw keys away, or holds a newer release's store.
        """
        server = await self._link.info("server")
        version = str(server.get("redis_version", "0"))
        if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_SERVER:
            raise StoreError(f"Redis at {self._link.where} is version {version}: 7.0 or newer is needed.")
        policy = str((await self._link.info("memory")).get("maxmemory_policy", "noeviction"))
        if policy != "noeviction":
            raise StoreError(
                f"Redis at {self._link.where} may throw keys away (maxmemory-policy {policy}):"
                " set it to noeviction, with CONFIG SET maxmemory-policy noeviction and in its configuration."
            )
        await self.meet()
        return await self._warnings()

    async def _warnings(self) -> list[str]:
        persistence = await self._link.info("persistence")
        if int(persistence.get("aof_enabled", 0)) or await self._setting("save"):
            return []
        lost = f"Redis at {self._link.where} keeps nothing on disk: a restart loses every story."
        return [f"{lost} Set appendonly yes in its configuration."]

    async def _setting(self, name: str) -> str:
        """A setting of the server; "?" where it does not tell."""
        try:
            answer = await self._link.ask("CONFIG", "GET", name)
        except StoreError:
            return "?"
        return bytes(answer[1]).decode() if len(answer) > 1 else "?"

    async def meet(self, *heartbeat: Argument) -> float | None:
        """Looks which epoch it is, and hands a heartbeat in; seconds since the last one of anybody.

        A server of another run begins a new epoch, unless nothing can have been lost: it writes each command
        to disk before it answers, and is no replica that was promoted.
        """
        run, safe = await self._server_run()
        words = (
            "" if self._clock is None else repr(float(self._clock())),
            keys.SCHEMA,
            self._wanted,
            run,
            int(safe),
        )
        schema, shards, epoch, _, _, since, epochs = await self._link.run(
            "meet", keys.STORE, *words, secrets.token_hex(6), *heartbeat
        )
        if int(schema) > keys.SCHEMA:
            raise StoreError(
                f"The store at {self._link.where} was written by a newer release (schema {int(schema)}, this"
                f" one knows {keys.SCHEMA}): start that release."
            )
        self.shards, self.epoch = int(shards), epoch.decode()
        self.epochs = {name.decode(): float(end) for name, end in zip(epochs[::2], epochs[1::2], strict=True)}
        return float(since) if since else None

    async def _server_run(self) -> tuple[str, bool]:
        """The run id of the server, and whether it can't have lost anything before it."""
        run = str((await self._link.info("server")).get("run_id", ""))
        if self._run is None or self._run[0] != run:
            always = (
                await self._setting("appendfsync") == "always" and await self._setting("appendonly") == "yes"
            )
            promoted = str((await self._link.info("replication")).get("master_replid2", "")).strip("0")
            self._run = run, always and not promoted
        return self._run


def open(  # noqa: A001, it reads as store.open
    url: str, *, shards: int = 16, clock: Callable[[], float] | None = None
) -> Store:
    """A store at an address, not connected yet: `async with store.open(url) as it:` checks and closes it.

    `shards` counts only when a store is made. `clock` stands in for the server's time (tests, replay).
    """
    return Store(url, shards, clock)
