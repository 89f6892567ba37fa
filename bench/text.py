"""Invented news text without end: the same seed gives the same piece, two seeds unlike ones."""

from __future__ import annotations

import random
import re
from itertools import accumulate
from xml.sax.saxutils import escape

from aggregator.demo import wire

RARE = 30_000  # words beside those of the simulated newsroom: news is full of names
SYLLABLES = "ba be bor da del di dra en fa fin gar gho har il ka kel lo lun ma mer mo nar ni or os pa per qui ra rel sa sil so tar te tor u va vel wen ya zor".split()  # noqa: E501, SIM905  # fmt: skip


class Writer:
    """Sentences in which, as in news, a few words are everywhere and most are rare (Zipf's law)."""

    def __init__(self) -> None:
        told = [text for story in wire.stories() if story.language == "en" for text in _texts(story)]
        common = sorted({word.lower() for text in told for word in re.findall(r"[A-Za-z]{2,}", text)})
        draw = random.Random("words")
        draw.shuffle(common)
        rare = {"".join(draw.choices(SYLLABLES, k=draw.randint(2, 4))) for _ in range(RARE)}
        self._words = [escape(word) for word in (*common, *sorted(rare))]
        self._weights = list(accumulate(1 / (rank + 20) for rank in range(len(self._words))))
        self._names = [escape(word.capitalize()) for word in sorted(rare)]

    def piece(self, seed: str, words: int = 45) -> tuple[str, str]:
        """A title of 6 to 11 words and a text of about `words`, escaped for XML."""
        draw = random.Random(seed)
        title = " ".join(self._some(draw, 6 + int(draw.random() * 6)))
        sentences = []
        while words > 0:
            length = 9 + int(draw.random() * 12)
            sentences.append(" ".join(self._some(draw, length)) + ".")
            words -= length
        return title, " ".join(sentences)

    def _some(self, draw: random.Random, count: int) -> list[str]:
        names = 1 + count // 7
        rest = draw.choices(self._words, cum_weights=self._weights, k=count - names)
        return draw.choices(self._names, k=names) + rest


def _texts(story: wire.Story) -> list[str]:
    return [text for version in story.versions for text in (*version.headlines, *version.paragraphs)]
