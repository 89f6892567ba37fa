"""Names to addresses: a cache of our own, in front of threads of our own.

getaddrinfo blocks, and asyncio gives it the few threads of its default pool: one slow name server would
hold up every poll. Here lookups have a pool of their own, one lookup serves all who wait for it, answers
are kept for five minutes and refusals for half a minute (the real TTL is not to be had from getaddrinfo).
An answer that has run out is used on where the name servers do not answer now (RFC 8767).

A name that cannot be looked up is the source's trouble, unless nothing can be. That is so where the names of
`SILENT` owners are asked for and none was answered since (a resolver on this machine may know by itself what
does not exist), or where nobody answers for a name that every resolver must know not to exist (RFC 6761,
6.4). It is `MachineTrouble` then.
"""

from __future__ import annotations

import asyncio
import math
import socket
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeAlias

from aiohttp.abc import AbstractResolver, ResolveResult

from aggregator.core.urls import owner
from aggregator.fetch.failure import AddressRefused, Fault, MachineTrouble, of_lookup
from aggregator.fetch.threads import Threads
from aggregator.guard import Guard

Lookup: TypeAlias = Callable[[str], list[str]]

KNOWN = 300.0  # seconds that an answer is kept
UNKNOWN = 30.0  # seconds that a refusal is kept
STALE = 86400.0  # seconds that an answer may be used on while nobody answers
SILENT = 3  # owners of names, none of which was answered for: it is not theirs
QUIET = 2.0  # seconds without any answer, before that is said
_ENTRIES = 50_000
_THREADS = 64
_CONTROL = "dns-check.invalid."
_CONTROL_KEPT = 5.0
_NO_DNS = "No name server answers this machine: polling goes on once DNS is back."

_OURS = (socket.EAI_MEMORY, socket.EAI_SYSTEM)
_NO_SUCH_NAME = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))


def system_lookup(name: str) -> list[str]:
    """The addresses of a name as the system sees them, in its order. Raises socket.gaierror."""
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Unanswered(Exception):
    """No name server answered for this name."""


class Resolver(AbstractResolver):
    """aiohttp's resolver for guarded connections.

    One lookup may take `patience` seconds, and finding out whether DNS answers at all half of that.
    """

    def __init__(
        self, guard: Guard, patience: float = 10.0, lookup: Lookup = system_lookup, threads: int = _THREADS
    ) -> None:
        self._guard = guard
        self._patience = patience
        self._threads = Threads(lookup, threads, "dns")
        self._control_thread = Threads(lookup, 1, "dns-check")
        self._loop = asyncio.get_running_loop()
        self._known: OrderedDict[str, tuple[float, tuple[str, ...]]] = OrderedDict()
        self._asking: dict[str, asyncio.Future[tuple[str, ...]]] = {}
        self._silent: set[str] = set()  # owners whose names were asked for since anything was answered
        self._answered = -math.inf  # when anything was answered last
        self._control: tuple[float, asyncio.Future[bool] | None] = (0.0, None)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Where `host` may be connected to. Raises Fault, AddressRefused, MachineTrouble."""
        addresses = await self.addresses(host)
        if not addresses:
            raise Fault(of_lookup(host, exists=False))
        free = [_result(host, ip, port) for ip in addresses if self._guard.check(ip)]
        if not free:
            raise AddressRefused(host)
        return [result for result in free if family in (socket.AF_UNSPEC, result["family"])]

    async def addresses(self, host: str) -> tuple[str, ...]:
        """All addresses of a name, none where it does not exist. Raises Fault, MachineTrouble."""
        known = self._known.get(host)
        now = self._loop.time()
        if known is not None and known[0] > now:
            return known[1]
        try:
            return await asyncio.wait_for(asyncio.shield(self._ask(host)), self._patience)
        except (Unanswered, TimeoutError):
            if known is not None and known[1] and known[0] + STALE > now:
                return known[1]
            if self._is_silent() or not await self._answers():
                raise MachineTrouble(_NO_DNS) from None
            raise Fault(of_lookup(host, exists=True)) from None

    def _ask(self, host: str) -> asyncio.Future[tuple[str, ...]]:
        asking = self._asking.get(host)
        if asking is None:
            asking = self._asking[host] = asyncio.ensure_future(self._look(host))
            asking.add_done_callback(lambda done: self._done(host, done))
        return asking

    def _done(self, host: str, done: asyncio.Future[tuple[str, ...]]) -> None:
        self._asking.pop(host, None)
        if not done.cancelled():
            done.exception()  # seen: whoever waited may have gone

    async def _look(self, host: str) -> tuple[str, ...]:
        if len(self._silent) < SILENT:
            self._silent.add(owner(host))
        try:
            found = tuple(await self._threads.call(host))
        except socket.gaierror as error:
            if error.errno in _OURS:
                raise MachineTrouble(f"This machine cannot look up names now ({error.strerror}).") from None
            if error.errno not in _NO_SUCH_NAME:
                raise Unanswered from None
            found = ()
        except UnicodeError:  # a label that is empty or over 63 characters
            found = ()
        self._silent.clear()
        self._answered = self._loop.time()
        self._keep(host, found)
        return found

    def _keep(self, host: str, found: tuple[str, ...]) -> None:
        self._known[host] = (self._loop.time() + (KNOWN if found else UNKNOWN), found)
        self._known.move_to_end(host)
        if len(self._known) > _ENTRIES:
            self._known.popitem(last=False)

    def _is_silent(self) -> bool:
        """Whether of many names none was answered, for longer than there are answers under way."""
        return len(self._silent) >= SILENT and self._loop.time() - self._answered > QUIET

    async def _answers(self) -> bool:
        """Whether DNS answers at all, by a name that no one can own."""
        at, checking = self._control
        if checking is None or (checking.done() and self._loop.time() - at > _CONTROL_KEPT):
            checking = asyncio.ensure_future(self._check())
            self._control = (self._loop.time(), checking)
        return await asyncio.shield(checking)

    async def _check(self) -> bool:
        try:
            await asyncio.wait_for(self._control_thread.call(_CONTROL), self._patience / 2)
        except socket.gaierror as error:
            return error.errno in _NO_SUCH_NAME
        except TimeoutError:
            return False
        return True

    async def close(self) -> None:
        """Let go of the threads; a lookup that hangs is not waited for."""
        for asking in self._asking.values():
            asking.cancel()
        self._threads.close()
        self._control_thread.close()


def _result(host: str, ip: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in ip else socket.AF_INET
    return {
        "hostname": host,
        "host": ip,
        "port": port,
        "family": family,
        "proto": 0,
        "flags": socket.AI_NUMERICHOST,
    }
