"""Every key name and every stored byte.

A key begins with its slot: `{h:NN}` for a shard of sources and hosts, `{s}` for inbox, stories, changes and all
that is said once. What each key holds stands at the head of the script that writes it. Stored values begin with
a version byte; what follows is MessagePack of the model's records, packed as arrays (a field that a release adds
goes to the end and has a default), but for the few bytes in front that scripts read themselves.
"""

from __future__ import annotations

import struct
from hashlib import blake2b
from typing import Final, TypeVar

import msgspec

from aggregator.core.errors import StoreError
from aggregator.core.model import Arrival, Change, ChangeType, Copy, Fingerprint, SourceState, Story, Text

SCHEMA: Final = 1  # what this release writes
OLDEST: Final = 1  # the oldest that it reads
VERSION: Final = b"\x01"  # of every value below

STORE: Final = "{s}"
META: Final = "{s}:meta"
WORKERS: Final = "{s}:workers"
INBOX: Final = "{s}:inbox"
LEAD: Final = "{s}:lead"
LEARNT: Final = "{s}:learnt"
PLACED: Final = "{s}:placed"
CHANGES: Final = "{s}:changes"
ARRIVAL_FIELD: Final = b"a"
CHANGE_FIELD: Final = b"c"

_TYPES: Final[tuple[ChangeType, ...]] = ("added", "updated", "merged", "split", "withdrawn")
_WHAT: Final = ("copies", "text", "lead", "status", "related")
_BACKFILL: Final = 0x80

_Packed = TypeVar("_Packed")
_encode = msgspec.msgpack.Encoder().encode
_arrival = msgspec.msgpack.Decoder(Arrival)
_copy = msgspec.msgpack.Decoder(Copy)
_fingerprint = msgspec.msgpack.Decoder(Fingerprint)
_state = msgspec.msgpack.Decoder(SourceState)
_story = msgspec.msgpack.Decoder(Story)
_text = msgspec.msgpack.Decoder(Text)


# --- names ----------------------------------------------------------------------------------------------


def slot(shard: int) -> str:
    """The name that begins every key of a shard."""
    return f"{{h:{shard:02d}}}"


def shard(host: str, shards: int) -> int:
    """The shard of a host: never another one, so the count is fixed when a store is made."""
    return int.from_bytes(blake2b(host.encode(), digest_size=8).digest(), "big") % shards


def of(slot_name: str, kind: str, name: str = "") -> str:
    """A key of a slot: `{h:03}:hosts`, `{h:03}:queue:example.org`."""
    return f"{slot_name}:{kind}:{name}" if name else f"{slot_name}:{kind}"


def story_key(story: str) -> str:
    """Where a story is kept."""
    return "{s}:s:" + story


def copy_key(entry: str) -> str:
    """Where a copy and its fingerprint are kept."""
    return "{s}:c:" + entry


def text_key(entry: str) -> str:
    """Where a copy's text is kept."""
    return "{s}:t:" + entry


# --- sources --------------------------------------------------------------------------------------------


def pack_state(state: SourceState) -> bytes:
    """A source's state; in front, where scripts read it, the time before which nobody may ask."""
    return struct.pack("<d", state.not_before) + VERSION + _encode(state)


def unpack_state(data: bytes | None) -> SourceState:
    """The state of a source; a new one where nothing is stored yet."""
    return SourceState() if data is None else _unpack(_state, data, 8)


def pack_address(host: str, url: str) -> bytes:
    """What a shard's list of sources says of one: its host, and a hash that shows a changed address."""
    return host.encode() + b"\0" + address_hash(url)


def unpack_address(data: bytes) -> tuple[str, bytes]:
    """Host and address hash."""
    host, _, url_hash = data.partition(b"\0")
    return host.decode(), url_hash


def address_hash(url: str) -> bytes:
    """Eight bytes that change with the address: the address itself may hold a secret and is not stored."""
    return blake2b(url.encode("utf-8", "surrogatepass"), digest_size=8).digest()


# --- inbox, stories, changes ----------------------------------------------------------------------------


def pack_arrival(arrival: Arrival) -> bytes:
    """An arrival in the inbox."""
    return VERSION + _encode(arrival)


def unpack_arrival(data: bytes) -> Arrival:
    """The arrival that `pack_arrival` packed."""
    return _unpack(_arrival, data, 0)


def pack_story(story: Story) -> bytes:
    """A story; in front, where a script reads them, the raw ids of its copies."""
    ids = b"".join(map(bytes.fromhex, story.copies))
    rest = _encode(msgspec.structs.replace(story, copies=()))
    return VERSION + struct.pack("<H", len(story.copies)) + ids + rest


def unpack_story(data: bytes) -> Story:
    """The story that `pack_story` packed."""
    end = 3 + 16 * int.from_bytes(data[1:3], "little")
    ids = data[3:end].hex()
    story = _unpack(_story, data, 0, end)
    copies = tuple([ids[at : at + 32] for at in range(0, len(ids), 32)])
    return msgspec.structs.replace(story, copies=copies)


def pack_copy(story: str, copy: Copy) -> bytes:
    """The head of a stored copy; the packed fingerprint follows it."""
    packed = _encode(copy)
    return VERSION + bytes.fromhex(story) + struct.pack("<I", len(packed)) + packed


def pack_fingerprint(fingerprint: Fingerprint) -> bytes:
    """The tail of a stored copy."""
    return _encode(fingerprint)


def unpack_copy(data: bytes) -> Copy:
    """The copy alone."""
    end = 21 + int.from_bytes(data[17:21], "little")
    return _unpack(_copy, data[:end], 0, 21)


def unpack_copy_and_fingerprint(data: bytes) -> tuple[Copy, Fingerprint]:
    """The copy and its fingerprint; an empty one where none was ever stored."""
    end = 21 + int.from_bytes(data[17:21], "little")
    tail = data[end:]
    return _unpack(_copy, data[:end], 0, 21), _fingerprint.decode(tail) if tail else Fingerprint()


def pack_text(text: Text) -> bytes:
    """A copy's text."""
    return VERSION + _encode(text)


def unpack_text(data: bytes) -> Text:
    """The text that `pack_text` packed."""
    return _unpack(_text, data, 0)


def pack_change(change: Change) -> bytes:
    """A change without its number, in 27 bytes: version, type and backfill, what, time, story; then other."""
    kind = _TYPES.index(change.type) | (_BACKFILL if change.backfill else 0)
    what = sum(1 << _WHAT.index(name) for name in change.what)
    ids = bytes.fromhex(change.story) + bytes.fromhex(change.other)
    return VERSION + struct.pack("<BBd", kind, what, change.at) + ids


def unpack_change(number: int, data: bytes) -> Change:
    """The change that `pack_change` packed; `what` comes in a fixed order."""
    _readable(data, 0)
    kind, what, at = struct.unpack_from("<BBd", data, 1)
    return Change(
        number=number,
        type=_TYPES[kind & ~_BACKFILL],
        story=data[11:27].hex(),
        at=at,
        backfill=bool(kind & _BACKFILL),
        what=tuple(name for bit, name in enumerate(_WHAT) if what >> bit & 1),
        other=data[27:].hex(),
    )


def _unpack(
    decoder: msgspec.msgpack.Decoder[_Packed], data: bytes, version: int, start: int | None = None
) -> _Packed:
    """What a decoder makes of the bytes from `start`; the version byte stands at `version`."""
    _readable(data, version)
    return decoder.decode(memoryview(data)[version + 1 if start is None else start :])


def _readable(data: bytes, version: int) -> None:
    if data[version : version + 1] != VERSION:
        raise StoreError(
            f"The store holds a value in format {data[version : version + 1].hex() or 'none'}, which this release"
            " does not know: start a newer release of the aggregator."
        )
