"""The index finds what the matcher lets through: of any stories, by any filters, whatever came and went."""

from __future__ import annotations

from itertools import chain
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from aggregator.core.feed import Facts, Filter, matcher
from aggregator.core.hits import Hits
from aggregator.core.search import Index, arrange
from aggregator.core.words import searchable

WORDS = ("storm", "high", "tide", "東京", "東", "京都で", "été", "iPhone15を発売", "की", "का")
TITLES = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
STORIES = st.sampled_from([f"{number:032x}" for number in (1, 2, 3, 1 << 70, 3 << 100, (1 << 127) + 5)])


def words(*values: str) -> Any:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


FACTS = st.builds(
    Facts,
    placed=st.sampled_from([1.0, 2.0, 2.5]),
    outlets=st.integers(1, 3),
    categories=words("world", "local"),
    sources=words("nbc", "abc"),
    languages=words("en", "de"),
    agencies=words("ap", "dpa"),
    text=st.lists(TITLES, max_size=2).map(searchable),
    shown=st.sampled_from([True, True, True, False]),
)
Q = st.one_of(
    TITLES, TITLES.map('"{}"'.format), st.sampled_from(["?!", '"high tide" storm', "京", "15を", "発売"])
)
FIELDS: dict[str, Any] = {
    "categories": words("World", "sport"),
    "sources": words("nbc", "cnn"),
    "languages": words("en", "fr"),
    "agencies": words("AP", "Reuters"),
    "q": Q,
    "min_sources": st.integers(1, 3),
    "since": st.sampled_from([None, 1.5, 2.0, 3.0]),
}
FILTERS = st.builds(Filter, **FIELDS, excluded=st.none() | st.builds(Filter, **FIELDS), never=st.booleans())
LENIENT = st.builds(Filter, q=Q, min_sources=st.integers(1, 2), excluded=st.none() | st.builds(Filter, q=Q))


def newest(hits: Hits) -> list[tuple[float, str]]:
    return list(chain.from_iterable(hits.newest()))


def ranked(index: Index, hits: Hits) -> list[str]:
    for _ in hits.certain():
        pass
    found = index.ranked(hits)
    return found.some(0, len(found))


class Shelf(RuleBasedStateMachine):
    """An index beside a plain dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self.index, self.plain = Index(), dict[str, Facts]()
        self.arranging: Any = None

    @rule(story=STORIES, known=FACTS)
    def add(self, story: str, known: Facts) -> None:
        self.index.add(story, known)
        self.plain[story] = known

    @rule(story=STORIES)
    def remove(self, story: str) -> None:
        self.index.remove(story)
        self.plain.pop(story, None)

    @precondition(lambda self: self.arranging is None)
    @rule()
    def begin_to_arrange(self) -> None:
        self.arranging = self.index.snapshot()

    @precondition(lambda self: self.arranging is not None)
    @rule()
    def arrange(self) -> None:
        self.index.adopt(arrange(self.arranging))
        self.arranging = None

    @rule(
        filters=st.lists(FILTERS | LENIENT, max_size=2),
        before=st.none() | st.tuples(st.sampled_from([1.0, 2.0, 3.0]), STORIES),
    )
    def find(self, filters: list[Filter], before: tuple[float, str] | None) -> None:
        passes = matcher(filters)
        places = sorted(
            (
                (known.placed, story)
                for story, known in self.plain.items()
                if passes(known) and (before is None or (known.placed, story) < before)
            ),
            reverse=True,
        )
        hits = self.index.find(filters, before)
        assert newest(hits) == places
        carried = [story for _, story in sorted(places, key=lambda at: -self.plain[at[1]].outlets)]
        assert ranked(self.index, hits) == carried

    @invariant()
    def it_knows_what_it_was_told(self) -> None:
        assert len(self.index) == len(self.plain)
        assert all(self.index.get(story) is known for story, known in self.plain.items())


TestShelf = Shelf.TestCase
TestShelf.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


@given(st.lists(st.text(max_size=12), max_size=3), st.text(max_size=12))
@example(["ดีน้ำใจ"], "น้ำ")
@example(["iPhone15を発売した"], "iphone15")
@example(["हिन्दी की कहानी"], "का")
def test_any_text_is_found_by_the_same_words_as_by_the_matcher(titles: list[str], q: str) -> None:
    index, known = Index(), Facts(1.0, 1, text=searchable(titles))
    index.add("1" * 32, known)
    for wanted in (Filter(q=q), Filter(q=f'"{q}"'), Filter(excluded=Filter(q=q))):
        assert bool(newest(index.find([wanted]))) == wanted.matches(known)


def test_what_was_found_lasts_while_the_index_changes() -> None:
    index = Index()
    for number in range(700):
        index.add(f"{number:032x}", Facts(float(number), 1, text=" storm "))
    walk = index.find([Filter(q="storm")]).newest()
    first = next(walk)
    for number in range(0, 700, 2):
        index.remove(f"{number:032x}")
    index.adopt(arrange(index.snapshot()))
    rest = list(chain.from_iterable(walk))
    assert [story for _, story in first + rest] == [f"{number:032x}" for number in reversed(range(700))]
    assert len(newest(index.find([]))) == 350


def test_equal_orders_have_one_name_wherever_their_stories_lie() -> None:
    one, other = Index(), Index()
    for number in (1, 2, 3):
        one.add(f"{number:032x}", Facts(5.0, number))
    for number in (3, 1, 2, 1):
        other.add(f"{number:032x}", Facts(5.0, number))
    assert one.ranked(one.find([])).name == other.ranked(other.find([])).name
    other.add(f"{9:032x}", Facts(5.0, 1))
    assert one.ranked(one.find([])).name != other.ranked(other.find([])).name


@pytest.mark.parametrize("stories", [100, 9_000])
def test_it_says_when_it_is_time_to_be_put_in_order(stories: int) -> None:
    index = Index()
    for number in range(stories):
        index.add(f"{number:032x}", Facts(float(number), 1, text=f" word{number % 50} "))
    assert index.crowded == (stories > 8_000)
    index.adopt(arrange(index.snapshot()))
    assert not index.crowded
    assert len(newest(index.find([Filter(q="word7")]))) == stories // 50
