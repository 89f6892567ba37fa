"""docs/polling.md keeps up with the code."""

from __future__ import annotations

from pathlib import Path

from aggregator.core.errors import Kind
from aggregator.fetch import failure, resolve

PAGE = (Path(__file__).parents[2] / "docs" / "polling.md").read_text()


def test_every_kind_of_failure_stands_in_the_table():
    assert [kind.value for kind in Kind if f"`{kind.value}`" not in PAGE] == []


def test_the_sentences_are_those_of_the_code():
    host = "*host*"
    made = [failure.of_status(host, status) for status in (204, 401, 404, 410, 429, 503)]
    made += [
        failure.of_timeout(host, 20.0, answered=False),
        failure.of_refused(host),
        failure.of_lookup(host, exists=False),
    ]
    assert [each.message for each in made if each.message.partition(": ")[0] not in PAGE] == []


def test_the_times_are_those_of_the_code():
    assert (resolve.KNOWN, resolve.UNKNOWN, resolve.STALE) == (300.0, 30.0, 86400.0)
