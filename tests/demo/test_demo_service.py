"""`aggregator demo` as a person starts it: the whole service on the simulated newsroom."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[str]:
    """The address of a running demonstration."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("AGGREGATOR_")}
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "aggregator", "demo", "--port", str(port)],
            cwd=ROOT, env={**environ, "TMPDIR": str(tmp_path)}, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    yield f"http://127.0.0.1:{port}"
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert "Traceback" not in (tmp_path / "log").read_text("utf-8")


async def stories(session: aiohttp.ClientSession, url: str) -> list[dict[str, Any]]:
    try:
        async with session.get(f"{url}/feed.json?limit=500") as answer:
            return (await answer.json(content_type=None))["items"] if answer.status == 200 else []
    except aiohttp.ClientError:
        return []


async def health(session: aiohttp.ClientSession, url: str) -> dict[str, str]:
    async with session.get(f"{url}/sources.json") as answer:
        return {each["id"]: each["state"] for each in json.loads(await answer.read())["sources"]}


@pytest.mark.slow
async def test_it_shows_the_job_without_internet(demo: str) -> None:
    """Copies become one story, outlets are named, broken sources are shown, and new stories and updates arrive."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(90):
        while len(first := await stories(session, demo)) < 80:
            await asyncio.sleep(0.1)
        facts = [story["_aggregator"] for story in first]
        assert sum(fact["sources"] for fact in facts) / len(facts) > 2.5
        assert {"AP", "Reuters", "AFP", "dpa"} <= {fact.get("agency") for fact in facts}
        assert any("The Meridian Post" in {copy["outlet"] for copy in fact["copies"]} for fact in facts)
        known = {story["id"] for story in first}
        titles = {story["id"]: story["title"] for story in first}
        while True:
            now = await stories(session, demo)
            new = {story["id"] for story in now} - known
            updated = [story for story in now if titles.get(story["id"], story["title"]) != story["title"]]
            if new and updated:
                break
            await asyncio.sleep(0.2)
        while (states := await health(session, demo))["broken-herald"] != "failing":  # what it serves changes
            await asyncio.sleep(0.2)
        assert states["orb-news"] == "ok"
