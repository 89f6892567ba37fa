"""The first half: what a poll hands in, what it leaves, and that nothing moves before it is handed in."""

from __future__ import annotations

import pytest
from publisher import Item, story, wire

from aggregator.core.errors import Kind
from aggregator.store import InboxFull


async def test_new_entries_are_handed_in_in_the_order_of_the_feed_from_its_end(walk, publisher):
    """Feeds put the newest first; the inbox keeps the order in which things happened."""
    publisher.feeds["a"] = [story(3), story(2), story(1)]
    await walk.take_up([publisher.source("a")])
    gathered = await walk.poll()
    taken = await walk.store.inbox.take("", 10)
    assert [arrival.entry.guid for _, arrival in taken] == ["own-1", "own-2", "own-3"]
    assert (gathered.entries, dict(gathered.outcomes)) == (3, {"new": 1})


async def test_a_second_poll_is_conditional_and_brings_nothing(walk, publisher):
    publisher.feeds["a"] = [story(1)]
    await walk.take_up([publisher.source("a")])
    await walk.round()
    gathered = await walk.round()
    assert dict(gathered.outcomes) == {"unchanged": 1}
    assert (publisher.requests["a"], publisher.unconditional["a"]) == (2, 1)


async def test_only_what_is_new_or_revised_is_handed_in_again(walk, publisher):
    publisher.feeds["a"] = [story(2), story(1)]
    await walk.take_up([publisher.source("a")])
    await walk.round()
    publisher.feeds["a"] = [story(3), story(2), Item("own-1", "Another headline", "And other words.")]
    walk.clock.advance(61.0)
    gathered = await walk.poll()
    taken = await walk.store.inbox.take("", 10)
    assert sorted(arrival.entry.guid for _, arrival in taken) == ["own-1", "own-3"]
    assert (gathered.entries, gathered.revised) == (2, 1)


async def test_an_entry_that_left_its_feed_and_came_back_is_no_news(walk, publisher):
    """CDNs serve old copies: the guid is remembered by its story."""
    publisher.feeds["a"] = [story(1), story(2)]
    await walk.take_up([publisher.source("a")])
    await walk.round()
    publisher.feeds["a"] = [story(2)]
    await walk.round()
    publisher.feeds["a"] = [story(1), story(2)]
    before = await walk.store.changes.newest()
    await walk.round()
    assert await walk.store.changes.newest() == before


async def test_a_guid_that_stands_twice_in_a_feed_is_one_entry(walk, publisher):
    publisher.feeds["a"] = [story(1), story(1)]
    await walk.take_up([publisher.source("a")])
    assert (await walk.poll()).entries == 1


async def test_a_failing_source_keeps_its_validators_and_says_why(walk, publisher):
    publisher.feeds["a"] = [story(1)]
    await walk.take_up([publisher.source("a")])
    await walk.round()
    publisher.broken["a"] = 500
    gathered = await walk.round()
    state, _ = (await walk.store.sources.status())["a"]
    assert gathered.failures["a"].kind is Kind.HTTP_5XX
    assert state.error is not None
    assert state.etag is not None


async def test_one_bad_feed_never_stops_the_others(walk, publisher):
    publisher.feeds["a"] = [story(1)]
    publisher.broken["b"] = 404
    await walk.take_up([publisher.source("b"), publisher.source("a")])
    gathered = await walk.poll()
    assert (gathered.entries, set(gathered.failures)) == (1, {"b"})


async def test_nothing_is_settled_when_the_inbox_is_full(walk, publisher, monkeypatch):
    """Validators move only after the entries are in the inbox: the next poll brings all of them again."""
    publisher.feeds["a"] = [story(1), story(2)]
    await walk.take_up([publisher.source("a")])
    gather = walk.gather()
    claims = await walk.store.sources.claim("one", 10, 30.0)
    polled = [await gather.poll(claim) for claim in claims]
    hand_in = walk.store.inbox.hand_in
    monkeypatch.setattr(walk.store.inbox, "hand_in", lambda arrivals: hand_in(arrivals, bound=1))
    with pytest.raises(InboxFull):
        await gather.finish(polled)
    state, _ = (await walk.store.sources.status())["a"]
    assert (state.etag, state.polls) == (None, 0)
    monkeypatch.undo()
    assert (await gather.finish(polled)).entries == 2


async def test_a_repeated_hand_in_is_dropped_by_the_grouper(walk, publisher):
    """A worker that dies between hand-in and settle makes the next one hand in the same again."""
    publisher.feeds["a"] = [story(1), wire("w")]
    await walk.take_up([publisher.source("a")])
    gather = walk.gather()
    (claim,) = await walk.store.sources.claim("one", 10, 30.0)
    polled = await gather.poll(claim)
    arrivals, _ = gather._recognise(polled, type(await gather.finish([]))())
    await walk.store.inbox.hand_in(arrivals)
    await gather.finish([polled])
    assert await walk.group() == 4
    assert len(await walk.stories()) == 2
    assert await walk.store.changes.newest() == 2


async def test_a_poll_whose_lease_is_over_is_counted_and_writes_nothing(walk, publisher):
    publisher.feeds["a"] = [story(1)]
    await walk.take_up([publisher.source("a")])
    gather = walk.gather()
    (claim,) = await walk.store.sources.claim("one", 10, 30.0)
    polled = await gather.poll(claim)
    walk.clock.advance(31.0)
    (taken_over,) = await walk.store.sources.claim("two", 10, 30.0)
    gathered = await gather.finish([polled])
    assert gathered.lost == 1
    assert taken_over.source == "a"
    assert (await gather.finish([await gather.poll(taken_over)])).lost == 0


async def test_old_entries_of_a_first_poll_are_backfill_and_later_ones_are_not(walk, publisher):
    now = walk.clock()
    old, new = story(1), story(2)
    old.published, new.published = now - 3 * 86_400, now - 60
    publisher.feeds["a"] = [new, old]
    await walk.take_up([publisher.source("a")])
    await walk.poll()
    taken = {arrival.entry.guid: arrival.backfill for _, arrival in await walk.store.inbox.take("", 10)}
    assert taken == {"own-1": True, "own-2": False}


async def test_what_was_not_read_again_is_remembered_all_the_same(walk, publisher):
    """Items of the same bytes are not parsed; when one of them changes later, it is revised, not new."""
    publisher.feeds["a"] = [story(2), story(1)]
    await walk.take_up([publisher.source("a")])
    await walk.round()
    publisher.feeds["a"] = [story(3), story(2), story(1)]
    await walk.round()
    publisher.feeds["a"] = [story(3), story(2), Item("own-1", "Told anew", "In other words.")]
    walk.clock.advance(61.0)
    gathered = await walk.poll()
    assert (gathered.entries, gathered.revised) == (1, 1)


async def test_a_guid_that_stands_twice_is_what_its_upper_item_says(walk, publisher):
    publisher.feeds["a"] = [Item("1", "The newer title", "New."), Item("1", "The older title", "Old.")]
    await walk.take_up([publisher.source("a")])
    await walk.poll()
    ((_, arrival),) = await walk.store.inbox.take("", 10)
    assert arrival.entry.title == "The newer title"
