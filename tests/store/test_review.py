"""Close decisions: what a story tells of, and the queue of what needs a look."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from store_samples import arrival, story_of, writes_of

from aggregator import store
from aggregator.core.model import Arrival, Doubt, Signal, Verdict
from aggregator.store import keys


@pytest.fixture
async def number(opened) -> int:
    """The number of the grouper's lease."""
    number = await opened.inbox.lead("w1", 1000)
    assert number is not None
    return number


async def commit(it: store.Store, number: int, writes: store.StoryWrites, at: float = 1.0) -> int:
    return await it.stories.commit(store.Commit(number, "", at, writes))


A, B, C, D, E = (arrival(n, text=f"text {n}") for n in range(5))


def doubt(
    one: Arrival, other: Arrival, kind: str = "refused", *, at: float = 5.0, look: bool = True
) -> Doubt:
    verdict = Verdict(
        kind != "refused",
        0.71,
        "forbidden: figures",
        other.id,
        (Signal("text", 0.48, 0.5, passed=False),),
        ("figures",),
    )
    return Doubt(kind, one.id, verdict, at, look)  # type: ignore[arg-type]


def told(*doubts: tuple[Doubt, tuple[Arrival, ...]]) -> tuple[tuple[Doubt, tuple[str, ...]], ...]:
    return tuple((one, tuple(it.id for it in tellers)) for one, tellers in doubts)


async def test_both_stories_tell_what_almost_joined_them(opened, number):
    close = doubt(C, A)
    await commit(opened, number, replace(writes_of((A, B), (C,)), doubts=told((close, (A, C)))))
    both = await opened.stories.read([A.id, C.id], verdicts=True)
    assert [one.almost for one in both] == [(close,), (close,)]
    (without,) = await opened.stories.read([A.id])
    assert without.almost == ()


async def test_five_are_kept_the_newest_first(opened, number):
    await commit(opened, number, writes_of((A,), (B,)))
    for at in range(7):
        writes = store.StoryWrites(doubts=told((doubt(B, A, at=float(at)), (A,))))
        await commit(opened, number, writes, float(at))
    (found,) = await opened.stories.read([A.id], verdicts=True)
    assert [one.at for one in found.almost] == [6.0, 5.0, 4.0, 3.0, 2.0]


async def test_what_was_joined_since_is_told_no_more(opened, number):
    await commit(opened, number, replace(writes_of((A,), (B,)), doubts=told((doubt(B, A), (A, B)))))
    await commit(opened, number, replace(writes_of((A, B)), redirects=((B.id, A.id),)), 2.0)
    (found,) = await opened.stories.read([A.id], verdicts=True)
    assert found.almost == ()
    assert (await opened.review.list())[0] == []


async def test_an_expired_story_leaves_nothing(opened, number):
    await commit(opened, number, replace(writes_of((A,), (B,)), doubts=told((doubt(B, A), (A, B)))))
    await commit(opened, number, store.StoryWrites(expired=(A.id,)), 2.0)
    assert await opened._link.command("EXISTS", keys.DOUBTS + A.id.encode()) == 0
    assert (await opened.review.list())[0] == []
    late = store.StoryWrites(doubts=told((doubt(B, A), (A,))))
    await commit(opened, number, late, 3.0)
    assert await opened._link.command("EXISTS", keys.DOUBTS + A.id.encode()) == 0


async def test_the_widest_reach_comes_first_and_pages_follow_each_other(opened, another, number):
    writes = writes_of((A, B), (C,), (D,), (E,))
    doubts = told(
        (doubt(D, E, at=1.0), ()),
        (doubt(C, A, at=2.0), ()),
        (doubt(C, D, at=3.0), ()),
        (doubt(B, A, "joined"), ()),
    )
    await commit(opened, number, replace(writes, doubts=doubts))
    first, cursor = await another.review.list(3)
    assert [(look.reach, look.stories) for look in first] == [
        (3, (C.id, A.id)),
        (2, (A.id,)),
        (2, (C.id, D.id)),
    ]
    last, end = await another.review.list(3, cursor)
    assert [(look.reach, look.doubt, end) for look in last] == [(2, doubt(D, E, at=1.0), "")]
    assert await another.review.count() == 4
    assert (await another.review.list(9, "nonsense"))[0][0] == first[0]


async def test_what_needs_no_look_is_not_queued(opened, number):
    await commit(opened, number, replace(writes_of((A,), (B,)), doubts=told((doubt(A, B, look=False), (A,)))))
    assert await opened.review.count() == 0


async def test_an_answer_takes_a_question_out_for_good(opened, number):
    await commit(opened, number, replace(writes_of((A,), (B,)), doubts=told((doubt(A, B), ()))))
    ((look,), _) = await opened.review.list()
    assert await opened.review.find(look.id) == look.doubt
    assert await opened.review.answered(look.id)
    assert not await opened.review.answered(look.id)
    assert await opened.review.find(look.id) is None
    again = store.StoryWrites(doubts=told((doubt(B, A, at=9.0), ())))  # the same two, the other way round
    await commit(opened, number, again, 2.0)
    assert await opened.review.count() == 0


async def test_the_queue_is_bounded_and_loses_the_oldest(opened, number):
    others = [arrival(n) for n in range(10, 1015)]
    writes = store.StoryWrites(
        doubts=told(*((doubt(one, A, at=float(at)), ()) for at, one in enumerate(others)))
    )
    await commit(opened, number, writes)
    assert await opened._link.command("HLEN", keys.LOOKS) == 1000
    assert await opened._link.command("ZCARD", keys.LOOKS_AT) == 1000
    assert await opened.review.find(keys.doubt_id(doubt(others[4], A))) is None
    assert await opened.review.find(keys.doubt_id(doubt(others[5], A))) is not None


async def test_the_same_commit_again_tells_nothing_twice(opened, number):
    writes = replace(
        writes_of((A,), (B,)), stories=(story_of(A), story_of(B)), doubts=told((doubt(A, B), (A,)))
    )
    for _ in range(2):
        await commit(opened, number, writes)
    (found,) = await opened.stories.read([A.id], verdicts=True)
    assert len(found.almost) == 1
