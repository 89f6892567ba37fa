"""An editor's decisions through the real store: handed in, done, taken up by the next grouper, taken back."""

from __future__ import annotations

import pytest
from publisher import story, wire

from aggregator.core.matching.story import Grouping, Settings
from aggregator.core.model import entry_id
from aggregator.editor import Editor, Unknown
from aggregator.group import Grouper


class Newsroom:
    """The walk with two stories of two copies, and an editor."""

    def __init__(self, walk, publisher) -> None:
        self.walk, self.publisher = walk, publisher
        self.editor = Editor(walk.store)

    async def open(self) -> None:
        self.publisher.feeds = {"a": [wire("1")], "b": [wire("2")], "c": []}
        await self.walk.take_up([self.publisher.source(name) for name in self.publisher.feeds])
        await self.walk.round()
        self.publisher.feeds |= {"a": [wire("1"), story(1, "own")], "c": [story(1, "copy")]}
        await self.walk.round()
        self.one, self.two = entry_id("a", "1"), entry_id("a", "own")
        self.second, self.copy = entry_id("b", "2"), entry_id("c", "copy")

    async def order(self, action, story="", **named):
        """An order that a grouper does at once, seen before it is done, and after."""
        order = await self.editor.order(action, story, by="anna", **named)
        before = await self.all()
        preview = await self.editor.preview(order)
        assert await self.all() == before
        await self.walk.store.orders.hand_in(order)
        await self.walk.group()
        ruling = await self.walk.store.orders.ruling(order.id)
        assert (preview.outcome, preview.sentence) == (ruling.outcome, ruling.sentence)
        return ruling

    async def all(self):
        ids = sorted(id_ for id_, _ in await self.walk.store.stories.ids_and_placed())
        found = []
        for stored in await self.walk.store.stories.read(ids, texts=True):
            found.append(
                (
                    stored.story.id,
                    stored.story.lead,
                    [(c.entry, c.reason) for c in stored.copies],
                    stored.texts,
                )
            )
        return found

    async def restart(self) -> None:
        self.walk.grouper = await self.walk.new_grouper("one")


@pytest.fixture
async def newsroom(walk, publisher) -> Newsroom:
    """A newsroom with two stories."""
    it = Newsroom(walk, publisher)
    await it.open()
    return it


async def test_a_merge_is_stored_told_and_taken_back(newsroom):
    store, before = newsroom.walk.store, await newsroom.all()
    seen = await store.changes.newest()
    merged = await newsroom.order("merge", newsroom.two, other=newsroom.one)
    assert await store.stories.redirect(newsroom.two) == newsroom.one
    assert await store.stories.where(newsroom.copy) == newsroom.one
    told = [(c.type, c.story, c.other, c.what, c.by) for c in await store.changes.since(seen, 10)]
    assert told == [
        ("merged", newsroom.two, newsroom.one, (), "editor"),
        ("updated", newsroom.one, "", ("copies",), "editor"),
    ]
    seen = await store.changes.newest()
    undone = await newsroom.order("undo", of=merged.order.id)
    assert await newsroom.all() == before
    assert await store.stories.redirect(newsroom.two) is None
    told = [(c.type, c.story, c.other, c.what, c.by) for c in await store.changes.since(seen, 10)]
    assert told == [
        ("split", newsroom.two, newsroom.one, (), "editor"),
        ("updated", newsroom.one, "", ("copies",), "editor"),
    ]
    history = await store.orders.history(newsroom.two)
    assert [(one.order.id, one.undone_by) for one in history] == [
        (undone.order.id, ""),
        (merged.order.id, undone.order.id),
    ]
    assert [one.order.id for one in await store.orders.all()] == [undone.order.id, merged.order.id]


async def test_a_split_outlives_polls_revisions_and_groupers(newsroom):
    split = await newsroom.order("split", newsroom.one, copies=[newsroom.second])
    assert await newsroom.walk.store.stories.where(newsroom.second) == newsroom.second
    for guid in ("late", "later"):
        await newsroom.restart()
        newsroom.publisher.feeds["b"] = [wire("2", f"Mountain railway reopens after landslide, says {guid}")]
        newsroom.publisher.feeds["c"].append(wire(guid))
        await newsroom.walk.round()
        assert await newsroom.walk.store.stories.where(newsroom.second) == newsroom.second
        assert await newsroom.walk.store.stories.where(newsroom.one) == newsroom.one
    await newsroom.restart()
    await newsroom.order("undo", of=split.order.id)
    assert await newsroom.walk.store.stories.where(newsroom.second) == newsroom.one
    (stored,) = await newsroom.walk.store.stories.read([newsroom.one])
    assert len(stored.copies) == 4


async def test_done_and_undone_in_one_batch_leaves_no_trace(newsroom):
    store, before = newsroom.walk.store, await newsroom.all()
    first = await newsroom.editor.order("merge", newsroom.one, other=newsroom.two, by="anna", id="first")
    await store.orders.hand_in(first)
    await store.orders.hand_in(await newsroom.editor.order("undo", "", of="first", by="anna"))
    await newsroom.walk.group()
    assert await newsroom.all() == before
    assert await store.stories.redirect(newsroom.two) is None


async def test_an_order_given_twice_counts_once(newsroom):
    order = await newsroom.editor.order("merge", newsroom.one, other=newsroom.two, by="anna", id="twice")
    assert await newsroom.walk.store.orders.hand_in(order)
    assert not await newsroom.walk.store.orders.hand_in(order)
    await newsroom.walk.group()
    await newsroom.order("undo", of="twice")
    assert not await newsroom.walk.store.orders.hand_in(order)
    assert await newsroom.walk.group() == 0
    assert await newsroom.walk.store.stories.where(newsroom.two) == newsroom.two


async def test_a_batch_that_is_repeated_after_a_crash_does_the_same(newsroom):
    """The commit was written and its answer lost: the next grouper goes on behind it."""
    order = await newsroom.editor.order("merge", newsroom.one, other=newsroom.two, by="anna")
    await newsroom.walk.store.orders.hand_in(order)
    lost = await newsroom.walk.new_grouper("one")
    await lost.step()
    await newsroom.restart()
    assert await newsroom.walk.group() == 0
    assert await newsroom.walk.store.stories.where(newsroom.two) == newsroom.one


async def test_without_a_grouper_an_order_waits_and_says_so(newsroom):
    order = await newsroom.editor.order("lead", newsroom.one, copies=[newsroom.second], by="anna")
    newsroom.walk.clock.advance(11.0)  # the lease of the grouper ends
    ruling = await newsroom.editor.give(order)
    assert (ruling.outcome, ruling.sentence) == ("waiting", "Taken; it will be done when a worker groups.")
    assert [one.outcome for one in await newsroom.walk.store.orders.history(newsroom.one)] == ["waiting"]
    await newsroom.restart()
    await newsroom.walk.group()
    assert (await newsroom.walk.store.orders.ruling(order.id)).outcome == "done"
    (stored,) = await newsroom.walk.store.stories.read([newsroom.one])
    assert stored.story.lead == newsroom.second


async def test_refusals_are_kept_in_the_history(newsroom):
    await newsroom.order("never", newsroom.one, other=newsroom.two)
    refused = await newsroom.order("merge", newsroom.one, other=newsroom.two)
    assert refused.outcome == "refused"
    assert "never by anna" in refused.sentence
    await newsroom.restart()
    again = await newsroom.order("merge", newsroom.one, other=newsroom.two)
    assert again.sentence == refused.sentence


async def test_what_is_named_is_found_by_id_by_address_and_through_redirects(newsroom):
    editor = newsroom.editor
    named = await editor.order(
        "merge", f"http://127.0.0.1:8080/stories/{newsroom.copy}.json?explain=1", other=newsroom.one, by="x"
    )
    assert named.story == newsroom.two
    split = await editor.order("split", newsroom.one, copies=["http://example.org/2"], by="x")
    assert split.entries == (newsroom.second,)
    await newsroom.order("merge", newsroom.one, other=newsroom.two)
    assert (await editor.order("lead", newsroom.two, copies=[newsroom.copy], by="x")).story == newsroom.one


@pytest.mark.parametrize(
    ("action", "named", "parameter"),
    [
        ("merge", {"story": "f" * 32, "other": "a"}, "story"),
        ("merge", {"story": "nonsense"}, "story"),
        ("merge", {"other": ""}, "other"),
        ("split", {"copies": []}, "entry"),
        ("split", {"copies": ["f" * 32]}, "entry"),
        ("lead", {"copies": ["http://elsewhere.example/1"]}, "entry"),
        ("undo", {"of": "f" * 32}, "order"),
        ("undo", {"of": "no such/thing"}, "order"),
        ("merge", {"id": "not an id"}, "id"),
    ],
    ids=["unknown", "nonsense", "nothing", "none", "no copy", "elsewhere", "undo", "undo nonsense", "id"],
)
async def test_what_is_not_there_is_named(newsroom, action, named, parameter):
    arguments = {"story": newsroom.one, "other": newsroom.two} | named
    if action == "undo":
        arguments["story"] = ""
    with pytest.raises(Unknown) as caught:
        await newsroom.editor.order(action, by="x", **arguments)
    assert caught.value.parameter == parameter
    assert str(caught.value).endswith(".")


async def test_a_decision_is_a_labelled_pair_with_its_texts(newsroom):
    merged = await newsroom.order("merge", newsroom.one, other=newsroom.two)
    (case,) = merged.order.cases
    assert case.same
    assert (case.a.outlet, case.b.title) == ("a", story(1).title)
    assert case.a.text.startswith("Engineers reopened")
    split = await newsroom.order("split", newsroom.one, copies=[newsroom.second, newsroom.copy])
    assert [(one.same, one.b.entry) for one in split.order.cases] == [
        (False, newsroom.second),
        (False, newsroom.copy),
    ]


async def test_an_expired_storys_orders_stay_in_the_history_and_bind_no_more(newsroom):
    bar = await newsroom.order("never", newsroom.one, other=newsroom.two)
    newsroom.walk.clock.advance(9 * 86_400.0)
    await newsroom.walk.grouper.expire()
    ruling = await newsroom.walk.store.orders.ruling(bar.order.id)
    assert not ruling.is_open
    assert await newsroom.walk.store.orders.open() == []
    assert [one.order.id for one in await newsroom.walk.store.orders.all()] == [bar.order.id]


async def test_over_ten_thousand_rulings_the_oldest_that_are_over_go(newsroom):
    from aggregator.core.order import Order, Ruling
    from aggregator.store import Commit, StoryWrites

    kept = await newsroom.order("never", newsroom.one, other=newsroom.two)
    number = await newsroom.walk.store.inbox.lead("one", 10.0)
    for part in range(11):
        rulings = tuple(
            Ruling(
                Order(f"{part}-{n}", "merge", f"{part:032x}", 0.0, "x"),
                "refused",
                "No.",
                stories=(f"{part:032x}",),
            )
            for n in range(1000)
        )
        await newsroom.walk.store.stories.commit(
            Commit(number, "", float(part), StoryWrites(rulings=rulings))
        )
    assert len(await newsroom.walk.store.orders.all(20_000)) <= 10_001
    assert await newsroom.walk.store.orders.ruling("0-5") is None
    assert await newsroom.walk.store.orders.history(f"{0:032x}") == []
    assert len(await newsroom.walk.store.orders.history(f"{9:032x}")) == 1000
    assert await newsroom.walk.store.orders.ruling(kept.order.id) == kept


async def test_in_a_new_store_orders_come_after_all_that_there_is(walk, publisher):
    """Handed in before anything was grouped: the first grouper does it when the stories are there."""
    from aggregator.core.order import Order

    publisher.feeds = {"a": [wire("1"), story(1, "own")]}
    await walk.take_up([publisher.source("a")])
    order = Order("early", "merge", entry_id("a", "1"), walk.clock(), "x", other=entry_id("a", "own"))
    await walk.store.orders.hand_in(order)
    await walk.poll()
    number = await walk.store.inbox.lead("one", 10.0)
    grouper = Grouper(walk.store, Grouping(Settings()), number, retention=86_400.0 * 7, clock=walk.clock)
    await grouper.rebuild()
    assert grouper.fresh
    await grouper.begin()
    assert (await walk.store.orders.ruling("early")).outcome == "done"
    assert await walk.store.stories.where(entry_id("a", "own")) == await walk.store.stories.where(
        entry_id("a", "1")
    )
