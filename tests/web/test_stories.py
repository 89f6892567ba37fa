"""`/stories/{id}`: one story, or where it went; `/changes`: the log of all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace
from newsdesk import NOON, Newsdesk, Reader, a_copy

from aggregator.core.model import Change, Signal, Verdict, entry_id


async def test_a_story_is_the_item_of_the_feed(reader: Reader, desk: Newsdesk) -> None:
    story = await desk.publish("nbc", "one", a_copy("abc", "two"), html="<p>x</p>")
    feed = await reader.feed_of(1)
    answer = await reader.ask(f"/stories/{story.id}.json")
    assert answer.status == 200
    assert answer.json() == feed["items"][0]


async def test_explain_shows_each_signal(reader: Reader, desk: Newsdesk) -> None:
    verdict = Verdict(True, 0.9, "alike", signals=(Signal("titles", 0.9, 0.8, True),))
    story = await desk.publish("nbc", "one", a_copy("abc", "two", verdict=verdict))
    plain = await reader.ask(f"/stories/{story.id}.json")
    explained = await reader.ask(f"/stories/{story.id}.json?explain=1")
    assert "verdict" not in plain.text
    copies = explained.json()["_aggregator"]["copies"]
    assert copies[1]["verdict"]["signals"][0]["name"] == "titles"
    assert (await reader.ask(f"/stories/{story.id}.json?explain=yes")).json()["parameter"] == "explain"


async def test_the_entry_id_of_a_copy_leads_to_its_story(reader: Reader, desk: Newsdesk) -> None:
    story = await desk.publish("nbc", "one", a_copy("abc", "two"))
    for suffix in (".json", ".json?explain=1", ""):
        answer = await reader.ask(f"/stories/{entry_id('abc', 'two')}{suffix}")
        assert answer.status == 301
        assert answer.headers["Location"] == f"{reader.runner.address}/stories/{story.id}{suffix}"
        assert answer.headers["Cache-Control"] == "max-age=300"


async def test_a_merged_away_story_leads_to_the_one_that_took_it(reader: Reader, desk: Newsdesk) -> None:
    one, two = await desk.publish("nbc", "one"), await desk.publish("abc", "two")
    await desk.commit(redirects=[(two.id, one.id)], expired=[two.id])
    answer = await reader.ask(f"/stories/{two.id}.json")
    assert answer.status == 301
    assert answer.headers["Location"].endswith(f"/stories/{one.id}.json")


async def test_who_asks_by_date_alone_is_told_of_a_new_link_too(reader: Reader, desk: Newsdesk) -> None:
    """It leaves no date in the story."""
    story, other = await desk.publish("nbc", "one"), await desk.publish("abc", "two")
    await reader.feed_of(2)
    paths = (f"/stories/{story.id}.json", f"/stories/{story.id}")
    dates = {path: (await reader.ask(path)).headers["Last-Modified"] for path in paths}
    for path, date in dates.items():
        assert (await reader.ask(path, If_Modified_Since=date)).status == 304
    linked = replace(story, related=((other.id, 0.8),))
    await desk.commit(Change(0, "updated", story.id, NOON + 5, what=("related",)), stories=[linked])
    await reader.until("/feed.json", lambda a: any(i["_aggregator"]["related"] for i in a.json()["items"]))
    for path, date in dates.items():
        assert (await reader.ask(path, If_Modified_Since=date)).status == 200


async def test_a_withdrawn_story_is_gone(reader: Reader, desk: Newsdesk) -> None:
    story = await desk.publish("nbc", "one", status="withdrawn")
    assert (await reader.ask(f"/stories/{story.id}.json")).status == 410
    assert (await reader.ask(f"/stories/{story.id}")).status == 410


@pytest.mark.parametrize("story", ["0" * 32, "x", "A" * 32, "..%2f", "0" * 31])
async def test_an_unknown_story_is_404(reader: Reader, story: str) -> None:
    assert (await reader.ask(f"/stories/{story}.json")).status == 404


async def test_an_expired_story_is_404(reader: Reader, desk: Newsdesk) -> None:
    story = await desk.publish("nbc", "one")
    await desk.commit(expired=[story.id])
    assert (await reader.ask(f"/stories/{story.id}.json")).status == 404


# --- changes ------------------------------------------------------------------------------------------


async def test_the_log_begins_at_the_oldest_change_and_ends_with_nothing_new(
    reader: Reader, desk: Newsdesk
) -> None:
    stories = [await desk.publish("nbc", f"g{number}") for number in range(5)]
    seen, path = [], "/changes?limit=2"
    while True:
        page = (await reader.ask(path)).json()
        if not page["changes"]:
            break
        seen += page["changes"]
        path = f"/changes?limit=2&since={page['next']}"
    assert [change["number"] for change in seen] == [1, 2, 3, 4, 5]
    assert [change["story"] for change in seen] == [story.id for story in stories]
    assert [change["item"]["id"] for change in seen] == [story.id for story in stories]
    assert page["next"] == seen[-1]["id"]


async def test_all_pages_and_then_the_changes_miss_nothing(reader: Reader, desk: Newsdesk) -> None:
    await desk.publish("nbc", "one")
    feed = await reader.feed_of(1)
    late = await desk.publish("nbc", "two")
    path = feed["_aggregator"]["changes"].removeprefix(reader.runner.address)
    told = [change["story"] for change in (await reader.ask(path)).json()["changes"]]
    assert late.id in told  # and at most once more what was seen: the feed may know a story before its number
    assert set(told) <= {late.id, *(item["id"] for item in feed["items"])}


async def test_each_change_says_what_belongs_to_it(reader: Reader, desk: Newsdesk) -> None:
    one, two = await desk.publish("nbc", "one"), await desk.publish("abc", "two")
    await desk.commit(
        Change(0, "updated", one.id, NOON, what=("copies", "text")),
        Change(0, "merged", two.id, NOON, other=one.id),
        Change(0, "withdrawn", one.id, NOON),
        redirects=[(two.id, one.id)],
        expired=[two.id],
    )
    _, _, updated, merged, withdrawn = (await reader.ask("/changes")).json()["changes"]
    assert updated["what"] == ["copies", "text"]
    assert merged["into"] == one.id
    assert "item" not in merged
    assert "item" not in withdrawn


async def test_a_filtered_log_has_the_changes_of_matching_stories(reader: Reader, desk: Newsdesk) -> None:
    await desk.publish("nbc", "one", categories=("sport",))
    world = await desk.publish("nbc", "two")
    page = (
        await reader.until("/changes?category=world", lambda answer: bool(answer.json()["changes"]))
    ).json()
    assert [change["story"] for change in page["changes"]] == [world.id]
    assert page["changes"][0]["number"] == 2


async def test_a_cursor_of_another_log_says_where_to_begin(reader: Reader, desk: Newsdesk) -> None:
    await desk.publish("nbc", "one")
    for cursor in ("lost-5", "a-b_c-1"):
        answer = await reader.ask(f"/changes?since={cursor}")
        assert answer.status == 410
        assert answer.json()["restart"] == f"{reader.runner.address}/changes"
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("query", "parameter"), [("since=5", "since"), ("limit=1001", "limit"), ("cursor=x", "cursor")]
)
async def test_a_malformed_question_to_the_log_is_400(reader: Reader, query: str, parameter: str) -> None:
    answer = await reader.ask(f"/changes?{query}")
    assert (answer.status, answer.json()["parameter"]) == (400, parameter)


# --- the page -----------------------------------------------------------------------------------------


async def test_the_page_names_every_outlet_the_agency_and_the_time(reader: Reader, desk: Newsdesk) -> None:
    await desk.publish(
        "nbc", "one", a_copy("abc", "two"), agency="AP", title="Ferry <script>", summary='"High" & dry'
    )
    await reader.feed_of(1)
    page = await reader.ask("/")
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    for expected in (
        "NBC",
        "ABC",
        "AP",
        "Ferry &lt;script&gt;",
        "15 Jan 2027, 07:00 UTC",
        "2 outlets, one text",
    ):
        assert expected in page.text
    assert "<script>" not in page.text


async def test_the_page_pages_and_filters_without_a_script(reader: Reader, desk: Newsdesk) -> None:
    for number in range(3):
        await desk.publish("nbc", f"g{number}", placed=NOON + number)
    await reader.feed_of(3)
    page = await reader.ask("/?limit=2")
    following = page.text.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "Ferry g0" not in page.text
    older = await reader.ask(following)
    assert "Ferry g0" in older.text
    assert "Ferry g1" not in older.text
    assert "Ferry g1" in (await reader.ask("/?q=g1")).text


async def test_the_page_of_a_view_and_of_a_story(serve: Callable[..., Any], desk: Newsdesk) -> None:
    reader = await serve(feeds=[{"id": "world", "title": "World & more", "where": {"categories": ["world"]}}])
    story = await desk.publish("nbc", "one", a_copy("abc", "two", reason="37 of 40 phrases shared"))
    await reader.feed_of(1, "/feeds/world.json")
    assert "<h1>World &amp; more</h1>" in (await reader.ask("/feeds/world")).text
    assert "37 of 40 phrases shared" in (await reader.ask(f"/stories/{story.id}")).text


async def test_without_sources_the_page_says_how_to_begin(serve: Callable[..., Any]) -> None:
    reader = await serve(sources=())
    page = await reader.until("/", lambda answer: answer.status == 200)
    assert "add the first in three lines" in page.text
    assert "sources:\n  - url:" in page.text


async def test_without_stories_the_page_says_that_none_has_arrived(reader: Reader) -> None:
    page = await reader.until("/", lambda answer: answer.status == 200)
    assert "No story has arrived yet" in page.text
