"""Sources of one host that begin to fail alike: the host rests, and none of them is blamed."""

from __future__ import annotations

from store_samples import source

from aggregator import store
from aggregator.core import trouble
from aggregator.core.errors import Kind
from aggregator.core.model import Claim, Failure, Settlement, SourceState
from aggregator.store import HostLimits

WEEK = 7 * 86_400.0
FREE = HostLimits(per_host=100, per_minute=None)
WELL = SourceState(etag='"1"', last_success=1.0, polls=5, interval=900.0)
MISSING = Failure(Kind.MISSING, "one.example has nothing at this address (404).", 404)


class Host:
    """Eight feeds of one host that were all well."""

    def __init__(self, it: store.Store, clock) -> None:
        self.it, self.clock = it, clock

    async def begin(self, limits: HostLimits = FREE) -> Host:
        feeds = [source(f"s{n}", "one.example", str(n)) for n in range(8)]
        await self.it.sources.take_up(feeds, {}, WEEK, default=limits)
        self.claims = {claim.source: claim for claim in await self.it.sources.claim("w", 20, 30)}
        return self

    async def settle(self, *ends: tuple[str, Failure | None], before: SourceState = WELL) -> list[bool]:
        return await self.it.sources.settle([self.end(id_, failure, before) for id_, failure in ends])

    def end(self, id_: str, failure: Failure | None, before: SourceState) -> Settlement:
        after = before if failure is None else SourceState(
            etag=before.etag, last_success=1.0, error=failure, error_count=before.error_count + 1,
            gone=failure.kind is Kind.GONE, not_before=self.clock() + (failure.retry_after or 0.0),
        )  # fmt: skip
        way = trouble.way(before, failure)
        excused = trouble.excused(before, after, failure, "one.example") if failure and way else None
        due = None if after.gone else self.clock() + 900
        return Settlement(self.claims[id_], after, due, way=way, excused=excused)

    async def blamed(self) -> dict[str, int]:
        """The errors that are counted, of sources that have any."""
        status = await self.it.sources.status()
        return {id_: state.error_count for id_, (state, _) in sorted(status.items()) if state.error_count}

    async def excused(self) -> set[str]:
        status = await self.it.sources.status()
        return {
            id_ for id_, (state, _) in status.items()
            if state.error and state.error.kind is Kind.HOST_TROUBLE and not state.error_count
        }  # fmt: skip

    async def claim(self) -> list[Claim]:
        claims = await self.it.sources.claim("w", 20, 30)
        self.claims |= {claim.source: claim for claim in claims}
        return claims


async def test_two_that_fail_alike_are_blamed_and_the_third_excuses_them_all(opened, clock):
    host = await Host(opened, clock).begin()
    await host.settle(("s0", MISSING))
    await host.settle(("s1", MISSING))
    assert await host.blamed() == {"s0": 1, "s1": 1}
    await host.settle(("s2", MISSING))
    assert (await host.blamed(), await host.excused()) == ({}, {"s0", "s1", "s2"})


async def test_it_is_the_same_when_they_are_settled_together(opened, clock):
    host = await Host(opened, clock).begin()
    assert await host.settle(*((f"s{n}", MISSING) for n in range(5))) == [True] * 5
    assert (await host.blamed(), await host.excused()) == ({}, {f"s{n}" for n in range(5)})


async def test_the_host_rests_for_every_worker_ever_longer_until_one_goes_well(opened, clock):
    host = await Host(opened, clock).begin()
    await host.settle(*((f"s{n}", MISSING) for n in range(8)))
    rests = []
    for _ in range(6):
        begun = clock()
        assert await host.claim() == []
        due = await opened.sources.next_due()
        assert due is not None
        rests.append(due - begun)
        clock.now = due
        claims = await host.claim()
        await host.settle(*((claim.source, MISSING) for claim in claims))
    assert rests == [300.0, 600.0, 1200.0, 2400.0, 3600.0, 3600.0]
    assert await host.blamed() == {}
    clock.now = await opened.sources.next_due() or 0.0
    first, *others = await host.claim()
    await host.settle((first.source, None))
    await host.settle((others[0].source, MISSING))
    assert await host.blamed() == {others[0].source: 1}


async def test_one_that_goes_well_in_between_clears_the_host(opened, clock):
    host = await Host(opened, clock).begin()
    await host.settle(("s0", MISSING), ("s1", MISSING), ("s2", None), ("s3", MISSING), ("s4", MISSING))
    assert await host.blamed() == {"s0": 1, "s1": 1, "s3": 1, "s4": 1}


async def test_failing_differently_is_not_failing_alike(opened, clock):
    host = await Host(opened, clock).begin()
    other = Failure(Kind.TIMEOUT, "one.example did not answer.")
    await host.settle(("s0", MISSING), ("s1", other), ("s2", MISSING), ("s3", other))
    assert await host.blamed() == {"s0": 1, "s1": 1, "s2": 1, "s3": 1}


async def test_failures_that_are_far_apart_are_no_trouble_of_the_host(opened, clock):
    host = await Host(opened, clock).begin()
    for n in range(3):
        await host.settle((f"s{n}", MISSING))
        clock.advance(trouble.WITHIN / 2 + 1)
        host.claims |= {claim.source: claim for claim in await opened.sources.claim("w", 20, 3000)}
    assert await host.blamed() == {"s0": 1, "s1": 1, "s2": 1}


async def test_those_that_failed_before_or_never_worked_count_for_nothing(opened, clock):
    host = await Host(opened, clock).begin()
    failing = SourceState(last_success=1.0, error=MISSING, error_count=4)
    await host.settle(("s0", MISSING), ("s1", MISSING))
    await host.settle(*((f"s{n}", MISSING) for n in range(2, 5)), before=failing)
    await host.settle(*((f"s{n}", MISSING) for n in range(5, 8)), before=SourceState())
    assert await host.excused() == set()


async def test_what_is_gone_at_every_feed_of_a_host_is_asked_again(opened, clock):
    """A large site that answers 410 to all its feeds for an hour loses none of them."""
    host = await Host(opened, clock).begin()
    gone = Failure(Kind.GONE, "one.example says that this feed is gone for good (410).", 410)
    for n in range(4):
        await host.settle((f"s{n}", gone))
    status = await opened.sources.status()
    assert [(status[f"s{n}"][0].gone, status[f"s{n}"][1]) for n in range(4)] == [(False, clock() + 300.0)] * 4


async def test_after_a_day_each_is_blamed_for_itself(opened, clock):
    host = await Host(opened, clock).begin()
    await host.settle(*((f"s{n}", MISSING) for n in range(8)))
    clock.advance(trouble.LONGEST + 1)
    await host.settle(*((claim.source, MISSING) for claim in await host.claim()))
    assert await host.blamed() == {f"s{n}": 1 for n in range(8)}


async def test_retry_after_is_not_shortened_by_it(opened, clock):
    host = await Host(opened, clock).begin()
    patient = Failure(Kind.MISSING, "one.example has nothing at this address (404).", 404, 7200.0)
    await host.settle(*((f"s{n}", patient) for n in range(3)))
    assert {due for _, due in (await opened.sources.status()).values() if due} == {clock() + 7200.0}


async def test_a_host_that_does_not_pause_together_blames_each(opened, clock):
    apart = HostLimits(per_host=100, per_minute=None, pause_together=False)
    host = await Host(opened, clock).begin(apart)
    await host.settle(*((f"s{n}", MISSING) for n in range(8)))
    assert len(await host.blamed()) == 8


async def test_one_that_is_being_asked_again_is_left_to_that_poll(opened, clock):
    host = await Host(opened, clock).begin()
    await host.settle(("s0", MISSING))
    await opened.sources.poll_now("s0")
    await host.claim()
    await host.settle(("s1", MISSING), ("s2", MISSING))
    assert await host.blamed() == {"s0": 1}
    assert (await host.settle(("s0", None))) == [True]


async def test_those_of_another_host_are_not_touched(opened, clock):
    host = await Host(opened, clock).begin()
    other = [source("far", "other.example")]
    feeds = [source(f"s{n}", "one.example", str(n)) for n in range(8)]
    await opened.sources.take_up([*feeds, *other], {}, WEEK, default=FREE)
    await host.settle(*((f"s{n}", MISSING) for n in range(8)))
    assert [claim.source for claim in await opened.sources.claim("w", 20, 30)] == ["far"]
