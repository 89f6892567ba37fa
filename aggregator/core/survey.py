"""All sources at a glance: each in a word and a sentence, by host, and what they have in common.

Nothing here depends on the time of the question: days are counted back from a source's own last poll.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

import msgspec

from aggregator.core.condition import SENTENCES
from aggregator.core.diary import Day, days
from aggregator.core.health import Condition, condition, masked
from aggregator.core.model import Source, SourceState
from aggregator.core.rhythm import DAY, Shown
from aggregator.core.urls import host

WEEK = 7  # whole days that "items a day" is the mean of
TOGETHER = 3  # sources of a host that fail alike, all that it has, are told as one
NAMED = 20  # of these are shown

Known: TypeAlias = tuple[Source, SourceState, float | None]
"""A source, what is stored of it, and when it is polled next (seconds since 1970; None: never or unknown)."""

CHIPS: dict[str, tuple[Condition, ...]] = {
    "failing": ("failing", "gone"),
    "paused": ("paused",),
    "silent": ("quiet",),
    "all": (),
}
"""What one may choose to see, each with the states that it stands for; none is every state."""


class Line(msgspec.Struct, frozen=True, gc=False):
    """One source as a list shows it. Times in seconds since 1970, waits in seconds."""

    id: str
    name: str
    outlet: str
    url: str
    host: str
    word: str
    sentence: str
    last_success: float | None
    last_poll: float | None
    next_poll: float | None
    reason: str
    expected: float | None  # entries a day
    actual: float | None
    lag: float | None
    days: tuple[Day, ...]


class Group(NamedTuple):
    """Sources of one host. `trouble`: why all that it has fail alike; `lines`: the first of `many`."""

    host: str
    lines: tuple[Line, ...]
    trouble: str = ""
    many: int = 0


def line(known: Known) -> Line:
    """What a list shows of a source."""
    source, state, due = known
    return Line(
        id=source.id,
        name=source.name,
        outlet=source.outlet,
        url=masked(source.url),
        host=host(source.url),
        word=condition(state),
        sentence=sentence(state),
        last_success=state.last_success,
        last_poll=state.last_poll,
        next_poll=None if state.gone else due,
        reason=state.reason,
        expected=_expected(state),
        actual=_actual(state),
        lag=state.lag,
        days=days(state.diary),
    )


def sentence(state: SourceState) -> str:
    """How a source is, for people; "" where there is nothing to say."""
    if state.error is not None:
        times = "" if state.error_count < 2 else f" {state.error_count} times in a row."
        return state.error.message + times
    if state.gone:
        return "The publisher says that it is gone for good."
    if not state.polls:
        return "Not polled yet."
    return next((SENTENCES[name] for name, _ in state.conditions if name in SENTENCES), "")


def told(state: SourceState) -> list[tuple[str, float, str]]:
    """What is amiss though polls may go well: name, since when, and a sentence."""
    return [(name, since, SENTENCES[name]) for name, since in state.conditions if name in SENTENCES]


def _expected(state: SourceState) -> float | None:
    """Entries a day that the rhythm of the last weeks leads to expect; None while it has shown none."""
    if not state.rhythm or state.last_poll is None:
        return state.entries_a_day
    shown = Shown(state.rhythm)
    if shown.age < 24 * WEEK:
        return state.entries_a_day
    return shown.usual(state.last_poll - WEEK * DAY, state.last_poll) / WEEK


def _actual(state: SourceState) -> float | None:
    """Entries a day that came, over the last whole days, at most a week; None before the first is over."""
    whole = days(state.diary)[:-1][-WEEK:]
    return sum(day.entries for day in whole) / len(whole) if whole else None


def chosen(known: Iterable[Known], chip: str = "all", words: Sequence[str] = (), at: str = "") -> list[Known]:
    """The sources of a chip whose id, name, outlet or address hold all the words, of one host if given."""
    states = CHIPS[chip]
    folded = [word.casefold() for word in words]
    return [
        each
        for each in known
        if (not states or condition(each[1]) in states)
        and (not at or host(each[0].url) == at)
        and (not folded or _says(each[0], folded))
    ]


def _says(source: Source, words: Sequence[str]) -> bool:
    text = f"{source.id}\n{source.name}\n{source.outlet}\n{masked(source.url)}".casefold()
    return all(word in text for word in words)


def counts(known: Iterable[Known]) -> dict[str, int]:
    """How many sources each chip would show."""
    by_state = Counter(condition(state) for _, state, _ in known)
    return {
        chip: sum(by_state[state] for state in states) if states else by_state.total()
        for chip, states in CHIPS.items()
    }


def by_host(known: Iterable[Known]) -> list[Known]:
    """Sources in the order of their hosts, those of one host by name."""
    return sorted(known, key=lambda each: (host(each[0].url), each[0].name.casefold(), each[0].id))


def page(known: Sequence[Known], number: int, size: int, *, apart: bool = False) -> tuple[list[Group], int]:
    """One page (from 1) of sources in the order of `by_host`, and how many pages there are.

    A host all of whose sources fail in one way takes the place of one source; with `apart` it does not.
    """
    units: list[tuple[str, Sequence[Known]]] = []
    for name, run in _runs(known):
        if not apart and _alike(run):
            units.append((name, run))
        else:
            units += [(name, (each,)) for each in run]
    pages = max(-(-len(units) // size), 1)
    return _groups(units[(number - 1) * size : number * size]), pages


def _runs(known: Sequence[Known]) -> list[tuple[str, list[Known]]]:
    runs: list[tuple[str, list[Known]]] = []
    for each in known:
        name = host(each[0].url)
        if not runs or runs[-1][0] != name:
            runs.append((name, []))
        runs[-1][1].append(each)
    return runs


def _alike(run: Sequence[Known]) -> bool:
    kinds = {None if state.error is None else state.error.kind for _, state, _ in run}
    return len(run) >= TOGETHER and None not in kinds and len(kinds) == 1


def _groups(units: Sequence[tuple[str, Sequence[Known]]]) -> list[Group]:
    groups: list[Group] = []
    for name, run in units:
        lines = tuple(line(each) for each in run[:NAMED])
        if len(run) > 1:
            groups.append(Group(name, lines, lines[0].sentence, len(run)))
        elif groups and groups[-1].host == name:
            last = groups[-1]
            groups[-1] = Group(name, (*last.lines, *lines), many=last.many + 1)
        else:
            groups.append(Group(name, lines, many=1))
    return groups
