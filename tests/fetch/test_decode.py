"""Content codings: whatever comes in, what comes out is right, or refused, and never more than allowed."""

from __future__ import annotations

import gzip
import zlib
from itertools import pairwise

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetch import decode

PACK = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
    "gzip, zstd": lambda body: zstandard.compress(gzip.compress(body)),
}
codings = st.sampled_from(sorted(PACK))
bodies = st.one_of(
    st.binary(max_size=4000),
    st.builds(lambda part, n: part * n, st.binary(min_size=1, max_size=9), st.integers(1, 9999)),
)


def fed(coding: str, packed: bytes, cuts: list[int], room: int) -> tuple[bytes, bool]:
    """What comes out of `packed` when it arrives in pieces."""
    decoder = decode.decoder(coding)
    assert decoder is not None
    out = b""
    for start, end in pairwise([0, *sorted(cut % (len(packed) + 1) for cut in cuts), len(packed)]):
        out += decoder.feed(packed[start:end], room - len(out))
    return out, decoder.is_complete()


@given(codings, bodies, st.lists(st.integers(0, 10_000), max_size=6))
def test_what_was_packed_comes_out_however_it_arrives(coding, body, cuts):
    assert fed(coding, PACK[coding](body), cuts, len(body)) == (body, True)


@given(
    st.sampled_from(["gzip", "zstd"]),
    st.lists(bodies, min_size=1, max_size=4),
    st.lists(st.integers(0, 10_000), max_size=6),
)
def test_several_members_or_frames_are_one_body(coding, parts, cuts):
    packed = b"".join(PACK[coding](part) for part in parts)
    body = b"".join(parts)
    assert fed(coding, packed, cuts, len(body)) == (body, True)
    assert fed(coding, packed + b"\0padding", cuts, len(body)) == (body, True)


def test_a_member_may_end_where_a_piece_of_the_network_ends():
    one = PACK["gzip"](b"one")
    assert fed("gzip", one + PACK["gzip"](b"two"), [len(one)], 6) == (b"onetwo", True)


def test_frames_that_say_nothing_are_skipped():
    skippable = b"\x53\x2a\x4d\x18\x03\x00\x00\x00abc"
    packed = skippable + zstandard.compress(b"one") + skippable + zstandard.compress(b"two")
    assert fed("zstd", packed, [5, 9, 20, 33], 6) == (b"onetwo", True)


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_too_many_members_or_frames_are_refused(coding):
    with pytest.raises(decode.Undecodable):
        fed(coding, PACK[coding](b"") * 101, [], 10)


@given(codings, bodies.filter(bool), st.lists(st.integers(0, 10_000), max_size=6))
def test_one_byte_over_the_limit_is_too_large(coding, body, cuts):
    with pytest.raises(decode.TooLarge):
        fed(coding, PACK[coding](body), cuts, len(body) - 1)


@given(codings, bodies, st.data())
def test_what_lacks_its_end_is_not_complete(coding, body, data):
    packed = PACK[coding](body)
    part = packed[: data.draw(st.integers(0, len(packed) - 1))]
    out, complete = fed(coding, part, [], len(body))
    assert body.startswith(out)
    assert not complete


@given(codings, st.binary(max_size=600), st.integers(0, 1000))
def test_any_bytes_give_bytes_or_one_of_two_refusals(coding, junk, room):
    try:
        out, _ = fed(coding, junk, [], room)
    except (decode.TooLarge, decode.Undecodable):
        return
    assert len(out) <= room


@given(codings, bodies, st.binary(min_size=1, max_size=3), st.integers(0, 10_000))
def test_damage_gives_bytes_or_one_of_two_refusals(coding, body, damage, at):
    packed = bytearray(PACK[coding](body))
    at %= len(packed)
    packed[at : at + len(damage)] = damage
    try:
        out, _ = fed(coding, bytes(packed), [], 10 * len(body) + 100)
    except (decode.TooLarge, decode.Undecodable):
        return
    assert len(out) <= 10 * len(body) + 100


@pytest.mark.parametrize("name", ["", " ", "identity", "IDENTITY, identity", "utf-8", "none"])
def test_some_names_mean_that_nothing_is_packed(name):
    assert decode.decoder(name) is None


@pytest.mark.parametrize("name", ["compress", "sdch", "gzip;q=1", "br br", "\x00", "gzip,gzip,gzip,gzip"])
def test_unknown_names_are_refused(name):
    with pytest.raises(decode.Undecodable):
        decode.decoder(name)


def test_a_window_beyond_what_the_standard_asks_for_is_refused():
    """Or 100 bytes could make us set aside gigabytes (RFC 9659)."""
    packer = zstandard.ZstdCompressor(
        compression_params=zstandard.ZstdCompressionParameters(window_log=27, enable_ldm=True)
    ).compressobj()
    packed = packer.compress(bytes(range(256)) * 4096) + packer.flush()
    with pytest.raises(decode.Undecodable):
        fed("zstd", packed, [], 10_000_000)
