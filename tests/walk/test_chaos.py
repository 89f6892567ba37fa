"""A running worker in a hostile net: every fault has its kind, no slot sticks, and the healthy are on time."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from chaos import LIMIT, Chaos

from aggregator.store import open as open_store

HEALTHY = 200
ROUNDS = 6  # polls of each healthy source while all of the others misbehave
PATIENCE = 300  # looks, half a second apart
CONFIG = f"""
polling: {{{{min_interval: 1s, max_interval: 2s, max_backoff: 2s, timeout: 2s, max_bytes: {LIMIT}B, concurrency: 60,
          per_host: 500, per_host_rate: off, allow_private_networks: [127.0.0.0/8]}}}}
retention: {{{{rebuild_wait: 1s}}}}
log: {{{{level: warning}}}}
sources:
"""


@pytest.fixture
async def chaos() -> AsyncIterator[Chaos]:
    async with Chaos(HEALTHY) as chaos:
        yield chaos


@pytest.fixture
async def worker(chaos: Chaos, tmp_path: Path, redis_url: str) -> AsyncIterator[Path]:
    """A worker process that polls all of it, every two seconds; gives the file of its log."""
    text = CONFIG.format() + "".join(
        f"  - {{id: {name}, url: '{url}', outlet: {name}, interval: 2s}}\n"
        for name, url in chaos.sources.items()
    )
    (tmp_path / "aggregator.yaml").write_text(text)
    with (tmp_path / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(Path(__file__).with_name("worker_with_names.py")),
            "worker", "-c", str(tmp_path / "aggregator.yaml"),
            env={**os.environ, "AGGREGATOR_REDIS": redis_url}, stderr=log,
        )  # fmt: skip
    yield tmp_path / "log"
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    assert await asyncio.wait_for(process.wait(), 30) == 0


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_every_hostile_source_fails_by_itself_and_the_healthy_stay_on_time(chaos, worker, redis_url):
    hostile = chaos.expected
    seen: dict[str, set[str]] = {name: set() for name in hostile}
    most: dict[str, int] = dict.fromkeys(hostile, 0)
    async with open_store(redis_url) as store:
        for _ in range(PATIENCE):
            if min(chaos.healthy) >= ROUNDS and all(seen.values()):
                break
            await asyncio.sleep(0.5)
            status = await store.sources.status()
            for name in hostile:
                state = status[name][0] if name in status else None
                if state is not None and state.polls:
                    seen[name].add(state.error.kind.value if state.error is not None else "")
                    most[name] = max(most[name], state.polls)
        alive = await store.workers.alive()
        status = await store.sources.status()
    assert [name for name, kinds in seen.items() if not kinds] == []
    assert min(chaos.healthy) >= ROUNDS
    assert {name: kinds - hostile[name] for name, kinds in seen.items() if kinds - hostile[name]} == {}
    well = [status[f"healthy-{number}"][0] for number in range(HEALTHY)]
    assert [state.error for state in well if state.error_count] == []
    # every source got its turns: none of the hostile is stuck, none of the healthy waits for them
    assert min(most.values()) >= 1
    assert min(chaos.healthy) * 2 >= max(chaos.healthy)
    (info,) = alive.values()
    assert info["in_flight"] <= 60
    assert "by a fault of the program" not in worker.read_text()
