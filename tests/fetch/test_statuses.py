"""Each status has its kind, and each failure one sentence that stands by itself."""

from __future__ import annotations

import gzip

import pytest
from sites import always, raw

from aggregator.core.errors import Kind
from aggregator.core.model import Failure, Response, Source, SourceState
from aggregator.fetch import failure

KINDS = {
    204: Kind.EMPTY, 205: Kind.EMPTY, 206: Kind.TRUNCATED, 300: Kind.REDIRECT_BAD, 305: Kind.REDIRECT_BAD,
    400: Kind.HTTP_4XX, 401: Kind.UNAUTHORISED, 402: Kind.UNAUTHORISED, 403: Kind.FORBIDDEN,
    404: Kind.MISSING,
    405: Kind.HTTP_4XX, 406: Kind.HTTP_4XX, 407: Kind.UNAUTHORISED, 408: Kind.HTTP_4XX, 410: Kind.GONE,
    418: Kind.HTTP_4XX, 421: Kind.HTTP_4XX, 429: Kind.RATE_LIMITED, 451: Kind.LEGAL, 500: Kind.HTTP_5XX,
    501: Kind.HTTP_5XX, 502: Kind.HOST_TROUBLE, 503: Kind.HOST_TROUBLE, 504: Kind.HOST_TROUBLE,
    520: Kind.HOST_TROUBLE, 522: Kind.HOST_TROUBLE, 530: Kind.HOST_TROUBLE, 599: Kind.HTTP_5XX,
    999: Kind.HTTP_5XX,
}  # fmt: skip


@pytest.mark.parametrize(("status", "kind"), KINDS.items())
async def test_a_status_has_its_kind(site, fetcher, status, kind):
    there = await site(always(status, b"" if status in (204, 205) else b"<p>sorry</p>"))
    got = await (await fetcher()).get(there.url())
    assert isinstance(got, Failure)
    assert (got.kind, got.status) == (kind, status)
    assert is_sentence(got.message)
    assert len(there.requests) == 1


def test_any_status_gives_a_sentence():
    sentences = [failure.of_status("news.example", status).message for status in range(100, 600)]
    assert [text for text in sentences if not is_sentence(text) or "{" in text] == []


@pytest.mark.parametrize("status", [200, 202, 203, 226])
async def test_what_brings_a_document_is_an_answer(site, fetcher, status):
    there = await site(always(status, b"<rss/>"))
    got = await (await fetcher()).get(there.url())
    assert isinstance(got, Response)
    assert (got.status, got.body) == (200, b"<rss/>")


@pytest.mark.parametrize("status", [301, 404, 410, 429, 500, 503])
@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        (["Retry-After: 120"], 120.0),
        (["Retry-After: Mon, 23 Nov 2026 01:00:00 GMT", "Date: Mon, 23 Nov 2026 00:00:00 GMT"], 3600.0),
        (["Retry-After: soon"], None),
        ([], None),
    ],
)
async def test_retry_after_is_heard_on_every_refusal(site, fetcher, status, fields, seconds):
    there = await site(always(status, b"", *fields))
    assert (await (await fetcher()).get(there.url())).retry_after == seconds


PAGE = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>"


@pytest.mark.parametrize(
    ("status", "fields", "body"),
    [
        (403, ["Server: cloudflare", "cf-mitigated: challenge"], b""),
        (503, [], PAGE),
        (429, ["Content-Encoding: gzip"], gzip.compress(PAGE, mtime=0)),
        (403, [], b"<script src=/_Incapsula_Resource?x=1></script>"),
        (202, ["x-amzn-waf-action: challenge"], b""),
        (405, ["x-amzn-waf-action: captcha"], b""),
        (200, ["cf-mitigated: challenge"], PAGE),
        (403, ["X-DataDome: protected"], b'{"url":"https://geo.captcha-delivery.com/captcha/?x=1"}'),
    ],
)
async def test_a_page_that_checks_for_browsers_is_called_so(site, fetcher, status, fields, body):
    there = await site(always(status, body, "Retry-After: 9", *fields))
    got = await (await fetcher()).get(there.url())
    assert (got.kind, got.status, got.retry_after) == (Kind.CHALLENGE, status, 9.0)


async def test_a_plain_refusal_is_not_taken_for_such_a_page(site, fetcher):
    there = await site(always(403, b"<title>Forbidden</title>", "Server: cloudflare", "Content-Encoding: br"))
    assert (await (await fetcher()).get(there.url())).kind is Kind.FORBIDDEN


FIELDS = ["X-DataDome: protected", "cf-mitigated: challenge", "x-amzn-waf-action: challenge"]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("status", [200, 203])
async def test_a_feed_is_a_feed_whatever_watches_over_its_site(site, fetcher, status, field):
    there = await site(always(status, b"<?xml version='1.0'?><rss></rss>", field))
    assert (await (await fetcher()).get(there.url())).body == b"<?xml version='1.0'?><rss></rss>"


@pytest.mark.parametrize(
    ("status", "kind"),
    [(403, Kind.FORBIDDEN), (404, Kind.MISSING), (429, Kind.RATE_LIMITED), (503, Kind.HOST_TROUBLE)],
)
async def test_what_a_watched_site_refuses_itself_is_its_own_refusal(site, fetcher, status, kind):
    there = await site(always(status, b"<title>No</title>", "X-DataDome: protected"))
    assert (await (await fetcher()).get(there.url())).kind is kind


def is_sentence(text: str) -> bool:
    """One sentence that says what happened and what comes of it, short enough for a table."""
    return text[0].isalnum() and text.endswith(".") and ": " in text and "\n" not in text and len(text) < 140


SURPLUS = {
    "nothing": b"",
    "an empty gzip": gzip.compress(b"", mtime=0),
    "the last chunk": b"0\r\n\r\n",
    "a page": b"<html>" + b"x" * 70_000,
    "another answer": b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<rss/>",
}
HEAD = b'HTTP/1.1 304 Not Modified\r\nETag: "b"\r\nTransfer-Encoding: chunked\r\n\r\n'


@pytest.mark.parametrize("surplus", SURPLUS.values(), ids=SURPLUS)
@pytest.mark.parametrize("cut", [0, 5, 12, 13, 40, len(HEAD) - 2, len(HEAD), len(HEAD) + 2])
async def test_a_304_ends_with_its_header_whatever_follows(site, fetcher, surplus, cut):
    text = HEAD + surplus
    there = await site(raw(text[:cut], text[cut:]))
    source = Source(id="a", url=there.url(), name="A", outlet="A")
    got = await (await fetcher()).fetch(source, SourceState(etag='"a"'))
    assert isinstance(got, Response)
    assert got.status == 304


async def test_a_204_with_a_body_is_empty(site, fetcher):
    got = await (await fetcher()).get((await site(always(204, b"no content"))).url())
    assert isinstance(got, Failure)
    assert got.kind == Kind.EMPTY
