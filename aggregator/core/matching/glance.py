"""What a text can hold at all, by its words: dear patterns are looked for only where one of theirs stands.

What stands between two blanks is mostly seen again soon, so the answer of a word is remembered: a look at a
text costs one look-up a word, however many patterns ask. An answer may be yes too often, never too seldom.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

_BOUND = 150_000  # words remembered, some 15 MB: fewer were forgotten before they came again
_LONGEST = 40  # characters of one: longer ones hardly come again


class Glance(dict[str, int]):
    """Words, each with the bits of what it may be part of: `look` tells them of a word not seen before."""

    def __init__(self, look: Callable[[str], int]) -> None:
        super().__init__()
        self._look = look

    def __missing__(self, word: str) -> int:
        found = self._look(word)
        if len(word) <= _LONGEST:
            if len(self) >= _BOUND:
                self.clear()
            self[word] = found
        return found

    def of(self, line: str) -> int:
        """The bits of all words of a text."""
        found = 0
        for bits in set(map(self.__getitem__, line.split())):
            found |= bits
        return found


class Runs:
    """Runs of signs, and by which one word of theirs each can be told to be missing.

    Of `read the full` it is `read` at the end of a word, `the` as a word or `full` at the beginning of one:
    the longest, since it is the rarest. A run without a blank may stand anywhere within a word.
    """

    def __init__(self, runs: Iterable[str]) -> None:
        by: dict[tuple[bool, bool], dict[str, list[str]]] = {}
        for run in runs:
            place, part = _placed(run.split(" "))
            by.setdefault(place, {}).setdefault(part, []).append(run)
        self._whole = by.get((True, True), {})
        self._begins, self._ends = by.get((True, False), {}), by.get((False, True), {})
        self._inside = by.get((False, False), {})
        self._any_begins, self._any_ends = tuple(self._begins), tuple(self._ends)
        self._any_inside = any_of(self._inside)

    def within(self, word: str) -> list[str]:
        """The runs that a word may be part of."""
        found = list(self._whole.get(word, ()))
        if word.endswith(self._any_ends):
            found += [run for part, runs in self._ends.items() if word.endswith(part) for run in runs]
        if word.startswith(self._any_begins):
            found += [run for part, runs in self._begins.items() if word.startswith(part) for run in runs]
        if self._any_inside.search(word):
            found += [run for part, runs in self._inside.items() if part in word for run in runs]
        return found


def any_of(parts: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds any of these; those of one first letter are together, which fails much faster."""
    first: dict[str, list[str]] = {}
    for part in parts:
        first.setdefault(part[0], []).append(re.escape(part[1:]))
    return re.compile("|".join(f"{re.escape(begun)}(?:{'|'.join(rest)})" for begun, rest in first.items()))


def _placed(parts: list[str]) -> tuple[tuple[bool, bool], str]:
    """Whether the longest part of a run begins and ends its word, and the part."""
    at = max(range(len(parts)), key=lambda at: len(parts[at]))
    return (at > 0, at < len(parts) - 1), parts[at]
