"""Addresses, scripts, and errors in plain words."""

from __future__ import annotations

import asyncio
import re
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path

import pytest
from redis import Redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from aggregator import store
from aggregator.core.errors import LeaseLost, StoreAway, StoreError, UsageError
from aggregator.store.link import Link, script
from aggregator.store.server import binary

COMMAND = re.compile(rb"(?:^|\r\n)\*\d+\r\n")
SCRIPTS = sorted(path.name for path in (files("aggregator.store") / "lua").iterdir())


@asynccontextmanager
async def answering(answer: bytes) -> AsyncIterator[int]:
    """A server on loopback that gives every command the same answer; its port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while sent := await reader.read(65_536):
            writer.write(answer * len(COMMAND.findall(sent)))
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_begins_with_its_interpreter_and_says_what_it_is(name):
    """Without the first line a cluster of one node would not refuse foreign slots."""
    first, second, *_ = (files("aggregator.store") / "lua" / name).read_text("utf-8").splitlines()
    assert first.startswith("#!lua")
    assert second.startswith("-- ")


@pytest.mark.parametrize("name", [name for name in SCRIPTS if name != "shard.lua"])
def test_every_script_compiles(redis_url, name):
    text, digest = script(name.removesuffix(".lua"))
    with Redis.from_url(redis_url) as client:
        assert client.script_load(text) in (digest, digest.encode())


async def test_a_script_that_reaches_into_a_foreign_slot_is_refused(cluster_url):
    """What the first line of the scripts is for."""
    link = Link(cluster_url)
    with pytest.raises(StoreError):
        await link.command("EVAL", "#!lua\nreturn redis.call('GET', '{h:01}:x')", 1, "{s}")
    await link.close()


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "127.0.0.1:6379", "", "redis+sentinel://127.0.0.1:1"])
def test_what_is_no_address_of_a_redis_is_said(url):
    with pytest.raises(UsageError):
        store.open(url)


@pytest.mark.parametrize(
    "url",
    [
        "redis://user:hunter2@127.0.0.1:{port}/0",
        "redis://:hunter2@127.0.0.1:{port}",
        "redis+sentinel://:hunter2@127.0.0.1:{port},127.0.0.1/main",
        "redis+cluster://user:hunter2@127.0.0.1:{port}",
        "unix://:hunter2@/nowhere/redis.sock",
    ],
)
async def test_a_server_that_is_not_there_is_away_and_no_password_is_told(url, unused_tcp_port):
    it = store.open(url.format(port=unused_tcp_port))
    with pytest.raises(StoreAway) as raised:
        await it.check()
    assert "hunter2" not in str(raised.value)
    assert str(raised.value).endswith(".")
    await it.close()


@pytest.mark.parametrize(
    "answer",
    [
        "OOM no",
        "MISCONF no",
        "READONLY no",
        "LOADING no",
        "BUSY no",
        "NOREPLICAS no",
        "CLUSTERDOWN no",
        "TRYAGAIN no",
    ],
)
async def test_a_server_that_cannot_now_is_away(answer):
    async with answering(f"-{answer}\r\n".encode()) as port:
        link = Link(f"redis://127.0.0.1:{port}")
        with pytest.raises(StoreAway, match="can't serve now"):
            await link.command("GET", "x")
        with pytest.raises(StoreAway, match="can't serve now"):
            await link.run("where", "{s}", "x", "")
        with pytest.raises(StoreAway, match="can't serve now"):
            await link.run_each("where", [("{s}", ("x", "")), ("{s}", ("y", ""))])
        await link.close()


@pytest.mark.parametrize(
    "answer", ["NOAUTH Authentication required.", "WRONGPASS no", "NOPERM no", "ERR odd"]
)
async def test_a_server_that_refuses_us_is_not_away(answer):
    """Waiting does not help: somebody has to do something."""
    async with answering(f"-{answer}\r\n".encode()) as port:
        link = Link(f"redis://127.0.0.1:{port}")
        with pytest.raises(StoreError) as raised:
            await link.command("GET", "x")
        assert not isinstance(raised.value, StoreAway)
        await link.close()


async def test_a_fence_is_a_lost_lease():
    async with answering(b"-FENCED by lease 7\r\n") as port:
        link = Link(f"redis://127.0.0.1:{port}")
        with pytest.raises(LeaseLost):
            await link.run("commit", "{s}", 6)
        await link.close()


async def test_an_answer_that_is_no_redis_is_away():
    async with answering(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        link = Link(f"redis://127.0.0.1:{port}")
        with pytest.raises(StoreAway):
            await link.command("GET", "x")
        await link.close()


async def test_many_at_once_share_the_connections(redis_url):
    async with store.open(redis_url) as it:
        assert await asyncio.gather(*(it.inbox.length() for _ in range(300))) == [0] * 300


async def test_a_waiting_reader_does_not_keep_others_waiting(redis_url):
    async with store.open(redis_url) as it:
        waiting = [asyncio.create_task(it.changes.wait(0, 0.3)) for _ in range(8)]
        await asyncio.sleep(0)
        assert await it.inbox.length() == 0
        assert not any(task.done() for task in waiting)
        await asyncio.gather(*waiting)


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[tuple[int, int]]:
    """A server with a password, and a sentinel that watches it as `main`: their ports."""
    port, sentinel = _free_ports(2)
    (tmp_path / "sentinel.conf").write_text(
        f"port {sentinel}\nbind 127.0.0.1\ndir {tmp_path}\nlogfile {tmp_path}/log\n"
        f"sentinel monitor main 127.0.0.1 {port} 1\nsentinel auth-pass main hunter2\n"
    )
    plain = [
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--requirepass",
        "hunter2",
        "--save",
        "",
        "--dir",
        tmp_path,
    ]
    lines = [
        [binary(), *plain, "--logfile", tmp_path / "log"],
        [binary(), tmp_path / "sentinel.conf", "--sentinel"],
    ]
    processes = [subprocess.Popen(line, stdin=subprocess.DEVNULL) for line in lines]
    try:
        for each, password in ((port, "hunter2"), (sentinel, None)):
            with Redis(port=each, password=password, retry=Retry(ConstantBackoff(0.01), 1000)) as client:
                client.ping()
        yield port, sentinel
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(10)


def _free_ports(count: int) -> list[int]:
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports


async def test_the_store_is_reached_by_password_and_by_sentinel(guarded, unused_tcp_port):
    port, sentinel = guarded
    async with store.open(f"redis://:hunter2@127.0.0.1:{port}") as it:
        epoch = it.epoch
    for hosts in (f"127.0.0.1:{sentinel}", f"127.0.0.1:{unused_tcp_port},127.0.0.1:{sentinel}"):
        async with store.open(f"redis+sentinel://:hunter2@{hosts}/main") as it:
            assert it.epoch == epoch


async def test_a_wrong_password_is_said_and_not_shown(guarded):
    it = store.open(f"redis://:swordfish@127.0.0.1:{guarded[0]}")
    with pytest.raises(StoreError, match="refuses the name or the password") as raised:
        await it.check()
    assert "swordfish" not in str(raised.value)
    await it.close()
