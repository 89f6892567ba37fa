"""Redis goes away and comes back: readers of the feed notice nothing but a header."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from newsdesk import Newsdesk, Reader

from aggregator import store as stores
from aggregator.store import Server, Store

VIEWS = [{"id": "world", "where": {"categories": ["world"]}}]


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Server]:
    """A server that this test may stop."""
    server = Server(tmp_path / "data")
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def store(redis: Server) -> AsyncIterator[Store]:
    async with stores.open(redis.url) as opened:
        yield opened


@pytest.fixture
async def reader(serve: Callable[..., Any], desk: Newsdesk) -> Reader:
    """A server with two stories, whose view nobody has asked for yet."""
    reader = await serve(feeds=VIEWS)
    await desk.publish("nbc", "one")
    await desk.publish("abc", "two", categories=("sport",))
    await reader.feed_of(2)
    return reader


async def notices(reader: Reader) -> None:
    await reader.until("/feed.json", lambda answer: "Cache-Status" in answer.headers)


async def test_the_merged_feed_and_the_views_are_served_as_last_seen(
    reader: Reader, redis: Server, clock: Any
) -> None:
    before = await reader.ask("/feed.json")
    await redis.stop()
    await notices(reader)
    clock.advance(90)
    feed = await reader.ask("/feed.json")
    assert (feed.status, feed.body) == (200, before.body)
    assert feed.headers["ETag"] == before.headers["ETag"]
    assert feed.headers["Cache-Status"] == "aggregator; hit; ttl=-90"
    view = await reader.ask("/feeds/world.json")
    assert [item["title"] for item in view.json()["items"]] == ["Ferry one reaches the harbour"]
    known = await reader.ask("/feed.json", If_None_Match=before.headers["ETag"])
    assert known.status == 304
    assert known.headers["Cache-Status"] == "aggregator; hit; ttl=-90"


async def test_the_page_says_of_when_it_is(reader: Reader, redis: Server) -> None:
    await reader.ask("/")
    await redis.stop()
    await notices(reader)
    page = await reader.ask("/")
    assert page.status == 200
    assert "the news as of 08:00 UTC" in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/feed.json?q=ferry",
        "/feed.json?limit=1",
        "/sources.json",
        "/changes",
        "/stories/" + "0" * 32 + ".json",
        "/readyz",
    ],
)
async def test_everything_else_is_503_and_says_when_to_come_again(
    reader: Reader, redis: Server, path: str
) -> None:
    await reader.ask(path)
    await redis.stop()
    await notices(reader)
    answer = await reader.ask(path)
    assert answer.status == 503
    assert answer.headers["Retry-After"].isdigit()
    assert answer.headers["Cache-Control"] == "no-store"


async def test_the_process_is_alive_all_the_while(reader: Reader, redis: Server) -> None:
    await redis.stop()
    await notices(reader)
    assert (await reader.ask("/healthz")).status == 200
    metrics = await reader.ask("/metrics")
    assert "aggregator_store_up 0.0" in metrics.text


async def test_it_recovers_by_itself_and_has_lost_nothing(
    reader: Reader, redis: Server, desk: Newsdesk
) -> None:
    before = await reader.ask("/feed.json")
    await redis.stop()
    await notices(reader)
    await redis.start()
    after = await reader.until("/feed.json", lambda answer: "Cache-Status" not in answer.headers)
    assert after.body == before.body
    await desk.publish("ard", "three")
    await reader.feed_of(3)
    assert (await reader.ask("/readyz")).status == 200


async def test_a_redis_that_lost_everything_empties_the_feed_and_ends_the_log(
    reader: Reader, redis: Server, store: Store
) -> None:
    log = (await reader.ask("/feed.json")).json()["_aggregator"]["changes"]
    await redis.stop()
    await notices(reader)
    for file in sorted(redis.folder.rglob("*.aof*")):
        file.unlink()
    await redis.start()
    await reader.feed_of(0)
    assert (await reader.ask(log)).status == 410


async def test_a_server_that_starts_before_its_redis_waits_for_it(
    redis: Server, store: Store, serve: Callable[..., Any]
) -> None:
    await redis.stop()
    reader = await serve()
    assert (await reader.ask("/feed.json")).status == 503
    assert (await reader.ask("/readyz")).status == 503
    await redis.start()
    await reader.feed_of(0)


@pytest.mark.slow
async def test_a_redis_that_hangs_is_away_too(reader: Reader, redis: Server) -> None:
    pid = redis.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        async with asyncio.timeout(20):
            for path in ("/sources.json", "/sources", "/stories/" + "0" * 32 + ".json", "/changes"):
                assert (await reader.ask(path)).status == 503
            await notices(reader)
    finally:
        os.kill(pid, signal.SIGCONT)
    await reader.until("/feed.json", lambda answer: "Cache-Status" not in answer.headers)
