"""Polls that are led to another host: they take its turns and places, and what it does counts for it."""

from __future__ import annotations

import msgspec
import pytest
from store_samples import source

from aggregator import store
from aggregator.core import trouble
from aggregator.core.errors import Kind
from aggregator.core.model import Claim, Failure, Settlement, SourceState
from aggregator.store import HostLimits

WEEK = 7 * 86_400.0
FREE = HostLimits(per_host=100, per_minute=None)
BIG = HostLimits(per_host=2, per_minute=60)
WELL = SourceState(etag='"1"', last_success=1.0, polls=5, interval=900.0)
MISSING = Failure(Kind.MISSING, "big.example has nothing at this address (404).", 404)


async def begin(it: store.Store, *at_big: str, big: HostLimits = BIG, away: int = 12) -> dict[str, Claim]:
    """Sources on hosts of their own, all claimed, and some at big.example, none of them."""
    feeds = [source(f"s{n}") for n in range(away)]
    await it.sources.take_up(feeds, {"big.example": big}, WEEK, default=FREE)
    claims = {claim.source: claim for claim in await it.sources.claim("w", 100, 30)}
    feeds += [source(id_, "big.example", id_) for id_ in at_big]
    await it.sources.take_up(feeds, {"big.example": big}, WEEK, default=FREE)
    return claims


async def enter(
    it: store.Store, clock, guest: str, patience: float = 0.0, host: str = "big.example"
) -> str | None:
    """The token of a guest that came in at once; None for one that did not."""
    entry, token = await it.guests.enter(host, guest, guest, clock() + 30, patience)
    return token if entry.is_in else None


def end(clock, claim: Claim, token: str, failure: Failure | None = None, **more: object) -> Settlement:
    after = WELL if failure is None else msgspec.structs.replace(WELL, error=failure, error_count=1)
    way = trouble.way(WELL, failure)
    excused = trouble.excused(WELL, after, failure, "big.example") if failure and way else None
    return Settlement(claim, after, clock() + 900, way=way, excused=excused, guest=token, **more)  # type: ignore[arg-type]


async def blamed(it: store.Store) -> set[str]:
    return {id_ for id_, (state, _) in (await it.sources.status()).items() if state.error_count}


async def excused(it: store.Store) -> dict[str, float | None]:
    """When those are due whose host is in trouble."""
    status = await it.sources.status()
    return {
        id_: due for id_, (state, due) in status.items()
        if state.error and state.error.kind is Kind.HOST_TROUBLE and not state.error_count
    }  # fmt: skip


# --- turns and places -----------------------------------------------------------------------------------


async def test_guests_take_the_turns_and_places_of_a_host_for_all_workers(opened, another, clock):
    await begin(opened)
    came = []
    for guest in ("one", "two", "two", "three", "three", "three"):
        came.append(await enter(opened if len(came) % 2 else another, clock, guest) is not None)
        clock.advance(0.5)
    assert came == [True, False, True, False, False, False]  # a turn a second, two in flight


async def test_a_guest_that_leaves_frees_its_place(opened, clock):
    await begin(opened, big=HostLimits(per_host=1, per_minute=None))
    token = await enter(opened, clock, "one")
    assert await enter(opened, clock, "two") is None
    await opened.guests.leave(token)
    clock.advance(0.5)
    assert await enter(opened, clock, "two") is not None


async def test_the_places_of_a_killed_workers_guests_are_free_when_their_leases_end(opened, another, clock):
    await begin(opened, away=0)
    await enter(opened, clock, "one")
    clock.advance(1.0)
    await enter(opened, clock, "two")
    clock.advance(20.0)
    assert await enter(another, clock, "three") is None
    clock.advance(10.1)
    assert await another.sources.next_due() <= clock()
    assert await another.sources.claim("w2", 10, 30) == []  # guests are no sources
    assert await enter(another, clock, "three") is not None


async def test_a_hosts_own_sources_wait_for_its_guests(opened, another, clock):
    await begin(opened, "a", "b", "c", big=HostLimits(per_host=2, per_minute=None))
    first, _ = await enter(opened, clock, "one"), await enter(opened, clock, "two")
    assert await another.sources.claim("w2", 10, 30) == []
    await opened.guests.leave(first)
    assert len(await another.sources.claim("w2", 10, 30)) == 1


async def test_guests_and_own_sources_share_the_turns_of_a_busy_host(opened, clock):
    """Guests that come at every moment take every second turn at most while sources of the host are due."""
    await begin(opened, *(f"a{n}" for n in range(20)), big=HostLimits(per_host=50, per_minute=60))
    guests = claims = 0
    for number in range(200):
        guests += await enter(opened, clock, f"g{guests}") is not None
        claims += len(await opened.sources.claim("w2", 10, 300)) if number % 4 == 3 else 0
        clock.advance(0.1)
    assert guests + claims == pytest.approx(20, abs=3)
    assert min(guests, claims) >= 6


async def test_who_would_wait_for_long_is_put_back_one_after_the_other(opened, another, clock):
    await begin(opened, big=HostLimits(per_host=10, per_minute=6))
    await enter(opened, clock, "first")
    entries = [
        (await it.guests.enter("big.example", f"g{n}", f"g{n}", clock() + 30, 5.0))[0]
        for n, it in enumerate([opened, another, opened])
    ]
    assert [entry.back - clock() for entry in entries] == [10, 20, 30]


async def test_who_comes_back_stands_before_those_who_come_for_the_first_time(opened, clock):
    await begin(opened)
    await enter(opened, clock, "first")
    for guest in ("second", "third"):
        assert await enter(opened, clock, guest) is None
    clock.advance(1.5)
    came = [guest for guest in ("new", "third", "second") if await enter(opened, clock, guest)]
    clock.advance(1.0)
    assert (came, await enter(opened, clock, "new")) == (["second"], None)


async def test_who_can_wait_is_told_for_how_long(opened, clock):
    await begin(opened)
    await enter(opened, clock, "first")
    entry, _ = await opened.guests.enter("big.example", "g", "g", clock() + 30, 5.0)
    assert (entry.is_in, entry.seconds, entry.back) == (False, 1.0, None)


async def test_who_has_a_place_takes_the_next_turn_ahead_of_time(opened, clock):
    await begin(opened)
    await enter(opened, clock, "first")
    turns = [await opened.guests.again("big.example", "first", clock() + 30, 5.0) for _ in range(3)]
    assert [(turn.is_in, turn.seconds) for turn in turns] == [(True, 1.0), (True, 2.0), (True, 3.0)]
    clock.advance(3.0)
    assert await enter(opened, clock, "second") is None
    clock.advance(1.0)
    assert await enter(opened, clock, "second") is not None


async def test_what_is_not_waited_for_is_taken_off_the_turns_that_follow(opened, clock):
    await begin(opened, big=HostLimits(per_host=2, per_minute=6))
    await enter(opened, clock, "first")
    again = await opened.guests.again("big.example", "first", clock() + 30, 5.0)
    assert (again.is_in, again.seconds) == (True, 5.0)
    clock.advance(19.0)
    assert await enter(opened, clock, "second") is None
    clock.advance(1.0)
    assert await enter(opened, clock, "second") is not None


async def test_a_rule_holds_for_a_host_at_which_no_source_lies_until_it_is_taken_back(opened, clock):
    rule = {"slow.example": HostLimits(per_host=1, per_minute=6)}
    default = HostLimits(per_host=5, per_minute=None)
    await opened.sources.take_up([source("a")], rule, WEEK, default=default)
    token = await enter(opened, clock, "one", host="slow.example")
    await opened.guests.leave(token)
    assert await enter(opened, clock, "two", host="slow.example") is None
    clock.advance(10.0)
    assert await enter(opened, clock, "two", host="slow.example") is not None
    await opened.sources.take_up([source("a")], {}, WEEK, default=default)
    clock.advance(10.0)
    assert await enter(opened, clock, "three", host="slow.example") is not None


async def test_a_host_of_guests_alone_is_forgotten_in_time(opened, clock, any_redis_url):
    await begin(opened, big=FREE)
    await opened.guests.leave(await enter(opened, clock, "one", host="cdn.example"))
    shard = store.keys.slot(store.keys.shard("cdn.example", opened.shards))
    left = await opened._link.command("TTL", store.keys.of(shard, "host", "cdn.example"))
    assert 3000 < left < 4000


# --- refusals -------------------------------------------------------------------------------------------


async def test_a_refusal_pauses_the_host_that_refused_and_no_other(opened, another, clock):
    claims = await begin(opened, "a", away=2)
    token = await enter(opened, clock, "one")
    refused = Failure(Kind.RATE_LIMITED, "big.example was asked too often (429).", 429)
    settled = end(clock, claims["s0"], token, refused, pause_host_until=clock() + 600)
    assert await opened.sources.settle([settled]) == [True]
    clock.advance(2.0)
    assert await another.sources.claim("w2", 10, 30) == []  # a lies at big.example
    entry, _ = await another.guests.enter("big.example", "g", "g", clock() + 30, 5.0)
    assert entry.back == clock() - 2 + 600
    await opened.sources.poll_now("s0")
    assert {claim.source for claim in await another.sources.claim("w2", 10, 30)} == {"s0"}


async def test_who_comes_to_a_host_that_rests_is_put_back_until_it_has_rested_one_by_one(opened, clock):
    claims = await begin(opened)
    token = await enter(opened, clock, "one")
    await opened.sources.settle([end(clock, claims["s0"], token, pause_host_until=clock() + 600)])
    backs = [
        (await opened.guests.enter("big.example", f"g{n}", f"g{n}", clock() + 30, 5.0))[0].back
        for n in range(3)
    ]
    assert [back - clock() for back in backs] == [600, 601, 602]
    assert (await opened.guests.again("big.example", "first", clock() + 30, 5.0)).back == clock() + 603


async def test_a_host_that_does_not_pause_together_goes_on(opened, clock):
    limits = HostLimits(per_host=9, per_minute=None, pause_together=False)
    claims = await begin(opened, big=limits)
    token = await enter(opened, clock, "one")
    await opened.sources.settle([end(clock, claims["s0"], token, MISSING, pause_host_until=clock() + 600)])
    assert await enter(opened, clock, "two") is not None


# --- trouble --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "one by one"])
async def test_guests_that_fail_alike_are_not_blamed_wherever_they_come_from(opened, clock, together):
    claims = await begin(opened, big=FREE)
    ends = [end(clock, claims[f"s{n}"], await enter(opened, clock, f"g{n}"), MISSING) for n in range(3)]
    for batch in [ends] if together else [[one] for one in ends]:
        assert await opened.sources.settle(batch) == [True] * len(batch)
    assert await blamed(opened) == set()
    rested = clock() + trouble.REST
    assert await excused(opened) == dict.fromkeys(("s0", "s1", "s2"), rested)
    assert (await opened.guests.enter("big.example", "g", "g", clock() + 30, 5.0))[0].back == rested


async def test_guests_and_the_hosts_own_sources_are_judged_together(opened, clock):
    claims = await begin(opened, "a", big=FREE, away=2)
    claims |= {claim.source: claim for claim in await opened.sources.claim("w", 10, 30)}
    for number in range(2):
        token = await enter(opened, clock, f"g{number}")
        await opened.sources.settle([end(clock, claims[f"s{number}"], token, MISSING)])
    assert await blamed(opened) == {"s0", "s1"}
    own = msgspec.structs.replace(end(clock, claims["a"], "", MISSING), guest=None)
    await opened.sources.settle([own])
    assert (await blamed(opened), set(await excused(opened))) == (set(), {"s0", "s1", "a"})


async def test_a_hosts_own_sources_are_freed_by_a_guest_that_fails_alike(opened, clock):
    claims = await begin(opened, "a", "b", big=FREE, away=1)
    claims |= {claim.source: claim for claim in await opened.sources.claim("w", 10, 30)}
    for id_ in ("a", "b"):
        await opened.sources.settle(
            [msgspec.structs.replace(end(clock, claims[id_], "", MISSING), guest=None)]
        )
    await opened.sources.settle([end(clock, claims["s0"], await enter(opened, clock, "g"), MISSING)])
    assert (await blamed(opened), set(await excused(opened))) == (set(), {"s0", "a", "b"})


async def test_a_guest_that_goes_well_clears_the_host(opened, clock):
    claims = await begin(opened, big=FREE)
    for number, failure in enumerate([MISSING, MISSING, None, MISSING]):
        token = await enter(opened, clock, f"g{number}")
        await opened.sources.settle([end(clock, claims[f"s{number}"], token, failure)])
    assert await blamed(opened) == {"s0", "s1", "s3"}


async def test_the_hosts_that_lead_elsewhere_are_not_in_trouble(opened, clock):
    """Three sources of one host, led to one that fails: the first goes on."""
    feeds = [source(f"s{n}", "one.example", str(n)) for n in range(4)]
    await opened.sources.take_up(feeds, {}, WEEK, default=FREE)
    claims = {claim.source: claim for claim in await opened.sources.claim("w", 100, 30)}
    await opened.sources.give_back([claims.pop("s3")])
    tokens = {id_: await enter(opened, clock, id_) for id_ in claims}
    for id_, claim in claims.items():
        ended = end(clock, claim, tokens[id_], MISSING, pause_host_until=clock() + 900)
        await opened.sources.settle([ended])
    assert {claim.source for claim in await opened.sources.claim("w", 10, 30)} == {"s3"}


async def test_a_visit_counts_once(opened, clock):
    claims = await begin(opened, big=FREE)
    one = end(clock, claims["s0"], await enter(opened, clock, "g"), pause_host_until=clock() + 600)
    assert await opened.sources.settle([one]) == [True]
    assert await opened.sources.settle([one]) == [False]


async def test_a_poll_without_a_visit_costs_no_call_more(opened, clock, monkeypatch):
    claims = await begin(opened)
    called: list[str] = []
    real = opened._link.run_each
    monkeypatch.setattr(
        opened._link, "run_each", lambda name, calls: called.append(name) or real(name, calls)
    )
    await opened.sources.settle([msgspec.structs.replace(end(clock, claims["s0"], ""), guest=None)])
    assert called == ["settle"]
