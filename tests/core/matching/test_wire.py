"""Copies and others in twenty-two languages, as feeds carry them."""

import pytest

from tests.core.matching.pairing import agree
from tests.core.matching.wire_copies import COPIES
from tests.core.matching.wire_others import OTHERS


@pytest.mark.parametrize("case", COPIES)
def test_copies_are_one_story(case: str) -> None:
    assert agree(*COPIES[case])


@pytest.mark.parametrize("case", OTHERS)
def test_others_are_not(case: str) -> None:
    assert not agree(*OTHERS[case])
