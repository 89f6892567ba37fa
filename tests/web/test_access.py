"""Who may read: tokens, where they are configured."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request
from listener import listening
from newsdesk import NOON, SOURCES, Newsdesk, Reader

from aggregator.config import Config
from aggregator.core.model import Change
from aggregator.store import Store
from aggregator.web import access, warning

TOKENS = [{"name": "desk", "value": "s3cret-ü"}, {"name": "partner", "value": "p4rtner", "views": ["world"]}]
VIEWS = [
    {"id": "world", "where": {"categories": ["world"]}},
    {"id": "sport", "where": {"categories": ["sport"]}},
]


@pytest.fixture
async def guarded(serve: Callable[..., Any], desk: Newsdesk) -> Reader:
    reader = await serve(tokens=TOKENS, feeds=VIEWS)
    await desk.publish("nbc", "one")
    await desk.publish("nbc", "two", categories=("sport",))
    await reader.feed_of(2, "/feed.json?token=s3cret-%C3%BC")
    return reader


def basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"anyone:{password}".encode()).decode()


async def test_a_token_may_come_in_three_ways(guarded: Reader) -> None:
    assert (await guarded.ask("/feeds/world.json", Authorization="Bearer p4rtner")).status == 200
    assert (await guarded.ask("/feed.json", Authorization=basic("s3cret-ü"))).status == 200
    answer = await guarded.ask("/feed.json?token=s3cret-%C3%BC")
    assert answer.status == 200
    assert "s3cret" not in answer.text
    assert answer.headers["Cache-Control"].startswith("private")


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer wrong", "Basic !!!", "Basic " + base64.b64encode(b"s3cret").decode(), "Digest x"],
)
@pytest.mark.parametrize(
    "path", ["/feed.json", "/", "/sources.json", "/changes", "/stories/x.json", "/sources"]
)
async def test_without_a_right_one_nothing_is_read(guarded: Reader, path: str, authorization: str) -> None:
    answer = await guarded.ask(path, Authorization=authorization)
    assert answer.status == 401
    assert "Bearer" in answer.headers["WWW-Authenticate"]
    assert answer.headers["Cache-Control"] == "no-store"


async def test_who_mistypes_a_token_is_told_so(guarded: Reader) -> None:
    wrong = await guarded.ask("/feed.json", Authorization="Bearer wrong")
    assert wrong.json()["detail"].startswith("This token is not known here")
    assert "wrong" not in wrong.text
    assert (await guarded.ask("/feed.json")).json()["detail"].startswith("Give a token")


async def test_a_token_for_views_reads_those_and_their_stories(guarded: Reader) -> None:
    partner = {"Authorization": "Bearer p4rtner"}
    assert (await guarded.ask("/feeds/world.json", **partner)).status == 200
    for path in ("/feed.json", "/feeds/sport.json", "/feed.json?view=world", "/sources.json", "/changes"):
        assert (await guarded.ask(path, **partner)).status == 403
    whole = (await guarded.ask("/feed.json?token=s3cret-%C3%BC")).json()
    sport, world = (
        (item["id"] for item in whole["items"])
        if whole["items"][0]["tags"] == ["sport"]
        else (item["id"] for item in reversed(whole["items"]))
    )
    assert (await guarded.ask(f"/stories/{world}.json", **partner)).status == 200
    assert (await guarded.ask(f"/stories/{sport}.json", **partner)).status == 403


async def test_whoever_watches_needs_no_token(guarded: Reader) -> None:
    for path in ("/healthz", "/readyz", "/metrics", "/favicon.ico", "/static/style.css"):
        assert (await guarded.ask(path)).status in {200, 204}


# --- writing --------------------------------------------------------------------------------------------


async def test_without_tokens_the_one_made_at_start_writes(reader: Reader, store: Store) -> None:
    await store.sources.take_up(SOURCES, {}, 7 * 86_400.0)
    token = reader.runner.token
    assert token is not None
    assert reader.runner.link == f"{reader.runner.address}/?token={token}"
    assert (await reader.ask(f"/?token={token}")).status == 200
    refused = await reader.ask("/sources/nbc/poll", "POST")
    assert (refused.status, "WWW-Authenticate" in refused.headers) == (401, True)
    answer = await reader.ask("/sources/nbc/poll", "POST", Authorization=f"Bearer {token}")
    assert (answer.status, answer.json()) == (202, {"source": "nbc", "due": True})
    assert (await reader.ask("/sources/xyz/poll", "POST", Authorization=f"Bearer {token}")).status == 404


async def test_each_start_makes_another_one(serve: Callable[..., Any]) -> None:
    one, two = await serve(), await serve()
    assert one.runner.token != two.runner.token


async def test_with_tokens_only_those_that_write_do(serve: Callable[..., Any], store: Store) -> None:
    await store.sources.take_up(SOURCES, {}, 7 * 86_400.0)
    reader = await serve(
        tokens=[{"name": "r", "value": "reads"}, {"name": "w", "value": "writes", "write": True}]
    )
    assert reader.runner.token is None
    assert (await reader.ask("/sources/nbc/poll", "POST", Authorization="Bearer reads")).status == 403
    assert (await reader.ask("/sources/nbc/poll", "POST", Authorization="Bearer writes")).status == 202


async def test_beyond_loopback_without_tokens_nobody_writes(serve: Callable[..., Any]) -> None:
    reader = await serve(server={"host": "0.0.0.0", "port": 0})
    assert reader.runner.token is None
    assert (await reader.ask("/feed.json")).status == 200
    answer = await reader.ask("/sources/nbc/poll", "POST", Authorization="Bearer ")
    assert answer.status == 403
    assert "write: true" in answer.json()["detail"]


async def test_pages_of_other_sites_do_not_write(reader: Reader, store: Store) -> None:
    await store.sources.take_up(SOURCES, {}, 7 * 86_400.0)
    allowed = {"Authorization": f"Bearer {reader.runner.token}"}
    for origin in ("https://elsewhere.example", "null", ""):
        answer = await reader.ask("/sources/nbc/poll", "POST", Origin=origin, **allowed)
        assert answer.status == 403
    own = await reader.ask("/sources/nbc/poll", "POST", Origin=reader.runner.address, **allowed)
    assert own.status == 202
    before = await reader.ask("/sources/nbc/poll", "OPTIONS", Origin="https://elsewhere.example")
    assert "Access-Control-Allow-Methods" not in before.headers
    assert before.headers["Allow"] == "POST, OPTIONS"
    assert (await reader.ask("/sources/nbc/poll")).status == 405


@pytest.mark.parametrize(
    ("host", "tokens", "warned"),
    [
        ("127.0.0.1", [], False),
        ("127.9.9.9", [], False),
        ("::1", [], False),
        ("localhost", [], False),
        ("0.0.0.0", [], True),
        ("::", [], True),
        ("news.example", [], True),
        ("0.0.0.0", TOKENS, False),
    ],
)
def test_listening_beyond_loopback_without_tokens_is_warned_of(host: str, tokens: Any, warned: bool) -> None:
    config = Config.model_validate({"server": {"host": host}, "tokens": tokens, "feeds": VIEWS})
    assert (warning(config) is not None) is warned


async def test_every_answer_carries_the_headers_of_safety(reader: Reader) -> None:
    for path, method in (
        ("/feed.json", "GET"), ("/", "GET"), ("/sources.json", "GET"), ("/sources.opml", "GET"), ("/docs", "GET"),
        ("/changes", "GET"), ("/events", "HEAD"), ("/healthz", "GET"), ("/metrics", "GET"), ("/nothing", "GET"),
        ("/feed.json?limit=0", "GET"), ("/feed.json", "POST"), ("/feed.json", "OPTIONS"), ("/favicon.ico", "GET"),
        ("/static/style.css", "GET"),
    ):  # fmt: skip
        headers = (await reader.ask(path, method)).headers
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] == "no-referrer", path
    for page in ("/", "/sources", "/docs"):
        assert "default-src 'none'" in (await reader.ask(page)).headers["Content-Security-Policy"]


# --- how often ------------------------------------------------------------------------------------------


async def test_who_asks_too_often_is_told_when_to_come_again(
    reader: Reader, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "BURST", 3.0)
    hasty = {"X_Forwarded_For": "203.0.113.9, 198.51.100.7"}
    assert [(await reader.ask("/docs", **hasty)).status for _ in range(4)] == [200, 200, 200, 429]
    refused = await reader.ask("/docs", **hasty)
    assert refused.headers["Retry-After"] == "1"
    assert refused.headers["RateLimit"] == '"client";r=0;t=1'
    assert refused.headers["RateLimit-Policy"].startswith('"client";q=3;w=')
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert (await reader.ask("/healthz", **hasty)).status == 200
    assert (await reader.ask("/docs", X_Forwarded_For="198.51.100.8")).status == 200
    clock.advance(1.0)
    assert (await reader.ask("/docs", **hasty)).status == 200


async def test_this_machine_may_ask_as_often_as_it_likes(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "BURST", 3.0)
    assert {(await reader.ask("/docs")).status for _ in range(10)} == {200}


def test_what_is_remembered_of_clients_is_bounded(clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "CLIENTS", 10)
    limit = access.Limit(clock)
    for number in range(50):
        limit.take(
            make_mocked_request(
                "GET", "/", {"X-Forwarded-For": f"203.0.113.{number}"}, transport=Peer("10.0.0.1")
            )
        )
    assert len(limit._left) == 10


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("127.0.0.1", None, None),
        ("::1", None, None),
        ("203.0.113.9", None, "203.0.113.9"),
        ("9.9.9.9", "198.51.100.7", "9.9.9.9"),
        ("10.1.2.3", "198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", "1.2.3.4, 198.51.100.7", "198.51.100.7"),
        ("10.1.2.3", None, "10.1.2.3"),
        ("2001:db8:1:2:3::4", None, "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", None, "203.0.113.9"),
        ("10.1.2.3", "x" * 500, "x" * 64),
    ],
)
def test_a_client_is_an_address_or_what_the_proxy_says(
    peer: str, forwarded: str | None, client: str | None
) -> None:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = make_mocked_request("GET", "/", headers, transport=Peer(peer))
    assert access.client_of(request) == client


class Peer(asyncio.Transport):
    """The other end of a connection that is not there."""

    def __init__(self, address: str) -> None:
        super().__init__({"peername": (address, 1234)})


async def test_a_token_for_a_view_is_told_of_no_related_story_beyond_it(
    serve: Callable[..., Any], desk: Newsdesk
) -> None:
    reader = await serve(tokens=TOKENS, feeds=VIEWS)
    secret = await desk.publish("nbc", "two", categories=("sport",), title="Not for partners")
    beside = await desk.publish("nbc", "three", title="For all")
    links = ((secret.id, 0.8), (beside.id, 0.6))
    story = await desk.publish("nbc", "one", related=links)
    await reader.feed_of(3, "/feed.json?token=s3cret-%C3%BC")
    for path in ("/feeds/world.json", f"/stories/{story.id}.json", "/changes?view=world"):
        answer = await reader.ask(path, Authorization="Bearer p4rtner")
        assert answer.status == 200
        assert "Not for partners" not in answer.text
    shown = (await reader.ask(f"/stories/{story.id}.json", Authorization="Bearer p4rtner")).json()
    assert [one["id"] for one in shown["_aggregator"]["related"]] == [beside.id]
    assert shown["_aggregator"]["event"]["texts"] == 2
    everything = await reader.ask(f"/stories/{story.id}.json?token=s3cret-%C3%BC")
    assert len(everything.json()["_aggregator"]["related"]) == 2


async def test_a_part_split_off_beyond_its_view_is_named_to_such_a_token_and_not_shown(
    serve: Callable[..., Any], desk: Newsdesk
) -> None:
    reader = await serve(tokens=TOKENS, feeds=VIEWS)
    story = await desk.publish("nbc", "one")
    part = await desk.publish("nbc", "two", categories=("sport",), title="Not for partners")
    beside = await desk.publish("nbc", "three", title="For all")
    await reader.feed_of(3, "/feed.json?token=s3cret-%C3%BC")
    start = (await reader.ask("/changes", Authorization="Bearer s3cret-ü")).json()["next"]
    last = await desk.commit(*(Change(0, "split", one.id, NOON, other=story.id) for one in (part, beside)))
    log = await reader.until(
        f"/changes?view=world&since={start}&token=p4rtner", lambda a: len(a.json()["changes"]) == 2
    )
    async with listening(reader, f"?view=world&since={start}", Authorization="Bearer p4rtner") as stream:
        events = await stream.events(2)
    for shown in (log.json()["changes"], [one.data for one in events]):
        assert [(one["story"], one["from"]) for one in shown] == [(part.id, story.id), (beside.id, story.id)]
        assert [one.get("item", {}).get("title") for one in shown] == [None, "For all"]
    assert events[-1].data["number"] == last
    whole = await reader.ask(f"/changes?since={start}", Authorization=basic("s3cret-ü"))
    assert "Not for partners" in whole.text


async def test_such_a_token_is_led_from_what_was_merged_into_a_story_of_its_view_and_from_nothing_else(
    serve: Callable[..., Any], desk: Newsdesk
) -> None:
    reader = await serve(tokens=TOKENS, feeds=VIEWS)
    ours, theirs = await desk.publish("nbc", "one"), await desk.publish("nbc", "two", categories=("sport",))
    gone = [await desk.publish("nbc", guid) for guid in ("three", "four")]
    await desk.commit(
        *(
            Change(0, "merged", one.id, NOON, other=into.id)
            for one, into in zip(gone, (ours, theirs), strict=True)
        ),
        redirects=[(gone[0].id, ours.id), (gone[1].id, theirs.id)],
        expired=[one.id for one in gone],
    )
    for one in gone:  # of six readings the first ones knew of no merge
        await reader.until(f"/stories/{one.id}.json?token=s3cret-%C3%BC", lambda answer: answer.status == 301)
    led, refused, unknown = [
        await reader.ask(f"/stories/{id_}.json", Authorization="Bearer p4rtner")
        for id_ in (gone[0].id, gone[1].id, "0" * 32)
    ]
    assert (led.status, led.headers["Location"].rpartition("/")[2]) == (301, f"{ours.id}.json")
    assert (refused.status, refused.body) == (unknown.status, unknown.body)
    assert refused.status == 403
