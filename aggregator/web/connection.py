"""A connection of the server, and what it answers to bytes that are no request."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from aggregator.web.answer import problem

log = logging.getLogger("web")

SETTINGS: dict[str, Any] = {
    "access_log": None,
    "keepalive_timeout": 75.0,
    "max_line_size": 65_536,  # bytes of a request's first line: a hundred sources may be asked for by name
    "auto_decompress": False,  # nothing packed is taken, so nobody can send a bomb
}


class Connection(web.RequestHandler):
    """One client's connection. Nothing of what it sent is repeated, and no version of anything told."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The last answer of a connection: what came was no HTTP, or an endpoint failed unnoticed."""
        if isinstance(exc, HttpProcessingError):
            log.debug("%s sent what is no request: %s", request.remote, type(exc).__name__)
            status = 400
        else:
            log.error("answering failed by a fault of the program", exc_info=exc)
            status = 500
        if request.writer.output_size > 0:
            raise ConnectionError("An answer has begun, so no other one can be given.")
        response = problem(status, _sentence(status, message or ""))
        response.force_close()
        return response


class AppRunner(web.AppRunner):
    """Runs an application on connections of our kind."""

    def __init__(self, app: web.Application, **settings: Any) -> None:
        super().__init__(app, **SETTINGS, **settings)

    @property
    def server(self) -> Any:
        """What makes a connection; None before `setup`."""
        server = super().server
        return None if server is None else _maker(server)


def _maker(server: web.Server) -> Callable[[], Connection]:
    return lambda: Connection(server, loop=asyncio.get_running_loop(), **SETTINGS)


def _sentence(status: int, message: str) -> str:
    if status >= 500:
        return "The answer could not be made; the log says why."
    if "'Host'" in message:
        return "The request names no host: HTTP/1.1 wants a Host header."
    return "This is no request as HTTP wants it."
