"""Functions that may never end, in processes that can be killed.

Processes start when they are first needed, by `spawn`: a copy of a parent with threads is not safe. One that
takes too long or too much memory is killed alone, and another takes its place.
"""

from __future__ import annotations

import asyncio
import contextlib
import resource
import signal
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from multiprocessing import get_context
from typing import Any, TypeVar

from pebble import CONSTS, ProcessExpired, ProcessPool

from aggregator.core.errors import AggregatorError

T = TypeVar("T")

CONSTS.term_timeout = 0.1  # seconds until SIGKILL: our processes take no notice of SIGTERM


class PoolTimeout(AggregatorError):
    """A function took longer than it was given; its process was killed."""


class PoolDied(AggregatorError):
    """The process of a function ended under it: out of memory, or killed."""


class _Raised:
    """An error of this project on its way home: classes with an __init__ of their own do not pickle."""

    def __init__(self, error: AggregatorError) -> None:
        self.kind, self.args, self.fields = type(error), error.args, dict(vars(error))

    def error(self) -> AggregatorError:
        made = self.kind.__new__(self.kind)
        made.args = self.args
        vars(made).update(self.fields)
        return made


def _prepare(memory_bytes: int) -> None:
    """In each new process: a bound on its memory, and no part in signals sent to the whole group.

    A supervisor sends SIGTERM to all; the parent then drains, and needs its processes for that.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def _call(function: Callable[..., Any], args: tuple[Any, ...], seconds: float) -> Any:
    """In the process: the alarm ends it where a parent that died cannot."""
    signal.setitimer(signal.ITIMER_REAL, seconds + 1)
    try:
        return function(*args)
    except AggregatorError as error:
        return _Raised(error)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


class Pool:
    """At most `workers` processes of at most `memory_bytes` of address space each."""

    def __init__(self, workers: int = 1, memory_bytes: int = 512 * 1024 * 1024) -> None:
        self._workers, self._memory = workers, memory_bytes
        self._pool: ProcessPool | None = None
        self._closed = False
        self._waiting: set[asyncio.Future[Any]] = set()

    def _started(self) -> ProcessPool:
        if self._closed:
            raise PoolDied("The pool is closed.")
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=self._workers,
                max_tasks=500,
                initializer=_prepare,
                initargs=[self._memory],
                context=get_context("spawn"),
            )
        return self._pool

    async def run(self, function: Callable[..., T], *args: Any, seconds: float) -> T:
        """What `function(*args)` returns; function, arguments and result must pickle.

        Raises PoolTimeout after `seconds` of running, PoolDied where the process ended or the pool is
        closed, and what the function raised.
        """
        pool = self._started()
        future: Future[T] = pool.schedule(_call, args=[function, args, seconds], timeout=seconds)
        waiting = asyncio.wrap_future(future)
        self._waiting.add(waiting)
        try:
            result = await waiting
        except FutureTimeoutError as error:
            raise PoolTimeout(f"It took longer than {seconds:g} seconds.") from error
        except (ProcessExpired, MemoryError, CancelledError, BrokenExecutor) as error:
            if isinstance(error, BrokenExecutor) and self._pool is pool:
                self._pool = None  # the next call starts another
            raise PoolDied("Its process ended: too much memory, or killed.") from error
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if self._closed and task is not None and not task.cancelling():  # not the caller, but `close`
                raise PoolDied("The pool was closed.") from error
            raise
        finally:
            self._waiting.discard(waiting)
        if isinstance(result, _Raised):
            raise result.error()
        return result

    async def close(self) -> None:
        """End all processes, whatever they do."""
        self._closed = True
        pool, self._pool = self._pool, None
        if pool is not None:
            for waiting in tuple(self._waiting):
                waiting.cancel()
            pool.stop()  # type: ignore[no-untyped-call]
            with contextlib.suppress(CancelledError, FutureTimeoutError):
                await asyncio.to_thread(pool.join, 5)
