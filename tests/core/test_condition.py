"""What is amiss with a source whose polls may well succeed, and since when."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from aggregator.core.condition import RULES, SENTENCES, Seen
from aggregator.core.errors import Kind
from aggregator.core.model import Entry, Failure, Feed, Response, Source, SourceState
from aggregator.core.schedule import DAY, HOUR, Rhythm, after

NOW = 1_795_392_000.0  # Monday, 23 November 2026, 00:00 UTC
SOURCE = Source(id="one", url="https://one.example/feed", name="One", outlet="One")
KNOWN = SourceState(last_poll=NOW - HOUR, last_success=NOW - HOUR, last_new=NOW - HOUR, polls=50)


def answer(**more) -> Response:
    return Response(**{"status": 200, "url": SOURCE.url, "body": b"", **more})


def step(state=KNOWN, outcome=None, now=NOW, **more) -> SourceState:
    return after(SOURCE, state, outcome or answer(), rhythm=Rhythm(), now=now, jitter=0.0, **more).state


def feed(*dates: float | None) -> Feed:
    entries = tuple(
        Entry(guid=str(n), url=None, title="A title", published=date) for n, date in enumerate(dates)
    )
    return Feed(entries=entries, format="rss2.0")


def names(state: SourceState) -> list[str]:
    return [name for name, _ in state.conditions]


NOTHING = answer(status=304, body=None)


def test_a_source_that_is_well_has_no_condition():
    state = step(feed=feed(NOW - 60, NOW - 90), new=2, seen=Seen(held=20, known=18))
    assert state.conditions == ()


def test_every_condition_has_its_sentence():
    assert [name for name, _ in RULES] == list(SENTENCES)


def test_every_condition_is_described():
    page = (Path(__file__).parents[2] / "docs" / "polling.md").read_text()
    assert [name for name in SENTENCES if f"`{name}`" not in page] == []


# --- quiet --------------------------------------------------------------------------------------------


def usual(days: int = 10) -> SourceState:
    """A source that brings an entry an hour from 8 to 20 o'clock, for so many days, until midnight before NOW."""
    state = step(KNOWN, new=1, now=NOW - days * DAY)
    for hour in range(1, days * 24 + 1):
        at = NOW - days * DAY + hour * HOUR
        state = step(state, new=int(8 < at % DAY // HOUR <= 20), now=at)
    return state


def silent(state: SourceState, hours: int) -> SourceState:
    for hour in range(1, hours + 1):
        state = step(state, NOTHING, now=NOW + hour * HOUR)
    return state


@pytest.mark.parametrize(("hours", "found"), [(8, []), (20, []), (30, []), (4 * 24, ["quiet"])])
def test_silence_is_held_against_the_sources_own_rhythm(hours, found):
    assert names(silent(usual(), hours)) == found


def test_a_quiet_source_is_so_since_its_last_entry_and_stays_so_until_the_next():
    state = silent(usual(), 10 * 24)
    assert state.conditions == (("quiet", NOW - 4 * HOUR),)
    assert step(state, Failure(Kind.TIMEOUT, "It failed."), now=NOW + 11 * DAY).conditions == state.conditions
    assert names(step(state, new=1, now=NOW + 11 * DAY)) == []


def test_a_source_of_an_entry_a_week_is_not_quiet_after_two():
    state = step(KNOWN, new=1)
    for day in range(1, 70):
        state = step(state, new=int(day % 7 == 0), now=NOW + day * DAY)
        assert names(state) == []
    assert names(step(state, now=NOW + 77 * DAY)) == []


# --- copies -------------------------------------------------------------------------------------------

NOON, MORNING = "Mon, 23 Nov 2026 12:00:00 GMT", "Mon, 23 Nov 2026 08:00:00 GMT"


def test_a_copy_older_than_the_one_before_is_stuck_until_a_newer_one_comes():
    state = step(step(outcome=answer(last_modified=NOON)), answer(last_modified=MORNING), now=NOW + 60)
    assert state.conditions == (("stuck", NOW + 60),)
    state = step(state, answer(last_modified=MORNING), now=NOW + 120)
    assert state.conditions == (("stuck", NOW + 60),)
    assert names(step(state, answer(last_modified=NOON), now=NOW + 180)) == []


@pytest.mark.parametrize("last_modified", [None, "yesterday", NOON])
def test_what_cannot_be_told_is_not_stuck(last_modified):
    before = step(outcome=answer(last_modified=NOON))
    assert names(step(before, answer(last_modified=last_modified))) == []


# --- entries ------------------------------------------------------------------------------------------


def test_entries_were_lost_when_the_whole_feed_is_new():
    state = step(feed=feed(*[NOW] * 10), new=10, seen=Seen(held=10, known=0))
    assert state.conditions == (("overrun", NOW),)
    assert names(step(state, NOTHING, now=NOW + 60)) == ["overrun"]
    assert names(step(state, feed=feed(NOW), new=1, seen=Seen(held=10, known=9), now=NOW + 90)) == []


@pytest.mark.parametrize(
    "seen", [None, Seen(held=10), Seen(held=4, known=0), Seen(held=10, known=1), Seen(held=0, known=0)]
)
def test_no_entries_were_lost_where_one_is_known_few_are_held_or_nobody_can_tell(seen):
    assert names(step(feed=feed(NOW), new=1, seen=seen)) == []


def test_old_entries_under_new_ids_are_reissued_not_lost():
    state = step(feed=feed(*[NOW] * 10), new=10, seen=Seen(held=10, known=0, reissued=9))
    assert state.conditions == (("reissued", NOW),)
    assert names(step(state, feed=feed(NOW), new=1, seen=Seen(held=10, known=9), now=NOW + 60)) == []


def test_a_text_that_stands_under_two_ids_once_is_nothing():
    assert names(step(feed=feed(NOW), new=1, seen=Seen(held=10, known=9, reissued=1))) == []


@pytest.mark.parametrize(
    ("dates", "found"),
    [
        ((NOW + HOUR, NOW - HOUR), ["future"]),
        ((NOW + 60,), []),
        ((NOW + HOUR, NOW, NOW), []),
        ((None, None), ["undated"]),
        ((None, NOW), []),
        ((None, NOW + HOUR), ["future"]),
    ],
)
def test_dates_that_cannot_be_are_seen(dates, found):
    assert names(step(feed=feed(*dates), new=len(dates), seen=Seen(10, 10 - len(dates)))) == found


def test_what_a_poll_does_not_show_stays_as_it_was():
    state = step(feed=feed(NOW + HOUR), new=1)
    assert step(state, NOTHING, now=NOW + 60).conditions == state.conditions == (("future", NOW),)
    assert names(step(state, feed=feed(NOW), new=1, now=NOW + 90)) == []


# --- pages --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Kind.NOT_A_FEED, Kind.CHALLENGE])
def test_a_page_instead_of_the_feed_is_there_since_it_was_first_seen(kind):
    state = step(outcome=Failure(kind, "A page."))
    assert step(state, Failure(kind, "A page."), now=NOW + HOUR).conditions == (("page", NOW),)
    assert names(step(state, Failure(Kind.TIMEOUT, "It failed."), now=NOW + HOUR)) == ["page"]
    assert names(step(state, NOTHING, now=NOW + HOUR)) == []


def test_conditions_are_stored_with_the_state():
    state = step(feed=feed(None), new=1)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=SourceState) == state
