"""An entry's comparable shape and the keys under which possible copies are found.

Made where the entry is gathered, without any shared state but a numbered snapshot of what was learnt.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Collection
from enum import IntFlag
from itertools import combinations, compress
from typing import Protocol

from aggregator.core.matching import clean, lexicon, slots, text
from aggregator.core.matching.agency import credited
from aggregator.core.matching.learnt import NOTHING, Learnt
from aggregator.core.matching.vocabulary import COLUMN
from aggregator.core.model import Entry, Fingerprint

TITLE_TOKENS = 24  # longer titles are sentences: their beginning is enough
BODY_TOKENS = 130  # a summary has fifty; of a full text the beginning decides
PAIRED = 4  # title words whose pairs are keys: the longest, which are the rarest
SAMPLED = 70  # phrases of a text among which those are chosen that are keys
SENTENCES = 12  # watched for what a source repeats


# Tables by flags: 1 for a common word, 1 for any other; 1 for a phrase with so many common words.
_COMMON = bytes(flags & lexicon.COMMON for flags in range(256))
_RARE = bytes(1 - common for common in _COMMON)
_TELLS = bytes(common < 2 for common in range(256))


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
    watched = [text.hashed(sentence) for sentence in body.sentences[:SENTENCES]]
    sentences = _unrepeated(body.sentences, watched, learnt.boilerplate.get(source.id, frozenset()))
    cleaned = " ".join(sentences)
    lexicon.tidy()
    title = lexicon.read(headline.text, TITLE_TOKENS)
    said = lexicon.read(cleaned[:1500], BODY_TOKENS)
    cut = len(title) // lexicon.SIZE
    if _repeats(said, title):
        said = b""
    read = lexicon.columns(title + said)
    words = lexicon.words(read.codes[:cut])
    telling = list(compress(words, read.flags.translate(_RARE)))
    written = text.script(headline.text + cleaned[:200])
    return Fingerprint(
        keys=_packed(
            *_named(entry, written, words),
            *_paired(dict(compress(zip(words, read.numbers, strict=False), read.flags.translate(_RARE)))),
            *_sampled(title, said),
        ),
        language=_language(entry.language or source.language),
        script=written,
        headline=" ".join(words),
        tokens=read.numbers.tobytes(),
        slots=slots.packed(said),
        agency=body.agency or credited(entry.credit) or credited(", ".join(entry.authors)),
        version=headline.version,
        flags=_flags(telling, len(said) // lexicon.SIZE, byline=body.byline),
        length=len(cleaned),
        sentences=array("I", dict.fromkeys(watched)).tobytes(),
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


def _repeats(said: bytes, title: bytes) -> bool:
    """Does a text only repeat its title?"""
    more = len(said) - len(title)
    if len(title) < 4 * lexicon.SIZE or not 0 <= more < 3 * lexicon.SIZE:
        return False
    begun = lexicon.columns(said[: len(title)])
    return lexicon.words(begun.codes) == lexicon.words(lexicon.columns(title).codes)


def _flags(telling: list[str], length: int, *, byline: bool) -> int:
    """Of the words of a title that are not common, and the number of words in the text."""
    flags = 0
    columns = 0 if COLUMN.isdisjoint(telling) else sum(word in COLUMN for word in telling)
    if len(telling) <= 2 or columns >= 2 or (columns and len(telling) <= 3):
        flags |= _COLUMN
    if length < 8:
        flags |= _THIN
    if byline:
        flags |= _BYLINE
    return flags


# --- keys ---------------------------------------------------------------------------------------------


def _named(entry: Entry, written: str, title: list[str]) -> list[int]:
    """The keys of what is the same as a whole: the title's words, the address."""
    keys = []
    if len(title) >= 3:
        keys.append(text.hashed(written + " ".join(sorted(title))))
    if entry.canonical_url:
        keys.append(text.hashed(entry.canonical_url))
    if entry.guid.startswith(("http", "tag:", "urn:")) and entry.guid != entry.url:
        keys.append(text.hashed(entry.guid))
    return keys


def _paired(worth: dict[str, int]) -> list[int]:
    """The keys of every two of a title's longest words, given with their hashes."""
    long = sorted(sorted([word for word in worth if len(word) > 1]), key=len, reverse=True)[:PAIRED]
    return [
        (a * 0x9E3779B1 + b * 0x85EBCA6B) & 0xFFFFFFFF
        for a, b in combinations(sorted([worth[word] for word in long]), 2)
    ]


def _sampled(title: bytes, said: bytes) -> list[int]:
    """The keys of phrases: three of a title, three early ones of the text after it and eight more."""
    said = said[: lexicon.SIZE * (SAMPLED + 2)]
    titled, begun = _telling(title), _telling(said)
    return sorted(titled)[:3] + sorted(begun[:10])[:3] + sorted(begun)[:8]


def _telling(words: bytes) -> list[int]:
    """The phrases that hold two words at least that are not common; all where hardly any does."""
    phrases = lexicon.phrases(words)
    if len(phrases) < 3:
        return phrases
    common = words[4 :: lexicon.SIZE].translate(_COMMON)
    seen = int.from_bytes(common, "little")  # a number whose every byte is 1 where the word is common:
    seen += (seen >> 8) + (seen >> 16)  # all are added to their two successors at once
    found = list(compress(phrases, seen.to_bytes(len(common), "little").translate(_TELLS)))
    return found if len(found) >= 3 else phrases


def _packed(*keys: int) -> bytes:
    return array("I", sorted(set(keys))).tobytes()
