"""Stories, their copies and texts; written by the grouper alone, one script a batch, read by anyone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import islice
from typing import Final

import msgspec

from aggregator.core.model import Change, Copy, Doubt, Fingerprint, Record, Story, Text
from aggregator.core.order import Ruling
from aggregator.store import keys
from aggregator.store.link import Argument
from aggregator.store.room import Room

CHANGES_KEPT: Final = 500_000
RETENTION: Final = 7 * 86_400.0
CHUNK: Final = 1_000  # stories of one read


class StoryWrites(Record, frozen=True):
    """What a batch writes; written in this order, so that an entry can leave one story and join another.

    `removed` are (story, entry): copies that left. `copies` are (story, copy, fingerprint, text), where None
    leaves what is stored. `redirects` are (gone, into), `expired` stories go with all their copies, `entries`
    are (entry, story) for entries that are no copies. Redirects and entries are kept for the retention.
    `doubts` are close decisions, each with the stories that tell of it: those that it kept apart.
    """

    removed: tuple[tuple[str, str], ...] = ()
    stories: tuple[Story, ...] = ()
    copies: tuple[tuple[str, Copy, Fingerprint | None, Text | None], ...] = ()
    redirects: tuple[tuple[str, str], ...] = ()
    expired: tuple[str, ...] = ()
    entries: tuple[tuple[str, str], ...] = ()
    doubts: tuple[tuple[Doubt, tuple[str, ...]], ...] = ()
    rulings: tuple[Ruling, ...] = ()


class Commit(Record, frozen=True):
    """A batch of the grouper's decisions. `number` is its lease's; `position` "" leaves the inbox's."""

    number: int
    position: str
    at: float
    writes: StoryWrites = StoryWrites()
    changes: tuple[Change, ...] = ()  # their numbers are given by the store
    learnt: bytes | None = None
    keep: float = RETENTION  # seconds that redirects and entries are kept


class StoredStory(Record, frozen=True):
    """A story as it is read: its copies in the order in which they were first seen, texts by entry id."""

    story: Story
    copies: tuple[Copy, ...]
    texts: dict[str, Text]
    almost: tuple[Doubt, ...] = ()  # what almost joined it, the newest first; read with the verdicts


class Stories(Room):
    """The stories that live."""

    async def commit(self, commit: Commit) -> int:
        """Writes a batch as one step and moves the inbox position; the number of the last change.

        Raises LeaseLost where another holds the lease. The same commit again changes nothing, so that it can
        be repeated after StoreAway.
        """
        body: list[Argument] = list(_written(commit))
        learnt = b"" if commit.learnt is None else b"+" + commit.learnt
        identity = _identity(commit, learnt, body)
        head = (commit.number, commit.position, identity, max(1, int(commit.keep)), CHANGES_KEPT, learnt)
        return int(await self._link.run("commit", keys.STORE, *head, *body))

    async def load(self) -> AsyncIterator[tuple[Story, list[tuple[Copy, Fingerprint]]]]:
        """Every live story with its copies and their fingerprints, oldest `placed` first; without verdicts.

        A copy that is committed without a verdict keeps the one that is stored.
        """
        ids = await self._link.command("ZRANGE", keys.PLACED, 0, -1)
        reading = asyncio.ensure_future(self._records(ids[:CHUNK]))
        try:
            for start in range(CHUNK, len(ids) + CHUNK, CHUNK):
                stories, entries, found = await reading
                reading = asyncio.ensure_future(self._records(ids[start : start + CHUNK]))
                await asyncio.sleep(0)  # it is sent, and Redis reads while we unpack
                copies = map(keys.unpack_copy_and_fingerprint, entries, found)
                for story in stories:
                    yield story, [pair for pair in islice(copies, len(story.copies)) if pair]
        finally:
            reading.cancel()
            await asyncio.wait([reading])

    async def homes(self, entries: Sequence[str]) -> list[str]:
        """The story that each entry is a copy of, "" where it is none: sixteen bytes of what is stored."""
        words = [("GETRANGE", keys.COPY + entry.encode(), 1, 16) for entry in entries]
        return [raw.hex() for raw in await self._link.commands(words)]

    async def shapes(self, ids: Sequence[str]) -> list[tuple[Story, list[tuple[Copy, Fingerprint]]]]:
        """Some live stories as `load` gives all; those that are none are left out."""
        stories, entries, found = await self._records([id_.encode() for id_ in ids])
        copies = map(keys.unpack_copy_and_fingerprint, entries, found)
        return [(story, [pair for pair in islice(copies, len(story.copies)) if pair]) for story in stories]

    async def _records(self, ids: Sequence[bytes]) -> tuple[list[Story], list[str], list[bytes | None]]:
        """Stories, the ids of their copies in the same order, and what is stored of each copy."""
        packed = await self._mget(keys.STORY, ids)
        stories = [
            keys.unpack_story(id_.decode(), data) for id_, data in zip(ids, packed, strict=True) if data
        ]
        entries = [entry for story in stories for entry in story.copies]
        return stories, entries, await self._mget(keys.COPY, [entry.encode() for entry in entries])

    async def read(
        self, ids: Sequence[str], *, texts: bool = False, verdicts: bool = False
    ) -> list[StoredStory | None]:
        """Stories by id, None where there is none; with the lead's text, or with every copy's.

        Copies come without their verdicts unless asked for. Three round trips, however many stories; a copy
        that left meanwhile is left out.
        """
        stories = await self._stories(ids)
        entries = [entry for story in stories if story for entry in story.copies]
        leads = [story.lead for story in stories if story]
        copies = await self._found(keys.COPY, entries)
        words = await self._found(keys.TEXT, entries if texts or verdicts else leads)
        shown = set(entries if texts else leads)
        found = [
            None if story is None else _stored(story, copies, words, shown, verdicts=verdicts)
            for story in stories
        ]
        return await self._with_doubts(found) if verdicts else found

    async def before(self, entries: Sequence[str]) -> dict[str, list[tuple[Copy, Text]]]:
        """What copies said before they were revised, the oldest first; at most four revisions of each."""
        kept = await self._link.commands(
            [("LRANGE", keys.BEFORE + entry.encode(), 0, -1) for entry in entries]
        )
        return {
            entry: [keys.unpack_before(entry, data) for data in reversed(found)]
            for entry, found in zip(entries, kept, strict=True)
            if found
        }

    async def _with_doubts(self, found: Sequence[StoredStory | None]) -> list[StoredStory | None]:
        """The same stories with what almost joined them, where that was not joined since."""
        told = await self._link.commands(
            [("LRANGE", keys.DOUBTS + stored.story.id.encode(), 0, -1) for stored in found if stored]
        )
        doubts = iter(told)
        return [
            msgspec.structs.replace(stored, almost=_apart(stored, map(keys.unpack_doubt, next(doubts))))
            if stored
            else None
            for stored in found
        ]

    async def _stories(self, ids: Sequence[str]) -> list[Story | None]:
        packed = await self._found(keys.STORY, ids)
        return [keys.unpack_story(id_, packed[id_]) if id_ in packed else None for id_ in ids]

    async def _found(self, kind: bytes, ids: Sequence[str]) -> dict[str, bytes]:
        """What is stored of these ids; what is not is left out."""
        found = await self._mget(kind, [id_.encode() for id_ in ids])
        return {id_: data for id_, data in zip(ids, found, strict=True) if data is not None}

    async def where(self, id_: str) -> str | None:
        """The live story that an entry or story id leads to, redirects followed."""
        return await self._where(id_, "")

    async def redirect(self, id_: str) -> str | None:
        """The story that this one was merged into, to the end of the chain; None where it was not."""
        return await self._where(id_, "1")

    async def _where(self, id_: str, only_redirects: str) -> str | None:
        found = await self._link.run("where", keys.STORE, id_, only_redirects)
        return None if found is None else str(found, "ascii")

    async def newest(self, limit: int, before: tuple[float, str] | None = None) -> list[str]:
        """Ids of live stories after `before`: newest `placed` first, by falling id where equal."""
        if before is None:
            return [id_.decode() for id_ in await self._link.command("ZREVRANGE", keys.PLACED, 0, limit - 1)]
        placed, last = repr(float(before[0])), before[1].encode()
        same, older = await self._link.commands(
            [
                ("ZREVRANGEBYSCORE", keys.PLACED, placed, placed),
                ("ZREVRANGEBYSCORE", keys.PLACED, f"({placed}", "-inf", "LIMIT", 0, limit),
            ]
        )
        return [id_.decode() for id_ in [*(id_ for id_ in same if id_ < last), *older][:limit]]

    async def ids_and_placed(self) -> list[tuple[str, float]]:
        """Every live story's id and `placed`, oldest first."""
        answer = await self._link.command("ZRANGE", keys.PLACED, 0, -1, "WITHSCORES")
        pairs = zip(answer[::2], answer[1::2], strict=True)
        return [(id_.decode(), float(placed)) for id_, placed in pairs]

    async def learnt(self) -> bytes | None:
        """What the grouper has learnt, as it packed it."""
        data = await self._link.command("GET", keys.LEARNT)
        return None if data is None else bytes(data)

    async def learnt_number(self) -> int:
        """How often what was learnt has changed: read it anew when this grows."""
        return int(await self._link.command("HGET", keys.LEAD, "learnt") or 0)

    async def _mget(self, kind: bytes, ids: Sequence[bytes]) -> list[bytes | None]:
        if not ids:
            return []
        return list(await self._link.command("MGET", *[kind + id_ for id_ in ids]))


def _written(commit: Commit) -> Iterator[Argument]:
    """The lists that the script reads, each begun by its count."""
    writes = commit.writes
    yield len(writes.removed)
    for story, entry in writes.removed:
        yield from (entry, bytes.fromhex(story))
    yield len(writes.stories)
    for record in writes.stories:
        yield from (record.id, repr(float(record.placed)), keys.pack_story(record))
    yield len(writes.copies)
    for story, copy, fingerprint, text in writes.copies:
        yield from (copy.entry, keys.pack_copy(story, copy))
        yield b"" if fingerprint is None else b"+" + keys.pack_fingerprint(fingerprint)
        yield b"" if text is None else b"+" + keys.pack_text(text)
        yield b"" if copy.verdict is None else b"+" + keys.pack_verdict(copy.verdict)
    yield len(writes.redirects)
    for redirect in writes.redirects:
        yield from redirect
    yield len(writes.expired)
    yield from writes.expired
    yield len(writes.entries)
    for pair in writes.entries:
        yield from pair
    yield len(commit.changes)
    yield from map(keys.pack_change, commit.changes)
    yield len(writes.doubts)
    for doubt, tellers in writes.doubts:
        yield from (keys.doubt_id(doubt), repr(float(doubt.at)), int(doubt.look), keys.pack_doubt(doubt))
        yield len(tellers)
        yield from tellers
    yield len(writes.rulings)
    for ruling in writes.rulings:
        yield from (ruling.order.id, int(ruling.is_open), keys.pack_ruling(ruling))


def _identity(commit: Commit, learnt: bytes, body: list[Argument]) -> bytes:
    """A hash over all that a commit says, by which the store knows it again."""
    digest = blake2b(
        f"{commit.number} {commit.position} {commit.at!r} {len(learnt)}".encode(), digest_size=16
    )
    digest.update(learnt)
    for word in body:
        data = word if isinstance(word, bytes) else str(word).encode()
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.digest()


def _apart(stored: StoredStory, doubts: Iterable[Doubt]) -> tuple[Doubt, ...]:
    """Those doubts of a story that still stand between one of its copies and another story's."""
    own = {copy.entry for copy in stored.copies}
    return tuple(doubt for doubt in doubts if (doubt.entry in own) != (doubt.verdict.other in own))


def _stored(
    story: Story, packed: dict[str, bytes], texts: dict[str, bytes], shown: set[str], *, verdicts: bool
) -> StoredStory:
    copies = []
    for entry in story.copies:
        if entry in packed:
            copy = keys.unpack_copy(entry, packed[entry])
            why = keys.unpack_verdict(texts[entry]) if verdicts and entry in texts else None
            copies.append(copy if why is None else msgspec.structs.replace(copy, verdict=why))
    words = {
        entry: keys.unpack_text(texts[entry]) for entry in story.copies if entry in shown and entry in texts
    }
    return StoredStory(story, tuple(copies), words)
