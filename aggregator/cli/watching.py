"""`sources`, `health`, `probe`: the commands that look."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aggregator.cli import parts
from aggregator.cli.parts import ConfigOption, JsonOption

if TYPE_CHECKING:
    from aggregator.config import Config
    from aggregator.core.model import Feed, Response, Source


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    app.command(rich_help_panel="Looking")(sources)
    app.command(rich_help_panel="Looking")(health)
    app.command(rich_help_panel="Looking")(probe)


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
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    names = ("source", "state", "last success", "next poll", "why then", "every", "a day", "error")
    table = Table(*names, box=None, pad_edge=False)
    for source in listed:
        error = source.get("error")
        cells = (
            source["id"],
            source["state"],
            _clock(source.get("last_success")),
            _clock(source.get("next_poll")),
            source.get("next_poll_reason", ""),
            _duration(source.get("interval")),
            f"{source['entries_a_day']:.1f}" if source.get("entries_a_day") is not None else "",
            f"{error['message']} ({error['count']} times)" if error else "",
        )
        table.add_row(*(Text(cell) for cell in cells))
    Console(width=None if sys.stdout.isatty() else 4_000).print(table)


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


def probe(
    url: Annotated[str, typer.Argument(help="The address of a feed, or of a page that has one.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetches one address as a worker would, shows what was parsed, prints the YAML to paste.

    Example: aggregator probe https://www.example.org/news.xml
    """
    from aggregator.config import from_address

    from_address(url)  # what is no web address is wrong usage, not a failed request
    loaded = parts.load(config)
    with parts.loop_runner() as runner:
        found = runner.run(_probe(loaded, url))
    if as_json:
        sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    else:
        _show_probe(found)


async def _probe(config: Config, url: str) -> dict[str, Any]:
    import msgspec

    from aggregator.core import discovery, parse
    from aggregator.core.errors import AggregatorError, Kind, ParseError
    from aggregator.core.model import Failure, Source, SourceState
    from aggregator.core.urls import host, source_id
    from aggregator.fetch import Fetcher, FetchSettings
    from aggregator.pool import Pool

    known = next((source for source in config.sources if source.url == url), None)
    source = known or Source(id=source_id(url), url=url, name=host(url), outlet=host(url))
    async with Fetcher(FetchSettings.of(config.polling)) as fetcher:
        outcome = await fetcher.fetch(source, SourceState())
        if isinstance(outcome, Failure):
            raise AggregatorError(f"{outcome.kind}: {outcome.message}")
        try:
            document = parse.document(outcome.body or b"", outcome.content_type, outcome.url)
            try:
                feed = parse.quick(document, parts.now())
            except parse.NeedsLiberal:
                pool = Pool()
                try:
                    feed = await pool.run(parse.liberal, document, parts.now(), seconds=5.0)
                finally:
                    await pool.close()
        except ParseError as error:
            links = discovery.links(outcome.body or b"", outcome.url) if error.kind == Kind.NOT_A_FEED else []
            if not links:
                raise AggregatorError(f"{error.kind}: {error}") from error
            return {"url": outcome.url, "feeds": [msgspec.structs.asdict(link) for link in links]}
    return _parsed(source, outcome, feed)


def _parsed(source: Source, outcome: Response, feed: Feed) -> dict[str, Any]:
    from msgspec.structs import replace

    from aggregator.config.template import sources_yaml

    title = feed.title or source.name
    named = replace(source, name=title, outlet=title, language=feed.language)
    return {
        "url": outcome.url,
        "format": feed.format,
        "title": feed.title,
        "language": feed.language,
        "parser": "liberal" if feed.liberal else "fast",
        "validators": [
            name
            for name, value in (("ETag", outcome.etag), ("Last-Modified", outcome.last_modified))
            if value
        ],
        "max_age": outcome.max_age,
        "yaml": sources_yaml([named], indent="  "),
        "entries": [
            {
                "title": entry.title,
                "url": entry.url,
                "published": None
                if entry.published is None
                else datetime.fromtimestamp(entry.published, UTC).isoformat(timespec="seconds"),
                "summary": entry.summary[:200],
            }
            for entry in feed.entries
        ],
    }


def _show_probe(found: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else 4_000, highlight=False)
    if "feeds" in found:
        console.print(
            Text(f"{found['url']} is a page. It names {len(found['feeds'])} feeds; probe one of them:")
        )
        for link in found["feeds"]:
            console.print(Text(f"  {link['url']}  {link.get('title', '')}"))
        return
    console.print(
        Text(
            f"{found['title']} ({found['format']}, {found['parser']} parser, {len(found['entries'])} entries)"
        )
    )
    if not found["validators"]:
        console.print("It sends neither ETag nor Last-Modified: each poll transfers all of it.")
    table = Table("published", "title", "address", box=None, pad_edge=False)
    for entry in found["entries"][:20]:
        table.add_row(entry["published"] or "", Text(entry["title"]), Text(entry["url"]))
    console.print(table)
    console.print(Text("\nTo take it up, under `sources:`\n"))
    sys.stdout.write(found["yaml"])
