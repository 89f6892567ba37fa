"""The measures of a grouping, on cases small enough to count by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.core.matching.evaluate import score, worst


def test_a_perfect_grouping_has_every_measure_at_one() -> None:
    assert tuple(
        getattr(score("aabbc", "xxyyz"), name) for name in ("precision", "recall", "f1", "ari", "b_cubed_f1")
    ) == (1, 1, 1, 1, 1)


def test_pairs_are_counted_by_hand() -> None:
    result = score("aaabbc", "xxyyyz")  # claimed: 1 + 3 pairs, true: 3 + 1, both: aa and bb
    assert (result.precision, result.recall, result.f1) == (0.5, 0.5, 0.5)
    assert result.ari == pytest.approx((2 - 4 * 4 / 15) / (4 - 4 * 4 / 15))
    assert result.b_cubed_f1 == pytest.approx(7 / 9)


def test_nothing_to_find_and_nothing_claimed_is_no_error() -> None:
    assert score("abc", "xyz").f1 == 1
    assert score([], []).precision == 1


def test_of_no_entries_no_measure_is_an_error() -> None:
    assert score([], []) == score(["a"], [0])


def test_one_heap_has_full_recall_and_little_precision() -> None:
    result = score("aabb", "xxxx")
    assert (result.recall, result.precision, result.ari) == (1, 1 / 3, 0)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=30))
def test_measures_are_shares_and_symmetric(pairs: list[tuple[int, int]]) -> None:
    gold, found = [a for a, _ in pairs], [b for _, b in pairs]
    one, other = score(gold, found), score(found, gold)
    assert (one.precision, one.recall) == (other.recall, other.precision)
    assert one.ari == pytest.approx(other.ari)
    assert all(0 <= share <= 1 for share in (one.precision, one.recall, one.f1, one.b_cubed_f1))


def test_the_worst_errors_come_first() -> None:
    errors = worst("xxxxyy", "aabbcd", 5)
    assert [(error.pairs, error.one, error.other) for error in errors] == [(4, 0, 2), (1, 4, 5)]
