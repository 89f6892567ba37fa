"""What a receiver gets, and what its answers lead to."""

from __future__ import annotations

import random
import socket

import pytest
from msgspec.structs import replace
from receiver import NOON, OTHER, SECRET, configured, hangs, says
from redis import Redis
from standardwebhooks import Webhook

from aggregator.core.model import Change


def desk(receiver, **more):
    return {"id": "desk", "url": receiver.url(), **more}


async def test_a_change_arrives_as_standard_webhooks_say(store, receiver, clerk, deliverer):
    hooks = await deliverer(desk(receiver))
    [story] = await clerk.publish("ferry")
    await hooks.step()
    [got] = receiver.got
    assert got.id == f"{store.epoch}-1"
    assert got.headers["content-type"] == "application/json"
    assert got.headers["webhook-timestamp"] == "1800000000"
    assert got.signed_with(SECRET)
    said = got.json()
    assert said["type"] == "story.added"
    assert said["timestamp"] == "2027-01-15T08:00:00Z"
    assert said["data"]["id"] == got.id
    assert said["data"]["story"] == said["data"]["item"]["id"] == story
    assert said["data"]["item"]["title"] == "Headline ferry"


async def test_a_new_hook_begins_at_the_moment_it_is_configured(receiver, clerk, deliverer):
    await clerk.publish("before")
    hooks = await deliverer(desk(receiver))
    assert receiver.got == []
    await clerk.publish("after")
    await hooks.step()
    assert [got.json()["data"]["item"]["title"] for got in receiver.got] == ["Headline after"]


async def test_a_body_is_the_line_of_the_change_log(store, receiver, clerk, deliverer):
    """Merged, split and withdrawn changes say where to, from where, and nothing."""
    hooks = await deliverer(desk(receiver))
    one, two = await clerk.publish("one", "two")
    [withdrawn] = await clerk.publish("gone")
    await hooks.step()
    stored = (await store.stories.read([withdrawn]))[0].story
    await clerk.commit(
        Change(0, "updated", one, NOON, what=("copies", "lead")),
        Change(0, "merged", two, NOON, other=one),
        Change(0, "split", one, NOON, other=two),
        Change(0, "withdrawn", withdrawn, NOON),
        redirects=[(two, one)],
        stories=[replace(stored, status="withdrawn")],
    )
    await hooks.step()
    said = [got.json() for got in receiver.got[3:]]
    assert [one["type"] for one in said] == [
        "story.updated",
        "story.merged",
        "story.split",
        "story.withdrawn",
    ]
    assert [said[0]["data"]["what"], said[1]["data"]["into"], said[2]["data"]["from"]] == [
        ["copies", "lead"],
        one,
        two,
    ]
    assert ["item" in one["data"] for one in said] == [True, False, True, False]


async def test_while_secrets_rotate_either_one_verifies(receiver, clerk, deliverer):
    hooks = await deliverer(desk(receiver, secret=[SECRET, OTHER]))
    await clerk.publish("ferry")
    await hooks.step()
    assert receiver.got[0].signed_with(SECRET)
    assert receiver.got[0].signed_with(OTHER)
    Webhook(OTHER)  # the library itself takes the secret as configured


async def test_each_hook_is_told_what_its_filter_lets_through(receiver, clerk, deliverer):
    hooks = await deliverer(
        {"id": "ap", "url": receiver.url("/ap"), "where": {"agencies": ["ap"]}},
        {"id": "words", "url": receiver.url("/words"), "where": {"q": '"happened at bridge"'}},
        {"id": "not", "url": receiver.url("/not"), "where": {"not": {"agencies": ["AP"]}}},
        {"id": "all", "url": receiver.url("/all")},
    )
    await clerk.publish("ferry", agency="AP")
    await clerk.publish("bridge")
    await hooks.step()
    told = {
        path: [got.json()["data"]["number"] for got in receiver.at(path)]
        for path in ("/ap", "/words", "/not", "/all")
    }
    assert told == {"/ap": [1], "/words": [2], "/not": [2], "/all": [1, 2]}


async def test_a_picky_hook_hears_of_a_withdrawal(store, receiver, clerk, deliverer):
    """A withdrawn story is in no feed, but whoever was told of it has to know."""
    hooks = await deliverer(desk(receiver, where={"agencies": ["AP"]}))
    [story] = await clerk.publish("ferry", agency="AP")
    stored = (await store.stories.read([story]))[0].story
    await clerk.commit(Change(0, "withdrawn", story, NOON), stories=[replace(stored, status="withdrawn")])
    await hooks.step()
    assert [got.json()["type"] for got in receiver.got] == ["story.added", "story.withdrawn"]


async def test_backfill_is_pushed_to_nobody(receiver, clerk, deliverer):
    hooks = await deliverer(desk(receiver))
    await clerk.publish("old", "older", backfill=True)
    await clerk.publish("new")
    await hooks.step()
    assert [got.json()["data"]["number"] for got in receiver.got] == [3]


async def test_messages_come_in_order_each_once(store, receiver, clerk, deliverer):
    hooks = await deliverer(desk(receiver))
    await clerk.publish(*map(str, range(250)))
    while await hooks.step():
        pass
    assert [got.json()["data"]["number"] for got in receiver.got] == list(range(1, 251))
    status = (await store.hooks.status(["desk"]))["desk"]
    assert (status.delivered, status.waiting, status.position) == (250, 0, 250)


async def test_a_failed_message_is_tried_again_under_its_id_and_holds_the_queue(
    receiver, clerk, deliverer, clock
):
    receiver.answers["/desk"] = [says(500), says(503), says(200)]
    hooks = await deliverer(desk(receiver))
    await clerk.publish("one", "two")
    tried = []
    for wait in (0, 0.9, 0.1, 4.9, 0.1):
        clock.advance(wait)
        await hooks.step()
        tried.append([got.json()["data"]["number"] for got in receiver.got])
    assert tried == [[1], [1], [1, 1], [1, 1], [1, 1, 1, 2]]
    assert len({got.id for got in receiver.at("/desk")[:3]}) == 1
    assert [got.headers["webhook-timestamp"] for got in receiver.got] == [
        "1800000000", "1800000001", "1800000006", "1800000006",
    ]  # fmt: skip


async def test_retry_after_is_heeded(receiver, clerk, deliverer, clock):
    receiver.answers["/desk"] = [says(429, "Retry-After: 120"), says(204)]
    hooks = await deliverer(desk(receiver))
    await clerk.publish("one")
    await hooks.step()
    clock.advance(119)
    await hooks.step()
    assert len(receiver.got) == 1
    clock.advance(1)
    await hooks.step()
    assert len(receiver.got) == 2


async def test_a_message_that_is_refused_is_a_dead_letter_and_the_queue_goes_on(
    store, receiver, clerk, deliverer, clock
):
    receiver.answers["/desk"] = [*[says(400)] * 5, says(204)]
    hooks = await deliverer(desk(receiver))
    await clerk.publish("bad", "good")
    for _ in range(5):
        await hooks.step()
        clock.advance(300)
    assert [got.json()["data"]["number"] for got in receiver.got] == [1, 1, 1, 1, 1, 2]
    [(_, letter)] = await store.hooks.letters("desk")
    assert (letter.message, letter.count, letter.status) == (receiver.got[0].id, 5, 400)
    assert letter.error == "127.0.0.1 answered 400."


async def test_dead_letters_are_replayed_under_their_ids(store, receiver, clerk, deliverer, clock):
    receiver.answers["/desk"] = says(422)
    hooks = await deliverer(desk(receiver))
    await clerk.publish("one", "two")
    for _ in range(10):
        await hooks.step()
        clock.advance(300)
    assert len(await store.hooks.letters("desk")) == 2
    del receiver.answers["/desk"]
    before = len(receiver.got)
    assert await store.hooks.replay("desk") == 2
    await hooks.step()
    assert [got.id for got in receiver.got[before:]] == [f"{store.epoch}-1", f"{store.epoch}-2"]
    assert receiver.got[before].json()["data"]["item"]["title"] == "Headline one"
    status = (await store.hooks.status(["desk"]))["desk"]
    assert (status.dead, status.again, status.delivered) == (0, 0, 2)
    assert await hooks.step() == 0


async def test_one_dead_letter_is_replayed_and_may_die_again(store, receiver, clerk, deliverer, clock):
    receiver.answers["/desk"] = says(422)
    hooks = await deliverer(desk(receiver))
    await clerk.publish("one", "two")
    for _ in range(10):
        await hooks.step()
        clock.advance(300)
    [(first, _), _] = await store.hooks.letters("desk")
    assert await store.hooks.replay("desk", [first, "1-1"]) == 1
    for _ in range(5):
        await hooks.step()
        clock.advance(300)
    assert [letter.change.number for _, letter in await store.hooks.letters("desk")] == [2, 1]


async def test_410_switches_a_hook_off_until_it_is_replayed(store, receiver, clerk, deliverer, clock):
    receiver.answers["/desk"] = says(410)
    hooks = await deliverer(desk(receiver))
    await clerk.publish("one")
    await hooks.step()
    await clerk.publish("two")
    clock.advance(86_400)
    assert await hooks.step() == 0
    assert (await store.hooks.status(["desk"]))["desk"].off
    del receiver.answers["/desk"]
    await store.hooks.replay("desk")
    await hooks.step()
    assert [got.json()["data"]["number"] for got in receiver.got] == [1, 1, 2]


async def test_a_new_address_switches_a_hook_on(store, receiver, clerk, deliverer):
    receiver.answers["/desk"] = says(410)
    hooks = await deliverer(desk(receiver))
    await clerk.publish("one")
    await hooks.step()
    hooks.take(configured({"id": "desk", "url": receiver.url("/moved")}))
    await hooks.step()
    assert [got.path for got in receiver.got] == ["/desk", "/moved"]


async def test_a_redirect_is_not_followed(store, receiver, clerk, deliverer):
    receiver.answers["/desk"] = says(307, f"Location: {receiver.url('/elsewhere')}")
    hooks = await deliverer(desk(receiver))
    await clerk.publish("one")
    await hooks.step()
    assert [got.path for got in receiver.got] == ["/desk"]
    status = (await store.hooks.status(["desk"]))["desk"]
    assert status.error == "127.0.0.1 redirects (307), which is not followed: configure the new address."
    assert status.waiting == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])
async def test_a_private_address_is_not_reached(store, receiver, clerk, deliverer, host):
    hooks = await deliverer({"id": "desk", "url": f"http://{host}:{receiver.port}/desk"}, allow=False)
    await clerk.publish("one")
    await hooks.step()
    assert receiver.got == []
    status = (await store.hooks.status(["desk"]))["desk"]
    assert "leads to a private network" in status.error
    assert status.tries.count == 1


async def test_a_receiver_that_hangs_delays_nobody_else(receiver, clerk, running):
    receiver.answers["/slow"] = hangs
    await running(
        {"id": "slow", "url": receiver.url("/slow")}, {"id": "quick", "url": receiver.url("/quick")}
    )
    for count, guid in enumerate("abc", 1):
        await clerk.publish(guid)
        await receiver.until(count, "/quick")
    assert len(receiver.at("/slow")) == 1


async def test_a_receiver_that_hangs_is_a_failed_try(store, receiver, clerk, deliverer):
    receiver.answers["/desk"] = hangs
    hooks = await deliverer(desk(receiver), timeout=0.1)
    await clerk.publish("one")
    await hooks.step()
    status = (await store.hooks.status(["desk"]))["desk"]
    assert status.error == "127.0.0.1 did not answer within 0.1 seconds."
    assert (status.tries.count, status.waiting) == (1, 1)


async def test_a_receiver_that_hangs_in_tls_is_a_failed_try(store, receiver, clerk, deliverer):
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, says nothing
        port = silent.getsockname()[1]
        hooks = await deliverer({"id": "desk", "url": f"https://127.0.0.1:{port}/"}, timeout=0.1)
        await clerk.publish("one")
        await hooks.step()
    assert (await store.hooks.status(["desk"]))["desk"].tries.count == 1


async def test_an_endless_body_counts_as_delivered(store, receiver, clerk, deliverer):
    """The status is the answer; what follows it is nobody's business."""

    async def endless(_, writer):
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    receiver.answers["/desk"] = endless
    hooks = await deliverer(desk(receiver))
    await clerk.publish("one")
    await hooks.step()
    assert (await store.hooks.status(["desk"]))["desk"].delivered == 1


@pytest.mark.parametrize(
    "answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 100_000 + b"\r\n\r\n"]
)
async def test_an_answer_that_is_not_http_is_a_failed_try(store, receiver, clerk, deliverer, answer):
    async def broken(_, writer):
        writer.write(answer)
        writer.close()

    receiver.answers["/desk"] = broken
    hooks = await deliverer(desk(receiver))
    await clerk.publish("one")
    await hooks.step()
    assert (await store.hooks.status(["desk"]))["desk"].tries.count == 1


async def test_a_broken_hook_costs_the_others_nothing(store, receiver, clerk, deliverer):
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    hooks = await deliverer({"id": "gone", "url": f"http://127.0.0.1:{port}/"}, desk(receiver))
    await clerk.publish("one")
    await hooks.step()
    assert len(receiver.got) == 1
    assert "refuses connections" in (await store.hooks.status(["gone"]))["gone"].error


async def test_changes_that_the_log_forgot_are_counted(store, receiver, clerk, deliverer, redis_url):
    hooks = await deliverer(desk(receiver))
    await clerk.publish("one", "two", "three")
    with Redis.from_url(redis_url) as redis:
        redis.xtrim("{s}:changes", maxlen=1, approximate=False)
    await hooks.step()
    assert [got.json()["data"]["number"] for got in receiver.got] == [3]
    assert (await store.hooks.status(["desk"]))["desk"].skipped == 2


async def test_no_secret_and_no_address_is_stored_or_logged(
    store, receiver, clerk, deliverer, redis_url, caplog
):
    caplog.set_level("DEBUG")
    receiver.answers["/hush?token=hush"] = says(410)
    hooks = await deliverer({"id": "desk", "url": receiver.url("/hush?token=hush")})
    await clerk.publish("one")
    await hooks.step()
    with Redis.from_url(redis_url) as redis:
        kept = b"".join(redis.dump(key) or b"" for key in redis.scan_iter("*"))
    assert receiver.got[0].path == "/hush?token=hush"
    assert b"hush" not in kept
    assert SECRET[6:].encode() not in kept
    assert "hush" not in caplog.text
    assert SECRET not in caplog.text


async def test_a_message_keeps_its_id_in_another_life_of_the_store(
    store, receiver, clerk, deliverer, clock, redis_url
):
    receiver.answers["/desk"] = [says(500), says(204)]
    hooks = await deliverer(desk(receiver))
    await clerk.publish("one", "two")
    await hooks.step()
    before = store.epoch
    with Redis.from_url(redis_url) as redis:
        redis.hset("{s}:meta", "epoch", "another")
    clock.advance(1)
    await hooks.step()
    assert [got.id for got in receiver.got] == [f"{before}-1", f"{before}-1", "another-2"]
    assert [got.json()["data"]["id"] for got in receiver.got] == [got.id for got in receiver.got]


async def test_letters_wait_for_a_message_that_is_being_tried(store, receiver, clerk, deliverer, clock):
    """A replay in the middle of tries takes nothing from them."""
    receiver.answers["/desk"] = [*[says(422)] * 5, says(500), says(500), says(204)]
    hooks = await deliverer(desk(receiver))
    await clerk.publish("bad", "late")
    for _ in range(5):
        await hooks.step()
        clock.advance(300)
    await store.hooks.replay("desk")
    await hooks.step()
    clock.advance(300)
    await hooks.step()
    await hooks.step()
    assert [got.json()["data"]["number"] for got in receiver.got] == [1, 1, 1, 1, 1, 2, 2, 2, 1]


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_is_answered_each_message_ends_and_order_holds(
    store, receiver, clerk, deliverer, clock, seed
):
    """Each is delivered once or a dead letter; none is tried before the one before it has ended."""
    chance = random.Random(seed)
    taken = []

    async def moody(got, writer):
        status = chance.choice([204, 204, 204, 400, 404, 408, 429, 500, 503, 302])
        if status == 204:
            taken.append(got.json()["data"]["number"])
        writer.write(says(status, *(["Retry-After: 40"] if chance.random() < 0.2 else [])))

    receiver.answers["/desk"] = moody
    hooks = await deliverer(desk(receiver))
    for start in range(0, 40, 8):
        await clerk.publish(*map(str, range(start, start + 8)))
        await hooks.step()
    while (await store.hooks.status(["desk"]))["desk"].waiting:
        clock.advance(7_200)
        await hooks.step()
    dead = [letter.change.number for _, letter in await store.hooks.letters("desk")]
    assert sorted(taken + dead) == list(range(1, 41))
    assert taken == sorted(taken)
    tried = [got.json()["data"]["number"] for got in receiver.got]
    assert tried == sorted(tried)
