"""Does an entry belong to a story, whoever came first? What a site puts before all its texts gathers nothing."""

import itertools
import random

import pytest

from aggregator.core.matching.fingerprint import fingerprint
from aggregator.core.matching.story import Grouping
from aggregator.core.model import Arrival, Entry, Source, content_hash, entry_id

TOLL = (
    "Drivers of electric vans will pay half the toll on the Merel bridge from autumn, the regional "
    "assembly decided after a debate of nine hours that ended at dawn."
)
OPENING = (
    "In this hour we walk you through every angle of what people argue about around the breakfast table, "
    "so that you can make up your own mind before you leave."
)
TALES = {
    "Why nobody sells sleds": "Three winters without frost have emptied the workshops of Upper Gant and its valleys.",
    "Can choirs heal grief?": "A physician in Wessel sends widowers to rehearsals instead of prescribing them pills.",
    "Herring quotas, explained": "Ministers from nine coastal states haggle over cod, sprat and mackerel until Friday.",
    "The last lighthouse keeper": "Ida Pell climbs 212 steps each evening although the lamp has long been automatic.",
    "Do bees need passports?": "Hives that cross the Ardo pass must now carry chips, to the anger of their owners.",
    "Rail fares and fairness": "Commuters from Lumo pay twice what tourists do for the same creaking night train.",
    "Who owns a shipwreck": "Divers, heirs and an insurance company quarrel about porcelain from a sunken brig.",
    "Small towns, big stadiums": "Sund has 4,000 inhabitants, debts of 90 million crowns and seats for 12,000 fans.",
}


def arrival(outlet: str, title: str, text: str, seen: float) -> Arrival:
    entry = Entry(guid="1", url=f"https://{outlet}.example/1", title=title, summary=text)
    source = Source(outlet, f"https://{outlet}.example/feed", outlet, outlet)
    made = fingerprint(entry, source)
    return Arrival(entry_id(outlet, "1"), outlet, outlet, entry, content_hash(entry), made, seen=1e9 + seen)


def homes(entries: list[tuple[str, str]], order: tuple[int, ...]) -> list[str | None]:
    """The story of each entry after they arrived in some order."""
    grouping, ids = Grouping(), [entry_id(f"outlet{at}", "1") for at in range(len(entries))]
    for seen, at in enumerate(order):
        grouping.arrive(arrival(f"outlet{at}", *entries[at], seen))
    return [grouping.home(one) for one in ids]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))), ids=str)
def test_a_copy_that_only_one_copy_of_a_story_vouches_for_joins_whoever_came_first(
    order: tuple[int, ...],
) -> None:
    entries = [
        ("Half the toll on Merel bridge for electric vans", TOLL),
        ("Vans that hum cross for less", TOLL),
        ("Merel bridge: electric vans pay half the toll from autumn", f"{TOLL} Lorries pay as before."),
        ("Vans that hum cross over for less tolls", "By Ann Leary"),
    ]
    assert len(set(homes(entries, order))) == 1


@pytest.mark.parametrize("seed", range(6))
def test_an_opening_that_a_site_puts_before_all_its_texts_gathers_no_story_of_many(seed: int) -> None:
    entries = [("In this hour we walk you through every angle of what people argue about", OPENING)]
    entries += [(title, f"{OPENING} {tale}") for title, tale in TALES.items()]
    order = list(range(1, len(entries)))
    random.Random(seed).shuffle(order)
    found = homes(entries, (0, *order))
    assert max(map(found.count, found)) <= 3


@pytest.mark.parametrize("seed", range(4))
def test_desks_that_all_rewrite_the_headline_of_one_text_stay_together(seed: int) -> None:
    titles = [
        "Half the toll on Merel bridge for electric vans",
        "Assembly halves bridge toll after debate of nine hours",
        "Electric vans to pay half",
        "Nine hours of debate end at dawn: cheaper bridge for vans",
        "From autumn, Merel bridge costs electric drivers half",
        "Toll cut decided at dawn by the regional assembly",
    ]
    order = list(range(len(titles)))
    random.Random(seed).shuffle(order)
    assert len(set(homes([(title, TOLL) for title in titles], tuple(order)))) == 1


def test_a_headline_that_nobody_knows_may_be_one_desks_joke() -> None:
    titles = ["Electric vans pay half on Merel bridge"] * 4 + ["A quiet revolution"]
    assert len(set(homes([(title, TOLL) for title in titles], (0, 1, 2, 3, 4)))) == 1


@pytest.mark.parametrize("seed", range(4))
def test_a_whole_text_is_one_story_though_no_headline_knows_another(seed: int) -> None:
    text = f"{TOLL} {OPENING} {TALES['Who owns a shipwreck']} {TALES['Can choirs heal grief?']}"
    titles = (
        "Cheaper crossings",
        "Nine hours to say yes",
        "Dawn vote pleases couriers",
        "Merel weighs budget",
    )
    order = list(range(len(titles)))
    random.Random(seed).shuffle(order)
    assert len(set(homes([(title, text) for title in titles], tuple(order)))) == 1
