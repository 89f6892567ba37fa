"""How a finished document becomes an answer: codings, ETag, 304, Last-Modified, HEAD, CORS, problems.

Everything that can be is made once, when the document is: an answer from the cache copies ready headers and
ready bytes. RFC 9110 (semantics), RFC 9111 (caching), RFC 9211 (Cache-Status), RFC 9457 (problems).
"""

from __future__ import annotations

import re
import zlib
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import brotli  # type: ignore[import-untyped]
import orjson
import zstandard
from aiohttp import hdrs, web
from multidict import CIMultiDict

CODINGS = ("br", "zstd", "gzip")  # as preferred where a client likes several equally: smallest first
WORTH = 500  # bytes; less gains nothing by compression
OPEN = {"Access-Control-Allow-Origin": "*"}
SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}  # on every answer
EXPOSED = "ETag, Last-Modified, Cache-Status, Retry-After, RateLimit, RateLimit-Policy, Link"
SERVER = "aggregator"

# What a 304 says again (RFC 9110, 15.4.5); the rest is known to whoever has the document.
REPEATED = ("Cache-Control", "Vary", "ETag", "Last-Modified", "Access-Control-Allow-Origin", "Server")

FEED_CACHE = "public, max-age=30, stale-while-revalidate=60, stale-if-error=86400"
PAGE_CACHE = "no-cache"
CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class Variant:
    """A document in one content coding, with the headers that belong to it."""

    __slots__ = ("bare", "body", "etag", "headers")

    def __init__(self, body: bytes, etag: str, headers: CIMultiDict[str]) -> None:
        self.body = body
        self.etag = etag
        self.headers = headers
        self.bare = CIMultiDict((name, headers[name]) for name in REPEATED if name in headers)


class Document:
    """A body with its type, its moment of last change and its caching; makes each coding once.

    The ETag is strong: a hash of the bytes, and of the coding.
    """

    __slots__ = ("_variants", "body", "changed_at", "digest", "headers")

    def __init__(
        self,
        body: bytes,
        content_type: str,
        *,
        changed_at: float | None = None,
        cache: str = FEED_CACHE,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.body = body
        self.digest = blake2b(body, digest_size=12).hexdigest()
        self.changed_at = None if changed_at is None else int(changed_at)
        self.headers = {
            "Content-Type": content_type,
            "Cache-Control": cache,
            "Vary": "Accept-Encoding",
            **SAFE,
            "Server": SERVER,
            "Access-Control-Expose-Headers": EXPOSED,
            **OPEN,
            **(headers or {}),
        }
        if self.changed_at is not None:
            self.headers["Last-Modified"] = formatdate(self.changed_at, usegmt=True)
        self._variants: dict[str, Variant] = {}

    def variant(self, coding: str) -> Variant:
        """The document in a coding, compressed when it is first asked for."""
        found = self._variants.get(coding)
        if found is None:
            found = self._variants[coding] = self._make(coding if len(self.body) >= WORTH else "identity")
        return found

    def hold(self, coding: str, body: bytes) -> None:
        """Takes the document in a coding as it was compressed elsewhere, with more patience."""
        self._variants[coding] = self._packed(coding, body)

    def _make(self, coding: str) -> Variant:
        return self._packed(coding, self.body if coding == "identity" else compress(coding, self.body))

    def _packed(self, coding: str, body: bytes) -> Variant:
        headers = CIMultiDict(self.headers)
        etag = f'"{self.digest}"'
        if coding != "identity":
            etag = f'"{self.digest}-{coding}"'
            headers["Content-Encoding"] = coding
        headers["ETag"] = etag
        return Variant(body, etag, headers)


def compress(coding: str, body: bytes) -> bytes:
    """The body in gzip, br or zstd; levels that cost milliseconds for a feed, since it is done once."""
    if coding == "gzip":
        packer = zlib.compressobj(6, zlib.DEFLATED, 31)  # no file name and no time in it: equal in, equal out
        return packer.compress(body) + packer.flush()
    if coding == "br":
        return bytes(brotli.compress(body, quality=5))
    return zstandard.ZstdCompressor(level=6, write_content_size=True).compress(body)


# --- answering ----------------------------------------------------------------------------------------


class Ready(web.Response):
    """An answer that was ready: the type tells whoever counts."""


def answer(
    request: web.Request, document: Document, extra: dict[str, str] | None = None, *, ready: bool = False
) -> web.Response:
    """The document as this client wants it, or 304 where the client has it."""
    given = request.headers
    variant = document.variant(negotiate(given.get(hdrs.ACCEPT_ENCODING, "")))
    match = given.get(hdrs.IF_NONE_MATCH)
    is_known = _has_it(match, given.get(hdrs.IF_MODIFIED_SINCE), variant, document)
    headers = variant.bare if is_known else variant.headers
    if extra:
        headers = CIMultiDict(headers, **extra)
    kind = Ready if ready else web.Response
    return kind(status=304, headers=headers) if is_known else kind(body=variant.body, headers=headers)


def _has_it(match: str | None, since: str | None, variant: Variant, document: Document) -> bool:
    """RFC 9110, 13.2.2: If-None-Match if it is there, by weak comparison; else If-Modified-Since."""
    if match is not None:
        return match == variant.etag or match.strip() == "*" or variant.etag in _TAG.findall(match)
    if since is None or document.changed_at is None:
        return False
    try:
        return parsedate_to_datetime(since).timestamp() >= document.changed_at
    except (TypeError, ValueError, OverflowError):
        return False


_TAG = re.compile(r'(?:W/)?("[^"]*")')


@lru_cache(maxsize=1024)
def negotiate(accepted: str) -> str:
    """The coding for an Accept-Encoding (RFC 9110, 12.5.3): the best liked, `CODINGS` first among equals."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _, parameters = part.partition(";")
        weights[name.strip()] = _weight(parameters)
    rest = weights.get("*", 0.0)
    best = max(CODINGS, key=lambda coding: weights.get(coding, rest))
    liked = weights.get(best, rest)
    return best if liked > 0 and liked >= weights.get("identity", 0.0) else "identity"


def _weight(parameters: str) -> float:
    match = re.search(r"q\s*=\s*([01](?:\.\d{0,3})?)\s*$", parameters)
    return float(match[1]) if match else 1.0 if not parameters.strip() else 0.0


# --- problems -----------------------------------------------------------------------------------------

TITLES = {
    301: "It is elsewhere",
    400: "The request is malformed",
    401: "A token is needed",
    403: "This token is not for this",
    404: "There is nothing here",
    405: "This method does not fit",
    409: "It cannot be done",
    410: "It is gone",
    413: "The body is too large",
    429: "Too many requests",
    500: "The server made a mistake",
    503: "The store does not answer",
}


def problem(
    status: int, detail: str, *, headers: dict[str, str] | None = None, **members: Any
) -> web.Response:
    """An error as RFC 9457 wants it; never stored by a cache."""
    body = {"type": "about:blank", "title": TITLES[status], "status": status, "detail": detail, **members}
    return web.Response(
        status=status,
        body=orjson.dumps(body),
        headers={
            "Content-Type": "application/problem+json",
            "Cache-Control": "no-store",
            **SAFE,
            "Server": SERVER,
            "Access-Control-Expose-Headers": EXPOSED,
            **OPEN,
            **(headers or {}),
        },
    )


class Refused(Exception):
    """Ends the handling of a request with a problem."""

    def __init__(
        self, status: int, detail: str, *, headers: dict[str, str] | None = None, **members: Any
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers
        self.members = members

    def response(self) -> web.Response:
        """The problem as an answer."""
        return problem(self.status, self.detail, headers=self.headers, **self.members)


def away() -> Refused:
    """What everything gets that needs a Redis which does not answer."""
    return Refused(
        503,
        "Redis does not answer; the service goes on by itself when it does.",
        headers={"Retry-After": "5"},
    )


def preflight(methods: str) -> web.Response:
    """The answer to OPTIONS, which browsers send before a request from another site (Fetch, 3.2).

    Pages of other sites may read; where there is nothing to read, nothing is allowed to them.
    """
    crossing = {
        **OPEN,
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": "Authorization, If-None-Match, If-Modified-Since, Last-Event-ID",
        "Access-Control-Max-Age": "86400",
    }
    headers = {"Allow": methods, "Cache-Control": "no-store", "Server": SERVER, **SAFE}
    return web.Response(status=204, headers=headers | (crossing if "GET" in methods else {}))
