"""What a source's feed held when it was last read: enough to tell what is new without parsing the rest.

Sixteen bytes an entry: five of its guid's hash, five of its content's, six of the mark of its bytes in the
document (`parse.pieces`; zeros where there was none). The table is a cache of what the grouper knows: where
two hashes collide, or the table is lost, an entry is handed in again and dropped there. Only two marks of one
feed that collide would hide an entry: once in 2^48 pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

VERSION = b"\x02"
GUID, CONTENT, MARK = 5, 5, 6
SIZE = GUID + CONTENT + MARK
NO_MARK = bytes(MARK)
MOST = 1000  # rows of a table that grows without its feed saying what left it


class Table:
    """The rows of a packed table, found by guid and by mark."""

    __slots__ = ("contents", "rows")

    def __init__(self, packed: bytes = b"") -> None:
        """Reads `packed`; a table of another version is empty, so that everything is handed in again."""
        self.contents: dict[bytes, bytes] = {}
        self.rows: dict[bytes, bytes] = {}
        if packed[:1] != VERSION:
            return
        for at in range(1, len(packed) - SIZE + 1, SIZE):
            row = packed[at : at + SIZE]
            self.contents[row[:GUID]] = row[GUID : GUID + CONTENT]
            if row[-MARK:] != NO_MARK:
                self.rows[row[-MARK:]] = row

    def content(self, entry: str) -> bytes | None:
        """The hash of what an entry (by its id) last said; None where it was not in the feed."""
        return self.contents.get(bytes.fromhex(entry[: 2 * GUID]))

    def unseen(self, marks: Sequence[bytes]) -> list[int]:
        """Which of the pieces of a document, by index, were not in the last one as they are now."""
        rows = self.rows
        return [index for index, mark in enumerate(marks) if mark[:MARK] not in rows]

    def kept(self, marks: Iterable[bytes]) -> list[bytes]:
        """The rows of those pieces that were seen before."""
        rows = self.rows
        return [rows[mark[:MARK]] for mark in marks if mark[:MARK] in rows]


def row(entry: str, content: bytes, mark: bytes = NO_MARK) -> bytes:
    """A row: of an entry's id, the hash of its content, and the mark of its bytes."""
    return bytes.fromhex(entry[: 2 * GUID]) + content[:CONTENT] + mark[:MARK]


def packed(rows: Iterable[bytes]) -> bytes:
    """A table as it is stored: a version byte, then the rows."""
    return VERSION + b"".join(rows)


def merged(rows: Iterable[bytes], known: Table) -> bytes:
    """A table of these rows and of those known before, at most `MOST`: the newer ones stand in front."""
    found = {row[:GUID]: row for row in rows}
    marked = {row[:GUID]: row for row in known.rows.values()}
    for guid, content in known.contents.items():
        found.setdefault(guid, marked.get(guid) or guid + content + NO_MARK)
    return packed(list(found.values())[:MOST])


def length(data: bytes) -> int:
    """How many rows a packed table has."""
    return max(len(data) - len(VERSION), 0) // SIZE
