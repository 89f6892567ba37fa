"""What was read and how it was understood, in a few plain lines for the start of a program."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from aggregator.config.masking import MASK
from aggregator.config.model import Config


def summary(config: Config) -> list[str]:
    """Files, sources, Redis (without its password), data folder, addresses."""
    lines = [_files(config.files), _sources(config)]
    if config.redis == "embedded":
        lines.append(f"Redis: embedded, its files in {config.data_dir.absolute()}")
    else:
        lines.append(f"Redis: {redis_shown(config.redis)}")
    server = config.server
    host = f"[{server.host}]" if ":" in server.host else server.host
    lines.append(
        f"Serving: http://{host}:{server.port}"
        + (f", to readers {server.public_url}" if server.public_url else "")
    )
    if config.warnings:
        lines.append(f"Warnings: {len(config.warnings)}; aggregator check shows them")
    return lines


def redis_shown(url: str) -> str:
    """The address of a Redis server without anything that may be a password."""
    scheme, _, rest = url.partition("://")
    if "@" in rest:
        rest = f"{MASK}@{rest.rpartition('@')[2]}"
    address, mark, query = rest.partition("?")
    kept = [
        part if part.startswith("db=") else f"{part.partition('=')[0]}={MASK}" for part in query.split("&")
    ]
    return f"{scheme}://{address}{mark}{'&'.join(kept) if query else ''}"


def _files(files: tuple[Path, ...]) -> str:
    if not files:
        return "Config: no file; aggregator init writes one"
    first, *others = (str(path) for path in files)
    named = (
        f", including {', '.join(others)}" if len(others) <= 3 else f", including {len(others)} further files"
    )
    return f"Config: {first}{named if others else ''}"


def _sources(config: Config) -> str:
    count = len(config.sources)
    if not count:
        return "Sources: none yet"
    hosts = {urlsplit(source.url).hostname for source in config.sources}
    outlets = {source.outlet for source in config.sources}
    categories = Counter(category for source in config.sources for category in source.categories)
    most = ", ".join(f"{name} ({number})" for name, number in categories.most_common(5))
    return (
        f"Sources: {counted(count, 'source')} of {counted(len(outlets), 'outlet')}"
        f" on {counted(len(hosts), 'host')}"
        + (f"; {most}{' …' if len(categories) > 5 else ''}" if most else "")
        + (f"; {counted(len(config.feeds), 'named view')}" if config.feeds else "")
    )


def counted(number: int, noun: str) -> str:
    """`1 source`, `12 sources`, `3 categories`."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun[:-1]}ies" if noun.endswith("y") else f"{number:,} {noun}s"
