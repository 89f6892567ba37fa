"""The page by keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest
from frontpage import LAPTOP, focused
from newsdesk import Reader
from playwright.async_api import Page, expect

from aggregator.core.model import Story

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def test_the_whole_reading_task(look: Any, reader: Reader, few: list[Story]) -> None:
    """Select, open, walk the copies, why, back, read, save, help, search: without a pointer."""
    newest = [f"s{story.id}" for story in reversed(few)]
    page = await look("/", LAPTOP)
    await press(page, "j")
    assert await focused(page) == newest[0]
    assert await page.evaluate("document.activeElement.tagName") == "H2"
    await press(page, "j", "n", "k")
    assert await focused(page) == newest[1]
    await press(page, "o")
    details = page.locator(f"#{newest[1]} details")
    await expect(details).to_have_attribute("open", "")
    await press(page, "x", "]")
    links = page.locator(f"#{newest[1]} .open table a")
    await expect(links.nth(1)).to_be_focused()
    await press(page, "[")
    await expect(links.nth(0)).to_be_focused()
    await press(page, "Escape")
    await expect(details).not_to_have_attribute("open", "")
    assert await focused(page) == newest[1]
    await press(page, "Enter")
    await expect(details).to_have_attribute("open", "")

    await press(page, "m", "s")
    row = page.locator(f"#{newest[1]}")
    await expect(row.locator("button.read")).to_have_attribute("aria-pressed", "true")
    await expect(row.locator(".save")).to_have_attribute("aria-pressed", "true")
    await press(page, "j", "j", "A")
    await expect(page.locator("article.read")).to_have_count(3)
    await page.reload()
    await expect(page.locator("article.read")).to_have_count(3)
    await expect(page.get_by_role("button", name="Saved (1)")).to_be_visible()

    await press(page, "?")
    await expect(page.get_by_role("dialog")).to_contain_text("next story")
    await press(page, "Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)

    await press(page, "j")
    assert await focused(page) == newest[0]
    await press(page, "e")
    await page.wait_for_url(f"**/stories/{newest[0][1:]}#why", wait_until="domcontentloaded")
    await press(page, "g", "a")
    await page.wait_for_url(f"{reader.runner.address}/")
    await press(page, "/")
    await page.keyboard.type("jsonmx")
    assert await page.input_value("#q") == "jsonmx"
    await press(page, "Enter")
    await page.wait_for_url("**/?q=jsonmx")
    await press(page, "g", "s")
    await page.wait_for_url("**/sources")


async def test_a_publisher_opens_in_a_new_tab_without_a_trace(look: Any, few: list[Story]) -> None:
    page = await look("/", LAPTOP)
    await page.context.route("**/*.example/**", lambda route: route.fulfill(body="<title>there</title>"))
    await press(page, "j")
    async with page.expect_popup() as opened:
        await press(page, "v")
    there = await opened.value
    assert ".example/" in there.url
    assert await there.evaluate("[document.referrer, window.opener]") == ["", None]
    await expect(page.locator("article.read")).to_have_count(1)
    await press(page, "Shift+V")
    await page.wait_for_url("**.example/**")


async def test_one_switch_turns_the_keys_off(look: Any, few: list[Story]) -> None:
    page = await look("/", LAPTOP)
    await press(page, "?")
    await page.get_by_label("Keys are on").uncheck()
    await press(page, "Escape")
    await press(page, "j")
    assert await focused(page) != f"s{few[-1].id}"
    await page.reload()
    await press(page, "j", "?")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.get_by_role("button", name="Help").click()
    await page.get_by_label("Keys are on").check()
    await press(page, "Escape", "j")
    assert await focused(page) == f"s{few[-1].id}"


async def test_tab_reaches_everything_and_the_focus_is_never_hidden(look: Any, few: list[Story]) -> None:
    page = await look("/", LAPTOP)
    await press(page, "Tab")
    assert await page.evaluate("document.activeElement.textContent") == "Skip to the stories"
    hidden = []
    for _ in range(70):
        await press(page, "Tab")
        seen = await page.evaluate(
            """() => { const at = document.activeElement, box = at.getBoundingClientRect();
                if (at === document.body) return true;
                const top = document.elementFromPoint(box.x + Math.min(box.width, 8) / 2, box.y + box.height / 2);
                return !!top && (at.contains(top) || top.contains(at)) || at.outerHTML.slice(0, 120); }"""
        )
        if seen is not True:
            hidden.append(seen)
    assert hidden == []


async def test_modified_keys_and_keys_in_fields_are_the_browsers(look: Any, few: list[Story]) -> None:
    page = await look("/", LAPTOP)
    await press(page, "Control+s", "Alt+j", "Meta+k")
    assert await page.evaluate("document.activeElement === document.body")
    await expect(page.get_by_role("button", name="Saved (0)")).to_be_visible()
