"""Which addresses a host's robots.txt leaves to us, where `robots: true` asks for it.

Rules are asked for once a day and host, and kept in Redis for all workers. Asking for them takes a turn of
the source instead of its feed, so the host's pace and the lease hold as ever; the feed follows in the next
turn.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from aggregator.core import robots
from aggregator.core.errors import Kind
from aggregator.core.model import Failure, Source, SourceState
from aggregator.core.robots import Rules
from aggregator.core.urls import host
from aggregator.fetch import Fetcher, Manners
from aggregator.store import Store

KEPT = 86_400.0
"""Seconds that rules hold (RFC 9309, 2.4)."""
KEPT_SILENT = 3600.0
"""Seconds until a host is asked again whose rules could not be had."""
FRESH = 3600.0
"""Seconds that a process trusts its memory of what Redis holds."""
REMEMBERED = 10_000
"""Hosts that a process remembers; more are forgotten all at once."""

# Answers that mean: there are no rules (RFC 9309, 2.3.1.3). All others mean that nobody knows (2.3.1.4).
_NONE = frozenset(
    {Kind.MISSING, Kind.FORBIDDEN, Kind.UNAUTHORISED, Kind.GONE, Kind.LEGAL, Kind.HTTP_4XX, Kind.EMPTY}
    | {Kind.REDIRECT_LOOP, Kind.REDIRECT_BAD, Kind.CHALLENGE}
)


class Robots:
    """What hosts allow."""

    def __init__(self, fetcher: Fetcher, store: Store, clock: Callable[[], float]) -> None:
        self._fetcher = fetcher
        self._store = store
        self._clock = clock
        self._known: dict[str, tuple[float, Rules]] = {}

    async def known(self, source: Source) -> Rules | None:
        """The rules for a source; None where they have to be asked for. Raises StoreAway."""
        where = robots.address(source.url)
        until, rules = self._known.get(where, (0.0, Rules()))
        if until > self._clock():
            return rules
        stored = await self._store.sources.rules(host(source.url), where)
        if stored is not None:
            self._keep(where, stored)
        return stored

    async def ask(self, source: Source, manners: Manners) -> Rules:
        """Asks the host for its rules, and keeps them for all workers.

        Raises StoreAway, MachineTrouble, HostRests.
        """
        where = robots.address(source.url)
        asked = msgspec.structs.replace(source, url=where, headers=(), auth=None)
        answer = await self._fetcher.fetch(asked, SourceState(), manners=manners)
        seconds = KEPT
        if not isinstance(answer, Failure):
            rules = robots.read(answer.body or b"")
        elif answer.kind in _NONE:
            rules = Rules()
        else:
            rules, seconds = Rules(reason=str(answer.kind)), KEPT_SILENT
        await self._store.sources.keep_rules(host(source.url), where, rules, seconds)
        self._keep(where, rules)
        return rules

    def _keep(self, where: str, rules: Rules) -> None:
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[where] = self._clock() + FRESH, rules


def refusal(source: Source, rules: Rules) -> Failure:
    """The failure of a source whose address is not left to us."""
    name = host(source.url)
    if rules.reason:
        text = (
            f"The robots.txt of {name} cannot be had ({rules.reason}), so nothing is asked of it for an hour."
        )
    else:
        text = f"The robots.txt of {name} asks programs to leave this address alone (see `robots`)."
    return Failure(Kind.ROBOTS, text)
