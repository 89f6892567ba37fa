"""The table of what a feed held."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.table import CONTENT, MARK, Table, packed, row

IDS = st.binary(min_size=16, max_size=16).map(bytes.hex)
HASHES = st.binary(min_size=8, max_size=8)


@given(st.dictionaries(IDS, st.tuples(HASHES, HASHES)))
def test_a_table_is_read_as_it_was_written(entries):
    table = Table(packed(row(entry, content, mark) for entry, (content, mark) in entries.items()))
    by_guid = {entry[:10]: content[:CONTENT] for entry, (content, _) in entries.items()}
    assert {entry: table.content(entry + "0" * 22) for entry in by_guid} == by_guid


@given(st.lists(HASHES, unique_by=lambda mark: mark[:MARK]), st.lists(HASHES))
def test_what_is_unseen_and_what_is_kept_are_all_pieces(old, new):
    old = [mark for mark in old if any(mark[:MARK])]
    table = Table(packed(row(f"{n:032x}", mark, mark) for n, mark in enumerate(old)))
    marks = [*old, *new]
    assert len(table.unseen(marks)) + len(table.kept(marks)) == len(marks)
    assert table.unseen(old) == []


def test_a_table_of_another_version_is_empty_so_that_all_is_handed_in_again():
    assert Table(b"\x01" + bytes(16)).contents == {}
    assert Table(b"").unseen([b"12345678"]) == [0]


def test_an_entry_without_a_mark_is_found_by_its_guid_alone():
    table = Table(packed([row("ab" * 16, b"content!")]))
    assert table.content("ab" * 16) == b"conte"
    assert table.rows == {}


def test_a_row_is_sixteen_bytes():
    assert len(row("ab" * 16, b"content!", b"the mark")) == 16
