"""How a source is doing, in a word and in numbers.

Nothing here depends on the time of the question: "quiet" is measured at the last poll, so that the same
state is always the same words.
"""

from __future__ import annotations

import re
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit

from aggregator.core.condition import SENTENCES
from aggregator.core.errors import Kind
from aggregator.core.model import Push, Source, SourceState
from aggregator.core.query import rfc3339

DAY = 86_400.0

Condition: TypeAlias = Literal["new", "ok", "failing", "paused", "gone", "quiet"]

# Parameters whose values let a reader in: they are as secret as a password.
_SECRET = re.compile(
    r"([?&;][^=&;#]*(?:token|key|secret|passw|pwd|auth|sig|session|code)[^=&;#]*=)[^&;#]+", re.IGNORECASE
)


def condition(state: SourceState) -> Condition:
    """What a source is: not polled yet, well, failing, told to rest, gone for good, or strangely silent."""
    if state.gone:
        return "gone"
    if state.error is not None:
        kind = state.error.kind
        is_hosts = kind is Kind.HOST_TROUBLE and not state.error_count  # nobody blames the source
        return "paused" if is_hosts or kind is Kind.RATE_LIMITED else "failing"
    if not state.polls:
        return "new"
    return "quiet" if any(name == "quiet" for name, _ in state.conditions) else "ok"


def masked(url: str) -> str:
    """An address without what would let a stranger in: user, password, and values of telling parameters."""
    parts = urlsplit(url)
    if "@" in parts.netloc:
        url = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return _SECRET.sub(r"\1***", url)


def report(source: Source, state: SourceState, due: float | None) -> dict[str, Any]:
    """A source as `/sources.json` shows it; `due` is when it is polled next, in seconds since 1970."""
    word = condition(state)
    following = None if word == "gone" else rfc3339(due)
    fields = {
        "id": source.id,
        "name": source.name,
        "outlet": source.outlet,
        "url": masked(source.url),
        "categories": list(source.categories),
        "language": source.language,
        "state": word,
        "last_success": rfc3339(state.last_success),
        "last_poll": rfc3339(state.last_poll),
        "next_poll": following,
        "next_poll_reason": (state.reason or None) if following else None,
        "interval": round(state.interval) or None,
        "entries_a_day": None if state.entries_a_day is None else round(state.entries_a_day, 1),
        "conditions": _conditions(state) or None,
        "push": _push(state.push),
    }
    return {name: value for name, value in fields.items() if value is not None} | {"error": _error(state)}


def _push(push: Push | None) -> dict[str, Any] | None:
    """The hub that a source names: its host, what came from it last, and until when that is relied upon."""
    if push is None:
        return None
    fields = {"hub": push.hub, "last": rfc3339(push.last), "until": rfc3339(push.until or None)}
    return {name: value for name, value in fields.items() if value is not None}


def _conditions(state: SourceState) -> list[dict[str, Any]]:
    """What is amiss though polls may go well; those that an older release knew, without a sentence."""
    found = [
        {"name": name, "since": rfc3339(since), "message": SENTENCES.get(name)}
        for name, since in state.conditions
    ]
    return [{key: value for key, value in each.items() if value is not None} for each in found]


def _error(state: SourceState) -> dict[str, Any] | None:
    """Null where the last poll went well: the contract wants to see that, too."""
    if state.error is None:
        return None
    since = rfc3339(state.error_since if state.error_since is not None else state.last_poll)
    fields = {
        "kind": state.error.kind.value,
        "message": state.error.message,
        "since": since,
        "count": state.error_count,
    }
    return {name: value for name, value in fields.items() if value is not None}
