"""robots.txt (RFC 9309): what a host's owner asks programs to leave alone.

Of all groups those count whose product token is ours, else those of `*`. The longest pattern that fits
decides, and where two are as long, the one that allows. `*` stands for anything, `$` for the end.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlsplit

from aggregator.core.model import Record

PRODUCT: Final = "wire-aggregator"
MOST_BYTES: Final = 500 * 1024  # RFC 9309, 2.5: at least so much is read
MOST_RULES: Final = 500
MOST_PATTERN: Final = 500  # characters

_SAFE: Final = "".join(map(chr, range(33, 127)))


class Rules(Record, frozen=True):
    """What holds for us: (may it be asked, pattern). `reason` is set where nothing may be asked at all."""

    patterns: tuple[tuple[bool, str], ...] = ()
    reason: str = ""

    def allows(self, url: str) -> bool:
        """Whether an address may be asked for."""
        if self.reason:
            return False
        parts = urlsplit(url)
        path = quote(parts.path or "/", safe=_SAFE) + (
            f"?{quote(parts.query, safe=_SAFE)}" if parts.query else ""
        )
        if path == "/robots.txt":
            return True
        fitting = [(len(pattern), allowed) for allowed, pattern in self.patterns if _fits(pattern, path)]
        return max(fitting, default=(0, True))[1]


def address(url: str) -> str:
    """Where the rules for an address stand."""
    parts = urlsplit(url)
    return f"{parts.scheme.lower()}://{parts.netloc.rpartition('@')[2].lower()}/robots.txt"


def read(body: bytes, product: str = PRODUCT) -> Rules:
    """The rules of a robots.txt that hold for a product; any bytes give rules."""
    ours: list[tuple[bool, str]] = []
    others: list[tuple[bool, str]] = []
    named = False  # was our group seen?
    agents: list[str] = []
    open_ = False  # do further user-agent lines belong to the same group?
    for line in body[:MOST_BYTES].decode("utf-8-sig", "replace").splitlines():
        key, colon, value = line.partition("#")[0].partition(":")
        word, value = key.strip().lower(), value.strip()
        if not colon:
            continue
        if word == "user-agent":
            agents = [*agents, value.lower()] if open_ else [value.lower()]
            open_ = True
            named = named or _token(value) == product
        elif word in {"allow", "disallow"}:
            open_ = False
            rule = (word == "allow", quote(value, safe=_SAFE)[:MOST_PATTERN])
            if not value:
                continue
            if any(_token(agent) == product for agent in agents):
                ours.append(rule)
            elif "*" in agents:
                others.append(rule)
    return Rules(tuple((ours if named else others)[:MOST_RULES]))


def _token(agent: str) -> str:
    """The product token of a user-agent line: what stands before a version or a comment."""
    return agent.strip().lower().partition("/")[0].partition(" ")[0]


def _fits(pattern: str, path: str) -> bool:
    """Whether a pattern fits the beginning of a path; linear in both."""
    ends = pattern.endswith("$")
    head, *rest = (pattern[:-1] if ends else pattern).split("*")
    if not path.startswith(head):
        return False
    at = len(head)
    for number, part in enumerate(rest):
        if ends and number == len(rest) - 1:
            return len(path) - len(part) >= at and path.endswith(part)
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return not ends or at == len(path)
