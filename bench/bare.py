"""The bare client: aiohttp on uvloop that asks, reads and forgets. What any poller must pay at least.

`Bare` keeps its processes for as long as the block lasts, so that a round costs no start.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import time
from typing import Any, Self

CONCURRENCY = 200  # of all processes together, as `polling.concurrency`


class Bare:
    """As many processes as workers; each polls its share of the addresses with its own validators."""

    def __init__(self, urls: list[str], processes: int = 2) -> None:
        self._urls = urls
        self._count = processes
        self._pipes: list[Any] = []
        self._processes: list[Any] = []

    def __enter__(self) -> Self:
        context = multiprocessing.get_context("spawn")
        for number in range(self._count):
            ours, theirs = context.Pipe()
            share = self._urls[number :: self._count]
            process = context.Process(
                target=_run, args=(share, CONCURRENCY // self._count, theirs), daemon=True
            )
            process.start()
            self._pipes.append(ours)
            self._processes.append(process)
        for pipe in self._pipes:
            pipe.recv()
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.kill()
            process.join()

    def round(self) -> dict[str, float]:
        """Polls every address once: seconds on the wall, and of processor time in all processes."""
        begun = time.perf_counter()
        for pipe in self._pipes:
            pipe.send(None)
        cpu = sum(pipe.recv() for pipe in self._pipes)
        return {"seconds": time.perf_counter() - begun, "cpu": cpu}


def _run(urls: list[str], concurrency: int, said: Any) -> None:
    import uvloop  # noqa: PLC0415  # only in this process

    uvloop.run(_rounds(urls, concurrency, said))


async def _rounds(urls: list[str], concurrency: int, said: Any) -> None:
    import aiohttp  # noqa: PLC0415

    known: dict[str, str] = {}
    connector = aiohttp.TCPConnector(limit=concurrency, force_close=True)
    async with aiohttp.ClientSession(connector=connector, headers={"User-Agent": "bare"}) as session:
        said.send("ready")
        while await asyncio.get_running_loop().run_in_executor(None, _told, said):
            before = resource.getrusage(resource.RUSAGE_SELF)
            waiting = iter(urls)
            await asyncio.gather(*(_poll(session, waiting, known) for _ in range(concurrency)))
            after = resource.getrusage(resource.RUSAGE_SELF)
            said.send(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _told(said: Any) -> bool:
    try:
        said.recv()
    except EOFError:
        return False
    return True


async def _poll(session: Any, waiting: Any, known: dict[str, str]) -> None:
    for url in waiting:
        headers = {"If-None-Match": known[url]} if url in known else {}
        async with session.get(url, headers=headers) as answer:
            await answer.read()
            known[url] = answer.headers.get("ETag", known.get(url, ""))
