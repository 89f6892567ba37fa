"""Where two texts differ, word by word: what a page marks in a copy's headline, and in a revision.

Words are compared without regard to case; scripts written without spaces are compared by the character.
"""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Literal, TypeAlias

Piece: TypeAlias = tuple[str, bool]  # text, and whether it is in no other
Edit: TypeAlias = tuple[Literal["same", "ins", "del"], str]

MOST = 400  # words of a text that are compared: the time of a diff grows with the square
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(
    rf"\d+(?:[.,:]\d+)+|[{_UNSPACED}]|[^\W{_UNSPACED}]+(?:['’][^\W{_UNSPACED}]+)*|\s+|[^\w\s]|.", re.DOTALL
)


@lru_cache(maxsize=4_096)
def differing(shown: str, other: str) -> tuple[Piece, ...]:
    """The other headline in pieces; those that the shown one does not have are marked.

    Nothing is marked where they share no word: then all of it is another headline, and marks shout.
    """
    ours, theirs = _TOKEN.findall(shown), _TOKEN.findall(other)
    known = Counter(word.casefold() for word in ours)
    fresh = [_is_fresh(word, known) for word in theirs]
    shared = any(not new and word[0].isalnum() for new, word in zip(fresh, theirs, strict=True))
    return _joined(theirs, fresh) if shared and any(fresh) else ((other, False),)


def _is_fresh(word: str, known: Counter[str]) -> bool:
    """Whether a word has no like any more; takes the like away, so that a second one is new."""
    if not word[0].isalnum():
        return False
    folded = word.casefold()
    if known[folded] > 0:
        known[folded] -= 1
        return False
    return True


def _joined(words: list[str], fresh: list[bool]) -> tuple[Piece, ...]:
    """Neighbours of one kind as one piece; a space between two marked words is marked with them."""
    fresh = list(fresh)
    for at in range(1, len(words) - 1):
        if words[at].isspace() and fresh[at - 1] and fresh[at + 1]:
            fresh[at] = True
    pieces: list[Piece] = []
    for word, new in zip(words, fresh, strict=True):
        if pieces and pieces[-1][1] == new:
            pieces[-1] = (pieces[-1][0] + word, new)
        else:
            pieces.append((word, new))
    return tuple(pieces)


def edits(before: str, after: str) -> tuple[Edit, ...]:
    """What was taken out of a text and put in, in reading order; of longer texts, the first `MOST` words."""
    old, new = _TOKEN.findall(before)[:MOST], _TOKEN.findall(after)[:MOST]
    found: list[Edit] = []
    taken, put = "", ""
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        out, into = "".join(old[a:b]), "".join(new[c:d])
        if kind == "equal" and (out.strip() or not (taken or put)):
            found += _change(taken, put)
            found.append(("same", out))
            taken, put = "", ""
        else:  # spaces between two changes belong to both: one change reads better than many
            taken, put = taken + out, put + into
    return (*found, *_change(taken, put))


def _change(taken: str, put: str) -> list[Edit]:
    return [edit for edit in (("del", taken), ("ins", put)) if edit[1]]
