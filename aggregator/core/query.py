"""What a request for a feed asks, and where its next page begins.

Stories run newest first by (placed, id), and neither ever changes: so the end of a page is a place in that
order, and whoever follows the cursors meets each living story exactly once, whatever arrives meanwhile.
A cursor carries a proof of the filters that it was made for, so that it cannot be used with others.
"""

from __future__ import annotations

import base64
import re
import struct
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from math import isfinite
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

import msgspec

from aggregator.core.errors import AggregatorError
from aggregator.core.feed import Filter

DEFAULT_LIMIT = 50
MAX_LIMIT = 500
MAX_Q = 300  # characters of any value; what is longer is someone's mistake, or someone's attack
MAX_VALUES = 100  # of one repeatable parameter

Sort: TypeAlias = Literal["newest", "coverage"]
Place: TypeAlias = tuple[float, str]  # (placed, story id)


class Malformed(AggregatorError):
    """A parameter that is unknown, or has a value that it cannot have; `parameter` names it."""

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(message)
        self.parameter = parameter


class Query(msgspec.Struct, frozen=True):
    """A request for a feed, in canonical form: equal requests are equal queries."""

    filter: Filter = Filter()
    view: str | None = None
    sort: Sort = "newest"
    limit: int = DEFAULT_LIMIT
    cursor: str | None = None

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters in their fixed order, without the cursor."""
        filters, found = self.filter, []
        for name, field in REPEATABLE.items():
            found += [(name, value) for value in getattr(filters, field)]
        if filters.q:
            found.append(("q", filters.q))
        if filters.min_sources > 1:
            found.append(("min_sources", str(filters.min_sources)))
        if filters.since is not None:
            found.append(("since", rfc3339(filters.since) or ""))
        if self.view is not None:
            found.append(("view", self.view))
        if self.sort != "newest":
            found.append(("sort", self.sort))
        return found

    def string(self, cursor: str | None = None, *, path_names_view: bool = False) -> str:
        """The query string with its question mark, or nothing: filters, `limit`, then the cursor."""
        pairs = [pair for pair in self.pairs() if not (path_names_view and pair[0] == "view")]
        if self.limit != DEFAULT_LIMIT:
            pairs.append(("limit", str(self.limit)))
        if cursor is not None:
            pairs.append(("cursor", cursor))
        text = "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs)
        return f"?{text}" if text else ""

    @property
    def plain(self) -> bool:
        """Whether this is the whole merged feed, or a whole named view, from its start."""
        return self == Query(view=self.view)


REPEATABLE = {"category": "categories", "source": "sources", "language": "languages", "agency": "agencies"}
FILTERS = frozenset({*REPEATABLE, "q", "min_sources", "since", "view"})
PARAMETERS = FILTERS | {"sort", "limit", "cursor"}


def parse(pairs: Iterable[tuple[str, str]], view: str | None = None) -> Query:
    """The query of a request's decoded parameters; `view` is the one that the path names.

    Raises: Malformed, naming the first parameter that is unknown or wrong.
    """
    given = gather(pairs, PARAMETERS)
    single = {name: once(name, values) for name, values in given.items() if name not in REPEATABLE}
    if view is not None and "view" in single:
        raise Malformed("view", "The address already names a view.")
    return Query(
        filter=filters(given),
        view=view if view is not None else single.get("view"),
        sort=_sort(single.get("sort")),
        limit=number("limit", single.get("limit"), DEFAULT_LIMIT, MAX_LIMIT),
        cursor=written_cursor(single.get("cursor")),
    )


def gather(pairs: Iterable[tuple[str, str]], known: Iterable[str]) -> dict[str, list[str]]:
    """The values by parameter. Raises: Malformed for a parameter that is not `known`."""
    given: dict[str, list[str]] = {}
    known = frozenset(known)
    for name, value in pairs:
        if name not in known:
            raise Malformed(
                name, f"There is no parameter {name[:40]!r}; there are {', '.join(sorted(known))}."
            )
        if "\0" in value or "\ufffd" in value:
            raise Malformed(name, f"The value of {name} is not valid UTF-8 text.")
        if len(value) > MAX_Q:
            raise Malformed(name, f"The value of {name} has at most {MAX_Q} characters.")
        given.setdefault(name, []).append(value)
    return given


def filters(given: dict[str, list[str]]) -> Filter:
    """The filter that gathered parameters describe. Raises: Malformed."""
    q = " ".join(once("q", given.get("q", [""])).split())
    return Filter(
        categories=_values("category", given),
        sources=_values("source", given),
        languages=_values("language", given),
        agencies=_values("agency", given),
        q=q,
        min_sources=number("min_sources", _first(given, "min_sources"), 1, 1000),
        since=_moment(_first(given, "since")),
    )


def once(name: str, values: Sequence[str]) -> str:
    """The one value of a parameter. Raises: Malformed where there are more."""
    if len(values) != 1:
        raise Malformed(name, f"The parameter {name} may be given once.")
    return values[0]


def number(name: str, value: str | None, default: int, most: int) -> int:
    """A whole number from 1 to `most`. Raises: Malformed."""
    if value is None:
        return default
    if not re.fullmatch(r"[0-9]{1,6}", value) or not 1 <= int(value) <= most:
        raise Malformed(name, f"{name} is a whole number from 1 to {most}.")
    return int(value)


def _first(given: dict[str, list[str]], name: str) -> str | None:
    return once(name, given[name]) if name in given else None


def _values(name: str, given: dict[str, list[str]]) -> tuple[str, ...]:
    values = given.get(name, [])
    cleaned = {value.strip() for value in values}
    if "" in cleaned:
        raise Malformed(name, f"The parameter {name} has no value.")
    if len(values) > MAX_VALUES:
        raise Malformed(name, f"The parameter {name} may be given {MAX_VALUES} times.")
    return tuple(sorted(cleaned))


def _sort(value: str | None) -> Sort:
    if value is None or value == "newest":
        return "newest"
    if value == "coverage":
        return "coverage"
    raise Malformed("sort", "sort is newest or coverage.")


def written_cursor(value: str | None) -> str | None:
    """A cursor as it may be written, whatever it says. Raises: Malformed."""
    if value is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,200}", value):
        raise _unknown_cursor()
    return value


# --- time ---------------------------------------------------------------------------------------------

_RFC3339 = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}):(\d{2})(\.\d{1,9})?(?:([Zz])|([+ -])(\d{2}:\d{2}))", re.ASCII
)


def _moment(value: str | None) -> float | None:
    """Seconds since 1970 of an RFC 3339 date-time; a `+` that a URL turned into a space is forgiven."""
    if value is None:
        return None
    match = _RFC3339.fullmatch(value)
    try:
        if match is None:
            raise ValueError(value)
        day, minute, second, fraction, utc, sign, offset = match.groups()
        zone = "+00:00" if utc else f"{'-' if sign == '-' else '+'}{offset}"
        text = f"{day}T{minute}:{'59' if second == '60' else second}{zone}"  # a leap second is the one before
        return datetime.fromisoformat(text).timestamp() + float(fraction or 0)
    except (ValueError, OverflowError):
        raise Malformed("since", "since is a time as in RFC 3339: 2026-01-31T12:00:00Z.") from None


def rfc3339(moment: float | None) -> str | None:
    """A moment as `2026-01-31T12:00:00Z`; None for what no calendar holds."""
    if moment is None:
        return None
    try:
        return f"{datetime.fromtimestamp(int(moment), UTC).isoformat()[:19]}Z"
    except (ValueError, OverflowError, OSError):
        return None


# --- paging -------------------------------------------------------------------------------------------

_PLACE = struct.Struct(
    ">Bd16s"
)  # version of the form, placed, story id: 25 bytes, and 5 of proof make 40 letters
_PLACED = 1


def after(query: Query, place: Place) -> str:
    """The cursor of the page that begins after `place`: 40 letters that only this query's filters accept."""
    payload = _PLACE.pack(_PLACED, place[0], bytes.fromhex(place[1]))
    return base64.urlsafe_b64encode(payload + _proof(query, payload)).decode()


def place(query: Query) -> Place | None:
    """Where the query's page begins; None: at the start. Raises: Malformed for a cursor of other filters."""
    if query.cursor is None:
        return None
    form, placed, story = _opened(query, query.cursor, _PLACE)
    if form != _PLACED or not isfinite(placed):
        raise _unknown_cursor()
    return placed, story.hex()


_RANK = struct.Struct(">B8sI")  # form, name of a frozen order, how many were shown
_RANKED = 2


def after_rank(query: Query, order: bytes, shown: int) -> str:
    """The cursor of the page that begins after `shown` stories of a frozen order, named by 8 bytes."""
    payload = _RANK.pack(_RANKED, order, shown)
    return base64.urlsafe_b64encode(payload + _proof(query, payload)).decode()


def rank(query: Query) -> tuple[bytes, int] | None:
    """The frozen order and the place in it where the query's page begins; None: at the start of a new one.

    Raises: Malformed for a cursor of other filters.
    """
    if query.cursor is None:
        return None
    form, order, shown = _opened(query, query.cursor, _RANK)
    if form != _RANKED:
        raise _unknown_cursor()
    return order, shown


def _opened(query: Query, cursor: str, form: struct.Struct) -> tuple[Any, ...]:
    """What stands in a cursor. Raises: Malformed where it is none that we gave for these filters."""
    try:
        raw = base64.b64decode(cursor, altchars=b"-_", validate=True)
        fields = form.unpack(raw[: form.size])
    except (ValueError, struct.error):
        raise _unknown_cursor() from None
    if raw[form.size :] != _proof(query, raw[: form.size]):
        raise _unknown_cursor()
    return fields


def _proof(query: Query, payload: bytes) -> bytes:
    filters_only = repr(query.pairs()).encode("utf-8", "surrogatepass")
    return blake2b(payload + filters_only, digest_size=5, person=b"cursor").digest()


def _unknown_cursor() -> Malformed:
    return Malformed(
        "cursor", "This cursor does not belong to a feed with these filters; begin at the first page."
    )
