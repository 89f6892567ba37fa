"""The sources in a real browser: what axe says, on a phone, and without a script."""

from __future__ import annotations

from typing import Any

import pytest
from frontpage import LAPTOP, NARROW, violations
from msgspec.structs import replace
from polled import a_source, failing, told, with_news

from aggregator.core.model import Source
from aggregator.store import Store

pytestmark = pytest.mark.asyncio(loop_scope="session")

THEMES = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
NASTY = "<script>alert(1)</script>\u202egnp.exe" + "x" * 300


@pytest.fixture
def every_state(store: Store, serve: Any, clock: Any) -> Any:
    """A server with sources that are well, that fail alone and together, that are new, and one of a hostile name."""

    async def started() -> str:
        sources = await told(
            store,
            ([a_source("well"), a_source("fine")], with_news(clock())),
            ([a_source("ill")], failing(clock())),
            ([a_source(f"down-{n}", "down.example") for n in range(5)], failing(clock())),
            ([a_source("new", "new.example"), replace(a_source("nasty"), name=NASTY)], None),
        )
        assert all(isinstance(source, Source) for source in sources)
        return (await serve(sources=sources)).runner.address

    return started


@THEMES
async def test_axe_finds_nothing_wrong_with_the_sources(look: Any, every_state: Any, dark: bool) -> None:
    address = await every_state()
    page = await look(None, LAPTOP, dark=dark)
    for path in (
        "/sources",
        "/sources?state=failing",
        "/sources?state=silent",
        "/sources/well",
        "/sources/ill",
    ):
        await page.goto(address + path)
        assert await violations(page) == []


async def test_a_narrow_screen_shows_the_sources_without_scrolling_sideways(
    look: Any, every_state: Any
) -> None:
    address = await every_state()
    page = await look(None, NARROW)
    for path in ("/sources", "/sources/well", "/sources/nasty"):
        await page.goto(address + path)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_without_a_script_sources_are_found_and_paged(look: Any, every_state: Any) -> None:
    address = await every_state()
    page = await look(None, LAPTOP, java_script_enabled=False)
    await page.goto(f"{address}/sources")
    await page.get_by_label("Words in a name or address").fill("well")
    await page.get_by_role("button", name="Find").click()
    assert await page.locator(".lines h3").all_inner_texts() == ["WELL"]
    await page.get_by_role("link", name="Show all").click()
    await page.get_by_role("link", name="failing 6").click()
    assert "All 5 sources fail" in await page.inner_text("main")
    await page.get_by_role("link", name="Show each").click()
    assert await page.locator(".lines h3").count() == 5


async def test_a_source_is_reached_by_the_keyboard_alone(look: Any, every_state: Any) -> None:
    address = await every_state()
    page = await look(None, LAPTOP)
    await page.goto(f"{address}/sources?q=well")
    for _ in range(30):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.textContent") == "WELL":
            break
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/sources/well")
    assert await page.inner_text("h1") == "WELL"
