"""Invented news text without end: the same seed gives the same piece, two seeds unlike ones."""

from __future__ import annotations

import random
import re
from xml.sax.saxutils import escape

from aggregator.demo import wire


class Writer:
    """Sentences of shuffled words; the words are those of the simulated newsroom's stories."""

    def __init__(self) -> None:
        told = [text for story in wire.stories() if story.language == "en" for text in _texts(story)]
        words = sorted({word for text in told for word in re.findall(r"[A-Za-z]{3,}", text)})
        self._lower = [escape(word.lower()) for word in words]
        self._upper = [escape(word) for word in words if word[0].isupper()]

    def piece(self, seed: str, words: int = 45) -> tuple[str, str]:
        """A title of 6 to 11 words and a text of about `words`, escaped for XML."""
        draw = random.Random(seed)
        title = " ".join(self._some(draw, 6 + int(draw.random() * 6)))
        sentences = []
        while words > 0:
            length = 9 + int(draw.random() * 12)
            sentences.append(" ".join(self._some(draw, length)).capitalize() + ".")
            words -= length
        return title[0].upper() + title[1:], " ".join(sentences)

    def _some(self, draw: random.Random, count: int) -> list[str]:
        names = 1 + count // 7
        return draw.choices(self._upper, k=names) + draw.choices(self._lower, k=count - names)


def _texts(story: wire.Story) -> list[str]:
    return [text for version in story.versions for text in (*version.headlines, *version.paragraphs)]
