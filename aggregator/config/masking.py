"""A line of a configuration as it may be shown: with a caret, and without any secret.

Of a well-formed text the reader says which scalars are secret, by the keys above them. Of one that is not,
nobody can say what belongs to which key: there only lines that begin with a harmless key are shown whole, and
of all others nothing but the words that the model knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

from aggregator.config.model import known_keys

MASK = "***"
Span = tuple[int, int]  # columns from 0, the last one beyond

_SECRET_KEY = re.compile(
    r"(?i)value|secret|passw|token|bearer|auth|header|cookie|proxy|api|key|username|credential"
)
_SECRET_KEYS = ("value", "secret", "password", "bearer", "headers", "proxy", "username")
_USERINFO = re.compile(r"""(?<=://)[^/\s@"']+(?=@)|[^\s"'/]*:[^\s"'/@]+(?=@)""")
_QUERY = re.compile(
    r"""[?&][^=&\s]*(?:token|key|secret|sig|auth|passw)[^=&\s]*=([^&\s"'#]+)""", re.IGNORECASE
)
_TOKEN = re.compile(r"""[^\s{}\[\],:"'#]+(?::(?=[^\s,\]}])[^\s{}\[\],"'#]*)*""")
_HARMLESS = re.compile(
    r"[-|>&*?]|[0-9]{1,5}[smhd%]?|true|false|null|auto|off|on|no|yes|embedded|https?", re.IGNORECASE
)
_FIRST_KEY = re.compile(r"""^\s*(?:-\s+)*["']?([^\s"':{}\[\],]+)["']?\s*:(?=\s|$)""")
_COMMENT = re.compile(r"(?:^|\s)#(.+)$")
_PLAIN_KEY = re.compile(r"[\w.-]{1,40}")
_WIDTH = 160


@lru_cache(4096)
def is_secret(key: str) -> bool:
    """Whether what stands under a key of this name may be a secret (misspelt keys too)."""
    return bool(_SECRET_KEY.search(key) or get_close_matches(key.lower(), _SECRET_KEYS, n=1, cutoff=0.75))


def is_plain(key: str) -> bool:
    """Whether a key looks like one, rather than like a value that lost its colon or its quotes."""
    return bool(_PLAIN_KEY.fullmatch(key))


def is_harmless(value: str) -> bool:
    """Whether a value is too plain to be a secret: a short number, a duration, a truth."""
    return bool(_HARMLESS.fullmatch(value))


def named(key: str) -> str:
    """A key as a sentence names it."""
    return f'"{key}"' if is_plain(key) else "this key"


def masked(text: str) -> str:
    """A text without the userinfo, and without the secrets in queries, of the addresses in it."""
    for start, end in _inside(text):
        text = text[:start] + MASK + text[end:]
    return text


def _inside(text: str) -> list[tuple[int, int]]:
    """Where secrets stand inside of addresses, the last one first."""
    spans = [found.span() for found in _USERINFO.finditer(text)]
    return sorted(spans + [found.span(1) for found in _QUERY.finditer(text)], reverse=True)


def excerpt(line: str, column: int, secrets: Iterable[Span]) -> str:
    """The line and, below it, a caret at the column (from 1)."""
    text, caret = line.rstrip("\r\n"), max(column - 1, 0)
    comment = _COMMENT.search(text)
    if comment:  # it may be a line that was taken out for a while, with all that is in it
        text = text[: comment.start(1)] + MASK
    for start, end in sorted(secrets, reverse=True):
        text, caret = _cover(text, caret, start, min(end, len(text)))
    for start, end in _inside(text):
        text, caret = _cover(text, caret, start, end)
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    if caret > _WIDTH - 20 or len(text) > _WIDTH:
        start = max(0, caret - _WIDTH // 2)
        text, caret = text[start : start + _WIDTH], caret - start
    return f"{text}\n{' ' * min(caret, len(text))}^"


def _cover(text: str, caret: int, start: int, end: int) -> tuple[str, int]:
    if end <= start:
        return text, caret
    if caret >= end:
        caret += len(MASK) - (end - start)
    elif caret > start:
        caret = start
    return text[:start] + MASK + text[end:], caret


def suspects(lines: list[str], number: int) -> list[Span]:
    """What to mask in one line (from 1) of a text that is not well-formed."""
    line = lines[number - 1]
    first = _FIRST_KEY.match(line)
    harmless = first and first[1] in known_keys() and not is_secret(line) and first[1] != "redis"
    if harmless and not _below_a_secret(lines, number):
        return []
    return [
        found.span()
        for found in _TOKEN.finditer(line)
        if found[0] not in known_keys() and not is_harmless(found[0])
    ]


def _below_a_secret(lines: list[str], number: int) -> bool:
    """Whether a line further out, on the way up, holds a word that sounds secret, or no key at all."""
    depth = _indent(lines[number - 1]) + 1
    for line in reversed(lines[: number - 1]):
        if line.strip() and _indent(line) < depth:
            if is_secret(line) or not _FIRST_KEY.match(line):
                return True
            depth = _indent(line)
    return False


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
