"""Names to addresses: asked once, remembered, and told apart from trouble of our own."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections import Counter

import pytest
from sites import always

from aggregator.core.errors import Kind
from aggregator.fetch import MachineTrouble, resolve
from aggregator.fetch.failure import AddressRefused, Fault
from aggregator.fetch.resolve import Resolver
from aggregator.guard import Guard

UNKNOWN = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
SILENCE = socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


class Names:
    """Name servers that know `known`; what stands for a name may be addresses or an error."""

    def __init__(self, known: dict[str, list[str] | Exception], otherwise: Exception = UNKNOWN) -> None:
        self.known = known
        self.otherwise = otherwise
        self.asked: Counter[str] = Counter()

    def __call__(self, name: str) -> list[str]:
        self.asked[name] += 1
        found = self.known.get(name, self.otherwise)
        if isinstance(found, Exception):
            raise found
        return found


@pytest.fixture
def resolver():
    made: list[Resolver] = []

    def make(lookup, **more) -> Resolver:
        made.append(Resolver(Guard(), lookup=lookup, **more))
        return made[-1]

    yield make
    for each in made:
        each._threads.close()
        each._control_thread.close()


async def test_a_name_is_asked_for_once(resolver):
    names = Names({"news.example": ["192.0.32.10", "2606:2800::1"]})
    one = resolver(names)
    for port in (80, 443):
        got = await one.resolve("news.example", port)
        assert [(each["host"], each["port"], each["family"]) for each in got] == [
            ("192.0.32.10", port, socket.AF_INET),
            ("2606:2800::1", port, socket.AF_INET6),
        ]
    assert names.asked == {"news.example": 1}


async def test_those_who_ask_at_once_share_one_lookup(resolver):
    names = Names({"news.example": ["192.0.32.10"]})
    one = resolver(names)
    got = await asyncio.gather(*(one.addresses("news.example") for _ in range(50)))
    assert (set(got), names.asked) == ({("192.0.32.10",)}, {"news.example": 1})


async def test_one_who_stops_waiting_does_not_spoil_it_for_the_others(resolver):
    names = Names({"news.example": ["192.0.32.10"]})
    one = resolver(names)
    first, second = (asyncio.ensure_future(one.addresses("news.example")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == ("192.0.32.10",)


async def test_a_name_that_does_not_exist_is_remembered_for_a_while(resolver):
    names = Names({})
    one = resolver(names)
    for _ in range(3):
        with pytest.raises(Fault) as caught:
            await one.resolve("no.example")
        assert caught.value.failure.kind is Kind.DNS
        assert "does not exist" in caught.value.failure.message
    assert names.asked == {"no.example": 1}
    age(one)
    names.known["no.example"] = ["192.0.32.10"]
    assert await one.addresses("no.example") == ("192.0.32.10",)


def age(one: Resolver) -> None:
    """Let all that is remembered run out, but just so."""
    now = one._loop.time()
    one._known.update({name: (now - 1, found) for name, (_, found) in one._known.items()})


async def test_an_answer_that_ran_out_is_asked_for_again(resolver):
    names = Names({"news.example": ["192.0.32.10"]})
    one = resolver(names)
    await one.addresses("news.example")
    age(one)
    names.known["news.example"] = ["192.0.32.11"]
    assert await one.addresses("news.example") == ("192.0.32.11",)


@pytest.mark.parametrize("silent", [SILENCE, socket.gaierror(socket.EAI_FAIL, "Non-recoverable failure")])
async def test_an_answer_that_ran_out_serves_on_while_nobody_answers(resolver, silent):
    names = Names({"news.example": ["192.0.32.10"]})
    one = resolver(names)
    await one.addresses("news.example")
    age(one)
    names.known["news.example"] = silent
    assert await one.addresses("news.example") == ("192.0.32.10",)


async def test_a_name_that_vanished_is_not_served_on(resolver):
    names = Names({"news.example": ["192.0.32.10"]})
    one = resolver(names)
    await one.addresses("news.example")
    age(one)
    del names.known["news.example"]
    assert await one.addresses("news.example") == ()


async def test_silence_about_one_name_is_that_names_trouble(resolver):
    one = resolver(Names({"lame.example": SILENCE}))
    with pytest.raises(Fault) as caught:
        await one.resolve("lame.example")
    assert caught.value.failure.kind is Kind.DNS


async def test_silence_about_every_name_is_our_own_trouble(resolver):
    names = Names({}, otherwise=SILENCE)
    one = resolver(names)
    for name in ("a.example", "b.example"):
        with pytest.raises(MachineTrouble, match="No name server"):
            await one.resolve(name)
    assert names.asked["dns-check.invalid."] == 1


async def test_many_names_of_which_none_is_answered_are_nobodys_trouble(resolver):
    """A resolver on this machine says by itself that the name for checks does not exist, and nothing else."""
    names = Names({"dns-check.invalid.": UNKNOWN}, otherwise=SILENCE)
    one = resolver(names)
    asked = [one.resolve(f"feeds.{owner}.example") for owner in "abcdef"]
    got = await asyncio.gather(*asked, return_exceptions=True)
    assert {type(each) for each in got} == {MachineTrouble}
    names.known["feeds.a.example"] = ["192.0.32.10"]
    assert await one.addresses("feeds.a.example") == ("192.0.32.10",)
    with pytest.raises(Fault):
        await one.resolve("feeds.b.example")


async def test_many_names_of_one_owner_are_that_owners_trouble(resolver):
    names = Names({"dns-check.invalid.": UNKNOWN}, otherwise=SILENCE)
    one = resolver(names)
    asked = [one.resolve(f"{name}.lame.example") for name in "abcdef"]
    got = await asyncio.gather(*asked, return_exceptions=True)
    assert {type(each) for each in got} == {Fault}


async def test_dns_that_comes_back_is_believed(resolver):
    names = Names({}, otherwise=SILENCE)
    one = resolver(names)
    with pytest.raises(MachineTrouble):
        await one.resolve("a.example")
    names.otherwise = UNKNOWN
    names.known["a.example"] = ["192.0.32.10"]
    assert await one.addresses("a.example") == ("192.0.32.10",)


@pytest.mark.parametrize("code", [socket.EAI_SYSTEM, socket.EAI_MEMORY])
async def test_a_system_that_cannot_look_up_is_our_own_trouble(resolver, code):
    one = resolver(Names({}, otherwise=socket.gaierror(code, "System error")))
    with pytest.raises(MachineTrouble):
        await one.resolve("news.example")


async def test_a_lookup_that_hangs_is_given_up_and_the_next_is_not_held_up(resolver):
    """Though every thread hangs on that name, the check whether DNS answers at all has one of its own."""
    release = threading.Event()

    def lookup(name: str) -> list[str]:
        if name == "hangs.example":
            release.wait(10)
        raise UNKNOWN

    one = resolver(lookup, patience=0.2, threads=1)
    with pytest.raises(Fault) as caught:
        await one.resolve("hangs.example")
    assert caught.value.failure.kind is Kind.DNS
    release.set()


async def test_when_all_lookups_hang_it_is_our_own_trouble(resolver):
    release = threading.Event()

    def lookup(name: str) -> list[str]:
        release.wait(10)
        raise UNKNOWN

    one = resolver(lookup, patience=0.05)
    with pytest.raises(MachineTrouble):
        await one.resolve("hangs.example")
    release.set()


@pytest.mark.parametrize("name", ["a" * 64 + ".example", "a..example", "." * 9])
async def test_a_name_that_cannot_be_one_does_not_exist(resolver, name):
    assert await resolver(resolve.system_lookup).addresses(name) == ()


async def test_localhost_is_known_to_the_system(resolver):
    assert "127.0.0.1" in await resolver(resolve.system_lookup).addresses("localhost")


async def test_only_allowed_addresses_are_handed_out(resolver):
    names = Names({"mixed.example": ["10.0.0.1", "192.0.32.10"], "ours.example": ["10.0.0.1", "::1"]})
    one = resolver(names)
    assert [each["host"] for each in await one.resolve("mixed.example")] == ["192.0.32.10"]
    with pytest.raises(AddressRefused):
        await one.resolve("ours.example")


async def test_the_memory_of_names_is_bounded(resolver, monkeypatch):
    monkeypatch.setattr(resolve, "_ENTRIES", 10)
    one = resolver(Names({}))
    for n in range(30):
        await one.addresses(f"{n}.example")
    assert len(one._known) == 10


async def test_a_fetch_raises_machine_trouble_when_dns_is_down(site, fetcher):
    one = await fetcher(lookup=Names({}, otherwise=SILENCE))
    with pytest.raises(MachineTrouble):
        await one.get("http://news.example/")
    there = await site(always(200, b"<rss/>"))
    assert (await one.get(there.url())).body == b"<rss/>", "addresses without a name are polled on"
