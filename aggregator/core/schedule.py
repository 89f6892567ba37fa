"""When to ask a source again: a pure function of what it said, what it has shown, and what is configured.

Strongest first:

1. Retry-After of a refusal: never shortened, whatever is configured.
2. Freshness (Cache-Control: max-age, Expires): no poll before an answer may have changed.
3. `interval` of the source, where one is configured.
4. What the feed asks for (ttl, sy:updatePeriod, skipHours, skipDays): lengthens, never shortens.
5. The rhythm that the source has shown (`core.rhythm`): its rate of new entries, by hour and weekday.

For 5: with a given number of requests for all sources together, the least average wait of an entry comes from
one price that a request has for all of them: a source is asked when the entries to be expected will have
waited for so long together. At a steady rate that is an interval that shrinks with the root of the rate
(minimise Σ rate·interval/2 + λ·Σ 1/interval). At `PRICE` one new entry an hour means every 30 minutes; where
a budget of requests is set, `priced` moves the price until the requests keep to it.

Errors double the interval, some kinds faster, up to `max_backoff`. Jitter only ever lengthens, so that no
promise is broken by it. Dates of publishers play no part: they may lie.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from aggregator.core import websub
from aggregator.core.condition import Seen, conditions
from aggregator.core.errors import Kind
from aggregator.core.model import Failure, Feed, Push, Response, Source, SourceState
from aggregator.core.rhythm import DAY, HOUR, Shown
from aggregator.core.urls import mark

LEARNT = 3  # polls in a row that must see a permanent redirect before it is believed
FALL_BACK = 3  # errors in a row at a learnt address before the configured one is asked in turn

PRICE = 450.0  # seconds that entries may wait, all together, before they are worth a request
_PRICE_MOST = 1e9  # at this price everything waits for `max_interval`
_PRICE_STEP = 1.5  # by how much a price moves an hour at most: the spending of an hour has its chances, too
_PRICE_LEAP = 16.0  # by how much it rises an hour at most where far more is spent than might be
_FAR = 2.0  # times the budget: from there on it rises faster than by a step
SPENDING = 1800.0  # seconds over which spending is averaged: a small budget is few requests an hour
_JITTER = 0.1  # share of a wait that is added at most
_JITTER_MOST = 300.0  # seconds

_GROWTH = {Kind.MISSING: 4.0, Kind.LEGAL: 4.0, Kind.UNAUTHORISED: 4.0}  # by how much a wait grows an error
_GROWTH_USUAL = 2.0
_PAUSE = {429: 300.0, 503: 60.0}  # seconds that a host rests at its first such answer without Retry-After
_PAUSE_MOST = HOUR
_FRESH_FAILURE = DAY  # the longest freshness of a failure: many a server says a year of whatever it sends


class Rhythm(NamedTuple):
    """The bounds of all waiting, in seconds. `max_backoff` may exceed `max_interval`.

    `price` is what a request costs: how long entries may wait for it, all together. See `priced`.
    """

    min_interval: float = 300.0
    max_interval: float = DAY
    max_backoff: float = DAY
    price: float = PRICE


class Next(NamedTuple):
    """What a poll leads to: the state to store, when to ask again (None: never), how long the host rests."""

    state: SourceState
    due: float | None
    pause_host_until: float | None = None


def address(source: Source, state: SourceState) -> str:
    """Where to ask: the configured address, or the one it permanently moved to, once that is learnt.

    A learnt address that brings only errors is doubted: the configured one is asked in turn with it.
    """
    if state.moved_to is None or state.moved_seen < LEARNT:
        return source.url
    doubted = state.error_count >= FALL_BACK and state.error_count % 2
    return source.url if doubted else state.moved_to


def after(
    source: Source,
    state: SourceState,
    outcome: Response | Failure,
    *,
    rhythm: Rhythm,
    now: float,
    jitter: float,
    feed: Feed | None = None,
    new: int = 0,
    body_hash: bytes | None = None,
    seen: Seen | None = None,
) -> Next:
    """The state after a poll whose answer came at `now`, and when the next one is due.

    `feed` is None where nothing was parsed (304, the same bytes): what the last one asked for still holds.
    `new` counts entries handed in. `body_hash` replaces the stored one at a 200. `jitter` lies in 0 to 1.
    `seen` is what the table of the source said of the document; None where nobody looked.
    Call it once the entries are handed in: it moves validators.
    """
    polled = msgspec.structs.replace(state, settled=now, last_poll=now, polls=state.polls + 1)
    came = _came(state, new, seen)
    if isinstance(outcome, Failure):
        following = _after_failure(_Poll(source, polled, rhythm, now, jitter), outcome)
    else:
        shown = _shown(polled, came, now, seen)
        poll = _Poll(source, _learnt(polled, shown), rhythm, now, jitter, shown)
        following = _after_answer(poll, outcome, feed, came or 0, body_hash)
    found = conditions(state, following.state, outcome, feed=feed, new=came or 0, seen=seen, now=now)
    return following._replace(state=msgspec.structs.replace(following.state, conditions=found))


def pushed(
    source: Source,
    state: SourceState,
    hub: str,
    until: float,
    *,
    came: int,
    due: float,
    rhythm: Rhythm,
    now: float,
    jitter: float,
) -> Next:
    """The state after a hub sent `came` new entries of a source that is due at `due`, and when it is polled.

    Where the hub's lease is over (`until` lies behind us), the source is polled as before it had one. What
    polls go by (validators, errors) stays as it was.
    """
    offer = state.push.offer if state.push else b""
    last = state.push.last if state.push and until <= now else now
    shown = _shown(state, came, now, None)
    known = msgspec.structs.replace(
        _learnt(state, shown),
        settled=now,
        last_success=now,
        last_new=now if came else state.last_new,
        push=Push(offer, hub, last, until if until > now else 0.0),
    )
    interval, reason = _wanted(_Poll(source, known, rhythm, now, jitter, shown))
    after_poll = (state.last_poll or now) + _spread(interval, jitter)
    at = max(due, after_poll) if until > now else min(due, max(after_poll, now, state.not_before))
    if state.error is None:
        known = msgspec.structs.replace(known, interval=interval, reason=reason)
    return Next(known, at)


def priced(price: float, asked: float, budget: float, seconds: float) -> float:
    """The price of a request for the next while, after `asked` requests in `seconds`, of `budget` an hour.

    Requests fall with the root of their price, so it moves with the square of what was spent to what might
    have been; it is never lower than `PRICE`: a budget is a limit, not an aim. All workers that share the
    same numbers come to the same price. Where spending is far off, as at the beginning, it rises faster.
    """
    if budget <= 0.0 or seconds <= 0.0:
        return PRICE
    hours = min(seconds / HOUR, 1.0)
    over = asked / (budget * seconds / HOUR)
    most = min(_PRICE_STEP * max(over / _FAR, 1.0) ** 2, _PRICE_LEAP)
    an_hour = min(max(over * over, 1.0 / _PRICE_STEP), most)
    step: float = an_hour**hours
    return min(max(price * step, PRICE), _PRICE_MOST)


def spending(before: float, asked: float, seconds: float) -> float:
    """Requests an hour, averaged over `SPENDING`, after `asked` requests in `seconds` more."""
    share = 1.0 - math.exp(-seconds / SPENDING)
    return before + (asked * HOUR / seconds - before) * share


class _Poll(NamedTuple):
    """What is known when a poll ends. `state` is the one before it, but for its times and count."""

    source: Source
    state: SourceState
    rhythm: Rhythm
    now: float
    jitter: float
    shown: Shown | None = None


def _came(state: SourceState, new: int, seen: Seen | None) -> int | None:
    """How many entries had ids that were not known; None where the table cannot tell.

    Revised entries are handed in as well and count in `new`, and so does a whole feed whose table is doubted.
    """
    if seen is None or state.last_success is None:
        return new
    return None if seen.known is None else seen.held - seen.known


def _shown(state: SourceState, came: int | None, now: float, seen: Seen | None) -> Shown:
    """What the source has shown, this poll included.

    What a first poll brings says nothing: it is whatever the feed held.
    """
    shown = Shown(state.rhythm, state.entries_a_day)
    if state.last_success is not None and came is not None:
        shown.learn(state.last_success, now, came)
    if seen is not None:
        shown.held = min(seen.held, 0xFFFF)
    return shown


def _learnt(state: SourceState, shown: Shown) -> SourceState:
    known = state.last_success is not None and (state.entries_a_day is not None or shown.is_seen)
    a_day = shown.a_day if known else None
    return msgspec.structs.replace(state, rhythm=shown.pack(), entries_a_day=a_day)


def _after_answer(
    poll: _Poll, answer: Response, feed: Feed | None, new: int, body_hash: bytes | None
) -> Next:
    state = msgspec.structs.replace(
        poll.state,
        last_success=poll.now,
        error=None,
        error_since=None,
        error_count=0,
        gone=False,
        last_new=poll.now if new else poll.state.last_new,
        push=websub.polled(poll.state.push, new),
        **_validators(answer, body_hash),
        **_wishes(feed),
        **_moved(poll.source, poll.state, answer),
    )
    interval, reason = _wanted(poll._replace(state=state))
    fresh = (state.lifetime if answer.max_age is None else answer.max_age) or 0.0
    if fresh > interval:
        interval, reason = fresh, _unchanged(fresh)
    not_before = poll.now + fresh if fresh else 0.0
    state = msgspec.structs.replace(state, interval=interval, reason=reason, not_before=not_before)
    return Next(state, poll.now + _spread(interval, poll.jitter))


def _after_failure(poll: _Poll, failure: Failure) -> Next:
    state, now = poll.state, poll.now
    count = state.error_count + 1
    gone = failure.kind is Kind.GONE
    wait, reason = _backoff(poll, failure, count)
    interval = wait
    asked = failure.retry_after or 0.0
    if asked >= interval:
        interval, reason = asked, f"the publisher asked for {phrase(asked)} (Retry-After)"
    fresh = min(failure.fresh or 0.0, _FRESH_FAILURE)
    if fresh > interval:
        interval, reason = fresh, _unchanged(fresh)
    until = max(asked, fresh)
    if gone:
        interval, reason = 0.0, "never: the publisher says that the feed is gone for good (410)"
    state = msgspec.structs.replace(
        state,
        error=failure,
        error_since=now if state.error_since is None else state.error_since,
        error_count=count,
        gone=gone,
        moved_seen=state.moved_seen if state.moved_seen >= LEARNT else 0,
        interval=interval,
        reason=reason,
        not_before=now + until if until else 0.0,
    )
    due = None if gone else now + _spread(interval, poll.jitter)
    return Next(state, due, pause(failure, count, wait, now))


def _unchanged(seconds: float) -> str:
    return f"the publisher says that nothing changes for {phrase(seconds)} (Cache-Control or Expires)"


def _validators(answer: Response, body_hash: bytes | None) -> dict[str, str | bytes | float | None]:
    """304 keeps what was known; 200 replaces both validators, and one that is absent is forgotten.

    They belong to the address that the answer came from, wherever redirects led (RFC 9110, 8.8).
    What a 304 does not say of freshness is as the answer said that it confirms (RFC 9111, 4.3.4).
    """
    if answer.status == 304:
        return {"validators_of": mark(answer.url)}
    fields: dict[str, str | bytes | float | None] = {
        "etag": answer.etag,
        "last_modified": answer.last_modified,
        "lifetime": answer.lifetime,
        "validators_of": mark(answer.url),
    }
    return fields if body_hash is None else {**fields, "body_hash": body_hash}


def _wishes(feed: Feed | None) -> dict[str, float | tuple[int, ...] | None]:
    if feed is None:
        return {}
    return {"ttl": feed.ttl, "skip_hours": feed.skip_hours, "skip_days": feed.skip_days}


def _moved(source: Source, state: SourceState, answer: Response) -> dict[str, str | int | None]:
    """What is known of the feed's new address after an answer that gave a feed."""
    if answer.moved_to is None:
        at_learnt = state.moved_to is not None and address(source, state) == state.moved_to
        return {} if at_learnt else {"moved_to": None, "moved_seen": 0}
    if answer.moved_to == state.moved_to:
        return {"moved_seen": min(state.moved_seen + 1, LEARNT)}
    return {"moved_to": answer.moved_to, "moved_seen": 1}


def _wanted(poll: _Poll) -> tuple[float, str]:
    """The interval without HTTP's word, and why."""
    configured, state = poll.source.interval, poll.state
    if configured is not None:
        return configured, f"configured: every {phrase(configured)}"
    interval, reason = _own_rhythm(poll)
    slower = websub.beside(state.push, interval, poll.rhythm.max_interval, poll.now)
    if slower is not None:
        interval, hub = slower
        reason = f"pushed by the hub {hub}; asked every {phrase(interval)} beside it"
    ttl = min(state.ttl or 0.0, poll.rhythm.max_interval)
    if ttl > interval:
        interval, reason = ttl, f"the feed asks for {phrase(ttl)} (ttl, updatePeriod)"
    rest = _rest(poll.now + interval, state.skip_hours, state.skip_days)
    if rest > 0:
        interval, reason = interval + rest, "the feed rests until then (skipHours, skipDays)"
    return interval, reason


def _own_rhythm(poll: _Poll) -> tuple[float, str]:
    state, bounds = poll.state, poll.rhythm
    shown = poll.shown or Shown(state.rhythm, state.entries_a_day)
    interval = shown.wait(poll.now, bounds.price, bounds.max_interval)
    bounded = min(max(interval, bounds.min_interval), bounds.max_interval)
    rate = state.entries_a_day
    if rate is None:
        return bounded, "a new source, whose rhythm is not known yet"
    return bounded, f"about {rate:.{0 if rate >= 10 else 1}f} new entries a day"


def _rest(at: float, hours: tuple[int, ...], days: tuple[int, ...]) -> float:
    """Seconds from `at` until the next hour (UTC) that a feed does not skip; 0 where it skips all."""
    if not hours and not days:
        return 0.0
    start = at - at % HOUR
    for step in range(8 * 24):
        hour = datetime.fromtimestamp(start + step * HOUR, UTC)
        if hour.hour not in hours and hour.weekday() not in days:
            return max(start + step * HOUR - at, 0.0)
    return 0.0


def _backoff(poll: _Poll, failure: Failure, count: int) -> tuple[float, str]:
    """How long to wait after the `count`th error in a row: never less than usual, at most `max_backoff`."""
    usual = poll.source.interval
    if usual is None:
        usual = poll.rhythm.min_interval if poll.state.last_success is None else _wanted(poll)[0]
    growth = _GROWTH.get(failure.kind, _GROWTH_USUAL)
    wait = max(min(usual * growth ** min(count, 40), poll.rhythm.max_backoff), usual)
    what = "an error" if count == 1 else f"{count} errors in a row"
    return wait, f"after {what}: {phrase(wait)}"


def pause(failure: Failure, count: int, wait: float, now: float) -> float | None:
    """Until when a host is left in peace that is overloaded or finds us too eager.

    Without Retry-After that is not longer than the `wait` of the source that was told so.
    """
    first = _PAUSE.get(failure.status or 0)
    if first is None:
        return None
    rest = min(first * 2.0 ** min(count - 1, 10), _PAUSE_MOST, wait)
    return now + max(rest, failure.retry_after or 0.0)


def _spread(interval: float, jitter: float) -> float:
    return interval + min(interval * _JITTER, _JITTER_MOST) * jitter


def phrase(seconds: float) -> str:
    """A length of time for people, in its largest unit that leaves few digits: '15 minutes', '1.5 hours'."""
    for name, length in (("day", DAY), ("hour", HOUR), ("minute", 60.0)):
        if seconds >= length:
            number = f"{seconds / length:.1f}".removesuffix(".0")
            return f"{number} {name}" + ("" if number == "1" else "s")
    number = f"{seconds:.0f}"
    return f"{number} second" + ("" if number == "1" else "s")
