"""What two agencies tell of the same event in the demo is linked, and stays two stories."""

from __future__ import annotations

import pytest

from aggregator.core.matching.fingerprint import fingerprint
from aggregator.core.matching.story import Grouping
from aggregator.core.model import Arrival, Entry, Source, content_hash, entry_id
from aggregator.demo import wire

PAIRS = [
    ("ferry", "ferry-ap"),
    ("dam-collapse", "dam-ap"),
    ("airline-bankrupt", "airline-reuters"),
    ("typhoon", "typhoon-ap"),
    ("mine-rescue", "mine-reuters"),
    ("crypto-arrest", "crypto-ap"),
    ("cup-final", "cup-ap"),
]


def arrival(told: wire.Story, seen: float) -> Arrival:
    version = told.versions[0]
    entry = Entry(told.id, "", version.headlines[0], version.paragraphs[0], language=told.language)
    source = Source(told.agency.lower(), "", told.agency, told.agency)
    made = fingerprint(entry, source)
    return Arrival(
        entry_id(source.id, told.id), source.id, source.outlet, entry, content_hash(entry), made, seen
    )


@pytest.fixture(scope="module")
def links() -> dict[str, set[str]]:
    """Every written story's related ones, by their names in the files."""
    grouping, names = Grouping(), {}
    for number, told in enumerate(wire.stories()):
        came = arrival(told, 1e9 + 60.0 * number)
        grouping.arrive(came)
        names[came.id] = told.id
    return {names[id_]: {names[other] for other, _ in grouping.story(id_).related} for id_ in grouping.ids()}


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_second_telling_is_linked_with_the_first(
    links: dict[str, set[str]], one: str, other: str
) -> None:
    assert other in links[one]
    assert one in links[other]


def test_nothing_else_is_linked(links: dict[str, set[str]]) -> None:
    found = {frozenset((one, other)) for one, others in links.items() for other in others}
    assert found == {frozenset(pair) for pair in PAIRS}
