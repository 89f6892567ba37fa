"""What caches and clients see: ETag, 304, codings, HEAD, CORS, and that nothing changes without news."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

import aiohttp
import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from newsdesk import NOON, SOURCES, Newsdesk, Reader, a_copy, a_story

from aggregator.core.model import Change, Text
from aggregator.web import following
from aggregator.web.answer import negotiate

UNPACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
    "identity": lambda body: body,
}


@pytest.fixture
async def one_story(reader: Reader, desk: Newsdesk) -> Reader:
    await desk.publish("nbc", "one", a_copy("abc", "two"), summary="A word. " * 50)
    await reader.feed_of(1)
    return reader


@pytest.mark.parametrize(
    "path",
    [
        "/feed.json",
        "/feed.atom",
        "/feed.rss",
        "/",
        "/sources.json",
        "/sources.opml",
        "/static/style.css",
        "/docs",
        "/sources",
    ],
)
async def test_every_document_has_a_strong_etag_and_gives_304(one_story: Reader, path: str) -> None:
    whole = await one_story.ask(path)
    etag = whole.headers["ETag"]
    assert whole.status == 200
    assert etag.startswith('"')
    for condition in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        known = await one_story.ask(path, If_None_Match=condition)
        assert (known.status, known.body) == (304, b"")
        assert known.headers["ETag"] == etag
        assert known.headers["Cache-Control"] == whole.headers["Cache-Control"]
        assert known.headers["Vary"] == whole.headers["Vary"]
        assert "Content-Type" not in known.headers
    assert (await one_story.ask(path, If_None_Match='"other"')).status == 200


async def test_a_story_has_an_etag_too(one_story: Reader) -> None:
    story = (await one_story.ask("/feed.json")).json()["items"][0]["id"]
    for path in (f"/stories/{story}.json", f"/stories/{story}"):
        whole = await one_story.ask(path)
        assert (await one_story.ask(path, If_None_Match=whole.headers["ETag"])).status == 304


async def test_if_modified_since_counts_where_no_etag_is_sent(one_story: Reader) -> None:
    whole = await one_story.ask("/feed.json")
    moment = whole.headers["Last-Modified"]
    assert (await one_story.ask("/feed.json", If_Modified_Since=moment)).status == 304
    assert (await one_story.ask("/feed.json", If_Modified_Since=moment, If_None_Match='"x"')).status == 200
    earlier = "Fri, 01 Jan 2016 00:00:00 GMT"
    assert (await one_story.ask("/feed.json", If_Modified_Since=earlier)).status == 200
    assert (await one_story.ask("/feed.json", If_Modified_Since="last week")).status == 200


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "identity"])
async def test_each_coding_has_the_same_content_and_an_etag_of_its_own(
    one_story: Reader, coding: str
) -> None:
    plain = await one_story.ask("/feed.json")
    coded = await one_story.ask("/feed.json", Accept_Encoding=coding)
    assert coded.headers.get("Content-Encoding", "identity") == coding
    assert UNPACK[coding](coded.body) == plain.body
    assert (coded.headers["ETag"] == plain.headers["ETag"]) is (coding == "identity")
    assert "Accept-Encoding" in coded.headers["Vary"]
    again = await one_story.ask("/feed.json", Accept_Encoding=coding, If_None_Match=coded.headers["ETag"])
    assert again.status == 304


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", "identity"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("GZIP;q=1.0, br;q=0.5", "gzip"),
        ("br;q=0", "identity"),
        ("*", "br"),
        ("*;q=0.5, br;q=0", "zstd"),
        ("identity;q=1, gzip;q=0.5", "identity"),
        ("gzip;q=oops", "identity"),
        ("deflate", "identity"),
    ],
)
def test_the_coding_is_the_one_that_is_liked_best(accepted: str, coding: str) -> None:
    assert negotiate(accepted) == coding


@given(st.text())
def test_any_accept_encoding_leads_to_some_coding(accepted: str) -> None:
    assert negotiate(accepted) in UNPACK


async def test_head_is_get_without_the_body(one_story: Reader) -> None:
    for path in ("/feed.json", "/", "/healthz", "/sources.json"):
        whole, head = await one_story.ask(path), await one_story.ask(path, "HEAD")
        assert (head.status, head.body) == (200, b"")
        assert head.headers.get("ETag") == whole.headers.get("ETag")
        assert head.headers["Content-Length"] == str(len(whole.body))


async def test_other_sites_may_read(one_story: Reader) -> None:
    answer = await one_story.ask("/feed.json", Origin="https://elsewhere.example")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    asked_before = await one_story.ask("/feed.json", "OPTIONS", Origin="https://elsewhere.example")
    assert asked_before.status == 204
    assert "GET" in asked_before.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in asked_before.headers["Access-Control-Allow-Headers"]
    assert (await one_story.ask("/feed.json?limit=0")).headers["Access-Control-Allow-Origin"] == "*"


async def test_other_methods_are_told_which_fit(one_story: Reader) -> None:
    answer = await one_story.ask("/feed.json", "POST")
    assert answer.status == 405
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


async def test_an_unknown_address_is_a_problem_for_programs_and_a_page_for_browsers(reader: Reader) -> None:
    program = await reader.ask("/nothing/here")
    assert (program.status, program.headers["Content-Type"]) == (404, "application/problem+json")
    browser = await reader.ask("/nothing/here", Accept="text/html,*/*")
    assert browser.status == 404
    assert browser.headers["Content-Type"].startswith("text/html")


async def test_no_browser_asks_twice_for_an_icon(reader: Reader) -> None:
    answer = await reader.ask("/favicon.ico")
    assert (answer.status, answer.headers["Server"]) == (204, "aggregator")


# --- nothing changes without news -----------------------------------------------------------------------


async def test_neither_time_nor_empty_polls_change_a_feed(one_story: Reader, store: Any, clock: Any) -> None:
    before = await one_story.ask("/feed.json")
    clock.advance(3600)
    await store.workers.heartbeat("w", {}, 10.0)
    after = await one_story.ask("/feed.json")
    assert after.body == before.body
    assert after.headers["ETag"] == before.headers["ETag"]
    assert after.headers["Last-Modified"] == before.headers["Last-Modified"]


async def test_a_view_stays_as_it_is_when_stories_of_others_change(
    serve: Callable[..., Any], desk: Newsdesk
) -> None:
    reader = await serve(feeds=[{"id": "sport", "where": {"categories": ["sport"]}}])
    await desk.publish("nbc", "one", categories=("sport",))
    await reader.feed_of(1, "/feeds/sport.json")
    before = await reader.ask("/feeds/sport.json")
    await desk.publish("abc", "two")
    await reader.feed_of(2)
    after = await reader.ask("/feeds/sport.json")
    assert after.body == before.body
    assert after.headers["ETag"] == before.headers["ETag"]


async def test_two_servers_give_one_feed_the_same_etag(serve: Callable[..., Any], desk: Newsdesk) -> None:
    await desk.publish("nbc", "one")
    one, two = await serve(), await serve()
    answers = []
    for reader in (one, two):
        await reader.feed_of(1)
        answers.append(await reader.ask("/feed.json", Host="news.example"))
    assert answers[0].headers["ETag"] == answers[1].headers["ETag"]


async def test_an_update_changes_the_etag_and_the_date(one_story: Reader, desk: Newsdesk) -> None:
    before = await one_story.ask("/feed.json")
    copy = a_copy("nbc", "one", title="Ferry saved")
    story = a_story([copy])
    change = Change(0, "updated", story.id, NOON + 60, what=("text",))
    await desk.commit(change, stories=[story], copies=[(story.id, copy, None, Text())])
    after = await one_story.until(
        "/feed.json", lambda answer: answer.headers["Last-Modified"] != before.headers["Last-Modified"]
    )
    assert after.headers["ETag"] != before.headers["ETag"]
    assert after.json()["items"][0]["title"] == "Ferry saved"


async def test_a_client_that_sends_no_host_is_answered(one_story: Reader) -> None:
    port = int(one_story.runner.address.rsplit(":", 1)[1])
    incoming, outgoing = await asyncio.open_connection("127.0.0.1", port)
    outgoing.write(b"GET /feed.json HTTP/1.0\r\n\r\n")
    answer = await incoming.read()
    outgoing.close()
    assert answer.startswith(b"HTTP/1.0 200")
    assert f"http://127.0.0.1:{port}/feed.json".encode() in answer


async def test_nonsense_on_the_wire_is_400_and_the_server_lives(one_story: Reader) -> None:
    async with aiohttp.ClientSession() as http:
        for headers in ({"Range": "bytes=0-10"}, {"If-None-Match": '"' * 500}, {"Accept-Encoding": ";;q=,"}):
            async with http.get(one_story.runner.address + "/feed.json", headers=headers) as response:
                assert response.status == 200


@pytest.mark.parametrize(
    ("sent", "detail"),
    [
        (b"GET /feed.json HTTP/1.1\r\n\r\n", "The request names no host: HTTP/1.1 wants a Host header."),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", "This is no request as HTTP wants it."),
        (b"BREW /secret HTTP/1.1\r\nHost: x\r\n\r\n", "This is no request as HTTP wants it."),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "This is no request as HTTP wants it."),
    ],
    ids=["no host", "a line too long", "no method", "TLS"],
)
async def test_what_is_no_request_is_a_problem_and_no_fault_of_ours(
    one_story: Reader, caplog: pytest.LogCaptureFixture, sent: bytes, detail: str
) -> None:
    incoming, outgoing = await asyncio.open_connection("127.0.0.1", one_story.port)
    outgoing.write(sent)
    head, _, body = (await incoming.read()).partition(b"\r\n\r\n")
    outgoing.close()
    assert head.startswith(b"HTTP/1.0 400")
    assert b"aiohttp" not in head
    assert b"X-Content-Type-Options: nosniff" in head
    assert json.loads(body)["detail"] == detail
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.parametrize(
    "path",
    [
        "/feed.json",
        "/",
        "/sources.json",
        "/sources",
        "/sources.opml",
        "/sources.atom",
        "/docs",
        "/openapi.json",
    ],
)
async def test_every_document_says_when_it_last_changed(one_story: Reader, store: Any, path: str) -> None:
    await store.sources.take_up(SOURCES, {}, 86_400.0)
    first = await one_story.ask(path)
    changed_at = parsedate_to_datetime(first.headers["Last-Modified"])
    later = await one_story.ask(path, If_Modified_Since=format_datetime(changed_at, usegmt=True))
    assert (first.status, later.status) == (200, 304)


async def test_a_story_that_expires_moves_the_date_of_its_feed(
    one_story: Reader, desk: Newsdesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await one_story.ask("/feed.json")
    monkeypatch.setattr(following, "RECONCILE", -1.0)
    await desk.commit(expired=[before.json()["items"][0]["id"]])
    after = await one_story.until("/feed.json", lambda answer: not answer.json()["items"])
    assert parsedate_to_datetime(after.headers["Last-Modified"]) > parsedate_to_datetime(
        before.headers["Last-Modified"]
    )
