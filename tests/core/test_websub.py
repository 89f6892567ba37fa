"""What the words of WebSub mean: links, offers, signatures, leases, topics, callbacks; any input."""

from __future__ import annotations

import hmac
from time import process_time
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.core import schedule, websub
from aggregator.core.errors import Kind
from aggregator.core.model import Auth, Failure, Feed, Push, Response, Source, SourceState
from aggregator.core.websub import NONE, Offer, Topic

URL = "https://feeds.example/news/wire.xml"
SOURCE = Source("wire", URL, "Wire", "Wire")
HUB = "https://hub.example/"
FEED = Feed((), "rss2.0")
BASE = "https://news.example/desk"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ([f'<{HUB}>; rel="hub"'], (HUB, None)),
        ([f"<{HUB}>; rel=hub, <{URL}>; rel=self"], (HUB, URL)),
        ([f'<{HUB}>; title="a, <b>"; rel="hub"', f'<{URL}>;rel="self"'], (HUB, URL)),
        ([f'<{HUB}>; rel="alternate hub"'], (HUB, None)),
        ([f"<{HUB}>; REL=Hub"], (HUB, None)),
        (["</hub>; rel=hub, <?x=1>; rel=self"], ("https://feeds.example/hub", f"{URL}?x=1")),
        ([f"<{HUB}>; rel=hub, <https://other.example/>; rel=hub"], (HUB, None)),
        ([f"<{HUB}#part>; rel=hub"], (HUB, None)),
        (["<javascript:alert(1)>; rel=hub"], (None, None)),
        (["<https://[>; rel=hub"], (None, None)),
        ([f"<{HUB}>"], (None, None)),
        (["rel=hub"], (None, None)),
        ([""], (None, None)),
        ([], (None, None)),
    ],
    ids=str,
)
def test_links_of_an_answer(fields, expected):
    assert websub.links(fields, URL) == expected


@pytest.mark.parametrize(
    "part", ["<", "<>;", "<>; a ", "<>;a=", '<>;a="', "<>;rel ", '\\"', "; rel=  "], ids=repr
)
def test_no_link_field_takes_long(part):
    """Steps grow with the length, not with its square: a hundred fields of 16 KB in well under a second."""
    began = process_time()
    websub.links([part * (16_384 // len(part)), (part + " " * 16_384)[:16_384]] * 50, URL)
    assert process_time() - began < 2.0


@given(st.lists(st.text(), max_size=4), st.text(max_size=20))
def test_any_link_field_gives_addresses_or_nothing(fields, base):
    for address in websub.links(fields, URL):
        assert address is None or urlsplit(address).scheme in {"http", "https"}
    websub.links(fields, base)


def answer(hub=None, own=None):
    return Response(200, URL, b"", hub=hub, self_url=own)


def test_the_answers_links_go_before_the_feeds():
    feed = Feed((), "rss2.0", hub="https://other.example/", self_url="https://feeds.example/own")
    assert websub.offer(SOURCE, answer(HUB, URL), feed) == Offer(HUB, URL)
    assert websub.offer(SOURCE, answer(), feed) == Offer(
        "https://other.example/", "https://feeds.example/own"
    )
    assert websub.offer(SOURCE, answer(HUB), FEED) == Offer(HUB, URL)
    assert websub.offer(SOURCE, answer(None, URL), FEED) == NONE


@pytest.mark.parametrize(
    "source",
    [
        Source("wire", URL, "Wire", "Wire", auth=Auth("bearer", password="hush")),
        Source("wire", URL, "Wire", "Wire", headers=(("X-Key", "hush"),)),
        Source("wire", URL, "Wire", "Wire", proxy="http://proxy.example/"),
        Source("wire", f"{URL}?apikey=hush", "Wire", "Wire"),
        Source("wire", "https://user:hush@feeds.example/", "Wire", "Wire"),
    ],
    ids=["auth", "headers", "proxy", "a key", "a password"],
)
def test_what_is_private_is_offered_to_no_hub(source):
    assert websub.offer(source, answer(HUB, URL), FEED) == NONE


def test_a_hub_of_the_sources_own_origin_may_know():
    source = Source("wire", URL, "Wire", "Wire", auth=Auth("bearer", password="hush"))
    home = "https://feeds.example:443/hub"
    assert websub.offer(source, answer(home, URL), FEED) == Offer(home, URL)
    assert websub.offer(source, answer(home, "https://other.example/"), FEED) == NONE
    assert websub.offer(source, answer("http://feeds.example/hub", URL), FEED) == NONE
    assert websub.offer(source, answer("https://feeds.example:8443/hub", URL), FEED) == NONE


def test_an_address_that_holds_a_secret_is_no_topic():
    assert websub.offer(SOURCE, answer(HUB, f"{URL}?token=hush"), FEED) == NONE
    assert websub.offer(SOURCE, answer(HUB, f"{URL}?{'x' * 3000}"), FEED) == NONE


def test_a_digest_tells_offers_apart():
    digests = {one.digest(base) for one in (Offer(HUB, URL), Offer(URL, HUB), NONE) for base in (BASE, HUB)}
    assert len(digests) == 5
    assert NONE.digest(BASE) == b""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("60", 60.0),
        ("0", None),
        ("-1", None),
        ("", None),
        ("1e3", None),
        ("٣", None),
        ("9" * 15, websub.LEASE_MOST),
    ],
)
def test_leases_that_hubs_give(text, expected):
    assert websub.granted(text) == expected


@pytest.mark.parametrize("algorithm", websub.ALGORITHMS)
def test_signatures(algorithm):
    field = websub.signature(b"secret", b"body", algorithm)
    assert field == f"{algorithm}=" + hmac.new(b"secret", b"body", algorithm).hexdigest()
    assert websub.is_signed(b"secret", b"body", field)
    assert websub.is_signed(b"secret", b"body", field.upper().replace(algorithm.upper(), algorithm))
    assert not websub.is_signed(b"secret", b"another", field)
    assert not websub.is_signed(b"another", b"body", field)
    assert not websub.is_signed(b"secret", b"body", field[:-1])


@given(st.binary(max_size=50), st.binary(max_size=50), st.text(max_size=200))
def test_any_field_is_judged(secret, body, field):
    assert websub.is_signed(secret, body, field) in (True, False)
    assert websub.is_signed(secret, body, websub.signature(secret, body))


def test_polling_is_rarer_beside_pushes_within_its_bounds():
    push = Push(b"12345678", "hub.example", 0.0, until=1e6)
    assert websub.beside(push, 600.0, 86_400.0, 0.0) == (4_800.0, "hub.example")
    assert websub.beside(push, 600.0, 1_000.0, 0.0) == (1_000.0, "hub.example")
    assert websub.beside(push, 600.0, 86_400.0, 1e6 - 700.0) == (700.0, "hub.example")
    assert websub.beside(push, 600.0, 86_400.0, 1e6 - 5.0) == (600.0, "hub.example")
    assert websub.beside(push, 7_200.0, 3_600.0, 0.0) == (7_200.0, "hub.example")
    assert websub.beside(push, 600.0, 86_400.0, 1e6) is None
    assert websub.beside(None, 600.0, 86_400.0, 0.0) is None


def test_a_hub_that_missed_something_is_not_relied_upon():
    push = Push(b"12345678", "hub.example", 7.0, until=1e6)
    assert websub.polled(push, 0) == push
    assert websub.polled(push, 1) == Push(b"12345678", "hub.example", 7.0)
    assert websub.polled(None, 1) is None


# --- what a push does to a source -------------------------------------------------------------------------

NOW = 1_800_000_000.0
DAY = 86_400.0
KNOWN = SourceState(
    etag='"one"', last_modified="yesterday", body_hash=b"12345678", last_poll=NOW - 600, last_success=NOW - 600,
    entries_a_day=24.0, polls=9, interval=1200.0, reason="about 24 new entries a day",
)  # fmt: skip


def pushed(state=KNOWN, until=NOW + 10 * DAY, came=1, due=NOW + 600, source=SOURCE):
    return schedule.pushed(
        source, state, "hub.example", until, came=came, due=due, rhythm=schedule.Rhythm(), now=NOW, jitter=0.0
    )


def test_a_push_leaves_alone_what_polls_go_by():
    failing = replace(KNOWN, error=Failure(Kind.TIMEOUT, "It did not answer."), error_count=3)
    for state in (KNOWN, failing):
        after = pushed(state).state
        for name in (
            "etag",
            "last_modified",
            "body_hash",
            "last_poll",
            "polls",
            "error",
            "error_count",
            "not_before",
        ):
            assert getattr(after, name) == getattr(state, name)
    assert pushed(failing).state.reason == failing.reason


def test_entries_that_were_pushed_count_for_the_rhythm():
    """Else a source would look silent to polls that find nothing new, and be asked too rarely afterwards."""
    busy, quiet = pushed(came=20).state, pushed(came=0).state
    assert busy.entries_a_day > KNOWN.entries_a_day > quiet.entries_a_day
    assert (busy.last_new, quiet.last_new) == (NOW, None)
    assert busy.last_success == NOW


def test_a_push_moves_the_next_poll_away_from_the_last_one_and_not_from_itself():
    """Or a source that pushes all the time would never be polled beside it."""
    first = pushed()
    assert first.due > NOW + 600
    again = pushed(first.state, due=first.due, came=0)
    assert again.due - (NOW - 600) <= DAY
    assert pushed(replace(first.state, last_poll=NOW - 2 * DAY), due=NOW - 5).due == NOW - 5


def test_when_the_hub_is_lost_the_next_poll_comes_as_if_there_had_been_none():
    slow = pushed()
    lost = pushed(slow.state, until=0.0, came=0, due=slow.due)
    assert lost.due < slow.due
    assert lost.state.push == Push(b"", "hub.example", NOW, 0.0)
    assert "hub" not in lost.state.reason


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/feed.json", Topic(None, ".json")),
        ("/feed.atom", Topic(None, ".atom")),
        ("/feeds/world.rss", Topic("world", ".rss")),
        ("/feeds/world", None),
        ("/feeds/World.rss", None),
        ("/feeds/../feed.json", None),
        ("/feed.json?limit=50", None),
        ("/feed.json\n", None),
        ("/", None),
        ("", None),
    ],
)
def test_topics_are_the_addresses_of_feeds(address, expected):
    found = websub.topic(BASE, BASE + address)
    assert found == expected
    assert found is None or found.path == address
    assert websub.topic(BASE, "https://news.example" + address) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, websub.GIVEN),
        ("", websub.GIVEN),
        ("1", 300.0),
        ("7200", 7200.0),
        ("9" * 15, websub.GIVEN_MOST),
        ("-1", None),
    ],
)
def test_leases_that_we_give(text, expected):
    assert websub.given(text) == expected


@given(
    st.dictionaries(
        st.sampled_from(["hub.mode", "hub.topic"]), st.text(st.characters(exclude_categories=("Cs",)))
    )
)
def test_a_question_keeps_what_the_callback_has(fields):
    asked = urlsplit(websub.question("https://reader.example/p?a=%2c&b", fields))
    assert asked.query.startswith("a=%2c&b")
    expected = {"a": [","], "b": [""]} | {name: [value] for name, value in fields.items()}
    assert parse_qs(asked.query, keep_blank_values=True) == expected
    assert dict(parse_qsl(urlsplit(websub.question("https://reader.example", {"x": "1"})).query)) == {
        "x": "1"
    }


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://reader.example/push?x=1", True),
        ("http://[2001:db8::1]:8080/", True),
        ("http://127.0.0.1/", True),  # the guard says no when it is called
        ("ftp://reader.example/", False),
        ("https://user@reader.example/", False),
        ("https://reader.example:0/", False),
        ("https://reader.example:x/", False),
        ("https:///push", False),
        ("https://reader.example/a b", False),
        ("https://reader.example/\r\nX: y", False),
        ("https://reader.example/ü", False),
        ("https://reader.example/#part", False),
        ("https://[/", False),
        ("https://reader.example/" + "x" * 3000, False),
        ("", False),
    ],
)
def test_callbacks(address, good):
    assert websub.is_callback(address) is good


@given(st.text(max_size=40))
def test_any_address_is_judged(address):
    assert websub.is_callback(address) in (True, False)
    assert websub.topic(BASE, address) is None


def test_waits_after_failures_grow():
    assert [websub.pause(tries) for tries in (0, 1, 2, 6, 99)] == [60.0, 60.0, 300.0, 86_400.0, 86_400.0]
