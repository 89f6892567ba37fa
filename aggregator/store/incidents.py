"""What happened to sources, the newest thousand: a list, newest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from aggregator.core.incident import Incident, What, told
from aggregator.store import keys
from aggregator.store.room import Room

KEPT: Final = 1_000
_CERTAIN: Final[Mapping[str, float]] = MappingProxyType({})  # all of it is


class Incidents(Room):
    """Incidents of sources. Only who holds a source's lease writes of it."""

    async def note(
        self, turns: Sequence[tuple[str, What, str, float]], certain: Mapping[str, float] = _CERTAIN
    ) -> None:
        """Notes what became of sources: source, what, why, when. The same again changes nothing.

        What became of a source in `certain` is told from that time on, unless it is taken back before. One
        that is well before that needs no word at all. Raises StoreAway.
        """
        if not turns:
            return
        known = await self._by_source()
        words: list[tuple[str | bytes | int, ...]] = []
        for source, what, why, at in turns:
            premature = [data for data, one in known[source] if one.certain > at]
            if what == "well" and premature:
                words += [("LREM", keys.INCIDENTS, 0, data) for data in premature]
                continue
            settled = certain.get(source, 0.0)
            new = told(source, what, why, at, [one for _, one in known[source]], settled)
            if new is not None:
                old = [data for data, one in known[source] if one.began >= new.began]
                words += [("LREM", keys.INCIDENTS, 0, data) for data in old]
                words.append(("LPUSH", keys.INCIDENTS, keys.pack_incident(new)))
        if words:
            await self._link.commands([*words, ("LTRIM", keys.INCIDENTS, 0, KEPT - 1)])

    async def take_back(self, sources: Collection[str]) -> None:
        """Forgets what was not certain of sources: it was the trouble of their host. Raises StoreAway."""
        known, now = await self._by_source(), await self._store.now()
        untold = [data for source in sources for data, one in known[source] if one.certain > now]
        await self._link.commands([("LREM", keys.INCIDENTS, 0, data) for data in untold])

    async def newest(self) -> list[Incident]:
        """All that are kept and certain, newest first."""
        kept = [keys.unpack_incident(data) for data in await self._packed()]
        now = await self._store.now() if any(one.certain for one in kept) else 0.0
        return sorted((one for one in kept if one.certain <= now), key=lambda one: -one.at)

    async def _by_source(self) -> dict[str, list[tuple[bytes, Incident]]]:
        known: dict[str, list[tuple[bytes, Incident]]] = defaultdict(list)
        for data in await self._packed():
            one = keys.unpack_incident(data)
            known[one.source].append((data, one))
        return known

    async def _packed(self) -> list[bytes]:
        return list(await self._link.command("LRANGE", keys.INCIDENTS, 0, -1))
