"""Bad input: no crash, no merge without evidence, and a flood of one template costs each entry the same."""

import pytest

from aggregator.core.matching.fingerprint import fingerprint
from aggregator.core.matching.story import Grouping
from aggregator.core.model import Arrival, Entry, Founded, Source, content_hash, entry_id


def arrival(outlet: str, title: str, text: str, seen: float = 1e9) -> Arrival:
    entry = Entry(guid="1", url="", title=title, summary=text)
    source = Source(outlet, "", outlet, outlet)
    return Arrival(
        id=entry_id(outlet, "1"),
        source=outlet,
        outlet=outlet,
        entry=entry,
        content_hash=content_hash(entry),
        fingerprint=fingerprint(entry, source),
        seen=seen,
    )


BAD = {
    "nothing": (("", ""), ("", "")),
    "one word": (("Ferries", ""), ("Ferries", "")),
    "one word and other texts": (
        ("Live", "Ferries stop in the bay today."),
        ("Live", "Council meets at noon."),
    ),
    "no title": (("", "Ferries stop in the bay."), ("", "Council meets at noon on schools.")),
    "only digits": (("2031 11 03", "1 2 3 4 5 6 7"), ("2031 11 03", "9 8 7 6 5 4 3")),
    "only a promotion": (
        ("Sign up here", "Sign up for our newsletter."),
        ("Sign up here", "Sign up for our newsletter."),
    ),
    "only signs": (("😀😀 🎉", "🎉"), ("😀😀 🎉", "🎉")),
    "control characters": (("\x00\x01\x02", "\x07\x1b[31m"), ("\x00\x01\x02", "\x07\x1b[31m")),
    "right to left marks": (("\u202e\u200f", "\u202b"), ("\u202e\u200f", "\u202b")),
    "dashes": (("---", "- - -"), ("---", "- - -")),
    "mixed scripts": (("日本 Привет שלום", "abc где"), ("中国 Пока مرحبا", "xyz там")),
}


@pytest.mark.parametrize("case", BAD)
def test_what_gives_no_evidence_is_never_joined(case: str) -> None:
    grouping = Grouping()
    for at, (title, text) in enumerate(BAD[case]):
        assert isinstance(grouping.arrive(arrival(f"o{at}", title, text))[-1], Founded)


def test_a_megabyte_of_text_is_looked_at_only_so_far() -> None:
    grouping = Grouping()
    words = " ".join(f"word{at % 5000}" for at in range(130_000))
    grouping.arrive(arrival("a", "A very long text of many words", words))
    grouping.arrive(arrival("b", "Another very long text of words", words[::-1]))
    assert len(grouping) == 2
    assert len(grouping.fingerprint(entry_id("a", "1")).tokens) < 1000


def test_a_flood_of_one_template_is_told_apart_at_a_cost_that_does_not_grow() -> None:
    grouping = Grouping()
    asked = []
    for at in range(4_000):
        firm = f"{'BDFGKLMNPR'[at % 10]}{'aeiou'[at // 10 % 5]}{'bdfgklmnpr'[at // 50 % 10]}{'aeiou'[at // 500 % 5]}{'lnrst'[at // 2500 % 5]}"
        text = (
            f"{firm} Inc. on Monday reported third-quarter profit of ${at % 97 + 1}.{at % 10} million. The company"
            f" said it had net income of {at % 89 + 2} cents per share and revenue of ${at % 83 + 40} million."
        )
        grouping.arrive(arrival(f"o{at}", f"{firm}: third-quarter earnings snapshot", text, 1e9 + at * 0.006))
        if at in {999, 2499, 3999}:
            asked.append(grouping.counters["candidates"])
    early, late = (asked[1] - asked[0]) / 1500, (asked[2] - asked[1]) / 1500
    assert late <= min(2 * early, 24)
    assert len(grouping) == 4_000
