"""When a message is tried again, and when it is given up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.hook import PATIENCE, Reply, Tries, judge

NOW = 1_800_000_000.0
DAY = 86_400.0


def tried(*statuses, retry_after=None, at=NOW):
    """What follows each of these answers, each tried as soon as it may be; and the last moment."""
    tries, steps = Tries(), []
    for status in statuses:
        steps.append(judge(tries, "m", Reply(status, "", retry_after), at))
        tries = steps[-1].tries
        at += steps[-1].delay
    return steps, at


def test_a_failed_message_is_tried_ever_less_often_for_three_days():
    steps, end = tried(*[500] * 42)
    assert [step.delay for step in steps[:8]] == [1, 5, 30, 300, 1800, 7200, 7200, 7200]
    assert [step.act for step in steps] == ["again"] * 41 + ["dead"]
    assert end == NOW + PATIENCE


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_every_2xx_is_a_delivery(status):
    assert tried(status)[0][0].act == "done"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422, 499])
def test_a_refused_message_is_dead_after_five_tries(status):
    steps, end = tried(*[status] * 5)
    assert [step.act for step in steps] == ["again", "again", "again", "again", "dead"]
    assert end - NOW == 336


@pytest.mark.parametrize("status", [None, 100, 301, 307, 408, 429, 500, 503, 599])
def test_what_may_pass_is_tried_on(status):
    steps, _ = tried(*[status] * 6)
    assert [step.act for step in steps] == ["again"] * 6


def test_410_switches_off():
    assert tried(410)[0][0].act == "off"


def test_an_outage_before_a_refusal_does_not_shorten_its_tries():
    steps, _ = tried(500, 500, 500, 500, 400, 400, 400, 400, 400)
    assert [step.act for step in steps] == ["again"] * 8 + ["dead"]


def test_retry_after_lengthens_and_never_shortens():
    assert [step.delay for step in tried(503, 503, retry_after=3.0)[0]] == [3.0, 5.0]


def test_retry_after_never_reaches_beyond_the_three_days():
    steps, end = tried(503, 503, retry_after=10 * DAY)
    assert [step.act for step in steps] == ["again", "dead"]
    assert end == NOW + PATIENCE


def test_another_message_begins_anew():
    old = judge(Tries("a", 7, 4, NOW - DAY), "b", Reply(400, ""), NOW)
    assert (old.act, old.tries) == ("again", Tries("b", 1, 1, NOW))


def test_a_clock_that_steps_back_does_not_make_three_days_longer():
    step = judge(Tries("m", 1, 0, NOW + DAY), "m", Reply(500, ""), NOW)
    assert step.tries.since == NOW


@given(
    st.lists(
        st.tuples(st.none() | st.integers(100, 599).filter(lambda s: s != 410), st.none() | st.floats(0, 1e9)),
        min_size=70, max_size=70,
    )
)  # fmt: skip
def test_every_message_ends_within_three_days(answers):
    """Whatever is answered: delivered, or dead, after a bounded number of tries, never before its time."""
    tries, at = Tries(), NOW
    for status, retry_after in answers:
        step = judge(tries, "m", Reply(status, "", retry_after), at)
        if step.act in {"done", "dead"}:
            break
        assert step.delay > 0
        tries, at = step.tries, at + step.delay
    assert step.act in {"done", "dead"}
    assert at <= NOW + PATIENCE + 1
