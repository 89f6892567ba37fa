"""Stories of one event, and decisions that were close, on their way into the store and out of it again."""

from __future__ import annotations

from publisher import Item

WRECK = Item(
    "wreck",
    "Cargo ship Orla Mae breaks in two off Cape Tarrow",
    "Salvage crews watched from the shore as the Orla Mae, aground at Cape Tarrow since Friday, broke in two.",
)
OIL = Item(
    "oil",
    "Orla Mae wreck spills oil near Tarrow after ship splits",
    "Oil was seen on the beaches under Cape Tarrow hours after the hull of the Orla Mae gave way in the swell.",
)
GAME = "Port Alder beat Oak Bay {} on Saturday in front of four thousand in the stadium by the old canal."


async def held(walk):
    """The stories by their lead's title."""
    ids = [id_ for id_, _ in await walk.store.stories.ids_and_placed()]
    found = await walk.store.stories.read(ids, verdicts=True)
    return {stored.copies[0].title: stored for stored in found if stored is not None}


async def test_two_texts_of_one_event_are_stored_linked_and_the_first_is_told(walk, publisher):
    publisher.feeds = {"a": [WRECK], "b": []}
    await walk.take_up([publisher.source("a"), publisher.source("b")])
    await walk.round()
    before = await walk.store.changes.newest()
    publisher.feeds["b"] = [OIL]
    await walk.round()
    found = await held(walk)
    one, two = found[WRECK.title].story, found[OIL.title].story
    assert [other for other, _ in one.related] == [two.id]
    assert [other for other, _ in two.related] == [one.id]
    changes = await walk.store.changes.since(before, 10)
    assert sorted((change.type, change.story, change.what) for change in changes) == [
        ("added", two.id, ()),
        ("updated", one.id, ("related",)),
    ]


async def test_another_grouper_takes_the_links_up(walk, publisher):
    publisher.feeds = {"a": [WRECK], "b": [OIL]}
    await walk.take_up([publisher.source("a"), publisher.source("b")])
    await walk.round()
    before = await held(walk)
    walk.clock.advance(61.0)
    walk.grouper = await walk.new_grouper("two")
    publisher.feeds["a"] = [
        WRECK,
        Item("3", "Owner of the Orla Mae questioned over Tarrow wreck", "He says nothing."),
    ]
    await walk.round()
    after = await held(walk)
    assert len(after) == 3
    for title, stored in before.items():
        assert set(stored.story.related) <= set(after[title].story.related)


async def test_an_expired_text_of_an_event_is_unlinked_without_a_word(walk, publisher):
    publisher.feeds = {"a": [WRECK], "b": []}
    await walk.take_up([publisher.source("a"), publisher.source("b")])
    await walk.round()
    walk.clock.advance(2 * 86_400.0)
    publisher.feeds["b"] = [OIL]
    await walk.round()
    before = await walk.store.changes.newest()
    walk.clock.advance(5.5 * 86_400.0)
    walk.grouper = await walk.new_grouper("two")
    assert await walk.grouper.expire() == 1
    found = await held(walk)
    assert [(title, stored.story.related) for title, stored in found.items()] == [(OIL.title, ())]
    assert await walk.store.changes.newest() == before


async def test_a_veto_that_stood_alone_is_told_by_both_stories_and_waits_for_a_look(walk, publisher):
    publisher.feeds = {
        "a": [Item("1", "Alder win at the canal", GAME.format("3-1"))],
        "b": [Item("2", "Saturday's game by the canal", GAME.format("2-0"))],
    }
    await walk.take_up([publisher.source("a"), publisher.source("b")])
    await walk.round()
    one, two = (await held(walk)).values()
    assert one.almost == two.almost
    (doubt,) = one.almost
    assert doubt.verdict.vetoed_by == "figures"
    ((look,), _) = await walk.store.review.list()
    assert (look.doubt, look.reach) == (doubt, 2)
    assert set(look.stories) == {one.story.id, two.story.id}
