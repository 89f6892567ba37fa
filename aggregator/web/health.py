"""`/healthz`, `/readyz`, `/metrics`: for whoever watches the service."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import get_args

import orjson
from aiohttp import web

from aggregator import metrics
from aggregator.core.condition import SENTENCES
from aggregator.core.errors import StoreError
from aggregator.core.health import Condition, condition
from aggregator.web.answer import OPEN, SAFE, SERVER, Refused, away
from aggregator.web.site import Site

PATIENCE = 2.0  # seconds that Redis has to answer a question about readiness
OVERDUE = 60.0
READING = 5.0  # seconds between two readings of all states for the metrics


class Health:
    """Is it alive, can it serve, what has it done."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._read_at = 0.0

    async def alive(self, _: web.Request) -> web.Response:
        """`/healthz`: the process answers."""
        return _plain({"status": "alive"})

    async def ready(self, _: web.Request) -> web.Response:
        """`/readyz`: Redis answers, and the stories have been read."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self.site.store.changes.newest()
        except (StoreError, TimeoutError):
            raise away() from None
        if not self.site.catalogue.loaded:
            raise Refused(503, "The stories are still being read.", headers={"Retry-After": "1"})
        return _plain({"status": "ready"})

    async def metrics(self, _: web.Request) -> web.Response:
        """`/metrics`: this process, the workers by their heartbeats, the sources by state."""
        now = self.site.clock()
        if not 0 <= now - self._read_at < READING:
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._read(now)
                self._read_at = now
            except (StoreError, TimeoutError):
                metrics.STORE_UP.set(0)  # what was last read is shown: counters must not jump to nothing
        headers = {
            "Content-Type": metrics.CONTENT_TYPE,
            "Cache-Control": "no-store",
            "Server": SERVER,
            **SAFE,
        }
        return web.Response(body=metrics.exposition(), headers=headers)

    async def _read(self, now: float) -> None:
        store = self.site.store
        metrics.WORKER_COUNTERS.alive = await store.workers.alive()
        metrics.INBOX.set(await store.inbox.length())
        metrics.SUBSCRIBERS.set(await store.hub.count())
        status = await store.sources.status()
        mine = [status[source.id] for source in self.site.config.sources if source.id in status]
        counts = Counter(condition(state) for state, _ in mine)
        counts["new"] += len(self.site.config.sources) - len(mine)
        for word in get_args(Condition):
            metrics.SOURCES.labels(word).set(counts[word])
        amiss = Counter(name for state, _ in mine for name, _ in state.conditions)
        for name in SENTENCES:
            metrics.CONDITIONS.labels(name).set(amiss[name])
        metrics.OVERDUE.set(sum(due is not None and due < now - OVERDUE for _, due in mine))
        metrics.STORE_UP.set(1)


def _plain(body: dict[str, str]) -> web.Response:
    headers = {
        "Content-Type": "application/json",
        "Cache-Control": "no-store",
        "Server": SERVER,
        **SAFE,
        **OPEN,
    }
    return web.Response(body=orjson.dumps(body), headers=headers)
