"""Which stories a filter lets through."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.feed import Facts, Filter, facts, matcher
from aggregator.core.model import Copy, Story, Text
from aggregator.core.words import searchable, terms


def copy(source: str, **fields: Any) -> Copy:
    given_fields = {
        "outlet": source,
        "url": "",
        "title": "Ferry sinks",
        "first_seen": 1.0,
        "content_hash": b"",
    }
    return Copy(entry=source * 8, source=source, **{**given_fields, **fields})


def known(*copies: Copy, texts: dict[str, Text] | None = None, **fields: Any) -> Facts:
    story = Story("id", 10.0, 10.0, 10.0, copies[0].entry, **fields)
    return facts(story, copies, texts or {})


STORY = known(
    copy("nbcn", outlet="NBC", categories=("world",), language="en-US"),
    copy("nbcs", outlet="NBC", categories=("sport",), language="en"),
    copy("ardx", outlet="ARD", categories=("Inland",), language="de", agency="dpa", title="Fähre gesunken"),
    texts={"ardx" * 8: Text(summary='Bei "hohem Seegang" am Kai.')},
    agency="AP",
)


@pytest.mark.parametrize(
    "passing",
    [
        Filter(),
        Filter(categories=("sport",)),
        Filter(categories=("nothing", "world")),
        Filter(categories=("inland",)),
        Filter(sources=("ardx",)),
        Filter(languages=("en",)),
        Filter(languages=("EN-us",)),
        Filter(agencies=("AP",)),
        Filter(agencies=("ap",)),
        Filter(agencies=("DPA",)),
        Filter(min_sources=2),
        Filter(since=10.0),
        Filter(q="ferry"),
        Filter(q="FERRY sinks"),
        Filter(q='"hohem Seegang"'),
        Filter(q="ferry seegang"),  # words may stand in different copies
        Filter(q="fähre"),
        Filter(categories=("sport",), agencies=("dpa",)),  # each of them some copy's
        Filter(excluded=Filter(languages=("fr",))),
    ],
)
def test_a_story_passes_if_any_of_its_copies_does(passing: Filter) -> None:
    assert passing.matches(STORY)


@pytest.mark.parametrize(
    "refusing",
    [
        Filter(categories=("worl",)),
        Filter(languages=("en-GB",)),
        Filter(agencies=("Reuters",)),
        Filter(min_sources=3),  # two feeds of one outlet are one
        Filter(since=10.5),
        Filter(q="ferr"),
        Filter(q='"ferry gesunken"'),
        Filter(q='"sinks fähre"'),  # no phrase reaches from one text into another
        Filter(q="?!"),
        Filter(categories=("world",), agencies=("Reuters",)),
        Filter(excluded=Filter(languages=("de",))),
        Filter(excluded=Filter(languages=("fr",), agencies=("AP",))),  # any of what is excluded
        Filter(never=True),
    ],
)
def test_a_story_must_pass_every_field(refusing: Filter) -> None:
    assert not refusing.matches(STORY)


def test_a_withdrawn_story_is_in_no_feed() -> None:
    assert not Filter().matches(known(copy("nbcn"), status="withdrawn"))
    assert Filter().matches(known(copy("nbcn"), status="corrected"))


def test_words_of_scripts_without_spaces_are_found_inside_a_sentence() -> None:
    story = known(copy("nhkx", title="台風が東京に接近している"))
    assert Filter(q="東京").matches(story)
    assert not Filter(q="大阪").matches(story)


@pytest.mark.parametrize(
    ("title", "q", "is_found"),
    [
        ("हिन्दी की कहानी", "की", True),
        ("हिन्दी की कहानी", "का", False),  # another word with the same consonant
        ("iPhone15を発売した", "iphone15", True),  # Latin words stand without spaces there, too
        ("新型iPhoneを発売", '"iphone を発売"', True),
        ("كِتَابٌ جديد", "كتاب", True),  # vowel points come and go
        ("ดีน้ำใจ", "น้ำ", True),
        ("Straße nach Köln", "STRASSE köln", True),
        ("Kar\u00adls\u00adruhe", "Karlsruhe", True),  # with soft hyphens
        ("ＮＡＴＯ", "nato", True),
        ("Don’t panic", "don't", True),
        ("Київ і Львів", "київ", True),
        ("서울에서 열린", "서울", True),  # Korean words carry their particles
    ],
)
def test_words_are_found_in_any_language(title: str, q: str, is_found: bool) -> None:
    assert Filter(q=q).matches(known(copy("nbcn", title=title))) is is_found


def test_what_is_left_open_is_a_phrase_to_the_end() -> None:
    assert terms('storm "high tide') == (" storm ", " high tide ")


@given(st.text(max_size=60), st.text(max_size=60))
def test_every_text_is_found_by_its_own_words(one: str, other: str) -> None:
    sought = terms(one.replace('"', " "))
    assert all(term in searchable([other, one]) for term in sought)


@given(st.lists(st.text(max_size=20), max_size=4))
def test_the_order_of_texts_does_not_matter(texts: list[str]) -> None:
    assert searchable(texts) == searchable(list(reversed(texts)))


def test_filters_together_are_as_strict_as_each() -> None:
    both = matcher((Filter(categories=("world",)), Filter(languages=("fr",))))
    assert not both(STORY)


@given(st.text(st.characters(max_codepoint=127), max_size=60))
def test_the_short_way_for_plain_text_gives_the_same_words(text: str) -> None:
    long_way = searchable([f"{text} é"])
    assert long_way == f"{searchable([text]).rstrip()} é "
