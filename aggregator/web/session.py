"""How a browser stays an editor: a cookie instead of a token in the address.

The link with `?token=` is opened once. The answer leads to the same address without it, and sets a cookie
that scripts can't read (HttpOnly), that comes only with requests from our own pages (SameSite=Strict), and
that does not hold the token: it holds until when it is good, and a MAC of that under the token. Nothing is
stored, any web process that knows the token knows the cookie, and it ends when the token does.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from hashlib import blake2b, sha256
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from aggregator.config import Token
from aggregator.web.answer import SAFE, SERVER

SECONDS = 30 * 86_400.0  # that a browser stays an editor


def name(base: str) -> str:
    """The cookie's name, one for each service: those of one host share their cookies, whatever the port."""
    return f"desk_{blake2b(base.encode(), digest_size=4).hexdigest()}"


def sealed(token: bytes, now: float) -> str:
    """What the cookie says for a token."""
    until = str(int(now + SECONDS))
    return f"{until}.{_mac(token, until)}"


def opened(cookie: str, tokens: Iterable[tuple[bytes, Token]], now: float) -> tuple[bytes, Token] | None:
    """The token that a cookie was made under; None where it is not one of these, or over."""
    until, _, mac = cookie.partition(".")
    if not (until.isascii() and until.isdigit() and len(until) < 16) or int(until) < now:
        return None
    found = None
    for value, token in tokens:  # all of them, so that the time taken tells nothing
        if hmac.compare_digest(_mac(value, until).encode(), mac.encode("utf-8", "surrogateescape")):
            found = value, token
    return found


def entrance(request: web.Request, base: str, token: bytes, now: float) -> web.Response:
    """Leads to the address without the token, and keeps who it was."""
    rest = [(key, value) for key, value in request.query.items() if key != "token"]
    place = request.path.rpartition("/")[2] or "./"
    response = _elsewhere(f"{place}?{urlencode(rest)}" if rest else place)
    return _with_cookie(response, base, sealed(token, now), int(SECONDS))


def leaving(base: str) -> web.Response:
    """Leads to the first page, and forgets who it was."""
    return _with_cookie(_elsewhere(f"{base}/"), base, "", 0)


def _elsewhere(location: str) -> web.Response:
    headers = {"Location": location, "Cache-Control": "no-store", "Server": SERVER, **SAFE}
    return web.Response(status=303, headers=headers)


def _with_cookie(response: web.Response, base: str, value: str, seconds: int) -> web.Response:
    parts = urlsplit(base)
    response.set_cookie(
        name(base),
        value,
        max_age=seconds,
        path=parts.path or "/",
        secure=parts.scheme == "https",
        httponly=True,
        samesite="Strict",
    )
    return response


def _mac(token: bytes, until: str) -> str:
    return hmac.new(token, f"desk until {until}".encode(), sha256).hexdigest()
