"""Are two entries copies of one text? The rules that say yes, and the verdict with its reasons.

Precision first: a false merge hides a story, a missed one only repeats it. The signals are
`core.matching.likeness`', what they have to reach stands in `core.matching.thresholds`, what forbids a
match in `core.matching.veto`.
"""

from __future__ import annotations

from typing import NamedTuple

from aggregator.core.matching.fingerprint import Flag
from aggregator.core.matching.likeness import Floor, Likeness
from aggregator.core.matching.thresholds import Limits, limits
from aggregator.core.matching.veto import VETOES, forbids
from aggregator.core.matching.vocabulary import STOP
from aggregator.core.model import Fingerprint, Signal, Verdict

LIMITS = limits()
_COLUMN = int(Flag.COLUMN)
_CHECKED = tuple(VETOES)

# How each rule is told to a person.
REASONS = {
    "text": "{like.shared} of {like.least} phrases shared",
    "part": "{like.shared} of {like.least} phrases shared, and the title's words",
    "title and text": "the same title, {like.shared} of {like.least} phrases shared",
    "title": "the same title in {like.telling:.0f} telling words",
    "title over little text": "the same title over a text too short to compare",
    "title in text": "the title stands in the text of the other",
}


def compatible(one: Fingerprint, other: Fingerprint) -> bool:
    """Could the two be in one language? Declared ones must agree, else the script."""
    return one.script == other.script and (
        not one.language or not other.language or one.language == other.language
    )


class Judged(NamedTuple):
    """What `judge` found, before it is told to anyone."""

    same: bool
    score: float
    rule: str
    veto: str | None
    like: Likeness


def judge(one: Fingerprint, other: Fingerprint, like: Likeness, limit: Limits = LIMITS) -> Judged:
    """What two entries are that were measured whole."""
    rule = rule_of(one, other, like, limit)
    veto = forbids(one, other, like) if rule else None
    return Judged(bool(rule) and not veto, score(like), rule, veto, like)


def told(judged: Judged, other: str = "", limit: Limits = LIMITS) -> Verdict:
    """The verdict with its reasons; `other` is the entry id of the copy that was compared."""
    reason = "too little in common"
    if judged.veto:
        reason = f"forbidden: {judged.veto}"
    elif judged.same:
        reason = REASONS[judged.rule].format(like=judged.like)
    return Verdict(
        same=judged.same,
        score=judged.score,
        reason=reason,
        other=other,
        signals=signals(judged.like, limit),
        vetoes=_CHECKED,
        vetoed_by=judged.veto,
    )


def promising(like: Likeness, limit: Limits = LIMITS) -> bool:
    """Could any rule of `rule_of` hold? Told by the cheap signals alone: what each rule asks of them."""
    return hopeful_by_text(like, limit) or _hopeful_by_title(like, limit)


def hopeful_by_text(like: Likeness, limit: Limits = LIMITS) -> bool:
    """Could a rule hold that a title of a template does not forbid?"""
    body, mass = like.body, like.mass
    return like.weight >= limit.weight and (
        (body >= limit.text and mass >= limit.text_mass)
        or (body >= limit.part and mass >= limit.part_mass)
        or (body >= limit.known_text and mass >= limit.known_mass)
        or (body >= limit.touch and mass >= limit.touch_mass and like.written >= limit.alike)
    )


def _hopeful_by_title(like: Likeness, limit: Limits) -> bool:
    if like.least < limit.thin:
        return like.written >= limit.thin_alike or (
            like.cross >= limit.cross and like.crossed >= limit.cross_mass
        )
    return like.written >= limit.title or (like.cross >= limit.quoted and like.crossed >= limit.quoted_mass)


def floor(limit: Limits) -> Floor:
    """What `promising` asks at least: below all of it nothing can hold."""
    return Floor(
        min(limit.text_mass, limit.part_mass, limit.known_mass, limit.touch_mass),
        min(limit.cross_mass, limit.quoted_mass),
        min(limit.thin_alike, limit.title),
    )


def rule_of(one: Fingerprint, other: Fingerprint, like: Likeness, limit: Limits = LIMITS) -> str:
    """The first rule by which two entries would be copies, "" where none holds."""
    weighty = like.weight >= limit.weight
    column = bool(one.flags & other.flags & _COLUMN)
    alike = (
        like.written >= limit.alike
        and like.telling >= limit.telling
        and like.rare >= limit.rare
        and not column
    )
    if weighty and (text := _by_text(like, limit, alike=alike)):
        return text
    return by_title(one, other, like, limit)


def by_title(one: Fingerprint, other: Fingerprint, like: Likeness, limit: Limits = LIMITS) -> str:
    """The first rule that asks the titles, and of the texts no more than whether one title stands there."""
    if one.flags & other.flags & _COLUMN or like.rare < limit.rare:
        return ""
    if like.least < limit.thin:
        if (
            like.written >= limit.thin_alike
            and like.telling >= limit.thin_telling
            and says(one)
            and says(other)
        ):
            return "title over little text"
        crossing = like.cross >= limit.cross and like.crossed >= limit.cross_mass
        return "title in text" if crossing else ""
    if like.written >= limit.title and like.telling >= limit.title_telling:
        return "title"
    if like.written >= limit.one and like.rare >= limit.one_rare and is_one_title(one, other):
        return "title"
    crossing = like.cross >= limit.quoted and like.crossed >= limit.quoted_mass and not like.echo
    return "title in text" if crossing else ""


def says(made: Fingerprint, count: int = 3) -> bool:
    """Has the title so many telling words? Fewer are a section's name, and figures are a table's."""
    found = {word for word in made.headline.split() if word not in STOP and not word[0].isdigit()}
    return len(found) >= count


def is_one_title(one: Fingerprint, other: Fingerprint) -> bool:
    """Do both titles say the same five words or more? One other word among so few is another story."""
    ours, theirs = (set(made.headline.split()) - STOP for made in (one, other))
    return ours == theirs and says(one, 5)


def _placed(like: Likeness, limit: Limits) -> bool:
    """Where a title says little, as "Stocks close higher" does, a phrase in the middle is a template's."""
    return like.telling >= limit.says or like.opened >= limit.opened or like.closed >= limit.closed


def about(like: Likeness, limit: Limits = LIMITS) -> float:
    """How much of one's title stands in the other entry, by whichever measure says most."""
    return max(
        like.about,
        like.title if like.telling >= 1 and like.title >= limit.titled else 0.0,
        like.cross if like.crossed >= 2 and not like.echo else 0.0,
    )


def _by_text(like: Likeness, limit: Limits, *, alike: bool) -> str:
    if alike and like.body >= limit.touch and like.mass >= limit.touch_mass and _placed(like, limit):
        return "title and text"
    knowing = about(like, limit)
    if like.opened < limit.opened:
        return ""
    if like.body >= limit.text and like.mass >= limit.wide_mass and like.knows >= limit.wide:
        return "text"
    if like.closed < limit.closed:
        return ""
    if like.body >= limit.text and like.mass >= limit.text_mass and knowing >= limit.about:
        return "text"
    if like.body >= limit.known_text and like.mass >= limit.known_mass and knowing >= limit.known:
        return "part"
    if like.body >= limit.part and like.mass >= limit.part_mass and knowing >= limit.part_about:
        return "part"
    return ""


def forks(like: Likeness, limit: Limits = LIMITS) -> bool:
    """Do two texts begin alike and go on differently, under titles of their own?

    Then what they share is an opening that many texts have, however rare it looks as yet: a copy of both
    that was cut behind it shows nothing. Phrases are counted here, not weighed.
    """
    return (
        like.least >= limit.fork
        and like.opened >= limit.opened
        and like.closed <= limit.fork_closed
        and like.shared < limit.fork_share * like.least
        and (like.written < limit.alike or like.echo)
    )


def bridges(one: Judged, other: Judged, limit: Limits = LIMITS) -> bool:
    """Do an entry's two likenesses show by themselves that the two copies are of one story?

    One of the titles has to be its own: a text alone may be a digest of both, or carry one as background.
    A headline that was taken from the text may be boilerplate, and says nothing.
    """
    titled = max(one.like.written, other.like.written) >= limit.alike
    return titled and not one.like.own and min(one.score, other.score) >= limit.span


def score(like: Likeness) -> float:
    """How sure a match is, from 0 to 1: text, title and title in text speak independently."""
    text = min(like.body, 1.0) * min(like.mass / 8, 1.0)
    title = 0.8 * like.written**2 * min(like.telling / 4, 1.0)
    cross = 0.6 * min(like.cross, 1.0) * min(like.crossed / 4, 1.0)
    return round(1 - (1 - text) * (1 - title) * (1 - cross), 4)


def signals(like: Likeness, limit: Limits = LIMITS) -> tuple[Signal, ...]:
    """Every signal with the threshold that it is held against."""
    held = (
        ("text", like.body, limit.text),
        ("text_mass", like.mass, limit.text_mass),
        ("weight", like.weight, limit.weight),
        ("alike", like.written, limit.alike),
        ("telling", like.telling, limit.telling),
        ("rare", like.rare, limit.rare),
        ("about", like.about, limit.about),
        ("opened", like.opened, limit.opened),
        ("closed", like.closed, limit.closed),
        ("cross", like.cross, limit.cross),
        ("cross_mass", like.crossed, limit.cross_mass),
    )
    return tuple(
        [
            Signal(name, value := round(float(found), 3), threshold, passed=value >= threshold)
            for name, found, threshold in held
        ]
    )
