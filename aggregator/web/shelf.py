"""What is kept for the next request: documents, their items, and orders that a reader is paging through."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from operator import is_

import orjson

from aggregator.core import render
from aggregator.core.hits import Ranked
from aggregator.store import StoredStory
from aggregator.web.answer import Document

SHELF = 512  # finished documents that are kept
SHELF_BYTES = 64_000_000  # of their bodies, not compressed
ADDRESSES = 4_096  # addresses of which it is known what they ask
LONG = 500  # characters; longer ones are looked at anew each time
ITEMS = 1_000  # stories whose JSON is kept
ORDERS = 64  # frozen orders that are kept
FROZEN = 600.0  # seconds that an order stays frozen


@dataclass(slots=True)
class Shelved:
    """A finished document, and what it was made from."""

    document: Document
    version: object  # of what it shows: another one, and it is made anew
    basis: bytes = b""  # of a feed: its bytes without the place in the change log
    number: int = 0  # of a feed: that place


class Shelf:
    """Finished documents by address and host; equal requests that come together share one making."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Shelved] = OrderedDict()
        self._making: dict[str, asyncio.Task[Shelved]] = {}
        self._keys: OrderedDict[str, str] = OrderedDict()
        self._bytes = 0

    def get(self, key: str) -> Shelved | None:
        """What is kept under the key, current or not."""
        return self._kept.get(key)

    def at(self, address: str) -> Shelved | None:
        """What is kept for an address as it was asked for: that of its key, if it has been named."""
        return self._kept.get(self._keys.get(address, address))

    def name(self, address: str, key: str) -> str:
        """The key, which from now on an address stands for too; many addresses may ask the same."""
        if len(address) < LONG:
            self._keys[address] = key
            if len(self._keys) > ADDRESSES:
                self._keys.popitem(last=False)
        return key

    async def make(
        self, key: str, version: object, making: Callable[[Shelved | None], Awaitable[Shelved]]
    ) -> Shelved:
        """What is kept for this version, else what `making` makes of the one before, once for all."""
        kept = self._kept.get(key)
        if kept is not None and kept.version == version:
            return kept
        task = self._making.get(key)
        if task is None:
            task = asyncio.ensure_future(self._make(key, making, kept))
            self._making[key] = task
            task.add_done_callback(lambda done: self._made(key, done))
        return await asyncio.shield(task)

    async def _make(
        self, key: str, making: Callable[[Shelved | None], Awaitable[Shelved]], kept: Shelved | None
    ) -> Shelved:
        shelved = await making(kept)
        if kept := self._kept.pop(key, None):
            self._bytes -= len(kept.document.body)
        self._kept[key] = shelved
        self._bytes += len(shelved.document.body)
        while len(self._kept) > SHELF or self._bytes > SHELF_BYTES:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= len(dropped.document.body)
        return shelved

    def _made(self, key: str, done: asyncio.Task[Shelved]) -> None:
        self._making.pop(key, None)
        if not done.cancelled():
            done.exception()  # those who wait raise it; if nobody waits any more it is no news


class Frozen:
    """Orders as they were when a reader began to page through them, by their names."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._kept: OrderedDict[bytes, tuple[float, Ranked]] = OrderedDict()

    def keep(self, order: Ranked) -> Ranked:
        """The order, which from now on is kept for ten minutes."""
        self._kept.pop(order.name, None)
        self._kept[order.name] = (self._clock(), order)
        while len(self._kept) > ORDERS:
            self._kept.popitem(last=False)
        return order

    def get(self, name: bytes) -> Ranked | None:
        """The order of that name, unless it is too old."""
        kept_at, order = self._kept.get(name, (0.0, None))
        if order is not None and self._clock() - kept_at > FROZEN:
            del self._kept[name]
            return None
        return order


class Items:
    """Stories as JSON, kept until what they show is read anew: most of a page stays as it was."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[tuple[StoredStory | None, ...], orjson.Fragment]] = OrderedDict()

    def item(self, stored: StoredStory, related: Mapping[str, StoredStory]) -> orjson.Fragment:
        """The story as an item of a feed."""
        basis = (stored, *(related.get(name) for name, _ in stored.story.related))
        kept = self._kept.get(stored.story.id)
        if kept is not None and len(kept[0]) == len(basis) and all(map(is_, kept[0], basis)):
            return kept[1]
        made = orjson.Fragment(orjson.dumps(render.item(stored, related)))
        self._kept[stored.story.id] = basis, made
        self._kept.move_to_end(stored.story.id)
        if len(self._kept) > ITEMS:
            self._kept.popitem(last=False)
        return made
