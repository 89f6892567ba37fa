"""The same article under a new guid: it goes where an editor put the copy that has its address or its words."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from test_orders import Desk, arrival

from aggregator.core.model import Arrival, content_hash, entry_id


class Newsroom(Desk):
    """A desk whose grouper may be another one before each arrival."""

    restarts = False

    def bring(self, found: Arrival) -> None:
        """An entry arrives."""
        if self.restarts:
            self.restart()
        self.grouping.arrive(found)


@pytest.fixture(params=["as it is", "restarted"])
def desk(request: pytest.FixtureRequest) -> Newsroom:
    it = Newsroom()
    it.restarts = request.param == "restarted"
    return it


def again(desk: Newsroom, outlet: str, topic: int, guid: str, *, url: str = "", more: str = "") -> str:
    """An entry of a topic comes under a guid; the id of the entry."""
    desk.at += 60.0
    found = arrival(outlet, topic, guid=guid, seen=desk.at, more=more)
    if url:
        entry = replace(found.entry, url=url, canonical_url=url)
        found = replace(found, entry=entry, content_hash=content_hash(entry))
    desk.bring(found)
    return found.id


GOAT = "https://goat.example/1"  # where the copy is that is split off


@pytest.fixture
def split(desk: Newsroom) -> tuple[Newsroom, str, str]:
    """A story out of which the copy of one source was taken; the two ids."""
    story = desk.story(1, "a", "b", "goat")
    goat = entry_id("goat", "1")
    desk.split(story.id, goat)
    return desk, story.id, goat


@pytest.mark.parametrize(
    ("url", "more"),
    [(GOAT, ""), (f"{GOAT}/?utm_source=feed", "and a word more"), ("https://goat.example/another", "")],
    ids=["both", "address", "words"],
)
def test_what_was_split_off_stays_out_under_a_new_guid(
    split: tuple[Newsroom, str, str], url: str, more: str
) -> None:
    desk, cleared, goat = split
    for number in range(3):
        new = again(desk, "goat", 1, f"new-{number}", url=url, more=more)
        assert desk.grouping.home(new) == goat
    assert desk.of(cleared).copies == (entry_id("a", "1"), entry_id("b", "1"))


def test_what_stayed_stays_under_a_new_guid(split: tuple[Newsroom, str, str]) -> None:
    desk, cleared, goat = split
    new = again(desk, "a", 1, "new", url="https://a.example/1")
    assert (desk.grouping.home(new), desk.of(goat).copies) == (cleared, (goat,))


def test_another_article_of_the_same_source_is_free(split: tuple[Newsroom, str, str]) -> None:
    desk, _, goat = split
    other = again(desk, "goat", 2, "other")
    copy = again(desk, "b", 2, "2")
    assert desk.grouping.home(copy) == other != goat


def test_the_same_words_of_another_source_are_free(split: tuple[Newsroom, str, str]) -> None:
    desk, cleared, goat = split
    new = again(desk, "c", 1, "1")
    assert desk.grouping.home(new) in {cleared, goat}


def test_a_front_page_is_nobodys_address(desk: Newsroom) -> None:
    front = "https://goat.example/"
    story = desk.story(1, "a", "b")
    goat = again(desk, "goat", 1, "1", url=front)
    desk.split(story.id, goat)
    desk.story(2, "a", "b")
    new = again(desk, "goat", 2, "2", url=front)
    assert desk.grouping.home(new) == desk.grouping.home(entry_id("a", "2"))


def test_an_editors_order_outweighs_what_a_twin_says(split: tuple[Newsroom, str, str]) -> None:
    desk, cleared, _ = split
    new = again(desk, "goat", 1, "new", url=GOAT)
    refused = desk.merge(desk.grouping.home(new) or "", cleared)
    assert refused.outcome == "refused"
    assert "keeps these apart" in refused.sentence


def test_a_split_that_is_undone_holds_no_twin_apart(desk: Newsroom) -> None:
    story = desk.story(1, "a", "b", "goat")
    ruling = desk.split(story.id, entry_id("goat", "1"))
    new = again(desk, "goat", 1, "new", url=GOAT)
    desk.undo(ruling)
    assert desk.grouping.home(new) == desk.grouping.home(entry_id("goat", "1")) == story.id
    newer = again(desk, "goat", 1, "newer", url=GOAT)
    assert desk.grouping.home(newer) == story.id


def test_a_copy_whose_twins_stand_on_both_sides_is_free(desk: Newsroom) -> None:
    story = desk.story(1, "a", "b", "goat")
    twin = again(desk, "goat", 1, "twin", url=GOAT)
    desk.split(story.id, entry_id("goat", "1"))
    assert desk.grouping.home(twin) == story.id
    new = again(desk, "goat", 1, "new", url=GOAT)
    assert desk.grouping.home(new) in {story.id, entry_id("goat", "1")}


def test_stories_are_not_bridged_past_a_twin(split: tuple[Newsroom, str, str]) -> None:
    desk, cleared, goat = split
    again(desk, "goat", 1, "new", url=GOAT)
    again(desk, "goat", 9, "1")  # the copy that was split off tells something else now
    for outlet in ("c", "d", "e"):
        again(desk, outlet, 1, "1")
    assert desk.grouping.home(entry_id("goat", "new")) != cleared
    assert {desk.grouping.home(entry_id(name, "1")) for name in "ab"} == {cleared}
    assert goat
