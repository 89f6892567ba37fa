"""Pairs of entries as tests write them: a title and a text each, judged by themselves."""

from aggregator.core.matching.explain import explain
from aggregator.core.model import Entry, Source, Verdict

Side = tuple[str, str]
Pairs = dict[str, tuple[Side, Side]]


def judged(one: Side, other: Side, language: str | None = None) -> Verdict:
    """The verdict on two entries of two outlets that declare the same language, or none."""
    sides = [
        Entry(guid=str(at), url="", title=title, summary=text, language=language)
        for at, (title, text) in enumerate((one, other))
    ]
    return explain(sides[0], Source("a", "", "A", "A"), sides[1], Source("b", "", "B", "B"))


def agree(one: Side, other: Side) -> bool:
    """Are the two copies, whichever came first? AssertionError where that makes a difference."""
    forth, back = judged(one, other).same, judged(other, one).same
    assert forth == back
    return forth


def filled(title: str, text: str, *fillings: tuple[str, ...]) -> tuple[Side, Side]:
    """One frame filled twice: `{0}`, `{1}` ... of title and text."""
    one, other = ((title.format(*words), text.format(*words)) for words in fillings)
    return one, other
