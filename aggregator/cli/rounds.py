"""What `once` does: one round of every source by the service's own walk, a bar, a table, a file."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from aggregator.cli import parts, running
from aggregator.core.errors import AggregatorError

if TYPE_CHECKING:
    from aggregator.config import Config
    from aggregator.store import Store
    from aggregator.worker import Worker

log = logging.getLogger("once")


@dataclass
class Round:
    """What a round came to, over all its processes."""

    polls: Counter[str] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)
    failures: dict[str, tuple[str, str]] = field(default_factory=dict)
    entries: int = 0
    stories: int = 0
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by a signal: the round ended before its time."""
    seconds: dict[str, float] = field(default_factory=dict)

    def add(self, report: Mapping[str, Any]) -> None:
        """Adds the report of one worker (`Totals.report`)."""
        self.polls.update(report["polls"])
        self.new.update(report["new"])
        self.failures.update({source: (kind, text) for source, (kind, text) in report["failures"].items()})
        self.entries += report["entries"]


async def once(
    config: Config, path: Path | None, output: Path | None, workers: int, *, as_json: bool
) -> None:
    """Polls, groups, writes, and says what came of it."""
    from aggregator.worker import Worker

    began = parts.now()
    result = Round()
    async with parts.store_of(config) as store:
        await parts.take_up(store, config)
        since = parts.now()
        await store.sources.all_due()
        result.seconds["start"] = parts.now() - began
        began = parts.now()
        worker = Worker(config, store, clock=parts.now, round_from=since)
        await _poll(worker, path, workers, result, quiet=as_json)
        result.seconds["poll"] = parts.now() - began
        began = parts.now()
        result.stories = len(await store.stories.ids_and_placed())
        if output is not None:
            await _write(config, store, output)
        result.seconds["write"] = parts.now() - began
        unasked = await _unasked(store, config, since)
    if as_json:
        sys.stdout.write(json.dumps(_object(result)) + "\n")
    else:
        _show(config, result, unasked)
    if result.stopped.is_set():
        raise AggregatorError("Stopped by a signal before the end of the round: what was polled is kept.")
    if (
        config.sources
        and result.polls
        and set(result.polls) <= {kind for kind, _ in result.failures.values()}
    ):
        where = "`aggregator sources`" if as_json else "the table above"
        raise AggregatorError(f"No source could be read: {where} says why for each.")


async def _poll(worker: Worker, path: Path | None, workers: int, result: Round, *, quiet: bool) -> None:
    """The round: this process is one of the workers, and the one that groups."""
    store, since = worker.store, worker.round_from or 0.0
    children = [
        await running.spawn(
            worker.config, path, store.url, f"--round-from={since}", out=asyncio.subprocess.PIPE
        )
        for _ in range(workers - 1)
    ]
    parts.on_signal(worker.stop, result.stopped)

    async def rest() -> None:
        """What the round still waits for when this process has nothing to poll."""
        for child in children:
            out = (
                await child.stdout.read() if child.stdout else b""
            )  # its pipe stays open: it is not to drain
            if await child.wait():
                log.warning("a worker of this round ended with status %d: see above", child.returncode)
            else:
                result.add(json.loads(out))
        await worker.until_grouped()

    async with _bar(store, {source.id for source in worker.config.sources}, since, quiet=quiet):
        await worker.run(rest)
    result.add(worker.totals.report())


@contextlib.asynccontextmanager
async def _bar(store: Store, sources: set[str], since: float, *, quiet: bool) -> AsyncIterator[None]:
    """A progress bar on a terminal; nothing in a pipe."""
    if quiet or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.progress import Progress

    from aggregator.worker import left_of_round

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("polls", total=len(sources))

        async def watch() -> None:
            while True:
                left = left_of_round(await store.sources.status(), sources, since)
                progress.update(task, completed=len(sources) - left)
                await asyncio.sleep(0.3)

        watching = asyncio.create_task(watch())
        try:
            yield
        finally:
            watching.cancel()


async def _write(config: Config, store: Store, output: Path) -> None:
    from aggregator import web

    try:
        await web.write(config, store, output)
    except OSError as error:
        raise AggregatorError(f"{output} can't be written: {error.strerror or error}.") from None


async def _unasked(store: Store, config: Config, since: float) -> dict[str, str]:
    """Sources that this round did not poll, with the reason."""
    now = parts.now()
    status = await store.sources.status()
    found: dict[str, str] = {}
    for source in config.sources:
        state = status[source.id][0] if source.id in status else None
        if state is None or (state.last_poll or 0.0) >= since:
            continue
        if state.gone:
            found[source.id] = "its publisher said that it is gone for good (410)"
        elif state.not_before > now:
            found[source.id] = state.reason
        else:
            found[source.id] = "the round ended before its turn"
    return found


def _object(result: Round) -> dict[str, Any]:
    return {
        "requests": sum(result.polls.values()),
        "entries": result.entries,
        "stories": result.stories,
        "seconds": {name: round(seconds, 3) for name, seconds in result.seconds.items()},
    }


def _show(config: Config, result: Round, unasked: Mapping[str, str]) -> None:
    rows = []
    for source in config.sources:
        if source.id in result.failures:
            kind, sentence = result.failures[source.id]
            row = (kind, "", sentence)
        elif source.id in result.new:
            row = ("ok", str(result.new[source.id]), "")
        elif source.id in unasked:
            row = ("not asked", "", unasked[source.id])
        else:
            row = ("ok", "0", "nothing new")
        rows.append((source.id, *row))
    parts.table(("source", "result", "new", "what happened"), rows)
    typer.echo(
        f"{sum(result.polls.values())} requests, {result.entries} new entries, {result.stories} stories"
        f" in {sum(result.seconds.values()):.1f} s"
    )
