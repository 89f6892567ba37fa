"""The feeds and the page as files: for `once -o`, and for a host that only serves files."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import orjson

from aggregator.config import Config, opml
from aggregator.core.health import report
from aggregator.store import Store
from aggregator.web import assets, bulletins
from aggregator.web.feeds import ATOM, JSON, RSS, Feeds
from aggregator.web.following import Following
from aggregator.web.page import Pages
from aggregator.web.relative import relative
from aggregator.web.site import Site
from aggregator.web.states import UNKNOWN

log = logging.getLogger("once")

FORMATS = ((JSON, ".json"), (ATOM, ".atom"), (RSS, ".rss"))


async def write(config: Config, store: Store, target: Path) -> None:
    """Writes the merged feed to a file; into a folder, every feed, the pages and the sources.

    Every living story is on one page. A file is replaced at once: a reader sees the old or the new one.
    Raises: StoreAway, OSError.
    """
    site = Site(config, store, _no_clock)
    await Following(site.catalogue).load()
    base = site.public or f"http://{config.server.host}:{config.server.port}"
    if not _is_folder(target):
        await asyncio.to_thread(_replace, target, await Feeds(site, JSON).everything(base, None))
        return
    if site.public is None:
        log.warning("server.public_url is not set, so the feeds name this machine as their address: %s", base)
    written: set[str] = set()

    async def put(name: str, body: bytes) -> None:
        await asyncio.to_thread(_replace, target / name, body)
        written.add(name)

    for name, content in assets.everything().items():
        await put(f"static/{name}", content)
    await put("sources.opml", opml.write(config.sources).encode())
    await put("sources.json", await _sources(config, store))
    await put("sources.atom", bulletins.written(config, await store.incidents.newest(), base))
    pages = {_page(view): view for view in (None, *site.views)}
    for view in pages.values():
        for form, suffix in FORMATS:
            stem = "feed" if view is None else f"feeds/{view}"
            await put(f"{stem}{suffix}", await Feeds(site, form).everything(base, view))
    written |= pages.keys()
    for page, view in pages.items():
        html = (await Feeds(site, Pages(site).feeds.form).everything(base, view)).decode()
        await put(page, relative(html, page, written, base=base, prefix=site.prefix).encode())


async def _sources(config: Config, store: Store) -> bytes:
    status = await store.sources.status()
    rows = [report(source, *status.get(source.id, UNKNOWN)) for source in config.sources]
    return orjson.dumps({"sources": rows})


def _page(view: str | None) -> str:
    return "index.html" if view is None else f"feeds/{view}/index.html"


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
