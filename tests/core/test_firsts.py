"""Who had a story first, counted as stories come and go."""

from aggregator.core.feed import Facts
from aggregator.core.search import Index


def story(first: str, *sources: str) -> Facts:
    return Facts(placed=1.0, outlets=len(sources), sources=sources, first=first)


def id_of(number: int) -> str:
    return f"{number:032x}"


def test_a_source_is_first_only_with_stories_that_others_carry():
    index = Index()
    index.add(id_of(1), story("a", "a", "b"))
    index.add(id_of(2), story("b", "a", "b", "c"))
    index.add(id_of(3), story("a", "a"))
    assert [index.firsts.of(name) for name in "abc"] == [(1, 2), (1, 2), (0, 1)]


def test_stories_that_change_or_end_are_counted_as_they_are_now():
    index = Index()
    index.add(id_of(1), story("a", "a", "b"))
    index.add(id_of(1), story("b", "a", "b"))
    assert index.firsts.of("a") == (0, 1)
    index.remove(id_of(1))
    assert index.firsts.of("b") == (0, 0)
