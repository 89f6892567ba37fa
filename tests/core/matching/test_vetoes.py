"""Every veto by its name: what it has to forbid, and the near neighbours that it has to let through."""

import pytest

from aggregator.core.matching.veto import VETOES
from tests.core.matching.allowed import ALLOWED
from tests.core.matching.forbidden import FORBIDDEN
from tests.core.matching.pairing import Pairs, agree, judged


def cases(table: dict[str, Pairs]) -> list[tuple[str, str]]:
    return [(name, case) for name, pairs in table.items() for case in pairs]


@pytest.mark.parametrize(("name", "case"), cases(FORBIDDEN))
def test_a_veto_forbids(name: str, case: str) -> None:
    one, other = FORBIDDEN[name][case]
    assert judged(one, other).vetoed_by == name
    assert not agree(one, other)


@pytest.mark.parametrize(("name", "case"), cases(ALLOWED))
def test_a_near_neighbour_is_let_through(name: str, case: str) -> None:
    assert agree(*ALLOWED[name][case])


def test_every_veto_has_both_tables() -> None:
    assert FORBIDDEN.keys() == ALLOWED.keys() == VETOES.keys()
