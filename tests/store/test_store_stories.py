"""What commits write, and what readers find."""

from __future__ import annotations

import msgspec
import pytest
from store_samples import arrival, copy_of, story_of, writes_of

from aggregator import store
from aggregator.core.model import Change, Fingerprint, Signal, Text, Verdict


@pytest.fixture
async def number(opened) -> int:
    """The number of the grouper's lease."""
    number = await opened.inbox.lead("w1", 1000)
    assert number is not None
    return number


async def commit(
    it: store.Store, number: int, writes: store.StoryWrites | None = None, *changes: Change, **more
) -> int:
    return await it.stories.commit(
        store.Commit(number, "", 1.0, writes or store.StoryWrites(), changes, **more)
    )


async def loaded(it: store.Store):
    return [pair async for pair in it.stories.load()]


A, B, C, D = (arrival(n, text=f"text {n}") for n in range(4))


async def test_a_story_is_read_with_its_copies_and_the_leads_text(opened, another, number):
    await commit(opened, number, writes_of((A, B), (C,)))
    first, second, none = await another.stories.read([A.id, C.id, D.id])
    assert first == store.StoredStory(story_of(A, B), (copy_of(A), copy_of(B)), {A.id: Text("text 0")})
    assert second == store.StoredStory(story_of(C), (copy_of(C),), {C.id: Text("text 2")})
    assert none is None


async def test_every_text_is_read_where_it_is_asked_for(opened, number):
    await commit(opened, number, writes_of((A, B)))
    (found,) = await opened.stories.read([A.id], texts=True)
    assert found.texts == {A.id: Text("text 0"), B.id: Text("text 1")}
    assert await opened.stories.read([]) == []


async def test_a_verdict_is_kept_with_its_signals(opened, number):
    verdict = Verdict(
        True, 0.94, "37 of 40 phrases shared", A.id, (Signal("phrases", 0.925, 0.5, True),), ("numbers",)
    )
    copy = msgspec.structs.replace(
        copy_of(B), verdict=verdict, seen_hashes=(b"12345678",), categories=("world",)
    )
    writes = writes_of((A, B))
    copies = (writes.copies[0], (A.id, copy, B.fingerprint, Text("text 1")))
    await commit(opened, number, msgspec.structs.replace(writes, copies=copies))
    plain = msgspec.structs.replace(copy, verdict=None)
    (found,) = await opened.stories.read([A.id], verdicts=True)
    assert (found.copies, set(found.texts)) == ((copy_of(A), copy), {A.id})
    (found,) = await opened.stories.read([A.id], texts=True)
    assert (found.copies, set(found.texts)) == ((copy_of(A), plain), {A.id, B.id})
    assert (await loaded(opened))[0][1][1] == (plain, B.fingerprint)


@pytest.mark.parametrize("text", [None, Text("new words")])
@pytest.mark.parametrize("verdict", [None, Verdict(False, 0.5, "new")])
async def test_what_a_copy_is_written_without_stays(opened, number, text, verdict):
    old = Verdict(True, 0.9, "old", phrase="x" * 300)
    copy = msgspec.structs.replace(copy_of(A), verdict=old)
    await commit(
        opened, number, store.StoryWrites(stories=(story_of(A),), copies=((A.id, copy, None, Text("old")),))
    )
    again = msgspec.structs.replace(copy_of(A), verdict=verdict)
    await commit(opened, number, store.StoryWrites(copies=((A.id, again, None, text),)))
    (found,) = await opened.stories.read([A.id], verdicts=True)
    assert (found.copies[0].verdict, found.texts[A.id]) == (verdict or old, text or Text("old"))


async def test_a_copy_that_was_never_given_a_text_has_an_empty_one(opened, number):
    copy = msgspec.structs.replace(copy_of(A), verdict=Verdict(True, 0.9, "alike"))
    await commit(
        opened, number, store.StoryWrites(stories=(story_of(A),), copies=((A.id, copy, None, None),))
    )
    (found,) = await opened.stories.read([A.id])
    assert found.texts == {A.id: Text()}
    assert await loaded(opened) == [(story_of(A), [(copy_of(A), Fingerprint())])]


async def test_the_grouper_loads_all_that_it_needs(opened, another, number):
    await commit(opened, number, writes_of((C,), (A, B)))
    assert await loaded(another) == [
        (story_of(A, B), [(copy_of(A), A.fingerprint), (copy_of(B), B.fingerprint)]),
        (story_of(C), [(copy_of(C), C.fingerprint)]),
    ]


async def test_a_copy_written_without_fingerprint_or_text_keeps_both(opened, number):
    await commit(opened, number, writes_of((A,)))
    revised = msgspec.structs.replace(copy_of(A), title="Revised", reason="longer than the one before " * 9)
    await commit(opened, number, store.StoryWrites(copies=((A.id, revised, None, None),)))
    assert await loaded(opened) == [(story_of(A), [(revised, A.fingerprint)])]
    (found,) = await opened.stories.read([A.id])
    assert found.texts == {A.id: Text("text 0")}
    await commit(
        opened, number, store.StoryWrites(copies=((A.id, revised, Fingerprint(b"new"), Text("new")),))
    )
    assert await loaded(opened) == [(story_of(A), [(revised, Fingerprint(b"new"))])]


async def test_every_copy_leads_to_its_story(opened, another, number):
    await commit(opened, number, writes_of((A, B)))
    found = [await another.stories.where(it.id) for it in (A, B, C)]
    assert found == [A.id, A.id, None]
    assert await another.stories.redirect(A.id) is None


async def test_a_merged_story_redirects_with_all_its_copies(opened, another, number):
    await commit(opened, number, writes_of((A, B), (C, D)))
    merged = store.StoryWrites(stories=(story_of(A, B, C, D),), redirects=((C.id, A.id),))
    await commit(opened, number, merged)
    assert [await another.stories.where(it.id) for it in (A, B, C, D)] == [A.id] * 4
    assert await another.stories.redirect(C.id) == A.id
    assert await another.stories.read([C.id]) == [None]
    (found,) = await another.stories.read([A.id])
    assert found.copies == tuple(copy_of(it) for it in (A, B, C, D))
    assert [id_ for id_, _ in await another.stories.ids_and_placed()] == [A.id]


async def test_redirects_are_followed_to_the_end(opened, number):
    await commit(opened, number, writes_of((A,), (B,), (C,)))
    await commit(opened, number, store.StoryWrites(redirects=((C.id, B.id),)))
    await commit(opened, number, store.StoryWrites(redirects=((B.id, A.id),)))
    assert [await opened.stories.redirect(it.id) for it in (C, B)] == [A.id, A.id]
    assert await opened.stories.where(C.id) == A.id


async def test_redirects_that_form_a_ring_end(opened, number):
    await commit(opened, number, store.StoryWrites(redirects=((A.id, B.id), (B.id, A.id))))
    assert await opened.stories.where(A.id) is None


async def test_a_story_that_comes_back_is_no_redirect_any_more(opened, number):
    await commit(opened, number, writes_of((A,), (C,)))
    await commit(opened, number, store.StoryWrites(redirects=((C.id, A.id),)))
    await commit(opened, number, writes_of((C,)))
    assert (await opened.stories.redirect(C.id), await opened.stories.where(C.id)) == (None, C.id)


async def test_an_entry_leaves_one_story_and_joins_another_in_one_batch(opened, number):
    await commit(opened, number, writes_of((A, B), (C,)))
    moved = store.StoryWrites(
        removed=((A.id, B.id),),
        stories=(story_of(A), story_of(C, B)),
        copies=((C.id, copy_of(B), B.fingerprint, Text("moved")),),
    )
    await commit(opened, number, moved)
    assert await opened.stories.where(B.id) == C.id
    (found,) = await opened.stories.read([C.id], texts=True)
    assert found.texts == {C.id: Text("text 2"), B.id: Text("moved")}


async def test_an_entry_that_left_is_gone(opened, number):
    await commit(opened, number, writes_of((A, B)))
    await commit(opened, number, store.StoryWrites(removed=((A.id, B.id),), stories=(story_of(A),)))
    assert await opened.stories.where(B.id) is None
    assert await loaded(opened) == [(story_of(A), [(copy_of(A), A.fingerprint)])]


async def test_an_expired_story_leaves_nothing_behind(opened, number):
    before = set(await opened._link.command("KEYS", "*"))
    await commit(opened, number, writes_of((A, B)))
    await commit(opened, number, store.StoryWrites(expired=(A.id, D.id)))
    assert [await opened.stories.where(it.id) for it in (A, B)] == [None, None]
    assert await loaded(opened) == []
    assert await opened.stories.ids_and_placed() == []
    assert set(await opened._link.command("KEYS", "*")) == before


async def test_expiry_spares_a_copy_that_moved_to_another_story(opened, number):
    await commit(opened, number, writes_of((A, B), (C,)))
    await commit(
        opened, number, store.StoryWrites(stories=(story_of(C, B),), copies=writes_of((C, B)).copies)
    )
    await commit(opened, number, store.StoryWrites(expired=(A.id,)))
    assert await opened.stories.where(B.id) == C.id


async def test_an_entry_without_copy_leads_to_its_story(opened, number):
    await commit(opened, number, writes_of((A,)))
    await commit(opened, number, store.StoryWrites(entries=((D.id, A.id),)))
    assert await opened.stories.where(D.id) == A.id


async def test_newest_pages_through_every_story_once(opened, number):
    same = [msgspec.structs.replace(story_of(arrival(n)), placed=5.0 + n // 4) for n in range(12)]
    await commit(opened, number, store.StoryWrites(stories=tuple(same)))
    expected = [it.id for it in sorted(same, key=lambda it: (it.placed, it.id), reverse=True)]
    placed = dict(await opened.stories.ids_and_placed())
    found: list[str] = []
    while page := await opened.stories.newest(5, (placed[found[-1]], found[-1]) if found else None):
        found += page
    assert found == expected
    assert await opened.stories.newest(100, (6.0, "0" * 32)) == [id_ for id_ in expected if placed[id_] < 6.0]


async def test_placed_comes_back_exactly(opened, number):
    placed = 1_800_000_000.123_456_7
    await commit(
        opened, number, store.StoryWrites(stories=(msgspec.structs.replace(story_of(A), placed=placed),))
    )
    assert await opened.stories.ids_and_placed() == [(A.id, placed)]


async def test_what_was_learnt_is_numbered(opened, another, number):
    assert (await opened.stories.learnt(), await opened.stories.learnt_number()) == (None, 0)
    await commit(opened, number, learnt=b"")
    await commit(opened, number, learnt=b"\0one")
    await commit(opened, number, writes_of((A,)))
    assert (await another.stories.learnt(), await another.stories.learnt_number()) == (b"\0one", 2)


async def test_some_hundreds_of_arrivals_are_one_commit(opened, another, number):
    many = [arrival(n, text="x" * 3000) for n in range(500)]
    changes = [Change(0, "added", it.id, it.seen) for it in many]
    assert await commit(opened, number, writes_of(*((it,) for it in many)), *changes) == 500
    assert len(await loaded(another)) == 500


# --- the change log -------------------------------------------------------------------------------------


async def test_changes_are_numbered_without_gaps(opened, another, number):
    first = [
        Change(0, "added", A.id, 1.25, backfill=True),
        Change(0, "updated", A.id, 2.5, what=("copies", "lead")),
    ]
    second = [
        Change(0, "merged", C.id, 3.75, other=A.id),
        Change(0, "withdrawn", B.id, 1_800_000_000.123_456_7),
    ]
    assert [await commit(opened, number, None, *each) for each in (first, second)] == [2, 4]
    expected = [msgspec.structs.replace(it, number=n) for n, it in enumerate(first + second, 1)]
    assert await another.changes.since(0, 100) == expected
    assert await another.changes.since(1, 2) == expected[1:3]
    assert await another.changes.since(4, 2) == []
    assert (await another.changes.oldest(), await another.changes.newest()) == (1, 4)


async def test_an_empty_log_begins_at_one(opened):
    assert (await opened.changes.oldest(), await opened.changes.newest()) == (1, 0)
    assert await opened.changes.since(0, 10) == []


async def test_a_repeated_commit_is_written_once(opened, number):
    """After an answer that never came the grouper commits again: nothing is announced twice."""
    again = store.Commit(number, "", 1.0, writes_of((A,)), (Change(0, "added", A.id, 1.0),), b"learnt")
    assert [await opened.stories.commit(again) for _ in range(3)] == [1, 1, 1]
    assert (await opened.changes.newest(), await opened.stories.learnt_number()) == (1, 1)


async def test_the_log_is_bounded(opened, number, monkeypatch):
    monkeypatch.setattr("aggregator.store.stories.CHANGES_KEPT", 200)
    for start in range(0, 1000, 100):
        await commit(opened, number, None, *(Change(0, "added", A.id, float(start + n)) for n in range(100)))
    oldest = await opened.changes.oldest()
    assert 600 <= oldest <= 801
    assert len(await opened.changes.since(0, 2000)) == 1001 - oldest
    assert await opened.changes.newest() == 1000


async def test_waiting_ends_with_the_next_change(opened, another, number):
    assert not await another.changes.wait(0, 0.01)
    await commit(opened, number, None, Change(0, "added", A.id, 1.0))
    assert await another.changes.wait(0, 5)
    assert not await another.changes.wait(1, 0.01)
