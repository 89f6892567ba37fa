"""What is told of a pair at a glance agrees with what is measured whole, and costs no match."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.matching.fingerprint import fingerprint
from aggregator.core.matching.likeness import Likeness, Probe, Weighing, coarse, fine, titled
from aggregator.core.matching.match import by_title, hopeful_by_text, rule_of
from aggregator.core.matching.rarity import Rarity
from aggregator.core.model import Entry, Fingerprint, Source

WIRE = Source("wire", "https://wire.example/feed", "Wire", "Wire")
WORDS = st.sampled_from(
    [
        "harbour",
        "bridge",
        "minister",
        "review",
        "orders",
        "storm",
        "ferry",
        "the",
        "of",
        "after",
        "quake",
        "12",
        "town",
    ]
)
SENTENCES = st.lists(WORDS, max_size=14).map(" ".join)
HASHES = st.lists(st.integers(0, 2**32 - 1), max_size=60)


def shape(title: str, text: str) -> Fingerprint:
    """The comparable shape of an entry of this title and text."""
    return fingerprint(Entry(guid="", url="", title=title, summary=text), WIRE)


SHAPES = st.builds(shape, SENTENCES, SENTENCES)


@given(SHAPES, SHAPES, st.lists(SHAPES, max_size=4))
def test_titles_say_beforehand_what_they_say_when_all_is_measured(
    one: Fingerprint, other: Fingerprint, held: list[Fingerprint]
) -> None:
    weighing = Weighing()
    for made in held:
        weighing.count(made, 1)
    probe = Probe(one, [other], weighing)
    glance = coarse(probe)[0]
    early, whole = titled(probe, 1, glance), fine(probe, 1, glance)
    assert early.rare == whole.rare
    assert early.telling >= whole.telling
    assert hopeful_by_text(glance) or by_title(one, other, early) or not rule_of(one, other, whole)


@given(SHAPES, st.lists(SHAPES, min_size=1, max_size=5))
def test_a_copy_is_as_like_in_company_as_alone(one: Fingerprint, others: list[Fingerprint]) -> None:
    weighing = Weighing()
    alone = [coarse(Probe(one, [other], weighing))[0] for other in others]
    assert coarse(Probe(one, others, weighing)) == alone


@given(SHAPES)
def test_an_entry_shares_all_its_phrases_with_itself(one: Fingerprint) -> None:
    like = coarse(Probe(one, [one], Weighing()))[0]
    assert isinstance(like, Likeness)
    assert like.shared == like.least


@given(HASHES, HASHES)
def test_no_shared_phrase_is_overlooked(mine: list[int], others: list[int]) -> None:
    laid = np.array([*mine, *others], np.uint32)
    met = Weighing().met(laid, len(mine)).tolist()
    shared = {len(mine) + at for at, phrase in enumerate(others) if phrase in mine}
    assert shared <= set(met) <= set(range(len(mine), len(laid)))


@given(st.lists(HASHES, max_size=5), HASHES)
def test_hashes_weigh_the_same_one_by_one_and_all_at_once(texts: list[list[int]], hashes: list[int]) -> None:
    rarity = Rarity(6, 0.01)
    for text in texts:
        rarity.add(np.array(sorted(set(text)), np.uint32))
    weighed = rarity.all(np.array(hashes, np.uint32), 2.5)
    assert weighed == rarity.each(hashes, 2.5)
    assert all(0.01 <= weight <= 1.0 for weight in weighed)
