"""`/websub/{token}`: where hubs ask whether we meant it, and send what is new (WebSub 5.3, 7).

Nothing is read here but a signature: what came is kept for a worker, and the hub gets its 2xx at once. One
with a wrong signature gets the same answer, is counted, and goes no further (8).
"""

from __future__ import annotations

import asyncio
from typing import Final

from aiohttp import web

from aggregator import metrics
from aggregator.core import websub
from aggregator.core.websub import Parcel
from aggregator.store.websub import Subscription
from aggregator.web.answer import SAFE, SERVER, Refused
from aggregator.web.site import Site

PATIENCE: Final = 20.0  # seconds that a body may take
REASON: Final = 200  # characters of a hub's reason that are kept


class Callback:
    """The callbacks of all our subscriptions."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def answer(self, request: web.Request) -> web.Response:
        """A question, or news."""
        if request.method == "POST":
            return await self.take(request)
        return await self.verify(request)

    async def verify(self, request: web.Request) -> web.Response:
        """Whether we asked for this: the challenge, else 404. Also where a hub says no."""
        token, rooms = request.match_info["token"], self.site.store.websub
        mode, topic = _once(request, "hub.mode"), _once(request, "hub.topic")
        if mode == "denied":
            reason = "".join(filter(str.isprintable, _once(request, "hub.reason")))[:REASON]
            if await rooms.denied(token, topic, websub.AFTER_DENIAL, reason or "the hub gave no reason"):
                return _said("")
            raise _nothing()
        challenge = _once(request, "hub.challenge")
        lease = websub.granted(_once(request, "hub.lease_seconds")) if mode == "subscribe" else 0.0
        if not 0 < len(challenge) <= websub.CHALLENGE_MOST or lease is None:
            raise _nothing()
        if mode not in {"subscribe", "unsubscribe"}:
            raise _nothing()
        if not await rooms.verify(token, mode, topic, lease, challenge):
            raise _nothing()
        return _said(challenge)

    async def take(self, request: web.Request) -> web.Response:
        """What a hub sends, kept to be read."""
        token = request.match_info["token"]
        known = await self.site.store.websub.get(token)
        if known is None:
            raise self._counted("unknown", _nothing())
        if known.wish != "subscribe":
            raise self._counted("unknown", _gone())
        body = await self._body(request)
        outcome = await self._kept(token, known, body, request)
        metrics.PUSHES.labels(outcome).inc()
        return _said("", 202)

    async def _kept(self, token: str, known: Subscription, body: bytes, request: web.Request) -> str:
        """What became of it."""
        field = request.headers.get("X-Hub-Signature")
        if field is None:
            return "unsigned"
        if not websub.is_signed(known.secret.encode(), body, field):
            return "forged"
        parcel = Parcel(body, request.headers.get("Content-Type", "")[:200], self.site.clock())
        kept = await self.site.store.websub.push(token, parcel)
        if kept is None:
            raise self._counted("unknown", _gone())
        if not kept:
            await self.site.store.sources.poll_now(known.source)
        return "taken" if kept else "full"

    async def _body(self, request: web.Request) -> bytes:
        """The body, within bounds of size and time."""
        most = self.site.config.polling.max_bytes
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise self._counted("too_large", Refused(400, "A body is taken as it is, without a coding."))
        read = bytearray()
        try:
            async with asyncio.timeout(PATIENCE):
                if (request.content_length or 0) <= most:
                    async for chunk in request.content.iter_any():
                        read += chunk
                        if len(read) > most:
                            break
        except TimeoutError:
            raise self._counted("too_large", Refused(400, "The body came too slowly.")) from None
        if max(len(read), request.content_length or 0) > most:
            raise self._counted("too_large", Refused(413, f"At most {most:,} bytes are taken."))
        return bytes(read)

    def _counted(self, outcome: str, refused: Refused) -> Refused:
        metrics.PUSHES.labels(outcome).inc()
        return refused


def _once(request: web.Request, name: str) -> str:
    """The value of a parameter; empty where it is not there, or there twice."""
    values = request.query.getall(name, [])
    return values[0] if len(values) == 1 else ""


def _nothing() -> Refused:
    return Refused(404, "Nothing like this was asked for.")


def _gone() -> Refused:
    return Refused(410, "This is not subscribed to any more.")


def _said(text: str, status: int = 200) -> web.Response:
    headers = {
        "Content-Type": "text/plain; charset=utf-8",
        "Cache-Control": "no-store",
        "Server": SERVER,
        **SAFE,
    }
    return web.Response(status=status, body=text.encode("utf-8", "replace"), headers=headers)
