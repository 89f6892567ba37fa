"""Our side as a subscriber, against a hub that the test runs."""

from __future__ import annotations

import pytest
from aiohttp import web
from house import rss

from aggregator.core.websub import LEASE
from aggregator.store.inbox import Inbox

HOUR = 3600.0


async def subscribed(house, hub, lease="86400"):
    """The request of a subscription that the hub has verified."""
    await house.ask()
    asked = hub.asked[-1]
    await hub.verify(asked, lease)
    return asked


async def test_a_source_that_names_a_hub_is_subscribed_to(house, hub, wire):
    await house.ask()
    [asked] = hub.asked
    assert (asked["mode"], asked["topic"]) == ("subscribe", wire.url("/wire.xml"))
    assert asked["callback"].startswith(f"{house.address}/websub/")
    assert len(asked["callback"].rpartition("/")[2]) == 43
    assert len(asked["secret"]) == 64
    assert float(asked["lease_seconds"]) == LEASE
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert asked.headers["User-Agent"].startswith("wire-aggregator/")
    assert house.paced == ["127.0.0.1"]


async def test_a_hub_named_in_the_feed_will_do(houses, wire, hub):
    wire.links = f"<atom:link rel='hub' href='{hub.url()}'/><atom:link rel='self' href='{wire.url('/own')}'/>"
    house = await houses(sources=[wire.source()])
    await house.poll()
    await house.ask()
    assert hub.asked[0]["topic"] == wire.url("/own")


async def test_a_hub_in_the_feed_is_seen_though_only_what_is_new_is_read(houses, wire, hub, clock):
    """Items whose bytes are known are not parsed again; what the head says counts all the same."""
    wire.links = f"<atom:link rel='hub' href='{hub.url()}'/><atom:link rel='self' href='{wire.url('/own')}'/>"
    house = await houses(sources=[wire.source()])
    await house.poll()
    await subscribed(house, hub)
    wire.titles = ["second", "first"]
    clock.advance(3600)
    assert await house.poll() == 1
    await house.ask()
    assert len(hub.asked) == 1
    state, _ = await house.state()
    assert state.push.hub == "127.0.0.1"


async def test_what_is_pushed_goes_the_walk_of_a_poll(house, hub, wire, clock):
    asked = await subscribed(house, hub)
    clock.advance(60)
    requests = wire.requests
    assert await hub.push(asked, rss("second", "first")) == 202
    await house.read()
    assert await house.titles() == {"first", "second"}
    assert wire.requests == requests
    [gathered] = house.gathered
    assert (gathered.entries, gathered.new) == (1, {"wire": 1})


async def test_a_push_of_news_alone_takes_nothing_away(house, hub, wire, clock):
    """A hub may send what changed and no more: the next poll finds nothing new."""
    asked = await subscribed(house, hub)
    await hub.push(asked, rss("second"))
    await house.read()
    wire.titles = ["second", "first"]
    clock.advance(25 * HOUR)
    assert await house.poll() == 1
    state, _ = await house.state()
    assert state.conditions == ()
    assert state.push.until == 0.0 or state.push.until < clock()
    assert house.gathered[0].entries == 1
    assert await house.store.changes.newest() == 2


async def test_polling_is_rarer_while_pushes_arrive(house, hub, wire, clock):
    _, usual = await house.state()
    asked = await subscribed(house, hub, lease=str(20 * 86_400))
    await hub.push(asked, rss("second", "first"))
    await house.read()
    state, due = await house.state()
    assert due > usual
    assert state.reason.startswith("pushed by the hub 127.0.0.1; asked every ")
    assert state.reason.endswith(" beside it")
    assert (state.push.last, state.push.until) == (clock(), clock() + 20 * 86_400)
    assert state.etag == '"1-' + str(len(rss("first"))) + '"'
    assert due - state.last_poll <= 86_400.0 + 1


async def test_a_poll_that_finds_what_no_push_told_of_ends_that(house, hub, wire, clock):
    asked = await subscribed(house, hub, lease=str(20 * 86_400))
    await hub.push(asked, rss("second", "first"))
    await house.read()
    wire.titles = ["third", "second", "first"]
    clock.advance(86_400)
    await house.poll()
    state, due = await house.state()
    assert "beside it" not in state.reason
    slow = due - clock()
    await hub.push(asked, rss("fourth", "third"))
    await house.read()
    state, due = await house.state()
    assert "beside it" in state.reason
    assert due - clock() > slow


async def test_a_configured_interval_stays(houses, hub, wire):
    wire.names(hub.url())
    house = await houses(sources=[wire.source(interval=600.0)])
    await house.poll()
    asked = await subscribed(house, hub)
    await hub.push(asked, rss("second", "first"))
    await house.read()
    state, due = await house.state()
    assert due == state.last_poll + 600.0


async def test_the_lease_is_renewed_under_the_same_address(house, hub, clock):
    asked = await subscribed(house, hub, lease="1000")
    clock.advance(810)
    await house.ask()
    again = hub.asked[-1]
    assert len(hub.asked) == 2
    assert (again["callback"], again["secret"]) == (asked["callback"], asked["secret"])
    await hub.verify(again, "1000")
    clock.advance(700)
    await house.ask()
    assert len(hub.asked) == 2
    assert await hub.push(asked, rss("second")) == 202


async def test_a_hub_of_very_short_leases_is_not_asked_all_the_time(house, hub, clock):
    await subscribed(house, hub, lease="1")
    for _ in range(29):
        clock.advance(10)
        await house.ask()
    assert len(hub.asked) == 1
    clock.advance(11)
    await house.ask()
    assert len(hub.asked) == 2


async def test_when_the_lease_is_lost_polling_is_as_it_was(house, hub, wire, clock):
    asked = await subscribed(house, hub, lease=str(20 * 86_400))
    await hub.push(asked, rss("second", "first"))
    await house.read()
    _, slow = await house.state()
    assert await hub.get(asked, mode="denied", topic=asked["topic"], reason="too many") == (200, "")
    await house.read()
    state, due = await house.state()
    assert "beside it" not in state.reason
    assert due < slow
    assert state.push.until == 0.0


async def test_a_hub_that_says_no_is_asked_again_a_day_later(house, hub, clock):
    await house.ask()
    await hub.get(hub.asked[0], mode="denied", topic=hub.asked[0]["topic"])
    clock.advance(23 * HOUR)
    await house.ask()
    assert len(hub.asked) == 1
    clock.advance(2 * HOUR)
    await house.ask()
    assert len(hub.asked) == 2


async def test_a_hub_that_fails_is_asked_less_and_less(house, hub, clock):
    hub.answers = [web.Response(status=500), web.Response(status=503, headers={"Retry-After": "7200"})]
    await house.ask()
    clock.advance(61)
    await house.ask()
    assert len(hub.asked) == 2
    clock.advance(7000)
    await house.ask()
    assert len(hub.asked) == 2
    clock.advance(300)
    await house.ask()
    assert len(hub.asked) == 3
    await hub.verify(hub.asked[-1])


async def test_a_hub_that_moved_is_followed_with_all_that_is_said(house, hub):
    hub.answers = [web.Response(status=307, headers={"Location": "/elsewhere"})]
    await house.ask()
    assert [asked.form for asked in hub.asked] == [hub.asked[0].form] * 2
    await hub.verify(hub.asked[-1])


async def test_a_hub_that_redirects_otherwise_or_in_circles_is_not_followed(house, hub, clock):
    hub.answers = [web.Response(status=302, headers={"Location": "/elsewhere"})]
    await house.ask()
    assert len(hub.asked) == 1
    clock.advance(61)
    hub.answers = [web.Response(status=307, headers={"Location": "/elsewhere"}) for _ in range(9)]
    await house.ask()
    assert len(hub.asked) == 5


async def test_a_hub_may_verify_before_it_answers(house, hub, clock):
    hub.at_once = True
    await house.ask()
    clock.advance(2 * HOUR)
    await house.ask()
    assert len(hub.asked) == 1


async def test_only_what_we_asked_for_is_verified(house, hub):
    await house.ask()
    [asked] = hub.asked
    good = {"mode": "subscribe", "topic": asked["topic"], "challenge": "x", "lease_seconds": "60"}
    for wrong in (
        {"topic": "http://other.example/feed"},
        {"mode": "unsubscribe"},
        {"mode": "publish"},
        {"challenge": ""},
        {"challenge": "x" * 2000},
        {"lease_seconds": "0"},
        {"lease_seconds": "-5"},
        {"lease_seconds": "soon"},
        {"lease_seconds": ""},
    ):
        status, body = await hub.get(asked, **{**good, **wrong})
        assert (status, "x" * 2000 in body) == (404, False), wrong
    assert (await hub.get(asked, **good)) == (200, "x")
    assert (await hub.get(asked, **good)) == (200, "x")  # the answer may have got lost (WebSub 5.3)
    assert (await hub.get(asked, **{**good, "challenge": "y"}))[0] == 404
    assert (await hub.get(asked, **{**good, "mode": "unsubscribe"}))[0] == 404


async def test_a_callback_that_is_guessed_is_nothing(house, hub):
    await house.ask()
    [asked] = hub.asked
    asked.form["hub.callback"] = asked["callback"][:-1] + ("a" if asked["callback"][-1] != "a" else "b")
    assert (await hub.get(asked, mode="subscribe", topic=asked["topic"], challenge="x", lease_seconds="60"))[
        0
    ] == 404
    assert await hub.push(asked, rss("second")) == 404


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
async def test_signatures_of_each_kind_are_taken(house, hub, algorithm):
    asked = await subscribed(house, hub)
    assert await hub.push(asked, rss("second"), algorithm=algorithm) == 202
    await house.read()
    assert "second" in await house.titles()


@pytest.mark.parametrize(
    "signature", ["", "sha256=", "sha256=00", "md5=00", "none", "sha256=" + "0" * 64, "sha1=" + "0" * 40]
)
async def test_a_forged_push_is_answered_and_goes_no_further(house, hub, signature):
    asked = await subscribed(house, hub)
    assert await hub.push(asked, rss("forged"), X_Hub_Signature=signature) == 202
    assert await hub.push(asked, rss("forged"), secret="another") == 202
    await house.read()
    assert await house.titles() == {"first"}


async def test_a_push_that_is_no_feed_makes_the_source_due(house, hub, clock):
    asked = await subscribed(house, hub)
    await hub.push(asked, b"<p>something is new, come and see</p>", Content_Type="text/html")
    await house.read()
    _, due = await house.state()
    assert due == clock()
    assert house.subscriber.totals["unreadable"] == 1


async def test_a_body_that_is_too_large_or_packed_is_refused(houses, hub, wire):
    wire.names(hub.url())
    house = await houses(sources=[wire.source()], polling={"max_bytes": "10KB"})
    await house.poll()
    asked = await subscribed(house, hub)
    assert await hub.push(asked, b"x" * 10_001) == 413
    assert await hub.push(asked, rss("second"), Content_Encoding="br") == 400

    async def drips():
        for _ in range(20):
            yield b"x" * 1000

    async with hub.http.post(asked["callback"], data=drips()) as answer:
        assert answer.status == 413


async def test_where_there_is_no_room_the_source_is_polled(house, hub, clock, monkeypatch):
    monkeypatch.setattr("aggregator.store.websub.QUEUE_MOST", 1)
    asked = await subscribed(house, hub)
    assert await hub.push(asked, rss("second")) == 202
    assert await hub.push(asked, rss("third")) == 202
    _, due = await house.state()
    assert due == clock()


async def test_pushes_of_a_source_that_is_being_polled_wait_for_that(house, hub, clock):
    asked = await subscribed(house, hub)
    clock.advance(86_400)
    [claim] = await house.store.sources.claim("other", 9, 30.0)
    await hub.push(asked, rss("second"))
    await house.read()
    assert await house.titles() == {"first"}
    await house.store.sources.give_back([claim])
    clock.advance(1)
    await house.read()
    assert await house.titles() == {"first", "second"}


async def test_what_a_fault_of_ours_meets_is_polled_instead(house, hub, clock, monkeypatch):
    asked = await subscribed(house, hub)

    async def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(house.gather, "pushed", broken)
    await hub.push(asked, rss("second"))
    await house.read()
    _, due = await house.state()
    assert due == clock()
    await house.read()
    assert house.subscriber.totals["polled_instead"] == 1


async def test_where_the_inbox_stays_full_the_source_is_polled_instead(house, hub, clock, monkeypatch):
    asked = await subscribed(house, hub)
    monkeypatch.setattr(Inbox.hand_in, "__defaults__", (0,))
    monkeypatch.setattr("aggregator.deliver.subscriber.AWAY", 0.0)
    await hub.push(asked, rss("second"))
    monkeypatch.setattr(house.gather, "clock", lambda: clock.advance(5) or clock())
    await house.subscriber.read()
    await house.subscriber.rest()
    assert house.subscriber.totals["polled_instead"] == 1
    assert await house.titles() == {"first"}
    _, due = await house.state()
    assert due == clock()


async def test_pushes_are_read_in_the_order_in_which_they_came(house, hub):
    asked = await subscribed(house, hub)
    for title in ("second", "third", "fourth"):
        await hub.push(asked, rss(title))
    for expected in ({"first", "second"}, {"first", "second", "third"}):
        await house.read()
        assert await house.titles() == expected


async def test_a_source_taken_out_takes_leave_of_its_hub(house, hub, clock):
    asked = await subscribed(house, hub)
    await house.take_up()
    await house.subscriber.sweep()
    await house.ask()
    leave = hub.asked[-1]
    assert (leave["mode"], leave["callback"]) == ("unsubscribe", asked["callback"])
    assert await hub.push(asked, rss("late")) == 410
    await hub.verify(leave)
    assert await hub.push(asked, rss("late")) == 404


async def test_a_hub_that_does_not_listen_to_that_is_forgotten(house, hub, clock):
    asked = await subscribed(house, hub)
    await house.take_up()
    await house.subscriber.sweep()
    hub.answers = [web.Response(status=500) for _ in range(3)]
    for _ in range(3):
        await house.ask()
        clock.advance(2000)
    assert len(hub.asked) == 4
    await house.ask()
    assert len(hub.asked) == 4
    assert await hub.push(asked, rss("late")) == 404


async def test_a_feed_that_names_no_hub_any_more_is_left(house, hub, wire, clock):
    await subscribed(house, hub)
    wire.header, wire.titles = None, ["second", "first"]
    clock.advance(86_400)
    await house.poll()
    await house.ask()
    assert hub.asked[-1]["mode"] == "unsubscribe"
    state, _ = await house.state()
    assert state.push is None


@pytest.mark.parametrize(
    "settings", [{"polling": {"websub": False}}, {"server": {"public_url": None}}], ids=["off", "no address"]
)
async def test_nothing_is_subscribed_to_unless_hubs_can_reach_us(houses, wire, hub, settings):
    wire.names(hub.url())
    house = await houses(sources=[wire.source()], **settings)
    await house.poll()
    await house.ask()
    assert hub.asked == []


async def test_switched_off_it_takes_leave_of_all_hubs_and_polls_as_before(house, hub, clock):
    asked = await subscribed(house, hub, lease=str(20 * 86_400))
    await hub.push(asked, rss("second", "first"))
    await house.read()
    _, slow = await house.state()
    house.config = house.config.model_copy(
        update={"polling": house.config.polling.model_copy(update={"websub": False})}
    )
    off = house.new_subscriber()
    async with off._line:
        for work in (off.sweep, off.read, off.rest, off.ask, off.rest):
            await work()
    assert hub.asked[-1]["mode"] == "unsubscribe"
    state, due = await house.state()
    assert "beside it" not in state.reason
    assert due < slow
    await hub.verify(hub.asked[-1])


async def test_who_does_not_get_a_turn_is_no_fault_of_the_hub(house, hub, clock, monkeypatch):
    import asyncio

    monkeypatch.setattr("aggregator.deliver.subscriber.TURN", 0.05)
    monkeypatch.setattr(house.subscriber, "_ask_host", lambda _: asyncio.sleep(30))
    await house.ask()
    assert (hub.asked, house.subscriber.totals["refused"]) == ([], 0)
    [known] = (await house.store.websub.all()).values()
    assert known.error == ""
    monkeypatch.setattr(house.subscriber, "_ask_host", lambda _: asyncio.sleep(0))
    clock.advance(61)
    await house.ask()
    assert len(hub.asked) == 1


async def test_what_is_read_with_credentials_is_told_to_no_hub(houses, wire, hub):
    wire.names(hub.url())
    house = await houses(sources=[wire.source(headers=(("X-Key", "hush"),))])
    await house.poll()
    await house.ask()
    assert hub.asked == []


async def test_no_credentials_follow_a_redirect_to_another_origin(houses, wire, hub):
    """The hub is at home with its source; where it leads to is not."""
    seen = []

    async def moved(request):
        seen.append(request.headers.get("X-Key"))
        return web.Response(status=307, headers={"Location": hub.url()})

    wire.more["/hub"] = moved
    wire.names(wire.url("/hub"))
    house = await houses(sources=[wire.source(headers=(("X-Key", "hush"),))])
    await house.poll()
    await house.ask()
    assert seen == ["hush"]
    assert "X-Key" not in hub.asked[0].headers


async def test_a_hub_in_a_private_network_is_not_asked(houses, wire, hub):
    """The publisher stands on 127.0.0.1, which is allowed; its hub on 127.0.0.2, which is not."""
    wire.names(f"http://127.0.0.2:{hub.port}/")
    house = await houses(sources=[wire.source()], polling={"allow_private_networks": ["127.0.0.1/32"]})
    await house.poll()
    await house.ask()
    assert hub.asked == []
    assert house.subscriber.totals["refused"] == 1
    [known] = (await house.store.websub.all()).values()
    assert "private network" in known.error


async def test_a_hub_that_hangs_holds_up_nobody(houses, wire, hub):
    wire.names(hub.url())
    house = await houses(sources=[wire.source()], timeout=0.2)

    async def hangs(request):
        await request.read()
        import asyncio

        await asyncio.sleep(5)
        return web.Response()

    hub._ask = hangs
    await house.poll()
    await house.ask()


async def test_after_a_loss_of_the_store_the_source_is_polled_instead(house, hub, redis_url, clock):
    """What was settled under another epoch may stand on lost arrivals: a push must not make it good."""
    asked = await subscribed(house, hub)
    house.store.epochs, house.store.epoch = {}, "another"
    await hub.push(asked, rss("second"))
    await house.read()
    assert house.subscriber.totals["polled_instead"] == 1
    _, due = await house.state()
    assert due == clock()


async def test_no_secret_is_shown(house, hub):
    await house.ask()
    [asked] = hub.asked
    state, _ = await house.state()
    [known] = (await house.store.websub.all()).values()
    assert asked["secret"] not in repr(known)
    assert asked["secret"] not in repr(state)
