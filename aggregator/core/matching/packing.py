"""A live copy with its shape as one string of bytes: what a slot of `core.matching.holding` holds.

    3 bytes   where the shape begins, little-endian
    2 bytes   where in the copy its score and reason were left out, being a founder's; 0: they are there
    …         the copy as MessagePack, from behind its id, which is found by the slot
    …         the shape as MessagePack, from behind its keys, which the index holds

These strings live in one process: nothing here is stored.
"""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from aggregator.core.model import Copy, Fingerprint

_HEAD = 5  # bytes in front
_encode = msgspec.msgpack.Encoder().encode
_read_copy = msgspec.msgpack.Decoder(Copy).decode
_read_shape = msgspec.msgpack.Decoder(Fingerprint).decode
_NOBODY = "0" * 32  # stands for an id that nobody asks for
_SOME = Copy(_NOBODY, "", "", "", "", 0.0, b"")
_COPY = _encode(_SOME)[: _encode(_SOME).index(_NOBODY.encode())]  # how each copy begins, before its id
_FIRST = _encode(_SOME.score) + _encode(_SOME.reason)
_SHAPE = _encode(Fingerprint())[: 1 + len(_encode(b""))]  # how a shape without keys begins


class Begun(msgspec.Struct, array_like=True, frozen=True):
    """How the record of a copy begins, for who asks for no more."""

    entry: str
    source: str
    outlet: str


_read_begun = msgspec.msgpack.Decoder(Begun).decode


def pack(copy: Copy, made: Fingerprint) -> bytes:
    """A copy, which has no verdict, and its shape without its keys and without what is for learning only."""
    return _packed_copy(copy) + _packed_shape(made)


def with_copy(record: bytes, copy: Copy) -> bytes:
    """The record with another state of its copy."""
    return _packed_copy(copy) + record[_cut(record) :]


def with_shape(record: bytes, made: Fingerprint) -> bytes:
    """The record with another shape."""
    return record[: _cut(record)] + _packed_shape(made)


def copy(record: bytes, entry: str) -> Copy:
    """The copy of this id, as it was packed."""
    return _read_copy(_unpacked(record, entry))


def begun(record: bytes) -> Begun:
    """How the copy begins, but for its id."""
    return _read_begun(_unpacked(record, _NOBODY))


def shape(record: bytes) -> Fingerprint:
    """The shape, without its keys."""
    return _read_shape(_SHAPE + record[record[0] | record[1] << 8 | record[2] << 16 :])  # often: no call more


def _packed_copy(copy: Copy) -> bytes:
    packed = _encode(copy)[len(_COPY) + len(_NOBODY) :]
    at = packed.find(_FIRST)
    if 0 < at < 1 << 16:
        packed = packed[:at] + packed[at + len(_FIRST) :]
    else:
        at = 0
    return (_HEAD + len(packed) | at << 24).to_bytes(_HEAD, "little") + packed


def _unpacked(record: bytes, entry: str) -> bytes:
    """A packed copy, with its id in place again."""
    at, cut = record[3] | record[4] << 8, _cut(record)
    if not at:
        return _COPY + entry.encode() + record[_HEAD:cut]
    at += _HEAD
    return _COPY + entry.encode() + record[_HEAD:at] + _FIRST + record[at:cut]


def _packed_shape(made: Fingerprint) -> bytes:
    return _encode(replace(made, keys=b"", sentences=b""))[len(_SHAPE) :]


def _cut(record: bytes) -> int:
    return record[0] | record[1] << 8 | record[2] << 16
