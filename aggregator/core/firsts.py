"""Who had it first: of the stories that a source shares with other outlets, how many it brought first."""

from __future__ import annotations

from collections import Counter

from aggregator.core.feed import Facts


class Firsts:
    """Counts by source over all living stories that more than one outlet carries."""

    def __init__(self) -> None:
        self._shared: Counter[str] = Counter()
        self._first: Counter[str] = Counter()

    def count(self, story: Facts, times: int = 1) -> None:
        """One story more (or, with -1, less)."""
        if story.outlets < 2:
            return
        self._first[story.first] += times
        for source in story.sources:
            self._shared[source] += times

    def of(self, source: str) -> tuple[int, int]:
        """How many shared stories a source had first, and how many it has."""
        return self._first[source], self._shared[source]
