"""What a source has shown, learnt from its polls alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.rhythm import DAY, HOUR, SIZE, START, Shown

MONDAY = 1_795_392_000.0  # 23 November 2026, 00:00 UTC
PRICE = 450.0


def polled(new, days: float, every: float = HOUR / 2, start: float = MONDAY) -> Shown:
    """A source polled `every` so many seconds; `new(moment)` entries had come at each."""
    shown, at = Shown(), start
    while at < start + days * DAY:
        at += every
        shown.learn(at - every, at, new(at - every))
    return shown


def by_day(at: float) -> int:
    """One entry a half-hour from 8 to 20 o'clock, none at night."""
    return int(8 <= at % DAY // HOUR < 20)


def on_weekdays(at: float) -> int:
    return 4 * by_day(at) * (int(at // DAY + 3) % 7 < 5)


@pytest.fixture(scope="module")
def daily() -> Shown:
    return polled(by_day, 21)


@pytest.fixture(scope="module")
def weekly() -> Shown:
    return polled(on_weekdays, 70)


def test_a_new_source_is_taken_for_one_entry_an_hour():
    shown = Shown()
    assert (shown.a_day, shown.wait(MONDAY, PRICE, DAY)) == (START, pytest.approx(1800.0))


def test_what_is_known_from_elsewhere_is_where_it_begins():
    assert Shown(a_day=240.0).a_day == pytest.approx(240.0)


@pytest.mark.parametrize("a_day", [1.0, 24.0, 500.0])
def test_at_a_steady_rate_the_wait_is_the_root_of_twice_the_price_by_the_rate(a_day):
    assert Shown(a_day=a_day).wait(MONDAY, PRICE, 9 * DAY) == pytest.approx((2 * PRICE * DAY / a_day) ** 0.5)


def test_the_average_a_day_is_learnt(daily):
    assert daily.a_day == pytest.approx(24.0, rel=0.05)


def test_the_night_is_slept_through(daily):
    evening = MONDAY + 21 * DAY + 20 * HOUR
    assert daily.wait(evening, PRICE, DAY) > 1.5 * HOUR
    assert daily.wait(evening, 4 * PRICE, DAY) > 3 * HOUR
    assert daily.wait(evening + 13 * HOUR, PRICE, DAY) < HOUR / 2


def test_a_poll_is_placed_behind_what_is_expected_not_before_it(daily):
    """At 7 in the morning: after 8, when the first entries are there."""
    morning = MONDAY + 21 * DAY + 7 * HOUR
    assert HOUR < daily.wait(morning, PRICE, DAY) < 1.5 * HOUR


def test_days_of_the_week_are_learnt(weekly):
    saturday = MONDAY + 75 * DAY
    assert weekly.expects(saturday, saturday + DAY) < 0.3 * weekly.expects(saturday - DAY, saturday)


def test_a_first_day_does_not_make_its_hours_look_busy():
    """Before every hour was seen, none is told from another."""
    shown = polled(lambda at: 5, 0.25)
    day = [shown.expects(MONDAY + n * HOUR, MONDAY + n * HOUR + 60) for n in (1, 3, 12, 20)]
    assert max(day) == pytest.approx(min(day))


def test_a_burst_shortens_the_next_wait_and_is_soon_over(daily):
    noon = MONDAY + 21 * DAY + 12 * HOUR
    busy = Shown(daily.pack())
    busy.learn(noon - HOUR / 2, noon, 20)
    assert busy.wait(noon, PRICE, DAY) < 0.7 * daily.wait(noon, PRICE, DAY)
    for n in range(6):
        busy.learn(noon + n * HOUR, noon + (n + 1) * HOUR, 2)
    assert busy.came / busy.due < 1.5


def test_a_busy_source_never_leaves_more_than_half_a_feed_to_chance():
    shown = Shown(a_day=2400.0)
    shown.held = 20
    assert shown.expects(MONDAY, MONDAY + shown.wait(MONDAY, 1e9, DAY)) == pytest.approx(10.0)


def test_a_feed_of_few_entries_says_nothing_of_what_is_lost():
    shown = Shown(a_day=2400.0)
    shown.held = 3
    assert shown.wait(MONDAY, 1e9, DAY) == DAY


def test_what_usually_comes_is_remembered_through_a_silence():
    shown = polled(by_day, 21)
    for n in range(72):
        shown.learn(MONDAY + 21 * DAY + n * HOUR, MONDAY + 21 * DAY + (n + 1) * HOUR, 0)
    end = MONDAY + 24 * DAY
    assert shown.a_day < 12
    assert 40 < shown.usual(end - 3 * DAY, end) < 80
    assert shown.usual(end - 3 * DAY, end - 3 * DAY + 6 * HOUR) < 3


def test_a_long_pause_teaches_the_level_and_no_hours():
    shown = polled(by_day, 21)
    before = list(shown.hours)
    shown.learn(MONDAY + 21 * DAY, MONDAY + 31 * DAY, 100)
    assert shown.hours == before
    assert shown.a_day == pytest.approx(10.0, rel=0.2)


def test_it_is_stored_in_few_bytes(daily):
    assert len(daily.pack()) == SIZE < 200


@pytest.mark.parametrize("data", [b"", b"\x01", b"\x00" * SIZE, b"\xff" * SIZE])
def test_what_cannot_be_read_begins_anew(data):
    assert Shown(data, 48.0).a_day == pytest.approx(48.0)


polls = st.lists(st.tuples(st.floats(0, 90 * DAY), st.integers(0, 100_000)), max_size=30)


@given(polls, st.floats(1, 1e9), st.floats(60, 9 * DAY))
def test_whatever_happened_a_wait_is_a_wait(polls, price, most):
    shown, at = Shown(), MONDAY
    for length, new in polls:
        shown.learn(at, at + length, new)
        shown = Shown(shown.pack())
        at += length
    assert 0 <= shown.wait(at, price, most) <= most
    assert 0 <= shown.a_day < 1e10
    assert all(rate >= 0 for rate in (*shown.hours, *shown.days, shown.usual(MONDAY, at)))


@given(polls, st.floats(1, 1e8), st.floats(1, 10))
def test_a_dearer_request_is_never_made_sooner(polls, price, times):
    shown, at = Shown(), MONDAY
    for length, new in polls:
        shown.learn(at, at + length, new)
        at += length
    assert shown.wait(at, price, DAY) <= shown.wait(at, price * times, DAY) * (1 + 1e-9) + 1e-3


@given(polls)
def test_what_is_stored_is_what_was_learnt(polls):
    shown, at = Shown(), MONDAY
    for length, new in polls:
        shown.learn(at, at + length, new)
        at += length
    again = Shown(shown.pack())
    assert again.pack() == shown.pack()
    assert again.a_day == pytest.approx(shown.a_day, rel=1e-5)
