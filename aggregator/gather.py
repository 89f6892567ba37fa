"""The first half of the walk, for a batch of sources; the only file that knows its order.

    claim → fetch → parse → recognise → fingerprint → hand in → settle

The rule of this file: **a source's validators, body hash and table move only after its entries are in the
inbox.** Whatever dies between two of these steps, the next poll hands in what was missing; the grouper drops
what it knows already. So every step may be repeated, and none may be skipped.

`Gather.poll` does what one source needs by itself (fetch, parse); `Gather.finish` does the rest for many
sources at once, since every step of it is a request to Redis.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from aggregator.core import parse, schedule
from aggregator.core.errors import Kind, ParseError
from aggregator.core.fingerprint import fingerprint
from aggregator.core.learnt import Learnt
from aggregator.core.model import (
    Arrival,
    Claim,
    Entry,
    Failure,
    Feed,
    Response,
    Settlement,
    Source,
    content_hash,
    entry_id,
)
from aggregator.fetch import Fetcher
from aggregator.pool import Pool, PoolDied, PoolTimeout
from aggregator.store import Store

BACKFILL_AGE = 86_400.0
"""In a source's first poll, entries older than this (seconds) are backfill: not news, not pushed."""

LIBERAL_SECONDS = 5.0
"""How long the liberal parser may take over one document; it is killed then."""

TABLE_VERSION = b"\x01"


@dataclass(frozen=True, slots=True)
class Polled:
    """What one poll brought: a feed (`feed`), nothing new (`feed` None), or a failure (`outcome`)."""

    claim: Claim
    source: Source
    outcome: Response | Failure
    feed: Feed | None = None
    body_hash: bytes = b""
    at: float = 0.0
    suspect: bool = False

    @property
    def first(self) -> bool:
        """Is this the first poll of its source that brought a feed?"""
        return self.claim.state.last_success is None


@dataclass(slots=True)
class Gathered:
    """What a batch came to: for reports, counters and tables."""

    outcomes: Counter[str] = field(default_factory=Counter)
    """How many polls ended as `new`, `unchanged`, or with which kind of failure."""
    new: dict[str, int] = field(default_factory=dict)
    """Source id → entries handed in."""
    failures: dict[str, Failure] = field(default_factory=dict)
    entries: int = 0
    revised: int = 0
    dropped: int = 0
    liberal: int = 0
    lost: int = 0
    """Settlements that were refused because the lease was over: another worker polls that source."""


@dataclass(slots=True)
class Prepared:
    """A batch of polls, ready to be handed in and settled."""

    arrivals: list[Arrival] = field(default_factory=list)
    settlements: list[Settlement] = field(default_factory=list)
    gathered: Gathered = field(default_factory=Gathered)


class Gather:
    """The parts that gathering needs, joined once."""

    def __init__(
        self,
        *,
        sources: Mapping[str, Source],
        fetcher: Fetcher,
        pool: Pool,
        store: Store,
        rhythm: schedule.Rhythm,
        clock: Callable[[], float],
        jitter: Callable[[], float],
    ) -> None:
        self.sources = sources
        self.fetcher = fetcher
        self.pool = pool
        self.store = store
        self.rhythm = rhythm
        self.clock = clock
        self.jitter = jitter
        self.learnt = Learnt()

    async def poll(self, claim: Claim) -> Polled:
        """One source asked and its document read. Whatever the source does wrong is a Failure."""
        source = self.sources[claim.source]
        suspect = self.store.sources.suspect(claim.state)
        outcome = await self.fetcher.fetch(source, claim.state, unconditional=suspect)
        at = self.clock()
        polled = Polled(claim, source, outcome, at=at, suspect=suspect)
        if isinstance(outcome, Failure) or outcome.body is None:
            return polled
        body_hash = blake2b(outcome.body, digest_size=8).digest()
        if body_hash == claim.state.body_hash and not suspect:
            return Polled(claim, source, outcome, None, body_hash, at, suspect)
        try:
            feed = await self._read(outcome, at)
        except ParseError as error:
            failure = Failure(kind=error.kind, message=str(error), status=outcome.status)
            return Polled(claim, source, failure, at=at, suspect=suspect)
        return Polled(claim, source, outcome, feed, body_hash, at, suspect)

    async def _read(self, response: Response, now: float) -> Feed:
        """The feed in a response: by the fast parser, else by the liberal one in a process of its own."""
        document = parse.document(response.body or b"", response.content_type, response.url)
        try:
            return parse.quick(document, now)
        except parse.NeedsLiberal:
            pass
        try:
            return await self.pool.run(parse.liberal, document, now, seconds=LIBERAL_SECONDS)
        except PoolTimeout:
            raise ParseError(
                Kind.MALFORMED,
                f"Reading the feed took more than {LIBERAL_SECONDS:.0f} seconds, so it was given up.",
            ) from None
        except PoolDied:
            raise ParseError(
                Kind.MALFORMED,
                "Reading the feed needed more memory than one feed may have, so it was given up.",
            ) from None

    async def prepare(self, batch: Sequence[Polled]) -> Prepared:
        """What a batch of polls hands in and settles: recognised against the tables, with fingerprints."""
        prepared = Prepared()
        tables = await self._tables(batch)
        for polled in batch:
            new, table = self._recognise(polled, tables.get(polled.source.id, b""), prepared.gathered)
            prepared.arrivals += new
            prepared.settlements.append(self._settlement(polled, len(new), table))
            if new:
                await asyncio.sleep(0)  # fingerprints are the dear part: others may run in between
        return prepared

    async def deliver(self, prepared: Prepared) -> Gathered:
        """Hands in, then settles. May be repeated as a whole: what was handed in twice is dropped.

        Raises StoreAway, and InboxFull while the grouper is behind: nothing has been settled then.
        """
        if prepared.arrivals:
            await self.store.inbox.hand_in(prepared.arrivals)
            prepared.arrivals = []  # what follows may fail and be repeated: these are safe
        accepted = await self.store.sources.settle(prepared.settlements)
        prepared.gathered.lost = accepted.count(False)
        return prepared.gathered

    async def finish(self, batch: Sequence[Polled]) -> Gathered:
        """`prepare` and `deliver` of a batch of polls."""
        return await self.deliver(await self.prepare(batch))

    async def _tables(self, batch: Sequence[Polled]) -> dict[str, bytes]:
        """The tables of those sources that brought a changed document: no others are read."""
        wanted = [polled.source.id for polled in batch if polled.feed is not None and not polled.suspect]
        return await self.store.sources.tables(wanted) if wanted else {}

    def _recognise(
        self, polled: Polled, table: bytes, gathered: Gathered
    ) -> tuple[list[Arrival], bytes | None]:
        """The new and revised entries of a poll, and the table to remember (None: as it was)."""
        if isinstance(polled.outcome, Failure):
            gathered.outcomes[str(polled.outcome.kind)] += 1
            gathered.failures[polled.source.id] = polled.outcome
            return [], None
        if polled.feed is None:
            gathered.outcomes["unchanged"] += 1
            return [], None
        known = unpack_table(table)
        arrivals: list[Arrival] = []
        remembered: dict[bytes, bytes] = {}
        for entry in reversed(
            polled.feed.entries
        ):  # feeds put the newest first; the inbox keeps time's order
            identity = entry_id(polled.source.id, entry.guid)
            key, content = bytes.fromhex(identity[:16]), content_hash(entry)
            if key in remembered:
                continue  # a guid that stands twice: the one nearer the top counts below
            remembered[key] = content
            before = known.get(key)
            if before != content:
                gathered.revised += before is not None
                arrivals.append(self._arrival(polled, entry, identity, content))
        gathered.outcomes["new" if arrivals else "unchanged"] += 1
        gathered.entries += len(arrivals)
        gathered.new[polled.source.id] = len(arrivals)
        gathered.dropped += polled.feed.dropped
        gathered.liberal += polled.feed.liberal
        return arrivals, pack_table(remembered)

    def _arrival(self, polled: Polled, entry: Entry, identity: str, content: bytes) -> Arrival:
        source = polled.source
        old = entry.published is not None and entry.published < polled.at - BACKFILL_AGE
        return Arrival(
            id=identity,
            source=source.id,
            outlet=source.outlet,
            entry=entry,
            content_hash=content,
            fingerprint=fingerprint(entry, source, self.learnt),
            seen=polled.at,
            categories=source.categories,
            priority=source.priority,
            backfill=polled.first and old,
        )

    def _settlement(self, polled: Polled, new: int, table: bytes | None) -> Settlement:
        following = schedule.after(
            polled.source,
            polled.claim.state,
            polled.outcome,
            feed=polled.feed,
            new=new,
            body_hash=polled.body_hash or None,
            rhythm=self.rhythm,
            now=polled.at,
            jitter=self.jitter(),
        )
        return Settlement(
            claim=polled.claim,
            state=following.state,
            due=following.due,
            table=table,
            pause_host_until=following.pause_host_until,
        )


def pack_table(table: Mapping[bytes, bytes]) -> bytes:
    """A table as it is stored: a version byte, then 8 bytes of guid hash and 8 of content hash an entry."""
    return TABLE_VERSION + b"".join(key + value for key, value in table.items())


def unpack_table(packed: bytes) -> dict[bytes, bytes]:
    """The table that `pack_table` packed; empty where it is of another version, so all is handed in again."""
    if packed[:1] != TABLE_VERSION:
        return {}
    return {packed[i : i + 8]: packed[i + 8 : i + 16] for i in range(1, len(packed), 16)}
