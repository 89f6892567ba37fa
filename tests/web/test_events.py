"""`/events`: the change log live."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import pytest
from listener import listening
from newsdesk import NOON, SOURCES, Newsdesk, Reader, a_copy

from aggregator.config import Config
from aggregator.core.model import Change
from aggregator.store import Store
from aggregator.web import events, stream
from aggregator.web import listener as listener_module
from aggregator.web.app import EVENTS


def the_stream(reader: Reader) -> stream.Stream:
    return reader.runner._app[EVENTS].stream


async def test_a_change_is_an_event_the_same_as_in_the_log(reader: Reader, desk: Newsdesk) -> None:
    async with listening(reader) as listener:
        assert listener.retry == 3000
        story = await desk.publish("nbc", "one", a_copy("abc", "two"), html="<p>line\nbreak</p>")
        event = await listener.event()
    (line,) = (await reader.ask("/changes")).json()["changes"]
    assert event.data == line
    assert (event.type, event.last_id) == ("added", line["id"])
    assert event.data["item"]["id"] == story.id


async def test_it_begins_now_and_says_where_that_is(reader: Reader, desk: Newsdesk) -> None:
    await desk.publish("nbc", "one")
    await reader.feed_of(1)
    async with listening(reader) as listener:
        assert listener.last_id == (await reader.ask("/changes")).json()["next"]
        late = await desk.publish("nbc", "two")
        assert (await listener.event()).data["story"] == late.id


async def test_its_headers_forbid_to_keep_or_hold_it(reader: Reader) -> None:
    async with listening(reader) as listener:
        headers = listener.response.headers
    assert headers["Content-Type"] == "text/event-stream"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "Content-Encoding" not in headers
    head = await reader.ask("/events", "HEAD")
    assert (head.status, head.headers["Content-Type"]) == (200, "text/event-stream")


@pytest.mark.parametrize("how", ["header", "parameter"])
async def test_who_comes_back_is_told_what_it_missed_and_goes_on_live(
    reader: Reader, desk: Newsdesk, how: str
) -> None:
    async with listening(reader) as listener:
        await desk.publish("nbc", "g0")
        last = (await listener.event()).last_id
    for number in range(1, 4):
        await desk.publish("nbc", f"g{number}")
    again = listening(reader, Last_Event_ID=last) if how == "header" else listening(reader, f"?since={last}")
    async with again as listener:
        seen = await listener.events(3)
        await desk.publish("nbc", "g4")
        seen.append(await listener.event())
    assert [event.data["number"] for event in seen] == [2, 3, 4, 5]


async def test_what_it_had_last_outranks_the_address_which_is_repeated(
    reader: Reader, desk: Newsdesk
) -> None:
    for number in range(3):
        await desk.publish("nbc", f"g{number}")
    ids = [change["id"] for change in (await reader.ask("/changes")).json()["changes"]]
    async with listening(reader, f"?since={ids[0]}", Last_Event_ID=ids[1]) as listener:
        assert (await listener.event()).last_id == ids[2]


async def test_nothing_is_missed_or_told_twice_however_often_one_comes_back(
    reader: Reader, desk: Newsdesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Short memories and batches, so that every way of catching up is taken."""
    monkeypatch.setattr(stream, "RECENT", 5)
    monkeypatch.setattr(events, "BATCH", 3)
    monkeypatch.setattr(events, "AT_ONCE", 1500)
    first = (await reader.ask("/changes")).json()["next"]
    wanted = 60

    async def publish() -> None:
        for number in range(wanted):
            await desk.publish("nbc", f"g{number}")

    async def follow(stay: int) -> list[int]:
        last, seen = first, []
        while len(seen) < wanted:
            async with listening(reader, Last_Event_ID=last) as listener:
                for event in await listener.events(min(stay, wanted - len(seen))):
                    last = event.last_id
                    seen.append(event.data["number"])
        return seen

    *seen, _ = await asyncio.gather(follow(1), follow(7), follow(25), publish())
    assert seen == [list(range(1, wanted + 1))] * 3


async def test_filters_and_views_hold_for_what_is_live_and_what_was_missed(
    serve: Callable[..., Any], desk: Newsdesk
) -> None:
    reader = await serve(feeds=[{"id": "sport", "where": {"categories": ["sport"]}}])
    start = (await reader.ask("/changes")).json()["next"]
    await desk.publish("nbc", "one", categories=("sport",))
    await desk.publish("nbc", "two", summary="The quay is closed")
    for query, missed in (
        ("?view=sport&", 1), ("?category=sport&", 1), ("?q=quay&", 2), ("?q=quay&source=nbc&", 2),
    ):  # fmt: skip
        async with listening(reader, f"{query}since={start}") as listener:
            assert (await listener.event()).data["number"] == missed, query
    async with listening(reader, "?view=sport") as view, listening(reader, "?q=quay") as search:
        await desk.publish("nbc", "three", categories=("sport",))
        await desk.publish("nbc", "four", summary="The quay is open")
        assert (await view.event()).data["number"] == 3
        assert (await search.event()).data["number"] == 4


async def test_who_follows_a_view_hears_that_a_story_is_withdrawn(reader: Reader, desk: Newsdesk) -> None:
    async with listening(reader, "?category=world") as listener:
        story = await desk.publish("nbc", "one", status="withdrawn")
        await desk.commit(Change(0, "withdrawn", story.id, NOON))
        assert [event.type for event in await listener.events(2)] == ["added", "withdrawn"]
    changes = (await reader.ask("/changes?category=world")).json()["changes"]
    assert [change["type"] for change in changes] == ["added", "withdrawn"]


async def test_backfill_is_not_pushed(reader: Reader, desk: Newsdesk) -> None:
    start = (await reader.ask("/changes")).json()["next"]
    async with listening(reader) as listener:
        story = await desk.publish("nbc", "one")
        await desk.commit(
            Change(0, "updated", story.id, NOON, backfill=True, what=("text",)),
            Change(0, "updated", story.id, NOON, what=("copies",)),
        )
        assert [event.data["number"] for event in await listener.events(2)] == [1, 3]
    async with listening(reader, f"?since={start}") as listener:
        assert [event.data["number"] for event in await listener.events(2)] == [1, 3]


@pytest.mark.parametrize("cursor", ["lost-5", "not of ours"])
async def test_a_place_that_is_no_longer_kept_is_a_reset(reader: Reader, desk: Newsdesk, cursor: str) -> None:
    await desk.publish("nbc", "one")
    await reader.feed_of(1)
    async with listening(reader, Last_Event_ID=cursor) as listener:
        event = await listener.event()
        assert event.type == "reset"
        assert event.data == {"next": event.last_id}
        late = await desk.publish("nbc", "two")
        assert (await listener.event()).data["story"] == late.id
    answer = await reader.ask(f"/changes?since={event.data['next']}")
    assert [change["story"] for change in answer.json()["changes"]] == [late.id]


async def test_a_lost_store_is_a_reset_for_those_who_listen(
    reader: Reader, desk: Newsdesk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "WAIT", 0.1)
    async with listening(reader) as listener:
        await desk.publish("nbc", "one")
        await listener.event()
        await store._link.command("FLUSHALL")
        await store.meet()
        assert (await listener.event()).type == "reset"


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("?since=nonsense", "since"), ("?limit=5", "limit"), ("?min_sources=x", "min_sources"), ("?x=1", "x")],
)
async def test_a_malformed_question_is_400(reader: Reader, query: str, parameter: str) -> None:
    answer = await reader.ask(f"/events{query}")
    assert (answer.status, answer.json()["parameter"]) == (400, parameter)


async def test_a_comment_comes_now_and_then_with_the_place(
    serve: Callable[..., Any], desk: Newsdesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aggregator.web.app.HEARTBEAT", 0.05)
    reader = await serve()
    async with listening(reader, "?category=nothing") as listener:
        await desk.publish("nbc", "one")
        place = (await reader.until("/changes", lambda answer: answer.json()["changes"] != [])).json()["next"]
        async with asyncio.timeout(20):
            while listener.last_id != place:
                await listener.comment()


async def test_who_does_not_read_is_dropped_and_harms_nobody(
    reader: Reader, desk: Newsdesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener_module, "PATIENCE", 0.2)
    port = int(reader.runner.address.rsplit(":", 1)[1])
    with socket.socket() as silent:
        silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        silent.connect(("127.0.0.1", port))
        silent.sendall(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
        async with listening(reader) as listener:
            async with asyncio.timeout(20):
                while the_stream(reader).open < 2:
                    await asyncio.sleep(0)
            number = 0
            while the_stream(reader).open == 2:
                await desk.publish("nbc", f"g{number}", html="x" * 200_000)
                number += 1
                assert (await listener.event()).data["number"] == number
                assert number < 200
            await desk.publish("nbc", "last")
            assert (await listener.event()).data["number"] == number + 1


async def test_who_is_gone_is_noticed_by_the_next_change(reader: Reader, desk: Newsdesk) -> None:
    async with listening(reader):
        assert "aggregator_events_readers 1.0" in (await reader.ask("/metrics")).text
    number = 0
    async with asyncio.timeout(20):
        while the_stream(reader).open:
            await desk.publish("nbc", f"g{(number := number + 1)}")
    assert "aggregator_events_readers 0.0" in (await reader.ask("/metrics")).text


async def test_each_change_is_rendered_once_for_all(
    reader: Reader, desk: Newsdesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    plain = stream.frame

    def counted(line: Any) -> bytes:
        made.append(line.change.number)
        return plain(line)

    monkeypatch.setattr(stream, "frame", counted)
    async with (
        listening(reader) as one, listening(reader) as two, listening(reader, "?source=nbc") as three,
    ):  # fmt: skip
        await desk.publish("nbc", "one")
        for listener in (one, two, three):
            assert (await listener.event()).data["number"] == 1
    assert made == [1]


async def test_an_old_client_gets_no_chunks(reader: Reader, desk: Newsdesk) -> None:
    port = int(reader.runner.address.rsplit(":", 1)[1])
    incoming, outgoing = await asyncio.open_connection("127.0.0.1", port)
    outgoing.write(b"GET /events HTTP/1.0\r\n\r\n")
    await incoming.readuntil(b"retry: 3000\n")
    await incoming.readuntil(b"\n\n")
    await desk.publish("nbc", "one")
    assert (await incoming.readline()).startswith(b"id: ")
    outgoing.close()


async def test_the_stream_ends_in_good_order_when_the_server_stops(
    serve: Callable[..., Any], desk: Newsdesk
) -> None:
    reader = await serve()
    async with listening(reader) as listener:
        async with asyncio.timeout(4):  # less than the server waits for what does not end by itself
            await reader.runner.cleanup()
        with pytest.raises(EOFError):
            await listener.event()


async def test_other_tokens_end_the_streams_that_the_old_ones_opened(
    serve: Callable[..., Any], desk: Newsdesk
) -> None:
    reader = await serve(tokens=[{"name": "a", "value": "one"}])
    async with listening(reader, "?token=one") as listener:
        other = Config.model_validate(
            {"sources": SOURCES, "server": {"port": 0}, "tokens": [{"name": "a", "value": "two"}]}
        )
        await reader.runner.take(other)
        with pytest.raises(EOFError):
            await listener.event()
    assert (await reader.ask("/events?token=one")).status == 401


async def test_a_token_for_a_view_follows_that_view(serve: Callable[..., Any], desk: Newsdesk) -> None:
    reader = await serve(
        feeds=[{"id": "world", "where": {"categories": ["world"]}}],
        tokens=[{"name": "p", "value": "p4rtner", "views": ["world"]}],
    )
    for path in ("/events", "/events?view=other", "/changes", "/changes?view=other"):
        assert (await reader.ask(path, Authorization="Bearer p4rtner")).status == 403
        assert (await reader.ask(path)).status == 401
    assert (await reader.ask("/changes?view=world", Authorization="Bearer p4rtner")).status == 200
    async with listening(reader, "?view=world", Authorization="Bearer p4rtner") as listener:
        await desk.publish("nbc", "one", categories=("sport",))
        await desk.publish("nbc", "two")
        assert (await listener.event()).data["number"] == 2


async def test_no_more_than_so_many_listen(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MOST_READERS", 1)
    async with listening(reader):
        answer = await reader.ask("/events")
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")


async def test_nobody_reads_the_log_for_nobody(reader: Reader, desk: Newsdesk) -> None:
    async with listening(reader):
        assert the_stream(reader).open == 1
    await desk.publish("nbc", "one")
    async with asyncio.timeout(20):
        while the_stream(reader).epoch is not None:
            await desk.publish("nbc", "two")


async def test_the_item_of_a_change_names_what_is_related(reader: Reader, desk: Newsdesk) -> None:
    one = await desk.publish("nbc", "one")
    async with listening(reader) as listener:
        await desk.publish("abc", "two", related=((one.id, 0.7),))
        item = (await listener.event()).data["item"]
    assert item["_aggregator"]["related"][0]["id"] == one.id
    assert item["_aggregator"]["event"] == {"texts": 2, "sources": 2}
