"""Our hub, against a subscriber that the test runs; at last against our own."""

from __future__ import annotations

import asyncio
import json

import feedparser
import pytest
from aiohttp import web
from msgspec.structs import replace

from aggregator.config import Config
from aggregator.core.model import Change
from aggregator.core.websub import GIVEN, GIVEN_LEAST, GIVEN_MOST


@pytest.fixture
async def house(houses, wire):
    """A house with a view, that has polled a source."""
    feeds = [
        {"id": "wire", "title": "Of the wire", "where": {"sources": ["wire"]}},
        {"id": "none", "where": {"q": "nowhere"}},
    ]
    it = await houses(sources=[wire.source(interval=1.0)], feeds=feeds)
    await it.poll()
    return it


@pytest.fixture
def topic(house):
    return f"{house.address}/feed.json"


@pytest.fixture
def publish(house, wire, clock):
    """Publishes a story, which a poll finds."""

    async def one(title):
        wire.titles.insert(0, title)
        clock.advance(2)
        assert await house.poll() == 1

    return one


async def subscribed(house, reader, topic, path="/push", **more):
    assert await reader.subscribe(f"{house.address}/hub", topic, path, **more) == 202
    await house.tell()


def titles(came):
    return [item["title"] for item in json.loads(came.body)["items"]]


async def test_a_subscriber_is_asked_whether_it_meant_it(house, reader, topic):
    assert (
        await reader.subscribe(f"{house.address}/hub", topic, "/push?a=1&b=%2c", lease_seconds="7200") == 202
    )
    assert reader.questions == []
    await house.tell()
    [asked] = reader.questions
    assert (asked["hub.mode"], asked["hub.topic"], asked["hub.lease_seconds"]) == ("subscribe", topic, "7200")
    assert (asked["a"], asked["b"]) == ("1", ",")
    assert len(asked["hub.challenge"]) >= 32
    assert await house.store.hub.count() == 1
    assert house.paced == ["127.0.0.1"]


async def test_it_is_told_of_what_is_new_and_of_nothing_else(house, reader, topic, publish):
    await subscribed(house, reader, topic, secret="hush")
    await house.tell()
    assert reader.came == {}
    await publish("second")
    await house.tell()
    [came] = reader.came["/push"]
    assert came.signed_with("hush")
    assert came.headers["X-Hub-Signature"].startswith("sha256=")
    assert came.headers["Content-Type"] == "application/feed+json"
    assert came.headers["Link"] == f'<{house.address}/hub>; rel="hub", <{topic}>; rel="self"'
    assert titles(came) == ["second"]
    await house.tell()
    assert len(reader.came["/push"]) == 1


async def test_what_is_sent_is_the_feed_with_what_changed(house, reader, topic, publish):
    """Head and items are those of the feed itself."""
    await subscribed(house, reader, topic)
    await publish("second")
    await house.tell()
    sent = json.loads(reader.came["/push"][0].body)
    async with asyncio.timeout(20):
        while True:
            async with reader.http.get(topic) as answer:
                feed = await answer.json(content_type=None)
                if len(feed["items"]) == 2:
                    break
    assert sent["items"] == [item for item in feed["items"] if item["title"] == "second"]
    assert {key: value for key, value in sent.items() if key != "items"} == {
        key: value for key, value in feed.items() if key != "items"
    }


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/feed.atom", "application/atom+xml; charset=utf-8"),
        ("/feed.rss", "application/rss+xml; charset=utf-8"),
        ("/feeds/wire.json", "application/feed+json"),
        ("/feeds/wire.atom", "application/atom+xml; charset=utf-8"),
        ("/feeds/wire.rss", "application/rss+xml; charset=utf-8"),
    ],
)
async def test_every_feed_can_be_subscribed_to_in_its_format(house, reader, publish, path, kind):
    await subscribed(house, reader, house.address + path)
    await publish("second")
    await house.tell()
    [came] = reader.came["/push"]
    assert came.headers["Content-Type"] == kind
    if path.endswith(".json"):
        assert titles(came) == ["second"]
    else:
        read = feedparser.parse(came.body)
        assert [entry.title for entry in read.entries] == ["second"]
        links = {link["rel"]: link["href"] for link in read.feed.links}
        assert (links["hub"], links["self"]) == (f"{house.address}/hub", house.address + path)


async def test_a_view_is_told_of_its_own_stories(house, reader, publish):
    await subscribed(house, reader, f"{house.address}/feeds/none.json")
    await publish("second")
    await house.tell()
    assert reader.came == {}
    due = await house.store.hub.claim(9, 30.0)
    assert due.subscribers == ()


async def test_the_feeds_announce_the_hub_where_it_is_told_of_them(house, reader):
    async def of(path):
        async with reader.http.get(house.address + path) as answer:
            return answer.headers.get("Link"), await answer.read()

    for path in ("/feed.json", "/feeds/wire.json"):
        link, body = await of(path)
        assert link == f'<{house.address}/hub>; rel="hub", <{house.address}{path}>; rel="self"'
        assert json.loads(body)["hubs"] == [{"type": "WebSub", "url": f"{house.address}/hub"}]
    for path in ("/feed.atom", "/feed.rss"):
        link, body = await of(path)
        assert f"<{house.address}{path}>" in link
        assert {"hub", "self"} <= {one["rel"] for one in feedparser.parse(body).feed.links}
    for path in ("/feed.json?source=wire", "/feed.json?view=wire", "/feed.json?limit=1"):
        link, body = await of(path)
        assert (link, "hubs" in json.loads(body)) == (None, False)


async def test_without_a_public_address_there_is_no_hub(houses, reader):
    house = await houses(server={"public_url": None})
    assert await reader.subscribe(f"{house.address}/hub", f"{house.address}/feed.json") == 404
    async with reader.http.get(f"{house.address}/feed.json") as answer:
        assert ("Link" in answer.headers, "hubs" in await answer.json(content_type=None)) == (False, False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"topic": "/feed.json?source=wire"},
        {"topic": "/feeds/unknown.json"},
        {"topic": "/sources.json"},
        {"topic": "/feed.json#x"},
        {"mode": "publish"},
        {"callback": "ftp://reader.example/"},
        {"callback": "http://user:password@reader.example/"},
        {"callback": "//reader.example/"},
        {"callback": ""},
        {"lease_seconds": "-1"},
        {"lease_seconds": "soon"},
        {"secret": "s" * 200},
    ],
    ids=lambda wrong: f"{next(iter(wrong))} {next(iter(wrong.values()))[:30]}",
)
async def test_a_request_that_cannot_be_meant_is_refused_at_once(house, reader, topic, wrong):
    form = {"mode": "subscribe", "topic": topic, "callback": reader.url("/push"), **wrong}
    if not form["topic"].startswith("http"):
        form["topic"] = house.address + form["topic"]
    fields = {f"hub.{name}": value for name, value in form.items()}
    async with reader.http.post(f"{house.address}/hub", data=fields) as answer:
        said = await answer.json(content_type=None)
    assert (answer.status, said["parameter"]) == (400, f"hub.{next(iter(wrong))}")


async def test_a_form_that_is_none_is_refused(house, reader):
    for sent, kind, status in (
        (b"x" * 20_000, "application/x-www-form-urlencoded", 413),
        (b"{}", "application/json", 400),
        (b"hub.mode=%ff", "application/x-www-form-urlencoded", 400),
        (b"hub.mode=subscribe&hub.mode=subscribe", "application/x-www-form-urlencoded", 400),
        (b"&".join(b"a=%d" % n for n in range(100)), "application/x-www-form-urlencoded", 400),
    ):
        async with reader.http.post(
            f"{house.address}/hub", data=sent, headers={"Content-Type": kind}
        ) as answer:
            assert answer.status == status
    async with reader.http.get(f"{house.address}/hub") as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "POST, OPTIONS")


@pytest.mark.parametrize(
    "says",
    [
        lambda asked: web.Response(text="yes"),
        lambda asked: web.Response(text=asked["hub.challenge"] + "\n"),
        lambda asked: web.Response(text=asked["hub.challenge"], status=404),
        lambda asked: web.Response(status=302, headers={"Location": "/?" + asked["hub.challenge"]}),
    ],
    ids=["another word", "more than asked", "404", "a redirect"],
)
async def test_who_does_not_say_the_challenge_is_not_subscribed(house, reader, topic, says, publish):
    reader.says = says
    await subscribed(house, reader, topic)
    assert await house.store.hub.count() == 0
    await house.tell()
    assert len(reader.questions) == 1


async def test_a_callback_that_is_down_for_a_moment_is_asked_again(house, reader, topic, clock):
    reader.says = lambda _: web.Response(status=503)
    await subscribed(house, reader, topic)
    reader.says = None
    clock.advance(11)
    await house.tell()
    assert await house.store.hub.count() == 1
    assert len({asked["hub.challenge"] for asked in reader.questions}) == 2


async def test_leases_are_between_bounds(house, reader, topic, clock):
    for path, asked, given in (("/a", "1", GIVEN_LEAST), ("/b", "99999999", GIVEN_MOST), ("/c", "", GIVEN)):
        await subscribed(house, reader, topic, path, lease_seconds=asked)
        assert float(reader.questions[-1]["hub.lease_seconds"]) == given
        assert await house.store.hub.until(topic, reader.url(path)) == clock() + given


async def test_when_the_lease_is_over_nothing_more_is_sent(house, reader, topic, publish, clock):
    await subscribed(house, reader, topic, lease_seconds="300")
    clock.advance(301)
    await publish("second")
    await house.tell()
    assert reader.came == {}
    assert await house.store.hub.count() == 0


async def test_unsubscribing_needs_the_callbacks_word(house, reader, topic, publish):
    await subscribed(house, reader, topic)
    reader.says = lambda _: web.Response(status=404)
    await subscribed(house, reader, topic, mode="unsubscribe")
    assert await house.store.hub.count() == 1
    reader.says = None
    await subscribed(house, reader, topic, mode="unsubscribe")
    assert reader.questions[-1]["hub.mode"] == "unsubscribe"
    assert "hub.lease_seconds" not in reader.questions[-1]
    await publish("second")
    await house.tell()
    assert reader.came == {}


async def test_what_failed_is_in_the_next_edition(house, reader, topic, publish, clock):
    await subscribed(house, reader, topic)
    reader.answers["/push"] = 500
    await publish("second")
    await house.tell()
    await publish("third")
    clock.advance(10)
    reader.answers["/push"] = 204
    await house.tell()
    failed, came = reader.came["/push"]
    assert (titles(failed), set(titles(came))) == (["second"], {"second", "third"})
    await publish("fourth")
    await house.tell()
    assert titles(reader.came["/push"][-1]) == ["fourth"]


async def test_who_is_gone_is_dropped(house, reader, topic, publish):
    await subscribed(house, reader, topic)
    reader.answers["/push"] = 410
    await publish("second")
    await house.tell()
    assert await house.store.hub.count() == 0


async def test_a_redirect_is_not_followed(house, reader, topic, publish):
    async def away(_):
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    await subscribed(house, reader, topic)
    reader.answers["/push"] = away
    await publish("second")
    await house.tell()
    assert (len(reader.came["/push"]), "/elsewhere" in reader.came) == (1, False)
    assert house.publisher.totals["failed"] == 1


async def test_one_slow_callback_delays_no_other(house, reader, topic, publish):
    gate = asyncio.Event()

    async def waits(_):
        await gate.wait()
        return web.Response(status=204)

    for path in ("/slow", "/a", "/b"):
        await subscribed(house, reader, topic, path)
    reader.answers["/slow"] = waits
    await publish("second")
    telling = asyncio.create_task(house.tell())
    for path in ("/a", "/b", "/slow"):
        await reader.until(1, path)
    assert not telling.done()
    gate.set()
    await telling
    assert house.publisher.totals["delivered"] == 3


async def test_a_callback_that_hangs_has_so_long_and_no_longer(houses, wire, reader, clock):
    house = await houses(sources=[wire.source(interval=1.0)], timeout=0.2)

    async def hangs(_):
        await asyncio.sleep(30)

    await house.poll()
    await subscribed(house, reader, f"{house.address}/feed.json")
    reader.answers["/push"] = hangs
    wire.titles.insert(0, "second")
    clock.advance(2)
    await house.poll()
    await house.tell()
    assert house.publisher.totals["failed"] == 1


async def test_callbacks_in_private_networks_are_not_called(houses, reader):
    house = await houses(polling={"allow_private_networks": False})
    await subscribed(house, reader, f"{house.address}/feed.json")
    assert (reader.questions, await house.store.hub.count()) == ([], 0)


async def test_bursts_are_one_edition(house, reader, topic, publish):
    await subscribed(house, reader, topic)
    await publish("second")
    await house.tell()
    for title in ("third", "fourth", "fifth"):
        await publish(title)
    await house.tell()
    assert [set(titles(came)) for came in reader.came["/push"]] == [{"second"}, {"third", "fourth", "fifth"}]


async def test_what_is_too_much_for_one_edition_comes_in_the_next(
    house, reader, topic, publish, monkeypatch, clock
):
    monkeypatch.setattr("aggregator.deliver.edition.SIZE", 500)
    await subscribed(house, reader, topic)
    for title in ("second", "third", "fourth"):
        await publish(title)
    for _ in range(3):
        await house.tell()
        clock.advance(1.1)
    assert [titles(came) for came in reader.came["/push"]] == [["third", "second"], ["fourth"]]


async def test_behind_a_proxy_with_a_path_topics_and_callbacks_have_it(houses, reader, wire, hub):
    from house import free_port

    port = free_port()
    wire.names(hub.url())
    server = {"port": port, "public_url": f"http://127.0.0.1:{port}/desk/"}
    house = await houses(sources=[wire.source()], server=server)
    house.address = f"http://127.0.0.1:{port}/desk"
    await house.poll()
    await house.ask()
    assert hub.asked[0]["callback"].startswith(f"{house.address}/websub/")
    await hub.verify(hub.asked[0])
    await subscribed(house, reader, f"{house.address}/feed.json")
    assert await house.store.hub.count() == 1
    async with reader.http.get(f"{house.address}/feed.json") as answer:
        assert (await answer.json(content_type=None))["hubs"] == [
            {"type": "WebSub", "url": f"{house.address}/hub"}
        ]


async def test_an_edition_is_rendered_once_for_all(house, reader, topic, publish):
    for number in range(5):
        await subscribed(house, reader, topic, f"/{number}")
    await publish("second")
    await house.tell()
    assert len(house.publisher._editions) == 1
    assert len({came[0].body for came in reader.came.values()}) == 1
    assert len(reader.came) == 5


async def test_what_a_source_held_when_it_was_added_is_pushed_to_nobody(house, reader, topic, wire, clock):
    """Backfill stands in the change log, marked."""
    await subscribed(house, reader, topic)
    stored = (await house.store.stories.read([id_ for id_, _ in await house.store.stories.ids_and_placed()]))[
        0
    ]
    from aggregator.store import Commit, StoryWrites

    change = Change(0, "added", stored.story.id, clock(), backfill=True)
    await house.store.stories.commit(
        Commit(house.grouper.number, "9999999999999-0", clock(), StoryWrites(), changes=(change,))
    )
    await house.tell()
    assert reader.came == {}


async def test_a_withdrawn_story_is_in_no_edition(house, reader, topic, clock):
    await subscribed(house, reader, topic)
    stored = (await house.store.stories.read([id_ for id_, _ in await house.store.stories.ids_and_placed()]))[
        0
    ]
    from aggregator.store import Commit, StoryWrites

    writes = StoryWrites(stories=(replace(stored.story, status="withdrawn"),))
    change = Change(0, "withdrawn", stored.story.id, clock())
    await house.store.stories.commit(
        Commit(house.grouper.number, "9999999999999-0", clock(), writes, changes=(change,))
    )
    await house.tell()
    assert reader.came == {}


# --- who may ----------------------------------------------------------------------------------------------

TOKENS = [
    {"name": "desk", "value": "desk-secret", "write": True},
    {"name": "partner", "value": "partner-secret", "views": ["wire"]},
]


@pytest.fixture
async def guarded(houses, wire):
    it = await houses(sources=[wire.source(interval=1.0)], feeds=[{"id": "wire"}], tokens=TOKENS)
    await it.poll()
    return it


async def test_with_tokens_a_request_needs_one_that_may_read_the_topic(guarded, reader):
    hub, merged, view = (f"{guarded.address}{path}" for path in ("/hub", "/feed.json", "/feeds/wire.json"))
    assert await reader.subscribe(hub, merged) == 401
    assert await reader.subscribe(f"{hub}?token=partner-secret", merged) == 403
    assert await reader.subscribe(f"{hub}?token=partner-secret", view) == 202
    assert await reader.subscribe(f"{hub}?token=desk-secret", merged) == 202


async def test_a_token_for_a_view_is_told_of_no_related_story_beyond_it(houses, reader, wire, clock):
    from aggregator.store import Commit, StoryWrites

    feeds = [{"id": "wire", "where": {"q": "harbour"}}]
    it = await houses(sources=[wire.source(interval=1.0)], feeds=feeds, tokens=TOKENS)
    await it.poll()
    merged, view = f"{it.address}/feed.json", f"{it.address}/feeds/wire.json"
    assert await reader.subscribe(f"{it.address}/hub?token=desk-secret", merged, "/desk") == 202
    assert await reader.subscribe(f"{it.address}/hub?token=partner-secret", view, "/partner") == 202
    await it.tell()
    for title in ("A harbour opens", "Not for partners"):
        wire.titles.insert(0, title)
        clock.advance(2)
        assert await it.poll() == 1
    stored = await it.store.stories.read([id_ for id_, _ in await it.store.stories.ids_and_placed()])
    known = {one.copies[0].title: one.story for one in stored}
    story, other = known["A harbour opens"], known["Not for partners"]
    change = Change(0, "updated", story.id, clock(), what=("related",))
    writes = StoryWrites(stories=(replace(story, related=((other.id, 0.8),)),))
    await it.store.stories.commit(
        Commit(it.grouper.number, "9999999999999-0", clock(), writes, changes=(change,))
    )
    await it.tell()
    assert b"Not for partners" in reader.came["/desk"][-1].body
    [came] = reader.came["/partner"]
    assert titles(came) == ["A harbour opens"]
    assert b"Not for partners" not in came.body


async def test_our_own_subscriber_brings_the_token_that_it_reads_with(guarded, houses):
    from aggregator.core.model import Auth, Source

    url = f"{guarded.address}/feeds/wire.json"
    auth = Auth("bearer", password="partner-secret")
    second = await houses(sources=[Source(id="first", url=url, name="First", outlet="First", auth=auth)])
    await second.poll()
    await second.ask()
    await guarded.tell()
    [known] = (await second.store.websub.all()).values()
    assert (known.state, known.topic) == ("active", url)


async def test_a_token_that_is_taken_out_takes_its_subscriptions_along(guarded, reader, wire, clock):
    view = f"{guarded.address}/feeds/wire.json"
    assert await reader.subscribe(f"{guarded.address}/hub?token=partner-secret", view) == 202
    await guarded.tell()
    guarded.publisher.take(
        Config.model_validate(
            {
                **guarded.config.model_dump(exclude={"sources", "tokens", "feeds"}),
                "tokens": TOKENS[:1],
                "feeds": [{"id": "wire"}],
            }
        )
    )
    wire.titles.insert(0, "second")
    clock.advance(2)
    await guarded.poll()
    for _ in range(4):
        await guarded.tell()
        clock.advance(31)
    assert reader.came == {}
    assert await guarded.store.hub.count() == 0
    assert reader.questions[-1] == {
        "hub.mode": "denied",
        "hub.topic": view,
        "hub.reason": "the token of this subscription is not valid any more",
    }


async def test_a_view_that_is_taken_out_denies_its_subscribers(house, reader, publish, clock):
    await subscribed(house, reader, f"{house.address}/feeds/wire.json")
    house.publisher.take(house.config.model_copy(update={"feeds": ()}))
    await publish("second")
    for _ in range(4):
        await house.tell()
        clock.advance(31)
    assert reader.questions[-1]["hub.reason"] == "there is no such view any more"
    assert (reader.came, await house.store.hub.count()) == ({}, 0)


async def test_a_client_has_so_many_subscriptions_and_all_have_so_many(house, reader, topic, monkeypatch):
    monkeypatch.setattr("aggregator.store.hub.MOST_OF_CLIENT", 1)
    hub = f"{house.address}/hub"

    async def asks(path, client):
        form = {"hub.mode": "subscribe", "hub.topic": topic, "hub.callback": reader.url(path)}
        async with reader.http.post(hub, data=form, headers={"X-Forwarded-For": client}) as answer:
            return answer.status, answer.headers.get("Retry-After")

    assert await asks("/a", "203.0.113.9") == (202, None)
    assert await asks("/b", "203.0.113.9") == (429, "3600")
    assert await asks("/b", "203.0.113.10") == (202, None)
    monkeypatch.setattr("aggregator.store.hub.MOST", 2)
    assert await asks("/c", "203.0.113.11") == (503, "3600")


# --- both ends --------------------------------------------------------------------------------------------


async def test_our_own_subscriber_understands_our_own_hub(houses, wire, clock):
    """A story that is published reaches the second house by push, is not polled for, and comes once."""
    from aggregator.core.model import Source

    first = await houses(sources=[wire.source(interval=1.0)])
    await first.poll()
    source = Source(id="first", url=f"{first.address}/feed.json", name="First", outlet="First")
    second = await houses(sources=[source])
    await second.poll()
    await second.ask()  # asks the hub
    await first.tell()  # which asks whether that was meant
    [known] = (await second.store.websub.all()).values()
    assert (known.state, known.topic) == ("active", f"{first.address}/feed.json")
    wire.titles.insert(0, "second")
    clock.advance(2)
    await first.poll()
    await first.tell()
    await second.read()
    assert await second.titles() == {"first", "second"}
    state, due = await second.state("first")
    assert "beside it" in state.reason
    assert state.polls == 1
    clock.advance(due - clock() + 1)
    await second.poll()
    assert await second.titles() == {"first", "second"}
    assert await second.store.changes.newest() == 2
    await second.take_up()
    await second.store.websub.sweep(everything=True)
    await second.ask()
    await first.tell()
    assert await first.store.hub.count() == 0
    assert await second.store.websub.all() == {}
