"""What happens to a source on its way through the walk is noted once, and for good."""

from __future__ import annotations

import pytest
from publisher import story

from aggregator.core import trouble
from aggregator.store import HostLimits


async def rounds(walk, count: int) -> None:
    """So many polls, each when the source is due again, however long that takes."""
    for _ in range(count):
        walk.clock.advance(3 * 3600.0)
        await walk.poll()


async def told(walk) -> list[str]:
    return [incident.what for incident in await walk.store.incidents.newest()]


async def test_three_failures_in_a_row_and_a_recovery_are_noted(walk, publisher):
    publisher.feeds["a"] = [story(1)]
    await walk.take_up([publisher.source("a")])
    await walk.poll()
    publisher.broken["a"] = 500
    await rounds(walk, 2)
    assert await told(walk) == []
    await rounds(walk, 3)
    assert await told(walk) == ["broken"]
    del publisher.broken["a"]
    await rounds(walk, 1)
    assert await told(walk) == ["well", "broken"]


async def test_what_was_delivered_twice_is_noted_once(walk, publisher):
    publisher.feeds["a"] = [story(1)]
    await walk.take_up([publisher.source("a")])
    publisher.broken["a"] = 410
    gather = walk.gather()
    (claim,) = await walk.store.sources.claim("one", 10, 30.0)
    prepared = await gather.prepare([await gather.poll(claim)])
    await gather.deliver(prepared)
    await gather.deliver(prepared)
    walk.clock.advance(trouble.WITHIN)
    assert await told(walk) == ["gone"]


async def test_one_that_is_gone_is_told_once_its_host_is_known_to_be_well(walk, publisher):
    publisher.feeds["a"] = [story(1)]
    await walk.take_up([publisher.source("a")])
    await walk.poll()
    publisher.broken["a"] = 410
    await rounds(walk, 1)
    walk.clock.advance(trouble.WITHIN - 1)
    assert await told(walk) == []
    walk.clock.advance(1)
    assert await told(walk) == ["gone"]


async def test_one_that_said_gone_by_mistake_is_not_told_of(walk, publisher):
    publisher.feeds["a"] = [story(1)]
    await walk.take_up([publisher.source("a")])
    await walk.poll()
    publisher.broken["a"] = 410
    await rounds(walk, 1)
    del publisher.broken["a"]
    await walk.store.sources.poll_now("a")
    walk.clock.advance(1)
    await walk.poll()
    walk.clock.advance(trouble.WITHIN)
    assert await told(walk) == []


@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "one after the other"])
async def test_a_host_that_says_410_of_all_its_feeds_loses_none_and_nobody_hears_of_it(
    walk, publisher, together
):
    names = ["a", "b", "c", "d"]
    for name in names:
        publisher.feeds[name] = [story(1)]
    sources = [publisher.source(name) for name in names]
    walk.sources = {source.id: source for source in sources}
    limits = HostLimits(per_host=1000, per_minute=None)
    await walk.store.sources.take_up(sources, {}, 86_400.0, default=limits)
    await walk.poll()
    publisher.broken = dict.fromkeys(names, 410)
    walk.clock.advance(3600.0)
    gather = walk.gather()
    polled = [await gather.poll(claim) for claim in await walk.store.sources.claim("one", 10, 30.0)]
    assert len(polled) == len(names)
    for batch in [polled] if together else [[one] for one in polled]:
        await gather.finish(batch)
    walk.clock.advance(trouble.WITHIN + 1)
    assert await told(walk) == []
    assert not any(state.gone for state, _ in (await walk.store.sources.status()).values())
