"""How a page is to be shown, and what its links lead to: parameters that choose no stories.

They stand in the address, so that they work without a script, can be bookmarked, and need no cookie.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, get_args
from urllib.parse import quote

import msgspec

from aggregator.core.query import DEFAULT_LIMIT, Malformed, Query, once

Density = Literal["normal", "compact"]
PARAMETERS: Final = frozenset({"density", "images"})
TEXTS: Final = {"category": "category", "source": "source", "language": "language", "agency": "agency"}


class Display(msgspec.Struct, frozen=True):
    """Looks of a page. `density` None is the reader's last choice, which the browser keeps, else normal."""

    density: Density | None = None
    images: bool = False

    def pairs(self) -> list[tuple[str, str]]:
        """As parameters of an address."""
        found = [] if self.density is None else [("density", str(self.density))]
        return [*found, ("images", "1")] if self.images else found


class Chip(msgspec.Struct, frozen=True):
    """A filter that is in force, and the address without it."""

    label: str
    value: str
    without: str


def split(pairs: Iterable[tuple[str, str]]) -> tuple[Display, list[tuple[str, str]]]:
    """The display, and the parameters that choose stories; fields that a form sent empty choose nothing.

    Raises: Malformed.
    """
    shown: dict[str, list[str]] = {name: [] for name in PARAMETERS}
    rest = []
    for name, value in pairs:
        if name in PARAMETERS:
            shown[name].append(value)
        elif value:
            rest.append((name, value))
    return Display(_density(shown["density"]), _images(shown["images"])), rest


def _density(values: list[str]) -> Density | None:
    value = once("density", values) if values else None
    for known in get_args(Density):
        if value == known:
            return known  # type: ignore[no-any-return]
    if value is None:
        return None
    raise Malformed("density", "density is normal or compact.")


def _images(values: list[str]) -> bool:
    value = once("images", values) if values else "0"
    if value not in {"0", "1"}:
        raise Malformed("images", "images is 1 or 0.")
    return value == "1"


def address(path: str, pairs: Iterable[tuple[str, str]]) -> str:
    """An address of ours with parameters."""
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs)
    return f"{path}?{query}" if query else path


class Links(msgspec.Struct, frozen=True):
    """The addresses that a page of stories leads to, each with everything else as it is."""

    path: str
    query: Query
    display: Display
    named: bool = False  # whether the path names the view

    def pairs(self, *without: str) -> list[tuple[str, str]]:
        """The parameters of this page but its cursor and those named."""
        found = [pair for pair in self.query.pairs() if not (self.named and pair[0] == "view")]
        if self.query.limit != DEFAULT_LIMIT:
            found.append(("limit", str(self.query.limit)))
        return [pair for pair in [*found, *self.display.pairs()] if pair[0] not in without]

    def to(self, **changed: str) -> str:
        """This page with other values; an empty one takes the parameter out."""
        more = [(name, value) for name, value in changed.items() if value]
        return address(self.path, [*self.pairs(*changed), *more])

    def chips(self, names: Mapping[str, str]) -> list[Chip]:
        """The filters in force, each removable; `names` are of sources, by id."""
        pairs = self.pairs()
        found = []
        for at, (name, value) in enumerate(pairs):
            if (label := _label(name, value, names)) is not None:
                found.append(Chip(*label, address(self.path, [*pairs[:at], *pairs[at + 1 :]])))
        return found


def _label(name: str, value: str, names: Mapping[str, str]) -> tuple[str, str] | None:
    """What a chip says: the kind of a filter and its value; None for what is no filter."""
    if name in TEXTS:
        return TEXTS[name], names.get(value, value) if name == "source" else value
    if name == "q":
        return "search", value
    if name == "min_sources":
        return "at least", f"{value} outlets"
    if name == "since":
        return "since", value.replace("T", " ").removesuffix("Z") + " UTC"
    return ("view", value) if name == "view" else None
