"""Real servers for the tests: one of each kind a session, empty for each test.

`redis_url` is the embedded server. The store's own tests run on `any_redis_url`: the embedded server, a
cluster of one node, which refuses scripts that reach into foreign slots, and a `redis-server` from PATH where
there is one.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

from aggregator.store.server import Server, binary


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    """A clock for leases and schedules; hand it to `store.open`."""
    return Clock()


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """A folder with a short path for sockets and append-only files."""
    with tempfile.TemporaryDirectory(prefix="agg-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def embedded_server(server_folder: Path) -> Iterator[Server]:
    """The embedded server, as `run` starts it."""
    server = Server(server_folder / "embedded")
    asyncio.run(server.start())
    yield server
    asyncio.run(server.stop())


@pytest.fixture(scope="session")
def path_server(server_folder: Path) -> Iterator[Server]:
    """The `redis-server` from PATH, where there is one."""
    server = Server(server_folder / "path", executable=Path(shutil.which("redis-server") or ""))
    asyncio.run(server.start())
    yield server
    asyncio.run(server.stop())


@pytest.fixture(scope="session")
def cluster_url(server_folder: Path) -> Iterator[str]:
    """A cluster of one node that holds every slot."""
    folder = server_folder / "cluster"
    folder.mkdir()
    port, bus = _free_port(), _free_port()
    words = {
        "port": str(port), "bind": "127.0.0.1", "dir": str(folder), "save": "", "cluster-enabled": "yes",
        "cluster-port": str(bus), "cluster-announce-ip": "127.0.0.1", "logfile": str(folder / "log"),
    }  # fmt: skip
    line = [str(binary()), *(word for name, value in words.items() for word in (f"--{name}", value))]
    process = subprocess.Popen(line, stdin=subprocess.DEVNULL)
    try:
        with Redis(port=port, socket_connect_timeout=1) as client:
            _until(client.ping)
            client.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
            _until(lambda: client.cluster("INFO")["cluster_state"] == "ok")
        yield f"redis+cluster://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def redis_url(embedded_server: Server) -> str:
    """The address of the embedded server, empty."""
    _empty(embedded_server.url)
    return embedded_server.url


KINDS = ["embedded", "cluster", *(["path"] if shutil.which("redis-server") else [])]


@pytest.fixture(params=KINDS)
def any_redis_url(request: pytest.FixtureRequest) -> str:
    """The address of each kind of server in turn, empty."""
    if request.param == "cluster":
        url: str = request.getfixturevalue("cluster_url")
    else:
        url = request.getfixturevalue(f"{request.param}_server").url
    _empty(url.replace("redis+cluster", "redis"))
    return url


def _empty(url: str) -> None:
    with Redis.from_url(url) as client:
        client.flushall()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _until(answers: Callable[[], object], seconds: float = 20.0) -> None:
    """Asks a server that is starting until it answers."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if answers():
                return
        except (RedisError, OSError):
            pass
        time.sleep(0.01)
    raise TimeoutError("the server did not start")
