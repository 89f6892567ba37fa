"""What the grouper has learnt of sources: sentences that they repeat, names that end their titles.

A `Learnt` is a numbered snapshot that all workers use; `Lessons` is the grouper's state that makes them.
Lessons
never decide anything in the grouper: they only change the fingerprints that workers make from then on.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping

import msgspec

from aggregator.core.model import Fingerprint, Record

WATCHED = 50  # items of a source that are remembered: enough to see a habit, little to hold
REPEATED = 3  # a sentence in so many of them is the site's, not the story's
ENDINGS = 5  # a title ending seen so often belongs to the site
SOURCES = 20_000  # sources watched; the longest unheard is forgotten first
KEPT = 64  # learnt sentences a source: more are no habit


class Learnt(Record, frozen=True):
    """Per source id: hashes of repeated sentences, and of title endings that name the site."""

    number: int = 0
    boilerplate: Mapping[str, frozenset[int]] = msgspec.field(default_factory=dict)
    suffixes: Mapping[str, frozenset[int]] = msgspec.field(default_factory=dict)


NOTHING = Learnt()


def read(stored: bytes) -> Learnt:
    """The snapshot that `Lessons.stored` wrote."""
    return msgspec.msgpack.decode(stored, type=Learnt)


class Lessons:
    """Watches the last items of each source and learns what they repeat."""

    def __init__(self) -> None:
        self._windows: dict[str, deque[bytes]] = {}
        self._boilerplate: dict[str, frozenset[int]] = {}
        self._suffixes: dict[str, frozenset[int]] = {}
        self.number = 0

    def observe(self, source: str, made: Fingerprint) -> bool:
        """One more item of a source; True where something new was learnt by it.

        Only the first copy that a source has of a story belongs here: a story that it carries three
        times would look like a habit.
        """
        if not made.sentences and not made.suffix:
            return False
        window = self._windows.pop(source, None)
        if window is None:
            window = deque(maxlen=WATCHED)
            if len(self._windows) >= SOURCES:
                del self._windows[next(iter(self._windows))]
        self._windows[source] = window
        window.append(made.suffix.to_bytes(4, "little") + made.sentences)
        new = self._repeated(source, window, made) | self._ended(source, window, made.suffix)
        self.number += new
        return new

    def _repeated(self, source: str, window: deque[bytes], made: Fingerprint) -> bool:
        known = self._boilerplate.get(source, frozenset())
        seen, found = b"".join(window), set()
        for at in range(0, len(made.sentences), 4):
            piece = made.sentences[at : at + 4]
            if (
                seen.count(piece) >= REPEATED
            ):  # that four bytes stand across two hashes by chance is as rare as a clash
                found.add(int.from_bytes(piece, "little"))
        if found <= known or len(known) >= KEPT:
            return False
        self._boilerplate[source] = known | found
        return True

    def _ended(self, source: str, window: deque[bytes], suffix: int) -> bool:
        known = self._suffixes.get(source, frozenset())
        if not suffix or suffix in known or len(known) >= KEPT:
            return False
        if Counter(item[:4] for item in window)[suffix.to_bytes(4, "little")] < ENDINGS:
            return False
        self._suffixes[source] = known | {suffix}
        return True

    def snapshot(self) -> Learnt:
        """What workers are to use from now on."""
        return Learnt(self.number, dict(self._boilerplate), dict(self._suffixes))

    def stored(self) -> bytes:
        """The snapshot as bytes, the same for the same lessons."""
        return msgspec.msgpack.encode(self.snapshot(), order="deterministic")

    def take_up(self, stored: bytes) -> None:
        """Go on from what another grouper had learnt."""
        learnt = read(stored)
        self.number = learnt.number
        self._boilerplate, self._suffixes = dict(learnt.boilerplate), dict(learnt.suffixes)


__all__ = ["NOTHING", "Learnt", "Lessons", "read"]
