"""Whatever is packed is unpacked the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.errors import Kind
from aggregator.core.model import (
    Change,
    Copy,
    Enclosure,
    Failure,
    Fingerprint,
    Signal,
    SourceState,
    Story,
    Text,
    Verdict,
)  # fmt: skip
from aggregator.store import keys

ids = st.binary(min_size=16, max_size=16).map(bytes.hex)
times = st.floats(0, 4e9)
words = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
maybe = st.none() | words
failures = st.builds(
    Failure, st.sampled_from(Kind), words, st.none() | st.integers(100, 599), st.none() | times
)
states = st.builds(
    SourceState, maybe, maybe, st.binary(max_size=8), words, st.none() | times, st.none() | times, st.none() | times,
    times, words, times, st.none() | failures, st.none() | times, st.integers(0, 9), maybe, st.integers(0, 9),
)  # fmt: skip
stories = st.builds(
    Story, ids, times, times, times, ids, st.integers(1, 99), st.none() | times, st.none() | times,
    st.sampled_from(["usable", "withheld"]), st.booleans(), maybe, st.lists(ids, max_size=40).map(tuple),
    st.lists(st.tuples(ids, st.floats(0, 1)), max_size=3).map(tuple),
)  # fmt: skip
verdicts = st.builds(
    Verdict, st.booleans(), st.floats(0, 1), words, st.just("") | ids,
    st.lists(st.builds(Signal, words, st.floats(0, 1), st.floats(0, 1), st.booleans()), max_size=4).map(tuple),
)  # fmt: skip
copies = st.builds(
    Copy, ids, words, words, words, words, times, st.binary(min_size=8, max_size=8), st.none() | times,
    st.floats(0, 1), words, st.lists(words, max_size=3).map(tuple), maybe, maybe, st.integers(0, 10),
    st.integers(0, 99_999), st.lists(st.binary(min_size=8, max_size=8), max_size=8).map(tuple),
)  # fmt: skip
prints = st.builds(Fingerprint, st.binary(max_size=80).map(lambda data: data[: len(data) // 4 * 4]))
texts = st.builds(
    Text, words, words, maybe, st.lists(words, max_size=2).map(tuple), st.lists(words, max_size=2).map(tuple),
    st.lists(st.builds(Enclosure, words, words, st.none() | st.integers(0, 9)), max_size=2).map(tuple),
)  # fmt: skip
changes = st.builds(
    Change, st.integers(1, 2**40), st.sampled_from(["added", "updated", "merged", "split", "withdrawn"]), ids, times,
    st.booleans(), st.sets(st.sampled_from(["copies", "text", "lead", "status", "related"])).map(
        lambda what: tuple(name for name in ("copies", "text", "lead", "status", "related") if name in what)
    ), st.just("") | ids,
)  # fmt: skip


@given(states)
def test_a_state(state):
    assert keys.unpack_state(keys.pack_state(state)) == state


@given(stories)
def test_a_story(story):
    assert keys.unpack_story(story.id, keys.pack_story(story)) == story


@given(ids, copies, prints)
def test_a_copy_and_its_fingerprint(story, copy, print_):
    packed = keys.pack_copy(story, copy) + keys.pack_fingerprint(print_)
    assert keys.unpack_copy_and_fingerprint(copy.entry, packed) == (copy, print_)
    assert packed[1:17].hex() == story


@given(texts, st.none() | verdicts)
def test_a_text_and_its_verdict(text, verdict):
    packed = keys.pack_text(text)
    why = b"" if verdict is None else keys.pack_verdict(verdict)
    stored = keys.VERSION + len(packed).to_bytes(4, "little") + packed + why
    assert (keys.unpack_text(stored), keys.unpack_verdict(stored)) == (text, verdict)


@given(changes)
def test_a_change_in_a_few_bytes(change):
    packed = keys.pack_change(change)
    assert keys.unpack_change(change.number, packed) == change
    assert len(packed) == (43 if change.other else 27)


def test_a_host_stays_in_its_shard():
    """Were this to change, every source of a running store would be lost to its worker."""
    shards = [
        keys.shard(host, 16) for host in ("feeds.bbci.co.uk", "example.org", "xn--bcher-kva.example", "")
    ]
    assert shards == [8, 5, 9, 4]


@given(st.text(max_size=40), st.integers(1, 64))
def test_every_host_has_a_shard(host, shards):
    assert 0 <= keys.shard(host, shards) < shards
