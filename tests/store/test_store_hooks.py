"""The queues of webhooks: leases, places in the log, letters; on every kind of server."""

from __future__ import annotations

import pytest
from store_samples import arrival, writes_of

from aggregator.core.hook import Letter, Tries
from aggregator.core.model import Change
from aggregator.store import Commit, HookSettlement
from aggregator.store.hooks import DEAD_KEPT

DESK = {"desk": "https://example.org/hook"}


@pytest.fixture
async def commit(opened):
    """Commits one more story; the number of its change."""
    lease = await opened.inbox.lead("grouper", 1e6)

    async def one(number: int) -> int:
        it = arrival(number)
        change = Change(0, "added", it.id, it.seen)
        return await opened.stories.commit(
            Commit(lease, f"{number}-0", it.seen, writes_of((it,)), changes=(change,))
        )

    return one


def letter(number: int, count: int = 5) -> Letter:
    return Letter(
        f"e-{number}", Change(number, "added", arrival(number).id, 0.0), count, 0.0, 9.0, 400, "No."
    )


async def test_a_new_hook_begins_at_the_newest_change(opened, commit):
    await commit(1)
    claimed = await opened.hooks.claim(DESK, 10.0)
    assert (claimed.claims, claimed.last, claimed.epoch) == ((), 1, opened.epoch)
    await commit(2)
    [claim] = (await opened.hooks.claim(DESK, 10.0)).claims
    assert (claim.hook, claim.position, claim.tries, claim.again) == ("desk", 1, Tries(), ())


async def test_a_lease_is_one_holders_until_it_ends(opened, another, commit, clock):
    await opened.hooks.claim(DESK, 10.0)
    await commit(1)
    [claim] = (await opened.hooks.claim(DESK, 10.0)).claims
    assert (await another.hooks.claim(DESK, 10.0)).claims == ()
    clock.advance(10.1)
    [taken] = (await another.hooks.claim(DESK, 10.0)).claims
    late = HookSettlement("desk", claim.token, 1, delivered=1)
    assert await opened.hooks.settle([late]) == [False]
    assert await another.hooks.settle([HookSettlement("desk", taken.token, 1, delivered=1)]) == [True]
    status = (await opened.hooks.status(["desk"]))["desk"]
    assert (status.position, status.delivered, status.waiting) == (1, 1, 0)


async def test_settling_renews_or_gives_up(opened, commit, clock):
    await opened.hooks.claim(DESK, 10.0)
    await commit(1)
    await commit(2)
    [claim] = (await opened.hooks.claim(DESK, 10.0)).claims
    clock.advance(9)
    await opened.hooks.settle([HookSettlement("desk", claim.token, 1, lease=10.0)])
    clock.advance(9)
    assert (await opened.hooks.claim(DESK, 10.0)).claims == ()
    await opened.hooks.settle([HookSettlement("desk", claim.token, 1)])
    [again] = (await opened.hooks.claim(DESK, 10.0)).claims
    assert again.position == 1


async def test_a_queue_rests_until_its_next_try(opened, commit, clock):
    await opened.hooks.claim(DESK, 10.0)
    await commit(1)
    [claim] = (await opened.hooks.claim(DESK, 10.0)).claims
    tries = Tries("e-1", 2, 1, 5.0)
    await opened.hooks.settle([HookSettlement("desk", claim.token, 0, tries=tries, delay=30.0, error="No.")])
    claimed = await opened.hooks.claim(DESK, 10.0)
    assert (claimed.claims, claimed.due) == ((), 30.0)
    status = (await opened.hooks.status(["desk"]))["desk"]
    assert (status.tries, status.due, status.error) == (tries, clock() + 30.0, "No.")
    clock.advance(30)
    [claim] = (await opened.hooks.claim(DESK, 10.0)).claims
    assert claim.tries == tries


async def test_a_hook_that_is_off_is_not_leased_until_its_address_changes(opened, commit):
    await opened.hooks.claim(DESK, 10.0)
    await commit(1)
    [claim] = (await opened.hooks.claim(DESK, 10.0)).claims
    await opened.hooks.settle([HookSettlement("desk", claim.token, 0, off=True)])
    assert (await opened.hooks.claim(DESK, 10.0)).claims == ()
    [claim] = (await opened.hooks.claim({"desk": "https://example.org/new"}, 10.0)).claims
    assert claim.position == 0


async def test_many_hooks_are_leased_and_settled_at_once_each_for_itself(opened, commit):
    hooks = {f"hook-{number}": "https://example.org" for number in range(50)}
    await opened.hooks.claim(hooks, 10.0)
    await commit(1)
    claims = (await opened.hooks.claim(hooks, 10.0)).claims
    assert [claim.hook for claim in claims] == list(hooks)
    wrong = {"hook-7", "hook-9"}
    answers = await opened.hooks.settle(
        [HookSettlement(one.hook, "?" if one.hook in wrong else one.token, 1) for one in claims]
    )
    assert [one.hook for one, kept in zip(claims, answers, strict=True) if not kept] == ["hook-7", "hook-9"]


async def test_letters_die_are_replayed_and_leave_one_by_one(opened, commit):
    await opened.hooks.claim(DESK, 10.0)
    await commit(1)
    [claim] = (await opened.hooks.claim(DESK, 10.0)).claims
    for number in (1, 2, 3):
        await opened.hooks.settle(
            [HookSettlement("desk", claim.token, 1, lease=10.0, dead=letter(number), off=number == 3)]
        )
    (first, one), (_, two), (third, three) = await opened.hooks.letters("desk")
    assert [one, two, three] == [letter(1), letter(2), letter(3)]
    await opened.hooks.settle([HookSettlement("desk", claim.token, 1)])
    assert await opened.hooks.replay("desk", [third, first, "1-1"]) == 2
    [claim] = (await opened.hooks.claim(DESK, 10.0)).claims
    assert [again for _, again in claim.again] == [letter(3), letter(1)]
    await opened.hooks.settle([HookSettlement("desk", claim.token, 1, letter=claim.again[0][0])])
    [claim] = (await opened.hooks.claim(DESK, 10.0)).claims
    assert [again for _, again in claim.again] == [letter(1)]
    status = (await opened.hooks.status(["desk"]))["desk"]
    assert (status.dead, status.again, status.off) == (1, 1, False)


async def test_dead_letters_are_bounded_and_so_are_those_in_line(opened, commit):
    await opened.hooks.claim(DESK, 10.0)
    await commit(1)
    [claim] = (await opened.hooks.claim(DESK, 10.0)).claims

    async def die(numbers):
        each = [HookSettlement("desk", claim.token, 1, lease=10.0, dead=letter(number)) for number in numbers]
        assert all(await opened.hooks.settle(each))

    await die(range(DEAD_KEPT + 5))
    kept = [dead.change.number for _, dead in await opened.hooks.letters("desk")]
    assert kept == list(range(5, DEAD_KEPT + 5))
    assert await opened.hooks.replay("desk") == DEAD_KEPT
    await die(range(3))
    assert await opened.hooks.replay("desk") == 0
    assert len(await opened.hooks.letters("desk")) == 3


async def test_what_no_worker_has_met_has_no_status(opened):
    assert await opened.hooks.status(["desk"]) == {"desk": None}
    assert await opened.hooks.replay("desk") is None
    assert await opened.hooks.settle([]) == []


async def test_a_store_that_fell_back_behind_a_hook_takes_it_along(opened, commit):
    """A hook never waits for numbers that will be given a second time."""
    await opened.hooks.claim(DESK, 10.0)
    await commit(1)
    [claim] = (await opened.hooks.claim(DESK, 10.0)).claims
    await opened.hooks.settle([HookSettlement("desk", claim.token, 700)])
    assert (await opened.hooks.claim(DESK, 10.0)).claims == ()
    await commit(2)
    [claim] = (await opened.hooks.claim(DESK, 10.0)).claims
    assert claim.position == 1
