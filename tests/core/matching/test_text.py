"""Cleaning and words: what publishers put around a wire text comes off, and the facts in it are kept."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.core.matching import agency, clean, text


@pytest.mark.parametrize(
    ("given_title", "cleaned"),
    [
        ("UPDATE 3-Harbour bridge shut after crack found", "Harbour bridge shut after crack found"),
        ("Harbour bridge shut after crack found | Coast Gazette", "Harbour bridge shut after crack found"),
        ("Harbour bridge shut after crack found - coastgazette.com", "Harbour bridge shut after crack found"),
        ("EXCLUSIVE: Harbour bridge shut after crack found", "Harbour bridge shut after crack found"),
        ("(LEAD) Harbour bridge shut after crack found", "Harbour bridge shut after crack found"),
        ("EILMELDUNG: Hafenbrücke nach Riss gesperrt", "Hafenbrücke nach Riss gesperrt"),
        ("【速報】港の橋でひび割れ、全面通行止めに", "港の橋でひび割れ、全面通行止めに"),
        ("港の橋でひび割れ、全面通行止めに - 共同通信", "港の橋でひび割れ、全面通行止めに"),
        ("&#8216;Bridge&#8217; film wins prize", "‘Bridge’ film wins prize"),
        ("&amp;#39;Bridge&amp;#39; film wins prize", "'Bridge' film wins prize"),
        ("Teams 3-2: a long night - and a short day", "Teams 3-2: a long night - and a short day"),
    ],
)
def test_a_title_loses_slug_and_site(given_title: str, cleaned: str) -> None:
    assert clean.headline(given_title, ()).text == cleaned


def test_the_name_of_its_own_source_comes_off_whatever_it_looks_like() -> None:
    assert clean.headline("Bridge shut - Die Möwe", {"die möwe"}).text == "Bridge shut"
    assert clean.headline("Bridge shut - Die Möwe", ()).text == "Bridge shut - Die Möwe"


def test_a_version_is_kept_as_a_fact() -> None:
    assert clean.headline("UPDATE 3-Bridge shut after crack", ()).version == 3
    assert clean.headline("Correction: Bridge shut after crack", ()).version == 1
    assert clean.headline("Bridge shut after crack", ()).version == 0


@pytest.mark.parametrize(
    ("raw", "first", "who"),
    [
        ("LISBON, Nov 3 (Reuters) - Ferries stopped on Monday.", "Ferries stopped on Monday.", "Reuters"),
        ("BUTTE, Mont. (AP) — Ferries stopped on Monday.", "Ferries stopped on Monday.", "AP"),
        ("Berlin (dpa) - Die Fähren stehen still.", "Die Fähren stehen still.", "dpa"),
        ("MADRID, 3 nov (EFE).- Los barcos no salen.", "Los barcos no salen.", "EFE"),
        ("OSLO — Ferries stopped on Monday.", "Ferries stopped on Monday.", ""),
        ("TOKYO (UPI) -- LISBON (AFP) - Ferries stopped on Monday.", "Ferries stopped on Monday.", "AFP"),
        ("By ANNA PORT LISBON (AP) Ferries stopped on Monday.", "Ferries stopped on Monday.", "AP"),
        ("新华社里斯本11月3日电 渡轮周一停航。", "渡轮周一停航。", "Xinhua"),
        (
            "[リスボン 3日 ロイター] フェリーは月曜日に運航を停止した。",
            "フェリーは月曜日に運航を停止した。",
            "Reuters",
        ),
        ("Prices (in euros) rose on Monday.", "Prices (in euros) rose on Monday.", ""),
    ],
)
def test_a_text_loses_byline_and_dateline_and_says_who_wrote_it(raw: str, first: str, who: str) -> None:
    body = clean.body(raw)
    assert (body.sentences[0], body.agency) == (first, who)


@pytest.mark.parametrize(
    "byline", ["By ANNA PORT", "By Anna Port and Luis Mar", "By The Associated Press", "Por Anna Port"]
)
def test_a_byline_alone_leaves_no_text(byline: str) -> None:
    assert clean.body(byline).sentences == []


@pytest.mark.parametrize(
    "around",
    [
        "{} The post Ferries stop appeared first on Coast Gazette.",
        "{} Copyright 2031 The Associated Press. All rights reserved.",
        "Sign up for our newsletter to get the day's stories. {}",
        "{} Continue reading...",
        "{} […]",
        "{} Read more at Coast Gazette",
        "FILE - In this file photo, a ferry lies in port. {}",
    ],
)
def test_promotions_come_off(around: str) -> None:
    wire = "All ferries in the bay stopped on Monday after a crack was found in the pier."
    assert " ".join(clean.body(around.format(wire)).sentences) == wire


def test_markup_and_entities_come_off() -> None:
    assert (
        clean.plain("<p>Fish &amp;amp; chips<br>cost 5 &lt; 6</p><script>x()</script>")
        == "Fish & chips cost 5 < 6"
    )


@pytest.mark.parametrize(
    ("credit", "who"),
    [
        ("Associated Press", "AP"),
        ("ANNA PORT, Associated Press", "AP"),
        ("© 2031 AFP", "AFP"),
        ("共同通信社", "Kyodo"),
        ("Anna Port", ""),
        ("", ""),
        ("PA", "PA"),
        ("Papa Pale", ""),
    ],
)
def test_a_credit_names_its_agency(credit: str, who: str) -> None:
    assert agency.credited(credit) == who


def test_words_are_parted_by_blanks_or_taken_in_pairs() -> None:
    assert text.folded(text.tokens("The city's 1,200 Ferries")) == ["the", "city", "1,200", "ferries"]
    assert text.tokens("港の橋") == ["港の", "の橋"]
    assert text.tokens("A港橋") == ["A", "港橋"]


@pytest.mark.parametrize(
    ("sample", "letter"),
    [
        ("Ferries stop", "l"),
        ("Паромы стоят", "c"),
        ("توقفت العبارات", "a"),
        ("渡轮停航", "h"),
        ("フェリー停止", "j"),
        ("여객선 중단", "k"),
        ("नौका सेवा", "d"),
        ("“Ferries” stop", "l"),
        ("", "l"),
    ],
)
def test_a_script_is_told_by_its_letters(sample: str, letter: str) -> None:
    assert text.script(sample) == letter


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=300))
def test_cleaning_takes_any_text(sample: str) -> None:
    line = clean.plain(sample)
    assert "\n" not in line
    clean.body(line)
    clean.headline(sample, {"x"})
    text.folded(text.tokens(text.normal(line)))


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=200))
def test_folding_twice_changes_nothing_more(sample: str) -> None:
    once = text.fold(sample)
    assert text.fold(once) == text.fold(text.fold(once))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(min_size=1, max_size=5), max_size=12))
def test_phrases_are_three_words_each(words: list[str]) -> None:
    assert len(text.phrases(text.numbers(words))) == (max(len(words) - 2, 1) if words else 0)


CUT = (
    "The islands stopped all search for oil on Wednesday after divers found that the anchors of a survey ship had"
    " scarred a reef"
)


@pytest.mark.parametrize("sign", ["...", "…", " [...]", " […]"])
def test_what_a_site_puts_behind_a_text_that_breaks_off_is_not_of_it(sign: str) -> None:
    assert clean.body(f"{CUT}{sign} Download the Channel 9 app for traffic on the nines.").sentences == [CUT]


def test_a_pause_in_the_middle_of_a_text_ends_nothing() -> None:
    text = (
        f"{CUT} and then ... they waited. " + "The owner said that it would pay for the harm done there. " * 4
    )
    assert clean.body(text).sentences[-1].startswith("The owner said")
