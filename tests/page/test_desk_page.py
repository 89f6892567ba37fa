"""The desk in a real browser: the whole task by keyboard alone, without JavaScript, and nothing that axe finds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from frontpage import LAPTOP, NARROW, WIDE, violations
from newsdesk import NOON, Newsdesk, Reader
from playwright.async_api import Page

from aggregator.core.matching.story import Grouping
from aggregator.core.model import Doubt, Signal, Story, Verdict
from aggregator.group import Grouper
from aggregator.store import Store
from aggregator.tasks import end

pytestmark = pytest.mark.asyncio(loop_scope="session")

SIGNALS = (Signal("text", 0.42, 0.55, passed=False), Signal("text_mass", 12.0, 8.0, passed=True))
BEYOND = """() => [...document.querySelectorAll('main summary, main p, main h2')]
  .filter((e) => e.getBoundingClientRect().right > innerWidth).map((e) => e.textContent)"""
APART = Verdict(False, 0.61, "forbidden: figures", "", SIGNALS, ("figures", "names"), "figures")


@pytest_asyncio.fixture(loop_scope="session")
async def newsroom(store: Store, desk: Newsdesk, few: list[Story]) -> AsyncIterator[list[Story]]:
    """Ten stories, something that almost joined, a question in the queue, and a grouper at work."""
    one, other = few[1], few[6]
    refused = Verdict(False, 0.61, APART.reason, other.lead, SIGNALS, APART.vetoes, APART.vetoed_by)
    await desk.commit(doubts=[(Doubt("refused", one.lead, refused, NOON, look=True), (one.id, other.id))])
    grouper = Grouper(store, Grouping(), desk.lease, retention=86_400.0 * 7, clock=lambda: NOON)
    await grouper.rebuild()

    async def work() -> None:
        while True:
            await grouper.step(wait=0.05)

    task = asyncio.create_task(work())
    yield few
    await end(task)


async def at_the_desk(look: Any, reader: Reader, path: str, size: Any = WIDE, **more: Any) -> Page:
    """A page that an editor opened by the link that is printed at start."""
    page: Page = await look(None, size, **more)
    await page.goto(f"{path}?token={reader.runner.token}")
    assert "token" not in page.url
    return page


async def press_until(page: Page, name: str, key: str = "Tab", most: int = 200) -> None:
    """Moves the focus until it is on what has this name."""
    for _ in range(most):
        await page.keyboard.press(key)
        found = await page.evaluate(
            "() => { const e = document.activeElement;"
            " return (e.labels?.[0]?.textContent ?? e.textContent ?? '').trim().replace(/\\s+/g, ' '); }"
        )
        if found.startswith(name):
            return
    raise AssertionError(f"the focus never came to {name!r}")


async def test_the_whole_task_by_keyboard_alone(
    look: Any, reader: Reader, newsroom: list[Story], store: Store
) -> None:
    """Tick a copy, see what splitting it off does, do it, undo it."""
    story = newsroom[1]
    page = await at_the_desk(look, reader, f"/stories/{story.id}")
    await press_until(page, "Split off")
    await page.keyboard.press("Space")
    await press_until(page, "Split off the ticked copies")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("h1:has-text('Split: before it happens')")
    assert f"of {len(story.copies) - 1} and 1 copies" in await page.inner_text(".note")
    assert len(await store.orders.all()) == 0
    await press_until(page, "Do it")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".note:has-text('Done:')")
    assert len(await store.orders.all()) == 1
    await press_until(page, "Undo")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".note:has-text('One story of')")
    (stored,) = await store.stories.read([story.id])
    assert stored is not None
    assert set(stored.story.copies) == set(story.copies)


async def test_merging_by_search_without_javascript(
    look: Any, reader: Reader, newsroom: list[Story], store: Store
) -> None:
    one, other = newsroom[1], newsroom[3]
    page = await at_the_desk(look, reader, f"/stories/{one.id}", java_script_enabled=False)
    await page.get_by_label("Words of the other story").fill(other.id)
    await page.get_by_role("button", name="Find").click()
    await page.get_by_role("button", name="Merge…").first.click()
    assert "One story of" in await page.inner_text(".note")
    await page.get_by_role("button", name="Do it").click()
    assert "Done:" in await page.inner_text(".note")
    assert await store.stories.where(other.id) == await store.stories.where(one.id)
    await page.get_by_role("button", name="Undo", exact=False).first.click()
    assert "Two stories are made of one" in await page.inner_text(".note")
    assert await store.stories.where(other.id) == other.id


async def test_a_lead_is_chosen_and_the_history_tells_who(
    look: Any, reader: Reader, newsroom: list[Story], store: Store
) -> None:
    story = newsroom[1]
    page = await at_the_desk(look, reader, f"/stories/{story.id}")
    await page.get_by_role("button", name="Lead…").nth(1).click()  # the first says: keep lead
    await page.get_by_role("button", name="Do it").click()
    assert "leads, in place of" in await page.inner_text(".note")
    (stored,) = await store.stories.read([story.id])
    assert stored is not None
    assert stored.story.lead != story.lead
    assert "start" in await page.inner_text(".history")
    await page.get_by_role("button", name="Undo…").click()
    await page.get_by_role("button", name="Do it").click()
    assert "leads again" in await page.inner_text(".note")


async def test_the_queue_is_answered_by_one_key(
    look: Any, reader: Reader, newsroom: list[Story], store: Store
) -> None:
    page = await at_the_desk(look, reader, "/desk")
    assert await page.locator(".look").count() == 1
    await page.keyboard.press("n")
    await page.wait_for_selector(".note:has-text('never share a story')")
    assert await page.locator(".look").count() == 0
    assert [one.order.action for one in await store.orders.all()] == ["never"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_axe_finds_nothing_at_the_desk(
    look: Any, reader: Reader, newsroom: list[Story], dark: bool
) -> None:
    story = newsroom[1]
    for size in (WIDE, NARROW):
        page = await at_the_desk(look, reader, f"/stories/{story.id}", size, dark=dark)
        assert "Almost joined" in await page.inner_text("#desk")
        for details in await page.locator(".desk details > summary").all():
            await details.click()
        assert await violations(page) == []
    await page.get_by_role("button", name="Keep lead…").first.click()
    assert await violations(page) == []
    await page.get_by_role("button", name="Do it").click()
    assert await violations(page) == []
    for path in ("/desk", "/desk/decisions", f"/stories/{story.id}?with=the"):
        await page.goto(path)
        assert await violations(page) == []


async def test_nothing_is_wider_than_a_narrow_screen(
    look: Any, reader: Reader, newsroom: list[Story]
) -> None:
    page = await at_the_desk(look, reader, f"/stories/{newsroom[1].id}", NARROW)
    for path in (f"/stories/{newsroom[1].id}", "/desk", "/desk/decisions"):
        await page.goto(path)
        assert await page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
        assert await page.evaluate(BEYOND) == []


async def test_who_is_no_editor_sees_none_of_it(look: Any, newsroom: list[Story]) -> None:
    page = await look(f"/stories/{newsroom[1].id}", LAPTOP)
    assert await page.locator("#desk").count() == 0
