"""Our subscriptions to hubs: asked by one, verified when asked for, read in order; on every kind of server."""

from __future__ import annotations

import pytest

from aggregator.core.model import Source
from aggregator.core.websub import NONE, Offer, Parcel
from aggregator.store import HostLimits
from aggregator.store.websub import QUEUE_MOST, Seized

BASE = "https://news.example"
SOURCE = Source("wire", "https://feeds.example/wire.xml", "Wire", "Wire")
OFFER = Offer("https://hub.example/", "https://feeds.example/wire.xml")
FREE = HostLimits(per_host=1000, per_minute=None)
HOUR = 3600.0


@pytest.fixture
async def offered(opened):
    """One source is polled, and names a hub."""
    await opened.sources.take_up([SOURCE], {}, 86_400.0, default=FREE)
    await opened.websub.offer(BASE, [(SOURCE, OFFER)])
    return opened


@pytest.fixture
async def active(offered):
    """Its subscription, verified for a day."""
    [wish] = await offered.websub.claim(9, 30.0)
    await offered.websub.settle(wish, taken=True, pause=HOUR)
    assert await offered.websub.verify(wish.token, "subscribe", OFFER.topic, 24 * HOUR, "x")
    return wish.token


async def test_a_hub_is_asked_by_one_process_at_a_time(offered, another, clock):
    [wish] = await offered.websub.claim(9, 30.0)
    assert (wish.source, wish.hub, wish.topic, wish.base, wish.wish, wish.tries) == (
        "wire",
        OFFER.hub,
        OFFER.topic,
        BASE,
        "subscribe",
        1,
    )
    assert len(wish.token) == 43
    assert await another.websub.claim(9, 30.0) == []
    clock.advance(31)
    [again] = await another.websub.claim(9, 30.0)
    assert (again.token, again.tries) == (wish.token, 2)
    assert not await offered.websub.settle(wish, taken=True, pause=HOUR)


async def test_the_same_offer_again_changes_nothing(offered):
    [wish] = await offered.websub.claim(9, 30.0)
    await offered.websub.offer(BASE, [(SOURCE, OFFER)])
    assert await offered.websub.claim(9, 30.0) == []
    assert (await offered.websub.get(wish.token)).state == "new"


async def test_only_what_was_asked_for_is_verified_and_once(offered):
    [wish] = await offered.websub.claim(9, 30.0)
    store = offered.websub
    assert not await store.verify(wish.token, "unsubscribe", OFFER.topic, HOUR, "x")
    assert not await store.verify(wish.token, "subscribe", "https://feeds.example/other.xml", HOUR, "x")
    assert not await store.verify("nobody", "subscribe", OFFER.topic, HOUR, "x")
    assert await store.verify(wish.token, "subscribe", OFFER.topic, HOUR, "x")
    assert not await store.verify(wish.token, "subscribe", OFFER.topic, 9 * HOUR, "y")
    assert await store.verify(wish.token, "subscribe", OFFER.topic, 9 * HOUR, "x")  # heard before
    found = await store.get(wish.token)
    assert (found.state, found.until) == ("active", 1_800_000_000.0 + HOUR)


async def test_a_lease_is_renewed_before_its_end(offered, active, clock):
    clock.advance(24 * HOUR * 0.79)
    assert await offered.websub.claim(9, 30.0) == []
    clock.advance(24 * HOUR * 0.02)
    [wish] = await offered.websub.claim(9, 30.0)
    assert (wish.token, wish.wish, wish.tries) == (active, "subscribe", 1)


async def test_a_hub_may_verify_before_it_answers(offered, clock):
    [wish] = await offered.websub.claim(9, 30.0)
    await offered.websub.verify(wish.token, "subscribe", OFFER.topic, 24 * HOUR, "x")
    await offered.websub.settle(wish, taken=True, pause=60.0)
    clock.advance(HOUR)
    assert await offered.websub.claim(9, 30.0) == []


async def test_a_hub_that_refuses_is_asked_later(offered, clock):
    [wish] = await offered.websub.claim(9, 30.0)
    await offered.websub.settle(wish, taken=False, pause=60.0, error="hub.example answered 500.")
    assert not await offered.websub.verify(wish.token, "subscribe", OFFER.topic, HOUR, "x")
    assert await offered.websub.claim(9, 30.0) == []
    clock.advance(61)
    [again] = await offered.websub.claim(9, 30.0)
    assert again.tries == 2


async def test_what_came_is_read_in_order_by_one(offered, active, another, clock):
    for number in range(3):
        assert await offered.websub.push(active, Parcel(b"%d" % number, "text/xml", clock()))
    [first] = await offered.websub.take(9, 30.0)
    assert (first.source, first.parcel.body, first.until) == ("wire", b"0", clock() + 24 * HOUR)
    assert await another.websub.take(9, 30.0) == []
    assert await offered.websub.done(first)
    [second] = await another.websub.take(9, 30.0)
    assert second.parcel.body == b"1"
    clock.advance(31)
    [again] = await offered.websub.take(9, 30.0)
    assert again.parcel.body == b"1"
    assert not await another.websub.done(second)
    assert await offered.websub.done(again, pause=5.0)
    assert await offered.websub.take(9, 30.0) == []
    clock.advance(6)
    for expected in (b"1", b"2"):
        [waiting] = await offered.websub.take(9, 30.0)
        assert waiting.parcel.body == expected
        await offered.websub.done(waiting)
    assert await offered.websub.take(9, 30.0) == []


async def test_there_is_room_for_so_much_and_no_more(offered, active, monkeypatch):
    parcel = Parcel(b"x" * 1000)
    assert [await offered.websub.push(active, parcel) for _ in range(QUEUE_MOST + 1)] == [
        True
    ] * QUEUE_MOST + [False]
    [waiting] = await offered.websub.take(9, 30.0)
    await offered.websub.done(waiting)
    monkeypatch.setattr("aggregator.store.websub.BYTES_MOST", 49_000)
    assert await offered.websub.push(active, parcel) is False
    assert await offered.websub.push("nobody", parcel) is None


async def test_a_source_that_names_another_hub_leaves_the_first(offered, active):
    await offered.websub.offer(BASE, [(SOURCE, Offer("https://other.example/", OFFER.topic))])
    wishes = {wish.wish: wish for wish in await offered.websub.claim(9, 30.0)}
    assert (wishes["unsubscribe"].token, wishes["subscribe"].hub) == (active, "https://other.example/")
    assert await offered.websub.push(active, Parcel(b"late")) is None
    assert await offered.websub.verify(active, "unsubscribe", OFFER.topic, 0.0, "x")
    assert await offered.websub.get(active) is None


async def test_a_source_that_names_none_any_more_leaves_it(offered, active):
    await offered.websub.offer(BASE, [(SOURCE, NONE)])
    [wish] = await offered.websub.claim(9, 30.0)
    assert wish.wish == "unsubscribe"


async def test_a_source_taken_out_leaves_its_hub(offered, active, clock):
    assert await offered.websub.sweep() == 0
    await offered.sources.take_up([], {}, 86_400.0, default=FREE)
    assert await offered.websub.sweep() == 0  # somebody has just looked
    assert await offered.websub.sweep(everything=True) == 1
    [wish] = await offered.websub.claim(9, 30.0)
    assert (wish.token, wish.wish) == (active, "unsubscribe")
    await offered.websub.settle(wish, taken=False, pause=None)
    assert await offered.websub.get(active) is None
    assert await offered.websub.all() == {}


async def test_a_source_of_another_address_leaves_its_hub(offered, active):
    moved = Source("wire", "https://feeds.example/moved.xml", "Wire", "Wire")
    await offered.sources.take_up([moved], {}, 86_400.0, default=FREE)
    assert await offered.websub.sweep() == 1


async def test_a_denied_subscription_says_so_to_whoever_reads(offered, active, clock):
    assert not await offered.websub.denied(active, "https://feeds.example/other.xml", HOUR, "no")
    assert await offered.websub.denied(active, OFFER.topic, HOUR, "too many")
    found = await offered.websub.get(active)
    assert (found.state, found.until, found.error) == ("denied", 0.0, "too many")
    [waiting] = await offered.websub.take(9, 30.0)
    assert (waiting.parcel.over, waiting.until) == (True, 0.0)
    clock.advance(HOUR + 1)
    [wish] = await offered.websub.claim(9, 30.0)
    assert wish.wish == "subscribe"


async def test_a_source_is_seized_whether_it_is_due_or_not(offered, clock):
    seized = await offered.websub.seize("wire", 30.0)
    assert isinstance(seized, Seized)
    assert await offered.websub.seize("wire", 30.0) is True
    assert await offered.sources.claim("one", 9, 30.0) == []
    await offered.websub.let_go(seized, clock() + 100.0)
    assert (await offered.sources.status())["wire"][1] == clock() + 100.0
    assert await offered.websub.seize("nobody", 30.0) is False


async def test_a_seized_source_is_settled_like_any_other(offered, clock):
    from aggregator.core.model import Settlement, SourceState

    seized = await offered.websub.seize("wire", 30.0)
    state = SourceState(etag="x")
    assert await offered.sources.settle([Settlement(seized.claim, state, clock() + 50.0, way=None)]) == [True]
    found, due = (await offered.sources.status())["wire"]
    assert (found.etag, due) == ("x", clock() + 50.0)
