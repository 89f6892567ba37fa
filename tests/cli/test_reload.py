"""A changed configuration is taken up by running processes; a broken one is refused with its error."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from aggregator.cli import reload
from aggregator.config import load


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

    async def start(self, *options: str) -> None:
        with (self.folder / "log").open("wb") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "aggregator", "run", "--workers", "1", *options,
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

    def text(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
            found: str = answer.read().decode()
            return found

    def metric(self, name: str) -> list[float]:
        """The values of all series of a metric."""
        lines = self.text("/metrics").splitlines()
        return [float(line.split()[-1]) for line in lines if re.split(r"[{ ]", line)[0] == name]

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
    assert re.findall("start +sources:.*|taken up:.*", running.log()) == [
        "start      sources: +1, -0, 0 changed",
        "taken up: +1 sources, -0, 0 changed",
    ]
    await running.until(lambda: running.metric("aggregator_worker_config_last_reload_successful") == [1.0])
    running.write(ONE + "  - {id: three, ulr: 'http://three.invalid/feed'}\n")
    await running.until(lambda: "the one before stays in force" in running.log())
    assert running.log().count('did you mean "url"?') == 1, "once, whatever number of processes read it"
    assert running.ids() == ["one", "two"]
    await running.until(lambda: "web" in running.get("/sources.json").get("problems", {}))
    assert "C010" in str(running.get("/sources.json")["problems"])
    assert "is refused" in await asyncio.to_thread(running.text, "/sources")
    assert running.metric("aggregator_config_last_reload_successful") == [0.0]
    (taken,) = running.metric("aggregator_config_last_reload_success_timestamp_seconds")
    assert 0 < taken < time.time()
    await running.until(lambda: running.metric("aggregator_worker_config_last_reload_successful") == [0.0])
    running.write(ONE + TWO)
    await running.until(lambda: "problems" not in running.get("/sources.json"))
    assert running.metric("aggregator_config_last_reload_successful") == [1.0]
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
    metric = "aggregator_worker_config_last_reload_successful"
    await running.until(lambda: len(running.metric(metric)) == 2 or running.metric(metric) == [0.0])
    await running.until(lambda: 0.0 in running.metric("aggregator_worker_config_last_reload_successful"))
    running.write(ONE)
    await running.until(lambda: "problems" not in running.get("/sources.json"))
    assert "the configuration can be read again" in running.log()
    assert "takes effect at the next start" not in running.log()


async def test_a_volume_that_is_swapped_and_files_that_come_are_seen(running):
    """As an orchestrator mounts a file: a link to a link to a folder, which is replaced as a whole."""
    folder = running.folder
    running.write(ONE, "include: [more/*.yaml]")
    (folder / "v1").mkdir()
    (folder / "more").mkdir()
    (folder / "aggregator.yaml").rename(folder / "v1" / "aggregator.yaml")
    (folder / "..data").symlink_to("v1")
    (folder / "aggregator.yaml").symlink_to("..data/aggregator.yaml")
    await running.start()
    await running.until(lambda: running.ids() == ["one"])
    (folder / "more" / "two.yaml").write_text(f"sources:\n{TWO}")  # into a folder that held nothing
    await running.until(lambda: running.ids() == ["one", "two"])
    (folder / "more" / "two.yaml").write_text(f"sources:\n{TWO.replace('two', 'three')}")
    await running.until(lambda: running.ids() == ["one", "three"])
    (folder / "v2").mkdir()
    changed = (folder / "v1" / "aggregator.yaml").read_text().replace("one", "four")
    (folder / "v2" / "aggregator.yaml").write_text(changed)
    (folder / "..new").symlink_to("v2")
    (folder / "..new").rename(folder / "..data")
    await running.until(lambda: running.ids() == ["four", "three"])


async def test_a_folder_that_is_swapped_by_its_link_is_seen_each_time(running):
    """As releases are put in place: a link to a folder, exchanged as a whole; edits in the new one count, too."""
    folder = running.folder
    for version, source in (("v1", "one"), ("v2", "two"), ("v3", "three")):
        running.write(ONE.replace("one", source), "include: [more/*.yaml]")
        (folder / version / "more").mkdir(parents=True)
        (folder / "aggregator.yaml").rename(folder / version / "aggregator.yaml")
    (folder / "cur").symlink_to("v1")
    await running.start("-c", "cur/aggregator.yaml")
    await running.until(lambda: running.ids() == ["one"])
    for version, source in (("v2", "two"), ("v3", "three")):
        (folder / "new").symlink_to(version)
        (folder / "new").rename(folder / "cur")
        await running.until(lambda source=source: running.ids() == [source])
    (folder / "v3" / "more" / "four.yaml").write_text(f"sources:\n{ONE.replace('one', 'four')}")
    await running.until(lambda: sorted(running.ids()) == ["four", "three"])
    edited = folder / "v3" / "aggregator.yaml"
    edited.write_text(edited.read_text().replace("three", "five"))
    await running.until(lambda: sorted(running.ids()) == ["five", "four"])
    (folder / "other" / "more").mkdir(parents=True)
    (folder / "other" / "aggregator.yaml").write_text(edited.read_text().replace("five", "six"))
    (folder / "v3").rename(folder / "v3.old")  # a folder itself, not a link to it
    (folder / "other").rename(folder / "v3")
    await running.until(lambda: running.ids() == ["six"])


async def test_a_file_that_is_still_being_written_is_waited_for(tmp_path, monkeypatch):
    """The first half of a file may be right by itself, and would stop every source of the second."""
    file = tmp_path / "aggregator.yaml"
    parts = [ONE, TWO, TWO.replace("two", "three")]
    file.write_text("sources:\n")
    config = load(file, {})

    async def calm(*_: object) -> None:
        if parts:  # whoever writes goes on while we wait
            with file.open("a") as opened:
                opened.write(parts.pop(0))

    monkeypatch.setattr(reload, "nap", calm)
    loaded = await reload._settled(file, config, asyncio.Event())
    assert loaded is not None
    assert [source.id for source in loaded.sources] == ["one", "two", "three"]
