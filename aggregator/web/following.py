"""Keeps the catalogue up with the change log: reads everything once, then what changes.

The change log says nothing of stories that expire; for them the list of the living is compared now and then.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence

from aggregator import metrics
from aggregator.core.errors import StoreError
from aggregator.core.model import Change
from aggregator.store import StoredStory
from aggregator.tasks import end
from aggregator.web.catalogue import CHUNK, HANG, RETRY, WAIT, Catalogue

log = logging.getLogger("web")

PACE = 0.2  # seconds between two looks at a busy change log: what bounds how often feeds are rendered anew
RECONCILE = 60.0  # seconds between two looks for expired stories
MEET = 5.0  # seconds between two looks whether the store is still the same
PORTION = 50_000  # stories read before the index is put in order while loading


class Following:
    """One catalogue's way to the present."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.store = catalogue.store
        self.clock = catalogue.clock
        self._loading = True
        self._met = 0.0
        self._reconciled = 0.0

    async def run(self) -> None:
        """Loads, then follows the change log for ever. Redis away is waited out."""
        while True:
            try:
                await self._step()
            except (StoreError, TimeoutError) as error:
                self.catalogue.lost(error)
                await asyncio.sleep(RETRY)
            except Exception as error:
                # A fault of ours must not stop what keeps every feed up to date: start afresh, and say so.
                log.exception("following the change log failed by a fault of the program")
                self.catalogue.lost(error)
                self._loading = True
                await asyncio.sleep(RETRY)

    async def _step(self) -> None:
        """One look at the change log, which waits for news where there are none."""
        catalogue = self.catalogue
        async with asyncio.timeout(HANG):
            if not catalogue.fresh or not 0 <= self.clock() - self._met < MEET:
                await self.store.meet()  # the store may be another one than before: its epoch tells
                self._met = self.clock()
            newest = await self.store.changes.newest()
        if self._loading or catalogue.epoch != self.store.epoch or newest < catalogue.number:
            await self.load()
        async with asyncio.timeout(HANG):
            changes = await self.store.changes.since(catalogue.number, CHUNK)
        if changes and changes[0].number > catalogue.number + 1:
            await self.load()  # the log no longer holds what came next
            return
        if changes:
            await self._apply(changes)
        elif self.clock() - self._reconciled > RECONCILE:
            await self._reconcile()
        catalogue.answered()
        catalogue.tidy_if_due()
        if changes:
            await asyncio.sleep(PACE)
        else:
            async with asyncio.timeout(WAIT + HANG):
                await self.store.changes.wait(catalogue.number, WAIT)

    async def _apply(self, changes: Sequence[Change]) -> None:
        catalogue = self.catalogue
        ids = dict.fromkeys(story for change in changes for story in (change.story, change.other) if story)
        await catalogue.renew(list(ids))
        catalogue.number = changes[-1].number
        catalogue.changed_at = max(catalogue.changed_at, *(change.at for change in changes))
        catalogue.version += 1
        metrics.CHANGES.inc(len(changes))
        await catalogue.pin()

    async def load(self) -> None:
        """Reads everything: the order at once, so that the merged feed can be served, then the facts."""
        catalogue = self.catalogue
        self._loading = True
        epoch = self.store.epoch
        async with asyncio.timeout(HANG * 4):
            number = await self.store.changes.newest()
            places = sorted((placed, story) for story, placed in await self.store.stories.ids_and_placed())
        catalogue.begin(epoch, number, places)
        self._reconciled = self.clock()
        catalogue.changed_at = await self._last_change(places[-1][0] if places else 0.0)
        await catalogue.pin()
        catalogue.version += 1
        catalogue.answered()
        await self._fill([story for _, story in reversed(places)])
        self._loading = False
        catalogue.version += 1
        catalogue.complete.set()
        await catalogue.pin()

    async def _fill(self, ids: Sequence[str]) -> None:
        """Learns the facts of all stories, newest first, then puts them in order."""
        catalogue = self.catalogue
        async for start, read in self._ahead(ids):
            for story, stored in read.items():
                if stored is not None:
                    catalogue.note(story, stored)
                else:
                    catalogue.forget(story)
            if (start + CHUNK) % PORTION == 0:
                await catalogue.tidy()
        await catalogue.tidy()
        await catalogue.arrange()

    async def _ahead(self, ids: Sequence[str]) -> AsyncIterator[tuple[int, dict[str, StoredStory | None]]]:
        """Stories, portion by portion, and where each begins: the next is read while one is learnt."""
        ask = self.catalogue.ask
        reading: asyncio.Task[dict[str, StoredStory | None]] | None = None
        try:
            for start in range(0, len(ids), CHUNK):
                read = await (reading or ask(ids[:CHUNK], texts=True))
                following = ids[start + CHUNK : start + 2 * CHUNK]
                reading = asyncio.ensure_future(ask(following, texts=True)) if following else None
                await asyncio.sleep(0)  # it is sent, and Redis reads while we learn
                yield start, read
        finally:
            if reading is not None and not reading.done():
                await end(reading)

    async def _last_change(self, otherwise: float) -> float:
        """When the stories last changed, as far as the log still tells."""
        number = self.catalogue.number
        last = await self.store.changes.since(max(0, number - 1), 1)
        return last[-1].at if last else otherwise

    async def _reconcile(self) -> None:
        """Drops what has expired; takes up what was missed."""
        catalogue = self.catalogue
        async with asyncio.timeout(HANG * 2):
            living = dict(await self.store.stories.ids_and_placed())
        self._reconciled = self.clock()
        missed, gone = catalogue.missing(living)
        catalogue.drop(gone)
        await catalogue.renew(missed)
        if missed:
            catalogue.version += 1
        if gone or missed:
            await catalogue.pin()
