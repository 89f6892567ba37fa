"""Times in HTTP: what servers write, and what they mean by it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import freshness

NOW = 1_795_392_000.0  # Mon, 23 Nov 2026 00:00:00 GMT
TODAY = "Mon, 23 Nov 2026 00:00:00 GMT"
IN_AN_HOUR = "Mon, 23 Nov 2026 01:00:00 GMT"


def fresh(control=None, expires=None, age=None, sent=None, now=NOW) -> float | None:
    return freshness.fresh_for(control=control, expires=expires, age=age, sent=sent, now=now)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("max-age=60", {"max-age": "60"}),
        ("public, Max-Age=60 , must-revalidate", {"public": "", "max-age": "60", "must-revalidate": ""}),
        ('max-age="60"', {"max-age": "60"}),
        (
            'private="set-cookie, max-age=1", max-age=60',
            {"private": "set-cookie, max-age=1", "max-age": "60"},
        ),
        ("max-age=60, max-age=5", {"max-age": "60"}),
        ("max-age = 60", {"max-age": "60"}),
        ("max-age", {"max-age": ""}),
        ("max-age=60;s-maxage=5", {"max-age": "60", "s-maxage": "5"}),
        ("", {}),
        (",,;", {}),
        ('"', {}),
    ],
)
def test_directives_are_found(text, expected):
    assert freshness.cache_control(text) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, None),
        ({"control": "max-age=600"}, 600.0),
        ({"control": "max-age=600", "age": "100"}, 500.0),
        ({"control": "max-age=600", "age": "1000"}, 0.0),
        ({"control": "max-age=600", "age": "old"}, 600.0),
        ({"control": "s-maxage=600"}, None),
        ({"control": "public"}, None),
        ({"control": "no-cache, max-age=600"}, 0.0),
        ({"control": "no-store"}, 0.0),
        ({"control": "max-age=0"}, 0.0),
        ({"control": "max-age=-1"}, 0.0),
        ({"control": "max-age=soon"}, 0.0),
        ({"control": "max-age"}, 0.0),
        ({"control": "max-age=soon", "expires": IN_AN_HOUR}, 3600.0),
        ({"control": "max-age=" + "9" * 300}, freshness.LONGEST),
        ({"expires": IN_AN_HOUR}, 3600.0),
        ({"expires": IN_AN_HOUR, "sent": TODAY, "now": NOW + 999}, 3600.0),
        ({"expires": IN_AN_HOUR, "sent": "never"}, 3600.0),
        ({"expires": IN_AN_HOUR, "age": "600"}, 3000.0),
        ({"expires": TODAY, "now": NOW + 5}, 0.0),
        ({"expires": "0"}, 0.0),
        ({"expires": "-1"}, 0.0),
        ({"expires": ""}, 0.0),
        ({"expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0.0),
        ({"control": "max-age=60", "expires": IN_AN_HOUR}, 60.0),
        ({"control": "public", "expires": IN_AN_HOUR}, 3600.0),
    ],
)
def test_how_long_an_answer_is_fresh(fields, expected):
    assert fresh(**fields) == expected


@pytest.mark.parametrize(
    ("text", "sent", "expected"),
    [
        ("120", None, 120.0),
        (" 120 ", None, 120.0),
        ("0", None, 0.0),
        ("1.5", None, 1.5),
        ("9" * 400, None, freshness.LONGEST),
        ("-5", None, None),
        ("soon", None, None),
        ("", None, None),
        (None, None, None),
        ("inf", None, None),
        ("nan", None, None),
        ("1e9", None, None),
        (IN_AN_HOUR, None, 3600.0),
        (IN_AN_HOUR, "Sun, 22 Nov 2026 23:00:00 GMT", 7200.0),
        ("Sunday, 22-Nov-26 00:00:00 GMT", None, 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None, freshness.LONGEST),
    ],
)
def test_when_to_come_back(text, sent, expected):
    assert freshness.retry_after(text, sent=sent, now=NOW) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TODAY, NOW),
        ("Monday, 23-Nov-26 00:00:00 GMT", NOW),
        ("Mon Nov 23 00:00:00 2026", NOW),
        ("Mon, 23 Nov 2026 01:00:00 +0100", NOW),
        ("23 Nov 2026 00:00:00", NOW),
        ("tomorrow", None),
        ("Mon, 99 Nov 2026 00:00:00 GMT", None),
        ("Mon, 23 Nov 99999 00:00:00 GMT", None),
        ("Mon, 23 Nov 2026 00:00:00 GMT" + " " * 200, None),
    ],
)
def test_dates_in_all_three_forms(text, expected):
    assert freshness.date(text) == expected


texts = st.one_of(
    st.none(), st.text(max_size=40), st.sampled_from([TODAY, IN_AN_HOUR, "max-age=5", "0", "99999999999"])
)


@given(texts, texts, texts, texts)
def test_any_fields_give_nothing_or_a_bounded_time(control, expires, age, sent):
    got = fresh(control, expires, age, sent)
    assert got is None or 0 <= got <= freshness.LONGEST
    again = freshness.retry_after(control, sent=sent, now=NOW)
    assert again is None or 0 <= again <= freshness.LONGEST


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_age_is_taken_off_what_was_promised(lifetime, age):
    assert fresh(f"max-age={lifetime}", age=str(age)) == max(lifetime - age, 0)


@given(
    st.lists(st.sampled_from(["public", "private", 'x="a,b"', "immutable", "s-maxage=9"])), st.integers(0, 9)
)
def test_the_order_of_directives_does_not_matter(others, at):
    words = [*others[:at], "max-age=77", *others[at:]]
    assert fresh(", ".join(words)) == 77.0
