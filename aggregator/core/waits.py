"""How long entries waited, counted in steps, as a histogram of Prometheus holds it.

Two waits tell how fresh a site is: `delay`, from the date that a publisher gave to the moment in which the
entry is in the store, where that date can be believed; and `gap`, from the poll before to the one that found
it, which needs no date and is the most that our own polling can have cost.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Final

BOUNDS: Final = (60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400)  # seconds
BELIEVED: Final = 86_400.0  # an entry that seems to be out for longer tells of its date, not of us
NAMES: Final = ("delay", "gap")


def note(counts: MutableMapping[str, float], name: str, seconds: float) -> None:
    """Counts one wait under flat names: `gap.300` (up to that, over the bound before) and `gap.sum`."""
    bound = next((str(bound) for bound in BOUNDS if seconds <= bound), "inf")
    for key, more in ((f"{name}.{bound}", 1.0), (f"{name}.sum", seconds)):
        counts[key] = counts.get(key, 0.0) + more


def is_believed(delay: float) -> bool:
    """Can a publisher's date be meant, from which so many seconds have passed?"""
    return 0.0 <= delay <= BELIEVED
