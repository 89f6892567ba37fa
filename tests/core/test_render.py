"""Stories as items of a JSON Feed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.model import Change, Copy, Enclosure, Signal, Story, Text, Verdict
from aggregator.core.render import Head, change, item, json_feed, web_address

SCHEMA = Path(__file__).parents[3] / "shared" / "data" / "jsonfeed" / "schema-v1.1.json"
FOUNDER, OTHER, THIRD = "a" * 32, "b" * 32, "c" * 32
HEAD = Head(
    "News", "http://x.example/", "http://x.example/feed.json", "http://x.example/docs", "http://x.example/c"
)


@dataclass
class Stored:
    story: Story
    copies: tuple[Copy, ...]
    texts: dict[str, Text] = field(default_factory=dict)


def copy(entry: str, outlet: str, **fields: Any) -> Copy:
    given_fields = {
        "url": f"https://{outlet.lower()}.example/1",
        "title": f"Ferry sinks, says {outlet}",
        "first_seen": 1_800_000_000.0,
        "content_hash": b"",
        "categories": ("world",),
    }
    return Copy(entry, outlet.lower(), outlet, **{**given_fields, **fields})


def stored(*copies: Copy, texts: dict[str, Text] | None = None, **fields: Any) -> Stored:
    given_fields = {
        "placed": 1_800_000_000.0,
        "first_seen": 1_800_000_000.0,
        "last_copy": 1_800_000_600.0,
        "lead": copies[0].entry,
        "copies": tuple(sorted(one.entry for one in copies)),
    }
    return Stored(Story(FOUNDER, **{**given_fields, **fields}), copies, texts or {})


def test_an_item_is_the_leads_with_all_copies_beside_it() -> None:
    text = Text("Two hundred saved.", "<p>Two hundred saved.</p>", "https://nbc.example/p.jpg", ("Ann Lee",))
    story = stored(
        copy(OTHER, "NBC", agency="AP", language="en", score=0.9412, reason="37 of 40 phrases shared"),
        copy(FOUNDER, "ABC", categories=("local", "world"), published=1_799_999_000.4),
        texts={OTHER: text},
        published=1_799_999_000.0,
        modified=1_800_000_300.0,
        agency="AP",
        revision=3,
    )
    assert item(story) == {
        "id": FOUNDER,
        "url": "https://nbc.example/1",
        "title": "Ferry sinks, says NBC",
        "summary": "Two hundred saved.",
        "content_html": "<p>Two hundred saved.</p>",
        "image": "https://nbc.example/p.jpg",
        "date_published": "2027-01-15T07:43:20Z",
        "date_modified": "2027-01-15T08:05:00Z",
        "authors": [{"name": "Ann Lee"}],
        "tags": ["world", "local"],
        "language": "en",
        "_aggregator": {
            "revision": 3,
            "placed": "2027-01-15T08:00:00Z",
            "sources": 2,
            "agency": "AP",
            "status": "usable",
            "first_seen": "2027-01-15T08:00:00Z",
            "last_copy": "2027-01-15T08:10:00Z",
            "lead": OTHER,
            "copies": [
                {
                    "entry": OTHER,
                    "source": "nbc",
                    "outlet": "NBC",
                    "url": "https://nbc.example/1",
                    "title": "Ferry sinks, says NBC",
                    "first_seen": "2027-01-15T08:00:00Z",
                    "score": 0.941,
                    "reason": "37 of 40 phrases shared",
                },
                {
                    "entry": FOUNDER,
                    "source": "abc",
                    "outlet": "ABC",
                    "url": "https://abc.example/1",
                    "title": "Ferry sinks, says ABC",
                    "published": "2027-01-15T07:43:20Z",
                    "first_seen": "2027-01-15T08:00:00Z",
                    "score": 1.0,
                    "reason": "first of its story",
                },
            ],
            "related": [],
            "event": {"texts": 1, "sources": 2},
        },
    }


def test_what_is_unknown_is_absent_and_never_null() -> None:
    bare = item(stored(copy(FOUNDER, "ABC", title="Ferry & <tide>", url="", categories=())))
    assert b"null" not in json.dumps(bare).encode()
    assert bare.keys() == {"id", "title", "content_html", "date_published", "_aggregator"}
    assert bare["content_html"] == "Ferry &amp; &lt;tide&gt;"


def test_a_story_without_a_word_still_has_content() -> None:
    assert item(stored(copy(FOUNDER, "ABC", title="")))["content_html"] == ""


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "//abc.example/1", "/1", "ftp://abc.example/1", "http://", "https://[", "", None],
)
def test_an_address_that_is_not_absolute_http_is_left_out(address: str | None) -> None:
    assert web_address(address) is None


def test_copies_stand_lead_first_then_as_first_seen() -> None:
    story = stored(
        copy(THIRD, "C", first_seen=3.0), copy(FOUNDER, "A", first_seen=1.0), copy(OTHER, "B", first_seen=2.0)
    )
    entries = [one["entry"] for one in item(story)["_aggregator"]["copies"]]
    assert entries == [THIRD, FOUNDER, OTHER]


def test_feeds_of_one_outlet_count_once() -> None:
    story = stored(copy(FOUNDER, "ABC"), copy(OTHER, "ABC"), copy(THIRD, "NBC"))
    assert item(story)["_aggregator"]["sources"] == 2


def test_related_stories_are_counted_apart_from_copies() -> None:
    other = stored(copy(THIRD, "ARD"), copy(OTHER, "ABC"))
    story = stored(copy(FOUNDER, "ABC"), related=((THIRD, 0.71234), ("d" * 32, 0.6)))
    extension = item(story, {THIRD: other})["_aggregator"]
    assert [one["score"] for one in extension["related"]] == [0.712]
    assert extension["event"] == {"texts": 2, "sources": 2}
    assert extension["sources"] == 1


def test_explained_copies_have_every_signal() -> None:
    verdict = Verdict(True, 0.9, "alike", FOUNDER, (Signal("titles", 0.91234, 0.8, True),), ("numbers",))
    story = stored(copy(FOUNDER, "ABC"), copy(OTHER, "NBC", verdict=verdict))
    explained = item(story, explain=True)["_aggregator"]["copies"]
    assert "verdict" not in explained[0]
    assert explained[1]["verdict"] == {
        "same": True,
        "score": 0.9,
        "reason": "alike",
        "other": FOUNDER,
        "signals": [{"name": "titles", "value": 0.912, "threshold": 0.8, "passed": True}],
        "vetoes": ["numbers"],
    }
    assert "verdict" not in item(story)["_aggregator"]["copies"][1]


def test_enclosures_are_attachments_and_always_have_a_type() -> None:
    files = (
        Enclosure("https://abc.example/a.mp3", "audio/mpeg", 5),
        Enclosure("https://abc.example/b.mp4"),
        Enclosure("https://abc.example/c"),
        Enclosure("file:///etc/passwd"),
    )
    story = stored(copy(FOUNDER, "ABC"), texts={FOUNDER: Text(enclosures=files)})
    assert item(story)["attachments"] == [
        {"url": "https://abc.example/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 5},
        {"url": "https://abc.example/b.mp4", "mime_type": "video/mp4"},
        {"url": "https://abc.example/c", "mime_type": "application/octet-stream"},
    ]


@pytest.mark.skipif(not SCHEMA.exists(), reason="the schema of JSON Feed is not at hand")
@given(
    st.builds(
        Text,
        summary=st.text(max_size=10),
        content_html=st.text(max_size=10),
        image=st.sampled_from([None, "", "x", "https://abc.example/1"]),
        authors=st.lists(st.text(max_size=5), max_size=2).map(tuple),
    ),
    st.text(max_size=10),
    st.sampled_from(["", "https://abc.example/1", "javascript:1", "http://["]),
    st.none() | st.floats(),
    st.none() | st.just("en"),
)
def test_any_story_makes_a_valid_json_feed(
    text: Text, title: str, url: str, published: float | None, language: str | None
) -> None:
    one = copy(FOUNDER, "ABC", title=title, url=url, published=published, language=language)
    feed = json_feed(HEAD, [item(stored(one, texts={FOUNDER: text}, published=published))])
    jsonschema.validate(feed, json.loads(SCHEMA.read_text()))
    assert "null" not in json.dumps(feed)


# --- changes ------------------------------------------------------------------------------------------


def test_each_kind_of_change_says_what_belongs_to_it() -> None:
    shown = {"id": FOUNDER}
    added = change(Change(1, "added", FOUNDER, 1_800_000_000.0), "e-1", shown)
    assert added == {
        "id": "e-1",
        "number": 1,
        "type": "added",
        "story": FOUNDER,
        "at": "2027-01-15T08:00:00Z",
        "backfill": False,
        "item": shown,
    }
    assert change(Change(2, "updated", FOUNDER, 0.0, what=("text",)), "e-2", shown)["what"] == ["text"]
    assert change(Change(3, "merged", FOUNDER, 0.0, other=OTHER), "e-3", None)["into"] == OTHER
    assert change(Change(4, "split", FOUNDER, 0.0, other=OTHER), "e-4", shown)["from"] == OTHER
    assert "item" not in change(Change(5, "withdrawn", FOUNDER, 0.0), "e-5", shown)
