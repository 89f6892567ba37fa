"""What a copy said before it was revised is kept: a little of it, and not for ever."""

from __future__ import annotations

import msgspec
import pytest
from redis import Redis
from store_samples import arrival, copy_of, writes_of

from aggregator import store
from aggregator.core.model import Text

A, B = (arrival(n, text=f"text {n}") for n in range(2))


@pytest.fixture
async def number(opened) -> int:
    number = await opened.inbox.lead("w1", 1000)
    assert number is not None
    return number


async def revise(it: store.Store, number: int, said: str, **more) -> None:
    """The same copy with another text, or None for the same."""
    copy = msgspec.structs.replace(copy_of(A), title=f"Title: {said}", revised=5.0)
    writes = store.StoryWrites(copies=((A.id, copy, None, Text(said)),), **more)
    await it.stories.commit(store.Commit(number, "", 1.0, writes))


async def test_a_revision_keeps_what_was_said_before(opened, another, number):
    await opened.stories.commit(store.Commit(number, "", 1.0, writes_of((A, B))))
    assert await another.stories.before([A.id, B.id]) == {}
    await revise(opened, number, "second")
    await revise(opened, number, "third")
    (first, second) = (await another.stories.before([A.id, B.id]))[A.id]
    assert first == (copy_of(A), Text("text 0"))
    assert (second[0].title, second[1]) == ("Title: second", Text("second"))
    assert (await another.stories.read([A.id]))[0].texts == {A.id: Text("third")}


async def test_four_revisions_are_kept_and_long_texts_are_not(opened, number):
    await opened.stories.commit(store.Commit(number, "", 1.0, writes_of((A,))))
    for at in range(7):
        await revise(opened, number, f"no {at}")
    assert [text.summary for _, text in (await opened.stories.before([A.id]))[A.id]] == [
        "no 2",
        "no 3",
        "no 4",
        "no 5",
    ]
    await revise(opened, number, "x" * 40_000)
    await revise(opened, number, "short again")
    kept = [text.summary for _, text in (await opened.stories.before([A.id]))[A.id]]
    assert kept[-1] == "no 6"


async def test_it_goes_with_the_story_and_expires_by_itself(opened, number, any_redis_url):
    await opened.stories.commit(store.Commit(number, "", 1.0, writes_of((A,))))
    await revise(opened, number, "second")
    with Redis.from_url(any_redis_url.replace("redis+cluster", "redis")) as plain:
        assert 0 < plain.ttl(f"{{s}}:b:{A.id}") <= store.Commit(1, "", 1.0).keep
    await opened.stories.commit(store.Commit(number, "", 1.0, store.StoryWrites(expired=(A.id,))))
    assert await opened.stories.before([A.id]) == {}


async def test_a_commit_without_a_text_is_no_revision(opened, number):
    await opened.stories.commit(store.Commit(number, "", 1.0, writes_of((A,))))
    same = store.StoryWrites(copies=((A.id, copy_of(A), None, None),))
    await opened.stories.commit(store.Commit(number, "", 1.0, same))
    assert await opened.stories.before([A.id]) == {}
