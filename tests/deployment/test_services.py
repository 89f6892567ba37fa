"""The services of the compose file by hand: their exact commands, as three processes on one real Redis."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from redis import Redis
from redis.exceptions import ConnectionError as NotYet

from aggregator.demo import Newsroom
from aggregator.store.server import binary

sys.path.insert(0, str(Path(__file__).parent))

from compose import ROOT, SERVICES

PATIENCE = 45.0


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
    return port


async def until(what: Any, *, seconds: float = PATIENCE) -> Any:
    """The first answer that is not false; the test fails where there is none in time."""
    async with asyncio.timeout(seconds):
        while True:
            try:
                answer = what()
                answer = await answer if asyncio.iscoroutine(answer) else answer
            except (OSError, NotYet, aiohttp.ClientError):
                answer = None
            if answer:
                return answer
            await asyncio.sleep(0.1)


class Deployment:
    """Redis, one worker and one web server, started as compose would, with ports of this machine."""

    def __init__(self, folder: Path, config: Path) -> None:
        self.folder, self.config = folder, config
        self.redis_port, self.web_port = free_port(), free_port()
        self.environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AGGREGATOR_")},
            "AGGREGATOR_CONFIG": str(config),
            "AGGREGATOR_DATA_DIR": str(folder / "data"),
            "AGGREGATOR_REDIS": f"redis://127.0.0.1:{self.redis_port}/0",
            "AGGREGATOR_LOG__FORMAT": SERVICES["worker"]["environment"]["AGGREGATOR_LOG__FORMAT"],
            "AGGREGATOR_SERVER__HOST": "127.0.0.1",
            "AGGREGATOR_SERVER__PORT": str(self.web_port),
        }
        self.url = f"http://127.0.0.1:{self.web_port}"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, service: str) -> None:
        """One service: what its `command` says, where `redis-server` may be the bundled server."""
        words = SERVICES[service]["command"]
        if service == "redis":
            server = shutil.which(words[0]) or str(binary())
            command = [server, *words[1:], "--port", str(self.redis_port), "--bind", "127.0.0.1"]
            folder = self.folder / "redis"
            folder.mkdir(exist_ok=True)
        else:
            command, folder = [sys.executable, "-m", "aggregator", *words], ROOT
        log = (self.folder / f"{service}.log").open("ab")
        with log:
            self.processes[service] = subprocess.Popen(
                command, cwd=folder, env=self.environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def stop(self, service: str) -> int:
        """SIGTERM, and what it came to within compose's grace period."""
        process = self.processes.pop(service)
        process.send_signal(signal.SIGTERM)
        return process.wait(30)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command inside of a container."""
        return subprocess.run(
            [sys.executable, "-m", "aggregator", *words],
            cwd=ROOT, env=self.environ, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

    def ping(self) -> bool:
        """Redis' own health check."""
        with Redis(port=self.redis_port) as client:
            return bool(client.ping())

    async def get(self, path: str) -> tuple[int, bytes]:
        async with aiohttp.ClientSession() as session, session.get(self.url + path) as answer:
            return answer.status, await answer.read()

    async def feed(self) -> list[dict[str, Any]]:
        """The stories of the merged feed."""
        status, body = await self.get("/feed.json?limit=500")
        return json.loads(body)["items"] if status == 200 else []

    async def shared(self) -> int:
        """How many stories several outlets carry."""
        return sum(item["_aggregator"]["sources"] > 1 for item in await self.feed())


@pytest.fixture
async def deployment(tmp_path: Path) -> AsyncIterator[Deployment]:
    """Three running processes that poll a simulated newsroom."""
    async with Newsroom(time.time, slow=0.0) as newsroom:
        config = tmp_path / "aggregator.yaml"
        config.write_text(newsroom.config(str(tmp_path / "unused"), 1), "utf-8")
        running = Deployment(tmp_path, config)
        try:
            running.start("redis")
            await until(running.ping)
            for service in ("worker", "web"):
                running.start(service)
            yield running
        finally:
            for process in running.processes.values():
                process.kill()
                process.wait()


@pytest.mark.slow
async def test_three_processes_are_the_whole_system(deployment: Deployment) -> None:
    """They come up, serve stories that several outlets carry, and are healthy by their own check."""
    assert await until(deployment.shared) > 10
    assert (await deployment.get("/readyz"))[0] == 200
    health = deployment.run(*SERVICES["worker"]["healthcheck"]["test"][2:])
    assert (health.returncode, "web" in health.stdout) == (0, True)


@pytest.mark.slow
async def test_stopped_in_any_order_they_end_in_time_and_go_on_where_they_were(
    deployment: Deployment,
) -> None:
    await until(deployment.shared)
    assert [deployment.stop(service) for service in ("worker", "web", "redis")] == [0, 0, 0]
    assert deployment.run("health").returncode == 1
    for service in ("redis", "worker", "web"):
        deployment.start(service)
    assert await until(deployment.shared)
    said = (deployment.folder / "worker.log").read_text("utf-8")
    assert "Traceback" not in said


@pytest.mark.slow
async def test_workers_and_web_wait_for_a_redis_that_restarts(deployment: Deployment) -> None:
    await until(deployment.shared)
    before = {item["id"] for item in await deployment.feed()}
    deployment.processes["redis"].kill()
    deployment.processes.pop("redis").wait()
    await until(lambda: _is(deployment, "/readyz", 503))
    assert (await deployment.get("/feed.json"))[0] == 200
    deployment.start("redis")
    await until(lambda: _is(deployment, "/readyz", 200))
    after = {item["id"] for item in await deployment.feed()}
    assert before <= after
    assert [process.poll() for process in deployment.processes.values()] == [None, None, None]


@pytest.mark.slow
async def test_the_logs_are_json_and_hold_no_traceback(deployment: Deployment) -> None:
    await until(deployment.shared)
    lines = (deployment.folder / "worker.log").read_text("utf-8").splitlines()
    assert lines
    assert all(json.loads(line) for line in lines)


async def _is(deployment: Deployment, path: str, status: int) -> bool:
    return (await deployment.get(path))[0] == status
