"""Sources, health and metrics: for whoever watches the service."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from pathlib import Path
from typing import Any

import pytest
from newsdesk import SOURCES, Newsdesk, Reader

from aggregator import metrics, web
from aggregator import store as stores
from aggregator.config import Config, from_opml
from aggregator.core.errors import AggregatorError, Kind
from aggregator.core.model import Failure, Settlement, SourceState
from aggregator.store import Store
from aggregator.web import assets

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "metrics.md"


async def test_every_source_is_listed_with_its_health(reader: Reader, store: Store, clock: Any) -> None:
    await store.sources.take_up(SOURCES, {}, 7 * 86_400.0)
    (claim,) = [one for one in await store.sources.claim("w", 10, 30.0) if one.source == "nbc"]
    state = SourceState(
        polls=1,
        last_poll=clock.now,
        error=Failure(Kind.TIMEOUT, "It took longer than 20 seconds."),
        error_count=1,
    )
    await store.sources.settle([Settlement(claim, state, clock.now + 600)])
    nbc, abc = (await reader.ask("/sources.json")).json()["sources"]
    assert (nbc["state"], nbc["error"]["kind"]) == ("failing", "timeout")
    assert nbc["next_poll"] == "2027-01-15T08:10:00Z"
    assert (abc["state"], abc["error"]) == ("new", None)
    assert "secret" not in str(abc)
    assert "hush" not in str(abc)
    page = await reader.ask("/sources")
    assert "It took longer than 20 seconds." in page.text
    assert "hush" not in page.text


async def test_the_sources_go_to_another_reader_without_secrets(reader: Reader) -> None:
    answer = await reader.ask("/sources.opml")
    assert answer.headers["Content-Type"].startswith("text/x-opml")
    assert answer.headers["ETag"].startswith('"')
    assert "https://nbc.example/rss" in answer.text
    assert "hush" not in answer.text
    assert [source.id for source in from_opml(answer.body, "sources.opml")] == ["nbc", "abc"]


async def test_alive_and_ready(reader: Reader) -> None:
    assert (await reader.ask("/healthz")).json() == {"status": "alive"}
    ready = await reader.until("/readyz", lambda answer: answer.status == 200)
    assert ready.json() == {"status": "ready"}


async def test_metrics_show_this_process_and_every_worker(
    reader: Reader, store: Store, desk: Newsdesk
) -> None:
    await desk.publish("nbc", "one")
    await reader.feed_of(1)
    counters = {"polls.unchanged": 7, "entries": 3, "decisions.founded": 2, "unheard_of": 1}
    await store.workers.heartbeat("w-1", {"counters": counters, "grouping": True, "digest": "d1"}, 60.0)
    answer = await reader.ask("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    for line in (
        'aggregator_polls_total{outcome="unchanged",worker="w-1"} 7.0',
        'aggregator_entries_total{worker="w-1"} 3.0',
        'aggregator_decisions_total{decision="founded",worker="w-1"} 2.0',
        'aggregator_grouping{worker="w-1"} 1.0',
        'aggregator_workers{config="d1"} 1.0',
        "aggregator_stories 1.0",
        "aggregator_store_up 1.0",
        "aggregator_inbox_length 0.0",
        'aggregator_sources{state="new"} 2.0',
    ):
        assert line in answer.text.splitlines()
    assert 'aggregator_http_requests_total{cache="miss",endpoint="feed",status="200"}' in answer.text


def test_every_metric_is_documented() -> None:
    text = DOCUMENTATION.read_text()
    names = {family.name for family in metrics.REGISTRY.collect() if family.name.startswith("aggregator_")}
    assert names
    assert {name for name in names if f"`{name}" not in text} == set()


def test_a_port_in_use_is_one_plain_sentence(redis_url: str, clock: Any) -> None:
    async def starting(port: int) -> None:
        async with stores.open(redis_url) as store:
            config = Config.model_validate({"server": {"host": "127.0.0.1", "port": port}})
            await web.start(config, store, clock=clock)

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(AggregatorError, match=f"Port {port} of 127.0.0.1 is in use: stop what uses it"):
            asyncio.run(starting(port))


async def test_an_address_that_is_not_ours_is_one_plain_sentence(store: Store, clock: Any) -> None:
    config = Config.model_validate({"server": {"host": "192.0.2.1", "port": 0}})
    with pytest.raises(AggregatorError, match="no address of this machine"):
        await web.start(config, store, clock=clock)


# --- files --------------------------------------------------------------------------------------------


async def test_the_merged_feed_is_written_to_a_file(store: Store, desk: Newsdesk, tmp_path: Path) -> None:
    for number in range(60):
        await desk.publish("nbc", f"g{number}")
    await web.write(Config.model_validate({}), store, tmp_path / "feed.json")
    feed = json.loads((tmp_path / "feed.json").read_text())
    assert len(feed["items"]) == 60
    assert "next_url" not in feed
    assert [path.name for path in tmp_path.iterdir()] == ["feed.json"]


async def test_a_folder_gets_every_feed_and_the_page(store: Store, desk: Newsdesk, tmp_path: Path) -> None:
    await desk.publish("nbc", "one")
    config = Config.model_validate({"feeds": [{"id": "world"}]})
    await web.write(config, store, tmp_path / "public")
    written = {str(path.relative_to(tmp_path / "public")) for path in (tmp_path / "public").rglob("*.*")}
    assert written == {
        "feed.json", "feed.atom", "feed.rss", "index.html", "sources.opml", "sources.json", "sources.atom",
        "feeds/world.json", "feeds/world.atom", "feeds/world.rss", "feeds/world/index.html",
        *(address.lstrip("/") for address in assets.addresses("").values()),
    }  # fmt: skip


@pytest.mark.parametrize("server", [{}, {"public_url": "https://news.example/wire"}], ids=["bare", "public"])
async def test_the_links_of_a_folder_lead_to_its_files_wherever_it_is_put(
    store: Store, desk: Newsdesk, tmp_path: Path, server: dict[str, str]
) -> None:
    await desk.publish("nbc", "one")
    config = Config.model_validate({"feeds": [{"id": "world"}], "server": server})
    await web.write(config, store, tmp_path / "public")
    for page in (tmp_path / "public").rglob("*.html"):
        links = re.findall(r' (?:href|src|action|data-live)="([^"#][^"]*)"', page.read_text())
        own = [link for link in links if not link.startswith("https://nbc.example/")]
        assert len(own) > 5
        assert [link for link in own if not (page.parent / link).is_file()] == []
    assert "<form>" not in page.read_text()


def test_every_address_is_described(redis_url: str, clock: Any) -> None:
    described = (DOCUMENTATION.parent / "http.md").read_text()
    app = web.application(Config.model_validate({}), stores.open(redis_url), clock=clock)
    for resource in app.router.resources():
        path = (
            resource.canonical.replace("{view}", "{id}")
            .replace("{story}", "{id}")
            .replace("{source}", "{id}")
        )
        if path not in {"/{path}", "/favicon.ico", "/static/{file}", "/desk/leave"}:
            stem, _, suffix = path.rpartition(".")
            folder, _, last = path.rpartition("/")
            assert (
                f"`{path}`" in described
                or (f"`{stem}." in described and f"`.{suffix}`" in described)
                or (f"`{folder}/" in described and f"`/{last}`" in described)
            ), path
