"""The feeds and the page as files: for `once -o`, and for a host that only serves files."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

from aggregator.config import Config, opml
from aggregator.store import Store
from aggregator.web import assets
from aggregator.web.feeds import ATOM, JSON, RSS, Feeds, Format
from aggregator.web.following import Following
from aggregator.web.page import Pages
from aggregator.web.site import Site


async def write(config: Config, store: Store, target: Path) -> None:
    """Writes the merged feed to a file; into a folder, every feed, the page and the sources.

    Every living story is on one page. A file is replaced at once: a reader sees the old or the new one.
    """
    site = Site(config, store, _no_clock)
    await Following(site.catalogue).load()
    base = site.public or f"http://{config.server.host}:{config.server.port}"
    for form, view, path in _wanted(site, target):
        body = await Feeds(site, form).everything(base, view)
        await asyncio.to_thread(_replace, path, body)
    if _is_folder(target):
        for name, content in assets.everything().items():
            await asyncio.to_thread(_replace, target / "static" / name, content)
        outline = opml.write(config.sources).encode()
        await asyncio.to_thread(_replace, target / "sources.opml", outline)


def _wanted(site: Site, target: Path) -> Iterator[tuple[Format, str | None, Path]]:
    if not _is_folder(target):
        yield JSON, None, target
        return
    page = Pages(site).feeds.form
    for view in (None, *site.views):
        stem = target / ("feed" if view is None else f"feeds/{view}")
        for form, suffix in ((JSON, ".json"), (ATOM, ".atom"), (RSS, ".rss")):
            yield form, view, stem.with_name(stem.name + suffix)
        yield page, view, target / "index.html" if view is None else stem / "index.html"


def _is_folder(target: Path) -> bool:
    """Whether everything is wanted: it is a folder, or would be one by its name."""
    return target.is_dir() or (not target.exists() and not target.suffix)


def _replace(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    draft.write_bytes(body)
    draft.replace(path)


def _no_clock() -> float:
    return 0.0
