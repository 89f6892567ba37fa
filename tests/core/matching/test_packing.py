"""A copy and its shape, packed and read again."""

import pytest
from msgspec.structs import replace

from aggregator.core.matching import packing
from aggregator.core.model import Copy, Fingerprint

ID = "0123456789abcdef" * 2
FOUNDER = Copy(
    ID, "alder-world", "Alder Gazette", "https://alder.example/1", "A bridge falls", 1.5, b"12345678"
)
JOINED = replace(FOUNDER, published=1.0, score=0.5, reason="3 of 4 phrases shared", seen_hashes=(b"8" * 8,))
SHAPE = Fingerprint(
    keys=b"1234", language="en", script="l", headline="a bridge falls", tokens=bytes(12), sentences=b"5678"
)
HELD = replace(SHAPE, keys=b"", sentences=b"")

copies = pytest.mark.parametrize(
    "copy",
    [
        FOUNDER,
        JOINED,
        replace(FOUNDER, title="T" * 70_000),
        replace(FOUNDER, reason="another", score=1.0),
        replace(FOUNDER, title=FOUNDER.reason),
    ],
    ids=["founder", "joined", "long", "another reason", "title like a reason"],
)


@copies
def test_a_copy_is_read_as_it_was_packed(copy: Copy) -> None:
    assert packing.copy(packing.pack(copy, SHAPE), ID) == copy


@copies
def test_a_shape_is_read_without_its_keys_and_sentences(copy: Copy) -> None:
    assert packing.shape(packing.pack(copy, SHAPE)) == HELD


@copies
def test_who_published_a_copy_is_read_from_its_beginning(copy: Copy) -> None:
    begun = packing.begun(packing.pack(copy, SHAPE))
    assert (begun.source, begun.outlet) == ("alder-world", "Alder Gazette")


@copies
def test_copy_and_shape_are_changed_each_by_itself(copy: Copy) -> None:
    record = packing.with_copy(packing.pack(FOUNDER, SHAPE), copy)
    assert (packing.copy(record, ID), packing.shape(record)) == (copy, HELD)
    other = replace(HELD, headline="another")
    record = packing.with_shape(record, replace(other, keys=b"9999"))
    assert (packing.copy(record, ID), packing.shape(record)) == (copy, other)


def test_what_a_founder_always_says_takes_no_place() -> None:
    said = replace(FOUNDER, reason="it is the 1st of its story")
    assert len(packing.pack(said, SHAPE)) - len(packing.pack(FOUNDER, SHAPE)) > 20
