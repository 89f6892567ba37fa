"""Keys to slots: what was posted is found, what was taken out is not, what is everywhere says nothing."""

from array import array

from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.core.matching.index import COMMON, FELLOWS, WHOLE, Index


def keys(*values: int) -> memoryview:
    return memoryview(array("I", values))


def test_a_slot_is_found_by_each_key_that_it_shares() -> None:
    index = Index()
    index.add(keys(1, 2, 3), 7)
    index.add(keys(3, 4), 8)
    assert index.near(keys(2, 3, 9)) == {7: WHOLE + WHOLE // 2, 8: WHOLE // 2}


def test_a_key_that_many_share_says_less_of_each() -> None:
    index = Index()
    for slot in range(10):
        index.add(keys(1), slot)
    index.add(keys(2), 3)
    found = index.near(keys(1, 2))
    assert (found[3], found[4]) == (WHOLE // 10 + WHOLE, WHOLE // 10)


def test_a_slot_taken_out_is_found_no_more() -> None:
    index = Index()
    index.add(keys(1, 2), 7)
    index.remove(keys(1, 2), 7)
    assert (index.near(keys(1, 2)), len(index)) == ({}, 0)


def test_a_key_that_too_many_hold_finds_nothing_until_they_are_gone() -> None:
    index = Index()
    for slot in range(COMMON + 1):
        index.add(keys(5), slot)
    assert (index.near(keys(5)), index.heavy) == ({}, 1)
    index.remove(keys(5), 0)
    assert (len(index.near(keys(5))), index.heavy) == (COMMON, 0)


def test_a_flood_of_one_key_stays_countable_and_can_be_undone() -> None:
    index = Index()
    for slot in range(5_000):
        index.near(keys(5))
        index.add(keys(5), slot)
    for slot in range(5_000):
        index.remove(keys(5), slot)
    assert len(index) == 0


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 30), st.integers(0, 12)), max_size=400),
    st.integers(0, 12),
)
def test_it_agrees_with_a_dictionary_of_sets(steps: list[tuple[bool, int, int]], spread: int) -> None:
    index, plain = Index(), dict[int, set[int]]()
    for adds, slot, small in steps:
        key = small << spread  # so that different keys meet in one bucket
        held = plain.setdefault(key, set())
        if adds and slot not in held:
            index.add(keys(key), slot)
            held.add(slot)
        elif not adds and slot in held:
            index.remove(keys(key), slot)
            held.discard(slot)
    for key, held in plain.items():
        assert set(index.near(keys(key))) == held


def test_growing_loses_nothing() -> None:
    index = Index()
    for slot in range(20_000):
        index.add(keys(slot * 7919 % (1 << 32)), slot)
    for slot in range(0, 20_000, 3):
        index.remove(keys(slot * 7919 % (1 << 32)), slot)
    for slot in range(20_000, 30_000):
        index.add(keys(slot * 7919 % (1 << 32)), slot)
    assert all(
        (slot in index.near(keys(slot * 7919 % (1 << 32)))) == (slot % 3 != 0 or slot >= 20_000)
        for slot in range(30_000)
    )


def test_a_story_is_posted_a_few_times_under_a_key_however_many_copies_hold_it() -> None:
    index, homes = Index(), [b"one"] * 200 + [b"two"]
    for slot in range(201):
        index.join(keys(1, 1000 + slot), slot, homes)
    assert set(index.near(keys(1))) == {*range(FELLOWS), 200}
    assert 150 in index.near(keys(1, 1150))
