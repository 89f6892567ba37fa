"""`probe`: one address as a worker would fetch it; of a page, the feeds that it has."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aggregator.cli import parts
from aggregator.cli.parts import ConfigOption, JsonOption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.config import Config
    from aggregator.core.discovery import Link
    from aggregator.core.model import Feed, Response, Source
    from aggregator.fetch import Fetcher
    from aggregator.pool import Pool

MOST_ASKED = 12
"""Addresses that a page is asked for at most, itself not counted."""
LONGEST_PAUSE = 5.0
"""Seconds between two requests at most: somebody waits at the keyboard."""


def register(app: typer.Typer) -> None:
    """Adds the command of this file."""
    app.command(rich_help_panel="Looking")(probe)


def probe(
    url: Annotated[str, typer.Argument(help="The address of a feed, or of a page that has one.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetches one address as a worker would, finds its feeds, shows what was parsed, prints YAML to paste.

    Example: aggregator probe https://www.example.org/
    """
    from aggregator.config import from_address

    from_address(url)  # what is no web address is wrong usage, not a failed request
    loaded = parts.load(config)
    with parts.loop_runner() as runner:
        found = runner.run(_probe(loaded, url))
    if as_json:
        sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    else:
        _show(found)


async def _probe(config: Config, url: str) -> dict[str, Any]:
    from aggregator.core.model import Source
    from aggregator.core.urls import host, source_id
    from aggregator.fetch import Fetcher, FetchSettings
    from aggregator.pool import Pool

    known = next((source for source in config.sources if source.url == url), None)
    source = known or Source(id=source_id(url), url=url, name=host(url), outlet=host(url))
    pool = Pool()
    try:
        async with Fetcher(FetchSettings.of(config.polling)) as fetcher:
            return await _Prober(config, fetcher, pool).probe(source)
    finally:
        await pool.close()


class _Prober:
    """Asks for one address, and for what a page leads to, one after the other at the configured pace."""

    def __init__(self, config: Config, fetcher: Fetcher, pool: Pool) -> None:
        rate = config.polling.per_host_rate
        self._pause = min(60.0 / rate, LONGEST_PAUSE) if rate else 0.0
        self._fetcher = fetcher
        self._pool = pool

    async def probe(self, source: Source) -> dict[str, Any]:
        from aggregator.core import discovery
        from aggregator.core.errors import AggregatorError, Kind, ParseError
        from aggregator.core.model import Failure

        outcome = await self._ask(source)
        if isinstance(outcome, Failure):
            raise AggregatorError(f"{outcome.kind}: {outcome.message}")
        try:
            return _parsed(source, outcome, await self._read(outcome))
        except ParseError as error:
            page = outcome.body or b""
            if error.kind is not Kind.NOT_A_FEED or page.lstrip()[:1] != b"<":
                raise AggregatorError(f"{error.kind}: {error}") from error
            feeds = await self._feeds(discovery.links(page, outcome.url))
            if not feeds:
                feeds = await self._feeds(discovery.usual(outcome.url), enough=1)
            if not feeds:
                raise AggregatorError(f"{error.kind}: {error} No feed was found there either.") from error
            return _page(outcome.url, feeds)

    async def _feeds(
        self, links: Sequence[Link], enough: int = MOST_ASKED
    ) -> list[tuple[Link, Source, Response, Feed]]:
        """Those of the links that are feeds, in their order."""
        from aggregator.core.errors import ParseError
        from aggregator.core.model import Response, Source
        from aggregator.core.urls import host, source_id

        found: list[tuple[Link, Source, Response, Feed]] = []
        for link in links[:MOST_ASKED]:
            await asyncio.sleep(self._pause)
            name = host(link.url)
            source = Source(id=source_id(link.url), url=link.url, name=name, outlet=name)
            outcome = await self._ask(source)
            if isinstance(outcome, Response):
                try:
                    found.append((link, source, outcome, await self._read(outcome)))
                except ParseError:
                    continue
            if len(found) >= enough:
                break
        return found

    async def _ask(self, source: Source) -> Any:
        from aggregator.core.model import SourceState

        return await self._fetcher.fetch(source, SourceState())

    async def _read(self, outcome: Response) -> Feed:
        from aggregator import reader
        from aggregator.core import parse

        document = parse.document(outcome.body or b"", outcome.content_type, outcome.url)
        return await reader.read(self._pool, document, parts.now())


def _page(url: str, feeds: Sequence[tuple[Link, Source, Response, Feed]]) -> dict[str, Any]:
    """The feeds of a page, best first, and the YAML of those that are not another one once more."""
    from aggregator.config.template import sources_yaml
    from aggregator.core import discovery

    kept = discovery.distinct([[entry.url for entry in feed.entries] for *_, feed in feeds])
    named = [
        _named(feeds[number][1], feeds[number][3])
        for number in kept
        if not discovery.is_of_comments(feeds[number][0])
    ]
    return {
        "url": url,
        "feeds": [
            {
                "url": link.url,
                "title": feed.title or link.title,
                "format": feed.format,
                "by": link.by,
                "entries": len(feed.entries),
                "newest": _date(max((entry.published or 0.0 for entry in feed.entries), default=0.0) or None),
            }
            for link, _, _, feed in feeds
        ],
        "yaml": sources_yaml(named or [_named(feeds[0][1], feeds[0][3])], indent="  "),
    }


def _named(source: Source, feed: Feed) -> Source:
    from msgspec.structs import replace

    title = feed.title or source.name
    return replace(source, name=title, outlet=title, language=feed.language)


def _parsed(source: Source, outcome: Response, feed: Feed) -> dict[str, Any]:
    from aggregator.config.template import sources_yaml

    validators = (("ETag", outcome.etag), ("Last-Modified", outcome.last_modified))
    return {
        "url": outcome.url,
        "format": feed.format,
        "title": feed.title or source.name,
        "language": feed.language,
        "parser": "liberal" if feed.liberal else "fast",
        "validators": [name for name, value in validators if value],
        "max_age": outcome.max_age,
        "yaml": sources_yaml([_named(source, feed)], indent="  "),
        "entries": [
            {
                "title": entry.title,
                "url": entry.url,
                "published": _date(entry.published),
                "summary": entry.summary[:200],
            }
            for entry in feed.entries
        ],
    }


def _date(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _show(found: dict[str, Any]) -> None:
    if "feeds" in found:
        typer.echo(f"{found['url']} is a page. Its feeds, best first:")
        rows = [
            (str(feed["entries"]), feed["newest"] or "", feed["format"], feed["url"], feed["title"])
            for feed in found["feeds"]
        ]
        parts.table(("entries", "newest", "format", "address", "title"), rows)
    else:
        shown = (
            f"{found['title']} ({found['format']}, {found['parser']} parser, {len(found['entries'])} entries)"
        )
        typer.echo(shown)
        if not found["validators"]:
            typer.echo("It sends neither ETag nor Last-Modified: each poll transfers all of it.")
        entries = [
            (entry["published"] or "", entry["title"], entry["url"]) for entry in found["entries"][:20]
        ]
        parts.table(("published", "title", "address"), entries)
    typer.echo("\nTo take it up, under `sources:`\n")
    sys.stdout.write(found["yaml"])
