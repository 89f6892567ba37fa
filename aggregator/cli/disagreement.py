"""`evaluate --decisions`: how often the machine disagrees with its editors.

Each decision in force is a labelled pair (or a few): what an editor merged is the same, what one split or
kept apart is not. The machine judges each pair by itself, with the thresholds that are asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
import typer

if TYPE_CHECKING:
    from pathlib import Path

    from aggregator.cli.lines import Pair
    from aggregator.core.matching.thresholds import Limits

_WORST = 10  # disagreements shown by name


class Opinion(msgspec.Struct, frozen=True):
    """What the machine says of a decision. `sure`: how far it is from what the editor said, 0 to 1."""

    case: str
    action: str
    same: bool  # says the editor
    agrees: bool
    score: float
    reason: str
    titles: tuple[str, str]

    @property
    def sure(self) -> float:
        """How sure the machine is of the opposite: the surest disagreement is the worst."""
        return 1.0 - self.score if self.same else self.score


def opinions(pairs: Iterable[Pair], limit: Limits) -> list[Opinion]:
    """The machine's opinion of each decision."""
    from aggregator.cli.lines import entry_of, source_of
    from aggregator.core.matching.explain import explain

    found = []
    for pair in pairs:
        (one, mine), (other, theirs) = (
            (entry_of(side, guid), source_of(side, guid)) for side, guid in ((pair.a, "a"), (pair.b, "b"))
        )
        verdict = explain(one, mine, other, theirs, limit)
        found.append(
            Opinion(
                case=pair.case,
                action=pair.action or ("same" if pair.same else "not the same"),
                same=pair.same,
                agrees=verdict.same == pair.same,
                score=verdict.score,
                reason=verdict.reason,
                titles=(pair.a.title, pair.b.title),
            )
        )
    return found


def stored(config: Path | None) -> list[Pair]:
    """The decisions in force of the running system."""
    from aggregator.cli import parts
    from aggregator.cli.lines import Pair, parsed
    from aggregator.core.decided import labelled

    async def read() -> list[Pair]:
        async with parts.store_of(parts.load(config)) as store:
            rulings = await store.orders.all(1_000_000)
        lines = [msgspec.json.encode(line) for one in reversed(rulings) for line in labelled(one)]
        return [pair for pair in map(parsed, lines) if isinstance(pair, Pair)]

    with parts.loop_runner() as runner:
        return runner.run(read())


def report(found: Sequence[Opinion]) -> dict[str, Any]:
    """How many there are, how many the machine shares, by action, and the worst by name."""
    actions = dict.fromkeys(one.action for one in found)
    return {
        "decisions": len(found),
        **_counts(found),
        "actions": {
            action: {"decisions": len(own), **_counts(own)}
            for action in actions
            if (own := [one for one in found if one.action == action])
        },
        "worst": [
            {
                "case": one.case,
                "action": one.action,
                "editor": one.same,
                "score": one.score,
                "reason": one.reason,
                "titles": list(one.titles),
            }
            for one in _worst(found)
        ],
    }


def show(found: Sequence[Opinion]) -> None:
    """The same for people."""
    if not found:
        typer.echo("There is no decision in force.")
        return
    numbers = report(found)
    typer.echo(f"{'':<14}{'decisions':>10}{'agreed':>10}{'disagreed':>11}")
    for name, counts in [*numbers["actions"].items(), ("all", numbers)]:
        typer.echo(f"{name:<14}{counts['decisions']:>10}{counts['agreed']:>10}{counts['disagreed']:>11}")
    worst = _worst(found)
    if worst:
        typer.echo("\nwhere the machine disagrees, the surest first:")
    for one in worst:
        says = "one story" if one.same else "not one story"
        typer.echo(f"  {one.action}: {one.titles[0]!r} and {one.titles[1]!r}")
        typer.echo(f"    the editor says {says}; the machine: {one.reason} (score {one.score:.2f})")


def _counts(found: Sequence[Opinion]) -> dict[str, int]:
    agreed = sum(one.agrees for one in found)
    return {"agreed": agreed, "disagreed": len(found) - agreed}


def _worst(found: Sequence[Opinion]) -> list[Opinion]:
    wrong = [one for one in found if not one.agrees]
    return sorted(wrong, key=lambda one: (-one.sure, one.case))[:_WORST]
