"""Whether the configuration in force is the one that stands in the file: said once a process.

What is broken is refused and the one before stays in force, so somebody has to see that until it is mended:
the page of sources, the metrics and the heartbeat read it here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aggregator.core.errors import Problem

MOST = 20
"""Problems that are told; the log has them all."""


@dataclass
class Standing:
    """How the last reading went. `at` is when a configuration was last taken up, in seconds since 1970."""

    at: float = 0.0
    problems: tuple[str, ...] = ()

    @property
    def successful(self) -> bool:
        """Is what was read last in force?"""
        return not self.problems

    def taken(self, now: float) -> None:
        """A configuration was read and is in force."""
        self.at, self.problems = now, ()

    def handed(self, other: Standing) -> None:
        """How it stands with our parent, whose configuration we were handed."""
        self.at, self.problems = other.at, other.problems

    def refused(self, problems: Sequence[Problem | str]) -> None:
        """What was read is broken. Without excerpts and folders: this is shown to whoever may read."""
        self.problems = tuple(_said(each) for each in problems[:MOST]) or ("it cannot be read",)


def _said(problem: Problem | str) -> str:
    if isinstance(problem, str):
        return problem
    place = f":{problem.line}:{problem.column}" if problem.line else ""
    return f"{problem.file.rpartition('/')[2]}{place}: {problem.code} {problem.message}"


STANDING = Standing()
