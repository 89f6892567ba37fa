"""The diary of a source: fourteen days of polls in a hundred bytes."""

from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import diary
from aggregator.core.diary import DAYS, Day, days, entered, noted
from aggregator.core.errors import Kind
from aggregator.core.model import Failure, Response, SourceState

DAY = 86_400.0
NOON = 20_000 * DAY + 43_200.0


def written(*polls: tuple[float, int, bool]) -> bytes:
    packed = b""
    for now, entries, failed in polls:
        packed = entered(packed, now, entries=entries, failed=failed)
    return packed


def test_a_diary_without_polls_has_no_days():
    assert days(b"") == ()


def test_polls_of_a_day_are_counted_by_how_they_ended():
    packed = written((NOON, 3, False), (NOON + 60, 0, False), (NOON + 120, 0, False), (NOON + 180, 0, True))
    assert days(packed) == (Day(20_000, new=1, none=2, failed=1, entries=3),)


def test_days_without_a_poll_stand_empty_between_the_others():
    packed = written((NOON, 1, False), (NOON + 3 * DAY, 2, False))
    assert [(day.day, day.entries) for day in days(packed)] == [
        (20_000, 1),
        (20_001, 0),
        (20_002, 0),
        (20_003, 2),
    ]


def test_only_fourteen_days_are_kept():
    packed = written(*((NOON + n * DAY, n, False) for n in range(20)))
    assert [day.entries for day in days(packed)] == list(range(6, 20))


def test_after_a_long_pause_nothing_of_before_is_left():
    packed = written((NOON, 5, False), (NOON + 100 * DAY, 1, False))
    assert [day.entries for day in days(packed)] == [0] * 13 + [1]


def test_a_clock_that_ran_back_counts_to_the_newest_day():
    packed = written((NOON, 1, False), (NOON - 5 * DAY, 2, False))
    assert days(packed) == (Day(20_000, new=2, entries=3),)


def test_numbers_stop_at_what_fits():
    packed = written((NOON, 60_000, False), (NOON, 60_000, False))
    assert days(packed)[0].entries == 65_535


@given(st.lists(st.tuples(st.floats(0, 5e9), st.integers(0, 70_000), st.booleans()), max_size=60))
def test_whatever_is_entered_stays_within_its_bound_and_reads_back(polls):
    packed = written(*polls)
    assert len(packed) <= 2 + DAYS * 8
    shown = days(packed)
    assert len(shown) <= DAYS
    assert (
        [day.day for day in shown] == list(range(shown[0].day, shown[0].day + len(shown))) if shown else True
    )


def test_the_lag_of_a_source_follows_its_dated_entries_and_leaves_absurd_dates_out():
    state = noted(SourceState(last_poll=NOON), Response(200, "u"), [NOON - 120, NOON + 9, NOON - 9 * DAY], 3)
    assert state.lag == 120
    later = noted(state, Response(304, "u"), [], 0)
    assert later.lag == 120


def test_the_last_answer_is_kept_for_those_who_look():
    response = Response(200, "u", bytes_read=4_711, seconds=0.25)
    assert noted(SourceState(last_poll=NOON), response, [], 0).answered == (200, 4_711, 0.25)
    failure = Failure(Kind.HTTP_5XX, "The server failed.", status=502)
    assert noted(SourceState(last_poll=NOON), failure, [], 0).answered == (502, 0, 0.0)
    assert diary.days(noted(SourceState(last_poll=NOON), failure, [], 0).diary)[0].failed == 1
