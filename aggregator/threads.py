"""A function in a thread of its own that ends now and then, and takes along what it gathered.

libxml2 keeps every name that it ever met in a dictionary of the thread, for as long as the thread lives.
Feeds of ever new names of elements (or runs of blanks of ever new lengths) would fill the memory of a process
that reads for months: by 20 KB of 500 short names, by a megabyte of long ones, each time that one is polled.
"""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Any, Final, TypeVar

T = TypeVar("T")

MOST_BYTES: Final = 16_000_000
"""Read in one thread: what it keeps is hardly ever more than that."""
MOST_CALLS: Final = 1_000


class Recycled:
    """Runs functions one after the other; who calls waits, so that nothing runs beside it."""

    def __init__(self, most_bytes: int = MOST_BYTES, most_calls: int = MOST_CALLS) -> None:
        self._most_bytes, self._most_calls = most_bytes, most_calls
        self._bytes = self._calls = 0
        self._jobs: SimpleQueue[tuple[Callable[..., Any], tuple[Any, ...]] | None] | None = None
        self._ends: SimpleQueue[tuple[Any, BaseException | None]] = SimpleQueue()

    def run(self, function: Callable[..., T], *args: Any, size: int) -> T:
        """What `function(*args)` returns or raises; `size` is how many bytes it reads."""
        if self._jobs is None or self._bytes > self._most_bytes or self._calls >= self._most_calls:
            self.end()
            self._jobs = SimpleQueue()
            Thread(target=_work, args=(self._jobs, self._ends), name="parser", daemon=True).start()
        self._bytes += size
        self._calls += 1
        self._jobs.put((function, args))
        result, error = self._ends.get()
        if error is not None:
            raise error
        return result  # type: ignore[no-any-return]

    def end(self) -> None:
        """Ends the thread; another is started when it is needed."""
        if self._jobs is not None:
            self._jobs.put(None)
        self._jobs, self._bytes, self._calls = None, 0, 0


def _work(
    jobs: SimpleQueue[tuple[Callable[..., Any], tuple[Any, ...]] | None],
    ends: SimpleQueue[tuple[Any, BaseException | None]],
) -> None:
    while (job := jobs.get()) is not None:
        function, args = job
        try:
            end: tuple[Any, BaseException | None] = function(*args), None
        except BaseException as error:
            end = None, error
        ends.put(end)
        del job, function, args, end  # they are not kept while it waits
