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
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import repeat
from typing import Literal

import msgspec

from aggregator import reader, robots, settling
from aggregator.core import parse, schedule, table, waits, websub
from aggregator.core.errors import HostRests, Kind, ParseError, StoreAway
from aggregator.core.matching.fingerprint import fingerprint
from aggregator.core.matching.learnt import Learnt
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
from aggregator.core.table import Table
from aggregator.core.websub import Offer
from aggregator.fetch import Fetcher
from aggregator.fetch.failure import of_page
from aggregator.polled import NOTHING_SEEN, Polled, Pushed
from aggregator.pool import Pool
from aggregator.robots import Robots
from aggregator.store import Store
from aggregator.tables import Tables
from aggregator.visits import Visit, Visits

BACKFILL_AGE = 86_400.0
"""In a source's first poll, entries older than this (seconds) are backfill: not news, not pushed."""

PUT_BACK = 60.0
"""Seconds that a poll is put back for where its host could not even say for how long."""

_NO_POLL = {"rules": "robots_read", "rests": "put_back"}  # what a turn brought that was no poll


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
    waits: dict[str, float] = field(default_factory=dict)
    """How long new entries waited, see `core.waits`."""
    lost: int = 0
    """Settlements that were refused because the lease was over: another worker polls that source."""


@dataclass(slots=True)
class Prepared:
    """A batch of polls, ready to be handed in and settled."""

    arrivals: list[Arrival] = field(default_factory=list)
    settlements: list[Settlement] = field(default_factory=list)
    offers: list[tuple[Source, Offer]] = field(default_factory=list)  # of hubs, where they changed
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
        callbacks: str | None = None,
        visits: Visits | None = None,
    ) -> None:
        """`callbacks` is what addresses that hubs can reach begin with; None: no hub is asked.

        `visits` are by the default's rules for hosts, unless they are given.
        """
        self.sources = sources
        self.callbacks = callbacks
        self.fetcher = fetcher
        self.pool = pool
        self.store = store
        self.rhythm = rhythm
        self.clock = clock
        self.jitter = jitter
        self.learnt = Learnt()
        self._tables = Tables(store)
        self._robots = Robots(fetcher, store, clock)
        self._visits = visits or Visits(store.guests)

    async def poll(self, claim: Claim) -> Polled:
        """One source asked and its document read. Whatever the source does wrong is a Failure."""
        source = self.sources[claim.source]
        visit = self._visits.of(claim, source)
        try:
            polled = await self._asked(claim, source, visit)
        except HostRests as rests:
            return self._put_back(claim, source, rests, asked=visit.led)
        except Exception:
            with suppress(StoreAway):
                await visit.leave()
            raise
        return polled if visit.token is None else replace(polled, host=visit.host, guest=visit.token)

    def _put_back(self, claim: Claim, source: Source, rests: HostRests, *, asked: bool) -> Polled:
        at = self.clock()
        outcome = Failure(Kind.RATE_LIMITED, str(rests))  # says nothing of the source, and is stored nowhere
        back = at + PUT_BACK if rests.back is None else rests.back
        return Polled(claim, source, outcome, at=at, what="rests", host=rests.host, back=back, asked=asked)

    async def _asked(self, claim: Claim, source: Source, visit: Visit) -> Polled:
        if source.robots and (forbidden := await self._forbidden(claim, source, visit)) is not None:
            return forbidden
        suspect = self.store.sources.suspect(claim.state)
        page = None if suspect or not source.archives else claim.state.archive
        outcome = await self.fetcher.fetch(
            source, claim.state, unconditional=suspect, page=page, manners=visit
        )
        at = self.clock()
        what: Literal["feed", "page"] = "feed" if page is None else "page"
        if isinstance(outcome, Failure) or outcome.body is None:
            return Polled(claim, source, outcome, at=at, what=what)
        body_hash = blake2b(outcome.body, digest_size=8).digest()
        if body_hash == claim.state.body_hash and not suspect:
            return Polled(claim, source, outcome, None, body_hash, at, what=what)
        seen = NOTHING_SEEN if suspect else await self._tables.of(source.id)
        polled = Polled(claim, source, outcome, None, body_hash, at, seen, what=what)
        return await self._parsed(polled, outcome, outcome.body)

    async def pushed(self, claim: Claim, pushed: Pushed) -> Polled:
        """What a hub sent of a source, read as the answer to a poll would be. See `deliver.subscriber`."""
        source, parcel = self.sources[claim.source], pushed.parcel
        url = schedule.address(source, claim.state)
        outcome = Response(200, url, parcel.body, parcel.content_type)
        table = NOTHING_SEEN if parcel.over else await self._tables.of(source.id)
        polled = Polled(claim, source, outcome, at=self.clock(), table=table, what="push", pushed=pushed)
        return polled if parcel.over else await self._parsed(polled, outcome, parcel.body)

    async def _parsed(self, polled: Polled, outcome: Response, body: bytes) -> Polled:
        """What came, with the feed that the body is; with a Failure where it is none."""
        try:
            document = parse.document(body, outcome.content_type, outcome.url)
            feed, kept, marks = await self._read(document, polled.table, polled.at)
        except ParseError as error:
            failure = of_page(outcome.url, body) if error.kind is Kind.NOT_A_FEED else None
            failure = failure or Failure(kind=error.kind, message=str(error), status=outcome.status)
            return replace(polled, outcome=msgspec.structs.replace(failure, fresh=outcome.max_age))
        return replace(polled, feed=feed, kept=kept, marks=marks)

    async def _forbidden(self, claim: Claim, source: Source, visit: Visit) -> Polled | None:
        """The end of a poll where robots.txt had to be asked for, or forbids it; None where it does not."""
        rules = await self._robots.known(source)
        if rules is None:
            answer = await self._robots.ask(source, visit)
            outcome = robots.refusal(source, answer)  # says nothing of the source, and is stored nowhere
            return Polled(claim, source, outcome, at=self.clock(), what="rules")
        page = claim.state.archive if source.archives else None
        if rules.allows(page or schedule.address(source, claim.state)):
            return None
        what: Literal["feed", "page"] = "feed" if page is None else "page"
        return Polled(claim, source, robots.refusal(source, rules), at=self.clock(), what=what)

    async def _read(
        self, document: parse.Document, seen: Table, now: float
    ) -> tuple[Feed, Sequence[bytes], Sequence[bytes]]:
        """The feed in a document without the entries whose bytes were seen; their rows; the others' marks.

        By the fast parser; what is not well-formed, or large, in a process of its own (`reader`).
        """
        pieces = None if len(document.data) > reader.LARGE else parse.pieces(document)
        if pieces is None:
            return await reader.read(self.pool, document, now), (), ()
        unseen = seen.unseen(pieces.marks)
        whole = len(unseen) == len(pieces.marks)
        try:
            feed = reader.quick(document if whole else parse.only(document, pieces, unseen), now)
        except parse.NeedsLiberal:
            return await reader.apart(self.pool, parse.liberal, document, now), (), ()
        marks = [pieces.marks[index] for index in unseen]
        return feed, seen.kept(pieces.marks), marks if len(marks) == len(feed.entries) else ()

    async def prepare(self, batch: Sequence[Polled]) -> Prepared:
        """What a batch of polls hands in and settles: recognised against the tables, with fingerprints."""
        prepared = Prepared()
        for polled in batch:
            new, rows = self._recognise(polled, prepared.gathered)
            prepared.arrivals += new
            settlement = settling.settlement(polled, new, rows, rhythm=self.rhythm, jitter=self.jitter())
            if self.callbacks is not None and (offer := self._offer(polled)) is not None:
                prepared.offers.append((polled.source, offer))
                settlement = settling.noted(settlement, offer, self.callbacks)
            prepared.settlements.append(settlement)
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
        if self.callbacks is not None and prepared.offers:
            await self.store.websub.offer(self.callbacks, prepared.offers)
        await self.store.incidents.note(*settling.turns(prepared.settlements))
        accepted = await self.store.sources.settle(prepared.settlements)
        prepared.gathered.lost = accepted.count(False)
        return prepared.gathered

    async def finish(self, batch: Sequence[Polled]) -> Gathered:
        """`prepare` and `deliver` of a batch of polls."""
        return await self.deliver(await self.prepare(batch))

    def _recognise(self, polled: Polled, gathered: Gathered) -> tuple[list[Arrival], bytes | None]:
        """The new and revised entries of a poll, and the table to remember (None: as it was)."""
        if polled.what in _NO_POLL:
            gathered.outcomes[_NO_POLL[polled.what]] += polled.asked
            return [], None
        if polled.what == "page" and isinstance(polled.outcome, Failure):
            gathered.outcomes["page_failed"] += 1
            return [], None
        if isinstance(polled.outcome, Failure):
            gathered.outcomes[str(polled.outcome.kind)] += 1
            gathered.failures[polled.source.id] = polled.outcome
            return [], None
        if polled.feed is None:
            gathered.outcomes["unchanged"] += 1
            return [], None
        arrivals: list[Arrival] = []
        rows: dict[str, bytes] = {}
        marks = polled.marks or repeat(table.NO_MARK)
        for entry, mark in zip(polled.feed.entries, marks, strict=False):
            identity = entry_id(polled.source.id, entry.guid)
            if identity in rows:
                continue  # a guid that stands twice: the one nearer the top, the newer one, counts
            content = content_hash(entry)
            before = polled.table.content(identity)
            if polled.what == "page" and before is not None:
                continue  # of two documents that hold an entry the newer one is right (RFC 5005, 4)
            rows[identity] = table.row(identity, content, mark)
            if before != content[: table.CONTENT]:
                gathered.revised += before is not None
                arrivals.append(self._arrival(polled, entry, identity, content))
        arrivals.reverse()  # feeds put the newest first; the inbox keeps the order in which things happened
        if not polled.first:
            for arrival in arrivals:
                if polled.table.content(arrival.id) is None:
                    waits.note(
                        gathered.waits, "gap", polled.at - (polled.claim.state.last_success or polled.at)
                    )
        gathered.outcomes["new" if arrivals else "unchanged"] += 1
        gathered.entries += len(arrivals)
        gathered.new[polled.source.id] = gathered.new.get(polled.source.id, 0) + len(arrivals)
        gathered.dropped += polled.feed.dropped
        gathered.liberal += polled.feed.liberal
        read = (*rows.values(), *polled.kept)
        return arrivals, table.merged(read, polled.table) if polled.adds else table.packed(read)

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

    def _offer(self, polled: Polled) -> Offer | None:
        """The hub that a source names now, where that is another than before; None where it is not."""
        outcome, push = polled.outcome, polled.claim.state.push
        if polled.adds or polled.feed is None or not isinstance(outcome, Response):
            return None
        offer = websub.offer(polled.source, outcome, polled.feed)
        return None if offer.digest(self.callbacks or "") == (push.offer if push else b"") else offer
