"""Dates as publishers write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.parse.dates import moment

NOW = datetime(2026, 9, 21, 12, tzinfo=UTC).timestamp()
THEN = datetime(2026, 1, 5, 8, 3, 4, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    "text",
    [
        "Mon, 05 Jan 2026 08:03:04 GMT",
        "Mon, 05 Jan 2026 08:03:04 +0000",
        "Mon, 5 Jan 2026 08:03:04 UT",
        "Mon, 05 Jan 2026 08:03:04 Z",
        "5 Jan 2026 08:03:04",
        "Mon, 05 Jan 2026 09:03:04 +0100",
        "Mon, 05 Jan 2026 09:03:04 +01:00",
        "Mon, 05 Jan 2026 03:03:04 EST",
        "Mon, 05 Jan 2026 00:03:04 PST",
        "Mon, 05 Jan 2026 09:03:04 CET",
        "Mon, 05 Jan 2026 13:33:04 IST",
        "Mon, 05 Jan 2026 17:03:04 JST",
        "Mon, 05 Jan 2026 08:03:04 +0000 (UTC)",
        "Monday, 05 January 2026 08:03:04 GMT",
        "Mon,05 Jan 2026 08:03:04 GMT",
        " Mon, 05 Jan 2026 08:03:04 GMT\n",
        "mon, 05 jan 2026 08:03:04 gmt",
        "Mon, 05-Jan-2026 08:03:04 GMT",
        "Mon, 05 Jan 26 08:03:04 GMT",
        "2026-01-05T08:03:04Z",
        "2026-01-05T08:03:04.000Z",
        "2026-01-05T08:03:04.1234567Z",
        "2026-01-05t08:03:04z",
        "2026-01-05T09:03:04+01:00",
        "2026-01-05T09:03:04+0100",
        "2026-01-05T09:03:04+01",
        "2026-01-05 08:03:04",
        "2026-01-05 08:03:04 UTC",
        "2026-01-05 08:03:04 +0000",
        "20260105T080304Z",
        "Mon Jan 5 08:03:04 2026",
        "January 5, 2026 8:03:04 AM",
        "01/05/2026 08:03:04 AM",
        "2026/01/05 08:03:04",
    ],
)
def test_every_usual_form_is_read(text):
    assert moment(text, NOW) == THEN


@pytest.mark.parametrize(
    "text",
    [
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "0001-01-01T00:00:00Z",
        "1989-12-31T23:59:59Z",
        "2026-09-22T12:00:01Z",
        "2099-01-01T00:00:00Z",
        "9999-12-31T23:59:59+00:00",
        "9999-12-31T23:59:59-14:00",
        "99999-01-01",
        "Fri, 99 Jan 2026 08:00:00 GMT",
        "2026-13-45T99:99:99Z",
        "Mon, 05 Foo 2026 08:00:00 GMT",
        "soon",
        "yesterday",
        "12",
        "",
        "1" * 5000,
        "\x00",
        "0000-00-00 00:00:00",
        None,
    ],
)
def test_what_is_absurd_or_no_date_is_none(text):
    assert moment(text, NOW) is None


def test_a_little_of_the_future_is_believed():
    assert moment("2026-09-22T11:59:59Z", NOW) == NOW + 86399


def test_midnight_may_be_called_24():
    assert moment("2026-01-04T24:00:00Z", NOW) == datetime(2026, 1, 5, tzinfo=UTC).timestamp()
    assert moment("Sun, 04 Jan 2026 24:00:00 GMT", NOW) == datetime(2026, 1, 5, tzinfo=UTC).timestamp()


@given(st.text(max_size=60))
def test_any_text_is_a_time_within_reason_or_none(text):
    found = moment(text, NOW)
    assert found is None or 631152000 <= found <= NOW + 86400


@given(st.text(alphabet="0123456789-:/., TZ+JanFebMonGMT", max_size=40))
def test_any_soup_of_digits_is_a_time_within_reason_or_none(text):
    found = moment(text, NOW)
    assert found is None or 631152000 <= found <= NOW + 86400


@given(st.integers(700_000_000, 1_700_000_000))
def test_both_standards_say_the_same(seconds):
    when = datetime.fromtimestamp(seconds, UTC)
    assert moment(when.isoformat(), NOW) == when.timestamp()
    assert moment(when.strftime("%a, %d %b %Y %H:%M:%S +0000"), NOW) == when.timestamp()
