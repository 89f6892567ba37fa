"""How many files this process may have open, and what that means for polling."""

from __future__ import annotations

import resource

RESERVED = 128  # descriptors for Redis, the web server, logs, the libraries
PER_POLL = 2  # a connection, and a second one while two families race


def raise_limit(concurrency: int) -> tuple[int, str | None]:
    """Raise the limit of open files to the most that is allowed, and fit `concurrency` into it.

    Returns the concurrency that fits, and a sentence where that is less than what was asked for.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
        except (ValueError, OSError):  # macOS says "unlimited" and means another number
            soft = _raise_to_most(soft, hard)
    return fit(concurrency, soft)


def _raise_to_most(soft: int, hard: int) -> int:
    most = 10_240
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    except (ValueError, OSError):
        return soft
    return most


def fit(concurrency: int, files: int) -> tuple[int, str | None]:
    """The concurrency that `files` descriptors allow (-1: any number), and a sentence where it is lower."""
    if files in (-1, resource.RLIM_INFINITY):
        return concurrency, None
    most = max((files - RESERVED) // PER_POLL, 1)
    if concurrency <= most:
        return concurrency, None
    need = concurrency * PER_POLL + RESERVED
    return most, (
        f"Only {files} files may be open at once, so {most} sources are polled at a time instead of "
        f"{concurrency}: for all of them raise the limit to {need} (ulimit -n {need})."
    )
