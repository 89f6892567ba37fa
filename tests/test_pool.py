"""Processes that can be killed: real ones, with real troubles."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aggregator.core import parse
from aggregator.core.errors import AggregatorError, Kind, ParseError
from aggregator.pool import Pool, PoolDied, PoolTimeout

NOW = 1_790_000_000.0
BROKEN = b"<rss version='2.0'><channel><title>T</title><item><title>One</title><link>https://example.org/1</item></channel></rss>"


@pytest.fixture
async def pool():
    made = Pool(workers=1)
    yield made
    await made.close()


def is_alive(process: int) -> bool:
    """Whether a process runs (one that ended and was not waited for does not)."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


async def gone(process: int) -> None:
    while is_alive(process):
        await asyncio.sleep(0.01)


async def test_the_liberal_parser_runs_in_it(pool):
    feed = await pool.run(parse.liberal, parse.document(BROKEN), NOW, seconds=30)
    assert [one.title for one in feed.entries] == ["One"]


async def test_its_errors_come_home_whole(pool):
    with pytest.raises(ParseError) as caught:
        await pool.run(parse.liberal, parse.document(b"<rss>"), NOW, seconds=30)
    assert caught.value.kind == Kind.MALFORMED
    assert str(caught.value) == "The feed is broken: no entries could be found in it."
    with pytest.raises(ZeroDivisionError):
        await pool.run(divmod, 1, 0, seconds=30)


async def test_what_takes_too_long_is_killed_and_the_next_call_works(pool):
    process = await pool.run(os.getpid, seconds=30)
    with pytest.raises(PoolTimeout, match=r"longer than 0\.2 seconds"):
        await pool.run(time.sleep, 600, seconds=0.2)
    await asyncio.wait_for(gone(process), 30)
    assert await pool.run(os.getpid, seconds=30) != process


async def test_what_takes_too_much_memory_fails_alone():
    pool = Pool(workers=1, memory_bytes=300 * 1024 * 1024)
    try:
        with pytest.raises(PoolDied):
            await pool.run(bytearray, 400 * 1024 * 1024, seconds=30)
        assert await pool.run(divmod, 7, 2, seconds=30) == (3, 1)
    finally:
        await pool.close()


async def test_a_process_that_is_killed_fails_its_call_alone(pool):
    with pytest.raises(PoolDied):
        await pool.run(os._exit, 3, seconds=30)
    assert await pool.run(divmod, 7, 2, seconds=30) == (3, 1)


async def test_nothing_starts_before_the_first_call():
    pool = Pool()
    assert pool._pool is None
    await pool.close()
    await pool.close()


async def test_many_calls_share_the_processes():
    pool = Pool(workers=2)
    try:
        found = await asyncio.gather(*(pool.run(os.getpid, seconds=60) for _ in range(20)))
        assert 1 <= len(set(found)) <= 2
        assert os.getpid() not in found
    finally:
        await pool.close()


async def test_a_closed_pool_leaves_no_process(tmp_path):
    """Its process waits for more to read from a pipe when the pool is closed."""
    pool, pipe = Pool(workers=1), tmp_path / "pipe"
    os.mkfifo(pipe)
    process = await pool.run(os.getpid, seconds=30)
    running = asyncio.ensure_future(pool.run(Path.read_bytes, pipe, seconds=600))
    writer = await asyncio.to_thread(os.open, pipe, os.O_WRONLY)  # returns when the process reads
    await pool.close()
    await asyncio.wait_for(gone(process), 30)
    os.close(writer)
    with pytest.raises((AggregatorError, asyncio.CancelledError)):
        await asyncio.wait_for(running, 30)
    with pytest.raises(PoolDied):
        await pool.run(os.getpid, seconds=30)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
async def test_signals_to_the_whole_group_are_the_parents_business(pool, sent):
    process = await pool.run(os.getpid, seconds=30)
    os.kill(process, sent)
    assert await pool.run(os.getpid, seconds=30) == process


async def test_a_parent_that_is_killed_leaves_no_orphan(tmp_path):
    """The program below prints the process of its pool, and is killed while that process sleeps.

    The process ends at the latest when its time is over.
    """
    program = tmp_path / "program.py"
    program.write_text(
        "import asyncio, os, time\nfrom aggregator.pool import Pool\n"
        "async def main():\n    pool = Pool()\n    print(await pool.run(os.getpid, seconds=60), flush=True)\n"
        "    await pool.run(time.sleep, 600, seconds=0.5)\n"
        "if __name__ == '__main__':\n    asyncio.run(main())\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen([sys.executable, program], stdout=subprocess.PIPE, env=environment) as parent:
        process = int(await asyncio.to_thread(parent.stdout.readline))
        parent.kill()
    await asyncio.wait_for(gone(process), 30)
