"""What is sorted out early could not have joined: cheap looks never cost a match."""

from hypothesis import assume, given
from hypothesis import strategies as st

from aggregator.core.matching import promotion
from aggregator.core.matching.glance import Glance
from aggregator.core.matching.likeness import Likeness
from aggregator.core.matching.match import LIMITS, floor, promising, rule_of
from aggregator.core.model import Fingerprint

SHARE = st.floats(0, 1)
MASS = st.floats(0, 20)
TITLED = Fingerprint(headline="minister orders review of harbour bridge")


@st.composite
def likenesses(draw: st.DrawFn) -> Likeness:
    """Any likeness: shares from 0 to 1, masses and counts from 0."""
    return Likeness(
        body=draw(SHARE), mass=draw(MASS), shared=draw(st.integers(0, 60)), least=draw(st.integers(0, 60)),
        weight=draw(SHARE), cross=draw(SHARE), crossed=draw(MASS), written=draw(SHARE), title=draw(SHARE),
        telling=draw(MASS), rare=draw(SHARE), about=draw(SHARE), opened=draw(SHARE), closed=draw(SHARE),
    )  # fmt: skip


@given(likenesses())
def test_what_a_rule_joins_was_promising(like: Likeness) -> None:
    assert promising(like) or not rule_of(TITLED, TITLED, like)


@given(likenesses())
def test_what_is_promising_reaches_the_floor(like: Likeness) -> None:
    least = floor(LIMITS)
    reached = like.mass >= least.mass or like.crossed >= least.crossed or like.written >= least.written
    assert reached or not promising(like)


@given(st.from_regex(promotion._PROMOTION, fullmatch=True))
def test_a_promotion_holds_what_promotions_are_looked_for_by(sentence: str) -> None:
    assume(sentence == sentence.lower() and "abone" not in sentence)
    assert promotion.hints(sentence, Glance(promotion.look).of(sentence))


@given(st.from_regex(promotion._TAIL, fullmatch=True))
def test_a_tail_holds_what_tails_are_looked_for_by(end: str) -> None:
    assume(end == end.lower() and "original" not in end and "whole" not in end)
    assert promotion._may_end(end)


@given(st.from_regex(promotion._NOISE, fullmatch=True))
def test_a_pages_furniture_holds_what_it_is_looked_for_by(text: str) -> None:
    assert any(run in text for run in promotion._NOISE_RUNS)
