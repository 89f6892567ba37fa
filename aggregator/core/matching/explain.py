"""Two entries held against each other, with everything that was looked at: for people who ask why."""

from __future__ import annotations

from difflib import SequenceMatcher

from msgspec.structs import replace

from aggregator.core.matching import clean, match
from aggregator.core.matching.fingerprint import Publisher, fingerprint
from aggregator.core.matching.learnt import NOTHING, Learnt
from aggregator.core.matching.likeness import Likeness, Probe, Weighing, coarse, fine
from aggregator.core.matching.nearest import nearest
from aggregator.core.matching.text import normal, tokens
from aggregator.core.matching.thresholds import Limits
from aggregator.core.model import Entry, Fingerprint, Text, Verdict

LONGEST = 200  # characters of a phrase that are shown
_WORDS = 400  # of each text are searched for the longest shared phrase


def explain(
    one: Entry,
    mine: Publisher,
    other: Entry,
    theirs: Publisher,
    limit: Limits = match.LIMITS,
    *,
    weighing: Weighing | None = None,
    learnt: Learnt = NOTHING,
) -> Verdict:
    """The verdict on two entries with all signals, the vetoes checked and the longest shared phrase.

    Without `weighing` every word counts as rare, as in a system that has seen nothing else.
    """
    a, b, like = measured(one, mine, other, theirs, weighing=weighing, learnt=learnt)
    verdict = replace(
        match.told(match.judge(a, b, like, limit), limit=limit), phrase=phrase(_text(one), _text(other))
    )
    near = nearest(a, b, like, limit)
    signals = {signal.name: signal for signal in (*verdict.signals, *near.signals)}
    verdict = replace(verdict, signals=tuple(signals.values()))
    if not verdict.same and near.lacking:
        verdict = replace(verdict, reason=f"{verdict.reason}; {near.told()}")
    if match.compatible(a, b):
        return verdict
    return replace(verdict, same=False, reason="forbidden: another language", vetoed_by="language")


def shared(one: str, other: str, text: Text, its: Text) -> str:
    """The longest phrase that two copies share, of their titles where one has no text."""
    mine, theirs = (
        Entry(guid="", url="", title=title, summary=said.summary, content_html=said.content_html)
        for title, said in ((one, text), (other, its))
    )
    return phrase(_text(mine), _text(theirs))


def measured(
    one: Entry,
    mine: Publisher,
    other: Entry,
    theirs: Publisher,
    *,
    weighing: Weighing | None = None,
    learnt: Learnt = NOTHING,
) -> tuple[Fingerprint, Fingerprint, Likeness]:
    """The shapes of two entries and what was measured between them, whatever the thresholds."""
    a, b = fingerprint(one, mine, learnt), fingerprint(other, theirs, learnt)
    probe = Probe(a, [b], weighing or Weighing())
    return a, b, fine(probe, 1, coarse(probe)[0])


def _text(entry: Entry) -> str:
    sentences = clean.body(clean.plain(max(entry.summary, entry.content_html, key=len))).sentences
    return " ".join(sentences) or clean.headline(entry.title, ()).text


def phrase(one: str, other: str) -> str:
    """The longest run of words that stands in both texts, as the first has it; "" where none is shared.

    At most `LONGEST` characters of it, and an ellipsis where there were more.
    """
    a, b = tokens(normal(one))[:_WORDS], tokens(normal(other))[:_WORDS]
    folded = [word.casefold() for word in a], [word.casefold() for word in b]
    found = SequenceMatcher(None, *folded, autojunk=False).find_longest_match()
    shared = " ".join(a[found.a : found.a + found.size])
    return shared if len(shared) <= LONGEST else f"{shared[: LONGEST - 1].rstrip()}…"
