"""How a source is doing, in a word and in numbers."""

from __future__ import annotations

import pytest

from aggregator.core.condition import SENTENCES
from aggregator.core.errors import Kind
from aggregator.core.health import DAY, condition, masked, report
from aggregator.core.model import Failure, Source, SourceState

NOW = 1_800_000_000.0
SOURCE = Source("nbc", "https://nbc.example/rss", "NBC News", "NBC", ("world",), "en")


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (SourceState(), "new"),
        (SourceState(polls=3), "ok"),
        (SourceState(polls=3, error=Failure(Kind.TIMEOUT, "It took too long.")), "failing"),
        (SourceState(polls=3, error=Failure(Kind.RATE_LIMITED, "Too often.")), "paused"),
        (SourceState(polls=3, error=Failure(Kind.HOST_TROUBLE, "All alike."), error_count=0), "paused"),
        (SourceState(polls=3, error=Failure(Kind.HOST_TROUBLE, "503."), error_count=1), "failing"),
        (SourceState(polls=3, gone=True, error=Failure(Kind.GONE, "Gone.")), "gone"),
        (SourceState(polls=3, conditions=(("future", NOW), ("quiet", NOW - 4 * DAY))), "quiet"),
        (SourceState(polls=3, conditions=(("future", NOW),)), "ok"),
    ],
)
def test_the_state_is_one_word(state: SourceState, word: str) -> None:
    assert condition(state) == word


def test_a_source_that_was_never_polled_says_little() -> None:
    assert report(SOURCE, SourceState(), None) == {
        "id": "nbc",
        "name": "NBC News",
        "outlet": "NBC",
        "url": "https://nbc.example/rss",
        "categories": ["world"],
        "language": "en",
        "state": "new",
        "error": None,
    }


def test_a_failing_source_says_since_when_and_how_often() -> None:
    state = SourceState(
        polls=4,
        last_poll=NOW,
        last_success=NOW - 3600,
        interval=1799.6,
        reason="three failures in a row",
        error=Failure(Kind.TIMEOUT, "It took longer than 20 seconds.", status=None),
        error_since=NOW - 1800,
        error_count=3,
        entries_a_day=41.47,
    )
    found = report(SOURCE, state, NOW + 1800)
    assert found["state"] == "failing"
    assert found["next_poll"] == "2027-01-15T08:30:00Z"
    assert found["next_poll_reason"] == "three failures in a row"
    assert found["interval"] == 1800
    assert found["entries_a_day"] == 41.5
    assert found["error"] == {
        "kind": "timeout",
        "message": "It took longer than 20 seconds.",
        "since": "2027-01-15T07:30:00Z",
        "count": 3,
    }


def test_conditions_are_told_with_since_when() -> None:
    state = SourceState(polls=3, conditions=(("overrun", NOW), ("of another release", NOW)))
    assert report(SOURCE, state, NOW)["conditions"] == [
        {"name": "overrun", "since": "2027-01-15T08:00:00Z", "message": SENTENCES["overrun"]},
        {"name": "of another release", "since": "2027-01-15T08:00:00Z"},
    ]


def test_a_gone_source_has_no_next_poll() -> None:
    assert "next_poll" not in report(SOURCE, SourceState(gone=True, reason="it is gone"), NOW)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://x.example/rss?page=2", "https://x.example/rss?page=2"),
        ("https://me:pass@x.example/rss", "https://x.example/rss"),
        ("https://me:p@ss@x.example:8443/rss", "https://x.example:8443/rss"),
        ("https://x.example/rss?apikey=abc&n=1", "https://x.example/rss?apikey=***&n=1"),
        ("https://x.example/rss?n=1&Access_Token=a%20b", "https://x.example/rss?n=1&Access_Token=***"),
    ],
)
def test_no_secret_of_an_address_is_shown(address: str, shown: str) -> None:
    assert masked(address) == shown
