"""Words and the slots posted under them: what a dictionary of lists would say."""

from __future__ import annotations

import random
from collections import defaultdict

import numpy as np
import pytest

from aggregator.core.matching.postings import Postings


def contents(postings: Postings, words: range) -> dict[int, list[int]]:
    return {word: sorted(postings.slots(word)) for word in words if postings.count(word)}


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_added_and_removed_it_holds_what_a_dictionary_would(seed: int) -> None:
    draw, postings, model = random.Random(seed), Postings(), defaultdict[int, list[int]](list)
    words = range(300)
    for _ in range(6_000):
        word, slot = draw.choice(words) if draw.random() < 0.7 else draw.randrange(12), draw.randrange(500)
        if slot in model[word]:
            postings.remove(word, slot)
            model[word].remove(slot)
        elif draw.random() < 0.6:
            postings.add((word,), slot)
            model[word].append(slot)
    expected = {word: sorted(slots) for word, slots in model.items() if slots}
    assert contents(postings, words) == expected
    assert len(postings) == sum(map(len, expected.values()))


def test_many_more_words_than_it_began_with_are_found_again() -> None:
    postings = Postings()
    for word in range(20_000):
        postings.add((word * 7,), word)
    assert [postings.slots(word * 7)[0] for word in range(20_000)] == list(range(20_000))
    assert postings.count(3) == 0


@pytest.mark.parametrize("before", [(), ((3, 70), (3, 71), (9, 5))])
def test_many_at_once_are_the_same_as_one_by_one(before) -> None:
    draw = random.Random(5)
    pairs = sorted({(draw.randrange(60), draw.randrange(90, 200)) for _ in range(800)})
    single, bulk = Postings(), Postings()
    for word, slot in before:
        single.add((word,), slot)
        bulk.add((word,), slot)
    for word, slot in pairs:
        single.add((word,), slot)
    words, slots = np.array(pairs, np.uint32).T
    bulk.add_all(words, slots)
    bulk.add_all(words[:0], slots[:0])
    assert contents(bulk, range(60)) == contents(single, range(60))
    assert len(bulk) == len(single)


def test_what_was_never_posted_is_removed_without_harm() -> None:
    postings = Postings()
    postings.remove(5, 1)
    for slot in (1, 2, 256):
        postings.add((5,), slot)
    postings.remove(5, 65536)  # its bytes stand across two others
    postings.remove(5, 3)
    assert sorted(postings.slots(5)) == [1, 2, 256]
