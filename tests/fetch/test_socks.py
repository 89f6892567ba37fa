"""A source behind a SOCKS5 proxy; the proxy is a real one, written here as RFC 1928 says."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from sites import always

from aggregator.core.errors import Kind
from aggregator.core.model import Failure, Response, Source, SourceState

FEED = b"<rss><channel><title>Harbour News</title></channel></rss>"


class Proxy:
    """Connects to whatever it is told, or answers with `reply`; `told` keeps host and port."""

    def __init__(self, user: str = "", password: str = "", reply: int = 0) -> None:
        self.user, self.password, self.reply = user, password, reply
        self.told: list[tuple[str, int]] = []

    async def start(self) -> Proxy:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def stop(self) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            if await self._greet(reader, writer):
                await self._connect(reader, writer)
        writer.close()

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        _, count = await reader.readexactly(2)
        methods = await reader.readexactly(count)
        wanted = 2 if self.user else 0
        writer.write(bytes([5, wanted if wanted in methods else 255]))
        if wanted not in methods:
            return False
        if self.user:
            _, length = await reader.readexactly(2)
            user = await reader.readexactly(length)
            password = await reader.readexactly((await reader.readexactly(1))[0])
            right = (user.decode(), password.decode()) == (self.user, self.password)
            writer.write(bytes([1, not right]))
            return right
        return True

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        *_, kind = await reader.readexactly(4)
        if kind == 3:
            host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        else:
            host = ".".join(map(str, await reader.readexactly(4)))
        port = int.from_bytes(await reader.readexactly(2), "big")
        self.told.append((host, port))
        writer.write(bytes([5, self.reply, 0, 1, 0, 0, 0, 0, 0, 0]))
        if self.reply:
            return
        there, back = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_copy(reader, back), _copy(there, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
    writer.close()


@pytest.fixture
async def proxy() -> AsyncIterator[type[Proxy]]:
    """Starts proxies that end with the test."""
    running: list[Proxy] = []

    async def start(**more) -> Proxy:
        running.append(await Proxy(**more).start())
        return running[-1]

    yield start
    for each in running:
        await each.stop()


def behind(one: Proxy, url: str, scheme: str = "socks5", login: str = "") -> Source:
    return Source("one", url, "One", "One", proxy=f"{scheme}://{login}127.0.0.1:{one.port}")


def public(name: str) -> list[str]:
    """Every name leads to one public address; the proxy of the test connects to loopback instead."""
    return ["127.0.0.1"] if name == "127.0.0.1" else ["93.184.216.34"]


async def test_a_feed_comes_through_it_and_names_are_looked_up_here(site, fetcher, proxy):
    there, one = await site(always(200, FEED)), await proxy()
    polled = await (await fetcher(lookup=public)).fetch(
        behind(one, there.url(host="news.example.org")), SourceState()
    )
    assert isinstance(polled, Response)
    assert polled.body == FEED
    assert one.told == [("93.184.216.34", there.port)]
    assert there.requests[0]["Host"] == f"news.example.org:{there.port}"


async def test_names_are_left_to_it_where_that_is_asked_for(site, fetcher, proxy):
    there, one = await site(always(200, FEED)), await proxy()
    got = await (await fetcher(lookup=public)).fetch(
        behind(one, there.url(host="hidden.onion"), "socks5h"), SourceState()
    )
    assert isinstance(got, Response)
    assert one.told == [("hidden.onion", there.port)]


async def test_name_and_password_are_said_to_it_and_to_nobody_else(site, fetcher, proxy):
    there, one = await site(always(200, FEED)), await proxy(user="desk", password="s3cr!t")
    asked = behind(one, there.url(host="news.example.org"), login="desk:s3cr%21t@")
    got = await (await fetcher(lookup=public)).fetch(asked, SourceState())
    assert isinstance(got, Response)
    assert "s3cr" not in repr(there.requests[0].fields)


async def test_a_wrong_password_is_told_without_it(site, fetcher, proxy):
    there, one = await site(always(200, FEED)), await proxy(user="desk", password="right")
    got = await (await fetcher(lookup=public)).fetch(
        behind(one, there.url(host="news.example.org"), login="desk:wr0ng@"), SourceState()
    )
    assert isinstance(got, Failure)
    assert (got.kind, "wr0ng" in got.message) == (Kind.UNAUTHORISED, False)


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
@pytest.mark.parametrize("host", ["10.0.0.1", "localhost", "[::ffff:10.0.0.1]"])
async def test_the_guard_holds_behind_it(fetcher, proxy, scheme, host):
    one = await proxy()
    got = await (await fetcher(allow=False)).fetch(behind(one, f"http://{host}:80/", scheme), SourceState())
    assert isinstance(got, Failure)
    assert (got.kind, one.told) == (Kind.PRIVATE_ADDRESS, [])


async def test_a_name_that_leads_to_a_private_address_is_refused_behind_it(fetcher, proxy):
    one = await proxy()
    inside = await fetcher(
        allow=False, lookup=lambda name: ["127.0.0.1" if name == "127.0.0.1" else "10.1.2.3"]
    )
    got = await inside.fetch(behind(one, "http://news.example.org/"), SourceState())
    assert isinstance(got, Failure)
    assert (got.kind, one.told) == (Kind.PRIVATE_ADDRESS, [])


async def test_a_redirect_to_a_private_address_is_refused_behind_it(site, fetcher, proxy):
    there, one = await site(always(302, b"", "Location: http://169.254.169.254/latest")), await proxy()
    got = await (await fetcher(lookup=public)).fetch(
        behind(one, there.url(host="news.example.org")), SourceState()
    )
    assert isinstance(got, Failure)
    assert (got.kind, len(one.told)) == (Kind.PRIVATE_ADDRESS, 1)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [(1, Kind.HOST_TROUBLE), (2, Kind.FORBIDDEN), (4, Kind.REFUSED), (5, Kind.REFUSED), (6, Kind.TIMEOUT), (9, None)],
    ids=["failure", "forbidden", "unreachable", "refused", "expired", "nonsense"],
)  # fmt: skip
async def test_what_it_says_of_the_other_side_is_told(fetcher, proxy, reply, kind):
    one = await proxy(reply=reply)
    got = await (await fetcher(lookup=public)).fetch(behind(one, "http://news.example.org/"), SourceState())
    assert isinstance(got, Failure)
    assert kind is None or got.kind is kind


async def test_one_that_is_down_is_named_as_what_failed(fetcher, proxy):
    one = await proxy()
    await one.stop()
    got = await (await fetcher(lookup=public)).fetch(behind(one, "http://news.example.org/"), SourceState())
    assert isinstance(got, Failure)
    assert (got.kind, got.message.startswith("The proxy")) == (Kind.REFUSED, True)
