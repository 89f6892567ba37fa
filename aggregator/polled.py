"""What one poll brought, between the network and the store: the value that gathering passes along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from aggregator.core.model import Claim, Failure, Feed, Response, Source
from aggregator.core.table import Table
from aggregator.core.websub import Parcel

NOTHING_SEEN = Table()


class Pushed(NamedTuple):
    """What came from a hub for a source: the hub's host, until when its lease is known to last, and when the
    source was due.
    """  # noqa: D205

    parcel: Parcel
    hub: str
    until: float
    due: float


@dataclass(frozen=True, slots=True)
class Polled:
    """What one poll brought: a feed (`feed`), nothing new (`feed` None), or a failure (`outcome`)."""

    claim: Claim
    source: Source
    outcome: Response | Failure
    feed: Feed | None = None
    body_hash: bytes = b""
    at: float = 0.0
    table: Table = NOTHING_SEEN
    kept: Sequence[bytes] = ()  # rows of the entries that were not read again: their bytes are the same
    marks: Sequence[bytes] = ()  # of the entries that were read, where each is known
    what: Literal["feed", "page", "rules", "push", "rests"] = "feed"
    """An older page, robots.txt; a hub sent it; put back, as a host that it leads to has no turn for it."""
    pushed: Pushed | None = None
    host: str = ""  # where it ended, if that is not the host of its claim
    guest: str | None = None  # the token of its visit there
    back: float = 0.0  # when one that was put back may come again
    asked: bool = True  # whether a request was spent

    @property
    def first(self) -> bool:
        """Is what this brings from before the source was known: of its first poll, of an older page?"""
        return self.claim.state.last_success is None or self.what == "page"

    @property
    def adds(self) -> bool:
        """Does it bring only some of what the feed holds, so that nothing is missing from it?"""
        return self.what in {"page", "push"} or (isinstance(self.outcome, Response) and self.outcome.partial)
