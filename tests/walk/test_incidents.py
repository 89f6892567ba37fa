"""What happens to a source on its way through the walk is noted once, and for good."""

from __future__ import annotations

from publisher import story


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
    assert await told(walk) == ["gone"]
