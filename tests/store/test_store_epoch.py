"""What happens to the store as a whole: founding, loss, failover, other releases, other settings."""

from __future__ import annotations

from pathlib import Path

import pytest
from redis import Redis
from store_samples import source

from aggregator import store
from aggregator.core.errors import StoreAway, StoreError
from aggregator.core.model import SourceState


async def test_the_number_of_shards_is_fixed_when_a_store_is_made(any_redis_url):
    async with store.open(any_redis_url, shards=4) as first:
        assert first.shards == 4
    async with store.open(any_redis_url, shards=32) as second:
        assert second.shards == 4
        assert second.epoch == first.epoch


async def test_an_unchecked_store_says_so(any_redis_url):
    it = store.open(any_redis_url)
    with pytest.raises(StoreError, match="check"):
        await it.sources.claim("w", 1, 1)
    await it.close()


async def test_a_lost_store_is_another_one(any_redis_url):
    async with store.open(any_redis_url) as first:
        before = first.epoch
        await first._link.command("FLUSHALL")
        await first.check()
        assert first.epoch != before
        assert first.sources.suspect(SourceState(epoch=before, settled=1.0))
        assert not first.sources.suspect(SourceState(epoch=first.epoch, settled=1.0))
        assert not first.sources.suspect(SourceState())


async def test_a_restart_that_loses_nothing_is_the_same_epoch(tmp_path: Path):
    server = store.Server(tmp_path)
    async with server, store.open(server.url) as it:
        epoch = it.epoch
    async with server, store.open(server.url) as it:
        assert it.epoch == epoch


async def test_a_restart_that_may_have_lost_seconds_begins_an_epoch(tmp_path: Path, clock):
    """Its last ten seconds are suspect, what was settled before is not."""
    server = store.Server(tmp_path, extra=["--appendfsync", "everysec"])
    async with server, store.open(server.url, clock=clock) as it:
        await it.workers.heartbeat("w1", {}, 30)
        epoch, end = it.epoch, clock()
    clock.advance(3)
    async with server, store.open(server.url, clock=clock) as it:
        assert it.epoch != epoch
        settled = [end - 60, end - 10, end - 9, end + 1]
        suspect = [it.sources.suspect(SourceState(epoch=epoch, settled=at)) for at in settled]
        assert suspect == [False, False, True, True]
        again = it.epoch
        await it.workers.heartbeat("w1", {}, 30)
        assert it.epoch == again


async def test_a_newer_releases_store_is_refused(redis_url):
    async with store.open(redis_url) as it:
        await it._link.command("HSET", "{s}:meta", "schema", 99)
        with pytest.raises(StoreError, match="newer release"):
            await it.check()


async def test_a_value_of_an_unknown_format_is_refused(redis_url):
    async with store.open(redis_url) as it:
        await it._link.command("XADD", "{s}:inbox", "*", "a", b"\x63from the future")
        with pytest.raises(StoreError, match="format 63"):
            await it.inbox.take("", 1)


async def test_a_server_that_may_evict_is_refused_with_what_mends_it(any_redis_url):
    it = store.open(any_redis_url)
    with Redis.from_url(any_redis_url.replace("redis+cluster", "redis")) as admin:
        admin.config_set("maxmemory-policy", "allkeys-lru")
        try:
            with pytest.raises(StoreError, match="CONFIG SET maxmemory-policy noeviction"):
                await it.check()
        finally:
            admin.config_set("maxmemory-policy", "noeviction")
    await it.close()


async def test_a_server_without_persistence_is_warned_of(any_redis_url):
    it = store.open(any_redis_url)
    warnings = await it.check()
    await it.close()
    assert bool(warnings) == ("cluster" in any_redis_url)  # only that one keeps nothing
    assert all("appendonly" in warning for warning in warnings)


async def test_a_full_server_is_away_and_writes_nothing(any_redis_url, clock):
    """A script that does not fit is refused whole, before it begins."""
    admin = Redis.from_url(any_redis_url.replace("redis+cluster", "redis"))
    async with store.open(any_redis_url, clock=clock) as it:
        number = await it.inbox.lead("w1", 10)
        admin.config_set("maxmemory", 1)
        try:
            with pytest.raises(StoreAway, match="out of memory"):
                await it.stories.commit(store.Commit(number, "", 1.0, learnt=b"x"))
        finally:
            admin.config_set("maxmemory", 0)
            admin.close()
        assert await it.stories.learnt() is None


async def test_a_server_that_forgot_the_scripts_is_told_again(any_redis_url, opened):
    with Redis.from_url(any_redis_url.replace("redis+cluster", "redis")) as admin:
        admin.script_flush()
        await opened.workers.heartbeat("w1", {"pid": 7}, 30)
        admin.script_flush()
        await opened.sources.spread(1.0)
    assert await opened.workers.alive() == {"w1": {"schema": 1, "pid": 7}}


async def test_without_a_clock_the_servers_time_counts(any_redis_url):
    async with store.open(any_redis_url) as it:
        await it.workers.heartbeat("w1", {}, 30)
        await it.sources.take_up([source("a")], {}, 60)
        begin = await it.now()
        assert begin > 1_700_000_000
        assert await it.sources.next_due() <= begin
        (claim,) = await it.sources.claim("w1", 10, 30)
        assert 29 < claim.until - begin < 60
        assert await it.sources.next_due() == claim.until
        assert set(await it.workers.alive()) == {"w1"}


async def test_a_lost_store_is_told_to_workers_and_readers(opened, another, clock):
    assert not await opened.workers.heartbeat("w1", {}, 30)
    before = opened.epoch
    await opened._link.command("FLUSHALL")
    assert await opened.workers.heartbeat("w1", {}, 30)
    assert not await opened.workers.heartbeat("w1", {}, 30)
    assert another.epoch == before
    assert await another.changes.newest() == 0
    assert another.epoch == opened.epoch != before


async def test_a_list_is_taken_up_again_after_a_loss(opened, clock):
    feeds = [source("a"), source("b")]
    await opened.sources.take_up(feeds, {}, 60)
    await opened._link.command("FLUSHALL")
    await opened.workers.heartbeat("w1", {}, 30)
    assert (await opened.sources.take_up(feeds, {}, 60)).added == ("a", "b")
    assert len(await opened.sources.claim("w1", 9, 30)) == 2


async def test_a_worker_that_is_silent_is_not_alive(opened, another, clock):
    await opened.workers.heartbeat("w1", {"host": "a"}, 30)
    clock.advance(20)
    await another.workers.heartbeat("w2", {"host": "b"}, 30)
    assert set(await another.workers.alive()) == {"w1", "w2"}
    clock.advance(10)
    assert set(await another.workers.alive()) == {"w2"}
