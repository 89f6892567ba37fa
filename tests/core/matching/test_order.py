"""The same stories whatever the order of arrival: shuffled, and as four workers would hand them in."""

import random
from pathlib import Path

import pytest

from aggregator.cli import lines
from aggregator.core.matching.evaluate import score
from aggregator.core.matching.fingerprint import fingerprint
from aggregator.core.matching.learnt import NOTHING
from aggregator.core.matching.story import Grouping, Settings
from aggregator.core.model import Arrival, content_hash, entry_id

DATA = Path(__file__).parents[4] / "shared" / "data" / "matching"
HELD = 2500  # the first entries of a set: enough to see, and quickly done


def entries(name: str) -> list[lines.Line]:
    with lines.opened(str(DATA / name)) as stream:
        return [line for _, line in lines.read(stream) if isinstance(line, lines.Line)][:HELD]


def grouped(entries: list[lines.Line], order: list[int]) -> list[str | None]:
    """The story of each entry, in the order of the file, after they arrived in another."""
    grouping, learnt, clock = Grouping(Settings(retention=1e15)), NOTHING, 0.0
    ids = [""] * len(entries)
    for at in order:
        line, guid = entries[at], str(entries[at].id)
        entry, source = lines.entry_of(line, guid), lines.source_of(line, guid)
        clock = max(clock + 1e-6, entry.published or 0.0)
        if learnt.number != grouping.learnt_number:
            learnt = grouping.lessons()
        ids[at] = entry_id(source.id, guid)
        made = fingerprint(entry, source, learnt)
        grouping.arrive(
            Arrival(ids[at], source.id, source.outlet, entry, content_hash(entry), made, seen=clock)
        )
    return [grouping.home(id) for id in ids]  # noqa: A001


def of_workers(count: int, workers: int, chance: random.Random) -> list[int]:
    """Entries dealt to workers, each of which hands its own in order, a few at a time and not in step."""
    queues = [list(range(first, count, workers)) for first in range(workers)]
    order: list[int] = []
    while any(queues):
        queue = chance.choice([queue for queue in queues if queue])
        taken = chance.randint(1, 8)
        order += queue[:taken]
        del queue[:taken]
    return order


@pytest.mark.skipif(not DATA.exists(), reason="the labelled entries lie beside the project")
def test_four_workers_agree_with_one_and_shuffled_entries_with_sorted_ones() -> None:
    found = entries("wiremix.jsonl.gz")
    sorted_ = grouped(found, list(range(len(found))))
    four = grouped(found, of_workers(len(found), 4, random.Random(1)))
    mixed = list(range(len(found)))
    random.Random(1).shuffle(mixed)
    assert score(sorted_, four).ari >= 0.99
    assert score(sorted_, grouped(found, mixed)).ari >= 0.99
