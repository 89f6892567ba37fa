"""Stories of one event: linked both ways, never merged, and the same after a restart."""

from __future__ import annotations

import random

import pytest

from aggregator.core.matching.fingerprint import fingerprint
from aggregator.core.matching.related import BOUND
from aggregator.core.matching.story import Grouping, Settings
from aggregator.core.model import Arrival, Entry, Expired, Founded, Merged, Source, content_hash, entry_id

DAY = 86400.0
WRECK = (
    "Cargo ship Orla Mae breaks in two off Cape Tarrow",
    "Salvage crews watched from the shore as the Orla Mae, aground at Cape Tarrow since Friday, broke in two.",
)
OIL = (
    "Orla Mae wreck spills oil near Tarrow after ship splits",
    "Oil was seen on the beaches under Cape Tarrow hours after the hull of the Orla Mae gave way in the swell.",
)
COURT = (
    "Owner of the Orla Mae questioned over Tarrow wreck",
    "Investigators in Brenn heard the owner of the Orla Mae for five hours about what led to Cape Tarrow.",
)
BUDGET = ("Council of Oak Bay passes its budget", "There is money for two schools and a library in Oak Bay.")


def arrival(outlet: str, story: tuple[str, str], *, guid: str = "1", seen: float = 1e9) -> Arrival:
    title, text = story
    entry = Entry(guid=guid, url=f"https://{outlet}.example/{guid}", title=title, summary=text)
    source = Source(outlet, f"https://{outlet}.example/feed", outlet, outlet)
    return Arrival(
        id=entry_id(outlet, guid),
        source=outlet,
        outlet=outlet,
        entry=entry,
        content_hash=content_hash(entry),
        fingerprint=fingerprint(entry, source),
        seen=seen,
    )


def links(grouping: Grouping) -> dict[str, set[str]]:
    return {id_: {other for other, _ in grouping.story(id_).related} for id_ in grouping.ids()}


def restored(grouping: Grouping, settings: Settings | None = None) -> Grouping:
    other = Grouping(settings)
    for id_ in grouping.ids():
        story = grouping.story(id_)
        other.restore(story, [(grouping.copy(one), grouping.fingerprint(one)) for one in story.copies])
    return other


def test_two_texts_of_one_event_are_linked_and_stay_two() -> None:
    grouping = Grouping()
    one, two, three = (
        arrival("a", WRECK),
        arrival("b", OIL, seen=1e9 + 60),
        arrival("c", BUDGET, seen=1e9 + 90),
    )
    for each in (one, two, three):
        assert [type(decision) for decision in grouping.arrive(each)] == [Founded]
    assert links(grouping) == {one.id: {two.id}, two.id: {one.id}, three.id: set()}
    assert grouping.story(one.id).related[0][1] == grouping.story(two.id).related[0][1] > 0.4
    assert grouping.linked() == {one.id: True, two.id: True}
    assert grouping.linked() == {}
    assert grouping.story(one.id).revision == 2


def test_a_copy_changes_no_links() -> None:
    grouping = Grouping()
    grouping.arrive(arrival("a", WRECK))
    grouping.arrive(arrival("b", OIL))
    grouping.linked()
    grouping.arrive(arrival("c", WRECK))
    assert grouping.linked() == {}


def test_the_order_of_arrival_does_not_matter() -> None:
    texts = [arrival(name, text) for name, text in (("a", WRECK), ("b", OIL), ("c", COURT), ("d", BUDGET))]
    found = []
    for seed in range(6):
        grouping = Grouping()
        for each in random.Random(seed).sample(texts, len(texts)):
            grouping.arrive(each)
        found.append(links(grouping))
    assert all(one == found[0] for one in found)
    assert len(found[0][texts[0].id]) == 2


def test_an_expired_story_is_unlinked_and_that_is_no_news() -> None:
    grouping = Grouping(Settings(retention=2 * DAY))
    one, two = arrival("a", WRECK), arrival("b", OIL, seen=1e9 + DAY)
    grouping.arrive(one)
    grouping.arrive(two)
    grouping.linked()
    assert grouping.expire(1e9 + 2.5 * DAY) == [Expired(one.id)]
    assert grouping.linked() == {two.id: False}
    assert grouping.story(two.id).related == ()
    assert grouping.expire(1e9 + 9 * DAY) == [Expired(two.id)]
    assert grouping.linked() == {}


def test_texts_further_apart_than_the_window_are_not_linked() -> None:
    grouping = Grouping(Settings(window=DAY))
    grouping.arrive(arrival("a", WRECK))
    grouping.arrive(arrival("b", OIL, seen=1e9 + 1.5 * DAY))
    assert not any(links(grouping).values())


def test_a_founder_that_tells_of_something_else_now_is_unlinked_and_back_again() -> None:
    grouping = Grouping()
    one, two = arrival("a", WRECK), arrival("b", OIL)
    for each in (one, two):
        grouping.arrive(each)
    grouping.linked()
    grouping.arrive(arrival("a", BUDGET, seen=1e9 + 9))
    assert not any(links(grouping).values())
    assert grouping.linked() == {one.id: True, two.id: True}
    grouping.arrive(arrival("a", (WRECK[0] + " today", WRECK[1]), seen=1e9 + 19))
    assert links(grouping) == {one.id: {two.id}, two.id: {one.id}}


def test_a_merged_story_hands_its_links_on() -> None:
    grouping = Grouping(Settings(thresholds={"bridge": 0.0, "strong": 0.0}))
    ferry = (
        "All ferries in the bay stopped on Monday after divers found a crack in the main pier of Port Alder."
    )
    more = "Repairs would take at least three weeks, the harbour master said, and buses would run instead."
    end = "The council of Oak Bay passed its budget late on Sunday with money for two schools and a library."
    title = "Ferries stop in the bay after crack"
    early = arrival("a", (title, ferry))
    late = arrival("b", ("Orla Mae at Cape Tarrow: pier repairs", f"{more} {end}"), seen=1e9 + 1)
    third = arrival("c", WRECK, seen=1e9 + 2)
    for each in (early, late, third):
        grouping.arrive(each)
    assert links(grouping) == {early.id: set(), late.id: {third.id}, third.id: {late.id}}
    grouping.linked()
    bridge = arrival("d", (title, f"{more} {end} {ferry}"), seen=1e9 + 3)
    assert Merged in [type(one) for one in grouping.arrive(bridge)]
    assert links(grouping) == {early.id: {third.id}, third.id: {early.id}}
    assert grouping.linked() == {early.id: True, third.id: True}
    assert symmetric(grouping)


def symmetric(grouping: Grouping) -> bool:
    found = {id_: dict(grouping.story(id_).related) for id_ in grouping.ids()}
    return all(
        found[other][id_] == score for id_, related in found.items() for other, score in related.items()
    )


SYLLABLES = [
    "ba",
    "cor",
    "del",
    "fin",
    "gol",
    "hep",
    "jam",
    "kil",
    "lor",
    "mun",
    "nes",
    "pra",
    "rud",
    "sov",
    "tur",
]


def news(count: int, seed: int) -> list[Arrival]:
    """Events with names of their own, each told by some twenty texts; one text in five is a revision."""
    draw = random.Random(seed)

    def word() -> str:
        return "".join(draw.choices(SYLLABLES, k=3))

    events = [[word().title() for _ in range(3)] for _ in range(count // 20)]
    found = []
    for number in range(count):
        names = draw.choice(events)
        title = f"{names[0]} {word()} {names[1]} {word()} {names[2]} {word()}"
        text = " ".join(word() for _ in range(draw.choice([5, 20])))
        guid = str(number if draw.random() < 0.8 else draw.randrange(max(number, 1)))
        found.append(arrival(f"outlet-{number % 7}", (title, text), guid=guid, seen=1e9 + 300.0 * number))
    return found


@pytest.mark.parametrize("seed", range(3))
def test_links_are_symmetric_bounded_and_the_same_after_a_restart(seed: int) -> None:
    settings = Settings(retention=DAY, window=DAY)
    undisturbed, other = Grouping(settings), Grouping(settings)
    arrivals = news(400, seed)
    for number, each in enumerate(arrivals):
        undisturbed.arrive(each)
        other.arrive(each)
        if number % 90 == 45:
            other = restored(other, settings)
    assert {id_: undisturbed.story(id_) for id_ in undisturbed.ids()} == {
        id_: other.story(id_) for id_ in other.ids()
    }
    for grouping in (undisturbed, other):
        assert symmetric(grouping)
        assert 3 < max(map(len, links(grouping).values())) <= BOUND


def test_postings_go_with_their_stories() -> None:
    grouping = Grouping(Settings(retention=DAY))
    for each in news(120, 5):
        grouping.arrive(each)
    assert grouping.counters["words"] > 0
    grouping.expire(2e9)
    assert grouping.counters["words"] == 0


def test_without_events_nothing_is_linked() -> None:
    grouping = Grouping(Settings(events=False))
    grouping.arrive(arrival("a", WRECK))
    grouping.arrive(arrival("b", OIL))
    assert not any(links(grouping).values())
    assert grouping.linked() == {}
    assert grouping.counters["words"] == 0
