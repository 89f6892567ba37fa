"""News for measurements: real lines where the data folder is there, news made after them, templates.

News that is *made* takes a real sentence as its skeleton. Its common words stay; every other word is
replaced, by one of the article that the piece is about or by one drawn as often as it stands in all. So
phrases of common words recur as they do in news, subjects recur, and no run of telling words is the corpus'
own. Without the folder (../shared/data/matching) the skeletons are invented too. It is no measure of quality;
that is `aggregator evaluate` on labelled data.
"""

from __future__ import annotations

import gzip
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import msgspec

from aggregator.cli.lines import Line, entry_of, source_of
from aggregator.core.matching.fingerprint import fingerprint
from aggregator.core.matching.text import script
from aggregator.core.model import Arrival, Entry, Source, content_hash, entry_id

DATA = Path(__file__).parents[2] / "shared/data/matching"
START = 1.7e9
OUTLETS = 200
_SYLLABLES = [a + b for a in "bdklmnrst" for b in "aeiou"]
_COMMON = ["the", "of", "to", "and", "in", "a", "for", "on", "that", "is", "was", "with", "said", "by", "as"]
_KEPT = 150  # the most common words: what a skeleton keeps
_INVENTED = 40_000  # names and rare words beside those of the corpus
_MARKS = ".,:;!?'\"()[]…’‘“”-—–"
_SUBJECT = 0.3  # share of the replaced words that the subject's article gives
_TEMPLATES = (
    (
        "{town} weather: rain expected",
        "The forecast for {town} calls for highs near {n} degrees and a {m} percent chance of rain.",
    ),
    (
        "Magnitude 5.{m} earthquake hits near {town}",
        "A magnitude 5.{m} quake struck {n} kilometers from {town}. There were no reports of damage.",
    ),
    (
        "{firm} Corp: Q{n} earnings snapshot",
        "{town} (AP) _ {firm} Corp. reported earnings of ${n}.{m} million. It beat Wall Street expectations.",
    ),
    (
        "{town} {n}, {firm} {m}",
        "{town} beat {firm} {n}-{m} on Saturday. The win lifts {town} in the standings.",
    ),
)

SOURCES = [
    Source(f"outlet-{n}", f"https://outlet-{n}.example/feed", f"Outlet {n}", f"Outlet {n}")
    for n in range(OUTLETS)
]


def lines(name: str, count: int | None = None) -> list[Line]:
    """The lines of a labelled set, none where the folder is missing."""
    path = DATA / f"{name}.jsonl.gz"
    if not path.exists():
        return []
    decode = msgspec.json.Decoder(Line).decode
    with gzip.open(path) as stream:
        return [decode(raw) for raw in stream][:count]


@dataclass(frozen=True, slots=True)
class _Frame:
    """One sentence as words, and which of them are replaced: None stays as it is."""

    words: tuple[str, ...]
    open: tuple[bool, ...]


class Press:
    """A generator of entries; two of one seed print the same."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._lines = lines("wiremix")
        texts = [(line.title, line.text) for line in self._lines if script(line.title + line.text) == "l"]
        self.real = bool(texts)
        texts = texts or [self._invented() for _ in range(3_000)]
        counts = Counter(
            word.strip(_MARKS).lower() for title, text in texts for word in f"{title} {text}".split()
        )
        self._kept = {word for word, _ in counts.most_common(_KEPT)}
        rare = {
            "".join(self._random.choices(_SYLLABLES, k=self._random.randint(2, 5))) for _ in range(_INVENTED)
        }
        rest = [(word, count) for word, count in counts.items() if word not in self._kept and word.isalpha()]
        self._words = [word for word, _ in rest] + sorted(rare)
        self._weights = list(accumulate([count for _, count in rest] + [0.5] * len(rare)))
        self._titles = [frame for title, _ in texts if 5 <= len((frame := self._frame(title)).words) <= 16]
        self._sentences = [
            frame
            for _, text in texts
            if "<" not in text and "&" not in text and 8 <= len((frame := self._frame(text)).words) <= 60
        ]
        self._subjects = [
            [word for word in f"{title} {text}".split() if word.isalpha() and word.lower() not in self._kept]
            for title, text in texts
        ]
        self._subjects = [words for words in self._subjects if len(words) >= 8]
        self._pool: list[str] = []
        self._count = 0
        self._next = 0  # of the real lines
        self._recent: list[tuple[str, str]] = []

    def _invented(self) -> tuple[str, str]:
        words = [
            "".join(self._random.choices(_SYLLABLES, k=1 + int(3 * self._random.random()))) for _ in range(40)
        ]
        for at in range(1, 40, 2):
            words[at] = self._random.choice(_COMMON)
        return " ".join(words[:9]).capitalize(), " ".join(words).capitalize() + "."

    def _frame(self, text: str) -> _Frame:
        words = tuple(text.split())
        return _Frame(words, tuple(self._tells(word) for word in words))

    def _tells(self, word: str) -> bool:
        plain = word.strip(_MARKS).lower()
        return plain not in self._kept and plain[:1].isalnum()

    # --- what it prints -----------------------------------------------------------------------------------

    def news(self) -> tuple[str, str]:
        """A title and a text of some forty words that nobody had before."""
        draw = self._random.random
        subject = self._subjects[int(draw() * len(self._subjects))]
        title = self._filled(self._titles[int(draw() * len(self._titles))], subject)
        return title, self._filled(self._sentences[int(draw() * len(self._sentences))], subject)

    def _filled(self, frame: _Frame, subject: list[str]) -> str:
        draw, pool = self._random.random, self._pool
        if len(pool) < len(frame.words):
            pool += self._random.choices(self._words, cum_weights=self._weights, k=100_000)
        found = []
        for word, replaced in zip(frame.words, frame.open, strict=True):
            if not replaced:
                found.append(word)
                continue
            other = subject[int(draw() * len(subject))] if draw() < _SUBJECT else pool.pop()
            if word[0].isdigit():
                other = str(int(draw() * 1_000))
            elif word[0].isupper():
                other = other.capitalize()
            found.append(other if word[-1].isalnum() else other + word[-1])
        return " ".join(found)

    def template(self) -> tuple[str, str]:
        """A forecast, a quake, results, a score: what looks alike and is not."""
        draw = self._random
        town, firm = (self._words[int(draw.random() * len(self._words))].capitalize() for _ in range(2))
        number, other = draw.randint(1, 99), draw.randint(1, 99)
        title, text = draw.choice(_TEMPLATES)
        facts = {"town": town, "firm": firm, "n": number, "m": other}
        return title.format(**facts), text.format(**facts)

    def copy(self) -> tuple[str, str]:
        """A recent piece with another outlet's edits."""
        title, text = self._random.choice(self._recent)
        words = text.split()
        del words[self._random.randrange(len(words))]
        return title, f"LONDON (AP) - {' '.join(words[: self._random.randint(25, 60)])} ..."

    # --- as it comes to the grouper -----------------------------------------------------------------------

    def fresh(self, count: int) -> Iterator[Arrival]:
        """News of its own, one template in twenty-five."""
        for _ in range(count):
            yield self._arrival(*(self.template() if self._random.random() < 0.04 else self.news()))

    def day(self, count: int) -> list[Arrival]:
        """What a day brings: the real lines in their order, copies included; one in ten a template.

        When they have all been used, and where there are none, news that is made, half of it copied.
        """
        return [self._daily() for _ in range(count)]

    def _daily(self) -> Arrival:
        kind = self._random.random()
        if kind < 0.1:
            return self._arrival(*self.template())
        if self._next < len(self._lines):
            line = self._lines[self._next]
            self._next += 1
            return self._sent(entry_of(line, str(line.id)), source_of(line, str(line.id)))
        if kind < 0.55 and self._recent:
            return self._arrival(*self.copy())
        self._recent = [*self._recent[-199:], self.news()]
        return self._arrival(*self._recent[-1])

    def _arrival(self, title: str, text: str) -> Arrival:
        source = SOURCES[self._random.randrange(OUTLETS)]
        guid = str(self._count)
        url = f"https://{source.id}.example/{guid}"
        return self._sent(Entry(guid=guid, url=url, title=title, summary=text, canonical_url=url), source)

    def _sent(self, entry: Entry, source: Source) -> Arrival:
        self._count += 1
        return Arrival(
            id=entry_id(source.id, entry.guid),
            source=source.id,
            outlet=source.outlet,
            entry=msgspec.structs.replace(entry, published=None),
            content_hash=content_hash(entry),
            fingerprint=fingerprint(entry, source),
            seen=START + self._count * 0.01,
        )
