"""Every threshold of matching, in one table, each with its reason. `evaluate --set NAME=VALUE` tries another.

The values were chosen on one half of the labelled stories and measured on the other: docs/matching.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple


class Threshold(NamedTuple):
    """A value that a signal has to reach, and why it is this."""

    value: float
    reason: str


TABLE: dict[str, Threshold] = {
    # --- what counts as evidence at all
    "weight": Threshold(
        0.6, "shared phrases that stand in many stories are boilerplate: their mean weight says so"
    ),
    "rare": Threshold(0.4, "a title whose phrases stand in many stories is that of a column or a template"),
    "telling": Threshold(2.0, "two telling words that both titles hold: below that any two titles may agree"),
    "alike": Threshold(0.7, "titles written so much alike are one title with a desk's edits"),
    "about": Threshold(
        0.2, "of one title's words this share stands in the other entry; boilerplate hardly reaches it"
    ),
    "opened": Threshold(
        0.5, "a copy begins with what stands in the other; shared background stands further down"
    ),
    "closed": Threshold(
        0.4, "and what one copy ends with stands in the other; a shared beginning is boilerplate"
    ),
    # --- text, whatever the title
    "text": Threshold(0.5, "half of the shorter text's phrases: what cuts and word edits leave of a copy"),
    "text_mass": Threshold(
        7.0, "seven rare phrases are about one sentence, which quotes also reach: so the others are asked too"
    ),
    "titled": Threshold(0.6, "of the shorter title stand in the longer: less is the name of a column"),
    "wide": Threshold(
        0.5, "where a headline of its own is known to the other by half, a shared beginning is no boilerplate"
    ),
    "wide_mass": Threshold(12.0, "two sentences or a long one: the cuts took different ends"),
    "part": Threshold(
        0.3, "where cuts took different sentences a third is left; then more of the title has to be there"
    ),
    "part_mass": Threshold(8.0, "as for text, and a little more since the share is lower"),
    "part_about": Threshold(0.5, "half of the title's words, since a third of the text is not much"),
    "known": Threshold(
        0.8, "nearly the whole title stands in the other entry: then little text has to be shared"
    ),
    "known_text": Threshold(0.15, "a sixth of the text: the cuts took other sentences"),
    "known_mass": Threshold(4.0, "four rare phrases: six words in a row"),
    # --- text under one title
    "touch": Threshold(0.1, "under one title a tenth of the text shows that it is not another text"),
    "touch_mass": Threshold(3.0, "three rare phrases: five words in a row"),
    "says": Threshold(
        3.5,
        "of a title of three telling words, as 'Stocks close higher', the text's beginning or end is asked",
    ),
    # --- titles alone
    "title": Threshold(
        0.85, "independent texts under one title are a copy only if the title is very much the same"
    ),
    "title_telling": Threshold(4.2, "and says much: 'Man charged with murder' has three telling words"),
    "one": Threshold(0.92, "one title of five words or more, whose words may be common by themselves"),
    "one_rare": Threshold(0.8, "if it stands in hardly any other story"),
    "thin_alike": Threshold(
        0.7, "without texts to contradict the titles have to be no more alike than with them"
    ),
    "thin_telling": Threshold(1.0, "and a byline says nothing else, so one rare word among three is enough"),
    "thin": Threshold(6.0, "fewer phrases are a byline or a caption, and can't contradict"),
    # --- a title that stands in the other's text
    "cross": Threshold(
        0.5, "desks put the first sentence as a headline: half of its phrases stand in the text"
    ),
    "cross_mass": Threshold(2.0, "two rare phrases: four words in a row"),
    "quoted": Threshold(0.6, "where both have texts more of the title has to stand in the other's"),
    "quoted_mass": Threshold(4.0, "four rare phrases: six words in a row are no accident"),
    # --- stories
    "strong": Threshold(0.6, "from this score one copy's word is enough to join its story"),
    "bridge": Threshold(0.5, "from this score on both sides two stories are asked whether they are one"),
    "fork": Threshold(12.0, "with fewer phrases nobody can tell how a text goes on"),
    "fork_share": Threshold(0.4, "copies that begin alike share more than this of the shorter text"),
    "fork_closed": Threshold(0.3, "and what one of them ends with"),
    "span": Threshold(0.25, "from this score on both sides an entry's own headline shows that they are"),
}


MASSES = frozenset(
    {
        "telling",
        "text_mass",
        "wide_mass",
        "part_mass",
        "known_mass",
        "touch_mass",
        "says",
        "title_telling",
        "thin_telling",
        "thin",
        "cross_mass",
        "quoted_mass",
        "fork",
    }
)
"""The thresholds that count words or phrases: 0 or more. All others are shares and scores, from 0 to 1."""


def misfit(name: str, value: float) -> str | None:
    """Why a threshold can't have a value; None where it can. KeyError where a name is not in the table."""
    if name not in TABLE:
        raise KeyError(name)
    most = math.inf if name in MASSES else 1.0
    if 0 <= value <= most and math.isfinite(value):
        return None
    return f"{name} is {'0 or more' if name in MASSES else 'a share, from 0 to 1'}: {value:g} is not."


def values(changed: Mapping[str, float] | None = None) -> dict[str, float]:
    """The values by name, some of them changed; KeyError where a name is not in the table."""
    found = {name: threshold.value for name, threshold in TABLE.items()}
    for name, value in (changed or {}).items():
        if name not in found:
            raise KeyError(name)
        found[name] = value
    return found


class Limits(NamedTuple):
    """The same with names that a type checker knows."""

    weight: float
    rare: float
    telling: float
    alike: float
    about: float
    opened: float
    closed: float
    text: float
    text_mass: float
    titled: float
    wide: float
    wide_mass: float
    part: float
    part_mass: float
    part_about: float
    known: float
    known_text: float
    known_mass: float
    touch: float
    touch_mass: float
    says: float
    title: float
    title_telling: float
    one: float
    one_rare: float
    thin_alike: float
    thin_telling: float
    thin: float
    cross: float
    cross_mass: float
    quoted: float
    quoted_mass: float
    strong: float
    bridge: float
    fork: float
    fork_share: float
    fork_closed: float
    span: float


def limits(changed: Mapping[str, float] | None = None) -> Limits:
    """The thresholds in force; KeyError for a name that is not in the table."""
    return Limits(**values(changed))
