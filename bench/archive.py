"""Months of real feeds as they were: the snapshots of an archive, and a publisher that serves them in time.

The archive lies beside the project (../shared/data/feeds) and is no part of it; it is unpacked once, into
.cache. Its files are `OUTLET/2020-04-21T124301.xml`, one a change, named by the clocks of New Zealand: the
newest entries of all feeds lie just before these times there, and half a day ahead if they are taken for UTC.
"""

from __future__ import annotations

import os
import shutil
import tarfile
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Self

from aiohttp import web

ROOT = Path(__file__).parents[1]
ARCHIVE = ROOT.parent / "shared/data/feeds/headlines-2020.tar.xz"
UNPACKED = ROOT / ".cache/headlines-2020"

# Ahead of UTC, in 2020; the time zone database is not on every machine.
WINTER, SUMMER = timedelta(hours=12), timedelta(hours=13)
WINTER_BEGINS, WINTER_ENDS = datetime(2020, 4, 5, 3), datetime(2020, 9, 27, 2)  # noqa: DTZ001  (local)


def unpacked() -> Path | None:
    """The folder of the snapshots; None where the archive is missing."""
    if UNPACKED.is_dir():
        return UNPACKED
    if not ARCHIVE.exists():
        return None
    part = UNPACKED.with_name(f"{UNPACKED.name}-{os.getpid()}")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(part, filter="data")
    try:
        part.rename(UNPACKED)
    except OSError:  # another process was first
        shutil.rmtree(part)
    return UNPACKED


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One document of one outlet, published from `at` on."""

    outlet: str
    at: float
    path: Path


class Snapshots:
    """The archive by outlet and time."""

    def __init__(self, folder: Path) -> None:
        self.outlets = {
            outlet.name: [Snapshot(outlet.name, _time(path), path) for path in sorted(outlet.glob("*.xml"))]
            for outlet in sorted(folder.iterdir())
            if outlet.is_dir()
        }

    def ticks(self) -> list[float]:
        """The moments at which anything changed, to the minute, oldest first."""
        minutes = {int(shot.at // 60) for shots in self.outlets.values() for shot in shots}
        return [60.0 * (minute + 1) for minute in sorted(minutes)]

    def at(self, outlet: str, now: float) -> Snapshot | None:
        """What an outlet published at a moment; None before its first."""
        shots = self.outlets[outlet]
        place = bisect_right(shots, now, key=lambda shot: shot.at)
        return shots[place - 1] if place else None


def _time(path: Path) -> float:
    local = datetime.strptime(path.stem, "%Y-%m-%dT%H%M%S")  # noqa: DTZ007  (its zone follows)
    ahead = WINTER if WINTER_BEGINS <= local < WINTER_ENDS else SUMMER
    return (local - ahead).replace(tzinfo=UTC).timestamp()


class Publisher:
    """Serves every outlet at `/{outlet}.xml` as it was at the moment that `clock` tells, with validators.

    `served` holds the snapshots that were sent whole, in order; `requests` and `not_modified` count.
    """

    def __init__(self, snapshots: Snapshots, clock: Callable[[], float]) -> None:
        self.snapshots = snapshots
        self.clock = clock
        self.served: list[Snapshot] = []
        self.requests = 0
        self.not_modified = 0
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{outlet}.xml", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        self.requests += 1
        shot = self.snapshots.at(request.match_info["outlet"], self.clock())
        if shot is None:
            raise web.HTTPNotFound(text="Not published yet.")
        body = shot.path.read_bytes()
        etag = f'"{blake2b(body, digest_size=8).hexdigest()}"'
        if request.headers.get("If-None-Match") == etag:
            self.not_modified += 1
            return web.Response(status=304, headers={"ETag": etag})
        self.served.append(shot)
        return web.Response(body=body, headers={"ETag": etag, "Content-Type": "application/xml"})


def between(ticks: Sequence[float], first: str, last: str) -> list[float]:
    """The moments from one day to another, both included (`2020-05-01`)."""
    start, end = (datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() for day in (first, last))
    return [tick for tick in ticks if start <= tick < end + 86_400]
