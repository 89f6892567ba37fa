"""What is sorted out early could not have joined: cheap looks never cost a match."""

from hypothesis import given
from hypothesis import strategies as st

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
