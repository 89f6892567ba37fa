"""POST `/stories/{id}/merge`, `/split`, `/lead`, `/never`, `/undo`: an editor's orders.

A program sends JSON and gets what became of its order; a form sends fields and is led back to the page of the
story. With `preview` both are told what would happen, and nothing does. Who may order: `Access.admit_writer`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias
from urllib.parse import parse_qsl

import msgspec
import orjson
from aiohttp import web

from aggregator.core.decided import ruling as shown
from aggregator.core.order import Action, Order, Ruling
from aggregator.core.query import Malformed
from aggregator.editor import Editor, Reused, Unknown
from aggregator.store import InboxFull
from aggregator.web.access import Limit
from aggregator.web.answer import SAFE, SERVER, Refused
from aggregator.web.feeds import given
from aggregator.web.site import Handler, Site

FORM: Final = "application/x-www-form-urlencoded"
MOST: Final = 65_536  # bytes of a body: five hundred copies by their ids, three times over
FIELDS: Final = 600
PATIENCE: Final = 10.0  # seconds that a body may take
RATE: Final = 10.0  # orders a second that one client may go on giving
BURST: Final = 100.0

Show: TypeAlias = Callable[[web.Request, Order, Ruling], Awaitable[web.StreamResponse]]
"""What shows a preview to people."""


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the body of an order says; which of it counts depends on the action."""

    other: str = ""  # merge, never: a story
    entries: list[str] = []  # split, keep: copies
    entry: str = ""  # lead: a copy
    order: str = ""  # undo: an order's id
    id: str = ""  # of this order, as its giver wants it: given again, it counts once
    preview: bool = False
    look: str = ""  # the question of the queue that it answers


NEEDED: Final[dict[Action, tuple[str, ...]]] = {
    "merge": ("other",),
    "split": ("entries",),
    "lead": ("entry",),
    "never": ("other",),
    "keep": ("entries",),
    "undo": ("order",),
}
"""What each action needs; the rest but `id`, `preview` and `look` is not for it."""
COMMON: Final = ("id", "preview", "look")


class Editing:
    """Takes orders. `show` shows people a preview."""

    def __init__(self, site: Site, show: Show) -> None:
        self.site = site
        self.editor = Editor(site.store)
        self._show = show
        self._limit = Limit(site.clock, RATE, BURST)

    def act(self, action: Action) -> Handler:
        """What handles one action."""

        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._act(action, request)

        return handle

    async def _act(self, action: Action, request: web.Request) -> web.StreamResponse:
        base = self.site.base(request)
        token = self.site.access.admit_writer(request, base)
        self._limit.take(request)
        if given(request):
            name = given(request)[0][0]
            raise Malformed(name, f"There is no parameter {name[:40]!r}: say it in the body.")
        is_form = request.content_type == FORM
        asked = _asked(action, await _body(request), is_form=is_form)
        try:
            found = await self._given(action, request, asked) if asked.id else None
            if found is None or asked.preview:
                order = await self._order(action, request, asked, token.name)
                if asked.preview:
                    found = await self.editor.preview(order)
                    return await self._show(request, order, found) if is_form else _json(found, preview=True)
                found = await self._give(order)
        except Reused as error:
            raise Refused(409, str(error), parameter="id", order=asked.id) from None
        if asked.look and found.outcome != "refused":
            await self.site.store.review.answered(asked.look)
        if is_form:
            return await self._lead_back(base, found, to_queue=bool(asked.look))
        if found.outcome == "refused":
            raise Refused(409, found.sentence, order=found.order.id)
        return _json(found)

    async def _given(self, action: Action, request: web.Request, asked: Asked) -> Ruling | None:
        """What became of this order before. Raises: Reused."""
        return await self.editor.given(
            asked.id,
            action,
            request.match_info["story"],
            other=asked.other,
            copies=_copies(action, asked),
            of=asked.order,
        )

    async def _order(self, action: Action, request: web.Request, asked: Asked, by: str) -> Order:
        """The order that is asked for. Raises: Refused where it names what is not there."""
        try:
            return await self.editor.order(
                action,
                request.match_info["story"],
                by=by,
                other=asked.other,
                copies=_copies(action, asked),
                of=asked.order,
                id=asked.id,
            )
        except Unknown as error:
            raise Refused(
                404 if error.parameter in {"story", "other", "order"} else 400,
                str(error),
                parameter=error.parameter,
            ) from None

    async def _give(self, order: Order) -> Ruling:
        try:
            return await self.editor.give(order)
        except InboxFull as error:
            raise Refused(503, str(error), headers={"Retry-After": "60"}) from None

    async def _lead_back(self, base: str, found: Ruling, *, to_queue: bool) -> web.StreamResponse:
        """Leads to the queue, or to the page of the story; both say what became of the order."""
        if to_queue:
            headers = {"Location": f"{base}/desk?done={found.order.id}", **_HEADERS}
            return web.Response(status=303, headers=headers)
        named = found.stories[0] if found.stories else found.order.story
        story = await self.site.store.stories.where(named) or named
        headers = {"Location": f"{base}/stories/{story}?done={found.order.id}", **_HEADERS}
        return web.Response(status=303, headers=headers)


def _copies(action: Action, asked: Asked) -> list[str]:
    """The copies that an order names."""
    return [asked.entry] if action == "lead" else asked.entries


_HEADERS = {"Cache-Control": "no-store", "Server": SERVER, **SAFE}


def _json(found: Ruling, *, preview: bool = False) -> web.Response:
    body = orjson.dumps({**shown(found), "preview": preview})
    status = 202 if found.outcome == "waiting" else 200
    return web.Response(status=status, body=body, headers={"Content-Type": "application/json", **_HEADERS})


async def _body(request: web.Request) -> bytes:
    """The body of a request. Raises: Refused."""
    read = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for chunk in request.content.iter_any():
                read += chunk
                if len(read) > MOST:
                    raise Refused(413, f"At most {MOST:,} bytes are taken.")
    except TimeoutError:
        raise Refused(400, "The body came too slowly.") from None
    return bytes(read)


def _asked(action: Action, body: bytes, *, is_form: bool) -> Asked:
    """What a body says. Raises: Refused where it can't be read, Malformed where it says too much."""
    allowed = (*NEEDED[action], *COMMON)
    asked = _from_form(body, allowed) if is_form else _from_json(body)
    for name in Asked.__struct_fields__:
        if name not in allowed and getattr(asked, name):
            raise Malformed(name, f"{action} takes no {name}: it takes {', '.join(allowed)}.")
    for name in NEEDED[action]:
        if not getattr(asked, name):
            raise Malformed(name, f"{action} needs {name}.")
    return asked


def _from_json(body: bytes) -> Asked:
    try:
        return msgspec.json.decode(body, type=Asked)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(400, f"The body is no JSON object of an order: {error}.") from None


def _from_form(body: bytes, allowed: tuple[str, ...]) -> Asked:
    """The same of a form: `entry` for each copy, `preview=1`."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=FIELDS, errors="strict")
    except ValueError:
        raise Refused(400, "The form cannot be read.") from None
    fields: dict[str, str] = {}
    entries: list[str] = []
    for name, value in pairs:
        if name == "entry" and "entries" in allowed:
            entries.append(value)
        elif name not in allowed or name == "entries":
            raise Malformed(name[:40], f"There is no field {name[:40]!r} here.")
        elif name in fields:
            raise Malformed(name, f"{name} may be given once.")
        else:
            fields[name] = value.strip()
    preview = fields.pop("preview", "")
    if preview not in {"", "0", "1"}:
        raise Malformed("preview", "preview is 1 or 0.")
    return Asked(entries=entries, preview=preview == "1", **fields)
