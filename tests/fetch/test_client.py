"""A poll of a site that behaves: what is sent, and what comes back."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from functools import partialmethod

import brotli
import pytest
import zstandard
from sites import Request, always, answer, paths

from aggregator.core.errors import HostRests, Kind
from aggregator.core.model import Auth, Failure, Response, Source, SourceState
from aggregator.fetch import client

FEED = b"<rss><channel><title>Harbour News</title></channel></rss>"


def source(url: str, **more) -> Source:
    return Source(id="one", url=url, name="One", outlet="One", **more)


async def test_a_feed_comes_with_all_that_the_next_poll_needs(site, fetcher):
    there = await site(
        always(
            200,
            FEED,
            'ETag: W/"a,b"',
            "Last-Modified: Mon, 23 Nov 2026 00:00:00 GMT",
            "Content-Type: application/rss+xml; charset=utf-8",
            "Cache-Control: public, max-age=600",
            "Age: 100",
        )
    )
    got = await (await fetcher()).get(there.url())
    assert isinstance(got, Response)
    assert (got.status, got.body, got.bytes_read) == (200, FEED, len(FEED))
    assert (got.etag, got.last_modified) == ('W/"a,b"', "Mon, 23 Nov 2026 00:00:00 GMT")
    assert got.content_type == "application/rss+xml; charset=utf-8"
    assert got.max_age == 500
    assert (got.url, got.moved_to) == (there.url(), None)


@pytest.mark.parametrize(
    ("etag", "modified"),
    [
        ('"abc"', None),
        ('W/"x y, z"', None),
        ("bare", "yesterday, more or less"),
        (None, "Mon, 1 Jan 24"),
        ('"é"', None),
    ],
)
async def test_validators_go_back_byte_for_byte(site, fetcher, etag, modified):
    there = await site(always(304))
    state = SourceState(etag=etag, last_modified=modified)
    got = await (await fetcher()).fetch(source(there.url()), state)
    sent = there.requests[0]
    raw = sent["If-None-Match"]
    assert (raw.encode("latin-1").decode() if raw else None, sent["If-Modified-Since"]) == (etag, modified)
    assert (got.status, got.body) == (304, None)


async def test_an_unconditional_poll_sends_no_validators(site, fetcher):
    there = await site(always(200, FEED))
    await (await fetcher()).fetch(
        source(there.url()), SourceState(etag='"a"', last_modified="x"), unconditional=True
    )
    assert (there.requests[0]["If-None-Match"], there.requests[0]["If-Modified-Since"]) == (None, None)


async def test_a_304_that_was_not_asked_for_is_a_failure(site, fetcher):
    there = await site(always(304))
    assert (await (await fetcher()).get(there.url())).kind is Kind.EMPTY


async def test_the_request_is_honest_and_says_no_more_than_it_must(site, fetcher, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    there = await site(always(200, FEED, "Set-Cookie: id=1; Path=/"))
    one = await fetcher(version="1.2", contact="https://news.example/about")
    await one.get(there.url())
    await one.get(there.url())
    again = there.requests[1]
    assert again["User-Agent"] == "wire-aggregator/1.2 (+https://news.example/about)"
    assert again["Accept-Encoding"] == "gzip, deflate, br, zstd"
    assert sorted(name for name, _ in again.fields) == [
        "Accept", "Accept-Encoding", "Connection", "Host", "User-Agent",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "path", ["/a%7eb/%2c?x=%2F&y=a+b;c", "//double//slash", "/?", "/feed?url=http://x.example/?a=b", "/a:b@c"]
)
async def test_an_address_is_sent_as_it_was_published(site, fetcher, path):
    there = await site(always(200, FEED))
    got = await (await fetcher()).get(there.url(path))
    assert there.requests[0].target.rstrip("?") == path.rstrip("?")
    assert isinstance(got, Response)


async def test_an_address_that_cannot_be_sent_is_encoded(site, fetcher):
    there = await site(always(200, FEED))
    await (await fetcher()).get(there.url("/nyheter på norsk/%2c%zz?a=%7e#top"))
    assert there.requests[0].target == "/nyheter%20p%C3%A5%20norsk/%2c%zz?a=%7e"


async def test_a_host_name_is_asked_for_in_its_plain_form(site, fetcher):
    asked: list[str] = []
    there = await site(paths({"/a b": answer(404), "/B?x=%2C": answer(200, FEED)}))
    one = await fetcher(lookup=lambda name: asked.append(name) or ["127.0.0.1"])
    await one.get(there.url("/B?x=%2C", host="News.EXAMPLE"))
    await one.get(there.url("/B?x=%2C", host="bücher.example"))
    assert asked == ["news.example", "xn--bcher-kva.example"]
    assert [request["Host"] for request in there.requests] == [f"{name}:{there.port}" for name in asked]


async def test_a_redirect_to_an_address_that_cannot_be_sent_is_encoded(site, fetcher):
    there = await site(
        paths(
            {
                "/a": answer(302, b"", "Location: /p\udce5 \u00e5?q=%2c"),
                "/p%E5%20%C3%A5?q=%2c": answer(200, FEED),
            }
        )
    )
    assert (await (await fetcher()).get(there.url("/a"))).body == FEED


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(FEED, mtime=0)),
        ("x-gzip", gzip.compress(FEED[:9], mtime=0) + gzip.compress(FEED[9:], mtime=0) + b"\0\0padding"),
        ("deflate", zlib.compress(FEED)),
        ("deflate", zlib.compress(FEED, wbits=-15)),
        ("br", brotli.compress(FEED)),
        ("zstd", zstandard.compress(FEED)),
        ("gzip, br", brotli.compress(gzip.compress(FEED, mtime=0))),
        ("identity", FEED),
        ("UTF-8", FEED),
        ("gzip", b""),
    ],
)
async def test_every_coding_is_undone(site, fetcher, coding, packed):
    there = await site(always(200, packed, f"Content-Encoding: {coding}"))
    got = await (await fetcher()).get(there.url())
    assert (got.body, got.bytes_read) == (FEED if packed else b"", len(packed))


async def test_chunked_bodies_are_put_together(site, fetcher):
    async def chunked(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for byte in FEED:
            writer.write(b"1\r\n" + bytes([byte]) + b"\r\n")
        writer.write(b"0\r\n\r\n")

    there = await site(chunked)
    assert (await (await fetcher()).get(there.url())).body == FEED


# --- redirects ----------------------------------------------------------------------------------------


async def test_redirects_are_followed_and_told(site, fetcher):
    routes = {
        "/a/old": answer(301, b"", "Location: ../b"),
        "/b": answer(308, b"", "Location: /c?x=%2c#part"),
        "/c?x=%2c": answer(200, FEED),
    }
    there = await site(paths(routes))
    got = await (await fetcher()).get(there.url("/a/old"))
    assert (got.url, got.moved_to, got.body) == (there.url("/c?x=%2c"), there.url("/c?x=%2c"), FEED)


@pytest.mark.parametrize("temporary", [302, 303, 307])
async def test_one_temporary_hop_means_that_nothing_has_moved(site, fetcher, temporary):
    routes = {
        "/a": answer(301, b"", "Location: /b"),
        "/b": answer(temporary, b"", "Location: /c"),
        "/c": answer(200, FEED),
    }
    there = await site(paths(routes))
    got = await (await fetcher()).get(there.url("/a"))
    assert (got.url, got.moved_to) == (there.url("/c"), None)


async def test_a_learnt_address_is_asked_directly(site, fetcher):
    there = await site(paths({"/new": answer(304)}))
    state = SourceState(etag='"a"', moved_to=there.url("/new"), moved_seen=3)
    got = await (await fetcher()).fetch(source(there.url("/old")), state)
    assert [request.target for request in there.requests] == ["/new"]
    assert got.status == 304


async def test_a_304_behind_a_redirect_counts(site, fetcher):
    there = await site(paths({"/old": answer(301, b"", "Location: /new"), "/new": answer(304)}))
    got = await (await fetcher()).fetch(source(there.url("/old")), SourceState(etag='"a"'))
    assert (got.status, got.moved_to) == (304, there.url("/new"))
    assert there.requests[1]["If-None-Match"] == '"a"'


async def test_five_redirects_are_followed_and_six_are_not(site, fetcher):
    routes = {f"/{n}": answer(302, b"", f"Location: /{n + 1}") for n in range(6)} | {"/6": answer(200, FEED)}
    there = await site(paths(routes))
    one = await fetcher()
    assert (await one.get(there.url("/1"))).body == FEED
    assert (await one.get(there.url("/0"))).kind is Kind.REDIRECT_LOOP


@pytest.mark.parametrize("location", ["/feed", "", "./feed?"])
async def test_circles_end_at_the_first_sight_of_an_address(site, fetcher, location):
    there = await site(always(302, b"", f"Location: {location}"))
    got = await (await fetcher()).get(there.url("/feed"))
    assert got.kind in (Kind.REDIRECT_LOOP, Kind.REDIRECT_BAD)
    assert len(there.requests) <= 2


@pytest.mark.parametrize(
    "fields",
    [
        (),
        ("Location: ",),
        ("Location: ftp://feeds.example/x",),
        ("Location: file:///etc/passwd",),
        ("Location: javascript:alert(1)",),
        ("Location: http://",),
        ("Location: http:///path",),
        ("Location: http://[::1",),
        ("Location: http://x.example:99999/",),
        ("Location: http://x.example:port/",),
    ],
)
async def test_a_redirect_to_nowhere_is_refused(site, fetcher, fields):
    there = await site(always(301, b"", *fields))
    got = await (await fetcher()).get(there.url())
    assert got.kind is Kind.REDIRECT_BAD
    assert len(there.requests) == 1


class Turns:
    """Manners that note which hosts are asked for a turn, and let each wait so long."""

    def __init__(self, seconds: float = 0.0, rests: str = "") -> None:
        self.seconds, self.rests = seconds, rests
        self.asked: list[str] = []

    async def begin(self, host: str, patience: float) -> None:
        self.asked.append(f"begin {host}")
        await asyncio.sleep(self.seconds)

    async def turn(self, host: str, patience: float) -> None:
        self.asked.append(host)
        await asyncio.sleep(self.seconds)
        if host == self.rests:
            raise HostRests(host, 100.0)


async def test_every_request_but_the_one_to_the_configured_address_takes_a_turn_of_its_host(site, fetcher):
    turns = Turns()
    last = await site(paths({"/c": answer(200, FEED)}), "127.0.0.2")
    first = await site(
        paths({"/a": answer(302, b"", "Location: /b"), "/b": answer(302, b"", f"Location: {last.url('/c')}")})
    )
    got = await (await fetcher()).fetch(source(first.url("/a")), SourceState(), manners=turns)
    assert (got.body, turns.asked) == (FEED, ["127.0.0.1", "127.0.0.2"])


async def test_a_learnt_address_takes_a_turn_before_anything_is_asked(site, fetcher):
    turns = Turns()
    there = await site(always(200, FEED), "127.0.0.2")
    learnt = SourceState(moved_to=there.url(), moved_seen=3)
    await (await fetcher()).fetch(source("http://127.0.0.1:9/feed"), learnt, manners=turns)
    assert turns.asked == ["begin 127.0.0.2"]


async def test_a_poll_of_the_configured_address_asks_for_no_turn(site, fetcher):
    turns = Turns()
    there = await site(always(200, FEED))
    await (await fetcher()).fetch(source(there.url()), SourceState(), manners=turns)
    assert turns.asked == []


async def test_waiting_for_the_turn_of_a_host_does_not_count_as_its_delay(site, fetcher):
    """The turn takes longer than a whole poll may: that is our manners, and not the site's fault."""
    last = await site(always(200, FEED), "127.0.0.2")
    first = await site(always(302, b"", f"Location: {last.url()}"))
    got = await (await fetcher(timeout=0.4)).fetch(source(first.url()), SourceState(), manners=Turns(0.5))
    assert got.body == FEED


async def test_a_host_that_has_no_turn_is_not_asked_and_nobody_failed(site, fetcher):
    last = await site(always(200, FEED), "127.0.0.2")
    first = await site(always(302, b"", f"Location: {last.url()}"))
    with pytest.raises(HostRests) as rests:
        await (await fetcher()).fetch(source(first.url()), SourceState(), manners=Turns(rests="127.0.0.2"))
    assert (rests.value.back, last.requests) == (100.0, [])


async def test_a_turn_that_cannot_even_be_asked_for_is_not_waited_for(site, fetcher, monkeypatch):
    monkeypatch.setattr(client._Way, "__init__", partialmethod(client._Way.__init__, patience=-0.9))
    last = await site(always(200, FEED), "127.0.0.2")
    first = await site(always(302, b"", f"Location: {last.url()}"))
    with pytest.raises(HostRests):
        await (await fetcher()).fetch(source(first.url()), SourceState(), manners=Turns(60.0))
    assert last.requests == []


# --- secrets ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"auth": Auth("basic", "desk", "pässword")}, "Basic ZGVzazpww6Rzc3dvcmQ="),
        ({"auth": Auth("bearer", "", "t0ken")}, "Bearer t0ken"),
        ({"headers": (("Authorization", "Custom 1"),)}, "Custom 1"),
    ],
)
async def test_credentials_are_sent(site, fetcher, more, expected):
    there = await site(always(200, FEED))
    await (await fetcher()).fetch(source(there.url(), **more), SourceState())
    assert there.requests[0]["Authorization"] == expected


async def test_credentials_in_an_address_are_sent_as_such_and_told_to_nobody(site, fetcher):
    there = await site(always(200, FEED))
    url = there.url().replace("://", "://desk:s3cret%21@")
    got = await (await fetcher()).fetch(source(url), SourceState())
    assert there.requests[0]["Authorization"] == "Basic ZGVzazpzM2NyZXQh"
    assert got.url == there.url()


SECRETS = {"headers": (("X-Key", "k3y"),), "auth": Auth("basic", "desk", "pw"), "user_agent": "desk/1"}


async def test_secrets_do_not_follow_a_redirect_to_another_host(site, fetcher):
    other = await site(paths({"/b": answer(302, b"", "Location: /c"), "/c": answer(200, FEED)}), "127.0.0.2")
    there = await site(always(302, b"", f"Location: {other.url('/b')}"))
    await (await fetcher()).fetch(source(there.url(), **SECRETS), SourceState(etag='"e"'))
    for request in other.requests:
        assert (request["Authorization"], request["X-Key"]) == (None, None)
        assert (request["User-Agent"], request["If-None-Match"]) == ("desk/1", '"e"')
    assert there.requests[0]["X-Key"] == "k3y"


async def test_secrets_do_not_follow_to_another_port_either(site, fetcher):
    other = await site(always(200, FEED))
    there = await site(always(302, b"", f"Location: {other.url()}"))
    await (await fetcher()).fetch(source(there.url(), **SECRETS), SourceState())
    assert (other.requests[0]["Authorization"], other.requests[0]["X-Key"]) == (None, None)


async def test_secrets_stay_on_a_redirect_within_their_host(site, fetcher):
    there = await site(paths({"/a": answer(302, b"", "Location: /b"), "/b": answer(200, FEED)}))
    await (await fetcher()).fetch(source(there.url("/a"), **SECRETS), SourceState())
    assert there.requests[1]["X-Key"] == "k3y"


async def test_secrets_are_not_sent_to_a_learnt_address_on_another_host(site, fetcher):
    other = await site(always(200, FEED), "127.0.0.2")
    state = SourceState(moved_to=other.url(), moved_seen=3)
    await (await fetcher()).fetch(source("http://127.0.0.1:1/", **SECRETS), state)
    assert (other.requests[0]["Authorization"], other.requests[0]["X-Key"]) == (None, None)


async def test_no_sentence_holds_a_secret(site, fetcher):
    """Neither the path nor the query nor the name before the @ of an address is in what people read."""
    there = await site(always(500))
    one = await fetcher()
    urls = [
        there.url("/t0ps3cret?token=t0ps3cret"),
        "http://127.0.0.1:1/t0ps3cret",
        "ftp://x.example/t0ps3cret",
    ]
    for url in [*urls, *(url.replace("://", "://t0ps3cret:t0ps3cret@") for url in urls)]:
        got = await one.fetch(source(url), SourceState())
        assert isinstance(got, Failure)
        assert "t0ps3cret" not in got.message


# --- proxies ------------------------------------------------------------------------------------------


async def test_a_source_can_have_a_proxy(site, fetcher):
    """The proxy was named by whoever runs this, so it may stand in a private network."""
    proxy = await site(always(200, FEED))
    there = source("http://feeds.example/rss?a=1", proxy=proxy.url("").replace("://", "://me:pw@"))
    got = await (await fetcher(allow=False)).fetch(there, SourceState())
    assert got.body == FEED
    assert proxy.requests[0].line == "GET http://feeds.example/rss?a=1 HTTP/1.1"
    assert proxy.requests[0]["Proxy-Authorization"] == "Basic bWU6cHc="


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.1.2.3", "[::1]", "localhost", "x.localhost.", "169.254.169.254"]
)
async def test_a_proxy_is_not_asked_for_what_is_plainly_ours(site, fetcher, host):
    proxy = await site(always(200, FEED))
    got = await (await fetcher(allow=False)).fetch(
        source(f"http://{host}/", proxy=proxy.url("")), SourceState()
    )
    assert (got.kind, proxy.requests) == (Kind.PRIVATE_ADDRESS, [])


async def test_a_proxy_that_is_down_or_refuses_is_named_as_what_failed(site, fetcher):
    one = await fetcher()
    down = await one.fetch(source("http://feeds.example/", proxy="http://127.0.0.1:1"), SourceState())
    wants = await site(always(407))
    refused = await one.fetch(source("http://feeds.example/", proxy=wants.url("")), SourceState())
    assert (down.kind, refused.kind) == (Kind.REFUSED, Kind.UNAUTHORISED)
    assert "proxy" in down.message
    assert "proxy" in refused.message
