"""What became of a source that people should hear of: it broke, fell silent, moved, is gone, is well again.

One failed poll is no news: a source counts as broken with the third failure in a row. One that keeps going to
and fro is told of once: what happens to it again within a day makes one incident of all that happened, which
goes on until a day passed without more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

from aggregator.core.health import masked
from aggregator.core.model import Record, SourceState, entry_id
from aggregator.core.schedule import LEARNT

BROKEN: Final = 3
"""Failures in a row that make a source broken: fewer are the weather of the net."""
QUIET_DAY: Final = 86_400.0
"""Seconds after which whatever happens is news again."""

What: TypeAlias = Literal["broken", "gone", "silent", "moved", "well", "unsteady"]


class Incident(Record, frozen=True):
    """Something that happened to a source. `id` stays while it goes on: 32 hex digits."""

    id: str
    source: str
    what: What
    at: float  # when it last changed
    began: float
    times: int = 1  # how often the source turned
    message: str = ""  # one plain sentence; "" where there is nothing more to say
    certain: float = 0.0  # not told before: until then it may prove to be the trouble of the whole host


def turn(before: SourceState, after: SourceState) -> tuple[What, str] | None:
    """What a poll turned a source into, with the reason; None where it goes on as before."""
    if after.gone and not before.gone:
        return "gone", after.error.message if after.error else ""
    if after.error is not None:
        has_broken = before.error_count < BROKEN <= after.error_count
        return ("broken", after.error.message) if has_broken else None
    if before.gone or before.error_count >= BROKEN:
        return "well", ""
    if after.conditions is not before.conditions:
        was, is_ = _is_silent(before), _is_silent(after)
        if was != is_:
            return ("silent" if is_ else "well"), ""
    if after.moved_seen >= LEARNT > before.moved_seen and after.moved_to is not None:
        return "moved", masked(after.moved_to)
    return None


def _is_silent(state: SourceState) -> bool:
    return any(name == "quiet" for name, _ in state.conditions)


def told(
    source: str, what: What, message: str, at: float, known: Sequence[Incident], certain: float = 0.0
) -> Incident | None:
    """The incident that a turn makes, given those known of the source; None where it was told already.

    It stands in for all that have its id, and for those whose time it covers (`began`), but for one that is
    not `certain` yet: that stands for itself, and may be taken back.
    """
    lately = [one for one in known if at - one.at < QUIET_DAY]
    newest = max(lately, key=lambda one: one.at, default=None)
    if newest is not None and (newest.at >= at or newest.what == what):
        return None
    is_again = any(one.what in {what, "unsteady"} for one in lately)
    if not is_again or certain > at:
        return Incident(entry_id(source, f"{what} {at!r}"), source, what, at, at, 1, message, certain)
    first = min(lately, key=lambda one: one.began)
    times = 1 + sum(one.times for one in lately)
    return Incident(first.id, source, "unsteady", at, first.began, times, message)
