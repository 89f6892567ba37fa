"""Templates filled in: everything is escaped, what is not known shows as nothing, times are in UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

import jinja2

from aggregator.core.query import rfc3339
from aggregator.web import assets
from aggregator.web.answer import CSP
from aggregator.web.display import Display

TITLE = "News, each story once"
TYPE = "text/html; charset=utf-8"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def headers(display: Display | None = None) -> dict[str, str]:
    """What goes with every page: nothing inline, nothing from elsewhere; images only if asked for."""
    policy = (
        CSP.replace("img-src 'self'", "img-src 'self' https: http:") if display and display.images else CSP
    )
    return {"Content-Security-Policy": policy, "Permissions-Policy": "interest-cohort=()"}


def fill(name: str, base: str, **values: Any) -> bytes:
    """A page. `base` is the path that we are reached under: links are paths, for whatever host name."""
    return text(name, base=base, site=TITLE, asset=assets.addresses(base), **values).encode(
        "utf-8", "replace"
    )


def text(name: str, **values: Any) -> str:
    """A template, or a part of a page."""
    return environment().get_template(name).render(values)


@cache
def macro(name: str, which: str) -> Callable[..., str]:
    """A macro of a template, as a function."""
    made: Callable[..., str] = getattr(environment().get_template(name).module, which)
    return made


@lru_cache(maxsize=4_096)
def iso(seconds: float | None) -> str:
    """A moment for machines: `2026-11-23T14:05:00Z`; empty where it is unknown."""
    return rfc3339(seconds) or ""


@lru_cache(maxsize=4_096)
def moment(seconds: float | None) -> str:
    """A moment as people read it: `23 Nov 2026, 14:05 UTC`; in English, whatever the machine's language."""
    text = rfc3339(seconds)
    if text is None:
        return ""
    return f"{int(text[8:10])} {MONTHS[int(text[5:7]) - 1]} {text[:4]}, {text[11:16]} UTC"


@lru_cache(maxsize=4_096)
def short(seconds: float | None) -> str:
    """A moment in a list: `23 Nov 14:05`, in UTC."""
    text = rfc3339(seconds)
    return "" if text is None else f"{int(text[8:10])} {MONTHS[int(text[5:7]) - 1]} {text[11:16]}"


def clock(seconds: float | None) -> str | None:
    """`14:05 UTC`."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%H:%M UTC")


@cache
def environment() -> jinja2.Environment:
    """The templates."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("aggregator.web"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # what is installed does not change while it runs
    )
    made.filters.update(iso=iso, moment=moment, short=short)
    return made
