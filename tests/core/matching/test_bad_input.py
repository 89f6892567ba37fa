"""Bad input: no crash, no merge without evidence, and a flood of one template costs each entry the same."""

import pytest

from aggregator.core.matching.fingerprint import fingerprint
from aggregator.core.matching.story import Grouping
from aggregator.core.model import Arrival, Entry, Founded, Source, content_hash, entry_id
from tests.core.matching.pairing import Pairs, agree


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
    "only boilerplate": (
        ("More", "All rights reserved. Follow us on Facebook. Click here to subscribe."),
        ("More", "All rights reserved. Follow us on Facebook. Click here to subscribe."),
    ),
    "only boilerplate, from right to left": (
        ("المزيد", "اقرأ أيضا. جميع الحقوق محفوظة."),
        ("المزيد", "اقرأ أيضا. جميع الحقوق محفوظة."),
    ),
    "a table of digits under one title": (
        ("Results", "1 4 88 7 12 30 41 5 6 19 22 8"),
        ("Results", "3 9 71 2 15 33 40 4 7 18 25 1"),
    ),
    "emoji around one word": (("🔥 Live 🔥", "⚽⚽⚽ 1 0"), ("🔥 Live 🔥", "⚽⚽⚽ 3 2")),
    "one letter": (("A", "B"), ("A", "C")),
    "only marks that combine": (
        ("\u0301\u0302\u0303", "\u0650\u064b"),
        ("\u0301\u0302\u0303", "\u0650\u064b"),
    ),
    "mixed scripts": (("日本 Привет שלום", "abc где"), ("中国 Пока مرحبا", "xyz там")),
}


@pytest.mark.parametrize("case", BAD)
def test_what_gives_no_evidence_is_never_joined(case: str) -> None:
    grouping = Grouping()
    for at, (title, text) in enumerate(BAD[case]):
        assert isinstance(grouping.arrive(arrival(f"o{at}", title, text))[-1], Founded)


@pytest.mark.parametrize("case", BAD)
def test_what_gives_no_evidence_is_no_copy_where_it_is_asked_about(case: str) -> None:
    assert not agree(*BAD[case])


FERRY = "The ferry between Wendover and the north quay ran aground in thick fog before dawn, and all forty on board were taken off by noon."
ARABIC = "جنحت العبارة بين وندا والرصيف الشمالي في ضباب كثيف قبل الفجر وأنزل جميع ركابها الأربعين بحلول الظهر بحسب الميناء."
ODD: Pairs = {
    "control characters in one": (
        ("Wendover ferry runs aground", FERRY),
        ("Fog stops\x07 a ferry", "\x00\x1b[0m" + FERRY.replace(" ran", "\x0b ran")),
    ),
    "marks of direction in one": (
        ("جنوح عبارة في الضباب", ARABIC),
        ("\u202bضباب يوقف عبارة\u202c", f"\u200f{ARABIC}\u200e"),
    ),
    "vowels and long letters in one": (
        ("جنوح عبارة في الضباب", ARABIC),
        ("ضباب يوقف عبارة", ARABIC.replace("قبل", "قَبْـل")),
    ),
    "emoji in one": (("Wendover ferry runs aground", FERRY), ("⛴️ Fog stops a ferry 😱", f"🚨 {FERRY} 🚨")),
    "soft hyphens and spaces of no width in one": (
        ("Wendover ferry runs aground", FERRY),
        ("Fog stops a ferry", FERRY.replace("ground", "gr\u00adound").replace("quay", "qu\u200bay")),
    ),
    "another script in a bracket": (
        ("Wendover ferry runs aground", FERRY),
        ("Fog stops a ferry", FERRY.replace("Wendover", "Wendover (Уэндовер, 文德)")),
    ),
    "a megabyte behind one": (
        ("Wendover ferry runs aground", FERRY),
        ("Fog stops a ferry", FERRY + " more" * 200_000),
    ),
}


@pytest.mark.parametrize("case", ODD)
def test_odd_signs_hide_no_copy(case: str) -> None:
    assert agree(*ODD[case])


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
