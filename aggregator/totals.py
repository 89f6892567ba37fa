"""What a worker has done since it started: for its heartbeat, and for `once`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from aggregator.core.model import Failure
from aggregator.gather import Gathered


@dataclass(slots=True)
class Totals:
    """What a worker has done since it started; goes out with every heartbeat."""

    polls: Counter[str] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)
    failures: dict[str, Failure] = field(default_factory=dict)
    entries: int = 0
    revised: int = 0
    dropped: int = 0
    liberal: int = 0
    lost: int = 0
    held_back: int = 0
    waits: dict[str, float] = field(default_factory=dict)

    def add(self, gathered: Gathered) -> None:
        """Adds what a batch came to."""
        self.polls.update(gathered.outcomes)
        self.new.update(gathered.new)
        self.failures.update(gathered.failures)
        self.entries += gathered.entries
        self.revised += gathered.revised
        self.dropped += gathered.dropped
        self.liberal += gathered.liberal
        self.lost += gathered.lost
        for name, value in gathered.waits.items():
            self.waits[name] = self.waits.get(name, 0.0) + value

    def report(self) -> dict[str, object]:
        """What `once` adds up over its processes, as plain JSON."""
        return {
            "polls": dict(self.polls),
            "new": dict(self.new),
            "failures": {
                source: (str(failure.kind), failure.message) for source, failure in self.failures.items()
            },
            "entries": self.entries,
        }

    def counters(self) -> dict[str, float]:
        """Flat counters, as the metrics show them with the worker's name."""
        flat: dict[str, float] = {f"polls.{outcome}": count for outcome, count in self.polls.items()}
        flat |= self.waits
        for name in ("entries", "revised", "dropped", "liberal", "lost", "held_back"):
            flat[name] = getattr(self, name)
        return flat
