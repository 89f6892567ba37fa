"""The last fourteen days of one source's polls, a day a row: for people who look at how it has been.

Days are of UTC. What is kept is of bounded size: two bytes of the newest day's number since 1970, then up to
`DAYS` rows of four unsigned 16-bit numbers, newest first, each as high as it goes and no higher.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import NamedTuple

from msgspec.structs import replace

from aggregator.core.model import Failure, Response, SourceState
from aggregator.core.rhythm import DAY

DAYS = 14
BELIEVED = DAY
"""Seconds between an entry's date and its first sight; a longer one tells of the date, not of polls."""

_MOST = 0xFFFF
_NUMBER = struct.Struct("<H")
_ROW = struct.Struct("<4H")
_LAG_KEPT = 0.9  # of the lag before, at each poll that brought dated entries


class Day(NamedTuple):
    """The polls of one day: those with news, those without, those that failed; and the entries that came."""

    day: int  # since 1970-01-01
    new: int = 0
    none: int = 0
    failed: int = 0
    entries: int = 0


def noted(state: SourceState, outcome: Response | Failure, dates: Iterable[float], new: int) -> SourceState:
    """The state of a source with its last poll written down.

    `state` is the one after the poll (its `last_poll` is now), `new` counts the entries that were handed in,
    `dates` are those that they gave, in seconds since 1970, where the lag of a poll can be told by them.
    """
    now = state.last_poll or 0.0
    failed = isinstance(outcome, Failure)
    status = outcome.status or 0
    answered = (status, 0, 0.0) if isinstance(outcome, Failure) else _answer(outcome)
    return replace(
        state,
        diary=entered(state.diary, now, entries=new, failed=failed),
        lag=_lag(state.lag, [now - date for date in dates]),
        answered=answered,
    )


def told(state: SourceState, now: float, dates: Iterable[float], new: int) -> SourceState:
    """The state of a source with what a hub sent written down: entries like any other, and no poll."""
    return replace(
        state,
        diary=entered(state.diary, now, entries=new, failed=False, polls=0),
        lag=_lag(state.lag, [now - date for date in dates]),
    )


def _answer(outcome: Response) -> tuple[int, int, float]:
    return outcome.status, outcome.bytes_read, round(outcome.seconds, 3)


def _lag(before: float | None, lags: Iterable[float]) -> float | None:
    """How long an entry of this source is out before it is seen, in seconds; the last polls count most."""
    believed = sorted(lag for lag in lags if 0.0 <= lag <= BELIEVED)
    if not believed:
        return before
    middle = believed[len(believed) // 2]
    return middle if before is None else _LAG_KEPT * before + (1.0 - _LAG_KEPT) * middle


def entered(packed: bytes, now: float, *, entries: int, failed: bool, polls: int = 1) -> bytes:
    """The diary with one more poll, of the moment `now`. One that lies before the newest day counts to it.

    Where entries came without being asked for, `polls` is 0.
    """
    today = max(int(now // DAY), 0) & _MOST
    newest, rows = (_NUMBER.unpack_from(packed)[0], packed[2:]) if packed else (today, b"")
    passed = min(max(today - newest, 0), DAYS)
    if passed or not rows:
        rows = bytes(_ROW.size * max(passed, 1)) + rows
        newest = max(today, newest)
    counts = list(_ROW.unpack_from(rows))
    counts[2 if failed else not entries] += polls
    counts[3] += entries
    first = _ROW.pack(*(min(count, _MOST) for count in counts))
    return _NUMBER.pack(newest) + (first + rows[_ROW.size :])[: DAYS * _ROW.size]


def days(packed: bytes) -> tuple[Day, ...]:
    """The days of a diary, oldest first, without gaps; nothing where there was no poll yet."""
    if len(packed) < _NUMBER.size + _ROW.size:
        return ()
    newest = _NUMBER.unpack_from(packed)[0]
    rows = list(_ROW.iter_unpack(packed[2:]))
    return tuple(Day(newest - age, *row) for age, row in reversed(list(enumerate(rows))))
