"""What no request may do: crash the server, make it work twice, or fill its memory."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from newsdesk import Newsdesk, Reader, a_copy, a_story
from yarl import URL

from aggregator.core import render
from aggregator.core.hits import Ranked
from aggregator.core.query import PARAMETERS
from aggregator.store import StoredStory
from aggregator.web import shelf
from aggregator.web.answer import Document
from aggregator.web.shelf import Frozen, Items, Shelf, Shelved

PATHS = [
    "/feed.json",
    "/",
    "/changes",
    "/sources.json",
    "/stories/x.json",
    "/feeds/x.json",
    "/docs",
    "/nothing",
]
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_any_parameters_are_answered_and_never_by_a_fault(reader: Reader, data: Any) -> None:
    path = data.draw(st.sampled_from(PATHS))
    names = st.sampled_from(sorted(PARAMETERS | {"explain", "token"})) | anything
    pairs = data.draw(st.lists(st.tuples(names, anything), max_size=4))
    answer = await reader.ask(str(URL(reader.runner.address + path).extend_query(pairs)))
    assert answer.status in {200, 400, 404, 410}


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="#?"), max_size=40))
async def test_any_path_is_answered(reader: Reader, path: str) -> None:
    answer = await reader.ask(f"/{path}")
    assert answer.status in {200, 204, 301, 400, 404}


@pytest.mark.parametrize(
    "request_line", [b"GET", b"\x00\x01\x02", b"GET /feed.json HTTP/9.9", b"PRI * HTTP/2.0"]
)
async def test_what_is_no_http_ends_that_connection_only(reader: Reader, request_line: bytes) -> None:
    port = int(reader.runner.address.rsplit(":", 1)[1])
    incoming, outgoing = await asyncio.open_connection("127.0.0.1", port)
    outgoing.write(request_line + b"\r\n\r\n")
    outgoing.write_eof()
    await incoming.read()
    outgoing.close()
    assert (await reader.ask("/healthz")).status == 200


async def test_equal_requests_that_come_together_are_made_once() -> None:
    made = 0
    gate = asyncio.Event()

    async def making(_: Shelved | None) -> Shelved:
        nonlocal made
        made += 1
        await gate.wait()
        return Shelved(Document(b"x", "text/plain"), 1)

    kept = Shelf()
    asking = [asyncio.ensure_future(kept.make("key", 1, making)) for _ in range(20)]
    await asyncio.sleep(0)
    gate.set()
    answers = await asyncio.gather(*asking)
    assert made == 1
    assert len({id(answer) for answer in answers}) == 1


async def test_one_who_leaves_does_not_end_the_making_for_the_others() -> None:
    gate = asyncio.Event()

    async def making(_: Shelved | None) -> Shelved:
        await gate.wait()
        return Shelved(Document(b"x", "text/plain"), 1)

    kept = Shelf()
    impatient, patient = (asyncio.ensure_future(kept.make("key", 1, making)) for _ in range(2))
    await asyncio.sleep(0)
    impatient.cancel()
    gate.set()
    assert (await patient).document.body == b"x"


async def test_a_making_that_fails_is_tried_again_by_the_next() -> None:
    async def failing(_: Shelved | None) -> Shelved:
        raise TimeoutError

    async def working(_: Shelved | None) -> Shelved:
        return Shelved(Document(b"x", "text/plain"), 1)

    kept = Shelf()
    with pytest.raises(TimeoutError):
        await kept.make("key", 1, failing)
    assert (await kept.make("key", 1, working)).document.body == b"x"


async def test_the_shelf_keeps_no_more_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "SHELF_BYTES", 1000)
    kept = Shelf()
    for number in range(20):

        async def making(_: Shelved | None) -> Shelved:
            return Shelved(Document(b"x" * 100, "text/plain"), 1)

        await kept.make(f"key {number}", 1, making)
    assert kept.get("key 19") is not None
    assert sum(kept.get(f"key {number}") is not None for number in range(20)) == 10


def test_an_item_is_made_again_when_it_or_what_it_names_is_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    def stored(guid: str, **fields: Any) -> StoredStory:
        copy = a_copy("nbc", guid)
        return StoredStory(a_story([copy], **fields), (copy,), {})

    other, same = stored("two"), stored("two")
    one = stored("one", related=((other.story.id, 0.7),))
    items = Items()
    first = items.item(one, {other.story.id: other})
    assert items.item(one, {other.story.id: other}) is first
    assert items.item(one, {other.story.id: same}) is not first
    assert items.item(stored("one"), {}) is not first
    assert orjson.loads(orjson.dumps(first)) == render.item(one, {other.story.id: other})
    monkeypatch.setattr(shelf, "ITEMS", 2)
    for guid in "abcdef":
        items.item(stored(guid), {})
    assert len(items._kept) == 2


def test_frozen_orders_are_few_and_end(clock: Any) -> None:
    frozen = Frozen(clock)
    orders = [
        Ranked(np.array([0], np.uint32), [str(number)], b"%d" % number) for number in range(shelf.ORDERS + 1)
    ]
    names = [frozen.keep(order).name for order in orders]
    assert frozen.get(names[0]) is None
    assert frozen.get(names[-1]) is orders[-1]
    clock.advance(shelf.FROZEN + 1)
    assert frozen.get(names[-1]) is None


async def test_a_feed_of_every_story_is_bounded_by_limit(reader: Reader, desk: Newsdesk) -> None:
    for number in range(3):
        await desk.publish("nbc", f"g{number}")
    await reader.feed_of(3)
    assert (await reader.ask("/feed.json?limit=501")).status == 400
    assert len((await reader.ask("/feed.json?limit=500")).json()["items"]) == 3
