"""An entry's comparable shape and the keys under which possible copies are found.

Made where the entry is gathered, without any shared state but a numbered snapshot of what was learnt.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Collection
from enum import IntFlag
from itertools import combinations
from typing import Protocol

from aggregator.core.matching import clean, slots, text
from aggregator.core.matching.agency import credited
from aggregator.core.matching.learnt import NOTHING, Learnt
from aggregator.core.matching.vocabulary import COLUMN, STOP
from aggregator.core.model import Entry, Fingerprint

TITLE_TOKENS = 24  # longer titles are sentences: their beginning is enough
BODY_TOKENS = 130  # a summary has fifty; of a full text the beginning decides
PAIRED = 4  # title words whose pairs are keys: the longest, which are the rarest
SAMPLED = 70  # phrases of a text among which those are chosen that are keys
SENTENCES = 12  # watched for what a source repeats


class Flag(IntFlag):
    """What kind of entry it is."""

    COLUMN = 1  # the title of a column, a quiz, a forecast
    THIN = 2  # next to no text: a byline, a caption
    BYLINE = 4


_COLUMN, _THIN, _BYLINE = int(Flag.COLUMN), int(Flag.THIN), int(Flag.BYLINE)


class Publisher(Protocol):
    """What has to be known of a source: `model.Source` is one."""

    @property
    def id(self) -> str:
        """The id of the configuration."""

    @property
    def name(self) -> str:
        """What it calls itself."""

    @property
    def outlet(self) -> str:
        """Who publishes it."""

    @property
    def language(self) -> str | None:
        """As configured or declared, None where nobody said."""


def fingerprint(entry: Entry, source: Publisher, learnt: Learnt = NOTHING) -> Fingerprint:
    """The comparable shape of an entry, under one snapshot of what was learnt of its source."""
    headline = clean.headline(
        entry.title, _names(source.name, source.outlet), learnt.suffixes.get(source.id, ())
    )
    body = clean.body(clean.plain(max(entry.summary, entry.content_html, key=len)))
    hashes = [text.hashed(sentence) for sentence in body.sentences[:SENTENCES]]
    sentences = _unrepeated(body.sentences, hashes, learnt.boilerplate.get(source.id, frozenset()))
    cleaned = " ".join(sentences)
    title = text.folded(text.tokens(text.normal(headline.text))[:TITLE_TOKENS])
    raw = text.tokens(text.normal(cleaned[:1500]))[:BODY_TOKENS]
    words = text.folded(raw)
    written = text.script(headline.text + cleaned[:200])
    if words[: len(title)] == title and len(title) >= 4 and len(words) < len(title) + 3:
        raw, words = [], []  # the text only repeats the title
    numbers = text.numbers(title + words)
    title_phrases, body_phrases = _phrases(numbers, len(title))
    return Fingerprint(
        keys=_keys(entry, title, words, numbers, title_phrases, body_phrases, written),
        language=_language(entry.language or source.language),
        script=written,
        headline=" ".join(title),
        tokens=numbers.tobytes(),
        slots=slots.packed(raw, words),
        agency=body.agency or credited(entry.credit) or credited(", ".join(entry.authors)),
        version=headline.version,
        flags=_flags(title, words, byline=body.byline),
        length=len(cleaned),
        sentences=array("I", dict.fromkeys(hashes)).tobytes(),
        suffix=text.hashed(headline.suffix) if headline.suffix else 0,
    )


_NAMES: dict[tuple[str, str], frozenset[str]] = {}


def _names(name: str, outlet: str) -> frozenset[str]:
    """The folded names of a source, as they may stand at the end of its titles."""
    known = _NAMES.get((name, outlet))
    if known is None:
        if len(_NAMES) > 20_000:
            _NAMES.clear()
        parts = {name, outlet, *re.split(r"\s*[,|:–—-]\s+", name)}
        folded = {text.fold(part).strip() for part in parts if len(part) > 1}
        known = _NAMES[name, outlet] = frozenset(folded | {f"the {part}" for part in folded})
    return known


def _language(declared: str | None) -> str:
    return declared.replace("_", "-").partition("-")[0].lower()[:8] if declared else ""


def _unrepeated(sentences: list[str], hashes: list[int], boilerplate: Collection[int]) -> list[str]:
    if not boilerplate:
        return sentences
    kept = [one for one, hashed in zip(sentences, hashes, strict=False) if hashed not in boilerplate]
    return kept + sentences[len(hashes) :]


def _flags(title: list[str], words: list[str], *, byline: bool) -> int:
    flags = 0
    telling = [word for word in title if word not in STOP]
    columns = 0 if COLUMN.isdisjoint(telling) else sum(word in COLUMN for word in telling)
    if len(telling) <= 2 or columns >= 2 or (columns and len(telling) <= 3):
        flags |= _COLUMN
    if len(words) < 8:
        flags |= _THIN
    if byline:
        flags |= _BYLINE
    return flags


def _phrases(numbers: text.Hashes, cut: int) -> tuple[text.Hashes, text.Hashes]:
    """The phrases of a title of `cut` tokens and of the text after it."""
    if cut < 3 or len(numbers) - cut < 3:
        return text.phrases(numbers[:cut]), text.phrases(numbers[cut:])
    found = text.phrases(numbers)
    return found[: cut - 2], found[cut:]


def _keys(
    entry: Entry,
    title: list[str],
    words: list[str],
    numbers: text.Hashes,
    title_phrases: text.Hashes,
    body_phrases: text.Hashes,
    written: str,
) -> bytes:
    """The packed keys: whole title, address, pairs of the longest title words, a few phrases."""
    keys: list[int] = []
    if len(title) >= 3:
        keys.append(text.hashed(written + " ".join(sorted(title))))
    if entry.canonical_url:
        keys.append(text.hashed(entry.canonical_url))
    if entry.guid.startswith(("http", "tag:", "urn:")) and entry.guid != entry.url:
        keys.append(text.hashed(entry.guid))
    worth = {
        word: hashed
        for word, hashed in zip(title, numbers[: len(title)].tolist(), strict=False)
        if word not in STOP and len(word) > 1
    }
    long = sorted(sorted(worth), key=len, reverse=True)[:PAIRED]
    keys += [
        (a * 0x9E3779B1 + b * 0x85EBCA6B) & 0xFFFFFFFF
        for a, b in combinations(sorted([worth[word] for word in long]), 2)
    ]
    begun = _telling(words[: SAMPLED + 2], body_phrases[:SAMPLED].tolist())
    keys += sorted(_telling(title, title_phrases.tolist()))[:3]
    keys += sorted(begun[:10])[:3] + sorted(begun)[:8]
    return array("I", sorted(set(keys))).tobytes()


def _telling(words: list[str], hashes: list[int]) -> list[int]:
    """The phrases that hold two words at least that are not on every page; all where hardly any does."""
    plain = list(map(STOP.__contains__, words))
    found = [
        hashed
        for hashed, a, b, c in zip(hashes, plain, plain[1:], plain[2:], strict=False)
        if not ((b and (a or c)) or (a and c))
    ]
    return found if len(found) >= 3 else hashes
