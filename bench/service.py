"""The service as it runs: a Redis of its own and worker processes, made to poll everything when asked."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from redis import Redis

from aggregator.store import Server, Store
from aggregator.store import open as open_store
from bench.server import Feeds

TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE = 900.0  # seconds that a round may take
FAR = 120.0  # seconds: a source that is due later than this waits for no poll and is in none


def config(urls: Sequence[str], folder: Path) -> dict[str, Any]:
    """The configuration of a round, as YAML's subset JSON: no limits but the machine's."""
    return {
        "redis": "embedded",
        "data_dir": str(folder),
        "polling": {
            "min_interval": "1h",
            "concurrency": 200,
            "per_host": 200,
            "per_host_rate": "off",
            "allow_private_networks": ["127.0.0.0/8"],
        },
        "retention": {"max_stories": 2_000_000},
        "log": {"level": "warning"},
        "sources": [
            {"id": f"feed-{number}", "url": url, "name": f"Outlet {number}"}
            for number, url in enumerate(urls)
        ],
    }


class Service:
    """`async with Service(urls, folder, workers)`: then `await round()` as often as wanted."""

    def __init__(self, urls: Sequence[str], folder: Path, workers: int) -> None:
        self._urls, self._folder, self._count = urls, folder, workers
        self.file = folder / "aggregator.yaml"
        self._server = Server(folder / "data")
        self._workers: list[subprocess.Popen[bytes]] = []
        self._store: Store

    async def __aenter__(self) -> Self:
        self.file.write_text(json.dumps(config(self._urls, self._folder / "data"), indent=1))
        url = await self._server.start()
        with Redis.from_url(url) as client:
            self._redis = int(client.info("server")["process_id"])
        environ = {**os.environ, "AGGREGATOR_REDIS": url}
        command = [sys.executable, "-m", "aggregator", "worker", "-c", str(self.file)]
        self._workers = [subprocess.Popen(command, env=environ) for _ in range(self._count)]
        self._store = open_store(url)
        await self._store.check()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._store.close()
        for worker in self._workers:
            worker.terminate()
        for worker in self._workers:
            await asyncio.to_thread(worker.wait, 30)
        await self._server.stop()

    async def first(self, server: Feeds) -> dict[str, float]:
        """The first poll of every source."""
        return await self._measured(server)

    async def round(self, server: Feeds) -> dict[str, float]:
        """Every source becomes due now; ends when all are polled, settled and grouped.

        Seconds on the wall from the first request on (a worker looks at least once a second whether anything
        is due), and of processor time by process.
        """
        await self._store.sources.all_due()
        return await self._measured(server)

    async def _measured(self, server: Feeds) -> dict[str, float]:
        before = self._cpu()
        patience = time.time() + PATIENCE
        while not await self._is_over(server):
            if time.time() > patience:
                raise TimeoutError(
                    f"{server.counts()['requests']} of {len(self._urls)} feeds in {PATIENCE:.0f} seconds"
                )
            await asyncio.sleep(0.02)
        seconds = time.time() - server.counts()["begun"]
        after = self._cpu()
        return {
            "seconds": seconds,
            "workers_cpu": sum(after[1:]) - sum(before[1:]),
            "redis_cpu": after[0] - before[0],
        }

    async def _is_over(self, server: Feeds) -> bool:
        if server.counts()["requests"] < len(self._urls):
            return False
        due = await self._store.sources.next_due()
        return (due is None or due > time.time() + FAR) and not await self._store.inbox.length()

    async def held(self) -> tuple[int, int]:
        """Stories and entries in the store, counted one by one."""
        stories = entries = 0
        async for _, copies in self._store.stories.load():
            stories += 1
            entries += len(copies)
        return stories, entries

    def resident(self) -> list[int]:
        """Megabytes in memory: Redis, then each worker."""
        return [_status(pid, "VmRSS") // 1024 for pid in self._pids()]

    def _pids(self) -> list[int]:
        return [self._redis, *(worker.pid for worker in self._workers)]

    def _cpu(self) -> list[float]:
        return [_processor(pid) for pid in self._pids()]


def _processor(pid: int) -> float:
    """Seconds of processor time that a process has used (proc(5), utime and stime)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _status(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1])
    return 0
