"""Two texts laid side by side, word by word: what one has in the place of what the other has."""

from __future__ import annotations

from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from aggregator.core.matching.text import read
from aggregator.core.model import Fingerprint


class Edit(NamedTuple):
    """A few words of one text in the place of a few of another, as hashes; either side may be empty."""

    mine: list[int]
    theirs: list[int]


def text(made: Fingerprint) -> list[int]:
    """The words of an entry's text, as hashes, in their order."""
    title = made.headline.count(" ") + 1 if made.headline else 0
    found: list[int] = read(made.tokens)[title:].tolist()
    return found


def edits(mine: list[int], theirs: list[int], most: int) -> list[Edit]:
    """What differs between two texts within what they share, each of at most so many words on either side.

    Not what the one has before the other begins, nor what it has behind where the other was cut.
    """
    found = []
    start = done = 0  # where what differs began
    for step in Levenshtein.opcodes(mine, theirs):
        if step.tag != "equal":
            continue
        edit = Edit(mine[start : step.src_start], theirs[done : step.dest_start])
        began = not start and not done
        if max(map(len, edit)) <= most and (all(edit) if began else any(edit)):
            found.append(edit)
        start, done = step.src_end, step.dest_end
    return found


def changes(mine: list[str], theirs: list[str]) -> list[tuple[list[str], list[str]]]:
    """What differs between two titles: words for words, words for none, none for words."""
    found = []
    start = done = 0
    for step in [*Levenshtein.opcodes(mine, theirs), None]:
        if step is not None and step.tag != "equal":
            continue
        end, stop = (step.src_start, step.dest_start) if step else (len(mine), len(theirs))
        if end > start or stop > done:
            found.append((mine[start:end], theirs[done:stop]))
        if step is not None:
            start, done = step.src_end, step.dest_end
    return found
