"""A story that gets hundreds of copies at once: what `/changes` and `/events` make of it."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from listener import Event, listening
from newsdesk import NOON, Newsdesk, Reader, a_copy, a_story

from aggregator.core.model import Change, Text
from aggregator.web import changes, listener, stream
from aggregator.web.app import EVENTS


async def grow(desk: Newsdesk, copies: int, at_once: int, guid: str = "g") -> str:
    """A story that gets one copy after the other, some of them in one commit; a change for each."""
    every = [a_copy("nbc", f"{guid}{number}", title="Quay " * 20) for number in range(copies)]
    story = every[0].entry
    for start in range(0, copies, at_once):
        new = every[start : start + at_once]
        told = [
            Change(0, "updated", story, NOON, what=("copies",)) if one is not every[0]
            else Change(0, "added", story, NOON)
            for one in new
        ]  # fmt: skip
        await desk.commit(
            *told,
            stories=[a_story(every[: start + len(new)])],
            copies=[(story, one, None, Text()) for one in new],
        )
    return story


async def pages(reader: Reader, query: str = "?limit=1000") -> list[list[dict[str, Any]]]:
    """All that `/changes` tells, page by page."""
    found, since = [], ""
    while True:
        answer = (await reader.ask(f"/changes{query}{since}")).json()
        if not answer["changes"]:
            return found
        found.append(answer["changes"])
        since = f"&since={answer['next']}"


def numbers(lines: list[dict[str, Any]]) -> list[int]:
    return [line["number"] for line in lines]


def debts(lines: list[dict[str, Any]]) -> set[str]:
    """The stories of changes without an item, of which nothing later among these has one."""
    owed: set[str] = set()
    for line in lines:
        (owed.discard if "item" in line else owed.add)(line["story"])
    return owed


def count_of(reader: Reader) -> int:
    return reader.runner._app[EVENTS].stream.open


async def a_silent_client(reader: Reader) -> socket.socket:
    """Somebody who asks for `/events`, and does not read beyond its opening."""
    silent = socket.socket()
    silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    silent.connect(("127.0.0.1", reader.port))
    silent.sendall(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
    silent.setblocking(False)
    opening = b""
    async with asyncio.timeout(20):
        while b"\nretry: 3000\nid: " not in opening:
            opening += await asyncio.get_running_loop().sock_recv(silent, 1_000)
    return silent


async def all_of(client: socket.socket) -> bytes:
    """What comes until the other side ends."""
    found = []
    async with asyncio.timeout(20):
        while some := await asyncio.get_running_loop().sock_recv(client, 65_536):
            found.append(some)
    return b"".join(found)


# --- the item ------------------------------------------------------------------------------------------


async def test_a_long_item_is_told_once_and_no_change_is_left_out(reader: Reader, desk: Newsdesk) -> None:
    story = await grow(desk, 150, at_once=150)
    (page,) = await pages(reader)
    assert numbers(page) == list(range(1, 151))
    assert [line["number"] for line in page if "item" in line] == [1, 150]
    assert {line["story"] for line in page} == {story}
    assert len(page[-1]["item"]["_aggregator"]["copies"]) == 150


async def test_a_short_item_comes_with_every_change(reader: Reader, desk: Newsdesk) -> None:
    await grow(desk, 20, at_once=20)
    (page,) = await pages(reader)
    assert [len(line["item"]["_aggregator"]["copies"]) for line in page] == [20] * 20


async def test_what_is_sent_grows_with_the_copies_and_not_with_their_square(
    reader: Reader, desk: Newsdesk
) -> None:
    await grow(desk, 400, at_once=400)
    item = len(json.dumps((await pages(reader))[0][-1]["item"]))
    assert len((await reader.ask("/changes?limit=1000")).body) < 2 * item + 400 * changes.LINE_BYTES


async def test_a_listener_gets_the_item_with_the_last_that_is_told(reader: Reader, desk: Newsdesk) -> None:
    async with listening(reader) as listener:
        await grow(desk, 150, at_once=50)
        told = [event.data for event in await listener.events(150)]
    assert numbers(told) == list(range(1, 151))
    assert debts(told) == set()
    assert len(told[-1]["item"]["_aggregator"]["copies"]) == 150
    assert sum("item" in line for line in told) <= 50 + 3  # the first fifty make no long item yet


async def test_backfill_which_is_not_pushed_carries_nothing_for_what_is(
    reader: Reader, desk: Newsdesk
) -> None:
    async with listening(reader) as listener:
        story = await grow(desk, 100, at_once=100)
        await desk.commit(Change(0, "updated", story, NOON, backfill=True, what=("copies",)))
        await desk.publish("nbc", "end")
        told = [event.data for event in await listener.events(101)]
    assert debts(told) == set()
    (page,) = await pages(reader)
    assert [line["number"] for line in page if "item" in line] == [1, 100, 101, 102]


CHANGES = st.lists(
    st.tuples(st.sampled_from(("added", "updated", "withdrawn")), st.sampled_from("abc"), st.booleans()),
    min_size=1,
    max_size=30,
)


@given(CHANGES, st.integers(1, 300_000))
def test_whatever_a_reading_holds_it_owes_no_item(drawn: list[Any], most: int) -> None:
    sizes = {"a": 40_000, "b": 20_000, "c": 500}
    log = [
        Change(number, type_, story, 0.0, backfill=backfill)
        for number, (type_, story, backfill) in enumerate(drawn)
    ]
    carried = changes.carriers(log, sizes, most)
    assert 1 <= len(carried) <= len(log)
    held = list(zip(log, carried, strict=False))
    for at, (change, carries) in enumerate(held):
        follows = any(
            other.type == "updated"
            and (other.story, other.backfill) == (change.story, change.backfill)
            and has
            for other, has in held[at + 1 :]
        )
        assert carries or (change.type == "updated" and sizes[change.story] > changes.LONG_ITEM and follows)
    taken = sum(
        changes.LINE_BYTES + (sizes[change.story] if carries and change.type != "withdrawn" else 0)
        for change, carries in held
    )
    assert taken <= most or len(held) == 1


# --- bytes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["?limit=1000", "?limit=40", "?limit=1000&source=nbc"])
async def test_a_page_ends_early_where_it_would_be_too_long_and_next_goes_on(
    reader: Reader, desk: Newsdesk, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    monkeypatch.setattr(changes, "PAGE_BYTES", 60_000)
    for name in "abc":
        await grow(desk, 100, at_once=100, guid=name)
    await reader.feed_of(3)
    found = await pages(reader, query)
    assert numbers([line for page in found for line in page]) == list(range(1, 301))
    assert [debts(page) for page in found] == [set()] * len(found)
    assert all(len(json.dumps(page)) < 100_000 for page in found)
    assert len(found) > 2


async def test_a_change_that_alone_is_too_long_is_a_page(
    reader: Reader, desk: Newsdesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "PAGE_BYTES", 10)
    await grow(desk, 5, at_once=5)
    assert [numbers(page) for page in await pages(reader)] == [[1], [2], [3], [4], [5]]


# --- readers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("recent", [1_000, 3])
@pytest.mark.parametrize("query", ["", "?source=nbc", "?q=quay"])
async def test_who_reads_gets_everything_once_however_much_comes_at_once(
    reader: Reader, desk: Newsdesk, monkeypatch: pytest.MonkeyPatch, recent: int, query: str
) -> None:
    """Whatever lies before a socket is too much here, so that every burst leaves readers behind."""
    monkeypatch.setattr(listener, "MOST_WAITING", -1)
    monkeypatch.setattr(stream, "RECENT", recent)

    async def told() -> list[int]:
        async with listening(reader, query) as one:
            ready.release()
            return numbers([event.data for event in await one.events(400)])

    async def publish() -> None:
        for _ in range(3):
            await ready.acquire()
        for name in "abcd":
            await grow(desk, 100, at_once=40, guid=name)

    ready = asyncio.Semaphore(0)
    *seen, _ = await asyncio.gather(told(), told(), told(), publish())
    assert seen == [list(range(1, 401))] * 3


async def test_a_stream_that_is_given_up_ends_between_two_events_and_goes_on_later(
    reader: Reader, desk: Newsdesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "PATIENCE", 0.1)
    silent = await a_silent_client(reader)
    published = 0
    with silent:
        while count_of(reader):
            await desk.publish("nbc", f"g{(published := published + 1)}", html="x" * 200_000)
        body = b"".join(re.split(rb"(?:^|\r\n)[0-9a-f]+\r\n", await all_of(silent)))
    assert body.endswith(b"\n\n\r\n")  # the last chunk, and then that there is none
    told = [int(number) for number in re.findall(rb'data: [^\n]*"number":(\d+)[^\n]*\n\n', body)]
    assert told == list(range(1, len(told) + 1))
    last = re.findall(rb"\nid: (\S+)\n", body)[-1].decode()
    async with listening(reader, Last_Event_ID=last) as again:
        rest: list[Event] = await again.events(published - len(told))
    assert told + numbers([event.data for event in rest]) == list(range(1, published + 1))


async def test_who_does_not_even_take_the_end_loses_the_connection(
    reader: Reader, desk: Newsdesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "PATIENCE", 0.1)
    monkeypatch.setattr(listener, "LINGER", 0.0)
    with await a_silent_client(reader) as silent:
        number = 0
        while count_of(reader):
            await desk.publish("nbc", f"g{(number := number + 1)}", html="x" * 200_000)
        assert not (await all_of(silent)).endswith(b"0\r\n\r\n")
