"""`/sources.atom`: what happened to sources."""

from __future__ import annotations

import feedparser
from newsdesk import NOON, Reader

from aggregator.store import Store


async def test_a_source_that_breaks_is_an_item_and_one_that_recovers_another(
    reader: Reader, store: Store
) -> None:
    await store.incidents.note([("nbc", "broken", "It did not answer.", NOON)])
    await store.incidents.note([("nbc", "well", "", NOON + 60), ("gone-from-file", "broken", "", NOON)])
    answer = await reader.ask("/sources.atom")
    read = feedparser.parse(answer.body)
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert answer.headers["Last-Modified"] == "Fri, 15 Jan 2027 07:01:00 GMT"
    assert [entry.title for entry in read.entries] == ["NBC News works again", "NBC News does not work"]
    assert "It did not answer." in read.entries[1].content[0].value
    assert read.entries[1].link == f"{reader.runner.address}/sources/nbc"
    assert (await reader.ask("/sources.atom", If_None_Match=answer.headers["ETag"])).status == 304


async def test_its_address_is_shown_without_secrets(reader: Reader, store: Store) -> None:
    await store.incidents.note([("abc", "gone", "", NOON)])
    text = (await reader.ask("/sources.atom")).text
    assert "https://abc.example/rss?apikey=***" in text
    assert "hush" not in text
    assert "secret" not in text


async def test_one_that_flaps_is_one_item(reader: Reader, store: Store) -> None:
    for number in range(6):
        what = "well" if number % 2 else "broken"
        await store.incidents.note([("nbc", what, "", NOON + 60 * number)])  # type: ignore[list-item]
    (entry,) = feedparser.parse((await reader.ask("/sources.atom")).body).entries
    assert entry.title == "NBC News keeps breaking and recovering"
    assert entry.updated == "2027-01-15T07:05:00Z"


async def test_what_is_kept_is_bounded(store: Store) -> None:
    await store.incidents.note([(f"s{number}", "broken", "", NOON + number) for number in range(1_100)])
    newest = await store.incidents.newest()
    assert len(newest) == 1_000
    assert newest[0].source == "s1099"


async def test_without_incidents_it_is_an_empty_feed(reader: Reader) -> None:
    read = feedparser.parse((await reader.ask("/sources.atom")).body)
    assert not read.bozo
    assert read.entries == []
