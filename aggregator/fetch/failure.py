"""Every way in which a poll can fail, each with one plain sentence: what happened, and what comes of it.

A sentence names the host and never more of an address, as paths and queries may hold tokens. What is the
fault of our own machine is no failure of a source: it raises `MachineTrouble`.
"""

from __future__ import annotations

import errno
import re
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

import aiohttp

from aggregator.core.errors import AggregatorError, Kind
from aggregator.core.model import Failure
from aggregator.core.urls import host as host_of


class MachineTrouble(AggregatorError):
    """This machine cannot fetch anything now (descriptors, ports, memory, DNS): no source is to blame."""


class Fault(Exception):
    """Carries a `Failure` up to where the poll ends; never leaves this room."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class AddressRefused(Exception):
    """The guard said no to the address that was about to be connected to."""


class Flood(aiohttp.ClientError):
    """An answer brings endlessly much of something beside the feed; the text says of what."""


OURS = {
    errno.EMFILE: "This process has no file descriptor left: raise the limit (ulimit -n), or lower "
    "polling.concurrency.",
    errno.ENFILE: "This machine has no file descriptor left: raise fs.file-max or lower polling.concurrency.",
    errno.ENOBUFS: "This machine has no network buffer left: lower polling.concurrency.",
    errno.ENOMEM: "This machine has no memory left: lower polling.concurrency.",
    errno.EADDRNOTAVAIL: "This machine has no local port left for a connection: lower polling.concurrency.",
    errno.ENETDOWN: "The network of this machine is down: polling goes on once it is back.",
    errno.EPERM: "A firewall of this machine forbids connections: polling goes on once it allows them.",
}

_LATER = "it is asked again later, less and less often"

_STATUS: dict[int, tuple[Kind, str]] = {
    204: (Kind.EMPTY, f"{{host}} answered without any content (204): {_LATER}."),
    205: (Kind.EMPTY, f"{{host}} answered without any content (205): {_LATER}."),
    206: (Kind.TRUNCATED, f"{{host}} sent a part that nobody asked for (206): {_LATER}."),
    304: (Kind.EMPTY, f"{{host}} answered 'not modified' to a question without condition (304): {_LATER}."),
    401: (Kind.UNAUTHORISED, "{host} wants credentials (401): set `auth` or `headers` of this source."),
    402: (
        Kind.UNAUTHORISED,
        "{host} wants to be paid (402): set the credentials of this source, or remove it.",
    ),
    403: (Kind.FORBIDDEN, f"{{host}} refuses to serve this address (403): {_LATER}."),
    404: (Kind.MISSING, "{host} has nothing at this address (404): look for the new one if that stays so."),
    407: (Kind.UNAUTHORISED, "The proxy of this source wants credentials (407): write them into `proxy`."),
    410: (
        Kind.GONE,
        "{host} says that this feed is gone for good (410): it is not asked any more; remove it.",
    ),
    429: (
        Kind.RATE_LIMITED,
        "{host} was asked too often (429): the whole host is left in peace for a while.",
    ),
    451: (Kind.LEGAL, f"{{host}} may not serve this for legal reasons (451): {_LATER}."),
    503: (
        Kind.HOST_TROUBLE,
        "{host} is overloaded or being repaired (503): the whole host is left in peace.",
    ),
}
_GATEWAY = frozenset({502, 504, *range(520, 531)})  # what proxies and CDNs say of the server behind them

_CHALLENGE = re.compile(
    rb"<title>\s*Just a moment|cf-chl|cf_chl|/cdn-cgi/challenge-platform|Attention Required! \| Cloudflare"
    rb"|_Incapsula_Resource|px-captcha|captcha-delivery\.com|ddos-guard|sucuri_cloudproxy|awswaf|AwsWafIntegration"
    rb"|Checking your browser before",
    re.IGNORECASE,
)
# Fields that stand on such pages alone, as their makers document. X-DataDome does not: it is on every answer
# of a site that is protected so, on feeds as well; what DataDome shows instead of one is told by the page.
_CHALLENGE_FIELDS = {"cf-mitigated": {"challenge"}, "x-amzn-waf-action": {"challenge", "captcha"}}
_PAGE = re.compile(rb"<!doctype html|<html[\s>]", re.IGNORECASE)
# A form that asks for a password, or a page that is called so: what stands before a feed that is not for all.
_SIGN_IN = re.compile(
    rb"""<input[^>]{0,300}type\s*=\s*["']?password|<title>[^<]{0,60}\b(?:log|sign)[ -]?in\b"""
    rb"""|g-recaptcha|h-captcha|cf-turnstile""",
    re.IGNORECASE,
)
_PEEK_PAGE = 256 * 1024  # bytes of a page that are looked at
CHALLENGE_STATUS = frozenset({202, 403, 405, 429, 503})  # what such pages come with


def is_challenge(headers: Mapping[str, str], body: bytes = b"") -> bool:
    """Whether an answer is a page that wants proof of a browser, by its fields or its beginning."""
    fields = any(headers.get(name, "").lower() in values for name, values in _CHALLENGE_FIELDS.items())
    return fields or _CHALLENGE.search(body) is not None


def is_no_feed(body: bytes) -> bool:
    """Whether a body is plainly a page, or nothing at all."""
    return not body or _PAGE.search(body[:1024]) is not None


def of_challenge(host: str, status: int, wait: float | None) -> Failure:
    """The failure of a source that hides behind a page for browsers."""
    text = (
        f"{host} shows a check for browsers instead of the feed ({status}): ask its owner to let readers in."
    )
    return Failure(Kind.CHALLENGE, text, status, wait)


def of_page(url: str, body: bytes) -> Failure | None:
    """The failure of a source where a page for browsers, or one to sign in at, stands instead of the feed."""
    host, page = host_of(url), body[:_PEEK_PAGE]
    if is_challenge({}, page):
        return of_challenge(host, 200, None)
    if _SIGN_IN.search(page) is None:
        return None
    text = f"{host} shows a page to sign in at instead of the feed: set the credentials of this source."
    return Failure(Kind.CHALLENGE, text, 200)


def of_status(host: str, status: int, wait: float | None = None) -> Failure:
    """The failure that a status means; `wait` is what Retry-After said, in seconds."""
    kind, text = _STATUS.get(status) or _by_class(status)
    return Failure(kind, text.format(host=host, status=status), status, wait)


def _by_class(status: int) -> tuple[Kind, str]:
    if status in _GATEWAY:
        return Kind.HOST_TROUBLE, f"The server behind {{host}} does not answer ({{status}}): {_LATER}."
    if status >= 500:
        return Kind.HTTP_5XX, f"{{host}} failed to answer ({{status}}): {_LATER}."
    if status >= 400:
        return Kind.HTTP_4XX, f"{{host}} does not accept the request ({{status}}): {_LATER}."
    if status >= 300:
        return (
            Kind.REDIRECT_BAD,
            "{host} redirects in a way that cannot be followed ({status}): check the address.",
        )
    return (
        Kind.HOST_TROUBLE,
        f"{{host}} answered with a status that means nothing here ({{status}}): {_LATER}.",
    )


def of_error(error: BaseException, host: str) -> Failure:
    """The failure that an exception of the client means. Raises MachineTrouble for what is our own."""
    if isinstance(error, AddressRefused):
        return of_refused(host)
    if isinstance(error, MemoryError):
        raise MachineTrouble(OURS[errno.ENOMEM]) from error
    for of_type, make in _BY_TYPE:
        if isinstance(error, of_type):
            return make(error, host)
    return _not_http(error, host)


def of_refused(host: str) -> Failure:
    """The failure of an address that the guard does not allow."""
    text = f"{host} leads to a private network: list it in polling.allow_private_networks if it is meant."
    return Failure(Kind.PRIVATE_ADDRESS, text)


def of_timeout(host: str, seconds: float, *, answered: bool) -> Failure:
    """The failure of a poll that was not over in time."""
    what = "began to answer, but was not done" if answered else "did not answer"
    return Failure(Kind.TIMEOUT, f"{host} {what} within {seconds:g} seconds: {_LATER}.")


def of_lookup(host: str, *, exists: bool) -> Failure:
    """The failure of a name that DNS does not know, or whose name servers do not answer."""
    if exists:
        return Failure(Kind.DNS, f"The name servers of {host} do not answer: {_LATER}.")
    return Failure(
        Kind.DNS, f"The name {host} does not exist (DNS): check the address, the site may have moved."
    )


def _certificate(error: BaseException, host: str) -> Failure:
    if not _has_authorities():
        text = f"Nobody vouches for {host}, as this machine knows no authorities: install ca-certificates."
        return Failure(Kind.TLS, text)
    cause = getattr(error, "certificate_error", error)
    why = getattr(cause, "verify_message", "") or "it cannot be verified"
    text = f"The certificate of {host} is not valid ({why}): its owner must mend it, or `tls` must allow it."
    return Failure(Kind.TLS, text)


def _tls(error: BaseException, host: str) -> Failure:
    cause = getattr(error, "os_error", error)
    why = (getattr(cause, "reason", None) or "handshake failed").replace("_", " ").lower()
    return Failure(Kind.TLS, f"No encrypted connection to {host} ({why}): {_LATER}.")


def of_proxy(error: BaseException, host: str) -> Failure:
    """The failure of a source whose proxy cannot be reached. Raises MachineTrouble for what is our own."""
    raise_if_ours(error)
    return Failure(Kind.REFUSED, f"The proxy for {host} cannot be reached: check `proxy` of this source.")


def _proxy_answer(error: BaseException, host: str) -> Failure:
    status = getattr(error, "status", 0)
    if status == 407:
        return of_status(host, status)
    return Failure(
        Kind.HOST_TROUBLE, f"The proxy for {host} did not let us through ({status}): {_LATER}.", status
    )


def _connection(error: BaseException, host: str) -> Failure:
    raise_if_ours(error)
    number = _number(error)
    if number in (errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED):
        return _reset(error, host)
    if number == errno.ETIMEDOUT:
        return Failure(Kind.TIMEOUT, f"{host} does not answer (connection timed out): {_LATER}.")
    if number in (errno.EHOSTUNREACH, errno.ENETUNREACH):
        if not has_route():
            raise MachineTrouble(OURS[errno.ENETDOWN]) from error
        return Failure(Kind.REFUSED, f"No way leads to {host} (unreachable): {_LATER}.")
    if number == errno.ECONNREFUSED:
        return Failure(Kind.REFUSED, f"{host} refuses connections: {_LATER}.")
    return Failure(Kind.REFUSED, f"No connection to {host}: {_LATER}.")


def _reset(error: BaseException, host: str) -> Failure:
    raise_if_ours(error)
    return Failure(Kind.RESET, f"{host} closed the connection without an answer: {_LATER}.")


def _flood(error: BaseException, host: str) -> Failure:
    return Failure(Kind.TOO_LARGE, f"{host} sends {error}: {_LATER}.")


def _broken(_: BaseException, host: str) -> Failure:
    return Failure(Kind.TRUNCATED, f"The answer of {host} broke off before its end: {_LATER}.")


def _not_http(error: BaseException, host: str) -> Failure:
    # aiohttp has but one type for all that its parser refuses, and tells floods by their message
    if str(getattr(error, "message", "")).startswith(("Got more than", "Too many headers")):
        return Failure(Kind.TOO_LARGE, f"{host} sends more or longer header fields than are read: {_LATER}.")
    return Failure(Kind.HOST_TROUBLE, f"{host} answered with something that is not HTTP: {_LATER}.")


def _hidden(_: BaseException, host: str) -> Failure:
    text = f"{host} is not a host name or an address in its usual form: correct the address."
    return Failure(Kind.PRIVATE_ADDRESS, text)


def has_route() -> bool:
    """Whether this machine has a way out at all. Nothing is sent: connecting UDP only looks up a route."""
    for family, address in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, 9))
            return True
    return False


def _has_authorities() -> bool:
    paths = ssl.get_default_verify_paths()
    return paths.cafile is not None or (paths.capath is not None and any(Path(paths.capath).iterdir()))


def raise_if_ours(error: BaseException) -> None:
    """Raise MachineTrouble where an error of the system is our machine's own."""
    number = _number(error)
    if number in OURS:
        raise MachineTrouble(OURS[number]) from error


def _number(error: BaseException) -> int | None:
    cause = getattr(error, "os_error", error)
    return cause.errno if isinstance(cause, OSError) else None


_Types: TypeAlias = type[BaseException] | tuple[type[BaseException], ...]

# The first that fits counts: the special ones stand before the general ones.
_BY_TYPE: tuple[tuple[_Types, Callable[[BaseException, str], Failure]], ...] = (
    (Flood, _flood),
    ((aiohttp.ClientConnectorCertificateError, ssl.SSLCertVerificationError), _certificate),
    ((aiohttp.ClientConnectorSSLError, aiohttp.ClientSSLError, ssl.SSLError), _tls),
    (aiohttp.ClientProxyConnectionError, of_proxy),
    (aiohttp.ClientHttpProxyError, _proxy_answer),
    (aiohttp.ClientConnectorError, _connection),
    ((aiohttp.ServerDisconnectedError, aiohttp.ClientOSError), _reset),
    (aiohttp.ClientPayloadError, _broken),
    (aiohttp.InvalidURL, _hidden),
    (OSError, _connection),
)
