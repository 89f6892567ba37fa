"""The stream between the halves of the walk, and the grouper's lease."""

from __future__ import annotations

import asyncio

import pytest
from store_samples import arrival, story_of, writes_of

from aggregator import store
from aggregator.core.errors import LeaseLost


async def test_what_is_handed_in_is_taken_in_order_and_whole(opened, another):
    sent = [arrival(n, text="é\0\U0001f4f0" * n) for n in range(20)]
    await opened.inbox.hand_in(sent[:12])
    await another.inbox.hand_in(sent[12:])
    taken = await opened.inbox.take("", 100)
    assert [it for _, it in taken] == sent
    assert await opened.inbox.take(taken[4][0], 3) == taken[5:8]
    assert await opened.inbox.take(taken[-1][0], 3) == []


async def test_a_large_batch_is_handed_in_in_order(opened):
    sent = [arrival(n, text="x" * 20_000) for n in range(150)]
    await opened.inbox.hand_in(sent)
    assert [it for _, it in await opened.inbox.take("", 1000)] == sent


async def test_nothing_to_hand_in_is_nothing(opened):
    await opened.inbox.hand_in([])
    assert await opened.inbox.length() == 0


async def test_a_full_inbox_refuses_the_whole_batch(opened):
    await opened.inbox.hand_in([arrival(n) for n in range(8)], bound=10)
    with pytest.raises(store.InboxFull):
        await opened.inbox.hand_in([arrival(n) for n in range(8, 11)], bound=10)
    assert await opened.inbox.length() == 8
    await opened.inbox.hand_in([arrival(8), arrival(9)], bound=10)


async def test_taking_waits_for_the_first_arrival(opened, another):
    waiting = asyncio.create_task(opened.inbox.take("", 10, wait=5))
    await another.inbox.hand_in([arrival(1)])
    assert [it for _, it in await waiting] == [arrival(1)]


async def test_taking_gives_up_after_a_while(opened):
    assert await opened.inbox.take("", 10, wait=0.01) == []


async def test_one_worker_leads_at_a_time(opened, another):
    number = await opened.inbox.lead("w1", 10)
    assert await another.inbox.lead("w2", 10) is None
    assert await opened.inbox.lead("w1", 10) == number


async def test_the_lead_is_taken_over_when_the_lease_ends(opened, another, clock):
    number = await opened.inbox.lead("w1", 10)
    clock.advance(10)
    assert await another.inbox.lead("w2", 10) == number + 1
    assert await opened.inbox.lead("w1", 10) is None


async def test_a_renewed_lease_lasts_anew(opened, another, clock):
    await opened.inbox.lead("w1", 10)
    clock.advance(9)
    await opened.inbox.lead("w1", 10)
    clock.advance(9)
    assert await another.inbox.lead("w2", 10) is None


async def test_who_resigns_is_followed_at_once(opened, another):
    number = await opened.inbox.lead("w1", 10)
    await another.inbox.resign("w2", number)
    assert await another.inbox.lead("w2", 10) is None
    await opened.inbox.resign("w1", number)
    assert await another.inbox.lead("w2", 10) == number + 1


async def test_a_commit_moves_the_position_and_cuts_off_what_was_read(opened, another):
    await opened.inbox.hand_in([arrival(n) for n in range(5)])
    taken = await opened.inbox.take("", 3)
    number = await opened.inbox.lead("w1", 10)
    assert await another.inbox.position() == ""
    await opened.stories.commit(store.Commit(number, taken[-1][0], 1.0))
    assert await another.inbox.position() == taken[-1][0]
    assert [it for _, it in await another.inbox.take("", 10)] == [arrival(3), arrival(4)]
    assert await another.inbox.length() == 2


async def test_a_fenced_commit_writes_nothing_at_all(opened, another, clock):
    await opened.inbox.hand_in([arrival(n) for n in range(5)])
    taken = await opened.inbox.take("", 3)
    old = await opened.inbox.lead("w1", 10)
    clock.advance(10)
    await another.inbox.lead("w2", 10)
    with pytest.raises(LeaseLost):
        await opened.stories.commit(
            store.Commit(old, taken[-1][0], 1.0, writes_of((arrival(0),)), learnt=b"no")
        )
    assert await another.inbox.position() == ""
    assert await another.inbox.length() == 5
    assert await another.stories.read([story_of(arrival(0)).id]) == [None]
    assert await another.stories.learnt() is None


async def test_a_commit_without_any_lease_is_refused(opened):
    with pytest.raises(LeaseLost):
        await opened.stories.commit(store.Commit(0, "", 1.0, writes_of((arrival(0),))))


async def test_a_holder_from_before_a_loss_is_not_taken_for_the_holder_after_it(opened, clock):
    """The store was emptied: the number differs, so whoever held the lease sees that it is another."""
    number = await opened.inbox.lead("w1", 10)
    await opened._link.command("FLUSHALL")
    clock.advance(1)
    assert await opened.inbox.lead("w1", 10) != number
