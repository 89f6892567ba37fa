"""Several sources of one host that begin to fail alike: it is the host that fails, and none is blamed.

Large sites answer 404 to every feed for hours on some days, or serve a page for browsers to all of us at
once. So each failure of a source that was well is settled with two states: the one that blames it, and the
one that does not. The script that settles knows what the host's other sources did, and takes the second
where `ALIKE` of them in a row failed in the same way within `WITHIN` seconds and none in between went well.
The host rests then, twice as long each time that it still fails that way, until one of its sources goes
well.
"""

from __future__ import annotations

from typing import Final

import msgspec

from aggregator.core.errors import Kind
from aggregator.core.model import Failure, SourceState

ALIKE: Final = 3  # sources in a row: two may be a coincidence, or two feeds that were taken down
WITHIN: Final = 600.0  # seconds
REST: Final = 300.0  # seconds that the host rests first
REST_MOST: Final = 3600.0
LONGEST: Final = 86_400.0  # seconds: what still fails alike after a day is counted against each source

RULE: Final = (ALIKE, repr(WITHIN), repr(REST), repr(REST_MOST), repr(LONGEST))
"""As `settle.lua` takes it."""

# What says nothing of the host: we asked too often, our own rules forbid it, or its own do.
_OTHERS: Final = frozenset({Kind.RATE_LIMITED, Kind.PRIVATE_ADDRESS, Kind.ROBOTS})


def way(before: SourceState, outcome: Failure | None) -> str | None:
    """How a poll ended, as its host is judged by it.

    "" where it went well, `missing 404` and the like where a source failed that was well before, None where
    nothing can be told: it failed before, or never worked, or it is not the host's doing.
    """
    if outcome is None:
        return ""
    if before.error_count or before.last_success is None or outcome.kind in _OTHERS:
        return None
    if outcome.kind is Kind.MISSING and outcome.status is None:
        return None  # an address that cannot be sent at all
    return f"{outcome.kind} {outcome.status or ''}".rstrip()


def excused(before: SourceState, after: SourceState, outcome: Failure, host: str) -> SourceState:
    """The state after a failure that is the host's: nothing is counted, and the source is not gone."""
    message = (
        f"Several feeds of {host} began to fail alike, so the whole host rests and none is blamed."
        f" Each says: {outcome.message}"
    )
    return msgspec.structs.replace(
        after,
        error=msgspec.structs.replace(outcome, kind=Kind.HOST_TROUBLE, message=message),
        error_count=before.error_count,
        gone=before.gone,
        interval=before.interval,
        reason=f"{host} fails for several of its feeds: it is left in peace for a while",
    )
