"""When a source is asked again, and why."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.condition import Seen
from aggregator.core.errors import Kind
from aggregator.core.model import Failure, Feed, Response, Source, SourceState
from aggregator.core.schedule import DAY, HOUR, PRICE, Next, Rhythm, address, after, phrase, priced, spending

NOW = 1_795_392_000.0  # Monday, 23 November 2026, 00:00 UTC
RHYTHM = Rhythm(300.0, DAY, DAY)
SOURCE = Source(id="one", url="https://one.example/feed", name="One", outlet="One")
HALF_HOURLY = msgspec.structs.replace(SOURCE, interval=1800.0)


def answer(**more) -> Response:
    return Response(**{"status": 200, "url": SOURCE.url, "body": b"", **more})


def failure(kind: Kind = Kind.TIMEOUT, **more) -> Failure:
    return Failure(kind, "It failed: so it goes.", **more)


def feed(**more) -> Feed:
    return Feed(entries=(), format="rss2.0", **more)


def step(state: SourceState, outcome, source=SOURCE, rhythm=RHYTHM, now=NOW, jitter=0.0, **more) -> Next:
    return after(source, state, outcome, rhythm=rhythm, now=now, jitter=jitter, **more)


KNOWN = SourceState(
    etag='"old"',
    last_modified="old",
    body_hash=b"old",
    last_poll=NOW - 1800,
    last_success=NOW - 1800,
    polls=50,
    entries_a_day=24.0,
)


# --- what is remembered -------------------------------------------------------------------------------


def test_a_200_replaces_both_validators_and_forgets_an_absent_one():
    state = step(KNOWN, answer(etag='W/"new"'), body_hash=b"new").state
    assert (state.etag, state.last_modified, state.body_hash) == ('W/"new"', None, b"new")


def test_a_304_keeps_what_was_known():
    state = step(KNOWN, answer(status=304, body=None, etag='"other"', last_modified="other")).state
    assert (state.etag, state.last_modified, state.body_hash) == ('"old"', "old", b"old")


def test_a_failure_keeps_what_was_known():
    state = step(KNOWN, failure()).state
    assert (state.etag, state.last_modified, state.body_hash) == ('"old"', "old", b"old")
    assert (state.last_success, state.last_poll, state.polls) == (NOW - 1800, NOW, 51)


def test_errors_are_counted_and_a_success_forgives_them():
    first = step(KNOWN, failure()).state
    second = step(first, failure(Kind.RESET), now=NOW + 60).state
    assert (second.error.kind, second.error_since, second.error_count) == (Kind.RESET, NOW, 2)
    well = step(second, answer(), now=NOW + 120).state
    assert (well.error, well.error_since, well.error_count) == (None, None, 0)


def test_what_a_feed_asks_for_is_remembered_over_polls_that_bring_nothing():
    first = step(KNOWN, answer(), feed=feed(ttl=2 * HOUR)).state
    second = step(first, answer(status=304, body=None), now=NOW + 2 * HOUR)
    assert second.state.interval == 2 * HOUR
    assert step(second.state, answer(), feed=feed(), now=NOW + 4 * HOUR).state.ttl is None


# --- the order of who decides -------------------------------------------------------------------------


def test_retry_after_outranks_everything():
    got = step(KNOWN, failure(Kind.RATE_LIMITED, status=429, retry_after=3 * DAY))
    assert (got.due, got.state.not_before) == (NOW + 3 * DAY, NOW + 3 * DAY)
    assert got.state.reason == "the publisher asked for 3 days (Retry-After)"
    assert (
        step(KNOWN, failure(Kind.HTTP_5XX, status=500, retry_after=3 * DAY), source=HALF_HOURLY).due
        == got.due
    )


def test_a_short_retry_after_does_not_shorten_the_wait():
    got = step(KNOWN, failure(Kind.RATE_LIMITED, status=429, retry_after=5.0), source=HALF_HOURLY)
    assert (got.due, got.state.not_before) == (NOW + 3600, NOW + 5)


@pytest.mark.parametrize("source", [SOURCE, HALF_HOURLY])
def test_freshness_outranks_interval_and_rhythm(source):
    got = step(KNOWN, answer(max_age=2 * HOUR), source=source)
    assert (got.due, got.state.not_before) == (NOW + 2 * HOUR, NOW + 2 * HOUR)
    assert (
        got.state.reason == "the publisher says that nothing changes for 2 hours (Cache-Control or Expires)"
    )


def test_a_304_refreshes_as_well():
    assert step(KNOWN, answer(status=304, body=None, max_age=2 * HOUR)).due == NOW + 2 * HOUR


@pytest.mark.parametrize("max_age", [None, 0.0, 60.0])
def test_short_freshness_changes_nothing(max_age):
    got = step(KNOWN, answer(max_age=max_age), source=HALF_HOURLY)
    assert (got.due, got.state.reason) == (NOW + 1800, "configured: every 30 minutes")


def test_what_the_feed_asks_for_lengthens_auto_only():
    wishes = feed(ttl=2 * HOUR, skip_hours=tuple(range(24)), skip_days=())
    assert step(KNOWN, answer(), feed=wishes).due == NOW + 2 * HOUR
    assert step(KNOWN, answer(), feed=wishes, source=HALF_HOURLY).due == NOW + 1800
    assert step(KNOWN, answer(), feed=feed(ttl=60.0)).due >= NOW + 1700


def test_what_the_feed_asks_for_is_bounded_by_the_longest_interval():
    got = step(KNOWN, answer(), feed=feed(ttl=300 * DAY))
    assert (got.due, got.state.reason) == (NOW + DAY, "the feed asks for 1 day (ttl, updatePeriod)")


def test_skipped_hours_and_days_are_skipped():
    night = step(KNOWN, answer(), feed=feed(skip_hours=(0, 1, 2, 3)))
    assert night.due == NOW + 4 * HOUR
    monday = step(KNOWN, answer(), feed=feed(skip_days=(0,), skip_hours=(0,)))
    assert datetime.fromtimestamp(monday.due, UTC).isoformat() == "2026-11-24T01:00:00+00:00"


def test_any_interval_from_a_second_on_is_kept():
    assert step(KNOWN, answer(), source=msgspec.structs.replace(SOURCE, interval=1.0)).due == NOW + 1


# --- rhythm -------------------------------------------------------------------------------------------


def after_days_of(new_a_poll: int, every: float, days: float) -> SourceState:
    """The state of a source that brought as many new entries at each poll."""
    state = step(SourceState(), answer(), new=30).state
    for n in range(1, int(days * DAY / every) + 1):
        state = step(state, answer(), new=new_a_poll, now=NOW + n * every).state
    return state


@pytest.mark.parametrize(("new", "every"), [(1, HOUR), (5, HOUR), (1, 300.0), (0, HOUR)])
def test_the_rate_of_a_source_is_learnt(new, every):
    state = after_days_of(new, every, days=4)
    assert state.entries_a_day == pytest.approx(new * DAY / every, rel=0.05, abs=0.5)


def test_busy_sources_are_asked_more_often_by_the_root_of_their_rate():
    quiet, busy = (after_days_of(n, HOUR, days=7).interval for n in (1, 16))
    assert quiet / busy == pytest.approx(4.0, rel=0.05)
    assert quiet == pytest.approx(1800, rel=0.05)


def test_a_source_that_fell_silent_is_asked_at_the_longest_interval():
    assert after_days_of(0, HOUR, days=40).interval == DAY


def test_the_first_poll_says_nothing_of_the_rate():
    state = step(SourceState(), answer(), new=500).state
    assert (state.entries_a_day, state.last_new) == (None, NOW)
    assert state.reason == "a new source, whose rhythm is not known yet"


def test_one_lucky_poll_does_not_make_a_source_busy():
    """Two polls within a second, and a new entry in the second: that is no 86,400 a day."""
    state = step(SourceState(), answer(), new=30).state
    assert step(state, answer(), new=1, now=NOW + 1).state.entries_a_day < 60


def test_a_clock_that_went_back_does_no_harm():
    state = step(KNOWN, answer(), new=3, now=NOW - 90 * DAY).state
    assert 0 <= state.entries_a_day < 200


def test_what_was_known_before_rhythms_were_kept_is_where_they_begin():
    assert step(KNOWN, answer(), new=1).state.interval == pytest.approx(1800, rel=0.1)


def test_a_source_that_publishes_by_day_is_left_alone_at_night():
    state = step(SourceState(), answer()).state
    for n in range(1, 21 * 48 + 1):
        at = NOW + n * 1800.0
        state = step(state, answer(), now=at, new=int(8 <= (at - 1800.0) % DAY // HOUR < 20)).state
    waits = [
        step(state, answer(), now=NOW + 21 * DAY + hour * HOUR).state.interval for hour in (1, 21, 10, 15)
    ]
    assert min(waits[:2]) > 3 * max(waits[2:])


def test_a_feed_of_few_entries_is_asked_before_they_are_gone():
    busy = msgspec.structs.replace(KNOWN, entries_a_day=480.0)
    dear = Rhythm(60.0, DAY, DAY, 1e9)
    assert step(busy, answer(), rhythm=dear, new=10).due == NOW + DAY
    assert step(busy, answer(), rhythm=dear, new=10, seen=Seen(held=10)).due == pytest.approx(
        NOW + 900, abs=60
    )


def test_revised_entries_are_no_new_ones():
    seen = Seen(held=30, known=30)
    got = step(KNOWN, answer(), new=9, seen=seen).state
    assert (got.last_new, got.entries_a_day) == (None, step(KNOWN, answer(), seen=seen).state.entries_a_day)


def test_what_a_doubted_table_calls_new_teaches_nothing():
    got = step(KNOWN, answer(), new=30, seen=Seen(held=30, known=None)).state
    assert got.entries_a_day == pytest.approx(KNOWN.entries_a_day)


def test_what_nobody_has_seen_is_not_told_as_a_rhythm():
    """Until an entry came, or none for three days, nothing is said of how many there are a day."""
    state, now, told = SourceState(), NOW, []
    while now < NOW + 4 * DAY:
        got = step(state, answer(), now=now)
        state, now = got.state, got.due
        told.append(
            (now - NOW > 3 * DAY + HOUR, state.entries_a_day is None, "not known yet" in state.reason)
        )
    early = [rest for late, *rest in told if not late]
    assert early == [[True, True]] * len(early)
    assert told[-1] == (True, False, False)
    one = step(step(SourceState(), answer(), new=9).state, answer(), new=1, now=NOW + HOUR)
    assert one.state.entries_a_day is not None
    assert "new entries a day" in one.state.reason


# --- a budget -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("times", [4.0, 100.0])
def test_a_dearer_request_is_made_less_often_by_the_root_of_its_price(times):
    usual, dear = (step(KNOWN, answer(), rhythm=Rhythm(1.0, DAY, DAY, PRICE * n)).due for n in (1, times))
    assert (dear - NOW) / (usual - NOW) == pytest.approx(times**0.5, rel=0.2)


def test_without_a_budget_a_request_has_its_usual_price():
    assert priced(9 * PRICE, 1000, 0.0, HOUR) == PRICE


def test_a_budget_is_a_limit_and_no_aim():
    assert priced(PRICE, 1, 1000.0, HOUR) == PRICE


@pytest.mark.parametrize(
    ("asked", "moves"),
    [(1000, 1.0), (1100, 1.21), (1900, 1.5), (4000, 6.0), (50_000, 16.0), (900, 0.81), (0, 1 / 1.5)],
)
def test_the_price_follows_what_was_spent_and_faster_where_that_is_far_off(asked, moves):
    assert priced(10 * PRICE, asked, 1000.0, HOUR) == pytest.approx(10 * PRICE * moves)


def test_a_minute_moves_the_price_by_a_minutes_share():
    minute = priced(10 * PRICE, 2000 / 60, 1000.0, 60.0)
    assert 1.0 < minute / (10 * PRICE) < 1.01


def test_a_budget_of_few_requests_an_hour_is_kept_though_most_beats_have_none():
    """Thirty sources of a steady rate, each asked at its interval: six hours later nothing is over the budget."""
    price, spent, asked, rest = PRICE, 10.0, [], 30.0  # all of them are new, and asked at once
    for _ in range(48 * 720):
        spent = spending(spent, whole := math.floor(rest), 5.0)
        rest += 30 * 4 * (PRICE / price) ** 0.5 / 720 - whole
        price = priced(price, spent * 5.0 / HOUR, 10.0, 5.0)
        asked.append(whole)
    hours = [sum(asked[n : n + 720]) for n in range(0, len(asked), 720)]
    assert max(hours[6:]) <= 11
    assert min(hours[24:]) >= 9


@pytest.mark.parametrize("budget", [100.0, 1000.0])
def test_requests_come_down_to_the_budget(budget):
    """A site whose requests fall with the root of the price, as sources of a steady rate do."""
    price, asked = PRICE, 3000.0
    for _ in range(48):
        price = priced(price, asked, budget, HOUR)
        asked = 3000.0 * (PRICE / price) ** 0.5
    assert asked == pytest.approx(budget, rel=0.01)


# --- errors -------------------------------------------------------------------------------------------


def waits(kind: Kind, count: int, source=SOURCE, rhythm=RHYTHM, state=KNOWN) -> list[float]:
    """How long each of `count` errors in a row makes us wait."""
    found, now = [], NOW
    for _ in range(count):
        got = step(state, failure(kind), source=source, rhythm=rhythm, now=now)
        found.append(got.due - now)
        state, now = got.state, got.due
    return found


def test_errors_double_the_interval_up_to_the_longest_backoff():
    rhythm = Rhythm(300.0, DAY, 3 * HOUR)
    assert waits(Kind.TIMEOUT, 5, HALF_HOURLY, rhythm) == [3600, 7200, 10800, 10800, 10800]


def test_the_longest_backoff_may_exceed_the_longest_interval():
    assert waits(Kind.TIMEOUT, 9, HALF_HOURLY, Rhythm(300.0, HOUR, 3 * DAY))[-1] == 3 * DAY


def test_a_backoff_is_never_shorter_than_the_interval():
    assert waits(Kind.TIMEOUT, 2, HALF_HOURLY, Rhythm(1.0, 60.0, 60.0)) == [1800, 1800]
    slow = step(KNOWN, answer(), feed=feed(ttl=6 * HOUR)).state
    assert waits(Kind.TIMEOUT, 1, state=slow) == [12 * HOUR]


def test_a_source_that_never_worked_is_tried_again_soon():
    assert waits(Kind.DNS, 3, state=SourceState()) == [600, 1200, 2400]


@pytest.mark.parametrize("kind", [Kind.MISSING, Kind.LEGAL])
def test_what_is_not_there_is_asked_for_less_and_less_sooner(kind):
    assert waits(kind, 3, HALF_HOURLY) == [7200, 28800, DAY]


def test_gone_is_never_asked_again():
    got = step(KNOWN, failure(Kind.GONE, status=410, retry_after=60.0))
    assert (got.due, got.state.gone, got.state.error.kind) == (None, True, Kind.GONE)


def test_a_gone_feed_that_someone_asked_for_may_come_back():
    gone = step(KNOWN, failure(Kind.GONE, status=410)).state
    back = step(gone, answer(), now=NOW + DAY)
    assert (back.state.gone, back.state.error) == (False, None)
    assert back.due is not None


@pytest.mark.parametrize(
    ("status", "retry_after", "count", "seconds"),
    [
        (429, None, 0, 300.0),
        (429, None, 1, 600.0),
        (503, None, 0, 60.0),
        (503, None, 30, HOUR),
        (503, 2 * HOUR, 0, 2 * HOUR),
        (429, 5.0, 0, 300.0),
    ],
)
def test_429_and_503_pause_the_whole_host(status, retry_after, count, seconds):
    state = msgspec.structs.replace(KNOWN, error_count=count)
    got = step(state, failure(Kind.RATE_LIMITED, status=status, retry_after=retry_after))
    assert got.pause_host_until == NOW + seconds


@pytest.mark.parametrize(
    "outcome", [answer(), failure(), failure(Kind.HTTP_5XX, status=500, retry_after=60.0)]
)
def test_nothing_else_pauses_it(outcome):
    assert step(KNOWN, outcome).pause_host_until is None


# --- moving -------------------------------------------------------------------------------------------

NEW = "https://one.example/new"


def moved(times: int, state: SourceState = KNOWN) -> SourceState:
    for _ in range(times):
        state = step(state, answer(url=NEW, moved_to=NEW)).state
    return state


@pytest.mark.parametrize(("times", "asked"), [(0, SOURCE.url), (2, SOURCE.url), (3, NEW)])
def test_a_permanent_redirect_is_learnt_at_the_third_sight(times, asked):
    assert address(SOURCE, moved(times)) == asked


@pytest.mark.parametrize(
    "other", [answer(), answer(url=NEW + "2", moved_to=NEW + "2"), failure(Kind.TIMEOUT)]
)
def test_only_polls_in_a_row_count(other):
    state = step(moved(2), other).state
    assert address(SOURCE, moved(1, state)) == SOURCE.url


def test_a_learnt_address_is_kept_while_it_answers_and_through_an_error():
    state = step(moved(3), answer(url=NEW)).state
    assert address(SOURCE, state) == NEW
    assert address(SOURCE, step(state, failure()).state) == NEW


def test_a_learnt_address_that_only_fails_is_doubted_in_turn():
    state, asked = moved(3), []
    for _ in range(6):
        state = step(state, failure(Kind.DNS)).state
        asked.append(address(SOURCE, state))
    assert asked == [NEW, NEW, SOURCE.url, NEW, SOURCE.url, NEW]


def test_a_configured_address_that_works_again_is_believed():
    state = msgspec.structs.replace(moved(3), error_count=3)
    assert address(SOURCE, state) == SOURCE.url
    state = step(state, answer()).state
    assert (address(SOURCE, state), state.moved_to) == (SOURCE.url, None)


# --- properties ---------------------------------------------------------------------------------------

seconds = st.floats(0, 10 * DAY)
some_answers = st.builds(
    answer,
    status=st.sampled_from([200, 304]),
    max_age=st.one_of(st.none(), seconds),
    moved_to=st.sampled_from([None, NEW]),
)
some_failures = st.builds(
    failure, st.sampled_from(Kind), status=st.sampled_from([None, 404, 410, 429, 503]),
    retry_after=st.one_of(st.none(), seconds),
)  # fmt: skip
some_feeds = st.builds(
    feed,
    ttl=st.one_of(st.none(), seconds),
    skip_hours=st.lists(st.integers(0, 23)).map(tuple),
    skip_days=st.lists(st.integers(0, 6)).map(tuple),
)
some_states = st.builds(
    SourceState,
    last_success=st.one_of(st.none(), st.floats(NOW - 99 * DAY, NOW)),
    entries_a_day=st.one_of(st.none(), st.floats(0, 1e5)),
    error_count=st.integers(0, 10_000),
    polls=st.integers(0, 10**6),
    ttl=st.one_of(st.none(), seconds),
)
some_sources = st.builds(
    lambda interval: msgspec.structs.replace(SOURCE, interval=interval),
    st.one_of(st.none(), st.floats(1, 9 * DAY)),
)
some_rhythms = st.builds(
    lambda least, most, backoff: Rhythm(least, least + most, least + backoff),
    st.floats(1, DAY),
    seconds,
    seconds,
)
jitters = st.floats(0, 1)


@given(
    some_sources,
    some_states,
    st.one_of(some_answers, some_failures),
    some_rhythms,
    jitters,
    some_feeds,
    st.integers(0, 500),
)
def test_promises_are_kept_and_waits_are_bounded(source, state, outcome, rhythm, jitter, wishes, new):
    got = step(state, outcome, source, rhythm, jitter=jitter, feed=wishes, new=new)
    asked = (outcome.max_age if isinstance(outcome, Response) else outcome.retry_after) or 0.0
    assert got.state.not_before == (NOW + asked if asked else 0.0)
    assert (got.due is None) == got.state.gone
    if got.due is None:
        return
    assert got.due >= NOW + asked
    assert got.due >= NOW + got.state.interval
    assert got.due >= NOW + (source.interval or rhythm.min_interval)
    longest = max(asked, rhythm.max_interval + 8 * DAY, rhythm.max_backoff, source.interval or 0.0)
    assert got.due <= NOW + longest * 1.1
    assert got.state.reason


@given(some_sources, some_states, some_failures, some_rhythms, st.integers(0, 60))
def test_one_more_error_never_means_a_shorter_wait(source, state, outcome, rhythm, count):
    outcome = msgspec.structs.replace(outcome, kind=Kind.RESET)
    fewer, more = (
        step(msgspec.structs.replace(state, error_count=n), outcome, source, rhythm).due
        for n in (count, count + 1)
    )
    assert fewer <= more


@given(some_states, st.one_of(some_answers, some_failures), jitters, jitters)
def test_jitter_only_lengthens(state, outcome, one, other):
    dues = [step(state, outcome, jitter=jitter).due or 0.0 for jitter in sorted((0.0, one, other))]
    assert dues == sorted(dues)


@given(some_states, st.lists(st.one_of(some_answers, some_failures), max_size=8), some_feeds)
def test_a_state_survives_being_stored_whatever_happened(state, outcomes, wishes):
    for n, outcome in enumerate(outcomes):
        state = step(state, outcome, now=NOW + n * HOUR, feed=wishes if n % 2 else None, new=n).state
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=SourceState) == state


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (0.4, "0 seconds"),
        (1.0, "1 second"),
        (59.0, "59 seconds"),
        (60.0, "1 minute"),
        (900.0, "15 minutes"),
        (5400.0, "1.5 hours"),
        (DAY, "1 day"),
        (10 * DAY, "10 days"),
    ],
)
def test_lengths_of_time_are_said_plainly(length, text):
    assert phrase(length) == text
