"""The life of a story: founded, joined, revised, left, merged, led, expired, and the same again after a restart."""

import random

import msgspec
import pytest

from aggregator.core.matching.fingerprint import fingerprint
from aggregator.core.matching.regroup import MEMBERS
from aggregator.core.matching.story import Grouping, Settings
from aggregator.core.model import (
    Arrival,
    Copy,
    Decision,
    Entry,
    Expired,
    Fingerprint,
    Founded,
    Joined,
    Known,
    Led,
    Left,
    Merged,
    Revised,
    Source,
    Stated,
    Story,
    content_hash,
    entry_id,
)

FERRY = "All ferries in the bay stopped on Monday after divers found a crack in the main pier of Port Alder."
MORE = (
    "The harbour master said that repairs would take at least three weeks and that buses would run instead."
)
BUDGET = (
    "The council of Oak Bay passed its budget late on Sunday with money for two schools and a new library."
)
DAY = 86400.0


def arrival(
    outlet: str,
    title: str,
    text: str = "",
    *,
    guid: str = "1",
    seen: float = 1e9,
    published: float | None = None,
    backfill: bool = False,
    priority: int = 5,
) -> Arrival:
    entry = Entry(
        guid=guid, url=f"https://{outlet}.example/{guid}", title=title, summary=text, published=published
    )
    source = Source(outlet, f"https://{outlet}.example/feed", outlet, outlet)
    return Arrival(
        id=entry_id(outlet, guid),
        source=outlet,
        outlet=outlet,
        entry=entry,
        content_hash=content_hash(entry),
        fingerprint=fingerprint(entry, source),
        seen=seen,
        backfill=backfill,
        priority=priority,
    )


def kinds(decisions: list[Decision]) -> list[type]:
    return [type(decision) for decision in decisions]


def test_the_first_entry_founds_a_story_of_its_own_id() -> None:
    grouping, first = Grouping(), arrival("gazette", "Ferries stop", FERRY)
    assert grouping.arrive(first) == [Founded(first.id, first)]
    story, copy = grouping.story(first.id), grouping.copy(first.id)
    assert (story.copies, story.lead, story.placed, story.revision) == ((first.id,), first.id, 1e9, 1)
    assert (copy.score, copy.reason, copy.verdict) == (1.0, "first of its story", None)


def test_a_copy_joins_and_says_why() -> None:
    grouping, first, second = (
        Grouping(),
        arrival("a", "Ferries stop", FERRY),
        arrival("b", "Crack stops ferries", FERRY, seen=1e9 + 60),
    )
    grouping.arrive(first)
    (joined,) = grouping.arrive(second)
    assert isinstance(joined, Joined)
    story, copy = grouping.story(first.id), grouping.copy(second.id)
    assert story.copies == (first.id, second.id)
    assert (story.last_copy, story.placed, story.modified, story.revision) == (1e9 + 60, 1e9, None, 2)
    assert copy.reason == "18 of 18 phrases shared"
    assert copy.verdict is not None
    assert copy.verdict.other == first.id
    assert grouping.home(second.id) == first.id


def test_another_story_is_founded_apart() -> None:
    grouping = Grouping()
    grouping.arrive(arrival("a", "Ferries stop in the bay", FERRY))
    assert kinds(grouping.arrive(arrival("b", "Council passes budget", BUDGET))) == [Founded]
    assert len(grouping) == 2


def test_the_same_content_again_is_known_and_so_is_an_earlier_one() -> None:
    grouping = Grouping()
    first, second = arrival("a", "Ferries stop", FERRY), arrival("a", "Ferries stop in bay", FERRY)
    grouping.arrive(first)
    assert grouping.arrive(first) == [Known(first.id)]
    grouping.arrive(second)
    assert grouping.arrive(first) == [Known(first.id)]
    assert grouping.copy(first.id).title == "Ferries stop in bay"


def test_at_most_eight_earlier_contents_are_remembered() -> None:
    grouping = Grouping()
    for at in range(12):
        grouping.arrive(arrival("a", f"Ferries stop {at}", FERRY))
    assert len(grouping.copy(entry_id("a", "1")).seen_hashes) == 8


def test_a_revision_of_the_lead_moves_modified_and_another_does_not() -> None:
    grouping = Grouping()
    first, second = arrival("a", "Ferries stop", f"{FERRY} {MORE}"), arrival("b", "Ferries stop", FERRY)
    grouping.arrive(first)
    grouping.arrive(second)
    assert kinds(grouping.arrive(arrival("b", "Ferries stop again", FERRY, seen=1e9 + 5))) == [Revised]
    assert grouping.story(first.id).modified is None
    assert kinds(grouping.arrive(arrival("a", "All ferries stop", f"{FERRY} {MORE}", seen=1e9 + 9))) == [
        Revised
    ]
    assert grouping.story(first.id).modified == 1e9 + 9
    assert grouping.story(first.id).revision == 4


def test_a_copy_that_became_something_else_leaves_and_founds_its_own() -> None:
    grouping = Grouping()
    first, second = (
        arrival("a", "Ferries stop in the bay", FERRY),
        arrival("b", "Ferries stop in the bay", FERRY),
    )
    grouping.arrive(first)
    grouping.arrive(second)
    changed = arrival("b", "Council passes budget for schools", BUDGET, seen=1e9 + 5)
    assert grouping.arrive(changed) == [Left(first.id, second.id), Founded(second.id, changed)]
    assert grouping.story(first.id).copies == (first.id,)
    assert grouping.story(second.id).copies == (second.id,)
    assert grouping.copy(second.id).seen_hashes == (second.content_hash,)


def test_a_founder_that_left_founds_under_another_id_since_its_own_is_taken() -> None:
    grouping = Grouping()
    first, second = (
        arrival("a", "Ferries stop in the bay", FERRY),
        arrival("b", "Ferries stop in the bay", FERRY),
    )
    grouping.arrive(first)
    grouping.arrive(second)
    left, led, founded = grouping.arrive(arrival("a", "Council passes budget for schools", BUDGET))
    assert (left, led) == (Left(first.id, first.id), Led(first.id, second.id))
    assert isinstance(founded, Founded)
    assert founded.story not in {first.id, second.id}
    assert grouping.home(first.id) == founded.story
    assert grouping.story(first.id).copies == (second.id,)


def test_merged_stories_keep_the_older_id() -> None:
    grouping = Grouping(Settings(thresholds={"bridge": 0.0, "strong": 0.0}))
    half = "The harbour master said that repairs would take at least three weeks."
    early = arrival("a", "Ferries stop in the bay after crack", FERRY)
    late = arrival("b", "Pier repairs to take three weeks", f"{half} {MORE} {BUDGET}", seen=1e9 + 1)
    grouping.arrive(early)
    grouping.arrive(late)
    bridge = arrival(
        "c", "Ferries stop in the bay after crack", f"{half} {MORE} {BUDGET} {FERRY}", seen=1e9 + 2
    )
    revised = arrival("b", "Ferries stop in the bay after crack", f"{FERRY} {half} {MORE}", seen=1e9 + 3)
    decisions = grouping.arrive(bridge) + grouping.arrive(revised)
    merged = [decision for decision in decisions if isinstance(decision, Merged)]
    assert [(one.story, one.gone) for one in merged] == [(early.id, late.id)]
    assert set(grouping.story(early.id).copies) == {early.id, late.id, bridge.id}
    assert {grouping.home(one.id) for one in (early, late, bridge)} == {early.id}
    assert grouping.copy(late.id).reason != "first of its story"
    with pytest.raises(KeyError):
        grouping.story(late.id)


def test_a_clearly_fuller_copy_leads_and_a_slightly_fuller_one_does_not() -> None:
    grouping = Grouping()
    first = arrival("a", "Ferries stop in bay", FERRY)
    grouping.arrive(first)
    assert kinds(grouping.arrive(arrival("b", "Ferries stop in bay", FERRY + " Police agreed."))) == [Joined]
    fuller = arrival("c", "Ferries stop in bay", f"{FERRY} {MORE}")
    assert kinds(grouping.arrive(fuller)) == [Joined, Led]
    assert grouping.story(first.id).lead == fuller.id
    assert grouping.story(first.id).modified is None


def test_a_source_of_higher_priority_and_the_agency_itself_lead() -> None:
    grouping = Grouping()
    first = arrival("a", "Ferries stop in bay", f"PORT ALDER (AP) — {FERRY} {MORE}")
    grouping.arrive(first)
    favoured = arrival("b", "Ferries stop in bay", FERRY, priority=8)
    assert kinds(grouping.arrive(favoured)) == [Joined, Led]
    own = arrival("AP", "Ferries stop in bay", f"PORT ALDER (AP) — {FERRY}")
    assert grouping.arrive(own)[-1] == Led(first.id, own.id)
    assert grouping.story(first.id).agency == "AP"


def test_stories_expire_after_their_last_copy() -> None:
    grouping = Grouping(Settings(retention=7 * DAY))
    first = arrival("a", "Ferries stop in bay", FERRY)
    grouping.arrive(first)
    grouping.arrive(arrival("b", "Ferries stop in bay", FERRY, seen=1e9 + 2 * DAY))
    assert grouping.expire(1e9 + 8 * DAY) == []
    assert grouping.expire(1e9 + 10 * DAY) == [Expired(first.id)]
    assert (len(grouping), grouping.home(first.id), grouping.counters["postings"]) == (0, None, 0)


def test_the_oldest_of_too_many_stories_expires() -> None:
    grouping = Grouping(Settings(max_stories=2))
    arrivals = [
        arrival("a", f"{word} opens in Oak Bay this spring", guid=word, seen=1e9 + at)
        for at, word in enumerate(["Library", "School", "Museum", "Theatre"])
    ]
    decisions = [decision for one in arrivals for decision in grouping.arrive(one)] + grouping.expire(1e9)
    assert [one.story for one in decisions if isinstance(one, Expired)] == [arrivals[0].id, arrivals[1].id]


def test_copies_further_apart_than_the_window_do_not_join() -> None:
    grouping = Grouping(Settings(window=DAY))
    grouping.arrive(arrival("a", "Ferries stop in bay", FERRY))
    assert kinds(grouping.arrive(arrival("b", "Ferries stop in bay", FERRY, seen=1e9 + 2 * DAY))) == [Founded]


def test_an_entry_older_than_the_retention_is_recognised_but_founds_nothing() -> None:
    grouping = Grouping(Settings(window=30 * DAY))
    old = arrival("a", "Ferries stop in bay", FERRY, published=1e9 - 8 * DAY)
    assert grouping.arrive(old) == [Known(old.id)]
    first = arrival("b", "Ferries stop in bay", FERRY)
    grouping.arrive(first)
    assert kinds(grouping.arrive(old)) == [Joined]


def test_backfill_is_placed_by_its_own_date_and_nothing_lies_in_the_future() -> None:
    grouping = Grouping()
    old = arrival("a", "Ferries stop in bay", FERRY, published=1e9 - 2 * DAY, backfill=True)
    lying = arrival("b", "Council passes budget", BUDGET, published=1e9 + 9 * DAY)
    grouping.arrive(old)
    grouping.arrive(lying)
    assert (grouping.story(old.id).placed, grouping.story(old.id).backfill) == (1e9 - 2 * DAY, True)
    assert (grouping.story(lying.id).placed, grouping.story(lying.id).published) == (1e9, 1e9)


def test_published_is_the_earliest_that_a_copy_gave() -> None:
    grouping = Grouping()
    first = arrival("a", "Ferries stop in bay", FERRY)
    grouping.arrive(first)
    grouping.arrive(arrival("b", "Ferries stop in bay", FERRY, published=1e9 - 50, seen=1e9 + 5))
    grouping.arrive(arrival("c", "Ferries stop in bay", FERRY, published=1e9 - 20, seen=1e9 + 6))
    assert grouping.story(first.id).published == 1e9 - 50


def test_a_full_story_takes_no_more_and_counts_them() -> None:
    grouping = Grouping()
    for at in range(MEMBERS + 3):
        grouping.arrive(arrival(f"o{at}", "Ferries stop in bay", FERRY))
    assert len(grouping.story(entry_id("o0", "1")).copies) == MEMBERS
    assert grouping.counters["full"] == 3


def test_a_flood_of_one_template_founds_a_story_each_once_it_is_known() -> None:
    grouping = Grouping()
    for at in range(400):
        town = f"{'BCDFGHKLMN'[at % 10]}{'aeiou'[at // 10 % 5]}{'rstvwxzpqj'[at // 50]}o"
        grouping.arrive(
            arrival(
                "w",
                f"{town} weather: rain expected",
                f"The forecast for {town} calls for highs near {at} degrees and a {at % 90} percent chance of rain.",
                guid=str(at),
            )
        )
    assert len(grouping) == 400


# --- the same again ---------------------------------------------------------------------------------------


def press(seed: int, count: int) -> list[Arrival]:
    """Entries of generated news: copies with edits, revisions, templates, all by chance."""
    chance = random.Random(seed)
    words = [
        "".join(
            chance.choices("bdfgklmnprst", k=1) + chance.choices("aeiou", k=1) + chance.choices("lmnrst", k=1)
        )
        + str(n % 7) * 0
        + chance.choice(["an", "ek", "or", "ul"])
        for n in range(400)
    ]
    news: list[tuple[str, list[str]]] = []
    found = []
    for at in range(count):
        if not news or chance.random() < 0.4:
            news.append((" ".join(chance.sample(words, 7)), chance.choices(words, k=45)))
        title, text = chance.choice(news[-25:])
        copy = list(text[: chance.randint(18, 45)])
        for _ in range(2):
            del copy[chance.randrange(len(copy))]
        shown = title if chance.random() < 0.7 else " ".join(text[:9])
        guid = str(chance.randrange(at + 1)) if chance.random() < 0.1 else str(at)
        found.append(
            arrival(
                f"o{chance.randrange(20)}",
                shown.capitalize(),
                " ".join(copy),
                guid=guid,
                seen=1e9 + at * 600.0,
            )
        )
    return found


def decided(grouping: Grouping, arrivals: list[Arrival]) -> bytes:
    return msgspec.msgpack.encode([[str(decision) for decision in grouping.arrive(one)] for one in arrivals])


def stored(grouping: Grouping) -> list[tuple[Story, list[tuple[Copy, Fingerprint]]]]:
    return [
        (story, [(grouping.copy(entry), grouping.fingerprint(entry)) for entry in story.copies])
        for story in map(grouping.story, grouping.ids())
    ]


SMALL = Settings(window=2 * DAY, retention=2 * DAY, max_stories=120)


def test_the_same_inbox_gives_the_same_decisions() -> None:
    arrivals = press(1, 500)
    assert decided(Grouping(SMALL), arrivals) == decided(Grouping(SMALL), arrivals)


@pytest.mark.parametrize("cut", [1, 90, 333, 499])
def test_a_grouper_rebuilt_in_the_middle_decides_as_the_lost_one_would_have(cut: int) -> None:
    arrivals = press(2, 700)
    whole = Grouping(SMALL)
    decided(whole, arrivals[:cut])
    rebuilt = Grouping(SMALL)
    records = stored(whole)
    random.Random(cut).shuffle(records)
    rebuilt.restore_learnt(whole.learnt())
    for story, copies in records:
        rebuilt.restore(story, copies)
    assert decided(rebuilt, arrivals[cut:]) == decided(whole, arrivals[cut:])
    assert sorted(map(str, stored(rebuilt))) == sorted(map(str, stored(whole)))


def test_every_copy_is_in_exactly_one_story() -> None:
    grouping = Grouping(SMALL)
    decided(grouping, press(3, 600))
    for story, copies in stored(grouping):
        assert story.lead in story.copies
        assert [copy.entry for copy, _ in copies] == list(story.copies)
        assert all(grouping.home(copy.entry) == story.id for copy, _ in copies)


def test_what_a_source_repeats_is_learnt_and_survives_a_restart() -> None:
    grouping = Grouping()
    for at, word in enumerate(["Library", "School", "Museum", "Theatre", "Station"]):
        text = f"{word} plans were shown in Oak Bay by {word.lower()} friends. Our readers know the bay as nobody else does."
        grouping.arrive(
            arrival("gazette", f"{word} opens this spring in Oak Bay", text, guid=word, seen=1e9 + at)
        )
    assert grouping.learnt_number > 0
    assert len(grouping.lessons().boilerplate["gazette"]) == 1
    other = Grouping()
    other.restore_learnt(grouping.learnt())
    assert (other.learnt_number, other.learnt()) == (grouping.learnt_number, grouping.learnt())


# --- corrections, updates, late bridges -------------------------------------------------------------------


def test_a_correction_makes_its_story_a_corrected_one_once() -> None:
    grouping = Grouping()
    first = arrival("a", "Ferries stop in the bay after crack", FERRY)
    grouping.arrive(first)
    assert grouping.story(first.id).status == "usable"
    fixed = arrival("b", "CORRECTED-Ferries stop in the bay after crack", FERRY, seen=1e9 + 60)
    assert kinds(grouping.arrive(fixed)) == [Joined, Stated]
    assert grouping.story(first.id).status == "corrected"
    again = arrival("c", "Correction: Ferries stop in the bay after crack", FERRY, seen=1e9 + 70)
    assert kinds(grouping.arrive(again)) == [Joined]


def test_a_revision_may_be_the_correction_and_the_first_copy_too() -> None:
    grouping = Grouping()
    grouping.arrive(first := arrival("a", "Ferries stop in the bay after crack", FERRY))
    fixed = arrival("a", "KORREKTUR: Ferries stop in the bay after crack", FERRY, seen=1e9 + 60)
    assert kinds(grouping.arrive(fixed)) == [Revised, Stated]
    assert grouping.story(first.id).status == "corrected"
    grouping.arrive(other := arrival("b", "訂正：Council of Oak Bay passes its budget", BUDGET))
    assert grouping.story(other.id).status == "corrected"


@pytest.mark.parametrize(
    "title", ["Correction officers walk out", "Korrekturen am Haushalt beschlossen", "Update 3-Ferries stop"]
)
def test_a_word_about_corrections_is_none(title: str) -> None:
    grouping = Grouping()
    grouping.arrive(first := arrival("a", title, BUDGET))
    assert grouping.story(first.id).status == "usable"


def test_an_update_that_changes_a_figure_stays_a_copy_of_its_story() -> None:
    grouping = Grouping()
    sunk = "A ferry with 150 people aboard sank off Port Alder on Monday, killing at least {} people, police said."
    grouping.arrive(first := arrival("a", "Ferry sinks off Port Alder, 12 dead", sunk.format(12)))
    grouping.arrive(arrival("b", "Ferry sinks off Port Alder, 12 dead", sunk.format(12), seen=1e9 + 5))
    newer = arrival("b", "UPDATE 1-Ferry sinks off Port Alder, 31 dead", sunk.format(31), seen=1e9 + 90)
    assert kinds(grouping.arrive(newer)) == [Revised]
    late = arrival("c", "Ferry sinks off Port Alder, 40 dead", sunk.format(40), seen=1e9 + 99)
    assert kinds(grouping.arrive(late))[0] is Joined
    assert len(grouping.story(first.id).copies) == 3


def test_a_corrected_figure_leaves_a_copy_where_it_was_though_others_still_have_the_old_one() -> None:
    grouping = Grouping()
    said = "The clinics said that {} million records, {} scans and {} bills were copied from {} servers in spring."
    old, new = said.format("2.7", 4100, 380, 12), said.format("1.3", 2900, 150, 9)
    grouping.arrive(first := arrival("a", "2.7 million records copied from clinics", old))
    grouping.arrive(arrival("b", "Clinics lose 2.7 million records", old, seen=1e9 + 5))
    mended = arrival("b", "Clinics lose 1.3 million records", new, seen=1e9 + 90)
    assert kinds(grouping.arrive(mended)) == [Revised]
    assert len(grouping.story(first.id).copies) == 2
    other = arrival("c", "Clinics lose 1.3 million records", new, seen=1e9 + 99)
    assert kinds(grouping.arrive(other))[0] is Joined


def test_two_stories_become_one_when_a_copy_with_a_headline_of_its_own_holds_both_texts() -> None:
    grouping = Grouping()
    title = "Port Alder ferries idle as divers find crack in pier"
    first = arrival("a", "All ferries in the bay stopped on Monday after divers", FERRY)
    second = arrival("b", title, f"{MORE} Hotels on the islands fear for the season.", seen=1e9 + 1)
    for one in (first, second):
        assert kinds(grouping.arrive(one)) == [Founded]
    bridge = arrival("c", title, f"{FERRY} {MORE}", seen=1e9 + 2)
    decisions = grouping.arrive(bridge)
    assert Merged(first.id, second.id, (second.id,)) in decisions
    assert len(grouping) == 1
    assert set(grouping.story(first.id).copies) == {first.id, second.id, bridge.id}
    assert grouping.story(first.id).modified == 1e9 + 2
    assert grouping.home(second.id) == first.id


def test_a_digest_of_two_texts_under_a_title_of_neither_merges_nothing() -> None:
    grouping = Grouping()
    first = arrival("a", "Ferries stop in the bay after crack", FERRY)
    second = arrival("b", "Oak Bay council passes its budget", BUDGET, seen=1e9 + 1)
    grouping.arrive(first)
    grouping.arrive(second)
    grouping.arrive(
        arrival("c", "Evening news from the coast and the towns", f"{FERRY} {BUDGET}", seen=1e9 + 2)
    )
    assert grouping.home(first.id) != grouping.home(second.id)


def test_texts_that_fork_after_a_common_opening_are_not_joined_by_a_copy_that_was_cut_behind_it() -> None:
    grouping = Grouping()
    opening = "Our hour by hour guide shows you diverse views on the top stories of the day."
    first = arrival("a", "Ferries stand still", f"{opening} {FERRY} {MORE}")
    cut = arrival("b", "Our hour by hour guide shows you diverse views", opening, seen=1e9 + 1)
    other = arrival(
        "c", "Council votes on schools", f"{opening} {BUDGET} Two members voted no.", seen=1e9 + 2
    )
    for one in (first, cut, other):
        grouping.arrive(one)
    assert grouping.home(first.id) != grouping.home(other.id)
