"""Keys to slots: what was posted is found, what was taken out is not, what is everywhere says nothing."""

from array import array

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.core.matching.index import COMMON, FELLOWS, KEYS, WHOLE, Index


def keys(*values: int) -> memoryview:
    return memoryview(array("I", values))


def post(index: Index, slot: int, *values: int) -> None:
    index.hold(slot, keys(*values).tobytes())
    index.add(slot)


def test_a_slot_is_found_by_each_key_that_it_shares() -> None:
    index = Index()
    post(index, 7, 1, 2, 3)
    post(index, 8, 3, 4)
    assert index.near(keys(2, 3, 9)) == {7: WHOLE + WHOLE // 2, 8: WHOLE // 2}


def test_a_key_that_many_share_says_less_of_each() -> None:
    index = Index()
    for slot in range(10):
        post(index, slot, *((1, 2) if slot == 3 else (1,)))
    found = index.near(keys(1, 2))
    assert (found[3], found[4]) == (WHOLE // 10 + WHOLE, WHOLE // 10)


def test_a_slot_taken_out_is_found_no_more() -> None:
    index = Index()
    post(index, 7, 1, 2)
    index.remove(7)
    assert (index.near(keys(1, 2)), len(index)) == ({}, 0)


def test_a_key_that_too_many_hold_finds_nothing_until_they_are_gone() -> None:
    index = Index()
    for slot in range(COMMON + 1):
        post(index, slot, 5)
    assert (index.near(keys(5)), index.heavy) == ({}, 1)
    index.remove(0)
    assert (len(index.near(keys(5))), index.heavy) == (COMMON, 0)


def test_a_flood_of_one_key_stays_countable_and_can_be_undone() -> None:
    index = Index()
    for slot in range(5_000):
        index.near(keys(5))
        post(index, slot, 5)
    for slot in range(5_000):
        index.remove(slot)
    assert len(index) == 0


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.tuples(st.integers(0, 50), st.sets(st.integers(0, 12), max_size=5)), max_size=200),
    st.integers(0, 12),
    st.booleans(),
)
def test_it_agrees_with_a_dictionary_of_sets(
    steps: list[tuple[int, set[int]]], spread: int, looked: bool
) -> None:
    index, plain = Index(), dict[int, set[int]]()
    for slot, small in steps:  # a slot that is held already gets other keys
        plain[slot] = {key << spread for key in small}  # so that different keys meet in one bucket
        post(index, slot, *sorted(plain[slot]))
        for key in plain[slot] if looked else ():  # what is too common is lifted out then
            index.near(keys(key))
    for key in range(13):
        holders = {slot for slot, held in plain.items() if key << spread in held}
        found = index.near(keys(key << spread))
        assert set(found) == (holders if len(holders) <= COMMON else set())
    assert len(index) == sum(map(len, plain.values()))


@given(st.lists(st.sets(st.integers(0, 40), max_size=KEYS), max_size=60), st.integers(0, 20))
def test_many_posted_at_once_are_found_as_those_posted_one_by_one(held: list[set[int]], before: int) -> None:
    one, other = Index(), Index()
    for slot, values in enumerate(held):
        for index in (one, other):
            index.hold(slot, keys(*sorted(values)).tobytes())
        one.add(slot)
        if slot < before:
            other.add(slot)
    for key in range(41):
        other.near(keys(key))
    other.add_all(np.arange(min(before, len(held)), len(held)))
    assert [one.near(keys(key)) for key in range(41)] == [other.near(keys(key)) for key in range(41)]
    assert len(one) == len(other)


def test_a_slot_keeps_its_keys_whether_it_is_posted_or_not() -> None:
    index = Index()
    post(index, 3, *range(KEYS))
    index.remove(3)
    assert index.keys(3) == keys(*range(KEYS)).tobytes()


def test_of_more_keys_than_an_entry_has_the_first_count() -> None:
    index = Index()
    post(index, 0, *range(KEYS + 2))
    post(index, 1, 100)
    assert (index.keys(0), index.keys(1)) == (keys(*range(KEYS)).tobytes(), keys(100).tobytes())


def test_growing_loses_nothing() -> None:
    index = Index()
    for slot in range(20_000):
        post(index, slot, slot * 7919 % (1 << 32))
    for slot in range(0, 20_000, 3):
        index.remove(slot)
    for slot in range(20_000, 30_000):
        post(index, slot, slot * 7919 % (1 << 32))
    assert all(
        (slot in index.near(keys(slot * 7919 % (1 << 32)))) == (slot % 3 != 0 or slot >= 20_000)
        for slot in range(30_000)
    )


def test_a_story_is_posted_a_few_times_under_a_key_however_many_copies_hold_it() -> None:
    index, homes = Index(), [1] * 200 + [2]
    for slot in range(201):
        index.hold(slot, keys(1, 1000 + slot).tobytes())
        index.join(slot, homes, lambda home: [other for other in range(201) if homes[other] == home])
    assert set(index.near(keys(1))) == {*range(FELLOWS), 200}
    assert 150 in index.near(keys(1, 1150))


def test_copies_of_one_story_are_few_under_a_key_that_is_too_common_as_well() -> None:
    index, homes = Index(), [*range(100), *[100] * 20]
    kin = {home: [slot for slot, its in enumerate(homes) if its == home] for home in homes}
    for slot in range(100):
        index.hold(slot, keys(1, 1000 + slot).tobytes())
        index.add(slot)
    assert index.near(keys(1)) == {}
    assert index.heavy == 1
    for slot in range(100, 120):
        index.hold(slot, keys(1, 1000 + slot).tobytes())
        index.join(slot, homes, kin.__getitem__)
    for slot in range(100):
        index.remove(slot)
    assert set(index.near(keys(1))) == set(range(100, 100 + FELLOWS))
