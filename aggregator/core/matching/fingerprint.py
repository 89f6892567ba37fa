"""An entry's comparable shape and the keys under which possible copies are found.

Made where the entry is gathered, without any shared state but a numbered snapshot of what was learnt.
"""

from __future__ import annotations

import re
import struct
from array import array
from collections.abc import Collection
from enum import IntFlag
from itertools import combinations
from typing import Protocol

import numpy as np

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

_FORM = struct.Struct("=II")
_COMMON = np.array(lexicon.COMMON, np.uint32)


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
    read = np.frombuffer(title + said, np.uint32)
    numbers, coded = read[::2].copy(), read[1::2]
    hashes, codes = numbers.tolist(), coded.tolist()
    words = [lexicon.word(code) for code in codes[:cut]]
    telling = [at for at, code in enumerate(codes[:cut]) if not code & lexicon.COMMON]
    written = text.script(headline.text + cleaned[:200])
    return Fingerprint(
        keys=array(
            "I",
            sorted(
                {
                    *_named(entry, written, words),
                    *_paired({words[at]: hashes[at] for at in telling}),
                    *_sampled(numbers, coded & _COMMON, cut),
                }
            ),
        ).tobytes(),
        language=_language(entry.language or source.language),
        script=written,
        headline=" ".join(words),
        tokens=numbers.tobytes(),
        slots=slots.packed(codes[cut:], hashes[cut:]),
        agency=body.agency or credited(entry.credit) or credited(", ".join(entry.authors)),
        version=headline.version,
        flags=_flags([words[at] for at in telling], len(codes) - cut, byline=body.byline),
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
    both = zip(_FORM.iter_unpack(said), _FORM.iter_unpack(title), strict=False)
    return all(lexicon.word(one) == lexicon.word(other) for (_, one), (_, other) in both)


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


def _sampled(numbers: text.Hashes, common: text.Hashes, cut: int) -> list[int]:
    """The keys of phrases: of a title of `cut` words three, of the text after it three early ones and eight.

    `common` is 1 for a word that is on every page. A phrase tells something by two words at least that are
    not.
    """
    end = cut + SAMPLED + 2
    if cut < 3 or len(numbers) - cut < 3:
        titled = _telling(text.phrases(numbers[:cut]), common[:cut])
        begun = _telling(text.phrases(numbers[cut:end]), common[cut:end])
    else:
        found, least = text.phrases(numbers[:end]), common[:end]
        titled, begun = _telling(found[: cut - 2], least[:cut]), _telling(found[cut:], least[cut:])
    return [*np.sort(titled)[:3].tolist(), *np.sort(begun[:10])[:3].tolist(), *np.sort(begun)[:8].tolist()]


def _telling(phrases: text.Hashes, common: text.Hashes) -> text.Hashes:
    """The phrases that tell something; all where hardly any does."""
    if len(common) < 3:
        return phrases
    seen = common[:-2] + common[1:-1]
    seen += common[2:]
    found = phrases[seen < 2]
    return found if len(found) >= 3 else phrases
