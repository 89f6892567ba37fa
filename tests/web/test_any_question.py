"""Every address asked whatever its description allows, and what it does not: the answers are as described."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from newsdesk import Newsdesk, Reader, a_copy

schemathesis = pytest.importorskip("schemathesis")
checks = pytest.importorskip("schemathesis.specs.openapi.checks")


@pytest.fixture
async def reader(serve: Callable[..., Any], desk: Newsdesk) -> Reader:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    server = {"host": "127.0.0.1", "port": port, "public_url": f"http://127.0.0.1:{port}"}
    reader = await serve(feeds=[{"id": "world", "where": {"categories": ["world"]}}], server=server)
    await desk.publish("nbc", "one", a_copy("abc", "two"), summary="Once", html="<p>x</p>")
    await reader.feed_of(1)
    return reader


# A cursor is a string that only we can make: by its schema any other would do, and is rightly refused.
UNFIT = [checks.positive_data_acceptance]


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # of what schemathesis is built from
async def test_whatever_is_asked_the_answers_are_as_described(reader: Reader) -> None:
    """All addresses but `/events`, which never ends, with parameters that fit and that do not."""
    address = reader.runner.address
    headers = {"Authorization": f"Bearer {reader.runner.token}"}
    await asyncio.to_thread(ask_everything, address, headers)


def ask_everything(address: str, headers: dict[str, str]) -> None:
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json").exclude(path="/events")
    asked = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        for mode in schemathesis.GenerationMode:

            @settings(
                max_examples=10,
                deadline=None,
                database=None,
                derandomize=True,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def ask(case: Any) -> None:
                nonlocal asked
                asked += 1
                case.call_and_validate(headers=headers, excluded_checks=UNFIT)

            with contextlib.suppress(Unsatisfiable):  # nothing can be wrong where nothing can be said
                ask()
    assert asked > 100
