"""What the pages say where something is missing, gone, moved, or broken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from frontpage import LAPTOP, SOURCES, VIEWS, fill
from newsdesk import NOON, Newsdesk, Reader, a_copy
from playwright.async_api import Browser, expect

from aggregator import store as stores
from aggregator.config import Config
from aggregator.core.errors import Kind
from aggregator.core.model import Change, Failure, Settlement, Signal, SourceState, Story, Text, Verdict
from aggregator.store import Server, Store
from aggregator.web import start

pytestmark = pytest.mark.asyncio(loop_scope="session")
BROWSER = {"Accept": "text/html,application/xhtml+xml"}


async def test_without_sources_an_address_becomes_lines_to_paste(
    look: Any, serve: Callable[..., Any]
) -> None:
    empty = await serve(sources=(), feeds=())
    page = await look(None, LAPTOP)
    await page.goto(f"{empty.runner.address}/")
    await page.get_by_label("Paste the address").fill("https://www.example.org/world/rss.xml")
    await page.get_by_role("button", name="Show its YAML").click()
    lines = await page.inner_text("pre")
    assert lines.startswith("sources:\n  - id: ")
    assert "url: https://www.example.org/world/rss.xml" in lines
    await page.goto(f"{empty.runner.address}/?add=ftp://x")
    assert (await page.inner_text("pre")).startswith("# ")


async def test_nothing_in_24_hours_says_why(reader: Reader, desk: Newsdesk, store: Store, clock: Any) -> None:
    await store.sources.take_up(SOURCES, {}, 7 * 86_400.0)
    claims = await store.sources.claim("w", 3, 30.0)
    failed = SourceState(
        polls=1, last_poll=clock.now, error_count=1, error=Failure(Kind.TIMEOUT, "It took 20 s.")
    )
    await store.sources.settle([Settlement(claim, failed, clock.now + 900) for claim in claims])
    page = await reader.ask("/")
    assert (
        f"Of {len(SOURCES)} sources, 3 cannot be read, {len(SOURCES) - 3} have not been polled yet"
        in page.text
    )
    assert "Mostly: It took 20 s." in page.text
    await desk.publish("nbc", "one")
    await reader.feed_of(1)
    assert "cannot be read" not in (await reader.ask("/")).text
    clock.advance(25 * 3600.0)
    page = await reader.ask("/")
    assert "Nothing is new in 24 hours: the last change was on 15 Jan 2027, 07:00 UTC." in page.text
    assert "Ferry one" in page.text


async def test_a_filter_that_finds_nothing_says_so(look: Any, few: list[Story]) -> None:
    page = await look("/?q=nowhereatall", LAPTOP)
    await expect(page.locator(".note")).to_contain_text("No story matches")
    await page.get_by_role("link", name="Remove search").click()
    await expect(page.locator(".stories > li")).to_have_count(10)


async def test_what_is_not_there_is_said_in_a_sentence(reader: Reader, desk: Newsdesk) -> None:
    gone = await desk.publish("nbc", "gone", status="withdrawn")
    told = {
        f"/stories/{gone.id}": (410, "This story was withdrawn."),
        f"/stories/{'0' * 32}": (404, "There is no such story, or it has expired."),
        "/nowhere": (404, "There is nothing at this address"),
        "/feeds/none": (404, "There is no view"),
        "/?limit=0": (400, "limit is a whole number"),
        "/?density=huge": (400, "density is normal or compact."),
        "/?images=2": (400, "images is 1 or 0."),
        "/stories/x?from=y": (400, "from is the id of a story."),
    }
    for path, (status, sentence) in told.items():
        page = await reader.ask(path, **BROWSER)
        assert (page.status, page.headers["Content-Type"]) == (status, "text/html; charset=utf-8"), path
        assert sentence in page.text
        assert page.headers["Cache-Control"] == "no-store"
        program = await reader.ask(path)
        assert program.headers["Content-Type"] == "application/problem+json"


async def test_a_merged_address_leads_on_and_says_where_from(
    look: Any, reader: Reader, desk: Newsdesk
) -> None:
    one, two = await desk.publish("nbc", "one"), await desk.publish("abc", "two")
    await reader.feed_of(2)
    page = await look(None, LAPTOP)
    await page.goto("/")
    await page.evaluate(
        "(id) => { localStorage['aggregator.saved'] = JSON.stringify({[id]: 'Two'}); }", two.id
    )
    await desk.commit(redirects=[(two.id, one.id)], expired=[two.id])
    await page.goto(f"/stories/{two.id}")
    assert page.url == f"{reader.runner.address}/stories/{one.id}?from={two.id}"
    await expect(page.locator(".note")).to_contain_text("It was merged into this one.")
    assert await page.evaluate("localStorage['aggregator.saved']") == f'{{"{one.id}":"Two"}}'


async def test_a_story_tells_all_its_copies_in_time_order_and_why(
    look: Any, reader: Reader, desk: Newsdesk
) -> None:
    verdict = Verdict(True, 0.94, "37 of 40 phrases shared", signals=(Signal("phrases", 0.94, 0.6, True),),
                      vetoes=("numbers", "polarity"), phrase="reaches the harbour")  # fmt: skip
    late = a_copy(
        "abc", "late", title="Ferry one docks in the harbour", first_seen=NOON + 240, verdict=verdict
    )
    early = a_copy("cbs", "early", first_seen=NOON + 60, reason="same title")
    story = await desk.publish(
        "nbc", "one", late, early, title="Ferry one reaches the harbour", html="<p>All of <b>it</b>.</p><h1>No</h1>", agency="AP"
    )  # fmt: skip
    await reader.feed_of(1)
    page = await look(f"/stories/{story.id}", LAPTOP)
    await expect(page.locator(".count")).to_contain_text(
        "3 outlets carry one text, by AP: copies are no confirmation"
    )
    assert await page.locator(".text b").inner_text() == "it"
    assert await page.locator("h1").all_inner_texts() == ["Ferry one reaches the harbour"]
    rows = await page.locator("table").first.locator("tr").all_inner_texts()
    assert [row.split()[0] for row in rows[1:]] == ["NBC", "CBS", "ABC"]
    assert "+4 min" in rows[3]
    assert await page.locator("table").first.locator("mark").all_inner_texts() == ["early", "docks in"]
    await expect(page.locator("svg circle")).to_have_count(3)
    await page.locator(".why > summary").click()
    await expect(page.locator(".why")).to_contain_text("numbers, polarity")
    await expect(page.locator(".why")).to_contain_text("0.60")


@pytest_asyncio.fixture(loop_scope="session")
async def mortal(tmp_path: Path) -> Any:
    """A Redis server that this test may stop."""
    server = Server(tmp_path / "data")
    await server.start()
    yield server
    await server.stop()


async def test_while_redis_is_away_the_last_good_page_is_shown(
    browser: Browser, mortal: Server, clock: Any
) -> None:
    given = {"sources": SOURCES, "feeds": VIEWS, "server": {"host": "127.0.0.1", "port": 0}}
    async with stores.open(mortal.url) as store:
        desk = Newsdesk(store, await store.inbox.lead("desk", 600.0) or 0)
        story = (await fill(desk, 10))[0]
        runner = await start(Config.model_validate(given), store, clock=clock)
        context = await browser.new_context(base_url=runner.address)
        page = await context.new_page()
        await page.goto("/")
        while await page.locator(".stories > li").count() < 10:
            await page.reload()
        await mortal.stop()
        while not await page.get_by_text("news as of 08:00 UTC").count():
            await page.reload()
        await expect(page.locator(".stories > li")).to_have_count(10)
        await page.goto(f"/stories/{story.id}")
        await expect(page.locator("h1")).to_have_text("The store does not answer")
        await context.close()
        await runner.cleanup()


async def test_a_revision_shows_which_words_changed(look: Any, reader: Reader, desk: Newsdesk) -> None:
    story = await desk.publish("nbc", "one", title="Ferry delayed in fog", html="<p>Six people waited.</p>")
    later = a_copy("nbc", "one", title="Ferry cancelled in fog", revised=NOON + 600)
    text = Text(content_html="<p>Nine people waited.</p>")
    await desk.commit(Change(0, "updated", story.id, NOON), copies=[(story.id, later, None, text)])
    await reader.feed_of(1)
    page = await look(f"/stories/{story.id}", LAPTOP)
    revision = page.locator(".revisions li")
    assert await revision.locator("del").all_inner_texts() == ["delayed", "Six"]
    assert await revision.locator("ins").all_inner_texts() == ["cancelled", "Nine"]
    assert await revision.locator("time").get_attribute("datetime") == "2027-01-15T07:10:00Z"
