"""What is sent: an address as it was published, and headers that go no further than they may."""

from __future__ import annotations

import re
import string
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import quote

from yarl import URL

from aggregator.core.model import Auth, Source, SourceState
from aggregator.core.urls import mark

_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
_VISIBLE = string.ascii_letters + string.digits + string.punctuation


@dataclass(frozen=True, slots=True)
class Request:
    """One question to one host. Headers named in `secret` stay with the origin they were configured for.

    `condition` is what to send where the validators came from: a redirect may lead elsewhere now, and what
    one address says of itself says nothing of another (RFC 9110, 8.8 and 13.1).
    """

    url: URL
    host: str  # as DNS knows it; safe to show
    own: dict[str, str]  # everything but the condition and what the session always sends
    secret: frozenset[str] = frozenset()
    condition: Mapping[str, str] = field(default_factory=dict)
    validators_of: bytes = b""  # `core.urls.mark` of the address that gave them; b"": not known
    proxy: URL | None = None  # with its credentials, which aiohttp turns into Proxy-Authorization
    tls_verify: bool = True
    tls_ca: str | None = None

    @property
    def conditional(self) -> bool:
        """Whether a 304 would be an answer to this."""
        known = self.validators_of
        return bool(self.condition) and (not known or known == mark(str(self.url)))

    @property
    def headers(self) -> dict[str, str]:
        """Everything but what the session always sends."""
        return {**self.condition, **self.own} if self.conditional else self.own

    @property
    def http_proxy(self) -> URL | None:
        """The proxy, where it is one of HTTP; others are the connection's affair (`socks`)."""
        return self.proxy if self.proxy is not None and self.proxy.scheme in ("http", "https") else None

    def towards(self, target: URL) -> Request:
        """The same question, asked where a redirect leads."""
        host = target.raw_host or ""
        keep = _may_keep_secrets(self.url, target)
        return Request(
            url=target.with_user(None),
            host=host,
            own=self.own if keep else {k: v for k, v in self.own.items() if k not in self.secret},
            secret=self.secret if keep else frozenset(),
            condition=self.condition,
            validators_of=self.validators_of,
            proxy=self.proxy,
            tls_verify=self.tls_verify or host != self.host,
            tls_ca=self.tls_ca if host == self.host else None,
        )


def plan(source: Source, url: str, state: SourceState, *, unconditional: bool) -> Request:
    """The first question of a poll at `url`. Raises ValueError for an address that is none."""
    condition: dict[str, str] = {}
    if not unconditional:
        if state.etag:
            condition["If-None-Match"] = state.etag
        if state.last_modified:
            condition["If-Modified-Since"] = state.last_modified
    if condition:
        condition["A-IM"] = "feed"  # RFC 3229: only the entries that came since will do
    target = parse(source.url)
    request = Request(
        url=target.with_user(None) if target.raw_user or target.raw_password else target,
        host=target.raw_host or "",
        own={"User-Agent": source.user_agent} if source.user_agent else {},
        condition=condition,
        validators_of=state.validators_of,
        tls_verify=source.tls_verify,
        tls_ca=source.tls_ca,
    )
    if source.headers or source.auth or source.proxy or target.raw_user:
        request = _with_secrets(request, source, target)
    return request if url == source.url else request.towards(parse(url))


@lru_cache(maxsize=4096)
def parse(url: str) -> URL:
    """An address, left exactly as it was published where that can be sent. Raises ValueError."""
    target = URL(sendable(url), encoded=True)
    if not is_fetchable(target):
        raise ValueError("not an address of http or https")
    host = target.raw_host or ""
    return target if host == host.lower() else target.with_host(host.lower())


def sendable(url: str) -> str:
    """An address, or the part of one, with only that encoded which cannot stand in a request.

    A general encoder would also turn %2c into a comma, and a publisher's server may care.
    """
    if url.isascii() and url.isprintable() and " " not in url:
        return url
    found = _AUTHORITY.match(url)
    start = found.end() if found else 0
    origin = str(URL(url[:start])).rstrip("/") if found else ""
    return origin + quote(url[start:], safe=_VISIBLE, errors="surrogateescape")


def is_fetchable(url: URL) -> bool:
    """Whether an address is one that HTTP leads to. Raises ValueError for a port that is none."""
    return url.scheme in ("http", "https") and bool(url.raw_host) and url.port is not None


def authorization(auth: Auth) -> str:
    """The value of an Authorization field (RFC 7617, RFC 6750)."""
    if auth.scheme == "bearer":
        return f"Bearer {auth.password}"
    return "Basic " + b64encode(f"{auth.name}:{auth.password}".encode()).decode()


def _with_secrets(request: Request, source: Source, target: URL) -> Request:
    secrets = dict(source.headers)
    if not all(name.isascii() and (name + value).isprintable() for name, value in source.headers):
        raise ValueError("headers that cannot be sent")
    if source.auth is not None:
        secrets["Authorization"] = authorization(source.auth)
    elif target.raw_user:
        secrets["Authorization"] = authorization(Auth("basic", target.user or "", target.password or ""))
    return Request(
        url=request.url,
        host=request.host,
        own={**request.own, **secrets},
        secret=frozenset(secrets),
        condition=request.condition,
        validators_of=request.validators_of,
        proxy=URL(source.proxy) if source.proxy else None,
        tls_verify=request.tls_verify,
        tls_ca=request.tls_ca,
    )


def _may_keep_secrets(here: URL, there: URL) -> bool:
    """Whether secrets for one address may be sent to another: the same origin, or its step up to TLS."""
    if here.raw_host != there.raw_host:
        return False
    if here.scheme == there.scheme:
        return here.port == there.port
    return here.scheme == "http" and here.port == 80 and there.port == 443
