"""A dry run of one threshold: how well entries are grouped at each of some values, as a table and a plot.

Fingerprints do not depend on thresholds: they are made once, in the run at the values in force, whose result
is that of `evaluate` itself; each other value groups the same arrivals again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from aggregator.core.errors import UsageError
from aggregator.core.matching.thresholds import MASSES, TABLE, limits, misfit

if TYPE_CHECKING:
    from aggregator.cli.batch import Batch
    from aggregator.cli.lines import Pair

MOST = 101  # values of a sweep
_STEPS = 4  # values below and above the one in force, where no range is given
_SHARE = 0.05  # from one to the next, of a share; of a mass an eighth
MEASURES = ("precision", "recall", "f1", "b_cubed_f1")


class Sweep(NamedTuple):
    """A threshold, its value in force, and the values to try, which hold that one."""

    name: str
    now: float
    values: tuple[float, ...]


class Point(NamedTuple):
    """What came of one value: the measures by name."""

    value: float
    found: Mapping[str, float]


def unknown(name: str) -> UsageError:
    """The error that says which thresholds there are."""
    close = get_close_matches(name, TABLE, 1)
    meant = f' Did you mean "{close[0]}"?' if close else ""
    return UsageError(f'There is no threshold "{name}".{meant} There are: {", ".join(TABLE)}.')


def parsed(option: str, changed: Mapping[str, float]) -> Sweep:
    """What `--sweep NAME` or `--sweep NAME=FROM:TO:STEP` asks for, beside the values of `--set`."""
    name, given, span = option.partition("=")
    if name not in TABLE:
        raise unknown(name)
    now = changed.get(name, TABLE[name].value)
    values = _span(option, span) if given else _around(name, now)
    for value in values:
        if why := misfit(name, value):
            raise UsageError(why)
    return Sweep(name, now, tuple(sorted({*values, now})))


def _span(option: str, span: str) -> list[float]:
    try:
        first, last, step = map(float, span.split(":"))
        count = round((last - first) / step) if step > 0 else -1
    except (ValueError, OverflowError):
        count = -1
    if not 0 <= count < MOST:
        raise UsageError(
            f'"{option}" is no sweep like text=0.3:0.7:0.05: a threshold, from, to and step, {MOST} values'
            " at most."
        )
    return [round(first + at * step, 6) for at in range(count + 1)]


def _around(name: str, now: float) -> list[float]:
    steps = range(-_STEPS, _STEPS + 1)
    if name not in MASSES:
        return [value for at in steps if 0 <= (value := round(now + at * _SHARE, 6)) <= 1]
    return [round(now * (1 + at / (2 * _STEPS)), 6) for at in steps]


def grouped(
    sweep: Sweep, batch: Batch, again: Callable[[Mapping[str, float]], Batch], gold: Sequence[Any]
) -> Iterator[Point]:
    """How well the entries of a batch, which kept its arrivals, are grouped at each value."""
    from aggregator.core.matching.evaluate import score

    for value in sweep.values:
        if value == sweep.now:
            groups = batch.stories()
        else:
            with again({sweep.name: value}) as other:
                for arrival in batch.arrivals:
                    other.replay(arrival)
                groups = other.stories()
        found = score(gold, groups)
        yield Point(
            value, {name: round(getattr(found, name), 4) for name in MEASURES} | {"stories": len(set(groups))}
        )


def judged(sweep: Sweep, pairs: Sequence[Pair], changed: Mapping[str, float]) -> Iterator[Point]:
    """How many labelled pairs are right at each value, and precision and recall over them."""
    from aggregator.cli.lines import entry_of, source_of
    from aggregator.core.matching.explain import measured
    from aggregator.core.matching.match import compatible, judge

    held = []
    for pair in pairs:
        sides = [
            (entry_of(side, guid), source_of(side, guid)) for side, guid in ((pair.a, "a"), (pair.b, "b"))
        ]
        held.append((pair.same, *measured(*sides[0], *sides[1])))
    for value in sweep.values:
        limit = limits({**changed, sweep.name: value})
        told = [
            compatible(one, other) and judge(one, other, like, limit).same for _, one, other, like in held
        ]
        right = sum(same == said for (same, *_), said in zip(held, told, strict=True))
        both = sum(same and said for (same, *_), said in zip(held, told, strict=True))
        precision = both / sum(told) if any(told) else 1.0
        recall = both / true if (true := sum(same for same, *_ in held)) else 1.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        measures = {"precision": precision, "recall": recall, "f1": f1}
        yield Point(value, {name: round(found, 4) for name, found in measures.items()} | {"right": right})


def rows(sweep: Sweep, points: Sequence[Point]) -> list[list[str]]:
    """The table: a heading, then a row a value; the one in force is marked."""
    names = list(points[0].found)
    heading = [sweep.name, *(name.replace("_", " ") for name in names), ""]
    return [
        heading,
        *(
            [
                f"{point.value:g}",
                *(_shown(point.found[name]) for name in names),
                "now" if point.value == sweep.now else "",
            ]
            for point in points
        ),
    ]


def _shown(value: float) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)


# --- the plot -------------------------------------------------------------------------------------------

_MARKS = {"precision": "P", "recall": "R", "f1": "F", "b_cubed_f1": "B"}
_HEIGHT = 12
_SVG = "http://www.w3.org/2000/svg"
_COLORS = {"precision": "#c0392b", "recall": "#2471a3", "f1": "#7d3c98", "b_cubed_f1": "#1e8449"}


def plot(sweep: Sweep, points: Sequence[Point]) -> list[str]:
    """The same as characters: a column a value, a letter a measure, `+` where several fall together."""
    shown = [name for name in _MARKS if name in points[0].found]
    low, high = _bounds(points, shown)
    width = max(max(len(f"{point.value:g}") for point in points) + 1, 3)
    grid = [[" " * width for _ in points] for _ in range(_HEIGHT)]
    for column, point in enumerate(points):
        for name in shown:
            row = round((high - point.found[name]) / (high - low) * (_HEIGHT - 1))
            mark = "+" if grid[row][column].strip() else _MARKS[name]
            grid[row][column] = mark.rjust(width)
    lines = [
        f"{high - (high - low) * row / (_HEIGHT - 1):6.3f} |{''.join(cells)}"
        for row, cells in enumerate(grid)
    ]
    lines.append(" " * 7 + "+" + "-" * width * len(points))
    lines.append(" " * 8 + "".join(f"{point.value:g}".rjust(width) for point in points))
    lines.append(
        " " * 8 + "".join(("^" if point.value == sweep.now else "").rjust(width) for point in points)
    )
    lines.append(
        ", ".join(f"{_MARKS[name]} {name.replace('_', ' ')}" for name in shown) + ", ^ the value in force"
    )
    return lines


def svg(sweep: Sweep, points: Sequence[Point]) -> str:
    """The same as a picture: a line a measure, the value in force as a vertical one."""
    shown = [name for name in _MARKS if name in points[0].found]
    low, high = _bounds(points, shown)
    left, right, top, bottom = 60.0, 560.0, 20.0, 300.0
    first, last = points[0].value, points[-1].value

    def x(value: float) -> float:
        return round(left + (right - left) * ((value - first) / (last - first) if last > first else 0.5), 1)

    def y(value: float) -> float:
        return round(bottom - (bottom - top) * (value - low) / (high - low), 1)

    parts = [
        f'<svg xmlns="{_SVG}" font-family="sans-serif" font-size="12" viewBox="0 0 700 350">',
        '<rect width="700" height="350" fill="#fff"/>',
        f'<path d="M{left} {top}V{bottom}H{right}" fill="none" stroke="#333"/>',
        f'<path d="M{x(sweep.now)} {top}V{bottom}" stroke="#999" stroke-dasharray="4 3"/>',
        _label((left + right) / 2, 340, "middle", f"{sweep.name} ({sweep.now:g} is in force)"),
    ]
    marks = [low + (high - low) * at / 4 for at in range(5)]
    parts += [_label(left - 8, y(value) + 4, "end", f"{value:.3f}") for value in marks]
    step = max(1, len(points) // 10)
    parts += [_label(x(point.value), 318, "middle", f"{point.value:g}") for point in points[::step]]
    for number, name in enumerate(shown):
        color = _COLORS[name]
        line = " ".join(f"{x(point.value)},{y(point.found[name])}" for point in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="2"/>')
        parts.append(_label(right + 12, top + 20 + 20 * number, "start", name.replace("_", " "), color))
    return "\n".join([*parts, "</svg>", ""])


def _label(x: float, y: float, anchor: str, text: str, color: str = "#333") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{color}">{text}</text>'


def write(file: Path, sweep: Sweep, points: Sequence[Point]) -> None:
    """The picture into a file. Raises UsageError where that can't be written."""
    try:
        file.write_text(svg(sweep, points), "utf-8")
    except OSError as error:
        raise UsageError(f"{file} can't be written: {error.strerror or error}.") from None


def drawable(file: Path) -> Path:
    """The file, if its name says SVG and nothing speaks against writing it. Raises UsageError."""
    if file.suffix.lower() != ".svg":
        raise UsageError(f"{file} can't be drawn: plots are SVG, name it like sweep.svg.")
    if file.is_dir():
        raise UsageError(f"{file} can't be written: it is a folder.")
    if not file.parent.is_dir():
        raise UsageError(f"{file} can't be written: there is no folder {file.parent}.")
    if not os.access(file if file.exists() else file.parent, os.W_OK):
        raise UsageError(f"{file} can't be written: you may not.")
    return file


def _bounds(points: Sequence[Point], shown: Sequence[str]) -> tuple[float, float]:
    """The lowest and the highest of what is drawn, never the same."""
    every = [point.found[name] for point in points for name in shown]
    low, high = min(every), max(every)
    return (low, high) if high - low > 0.001 else (max(low - 0.005, 0.0), min(low + 0.005, 1.0))
