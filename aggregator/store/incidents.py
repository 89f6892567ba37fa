"""What happened to sources, the newest thousand: a list, newest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from aggregator.core.incident import Incident, What, told
from aggregator.store import keys
from aggregator.store.room import Room

KEPT: Final = 1_000


class Incidents(Room):
    """Incidents of sources. Only who holds a source's lease writes of it."""

    async def note(self, turns: Sequence[tuple[str, What, str, float]]) -> None:
        """Notes what became of sources: source, what, why, when. The same again changes nothing.

        Raises StoreAway.
        """
        if not turns:
            return
        packed = {data: keys.unpack_incident(data) for data in await self._packed()}
        known: dict[str, list[tuple[bytes, Incident]]] = defaultdict(list)
        for data, one in packed.items():
            known[one.source].append((data, one))
        words: list[tuple[str | bytes | int, ...]] = []
        for source, what, why, at in turns:
            new = told(source, what, why, at, [one for _, one in known[source]])
            if new is not None:
                old = [data for data, one in known[source] if one.began >= new.began]
                words += [("LREM", keys.INCIDENTS, 0, data) for data in old]
                words.append(("LPUSH", keys.INCIDENTS, keys.pack_incident(new)))
        if words:
            await self._link.commands([*words, ("LTRIM", keys.INCIDENTS, 0, KEPT - 1)])

    async def newest(self) -> list[Incident]:
        """All that are kept, newest first."""
        return sorted(map(keys.unpack_incident, await self._packed()), key=lambda one: -one.at)

    async def _packed(self) -> list[bytes]:
        return list(await self._link.command("LRANGE", keys.INCIDENTS, 0, -1))
