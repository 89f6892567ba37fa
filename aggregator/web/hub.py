"""`/hub`: where programs subscribe to our feeds (WebSub 5.1).

A topic is exactly the address that a feed announces as its own: the merged feed and the named views, without
parameters. A request is checked here and answered at once; workers ask the callback whether it was meant.
With tokens configured the request needs one that may read the topic.
"""

from __future__ import annotations

import asyncio
from typing import Final
from urllib.parse import parse_qsl

import orjson
from aiohttp import web

from aggregator.core import websub
from aggregator.core.query import Malformed
from aggregator.store.hub import Asked
from aggregator.web.access import client_of
from aggregator.web.answer import OPEN, SAFE, SERVER, Refused
from aggregator.web.site import Site

MOST_FORM: Final = 16_384  # bytes
MOST_FIELDS: Final = 50
PATIENCE: Final = 10.0  # seconds that a form may take
FORM: Final = "application/x-www-form-urlencoded"


class Door:
    """Takes requests to subscribe and unsubscribe."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def ask(self, request: web.Request) -> web.Response:
        """A request, accepted or refused."""
        base = self.site.public
        if base is None:
            raise Refused(404, "There is no hub here: server.public_url is not configured.")
        asked = self._asked(request, base, await _form(request))
        accepted = await self.site.store.hub.ask(asked)
        if accepted is None:
            raise Refused(429, "This address has as many subscriptions as one may have.", headers=_LATER)
        if not accepted:
            raise Refused(503, "The hub has as many subscriptions as it can hold.", headers=_LATER)
        body = orjson.dumps({"status": "accepted"})
        headers = {"Content-Type": "application/json", "Cache-Control": "no-store", "Server": SERVER}
        return web.Response(status=202, body=body, headers=headers | SAFE | OPEN)

    def _asked(self, request: web.Request, base: str, form: dict[str, str]) -> Asked:
        """What is asked for. Raises: Malformed, Refused (401, 403)."""
        mode, address, callback = (form.get(f"hub.{name}", "") for name in ("mode", "topic", "callback"))
        if mode not in {"subscribe", "unsubscribe"}:
            raise Malformed("hub.mode", "hub.mode is subscribe or unsubscribe.")
        topic = websub.topic(base, address)
        token = self.site.admit(request, topic.view if topic else None)
        if topic is None or (topic.view is not None and topic.view not in self.site.views):
            raise Malformed("hub.topic", "hub.topic is the address that a feed here gives as its own.")
        if not websub.is_callback(callback):
            raise Malformed(
                "hub.callback", "hub.callback is an address of http or https, without a password."
            )
        lease = websub.given(form.get("hub.lease_seconds"))
        if lease is None:
            raise Malformed("hub.lease_seconds", "hub.lease_seconds is a whole number.")
        secret = form.get("hub.secret", "")
        if len(secret.encode()) > websub.SECRET_MOST:
            raise Malformed("hub.secret", f"hub.secret has at most {websub.SECRET_MOST} bytes.")
        return Asked(
            mode, callback, address, lease, secret, token.name if token else "", client_of(request) or ""
        )


_LATER: Final = {"Retry-After": "3600"}


async def _form(request: web.Request) -> dict[str, str]:
    """The fields of a form, each once. Raises: Refused, Malformed."""
    if request.content_type != FORM:
        raise Refused(400, f"The body is a form: {FORM}.")
    read = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for chunk in request.content.iter_any():
                read += chunk
                if len(read) > MOST_FORM:
                    raise Refused(413, f"At most {MOST_FORM:,} bytes are taken.")
    except TimeoutError:
        raise Refused(400, "The body came too slowly.") from None
    try:
        pairs = parse_qsl(read.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise Refused(400, "The form cannot be read.") from None
    found: dict[str, str] = {}
    for name, value in pairs:
        if name.startswith("hub.") and name in found:
            raise Malformed(name[:40], f"{name[:40]} may be given once.")
        found[name] = value
    return found
