"""`sources`, `health`: the commands that look."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer

from aggregator.cli import parts
from aggregator.cli.parts import ConfigOption, JsonOption

if TYPE_CHECKING:
    from aggregator.config import Config


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    app.command(rich_help_panel="Looking")(sources)
    app.command(rich_help_panel="Looking")(health)


def sources(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Every source: state, last success, next poll and why then, interval, items a day, errors.

    Example: aggregator sources --json
    """
    loaded = parts.load(config)
    with parts.loop_runner() as runner:
        listed = runner.run(_sources(loaded))
    if as_json:
        sys.stdout.write(json.dumps({"sources": listed}, ensure_ascii=False) + "\n")
    else:
        _show_sources(listed)


async def _sources(config: Config) -> list[dict[str, Any]]:
    from aggregator.core import health as states
    from aggregator.core.model import SourceState
    from aggregator.heart import differing_from

    async with parts.store_of(config) as store:
        status = await store.sources.status()
        for name in differing_from(config.digest, await store.workers.alive()):
            typer.echo(
                f"{name} was given another configuration: the list taken up last is in force", err=True
            )
    unknown = (SourceState(), None)
    return [states.report(source, *status.get(source.id, unknown)) for source in config.sources]


def _show_sources(listed: list[dict[str, Any]]) -> None:
    names = ("source", "state", "last success", "next poll", "why then", "every", "a day", "error")
    parts.table((*names, "conditions"), map(_row, listed))


def _row(source: dict[str, Any]) -> tuple[str, ...]:
    error, a_day = source.get("error"), source.get("entries_a_day")
    conditions = [f"{each['name']} since {_clock(each['since'])}" for each in source.get("conditions", ())]
    return (
        source["id"],
        source["state"],
        _clock(source.get("last_success")),
        _clock(source.get("next_poll")),
        source.get("next_poll_reason", ""),
        _duration(source.get("interval")),
        f"{a_day:.1f}" if a_day is not None else "",
        f"{error['message']} ({error['count']} times)" if error else "",
        ", ".join(conditions),
    )


def _clock(at: str | None) -> str:
    if not at:
        return ""
    return datetime.fromisoformat(at).astimezone().strftime("%d %b %H:%M:%S")


def _duration(seconds: float | None) -> str:
    if not seconds:
        return ""
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= size:
            return f"{seconds / size:.3g}{unit}"
    return f"{seconds:.3g}s"


def health(config: ConfigOption = None) -> None:
    """Exit status 0 when this machine's worker or web is alive and reaches Redis.

    Example: aggregator health -c news.yaml
    """
    from aggregator.core.errors import AggregatorError

    loaded = parts.load(config)
    logging.disable(logging.WARNING)
    with parts.loop_runner() as runner:
        alive = runner.run(_alive(loaded))
    if not alive:
        raise AggregatorError("Neither a worker nor the web server of this machine answers.")
    typer.echo("alive: " + ", ".join(alive))


async def _alive(config: Config) -> list[str]:
    from aggregator.core.errors import AggregatorError
    from aggregator.store.server import running_url

    if config.redis == parts.EMBEDDED and await running_url(config.data_dir) is None:
        raise AggregatorError(f"No embedded Redis runs in {config.data_dir}: `aggregator run` starts it.")
    async with parts.store_of(config) as store:
        names = [name for name in await store.workers.alive() if name.startswith(socket.gethostname() + "-")]
    return names + (["web"] if await _web_answers(config) else [])


async def _web_answers(config: Config) -> bool:
    """Does the web server of this machine say that it is ready?"""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(config.server.host, config.server.host)  # noqa: S104
    try:
        async with asyncio.timeout(3.0):
            reader, writer = await asyncio.open_connection(host, config.server.port)
            writer.write(f"GET /readyz HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
            status = await reader.readline()
            writer.close()
    except (OSError, TimeoutError):
        return False
    return b" 200 " in status
