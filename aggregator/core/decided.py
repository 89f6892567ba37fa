"""What editors decided, as JSON: for programs that ask, and as labelled pairs for `evaluate`."""

from __future__ import annotations

from typing import Any

from aggregator.core.order import Ruling, Said
from aggregator.core.query import rfc3339
from aggregator.core.render import known, web_address


def ruling(one: Ruling) -> dict[str, Any]:
    """What became of an editor's order; `undone_by` where another took it back."""
    order = one.order
    return known(
        {
            "id": order.id,
            "action": order.action,
            "outcome": one.outcome,
            "sentence": one.sentence,
            "story": one.stories[0] if one.stories else order.story,
            "stories": list(one.stories),
            "entries": list(order.entries) or None,
            "by": order.by,
            "at": rfc3339(order.at),
            "of": order.of or None,
            "undone_by": one.undone_by or None,
            "can_undo": one.in_force and one.is_open,
        }
    )


def labelled(one: Ruling) -> list[dict[str, Any]]:
    """The pairs that an order in force decided, as `evaluate` reads them; none where it was taken back."""
    if not one.in_force:
        return []
    return [
        {
            "case": f"{one.order.action} {one.order.id}" + (f" {at}" if at else ""),
            "same": case.same,
            "a": _side(case.a),
            "b": _side(case.b),
            "action": one.order.action,
            "by": one.order.by,
            "at": rfc3339(one.order.at),
        }
        for at, case in enumerate(one.order.cases)
    ]


def _side(said: Said) -> dict[str, Any]:
    fields = {
        "title": said.title,
        "text": said.text or None,
        "source": said.source or None,
        "outlet": said.outlet or None,
        "url": web_address(said.url),
        "published": rfc3339(said.published),
        "language": said.language,
    }
    return known(fields)
