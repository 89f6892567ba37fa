"""One message to one webhook: what its tries came to, and when it is tried again.

A message is a line of the change log; its id is the line's cursor and never changes. What an answer means
(docs/webhooks.md):

    2xx                       delivered
    410                       the hook is switched off, with this message still to come
    another 4xx               tried again; the fifth such answer makes it a dead letter
    anything else, no answer  tried again, for three days; then it is a dead letter
    408, 429                  as anything else

Retry-After lengthens the time to the next try, never beyond the three days.
"""

from __future__ import annotations

from typing import Final, Literal

from aggregator.core.model import Change, Record

RETRIES: Final = (1.0, 5.0, 30.0, 300.0, 1_800.0, 7_200.0)
"""Seconds from one try to the next; the last of them from then on."""
PATIENCE: Final = 3 * 86_400.0
"""Seconds from the first try to the last."""
REFUSALS: Final = 5
"""Answers of the kind 4xx that one message gets: whoever does not want it now will not want it later."""

_TEMPORARY = frozenset({408, 429})  # what 4xx says of the moment, not of the message
_GONE = 410


class Tries(Record, frozen=True):
    """The tries of the message that stands first in a hook's queue."""

    message: str = ""  # its id; "": none was tried yet
    count: int = 0
    refusals: int = 0
    since: float = 0.0  # the first of them


class Letter(Record, frozen=True):
    """A message that was given up. `error` names the receiver's host at most, never its address."""

    message: str
    change: Change
    count: int
    since: float
    at: float
    status: int | None = None
    error: str = ""


class Reply(Record, frozen=True):
    """What a try brought: a status of HTTP, or None and why there is none."""

    status: int | None
    error: str = ""  # a sentence; "" where it went well
    retry_after: float | None = None  # seconds


class Next(Record, frozen=True):
    """What follows from a reply: the queue goes on (`done`, `dead`), waits `delay` seconds, or is `off`."""

    act: Literal["done", "again", "dead", "off"]
    tries: Tries = Tries()
    delay: float = 0.0


def judge(tries: Tries, message: str, reply: Reply, now: float) -> Next:
    """What follows from the reply to a try of `message`, before which there were `tries`."""
    status = reply.status or 0
    if 200 <= status < 300:
        return Next("done")
    if status == _GONE:
        return Next("off")
    refused = 400 <= status < 500 and status not in _TEMPORARY
    tried = _one_more(tries, message, now, refused=refused)
    left = tried.since + PATIENCE - now
    if left <= 0 or (refused and tried.refusals >= REFUSALS):
        return Next("dead", tried)
    pause = RETRIES[min(tried.count, len(RETRIES)) - 1]
    return Next("again", tried, min(max(pause, reply.retry_after or 0.0), left))


def _one_more(tries: Tries, message: str, now: float, *, refused: bool) -> Tries:
    if tries.message != message:
        return Tries(message, 1, int(refused), now)
    # a clock that stepped back must not make three days longer
    return Tries(message, tries.count + 1, tries.refusals + refused, min(tries.since, now))
