"""Every code of a configuration problem, and how a problem is shown: place, sentence, line, caret.

Codes are stable: a person finds them in docs/config.md, a script may look for them. Excerpts and sentences
never hold a secret: what stands under a secret key is masked before anything is shown.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from functools import lru_cache

from aggregator.core.errors import Problem

CODES = {
    "C001": "a file cannot be read",
    "C002": "a file is not text in UTF-8",
    "C003": "a file is not well-formed YAML",
    "C004": "a tab where YAML wants spaces",
    "C005": "an indentation that fits nothing above it",
    "C006": "a key stands twice in one mapping",
    "C007": "the file's top is not a mapping of keys",
    "C008": "YAML that a configuration does not need: tags, several documents, aliases without end",
    "C010": "a key that is not known",
    "C011": "a key that must be given is missing",
    "C012": "a value of the wrong type",
    "C013": "a value out of its range, or not one of those allowed",
    "C014": "not a duration",
    "C015": "not a size",
    "C016": "not a rate",
    "C017": "not an id",
    "C018": "not a web address",
    "C019": "not a network",
    "C020": "not a language tag",
    "C021": "not a header",
    "C022": "not the address of a Redis server",
    "C023": "not a webhook's secret",
    "C024": "credentials that contradict each other",
    "C030": "an environment variable that is not set",
    "C031": "a reference to the environment that cannot be read",
    "C032": "an AGGREGATOR_ variable that overrides nothing (warning)",
    "C040": "an included file that is not there",
    "C041": "a file that includes itself, directly or by others",
    "C042": "a key that only the main file may hold",
    "C043": "an OPML file that cannot be read",
    "C050": "two sources of one id",
    "C051": "two views, webhooks or tokens of one name",
    "C052": "a view that does not exist",
    "C060": "two sources of one address (warning)",
    "C061": "limits that contradict each other",
    "C062": "a filter that nothing can match (warning)",
    "C063": "an included pattern that matches no file (warning)",
    "C064": "a source without an id; shown for the first of each file (warning)",
}

MASK = "***"
_SECRET_KEY = re.compile(
    r"(?i)value|secret|passw|token|bearer|auth|header|cookie|proxy|api|key|username|credential"
)
_SECRET_KEYS = ("value", "secret", "password", "bearer", "headers", "proxy", "username")
_KEYED = re.compile(r"""^(?P<head>\s*(?:-\s+)*["']?(?P<key>[^\s"':{}\[\],]+)["']?\s*:\s+)(?P<rest>\S.*)$""")
_USERINFO = re.compile(r"""(?<=://)[^/\s@"']+(?=@)|[^\s"'/]*:[^\s"'/@]+(?=@)""")
_QUERY = re.compile(
    r"""[?&][^=&\s]*(?:token|key|secret|sig|auth|passw)[^=&\s]*=([^&\s"'#]+)""", re.IGNORECASE
)
_WHOLE_LINE = 160


class Refused(Exception):  # noqa: N818 - a signal inside of this package
    """Reading stops here: the problem says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@lru_cache(4096)
def is_secret(key: str) -> bool:
    """Whether what stands under a key of this name may be a secret (misspelt keys too)."""
    return bool(_SECRET_KEY.search(key) or get_close_matches(key.lower(), _SECRET_KEYS, n=1, cutoff=0.75))


def did_you_mean(written: str, known: Iterable[str]) -> str:
    """`; did you mean "interval"?`, or nothing where no name is near."""
    near = get_close_matches(written.lower().replace("-", "_"), list(known), n=1, cutoff=0.6)
    return f'; did you mean "{near[0]}"?' if near else ""


def masked(text: str) -> str:
    """A text without the userinfo, and without the secrets in queries, of the addresses in it."""
    for start, end in _inside(text):
        text = text[:start] + MASK + text[end:]
    return text


def _inside(text: str) -> list[tuple[int, int]]:
    """Where secrets stand inside of addresses, the last one first."""
    spans = [found.span() for found in _USERINFO.finditer(text)]
    return sorted(spans + [found.span(1) for found in _QUERY.finditer(text)], reverse=True)


def excerpt(lines: list[str], line: int, column: int, secrets: Collection[tuple[int, int, int]]) -> str:
    """The line and, below it, a caret at the column (both from 1); nothing where there is no such line.

    `secrets` are (line, first column, last column) of scalars to mask, columns from 0, the last one beyond.
    """
    if not 1 <= line <= len(lines):
        return ""
    text, caret = lines[line - 1].rstrip("\r\n"), max(column - 1, 0)
    for start, end in sorted(((a, b) for at, a, b in secrets if at == line), reverse=True):
        text, caret = _cover(text, caret, start, min(end, len(text)))
    for start, end in _inside(text):
        text, caret = _cover(text, caret, start, end)
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    if caret > _WHOLE_LINE - 20 or len(text) > _WHOLE_LINE:
        start = max(0, caret - _WHOLE_LINE // 2)
        text, caret = text[start : start + _WHOLE_LINE], caret - start
    return f"{text}\n{' ' * min(caret, len(text))}^"


def _cover(text: str, caret: int, start: int, end: int) -> tuple[str, int]:
    if end <= start:
        return text, caret
    if caret >= end:
        caret += len(MASK) - (end - start)
    elif caret > start:
        caret = start
    return text[:start] + MASK + text[end:], caret


def suspects(lines: list[str]) -> list[tuple[int, int, int]]:
    """The spans to mask in a text that is not well-formed, so that nobody can say what a secret is.

    All that follows a key which sounds secret, and all lines that are indented deeper than one.
    """
    spans: list[tuple[int, int, int]] = []
    depth: int | None = None
    for number, line in enumerate(lines, 1):
        body = line.strip()
        indent = len(line) - len(line.lstrip())
        if depth is not None and body and indent <= depth:
            depth = None
        keyed = _KEYED.match(line)
        if depth is not None and body:
            start = keyed.start("rest") if keyed else indent
            spans.append((number, start, len(line.rstrip())))
            continue
        name = re.match(r"""\s*(?:-\s+)*["']?([^\s"':{}\[\],]+)["']?\s*:""", line)
        if name and is_secret(name[1]):
            depth = indent
        if keyed and (is_secret(line) or (keyed["key"] == "redis" and "@" in line)):
            spans.append((number, keyed.start("rest"), len(line.rstrip())))
    return spans
