"""Dates as publishers write them → seconds since 1970-01-01 UTC.

Fast forms first: RFC 822/5322 with its usual slips, RFC 3339 and ISO 8601; then the standard library's
patient parser, then dateutil. What is absurd is None: before 1990, or more than a day after now.
"""

from __future__ import annotations

import re
import warnings
from datetime import UTC, datetime, timedelta
from email.utils import mktime_tz, parsedate_tz
from functools import lru_cache
from types import MappingProxyType

from dateutil import parser as dateutil_parser  # type: ignore[import-untyped]

EARLIEST = 631152000.0  # 1990-01-01: no feed is older
LATEST = 86400.0  # seconds after now: a publisher's clock may be wrong, its time zone too
MAX_LENGTH = 80

_RFC822 = re.compile(
    r"\s*(?:[A-Za-z]{2,9}\.?,?\s*)??(\d{1,2})[ -]([A-Za-z]{3})[a-z]{0,6}\.?,?[ -](\d{4}),?\s+"
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(?:([+-])(\d{2}):?(\d{2})|([A-Za-z]{1,5}))?\s*(?:\([^()]*\))?\s*"
)
_ISO = re.compile(
    r"\s*(\d{4}-\d\d-\d\d)"
    r"(?:[T ]+(\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?\s*(Z|z|[+-]\d\d(?::?\d\d)?|UTC|GMT)?)?\s*"
)
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}
# Hours east of Greenwich. RFC 5322 4.3 first; then what newsrooms write, in its most common meaning.
ZONES = MappingProxyType(
    {
        "z": 0.0, "ut": 0.0, "utc": 0.0, "gmt": 0.0, "est": -5.0, "edt": -4.0, "cst": -6.0, "cdt": -5.0,
        "mst": -7.0, "mdt": -6.0, "pst": -8.0, "pdt": -7.0, "akst": -9.0, "akdt": -8.0, "hst": -10.0,
        "ast": -4.0, "adt": -3.0, "nst": -3.5, "ndt": -2.5, "et": -5.0, "brt": -3.0, "art": -3.0,
        "wet": 0.0, "west": 1.0, "bst": 1.0, "cet": 1.0, "met": 1.0, "cest": 2.0, "mest": 2.0, "mez": 1.0,
        "mesz": 2.0, "eet": 2.0, "eest": 3.0, "sast": 2.0, "cat": 2.0, "eat": 3.0, "wat": 1.0, "msk": 3.0,
        "trt": 3.0, "gst": 4.0, "pkt": 5.0, "ist": 5.5, "npt": 5.75, "ict": 7.0, "wib": 7.0, "hkt": 8.0,
        "sgt": 8.0, "myt": 8.0, "pht": 8.0, "awst": 8.0, "jst": 9.0, "kst": 9.0, "acst": 9.5, "aest": 10.0,
        "acdt": 10.5, "aedt": 11.0, "nzst": 12.0, "nzdt": 13.0,
    }
)  # fmt: skip
_OFFSETS = {name.upper(): int(hours * 3600) for name, hours in ZONES.items()}


def moment(text: str | None, now: float) -> float | None:
    """The time that a date means; None where it cannot be read or is absurd. Without a zone it is UTC."""
    if not text or len(text) > MAX_LENGTH:
        return None
    found = _moment(text)
    return found if found is not None and EARLIEST <= found <= now + LATEST else None


@lru_cache(maxsize=8192)
def _moment(text: str) -> float | None:
    try:
        found = _rfc822(text)
        if found is None:
            found = _iso(text)
        return _patient(text) if found is None else found
    except (ValueError, OverflowError):  # a usual form that names no day of the calendar
        return None


@lru_cache(maxsize=512)
def _day(year: str, month: str, day: str) -> float | None:
    number = _MONTHS.get(month.lower())
    return datetime(int(year), number, int(day), tzinfo=UTC).timestamp() if number else None


def _rfc822(text: str) -> float | None:
    """RFC 822 and 5322: `Mon, 02 Nov 2026 15:04:05 +0100`. Raises ValueError for no such day."""
    found = _RFC822.fullmatch(text)
    if found is None:
        return None
    day, month, year, hour, minute, second, sign, east_hours, east_minutes, zone = found.groups()
    start = _day(year, month, day)
    if start is None or int(hour) > 24 or int(minute) > 59:
        return None
    offset = 0.0
    if sign:
        offset = int(east_hours) * 3600 + int(east_minutes) * 60
        offset = -offset if sign == "-" else offset
    elif zone:
        known = ZONES.get(zone.lower())
        if known is None:
            return None
        offset = known * 3600
    return start + int(hour) * 3600 + int(minute) * 60 + min(int(second or 0), 60) - offset


def _iso(text: str) -> float | None:
    """RFC 3339 and its relatives: `2026-11-02T15:04:05+01:00`, with a blank, without colon, day only."""
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    day, clock, zone = found.groups()
    extra = timedelta()
    if clock and clock.startswith("24:"):
        clock, extra = f"00:{clock[3:]}", timedelta(days=1)
    zone = "+00:00" if not zone or zone in {"Z", "z", "UTC", "GMT"} else zone
    return (datetime.fromisoformat(f"{day}T{clock or '00:00'}{zone}") + extra).timestamp()


def _patient(text: str) -> float | None:
    """All other forms: the standard library's reader of mail dates, then dateutil."""
    text = text.strip()
    if not re.search(r"\d", text):
        return None
    try:
        fields = parsedate_tz(text)
        if fields is not None and fields[0] >= 1900:
            return float(mktime_tz(fields))
    except (ValueError, OverflowError, IndexError, TypeError):
        pass
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed = dateutil_parser.parse(text, tzinfos=_OFFSETS, default=datetime(1970, 1, 1, tzinfo=UTC))
        return parsed.timestamp() if parsed.year > 1970 else None
    except (ValueError, OverflowError, TypeError, AttributeError, RecursionError, IndexError):
        return None
