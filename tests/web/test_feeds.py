"""`/feed.json` and the named views: what they hold, and how they page."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import feedparser
import jsonschema
import pytest
from newsdesk import NOON, Newsdesk, Reader, a_copy

from aggregator.config import Config
from aggregator.core.model import Change

SCHEMA = Path(__file__).parents[3] / "shared" / "data" / "jsonfeed" / "schema-v1.1.json"
VIEWS = [
    {"id": "world", "title": "World news", "where": {"categories": ["world"]}},
    {"id": "twice", "where": {"min_sources": 2, "not": {"languages": ["de"]}}},
]


async def test_a_story_of_two_outlets_is_one_item_that_names_both(reader: Reader, desk: Newsdesk) -> None:
    story = await desk.publish(
        "nbc", "one", a_copy("abc", "two"), summary="It came late.", html="<p>Late.</p>"
    )
    item = (await reader.feed_of(1))["items"][0]
    assert item["id"] == story.id
    assert item["content_html"] == "<p>Late.</p>"
    assert item["_aggregator"]["sources"] == 2
    assert [copy["outlet"] for copy in item["_aggregator"]["copies"]] == ["NBC", "ABC"]


@pytest.mark.skipif(not SCHEMA.exists(), reason="the schema of JSON Feed is not at hand")
async def test_the_feed_is_valid(reader: Reader, desk: Newsdesk) -> None:
    for number in range(3):
        await desk.publish("nbc", f"g{number}", a_copy("abc", f"h{number}"), agency="AP", summary="x")
    for path in ("/feed.json?limit=2", "/feed.json?category=none"):
        feed = (await reader.until(path, lambda answer: answer.status == 200)).json()
        jsonschema.validate(feed, json.loads(SCHEMA.read_text()))


async def test_the_head_says_where_everything_is(reader: Reader, desk: Newsdesk) -> None:
    for number in range(2):
        await desk.publish("nbc", f"g{number}")
    await reader.feed_of(2)
    feed = (await reader.ask("/feed.json?limit=1&category=world&category=a")).json()
    base = reader.runner.address
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["home_page_url"] == f"{base}/?category=a&category=world&limit=1"
    assert feed["feed_url"] == f"{base}/feed.json?category=a&category=world&limit=1"
    assert feed["next_url"].startswith(feed["feed_url"] + "&cursor=")
    assert feed["_aggregator"]["about"] == f"{base}/docs"
    assert feed["_aggregator"]["changes"].startswith(f"{base}/changes?category=a&category=world&since=")


async def test_addresses_follow_the_host_that_was_asked(reader: Reader, desk: Newsdesk) -> None:
    await desk.publish("nbc", "g")
    await reader.feed_of(1)
    feed = (await reader.ask("/feed.json", Host="news.example:81")).json()
    assert feed["feed_url"] == "http://news.example:81/feed.json"


async def test_a_public_url_stands_in_every_address(serve: Callable[..., Any], desk: Newsdesk) -> None:
    server = {"host": "127.0.0.1", "port": 0, "public_url": "https://x.example/news/"}
    reader = await serve(server=server)
    await desk.publish("nbc", "g")
    feed = await reader.feed_of(1)
    assert feed["feed_url"] == "https://x.example/news/feed.json"
    behind_a_proxy = await reader.ask("/news/feed.json")
    assert behind_a_proxy.json() == feed
    page = await reader.ask("/news/")
    assert 'href="/news/sources"' in page.text


@pytest.mark.parametrize("host", ["a b", "x/../y", "x@y", "<script>", "x:port", ""])
async def test_a_host_that_is_none_is_refused(reader: Reader, host: str) -> None:
    answer = await reader.ask("/feed.json", Host=host)
    assert answer.status == 400 or host == ""


# --- filters ------------------------------------------------------------------------------------------


@pytest.fixture
async def mixed(serve: Callable[..., Any], desk: Newsdesk) -> Reader:
    """Three stories: world in English by two outlets, sport in German, an old one of AP."""
    reader = await serve(feeds=VIEWS)
    await desk.publish("nbc", "world", a_copy("abc", "copy"), title="Ferry sinks", summary="High tide feared")
    await desk.publish("ard", "sport", categories=("sport",), language="de", title="Tor in der Nachspielzeit")
    await desk.publish("nbc", "old", placed=NOON - 7200, agency="AP", title="Storm nears coast")
    await reader.feed_of(3)
    return reader


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("category=sport", ["Tor in der Nachspielzeit"]),
        ("category=sport&category=world&language=en&min_sources=2", ["Ferry sinks"]),
        ("source=abc", ["Ferry sinks"]),
        ("agency=ap", ["Storm nears coast"]),
        ("q=%22high+tide%22", ["Ferry sinks"]),
        ("q=NACHSPIELZEIT", ["Tor in der Nachspielzeit"]),
        ("since=2027-01-15T06:30:00Z&language=de", ["Tor in der Nachspielzeit"]),
        ("view=twice", ["Ferry sinks"]),
        ("view=world&agency=AP", ["Storm nears coast"]),
        ("view=unknown", []),
        ("category=unknown", []),
        ("source=nbc&language=de", []),
        ("token=whatever&category=sport", ["Tor in der Nachspielzeit"]),
    ],
)
async def test_a_filter_lets_through_what_it_asks_for(mixed: Reader, query: str, titles: list[str]) -> None:
    answer = await mixed.ask(f"/feed.json?{query}")
    assert [item["title"] for item in answer.json()["items"]] == titles
    assert "whatever" not in answer.text


async def test_a_named_view_is_a_feed_of_its_own(mixed: Reader) -> None:
    feed = (await mixed.ask("/feeds/world.json")).json()
    assert feed["title"] == "World news"
    assert feed["feed_url"].endswith("/feeds/world.json")
    assert feed["home_page_url"].endswith("/feeds/world")
    assert [item["title"] for item in feed["items"]] == ["Ferry sinks", "Storm nears coast"]


async def test_an_unknown_view_is_404(mixed: Reader) -> None:
    assert (await mixed.ask("/feeds/nothing.json")).status == 404


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("limit=0", "limit"),
        ("limit=x", "limit"),
        ("lmit=5", "lmit"),
        ("cursor=AAAA", "cursor"),
        ("since=now", "since"),
    ],
)
async def test_a_malformed_request_is_told_which_parameter(mixed: Reader, query: str, parameter: str) -> None:
    answer = await mixed.ask(f"/feed.json?{query}")
    assert answer.status == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json()["parameter"] == parameter
    assert answer.json()["status"] == 400


async def test_what_is_no_utf_8_is_malformed(mixed: Reader) -> None:
    assert (await mixed.ask("/feed.json?q=%ff%fe")).status == 400


async def test_a_story_that_changes_moves_between_views(mixed: Reader, desk: Newsdesk) -> None:
    story = await desk.publish("nbc", "late", title="Bridge closed")
    await mixed.feed_of(4)
    assert len((await mixed.ask("/feeds/twice.json")).json()["items"]) == 1
    copies = [a_copy("nbc", "late", title="Bridge closed"), a_copy("abc", "late")]
    await desk.publish("nbc", "late", copies[1], title="Bridge closed")
    assert len((await mixed.feed_of(2, "/feeds/twice.json"))["items"]) == 2
    assert story.id in {item["id"] for item in (await mixed.ask("/feeds/twice.json")).json()["items"]}


# --- paging -------------------------------------------------------------------------------------------


async def pages(reader: Reader, path: str) -> Any:
    """The items of every page, following `next_url`."""
    while path:
        feed = (await reader.ask(path)).json()
        yield feed["items"]
        path = feed.get("next_url", "")


async def test_stories_run_newest_first_and_each_is_met_once_whatever_arrives(
    reader: Reader, desk: Newsdesk
) -> None:
    first = [await desk.publish("nbc", f"g{number}", placed=NOON + number) for number in range(7)]
    await reader.feed_of(7)
    met: list[str] = []
    async for items in pages(reader, "/feed.json?limit=3"):
        met += [item["id"] for item in items]
        late = await desk.publish("abc", f"late{len(met)}", placed=NOON + 100 + len(met))
        await reader.until("/feed.json", lambda answer, late=late: late.id.encode() in answer.body)
    assert met == [story.id for story in reversed(first)]


async def test_a_cursor_of_other_filters_is_refused(reader: Reader, desk: Newsdesk) -> None:
    for number in range(3):
        await desk.publish("nbc", f"g{number}")
    await reader.feed_of(3)
    cursor = urlsplit((await reader.ask("/feed.json?limit=1")).json()["next_url"]).query.rpartition("=")[2]
    assert (await reader.ask(f"/feed.json?cursor={cursor}&limit=2")).status == 200
    refused = await reader.ask(f"/feed.json?cursor={cursor}&category=world")
    assert (refused.status, refused.json()["parameter"]) == (400, "cursor")


async def test_the_last_page_has_no_next(reader: Reader, desk: Newsdesk) -> None:
    for number in range(2):
        await desk.publish("nbc", f"g{number}")
    await reader.feed_of(2)
    assert "next_url" not in (await reader.ask("/feed.json?limit=2")).json()


async def test_stories_of_one_moment_are_all_shown(reader: Reader, desk: Newsdesk) -> None:
    stories = {(await desk.publish("nbc", f"g{number}", placed=NOON)).id for number in range(5)}
    await reader.feed_of(5)
    met = [item["id"] async for items in pages(reader, "/feed.json?limit=2") for item in items]
    assert len(met) == 5
    assert set(met) == stories


async def test_the_most_carried_stories_keep_their_order_for_ten_minutes(
    reader: Reader, desk: Newsdesk, clock: Any
) -> None:
    small = await desk.publish("nbc", "small", placed=NOON + 10)
    large = await desk.publish("nbc", "large", a_copy("abc", "l"), a_copy("ard", "l"))
    middle = await desk.publish("nbc", "middle", a_copy("abc", "m"))
    await reader.feed_of(3)
    feed = (await reader.ask("/feed.json?sort=coverage&limit=1")).json()
    assert [item["id"] for item in feed["items"]] == [large.id]
    grown = [a_copy(outlet, "s") for outlet in ("abc", "ard", "afp", "dpa")]
    await desk.publish("nbc", "small", *grown, placed=NOON + 10)
    await reader.until("/feed.json?sort=coverage&limit=1", lambda answer: small.id.encode() in answer.body)
    met = [item["id"] async for items in pages(reader, feed["next_url"]) for item in items]
    assert met == [middle.id, small.id]
    clock.advance(601)
    assert (await reader.ask(feed["next_url"])).status == 410


# --- what leaves --------------------------------------------------------------------------------------


async def test_a_merged_story_is_shown_once(reader: Reader, desk: Newsdesk) -> None:
    one, two = await desk.publish("nbc", "one"), await desk.publish("abc", "two")
    await reader.feed_of(2)
    await desk.commit(
        Change(0, "merged", two.id, NOON, other=one.id), redirects=[(two.id, one.id)], expired=[two.id]
    )
    feed = await reader.feed_of(1)
    assert feed["items"][0]["id"] == one.id


async def test_a_withdrawn_story_leaves_the_feed(reader: Reader, desk: Newsdesk) -> None:
    await desk.publish("nbc", "one")
    await reader.feed_of(1)
    await desk.publish("nbc", "one", status="withdrawn")
    await reader.feed_of(0)


async def test_expired_stories_leave_the_feed_though_no_change_says_so(
    reader: Reader, desk: Newsdesk, clock: Any
) -> None:
    one = await desk.publish("nbc", "one")
    await desk.publish("nbc", "two")
    await reader.feed_of(2)
    await desk.commit(expired=[one.id])
    clock.advance(120)
    await desk.publish("nbc", "three")  # wakes whoever follows the log
    await reader.until("/feed.json", lambda answer: b"three" in answer.body)
    clock.advance(120)
    await reader.feed_of(2)


async def test_a_changed_configuration_is_taken_up_while_it_runs(
    serve: Callable[..., Any], desk: Newsdesk
) -> None:
    reader = await serve(feeds=VIEWS)
    await desk.publish("nbc", "one")
    await reader.feed_of(1, "/feeds/world.json")
    changed = {"feeds": [{"id": "nothing", "where": {"categories": ["sport"]}}, {"id": "all"}], "sources": ()}
    await reader.runner.take(Config.model_validate(changed))
    assert (await reader.ask("/feeds/world.json")).status == 404
    assert len((await reader.ask("/feeds/all.json")).json()["items"]) == 1
    assert (await reader.ask("/feeds/nothing.json")).json()["items"] == []
    assert (await reader.ask("/sources.json")).json() == {"sources": []}
    guarded = {**changed, "tokens": [{"name": "desk", "value": "t0ken"}]}
    await reader.runner.take(Config.model_validate(guarded))
    assert (await reader.ask("/feed.json")).status == 401


@pytest.mark.parametrize("suffix", ["atom", "rss"])
async def test_atom_and_rss_hold_the_same_stories(mixed: Reader, suffix: str) -> None:
    answer = await mixed.ask(f"/feeds/world.{suffix}?limit=1")
    assert answer.headers["Content-Type"] == f"application/{suffix}+xml; charset=utf-8"
    read = feedparser.parse(answer.body)
    assert not read.bozo
    assert [entry.title for entry in read.entries] == ["Ferry sinks"]
    following = next(link.href for link in read.feed.links if link.rel == "next")
    older = feedparser.parse((await mixed.ask(following)).body)
    assert [entry.title for entry in older.entries] == ["Storm nears coast"]
