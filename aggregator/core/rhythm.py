"""What a source has shown: how many new entries, at which hours, on which days, and whether in a burst.

The rate at a moment is a product of four, each learnt from the polls alone (dates of publishers may lie):

    level (of the last days) · hour of the day (UTC) · day of the week · burst

Polls only say how many entries came between two moments. They are shared among the hours in between as they
were to be expected there; since the waits follow the rhythm too, busy hours are soon seen one by one. Every
factor is a ratio of what came to what was expected, each with a few entries' worth of doubt added (the
posterior mean of a gamma prior around 1): a source of one entry a day has no rhythm until it has shown one.

What is kept is of one size for ever, `SIZE` bytes a source; a poll costs a few microseconds.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from math import exp, sqrt

HOUR = 3600.0
DAY = 86400.0

VERSION = b"\x01"
_LAYOUT = struct.Struct("<24f7f7f5fH")
SIZE = 1 + _LAYOUT.size

# Chosen on half of the outlets of two archives, judged on the others: docs/polling.md.
MEMORY_LEVEL = 3 * DAY  # after this long what came before counts 1/e
MEMORY_HOURS = 20.0  # hours that each hour of the day was observed: as many days
MEMORY_DAYS = 240.0  # hours that each day of the week was observed: ten weeks
MEMORY_BURST = HOUR
DOUBT_HOUR = 1.0  # entries
DOUBT_DAY = 30.0
DOUBT_BURST = 3.0
START = 24.0  # entries a day that a source is taken for before it has shown anything
_START_HOURS = 3.0  # hours of observation that this counts for
_KNOWN_HOURS = 24.0  # and what is known from elsewhere
# Hours of observation: an hour says something once all have been seen, a day once the level has settled and
# all days have been seen. Until then whatever was seen first would look busy, or idle.
_AGE_HOURS = 24.0
_AGE_LEVEL = 72.0
_AGE_DAYS = 10 * 24.0
_LONGEST = 2 * DAY  # after a longer pause nobody can say at which hours things came
_SAFE_SHARE = 0.5  # of a feed's entries may be new at a poll: more, and some are lost on a bad day
_SAFE_FROM = 5  # entries in a feed, for this to be asked of it

_TELLING = 72.0  # hours without an entry after which that, too, is something a source has shown


class Shown:
    """The rhythm of one source; made of `pack`ed bytes, or of nothing but a rate.

    `held` is the number of entries that the feed held at last, 0 where that is not known.
    """

    __slots__ = ("age", "came", "days", "due", "expected", "held", "hours", "new", "spent")

    def __init__(self, packed: bytes = b"", a_day: float | None = None) -> None:
        """Reads `packed`; what is of another version, or empty, begins anew at `a_day` entries a day."""
        self.hours = [0.0] * 24  # entries an hour, by hour of the day: what was seen, nothing supposed
        self.days = [0.0] * 7  # entries by day of the week (Monday first), the past fading
        self.expected = [0.0] * 7  # and how many were to be expected of the hours alone
        self.spent = _START_HOURS if a_day is None else _KNOWN_HOURS  # hours, each by its weight
        self.new = (START if a_day is None else a_day) / 24.0 * self.spent  # entries in them
        self.came = self.due = 0.0  # in the last hour: entries, and how many were to be expected
        self.age = 0.0  # hours observed in all
        self.held = 0
        if packed[:1] == VERSION and len(packed) == SIZE:
            numbers = _LAYOUT.unpack_from(packed, 1)
            self.hours, self.days = list(numbers[:24]), list(numbers[24:31])
            self.expected = list(numbers[31:38])
            self.new, self.spent, self.came, self.due, self.age, self.held = numbers[38:]

    def pack(self) -> bytes:
        """`SIZE` bytes, of which `Shown` is made again."""
        level = (self.new, self.spent, self.came, self.due, self.age)
        return VERSION + _LAYOUT.pack(*self.hours, *self.days, *self.expected, *level, self.held)

    @property
    def a_day(self) -> float:
        """New entries a day, on average over the last days."""
        return 24.0 * self.new / self.spent

    @property
    def is_seen(self) -> bool:
        """Whether that rests on what came, or on days in which nothing did, and not on where it began."""
        return self.age >= _TELLING or self.came > 0.0

    # --- learning -------------------------------------------------------------------------------------

    def learn(self, since: float, until: float, new: int) -> None:
        """`new` entries came between two polls, after `since` and before `until` (seconds since 1970)."""
        length = max(until - since, 1.0)
        level = self.new / self.spent
        self.age += length / HOUR
        placed = length <= _LONGEST
        weight = self._credit(since, since + length, new, level) if placed else length / HOUR
        fading = exp(-length / MEMORY_LEVEL)
        self.new, self.spent = self.new * fading + new, self.spent * fading + weight
        fading = exp(-length / MEMORY_BURST)
        self.came, self.due = self.came * fading + new, self.due * fading + level * weight

    def _credit(self, since: float, until: float, new: int, level: float) -> float:
        """Shares `new` among the hours passed as they were to be expected there; their weight, in hours."""
        profile, week = self._day(), self._week()
        pieces = []
        for at, length in _hours(since, until):
            hour, day = _place(at)
            share = profile(hour) * length / HOUR
            pieces.append((hour, day, length / HOUR, share, share * week[day]))
        weight = max(sum(piece[-1] for piece in pieces), 1e-9)
        for hour, day, length, share, weighed in pieces:
            part = new * weighed / weight
            kept = exp(-length / self._seen())
            self.hours[hour] = self.hours[hour] * kept + part / length * (1.0 - kept)
            if self.age >= _AGE_LEVEL:
                kept = exp(-length / MEMORY_DAYS)
                self.days[day] = self.days[day] * kept + part
                self.expected[day] = self.expected[day] * kept + level * share
        return weight

    def _seen(self) -> float:
        """How long each hour of the day has been observed, as far as it counts: in hours."""
        return min(self.age / 24.0 + 0.5, MEMORY_HOURS)

    # --- foreseeing -----------------------------------------------------------------------------------

    def _day(self) -> Callable[[int], float]:
        """How much more or less comes at each hour of the day; 1 on average."""
        if self.age < _AGE_HOURS:
            return _alike
        hours, doubt = self.hours, DOUBT_HOUR / self._seen()
        mean = sum(hours) / 24.0 + doubt
        return lambda hour: (hours[hour] + doubt) / mean

    def _week(self) -> Sequence[float]:
        """The same for the days of the week."""
        if self.age < _AGE_DAYS:
            return _ALIKE
        days = [(d + DOUBT_DAY) / (e + DOUBT_DAY) for d, e in zip(self.days, self.expected, strict=True)]
        mean = sum(days) / 7.0
        return [day / mean for day in days]

    def _rates(self, since: float, until: float) -> Iterator[tuple[float, float, float]]:
        """The hours ahead: begin, seconds, and the entries a second that are to be expected."""
        level = self.new / self.spent / HOUR
        profile, week = self._day(), self._week()
        burst = (self.came + DOUBT_BURST) / (self.due + DOUBT_BURST) - 1.0
        for at, length in _hours(since, until):
            hour, day = _place(at)
            usual = level * profile(hour) * week[day]
            ahead = at + length / 2 - since
            yield at, length, usual * (1.0 + burst * exp(-ahead / MEMORY_BURST))

    def expects(self, since: float, until: float) -> float:
        """How many new entries are to be expected between two moments, as seen from the first."""
        return sum(length * rate for _, length, rate in self._rates(since, until))

    def usual(self, since: float, until: float) -> float:
        """How many entries usually come between two moments, by what the last weeks have shown.

        The level of the last days plays no part, so it tells what a source that fell silent would have
        brought.
        """
        day = sum(self.hours)
        whole = max(int((until - since) // DAY), 0)
        weeks, rest = divmod(whole, 7)
        profile, week = self._day(), self._week()
        days = weeks * 7 + sum(week[_place(since + n * DAY)[1]] for n in range(rest))
        hours = 0.0
        for at, length in _hours(since + whole * DAY, until):
            hour, weekday = _place(at)
            hours += profile(hour) * week[weekday] * length / DAY
        return day * (days + hours)

    def wait(self, now: float, price: float, most: float) -> float:
        """Seconds until a poll is worth its `price`, `most` at the most.

        It is when the entries to be expected until then will have waited for `price` seconds together. At a
        steady rate r that is √(2·price / r): the least wait of all entries of all sources for a given number
        of requests, if all sources have one price. Where the rate changes it leads the polls to the entries.
        No later than half of a feed is to be expected new: beyond that, entries come and go unseen.
        """
        new = waited = 0.0
        room = self.held * _SAFE_SHARE if self.held >= _SAFE_FROM else float("inf")
        for at, length, rate in self._rates(now, now + most):
            gained = length * (new + rate * length / 2)
            more = length * rate
            if waited + gained >= price or new + more >= room:
                root = sqrt(new * new + 2.0 * rate * max(price - waited, 0.0))
                worth = 2.0 * max(price - waited, 0.0) / (new + root) if new + root else length
                full = (room - new) / rate if rate else length
                return at - now + min(max(min(worth, full), 0.0), length)
            waited += gained
            new += more
        return most


_ALIKE = (1.0,) * 7


def _alike(_: int) -> float:
    return 1.0


def _hours(since: float, until: float) -> Iterator[tuple[float, float]]:
    """The clock hours between two moments: begin and seconds of each part."""
    while since < until:
        end = min((since // HOUR + 1.0) * HOUR, until)
        yield since, end - since
        since = end


def _place(at: float) -> tuple[int, int]:
    """The hour of the day and the day of the week (UTC, Monday is 0) of a moment."""
    return int(at // HOUR) % 24, int(at // DAY + 3) % 7
