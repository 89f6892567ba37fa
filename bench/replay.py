"""Months of 23 real feeds through the whole system, under a virtual clock: is anything lost, or there twice?

At every moment at which the archive changed all sources are due: fetched, parsed, recognised, fingerprinted,
handed in, settled, grouped, committed, by the service's own parts on a real Redis. The inbox is recorded, and
grouped once more into another store; both must hold the same bytes.
"""

from __future__ import annotations

import asyncio
import resource
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from aggregator.core import parse
from aggregator.core.errors import ParseError
from aggregator.core.matching.recording import HASHES
from aggregator.core.matching.story import Grouping, Settings
from aggregator.core.model import Arrival, Change, Entry, Source, content_hash, entry_id
from aggregator.core.schedule import Rhythm
from aggregator.fetch import Fetcher, FetchSettings
from aggregator.gather import Gather
from aggregator.group import Grouper
from aggregator.pool import Pool
from aggregator.store import HostLimits, Server, Store, StoredStory
from aggregator.store import open as open_store
from bench.archive import Publisher, Snapshot, Snapshots, unpacked

RETENTION = 7 * 86_400.0
LEASE = 3600.0  # seconds, of the virtual clock
FREE = HostLimits(per_host=1000, per_minute=None, pause_together=False)
DAYS = 30.0  # of the archive that the benchmark replays; `python -m bench.replay 250` takes all


@dataclass
class Clock:
    """A clock that moves when it is told to."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Recorded:
    """What the inbox held at each moment, in order: all that grouping is a function of."""

    moments: list[tuple[float, list[Arrival]]] = field(default_factory=list)

    @property
    def arrivals(self) -> list[Arrival]:
        """Every arrival, in order."""
        return [arrival for _, arrivals in self.moments for arrival in arrivals]


@dataclass
class Outcome:
    """What a replay came to."""

    recorded: Recorded
    served: list[Snapshot]
    stored: Stored
    decisions: Counter[str]
    polls: int = 0
    requests: int = 0
    not_modified: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)


async def replay(snapshots: Snapshots, ticks: Sequence[float], url: str) -> Outcome:
    """The snapshots of those moments through both halves of the walk, on the empty Redis at `url`."""
    clock = Clock(ticks[0])
    recorded, seconds, failures = Recorded(), Counter[str](), Counter[str]()
    polls = 0
    async with (
        Publisher(snapshots, clock) as publisher,
        open_store(url, clock=clock) as store,
        Fetcher(FetchSettings(timeout=30.0, allow=("127.0.0.0/8",))) as fetcher,
    ):
        sources = _sources(publisher)
        await store.sources.take_up(list(sources.values()), {}, RETENTION, default=FREE)
        pool = Pool()
        gather = Gather(
            sources=sources,
            fetcher=fetcher,
            pool=pool,
            store=store,
            rhythm=Rhythm(300.0, 86_400.0, 86_400.0),
            clock=clock,
            jitter=lambda: 0.5,
        )
        grouping = _Grouping(store, clock)
        try:
            for tick in ticks:
                clock.now = tick
                begun = time.perf_counter()
                gathered, asked = await _poll_all(gather, store)
                seconds["gather"] += time.perf_counter() - begun
                polls += asked
                failures.update(str(failure.kind) for failure in gathered.failures.values())
                recorded.moments.append((tick, await grouping.waiting()))
                begun = time.perf_counter()
                await grouping.group()
                seconds["group"] += time.perf_counter() - begun
        finally:
            await pool.close()
        held = await stored(store)
    return Outcome(
        recorded,
        publisher.served,
        held,
        grouping.decisions,
        polls=polls,
        requests=publisher.requests,
        not_modified=publisher.not_modified,
        failures=failures,
        seconds=dict(seconds),
    )


async def regroup(recorded: Recorded, url: str, *, restart: int = 0) -> Stored:
    """The recorded inbox grouped once more, into the empty Redis at `url`.

    With `restart` the grouper is lost and rebuilt from the store at every so many moments.
    """
    clock = Clock()
    async with open_store(url, clock=clock) as store:
        grouping = _Grouping(store, clock)
        for number, (tick, arrivals) in enumerate(recorded.moments):
            clock.now = tick
            if restart and number % restart == 0:
                grouping = _Grouping(store, clock)
            await store.inbox.hand_in(arrivals)
            await grouping.group()
        return await stored(store)


@dataclass
class Stored:
    """What a store holds in the end, and hashes of its bytes.

    `digest` is of everything: stories, copies, texts, verdicts, changes. `plain` leaves the verdicts out:
    they explain a decision, and a grouper that was rebuilt does not have those of its predecessor.
    """

    stories: list[StoredStory]
    digest: str
    plain: str


async def stored(store: Store) -> Stored:
    """Every live story with all that is kept of it, and the whole change log."""
    ids = sorted(id_ for id_, _ in await store.stories.ids_and_placed())
    stories = [story for story in await store.stories.read(ids, texts=True, verdicts=True) if story]
    changes: list[Change] = []
    while more := await store.changes.since(changes[-1].number if changes else 0, 1000):
        changes += more
    plain = [
        replace(story, copies=tuple(replace(copy, verdict=None) for copy in story.copies))
        for story in stories
    ]
    return Stored(stories, _digest(stories, changes), _digest(plain, changes))


def _digest(stories: Sequence[StoredStory], changes: Sequence[Change]) -> str:
    return blake2b(msgspec.msgpack.encode((stories, changes)), digest_size=16).hexdigest()


class _Grouping:
    """The second half of the walk on a store: what a worker does while it holds the grouper's lease."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._grouper: Grouper | None = None
        self.decisions: Counter[str] = Counter()

    async def waiting(self) -> list[Arrival]:
        """What the inbox holds."""
        arrivals: list[Arrival] = []
        after = await self._store.inbox.position()
        while part := await self._store.inbox.take(after, 10_000):
            arrivals += [arrival for _, arrival in part]
            after = part[-1][0]
        return arrivals

    async def group(self) -> None:
        """Groups all that waits, then forgets what is too old."""
        number = await self._store.inbox.lead("replay", LEASE)
        assert number is not None
        if self._grouper is None:
            grouping = Grouping(Settings(retention=RETENTION))
            self._grouper = Grouper(self._store, grouping, number, retention=RETENTION, clock=self._clock)
            await self._grouper.rebuild()
            if self._grouper.fresh:
                self.decisions += (await self._grouper.begin()).decisions
        self._grouper.number = number
        while (grouped := await self._grouper.step()).arrivals:
            self.decisions += grouped.decisions
        await self._grouper.expire()


def _sources(publisher: Publisher) -> dict[str, Source]:
    return {
        outlet: Source(id=outlet, url=f"{publisher.url}/{outlet}.xml", name=outlet, outlet=outlet)
        for outlet in publisher.snapshots.outlets
    }


async def _poll_all(gather: Gather, store: Store) -> tuple[Any, int]:
    await store.sources.all_due()
    claims = []
    while part := await store.sources.claim("replay", 1000, LEASE):
        claims += part
    claims.sort(key=lambda claim: claim.source)
    polled = await asyncio.gather(*(gather.poll(claim) for claim in claims))
    return await gather.finish(polled), len(claims)


# --- what must hold -------------------------------------------------------------------------------------


@dataclass
class Published:
    """What an entry's outlet said of it, over all snapshots that were served."""

    first: Entry
    contents: list[bytes] = field(default_factory=list)  # each text once, in the order of its first sight
    titles: list[str] = field(default_factory=list)  # that belong to them


def published(served: Sequence[Snapshot]) -> dict[str, Published]:
    """Every entry of the served snapshots, read apart from the walk: entry id → what was said of it."""
    found: dict[str, Published] = {}
    for shot in served:
        for entry in _entries(shot):
            said = found.setdefault(entry_id(shot.outlet, entry.guid), Published(entry))
            content = content_hash(entry)
            if content not in said.contents:
                said.contents.append(content)
                said.titles.append(entry.title)
    return found


def _entries(shot: Snapshot) -> list[Entry]:
    try:
        document = parse.document(shot.path.read_bytes(), "application/xml", "http://127.0.0.1/")
        try:
            return list(parse.quick(document, shot.at).entries)
        except parse.NeedsLiberal:
            return list(parse.liberal(document, shot.at).entries)
    except ParseError:
        return []


@dataclass
class Findings:
    """What is wrong, by name; all are empty where the promises hold."""

    lost: list[str] = field(default_factory=list)  # served and never handed in
    forgotten: list[str] = field(default_factory=list)  # handed in, young enough to live, and in no story
    twice: list[str] = field(default_factory=list)  # in two stories, or twice in one
    stale: list[str] = field(default_factory=list)  # a revised title that its story does not show
    entries: int = 0
    revised: int = 0  # entries whose title changed
    kept: int = 0  # of those, the ones that are still in a story


def verify(outcome: Outcome) -> Findings:
    """Whether nothing was lost, nothing is there twice, and revised titles reached their stories."""
    said = published(outcome.served)
    handed = {arrival.id for arrival in outcome.recorded.arrivals}
    copies = {copy.entry: copy for story in outcome.stored.stories for copy in story.copies}
    counted = Counter(copy.entry for story in outcome.stored.stories for copy in story.copies)
    findings = Findings(entries=len(said), lost=sorted(said.keys() - handed))
    findings.twice = [entry for entry, count in counted.items() if count > 1]
    findings.forgotten = _forgotten(outcome, copies.keys())
    for entry, published_ in said.items():
        if len(set(published_.titles)) > 1 and len(published_.contents) <= HASHES:
            findings.revised += 1
            if copy := copies.get(entry):
                findings.kept += 1
                if copy.title != published_.titles[-1]:
                    findings.stale.append(f"{entry}: {copy.title!r} is not {published_.titles[-1]!r}")
    return findings


def _forgotten(outcome: Outcome, held: Any) -> list[str]:
    """Entries that came within the last retention, were no older than it, and are in no story."""
    end = outcome.recorded.moments[-1][0]
    first: dict[str, Arrival] = {}
    for arrival in outcome.recorded.arrivals:
        first.setdefault(arrival.id, arrival)
    return sorted(
        arrival.id
        for arrival in first.values()
        if arrival.seen > end - RETENTION
        and (arrival.entry.published is None or arrival.entry.published >= arrival.seen - RETENTION)
        and arrival.id not in held
    )


def figures(outcome: Outcome, findings: Findings) -> dict[str, Any]:
    """The run in numbers."""
    outlets = [len({copy.outlet for copy in story.copies}) for story in outcome.stored.stories]
    arrivals = len(outcome.recorded.arrivals)
    by_outlet: defaultdict[str, int] = defaultdict(int)
    for shot in outcome.served:
        by_outlet[shot.outlet] += 1
    return {
        "moments": len(outcome.recorded.moments),
        "days": round((outcome.recorded.moments[-1][0] - outcome.recorded.moments[0][0]) / 86_400, 1),
        "outlets": len(by_outlet),
        "polls": outcome.polls,
        "requests": outcome.requests,
        "not_modified": outcome.not_modified,
        "failures": dict(outcome.failures),
        "snapshots": len(outcome.served),
        "entries": findings.entries,
        "arrivals": arrivals,
        "decisions": dict(outcome.decisions),
        "live_stories": len(outcome.stored.stories),
        "live_stories_of_several_outlets": sum(count > 1 for count in outlets),
        "titles_revised": findings.revised,
        "lost": len(findings.lost),
        "forgotten": len(findings.forgotten),
        "twice": len(findings.twice),
        "stale": len(findings.stale),
        "seconds": {name: round(spent, 2) for name, spent in outcome.seconds.items()},
        "gathered_a_second": round(arrivals / outcome.seconds["gather"]),
        "grouped_a_second": round(arrivals / outcome.seconds["group"]),
        "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


async def _run(days: float) -> dict[str, Any]:
    folder = await asyncio.to_thread(unpacked)
    if folder is None:
        return {"skipped": "the archive of feeds is not beside the project (../shared/data/feeds)"}
    snapshots = Snapshots(folder)
    ticks = snapshots.ticks()
    ticks = [tick for tick in ticks if tick <= ticks[0] + days * 86_400]
    again = []
    with tempfile.TemporaryDirectory(prefix="replay-") as scratch:
        async with _server(Path(scratch) / "one") as url:
            outcome = await replay(snapshots, ticks, url)
        for number, restart in enumerate((0, 10)):
            async with _server(Path(scratch) / f"again-{number}") as url:
                again.append(await regroup(outcome.recorded, url, restart=restart))
    return {
        **figures(outcome, verify(outcome)),
        "same_bytes_again": again[0].digest == outcome.stored.digest,
        "same_stories_with_restarts": again[1].plain == outcome.stored.plain,
    }


class _server:  # noqa: N801  # used as a function
    def __init__(self, folder: Path) -> None:
        self._server = Server(folder)

    async def __aenter__(self) -> str:
        return await self._server.start()

    async def __aexit__(self, *_: object) -> None:
        await self._server.stop()


def run(days: float = DAYS) -> dict[str, Any]:
    """The first `days` of the archive."""
    return asyncio.run(_run(days))


if __name__ == "__main__":
    print(msgspec.json.format(msgspec.json.encode(run(*map(float, sys.argv[1:])))).decode())
