"""What comes again and again and is no copy: columns, templates, background, generic headlines, another year."""

import pytest

from aggregator.core.matching.fingerprint import fingerprint
from aggregator.core.matching.story import Grouping, Settings
from aggregator.core.model import Arrival, Entry, Source, content_hash, entry_id
from tests.core.matching.apart import APART
from tests.core.matching.pairing import Side, agree
from tests.core.matching.streams import STREAMS

HOUR, DAY = 3600.0, 86400.0


def arrivals(sides: list[Side], outlets: int, every: float) -> list[Arrival]:
    """The entries as several outlets publish them in turn, `every` so many seconds."""
    found = []
    for at, (title, text) in enumerate(sides):
        outlet, guid, seen = f"o{at % outlets}", str(at), 1e9 + at * every
        entry = Entry(guid=guid, url="", title=title, summary=text, published=seen)
        source = Source(outlet, "", outlet, outlet)
        shape = fingerprint(entry, source)
        found.append(Arrival(entry_id(outlet, guid), outlet, outlet, entry, content_hash(entry), shape, seen))
    return found


def grouped(
    sides: list[Side], outlets: int = 4, every: float = HOUR, settings: Settings | None = None
) -> int:
    """How many stories are made of the entries."""
    grouping = Grouping(settings)
    for one in arrivals(sides, outlets, every):
        grouping.arrive(one)
    return len(grouping)


CASES = [(kind, case) for kind, pairs in APART.items() for case in pairs]


@pytest.mark.parametrize(("kind", "case"), CASES)
def test_what_recurs_is_no_copy(kind: str, case: str) -> None:
    assert not agree(*APART[kind][case])


@pytest.mark.parametrize("kind", STREAMS)
@pytest.mark.parametrize("outlets", [1, 4, 8])
def test_none_of_a_stream_of_one_template_is_merged(kind: str, outlets: int) -> None:
    assert grouped(STREAMS[kind], outlets) == len(STREAMS[kind])


# Of what differs by figures alone, or by one short sentence, copies may be missed while the stream runs.
@pytest.mark.parametrize(
    "kind", [kind for kind in STREAMS if kind not in {"lottery draws", "quizzes", "german earnings"}]
)
def test_a_copy_within_such_a_stream_is_still_found(kind: str) -> None:
    copied = [side for side in STREAMS[kind] for _ in range(2)]
    assert grouped(copied, 2, HOUR / 2) == len(STREAMS[kind])


FESTIVAL = (
    "Thousands gather for herring festival in Gant",
    "Thousands of visitors gathered on the quays of Gant on Saturday for the herring festival, where cooks fried fish in pans as wide as carts.",
)


@pytest.mark.parametrize(("apart", "stories"), [(HOUR, 1), (365 * DAY, 2)])
def test_the_same_words_a_year_later_are_another_story(apart: float, stories: int) -> None:
    ids = {}
    grouping = Grouping(Settings(retention=500 * DAY))
    for one in arrivals([FESTIVAL, FESTIVAL], 2, apart):
        grouping.arrive(one)
        ids[one.id] = grouping.home(one.id)
    assert len(grouping) == len(set(ids.values())) == stories
