"""What is known of stories before all of them are read, and while they are put in order."""

from __future__ import annotations

from typing import Any, cast

import pytest
from newsdesk import NOON, Newsdesk, a_copy, a_story

from aggregator.core.feed import Filter
from aggregator.core.query import Query
from aggregator.store import Store, StoredStory
from aggregator.web import catalogue as room
from aggregator.web.answer import Refused
from aggregator.web.catalogue import Catalogue

VIEWS = {"local": Filter(categories=("local",)), "world": Filter(categories=("world",))}


def stories(count: int) -> list[StoredStory]:
    """Stories of falling age; every tenth is local."""
    made = []
    for number in range(count):
        category = "world" if number % 10 else "local"
        copy = a_copy("nbc", f"g{number}", categories=(category,), first_seen=NOON + number)
        made.append(StoredStory(a_story([copy]), (copy,), {}))
    return made


@pytest.fixture
def half(clock: Any) -> tuple[Catalogue, list[str]]:
    """A catalogue of 100 stories, of which the newer half has been read; and all ids, newest first."""
    made = stories(100)
    catalogue = Catalogue(cast(Store, None), VIEWS, clock)
    catalogue.begin("epoch", 100, [(one.story.placed, one.story.id) for one in made])
    for one in made[50:]:
        catalogue.note(one.story.id, one)
    return catalogue, [one.story.id for one in reversed(made)]


async def test_the_order_needs_no_facts(half: tuple[Catalogue, list[str]]) -> None:
    catalogue, ids = half
    assert await catalogue.select(Query(limit=80)) == (ids[:80], True)


async def test_what_the_newest_answer_is_answered_before_the_rest_is_read(
    half: tuple[Catalogue, list[str]],
) -> None:
    catalogue, ids = half
    local = [story for at, story in enumerate(ids, 1) if at % 10 == 0]
    assert await catalogue.select(Query(filter=Filter(categories=("local",)), limit=4)) == (local[:4], True)
    assert await catalogue.select(Query(view="local", limit=4)) == (local[:4], True)


async def test_what_needs_the_rest_waits_for_it_and_not_for_ever(
    half: tuple[Catalogue, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue, _ = half
    monkeypatch.setattr(room, "PATIENCE", 0.01)
    for query in (Query(filter=Filter(categories=("local",)), limit=5), Query(view="local", limit=5)):
        with pytest.raises(Refused) as refused:
            await catalogue.select(query)
        assert refused.value.status == 503
    with pytest.raises(Refused):
        await catalogue.most_carried(Query(sort="coverage"))


async def test_to_be_put_in_order_changes_no_answer(half: tuple[Catalogue, list[str]]) -> None:
    catalogue, ids = half
    world = Query(filter=Filter(categories=("world",)), limit=20)
    before = await catalogue.select(world)
    await catalogue.tidy()
    assert await catalogue.select(world) == before
    catalogue.forget(ids[0])
    await catalogue.tidy()
    assert ids[0] not in (await catalogue.select(world))[0]


async def test_a_view_is_as_its_filter_is_once_all_is_read(half: tuple[Catalogue, list[str]]) -> None:
    catalogue, ids = half
    for one in stories(100)[:50]:
        catalogue.note(one.story.id, one)
    await catalogue.arrange()
    catalogue.complete.set()
    found, more = await catalogue.select(Query(view="world", limit=500))
    assert (found, more) == ([story for at, story in enumerate(ids, 1) if at % 10], False)


async def test_while_all_is_read_anew_the_first_page_is_as_it_was(
    store: Store, desk: Newsdesk, clock: Any
) -> None:
    """Redis is back, and everything is read again: until that is done nobody sees an empty page."""
    story = await desk.publish("nbc", "one")
    catalogue = Catalogue(store, {}, clock)
    places = [(story.placed, story.id)]
    catalogue.begin("one", 1, places)
    await catalogue.pin()
    catalogue.lost(TimeoutError())
    catalogue.begin("two", 1, places)
    assert story.id in await catalogue.stories([story.id])
    await catalogue.pin()
    catalogue.begin("three", 0, [])
    await catalogue.pin()
    assert await catalogue.stories([story.id]) == {}
