"""What the copies of a story changed in their texts, as differences of words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import msgspec

from aggregator.core.markup import plain
from aggregator.core.model import Copy, Text
from aggregator.web.words import Edit, edits

MOST = 12  # revisions on a page, the newest
LONGEST = 4_000  # characters of a text that are compared


class Revision(msgspec.Struct, frozen=True):
    """What a copy changed, and when; a part that stayed as it was is empty."""

    outlet: str
    at: float
    title: tuple[Edit, ...]
    text: tuple[Edit, ...]


def revisions(
    copies: Sequence[Copy], texts: Mapping[str, Text], before: Mapping[str, Sequence[tuple[Copy, Text]]]
) -> list[Revision]:
    """A story's revisions, the newest first; `before` is what its copies said earlier, the oldest first."""
    steps = [
        (old, new)
        for copy in copies
        if copy.entry in before
        for old, new in pairwise([*before[copy.entry], (copy, texts.get(copy.entry) or Text())])
    ]
    steps.sort(key=lambda step: _moment(step[1][0]), reverse=True)
    found = (_revision(*step) for step in steps)
    return [one for one in found if one.title or one.text][:MOST]


def _revision(old: tuple[Copy, Text], new: tuple[Copy, Text]) -> Revision:
    return Revision(
        new[0].outlet,
        _moment(new[0]),
        _changed(old[0].title, new[0].title),
        _changed(_said(old[1]), _said(new[1])),
    )


def _changed(before: str, after: str) -> tuple[Edit, ...]:
    return () if before == after else edits(before, after)


def _moment(copy: Copy) -> float:
    return copy.revised if copy.revised is not None else copy.first_seen


def _said(text: Text) -> str:
    return plain(text.content_html or text.summary, LONGEST)
