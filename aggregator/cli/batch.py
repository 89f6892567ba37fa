"""`dedupe` and `evaluate` without a server: lines through the service's own state machine.

What was read is spooled to disk, beside a few numbers a line in memory, so that a long input needs no more
than
the stories that are kept. Stories merge, so a line's story is looked up when the input has ended.
"""

from __future__ import annotations

import tempfile
import time
from array import array
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from aggregator.cli.lines import Line, entry_of, source_of
from aggregator.core.matching.fingerprint import fingerprint
from aggregator.core.matching.learnt import NOTHING, Learnt
from aggregator.core.matching.story import Grouping, Settings
from aggregator.core.model import (
    Arrival,
    Decision,
    Expired,
    Founded,
    Joined,
    Known,
    Led,
    Merged,
    Record,
    Revised,
    content_hash,
    entry_id,
)

_TICK = 1e-6  # seconds between two lines, so that the oldest story is that of the earliest line
_FOREVER = 1e15  # seconds: only the number of stories bounds what is kept


class Result(Record, frozen=True):
    """What `dedupe` writes of one line; `story` is the id of the line that founded the group."""

    id: str | int
    story: str | int
    lead: bool
    score: float
    reason: str


class _Spooled(Record, frozen=True):
    """What is kept of a line on disk until the input has ended."""

    id: str | int
    title: str
    label: str | int | None
    score: float
    reason: str


_FIRST = "first of its story"


class Batch:
    """Groups lines in the order of their arrival."""

    def __init__(
        self,
        keep: int,
        window: float,
        thresholds: Mapping[str, float] | None = None,
        *,
        arrivals: bool = False,
    ) -> None:
        settings = Settings(
            window=window,
            retention=_FOREVER,
            max_stories=keep,
            thresholds=dict(thresholds or {}),
            doubts=False,
            events=False,
        )
        self._grouping = Grouping(settings)
        self._learnt: Learnt = NOTHING
        self._spool = tempfile.TemporaryFile()  # noqa: SIM115, closed with this object
        self._lines = 0
        self._story = array("q")  # line → number of its story
        self._parent = array("q")  # story → the story that it was merged into, or itself
        self._founder = array("q")  # story → the line that founded it
        self._lead = array("q")  # story → the line to show
        self._live: dict[str, int] = {}  # story id → story
        self._again: dict[int, int] = {}  # stories of an entry that founded one before
        self._verdicts: dict[int, tuple[float, str]] = {}  # of founders whose story was merged away
        self._clock = 0.0
        self._keeps_arrivals = arrivals
        self.arrivals: list[Arrival] = []  # where they are kept: without their texts, for `replay`
        self.seconds = 0.0

    def __enter__(self) -> Batch:
        return self

    def __exit__(self, *_: object) -> None:
        self._spool.close()

    def add(self, line: Line) -> None:
        """One more entry."""
        began = time.perf_counter()
        guid = str(line.id)
        entry, source = entry_of(line, guid), source_of(line, guid)
        self._clock += _TICK
        if entry.published is not None:
            self._clock = max(self._clock, entry.published)
        if self._learnt.number != self._grouping.learnt_number:
            self._learnt = self._grouping.lessons()
        at = self._lines
        arrival = Arrival(
            id=entry_id(source.id, guid),
            source=source.id,
            outlet=source.outlet,
            entry=msgspec.structs.replace(
                entry, url=str(at)
            ),  # the line, since nobody here asks for the address
            content_hash=content_hash(entry),
            fingerprint=fingerprint(entry, source, self._learnt),
            seen=self._clock,
        )
        if self._keeps_arrivals:
            bare = msgspec.structs.replace(arrival.entry, summary="", content_html="")
            self.arrivals.append(msgspec.structs.replace(arrival, entry=bare))
        score, reason = self._note(at, arrival.id, self._grouping.arrive(arrival))
        self._lines += 1
        spooled = _Spooled(line.id, line.title, line.story, score, reason)
        self._spool.write(msgspec.json.encode(spooled) + b"\n")
        self.seconds += time.perf_counter() - began

    def replay(self, arrival: Arrival) -> None:
        """One more entry, as another batch kept it: only `stories` can be asked for afterwards."""
        self._note(self._lines, arrival.id, self._grouping.arrive(arrival))
        self._lines += 1

    def _note(self, at: int, entry: str, decisions: Iterable[Decision]) -> tuple[float, str]:
        """Keep what was decided on a line; its score and reason."""
        score, reason = 1.0, _FIRST
        for decision in decisions:
            match decision:
                case Founded():
                    self._live[decision.story] = self._new(at)
                    if decision.story != decision.arrival.id:  # its own id still names the story that it left
                        self._again[self._live[decision.story]] = len(self._again) + 2
                case Joined():
                    self._story.append(self._live[decision.story])
                    score, reason = decision.verdict.score, decision.verdict.reason
                case Revised():
                    self._revised(at, entry, decision.story)
                    copy = self._grouping.copy(entry)
                    score, reason = copy.score, copy.reason
                case Known():
                    self._known(at, entry)
                    reason = "seen before"
                case Merged():
                    self._merge(decision)
                case Led():
                    self._lead[self._root(self._live[decision.story])] = self._line(decision.lead)
                case Expired():
                    del self._live[decision.story]
                case _:
                    pass
        return score, reason

    def _new(self, at: int) -> int:
        number = len(self._parent)
        self._story.append(number)
        self._parent.append(number)
        self._founder.append(at)
        self._lead.append(at)
        return number

    def _known(self, at: int, entry: str) -> None:
        home = self._grouping.home(entry)
        if home is None:  # a story that is full: the line stands for itself
            self._new(at)
        else:
            self._revised(at, entry, home)

    def _revised(self, at: int, entry: str, home: str) -> None:
        """A later line of an entry: it is shown where the entry is."""
        story = self._live.get(home)
        if story is None:  # merged in the same breath: the entry knows where it is now
            story = self._live[self._grouping.home(entry) or home]
        self._story.append(story)
        if self._grouping.story(self._grouping.home(entry) or home).lead == entry:
            self._lead[self._root(story)] = at

    def _merge(self, decision: Merged) -> None:
        gone, kept = self._live.pop(decision.gone), self._live[decision.story]
        self._parent[gone] = kept
        founder = self._grouping.copy(decision.copies[0])
        self._verdicts[self._founder[gone]] = (founder.score, founder.reason)

    def _line(self, entry: str) -> int:
        return int(self._grouping.copy(entry).url)

    def _root(self, story: int) -> int:
        while self._parent[story] != story:
            self._parent[story] = self._parent[self._parent[story]]
            story = self._parent[story]
        return story

    # --- after the end of the input -----------------------------------------------------------------------

    def __len__(self) -> int:
        return self._lines

    def stories(self) -> list[int]:
        """The story number of every line, merged ones by the number of what they were merged into."""
        return [self._root(story) for story in self._story]

    def _spooled(self) -> Iterator[_Spooled]:
        self._spool.seek(0)
        decode = msgspec.json.Decoder(_Spooled).decode
        for raw in self._spool:
            yield decode(raw)

    def results(self) -> Iterator[Result]:
        """What came of every line, in the order of the input."""
        founders = self._ids()
        for at, held in enumerate(self._spooled()):
            story = self._root(self._story[at])
            score, reason = self._verdicts.get(at, (held.score, held.reason))
            founder = self._founder[story]
            lead = self._lead[story] == at
            name = founders.get(founder, held.id)
            if story in self._again:
                name = f"{name}#{self._again[story]}"
            yield Result(held.id, name, lead, round(score, 4), reason)

    def _ids(self) -> dict[int, str | int]:
        """The ids of founders that other lines need: those of stories with more than one line."""
        wanted = {
            self._founder[root]
            for at, story in enumerate(self._story)
            if self._founder[root := self._root(story)] != at
        }
        return {at: held.id for at, held in enumerate(self._spooled()) if at in wanted}

    def labels(self) -> list[str | int | None]:
        """The gold label of every line."""
        return [held.label for held in self._spooled()]

    def titles(self, lines: set[int]) -> dict[int, str]:
        """The titles of some lines."""
        return {at: held.title for at, held in enumerate(self._spooled()) if at in lines}


def as_json(result: Record) -> bytes:
    """A record as a JSON object with its field names, one line."""
    fields: dict[str, Any] = {name: getattr(result, name) for name in result.__struct_fields__}
    return msgspec.json.encode(fields) + b"\n"
