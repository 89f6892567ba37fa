"""How good a grouping is against labels: precision and recall over pairs, ARI, B-cubed.

Every measure is computed from the counts of (label, group) alone, so a million entries are a matter of
seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence

from aggregator.core.model import Record


class Score(Record, frozen=True):
    """Shares from 0 to 1; `ari` may be below 0 where a grouping is worse than chance."""

    precision: float
    recall: float
    f1: float
    ari: float
    b_cubed_f1: float


def score(gold: Sequence[Hashable], found: Sequence[Hashable]) -> Score:
    """Compare two labellings of the same entries, given in the same order.

    Where there is no pair to find or none was claimed, the share is 1: nothing was missed, nothing was wrong;
    so of no entries at all every share is 1.
    B-cubed as Bagga and Baldwin define it (1998), the adjusted Rand index as Hubert and Arabie (1985).
    """
    if not gold:
        return Score(1.0, 1.0, 1.0, 1.0, 1.0)
    cells = Counter(zip(gold, found, strict=True))
    labels, groups = Counter(gold), Counter(found)
    both, true, claimed = _pairs(cells.values()), _pairs(labels.values()), _pairs(groups.values())
    precision = both / claimed if claimed else 1.0
    recall = both / true if true else 1.0
    count = len(gold)
    b_precision = sum(size * size / groups[group] for (_, group), size in cells.items()) / count
    b_recall = sum(size * size / labels[label] for (label, _), size in cells.items()) / count
    return Score(
        precision,
        recall,
        _harmonic(precision, recall),
        _ari(both, true, claimed, count),
        _harmonic(b_precision, b_recall),
    )


def _pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def _harmonic(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0


def _ari(both: int, true: int, claimed: int, count: int) -> float:
    pairs = count * (count - 1) / 2
    chance = true * claimed / pairs if pairs else 0.0
    most = (true + claimed) / 2
    return (both - chance) / (most - chance) if most != chance else 1.0


class Error(Record, frozen=True):
    """Two lines that one labelling joins and the other parts, and how many such pairs they stand for."""

    pairs: int
    one: int
    other: int


def worst(together: Sequence[Hashable], apart: Sequence[Hashable], count: int) -> list[Error]:
    """The errors that cost the most pairs: lines that `together` joins and `apart` parts."""
    groups: dict[Hashable, dict[Hashable, list[int]]] = {}
    for line, (group, label) in enumerate(zip(together, apart, strict=True)):
        groups.setdefault(group, {}).setdefault(label, []).append(line)
    errors = []
    for parts in groups.values():
        if len(parts) > 1:
            sizes = sorted(parts.values(), key=lambda lines: (-len(lines), lines[0]))
            whole = sum(map(len, sizes))
            errors.append(Error(_pairs([whole]) - _pairs(map(len, sizes)), sizes[0][0], sizes[1][0]))
    return sorted(errors, key=lambda error: (-error.pairs, error.one))[:count]
