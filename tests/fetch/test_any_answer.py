"""Whatever bytes come back, a poll ends in a Response or a Failure, and nothing else."""

from __future__ import annotations

import asyncio
import gzip
import zlib

import brotli
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from sites import Site, answer, raw

from aggregator.core.model import Failure, Response, Source, SourceState
from aggregator.fetch import Fetcher, FetchSettings

FEED = b"<rss><channel><title>Harbour News</title></channel></rss>" * 3
LIMIT = 5000
WELL = [
    answer(
        200, FEED, 'ETag: "a"', "Last-Modified: Mon, 23 Nov 2026 00:00:00 GMT", "Cache-Control: max-age=60"
    ),
    answer(200, gzip.compress(FEED, mtime=0), "Content-Encoding: gzip"),
    answer(200, brotli.compress(FEED), "Content-Encoding: br"),
    answer(200, zstandard.compress(FEED), "Content-Encoding: zstd"),
    answer(200, zlib.compress(FEED), "Content-Encoding: deflate"),
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n<rss></rs\r\n2\r\ns>\r\n0\r\n\r\n",
    answer(301, b"", "Location: /elsewhere"),
    answer(304, b"", 'ETag: "a"', "Expires: Mon, 23 Nov 2026 00:00:00 GMT", "Age: 5"),
    answer(503, b"<title>Just a moment...</title>", "Retry-After: 120"),
]
bits = st.one_of(
    st.binary(max_size=12),
    st.sampled_from(
        [
            b"\r\n",
            b"\r\n\r\n",
            b"\0",
            b": ",
            b"HTTP/1.1 ",
            b"Location: //",
            b"99999999999",
            b"\xff\xfe",
            b"%",
            b",",
        ]
    ),
)


@st.composite
def broken_answers(draw: st.DrawFn) -> bytes:
    """A well-formed answer with a few pieces cut out, put in or written over."""
    text = draw(st.sampled_from(WELL))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(bits) + text[at + draw(st.integers(0, 12)) :]
    return text


async def polled(answers: list[bytes]) -> list[Response | Failure]:
    """What a poll of each of these answers gives."""
    found = []
    async with Fetcher(FetchSettings(allow=("127.0.0.0/8",), timeout=5.0, max_bytes=LIMIT)) as fetcher:
        for each in answers:
            site = await Site(raw(each), "127.0.0.1", None).start()
            source = Source(id="one", url=site.url(), name="One", outlet="One")
            found.append(await fetcher.fetch(source, SourceState(etag='"a"')))
            await site.stop()
    return found


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(broken_answers(), st.binary(max_size=200)), min_size=5, max_size=10))
def test_any_bytes_give_a_response_or_a_failure(answers):
    for got in asyncio.run(polled(answers)):
        if isinstance(got, Response):
            assert got.status in (200, 304)
            assert (got.body is None) == (got.status == 304)
            assert len(got.body or b"") <= LIMIT
        else:
            assert got.message.endswith(".")
            assert got.message.isprintable()
