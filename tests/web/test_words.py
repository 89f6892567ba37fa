"""Where two texts differ."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.web.words import differing, edits


@pytest.mark.parametrize(
    ("shown", "other", "marked"),
    [
        ("Ferry sinks off Lund", "Ferry sinks off Lund", []),
        ("Ferry sinks off Lund", "FERRY SINKS OFF LUND", []),
        ("Ferry sinks off Lund", "Ferry capsizes off Lund", ["capsizes"]),
        ("Ferry sinks off Lund", "UPDATE 2-Ferry sinks off Lund", ["UPDATE 2"]),
        ("Six of 2.7 million", "Six of 1.7 million", ["1.7"]),
        ("Ferry sinks", "Minister resigns over budget", []),
        ("the dog and the cat", "the dog and the the cat", ["the"]),
        ("北部で大雪", "北部で大雨", ["雨"]),
        ("", "Ferry", []),
    ],
)
def test_words_that_the_shown_headline_lacks_are_marked(shown, other, marked):
    assert [text for text, differs in differing(shown, other) if differs] == marked


def test_a_revision_reads_as_few_changes():
    assert edits("Six people waited long", "Nine men waited long") == (
        ("del", "Six people"), ("ins", "Nine men"), ("same", " waited long"),
    )  # fmt: skip


TEXT = st.text(st.sampled_from("ab é1.,’ \n北漢"), max_size=60)


@given(TEXT, TEXT)
def test_nothing_is_lost_or_added(before, after):
    assert "".join(text for text, _ in differing(before, after)) == after
    found = edits(before, after)
    assert "".join(text for kind, text in found if kind != "ins") == before
    assert "".join(text for kind, text in found if kind != "del") == after
