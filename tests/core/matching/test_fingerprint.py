"""An entry's comparable shape: the same for what is the same text, bounded for what is not one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.core.matching.fingerprint import BODY_TOKENS, TITLE_TOKENS, Flag, fingerprint
from aggregator.core.matching.learnt import Learnt
from aggregator.core.matching.slots import compare
from aggregator.core.matching.text import hashed
from aggregator.core.model import Entry, Fingerprint, Source

GAZETTE = Source(
    "gazette", "https://gazette.example/feed", "Coast Gazette", "Coast Gazette", language="en-GB"
)
WIRE = "All ferries in the bay stopped on Monday after divers found a crack in the main pier of Port Alder."


def made(title: str, summary: str = WIRE, source: Source = GAZETTE, **more: object) -> Fingerprint:
    return fingerprint(Entry(guid="1", url="", title=title, summary=summary, **more), source)  # type: ignore[arg-type]


def test_edits_that_say_nothing_leave_the_same_shape() -> None:
    plain = made("Ferries stop after crack is found")
    dressed = made(
        "UPDATE 2-Ferries stop after crack is found | Coast Gazette", f"<p>PORT ALDER (AP) — {WIRE}</p>"
    )
    assert (dressed.headline, dressed.tokens) == (plain.headline, plain.tokens)
    assert (dressed.agency, dressed.version) == ("AP", 2)


def test_two_copies_share_keys_though_one_is_cut() -> None:
    long, short = (
        made("Ferries stop", WIRE + " " + WIRE.replace("Monday", "Tuesday")),
        made("Crack found", WIRE[:70]),
    )
    assert set(memoryview(long.keys).cast("I")) & set(memoryview(short.keys).cast("I"))


def test_the_declared_language_is_that_of_the_entry_then_of_the_source() -> None:
    assert made("Ferries stop").language == "en"
    assert made("Färjor står stilla", language="sv_SE").language == "sv"


def test_a_column_and_a_byline_are_flagged() -> None:
    assert made("Morning Briefing").flags & Flag.COLUMN
    assert not made("Ferries stop after crack is found in pier").flags & Flag.COLUMN
    assert made("Ferries stop", "By ANNA PORT").flags & Flag.THIN


def test_what_a_source_was_learnt_to_repeat_is_left_out() -> None:
    habit = "The Gazette has reported from the bay for ninety years."
    learnt = Learnt(
        1, {"gazette": frozenset({hashed(habit)})}, {"gazette": frozenset({hashed("harbour notes")})}
    )
    entry = Entry(
        guid="1", url="", title="Ferries stop in the bay - Harbour Notes", summary=f"{habit} {WIRE}"
    )
    assert fingerprint(entry, GAZETTE, learnt).tokens == made("Ferries stop in the bay").tokens
    assert fingerprint(entry, GAZETTE, learnt).headline == "ferries stop in the bay"


def test_a_text_that_only_repeats_its_title_is_none() -> None:
    assert len(made("Ferries stop after crack", "Ferries stop after crack").tokens) == 4 * 4


@pytest.mark.parametrize(
    ("title", "summary"),
    [
        ("", ""),
        ("x", ""),
        ("", "x" * 1_000_000),
        ("7 7 7", "1 2 3 4"),
        ("😀😀😀", "😀"),
        ("\x00\ud800", "\u202e\x07"),
        ("日本", "א ב"),
    ],
)
def test_odd_entries_have_a_bounded_shape(title: str, summary: str) -> None:
    shape = made(title, summary)
    assert len(shape.tokens) <= 4 * (BODY_TOKENS + TITLE_TOKENS)
    assert len(shape.keys) <= 4 * 40


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=400), st.text(max_size=80))
def test_any_text_has_a_shape_and_twice_the_same(summary: str, title: str) -> None:
    shape = made(title, summary)
    assert shape == made(title, summary)
    assert np.frombuffer(shape.keys, np.uint32).size == len(set(np.frombuffer(shape.keys, np.uint32)))


def test_frames_filled_with_other_figures_clash() -> None:
    one = made(
        "Team wins", "The Harriers beat the Owls 31-20 on Friday night for their fourth win of the year."
    )
    other = made(
        "Team wins", "The Harriers beat the Owls 17-12 on Sunday night for their fourth win of the year."
    )
    clash = compare(one.slots, other.slots)
    assert (clash.figures, clash.days) == (1, 1)


def test_a_toll_that_rose_is_no_clash() -> None:
    one = made(
        "Ferry sinks", "A ferry sank off Port Alder on Monday, killing at least 12 people, police said."
    )
    other = made(
        "Ferry sinks", "A ferry sank off Port Alder on Monday, killing at least 19 people, police said."
    )
    clash = compare(one.slots, other.slots)
    assert (clash.figures, clash.grown) == (0, 1)
