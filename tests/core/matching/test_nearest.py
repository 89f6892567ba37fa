"""Why two entries are no copies: the rule that came nearest is named, with what it lacks."""

from __future__ import annotations

import itertools
import random

import pytest
from pairing import judged

from aggregator.core.matching.explain import LONGEST, explain, measured, phrase
from aggregator.core.matching.match import rule_of
from aggregator.core.matching.nearest import nearest, rules
from aggregator.core.matching.thresholds import TABLE
from aggregator.core.model import Entry, Source

FERRY = "All ferries in the bay stopped on Monday after divers found a crack in the main pier of Port Alder."
CONDITIONS = {"no_column", "three_telling_words", "the_same_words", "title_of_its_own"}


def test_a_repeated_phrase_under_other_titles_names_what_fell_short() -> None:
    verdict = judged(("Museum reopens", f"{FERRY} " * 4), ("Council votes on budget", f"{FERRY} " * 4))
    assert not verdict.same
    assert verdict.reason.startswith("too little in common; nearest is the rule “")
    failed = [signal.name for signal in verdict.signals if not signal.passed]
    assert failed
    assert any(f"{name} " in verdict.reason for name in failed)


def test_what_a_veto_forbids_names_the_veto_alone() -> None:
    title, text = (
        "Ferry sinks off Port Alder with {0} aboard",
        "A ferry with {0} people aboard sank on Monday.",
    )
    verdict = judged((title.format(12), text.format(12)), (title.format(340), text.format(340)))
    assert verdict.vetoed_by
    assert verdict.reason == f"forbidden: {verdict.vetoed_by}"


def test_each_signal_has_one_line() -> None:
    verdict = judged(("Ferries stop", FERRY), ("Pier cracks", FERRY))
    names = [signal.name for signal in verdict.signals]
    assert len(names) == len(set(names))
    assert set(names) <= set(TABLE) | CONDITIONS


@pytest.mark.parametrize("seed", range(8))
def test_a_rule_lacks_nothing_where_it_holds_and_something_where_none_does(seed: int) -> None:
    """Texts cut and mixed in every way: what is told agrees with what is decided."""
    chance = random.Random(seed)
    words = [f"{chance.choice('bcdfglmnprst')}{chance.choice('aeiou')}rn{number}" for number in range(60)]
    entries = []
    for number in range(14):
        start = chance.choice([0, 0, 0, 5, 20])
        body = words[start : start + chance.choice([0, 4, 12, 30, 40])]
        title = words[chance.choice([0, 0, 0, 2, 40]) :][: chance.choice([3, 5, 9])]
        if chance.random() < 0.3:
            body = [*body[: len(body) // 2], *chance.sample(words, 10)]
        entries.append(Entry(guid=str(number), url="", title=" ".join(title), summary=" ".join(body)))
    held = set()
    for one, other in itertools.combinations(entries, 2):
        a, b, like = measured(one, Source("a", "", "A", "A"), other, Source("b", "", "B", "B"))
        holds = bool(rule_of(a, b, like))
        held.add(holds)
        assert any(not near.lacking for near in rules(a, b, like)) == holds
        assert (not nearest(a, b, like).lacking) == holds
    assert held == {True, False}


def test_a_long_phrase_is_cut() -> None:
    found = phrase(f"{FERRY} " * 6, f"{FERRY} " * 6)
    assert len(found) <= LONGEST
    assert found.startswith("All ferries")
    assert found.endswith("…")


def test_what_is_told_of_two_languages_is_the_language_alone() -> None:
    one = Entry(guid="1", url="", title="Ferries stop", summary=FERRY, language="en")
    other = Entry(guid="2", url="", title="Ferries stop", summary=FERRY, language="de")
    verdict = explain(one, Source("a", "", "A", "A"), other, Source("b", "", "B", "B"))
    assert (verdict.same, verdict.reason) == (False, "forbidden: another language")
