"""Editors' orders under `kill -9` and restarts of Redis: the stories are those of an undisturbed run."""

# ruff: noqa: F811 - fixtures of another file are arguments here
from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest
from publisher import Publisher, story
from test_processes import Fleet, fleet, guids, real_store, until  # noqa: F401 - fixtures

from aggregator.core.matching.story import Grouping, Settings
from aggregator.core.order import Action, Order
from aggregator.store import Store
from aggregator.store import open as open_store
from aggregator.store.server import Server

STORIES, OUTLETS = 8, 4


def feeds() -> dict[str, list]:
    """Eight stories, each carried by four outlets."""
    return {f"o{n}": [story(s, f"o{n}-{s}") for s in range(STORIES)] for n in range(OUTLETS)}


async def shape(store: Store) -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """Every story as it is stored: its lead, and its copies with their reasons."""
    ids = [id_ for id_, _ in await store.stories.ids_and_placed()]
    return {
        stored.story.id: (stored.story.lead, [(copy.entry, copy.reason) for copy in stored.copies])
        for stored in await store.stories.read(ids)
        if stored
    }


async def undisturbed(store: Store) -> Grouping:
    """The stories as they are now, in a grouping of the test's own."""
    grouping = Grouping(Settings())
    async for record, copies in store.stories.load():
        grouping.restore(record, copies)
    return grouping


def shaped(grouping: Grouping) -> dict[str, tuple[str, list[tuple[str, str]]]]:
    found = {}
    for id_ in grouping.ids():
        record = grouping.story(id_)
        found[id_] = (record.lead, [(entry, grouping.copy(entry).reason) for entry in record.copies])
    return found


class Editors:
    """Gives orders at random about whatever there is."""

    def __init__(self, store: Store, chance: random.Random) -> None:
        self.store, self.chance = store, chance
        self.given: list[str] = []

    async def order(self) -> None:
        ids = [id_ for id_, _ in await self.store.stories.ids_and_placed()]
        (stored,) = await self.store.stories.read([self.chance.choice(ids)])
        if stored is None or not stored.copies:
            return
        entries = [copy.entry for copy in stored.copies]
        action: Action = self.chance.choice(["merge", "split", "never", "lead", "undo", "undo"])
        order = Order(
            id=f"order-{len(self.given)}",
            action=action,
            story=stored.story.id,
            at=await self.store.now(),
            by="anna",
            other=self.chance.choice(ids) if action in {"merge", "never"} else "",
            entries=tuple(self.chance.sample(entries, 1)) if action in {"split", "lead"} else (),
            of=self.chance.choice(self.given) if action == "undo" and self.given else "",
        )
        assert await self.store.orders.hand_in(order)
        self.given.append(order.id)

    async def settled(self) -> bool:
        rulings = await self.store.orders.all(1000)
        return len(rulings) == len(self.given) and all(one.outcome != "waiting" for one in rulings)

    async def compare(self, grouping: Grouping) -> None:
        """What is stored is what the same orders do to an undisturbed grouping, told with the same sentences."""
        rulings = sorted(await self.store.orders.all(1000), key=lambda one: int(one.order.id.split("-")[1]))
        expected = {}
        for ruling in rulings:
            grouping.obey(ruling.order)
            expected |= {one.order.id: one for one in grouping.rulings()}
        for ruling in rulings:
            twin = expected[ruling.order.id]
            assert (ruling.outcome, ruling.sentence, ruling.undone_by) == (
                twin.outcome,
                twin.sentence,
                twin.undone_by,
            )
        assert await shape(self.store) == shaped(grouping)
        assert sum(one.outcome == "done" for one in rulings) > len(rulings) / 3


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_orders_given_while_groupers_are_killed_are_done_once_each(fleet: Fleet, publisher, real_store):
    chance = random.Random(11)
    publisher.feeds = feeds()
    fleet.configure(publisher)
    process = await fleet.start()

    async def all_there() -> bool:
        return sorted(len(copies) for _, copies in (await shape(real_store)).values()) == [OUTLETS] * STORIES

    await until(all_there)
    grouping, editors = await undisturbed(real_store), Editors(real_store, chance)
    for _ in range(5):
        for _ in range(4):
            await editors.order()
        await asyncio.sleep(chance.random() * 0.3)
        process.kill()
        await process.wait()
        await editors.order()
        process = await fleet.start()
        known = len(editors.given)

        async def some_done(known: int = known) -> bool:
            rulings = await real_store.orders.all(1000)
            return sum(one.outcome != "waiting" for one in rulings) >= known - 2

        await until(some_done, 60.0)
    await until(editors.settled, 60.0)
    await editors.compare(grouping)
    changes = await real_store.changes.since(0, 10_000)
    assert [change.number for change in changes] == list(range(1, len(changes) + 1))
    assert {change.by for change in changes} == {"", "editor"}
    assert set((await guids(real_store)).values()) == {1}


async def test_orders_outlive_a_redis_that_is_stopped(tmp_path: Path, publisher: Publisher):
    """Handed in, Redis stopped at once, started again: the worker does it, and what it did is still there."""
    server = Server(tmp_path / "data")
    url = await server.start()
    workers = Fleet(tmp_path, url)
    publisher.feeds = feeds()
    workers.configure(publisher)
    try:
        await workers.start()
        async with open_store(url) as store:

            async def all_there() -> bool:
                return (
                    sorted(len(copies) for _, copies in (await shape(store)).values()) == [OUTLETS] * STORIES
                )

            await until(all_there)
            grouping, editors = await undisturbed(store), Editors(store, random.Random(3))
            for _ in range(2):
                for _ in range(6):
                    await editors.order()
                await server.stop()
                await server.start()
                await until(editors.settled)
            await editors.compare(grouping)
    finally:
        await workers.end()
        await server.stop()
