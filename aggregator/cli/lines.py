"""Entries as JSON Lines: what `dedupe`, `evaluate` and `explain` read.

A file may be plain or gzip (told by its first bytes), `-` is standard input. A line that cannot be read is
handed on as the sentence that says why, with its number; the lines after it are read on.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, cast

import msgspec

from aggregator.core import urls
from aggregator.core.errors import UsageError
from aggregator.core.model import Entry, Source

_LONGEST = 16 * 1024 * 1024  # bytes a line: more is no entry
_MAGIC = b"\x1f\x8b"
DAMAGED = (OSError, EOFError, zlib.error)  # what reading raises of a gzip file that is cut off or damaged


class Line(msgspec.Struct):
    """One line of the contract's form; everything but `id` and `title` may be missing."""

    id: str | int
    title: str
    text: str = ""
    source: str | None = None
    outlet: str | None = None
    url: str | None = None
    published: str | None = None
    language: str | None = None
    story: str | int | None = None


class Side(msgspec.Struct):
    """One entry of a pair line: it needs no id."""

    title: str
    text: str = ""
    source: str | None = None
    outlet: str | None = None
    url: str | None = None
    published: str | None = None
    language: str | None = None


class Pair(msgspec.Struct):
    """A labelled pair: `same` tells whether the two are copies of one text."""

    case: str
    same: bool
    a: Side
    b: Side
    action: str = ""  # of an editor, where it is one's decision


@contextlib.contextmanager
def opened(file: str | None) -> Iterator[IO[bytes]]:
    """The bytes of a file, of standard input for `-` or None; unpacked where they are gzip."""
    with contextlib.ExitStack() as stack:
        if file is None or file == "-":
            stream = io.BufferedReader(cast(Any, sys.stdin.buffer))
            stack.callback(stream.detach)
        else:
            try:
                stream = stack.enter_context(Path(file).open("rb"))
            except OSError as error:
                raise UsageError(f"{file} can't be read: {error.strerror or error}.") from None
        if stream.peek(2)[:2] == _MAGIC:
            yield stack.enter_context(cast(Any, gzip.GzipFile(fileobj=stream)))
        else:
            yield stream


def read(stream: IO[bytes]) -> Iterator[tuple[int, Line | Pair | str]]:
    """Each line's number with what it holds, or with the sentence that says why it can't be read."""
    number = 0
    try:
        while raw := stream.readline(_LONGEST):
            number += 1
            if len(raw) >= _LONGEST and not raw.endswith(b"\n"):
                _skip(stream)
                yield number, f"longer than {_LONGEST >> 20} MB"
            elif raw.strip():
                yield number, parsed(raw)
    except DAMAGED as error:
        yield number + 1, f"the file can't be read any further: {error}"


def _skip(stream: IO[bytes]) -> None:
    while (rest := stream.readline(_LONGEST)) and not rest.endswith(b"\n"):
        pass


def parsed(raw: bytes) -> Line | Pair | str:
    """What one line holds, or the sentence that says why it can't be read."""
    try:
        held = msgspec.json.decode(raw.lstrip(b"\xef\xbb\xbf"))
        if isinstance(held, dict) and "case" in held and "a" in held:
            return msgspec.convert(held, Pair)
        found = msgspec.convert(held, Line)
        if found.published is not None:
            when(found.published)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return f"not the JSON object of an entry: {error}"
    except ValueError as error:
        return str(error)
    return found


def when(published: str | None) -> float | None:
    """Seconds since 1970 of an RFC 3339 date, UTC where it names no zone; ValueError for anything else."""
    if not published:
        return None
    try:
        found = datetime.fromisoformat(published.upper())  # RFC 3339, 5.6: t and z may be small
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise ValueError(f'"{published}" is no date like 2024-05-01T12:00:00Z') from None


def entry_of(line: Line | Side, guid: str) -> Entry:
    """The entry that a line describes."""
    return Entry(
        guid=guid,
        url=line.url or "",
        title=line.title,
        summary=line.text,
        published=when(line.published),
        language=line.language,
        canonical_url=urls.canonical(line.url) if line.url else "",
    )


def source_of(line: Line | Side, guid: str) -> Source:
    """Its source: without one, an outlet of its own."""
    name = line.source or line.outlet or ""
    return Source(
        id=line.source or f"\0{guid}", url="", name=name, outlet=line.outlet or name, language=line.language
    )
