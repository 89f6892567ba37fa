"""Which address is answered by whom, and the socket.

Every known path takes every method, so that the endpoint itself can say 405; whatever is left is 404.
There is no middleware: an answer from the shelf should cost little more than the bare server does.
"""

from __future__ import annotations

import asyncio
import errno
import logging
from collections.abc import AsyncIterator, Callable

from aiohttp import web

from aggregator.config import Config
from aggregator.core.errors import AggregatorError
from aggregator.fetch.limits import raise_limit
from aggregator.store import Store
from aggregator.tasks import end
from aggregator.web.changes import Changes, Log
from aggregator.web.connection import AppRunner
from aggregator.web.events import HEARTBEAT, Events
from aggregator.web.following import Following
from aggregator.web.openapi import Description
from aggregator.web.routes import routes
from aggregator.web.site import Site

log = logging.getLogger("web")

SITE: web.AppKey[Site] = web.AppKey("site", Site)
EVENTS: web.AppKey[Events] = web.AppKey("events", Events)
MOST_BODY = 4096  # bytes; nothing here takes a body
BACKLOG = 1024  # connections that may wait to be taken: all readers come back at once after a break
DRAIN = 5.0  # seconds that answers in flight have to end


def application(config: Config, store: Store, *, clock: Callable[[], float]) -> web.Application:
    """The web application; it follows the change log while it runs."""
    site = Site(config, store, clock)
    app = web.Application(client_max_size=MOST_BODY)
    log, description = Log(site), Description(site)
    app[SITE], app[EVENTS] = site, Events(site, log)
    description.table = routes(site, Changes(site, log), app[EVENTS], description)
    # What ends in a suffix goes before what would take it for part of a name.
    served = [route for route in description.table if route.served]
    for route in sorted(served, key=lambda route: (route.name == "unknown", route.path[-1] == "}")):
        handler = site.endpoint(route.name, route.handler, methods=route.methods)
        app.router.add_route("*", route.path, handler)
        if site.prefix:  # behind a proxy that leaves the path of `public_url` in place
            app.router.add_route("*", site.prefix + route.path, handler)
    app.cleanup_ctx.append(_following)
    app.on_shutdown.append(_ending)
    return app


async def _following(app: web.Application) -> AsyncIterator[None]:
    """Follows the change log while the application runs."""
    stream = app[EVENTS].stream
    tasks = {
        asyncio.create_task(Following(app[SITE].catalogue).run(), name="follow"),
        asyncio.create_task(stream.follow(), name="events"),
        asyncio.create_task(stream.beat(HEARTBEAT), name="heartbeat"),
    }
    yield
    await end(*tasks)


async def _ending(app: web.Application) -> None:
    """Ends what would never end by itself, so that the server can stop."""
    app[EVENTS].stream.end(good=True)


class Runner:
    """A server that runs; `address` is where, `cleanup` ends it."""

    def __init__(self, config: Config, store: Store, clock: Callable[[], float]) -> None:
        self._server = config.server
        self._app = application(config, store, clock=clock)
        self._runner = AppRunner(self._app, shutdown_timeout=DRAIN)
        self.address = ""

    @property
    def token(self) -> str | None:
        """The token for editors that was made at start; None where tokens are configured, or needed."""
        return self._app[SITE].access.token

    @property
    def link(self) -> str:
        """The page's address; with the token that was made at start, where there is one."""
        return f"{self.address}/" if self.token is None else f"{self.address}/?token={self.token}"

    async def listen(self) -> None:
        """Takes requests on the configured host and port; AggregatorError where they cannot be had."""
        host, port = self._server.host, self._server.port
        raise_limit(0)  # of open files: each reader of /events holds one
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port, backlog=BACKLOG).start()
        except (OSError, OverflowError) as error:
            await self._runner.cleanup()
            raise AggregatorError(_sentence(host, port, error)) from error
        bound = self._runner.addresses[0][1] if self._runner.addresses else port
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
        self.address = f"http://{shown}:{bound}"

    async def take(self, config: Config) -> None:
        """Goes on with other sources, views and tokens; the address stays as it was."""
        old = self._app[SITE].config
        await self._app[SITE].take(config)
        self._app[EVENTS].take(old, config)

    async def cleanup(self) -> None:
        """Takes no more requests, lets those in flight end, and stops."""
        await self._runner.cleanup()


async def start(config: Config, store: Store, *, clock: Callable[[], float]) -> Runner:
    """Serves on the configured host and port.

    Raises: AggregatorError with a plain sentence where the port cannot be had.
    """
    runner = Runner(config, store, clock)
    await runner.listen()
    return runner


def _sentence(host: str, port: int, error: OSError | OverflowError) -> str:
    """Why the server cannot listen, and what to do."""
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        return (
            f"Port {port} of {host} is in use: stop what uses it, or set another server.port (0 takes any)."
        )
    if number == errno.EACCES:
        return f"Port {port} of {host} needs more rights: set server.port to one above 1023."
    return (
        f"{host} is no address of this machine that can be listened on: set server.host (127.0.0.1, 0.0.0.0)."
    )
