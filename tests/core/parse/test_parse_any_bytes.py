"""Any bytes give entries or a ParseError, and nothing else."""

import json
import random
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.core.errors import ParseError
from aggregator.core.model import Feed
from aggregator.core.parse import MAX_ENTRIES, NeedsLiberal, bounds, document, liberal, quick
from aggregator.core.urls import canonical

NOW = 1_790_000_000.0
FEEDS = Path(__file__).parents[4] / "shared/data/feeds"
PARTS = [
    b"<rss version='2.0'>", b"</rss>", b"<channel>", b"</channel>", b"<item>", b"</item>", b"<title>", b"</title>",
    b"<link>https://example.org/1</link>", b"<link href='/a'/>", b"<guid>", b"</guid>", b"<description>", b"<![CDATA[",
    b"]]>", b"<!--", b"-->", b"<?xml version='1.0' encoding='utf-16'?>", b"<?xml version='1.0' encoding='gb2312'?>",
    b"<!DOCTYPE rss [", b"<!ENTITY a '&a;'>", b"]>", b"&a;", b"&#xD800;", b"&amp;", b"&", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf",
    b"<feed xmlns='http://www.w3.org/2005/Atom'>", b"</feed>", b"<entry>", b"</entry>", b"<content type='xhtml'>",
    b"<media:content url='x' width='99999999999999'/>", b"<rdf:RDF>", b"<pubDate>Mon, 99 Foo 2026</pubDate>", b"<ttl>-1</ttl>",
    b"<skipHours><hour>25</hour></skipHours>", b"{", b"}", b"[", b"]", b'"items":', b'"version":', b"null", b"1e999",
    "ž \u202e \U0001f300".encode(), b"\xed\xa0\x80", b"<script>", b"<html>", b"'", b'"', b"<", b">", b"/", b"x" * 3000,
]  # fmt: skip


def check(body: bytes, content_type: str = "") -> Feed | None:
    """Both parsers on one body; what they promise of their entries holds."""
    try:
        parsed = document(body, content_type, "https://example.org/feed")
        try:
            feed = quick(parsed, NOW)
        except NeedsLiberal:
            feed = liberal(parsed, NOW)
    except ParseError:
        return None
    assert len(feed.entries) <= MAX_ENTRIES
    assert len({one.guid for one in feed.entries}) == len(feed.entries)
    for one in feed.entries:
        assert one.guid
        assert len(one.guid) <= bounds.MAX_GUID
        assert one.title or one.url or one.content_html
        assert len(one.title) <= bounds.MAX_TITLE
        assert len(one.summary) <= bounds.MAX_SUMMARY
        assert not one.url or one.url.lower().startswith(("http://", "https://"))
        assert one.canonical_url == canonical(one.canonical_url)
        assert one.published is None or 631152000 <= one.published <= NOW + 86400
        json.dumps([one.guid, one.title, one.summary, one.content_html, one.credit]).encode()
        "".join((one.guid, one.url, one.title, one.summary, one.content_html, one.credit)).encode("utf-8")
    return feed


@given(
    st.binary(max_size=300), st.sampled_from(["", "text/xml; charset=utf-16", "text/html; charset=gb2312"])
)
def test_any_bytes(body, content_type):
    check(body, content_type)


@settings(max_examples=400)
@given(st.lists(st.sampled_from(PARTS), max_size=25).map(b"".join), st.sampled_from([b"", b"<rss><channel>"]))
def test_any_soup_of_what_feeds_are_made_of(body, before):
    check(before + body)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20) | st.just("https://example.org/1"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["id", "url", "title", "items", "authors", "name", "content_html", "tags", "attachments", "hubs",
                         "type", "image", "date_published", "version", "size_in_bytes", "language"]), inner, max_size=6),
)  # fmt: skip


@given(st.lists(JSON, max_size=4), JSON)
def test_any_json(items, more):
    check(json.dumps({**(more if isinstance(more, dict) else {}), "items": items}).encode())


def archived(every: int) -> Iterator[tuple[str, bytes]]:
    """Every n-th file of the real feeds. Archives are read from their beginning, so only a part of each."""
    for archive in sorted(FEEDS.glob("*.tar.xz")):
        with tarfile.open(archive) as files:
            for number, member in enumerate(files):
                if number > 2400:
                    break
                if (
                    member.isfile()
                    and number % every == 0
                    and (stream := files.extractfile(member)) is not None
                ):
                    yield member.name, stream.read()


needs_feeds = pytest.mark.skipif(not FEEDS.is_dir(), reason="the real feeds are not here")


@needs_feeds
@pytest.mark.slow
def test_real_feeds_are_read():
    """A sample of all that docs/parsing.md reports on; most is well-formed, and none crashes or hangs."""
    found = [
        check(body) for name, body in archived(every=12) if name.endswith((".xml", ".rss", ".atom", ".rdf"))
    ]
    read = [feed for feed in found if feed is not None]
    assert len(read) >= 0.97 * len(found)
    assert sum(len(feed.entries) for feed in read) >= 15 * len(read)
    assert sum(feed.liberal for feed in read) <= 0.01 * len(read)


@needs_feeds
@pytest.mark.slow
def test_real_feeds_with_damage_are_read_or_refused():
    """Bytes taken out, doubled, changed, moved: the same promise holds."""
    dice = random.Random(7)
    for _, body in archived(every=97):
        damaged = bytearray(body[:60_000])
        for _ in range(dice.randrange(1, 12)):
            at = dice.randrange(len(damaged) + 1)
            match dice.randrange(4):
                case 0:
                    del damaged[at : at + dice.randrange(1, 200)]
                case 1:
                    damaged[at:at] = dice.choice(PARTS)
                case 2:
                    damaged[at : at + 1] = dice.randbytes(1)
                case _:
                    damaged[at:at] = damaged[: dice.randrange(200)]
        check(bytes(damaged))
