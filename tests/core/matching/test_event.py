"""Two texts of one event, and two that only look like it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.matching import event
from aggregator.core.matching.fingerprint import fingerprint
from aggregator.core.model import Entry, Fingerprint, Source


def made(title: str, text: str = "", language: str | None = None) -> Fingerprint:
    entry = Entry(guid=title, url="", title=title, summary=text, language=language)
    return fingerprint(entry, Source("a", "https://a.example/feed", "Alder Gazette", "Alder Gazette"))


def score(
    one: Fingerprint, other: Fingerprint, common: dict[str, int] | None = None, *, kin: bool = False
) -> float:
    """The likeness of two where every word is rare but those that stand in so many of 1,000 stories."""
    counts = {event.word(token): count for token, count in (common or {}).items()}
    weigh = event.rarity(1000)
    return event.likeness(
        event.told(one), event.told(other), lambda word: weigh(counts.get(word, 2)), kin=kin
    )


WRECK = made(
    "Cargo ship Orla Mae breaks in two off Cape Tarrow",
    "Salvage crews watched from the shore as the Orla Mae, which ran onto the rocks of Cape Tarrow, broke in two.",
)

SAME = {
    "another desk's words": made(
        "Orla Mae wreck spills oil near Tarrow after ship splits",
        "Oil was seen on the beaches under Cape Tarrow hours after the hull of the Orla Mae gave way in the swell.",
    ),
    "a headline alone": made("What is known of the Orla Mae, wrecked off Cape Tarrow"),
    "a translation": made(
        "Frachter «Orla Mae» bricht vor Cape Tarrow auseinander",
        "Vor Cape Tarrow ist der Frachter Orla Mae in zwei Teile gebrochen. Verletzt wurde niemand.",
        "de",
    ),
}
OTHER = {
    "another ship": made(
        "Cargo ship Lindvik catches fire in the port of Hallen",
        "The crew of the Lindvik was taken off before dawn, the harbour master of Hallen said.",
    ),
    "the same cape": made(
        "Cape Tarrow lighthouse to be sold", "The lighthouse keeper's house at Cape Tarrow finds no tenant."
    ),
    "one word": made("Orla wins the song contest", "The singer from Brenn beat nine others."),
    "nothing": made("", ""),
}


@pytest.mark.parametrize("other", SAME.values(), ids=SAME.keys())
def test_one_event_in_other_words_is_seen(other: Fingerprint) -> None:
    assert 0.4 < score(WRECK, other) < 1


@pytest.mark.parametrize("other", OTHER.values(), ids=OTHER.keys())
def test_another_event_is_not(other: Fingerprint) -> None:
    assert score(WRECK, other) == 0


def test_words_of_any_day_link_nothing() -> None:
    one = made("President says the government will help the people this week")
    other = made("Government says the president will help people next week")
    assert score(one, other) == 0


def test_what_many_stories_say_is_no_evidence() -> None:
    one, other = (
        made("Senate debates the Corvane budget veto"),
        made("Corvane veto: budget back in the Senate"),
    )
    assert score(one, other) > 0
    assert score(one, other, {"senate": 300, "budget": 300, "corvane": 250, "veto": 250}) == 0


def test_two_words_that_always_come_together_count_little_more_than_one() -> None:
    one = made("New Tarrow bridge opens to cyclists", "The bridge at New Tarrow cost nine million.")
    other = made("Bakers of New Tarrow bridge the winter", "A bakery in New Tarrow lends its oven.")
    assert score(one, other) == 0


def test_one_outlets_texts_have_to_agree_more_and_in_their_titles() -> None:
    other = SAME["another desk's words"]
    assert score(WRECK, other) > 0
    assert score(WRECK, other, kin=True) == 0
    again = made("Orla Mae breaks in two off Cape Tarrow: what we know")
    assert score(WRECK, again, kin=True) > 0.6


def test_the_next_number_of_a_series_tells_of_no_event() -> None:
    one, other = (
        made(f"Tarrow livestream: the Corvane replay, in full, {day} June 2020, by Orla of Brenn")
        for day in (9, 10)
    )
    assert score(one, other) > 0
    assert score(one, other, kin=True) == 0


def test_two_fillings_of_one_template_are_told_apart() -> None:
    frame = "A magnitude {} earthquake struck near {}, Quenth, at a depth of {} kilometres, officials in {} said on Monday."
    one = made("Quake shakes western Quenth", frame.format(5.1, "Sarn", 14, "Sarn"))
    other = made("Quake shakes western Quenth", frame.format(4.4, "Brenn", 90, "Dell"))
    assert event.one_template(one, other)
    assert not event.one_template(one, one)


def test_a_column_tells_of_no_event() -> None:
    assert not event.can_tell(made("Horoscope"))
    assert event.can_tell(WRECK)


@pytest.mark.parametrize(("stories", "few"), [(0, 16), (8_000, 16), (30_000, 60), (10_000_000, 96)])
def test_what_is_rare_depends_on_how_many_live(stories: int, few: int) -> None:
    assert event.few(stories) == few


titles = st.lists(
    st.sampled_from(["Orla", "Mae", "Tarrow", "wreck", "oil", "the", "Cape", "1200", "fire", "2024"]),
    max_size=9,
)


@given(titles, titles, st.booleans())
def test_it_is_the_same_both_ways(one: list[str], other: list[str], kin: bool) -> None:
    a, b = made(" ".join(one), " ".join(other)), made(" ".join(other), " ".join(one))
    assert score(a, b, kin=kin) == pytest.approx(score(b, a, kin=kin))


@given(st.lists(st.tuples(titles, titles), min_size=1, max_size=5))
def test_many_are_posted_as_each_alone(texts: list[tuple[list[str], list[str]]]) -> None:
    shapes = [made(" ".join(title), "He said " + " said ".join(text)) for title, text in texts]
    words, marks = event.posted(shapes, np.arange(10, 10 + len(shapes)))
    expected = {
        (word, event.posting(slot, title=title))
        for slot, shape in enumerate(shapes, 10)
        for title, group in ((True, event.telling(shape).title), (False, event.telling(shape).names))
        for word in group
    }
    assert set(zip(words.tolist(), marks.tolist(), strict=True)) == expected
    assert len(words) == len(expected)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            (
                "Magnitude 4.4 earthquake shakes coast near Saint Orrin",
                "A magnitude 4.4 earthquake struck 12 kilometres off Saint Orrin, the seismic institute said.",
            ),
            (
                "Magnitude 4.0 earthquake shakes coast near Tamsin",
                "A magnitude 4.0 earthquake struck 31 kilometres off Tamsin, the seismic institute said.",
            ),
        ),
        (
            (
                "Lumen shares close up 2.1% in Osthaven",
                "Shares of Lumen closed up 2.1 percent at 41.20 crowns.",
            ),
            (
                "Petrel shares close up 4.0% in Osthaven",
                "Shares of Petrel closed up 4.0 percent at 7.10 crowns.",
            ),
        ),
    ],
)
def test_two_things_told_by_one_template_are_no_event(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert event.one_template(made(*one), made(*other))
