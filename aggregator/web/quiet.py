"""Why nothing is new, in a sentence or two: how many sources cannot be read, and how many bring nothing."""

from __future__ import annotations

from collections import Counter

from aggregator.core.health import DAY, condition
from aggregator.core.model import SourceState
from aggregator.web import html
from aggregator.web.site import Site
from aggregator.web.states import UNKNOWN

SOON, LATER = (
    10.0,
    600.0,
)  # seconds that the sentence is good for: before the first story, and once there are some
STATES = {
    "failing": "cannot be read",
    "paused": "were told to rest",
    "gone": "are gone for good",
    "new": "have not been polled yet",
    "quiet": "are silent against their habit",
    "ok": "answer and bring nothing new",
}


class Quiet:
    """Whether it has become quiet, and why."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def since(self) -> int:
        """0 while something is new; else a number that changes when the reason should be told anew."""
        catalogue, now = self.site.catalogue, self.site.clock()
        if not len(catalogue):
            return 1 + int(now / SOON)
        return 1 + int(now / LATER) if now - catalogue.changed_at > DAY else 0

    async def why(self) -> str:
        """The reason, as sentences. Raises: StoreError, TimeoutError."""
        sources = self.site.config.sources
        status = await self.site.states.read()
        states = [status.get(source.id, UNKNOWN)[0] for source in sources]
        words = [self._last(), _counted(Counter(map(condition, states)), len(sources)), _commonest(states)]
        return " ".join(word for word in words if word)

    def _last(self) -> str:
        catalogue = self.site.catalogue
        if not len(catalogue) or not catalogue.changed_at:
            return ""
        return f"Nothing is new in 24 hours: the last change was on {html.moment(catalogue.changed_at)}."


def _counted(counts: Counter[str], total: int) -> str:
    """The states: `Of 12 sources, 3 cannot be read, 9 answer and bring nothing new`."""
    if not total:
        return ""
    parts = [f"{counts[state]} {words}" for state, words in STATES.items() if counts[state]]
    head = "The one source:" if total == 1 else f"Of {total} sources,"
    return f"{head} {', '.join(parts)}."


def _commonest(states: list[SourceState]) -> str:
    """What most of those that fail say."""
    said = Counter(state.error.message for state in states if state.error is not None)
    return f"Mostly: {said.most_common(1)[0][0]}" if said else ""
