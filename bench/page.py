"""What a page costs to make: processor milliseconds for fifty stories of three copies, and its bytes.

`cold` has none of its rows at hand, as in the first moment of a process; `one new` has all but one, which is
what each change brings; the templates are compiled before, once in a process. The JSON Feed of the same
stories, made anew in the same run, stands beside. Processor time: neighbours cost little.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import brotli
import msgspec

from aggregator import store as stores
from aggregator.config import Config
from aggregator.core.model import Change, Copy, Source, Story, Text, entry_id
from aggregator.core.query import Query
from aggregator.demo import desk, wire
from aggregator.store import Commit, Server, Store, StoryWrites
from aggregator.web import assets
from aggregator.web.display import Display
from aggregator.web.feeds import JSON, Page
from aggregator.web.following import Following
from aggregator.web.reading import Reading
from aggregator.web.shelf import Items
from aggregator.web.site import Site
from aggregator.web.words import differing

STORIES, COPIES, ROUNDS = 50, 3, 30
NOON = 1_800_000_000.0


def run() -> dict[str, Any]:
    """Milliseconds of page and feed, and bytes."""
    return asyncio.run(_measured())


async def _measured() -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="agg-page-") as folder:
        async with Server(Path(folder)) as redis, stores.open(redis.url) as store:
            await _told(store)
            config = Config.model_validate({"sources": (Source("s0", "https://s0.example/", "s0", "s0"),)})
            site = Site(config, store, lambda: NOON)
            await Following(site.catalogue).load()
            page = await Reading(site).shown(Display()).page("http://127.0.0.1", Query(), None)
            return _times(site, page)


def _times(site: Site, page: Page) -> dict[str, Any]:
    kept = Reading(site)
    kept.shown(Display()).form.write(page)

    def cold() -> bytes:
        differing.cache_clear()
        return Reading(site).shown(Display()).form.write(page)

    def one_new() -> bytes:
        kept.forget(page.stories[0].story.id)
        return kept.shown(Display()).form.write(page)

    def feed() -> bytes:
        return JSON.write(msgspec.structs.replace(page, items=Items()))

    body = cold()
    found = {"stories": STORIES, "html_bytes": len(body), "html_br": len(brotli.compress(body, quality=5))}
    for name in ("style.css", "page.js"):
        found[f"{name.partition('.')[2]}_br"] = len(brotli.compress(assets.content(name), quality=11))
    takes = {"cold": cold, "one_new": one_new, "feed": feed}
    return {**found, **{f"{name}_ms": round(_cost(make), 2) for name, make in takes.items()}}


def _cost(make: Callable[[], bytes]) -> float:
    """Processor milliseconds, the median of the rounds."""
    taken = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        make()
        taken.append((time.process_time() - begun) * 1e3)
    return median(taken)


async def _told(store: Store) -> None:
    lease = await store.inbox.lead("bench", 600.0)
    outlets, told = desk.outlets(), wire.stories()
    for number in range(STORIES):
        version = told[number % len(told)].versions[0]
        copies = [
            _copy(outlets[(number + 4 * at) % len(outlets)], version, number, at) for at in range(COPIES)
        ]
        first = copies[0]
        story = Story(
            first.entry, NOON + number, NOON, NOON, first.entry, copies=tuple(one.entry for one in copies)
        )
        text = Text(version.paragraphs[0], f"<p>{version.paragraphs[0]}</p>")
        writes = StoryWrites(
            stories=(story,),
            copies=tuple((story.id, one, None, text if one is first else None) for one in copies),
        )
        change = Change(0, "added", story.id, NOON)
        await store.stories.commit(Commit(lease or 0, f"{number + 1}-0", NOON, writes, (change,)))


def _copy(outlet: desk.Outlet, version: wire.Version, number: int, at: int) -> Copy:
    title = version.headlines[at % len(version.headlines)] + outlet.headline.get("suffix", "")
    url = f"https://{outlet.id}.example/2026/11/{number}"
    return Copy(entry_id(outlet.id, str(number)), outlet.id, outlet.name, url, title, NOON + at * 60, b"")


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
