"""Content codings undone in a stream, with a cap on what comes out (RFC 9110, 8.4).

A few bytes can unpack to gigabytes, so every step asks for no more than what is still allowed: a bomb costs
the work for `limit` bytes and no memory beyond that. zstandard has no such question, so it is fed slices
that are too small to hurt.
"""

from __future__ import annotations

import zlib
from typing import Protocol

import brotli  # type: ignore[import-untyped]
import zstandard

ACCEPT = "gzip, deflate, br, zstd"

_PLAIN = frozenset({"", "identity", "none", "utf-8", "utf8", "binary", "8bit", "7bit"})  # what means: none
_LAYERS = 3  # codings on one another; more is a trick
_MEMBERS = 100  # of one body (gzip), or frames (zstd); each costs a new decoder
_WINDOW = 8 * 1024 * 1024  # what a decoder of zstd has to offer, RFC 9659
_OVERHEAD = 64 * 1024  # bytes that a layer between may add
_SLICE = 256  # bytes of zstd at once: at most 64 blocks of 128 KiB (RFC 8878, 3.1.1.2)


class TooLarge(Exception):
    """More comes out than is allowed."""


class Undecodable(Exception):
    """The bytes are not what the coding's name says, or the coding is unknown."""


class Decoder(Protocol):
    """Turns encoded bytes into decoded ones, at most `room` of them and one more."""

    def feed(self, data: bytes, room: int) -> bytes:
        """The bytes that `data` adds. Raises TooLarge over `room`, Undecodable for what is no such data."""

    def is_complete(self) -> bool:
        """Whether the end of the data was seen."""


class _Zlib:
    """gzip with all of its members, and deflate with or without its wrapping (RFC 9110, 8.4.1.2)."""

    def __init__(self, *, gzip: bool) -> None:
        self._wbits = 31 if gzip else 15
        self._gzip = gzip
        self._inner = zlib.decompressobj(self._wbits)
        self._fed = False
        self._members = 1
        self._over = False

    def feed(self, data: bytes, room: int) -> bytes:
        parts: list[bytes] = []
        if data and self._inner.eof:
            data = self._next_member(data)
        while data and not self._over:
            out = self._step(data, room + 1)
            room -= len(out)
            if room < 0:
                raise TooLarge
            parts.append(out)
            data = self._inner.unconsumed_tail
            if self._inner.eof and self._inner.unused_data:
                data = self._next_member(self._inner.unused_data)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _step(self, data: bytes, limit: int) -> bytes:
        first, self._fed = not self._fed, True
        try:
            return self._inner.decompress(data, limit)
        except zlib.error as error:
            if self._gzip or not first:
                raise Undecodable(str(error)) from None
            self._inner = zlib.decompressobj(-15)
            return self._step(data, limit)

    def _next_member(self, rest: bytes) -> bytes:
        # what follows the last member is padding, which everyone ignores
        if not (self._gzip and rest.startswith(b"\x1f")):
            self._over = True
            return b""
        self._members += 1
        if self._members > _MEMBERS:
            raise Undecodable("too many members")
        self._inner = zlib.decompressobj(self._wbits)
        return rest

    def is_complete(self) -> bool:
        return self._over or self._inner.eof


class _Brotli:
    def __init__(self) -> None:
        self._inner = brotli.Decompressor()

    def feed(self, data: bytes, room: int) -> bytes:
        parts: list[bytes] = []
        while not self._inner.is_finished():
            try:
                out = self._inner.process(data, output_buffer_limit=room + 1)
            except brotli.error as error:
                raise Undecodable(str(error)) from None
            data = b""
            room -= len(out)
            if room < 0:
                raise TooLarge
            parts.append(out)
            if self._inner.can_accept_more_data():
                break
        return b"".join(parts)

    def is_complete(self) -> bool:
        return bool(self._inner.is_finished())


class _Zstd:
    """zstd with all of its frames (RFC 8878, 3.1)."""

    def __init__(self) -> None:
        self._new()
        self._frames = 1
        self._rest = b""  # after a frame: too little yet to tell whether another one begins
        self._over = False

    def _new(self) -> None:
        self._inner = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()

    def feed(self, data: bytes, room: int) -> bytes:
        parts: list[bytes] = []
        data = self._rest + data
        start, self._rest = 0, b""
        while start < len(data) and not self._over:
            if self._inner.eof and not self._next_frame(data[start : start + 4]):
                break
            end = start + _SLICE
            try:
                out = self._inner.decompress(data[start:end])
            except zstandard.ZstdError as error:
                raise Undecodable(str(error)) from None
            start = min(end, len(data)) - (len(self._inner.unused_data) if self._inner.eof else 0)
            room -= len(out)
            if room < 0:
                raise TooLarge
            parts.append(out)
        return b"".join(parts)

    def _next_frame(self, begin: bytes) -> bool:
        if len(begin) < 4:
            self._rest = begin
            return False
        # what follows the last frame is padding, as with gzip
        if begin != b"\x28\xb5\x2f\xfd" and not (0x50 <= begin[0] <= 0x5F and begin[1:] == b"\x2a\x4d\x18"):
            self._over = True
            return False
        self._frames += 1
        if self._frames > _MEMBERS:
            raise Undecodable("too many frames")
        self._new()
        return True

    def is_complete(self) -> bool:
        return bool(self._inner.eof)


class _Chain:
    """Codings on one another: the last that was applied is undone first.

    What comes out in between may be a little longer than the end: packing nothing takes some bytes too.
    """

    def __init__(self, decoders: list[Decoder]) -> None:
        self._between, self._last = decoders[:-1], decoders[-1]
        self._left: list[int] = []

    def feed(self, data: bytes, room: int) -> bytes:
        if not self._left:
            self._left = [room + _OVERHEAD] * len(self._between)
        for number, decoder in enumerate(self._between):
            data = decoder.feed(data, self._left[number])
            self._left[number] -= len(data)
        return self._last.feed(data, room)

    def is_complete(self) -> bool:
        return self._last.is_complete() and all(decoder.is_complete() for decoder in self._between)


def decoder(coding: str) -> Decoder | None:
    """What undoes a Content-Encoding field; None for identity. Raises Undecodable for an unknown coding."""
    names = [name.strip().lower() for name in coding.split(",")]
    names = [name for name in names if name not in _PLAIN]
    if len(names) > _LAYERS:
        raise Undecodable("too many codings")
    chain = [_decoder(name) for name in reversed(names)]
    if not chain:
        return None
    return chain[0] if len(chain) == 1 else _Chain(chain)


def _decoder(name: str) -> Decoder:
    if name in ("gzip", "x-gzip"):
        return _Zlib(gzip=True)
    if name == "deflate":
        return _Zlib(gzip=False)
    if name == "br":
        return _Brotli()
    if name == "zstd":
        return _Zstd()
    raise Undecodable("unknown coding")
