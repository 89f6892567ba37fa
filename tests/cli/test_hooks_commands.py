"""`hooks list` and `hooks replay`, as a person calls them, on a store with a dead letter."""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from pathlib import Path

import pytest

from aggregator import store as stores
from aggregator.cli import main
from aggregator.core.hook import Letter, Tries
from aggregator.core.model import Change, entry_id
from aggregator.store import HookSettlement

STORY = entry_id("wire", "ferry")
SECRET = "whsec_" + base64.b64encode(bytes(24)).decode()


@pytest.fixture
def run(monkeypatch, capsys, tmp_path, redis_url):
    """Calls the command line with two hooks configured; gives exit status, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    hooks = "".join(
        f"  - {{id: {name}, url: 'http://u:pw@127.0.0.1/hush', secret: {SECRET}}}\n"
        for name in ("desk", "wall")
    )
    Path("aggregator.yaml").write_text(f"redis: {redis_url}\nwebhooks:\n{hooks}")

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


@pytest.fixture
def with_letter(redis_url):
    """The desk's hook gave up on one message, and is switched off."""

    async def seed():
        async with stores.open(redis_url) as store:
            lease = await store.inbox.lead("clerk", 600.0)
            await store.hooks.claim({"desk": "x"}, 5.0)
            await store.stories.commit(
                stores.Commit(lease, "1-0", 0.0, changes=(Change(0, "added", STORY, 0.0),))
            )
            [claim] = (await store.hooks.claim({"desk": "x"}, 5.0)).claims
            letter = Letter(
                "life-1", Change(1, "added", STORY, 0.0), 5, 0.0, 60.0, 400, "127.0.0.1 answered 400."
            )  # fmt: skip
            end = HookSettlement(
                "desk", claim.token, 1, dead=letter, off=True, error=letter.error, tries=Tries()
            )
            assert await store.hooks.settle([end]) == [True]

    asyncio.run(seed())


def test_the_list_shows_queues_and_dead_letters(run, with_letter):
    status, out, err = run("hooks", "list")
    assert (status, err) == (0, "")
    assert "life-1" in out
    assert "127.0.0.1 answered 400." in out
    assert "hush" not in out
    status, out, _ = run("hooks", "list", "--json")
    desk, wall = json.loads(out)["hooks"]
    assert (desk["state"], desk["waiting"], desk["host"], wall["state"]) == ("off", 0, "127.0.0.1", "new")
    assert desk["dead"] == [
        {
            "id": "life-1", "type": "story.added", "story": STORY, "tries": 5, "first_try": "1970-01-01T00:00:00Z",
            "given_up": "1970-01-01T00:01:00Z", "status": 400, "error": "127.0.0.1 answered 400.",
        }
    ]  # fmt: skip


def test_a_replay_puts_letters_in_line_and_switches_the_hook_on(run, with_letter):
    assert run("hooks", "replay", "desk") == (
        0,
        "desk: 1 dead letter in line again; a worker tries at once.\n",
        "",
    )
    _, out, _ = run("hooks", "list", "--json")
    desk = json.loads(out)["hooks"][0]
    assert (desk["state"], desk["replaying"], desk["dead"]) == ("ok", 1, [])


def test_one_letter_is_named_by_its_webhook_id(run, with_letter):
    assert run("hooks", "replay", "desk", "life-2")[0::2] == (
        1,
        "aggregator: desk has no dead letter life-2.\n",
    )
    assert run("hooks", "replay", "desk", "life-1")[0] == 0


def test_a_replay_of_what_is_not_there_is_said(run):
    assert run("hooks", "replay", "dask")[0::2] == (
        2,
        "aggregator: There is no webhook 'dask': desk, wall.\n",
    )
    status, _, err = run("hooks", "replay", "desk")
    assert (status, err) == (1, "aggregator: No worker has met the webhook desk yet: start one.\n")


def test_without_hooks_the_list_says_so(run, redis_url):
    Path("aggregator.yaml").write_text(f"redis: {redis_url}\n")
    assert run("hooks", "list") == (0, "No webhook is configured.\n", "")
