"""What a poll leads to: what is remembered of its source, when it is asked again, what people hear of it.

No decision is taken here; it is where those of `core` (schedule, trouble, archive, diary, incident) meet.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from aggregator.core import archive, diary, schedule, table, trouble
from aggregator.core.condition import Seen
from aggregator.core.incident import What, turn
from aggregator.core.model import Arrival, Failure, Push, Settlement
from aggregator.core.table import Table
from aggregator.core.urls import host as host_of
from aggregator.core.websub import Offer
from aggregator.polled import Polled, Pushed

LONGEST_REST = 3600.0
"""Seconds: a poll is put back for this long at the most, as what leads it elsewhere may change meanwhile."""


def settlement(
    polled: Polled,
    new: Sequence[Arrival],
    rows: bytes | None,
    *,
    rhythm: schedule.Rhythm,
    jitter: float,
) -> Settlement:
    """How a poll ends: `new` are handed in, `rows` are the table to remember (None: as it was)."""
    ended = _ended(polled, new, rows, rhythm, jitter)
    return ended if polled.guest is None else msgspec.structs.replace(ended, guest=polled.guest)


def _ended(
    polled: Polled, new: Sequence[Arrival], rows: bytes | None, rhythm: schedule.Rhythm, jitter: float
) -> Settlement:
    if polled.what == "rests":
        return _put_back(polled)
    if polled.what == "rules":
        return Settlement(polled.claim, polled.claim.state, polled.at, way=None)
    if polled.pushed is not None:
        return _after_push(polled, polled.pushed, new, rows, rhythm, jitter)
    if polled.what == "page":
        return _after_page(polled, rows)
    return _after_poll(polled, new, rows, rhythm, jitter)


def _put_back(polled: Polled) -> Settlement:
    """Nothing was polled, and nothing is remembered but why it is asked only then."""
    reason = f"put back until {polled.host}, where its address leads, has a turn for it"
    state = msgspec.structs.replace(polled.claim.state, reason=reason)
    return Settlement(polled.claim, state, min(polled.back, polled.at + LONGEST_REST), way=None)


def _after_push(
    polled: Polled,
    pushed: Pushed,
    new: Sequence[Arrival],
    rows: bytes | None,
    rhythm: schedule.Rhythm,
    jitter: float,
) -> Settlement:
    state, due, _ = schedule.pushed(
        polled.source,
        polled.claim.state,
        pushed.hub,
        pushed.until,
        came=sum(polled.table.content(arrival.id) is None for arrival in new),
        due=pushed.due,
        rhythm=rhythm,
        now=polled.at,
        jitter=jitter,
    )
    state = diary.told(state, polled.at, _dates(polled, new), len(new))
    return Settlement(polled.claim, state, due, rows, way=None)


def _after_page(polled: Polled, rows: bytes | None) -> Settlement:
    claim, outcome = polled.claim, polled.outcome
    state, due = archive.turned(claim.state, outcome, polled.feed, polled.at)
    if not isinstance(outcome, Failure):
        return Settlement(claim, state, due, rows, way="")
    pause = schedule.pause(outcome, 1, archive.AGAIN, polled.at)
    return Settlement(claim, state, due, rows, pause, way=None)


def _after_poll(
    polled: Polled, new: Sequence[Arrival], rows: bytes | None, rhythm: schedule.Rhythm, jitter: float
) -> Settlement:
    claim, outcome = polled.claim, polled.outcome
    following = schedule.after(
        polled.source,
        claim.state,
        outcome,
        feed=polled.feed,
        new=len(new),
        seen=None if rows is None else _seen(polled.table, new, table.length(rows)),
        body_hash=None if polled.adds else polled.body_hash or None,
        rhythm=rhythm,
        now=polled.at,
        jitter=jitter,
    )
    state = diary.noted(following.state, outcome, _dates(polled, new), len(new))
    page = archive.first(polled.source, claim.state, polled.feed)
    failure = outcome if isinstance(outcome, Failure) else None
    way = trouble.way(claim.state, failure)
    excused = None
    if failure is not None and way:
        excused = trouble.excused(claim.state, state, failure, polled.host or host_of(polled.source.url))
    return Settlement(
        claim=claim,
        state=state if page is None else msgspec.structs.replace(state, archive=page),
        due=following.due if page is None else polled.at,
        table=rows,
        pause_host_until=following.pause_host_until,
        way=way,
        excused=excused,
    )


def turns(settlements: Sequence[Settlement]) -> tuple[list[tuple[str, What, str, float]], dict[str, float]]:
    """What became of sources with these polls: next to nothing, nearly always; and when that is certain.

    A source that was well and says 410 may be one of many of its host that do: see `core.trouble`.
    """
    found, certain = [], {}
    for one in settlements:
        what = turn(one.claim.state, one.state)
        if what is not None:
            at = one.state.last_poll or 0.0
            found.append((one.claim.source, *what, at))
            if one.way:
                certain[one.claim.source] = at + trouble.WITHIN
    return found, certain


def noted(settlement: Settlement, offer: Offer, callbacks: str) -> Settlement:
    """A settlement that remembers which hub the store was told of; nothing came from it yet."""
    push = Push(offer.digest(callbacks), host_of(offer.hub)) if offer.hub else None
    state = msgspec.structs.replace(settlement.state, push=push)
    return msgspec.structs.replace(settlement, state=state)


def _dates(polled: Polled, new: Sequence[Arrival]) -> list[float]:
    """The dates by which the lag of a poll can be told: of entries that came since the last one."""
    if polled.first:
        return []
    fresh = (arrival for arrival in new if polled.table.content(arrival.id) is None)
    return [arrival.entry.published for arrival in fresh if arrival.entry.published is not None]


def _seen(known: Table, new: Sequence[Arrival], held: int) -> Seen:
    """What the table of a source said of the `held` entries of its feed, of which `new` are handed in."""
    if not known.contents:
        return Seen(held)
    fresh = [arrival for arrival in new if known.content(arrival.id) is None]
    contents = set(known.contents.values())
    reissued = sum(arrival.content_hash[: table.CONTENT] in contents for arrival in fresh)
    return Seen(held, held - len(fresh), reissued)
