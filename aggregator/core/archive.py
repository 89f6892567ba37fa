"""The older pages of a feed (RFC 5005, 4; `next_url` of JSON Feed), read once where `archives` asks for it.

The first poll of a source that brings its feed notes where the page before it is. From then on each turn of
the source asks for one page instead of the feed, until there is none left: so a page is a poll like any
other, with a lease, at the pace of its host, and whoever dies in between loses nothing. What a page brings
is backfill; an entry that is known stays as it is, since the newer document is right. A page that fails
says nothing of the source.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec

from aggregator.core.errors import Kind
from aggregator.core.model import Failure, Feed, Response, Source, SourceState

MOST: Final = 50  # pages, tries that failed included
AGAIN: Final = 300.0  # seconds until a page is asked for again that failed for a reason that may pass

_PASSING: Final = frozenset(
    {Kind.TIMEOUT, Kind.DNS, Kind.REFUSED, Kind.RESET, Kind.TRUNCATED, Kind.RATE_LIMITED, Kind.HOST_TROUBLE}
    | {Kind.HTTP_5XX}
)


class Turned(NamedTuple):
    """What follows the poll of a page: the state to store, and when the source is due."""

    state: SourceState
    due: float


def first(source: Source, before: SourceState, feed: Feed | None) -> str | None:
    """The page to begin with, after a poll that brought `feed`; None where there is none, or nobody asked."""
    wanted = source.archives and before.last_success is None and feed is not None
    return feed.prev_archive if feed is not None and wanted and feed.prev_archive != source.url else None


def turned(before: SourceState, outcome: Response | Failure, feed: Feed | None, now: float) -> Turned:
    """The state after a page was asked for; `feed` is what it held, None where nothing could be read."""
    count = before.archived + 1
    state = msgspec.structs.replace(
        before, settled=now, last_poll=now, polls=before.polls + 1, archived=count
    )
    usual = max((before.last_success or now) + before.interval, now)
    if isinstance(outcome, Failure):
        if count < MOST and outcome.kind in _PASSING:
            return Turned(state, now + max(AGAIN, outcome.retry_after or 0.0))
        return Turned(msgspec.structs.replace(state, archive=None), usual)
    page = None if feed is None or not feed.entries else feed.prev_archive  # none are read that are known
    page = page if count < MOST and page != before.archive else None
    return Turned(msgspec.structs.replace(state, archive=page), usual if page is None else now)
