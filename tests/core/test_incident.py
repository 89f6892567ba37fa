"""What of a source's life is told, and how often."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.errors import Kind
from aggregator.core.incident import BROKEN, QUIET_DAY, Incident, told, turn
from aggregator.core.model import Failure, SourceState

WELL = SourceState(polls=5, last_success=1.0)
FAULT = Failure(Kind.TIMEOUT, "It did not answer.")


def with_(state: SourceState, **fields: Any) -> SourceState:
    return msgspec.structs.replace(state, **fields)


def failing(count: int, **fields: Any) -> SourceState:
    return with_(WELL, error=FAULT, error_count=count, **fields)


SILENT = with_(WELL, conditions=(("quiet", 5.0),))


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        (WELL, failing(1), None),
        (failing(1), failing(2), None),
        (failing(2), failing(3), "broken"),
        (failing(3), failing(4), None),
        (failing(3), WELL, "well"),
        (failing(2), WELL, None),
        (SourceState(), WELL, None),
        (WELL, failing(1, gone=True), "gone"),
        (failing(9, gone=True), failing(10, gone=True), None),
        (failing(1, gone=True), WELL, "well"),
        (WELL, SILENT, "silent"),
        (SILENT, with_(WELL, conditions=(("quiet", 5.0),)), None),
        (SILENT, with_(WELL, conditions=(("stuck", 5.0),)), "well"),
        (SILENT, failing(1), None),
        (with_(WELL, moved_seen=2), with_(WELL, moved_seen=3, moved_to="https://b.example/"), "moved"),
        (with_(WELL, moved_seen=1), with_(WELL, moved_seen=2, moved_to="https://b.example/"), None),
        (with_(WELL, moved_seen=3), with_(WELL, moved_seen=3, moved_to="https://b.example/"), None),
    ],
)
def test_a_turn_is_what_people_should_hear_of(
    before: SourceState, after: SourceState, what: str | None
) -> None:
    found = turn(before, after)
    assert (None if found is None else found[0]) == what


def test_where_it_moved_is_told_without_its_secrets() -> None:
    moved = with_(WELL, moved_seen=3, moved_to="https://me:pass@b.example/?apikey=hush")
    assert turn(WELL, moved) == ("moved", "https://b.example/?apikey=***")


def kept(turns: list[tuple[str, float]]) -> list[Incident]:
    """The incidents of one source after turns, as the store keeps them."""
    known: list[Incident] = []
    for what, at in turns:
        new = told("nbc", what, "", at, known)  # type: ignore[arg-type]
        if new is not None:
            known = [one for one in known if one.began < new.began] + [new]
    return known


def test_to_break_and_to_recover_are_two_items() -> None:
    assert [one.what for one in kept([("broken", 10.0), ("well", 20.0)])] == ["broken", "well"]


def test_one_that_goes_to_and_fro_is_one_item_that_grows() -> None:
    turns = [("broken" if number % 2 == 0 else "well", 3600.0 * number) for number in range(50)]
    (one,) = kept(turns)
    assert (one.what, one.times, one.began, one.at) == ("unsteady", 50, 0.0, 49 * 3600.0)


def test_after_a_day_without_more_it_is_news_again() -> None:
    turns = [("broken", 0.0), ("well", 1.0), ("broken", 2.0), ("well", 3.0), ("broken", 4.0 + QUIET_DAY)]
    assert [one.what for one in kept(turns)] == ["unsteady", "broken"]


def test_what_was_told_is_not_told_again() -> None:
    once = kept([("broken", 10.0)])
    assert told("nbc", "broken", "", 10.0, once) is None
    assert told("nbc", "broken", "", 20.0, once) is None
    assert kept([("broken", 10.0), ("broken", 10.0)]) == once


@given(st.lists(st.tuples(st.sampled_from(["broken", "well", "silent", "moved"]), st.floats(0, 1e6))))
def test_ids_are_of_one_item_each_and_time_runs(turns: list[tuple[str, float]]) -> None:
    known = kept(sorted(turns, key=lambda turned: turned[1]))
    assert len({one.id for one in known}) == len(known)
    assert all(one.began <= one.at for one in known)


def test_three_in_a_row_break_a_source() -> None:
    assert BROKEN == 3
