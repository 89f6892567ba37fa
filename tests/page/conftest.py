"""A real browser before the real web application: Debian's Chromium, one a worker, one loop for all its tests."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

sys.path.append(str(Path(__file__).parents[1] / "web"))  # newsdesk.py

from frontpage import SOURCES, VIEWS, WIDE, Watch, fill
from newsdesk import Newsdesk, Reader

from aggregator import store as stores
from aggregator.config import Config
from aggregator.core.model import Story
from aggregator.store import Store
from aggregator.web import Runner, start

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for path in map(shutil.which, NAMES) if path), None)
PATIENCE = 30_000.0  # milliseconds: what is waited for comes within a few, but for a machine with much to do
expect.set_options(timeout=PATIENCE)
NEEDED = os.environ.get("REQUIRE_BROWSER") == "1"  # set by .ci/run: there it must not be skipped


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser its tests are skipped; where it is required they fail when they look for it."""
    if CHROMIUM is None and not NEEDED:
        for item in items:
            if "browser" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The browser of this worker."""
    assert CHROMIUM is not None, "REQUIRE_BROWSER=1, and there is no Chromium: apt-get install chromium"
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=CHROMIUM)
        yield started
        await started.close()


@pytest_asyncio.fixture(loop_scope="session")
async def store(redis_url: str) -> AsyncIterator[Store]:
    async with stores.open(redis_url) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def desk(store: Store) -> Newsdesk:
    lease = await store.inbox.lead("desk", 600.0)
    assert lease is not None
    return Newsdesk(store, lease)


@pytest_asyncio.fixture(loop_scope="session")
async def serve(store: Store, clock: Callable[[], float]) -> AsyncIterator[Callable[..., Any]]:
    """Starts servers, which end with the test."""
    runners: list[Runner] = []
    async with aiohttp.ClientSession(auto_decompress=False) as http:

        async def started(**settings: Any) -> Reader:
            given = {
                "sources": SOURCES,
                "feeds": VIEWS,
                "server": {"host": "127.0.0.1", "port": 0},
                **settings,
            }
            runner = await start(Config.model_validate(given), store, clock=clock)
            runners.append(runner)
            return Reader(runner, http)

        yield started
        for runner in runners:
            await runner.cleanup()


@pytest_asyncio.fixture(loop_scope="session")
async def reader(serve: Callable[..., Any]) -> Reader:
    """A server of an empty store."""
    reader: Reader = await serve()
    return reader


@pytest_asyncio.fixture(loop_scope="session")
async def front(reader: Reader, desk: Newsdesk) -> list[Story]:
    """A front page of fifty stories, served by `reader`."""
    told = await fill(desk)
    await reader.feed_of(50)
    return told


@pytest_asyncio.fixture(loop_scope="session")
async def few(reader: Reader, desk: Newsdesk) -> list[Story]:
    """Ten stories, one of each kind: enough wherever their number does not matter."""
    told = await fill(desk, 10)
    await reader.feed_of(10)
    return told


@pytest_asyncio.fixture(loop_scope="session")
async def look(browser: Browser, reader: Reader, clock: Callable[[], float]) -> AsyncIterator[Any]:
    """Opens pages as asked: `await look(path, size, dark=True)`; the test fails if the browser complained."""
    watches: list[Watch] = []
    contexts = []

    async def opened(
        path: str | None = "/",
        size: tuple[int, int] = WIDE,
        *,
        dark: bool = False,
        expected: tuple[str, ...] = (),
        **more: Any,
    ) -> Page:
        context = await browser.new_context(
            base_url=reader.runner.address,
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            **more,
        )
        contexts.append(context)
        if more.get("java_script_enabled", True):
            await context.clock.set_fixed_time(clock())
        watch = Watch(context)
        watch.expected = expected
        watches.append(watch)
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        if path is not None:
            await page.goto(path)
        return page

    opened.watches = watches  # type: ignore[attr-defined]
    yield opened
    for context in contexts:
        await context.close()
    assert [text for watch in watches for text in watch.unexpected()] == []
