"""`run`, `worker`, `web`, `once`, `demo`: the commands that do the job."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from aggregator.cli import parts, reload
from aggregator.cli.parts import ConfigOption, JsonOption

if TYPE_CHECKING:
    from aggregator.config import Config
    from aggregator.store import Store
    from aggregator.web import Runner

log = logging.getLogger("run")

WorkersOption = Annotated[
    int | None,
    typer.Option("--workers", min=1, max=64, help="Worker processes; default: one a core, at most 2."),
]
CHILD_GRACE = 12.0
"""Seconds that workers have to drain before they are killed: longer than a drain takes."""


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    app.command(rich_help_panel="Running")(run)
    app.command(rich_help_panel="Running")(demo)
    app.command(rich_help_panel="Running")(once)
    app.command(rich_help_panel="Running")(worker)
    app.command(rich_help_panel="Running")(web)


def run(config: ConfigOption = None, workers: WorkersOption = None) -> None:
    """Everything on this machine: Redis (unless the file names one), the workers, the page and the feed.

    Example: aggregator run -c news.yaml --workers 2
    """
    _run(config, workers)


def _run(path: Path | None, workers: int | None) -> None:
    from aggregator import config as configuration

    loaded = _start(path)
    for line in configuration.summary(loaded):
        log.info("%s", line)
    with parts.loop_runner() as runner:
        runner.run(_serve_all(loaded, path, workers or min(2, os.cpu_count() or 1)))


def _start(path: Path | None, *, handed: bool = False) -> Config:
    """The configuration (`handed`: our parent's), with logs as it wants them and its warnings said."""
    from aggregator import log as logs

    if handed:
        from aggregator.config.standing import STANDING

        inherited, standing = pickle.load(sys.stdin.buffer)  # noqa: S301 - of our parent
        STANDING.handed(standing)
        logs.start(inherited.log.level, inherited.log.format)
        return cast("Config", inherited)
    loaded = parts.load(path)
    logs.start(loaded.log.level, loaded.log.format)
    for warning in loaded.warnings:
        log.warning("%s", warning)
    return loaded


async def _serve_all(config: Config, path: Path | None, workers: int) -> None:
    from aggregator import web as pages

    stop = asyncio.Event()
    parts.on_signal(stop)
    async with parts.store_of(config, owns=True, patient=True) as store:
        await parts.take_up(store, config)
        async with contextlib.AsyncExitStack() as stack:
            runner = await pages.start(config, store, clock=parts.now)
            stack.push_async_callback(runner.cleanup)
            _say(config, runner)
            latest = config
            children = [
                asyncio.create_task(_keep_worker(lambda: latest, path, store.url, stop))
                for _ in range(workers)
            ]
            async for changed in reload.changes(path, config, stop):
                latest = changed
                await parts.take_up(store, changed, said=True)
                await runner.take(changed)
            await stop.wait()
            from aggregator.worker import DRAIN

            log.info("stops: polls in flight have %.0f seconds to end", DRAIN)
            await asyncio.gather(*children)


def _say(config: Config, runner: Runner) -> None:
    """Where the page is, and what is to be known of who may reach it."""
    from aggregator import web as pages

    log.info("page and feed on %s", runner.address)
    if runner.token is not None:
        log.info("for this machine's editor, as long as this process runs: %s", runner.link)
    warning = pages.warning(config)
    if warning:
        log.warning("%s", warning)


async def _keep_worker(
    latest: Callable[[], Config], path: Path | None, redis: str, stop: asyncio.Event
) -> None:
    """A worker process, started again whenever it ends before we do, ever later up to 30 seconds."""
    from aggregator.tasks import nap

    pause = 1.0
    while not stop.is_set():
        process = await spawn(latest(), path, redis)
        started = parts.now()
        ended = asyncio.create_task(process.wait())
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not ended.done():
            await _end(process)
        if stop.is_set():
            return
        pause = 1.0 if parts.now() - started > 60 else min(pause * 2, 30.0)
        log.warning("a worker ended with status %s; a new one starts in %.0f s", process.returncode, pause)
        await nap(stop, pause)


async def spawn(
    config: Config, path: Path | None, redis: str, *more: str, out: int | None = None
) -> asyncio.subprocess.Process:
    """A worker process on a Redis, whose life follows ours by the pipe that is its standard input.

    It is handed the configuration in force, and how it stands with the file, through that pipe: the file
    may be broken by now.
    """
    from aggregator.config.standing import STANDING

    arguments = [sys.executable, "-m", "aggregator", "worker", "--follow-parent", *more]
    if path is not None:
        arguments += ["-c", str(path)]
    process = await asyncio.create_subprocess_exec(*arguments, stdin=asyncio.subprocess.PIPE, stdout=out)
    if process.stdin is not None:
        process.stdin.write(pickle.dumps((config.model_copy(update={"redis": redis}), STANDING)))
        with contextlib.suppress(ConnectionError):  # it ended at once; whoever waits for it sees that
            await process.stdin.drain()
    return process


async def _end(process: asyncio.subprocess.Process) -> None:
    """Closes the pipe that the worker follows, and kills it only when the drain is long over."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), CHILD_GRACE)
    except TimeoutError:
        log.warning(
            "a worker did not drain in %.0f seconds and is killed; its leases end by themselves", CHILD_GRACE
        )
        process.kill()
        await process.wait()


def worker(
    config: ConfigOption = None,
    follow_parent: Annotated[bool, typer.Option("--follow-parent", hidden=True)] = False,
    round_from: Annotated[float | None, typer.Option("--round-from", hidden=True)] = None,
) -> None:
    """Gathers; one of the workers at a time also groups. Any number, on any machines that share one Redis.

    Example: AGGREGATOR_REDIS=redis://news-redis:6379 aggregator worker -c news.yaml
    """
    loaded = _start(config, handed=follow_parent)
    with parts.loop_runner() as runner:
        runner.run(_work(loaded, config, follow_parent=follow_parent, round_from=round_from))


async def _work(config: Config, path: Path | None, *, follow_parent: bool, round_from: float | None) -> None:
    stop = asyncio.Event()
    parts.on_signal(stop)
    async with parts.store_of(config, patient=not follow_parent) as store:
        watching = asyncio.create_task(_follow(stop)) if follow_parent else None
        try:
            if round_from is not None:
                await _work_a_round(config, store, stop, round_from)
            else:
                await _work_on(config, path, store, stop, alone=not follow_parent)
        finally:
            if watching:
                watching.cancel()


async def _work_a_round(config: Config, store: Store, stop: asyncio.Event, since: float) -> None:
    """This process's part of a round that another began; its report goes there."""
    import json

    from aggregator.worker import Worker

    worker = Worker(config, store, clock=parts.now, stop=stop, round_from=since, groups=False)
    await worker.run()
    sys.stdout.write(json.dumps(worker.totals.report()) + "\n")


async def _work_on(
    config: Config, path: Path | None, store: Store, stop: asyncio.Event, *, alone: bool
) -> None:
    """Works until `stop`; a changed configuration is taken up, by a new worker where it must be."""
    from aggregator.worker import Worker

    async def take_up(wanted: Config) -> None:
        await parts.take_up(store, wanted)

    if alone:
        await take_up(config)
    worker = Worker(config, store, clock=parts.now, take_up=take_up)
    latest = config

    async def follow() -> None:
        nonlocal latest
        async for changed in reload.changes(path, config, stop, redis=None if alone else config.redis):
            latest = changed
            if alone:
                await parts.take_up(store, changed, said=True)
            if not worker.take(changed):
                worker.stop.set()
        worker.stop.set()

    following = asyncio.create_task(follow())
    while True:
        await worker.run()
        if stop.is_set():
            break
        worker = Worker(latest, store, clock=parts.now, take_up=take_up)
    await following


async def _follow(stop: asyncio.Event) -> None:
    """Sets `stop` when the pipe from the parent ends, however the parent ended."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()
    stop.set()


def web(config: ConfigOption = None) -> None:
    """Serves the page, the feeds and the rest. Any number of them on one Redis.

    Example: aggregator web -c news.yaml
    """
    loaded = _start(config)
    with parts.loop_runner() as runner:
        runner.run(_web(loaded, config))


async def _web(config: Config, path: Path | None) -> None:
    from aggregator import web as pages

    stop = asyncio.Event()
    parts.on_signal(stop)
    async with parts.store_of(config, patient=True) as store:
        runner = await pages.start(config, store, clock=parts.now)
        _say(config, runner)
        try:
            async for changed in reload.changes(path, config, stop):
                await runner.take(changed)
            await stop.wait()
        finally:
            await runner.cleanup()


def once(
    config: ConfigOption = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Where the merged feed goes.", show_default=False
        ),
    ] = None,
    workers: WorkersOption = None,
    as_json: JsonOption = False,
) -> None:
    """Polls every source once, due or not, except where a publisher forbids it.

    Example: aggregator once -o feed.json
    """
    from aggregator.cli import rounds

    loaded = _start(config)
    with parts.loop_runner() as runner:
        runner.run(rounds.once(loaded, config, output, workers or 1, as_json=as_json))


def demo(
    workers: WorkersOption = None,
    port: Annotated[int, typer.Option("--port", help="Where the page is served.")] = 8080,
) -> None:
    """The same as `run` on a simulated newsroom on loopback: nothing leaves this machine.

    Example: aggregator demo
    """
    import tempfile

    with tempfile.TemporaryDirectory(prefix="aggregator-demo-") as folder, parts.loop_runner() as runner:
        runner.run(_demo(Path(folder), port, workers or 1))


async def _demo(folder: Path, port: int, workers: int) -> None:
    from aggregator.demo import Newsroom

    async with Newsroom(clock=parts.now) as newsroom:
        path = folder / "aggregator.yaml"
        path.write_text(newsroom.config(data_dir=str(folder / "data"), port=port), encoding="utf-8")
        await _serve_all(_start(path), path, workers)
