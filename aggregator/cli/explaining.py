"""`explain`: what its two arguments name, and the lines that tell what was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from aggregator.cli import parts
from aggregator.core import urls
from aggregator.core.errors import UsageError
from aggregator.core.matching.learnt import NOTHING, Learnt, read
from aggregator.core.model import Copy, Entry, Source, Text, Verdict

if TYPE_CHECKING:
    from aggregator.core.matching.fingerprint import Publisher
    from aggregator.store import Store, StoredStory

_AT_ONCE = 500  # stories that are read for one address


class Found(NamedTuple):
    """An entry with who published it; where the system holds it, its story and its copy's record."""

    entry: Entry
    publisher: Publisher
    stored: StoredStory | None = None
    copy: Copy | None = None


def find(names: Sequence[str], config: Path | None) -> tuple[list[Found], Learnt]:
    """The entries that the names mean, files first, the others from the store; and what was learnt there.

    Raises UsageError for a name that means nothing.
    """
    found = {name: _from_file(Path(name)) for name in names if _is_file(name)}
    missing = [name for name in names if name not in found]
    learnt = NOTHING
    if missing:
        more, learnt = _from_store(missing, config)
        found |= more
    return [found[name] for name in names], learnt


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except (OSError, ValueError):  # too long for a name, or a byte that no name has
        return False


def _from_file(path: Path) -> Found:
    from aggregator.cli.lines import DAMAGED, Line, entry_of, opened, parsed, source_of

    with opened(str(path)) as stream:
        try:
            whole = stream.read(16 * 1024 * 1024).strip()
        except DAMAGED as error:
            raise UsageError(f"{path} can't be read: {error}.") from None
    for raw in (whole, whole.partition(b"\n")[0]):  # an object over several lines, or the first of JSON Lines
        line = parsed(raw)
        if isinstance(line, str):
            line = parsed(raw.replace(b"{", b'{"id": "", ', 1))
        if isinstance(line, Line):
            return Found(entry_of(line, str(line.id)), source_of(line, str(line.id)))
    raise UsageError(f"{path} holds no entry: {line}")


def _from_store(names: Sequence[str], config: Path | None) -> tuple[dict[str, Found], Learnt]:
    """Entries that the running system holds, by entry id, story id or address."""

    async def look() -> tuple[dict[str, Found], Learnt]:
        async with parts.store_of(parts.load(config)) as store:
            learnt = await store.stories.learnt()
            found = {name: await _stored(store, name) for name in names}
            return found, NOTHING if learnt is None else read(learnt)

    with parts.loop_runner() as runner:
        return runner.run(look())


async def _stored(store: Store, name: str) -> Found:
    home = await store.stories.where(name) if len(name) == 32 else await _by_address(store, name)
    (held,) = await store.stories.read([home or name], texts=True, verdicts=True)
    for copy in held.copies if held else ():
        if held is not None and _is_named(held, copy, name):
            text = held.texts.get(copy.entry, Text())
            entry = Entry(
                guid=copy.entry,
                url=copy.url,
                title=copy.title,
                summary=text.summary,
                content_html=text.content_html,
                published=copy.published,
                authors=text.authors,
                language=copy.language,
            )
            source = Source(id=copy.source, url="", name=copy.outlet, outlet=copy.outlet)
            return Found(entry, source, held, copy)
    raise UsageError(f"{name} is neither a file nor an entry, a story or an address that the system holds.")


async def _by_address(store: Store, name: str) -> str | None:
    """The story of a copy with this address, however it is written; every story is looked at."""
    homes = [id_ for id_, _ in await store.stories.ids_and_placed()]
    for start in range(len(homes), 0, -_AT_ONCE):  # the newest first
        for held in await store.stories.read(homes[max(start - _AT_ONCE, 0) : start]):
            if held is not None and any(_is_named(held, copy, name) for copy in held.copies):
                return held.story.id
    return None


def _is_named(held: StoredStory, copy: Copy, name: str) -> bool:
    """Does a name mean this copy: its id, its address, or its story's id where it leads?"""
    if name in (copy.entry, copy.url) or (name == held.story.id and copy.entry == held.story.lead):
        return True
    return "/" in name and urls.canonical(copy.url) == urls.canonical(name)


# --- what is told ---------------------------------------------------------------------------------------


def as_json(verdict: Verdict, one: Found, other: Found) -> dict[str, Any]:
    """The verdict, and what the system had decided where it holds both."""
    held: dict[str, Any] = {
        name: getattr(verdict, name) for name in verdict.__struct_fields__ if name != "other"
    }
    held["signals"] = [
        {name: getattr(signal, name) for name in signal.__struct_fields__} for signal in verdict.signals
    ]
    if one.stored is not None and other.stored is not None:
        held["grouped"] = {
            "stories": [one.stored.story.id, other.stored.story.id],
            "related": dict(one.stored.story.related).get(other.stored.story.id),
            "reasons": [found.copy.reason for found in (one, other) if found.copy],
        }
    return held


def told(verdict: Verdict, one: Found, other: Found) -> Iterator[str]:
    """The same as lines for a person."""
    yield f"A  {one.entry.title}"
    yield f"B  {other.entry.title}"
    yield f"{'one story' if verdict.same else 'not one story'}: {verdict.reason} (score {verdict.score:.2f})"
    for signal in verdict.signals:
        reached = "yes" if signal.passed else "no"
        yield f"  {signal.name:<12} {signal.value:>8.2f}  needs {signal.threshold:<6g} {reached}"
    yield f"  vetoes checked: {', '.join(verdict.vetoes)}; forbidden by: {verdict.vetoed_by or 'none'}"
    yield f"  longest shared phrase: {verdict.phrase or 'none'}"
    if one.stored is not None and other.stored is not None:
        yield from _decided(one, other)


def _decided(one: Found, other: Found) -> Iterator[str]:
    """How the system has grouped two entries that it holds, and what each was joined by."""
    if one.stored is None or other.stored is None:
        return
    mine, theirs = one.stored.story, other.stored.story
    if mine.id == theirs.id:
        yield f"as grouped: one story, {mine.id}"
        for letter, found in (("A", one), ("B", other)):
            yield f"  {letter} {_joined(found)}"
        return
    score = dict(mine.related).get(theirs.id)
    linked = "not linked" if score is None else f"linked as one event (score {score:.2f})"
    yield f"as grouped: two stories, {mine.id} and {theirs.id}, {linked}"
    pair = {one.entry.guid, other.entry.guid}
    for doubt in (*one.stored.almost, *other.stored.almost):
        if {doubt.entry, doubt.verdict.other} == pair:
            yield f"  when they were compared: {doubt.verdict.reason} (score {doubt.verdict.score:.2f})"
            return


def _joined(found: Found) -> str:
    if found.copy is None or found.stored is None or found.copy.verdict is None:
        return f"is the {found.copy.reason}" if found.copy else ""
    match = next((copy for copy in found.stored.copies if copy.entry == found.copy.verdict.other), None)
    outlet = match.outlet if match else "a copy that left"
    return f"joined by {outlet} ({found.copy.verdict.other}): {found.copy.reason}"
