"""Where a request may go: names, the guard, what is said of failures."""

from __future__ import annotations

import socket

import pytest
from pydantic import SecretStr
from receiver import SECRET, says

from aggregator.core.hook import Reply
from aggregator.deliver.post import Post
from aggregator.fetch import FetchSettings, MachineTrouble

LOOPBACK = ("127.0.0.0/8",)


def finds(*addresses):
    """A lookup that finds these addresses for every name."""
    return lambda _: list(addresses)


async def sent(url, *, allow=LOOPBACK, lookup=lambda _: ["127.0.0.1"]):
    settings = FetchSettings(allow=allow, lookup=lookup, contact="https://news.example/about")
    async with Post(settings, lambda: 1_800_000_000.0, timeout=5.0) as post:
        return await post.send(url, [SecretStr(SECRET)], "life-1", "{}")


async def test_a_name_is_looked_up(receiver):
    assert await sent(f"http://hooks.example:{receiver.port}/x") == Reply(204)
    [got] = receiver.got
    assert got.headers["host"] == f"hooks.example:{receiver.port}"
    assert got.headers["user-agent"].endswith("(+https://news.example/about)")
    assert "cookie" not in got.headers


async def test_a_public_name_that_leads_into_a_private_network_is_not_reached(receiver):
    reply = await sent(f"http://hooks.example:{receiver.port}/x", allow=False)
    assert receiver.got == []
    assert reply.error == (
        "hooks.example leads to a private network: list it in polling.allow_private_networks if it is meant."
    )


@pytest.mark.parametrize("address", ["169.254.169.254", "100.100.100.200", "fd00:ec2::254"])
async def test_metadata_services_are_not_reached_even_where_private_networks_are(address):
    reply = await sent("http://hooks.example/x", allow=True, lookup=finds(address))
    assert "leads to a private network" in reply.error


async def test_a_name_that_does_not_exist_is_a_failed_try():
    def nothing(_):
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    assert (await sent("http://hooks.example/x", lookup=nothing)).error.startswith(
        "The name hooks.example does not exist (DNS)"
    )


async def test_without_any_dns_no_hook_is_blamed():
    def silent(_):
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    with pytest.raises(MachineTrouble):
        await sent("http://hooks.example/x", lookup=silent)


@pytest.mark.parametrize("url", ["http://[bad/", "http://host:99999/", "http:///nothing", "http://a b/"])
async def test_an_address_that_is_none_is_a_failed_try(url):
    reply = await sent(url, lookup=finds())
    assert reply.status is None
    assert reply.error


async def test_what_the_receiver_says_is_kept_short(receiver):
    receiver.answers["/x"] = says(503, "Retry-After: Fri, 15 Jan 2027 08:10:00 GMT", body=b"secret" * 10)
    assert await sent(receiver.url("/x")) == Reply(503, "127.0.0.1 answered 503.", 600.0)


async def test_connections_are_kept(receiver):
    """Ten messages need one connection, though answers have bodies."""
    receiver.answers["/x"] = says(200, body=b"thank you" * 100)
    peers = set()
    answer = receiver._answer

    async def noting(got, writer):
        peers.add(writer.get_extra_info("peername"))
        await answer(got, writer)

    receiver._answer = noting
    async with Post(FetchSettings(allow=LOOPBACK), lambda: 1_800_000_000.0) as post:
        for number in range(10):
            assert (
                await post.send(receiver.url("/x"), [SecretStr(SECRET)], f"life-{number}", "{}")
            ).status == 200
    assert len(peers) == 1
