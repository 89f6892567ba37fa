"""What several commands build: the configuration, the store, the signals. Each joined in one place."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import pickle
import signal
import sys
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, cast

import typer

if TYPE_CHECKING:
    from aggregator.config import Config
    from aggregator.store import HostLimits, Store

log = logging.getLogger("start")

EMBEDDED = "embedded"

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "-c",
        "--config",
        metavar="FILE",
        help="The configuration. Else $AGGREGATOR_CONFIG, ./aggregator.yaml, ./config/aggregator.yaml.",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")]


def load(path: Path | None) -> Config:
    """The configuration that is in force; raises ConfigError with every problem at once."""
    from aggregator import config

    environ = config.environment()
    loaded = config.load(config.find(path, environ), environ)
    if len(loaded.sources) < MANY:
        return loaded
    packed = pickle.dumps(loaded, pickle.HIGHEST_PROTOCOL)
    del loaded
    gc.collect()
    return cast("Config", pickle.loads(packed))  # noqa: S301 - our own of just now


MANY: Final = 5_000
"""Sources from which on a configuration is made anew, after all that it was read from has been cleared away.

A hundred thousand are 60 MB, and lie scattered over 370 MB of what their files were read into.
"""


def loop_runner() -> asyncio.Runner:
    """A runner on uvloop where there is one."""
    try:
        import uvloop
    except ImportError:
        return asyncio.Runner()
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)


@contextlib.asynccontextmanager
async def store_of(config: Config, *, owns: bool = False, patient: bool = False) -> AsyncIterator[Store]:
    """The store that the configuration names, checked.

    Embedded: the server of this data folder, started here unless it runs already. `owns`: it must be ours, so
    one that is held by another process is an error. `patient`: waits for a Redis that is not there yet.
    """
    from aggregator.core.errors import StoreAway, StoreError
    from aggregator.store import open as open_store
    from aggregator.store.server import Server, running_url

    async with contextlib.AsyncExitStack() as stack:
        url = config.redis
        if url == EMBEDDED:
            running = None if owns else await running_url(config.data_dir)
            if running is None:
                server = Server(config.data_dir)
                url = await server.start()
                stack.push_async_callback(server.stop)
                watching = asyncio.create_task(server.watch(log.error), name="server")
                stack.callback(watching.cancel)
            else:
                url = running
        while True:
            store = open_store(url)
            try:
                for warning in await store.check():
                    log.warning("%s", warning)
                break
            except StoreAway as error:
                await store.close()
                if not patient:
                    raise
                log.warning("%s Trying again.", error)
                await asyncio.sleep(2.0)
            except StoreError:
                await store.close()
                raise
        stack.push_async_callback(store.close)
        yield store


def on_signal(*stops: asyncio.Event) -> None:
    """SIGTERM and SIGINT set all of `stops`; a second one is left to the default, which ends the process."""
    loop = asyncio.get_running_loop()

    def ask(number: signal.Signals) -> None:
        for stop in stops:
            stop.set()
        loop.remove_signal_handler(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ask, number)


async def take_up(store: Store, config: Config, *, said: bool = False) -> None:
    """Tells the store which sources there are, and how each host wants to be asked. `said`: it was logged."""
    exceptions, default = limits_of(config)
    difference = await store.sources.take_up(
        config.sources, exceptions, config.retention.stories, default=default
    )
    if difference.added or difference.changed or difference.removed:
        log.log(
            logging.DEBUG if said else logging.INFO,
            "sources: +%d, -%d, %d changed",
            len(difference.added),
            len(difference.removed),
            len(difference.changed),
        )
    await _hasten(store, config)


def limits_of(config: Config) -> tuple[dict[str, HostLimits], HostLimits]:
    """How hosts may be asked: those that are named, and all others."""
    from aggregator.store import HostLimits

    default = HostLimits(config.polling.per_host, config.polling.per_host_rate)
    exceptions = {
        host: HostLimits(rule.per_host, rule.per_host_rate, rule.pause_together)
        for host, rule in config.hosts.items()
    }
    return exceptions, default


async def _hasten(store: Store, config: Config) -> None:
    """Brings forward what waits for longer than its configured interval, which was lowered meanwhile."""
    fixed = {source.id: source.interval for source in config.sources if source.interval is not None}
    if not fixed:
        return
    for id_, (state, due) in (await store.sources.status()).items():
        interval = fixed.get(id_)
        if interval is None or due is None or state.last_poll is None or state.error is not None:
            continue
        if due > max(state.last_poll + 2 * interval, state.not_before):
            await store.sources.poll_now(id_)


def table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table on standard output: as wide as a terminal; in a pipe unwrapped, without blanks at the end."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    made = Table(*names, box=None, pad_edge=False)
    for row in rows:
        made.add_row(*(Text(cell) for cell in row))
    if sys.stdout.isatty():
        Console().print(made)
        return
    console = Console(width=4_000)
    with console.capture() as captured:
        console.print(made)
    sys.stdout.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))


def now() -> float:
    """The clock of the whole program: seconds since 1970, UTC."""
    return time.time()
