"""Words that are remembered are the words of the text, whatever was read before."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.core.matching import lexicon, promotion, text
from aggregator.core.matching.dateline import dateline, places
from aggregator.core.matching.glance import Glance, Runs

ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)


def plainly(line: str, bound: int) -> list[str]:
    return text.folded(text.tokens(text.normal(line))[:bound])


@given(ANY, st.integers(1, 40))
@example("Don’t “ask” O'Neil's 10–3 win, U.S.-born", 40)
@example("ﾊｼ の橋 don't", 40)
@example("सरकार ने don't कहा", 40)
@example("ΟΔΟΣ ΣΟΦΟΣ. İstanbul ﬁx", 40)
def test_words_looked_up_are_those_that_the_whole_text_parts_into(line: str, bound: int) -> None:
    read = lexicon.columns(lexicon.read(line, bound))
    assert lexicon.words(read.codes) == plainly(line, bound)
    assert read.numbers.tolist() == text.numbers(plainly(line, bound)).tolist()


def test_a_text_reads_the_same_after_all_words_were_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    line = "Ferries in the bay stopped on Monday after 12 divers found a crack"
    before = lexicon.columns(lexicon.read(line, 30))
    words = lexicon.words(before.codes)
    monkeypatch.setattr(lexicon, "_BOUND", 0)
    lexicon.tidy()
    lexicon.read("Other words come first", 30)
    after = lexicon.columns(lexicon.read(line, 30))
    assert lexicon.words(after.codes) == words
    assert (after.numbers, after.flags) == (before.numbers, before.flags)


@given(ANY)
@example("a")
@example("a b")
@example("a b c")
def test_phrases_of_packed_words_are_those_of_their_hashes(line: str) -> None:
    packed = lexicon.read(line, 130)
    numbers = text.numbers(lexicon.words(lexicon.columns(packed).codes))
    assert lexicon.phrases(packed) == text.phrases(numbers).tolist()


RUNS = ("read more", " is more than ", "newsletter", "page ", "our free")


@given(st.sampled_from(RUNS), ANY, ANY)
def test_a_run_is_never_missed_by_its_words(run: str, before: str, behind: str) -> None:
    words = f"{before}{run}{behind}".split()
    assert any(run in Runs(RUNS).within(word) for word in words)


@pytest.mark.parametrize("hint", sorted(promotion._SURE))
def test_what_is_surely_a_promotion_is_one_for_the_pattern(hint: str) -> None:
    assert promotion._PROMOTION.search(f"zu {hint} am")
    assert promotion._PROMOTION.search(f"zu{hint}am")


@pytest.mark.parametrize(
    "line",
    [
        "LONDON, Nov. 3 (Reuters) - The bridge is shut.",
        "MOSCOW, November 3. /TASS/. The bridge is shut.",
        "OTTAWA — THE CANADIAN PRESS — The bridge is shut.",
        "路透社伦敦3日电 大桥关闭。",
    ],
)
def test_what_a_dateline_is_read_from_can_be_told_by_a_word(line: str) -> None:
    assert dateline(line)[1]
    assert any(map(places, line.split()))


NOISY = st.lists(
    st.sampled_from(
        [
            "Share Facebook Tweet Email",
            "ADVERTISEMENT",
            "Advertisement",
            "Story continues below",
            "hide caption",
            "Enlarge this image toggle caption",
            "Next Image 2 of 3",
            "image copyright Ann Low image caption",
            "the pier",
            "Sharehide",
        ]
    ),
    max_size=8,
)


@given(NOISY, st.sampled_from([" ", "", "x"]))
def test_furniture_is_found_where_the_pattern_finds_it(pieces: list[str], between: str) -> None:
    line = between.join(pieces)
    assert promotion._quiet(line) == promotion._NOISE.sub(" ", line).strip()


def test_a_glance_forgets_no_word_that_it_is_asked_for() -> None:
    glance = Glance(lambda word: 1 if "a" in word else 2)
    assert [glance.of(line) for line in ("b b", "a b", "", "a" * 500)] == [2, 3, 0, 1]
