"""A changed configuration, taken up while the process runs.

Folders are watched, not files: an editor replaces a file, a mounted volume swaps a symbolic link, a release
is another folder under the same name (`cli.places`). SIGHUP asks for the same. What is broken is refused with
its errors, and what was in force stays in force.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.cli import parts, places
from aggregator.cli.places import Places
from aggregator.core.errors import ConfigError, Problem
from aggregator.tasks import end, nap

if TYPE_CHECKING:
    from aggregator.config import Config

log = logging.getLogger("config")

READ_AT_START = ("redis", "data_dir", "server", "log")
"""Sections that a running process keeps as they were: what they name is in use."""

CALM = 0.2
"""Seconds for which no file may change while it is read."""
MOST_READINGS = 25
"""Readings of files that keep changing, before what was read last is taken as it is."""

_SUFFIXES = {".yaml", ".yml", ".opml", ".xml"}


async def changes(
    path: Path | None, config: Config, stop: asyncio.Event, *, redis: str | None = None
) -> AsyncIterator[Config]:
    """Each new configuration that is whole and differs from the one before, until `stop` is set.

    `redis`: the store that our parent handed us, whatever the file says. What is to be said of the file the
    parent says, then; here it is for those who look closely (`log.level: debug`).
    """
    level = logging.INFO if redis is None else logging.DEBUG
    _began()
    if not config.files:
        return
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGHUP, asked.set)
    watched = _places(config)
    watching = _watching(watched, asked)

    async def watch_anew(now: Config) -> None:
        nonlocal watched, watching
        if watched == (found := _places(now)):
            return
        await end(watching)
        watched, watching = found, _watching(found, asked)
        asked.set()  # what changed while nobody watched

    try:
        while not stop.is_set():
            await _either(asked, stop)
            asked.clear()
            if stop.is_set():
                return
            await watch_anew(config)
            loaded = await _settled(path or config.files[0], config, stop, level)
            if loaded is not None and redis is not None:
                loaded = loaded.model_copy(update={"redis": redis})
            if loaded is None or loaded == config:
                continue
            _say(config, loaded, level)
            await watch_anew(loaded)
            config = loaded
            yield loaded
    finally:
        loop.remove_signal_handler(signal.SIGHUP)
        await end(watching)


def _places(config: Config) -> Places:
    return places.of(config.files, config.folders)


def _watching(watched: Places, asked: asyncio.Event) -> asyncio.Task[None]:
    return asyncio.create_task(_watch(watched, asked), name="watch")


async def _settled(
    path: Path, config: Config, stop: asyncio.Event, level: int = logging.INFO
) -> Config | None:
    """The configuration once nobody writes it any more; None where it is broken then, which is said.

    A file that is half written may be right as far as it goes, with half of its sources.
    """
    files = config.files
    for _ in range(MOST_READINGS):
        before = _stamps(files)
        loaded = await asyncio.to_thread(_load, path)  # seconds, where there are many sources
        await nap(stop, CALM)
        read = config.files if isinstance(loaded, list) else loaded.files
        if set(read) == set(files) and _stamps(files) == before:
            break
        files = read
    if isinstance(loaded, list):
        _refused(loaded, level)
        return None
    _taken(level)
    return loaded


def _stamps(files: Iterable[Path]) -> list[tuple[int, int, int]]:
    """What changes with the files: which they are, their times and sizes."""
    found = []
    for file in files:
        with contextlib.suppress(OSError):
            about = file.stat()
            found.append((about.st_ino, about.st_mtime_ns, about.st_size))
    return found


def _began() -> None:
    """What was read at the start is in force; a worker may have been told that its file is broken by now."""
    from aggregator import metrics
    from aggregator.config.standing import STANDING

    if STANDING.successful:
        _taken()
        return
    metrics.CONFIG_OK.set(0)
    metrics.CONFIG_AT.set(STANDING.at)


def _taken(level: int = logging.INFO) -> None:
    from aggregator import metrics
    from aggregator.config.standing import STANDING

    if not STANDING.successful:
        log.log(level, "the configuration can be read again")
    STANDING.taken(parts.now())
    metrics.CONFIG_OK.set(1)
    metrics.CONFIG_AT.set(STANDING.at)


def _refused(problems: list[Problem | str], level: int) -> None:
    from aggregator import metrics
    from aggregator.config.standing import STANDING

    level = logging.ERROR if level == logging.INFO else level
    for problem in problems:
        log.log(level, "%s", problem)
    log.log(level, "the changed configuration is refused; the one before stays in force")
    STANDING.refused([each for each in problems if isinstance(each, str) or not each.warning])
    metrics.CONFIG_OK.set(0)


async def _watch(watched: Places, asked: asyncio.Event) -> None:
    from watchfiles import Change, awatch

    def counts(_: Change, name: str) -> bool:
        path = Path(name)
        return path.suffix in _SUFFIXES or path.name.startswith("..") or path in watched.names

    try:
        halt = asyncio.Event()  # its own: the library sets it when this task is cancelled
        async for _ in awatch(*watched.folders, watch_filter=counts, stop_event=halt, recursive=False):
            asked.set()
    except OSError as error:
        log.warning("the configuration can't be watched (%s): SIGHUP still takes a change up", error)


async def _either(one: asyncio.Event, other: asyncio.Event) -> None:
    tasks = [asyncio.create_task(event.wait()) for event in (one, other)]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


def _load(path: Path) -> Config | list[Problem | str]:
    """The configuration as it stands now, or what is wrong with it.

    A file that is gone, or of no length, is just being replaced, or was lost: it must not stop every
    source, as a start without a configuration would.
    """
    try:
        loaded = parts.load(path)
        return loaded if path.stat().st_size else [f"{path.name} is empty"]
    except OSError as error:
        return [f"{path.name} cannot be read: {error.strerror}"]
    except ConfigError as error:
        return list(error.problems)


def _say(before: Config, after: Config, level: int) -> None:
    """The difference in one line, and what of it waits for a restart."""
    old = {source.id: source for source in before.sources}
    new = {source.id: source for source in after.sources}
    changed = sum(new[id_] != old[id_] for id_ in old.keys() & new.keys())
    came, went = len(new.keys() - old), len(old.keys() - new)
    log.log(level, "taken up: +%d sources, -%d, %d changed", came, went, changed)
    late = [name for name in READ_AT_START if getattr(before, name) != getattr(after, name)]
    if late:
        level = logging.WARNING if level == logging.INFO else level
        log.log(level, "%s: a change of this takes effect at the next start", ", ".join(late))
