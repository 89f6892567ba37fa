"""The simulated newsroom: the same day for the same seed, and outlets that behave like real ones."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from itertools import pairwise

import aiohttp
import feedparser
import pytest
from ruamel.yaml import YAML

from aggregator.demo import Newsroom, desk, wire

NOON = 1_790_000_000.0


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def newsroom(clock: Clock) -> AsyncIterator[Newsroom]:
    async with Newsroom(clock, slow=0.0) as opened:
        yield opened


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def fetch(
    session: aiohttp.ClientSession, url: str, **headers: str
) -> tuple[int, bytes, Mapping[str, str]]:
    async with session.get(url, headers=headers) as answer:
        return answer.status, await answer.read(), answer.headers.copy()


def entries(body: bytes, form: str) -> int:
    if form.startswith("jsonfeed"):
        return len(json.loads(body)["items"])
    return len(feedparser.parse(io.BytesIO(body)).entries)


def test_at_least_sixty_wire_stories_of_several_paragraphs_are_told() -> None:
    told = [story for story in wire.stories() if story.language == "en"]
    assert len(told) >= 60
    assert all(len(story.versions[0].paragraphs) >= 3 for story in told)
    assert all(len(set(story.versions[0].headlines)) >= 2 for story in told)
    assert len({story.id for story in wire.stories()}) == len(wire.stories())


def test_the_same_seed_tells_the_same_day_and_another_seed_another() -> None:
    first, again, other = (wire.programme(wire.stories(), seed, 4.0) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_an_update_never_leaves_the_agency_before_what_it_updates() -> None:
    for seed in range(20):
        seen: Counter[str] = Counter()
        for filing in wire.programme(wire.stories(), seed, 4.0):
            assert filing.number == seen[filing.story.id]
            seen[filing.story.id] += 1


def test_what_breaks_live_comes_one_by_one_and_bulletins_never_end() -> None:
    live = [filing.at for filing in wire.programme(wire.stories(), 1, 4.0) if filing.at > 0]
    assert len(live) >= 20
    assert all(later - earlier >= 2.0 for earlier, later in pairwise(live))
    day = wire.bulletins(1, 100.0, 100.0 + 86_400, 12.0, keep=150)
    assert day[-1].at > 86_400
    assert len(day) == len({filing.version.headlines for filing in day})


async def test_every_outlet_answers_in_its_own_format(newsroom, session) -> None:
    formats = {outlet.format for outlet in newsroom.outlets.values()}
    assert formats == {"rss2.0", "rss1.0", "rss0.92", "atom1.0", "jsonfeed1.1"}
    assert len(newsroom.outlets) >= 12
    for outlet in newsroom.outlets.values():
        if outlet.fault != "broken":
            status, body, _ = await fetch(session, newsroom.address(outlet.id))
            assert status == 200
            assert entries(body, outlet.format) == len(newsroom.items(outlet)) > 5


async def test_an_unchanged_feed_answers_304_to_either_validator(newsroom, session) -> None:
    url = newsroom.address("osthaven-courier")
    _, _, headers = await fetch(session, url)
    by_tag = await fetch(session, url, **{"If-None-Match": headers["ETag"]})
    by_date = await fetch(session, url, **{"If-Modified-Since": headers["Last-Modified"]})
    assert [by_tag[:2], by_date[:2]] == [(304, b""), (304, b"")]


async def test_while_one_watches_new_stories_and_updates_arrive(newsroom, session, clock) -> None:
    url = newsroom.address("meridian-post")
    _, before, headers = await fetch(session, url)
    clock.now += 120
    status, after, _ = await fetch(session, url, **{"If-None-Match": headers["ETag"]})
    assert status == 200
    assert before != after


def test_an_update_changes_the_text_under_the_same_guid_and_keeps_the_date(clock) -> None:
    newsroom = Newsroom(clock)
    outlet = newsroom.outlets["orb-news"]
    texts: dict[str, set[str]] = {}
    dates: dict[str, set[float]] = {}
    for now in range(0, 200, 5):
        for item in newsroom.items(outlet, float(now)):
            texts.setdefault(item.slug, set()).add(item.title + item.summary)
            dates.setdefault(item.slug, set()).add(item.published)
    assert sum(len(versions) > 1 for versions in texts.values()) >= 3
    assert all(len(published) == 1 for published in dates.values())


def test_one_outlet_publishes_updates_as_new_entries(clock) -> None:
    newsroom = Newsroom(clock)
    slugs = {item.slug for item in newsroom.items(newsroom.outlets["signal-online"], 200.0)}
    assert any("-update-" in slug for slug in slugs)


def test_a_story_is_carried_by_three_outlets_on_average(clock) -> None:
    newsroom = Newsroom(clock)
    carried: Counter[str] = Counter()
    for outlet in newsroom.outlets.values():
        for item in newsroom.items(outlet, 0.0):
            own = item.slug.startswith("own-")
            carried[f"{outlet.id}/{item.slug}" if own else item.slug] += outlet.fault != "broken"
    assert len(carried) >= 80
    assert carried.total() / len(carried) >= 2.5


async def test_the_broken_outlet_breaks_in_three_ways(newsroom, session, clock) -> None:
    url = newsroom.address("broken-herald")
    seen = []
    for _ in range(3):
        status, body, headers = await fetch(session, url)
        seen.append((status, headers["Content-Type"].partition(";")[0], b"</rss>" in body))
        clock.now += 8
    assert seen == [
        (500, "text/plain", False),
        (200, "application/rss+xml", False),
        (200, "text/html", False),
    ]


async def test_an_article_can_be_clicked_through_to(newsroom, session) -> None:
    outlet = newsroom.outlets["valley-sentinel"]
    item = newsroom.items(outlet, 0.0)[0]
    status, body, _ = await fetch(session, f"{newsroom.url}/{outlet.id}/{item.slug}")
    assert status == 200
    assert b"simulated" in body
    assert (await fetch(session, f"{newsroom.url}/{outlet.id}/nothing"))[0] == 404
    assert (await fetch(session, f"{newsroom.url}/nobody/feed"))[0] == 404


async def test_the_configuration_names_every_outlet(newsroom) -> None:
    document = YAML(typ="safe", pure=True).load(newsroom.config("/somewhere/else", 9999))
    assert [source["id"] for source in document["sources"]] == list(newsroom.outlets)
    assert document["polling"]["allow_private_networks"] == ["127.0.0.0/8"]
    assert document["server"]["port"] == 9999


@pytest.mark.parametrize(
    ("agency", "place", "expected"),
    [
        ("AP", "KELMERE, Orlund", "KELMERE, Orlund (AP) — "),
        ("Reuters", "KELMERE, Orlund", "KELMERE, Orlund, Nov 23 (Reuters) - "),
        ("AFP", "SAINT ROQUE, Tallis", "Saint Roque (AFP) – "),
        ("dpa", "Nym, Brevia", "Nym (dpa) - "),
    ],
)
def test_each_agency_writes_its_own_dateline(agency: str, place: str, expected: str) -> None:
    story = wire.Story("x", agency, place, "N. N.", (), ())
    assert desk.dateline(story, "Nov 23") == expected
