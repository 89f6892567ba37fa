"""Atom and RSS are valid whatever publishers wrote, and a feed reader reads back what was written."""

from __future__ import annotations

from html import unescape
from typing import Any

import feedparser
import pytest
from feed_rules import problems
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.core import syndicate
from aggregator.core.bulletin import Named, bulletin
from aggregator.core.incident import Incident
from aggregator.core.model import Copy, Enclosure, Story, Text
from aggregator.core.render import Head

HEAD = Head(
    "News, each story once",
    "https://x.example/?q=a&limit=5",
    "https://x.example/feed.atom?q=a",
    "https://x.example/docs",
    "https://x.example/changes",
    next="https://x.example/feed.atom?cursor=a&limit=5",
    hub="https://x.example/hub",
)
SOURCES = {"nbc": "https://nbc.example/rss?a=1&b=2"}
WRITERS = [syndicate.atom, syndicate.rss]

WORDS = st.text(max_size=30) | st.sampled_from(
    ["", " ", "<b>x</b> & y", "]]>", "\x00\x1f\ud800", "مرحبا", "\u202e"]
)
URLS = st.text(max_size=20).map("https://a.example/{}".format) | st.sampled_from(
    [
        "",
        "javascript:alert(1)",
        "https://a.example/<x> y",
        "http://[::1",
        "https://a.example/ä?q=ü#é",
        "//a.example",
    ]
)
LANGUAGES = st.none() | WORDS | st.sampled_from(["en", "en_US", "zh-Hant-TW", "x", "de-", "not a language"])
ENCLOSURES = st.builds(
    Enclosure, URLS, st.sampled_from(["", "audio/mpeg", "nonsense", 'a/b"c']), st.none() | st.integers(-5, 9)
)


class Stored:
    def __init__(self, copies: tuple[Copy, ...], text: Text, **fields: Any) -> None:
        self.copies, self.texts = copies, {copies[0].entry: text}
        entries = tuple(copy.entry for copy in copies)
        self.story = Story(entries[0], 1.8e9, 1.8e9, 1.8e9, entries[0], copies=entries, **fields)


MOMENTS = st.none() | st.floats() | st.floats(0, 4e9)
COPIES = st.builds(
    lambda number, **fields: Copy(f"{number:032x}", first_seen=1.8e9, content_hash=b"", **fields),
    st.integers(0, 2**128 - 1),
    source=st.sampled_from(["nbc", "abc"]),
    outlet=WORDS.filter(str.strip),
    url=URLS,
    title=WORDS,
    language=LANGUAGES,
    categories=st.lists(WORDS, max_size=2).map(tuple),
)
TEXTS = st.builds(
    Text,
    summary=WORDS,
    content_html=WORDS,
    image=st.none() | URLS,
    authors=st.lists(WORDS, max_size=2).map(tuple),
    enclosures=st.lists(ENCLOSURES, max_size=2).map(tuple),
)
STORIES = st.lists(
    st.builds(
        lambda copies, text, published, modified: Stored(
            tuple(copies), text, published=published, modified=modified
        ),
        st.lists(COPIES, min_size=1, max_size=3, unique_by=lambda copy: copy.entry),
        TEXTS,
        MOMENTS,
        MOMENTS,
    ),
    max_size=3,
    unique_by=lambda stored: stored.story.id,
)


@pytest.mark.parametrize("write", WRITERS)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(stories=STORIES)
def test_a_feed_is_valid_whatever_publishers_wrote(write: Any, stories: list[Stored]) -> None:
    assert problems(write(HEAD, stories, SOURCES)) == []


@given(
    st.lists(
        st.builds(
            Incident,
            st.integers(0, 9).map("{:032x}".format),
            st.sampled_from(["nbc", "abc"]),
            st.sampled_from(["broken", "gone", "silent", "moved", "well", "unsteady"]),
            st.floats(0, 4e9),
            st.floats(0, 4e9),
            st.integers(1, 9),
            WORDS,
        ),
        max_size=4,
        unique_by=lambda one: one.id,
    )
)
def test_the_feed_of_sources_is_valid(incidents: list[Incident]) -> None:
    names = {"nbc": Named("NBC {name}", "https://nbc.example/rss")}
    assert problems(bulletin(HEAD, incidents, names)) == []


COPY = {"first_seen": 1.8e9, "content_hash": b""}
STORY = Stored(
    (
        Copy("1" * 32, "nbc", "NBC & sons", "https://nbc.example/1?a=1&b=2", "Ferry & <tide>", language="en_GB",
             categories=("world", "sea"), **COPY),
        Copy("2" * 32, "abc", "ABC <News>", "https://abc.example/1", "Ferry", **COPY),
        Copy("3" * 32, "cbs", "CBS", "https://cbs.example/1", "Ferry", **COPY),
    ),
    Text("Two & three saved.", "<p>Two &amp; <b>three</b></p>", "https://nbc.example/a.jpg", ("Ann", "Bob"),
         enclosures=(Enclosure("https://nbc.example/a.mp3", "audio/mpeg", 5),)),
    published=1_799_999_000.0,
    modified=1_800_000_060.0,
)  # fmt: skip


@pytest.mark.parametrize("write", WRITERS)
def test_a_reader_loses_nothing(write: Any) -> None:
    read = feedparser.parse(write(HEAD, [STORY], SOURCES))
    (entry,) = read.entries
    assert not read.bozo
    assert {link.rel: link.href for link in read.feed.links} == {
        "alternate": HEAD.home,
        "self": HEAD.address,
        "next": HEAD.next,
        "hub": HEAD.hub,
    }
    assert entry.id == "urn:uuid:11111111-1111-1111-1111-111111111111"
    assert write is syndicate.atom or not entry.guidislink
    assert (unescape(entry.title), entry.link) == ("Ferry & <tide>", "https://nbc.example/1?a=1&b=2")
    assert unescape(entry.summary) == "Two & three saved."
    assert entry.content[0].value == "<p>Two &amp; <b>three</b></p>"
    assert [author.name for author in entry.authors] == ["Ann", "Bob"]
    assert [tag.term for tag in entry.tags] == ["world", "sea"]
    assert (entry.published_parsed[:5], entry.updated_parsed[:5]) == (
        (2027, 1, 15, 7, 43),
        (2027, 1, 15, 8, 1),
    )
    assert entry.source.title == "NBC & sons"
    assert SOURCES["nbc"] in {entry.source.get("href"), entry.source.get("url"), entry.source.get("id")}
    related = [(link.href, link.title) for link in entry.links if link.rel == "related"]
    assert related == [("https://abc.example/1", "ABC <News>"), ("https://cbs.example/1", "CBS")]
    assert [(one.href, one.type, one.length) for one in entry.enclosures] == [
        ("https://nbc.example/a.mp3", "audio/mpeg", "5")
    ]
    assert entry.media_thumbnail == [{"url": "https://nbc.example/a.jpg"}]


@pytest.mark.parametrize("write", WRITERS)
def test_the_fast_reader_reads_it_too(write: Any) -> None:
    fast = pytest.importorskip("fastfeedparser")
    (entry,) = fast.parse(write(HEAD, [STORY], SOURCES)).entries
    assert entry["id"] == "urn:uuid:11111111-1111-1111-1111-111111111111"
    assert (unescape(entry["title"]), entry["link"]) == ("Ferry & <tide>", "https://nbc.example/1?a=1&b=2")
    assert entry["published"].startswith("2027-01-15T07:43")


def test_the_rules_find_what_is_wrong() -> None:
    broken = b"<feed xmlns='http://www.w3.org/2005/Atom'><id>x</id><title/><entry><id>y</id></entry></feed>"
    assert len(problems(broken)) > 4
    assert len(problems(b"<rss version='2.0'><channel><item><guid>a</guid></item></channel></rss>")) > 4
