"""What editors order holds: through re-polls, revisions, restarts; and is taken back exactly."""

from __future__ import annotations

import random

import pytest
from msgspec.structs import replace

from aggregator.core.matching.fingerprint import fingerprint
from aggregator.core.matching.regroup import MEMBERS
from aggregator.core.matching.story import Grouping, Settings
from aggregator.core.model import (
    Arrival,
    Entry,
    Founded,
    Joined,
    Led,
    Merged,
    Parted,
    Source,
    Story,
    content_hash,
    entry_id,
)
from aggregator.core.order import Order, Ruling

DAY = 86400.0
NOON = 1e9
WORDS = [
    "harbour",
    "council",
    "ferry",
    "budget",
    "railway",
    "tunnel",
    "museum",
    "orchard",
    "glacier",
    "lantern",
    "pepper",
    "saddle",
    "thunder",
    "velvet",
    "walnut",
    "copper",
    "meadow",
    "pigeon",
    "quarry",
    "ribbon",
    "salmon",
    "timber",
    "violin",
    "wagon",
    "anchor",
    "basket",
    "candle",
    "dagger",
    "ember",
]


def text(topic: int) -> str:
    """Forty words that only this topic has in this order."""
    chance = random.Random(topic)
    return " ".join(f"{chance.choice(WORDS)}{chance.randrange(50)}" for _ in range(40))


def arrival(outlet: str, topic: int, *, guid: str = "1", seen: float = NOON, more: str = "") -> Arrival:
    words = text(topic)
    entry = Entry(
        guid=guid,
        url=f"https://{outlet}.example/{guid}",
        title=words[:40].capitalize(),
        summary=f"{words} {more}",
        published=seen - 5,
    )
    source = Source(outlet, f"https://{outlet}.example/feed", outlet, outlet)
    return Arrival(
        entry_id(outlet, guid),
        outlet,
        outlet,
        entry,
        content_hash(entry),
        fingerprint(entry, source),
        seen,
    )


class Desk:
    """A grouping with an editor, who may be restarted at any time."""

    def __init__(self) -> None:
        self.grouping = Grouping()
        self.rulings: dict[str, Ruling] = {}
        self.at = NOON
        self.number = 0

    def arrive(self, outlet: str, topic: int, **more) -> Arrival:
        self.at += 60.0
        found = arrival(outlet, topic, seen=self.at, **more)
        self.decisions = self.grouping.arrive(found)
        return found

    def story(self, topic: int, *outlets: str) -> Story:
        """A story of a topic that these outlets carry."""
        copies = [self.arrive(outlet, topic, guid=f"{topic}") for outlet in outlets]
        return self.of(copies[0].id)

    def of(self, entry: str) -> Story:
        return self.grouping.story(self.grouping.home(entry) or "")

    def order(self, action, story: str = "", **more) -> Ruling:
        self.number += 1
        self.at += 60.0
        order = Order(f"{self.number:032x}", action, story, self.at, "anna", **more)
        return self.give(order)

    def give(self, order: Order) -> Ruling:
        self.decisions = self.grouping.obey(order)
        for ruling in self.grouping.rulings():
            self.rulings[ruling.order.id] = ruling
        return self.rulings[order.id]

    def merge(self, one: str, two: str) -> Ruling:
        return self.order("merge", one, other=two)

    def split(self, story: str, *entries: str) -> Ruling:
        return self.order("split", story, entries=entries)

    def undo(self, ruling: Ruling) -> Ruling:
        return self.order("undo", ruling.stories[0], of=ruling.order.id)

    def restart(self) -> None:
        """Another grouper takes up what this one had committed."""
        old, self.grouping = self.grouping, Grouping()
        for id_ in sorted(old.ids(), reverse=True):
            story = old.story(id_)
            pairs = [(replace(old.copy(e), verdict=None), old.fingerprint(e)) for e in story.copies]
            self.grouping.restore(story, pairs)
        for ruling in old.rulings():
            self.rulings[ruling.order.id] = ruling
        self.grouping.restore_rulings([one for one in self.rulings.values() if one.is_open])

    def shape(self) -> list[object]:
        """All stories and copies, but for what counts on."""
        found = []
        for id_ in sorted(self.grouping.ids()):
            story = replace(self.grouping.story(id_), revision=0, modified=None, related=())
            copies = [replace(self.grouping.copy(entry), verdict=None) for entry in story.copies]
            found.append((story, copies))
        return found


@pytest.fixture(params=["as it is", "restarted"])
def desk(request: pytest.FixtureRequest) -> Desk:
    """A desk; in the second case its grouper is another one after each order."""
    it = Desk()
    if request.param == "restarted":
        give = it.give

        def restarting(order: Order) -> Ruling:
            ruling = give(order)
            it.restart()
            return it.rulings[ruling.order.id]

        it.give = restarting  # type: ignore[method-assign]
    return it


# --- merge --------------------------------------------------------------------------------------------


def test_merged_stories_are_one_under_the_older_id(desk: Desk) -> None:
    one, two = desk.story(1, "a", "b"), desk.story(2, "c")
    ruling = desk.merge(two.id, one.id)
    assert (ruling.outcome, ruling.is_open, ruling.in_force) == ("done", True, True)
    assert desk.decisions == [Merged(one.id, two.id, two.copies)]
    assert desk.of(one.id).copies == (*one.copies, *two.copies)
    assert desk.grouping.copy(two.id).reason == "joined by an editor"
    assert desk.of(one.id).modified == desk.at
    assert f"keeps the id {one.id}, and {two.id} leads to it" in ruling.sentence
    assert set(ruling.stories) == {one.id, two.id}


def test_a_revision_does_not_tear_merged_copies_apart(desk: Desk) -> None:
    one, two = desk.story(1, "a", "b"), desk.story(2, "c", "d")
    desk.merge(one.id, two.id)
    desk.arrive("c", 3, guid="2")
    assert desk.grouping.home(two.id) == one.id
    desk.arrive("a", 4, guid="1")
    assert desk.grouping.home(one.id) == one.id
    assert len(desk.of(one.id).copies) == 4


def test_undoing_a_merge_gives_back_what_was_there(desk: Desk) -> None:
    one, two = desk.story(1, "a", "b"), desk.story(2, "c", "d")
    before = desk.shape()
    merged = desk.merge(one.id, two.id)
    undone = desk.undo(merged)
    assert undone.outcome == "done"
    assert desk.decisions == [Parted(two.id, one.id, two.copies)]
    assert desk.shape() == before
    assert desk.rulings[merged.order.id].undone_by == undone.order.id


def test_an_undone_undo_is_done_again_and_can_be_undone(desk: Desk) -> None:
    one, two = desk.story(1, "a", "b"), desk.story(2, "c", "d")
    before = desk.shape()
    merged = desk.merge(one.id, two.id)
    after = desk.shape()
    undone = desk.undo(merged)
    again = desk.undo(undone)
    assert desk.shape() == after
    assert (desk.rulings[merged.order.id].undone_by, again.base) == ("", merged.order.id)
    assert desk.undo(merged).outcome == "done"
    assert desk.shape() == before


def test_after_an_undone_merge_copies_go_where_they_belong(desk: Desk) -> None:
    """Copies that came while the two were one go with the text that they carry."""
    one, two = desk.story(1, "a", "b"), desk.story(2, "c", "d")
    merged = desk.merge(one.id, two.id)
    late, later = desk.arrive("e", 2), desk.arrive("f", 1)
    assert desk.grouping.home(late.id) == desk.grouping.home(later.id) == one.id
    desk.undo(merged)
    assert desk.of(two.id).copies == (*two.copies, late.id)
    assert desk.of(one.id).copies == (*one.copies, later.id)


def test_a_merge_is_refused_where_there_is_nothing_to_merge(desk: Desk) -> None:
    one, two = desk.story(1, "a"), desk.story(2, "c")
    assert desk.merge(one.id, one.id).sentence == f"These are one story already: {one.id}."
    assert "no story" in desk.merge(one.id, "0" * 32).sentence
    assert "no story" in desk.merge("nonsense", two.id).sentence
    assert {ruling.outcome for ruling in desk.rulings.values()} == {"refused"}
    assert desk.decisions == []


def test_a_story_that_merged_meanwhile_is_found_by_its_lead() -> None:
    desk = Desk()
    one, two, three = desk.story(1, "a"), desk.story(2, "b"), desk.story(3, "c")
    desk.merge(one.id, two.id)
    late = desk.order("merge", two.id, other=three.id, leads=(two.lead, three.lead))
    assert late.outcome == "done"
    assert desk.grouping.home(three.id) == one.id


def test_more_copies_than_a_story_holds_are_refused() -> None:
    desk = Desk()
    half = MEMBERS // 2 + 1
    one = desk.story(1, *(f"a{n}" for n in range(half)))
    two = desk.story(2, *(f"b{n}" for n in range(half)))
    assert f"more than the {MEMBERS}" in desk.merge(one.id, two.id).sentence


# --- split --------------------------------------------------------------------------------------------


def test_a_split_makes_two_stories(desk: Desk) -> None:
    story = desk.story(1, "a", "b", "c", "d")
    ruling = desk.split(story.id, *story.copies[2:])
    assert desk.decisions[0] == Parted(story.copies[2], story.id, story.copies[2:])
    assert desk.of(story.id).copies == story.copies[:2]
    new = desk.of(story.copies[3])
    assert (new.id, new.copies, new.lead) == (story.copies[2], story.copies[2:], story.copies[2])
    assert new.placed == desk.grouping.copy(new.id).first_seen
    assert desk.grouping.copy(new.id).reason == "first of its story"
    assert "of 2 and 2 copies" in ruling.sentence


def test_what_was_split_off_never_comes_back(desk: Desk) -> None:
    """Not by a revision, not by a bridge, not by a later copy that is like both."""
    story = desk.story(1, "a", "b", "c")
    off = story.copies[2]
    desk.split(story.id, off)
    desk.arrive("c", 1, guid="1", more="and a little more was said about it afterwards")
    assert desk.grouping.home(off) == off
    for outlet in "defgh":
        desk.arrive(outlet, 1)
    assert desk.grouping.home(off) == off
    assert desk.grouping.home(story.id) == story.id
    desk.arrive("c", 2, guid="1")
    desk.arrive("c", 1, guid="1", more="once more, with other words at the end of it")
    assert desk.grouping.home(off) != desk.grouping.home(story.id)


def test_the_founder_that_is_split_off_leaves_its_id_behind(desk: Desk) -> None:
    story = desk.story(1, "a", "b", "c")
    before = desk.shape()
    ruling = desk.split(story.id, story.id)
    new = desk.of(story.id)
    assert new.id != story.id
    assert new.copies == (story.id,)
    assert desk.grouping.story(story.id).copies == story.copies[1:]
    assert desk.grouping.copy(story.copies[1]).reason == "first of its story"
    desk.undo(ruling)
    assert desk.shape() == before


def test_undoing_a_split_gives_back_what_was_there(desk: Desk) -> None:
    story = desk.story(1, "a", "b", "c", "d")
    before = desk.shape()
    ruling = desk.split(story.id, story.copies[1], story.copies[3])
    after = desk.shape()
    undone = desk.undo(ruling)
    assert desk.shape() == before
    assert desk.decisions[0] == Merged(story.id, story.copies[1], (story.copies[1], story.copies[3]))
    desk.undo(undone)
    assert desk.shape() == after
    desk.arrive("e", 1)
    assert desk.grouping.home(story.copies[1]) != story.id


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ((), "Name the copies"),
        ((0, 1, 2), "all 3 copies"),
        (("f" * 32,), "is no copy of the story"),
        ((1, "f" * 32), "is no copy of the story"),
        (("nonsense",), "nonsense is no copy"),
    ],
    ids=["none", "all", "unknown", "one unknown", "nonsense"],
)
def test_a_split_that_cannot_be_is_refused(entries, sentence) -> None:
    desk = Desk()
    story = desk.story(1, "a", "b", "c")
    named = [story.copies[entry] if isinstance(entry, int) else entry for entry in entries]
    ruling = desk.split(story.id, *named)
    assert ruling.outcome == "refused"
    assert sentence in ruling.sentence
    assert desk.of(story.id) == story


def test_the_only_copy_is_not_split_off() -> None:
    desk = Desk()
    story = desk.story(1, "a")
    assert "single copy" in desk.split(story.id, story.id).sentence


def test_what_a_split_forbids_is_not_merged_before_it_is_undone(desk: Desk) -> None:
    story = desk.story(1, "a", "b", "c")
    split = desk.split(story.id, story.copies[1])
    refused = desk.merge(story.id, story.copies[1])
    assert refused.outcome == "refused"
    assert "split by anna on 2001-09-09" in refused.sentence
    assert split.order.id in refused.sentence
    desk.undo(split)
    assert desk.merge(story.id, story.copies[1]).sentence == f"These are one story already: {story.id}."


# --- never --------------------------------------------------------------------------------------------


def test_two_that_shall_never_meet_do_not(desk: Desk) -> None:
    one, two = desk.story(1, "a"), desk.story(2, "b")
    ruling = desk.order("never", one.id, other=two.id)
    assert (ruling.outcome, desk.decisions) == ("done", [])
    desk.arrive("b", 1, guid="2")  # the only copy of the second now says what the first says
    assert desk.grouping.home(two.id) == two.id
    assert f"undo that first (its id is {ruling.order.id})" in desk.merge(one.id, two.id).sentence
    assert "kept apart already" in desk.order("never", two.id, other=one.id).sentence
    desk.undo(ruling)
    assert desk.merge(one.id, two.id).outcome == "done"


def test_a_bar_outlives_the_ids_of_its_stories(desk: Desk) -> None:
    one, two, three = desk.story(1, "a"), desk.story(2, "b"), desk.story(3, "c")
    desk.order("never", one.id, other=three.id)
    desk.merge(one.id, two.id)
    assert desk.merge(two.id, three.id).outcome == "refused"


# --- lead ---------------------------------------------------------------------------------------------


def test_a_lead_stays_until_it_is_undone(desk: Desk) -> None:
    story = desk.story(1, "a", "b", "c")
    before = desk.shape()
    ruling = desk.order("lead", story.id, entries=(story.copies[1],))
    assert desk.decisions == [Led(story.id, story.copies[1])]
    assert desk.of(story.id).lead == story.copies[1]
    assert "in place of" in ruling.sentence
    undone = desk.undo(ruling)
    assert desk.shape() == before
    desk.undo(undone)
    longer = desk.arrive("d", 1, more=" ".join(text(9)[:30] for _ in range(9)))
    assert desk.grouping.home(longer.id) == story.id
    assert desk.of(story.id).lead == story.copies[1]
    desk.undo(ruling)
    assert desk.of(story.id).lead == longer.id


def test_the_present_lead_can_be_kept(desk: Desk) -> None:
    story = desk.story(1, "a", "b")
    ruling = desk.order("lead", story.id, entries=(story.lead,))
    assert (ruling.outcome, desk.decisions) == ("done", [])
    assert "stays it" in ruling.sentence
    assert "already" in desk.order("lead", story.id, entries=(story.lead,)).sentence
    assert "no copy" in desk.order("lead", story.id, entries=("f" * 32,)).sentence
    assert "no copy" in desk.order("lead", story.id).sentence


def test_a_pinned_lead_leads_the_story_that_it_is_merged_into(desk: Desk) -> None:
    one, two = desk.story(1, "a", "b"), desk.story(2, "c", "d")
    desk.order("lead", two.id, entries=(two.copies[1],))
    merged = desk.merge(one.id, two.id)
    assert desk.of(one.id).lead == two.copies[1]
    desk.undo(merged)
    assert (desk.of(one.id).lead, desk.of(two.id).lead) == (one.lead, two.copies[1])


# --- undo ---------------------------------------------------------------------------------------------


def test_undoing_twice_says_who_did(desk: Desk) -> None:
    one, two = desk.story(1, "a"), desk.story(2, "b")
    merged = desk.merge(one.id, two.id)
    undone = desk.undo(merged)
    assert "undone already, by undo by anna" in desk.undo(merged).sentence
    desk.undo(undone)
    assert "undone already" in desk.undo(undone).sentence


def test_what_later_decisions_build_on_is_not_undone_before_them(desk: Desk) -> None:
    one, two, three = desk.story(1, "a", "b"), desk.story(2, "c"), desk.story(3, "d")
    before = desk.shape()
    merged = desk.merge(one.id, two.id)
    later = desk.merge(one.id, three.id)
    split = desk.split(one.id, one.copies[1])
    assert "first undo the split by anna" in desk.undo(merged).sentence
    assert desk.undo(later).outcome == "refused"
    for ruling in (split, later, merged):
        assert desk.undo(ruling).outcome == "done"
    assert desk.shape() == before


def test_unknown_and_refused_orders_are_not_undone(desk: Desk) -> None:
    story = desk.story(1, "a")
    refused = desk.merge(story.id, story.id)
    for of in (refused.order.id, "0" * 32, "", "no such thing"):
        assert "no decision" in desk.order("undo", story.id, of=of).sentence


def test_an_order_counts_once() -> None:
    desk = Desk()
    one, two = desk.story(1, "a"), desk.story(2, "b")
    ruling = desk.merge(one.id, two.id)
    desk.undo(ruling)
    assert desk.grouping.obey(ruling.order) == []
    assert desk.grouping.home(two.id) == two.id


def test_what_is_right_can_be_said_and_changes_nothing(desk: Desk) -> None:
    story, before = desk.story(1, "a", "b", "c"), desk.shape()
    ruling = desk.order("keep", story.id, entries=story.copies[:2])
    assert (ruling.outcome, desk.decisions, desk.shape() == before) == ("done", [], True)
    assert desk.undo(ruling).outcome == "done"
    for entries in ((), story.copies[:1], (story.copies[0], "f" * 32)):
        assert "Name two or more" in desk.order("keep", story.id, entries=entries).sentence


# --- the end ------------------------------------------------------------------------------------------


def test_an_order_is_over_when_all_its_copies_have_expired(desk: Desk) -> None:
    one, two = desk.story(1, "a"), desk.story(2, "b")
    bar = desk.order("never", one.id, other=two.id)
    desk.at += 6 * DAY
    desk.arrive("b", 2, guid="2", more="with a new paragraph at the end")
    desk.at += 2 * DAY
    desk.arrive("z", 9)
    assert desk.grouping.home(one.id) is None
    desk.restart()
    assert desk.rulings[bar.order.id].is_open
    desk.at += 8 * DAY
    desk.arrive("y", 8)
    desk.restart()
    assert not desk.rulings[bar.order.id].is_open
    assert "expired" in desk.undo(bar).sentence


def _random_order(desk: Desk, chance: random.Random) -> None:
    ids = sorted(desk.grouping.ids())
    story = desk.grouping.story(chance.choice(ids))
    other = chance.choice(ids)
    rulings = list(desk.rulings.values())
    what = chance.randrange(10)
    if what < 2:
        desk.merge(story.id, other)
    elif what < 4:
        desk.split(story.id, *chance.sample(story.copies, chance.randrange(1, len(story.copies) + 1)))
    elif what == 4:
        desk.order("never", story.id, other=other)
    elif what == 5:
        desk.order("lead", story.id, entries=(chance.choice(story.copies),))
    elif what < 8 and rulings:
        desk.undo(chance.choice(rulings))
    else:
        outlet, topic = chance.choice("abcdefgh"), chance.randrange(6)
        desk.arrive(outlet, topic, guid=f"{chance.randrange(4)}", more=f"{chance.randrange(3)}")


def _links(desk: Desk) -> set[tuple[str, str]]:
    """Related stories, each from both ends."""
    desk.grouping.linked()
    found = {(id_, other) for id_ in desk.grouping.ids() for other, _ in desk.grouping.story(id_).related}
    assert found == {(other, id_) for id_, other in found}
    assert {id_ for pair in found for id_ in pair} <= set(desk.grouping.ids())
    return found


def _undo_all(desk: Desk) -> None:
    """The last one first: an order that was done again counts from then."""
    done = [one for one in desk.rulings.values() if one.outcome == "done"]
    last = {base: max(one.number for one in done if base in (one.order.id, one.base)) for base in
            (one.order.id for one in done if one.in_force and not one.base)}  # fmt: skip
    for base in sorted(last, key=lambda base: -last[base]):
        assert desk.undo(desk.rulings[base]).outcome == "done"


@pytest.mark.parametrize("seed", range(6))
def test_any_orders_leave_a_whole_state_that_a_restart_repeats(seed: int) -> None:
    """Each copy is in one story, a bar holds, and a grouper that is restarted all the time comes to the same."""
    steady, restarted = Desk(), Desk()
    for desk in (steady, restarted):
        chance = random.Random(seed)
        for outlet in "abcdefgh":
            for topic in range(4):
                desk.arrive(outlet, topic, guid=f"{topic}")
        for _ in range(60):
            _random_order(desk, chance)
            _is_whole(desk)
            if desk is restarted:
                desk.restart()
    assert restarted.shape() == steady.shape()
    assert _links(restarted) == _links(steady)
    assert [one.sentence for one in restarted.rulings.values()] == [
        one.sentence for one in steady.rulings.values()
    ]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("leads", [False, True], ids=["in any order", "last in, first out"])
def test_orders_alone_are_undone_without_a_trace(seed: int, leads: bool) -> None:
    """Who leads depends on who led before, so it is given back exactly from the last to the first."""
    desk, chance = Desk(), random.Random(seed)
    for outlet in "abcde":
        for topic in range(4):
            desk.arrive(outlet, topic, guid=f"{topic}")
    before = desk.shape()
    for _ in range(40):
        _some_order(desk, chance, leads=leads)
    _undo_all(desk)
    assert desk.shape() == before


def _some_order(desk: Desk, chance: random.Random, *, leads: bool) -> None:
    ids = sorted(desk.grouping.ids())
    story = desk.grouping.story(chance.choice(ids))
    done = sorted((one for one in desk.rulings.values() if one.outcome == "done"), key=lambda one: one.number)
    match chance.randrange(5 if leads else 4):
        case 0:
            desk.merge(story.id, chance.choice(ids))
        case 1:
            desk.split(story.id, *chance.sample(story.copies, chance.randrange(1, len(story.copies) + 1)))
        case 2:
            desk.order("never", story.id, other=chance.choice(ids))
        case 3 if done:
            desk.undo(done[-1] if leads else chance.choice(done))
        case 4:
            desk.order("lead", story.id, entries=(chance.choice(story.copies),))


def _is_whole(desk: Desk) -> None:
    found: dict[str, str] = {}
    for id_ in desk.grouping.ids():
        story = desk.grouping.story(id_)
        assert story.id == id_
        assert story.lead in story.copies
        assert len(set(story.copies)) == len(story.copies) > 0
        for entry in story.copies:
            assert entry not in found
            found[entry] = id_
            assert desk.grouping.home(entry) == id_
    for ruling in desk.rulings.values():
        effect = ruling.effect
        if (
            effect is None
            or effect.two is None
            or not ruling.in_force
            or ruling.order.action not in ("never", "split")
        ):
            continue
        if ruling.order.action == "never" or desk.rulings[ruling.order.id].effect is effect:
            stayed = effect.after if effect.kind == "parted" and effect.after else effect.one
            newest = [one for one in desk.rulings.values() if one.base == ruling.order.id]
            if newest and ruling.order.action == "split":
                continue  # what is barred now is what was parted last
            homes = {found.get(entry) for entry in stayed.copies} & {
                found.get(entry) for entry in effect.two.copies
            }
            assert homes <= {None}


def test_decisions_of_the_machine_go_on_beside_orders() -> None:
    desk = Desk()
    story = desk.story(1, "a", "b", "c")
    desk.split(story.id, story.copies[1])
    late = desk.arrive("e", 1)
    assert isinstance(desk.decisions[0], Joined)
    assert isinstance(Grouping(Settings()).arrive(late)[0], Founded)
