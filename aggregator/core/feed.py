"""Which stories belong to a feed.

Values of one field of a filter are alternatives (OR), different fields must all hold (AND), and a story
passes a field if any of its copies does. All of it is decided from `Facts`, which are small enough to keep
for every living story.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TypeAlias

import msgspec

from aggregator.core.model import Copy, Story, Text
from aggregator.core.words import searchable, terms

# --- what is known of a story -------------------------------------------------------------------------


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What filters and orders ask about a story. All values are lower case."""

    placed: float
    outlets: int  # distinct ones
    categories: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()  # each with its shorter forms: "en-gb" and "en"
    agencies: tuple[str, ...] = ()
    text: str = ""  # titles and summaries in the form of `searchable`
    shown: bool = True  # False: withdrawn, so in no feed
    first: str = ""  # the source that had it first


def facts(story: Story, copies: Sequence[Copy], texts: dict[str, Text]) -> Facts:
    """The facts of a story with all its copies; a summary that is not in `texts` is not searched."""
    agencies = {copy.agency.lower() for copy in copies if copy.agency}
    return Facts(
        placed=story.placed,
        outlets=len({copy.outlet for copy in copies}),
        categories=_shared(tuple(sorted({name.lower() for copy in copies for name in copy.categories}))),
        sources=_shared(tuple(sorted({copy.source for copy in copies}))),
        languages=_shared(tuple(sorted({form for copy in copies for form in _forms(copy.language)}))),
        agencies=_shared(tuple(sorted(agencies | ({story.agency.lower()} if story.agency else set())))),
        text=searchable(_said(copies, texts)),
        shown=story.status != "withdrawn",
        first=min(copies, key=lambda copy: copy.first_seen).source if copies else "",
    )


@lru_cache(maxsize=20_000)
def _shared(values: tuple[str, ...]) -> tuple[str, ...]:
    """Equal values, once in memory: most stories have those of thousands of others."""
    return values


def _said(copies: Sequence[Copy], texts: dict[str, Text]) -> Iterable[str]:
    for copy in copies:
        yield copy.title
        text = texts.get(copy.entry)
        if text is not None and text.summary:
            yield text.summary


def _forms(language: str | None) -> Iterable[str]:
    """A language tag and what it begins with, so that `en` finds `en-GB` (RFC 4647, basic filtering)."""
    parts = (language or "").lower().replace("_", "-").split("-")
    for length in range(1, len(parts) + 1):
        if parts[0]:
            yield "-".join(parts[:length])


# --- filtering ----------------------------------------------------------------------------------------


class Filter(msgspec.Struct, frozen=True):
    """What a story must be like. Empty fields ask for nothing; it must match no field of `excluded`."""

    categories: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    q: str = ""
    min_sources: int = 1
    since: float | None = None  # placed then or later
    excluded: Filter | None = None
    never: bool = False  # matches nothing: a view that does not exist

    def matches(self, story: Facts) -> bool:
        """Whether the story passes; for many stories compile `matcher` once."""
        return matcher((self,))(story)


Test: TypeAlias = Callable[[Facts], bool]


def matcher(filters: Iterable[Filter], *, withdrawn: bool = False) -> Test:
    """One function that says whether a story passes all filters; the cheap tests come first.

    Withdrawn stories pass only with `withdrawn`.
    """
    tests = tuple(test for one in filters for test in _tests(one))

    def matches(story: Facts) -> bool:
        for test in tests:  # a plain loop: all() over a generator takes twice as long
            if not test(story):
                return False
        return withdrawn or story.shown

    return matches


def _tests(wanted: Filter) -> Iterable[Test]:
    if wanted.never:
        yield lambda _: False
    if wanted.min_sources > 1:
        yield lambda story: story.outlets >= wanted.min_sources
    if wanted.since is not None:
        since = wanted.since
        yield lambda story: story.placed >= since
    yield from _memberships(wanted)
    if wanted.q:
        sought = terms(wanted.q)
        yield lambda story: bool(sought) and all(term in story.text for term in sought)
    if wanted.excluded is not None:
        refused = tuple(_tests(wanted.excluded))
        yield lambda story: not any(test(story) for test in refused)


def _memberships(wanted: Filter) -> Iterable[Test]:
    """Tests that one of the wanted values is among the story's."""
    if wanted.categories:
        categories = _lowered(wanted.categories)
        yield lambda story: not categories.isdisjoint(story.categories)
    if wanted.sources:
        sources = _lowered(wanted.sources)
        yield lambda story: not sources.isdisjoint(story.sources)
    if wanted.languages:
        languages = _lowered(wanted.languages)
        yield lambda story: not languages.isdisjoint(story.languages)
    if wanted.agencies:
        agencies = _lowered(wanted.agencies)
        yield lambda story: not agencies.isdisjoint(story.agencies)


def _lowered(values: Sequence[str]) -> frozenset[str]:
    return frozenset(value.lower() for value in values)
