"""The second half: what is stored and announced, and that another grouper goes on where one ended."""

from __future__ import annotations

import pytest
from publisher import Item, story, wire

from aggregator.core.errors import LeaseLost


async def test_copies_of_several_outlets_stand_once(walk, publisher):
    publisher.feeds = {
        "a": [wire("1"), story(1)],
        "b": [wire("x")],
        "c": [wire("y", "Kelmar railway reopens after landslide")],
    }
    await walk.take_up([publisher.source(name) for name in publisher.feeds])
    await walk.poll()
    await walk.group()
    outlets = sorted(len(found) for found in (await walk.stories()).values())
    assert outlets == [1, 3]


async def test_every_change_is_numbered_without_a_gap(walk, publisher):
    publisher.feeds = {"a": [wire("1"), story(1)], "b": [wire("x")]}
    await walk.take_up([publisher.source(name) for name in publisher.feeds])
    await walk.poll()
    await walk.group()
    changes = await walk.store.changes.since(0, 100)
    assert [change.number for change in changes] == [1, 2, 3]
    assert sorted(change.type for change in changes) == ["added", "added", "updated"]


async def test_a_revised_lead_changes_what_its_story_says(walk, publisher):
    publisher.feeds["a"] = [
        Item("1", "Ferry sinks off Lund, 22 missing", "A ferry sank off Lund on Sunday; 22 are missing.")
    ]
    await walk.take_up([publisher.source("a")])
    await walk.round()
    publisher.feeds["a"] = [
        Item("1", "Ferry sinks off Lund, 41 missing", "A ferry sank off Lund on Sunday; 41 are missing.")
    ]
    await walk.round()
    ((id_, _),) = await walk.store.stories.ids_and_placed()
    (stored,) = await walk.store.stories.read([id_])
    assert stored is not None
    assert stored.copies[0].title == "Ferry sinks off Lund, 41 missing"
    assert "41 are missing" in stored.texts[stored.story.lead].summary
    assert (await walk.store.changes.since(1, 10))[0].what == ("text",)
    assert stored.story.modified == walk.clock()


async def test_another_grouper_goes_on_where_one_was_killed(walk, publisher):
    """The state is rebuilt from what was committed; a copy that comes later finds its story."""
    publisher.feeds = {"a": [wire("1")], "b": [story(1)]}
    await walk.take_up([publisher.source(name) for name in publisher.feeds])
    await walk.round()
    publisher.feeds["b"] = [wire("late"), story(1)]
    walk.clock.advance(61.0)
    await walk.poll()
    walk.grouper = await walk.new_grouper("two")
    assert await walk.group() == 1
    assert sorted(len(found) for found in (await walk.stories()).values()) == [1, 2]


async def test_a_grouper_that_lost_its_lease_writes_nothing(walk, publisher):
    publisher.feeds["a"] = [wire("1")]
    await walk.take_up([publisher.source("a")])
    await walk.poll()
    old = await walk.new_grouper("one")
    walk.clock.advance(11.0)
    await walk.new_grouper("two")
    with pytest.raises(LeaseLost):
        await old.step()
    assert await walk.stories() == {}


async def test_on_an_empty_store_stories_get_the_ids_that_they_had(walk, publisher, redis_url):
    """Grouping begins in the order of the dates, not in that in which sources happened to be polled."""
    now = walk.clock()
    publisher.feeds = {"late": [wire("l", published=now - 100)], "first": [wire("f", published=now - 4000)]}
    for order in (["late", "first"], ["first", "late"]):
        await _empty(redis_url, walk)
        for name in order:
            await walk.take_up([publisher.source(name)])
            await walk.poll()
        walk.grouper = await walk.new_grouper("one")
        grouped = await walk.grouper.begin()
        ((id_, _),) = await walk.store.stories.ids_and_placed()
        (stored,) = await walk.store.stories.read([id_])
        assert stored is not None
        assert (grouped.arrivals, stored.copies[0].source) == (2, "first")


async def _empty(url: str, walk) -> None:
    from redis.asyncio import Redis

    async with Redis.from_url(url) as client:
        await client.flushall()
    await walk.store.check()


async def test_stories_end_with_the_retention_and_are_no_change(walk, publisher):
    publisher.feeds["a"] = [wire("1")]
    await walk.take_up([publisher.source("a")])
    await walk.round()
    before = await walk.store.changes.newest()
    walk.clock.advance(8 * 86_400.0)
    assert await walk.grouper.expire() == 1
    assert await walk.store.stories.ids_and_placed() == []
    assert await walk.store.changes.newest() == before


async def test_the_same_inbox_gives_the_same_stories_byte_for_byte(walk, publisher, redis_url):
    """Whatever the batches: all at once, or one arrival at a time with a new grouper now and then."""
    publisher.feeds = {
        name: [wire(f"w{name}"), *(story(n, f"{name}{n}") for n in range(5))] for name in "abcd"
    }
    await walk.take_up([publisher.source(name) for name in publisher.feeds])
    await walk.poll()
    arrivals = [arrival for _, arrival in await walk.store.inbox.take("", 1000)]
    await walk.group()
    whole = await _stored(walk)
    await _empty(redis_url, walk)
    for number, arrival in enumerate(arrivals):
        await walk.store.inbox.hand_in([arrival])
        if number % 5 == 0:
            walk.grouper = await walk.new_grouper("one")
        await walk.group()
    assert await _stored(walk) == whole


async def _stored(walk) -> list[object]:
    ids = sorted(id_ for id_, _ in await walk.store.stories.ids_and_placed())
    return list(await walk.store.stories.read(ids, texts=True))
