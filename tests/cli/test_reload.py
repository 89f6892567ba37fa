"""A changed configuration is taken up by running processes; a broken one is refused with its error."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path

import pytest


class Running:
    """`aggregator run` on a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process: asyncio.subprocess.Process | None = None

    def write(self, sources: str, more: str = "") -> None:
        text = f"data_dir: {self.folder / 'data'}\nserver: {{port: {self.port}}}\n{more}\nsources:\n{sources}"
        (self.folder / "aggregator.yaml").write_text(text)

    async def start(self) -> None:
        with (self.folder / "log").open("wb") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "aggregator", "run", "--workers", "1",
                cwd=self.folder, stderr=log, env={**os.environ, "AGGREGATOR_POLLING__TIMEOUT": "1s"},
            )  # fmt: skip

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def get(self, path: str) -> dict[str, object]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
            found: dict[str, object] = json.load(answer)
            return found

    async def until(self, condition: object) -> None:
        async with asyncio.timeout(20.0):
            while True:
                with contextlib.suppress(OSError):
                    if await asyncio.to_thread(condition):  # type: ignore[arg-type]
                        return
                assert self.process is None or self.process.returncode is None, self.log()
                await asyncio.sleep(0.1)

    def ids(self) -> list[str]:
        return [source["id"] for source in self.get("/sources.json")["sources"]]  # type: ignore[attr-defined,union-attr]


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    running = Running(tmp_path)
    yield running
    if running.process is not None:
        running.process.terminate()
        assert await asyncio.wait_for(running.process.wait(), 20.0) == 0, running.log()


ONE = "  - {id: one, url: 'http://one.invalid/feed'}\n"
TWO = "  - {id: two, url: 'http://two.invalid/feed'}\n"


async def test_a_changed_file_is_taken_up_and_a_broken_one_refused(running):
    running.write(ONE)
    await running.start()
    await running.until(lambda: running.ids() == ["one"])
    running.write(ONE + TWO)
    await running.until(lambda: running.ids() == ["one", "two"])
    assert "taken up: +1 sources, -0, 0 changed" in running.log()
    running.write(ONE + "  - {id: three, ulr: 'http://three.invalid/feed'}\n")
    await running.until(lambda: "the one before stays in force" in running.log())
    assert 'did you mean "url"?' in running.log()
    assert running.ids() == ["one", "two"]
    assert await asyncio.to_thread(running.get, "/readyz") == {"status": "ready"}


async def test_a_new_view_is_served_after_sighup(running):
    running.write(ONE)
    await running.start()
    await running.until(lambda: running.ids() == ["one"])
    running.write(ONE, "feeds: [{id: world, title: World, where: {categories: [world]}}]")
    assert running.process is not None
    running.process.send_signal(signal.SIGHUP)
    await running.until(lambda: running.get("/feeds/world.json")["items"] == [])


async def test_a_file_that_is_emptied_or_deleted_stops_no_source(running):
    """An editor may truncate a file before it writes it, or remove it before the new one is in its place."""
    running.write(ONE)
    await running.start()
    await running.until(lambda: running.ids() == ["one"])
    (running.folder / "aggregator.yaml").write_bytes(b"")
    await running.until(lambda: "aggregator.yaml is empty" in running.log())
    (running.folder / "aggregator.yaml").unlink()
    await running.until(lambda: "aggregator.yaml cannot be read" in running.log())
    assert running.ids() == ["one"]
    running.write(ONE + TWO)
    await running.until(lambda: running.ids() == ["one", "two"])


async def test_a_worker_that_dies_while_the_file_is_broken_is_replaced_by_one_like_it(running):
    """The configuration in force is handed to it: what stands in the file does not count until it is whole."""
    running.write(ONE)
    await running.start()
    await running.until(lambda: running.ids() == ["one"])
    running.write(ONE + "  - {bogus: 1}\n")
    await running.until(lambda: "the one before stays in force" in running.log())
    assert running.process is not None
    workers = subprocess.run(["pgrep", "-P", str(running.process.pid), "-f", "aggregator worker"], capture_output=True,
                             text=True, check=True).stdout.split()  # fmt: skip
    for worker in workers:
        os.kill(int(worker), signal.SIGKILL)
    await running.until(lambda: "a new one starts" in running.log())
    await running.until(lambda: "groups, with" in running.log().partition("a new one starts")[2])
    assert "ended with status 2" not in running.log()
