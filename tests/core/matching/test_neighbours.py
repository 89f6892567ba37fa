"""Decisions that were close are told to people: hardly joined, almost joined, kept apart by one veto."""

from __future__ import annotations

import pytest

from aggregator.core.matching.fingerprint import fingerprint
from aggregator.core.matching.neighbours import ALMOST, moved
from aggregator.core.matching.story import Grouping, Settings
from aggregator.core.matching.thresholds import TABLE, limits
from aggregator.core.model import Arrival, Entry, Founded, Joined, Source, content_hash, entry_id

FERRY = "All ferries in the bay stopped on Monday after divers found a crack in the main pier of Port Alder."
BUDGET = (
    "The council of Oak Bay passed its budget late on Sunday with money for two schools and a new library."
)
WORDS = ("Ferries stop in bay", "Crack found by divers")  # two titles that say nothing of each other
# Only what texts share decides: everything else can't be reached.
TEXT_ALONE = {"title": 1.2, "thin_alike": 1.2, "cross": 1.2, "quoted": 1.2, "alike": 1.2}


def arrival(outlet: str, title: str, text: str, *, guid: str = "1", seen: float = 1e9) -> Arrival:
    entry = Entry(guid=guid, url=f"https://{outlet}.example/{guid}", title=title, summary=text)
    source = Source(outlet, f"https://{outlet}.example/feed", outlet, outlet)
    shape = fingerprint(entry, source)
    return Arrival(entry_id(outlet, guid), outlet, outlet, entry, content_hash(entry), shape, seen)


def share(value: float) -> dict[str, float]:
    """Thresholds under which two entries that share all of their text agree, or hardly, or hardly not."""
    return {**TEXT_ALONE, "text": value, "part": value, "known_text": value, "about": 0.0, "part_about": 0.0}


def two(thresholds: dict[str, float]) -> tuple[Grouping, type, Arrival, Arrival]:
    """A grouping that was given two entries of one text, and what it made of the second."""
    grouping = Grouping(Settings(thresholds=thresholds))
    first, second = arrival("a", WORDS[0], FERRY), arrival("b", WORDS[1], FERRY, seen=1e9 + 60)
    grouping.arrive(first)
    (decided,) = grouping.arrive(second)
    return grouping, type(decided), first, second


def test_a_clear_decision_raises_no_doubt() -> None:
    grouping, decided, *_ = two({})
    assert (decided, grouping.doubts) == (Joined, [])
    grouping.arrive(arrival("c", "Council passes budget", BUDGET))
    assert grouping.doubts == []


def test_what_hardly_joined_needs_a_look() -> None:
    grouping, decided, first, second = two(share(0.97))
    (doubt,) = grouping.doubts
    assert decided is Joined
    assert (doubt.kind, doubt.entry, doubt.verdict.other, doubt.look) == ("joined", second.id, first.id, True)
    assert doubt.at == 1e9 + 60


def test_what_almost_joined_says_which_signal_was_missing() -> None:
    grouping, decided, first, second = two(share(1.03))
    (doubt,) = grouping.doubts
    assert decided is Founded
    assert (doubt.kind, doubt.entry, doubt.verdict.other, doubt.look) == (
        "refused",
        second.id,
        first.id,
        False,
    )
    assert "text 1.00 of 1.03" in doubt.verdict.reason
    assert not doubt.verdict.same


def test_what_was_far_from_joining_is_no_neighbour() -> None:
    grouping, decided, *_ = two(share(1.2))
    assert (decided, grouping.doubts) == (Founded, [])


def test_one_veto_alone_against_so_much_likeness_needs_a_look() -> None:
    grouping = Grouping()
    game = "Port Alder beat Oak Bay {} on Saturday in front of four thousand in the stadium by the old canal."
    one = arrival("a", "Alder win at the canal", game.format("3-1"))
    other = arrival("b", "Saturday's game by the canal", game.format("2-0"))
    grouping.arrive(one)
    assert [type(decided) for decided in grouping.arrive(other)] == [Founded]
    (doubt,) = grouping.doubts
    assert (doubt.kind, doubt.verdict.vetoed_by, doubt.look) == ("refused", "figures", True)
    assert doubt.verdict.reason == "forbidden: figures"
    assert doubt.verdict.score >= 0.5


def test_a_template_tells_of_few_neighbours_however_many_there_are() -> None:
    grouping = Grouping()
    for number in range(12):
        text = (
            f"Port Alder beat Oak Bay {number}-{number + 3} on Saturday before {number} thousand in the"
            " stadium by the old canal, and the band played on."
        )
        grouping.arrive(arrival(f"outlet-{number}", f"Alder game {number} by the canal", text))
        assert len(grouping.doubts) <= ALMOST


def test_nobody_watches_where_that_is_not_asked() -> None:
    grouping = Grouping(Settings(thresholds=share(0.97), doubts=False))
    grouping.arrive(arrival("a", WORDS[0], FERRY))
    grouping.arrive(arrival("b", WORDS[1], FERRY))
    assert grouping.doubts == []


@pytest.mark.parametrize("by", [-0.05, 0.05])
def test_shares_move_by_so_much_and_masses_by_that_part(by: float) -> None:
    before, after = limits()._asdict(), moved(limits(), by)._asdict()
    assert after["text"] == pytest.approx(before["text"] + by)
    assert after["text_mass"] == pytest.approx(before["text_mass"] * (1 + by))
    assert (after["thin"], after["strong"]) == (before["thin"], before["strong"])
    assert after.keys() == TABLE.keys()
