"""Who may read, who may change things, and how often anybody may ask.

Reading is open unless tokens are configured. Changing always takes a token: a configured one with `write`, or
where none is configured and only this machine is listened to, the one that is made at start.
"""

from __future__ import annotations

import base64
import hmac
import ipaddress
import secrets
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from math import ceil
from urllib.parse import urlsplit

from aiohttp import web

from aggregator.config import Config, Token
from aggregator.web import session
from aggregator.web.answer import Refused

RATE = 100.0  # requests a second that one client may go on asking
BURST = 1_000.0  # requests that it may ask at once, after a rest
CLIENTS = 10_000  # of whom it is remembered how much they asked; whoever is forgotten begins anew
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="aggregator", Basic realm="aggregator"'}


class Access:
    """The tokens in force."""

    def __init__(self, config: Config, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.made: str | None = None
        if is_loopback(config.server.host):
            self.made = secrets.token_urlsafe(24)
        self.take(config)

    def take(self, config: Config) -> None:
        """Takes up the tokens of a configuration."""
        self._tokens = [(token.value.get_secret_value().encode(), token) for token in config.tokens]

    @property
    def guarded(self) -> bool:
        """Whether reading needs a token."""
        return bool(self._tokens)

    @property
    def limited(self) -> frozenset[str]:
        """The views that some token reads and nothing beside them."""
        return frozenset(view for _, token in self._tokens for view in token.views)

    @property
    def token(self) -> str | None:
        """The token for writing that was made at start; None where tokens are configured, or needed."""
        return None if self._tokens else self.made

    def admit(
        self, request: web.Request, view: str | None = None, *, stories: bool = False, base: str = ""
    ) -> Token | None:
        """The token of the request, where tokens are needed; whether it fits each of `stories` is left open.

        A browser's cookie of the service at `base` does too.

        Raises: Refused (401 without a token, 403 with one that is for other views).
        """
        if not self._tokens:
            return None
        found = self._found(request, base)
        if found.views and not stories and view not in found.views:
            raise Refused(
                403, "This token reads " + ", ".join(f"/feeds/{name}" for name in found.views) + "."
            )
        return found

    def admit_writer(self, request: web.Request, base: str) -> Token:
        """The token of a request that changes something, from a page of ours or from no page at all.

        Raises: Refused (401 without a token, 403 with one that only reads, or from a page of others).
        """
        origin, ours = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site") == "same-origin"
        if origin is not None and origin != _origin(base) and not (origin == "null" and ours):
            raise Refused(403, "Pages of other sites may not change anything here.")
        if not self._tokens and self.made is None:
            raise Refused(403, "Nobody may change anything: configure a token with write: true.")
        if origin is None and not ours and not _given(request) and session.name(base) in request.cookies:
            raise Refused(403, "Only a page of ours may change anything without a token.")
        found = self._found(request, base)
        if not found.write:
            raise Refused(403, "This token only reads.")
        return found

    def editor(self, request: web.Request, base: str) -> Token | None:
        """The token of whoever looks at a page and may change things; None for all others."""
        if not (_given(request) or session.name(base) in request.cookies):
            return None
        try:
            found = self._found(request, base)
        except Refused:
            return None
        return found if found.write else None

    def enter(self, request: web.Request, base: str) -> web.Response | None:
        """For a browser that brings a token in the address: the way to the same page without it."""
        given = request.query.get("token", "").encode("utf-8", "surrogateescape")
        if not given or "text/html" not in request.headers.get("Accept", ""):
            return None
        for value, _ in self._known():
            if hmac.compare_digest(value, given):
                return session.entrance(request, base, value, self._clock())
        return None

    def _known(self) -> list[tuple[bytes, Token]]:
        return self._tokens or [self._own()]

    def _found(self, request: web.Request, base: str = "") -> Token:
        given = _given(request).encode("utf-8", "surrogateescape")
        found = None
        for value, token in self._known():  # all of them, so that the time taken tells nothing
            if hmac.compare_digest(value, given):
                found = token
        if not given and base:
            cookie = session.opened(request.cookies.get(session.name(base), ""), self._known(), self._clock())
            found = cookie[1] if cookie else None
        if found is None:
            raise Refused(
                401,
                "This token is not known here: it was mistyped, or is not in force any more."
                if given
                else "Give a token: Authorization: Bearer, the password of Basic, or ?token=.",
                headers=CHALLENGE,
            )
        return found

    def _own(self) -> tuple[bytes, Token]:
        value = self.made or secrets.token_urlsafe(24)
        return value.encode(), Token.model_validate({"name": "start", "value": value, "write": True})


def warning(config: Config) -> str | None:
    """What whoever starts the server should know about who can reach it; None where all is well."""
    if config.tokens or is_loopback(config.server.host):
        return None
    return (
        f"server.host is {config.server.host} and there are no tokens: whoever reaches this machine reads"
        " everything. Configure tokens, or listen on 127.0.0.1 behind a proxy that asks for a password."
    )


@lru_cache(maxsize=64)
def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens on this host."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"


def _origin(base: str) -> str:
    parts = urlsplit(base)
    return f"{parts.scheme}://{parts.netloc}"


def _given(request: web.Request) -> str:
    """The token that a request carries; empty where it carries none."""
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(credentials.strip(), validate=True).decode().partition(":")[2]
        except ValueError:
            return ""
    return request.query.get("token", "")


# --- how often ----------------------------------------------------------------------------------------


class Limit:
    """A bucket of requests for each client, which fills again with time; this machine is never limited."""

    def __init__(
        self, clock: Callable[[], float], rate: float | None = None, burst: float | None = None
    ) -> None:
        self._clock, self._given = clock, (rate, burst)
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # client → requests left, and when

    def take(self, request: web.Request) -> None:
        """Counts a request. Raises: Refused (429), where its client asks for too much."""
        if request.remote == "127.0.0.1" and "X-Forwarded-For" not in request.headers:
            return  # what `client_of` says too, at a tenth of the time
        client = client_of(request)
        if client is None:
            return
        now, rate, burst = self._clock(), self._given[0] or RATE, self._given[1] or BURST
        left, then = self._left.pop(client, (burst, now))
        left = min(burst, left + max(0.0, now - then) * rate)
        allowed = left >= 1.0
        self._left[client] = (left - 1.0 if allowed else left), now
        if len(self._left) > CLIENTS:
            self._left.popitem(last=False)
        if not allowed:
            wait = max(1, ceil((1.0 - left) / rate))
            raise Refused(
                429,
                f"This address asks for more than {rate:.0f} answers a second.",
                headers={"Retry-After": str(wait), **_told(wait, rate, burst)},
            )


def _told(wait: int, rate: float, burst: float) -> dict[str, str]:
    """The limit as draft-ietf-httpapi-ratelimit-headers puts it: so many in so many seconds, none left."""
    window = ceil(burst / rate)
    return {"RateLimit-Policy": f'"client";q={burst:.0f};w={window}', "RateLimit": f'"client";r=0;t={wait}'}


def client_of(request: web.Request) -> str | None:
    """Who asks, for counting: None for this machine itself.

    A proxy is known by its private address; it names its client last in X-Forwarded-For. An IPv6 client is
    its /64, of which it has every address.
    """
    peer = request.remote
    if not peer:
        return None  # a unix socket
    forwarded = request.headers.get("X-Forwarded-For")
    if forwarded is not None and _network(peer)[1]:
        return _network(forwarded.rpartition(",")[2].strip()[:64])[0]
    return _network(peer)[0]


@lru_cache(maxsize=4096)
def _network(address: str) -> tuple[str | None, bool]:
    """How an address is counted (None: not at all), and whether it is a private one."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address, False
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if ip.is_loopback:
        return None, True
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((int(ip) >> 64 << 64, 64))), ip.is_private
    return str(ip), ip.is_private
