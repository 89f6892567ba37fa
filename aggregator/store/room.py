"""What the rooms of the store have in common: the connection, the clock, the epoch."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from aggregator.core.errors import StoreError
from aggregator.store.link import Link

if TYPE_CHECKING:
    from aggregator.store import Store


class Room:
    """A part of the store, by noun."""

    def __init__(self, store: Store, link: Link, clock: Callable[[], float] | None) -> None:
        self._store = store
        self._link = link
        self._clock = clock

    @property
    def shards(self) -> int:
        """Over how many shards sources are spread."""
        if not self._store.shards:
            raise StoreError("The store was not checked yet: call check() first.")
        return self._store.shards

    def _now(self) -> str:
        """The first argument of scripts: empty for the server's time, else the time that was given."""
        return repr(float(self._clock())) if self._clock else ""
