"""The feeds that polling is measured on: what a round claims to be is what it serves."""

from __future__ import annotations

import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))  # bench lies beside the package, not in it

from bench.server import ENTRIES, Feeds
from bench.text import Writer


@pytest.fixture(scope="module")
def feeds() -> Iterator[Feeds]:
    """Ten feeds on five addresses, in a process of their own."""
    with Feeds(10, hosts=5) as running:
        yield running


def ask(url: str, etag: str | None = None) -> tuple[int, bytes, str | None]:
    request = urllib.request.Request(url, headers={"If-None-Match": etag} if etag else {})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read(), answer.headers["ETag"]
    except urllib.error.HTTPError as error:
        with error:
            return error.code, b"", error.headers["ETag"]


def guids(body: bytes) -> set[str]:
    return {entry.id for entry in feedparser.parse(body.decode()).entries}


@pytest.mark.parametrize(("kind", "new"), [("new", ENTRIES), ("one", 1), ("304", 0), ("same", 0)])
def test_a_round_brings_as_many_new_entries_as_it_says(feeds: Feeds, kind: str, new: int) -> None:
    before = guids(ask(feeds.urls[3])[1])
    feeds.round(kind)
    after = guids(ask(feeds.urls[3])[1])
    assert len(before) == len(after) == ENTRIES
    assert len(after - before) == new


def test_an_etag_is_honoured_and_counted(feeds: Feeds) -> None:
    feeds.round("304")
    _, _, etag = ask(feeds.urls[0])
    assert ask(feeds.urls[0], etag)[0] == 304
    assert ask(feeds.urls[1], etag)[0] == 200
    counts = feeds.counts()
    assert [counts[name] for name in ("requests", "conditional", "not_modified", "feeds", "most")] == [
        3,
        2,
        1,
        2,
        2,
    ]


def test_the_same_body_comes_without_validators(feeds: Feeds) -> None:
    feeds.round("304")
    _, body, etag = ask(feeds.urls[0])
    feeds.round("same")
    assert ask(feeds.urls[0], etag) == (200, body, None)


def test_what_is_no_feed_is_not_counted(feeds: Feeds) -> None:
    feeds.round("304")
    assert ask(feeds.urls[0].replace("/feed/0", "/favicon.ico"))[0] == 404
    assert feeds.counts()["requests"] == 0


def test_a_piece_is_the_same_for_the_same_seed() -> None:
    writer = Writer()
    assert writer.piece("a") == Writer().piece("a") != writer.piece("b")
