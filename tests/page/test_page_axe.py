"""axe finds nothing wrong with any page, in both themes and in every state."""

from __future__ import annotations

from typing import Any

import pytest
from frontpage import LAPTOP, NARROW, PHONE, WIDE, violations
from newsdesk import Newsdesk, Reader

from aggregator.core.model import Story

pytestmark = pytest.mark.asyncio(loop_scope="session")

THEMES = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
MISSED = ("404 (Not Found)", "410 (Gone)", "400 (Bad Request)", "503 (Service Unavailable)")


@THEMES
@pytest.mark.parametrize("size", [WIDE, LAPTOP, PHONE], ids=["wide", "laptop", "phone"])
async def test_the_list_closed_and_open(look: Any, few: list[Story], dark: bool, size: Any) -> None:
    page = await look("/", size, dark=dark)
    assert await violations(page) == []
    for at in range(3):
        await page.locator(".row > details > summary").nth(at).click()
    await page.locator(".filter > summary").click()
    assert await violations(page) == []


@THEMES
async def test_the_list_compact_and_filtered(look: Any, few: list[Story], dark: bool) -> None:
    page = await look("/?density=compact&language=en&q=the&sort=coverage&limit=20", WIDE, dark=dark)
    assert await violations(page) == []


@THEMES
async def test_the_help_and_what_is_saved(look: Any, few: list[Story], dark: bool) -> None:
    page = await look("/", LAPTOP, dark=dark)
    await page.get_by_role("button", name="Help").click()
    assert await violations(page) == []
    await page.get_by_role("button", name="Close", exact=True).click()
    await page.get_by_role("button", name="Save:").first.click()
    await page.get_by_role("button", name="Saved (1)").click()
    assert await violations(page) == []


@THEMES
async def test_a_story(look: Any, few: list[Story], dark: bool) -> None:
    for size in (WIDE, NARROW):
        page = await look(f"/stories/{few[6].id}", size, dark=dark)
        await page.locator(".why > summary").first.click()
        assert await violations(page) == []


@THEMES
async def test_an_empty_list_and_one_without_sources(
    look: Any, reader: Reader, serve: Any, dark: bool
) -> None:
    page = await look("/", LAPTOP, dark=dark)
    assert "No story has arrived yet" in await page.inner_text("main")
    assert await violations(page) == []
    other = await serve(sources=(), feeds=())
    await page.goto(f"{other.runner.address}/")
    assert await violations(page) == []


@THEMES
async def test_what_is_not_there(look: Any, desk: Newsdesk, dark: bool) -> None:
    gone = await desk.publish("nbc", "one", status="withdrawn")
    page = await look(None, LAPTOP, dark=dark, expected=MISSED)
    for path in ("/nowhere", f"/stories/{gone.id}", f"/stories/{'0' * 32}", "/?limit=0", "/feeds/none"):
        answer = await page.goto(path)
        assert answer.status >= 400
        assert answer.headers["content-type"].startswith("text/html")
        assert await violations(page) == []


@THEMES
async def test_the_sources_and_the_addresses(look: Any, reader: Reader, dark: bool) -> None:
    for path in ("/sources", "/docs"):
        page = await look(path, LAPTOP, dark=dark)
        assert await violations(page) == []
