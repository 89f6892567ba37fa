"""What the pages for people show of a story, worked out: templates only lay it out.

A row depends on its story, on the stories related to it and on what has just been growing, never on who asks
or when; so it is rendered once and kept until one of them changes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from operator import is_

import msgspec

from aggregator.core import render
from aggregator.core.model import Copy, Story
from aggregator.store import StoredStory
from aggregator.web.words import Piece, differing

MOST_COPIES = 5  # in an open row; the story's own page has them all
MOST_OUTLETS = 5  # named in a row; the rest are in the open row
MOST_RELATED = 5
HEADLINE = 300  # characters of a headline in a row
NAME = 60  # characters of an outlet's or an agency's name, and twice as many of a reason
SUMMARY = 170  # characters of a summary in a row: two lines
GROWING = 600.0  # seconds back from the last change of all
GROWN = 3  # copies within them that are worth a word
KEPT = 1_000  # rendered rows


class Line(msgspec.Struct, frozen=True):
    """A copy in the table of a story."""

    entry: str
    outlet: str
    url: str | None
    pieces: tuple[Piece, ...]  # its headline, with what differs from the lead's
    language: str | None
    seen: float
    lag: str  # after the story's first copy
    score: str
    reason: str


class Other(msgspec.Struct, frozen=True):
    """Another text of the same event."""

    id: str
    title: str
    language: str | None
    outlets: int


class Row(msgspec.Struct, frozen=True):
    """A story in a list."""

    id: str
    title: str
    url: str | None
    language: str | None
    summary: str
    image: str | None
    outlet: str
    agency: str | None
    seen: float
    status: str
    badges: tuple[str, ...]  # in words
    carriers: tuple[tuple[str, str | None], ...]  # outlets, the lead's first, with the address of their copy
    lines: tuple[Line, ...]
    related: tuple[Other, ...] = ()
    texts: int = 1  # of the event
    sources: int = 1  # outlets that tell of the event

    @property
    def named(self) -> tuple[tuple[str, str | None], ...]:
        """The outlets that a row names after the lead's."""
        return self.carriers[1 : MOST_OUTLETS + 1]

    @property
    def unnamed(self) -> int:
        """How many outlets the row does not name."""
        return max(0, len(self.carriers) - 1 - MOST_OUTLETS)

    @property
    def shown(self) -> tuple[Line, ...]:
        """The copies in the open row."""
        return self.lines[:MOST_COPIES]

    @property
    def carried(self) -> str:
        """`12 outlets, one text`: copies of one text are no confirmation of each other."""
        count = len(self.carriers)
        return "1 outlet" if count == 1 else f"{count} outlets, one text"


def row(stored: StoredStory, related: Mapping[str, StoredStory], now: float) -> Row:
    """A story as a list shows it; `now` is when anything last changed (it decides what is growing)."""
    copies, story = render.ordered(stored), stored.story
    lead = copies[0]
    text = stored.texts.get(lead.entry)
    others = [related[name] for name, _ in story.related if name in related]
    carriers = _carriers(copies)
    event = set(render.outlets(copies)).union(*(render.outlets(other.copies) for other in others))
    return Row(
        id=story.id,
        title=cut(lead.title, HEADLINE) or "(no headline)",
        url=render.web_address(lead.url),
        language=lead.language,
        summary=cut(text.summary, SUMMARY) if text else "",
        image=render.web_address(text.image) if text else None,
        outlet=cut(lead.outlet, NAME),
        agency=cut(story.agency, NAME) if story.agency else None,
        seen=story.first_seen,
        status=story.status,
        badges=badges(story, copies, now),
        carriers=carriers,
        lines=tuple(line(story, lead, copy) for copy in copies),
        related=tuple(_other(other) for other in others[:MOST_RELATED]),
        texts=1 + len(others),
        sources=len(event),
    )


def line(story: Story, lead: Copy, copy: Copy) -> Line:
    """A copy of a story, beside the one that is shown."""
    shown, title = cut(lead.title, HEADLINE), cut(copy.title, HEADLINE) or "(no headline)"
    return Line(
        entry=copy.entry,
        outlet=cut(copy.outlet, NAME),
        url=render.web_address(copy.url),
        pieces=((title, False),) if title == shown else differing(shown, title),
        language=copy.language,
        seen=copy.first_seen,
        lag=lag(copy.first_seen - story.first_seen),
        score=f"{copy.score:.2f}",
        reason=cut(copy.reason, 2 * NAME),
    )


def badges(story: Story, copies: Sequence[Copy], now: float) -> tuple[str, ...]:
    """What happened to a story, in words."""
    found: list[str] = [] if story.status == "usable" else [story.status]
    if texts := max((len(copy.seen_hashes) for copy in copies if copy.entry == story.lead), default=0):
        found.append(f"updated ({texts})")
    if (new := grown(story, copies, now)) >= GROWN:
        found.append(f"growing: +{new} in 10 min")
    return tuple(found)


def grown(story: Story, copies: Sequence[Copy], now: float) -> int:
    """How many copies came within the last ten minutes, beside the one that founded the story."""
    return sum(1 for copy in copies if copy.entry != story.id and now - copy.first_seen < GROWING)


def lag(seconds: float) -> str:
    """How much later than the first: `+8 s`, `+4 min`, `+3 h`."""
    if seconds < 59.5:
        return "first" if seconds <= 0 else f"+{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"+{minutes} min" if minutes < 120 else f"+{round(minutes / 60)} h"


def cut(text: str, most: int) -> str:
    """The beginning of a text, at the end of a word, with an ellipsis where something was left out."""
    if len(text) <= most:
        return text
    kept = text[:most].rsplit(None, 1)[0] if " " in text[most // 2 : most] else text[:most]
    return f"{kept}…"


def _other(stored: StoredStory) -> Other:
    lead = render.ordered(stored)[0]
    title = cut(lead.title, HEADLINE) or "(no headline)"
    return Other(stored.story.id, title, lead.language, len(render.outlets(stored.copies)))


def _carriers(copies: Sequence[Copy]) -> tuple[tuple[str, str | None], ...]:
    """Every outlet once, with the address of its first copy."""
    first: dict[str, str | None] = {}
    for copy in copies:
        first.setdefault(cut(copy.outlet, NAME), render.web_address(copy.url))
    return tuple(first.items())


class Rows:
    """Rendered rows, kept until what they show is read anew: most of a page stays as it was."""

    def __init__(self, write: Callable[[Row], str]) -> None:
        self._write = write
        self._kept: OrderedDict[str, tuple[tuple[StoredStory | None, ...], int, str]] = OrderedDict()

    def html(self, stored: StoredStory, related: Mapping[str, StoredStory], now: float) -> str:
        """The story's row."""
        basis = (stored, *(related.get(name) for name, _ in stored.story.related))
        growth = grown(stored.story, stored.copies, now)
        kept = self._kept.get(stored.story.id)
        if kept and kept[1] == growth and len(kept[0]) == len(basis) and all(map(is_, kept[0], basis)):
            return kept[2]
        made = self._write(row(stored, related, now))
        self._kept[stored.story.id] = basis, growth, made
        self._kept.move_to_end(stored.story.id)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return made

    def forget(self, story: str) -> None:
        """The row is made anew when it is next wanted."""
        self._kept.pop(story, None)
