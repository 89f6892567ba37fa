"""A server that hangs is given up soon, one that is merely slow is not."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from aggregator import store as stores
from aggregator.core.errors import StoreAway
from aggregator.store import Server
from aggregator.store.link import Link
from aggregator.store.pulse import Pulse

LONG = 3600.0  # what a request may take: the test would never end


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Server]:
    server = Server(tmp_path / "data")
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def link(redis: Server) -> AsyncIterator[Link]:
    link = Link(redis.url)
    yield link
    await link.close()


async def test_a_server_that_is_stopped_is_given_up_before_its_answer_is_overdue(redis: Server, link: Link):
    pulse = Pulse(link.ping, after=0.05, within=0.2)
    await link.ping()
    assert redis.pid
    os.kill(redis.pid, signal.SIGSTOP)
    try:
        with pytest.raises(TimeoutError):  # the connection itself would say StoreAway, after ten seconds
            async with pulse.answering(LONG):
                await link.command("GET", "x")
    finally:
        os.kill(redis.pid, signal.SIGCONT)
    async with pulse.answering(LONG):
        assert await link.command("GET", "x") is None


async def test_all_who_wait_for_it_are_told(redis: Server, link: Link):
    pulse = Pulse(link.ping, after=0.05, within=0.2)

    async def ask() -> None:
        async with pulse.answering(LONG):
            await link.command("GET", "x")

    await link.ping()
    assert redis.pid
    os.kill(redis.pid, signal.SIGSTOP)
    try:
        ends = await asyncio.gather(*(ask() for _ in range(50)), return_exceptions=True)
    finally:
        os.kill(redis.pid, signal.SIGCONT)
    assert {type(end) for end in ends} == {TimeoutError}


async def test_an_answer_that_takes_long_is_waited_for(link: Link):
    """A list that stays empty: the server says so only after a while, and answers others meanwhile."""
    pulse = Pulse(link.ping, after=0.01, within=5.0)
    async with pulse.answering(LONG):
        assert await link.command("BLPOP", "empty", 0.3) is None


async def test_more_requests_than_connections_are_no_reason_to_give_up(link: Link):
    pulse = Pulse(link.ping, after=0.01, within=5.0)

    async def ask() -> object:
        async with pulse.answering(LONG):
            return await link.command("BLPOP", "empty", 0.2)

    assert set(await asyncio.gather(*(ask() for _ in range(80)))) == {None}


async def test_the_time_that_a_request_was_given_is_its_limit(link: Link):
    pulse = Pulse(link.ping, after=0.01, within=5.0)
    with pytest.raises(TimeoutError):
        async with pulse.answering(0.05):
            await link.command("BLPOP", "empty", LONG)


async def test_a_server_that_is_gone_says_so_itself(redis: Server):
    async with stores.open(redis.url) as store:
        await redis.stop()
        with pytest.raises(StoreAway):
            async with store.answering(LONG):
                await store.now()
