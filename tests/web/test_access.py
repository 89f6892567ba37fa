"""Who may read: tokens, where they are configured."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from newsdesk import Newsdesk, Reader

TOKENS = [{"name": "desk", "value": "s3cret-ü"}, {"name": "partner", "value": "p4rtner", "views": ["world"]}]
VIEWS = [
    {"id": "world", "where": {"categories": ["world"]}},
    {"id": "sport", "where": {"categories": ["sport"]}},
]


@pytest.fixture
async def guarded(serve: Callable[..., Any], desk: Newsdesk) -> Reader:
    reader = await serve(tokens=TOKENS, feeds=VIEWS)
    await desk.publish("nbc", "one")
    await desk.publish("nbc", "two", categories=("sport",))
    await reader.feed_of(2, "/feed.json?token=s3cret-%C3%BC")
    return reader


def basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"anyone:{password}".encode()).decode()


async def test_a_token_may_come_in_three_ways(guarded: Reader) -> None:
    assert (await guarded.ask("/feeds/world.json", Authorization="Bearer p4rtner")).status == 200
    assert (await guarded.ask("/feed.json", Authorization=basic("s3cret-ü"))).status == 200
    answer = await guarded.ask("/feed.json?token=s3cret-%C3%BC")
    assert answer.status == 200
    assert "s3cret" not in answer.text
    assert answer.headers["Cache-Control"].startswith("private")


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer wrong", "Basic !!!", "Basic " + base64.b64encode(b"s3cret").decode(), "Digest x"],
)
@pytest.mark.parametrize(
    "path", ["/feed.json", "/", "/sources.json", "/changes", "/stories/x.json", "/sources"]
)
async def test_without_a_right_one_nothing_is_read(guarded: Reader, path: str, authorization: str) -> None:
    answer = await guarded.ask(path, Authorization=authorization)
    assert answer.status == 401
    assert "Bearer" in answer.headers["WWW-Authenticate"]
    assert answer.headers["Cache-Control"] == "no-store"


async def test_a_token_for_views_reads_those_and_their_stories(guarded: Reader) -> None:
    partner = {"Authorization": "Bearer p4rtner"}
    assert (await guarded.ask("/feeds/world.json", **partner)).status == 200
    for path in ("/feed.json", "/feeds/sport.json", "/feed.json?view=world", "/sources.json", "/changes"):
        assert (await guarded.ask(path, **partner)).status == 403
    whole = (await guarded.ask("/feed.json?token=s3cret-%C3%BC")).json()
    sport, world = (
        (item["id"] for item in whole["items"])
        if whole["items"][0]["tags"] == ["sport"]
        else (item["id"] for item in reversed(whole["items"]))
    )
    assert (await guarded.ask(f"/stories/{world}.json", **partner)).status == 200
    assert (await guarded.ask(f"/stories/{sport}.json", **partner)).status == 403


async def test_whoever_watches_needs_no_token(guarded: Reader) -> None:
    for path in ("/healthz", "/readyz", "/metrics", "/favicon.ico", "/static/style.css"):
        assert (await guarded.ask(path)).status in {200, 204}
