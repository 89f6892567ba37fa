"""News that come while somebody reads: counted, shown when asked for, and never moving what is being read."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from frontpage import LAPTOP, WIDE, focused, titles
from newsdesk import NOON, Newsdesk, Reader, a_copy
from playwright.async_api import Page, expect

from aggregator.core.model import Change, Story

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHIFTS = """() => {
    window.shifts = [];
    new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map((one) => one.value)))
        .observe({type: 'layout-shift', buffered: false});
}"""
PLACES = "() => [...document.querySelectorAll('.stories > li')].map((row) => row.getBoundingClientRect().top)"


async def listening(page: Page) -> None:
    await expect(page.locator(".new")).to_have_text("No new stories")


async def more_copies(desk: Newsdesk, story: Story, number: int) -> Story:
    """Another outlet carries a story."""
    copy = a_copy(
        f"late{number}", "x", outlet=f"Late Paper {number}", title=f"Late {number}", first_seen=NOON + 3000
    )
    grown = msgspec.structs.replace(story, copies=(*story.copies, copy.entry), revision=story.revision + 1)
    await desk.commit(
        Change(0, "updated", story.id, NOON, what=("copies", "text")),
        stories=[grown],
        copies=[(story.id, copy, None, None)],
    )
    return grown


async def test_a_hundred_changes_move_nothing(look: Any, desk: Newsdesk, front: list[Story]) -> None:
    page = await look("/", WIDE)
    await listening(page)
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    held, places = await focused(page), await page.evaluate(PLACES)
    await page.evaluate(SHIFTS)
    told = {story.id: story for story in front[-4:]}
    for number in range(100):
        if number % 4:
            await desk.publish("nbc", f"new{number}", placed=NOON + number + 1)
        else:
            name = list(told)[number // 4 % 4]
            told[name] = await more_copies(desk, told[name], number)
    await expect(page.locator(".new")).to_have_text("75 new stories")
    await expect(page.locator(f"#s{front[-1].id} .n")).to_contain_text("one text")
    await expect(page.locator(f"#s{front[-1].id} em").first).to_contain_text("updated")
    assert await page.evaluate(PLACES) == places
    assert (
        await page.evaluate("new Promise((done) => requestAnimationFrame(() => done(window.shifts)))") == []
    )
    assert await focused(page) == held


async def test_new_stories_are_shown_on_a_click_newest_first(
    look: Any, desk: Newsdesk, few: list[Story]
) -> None:
    page = await look("/", LAPTOP)
    await listening(page)
    await expect(page.locator(".new")).to_be_disabled()
    for number in range(3):
        await desk.publish("nbc", f"n{number}", placed=NOON + number + 1)
    await page.get_by_role("button", name="3 new stories").click()
    await expect(page.locator(".stories > li")).to_have_count(13)
    assert [text[:8] for text in (await titles(page))[:3]] == ["Ferry n2", "Ferry n1", "Ferry n0"]
    assert (await titles(page))[0] == await page.evaluate("document.activeElement.textContent.trim()")
    await expect(page.locator("[role=status]").last).to_have_text("3 new stories are shown.")
    await listening(page)
    await desk.publish("nbc", "n9", placed=NOON + 9)
    await page.get_by_role("button", name="1 new story").wait_for()
    await page.keyboard.press(".")
    await expect(page.locator(".stories > li")).to_have_count(14)


async def test_only_what_the_filters_want_is_counted(look: Any, desk: Newsdesk, few: list[Story]) -> None:
    page = await look("/?q=lighthouse", LAPTOP)
    await listening(page)
    await desk.publish("nbc", "a")
    await desk.publish("nbc", "b", title="The lighthouse keeper retires")
    await page.get_by_role("button", name="1 new story").click()
    assert await titles(page) == ["The lighthouse keeper retires"]


async def test_what_came_between_the_page_and_the_stream_is_not_missed(
    look: Any, reader: Reader, desk: Newsdesk, few: list[Story]
) -> None:
    page = await look(None, LAPTOP)
    async with page.expect_event("framenavigated"):
        await page.route("**/page.*.js", lambda route: _publish_then(route, desk))
        await page.goto("/")
    await page.get_by_role("button", name="1 new story").wait_for()


async def _publish_then(route: Any, desk: Newsdesk) -> None:
    await desk.publish("nbc", "between", placed=NOON + 5)
    await route.continue_()


async def test_it_can_be_paused_and_resumes_where_it_was(look: Any, desk: Newsdesk, few: list[Story]) -> None:
    page = await look("/", LAPTOP)
    await listening(page)
    await page.get_by_role("button", name="Pause").click()
    await expect(page.locator(".new")).to_have_text("Paused")
    await desk.publish("nbc", "meanwhile", placed=NOON + 1)
    await page.get_by_role("button", name="Resume").click()
    await page.get_by_role("button", name="1 new story").wait_for()


async def test_a_lost_connection_loses_nothing(
    look: Any, reader: Reader, desk: Newsdesk, few: list[Story]
) -> None:
    page = await look("/", LAPTOP)
    await listening(page)
    reader.runner._app[_events()].stream.end()
    await desk.publish("nbc", "meanwhile", placed=NOON + 1)
    await page.get_by_role("button", name="1 new story").wait_for()


def _events() -> Any:
    from aggregator.web.app import EVENTS

    return EVENTS


async def test_a_gap_too_long_asks_for_the_page_anew(look: Any, desk: Newsdesk, few: list[Story]) -> None:
    page = await look(None, LAPTOP)
    await page.route("**/events?*", lambda route: _from(route, "elsewhere-5"))
    await page.goto("/")
    again = page.get_by_role("button", name="Reload the page")
    await again.wait_for()
    await page.unroute("**/events?*")
    async with page.expect_navigation():
        await again.click()
    await listening(page)


async def _from(route: Any, place: str) -> None:
    await route.continue_(headers={**route.request.headers, "last-event-id": place})


async def test_a_withdrawn_and_a_merged_story_keep_their_place(
    look: Any, desk: Newsdesk, few: list[Story]
) -> None:
    page = await look("/", LAPTOP)
    await listening(page)
    withdrawn, gone, into = few[-1], few[-2], few[-3]
    await page.keyboard.press("j")
    await page.get_by_role("button", name="Save:").nth(1).click()
    await page.keyboard.press("k")
    places = await page.evaluate(PLACES)
    await desk.commit(
        Change(0, "withdrawn", withdrawn.id, NOON),
        Change(0, "merged", gone.id, NOON, other=into.id),
        stories=[msgspec.structs.replace(withdrawn, status="withdrawn")],
        redirects=[(gone.id, into.id)],
        expired=[gone.id],
    )
    await expect(page.locator(f"#s{withdrawn.id}")).to_have_text("Withdrawn.")
    await expect(page.locator(f"#s{gone.id}")).to_have_text("Merged into another story.")
    assert await page.evaluate(PLACES) == places
    assert await focused(page) == f"s{withdrawn.id}"
    saved = await page.evaluate("Object.keys(JSON.parse(localStorage['aggregator.saved']))")
    assert saved == [into.id]


async def test_a_hidden_tab_counts_in_its_title(look: Any, desk: Newsdesk, few: list[Story]) -> None:
    page = await look("/", LAPTOP)
    await listening(page)
    title = await page.title()
    await page.evaluate(
        "Object.defineProperty(document, 'hidden', {get: () => window.away, configurable: true})"
    )
    await page.evaluate("window.away = true")
    await desk.publish("nbc", "new", placed=NOON + 1)
    await expect(page).to_have_title(f"(1) {title}")
    await page.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
    assert await page.title() == title


async def test_who_chose_so_sees_them_at_once_at_the_top_and_only_there(
    look: Any, desk: Newsdesk, front: list[Story]
) -> None:
    page = await look("/", LAPTOP)
    await listening(page)
    await page.evaluate("localStorage['aggregator.flow'] = 'true'; scrollTo(0, 500)")
    await desk.publish("nbc", "first", placed=NOON + 1)
    await page.get_by_role("button", name="1 new story").wait_for()
    await page.evaluate("scrollTo(0, 0)")
    await desk.publish("nbc", "second", placed=NOON + 2)
    await expect(page.locator(".stories > li")).to_have_count(52)


async def test_times_are_told_as_people_tell_them(look: Any, desk: Newsdesk, few: list[Story]) -> None:
    page = await look("/", LAPTOP)
    time = page.locator(".meta time").first
    assert await time.inner_text() == "1 h"
    assert await time.get_attribute("title") == "15 Jan 2027, 06:55 UTC"
