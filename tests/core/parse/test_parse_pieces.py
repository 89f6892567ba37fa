"""Parsing only the items that are new gives what parsing all of them would have given."""

import random
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.errors import ParseError
from aggregator.core.parse import Document, NeedsLiberal, document, only, pieces, quick

NOW = 1_790_000_000.0
FEEDS = Path(__file__).parents[4] / "shared/data/feeds"


def rss(items: list[str], head: str = "<title>T</title>") -> Document:
    body = f"<rss version='2.0'><channel>{head}{''.join(items)}</channel></rss>"
    return document(body.encode(), "", "https://example.org/feed")


def item(number: int, text: str = "") -> str:
    return f"<item><guid>g{number}</guid><title>n{number}</title><description>{text}</description></item>\n"


TEXTS = st.sampled_from([
    "", "plain", "<![CDATA[</item>]]>", "<![CDATA[<item>]]>", "<!-- </item> -->", "<!-- <item> --> <![CDATA[-->]]>",
    "<?x </item> ?>", "a &amp; b", "<![CDATA[<!-- ]]>", "é ü", "<entry-like/>", "<items></items>", "<b>x</b>",
])  # fmt: skip


@given(st.lists(TEXTS, min_size=1, max_size=8), st.data())
def test_chosen_items_are_read_as_in_the_whole_document(texts, data):
    whole = rss([item(number, text) for number, text in enumerate(texts)])
    wanted = data.draw(st.sets(st.integers(0, len(texts) - 1)))
    found = pieces(whole)
    assert found is not None
    assert len(found.marks) == len(texts)
    expected = [entry for index, entry in enumerate(quick(whole, NOW).entries) if index in wanted]
    assert list(quick(only(whole, found, wanted), NOW).entries) == expected


def test_all_of_the_head_stays():
    whole = rss([item(1), item(2)], "<title>T</title><ttl>5</ttl><language>de</language>")
    found = pieces(whole)
    assert found is not None
    nothing = quick(only(whole, found, ()), NOW)
    assert (nothing.title, nothing.ttl, nothing.language, nothing.entries) == ("T", 300.0, "de", ())


def test_an_item_keeps_its_mark_while_its_bytes_stay():
    before, after = pieces(rss([item(1), item(2)])), pieces(rss([item(3), item(1), item(2, "changed")]))
    assert before is not None
    assert after is not None
    assert after.marks[1] == before.marks[0]
    assert after.marks[2] != before.marks[1]


def test_the_same_bytes_under_another_root_are_another_item():
    one = document(
        b"<rss version='2.0'><channel><item><guid>1</guid></item></channel></rss>", "", "https://example.org/"
    )
    other = document(b"<rss version='2.0' xml:base='/x/'><channel><item><guid>1</guid></item></channel></rss>",
                     "", "https://example.org/")  # fmt: skip
    assert pieces(one).marks != pieces(other).marks


@pytest.mark.parametrize(
    "items",
    [
        [],
        ["<item><title>no identity</title></item>"],
        [item(1), item(1)],
        ["<item><guid>1</guid><item><guid>2</guid></item></item>"],
        [item(1), "<item><guid>2</guid>"],
        [item(1), "</item>"],
        [item(1), "<item/>"],
        ["<x:item><guid>1</guid></x:item>"],
        [item(1), "<![CDATA["],
        [item(1), "<!--"],
        [item(number) for number in range(1001)],
    ],
)
def test_where_items_cannot_be_told_apart_safely_there_are_no_pieces(items):
    assert pieces(rss(items)) is None


def test_json_has_no_pieces():
    assert pieces(document(b'{"items": []}')) is None


@pytest.mark.parametrize(
    "part", ["<item>", "</item>", "<guid>", "<link ", "<link href=", "<![CDATA[", "<!--", "<?", "<", "<id> "]
)
def test_no_repetition_takes_long(part):
    pieces(Document("xml", ("<rss><channel><item>" + part * (2_000_000 // len(part))).encode(), ""))
    pieces(
        Document("xml", ("<rss><channel><item>" + part * 100_000 + "</item></channel></rss>").encode(), "")
    )


@pytest.mark.skipif(not FEEDS.is_dir(), reason="the real feeds are not here")
@pytest.mark.slow
def test_real_feeds_are_the_same_in_pieces():
    """Most real feeds have pieces, and any choice of them is read as in the whole."""
    dice, split, total = random.Random(3), 0, 0
    for archive in sorted(FEEDS.glob("*.tar.xz")):
        with tarfile.open(archive) as files:
            for number, member in enumerate(files):
                if number > 1500:
                    break
                if number % 25 or not member.isfile() or (stream := files.extractfile(member)) is None:
                    continue
                try:
                    whole = document(stream.read(), "", "https://example.org/feed")
                    entries = quick(whole, NOW).entries
                except (ParseError, NeedsLiberal):
                    continue
                found, total = pieces(whole), total + 1
                if found is None:
                    continue
                split += 1
                wanted = {index for index in range(len(found.marks)) if dice.random() < 0.3}
                chosen = quick(only(whole, found, wanted), NOW).entries
                assert len(entries) == len(found.marks), member.name
                assert list(chosen) == [entry for index, entry in enumerate(entries) if index in wanted], (
                    member.name
                )
    assert split >= 0.8 * total
