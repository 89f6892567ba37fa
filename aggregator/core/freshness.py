"""What HTTP says about time: how long an answer stays fresh, when to ask again, what a date means.

Pure functions of header text. What cannot be read counts as not said, but for freshness, where RFC 9111
(4.2.1) wants an unreadable lifetime to count as stale: 0. Of an unreadable max-age and an Expires that can be
read, the latter counts.

A deliberate difference to RFC 9111 (4.2.3): the apparent age, our clock less the answer's Date, is left
out. It can only make us ask sooner, and where it is not zero one of the two clocks is mostly wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import lru_cache

LONGEST = 366 * 86400.0  # seconds; longer ones are not meant, and would overflow what counts with them

_DIRECTIVE = re.compile(r"""([!#$%&'*+\-.^_`|~0-9A-Za-z]+)(?:\s*=\s*("(?:\\.|[^"\\])*"|[^\s,;"]*))?""")
_SECONDS = re.compile(r"[0-9]+(?:\.[0-9]*)?")


@lru_cache(maxsize=4096)
def cache_control(text: str) -> Mapping[str, str]:
    """The directives of a Cache-Control field: lower-case name → value, '' where there is none.

    Of repeated directives the first counts (RFC 9111, 4.2.1). Commas inside of quotes separate nothing.
    """
    directives: dict[str, str] = {}
    for name, value in _DIRECTIVE.findall(text[:8192]):
        directives.setdefault(name.lower(), value.strip('"').replace("\\", ""))
    return directives


def seconds(text: str) -> float | None:
    """A count of seconds (RFC 9111, 1.2.2), at most `LONGEST`; None where it is none."""
    text = text.strip()
    if not _SECONDS.fullmatch(text[:400]):
        return None
    return min(float(text[:400]), LONGEST)


def date(text: str | None) -> float | None:
    """A date of HTTP (RFC 9110, 5.6.7, all three forms) in seconds since 1970; None where it is none."""
    if not text or len(text) > 100:
        return None
    try:
        moment = parsedate_to_datetime(text)
        # RFC 9110: dates of HTTP are UTC, whether they say so or not
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None


def fresh_for(
    *,
    control: str | None,
    expires: str | None,
    age: str | None,
    sent: str | None,
    now: float,
) -> float | None:
    """For how many more seconds an answer is fresh (RFC 9111, 4.2), or None where nobody said.

    `control`, `expires`, `age` and `sent` are the fields Cache-Control, Expires, Age and Date; `now` stands
    in for a missing Date. We are a private cache: s-maxage is for others.
    """
    lifetime = _lifetime(control, expires, sent, now)
    if lifetime is None:
        return None
    old = seconds(age) if age else None
    return min(max(lifetime - (old or 0.0), 0.0), LONGEST)


def max_age(control: str | None) -> float | None:
    """The lifetime in seconds that Cache-Control gives, whatever the date; None where it gives none."""
    return None if control is None else _lifetime(control, None, None, 0.0)


def _lifetime(control: str | None, expires: str | None, sent: str | None, now: float) -> float | None:
    if control:
        directives = cache_control(control)
        if "no-store" in directives or "no-cache" in directives:
            return 0.0
        if "max-age" in directives:
            lifetime = seconds(directives["max-age"])
            if lifetime is not None or expires is None:
                return lifetime or 0.0
    if expires is None:
        return None
    until = date(expires)
    if until is None:  # "0" and "-1" are how many servers write: already over
        return 0.0
    start = date(sent)
    return until - (now if start is None else start)


def retry_after(text: str | None, *, sent: str | None, now: float) -> float | None:
    """The seconds of a Retry-After field (RFC 9110, 10.2.3): a count or a date; None where it is neither.

    A date is held against the answer's own Date, where it has one: what the server meant is the distance.
    """
    if not text:
        return None
    count = seconds(text)
    if count is not None:
        return count
    until = date(text)
    if until is None:
        return None
    start = date(sent)
    return min(max(until - (now if start is None else start), 0.0), LONGEST)
