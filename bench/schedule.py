"""When to ask: rules of polling on the real times of two archives, delay against requests spent.

The times are those at which entries appeared: their published dates, where these lie between the snapshot
that first had the entry and the one before. Where a whole feed was replaced between two snapshots nobody
knows what came: such holes are filled with the same hours of a neighbouring week, so that no rule learns from
them, and what fills them is not counted. Neither are a rule's first 14 days. Half of the outlets served to
choose the constants of `core.rhythm`; the table is of the others. Outlets of which more than 30 % is holes
are left out.

A rule is a number of requests by itself: each has one knob, which is turned through its range, and what it
costs and gives at a budget lies between its two nearest settings. Bounds are 1 minute and 1 day for all, the
jitter is the same, and nobody heeds what publishers ask for.
"""

from __future__ import annotations

import heapq
import json
import math
import random
import tarfile
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from aggregator.core import parse, schedule
from aggregator.core.condition import Seen
from aggregator.core.errors import ParseError
from aggregator.core.model import Response, Source, SourceState
from bench.archive import ROOT, Snapshot, Snapshots

DAY = 86400.0
HOUR = 3600.0
CACHE = ROOT / ".cache"
EVENTS = CACHE / "schedule-events.json"
PLOT = ROOT / "docs" / "schedule.svg"
ARCHIVES = ("headlines-2020", "npr-wgrz-ars-2024-2026")
ABROAD = {"npr", "wgrznews", "arstechnica"}  # of the second archive, whose names are in UTC
UNTIL = 1_598_918_400.0  # September 2020: the first archive is thin from then on
SUMMER = 1_601_128_800.0  # New Zealand's clocks went from 12 to 13 hours ahead of UTC
WARM = 14 * DAY
LONGEST = 240 * DAY
SHORTEST = 60.0
CHOSEN_ON = ("npr", "latimes", "dailymail", "foxnewstv", "onenewsnz", "ann", "rnz", "cnntv")
BUDGETS = (5.0, 10.0, 20.0, 40.0, 80.0)  # requests a source and day
PRICES = (14.0, 57.0, 225.0, 900.0, 3600.0, 14400.0, 57600.0, 130000.0)


@dataclass(frozen=True, slots=True)
class Outlet:
    """When entries appeared, oldest first; `real` is false where one fills a hole."""

    name: str
    begin: float
    end: float
    held: int  # entries that the feed holds
    times: tuple[float, ...]
    real: tuple[bool, ...]


# --- the times ----------------------------------------------------------------------------------------


def outlets() -> list[Outlet]:
    """All outlets without too many holes; read from the archives once, then from .cache."""
    if not EVENTS.exists():
        found = [outlet for archive in ARCHIVES for outlet in _read(archive)]
        EVENTS.parent.mkdir(exist_ok=True)
        EVENTS.write_text(json.dumps(found))
    loaded = (_filled(**each) for each in json.loads(EVENTS.read_text()))
    return [outlet for outlet in loaded if outlet is not None]


def _read(name: str) -> Iterable[dict[str, Any]]:
    """Times and holes of the outlets of an archive."""
    folder = CACHE / name
    if not folder.is_dir():
        with tarfile.open(ROOT.parent / f"shared/data/feeds/{name}.tar.xz") as archive:
            archive.extractall(folder, filter="data")
    for outlet, shots in Snapshots(folder).outlets.items():
        yield _times(outlet, shots)


def _times(outlet: str, shots: Sequence[Snapshot]) -> dict[str, Any]:
    begin, seen, before = 0.0, set[str](), set[str]()
    times: list[float] = []
    holes: list[tuple[float, float]] = []
    sizes: list[int] = []
    last = 0.0
    for shot in shots:
        at = _utc(outlet, shot.at)
        entries = _entries(shot.path, at)
        if not entries or (outlet not in ABROAD and at > UNTIL):
            continue
        new = {guid: date for guid, date in entries.items() if guid not in seen}
        if before:
            times += [min(date, at) for date in new.values() if date and last - 600 <= date <= at + 60]
            if not before & entries.keys():
                holes.append((last, min([date for date in new.values() if date and date > last] or [at])))
        else:
            begin = at
        seen |= entries.keys()
        before, last = set(entries), at
        sizes.append(len(entries))
    held = sorted(sizes)[len(sizes) // 2]
    return {"name": outlet, "begin": begin, "end": last, "held": held, "times": sorted(times), "holes": holes}


def _utc(outlet: str, at: float) -> float:
    """The first archive names its files by New Zealand's clock: the newest entries were 12 hours old else."""
    if outlet in ABROAD:
        return at
    return at - 12 * HOUR if at - 12 * HOUR < SUMMER else at - 13 * HOUR


def _entries(path: Path, now: float) -> dict[str, float | None]:
    try:
        document = parse.document(path.read_bytes(), "", "http://archive.example/")
        try:
            feed = parse.quick(document, now)
        except parse.NeedsLiberal:
            feed = parse.liberal(document, now)
    except ParseError:
        return {}
    return {entry.guid: entry.published for entry in feed.entries}


def _filled(
    name: str, begin: float, end: float, held: int, times: list[float], holes: list[list[float]]
) -> Outlet | None:
    """An outlet whose holes hold what came in the same hours of a neighbouring week."""
    if sum(b - a for a, b in holes) > 0.3 * (end - begin):
        return None
    end = min(end, begin + LONGEST)
    borrowed: list[float] = []
    for start, stop in holes:
        at = start
        while at < stop:
            after = min(at + HOUR, stop)
            borrowed += _borrowed(times, holes, at, after, begin, end)
            at = after
    both = sorted([(t, True) for t in times] + [(t, False) for t in borrowed])
    both = [each for each in both if each[0] < end]
    return Outlet(name, begin, end, held, tuple(t for t, _ in both), tuple(r for _, r in both))


def _borrowed(
    times: list[float], holes: list[list[float]], at: float, after: float, begin: float, end: float
) -> list[float]:
    for weeks in (1, -1, 2, -2, 3, -3, 4, -4, 5, 6, 7, 8):
        away = weeks * 7 * DAY
        a, b = at - away, after - away
        if a >= begin and b <= end and not any(x < b and y > a for x, y in holes):
            return [t + away for t in times[bisect_right(times, a) : bisect_right(times, b)]]
    return []


# --- the rules ----------------------------------------------------------------------------------------

Rule = Callable[[float, int, int], float]
"""Told the time of a poll, the number of new entries and of all in the feed: seconds until the next."""


def fixed(interval: float) -> Rule:
    """The same interval for all."""
    return lambda now, new, held: interval


def frequency(factor: float) -> Rule:
    """Miniflux: a week divided by its entries and by a factor, so requests in proportion to entries."""
    polls: deque[tuple[float, int]] = deque()

    def wait(now: float, new: int, held: int) -> float:
        polls.append((now, new))
        while polls[0][0] < now - 7 * DAY:
            polls.popleft()
        count = sum(each for _, each in polls)
        return 7 * DAY / (count * factor) if count else DAY

    return wait


def duplicates(knob: tuple[float, float, float, float]) -> Rule:
    """Media Cloud: 10 minutes later where most of a feed was known, an hour sooner where little was.

    `knob`: the shares (percent) above and below which it moves, and its steps as parts of the usual ones.
    """
    longer, shorter, later, sooner = knob
    interval: float | None = None

    def wait(now: float, new: int, held: int) -> float:
        nonlocal interval
        if interval is None:
            interval = 6 * HOUR
            return interval
        known = 100.0 * (1.0 - new / held) if new else 101.0
        if known >= longer:
            interval = min(interval + 600.0 * later, DAY)
        elif known < shorter:
            interval = max(6 * HOUR if interval > 6 * HOUR else interval - HOUR * sooner, SHORTEST)
        return interval

    return wait


def root(pace: float) -> Rule:
    """An interval that falls with the root of the day's rate, `pace` seconds at an entry an hour."""
    rate, before, polls = 24.0, None, 0

    def wait(now: float, new: int, held: int) -> float:
        nonlocal rate, before, polls
        polls += 1
        if before is not None:
            past = now - before
            weight = max(1.0 - math.exp(-past / DAY), min(1.0 / (polls + 1), past / HOUR))
            rate += weight * (new * DAY / past - rate)
        before = now
        return pace * math.sqrt(24.0 / max(rate, 1e-6))

    return wait


SOURCE = Source("bench", "http://archive.example/", "Archive", "Archive")
ANSWER = Response(status=200, url=SOURCE.url)


def ours(price: float) -> Rule:
    """`schedule.after`, as it runs in the service."""
    state, first = SourceState(), True
    bounds = schedule.Rhythm(SHORTEST, DAY, DAY, price)

    def wait(now: float, new: int, held: int) -> float:
        nonlocal state, first
        seen = Seen(held, None if first else held - new)
        following = schedule.after(
            SOURCE, state, ANSWER, rhythm=bounds, now=now, jitter=0.0, new=held if first else new, seen=seen
        )
        state, first = following.state, False
        return state.interval

    return wait


RULES: Mapping[str, tuple[Callable[[Any], Rule], Sequence[Any]]] = {
    "fixed interval": (fixed, [DAY / n for n in (3.5, 7, 14, 28, 56, 110)]),
    "Miniflux, entry frequency": (frequency, (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4)),
    "Media Cloud, duplicates": (
        duplicates,
        [
            *(
                (*shares, 1.0, 1.0)
                for shares in ((67, 33), (90, 50), (95, 70), (97, 80), (98, 90), (99, 95), (99, 98))
            ),
            *((*shares, 0.2, 0.2) for shares in ((97, 90), (99, 95), (99, 98), (99.5, 99), (101, 99))),
            *((101, 99, 0.05, 0.05), (101, 99, 0.02, 0.1), (101, 99, 0.01, 0.1), (101, 99, 0.005, 0.1)),
        ],
    ),
    "root of the rate": (root, [1800.0 * math.sqrt(price / 450.0) for price in PRICES]),
    "ours": (ours, PRICES),
}


# --- the simulation -----------------------------------------------------------------------------------


@dataclass(slots=True)
class Tally:
    """What polls came to, the first days left out."""

    requests: int = 0
    days: float = 0.0
    delays: list[float] = None  # type: ignore[assignment]
    lost: int = 0

    def __post_init__(self) -> None:
        self.delays = []

    def row(self) -> tuple[float, float, float, float]:
        """Requests a source and day, mean delay and its 95th percentile in minutes, share lost."""
        ordered = sorted(self.delays)
        tail = ordered[int(0.95 * len(ordered))]
        return self.requests / self.days, fmean(ordered) / 60, tail / 60, self.lost / len(ordered)


class Polls:
    """The polls of one outlet by one rule."""

    def __init__(self, outlet: Outlet, rule: Rule, tally: Tally, chance: random.Random) -> None:
        self.outlet, self.rule, self.tally, self.chance = outlet, rule, tally, chance
        self.at = outlet.begin + 600.0 * (1 + chance.random())
        self.found = 0
        tally.days += (outlet.end - outlet.begin - WARM) / DAY

    def poll(self) -> None:
        """One poll, and when the next one is due. What left the feed unseen counts as found, and as lost."""
        outlet, tally, start = self.outlet, self.tally, self.outlet.begin + WARM
        there = bisect_right(outlet.times, self.at, self.found)
        if self.at > start:
            tally.requests += 1
            for index in range(self.found, there):
                if outlet.times[index] > start and outlet.real[index]:
                    tally.delays.append(self.at - outlet.times[index])
                    tally.lost += there - index > outlet.held
        new, self.found = min(there - self.found, outlet.held), there
        wait = min(max(self.rule(self.at, new, outlet.held), SHORTEST), DAY)
        self.at += wait + min(wait * 0.1, 300.0) * self.chance.random()


def spend(rule: Callable[[Any], Rule], knob: Any, on: Sequence[Outlet]) -> tuple[float, float, float, float]:
    """What a rule at one setting costs and gives."""
    tally = Tally()
    for outlet in on:
        polls = Polls(outlet, rule(knob), tally, random.Random(outlet.name))
        while polls.at < outlet.end:
            polls.poll()
    return tally.row()


def at_budget(curve: Sequence[tuple[float, ...]], budget: float, column: int) -> float | None:
    """A curve's value at a number of requests, between its points (logarithms); the best of all pairs."""
    points = sorted(curve)
    best: float | None = None
    for place, low in enumerate(points):
        for high in points[place + 1 :]:
            if not low[0] <= budget <= high[0]:
                continue
            part = math.log(budget / low[0]) / math.log(high[0] / low[0])
            value = math.exp((1 - part) * math.log(low[column]) + part * math.log(high[column]))
            if high[0] / low[0] < 6 and (best is None or value < best):
                best = value
    return best


def kept(budget: float, on: Sequence[Outlet]) -> dict[str, float]:
    """Requests an hour of all outlets as one site, whose price follows its budget, minute by minute.

    The outlets' times are moved so that all begin at the same weekday and hour.
    """
    price, asked, tally = schedule.PRICE, 0, Tally()
    weeks = [math.floor(outlet.begin / (7 * DAY)) * 7 * DAY for outlet in on]
    prices: list[float] = []
    minutes: list[int] = []
    spent = budget

    def shared(_: float) -> Rule:
        state = SourceState()

        def wait(now: float, new: int, held: int) -> float:
            nonlocal state
            bounds = schedule.Rhythm(SHORTEST, DAY, DAY, price)
            state = schedule.after(
                SOURCE,
                state,
                ANSWER,
                rhythm=bounds,
                now=now,
                jitter=0.0,
                new=new,
                seen=Seen(held, held - new),
            ).state
            return state.interval

        return wait

    every = [Polls(outlet, shared(0.0), tally, random.Random(outlet.name)) for outlet in on]
    queue = [(polls.at - week, n) for n, (polls, week) in enumerate(zip(every, weeks, strict=True))]
    heapq.heapify(queue)
    minute, end = 7 * DAY, 14 * 7 * DAY  # every outlet is there from the second week on
    while queue and queue[0][0] < end:
        now, n = heapq.heappop(queue)
        while now > minute + 60.0:
            spent = schedule.spending(spent, asked, 60.0)
            price = schedule.priced(price, spent / 60.0, budget, 60.0)
            minutes.append(asked)
            prices.append(price)
            asked, minute = 0, minute + 60.0
        asked += now > minute
        every[n].poll()
        heapq.heappush(queue, (every[n].at - weeks[n], n))
    late = minutes[3 * 7 * 1440 :]
    days = [sum(late[n : n + 1440]) / 24 for n in range(0, len(late) - 1439, 1440)]
    return {
        "budget an hour": budget,
        "spent an hour": round(60 * fmean(late), 1),
        "busiest day, an hour": round(max(days), 1),
        "mean delay, minutes": round(tally.row()[1], 1),
        "price": round(fmean(prices[3 * 7 * 1440 :])),
    }


# --- the report ---------------------------------------------------------------------------------------


def run() -> dict[str, Any]:
    """The tables, and docs/schedule.svg."""
    try:
        every = outlets()
    except FileNotFoundError:
        return {"skipped": "the archives of real feeds are not there"}
    judged = [outlet for outlet in every if outlet.name not in CHOSEN_ON]
    curves = {name: [spend(rule, knob, judged) for knob in knobs] for name, (rule, knobs) in RULES.items()}
    own, knobs = RULES["ours"]
    chosen = [spend(own, knob, [each for each in every if each.name in CHOSEN_ON]) for knob in knobs]
    PLOT.write_text(plot(curves))
    return {
        "outlets": len(every),
        "judged on": [outlet.name for outlet in judged],
        "entries": sum(sum(outlet.real) for outlet in judged),
        "mean delay, minutes, at requests a source and day": _table(curves, 1),
        "95th percentile of the delay, minutes": _table(curves, 2),
        "lost, per mille at most": round(
            1000 * max(point[3] for curve in curves.values() for point in curve), 1
        ),
        "ours, on the outlets it was chosen on": {"mean": _line(chosen, 1), "95th": _line(chosen, 2)},
        "a site's budget": {f"{budget:g}/h": kept(budget, every) for budget in (5.0, 10.0, 20.0)},
    }


def _table(curves: Mapping[str, Sequence[tuple[float, ...]]], column: int) -> dict[str, Any]:
    return {name: _line(curve, column) for name, curve in curves.items()}


def _line(curve: Sequence[tuple[float, ...]], column: int) -> dict[str, float | None]:
    values = {budget: at_budget(curve, budget, column) for budget in BUDGETS}
    return {f"{b:g}": None if value is None else round(value, 1) for b, value in values.items()}


COLOURS = ("#888888", "#c07000", "#a03070", "#2070b0", "#107020")
LEFT, TOP, WIDTH, HEIGHT, GAP = 60, 30, 340, 300, 80
ACROSS = (3.0, 150.0)


def plot(curves: Mapping[str, Sequence[tuple[float, ...]]]) -> str:
    """Delay against requests, both logarithmic, as SVG: the mean beside the 95th percentile."""
    box = f"0 0 {2 * (LEFT + WIDTH) + GAP} {TOP + HEIGHT + 130}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" font-size="12" viewBox="{box}">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
    ]
    titles = ("mean delay, minutes", "95th percentile of the delay, minutes")
    for number, (title, down) in enumerate(zip(titles, ((3.0, 400.0), (8.0, 1500.0)), strict=True)):
        parts += _panel(curves, number + 1, title, LEFT + number * (WIDTH + GAP), down)
    for number, (name, colour) in enumerate(zip(curves, COLOURS, strict=True)):
        x, y = LEFT + 270 * (number % 3), TOP + HEIGHT + 80 + 22 * (number // 3)
        parts.append(
            f'<path d="M{x} {y}h24" stroke="{colour}" stroke-width="{3 if name == "ours" else 1.5}"/>'
        )
        parts.append(f'<text x="{x + 30}" y="{y + 4}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _panel(
    curves: Mapping[str, Sequence[tuple[float, ...]]],
    column: int,
    title: str,
    left: float,
    down: tuple[float, float],
) -> Iterable[str]:
    def x(value: float) -> float:
        return left + WIDTH * math.log(value / ACROSS[0]) / math.log(ACROSS[1] / ACROSS[0])

    def y(value: float) -> float:
        return TOP + HEIGHT * (1 - math.log(value / down[0]) / math.log(down[1] / down[0]))

    yield f'<text x="{left}" y="{TOP - 10}" font-weight="bold">{title}</text>'
    for mark in (5, 10, 20, 40, 80):
        yield f'<path d="M{x(mark):.1f} {TOP}v{HEIGHT}" stroke="#dddddd"/>'
        yield f'<text x="{x(mark):.1f}" y="{TOP + HEIGHT + 18}" text-anchor="middle">{mark}</text>'
    for mark in (5, 10, 20, 50, 100, 200, 500, 1000):
        if down[0] <= mark <= down[1]:
            yield f'<path d="M{left} {y(mark):.1f}h{WIDTH}" stroke="#dddddd"/>'
            yield f'<text x="{left - 6}" y="{y(mark) + 4:.1f}" text-anchor="end">{mark}</text>'
    middle = f'x="{left + WIDTH / 2}" y="{TOP + HEIGHT + 40}" text-anchor="middle"'
    yield f"<text {middle}>requests a source and day</text>"
    for (name, curve), colour in zip(curves.items(), COLOURS, strict=True):
        inside = sorted(
            p for p in curve if ACROSS[0] <= p[0] <= ACROSS[1] and down[0] <= p[column] <= down[1]
        )
        best = [p for n, p in enumerate(inside) if all(q[column] > p[column] for q in inside[:n])]
        line = "L".join(f"{x(p[0]):.1f} {y(p[column]):.1f}" for p in best)
        if line:
            width = 3 if name == "ours" else 1.5
            yield f'<path d="M{line}" fill="none" stroke="{colour}" stroke-width="{width}"/>'


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
