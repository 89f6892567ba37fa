"""Threads for calls that block, which never hold up the end of the process.

The pool of concurrent.futures waits for its threads when Python ends, and a lookup can hang for half a
minute where no name server answers: a worker that was told to stop would not.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Generic, TypeAlias, TypeVar

Result = TypeVar("Result")

_Job: TypeAlias = "tuple[str, asyncio.Future[Result]]"


class Threads(Generic[Result]):
    """Calls `function` with one text at a time, in up to `limit` daemon threads started as needed."""

    def __init__(self, function: Callable[[str], Result], limit: int, name: str) -> None:
        self._function = function
        self._limit = limit
        self._name = name
        self._jobs: SimpleQueue[_Job[Result] | None] = SimpleQueue()
        self._waiting = 0  # jobs that are not done, as the event loop knows
        self._started = 0
        self._loop = asyncio.get_running_loop()

    def call(self, text: str) -> asyncio.Future[Result]:
        """The future result of `function(text)`, or its exception."""
        future: asyncio.Future[Result] = self._loop.create_future()
        future.add_done_callback(self._done)
        self._waiting += 1
        if self._started < min(self._waiting, self._limit):
            self._started += 1
            Thread(target=self._serve, name=f"{self._name}-{self._started}", daemon=True).start()
        self._jobs.put((text, future))
        return future

    def close(self) -> None:
        """Let the threads end after what they are at."""
        for _ in range(self._started):
            self._jobs.put(None)

    def _done(self, _: asyncio.Future[Result]) -> None:
        self._waiting -= 1

    def _serve(self) -> None:
        while (job := self._jobs.get()) is not None:
            text, future = job
            try:
                result = self._function(text)
            except BaseException as error:  # whoever waits for it is to have it
                self._hand(future, error=error)
            else:
                self._hand(future, result=result)

    def _hand(
        self, future: asyncio.Future[Result], result: Result | None = None, error: BaseException | None = None
    ) -> None:
        def deliver() -> None:
            if future.done():
                return
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(result)  # type: ignore[arg-type]

        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(deliver)
