"""An editor's orders over HTTP: who may give them, what they are told, and that nothing bad comes of bad ones."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from newsdesk import NOON, Newsdesk, Reader, a_copy

from aggregator.core.matching.story import Grouping
from aggregator.core.model import entry_id
from aggregator.group import Grouper
from aggregator.store import Store
from aggregator.tasks import end

ONE, SECOND = entry_id("nbc", "one"), entry_id("abc", "second")
TWO = entry_id("nbc", "two")
TOKENS = [
    {"name": "desk", "value": "d" * 32, "write": True},
    {"name": "partner", "value": "p" * 32},
]


@pytest.fixture
async def stories(desk: Newsdesk) -> None:
    """Two stories, of two copies and of one."""
    await desk.publish("nbc", "one", a_copy("abc", "second", first_seen=NOON + 60), summary="A ferry sank.")
    await desk.publish("nbc", "two", first_seen=NOON + 120, summary="A tunnel opened.")


class Hand:
    """Sends what editors send; with a token unless it is told otherwise."""

    def __init__(self, reader: Reader, http: aiohttp.ClientSession) -> None:
        self.reader, self.http = reader, http
        self.token = reader.runner.token or ""

    async def send(self, path: str, data: Any = None, **headers: str) -> Any:
        as_form = isinstance(data, list)
        body = {"data": data} if as_form or isinstance(data, bytes | str) else {"json": data}
        given = {
            "Authorization": f"Bearer {self.token}",
            **{k.replace("_", "-"): v for k, v in headers.items()},
        }
        url = f"{self.reader.runner.address}{path}"
        async with self.http.post(url, headers=given, allow_redirects=False, **body) as answer:
            text = await answer.text()
            is_json = "json" in answer.headers.get("Content-Type", "")
            return answer.status, json.loads(text) if is_json else text, answer.headers


@pytest.fixture
async def hand(reader: Reader, stories: None) -> AsyncIterator[Hand]:
    async with aiohttp.ClientSession() as http:
        yield Hand(reader, http)


@pytest.fixture
async def grouper(store: Store, desk: Newsdesk, stories: None) -> AsyncIterator[Grouper]:
    """A grouper that does what is handed in, at once."""
    clock = asyncio.get_running_loop().time
    it = Grouper(store, Grouping(), desk.lease, retention=86_400.0 * 7, clock=lambda: NOON + clock())
    await it.rebuild()
    await store.orders._link.command("HSET", "{s}:lead", "position", it.position or "0-1")

    async def work() -> None:
        while True:
            await it.step(wait=0.05)

    task = asyncio.create_task(work())
    yield it
    await end(task)


async def test_a_merge_is_done_and_answered(hand: Hand, grouper: Grouper, store: Store) -> None:
    status, body, headers = await hand.send(f"/stories/{TWO}/merge", {"other": ONE})
    assert (status, body["outcome"], body["by"], body["story"]) == (200, "done", "start", ONE)
    assert f"it keeps the id {ONE}" in body["sentence"]
    assert (body["can_undo"], body["preview"], headers["Cache-Control"]) == (True, False, "no-store")
    assert await store.stories.redirect(TWO) == ONE
    status, body, _ = await hand.send(f"/stories/{TWO}/undo", {"order": body["id"]})
    assert (status, body["action"]) == (200, "undo")
    assert await store.stories.where(TWO) == TWO


async def test_the_change_log_says_that_an_editor_did_it(
    hand: Hand, grouper: Grouper, reader: Reader
) -> None:
    _, merged, _ = await hand.send(f"/stories/{TWO}/merge", {"other": ONE})
    await hand.send(f"/stories/{ONE}/undo", {"order": merged["id"]})
    page = await reader.until("/changes", lambda answer: len(answer.json()["changes"]) >= 6)
    told = [(one["type"], one["story"], one.get("by")) for one in page.json()["changes"]]
    assert told == [
        ("added", ONE, None),
        ("added", TWO, None),
        ("merged", TWO, "editor"),
        ("updated", ONE, "editor"),
        ("split", TWO, "editor"),
        ("updated", ONE, "editor"),
    ]
    assert page.json()["changes"][4]["from"] == ONE


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("split", {"entries": [SECOND]}),
        ("lead", {"entry": SECOND}),
        ("never", {"other": TWO}),
        ("merge", {"other": TWO}),
    ],
)
async def test_a_preview_says_what_happens_and_changes_nothing(
    hand: Hand, grouper: Grouper, store: Store, action: str, body: dict[str, Any]
) -> None:
    before = await store.stories.read([ONE, TWO], texts=True)
    path = f"/stories/{ONE}/{action}"
    _, preview, _ = await hand.send(path, {**body, "preview": True})
    assert (preview["preview"], preview["outcome"]) == (True, "done")
    assert await store.stories.read([ONE, TWO], texts=True) == before
    assert await store.orders.all() == []
    _, done, _ = await hand.send(path, body)
    assert done["sentence"] == preview["sentence"]


async def test_a_form_is_led_back_to_the_story(hand: Hand, grouper: Grouper) -> None:
    status, _, headers = await hand.send(f"/stories/{ONE}/split", [("entry", SECOND), ("id", "form-1")])
    assert (status, headers["Location"]) == (
        303,
        f"{hand.reader.runner.address}/stories/{ONE}?done=form-1",
    )
    status, _, headers = await hand.send(f"/stories/{TWO}/merge", [("other", ONE), ("id", "form-2")])
    assert headers["Location"].endswith(f"/stories/{ONE}?done=form-2")


async def test_a_forms_preview_is_a_page_with_the_form_that_does_it(hand: Hand, grouper: Grouper) -> None:
    status, page, headers = await hand.send(f"/stories/{ONE}/split", [("entry", SECOND), ("preview", "1")])
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "of 1 and 1 copies" in page
    assert f'name="entry" value="{SECOND}"' in page
    assert f'action="/stories/{ONE}/split"' in page


async def test_an_order_with_an_id_counts_once(hand: Hand, grouper: Grouper, store: Store) -> None:
    """A button pressed twice, an answer that was lost."""
    for _ in range(2):
        status, body, _ = await hand.send(f"/stories/{ONE}/split", {"entries": [SECOND], "id": "once"})
        assert (status, body["id"], body["outcome"]) == (200, "once", "done")
    assert len(await store.orders.all()) == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"/stories/{ONE}/lead", {"entry": SECOND}),
        (f"/stories/{ONE}/split", {"entries": [ONE]}),
        (f"/stories/{TWO}/split", {"entries": [SECOND]}),
        (f"/stories/{ONE}/lead", {"entry": SECOND, "preview": True}),
    ],
    ids=["action", "copies", "story", "preview"],
)
async def test_the_id_of_another_order_is_refused(
    hand: Hand, grouper: Grouper, store: Store, path: str, body: dict[str, Any]
) -> None:
    await hand.send(f"/stories/{ONE}/split", {"entries": [SECOND], "id": "mine"})
    status, problem, _ = await hand.send(path, {**body, "id": "mine"})
    assert (status, problem["parameter"], problem["order"]) == (409, "id", "mine")
    assert problem["detail"].startswith("The id mine is that of another order, a split by start:")
    assert [one.order.action for one in await store.orders.all()] == ["split"]


async def test_two_orders_of_one_id_at_once_are_one_order(hand: Hand, grouper: Grouper, store: Store) -> None:
    orders = [{"entries": [SECOND], "id": "race"}, {"entries": [ONE], "id": "race"}]
    answers = await asyncio.gather(*(hand.send(f"/stories/{ONE}/split", body) for body in orders))
    assert sorted(status for status, *_ in answers) == [200, 409]
    assert len(await store.orders.all()) == 1


async def test_what_cannot_be_done_is_a_problem_that_says_why(hand: Hand, grouper: Grouper) -> None:
    status, body, headers = await hand.send(f"/stories/{ONE}/split", {"entries": [ONE, SECOND]})
    assert (status, headers["Content-Type"]) == (409, "application/problem+json")
    assert "at least one has to stay" in body["detail"]
    await hand.send(f"/stories/{ONE}/never", {"other": TWO, "id": "bar"})
    status, body, _ = await hand.send(f"/stories/{ONE}/merge", {"other": TWO})
    assert (status, "undo that first (its id is bar)" in body["detail"]) == (409, True)
    status, body, _ = await hand.send(f"/stories/{ONE}/merge", {"other": TWO, "preview": True})
    assert (status, body["outcome"]) == (200, "refused")


async def test_without_a_grouper_it_is_taken_and_waits(hand: Hand, store: Store, desk: Newsdesk) -> None:
    await store.inbox.resign("desk", desk.lease)
    status, body, _ = await hand.send(f"/stories/{ONE}/merge", {"other": TWO})
    assert (status, body["outcome"]) == (202, "waiting")
    assert body["sentence"] == "Taken; it will be done when a worker groups."
    assert [one.outcome for one in await store.orders.history(TWO)] == ["waiting"]


BAD: list[tuple[str, Any, int, str | None]] = [
    (f"/stories/{'f' * 32}/merge", {"other": ONE}, 404, "story"),
    (f"/stories/{ONE}/merge", {"other": "f" * 32}, 404, "other"),
    (f"/stories/{ONE}/merge", {"other": "nonsense"}, 404, "other"),
    (f"/stories/{ONE}/merge", {}, 400, "other"),
    (f"/stories/{ONE}/merge", {"other": TWO, "entry": SECOND}, 400, "entry"),
    (f"/stories/{ONE}/merge", {"other": 7}, 400, None),
    (f"/stories/{ONE}/merge", {"other": TWO, "more": 1}, 400, None),
    (f"/stories/{ONE}/merge", {"other": TWO, "id": "not an id"}, 400, "id"),
    (f"/stories/{ONE}/merge", b"", 400, None),
    (f"/stories/{ONE}/merge", b"\xff\xfe", 400, None),
    (f"/stories/{ONE}/merge", b"[" * 50_000, 400, None),
    (f"/stories/{ONE}/merge", b" " * 70_000, 413, None),
    (f"/stories/{ONE}/merge?other={TWO}", {"other": TWO}, 400, "other"),
    (f"/stories/{ONE}/split", {"entries": []}, 400, "entries"),
    (f"/stories/{ONE}/split", {"entries": ["f" * 32]}, 400, "entry"),
    (f"/stories/{ONE}/lead", {"entry": TWO}, 400, "entry"),
    (f"/stories/{ONE}/undo", {"order": "unknown"}, 404, "order"),
    (f"/stories/{ONE}/undo", {"order": "../../etc"}, 404, "order"),
    (f"/stories/{ONE}/merge", [("other", TWO), ("other", ONE)], 400, "other"),
    (f"/stories/{ONE}/merge", [("other", TWO), ("preview", "yes")], 400, "preview"),
    (f"/stories/{ONE}/merge", [("other", TWO), ("what", "1")], 400, "what"),
    (f"/stories/{ONE}/split", [("entry", SECOND)] * 700, 400, None),
]


@pytest.mark.parametrize(("path", "body", "status", "parameter"), BAD, ids=range(len(BAD)))
async def test_what_is_wrong_is_named(
    hand: Hand, store: Store, path: str, body: Any, status: int, parameter: str | None
) -> None:
    found, problem, headers = await hand.send(path, body)
    assert (found, headers["Content-Type"]) == (status, "application/problem+json")
    assert problem.get("parameter") == parameter
    assert await store.orders.all() == []


async def test_nobody_orders_without_a_token_that_writes(
    serve: Callable[..., Any], stories: None, store: Store
) -> None:
    reader = await serve(tokens=TOKENS)
    async with aiohttp.ClientSession() as http:
        hand = Hand(reader, http)
        for token, status in (("", 401), ("wrong", 401), ("p" * 32, 403)):
            hand.token = token
            for action in ("merge", "split", "lead", "never", "undo"):
                assert (await hand.send(f"/stories/{ONE}/{action}", {"other": TWO}))[0] == status
        hand.token = "d" * 32
        assert (await hand.send(f"/stories/{ONE}/merge", {"other": TWO}, Origin="https://evil.example"))[
            0
        ] == 403
        assert (await hand.send(f"/stories/{ONE}/merge", {"other": TWO}, Origin="null"))[0] == 403
    assert await store.orders.all() == []


async def test_a_get_changes_nothing(reader: Reader, stories: None, store: Store) -> None:
    answer = await reader.ask(f"/stories/{ONE}/merge?other={TWO}&token={reader.runner.token}")
    assert (answer.status, answer.headers["Allow"]) == (405, "POST, OPTIONS")
    assert await store.orders.all() == []


async def test_what_is_no_action_is_no_address(hand: Hand, store: Store) -> None:
    status, problem, _ = await hand.send(f"/stories/{ONE}/nonsense", {"other": TWO})
    assert (status, problem["detail"].startswith("There is nothing at this address")) == (404, True)
    assert await store.orders.all() == []


async def test_a_storys_id_in_capitals_is_unknown(hand: Hand, reader: Reader, store: Store) -> None:
    answer = await reader.ask(f"/stories/{ONE.upper()}.json")
    assert (answer.status, "32 lower-case" in answer.json()["detail"]) == (404, True)
    status, problem, _ = await hand.send(f"/stories/{ONE.upper()}/split", {"entries": [SECOND]})
    assert (status, problem["parameter"]) == (404, "story")
    assert await store.orders.all() == []


async def test_orders_are_limited_more_than_questions(hand: Hand) -> None:
    """A hundred at once, then ten a second: whoever has a token can't flood the grouper by mistake."""
    far = {"X_Forwarded_For": "203.0.113.9, 198.51.100.7"}
    found = [await hand.send(f"/stories/{ONE}/merge", {}, **far) for _ in range(101)]
    assert [status for status, _, _ in found] == [400] * 100 + [429]
    assert found[-1][2]["Retry-After"] == "1"
