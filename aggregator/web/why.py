"""Why a story is one: the longest phrase that each copy shares, and what almost joined it."""

from __future__ import annotations

import asyncio

from msgspec.structs import replace

from aggregator.core.matching.explain import shared
from aggregator.core.model import Copy, Text
from aggregator.core.render import Almost, ordered
from aggregator.store import Store, StoredStory

PHRASES = 50  # copies whose longest shared phrase is looked for: it takes a while


async def with_phrases(stored: StoredStory) -> StoredStory:
    """The same story, whose copies' verdicts tell the longest phrase that they share with their match.

    It is read with the verdicts and all texts. The texts are those of now: what was compared may have been
    revised since.
    """
    return await asyncio.to_thread(_with_phrases, stored)


def _with_phrases(stored: StoredStory) -> StoredStory:
    titles = {copy.entry: copy.title for copy in stored.copies}

    def told(copy: Copy) -> Copy:
        verdict = copy.verdict
        if verdict is None or verdict.phrase or verdict.other not in titles:
            return copy
        words = (stored.texts.get(entry, Text()) for entry in (copy.entry, verdict.other))
        phrase = shared(copy.title, titles[verdict.other], *words)
        return replace(copy, verdict=replace(verdict, phrase=phrase))

    copies = [told(copy) if at < PHRASES else copy for at, copy in enumerate(ordered(stored))]
    return replace(stored, copies=tuple(copies))


async def almost(store: Store, stored: StoredStory) -> list[Almost]:
    """What almost joined a story that was read with its verdicts, the newest first, but what is gone."""
    own = {copy.entry for copy in stored.copies}
    others = [doubt.verdict.other if doubt.entry in own else doubt.entry for doubt in stored.almost]
    homes = [await store.stories.where(other) for other in others]
    read = await store.stories.read([home or "" for home in homes]) if homes else []
    found = []
    for doubt, other, home in zip(stored.almost, others, read, strict=True):
        copy = next((copy for copy in home.copies if copy.entry == other), None) if home else None
        if home is not None and copy is not None:
            mine = doubt.entry if doubt.entry in own else doubt.verdict.other
            found.append(Almost(mine, copy, home.story.id, doubt.verdict))
    return found
