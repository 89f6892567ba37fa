"""Claims, leases, and the pace of hosts."""

from __future__ import annotations

import math

import msgspec
import pytest
from store_samples import source

from aggregator import store
from aggregator.core.model import Claim, Settlement, SourceState
from aggregator.store import HostLimits

WEEK = 7 * 86_400.0
FAST = HostLimits(per_host=100, per_minute=None)


async def take_up(it: store.Store, *sources, **hosts):
    return await it.sources.take_up(sources, hosts, WEEK, default=FAST)


async def settle(it: store.Store, claim: Claim, due: float | None, **more) -> bool:
    state = more.pop("state", SourceState(etag='"1"', settled=it._clock()))
    return (await it.sources.settle([Settlement(claim, state, due, **more)]))[0]


def ids(claims) -> set[str]:
    return {claim.source for claim in claims}


async def test_a_new_source_is_due_at_once_and_claimed_by_one_worker(opened, another):
    await take_up(opened, source("a"), source("b"))
    assert ids(await opened.sources.claim("w1", 10, 30)) == {"a", "b"}
    assert await another.sources.claim("w2", 10, 30) == []


async def test_a_claim_carries_the_state_and_ends_when_the_lease_does(opened, clock):
    await take_up(opened, source("a"))
    (claim,) = await opened.sources.claim("w1", 10, 30)
    assert (claim.state, claim.until) == (SourceState(), clock() + 30)


async def test_what_is_settled_is_found_by_the_next_claim(opened, clock):
    await take_up(opened, source("a"))
    (claim,) = await opened.sources.claim("w1", 10, 30)
    state = SourceState(etag='"é"', body_hash=b"\0\xff", not_before=clock() + 5, polls=3, settled=clock())
    assert await settle(opened, claim, clock() + 60, state=state, table=b"\0table")
    assert await opened.sources.claim("w1", 10, 30) == []
    clock.advance(60)
    (claim,) = await opened.sources.claim("w1", 10, 30)
    assert claim.state == msgspec.structs.replace(state, epoch=opened.epoch)
    assert await opened.sources.tables(["a", "b"]) == {"a": b"\0table"}


async def test_a_settlement_without_table_leaves_the_table(opened, clock):
    await take_up(opened, source("a"))
    (claim,) = await opened.sources.claim("w1", 10, 30)
    await settle(opened, claim, clock(), table=b"kept")
    (claim,) = await opened.sources.claim("w1", 10, 30)
    await settle(opened, claim, clock())
    assert await opened.sources.tables(["a"]) == {"a": b"kept"}


async def test_an_ended_lease_is_taken_over_and_its_holder_is_refused(opened, another, clock):
    await take_up(opened, source("a"))
    (lost,) = await opened.sources.claim("w1", 10, 30)
    clock.advance(30)
    (held,) = await another.sources.claim("w2", 10, 30)
    assert not await settle(opened, lost, clock() + 5, table=b"stale")
    assert await another.sources.tables(["a"]) == {}
    assert await settle(another, held, clock() + 5)


async def test_a_settlement_counts_once(opened, clock):
    await take_up(opened, source("a"))
    (claim,) = await opened.sources.claim("w1", 10, 30)
    assert [await settle(opened, claim, clock() + 5) for _ in range(2)] == [True, False]


async def test_a_batch_tells_of_each_settlement_whether_it_counted(opened, clock):
    await take_up(opened, *(source(f"s{n}") for n in range(40)))
    claims = await opened.sources.claim("w1", 100, 30)
    assert len(claims) == 40
    forged = [
        msgspec.structs.replace(c, token=c.token + "x") if n % 3 == 0 else c for n, c in enumerate(claims)
    ]
    done = await opened.sources.settle([Settlement(c, SourceState(), clock() + 5) for c in forged])
    assert done == [n % 3 != 0 for n in range(40)]


async def test_what_is_given_back_is_due_at_once_and_unchanged(opened, another):
    await take_up(opened, source("a"), source("b"))
    await opened.sources.give_back(await opened.sources.claim("w1", 10, 30))
    again = await another.sources.claim("w2", 10, 30)
    assert ids(again) == {"a", "b"}
    assert {claim.state for claim in again} == {SourceState()}


async def test_a_claim_never_exceeds_its_limit(opened):
    await take_up(opened, *(source(f"s{n}") for n in range(50)))
    sizes = [len(await opened.sources.claim("w1", 20, 30)) for _ in range(4)]
    assert sizes == [20, 20, 10, 0]


async def test_thousands_of_sources_of_one_host_are_claimed_and_settled_at_once(opened, clock):
    """More than a script can unpack in one step."""
    free = HostLimits(per_host=10_000, per_minute=None)
    feeds = [source(f"s{n}", "one.example", f"{n}") for n in range(9_000)]
    assert len((await opened.sources.take_up(feeds, {}, WEEK, default=free)).added) == 9_000
    claims = await opened.sources.claim("w1", 9_000, 30)
    assert len(ids(claims)) == 9_000
    assert all(
        await opened.sources.settle([Settlement(claim, SourceState(), clock() + 9) for claim in claims])
    )
    assert await opened.sources.all_due() == 9_000
    claims = await opened.sources.claim("w1", 10_000, 30)
    await opened.sources.give_back(claims)
    assert len(await opened.sources.claim("w1", 10_000, 30)) == 9_000
    clock.advance(30)
    found = [len(await opened.sources.claim("w1", 10_000, 60)) for _ in range(3)]
    assert sum(found) == 9_000
    assert len((await opened.sources.take_up([], {}, WEEK)).removed) == 9_000


async def test_a_source_that_is_gone_is_never_due_but_can_be_asked_for(opened, clock):
    await take_up(opened, source("a"))
    (claim,) = await opened.sources.claim("w1", 10, 30)
    await settle(opened, claim, None)
    assert await opened.sources.next_due() is None
    assert await opened.sources.poll_now("a")
    assert ids(await opened.sources.claim("w1", 10, 30)) == {"a"}


# --- hosts ----------------------------------------------------------------------------------------------


async def test_a_host_has_at_most_so_many_polls_in_flight(opened, another, clock):
    limits = {"one.example": HostLimits(per_host=2, per_minute=None)}
    feeds = [source(f"s{n}", "one.example", f"{n}") for n in range(5)]
    await opened.sources.take_up(feeds, limits, WEEK)
    first = await opened.sources.claim("w1", 10, 30)
    assert (len(first), await another.sources.claim("w2", 10, 30)) == (2, [])
    await settle(opened, first[0], clock() + 60)
    assert len(await another.sources.claim("w2", 10, 30)) == 1


async def test_a_host_is_asked_at_its_pace_by_all_workers(opened, another, clock):
    limits = {"one.example": HostLimits(per_host=10, per_minute=30)}
    await opened.sources.take_up([source(f"s{n}", "one.example", f"{n}") for n in range(3)], limits, WEEK)
    counts = []
    for worker in (opened, another, opened, another):
        counts.append(len(await worker.sources.claim("w", 10, 300)))
        clock.advance(1)
    assert counts == [1, 0, 1, 0]


async def test_new_sources_of_one_host_are_spread_by_its_pace(opened, clock):
    limits = {"one.example": HostLimits(per_host=10, per_minute=6)}
    await opened.sources.take_up([source(f"s{n}", "one.example", f"{n}") for n in range(4)], limits, WEEK)
    due = sorted(due - clock() for _, due in (await opened.sources.status()).values())
    assert due == pytest.approx([0, 10, 20, 30])


async def test_a_pause_rests_the_whole_host_for_every_worker(opened, another, clock):
    await take_up(opened, source("a", "one.example", "a"), source("b", "one.example", "b"), source("c"))
    claims = {claim.source: claim for claim in await opened.sources.claim("w1", 10, 30)}
    await opened.sources.give_back([claims["b"], claims["c"]])
    await settle(opened, claims["a"], clock() + 60, pause_host_until=clock() + 600)
    assert ids(await another.sources.claim("w2", 10, 30)) == {"c"}
    assert await another.sources.next_due() == clock() + 30  # the lease of c
    clock.advance(600)
    assert {"a", "b"} <= ids(await another.sources.claim("w2", 10, 30))


async def test_a_host_that_does_not_pause_together_goes_on(opened, clock):
    limits = {"one.example": HostLimits(per_host=10, per_minute=None, pause_together=False)}
    feeds = [source("a", "one.example", "a"), source("b", "one.example", "b")]
    await opened.sources.take_up(feeds, limits, WEEK)
    claims = {claim.source: claim for claim in await opened.sources.claim("w1", 10, 30)}
    await opened.sources.give_back([claims["b"]])
    await settle(opened, claims["a"], clock() + 600, pause_host_until=clock() + 600)
    assert ids(await opened.sources.claim("w2", 10, 30)) == {"b"}


async def test_a_shorter_pause_does_not_end_a_longer_one(opened, clock):
    await take_up(opened, source("a", "one.example", "a"), source("b", "one.example", "b"))
    first, second = await opened.sources.claim("w1", 10, 30)
    await settle(opened, first, clock(), pause_host_until=clock() + 600)
    await settle(opened, second, clock(), pause_host_until=clock() + 6)
    assert await opened.sources.next_due() == clock() + 600


async def test_a_paused_host_with_many_sources_costs_others_nothing(opened, clock):
    """Its thousand sources are behind one member of the zset of hosts."""
    await take_up(opened, *(source(f"s{n}", "one.example", f"{n}") for n in range(1000)))
    claims = await opened.sources.claim("w1", 100, 30)
    await settle(opened, claims[0], clock(), pause_host_until=clock() + 600)
    await take_up(opened, *(source(f"s{n}", "one.example", f"{n}") for n in range(1000)), source("z"))
    assert ids(await opened.sources.claim("w1", 100, 30)) == {"z"}


async def test_a_redirect_asks_the_other_hosts_pace(opened, clock):
    limits = {"one.example": HostLimits(per_host=10, per_minute=60)}
    await opened.sources.take_up([source("a", "one.example")], limits, WEEK)
    waits = [await opened.sources.pace("one.example"), await opened.sources.pace("one.example")]
    assert waits == [0.0, 1.0]
    assert await opened.sources.claim("w1", 10, 30) == []


async def test_a_host_that_no_source_names_is_asked_as_the_default_says(opened, another, clock):
    await opened.sources.take_up([source("a")], {}, WEEK, default=HostLimits(per_minute=30))
    waits = [await it.sources.pace("cdn.example") for it in (opened, another)]
    assert waits == [0.0, 2.0]
    clock.advance(2)
    assert [await it.sources.pace("cdn.example") for it in (another, opened)] == [0.0, 2.0]
    await opened.sources.take_up([source("a")], {}, WEEK, default=HostLimits(per_minute=None))
    assert [await opened.sources.pace("free.example") for _ in range(3)] == [0.0] * 3


# --- the schedule ---------------------------------------------------------------------------------------


async def test_next_due_is_the_earliest_of_dues_and_leases(opened, clock):
    assert await opened.sources.next_due() is None
    await take_up(opened, source("a"), source("b"))
    assert await opened.sources.next_due() == clock()
    first, _ = await opened.sources.claim("w1", 10, 30)
    assert await opened.sources.next_due() == clock() + 30
    await settle(opened, first, clock() + 7)
    assert await opened.sources.next_due() == clock() + 7


async def test_all_due_leaves_alone_what_its_publisher_forbids(opened, clock):
    await take_up(opened, source("a"), source("b"), source("c"))
    claims = {claim.source: claim for claim in await opened.sources.claim("w1", 10, 30)}
    await settle(opened, claims["a"], clock() + 600)
    await settle(opened, claims["b"], clock() + 600, state=SourceState(not_before=clock() + 300))
    await settle(opened, claims["c"], clock() + 600, state=SourceState(not_before=clock() - 300))
    assert await opened.sources.all_due() == 2
    assert ids(await opened.sources.claim("w1", 10, 30)) == {"a", "c"}
    assert not await opened.sources.poll_now("b")
    assert await opened.sources.next_due() == clock() + 30
    clock.advance(300)
    assert "b" in ids(await opened.sources.claim("w1", 10, 30))


async def test_poll_now_makes_one_source_due(opened, another, clock):
    await take_up(opened, source("a"), source("b"))
    for claim in await opened.sources.claim("w1", 10, 30):
        await settle(opened, claim, clock() + 600)
    assert await another.sources.poll_now("a")
    assert not await another.sources.poll_now("nobody")
    assert ids(await opened.sources.claim("w1", 10, 30)) == {"a"}


async def test_after_an_outage_overdue_hosts_are_spread(opened, clock):
    await opened.workers.heartbeat("w1", {}, 30)
    await take_up(opened, *(source(f"s{n}") for n in range(2000)))
    clock.advance(3600)
    await opened.workers.heartbeat("w1", {}, 30)
    first = len(await opened.sources.claim("w1", 5000, 30))
    assert 0 < first < 100
    clock.advance(300)
    assert first + len(await opened.sources.claim("w1", 5000, 600)) >= 2000


async def test_a_clock_that_steps_back_takes_the_schedule_along(opened, clock):
    await opened.workers.heartbeat("w1", {}, 30)
    await take_up(opened, source("a"), source("b"))
    claims = await opened.sources.claim("w1", 1, 30)
    await settle(opened, claims[0], clock() + 60)
    clock.advance(-86_400)
    await opened.workers.heartbeat("w1", {}, 30)
    assert await opened.sources.next_due() == pytest.approx(clock())
    clock.advance(61)
    assert len(await opened.sources.claim("w1", 10, 30)) == 2


async def test_status_tells_of_every_source(opened, another, clock):
    await take_up(opened, source("a"), source("b"), source("c"))
    claims = {claim.source: claim for claim in await opened.sources.claim("w1", 10, 30)}
    await settle(opened, claims["a"], clock() + 60, state=SourceState(polls=1))
    await settle(opened, claims["b"], None, state=SourceState(gone=True))
    status = await another.sources.status()
    assert {id_: due for id_, (_, due) in status.items()} == {"a": clock() + 60, "b": None, "c": None}
    assert (status["a"][0].polls, status["b"][0].gone, status["c"][0]) == (1, True, SourceState())


# --- the list -------------------------------------------------------------------------------------------


async def test_take_up_tells_what_it_changed(opened, another):
    first = await take_up(opened, source("a"), source("b"), source("c"))
    same = await take_up(another, source("c"), source("b"), source("a"))
    second = await take_up(another, source("a"), source("b", "elsewhere.example"), source("d"))
    assert (first.added, first.changed, first.removed) == (("a", "b", "c"), (), ())
    assert same == store.Difference()
    assert (second.added, second.changed, second.removed) == (("d",), ("b",), ("c",))


async def test_what_stays_keeps_its_schedule(opened, clock):
    await take_up(opened, source("a"))
    (claim,) = await opened.sources.claim("w1", 10, 30)
    await settle(opened, claim, clock() + 600)
    await take_up(opened, source("a"), source("b"))
    assert ids(await opened.sources.claim("w1", 10, 30)) == {"b"}


async def test_a_source_taken_out_is_not_claimed_and_its_poll_is_refused(opened, clock):
    await take_up(opened, source("a"), source("b"))
    claims = {claim.source: claim for claim in await opened.sources.claim("w1", 10, 30)}
    await take_up(opened, source("b"))
    assert not await settle(opened, claims["a"], clock())
    clock.advance(60)
    assert ids(await opened.sources.claim("w1", 10, 30)) == {"b"}
    assert set(await opened.sources.status()) == {"b"}


async def test_a_source_that_comes_back_is_what_it_was(opened, clock):
    """Taken out and put back within the retention it is asked when it would have been, with its validators."""
    await take_up(opened, source("a"))
    (claim,) = await opened.sources.claim("w1", 10, 30)
    await settle(opened, claim, clock() + 60, table=b"known")
    await take_up(opened)
    await take_up(opened, source("a"))
    assert await opened.sources.claim("w1", 10, 30) == []
    clock.advance(60)
    (claim,) = await opened.sources.claim("w1", 10, 30)
    assert claim.state.etag == '"1"'
    assert await opened.sources.tables(["a"]) == {"a": b"known"}


async def test_a_source_that_comes_back_under_another_address_has_its_table_but_no_validators(opened, clock):
    await take_up(opened, source("a"))
    (claim,) = await opened.sources.claim("w1", 10, 30)
    await settle(opened, claim, clock() + 60, table=b"known")
    await take_up(opened)
    await take_up(opened, source("a", path="elsewhere"))
    (claim,) = await opened.sources.claim("w1", 10, 30)
    assert claim.state.etag is None
    assert await opened.sources.tables(["a"]) == {"a": b"known"}


async def test_a_source_that_was_gone_and_is_put_back_is_asked_at_once_with_its_validators(opened, clock):
    await take_up(opened, source("a"))
    (claim,) = await opened.sources.claim("w1", 10, 30)
    await settle(opened, claim, None, state=SourceState(etag='"1"', gone=True, settled=clock()))
    await take_up(opened)
    await take_up(opened, source("a"))
    (claim,) = await opened.sources.claim("w1", 10, 30)
    assert claim.state.etag == '"1"'


async def test_a_source_that_is_gone_stays_gone_where_its_host_gets_a_rule(opened, clock):
    feed = source("a", "feeds.one.co.uk")
    await take_up(opened, feed)
    (claim,) = await opened.sources.claim("w1", 10, 30)
    await settle(opened, claim, None, state=SourceState(gone=True, settled=clock()))
    await opened.sources.take_up([feed], {"feeds.one.co.uk": FAST}, WEEK, default=FAST)
    assert await opened.sources.claim("w1", 10, 30) == []
    assert [(state.gone, due) for state, due in (await opened.sources.status()).values()] == [(True, None)]


async def test_hosts_of_one_owner_share_their_pace(opened, another, clock):
    feeds = [source("a", "feeds.one.co.uk"), source("b", "www.one.co.uk"), source("c", "two.co.uk")]
    limits = HostLimits(per_host=10, per_minute=6)
    await opened.sources.take_up(feeds, {}, WEEK, default=limits)
    assert len(await opened.sources.claim("w1", 10, 30)) == 2
    assert await another.sources.claim("w2", 10, 30) == []
    clock.advance(10)
    assert len(await another.sources.claim("w2", 10, 30)) == 1


async def test_a_host_with_a_rule_of_its_own_has_its_own_pace(opened, clock):
    feeds = [source("a", "feeds.one.co.uk"), source("b", "www.one.co.uk")]
    slow = HostLimits(per_host=1, per_minute=1)
    await opened.sources.take_up(feeds, {"feeds.one.co.uk": FAST}, WEEK, default=slow)
    assert len(await opened.sources.claim("w1", 10, 30)) == 2


async def test_a_new_rule_for_a_host_changes_nothing_of_what_is_remembered(opened, clock):
    feeds = [source("a", "feeds.one.co.uk"), source("b", "www.one.co.uk")]
    await take_up(opened, *feeds)
    claims = await opened.sources.claim("w1", 10, 30)
    for claim in claims:
        await settle(opened, claim, clock() + 600, table=b"known")
    difference = await opened.sources.take_up(feeds, {"feeds.one.co.uk": FAST}, WEEK, default=FAST)
    assert (difference.added, difference.changed, difference.removed) == ((), (), ())
    assert await opened.sources.claim("w1", 10, 30) == []
    clock.advance(600)
    assert {claim.state.etag for claim in await opened.sources.claim("w1", 10, 30)} == {'"1"'}


async def test_compare_tells_what_a_list_would_change_and_changes_nothing(opened, clock):
    await take_up(opened, source("a"), source("b"), source("c"), source("d"))
    settled = msgspec.structs.replace(source("c"), interval=60.0)
    wanted = [source("a"), source("b", path="moved"), settled, source("e")]
    slow = HostLimits(per_host=1, per_minute=1)
    for _ in range(2):
        found = await opened.sources.compare(wanted, {"a.example": slow}, default=FAST)
        assert (found.added, found.changed, found.removed) == (("e",), ("b",), ("d",))
        assert (found.settled, found.kept) == (("c",), 1)
        assert found.hosts == (("a.example", FAST, slow),)


@pytest.mark.parametrize("host", ["a.example.org", "elsewhere.example", "third.example"])
async def test_a_changed_address_drops_validators_and_keeps_the_table(opened, clock, host):
    await take_up(opened, source("a"))
    (claim,) = await opened.sources.claim("w1", 10, 30)
    state = SourceState(
        etag='"1"', body_hash=b"x", polls=7, moved_to="https://x.example/", not_before=math.inf
    )
    await settle(opened, claim, clock() + 600, state=state, table=b"known")
    await take_up(opened, source("a", host, "new-feed"))
    (claim,) = await opened.sources.claim("w1", 10, 30)
    assert (claim.state.etag, claim.state.body_hash, claim.state.moved_to) == (None, b"", None)
    assert (claim.state.polls, claim.state.not_before) == (7, 0.0)
    assert await opened.sources.tables(["a"]) == {"a": b"known"}


async def test_changed_limits_hold_at_once(opened, clock):
    feeds = [source(f"s{n}", "one.example", f"{n}") for n in range(5)]
    await opened.sources.take_up(feeds, {"one.example": HostLimits(1, None)}, WEEK)
    assert len(await opened.sources.claim("w1", 10, 30)) == 1
    await opened.sources.take_up(feeds, {"one.example": HostLimits(4, None)}, WEEK)
    assert len(await opened.sources.claim("w1", 10, 30)) == 3


async def test_two_processes_that_take_up_the_same_list_claim_each_source_once(opened, another):
    feeds = [source(f"s{n}") for n in range(30)]
    await take_up(opened, *feeds)
    first = await opened.sources.claim("w1", 10, 30)
    await take_up(another, *feeds)
    second = await another.sources.claim("w2", 100, 30)
    assert len(first) + len(second) == len(ids(first) | ids(second)) == 30


async def test_no_secret_of_a_source_reaches_redis(opened, any_redis_url):
    hidden = msgspec.structs.replace(
        source("a"),
        url="https://user:hunter2@a.example.org/feed?key=hunter2",
        headers=(("X-Key", "hunter2"),),
    )
    await take_up(opened, hidden)
    found = [await opened._link.command("DUMP", key) for key in await opened._link.command("KEYS", "*")]
    assert found
    assert not any(b"hunter2" in dump for dump in found)
