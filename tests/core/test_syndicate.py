"""Stories as Atom and RSS, read back by a feed reader."""

from __future__ import annotations

from html import unescape
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import syndicate
from aggregator.core.model import Copy, Enclosure, Story, Text
from aggregator.core.render import Head

HEAD = Head(
    "News & more",
    "https://x.example/",
    "https://x.example/feed.atom",
    "https://x.example/docs",
    "https://x.example/changes",
    next="https://x.example/feed.atom?cursor=a&limit=5",
)
SOURCES = {"nbc": "https://nbc.example/rss?a=1&b=2"}
ID = "0123456789abcdef0123456789abcdef"


class Stored:
    """A story by NBC that ABC copied."""

    def __init__(self, text: Text, title: str = "Ferry & <tide>", **fields: Any) -> None:
        common = {"first_seen": 1_800_000_000.0, "content_hash": b""}
        self.copies = (
            Copy(ID, "nbc", "NBC", "https://nbc.example/1?a=1&b=2", title, categories=("world",), **common),
            Copy("b" * 32, "abc", "ABC <News>", "https://abc.example/1", "Ferry", **common),
        )
        entries = tuple(copy.entry for copy in self.copies)
        self.story = Story(ID, 1.8e9, 1.8e9, 1.8e9, ID, copies=entries, **fields)
        self.texts = {ID: text}


TEXT = Text(
    "Two saved.",
    "<p>Two &amp; saved</p>",
    authors=("Ann",),
    enclosures=(Enclosure("https://nbc.example/a.mp3", "audio/mpeg", 5),),
)
WRITERS = [syndicate.atom, syndicate.rss]


@pytest.mark.parametrize("write", WRITERS)
def test_a_reader_finds_the_story_its_source_and_its_other_copies(write: Any) -> None:
    read = feedparser.parse(write(HEAD, [Stored(TEXT, published=1_799_999_000.0)], SOURCES))
    (entry,) = read.entries
    assert not read.bozo
    assert read.feed.title == "News & more"
    assert entry.id == "urn:uuid:01234567-89ab-cdef-0123-456789abcdef"
    assert unescape(entry.title) == "Ferry & <tide>"
    assert entry.link == "https://nbc.example/1?a=1&b=2"
    assert entry.published_parsed[:5] == (2027, 1, 15, 7, 43)
    assert [tag.term for tag in entry.tags] == ["world"]
    assert entry.author == "Ann"
    assert entry.source.title == "NBC"
    related = [(link.href, link.title) for link in entry.links if link.rel == "related"]
    assert related == [("https://abc.example/1", "ABC <News>")]
    assert [link.href for link in read.feed.links if link.rel == "next"] == [HEAD.next]


def test_the_date_of_an_entry_moves_with_its_text_only() -> None:
    before = feedparser.parse(syndicate.atom(HEAD, [Stored(TEXT)], {})).entries[0].updated
    after = feedparser.parse(syndicate.atom(HEAD, [Stored(TEXT, modified=1.8e9 + 60)], {})).entries[0].updated
    assert (before, after) == ("2027-01-15T08:00:00Z", "2027-01-15T08:01:00Z")


@pytest.mark.parametrize("write", WRITERS)
def test_a_feed_without_stories_is_a_feed(write: Any) -> None:
    read = feedparser.parse(write(HEAD, [], {}))
    assert not read.bozo
    assert read.entries == []


@pytest.mark.parametrize("write", WRITERS)
@given(st.text(), st.text(), st.none() | st.floats())
def test_any_text_makes_well_formed_xml(write: Any, title: str, content: str, moment: float | None) -> None:
    stored = Stored(Text(content, content, authors=(title,)), title, published=moment, modified=moment)
    assert len(ET.fromstring(write(HEAD, [stored], SOURCES))) >= 1
