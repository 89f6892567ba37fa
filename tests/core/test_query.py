"""What a request asks: its parameters, its canonical address, its cursor."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.feed import Filter
from aggregator.core.query import Malformed, Query, after, after_rank, parse, place, rank, rfc3339

STORY = "0123456789abcdef0123456789abcdef"


def test_no_parameters_ask_for_the_whole_merged_feed() -> None:
    assert parse([]) == Query()
    assert Query().plain


def test_a_named_view_alone_is_plain_too() -> None:
    assert parse([], "world").plain
    assert not parse([("category", "world")]).plain


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"),
        ("limit", "501"),
        ("limit", "ten"),
        ("limit", "-1"),
        ("limit", ""),
        ("limit", "5.0"),
        ("limit", "٣"),  # a digit, but not one of ours
        ("cursor", "a b"),
        ("cursor", ""),
        ("cursor", "x" * 201),
        ("since", "yesterday"),
        ("since", "2026-01-31"),
        ("since", "2026-02-30T00:00:00Z"),
        ("since", "2026-01-31T12:00:00"),
        ("since", "20260131T120000Z"),
        ("min_sources", "0"),
        ("min_sources", "many"),
        ("sort", "oldest"),
        ("category", ""),
        ("category", "a\0b"),
        ("q", "x" * 301),
        ("lmit", "5"),
    ],
)
def test_a_wrong_parameter_is_named(name: str, value: str) -> None:
    with pytest.raises(Malformed) as raised:
        parse([(name, value)])
    assert raised.value.parameter == name


@pytest.mark.parametrize("name", ["limit", "q", "cursor", "since", "sort", "view", "min_sources"])
def test_what_stands_alone_may_be_given_once(name: str) -> None:
    with pytest.raises(Malformed) as raised:
        parse([(name, "2"), (name, "2")])
    assert raised.value.parameter == name


def test_a_path_that_names_a_view_takes_no_second_one() -> None:
    with pytest.raises(Malformed):
        parse([("view", "sport")], "world")


def test_equal_requests_are_equal_queries_with_one_address() -> None:
    one = parse([("limit", "5"), ("category", "b"), ("agency", "AP"), ("category", "a")])
    two = parse([("agency", "AP"), ("category", "a"), ("category", "b"), ("category", "a"), ("limit", "5")])
    assert one == two
    assert one.string() == "?category=a&category=b&agency=AP&limit=5"


def test_the_address_has_every_filter_in_a_fixed_order_and_escapes_them() -> None:
    given_pairs = [
        ("sort", "coverage"),
        ("view", "world"),
        ("since", "2026-01-31T12:00:00+01:00"),
        ("min_sources", "2"),
        ("q", ' storm  "high tide" & '),
        ("language", "de"),
        ("source", "nbc"),
    ]
    assert parse(given_pairs).string("CURSOR") == (
        "?source=nbc&language=de&q=storm%20%22high%20tide%22%20%26&min_sources=2"
        "&since=2026-01-31T11%3A00%3A00Z&view=world&sort=coverage&cursor=CURSOR"
    )


@pytest.mark.parametrize(
    "written",
    [
        "2026-01-31T12:00:00Z",
        "2026-01-31t12:00:00z",
        "2026-01-31T13:00:00+01:00",
        "2026-01-31T13:00:00 01:00",  # what becomes of a plus in a query string
        "2026-01-31T12:00:00.000Z",
        "2026-01-31T07:30:00-04:30",
    ],
)
def test_a_moment_may_be_written_as_rfc_3339_allows(written: str) -> None:
    assert rfc3339(parse([("since", written)]).filter.since) == "2026-01-31T12:00:00Z"


def test_a_leap_second_is_the_one_before() -> None:
    assert rfc3339(parse([("since", "2016-12-31T23:59:60Z")]).filter.since) == "2016-12-31T23:59:59Z"


@pytest.mark.parametrize("absurd", [float("nan"), float("inf"), 1e20, -1e20])
def test_what_no_calendar_holds_has_no_date(absurd: float) -> None:
    assert rfc3339(absurd) is None


def test_old_years_have_four_digits() -> None:
    assert rfc3339(-60_000_000_000.0) == "0068-09-03T13:20:00Z"


# --- cursors ------------------------------------------------------------------------------------------

placed = st.floats(min_value=-1e12, max_value=1e12, allow_nan=False)
ids = st.binary(min_size=16, max_size=16).map(bytes.hex)
words = st.text(min_size=1, max_size=20).filter(lambda text: text.strip() and "\0" not in text)


@given(placed, ids, words)
def test_a_cursor_leads_back_to_its_place(moment: float, story: str, category: str) -> None:
    query = Query(filter=Filter(categories=(category,)))
    cursor = after(query, (moment, story))
    assert place(Query(filter=query.filter, cursor=cursor)) == (moment, story)
    assert parse([("cursor", cursor)]).cursor == cursor


@given(words, words)
def test_a_cursor_belongs_to_its_filters(one: str, other: str) -> None:
    cursor = after(Query(filter=Filter(q=one)), (1.0, STORY))
    query = Query(filter=Filter(q=other), cursor=cursor)
    if one == other:
        assert place(query) == (1.0, STORY)
    else:
        with pytest.raises(Malformed):
            place(query)


def test_a_cursor_goes_on_with_another_limit() -> None:
    cursor = after(Query(limit=10), (1.0, STORY))
    assert place(Query(limit=20, cursor=cursor)) == (1.0, STORY)


@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", max_size=80))
def test_any_other_text_is_no_cursor(text: str) -> None:
    for opened in (place, rank):
        with pytest.raises(Malformed):
            opened(Query(cursor=text))


def test_a_letter_changed_makes_it_no_cursor() -> None:
    cursor = after(Query(), (1.0, STORY))
    for index, letter in enumerate(cursor):
        other = "A" if letter != "A" else "B"
        with pytest.raises(Malformed):
            place(Query(cursor=cursor[:index] + other + cursor[index + 1 :]))


def test_a_cursor_of_one_order_is_none_of_the_other() -> None:
    by_coverage, by_date = Query(sort="coverage"), Query()
    ranked, dated = after_rank(by_coverage, b"12345678", 50), after(by_date, (1.0, STORY))
    assert rank(Query(sort="coverage", cursor=ranked)) == (b"12345678", 50)
    for opened, query in (
        (rank, Query(sort="coverage", cursor=dated)),
        (place, Query(cursor=ranked)),
        (rank, Query(cursor=dated)),
        (place, Query(sort="coverage", cursor=ranked)),
    ):
        with pytest.raises(Malformed):
            opened(query)
