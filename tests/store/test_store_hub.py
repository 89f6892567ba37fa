"""Subscriptions to our feeds: asked for, verified, served by one at a time; on every kind of server."""

from __future__ import annotations

import pytest
from store_samples import arrival, writes_of

from aggregator.core.model import Change
from aggregator.store import Commit
from aggregator.store.hub import Asked, Served

TOPIC = "https://news.example/feed.json"
ASKED = Asked("subscribe", "https://reader.example/push", TOPIC, 3600.0, "hush", "", "203.0.113.9")


@pytest.fixture
async def commit(opened):
    lease = await opened.inbox.lead("grouper", 1e6)

    async def one(number: int) -> int:
        it = arrival(number)
        change = Change(0, "added", it.id, it.seen)
        return await opened.stories.commit(
            Commit(lease, f"{number}-0", it.seen, writes_of((it,)), changes=(change,))
        )

    return one


async def subscribe(store, asked=ASKED):
    assert await store.hub.ask(asked)
    [question] = await store.hub.questions(9, 30.0)
    assert await store.hub.answered(question, True)


async def test_a_request_counts_when_its_callback_says_so(opened, another, commit):
    await commit(1)
    await opened.hub.ask(ASKED)
    assert await opened.hub.count() == 0
    [question] = await opened.hub.questions(9, 30.0)
    assert (question.mode, question.callback, question.topic, question.tries) == (
        "subscribe",
        ASKED.callback,
        TOPIC,
        1,
    )
    assert await another.hub.questions(9, 30.0) == []
    assert await opened.hub.answered(question, True)
    assert not await opened.hub.answered(question, True)
    assert await opened.hub.until(TOPIC, ASKED.callback) == 1_800_000_000.0 + 3600.0
    assert (await opened.hub.claim(9, 30.0)).subscribers == ()  # it begins at the newest change


async def test_who_did_not_mean_it_is_forgotten(opened):
    await opened.hub.ask(ASKED)
    [question] = await opened.hub.questions(9, 30.0)
    assert await opened.hub.answered(question, False)
    assert (await opened.hub.count(), await opened.hub.questions(9, 30.0)) == (0, [])


async def test_a_callback_that_does_not_answer_is_asked_again(opened, clock):
    await opened.hub.ask(ASKED)
    [question] = await opened.hub.questions(9, 30.0)
    await opened.hub.answered(question, 10.0)
    assert await opened.hub.questions(9, 30.0) == []
    clock.advance(11)
    [again] = await opened.hub.questions(9, 30.0)
    assert again.tries == 2


async def test_a_subscription_is_served_by_one_until_the_lease_ends(opened, another, commit, clock):
    await subscribe(opened)
    await commit(1)
    due = await opened.hub.claim(9, 30.0)
    [one] = due.subscribers
    assert (one.callback, one.secret, one.position, due.last, due.epoch) == (
        ASKED.callback,
        "hush",
        0,
        1,
        opened.epoch,
    )
    assert (await another.hub.claim(9, 30.0)).subscribers == ()
    clock.advance(31)
    [taken] = (await another.hub.claim(9, 30.0)).subscribers
    assert await opened.hub.settle([Served(one, 1)]) == [False]
    assert await another.hub.settle([Served(taken, 1, delivered=1)]) == [True]
    assert (await opened.hub.claim(9, 30.0)).subscribers == ()


async def test_one_that_fails_rests_and_does_not_hold_up_the_others(opened, commit, clock):
    await subscribe(opened)
    await subscribe(opened, Asked("subscribe", "https://other.example/", TOPIC, 3600.0))
    await commit(1)
    one, other = sorted((await opened.hub.claim(9, 30.0)).subscribers, key=lambda one: one.secret)
    await opened.hub.settle([Served(other, other.position, rest=60.0, tries=1, error="No.")])
    await opened.hub.settle([Served(one, 1)])
    await commit(2)
    due = await opened.hub.claim(9, 30.0)
    assert [each.id for each in due.subscribers] == [one.id]
    clock.advance(61)
    again = {each.id: each for each in (await opened.hub.claim(9, 30.0)).subscribers}
    assert (again[other.id].position, again[other.id].tries) == (0, 1)


async def test_a_lease_that_ends_and_one_that_is_given_up_are_dropped(opened, commit, clock):
    await subscribe(opened)
    await subscribe(opened, Asked("subscribe", "https://other.example/", TOPIC, 9000.0))
    await commit(1)
    clock.advance(3601)
    due = await opened.hub.claim(9, 30.0)
    assert (due.over, await opened.hub.count()) == (1, 1)
    [one] = due.subscribers
    await opened.hub.settle([Served(one, None)])
    assert await opened.hub.count() == 0


async def test_a_renewal_keeps_its_place(opened, commit, clock):
    await subscribe(opened)
    await commit(1)
    clock.advance(1800)
    await subscribe(opened)
    assert await opened.hub.until(TOPIC, ASKED.callback) == clock() + 3600.0
    [one] = (await opened.hub.claim(9, 30.0)).subscribers
    assert one.position == 0


async def test_unsubscribing_takes_a_callbacks_word_too(opened):
    leave = Asked("unsubscribe", ASKED.callback, TOPIC, 0.0)
    assert await opened.hub.ask(leave)
    assert await opened.hub.questions(9, 30.0) == []  # there is nothing to leave, so nobody is asked
    await subscribe(opened)
    await opened.hub.ask(leave)
    [question] = await opened.hub.questions(9, 30.0)
    assert question.mode == "unsubscribe"
    assert await opened.hub.count() == 1
    await opened.hub.answered(question, True)
    assert await opened.hub.count() == 0


async def test_a_client_and_all_clients_have_so_many_and_no_more(opened, monkeypatch):
    monkeypatch.setattr("aggregator.store.hub.MOST", 3)
    monkeypatch.setattr("aggregator.store.hub.MOST_OF_CLIENT", 2)

    def asked(number, client):
        return Asked("subscribe", f"https://{number}.example/", TOPIC, 3600.0, client=client)

    assert await opened.hub.ask(asked(1, "a"))
    assert await opened.hub.ask(asked(1, "a"))
    assert await opened.hub.ask(asked(2, "a"))
    assert await opened.hub.ask(asked(3, "a")) is None
    assert await opened.hub.ask(asked(3, "b"))
    assert await opened.hub.ask(asked(4, "c")) is False
    for question in await opened.hub.questions(9, 30.0):
        await opened.hub.answered(question, False)
    assert await opened.hub.ask(asked(3, "a"))
    assert await opened.hub.ask(asked(4, "a"))


async def test_what_a_dropped_subscription_took_of_an_account_is_free_again(opened, clock, monkeypatch):
    monkeypatch.setattr("aggregator.store.hub.MOST_OF_CLIENT", 1)
    await subscribe(opened)
    other = Asked("subscribe", "https://other.example/", TOPIC, 3600.0, client=ASKED.client)
    assert await opened.hub.ask(other) is None
    clock.advance(3601)
    await opened.hub.claim(9, 30.0)
    assert await opened.hub.ask(other)
