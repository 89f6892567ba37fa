"""Real feeds as they changed over days, through the whole system under a virtual clock."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from aggregator.core.matching.story import Grouping, Settings
from aggregator.store.server import Server
from bench import replay
from bench.archive import Snapshots, between

FIRST, LAST = "2020-05-27", "2020-06-07"  # longer than the retention: stories expire on the way


@asynccontextmanager
async def server(folder: Path) -> AsyncIterator[str]:
    """A Redis of its own, started as `run` starts it."""
    redis = Server(folder)
    yield await redis.start()
    await redis.stop()


@pytest.fixture(scope="module")
def outcome(snapshots: Snapshots, tmp_path_factory: pytest.TempPathFactory) -> replay.Outcome:
    """Twelve days of 23 outlets, polled when something changed, and a little later when nothing did."""

    changed = between(snapshots.ticks(), FIRST, LAST)[::2]
    ticks = [moment for tick in changed for moment in (tick, tick + 60.0)]

    async def run() -> replay.Outcome:
        async with server(tmp_path_factory.mktemp("replay")) as url:
            return await replay.replay(snapshots, ticks, url)

    return asyncio.run(run())


@pytest.fixture(scope="module")
def findings(outcome: replay.Outcome) -> replay.Findings:
    """What the replay should not have done."""
    return replay.verify(outcome)


@pytest.mark.slow
def test_the_run_is_what_it_should_be(outcome: replay.Outcome, findings: replay.Findings) -> None:
    """Its figures are printed: `pytest -s`, or `python -m bench.replay` for a longer one."""
    print(json.dumps(replay.figures(outcome, findings), indent=1))
    assert outcome.requests == outcome.polls
    assert outcome.not_modified >= outcome.requests / 2
    assert not outcome.failures
    assert findings.entries > 2_000
    assert outcome.decisions["expired"] > 0


@pytest.mark.slow
def test_nothing_is_lost(findings: replay.Findings) -> None:
    """Every guid of every served snapshot was handed in, and is in a story unless it is too old."""
    assert (findings.lost, findings.forgotten) == ([], [])


@pytest.mark.slow
def test_nothing_appears_twice(findings: replay.Findings) -> None:
    assert findings.twice == []


@pytest.mark.slow
def test_updated_titles_update_their_story(findings: replay.Findings) -> None:
    assert findings.stale == []
    assert findings.kept > 20


@pytest.mark.slow
async def test_the_same_inbox_gives_the_same_stories_byte_for_byte(
    outcome: replay.Outcome, tmp_path: Path
) -> None:
    async with server(tmp_path / "again") as url:
        again = await replay.regroup(outcome.recorded, url)
    assert again.digest == outcome.stored.digest


@pytest.mark.slow
async def test_a_grouper_that_is_lost_and_rebuilt_decides_as_an_undisturbed_one(
    outcome: replay.Outcome, tmp_path: Path
) -> None:
    """At every fifth moment another takes over; only the explanations of older decisions may be missing."""
    async with server(tmp_path / "again") as url:
        again = await replay.regroup(outcome.recorded, url, restart=5)
    assert again.plain == outcome.stored.plain


@pytest.mark.slow
async def test_what_is_stored_is_what_the_grouper_holds(snapshots: Snapshots, tmp_path: Path) -> None:
    """A stretch in which stories merge away and are founded again within one batch."""
    async with server(tmp_path / "one") as url:
        outcome = await replay.replay(snapshots, snapshots.ticks()[60:82], url)
    async with server(tmp_path / "two") as url:
        again = await replay.regroup(outcome.recorded, url, restart=1)
    assert again.plain == outcome.stored.plain


@pytest.mark.slow
def test_grouping_asks_nobody(outcome: replay.Outcome) -> None:
    """The state machine alone, without a store, in any batches: the same stories."""
    grouping = Grouping(Settings(retention=replay.RETENTION))
    first, *others = outcome.recorded.moments
    for arrival in sorted(first[1], key=_begun):
        grouping.arrive(arrival)
    grouping.expire(first[0])
    for tick, arrivals in others:
        for arrival in arrivals:
            grouping.arrive(arrival)
        grouping.expire(tick)
    expected = [story.story for story in outcome.stored.stories]
    assert expected == [grouping.story(story.id) for story in expected]


def _begun(arrival: replay.Arrival) -> tuple[float, str, str]:
    """An empty store is begun in the order of the dates, clamped to the retention."""
    published = arrival.seen if arrival.entry.published is None else arrival.entry.published
    oldest = arrival.seen - replay.RETENTION
    return (min(max(published, oldest), arrival.seen), arrival.source, arrival.entry.guid)
