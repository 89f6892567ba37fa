"""What a row says of a story, and where a page's links lead."""

from __future__ import annotations

import pytest
from newsdesk import NOON, a_copy, a_story

from aggregator.core.feed import Filter
from aggregator.core.model import Text
from aggregator.core.query import Query
from aggregator.store import StoredStory
from aggregator.web.display import Display, Links, split
from aggregator.web.rows import Rows, cut, lag, row


def stored(*others, **fields) -> StoredStory:
    copies = [a_copy("nbc", "one"), *others]
    return StoredStory(a_story(copies, **fields), tuple(copies), {copies[0].entry: Text("Said.")})


def test_outlets_are_named_and_counted_once():
    many = [a_copy("abc", str(number), outlet=f"Paper {number % 7}") for number in range(9)]
    shown = row(stored(*many), {}, NOON)
    assert shown.carried == "8 outlets, one text"
    assert [name for name, _ in shown.named] == [f"Paper {number}" for number in range(5)]
    assert (shown.unnamed, len(shown.shown), len(shown.lines)) == (2, 5, 10)
    assert row(stored(), {}, NOON).carried == "1 outlet"


def test_words_say_what_happened():
    late = [a_copy("abc", str(number), first_seen=NOON + 60 * number) for number in range(4)]
    quiet, loud = row(stored(*late), {}, NOON + 7200), row(stored(*late, status="corrected"), {}, NOON + 300)
    assert quiet.badges == ()
    assert loud.badges == ("corrected", "growing: +4 in 10 min")
    revised = a_copy("nbc", "one", seen_hashes=(b"1", b"2"))
    assert row(StoredStory(a_story([revised]), (revised,), {}), {}, NOON).badges == ("updated (2)",)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "first"),
        (0, "first"),
        (0.2, "+1 s"),
        (59, "+59 s"),
        (60, "+1 min"),
        (240, "+4 min"),
        (10_800, "+3 h"),
    ],
)
def test_a_lag_is_said_as_people_say_it(seconds, said):
    assert lag(seconds) == said


def test_a_long_text_ends_with_a_word():
    assert cut("one two three", 9) == "one two…"
    assert cut("x" * 20, 9) == "x" * 9 + "…"
    assert cut("short", 9) == "short"


def test_a_row_is_made_again_only_when_what_it_shows_has_changed():
    made = []
    rows = Rows(lambda one: made.append(one.id) or one.title)
    one = stored(a_copy("abc", "two"))
    for moment in (NOON + 1, NOON + 2, NOON + 7200, NOON + 7300):  # it ceases to grow once
        rows.html(one, {}, moment)
    assert len(made) == 2
    rows.html(stored(a_copy("abc", "two")), {}, NOON + 7300)
    assert len(made) == 3


def test_links_keep_everything_but_what_they_change():
    wanted = Filter(categories=("a&b", "world"), q='"x y"', min_sources=2)
    links = Links(
        "/feeds/v",
        Query(filter=wanted, view="v", sort="coverage"),
        Display("compact", images=True),
        named=True,
    )
    assert links.to() == (
        "/feeds/v?category=a%26b&category=world&q=%22x%20y%22&min_sources=2&sort=coverage&density=compact&images=1"
    )
    assert (
        links.to(sort="", q="")
        == "/feeds/v?category=a%26b&category=world&min_sources=2&density=compact&images=1"
    )
    chips = links.chips({})
    assert [(chip.label, chip.value) for chip in chips] == [
        ("category", "a&b"), ("category", "world"), ("search", '"x y"'), ("at least", "2 outlets"),
    ]  # fmt: skip
    assert "a%26b" not in chips[0].without
    assert "category=world" in chips[0].without


def test_what_a_form_sends_empty_asks_for_nothing():
    assert split([("category", ""), ("q", "x"), ("density", "compact")]) == (Display("compact"), [("q", "x")])
