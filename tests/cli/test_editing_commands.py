"""`merge`, `split`, `lead`, `never`, `undo`, `decisions` and `evaluate --decisions`, as a person calls them."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

from aggregator import store as stores
from aggregator.cli import main
from aggregator.core.matching.fingerprint import fingerprint
from aggregator.core.matching.story import Grouping
from aggregator.core.model import Arrival, Entry, Source, content_hash, entry_id
from aggregator.group import Grouper

FERRY = "All ferries in the bay stopped on Monday after divers found a crack in the main pier of Port Alder."
BUDGET = "The council of Oak Bay passed its budget late on Sunday with money for two schools and a library."
ONE, SECOND, TWO = entry_id("a", "1"), entry_id("b", "1"), entry_id("a", "2")


@pytest.fixture
def run(monkeypatch, capsys, tmp_path, redis_url):
    """Calls the command line; gives exit status, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    Path("aggregator.yaml").write_text(f"redis: {redis_url}\nsources: []\n")

    def called(*arguments):
        monkeypatch.setattr(sys, "argv", ["aggregator", *arguments])
        status = 0
        try:
            main()
        except SystemExit as end:
            status = end.code
        out, err = capsys.readouterr()
        return int(status or 0), out, err

    return called


def _arrival(outlet: str, guid: str, title: str, text: str, seen: float) -> Arrival:
    entry = Entry(guid=guid, url=f"https://{outlet}.example/{guid}", title=title, summary=text)
    source = Source(outlet, f"https://{outlet}.example/feed", outlet, outlet)
    id_, made = entry_id(outlet, guid), fingerprint(entry, source)
    return Arrival(id_, outlet, outlet, entry, content_hash(entry), made, seen)


@pytest.fixture
def group(redis_url):
    """Groups what waits, as a worker would; in the beginning two stories, of two copies and of one."""

    async def work(*arrivals: Arrival) -> None:
        async with stores.open(redis_url) as store:
            if arrivals:
                await store.inbox.hand_in(arrivals)
            number = await store.inbox.lead("clerk", 600.0)
            grouper = Grouper(store, Grouping(), number, retention=86_400.0 * 7, clock=lambda: 1e9)
            await grouper.rebuild()
            while (await grouper.step()).arrivals:
                pass
            await store.inbox.resign("clerk", number)

    now = asyncio.run(_now(redis_url))
    asyncio.run(
        work(
            _arrival("a", "1", "Ferries stop in the bay", FERRY, now - 300),
            _arrival("b", "1", "Ferries stop in the bay", FERRY, now - 200),
            _arrival("a", "2", "Council passes budget for schools", BUDGET, now - 100),
        )
    )
    return lambda: asyncio.run(work())


async def _now(url: str) -> float:
    async with stores.open(url) as store:
        return await store.now()


def test_an_order_waits_for_a_worker_and_says_so(run, group):
    assert run("merge", ONE, TWO) == (0, "Taken; it will be done when a worker groups.\n", "")
    status, out, _ = run("decisions", "list", "--json")
    (order,) = json.loads(out)["decisions"]
    assert (status, order["action"], order["outcome"]) == (0, "merge", "waiting")
    assert order["by"].startswith("command line, ")
    group()
    status, out, _ = run("decisions", "list", f"http://127.0.0.1:8080/stories/{TWO}")
    assert (status, "done" in out, ONE in out) == (0, True, True)


def test_a_preview_changes_nothing(run, group):
    status, out, _ = run("split", ONE, "https://b.example/1", "--preview")
    assert (status, "of 1 and 1 copies" in out, "undo" in out) == (0, True, False)
    status, out, _ = run("split", ONE, SECOND, "--preview", "--json")
    assert (json.loads(out)["preview"], json.loads(out)["outcome"]) == (True, "done")
    assert run("decisions", "list") == (0, "No decision was made yet.\n", "")


def test_what_cannot_be_is_one_sentence_and_exit_status_1(run, group):
    for words, sentence in (
        (("merge", ONE, ONE), "one story already"),
        (("merge", ONE, "f" * 32), "There is no story"),
        (("merge", ONE, "nonsense"), "is no story: give its id, or its address"),
        (("split", ONE, ONE, SECOND), "at least one has to stay"),
        (("split", TWO, TWO), "single copy"),
        (("lead", ONE, TWO), "is no copy of the story"),
        (("undo", "unknown"), "There is no decision unknown"),
    ):
        status, out, err = run(*words, "--preview")
        assert (status, out) == (1, "")
        assert sentence in err
        assert err.count("\n") == 1
    assert run("merge", ONE)[0] == 2


def test_orders_are_taken_back_by_their_id(run, group):
    run("never", ONE, TWO)
    run("lead", ONE, SECOND)
    group()
    found = json.loads(run("decisions", "list", "--json")[1])["decisions"]
    assert [one["action"] for one in found] == ["lead", "never"]
    run("undo", found[1]["id"])
    group()
    found = json.loads(run("decisions", "list", "--json")[1])["decisions"]
    assert found[2]["undone_by"] == found[0]["id"]
    status, out, _ = run("undo", found[2]["id"], "--preview", "--json")
    assert (status, json.loads(out)["outcome"]) == (1, "refused")


def test_decisions_are_the_test_set_of_the_machine(run, group, tmp_path):
    run("merge", ONE, TWO)
    group()
    run("split", ONE, SECOND)
    group()
    _, out, _ = run("decisions", "export")
    lines = [json.loads(line) for line in out.splitlines()]
    assert [(line["action"], line["same"]) for line in lines] == [("merge", True), ("split", False)]
    assert lines[0]["b"]["text"] == BUDGET
    (tmp_path / "decisions.jsonl").write_text(out)
    _, out, _ = run("evaluate", "decisions.jsonl", "--decisions", "--json")
    found = json.loads(out)
    assert (found["decisions"], found["agreed"], found["disagreed"]) == (2, 0, 2)
    assert {one["action"] for one in found["worst"]} == {"merge", "split"}
    assert run("evaluate", "--decisions", "--json")[1] == out
    _, out, _ = run("evaluate", "decisions.jsonl", "--decisions")
    assert "the editor says not one story" in out
    _, out, _ = run("evaluate", "decisions.jsonl", "--json")
    assert json.loads(out)["pairs"] == 2


def test_what_was_taken_back_is_not_exported(run, group):
    run("merge", ONE, TWO)
    group()
    (order,) = json.loads(run("decisions", "list", "--json")[1])["decisions"]
    run("undo", order["id"])
    group()
    assert run("decisions", "export") == (0, "", "")
    assert run("evaluate", "--decisions") == (0, "There is no decision in force.\n", "")


def test_lines_that_are_no_decisions_are_named(run, group, tmp_path):
    (tmp_path / "lines.jsonl").write_text('{"id": 1, "title": "x"}\nnonsense\n')
    status, _, err = run("evaluate", "lines.jsonl", "--decisions")
    assert status == 1
    assert "line 1: an entry, and no pair of a decision" in err
    assert "line 2: " in err
