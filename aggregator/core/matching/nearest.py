"""The rules of `core.matching.match` one by one: to which two entries came nearest, and what it lacked.

For people who ask why; nothing here decides. A test holds the two to each other: where a rule lacks nothing
here, it holds there.
"""

from __future__ import annotations

from typing import NamedTuple

from aggregator.core.matching import match
from aggregator.core.matching.fingerprint import Flag
from aggregator.core.matching.likeness import Likeness
from aggregator.core.matching.thresholds import Limits
from aggregator.core.model import Fingerprint, Signal


class Near(NamedTuple):
    """A rule by its name for people, and every signal that it asks."""

    rule: str
    signals: tuple[Signal, ...]

    @property
    def lacking(self) -> tuple[Signal, ...]:
        """What fell short."""
        return tuple(signal for signal in self.signals if not signal.passed)

    def told(self) -> str:
        """What fell short, as words."""
        lacks = ", ".join(map(_lack, self.lacking))
        return f"nearest is the rule “{self.rule}”, which lacks {lacks}"


def nearest(one: Fingerprint, other: Fingerprint, like: Likeness, limit: Limits = match.LIMITS) -> Near:
    """The rule of which least is missing, each shortfall as a part of its threshold; of several the first."""
    return min(
        rules(one, other, like, limit),
        key=lambda near: (bool(near.lacking), sum(map(_shortfall, near.lacking))),
    )


def rules(one: Fingerprint, other: Fingerprint, like: Likeness, limit: Limits = match.LIMITS) -> list[Near]:
    """Every rule that could speak for two entries; those by titles depend on how much text there is."""
    free = ("no_column", float(not one.flags & other.flags & Flag.COLUMN), 1.0)
    titled = [free, ("rare", like.rare, limit.rare)]  # asked before any title counts by itself
    found = [
        *_by_text(like, limit, free),
        *((name, [*titled, *needs]) for name, needs in _by_title(one, other, like, limit)),
    ]
    return [Near(name, tuple(_signal(*need) for need in needs)) for name, needs in found]


_Need = tuple[str, float, float]  # the name of a threshold, or of a condition that is 0 or 1; value; bound
_Rule = tuple[str, list[_Need]]


def _by_text(like: Likeness, limit: Limits, free: _Need) -> list[_Rule]:
    about = match.about(like, limit)
    weight, opened = ("weight", like.weight, limit.weight), ("opened", like.opened, limit.opened)
    closed = ("closed", like.closed, limit.closed)
    text = ("text", like.body, limit.text)
    mass = like.mass
    under_title = [
        weight,
        ("alike", like.written, limit.alike),
        ("telling", like.telling, limit.telling),
        ("rare", like.rare, limit.rare),
        free,
        ("touch", like.body, limit.touch),
        ("touch_mass", mass, limit.touch_mass),
    ]
    if like.opened < limit.opened and like.closed < limit.closed:
        under_title.append(("says", like.telling, limit.says))
    return [
        (
            "text",
            [
                weight,
                opened,
                text,
                ("text_mass", mass, limit.text_mass),
                ("about", about, limit.about),
                closed,
            ],
        ),
        (
            "text, with headlines known to each other",
            [weight, opened, text, ("wide_mass", mass, limit.wide_mass), ("wide", like.knows, limit.wide)],
        ),
        (
            "part of the text",
            [
                weight,
                opened,
                closed,
                ("part", like.body, limit.part),
                ("part_mass", mass, limit.part_mass),
                ("part_about", about, limit.part_about),
            ],
        ),
        (
            "part of the text, with the whole title known",
            [
                weight,
                opened,
                closed,
                ("known_text", like.body, limit.known_text),
                ("known_mass", mass, limit.known_mass),
                ("known", about, limit.known),
            ],
        ),
        ("title and text", under_title),
    ]


def _by_title(one: Fingerprint, other: Fingerprint, like: Likeness, limit: Limits) -> list[_Rule]:
    if like.least < limit.thin:
        says = float(match.says(one) and match.says(other))
        return [
            (
                "title over little text",
                [
                    ("thin_alike", like.written, limit.thin_alike),
                    ("thin_telling", like.telling, limit.thin_telling),
                    ("three_telling_words", says, 1.0),
                ],
            ),
            (
                "title in the other's text",
                [("cross", like.cross, limit.cross), ("cross_mass", like.crossed, limit.cross_mass)],
            ),
        ]
    return [
        (
            "title alone",
            [("title", like.written, limit.title), ("title_telling", like.telling, limit.title_telling)],
        ),
        (
            "title word by word",
            [
                ("one", like.written, limit.one),
                ("one_rare", like.rare, limit.one_rare),
                ("the_same_words", float(match.is_one_title(one, other)), 1.0),
            ],
        ),
        (
            "title in the other's text",
            [
                ("quoted", like.cross, limit.quoted),
                ("quoted_mass", like.crossed, limit.quoted_mass),
                ("title_of_its_own", float(not like.echo), 1.0),
            ],
        ),
    ]


def _signal(name: str, value: float, threshold: float) -> Signal:
    """What passes is asked of the value itself, as the rules do: what is shown is rounded."""
    return Signal(name, round(float(value), 3), threshold, passed=bool(value >= threshold))


def _shortfall(signal: Signal) -> float:
    return 1 - signal.value / signal.threshold if signal.threshold else 0.0


def _lack(signal: Signal) -> str:
    """What one signal fell short of, which rounding must not hide."""
    if float(short := f"{signal.value:.2f}") < signal.threshold:
        return f"{signal.name} {short} of {signal.threshold:g}"
    return f"{signal.name} just under {signal.threshold:g}"
