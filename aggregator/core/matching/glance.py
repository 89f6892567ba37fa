"""What a text can hold at all, by its words: dear patterns are looked for only where one of theirs stands.

What stands between two blanks is mostly seen again soon, so the answer of a word is remembered: a look at a
text costs one look-up a word, however many patterns ask. An answer may be yes too often, never too seldom.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

_BOUND = 40_000  # words remembered
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
        placed = [_placed(run.split(" "), run) for run in runs]
        self._inside, self._begins, self._ends, self._whole = (
            [(part, run) for place, part, run in placed if place == wanted]
            for wanted in ((False, False), (True, False), (False, True), (True, True))
        )
        self._any_inside = re.compile("|".join(re.escape(part) for part, _ in self._inside) or "(?!)")
        self._any_begins = tuple(part for part, _ in self._begins)
        self._any_ends = tuple(part for part, _ in self._ends)

    def within(self, word: str) -> tuple[str, ...]:
        """The runs that a word may be part of."""
        found = [run for part, run in self._whole if part == word]
        if word.endswith(self._any_ends):
            found += [run for part, run in self._ends if word.endswith(part)]
        if word.startswith(self._any_begins):
            found += [run for part, run in self._begins if word.startswith(part)]
        if self._any_inside.search(word):
            found += [run for part, run in self._inside if part in word]
        return tuple(found)


def _placed(parts: list[str], run: str) -> tuple[tuple[bool, bool], str, str]:
    """Whether the longest part of a run begins and ends its word, and the part."""
    at = max(range(len(parts)), key=lambda at: len(parts[at]))
    return (at > 0, at < len(parts) - 1), parts[at], run
