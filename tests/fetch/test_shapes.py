"""Sources of every shape, each against a real server: names beyond ASCII, IPv6, their own user agent."""

from __future__ import annotations

import socket

import pytest
from sites import always

from aggregator.core.errors import Kind
from aggregator.core.model import Failure, Response, Source, SourceState

FEED = b"<rss><channel><title>Harbour News</title></channel></rss>"


def source(url: str, **more) -> Source:
    return Source(id="one", url=url, name="One", outlet="One", **more)


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as listener:
            listener.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("bücher.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("新聞.example", "xn--efvv70d.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
    ],
)
async def test_a_name_beyond_ascii_is_asked_for_in_its_plain_form(site, fetcher, written, asked):
    names: list[str] = []

    def lookup(name: str) -> list[str]:
        names.append(name)
        return ["127.0.0.1"]

    there = await site(always(200, FEED))
    got = await (await fetcher(lookup=lookup)).fetch(source(there.url(host=written)), SourceState())
    assert isinstance(got, Response)
    assert (names, there.requests[0]["Host"]) == ([asked], f"{asked}:{there.port}")


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
async def test_a_literal_ipv6_address_is_asked(site, fetcher):
    there = await site(always(200, FEED), "::1")
    got = await (await fetcher()).fetch(source(f"http://[::1]:{there.port}/feed"), SourceState())
    assert isinstance(got, Response)
    assert there.requests[0]["Host"] == f"[::1]:{there.port}"


@pytest.mark.parametrize("host", ["[::1]", "[fd00::1]", "[::ffff:127.0.0.1]", "[fe80::1]"])
async def test_a_private_ipv6_address_is_refused_unless_allowed(fetcher, host):
    got = await (await fetcher(allow=False)).fetch(source(f"http://{host}/feed"), SourceState())
    assert isinstance(got, Failure)
    assert got.kind is Kind.PRIVATE_ADDRESS


async def test_a_source_may_have_a_user_agent_of_its_own(site, fetcher):
    there = await site(always(200, FEED))
    one = await fetcher(contact="https://desk.example/about")
    await one.fetch(source(there.url()), SourceState())
    await one.fetch(source(there.url(), user_agent="ExampleNews/1.0"), SourceState())
    ours, own = (request["User-Agent"] for request in there.requests)
    assert ours is not None
    assert ours.startswith("wire-aggregator/")
    assert ours.endswith("(+https://desk.example/about)")
    assert own == "ExampleNews/1.0"
