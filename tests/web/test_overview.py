"""`/sources` and `/sources/{id}`: how every source is, for people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace
from newsdesk import Newsdesk, a_copy
from polled import HUSH, a_source, failing, told, with_news

from aggregator.store import Store


@pytest.fixture
async def served(store: Store, serve: Callable[..., Any]) -> Callable[..., Any]:
    """A server whose sources are in the given states."""

    async def started(*groups: Any) -> Any:
        return await serve(sources=await told(store, *groups))

    return started


async def test_a_list_without_sources_says_how_to_add_one(served):
    answer = await (await served()).ask("/sources")
    assert answer.status == 200
    assert "No sources yet" in answer.text


async def test_a_source_is_told_in_a_word_and_a_sentence(served, clock):
    reader = await served(([a_source("well")], with_news(clock.now)), ([a_source("ill")], failing(clock.now)))
    text = (await reader.ask("/sources")).text
    assert "No answer within 20 seconds. 2 times in a row." in text
    assert "1 polls with news, 0 without, 0 failed" in text
    assert "seen after 2 min" in text
    assert HUSH not in text


async def test_chips_choose_by_state(served, clock):
    reader = await served(([a_source("well")], with_news(clock.now)), ([a_source("ill")], failing(clock.now)))
    text = (await reader.ask("/sources?state=failing")).text
    assert "ILL" in text
    assert "WELL" not in text
    assert "No source is silent" in (await reader.ask("/sources?state=silent")).text


async def test_words_find_sources_by_name_and_address_but_not_by_secret(served, clock):
    reader = await served(([a_source("alpha"), a_source("beta", "two.example")], None))
    assert "ALPHA" not in (await reader.ask("/sources?q=two.ex")).text
    assert "BETA" in (await reader.ask("/sources?q=two.ex")).text
    assert "has “" in (await reader.ask(f"/sources?q={HUSH}")).text


async def test_a_host_all_of_whose_sources_fail_alike_is_one_line(served, clock):
    down = [a_source(f"s{n:02}", "down.example") for n in range(30)]
    reader = await served(
        (down, failing(clock.now)), ([a_source("well", "up.example")], with_news(clock.now))
    )
    text = (await reader.ask("/sources")).text
    assert "All 30 sources fail" in text
    assert text.count("No answer within 20 seconds.") == 1
    each = (await reader.ask("/sources?host=down.example")).text
    assert each.count("No answer within 20 seconds.") == 30


async def test_many_sources_are_paged_and_each_page_is_small(served):
    everyone = [a_source(f"source-{n:04}", f"host-{n % 97}.example") for n in range(1_000)]
    reader = await served((everyone, None))
    seen: set[str] = set()
    for page in range(1, 21):
        answer = await reader.ask(f"/sources?page={page}")
        assert len(answer.body) <= 100_000
        seen |= {source.id for source in everyone if f"/sources/{source.id}" in answer.text}
    assert seen == {source.id for source in everyone}
    assert "Page 21" not in answer.text


async def test_one_source_is_shown_whole(served, clock):
    reader = await served(([a_source("well")], with_news(clock.now)))
    text = (await reader.ask("/sources/well")).text
    assert "200, 1234 bytes in 0.5 s" in text
    assert "its own rhythm" not in text  # nothing is due: there is no next poll to give a reason for
    assert HUSH not in text


async def test_a_source_that_never_was_is_missing(served):
    reader = await served(([a_source("well")], None))
    assert (await reader.ask("/sources/other")).status == 404


async def test_what_cannot_be_asked_is_refused(served):
    reader = await served(([a_source("well")], None))
    for bad in ("state=odd", "page=0", "page=x", "color=red", "state=all&state=failing"):
        assert (await reader.ask(f"/sources?{bad}")).status == 400


async def test_hostile_words_are_only_words(served):
    nasty = replace(a_source("well"), name='<script>alert(1)</script>"><img src=x onerror=alert(1)>')
    reader = await served(([nasty], None))
    for path in ("/sources", "/sources/well", "/sources?q=%3Cscript%3E", "/sources?host=%22%3E%3Cscript%3E"):
        assert "<script>alert" not in (await reader.ask(path)).text
        assert "<script>&" not in (await reader.ask(path)).text
        assert "<img" not in (await reader.ask(path)).text


async def test_the_source_that_had_a_story_first_is_named_for_it(served, desk: Newsdesk):
    reader = await served(([a_source("quick"), a_source("slow")], None))
    later = a_copy("slow", "two", first_seen=1_799_999_000.0)
    story = await desk.publish("quick", "one", later, title="A bridge opens")
    await reader.feed_of(1)
    quick = await reader.until("/sources/quick", lambda answer: "A bridge opens" in answer.text)
    assert "with 1 of 1 stories" in quick.text
    assert f"/stories/{story.id}" in quick.text
    assert "with 0 of 1 stories" in (await reader.ask("/sources/slow")).text


async def test_the_pages_of_sources_are_asked_for_conditionally(served, clock):
    reader = await served(([a_source("well")], with_news(clock.now)))
    for path in ("/sources", "/sources/well"):
        answer = await reader.ask(path)
        again = await reader.ask(path, If_None_Match=answer.headers["ETag"])
        assert (answer.status, again.status) == (200, 304)


async def test_an_editors_button_leads_back_to_the_source(served):
    reader = await served(([a_source("well")], None))
    token = f"Bearer {reader.runner.token}"
    form = {"Authorization": token, "Content_Type": "application/x-www-form-urlencoded"}
    answer = await reader.ask("/sources/well/poll", "POST", **form)
    assert (answer.status, answer.headers["Location"]) == (303, "/sources/well")
    assert (await reader.ask("/sources/well/poll", "POST", Content_Type=form["Content_Type"])).status == 401


async def test_the_lists_of_one_moment_share_one_reading_of_the_store(served, store: Store, clock):
    reader = await served(([a_source("a")], with_news(clock.now)))

    async def lists_read() -> int:
        """How often the list of a shard was read: all of them, for a reading of the states."""
        return int((await store._link.info("commandstats"))["cmdstat_hgetall"]["calls"])

    await reader.feed_of(0)
    await reader.ask("/sources")
    before = await lists_read()
    for path in ("/sources", "/sources?state=failing", "/sources/a", "/sources.json"):
        assert (await reader.ask(path)).status == 200
    assert await lists_read() - before < store.sources.shards
