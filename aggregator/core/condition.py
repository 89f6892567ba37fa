"""What is amiss with a source whose polls may well succeed: named conditions, each with since when.

A condition is judged at each poll from what is stored of the source and what the answer held. Where an answer
says nothing about it (a 304 shows no dates), it stays as it was. Every rule below answers with True, False,
or None for "cannot be told".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from aggregator.core.errors import Kind
from aggregator.core.freshness import date
from aggregator.core.model import Failure, Feed, Response, SourceState
from aggregator.core.rhythm import Shown

# To be called quiet a source must have been silent for so many seconds, and so many entries must have been
# to be expected in them. Of 16 outlets in two archives, holes aside, none reached 20, or 12 in 3 days.
SILENT = ((6 * 3600.0, 25.0), (3 * 86400.0, 12.0))
FEW = 5  # entries: in a shorter feed it is no wonder that all of them are new
AHEAD = 900.0  # seconds: clocks differ

Conditions = tuple[tuple[str, float], ...]

SENTENCES = {
    "quiet": "Nothing new for far longer than this source has ever been silent: look whether it moved.",
    "stuck": "The server sends an old copy of the feed: its cache may be stuck.",
    "overrun": "Between two polls the whole feed was replaced, so entries were lost: poll it more often.",
    "reissued": "Known entries come again under new ids: the publisher's system makes ids anew.",
    "future": "New entries are dated in the future: the publisher's clock or time zone is wrong.",
    "undated": "New entries have no date, or one that cannot be (1970): they count from when they were seen.",
    "page": "A page, or something else that is no feed, stands at this address.",
}
"""Every condition, and what it says to people."""


class Seen(NamedTuple):
    """What a source's table said of a document.

    `held`: entries in it. `known`: those whose ids were known, None where the table was empty or not to be
    trusted. `reissued`: new ids with a content that was known under another.
    """

    held: int
    known: int | None = None
    reissued: int = 0


class Poll(NamedTuple):
    """A poll as the rules see it: the state before and after, and what came."""

    before: SourceState
    after: SourceState
    outcome: Response | Failure
    feed: Feed | None
    new: int
    seen: Seen | None
    now: float

    def had(self, name: str) -> bool:
        """Was this condition there before?"""
        return any(name == known for known, _ in self.before.conditions)


def conditions(
    before: SourceState,
    after: SourceState,
    outcome: Response | Failure,
    *,
    feed: Feed | None,
    new: int,
    seen: Seen | None,
    now: float,
) -> Conditions:
    """The conditions after a poll, those that last with their old date; see `SENTENCES`.

    `new` counts entries with new ids; `feed` holds them at least.
    """
    poll = Poll(before, after, outcome, feed, new, seen, now)
    since = dict(before.conditions)
    found = []
    for name, rule in RULES:
        holds = rule(poll)
        if holds or (holds is None and name in since):
            begun = after.last_new if name == "quiet" and after.last_new is not None else now
            found.append((name, since.get(name, begun)))
    return tuple(found)


# --- the rules ----------------------------------------------------------------------------------------


def _quiet(poll: Poll) -> bool | None:
    """Silent for longer than it ever is, by its usual hours and days; see `SILENT`."""
    if isinstance(poll.outcome, Failure):
        return None
    last = poll.after.last_new
    if poll.new or last is None:
        return False
    if poll.had("quiet"):
        return True  # the rhythm fades while nothing comes: what was strange does not become usual
    silence = poll.now - last
    if silence < SILENT[0][0]:
        return False
    missed = Shown(poll.after.rhythm).usual(last, poll.now)
    return any(silence >= least and missed >= entries for least, entries in SILENT)


def _stuck(poll: Poll) -> bool | None:
    """A copy that says it is older than the one before."""
    if isinstance(poll.outcome, Failure) or poll.outcome.status == 304:
        return None
    came, known = (date(text) for text in (poll.outcome.last_modified, poll.before.last_modified))
    if came is None or known is None or poll.before.validators_of != poll.after.validators_of:
        return None  # two addresses, as a redirect leads elsewhere now
    if came < known:
        return True
    return None if came == known else False


def _overrun(poll: Poll) -> bool | None:
    """Nothing of what the feed held before is in it any more."""
    seen = poll.seen
    if seen is None or seen.known is None or not seen.held:
        return None
    if seen.known:
        return False
    if seen.held < FEW or _reissued(poll):
        return None
    return True


def _reissued(poll: Poll) -> bool | None:
    if poll.seen is None or not poll.new:
        return None
    return poll.seen.reissued >= 2 and 2 * poll.seen.reissued >= poll.new


def _future(poll: Poll) -> bool | None:
    """At least half of the new entries that have a date have one in the future."""
    dates = [moment for moment in _dates(poll) if moment is not None]
    if not dates:
        return None
    return 2 * sum(moment > poll.now + AHEAD for moment in dates) >= len(dates)


def _undated(poll: Poll) -> bool | None:
    dates = list(_dates(poll))
    return all(moment is None for moment in dates) if dates else None


def _dates(poll: Poll) -> Iterable[float | None]:
    """The dates of what was read; what the parser could not believe is None."""
    entries = () if poll.feed is None or not poll.new else poll.feed.entries
    return (entry.published if entry.published is not None else entry.updated for entry in entries)


def _page(poll: Poll) -> bool | None:
    if isinstance(poll.outcome, Response):
        return False
    return True if poll.outcome.kind in {Kind.NOT_A_FEED, Kind.CHALLENGE} else None


RULES: tuple[tuple[str, Callable[[Poll], bool | None]], ...] = (
    ("quiet", _quiet),
    ("stuck", _stuck),
    ("overrun", _overrun),
    ("reissued", _reissued),
    ("future", _future),
    ("undated", _undated),
    ("page", _page),
)
