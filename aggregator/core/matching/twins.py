"""Copies that editors decided on, found again under another guid: some feeds give the same article a new one.

An entry is a *twin* of a copy of its own source that has the same address, or the same words (now, or in a
version that it had before). Nothing of it is stored: it follows from the records of the copies that live.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias
from urllib.parse import urlsplit

from aggregator.core import urls
from aggregator.core.matching.holding import Holding
from aggregator.core.model import Copy

Mark: TypeAlias = tuple[str, str | bytes]  # a source, and an address or a content hash


class Twins:
    """The copies that open orders concern, by what their twins have in common with them."""

    def __init__(self, held: Holding) -> None:
        self._held = held
        self._marks: dict[str, frozenset[Mark]] = {}
        self._entries: dict[Mark, set[str]] = {}
        self._sources: dict[str, int] = {}  # how many of the copies are of a source

    def watch(self, entry: str) -> None:
        """A live copy, as its record is now; again after each revision."""
        self.forget(entry)
        copy = self._held.copy(entry)
        marks = frozenset(_marks(copy.source, copy.url, (copy.content_hash, *copy.seen_hashes)))
        self._marks[entry] = marks
        self._sources[copy.source] = self._sources.get(copy.source, 0) + 1
        for mark in marks:
            self._entries.setdefault(mark, set()).add(entry)

    def forget(self, entry: str) -> None:
        """A copy is gone, or concerns nobody any more."""
        marks = self._marks.pop(entry, None)
        if marks is None:
            return
        source = next(iter(marks))[0]
        self._sources[source] -= 1
        if not self._sources[source]:
            del self._sources[source]
        for mark in marks:
            entries = self._entries[mark]
            entries.discard(entry)
            if not entries:
                del self._entries[mark]

    def of(self, copy: Copy) -> list[str]:
        """The twins of an entry among the copies watched, itself left out; in the order of their ids."""
        if copy.source not in self._sources:
            return []
        found: set[str] = set()
        for mark in _marks(copy.source, copy.url, (copy.content_hash,)):
            found |= self._entries.get(mark, set())
        return sorted(found - {copy.entry})

    def of_live(self, entry: str) -> list[str]:
        """The same of a copy that is held; none of one that is not."""
        if not self._sources or self._held.slot(entry) is None:
            return []
        if self._held.source(entry) not in self._sources:
            return []
        return self.of(self._held.copy(entry))


def _marks(source: str, url: str, hashes: Iterable[bytes]) -> Iterator[Mark]:
    yield from ((source, content) for content in hashes)
    address = urls.canonical(url)
    parts = urlsplit(address) if address else None
    if parts is not None and (parts.query or parts.path.strip("/")):  # a front page is no article
        yield source, address
