"""Sites that misbehave: each way has its own kind, costs little, and never keeps a worker's slot."""

from __future__ import annotations

import asyncio
import gzip
import socket
import zlib
from functools import cache

import brotli
import pytest
import zstandard
from sites import Request, always, answer, paths, raw

from aggregator.core.errors import Kind
from aggregator.core.model import Failure, Response
from aggregator.fetch import Fetcher, FetchSettings, connector

FEED = b"<rss><channel><title>Harbour News</title></channel></rss>"
OK = b"HTTP/1.1 200 OK\r\n"
MEGABYTE = 1024 * 1024


@cache
def bomb(coding: str, megabytes: int) -> bytes:
    """Many megabytes of blanks, packed."""
    if coding == "br":
        packer = brotli.Compressor(quality=5)
        body = b"".join(packer.process(b" " * MEGABYTE) for _ in range(megabytes))
        return body + packer.finish()
    made = (
        zstandard.ZstdCompressor(level=3).compressobj() if coding == "zstd" else zlib.compressobj(9, wbits=31)
    )
    return b"".join(made.compress(b" " * MEGABYTE) for _ in range(megabytes)) + made.flush()


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
async def test_a_bomb_is_defused(site, fetcher, coding):
    there = await site(always(200, bomb(coding, 64), f"Content-Encoding: {coding}"))
    got = await (await fetcher(max_bytes=MEGABYTE)).get(there.url())
    assert got.kind is Kind.TOO_LARGE


async def test_a_bomb_within_a_bomb_is_defused(site, fetcher):
    there = await site(always(200, gzip.compress(bomb("gzip", 64), mtime=0), "Content-Encoding: gzip, gzip"))
    assert (await (await fetcher(max_bytes=MEGABYTE)).get(there.url())).kind is Kind.TOO_LARGE


async def test_a_bomb_on_an_error_page_is_not_unpacked(site, fetcher):
    there = await site(always(403, bomb("gzip", 64), "Content-Encoding: gzip"))
    assert (await (await fetcher(max_bytes=MEGABYTE)).get(there.url())).kind is Kind.FORBIDDEN


async def test_a_body_that_says_it_is_too_large_is_not_read(site, fetcher):
    there = await site(raw(OK + b"Content-Length: 99999999\r\n\r\n<rss>"))
    assert (await (await fetcher(max_bytes=1000)).get(there.url())).kind is Kind.TOO_LARGE


@pytest.mark.parametrize("head", [OK + b"\r\n", OK + b"Transfer-Encoding: chunked\r\n\r\n"])
async def test_a_body_without_end_is_cut_off(site, fetcher, head):
    async def endless(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")
            await writer.drain()

    there = await site(endless)
    assert (await (await fetcher(max_bytes=MEGABYTE)).get(there.url())).kind is Kind.TOO_LARGE


async def test_a_body_of_exactly_the_limit_is_taken(site, fetcher):
    one = await fetcher(max_bytes=len(FEED))
    assert isinstance(await one.get((await site(always(200, FEED))).url()), Response)
    packed = always(200, gzip.compress(FEED, 9, mtime=0)[: len(FEED)], "Content-Encoding: gzip")
    assert (await one.get((await site(packed)).url())).kind in (Kind.TRUNCATED, Kind.TOO_LARGE)
    assert (await one.get((await site(always(200, FEED + b" "))).url())).kind is Kind.TOO_LARGE


# --- time ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("drop", [b"", b"H", OK, OK + b"X-", OK + b"Content-Length: 99\r\n\r\n<rss>"])
async def test_a_site_that_falls_silent_is_given_up(site, fetcher, drop):
    async def silent(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(drop)
        await asyncio.Event().wait()

    there = await site(silent)
    got = await (await fetcher(timeout=0.3)).get(there.url())
    assert got.kind is Kind.TIMEOUT
    assert ("began to answer" in got.message) == (b"\r\n\r\n" in drop)


async def test_a_site_that_drips_is_given_up(site, fetcher):
    """Something always comes, so only the time for the whole poll ends it."""

    async def drips(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(OK + b"\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.01)

    there = await site(drips)
    assert (await (await fetcher(timeout=0.3)).get(there.url())).kind is Kind.TIMEOUT


async def test_a_maze_of_slow_redirects_is_one_poll(site, fetcher):
    """The time counts for the whole way, not for each of its steps."""

    async def slow(request: Request, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.2)
        writer.write(answer(302, b"", f"Location: {request.target}x"))

    there = await site(slow)
    assert (await (await fetcher(timeout=0.5)).get(there.url())).kind is Kind.TIMEOUT


async def test_no_slot_is_ever_stuck(site, fetcher):
    """With two slots, a crowd of sites that hang in each way leaves room for the one that works."""

    async def hang(request: Request, writer: asyncio.StreamWriter) -> None:
        if request.target == "/works":
            writer.write(answer(200, FEED))
            return
        writer.write({"/mute": b"", "/head": OK, "/body": OK + b"\r\n<rss>"}[request.target])
        await asyncio.Event().wait()

    there = await site(hang)
    one = await fetcher(timeout=0.2, concurrency=2)
    crowd = [there.url(path) for path in ("/mute", "/head", "/body")] * 3
    got = await asyncio.gather(*(one.get(url) for url in [*crowd, there.url("/works")]))
    assert {each.kind for each in got[:-1]} == {Kind.TIMEOUT}
    assert got[-1].body == FEED


async def test_a_poll_that_is_cancelled_gives_its_slot_back(site, fetcher):
    async def hang(_: Request, __: asyncio.StreamWriter) -> None:
        asked.set()
        await asyncio.Event().wait()

    asked = asyncio.Event()
    one = await fetcher(concurrency=1)
    task = asyncio.create_task(one.get((await site(hang)).url()))
    await asked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await one.get((await site(always(200, FEED))).url())).body == FEED


# --- broken answers -----------------------------------------------------------------------------------

WHOLE = OK + b'Content-Length: 57\r\nETag: "a"\r\n\r\n' + FEED


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize("offset", [0, 1, 8, 17, 30, 52, 56, 57, 80, 105])
async def test_an_answer_that_breaks_off_is_no_answer(site, fetcher, offset, reset):
    there = await site(raw(WHOLE[:offset], reset=reset))
    got = await (await fetcher()).get(there.url())
    assert isinstance(got, Failure)
    assert got.kind is (Kind.TRUNCATED if offset >= WHOLE.index(b"<rss") and not reset else got.kind)
    assert got.kind in (Kind.RESET, Kind.TRUNCATED)
    assert len(there.requests) == 1, "a broken connection is not tried again at once"


@pytest.mark.parametrize(
    "body",
    [
        OK + b"Transfer-Encoding: chunked\r\n\r\n39\r\n" + FEED[:20],
        OK + b"Transfer-Encoding: chunked\r\n\r\n39\r\n" + FEED + b"\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n" + FEED,
        OK + b"Content-Length: 999\r\n\r\n" + FEED,
        answer(200, gzip.compress(FEED, mtime=0)[:-12], "Content-Encoding: gzip"),
        answer(200, brotli.compress(FEED)[:-3], "Content-Encoding: br"),
        answer(200, zstandard.compress(FEED)[:-3], "Content-Encoding: zstd"),
        answer(200, zlib.compress(FEED)[:-6], "Content-Encoding: deflate"),
    ],
)
async def test_a_body_that_lacks_its_end_is_truncated(site, fetcher, body):
    there = await site(raw(body))
    got = await (await fetcher()).get(there.url())
    assert got.kind is Kind.TRUNCATED


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", FEED),
        ("br", FEED),
        ("zstd", FEED),
        ("deflate", b"\xff" + FEED),
        ("gzip", brotli.compress(FEED)),
        ("gzip, gzip", gzip.compress(FEED, mtime=0)),
        ("gzip", gzip.compress(FEED, mtime=0)[:-8] + b"\0" * 8),
        ("compress", FEED),
        ("dcb", FEED),
        ("gzip, gzip, gzip, gzip", FEED),
        ("x" * 5000, FEED),
        ("gzip", b"".join(gzip.compress(b"", mtime=0) for _ in range(5000))),
    ],
)
async def test_a_body_that_is_not_packed_as_it_claims_is_told_so(site, fetcher, coding, body):
    there = await site(always(200, body, f"Content-Encoding: {coding}"))
    got = await (await fetcher()).get(there.url())
    assert got.kind is Kind.DECOMPRESS
    assert len(got.message) < 200


@pytest.mark.parametrize(
    "garbage",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"220 mail.example ESMTP\r\n",
        FEED,
        b"\0" * 200,
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        b"HTTP/1.1 200 OK\r\nBad\0Name: x\r\n\r\n",
    ],
)
async def test_what_is_not_http_is_a_failure(site, fetcher, garbage):
    there = await site(raw(garbage))
    got = await (await fetcher()).get(there.url())
    assert isinstance(got, Failure)
    assert got.kind in (Kind.HOST_TROUBLE, Kind.RESET)


@pytest.mark.parametrize(
    "flood",
    [
        OK + b"X: " + b"a" * 200_000 + b"\r\n\r\n",
        OK + b"".join(b"X-%d: a\r\n" % n for n in range(5000)) + b"\r\n",
        OK + b"X" * 200_000 + b": a\r\n\r\n",
        b"HTTP/1.1 200 " + b"O" * 200_000 + b"\r\n\r\n",
    ],
)
async def test_a_flood_of_header_fields_is_not_read(site, fetcher, flood):
    there = await site(raw(flood))
    assert (await (await fetcher()).get(there.url())).kind is Kind.TOO_LARGE


ENDLESS = {
    "preliminary answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n", "preliminary answers (1xx) without end"),
    "one preliminary answer": (b"HTTP/1.1 103 Hints\r\n", b"Link: </a>\r\n", "longer header fields"),
    "long preliminary answers": (b"", b"HTTP/1.1 103 Hints\r\nX: " + b"y" * 60_000 + b"\r\n\r\n", "fields"),
    "an extension": (OK + b"Transfer-Encoding: chunked\r\n\r\n1;", b"x=y;", "too long chunks"),
    "extensions": (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1;x=yyyyyyyyyyyyy\r\n \r\n", "long chunks"),
    "chunks of a byte": (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n", "too many"),
    "fields behind the body": (OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n", "broke off"),
}


@pytest.mark.parametrize(("first", "then", "told"), ENDLESS.values(), ids=ENDLESS)
async def test_what_comes_without_end_beside_a_body_is_cut_off(site, fetcher, first, then, told):
    """Without a pause, so that nothing but its number of bytes could end it; no limit of time does."""
    sent = 0

    async def endless(_: Request, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(first)
        while True:
            writer.write(then * (10_000 // len(then) + 1))
            sent += 10_000
            await writer.drain()

    there = await site(endless)
    got = await (await fetcher(timeout=600.0)).get(there.url())
    assert got.kind is (Kind.TRUNCATED if told == "broke off" else Kind.TOO_LARGE)
    assert told in got.message
    assert sent < 16 * MEGABYTE, "the kernel's buffers are most of it"


@pytest.mark.parametrize("bytes_at_once", [1, 7, 4096])
async def test_preliminary_answers_are_left_out(site, fetcher, bytes_at_once):
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
    whole = (hints + b"HTTP/1.1 100 Continue\r\n\r\n") * 3 + answer(200, FEED, 'ETag: "1"')
    there = await site(raw(*(whole[at : at + bytes_at_once] for at in range(0, len(whole), bytes_at_once))))
    got = await (await fetcher()).get(there.url())
    assert (got.body, got.etag) == (FEED, '"1"')


async def test_a_feed_in_small_chunks_is_read(site, fetcher):
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in FEED * 1000)
    there = await site(raw(OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"))
    assert (await (await fetcher()).get(there.url())).body == FEED * 1000


BEHIND = [b"\r\n", b"\r\n<!-- generated in 0.3 s -->", b"\n" * 5000, b"HTTP/1.1 500 Oh\r\n\r\n", FEED, b"\0"]


@pytest.mark.parametrize("bytes_at_once", [1, 11, 100_000])
@pytest.mark.parametrize("behind", BEHIND)
@pytest.mark.parametrize(
    "whole",
    [
        answer(200, FEED),
        answer(200, FEED, "Connection: close"),
        OK + b"Transfer-Encoding: chunked\r\n\r\n39\r\n" + FEED + b"\r\n0\r\n\r\n",
        answer(200, FEED).replace(b"\r\n", b"\n"),
    ],
    ids=["its length", "its length, and close", "chunks", "bare line feeds"],
)
async def test_what_stands_behind_the_end_of_a_body_is_left_out(site, fetcher, whole, behind, bytes_at_once):
    """RFC 9112, 6.3: the length ends the body, or the last chunk does."""
    sent = whole + behind
    there = await site(raw(*(sent[at : at + bytes_at_once] for at in range(0, len(sent), bytes_at_once))))
    assert (await (await fetcher()).get(there.url())).body == FEED


async def test_an_answer_with_odd_fields_is_still_an_answer(site, fetcher):
    """A validator that could not be sent back byte for byte is not kept; the feed is."""
    fields = [
        'ETag: "\udce9"',
        "Last-Modified: \udcff",
        "Cache-Control: max-age=soon",
        "Date: never",
        "Expires: 0",
    ]
    there = await site(always(200, FEED, *fields))
    got = await (await fetcher()).get(there.url())
    assert (got.body, got.etag, got.last_modified, got.max_age) == (FEED, None, None, 0.0)


# --- addresses ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "10.0.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "[fe80::1]",
    ],
)
async def test_private_addresses_are_refused(fetcher, host):
    got = await (await fetcher(allow=False)).get(f"http://{host}:1/feed")
    assert got.kind is Kind.PRIVATE_ADDRESS


@pytest.mark.parametrize("host", ["2130706433", "127.1", "0x7f000001", "0177.0.0.1", "127.0.0.1."])
async def test_disguised_addresses_are_refused(fetcher, host):
    got = await (await fetcher(allow=False)).get(f"http://{host}:1/feed")
    assert got.kind in (Kind.PRIVATE_ADDRESS, Kind.DNS)


async def test_a_name_that_resolves_to_a_private_address_is_refused(site, fetcher):
    there = await site(always(200, FEED))
    one = await fetcher(allow=False, lookup=lambda name: ["127.0.0.1", "::1", "::ffff:10.0.0.1"])
    got = await one.get(there.url(host="harmless.example"))
    assert (got.kind, there.requests) == (Kind.PRIVATE_ADDRESS, [])


async def test_of_a_name_with_both_only_the_allowed_address_is_connected_to(site, fetcher):
    """127.0.0.3 is not listed: were it tried, the answer would come from there."""
    wrong = await site(always(200, b"secret"), "127.0.0.3")
    one = await fetcher(allow=("127.0.0.2/32",), lookup=lambda name: ["127.0.0.3", "127.0.0.2"])
    assert (await one.get(wrong.url(host="both.example"))).kind is Kind.REFUSED
    assert wrong.requests == []


async def test_a_redirect_to_a_private_address_is_refused(site, fetcher):
    inner = await site(always(200, b"secret"), "127.0.0.3")
    outer = await site(paths({"/a": answer(302, b"", f"Location: {inner.url()}")}), "127.0.0.2")
    got = await (await fetcher(allow=("127.0.0.2/32",))).get(outer.url("/a"))
    assert (got.kind, inner.requests) == (Kind.PRIVATE_ADDRESS, [])


async def test_several_addresses_of_a_name_are_tried_in_turn(site, fetcher):
    there = await site(always(200, FEED), "127.0.0.3")
    one = await fetcher(lookup=lambda name: ["127.0.0.2", "127.0.0.3"])
    assert (await one.get(there.url(host="two.example"))).body == FEED


async def test_even_without_the_short_cut_each_connection_is_guarded(site, fetcher, monkeypatch):
    """The short cut overrides a private method of aiohttp: without it the socket factory must say no."""
    monkeypatch.delattr(connector.Connector, "_wrap_create_connection")
    there = await site(always(200, FEED))
    assert (await (await fetcher(allow=False)).get(there.url())).kind is Kind.PRIVATE_ADDRESS
    assert (await (await fetcher()).get(there.url())).body == FEED


async def test_a_closed_port_refuses(fetcher):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        got = await (await fetcher()).get(f"http://127.0.0.1:{taken.getsockname()[1]}/")
    assert got.kind is Kind.REFUSED


async def test_a_fetcher_closes_while_polls_are_in_flight(site):
    async def hang(_: Request, __: asyncio.StreamWriter) -> None:
        asked.set()
        await asyncio.Event().wait()

    asked = asyncio.Event()
    there = await site(hang)
    async with Fetcher(FetchSettings(allow=True, timeout=5)) as one:
        task = asyncio.create_task(one.get(there.url()))
        await asked.wait()
        task.cancel()
    await asyncio.gather(task, return_exceptions=True)
