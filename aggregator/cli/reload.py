"""A changed configuration, taken up while the process runs.

Folders are watched, not files: an editor replaces a file, a mounted volume swaps a symbolic link. SIGHUP asks
for the same. What is broken is refused with its errors, and what was in force stays in force.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.cli import parts
from aggregator.core.errors import ConfigError

if TYPE_CHECKING:
    from aggregator.config import Config

log = logging.getLogger("config")

READ_AT_START = ("redis", "data_dir", "server", "log")
"""Sections that a running process keeps as they were: what they name is in use."""

_SUFFIXES = {".yaml", ".yml", ".opml", ".xml"}


async def changes(path: Path | None, config: Config, stop: asyncio.Event) -> AsyncIterator[Config]:
    """Each new configuration that is whole and differs from the one before, until `stop` is set."""
    if not config.files:
        return
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGHUP, asked.set)
    watching = asyncio.create_task(_watch(config.files, asked, stop), name="watch")
    try:
        while not stop.is_set():
            await _either(asked, stop)
            asked.clear()
            if stop.is_set():
                return
            loaded = _load(path or config.files[0])
            if loaded is not None and loaded != config:
                _say(config, loaded)
                config = loaded
                yield loaded
    finally:
        loop.remove_signal_handler(signal.SIGHUP)
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching


async def _watch(files: tuple[Path, ...], asked: asyncio.Event, stop: asyncio.Event) -> None:
    from watchfiles import Change, awatch

    def counts(_: Change, name: str) -> bool:
        return Path(name).suffix in _SUFFIXES or Path(name).name.startswith("..")

    folders = {file.absolute().parent for file in files} | {file.resolve().parent for file in files}
    try:
        async for _ in awatch(*folders, watch_filter=counts, stop_event=stop, recursive=False):
            asked.set()
    except OSError as error:
        log.warning("the configuration can't be watched (%s): SIGHUP still takes a change up", error)


async def _either(one: asyncio.Event, other: asyncio.Event) -> None:
    tasks = [asyncio.create_task(event.wait()) for event in (one, other)]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


def _load(path: Path) -> Config | None:
    """The configuration as it stands now; None where it is broken, which is said.

    A file that is gone, or of no length, is just being replaced, or was lost: it must not stop every
    source, as a start without a configuration would.
    """
    try:
        loaded = parts.load(path)
        if path.stat().st_size:
            return loaded
        log.error("%s is empty", path)
    except OSError as error:
        log.error("%s cannot be read: %s", path, error.strerror)
    except ConfigError as error:
        for problem in error.problems:
            log.error("%s", problem)
        log.error("the changed configuration is refused; the one before stays in force")
    return None


def _say(before: Config, after: Config) -> None:
    """The difference in one line, and what of it waits for a restart."""
    old = {source.id: source for source in before.sources}
    new = {source.id: source for source in after.sources}
    changed = sum(new[id_] != old[id_] for id_ in old.keys() & new.keys())
    log.info("taken up: +%d sources, -%d, %d changed", len(new.keys() - old), len(old.keys() - new), changed)
    late = [name for name in READ_AT_START if getattr(before, name) != getattr(after, name)]
    if late:
        log.warning("%s: a change of this takes effect at the next start", ", ".join(late))
