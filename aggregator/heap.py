"""What becomes of memory that is freed: it goes back to the system.

The GNU C library asks the system for a large block of its own, and gives it back when it is freed; but with
every one that is freed it takes larger ones for small, up to 32 MB. Tables of some megabytes that grow by
being moved then leave holes that stay with the process: a seventh of a grouper of 100,000 stories. A bound
that is set by hand (mallopt(3), M_MMAP_THRESHOLD and M_TRIM_THRESHOLD) stays as it is.
"""

from __future__ import annotations

import ctypes

LARGE = 4 << 20  # bytes of a block that the system is asked for; a smaller bound costs time
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # malloc.h


def give_back() -> bool:
    """From now on large blocks go back to the system when they are freed; False where that can't be set.

    Other C libraries (musl, Apple's) know no such bound.
    """
    try:
        set_bound = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return bool(set_bound(_TRIM_THRESHOLD, LARGE) and set_bound(_MMAP_THRESHOLD, LARGE))
