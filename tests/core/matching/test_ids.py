"""Ids and their numbers; stories in the order in which they expire."""

from hashlib import blake2b

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.matching.expiry import Queue
from aggregator.core.matching.ids import Ids


def key(number: int) -> bytes:
    return blake2b(number.to_bytes(4, "little"), digest_size=16).digest()


def test_an_id_that_is_gone_is_found_no_more_and_its_number_is_used_again() -> None:
    ids = Ids()
    number = ids.add(key(1))
    assert (ids.find(key(1)), ids[number], ids.remove(key(1)), ids.find(key(1))) == (
        number,
        key(1),
        number,
        -1,
    )
    assert ids.add(key(2)) == number


def test_what_is_not_there_cannot_be_removed() -> None:
    with pytest.raises(KeyError):
        Ids().remove(key(1))


@given(st.lists(st.integers(0, 40), max_size=300))
def test_ids_agree_with_a_dictionary(steps: list[int]) -> None:
    """Each step adds an id or, where it is there, removes it."""
    ids, plain = Ids(), dict[bytes, int]()
    for step in steps:
        if key(step) in plain:
            assert ids.remove(key(step)) == plain.pop(key(step))
        else:
            plain[key(step)] = ids.add(key(step))
    assert (len(ids), ids.all()) == (len(plain), sorted(plain.values()))
    assert all(ids.find(key(n)) == plain.get(key(n), -1) for n in range(41))


def test_a_table_that_much_was_removed_from_still_ends_its_searches() -> None:
    ids = Ids()
    for number in range(20_000):
        ids.add(key(number))
        if number >= 10:
            ids.remove(key(number - 10))
    assert (len(ids), ids.numbers) == (10, 11)


@given(st.lists(st.tuples(st.integers(-1, 6), st.integers(0, 9)), max_size=80))
def test_the_queue_gives_out_the_earliest_first(steps: list[tuple[int, int]]) -> None:
    """A negative number takes one out, another is the minute in which one more is due."""
    queue, plain = Queue(), list[tuple[float, bytes]]()
    for minute, small in steps:
        if minute >= 0:
            queue.push(minute * 60.0 + small, key(small))
            plain.append((minute * 60.0 + small, key(small)))
        assert queue.peek() == (min(plain) if plain else None)
        if minute < 0 and plain:
            queue.pop()
            plain.remove(min(plain))


@given(st.lists(st.lists(st.integers(0, 60), max_size=30), max_size=8), st.sets(st.integers(0, 60)))
def test_many_ids_at_once_get_the_numbers_that_they_have_or_new_ones(
    batches: list[list[int]], gone: set[int]
) -> None:
    ids, plain = Ids(), dict[int, int]()
    for batch in batches:
        numbers = ids.add_all(b"".join(map(key, batch))).tolist()
        assert all(plain.get(one, number) == number for one, number in zip(batch, numbers, strict=True))
        plain |= dict(zip(batch, numbers, strict=True))
        for one in gone & plain.keys():
            assert ids.remove(key(one)) == plain.pop(one)
    assert (len(ids), ids.all()) == (len(plain), sorted(plain.values()))
    assert all(ids.find(key(n)) == plain.get(n, -1) for n in range(61))
    assert len(set(plain.values())) == len(plain)
