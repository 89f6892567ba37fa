"""Pages stay in order while stories arrive, change and go; and a crowd is answered by one making."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from newsdesk import NOON, Newsdesk, Reader, a_copy, a_story

from aggregator.core.model import Change
from aggregator.web import following
from aggregator.web.app import SITE
from aggregator.web.feeds import Feeds

EXAMPLES = itertools.count()
MOMENTS = st.integers(0, 5).map(lambda minutes: NOON + 60.0 * minutes)  # few, so that many are equal
OUTLETS = st.integers(1, 3)
NEWS = st.lists(
    st.one_of(
        st.tuples(st.just("arrives"), MOMENTS, OUTLETS),
        st.tuples(st.just("changes"), st.integers(0, 50), OUTLETS),
        st.tuples(st.just("ends"), st.integers(0, 50), st.just(0)),
    ),
    max_size=4,
)


class Paper:
    """Stories of one category, so that examples do not meet."""

    def __init__(self, desk: Newsdesk, reader: Reader) -> None:
        self.desk, self.catalogue = desk, reader.runner._app[SITE].catalogue
        self.category = f"c{next(EXAMPLES)}"
        self.placed: dict[str, float] = {}
        self.outlets: dict[str, int] = {}
        self.touched: set[str] = set()
        self._guids = itertools.count()
        self._known: dict[str, str] = {}

    async def publish(self, placed: float, outlets: int, story: str | None = None) -> None:
        guid = f"{self.category}-{next(self._guids)}" if story is None else self._known[story]
        fields: Any = {"first_seen": placed, "categories": (self.category,)}
        copies = [a_copy(f"s{at}", guid, **fields) for at in range(outlets)]
        made = a_story(copies)
        await self._commit(made.id, stories=[made], copies=[(made.id, copy, None, None) for copy in copies])
        self.placed[made.id], self.outlets[made.id], self._known[made.id] = placed, outlets, guid

    async def apply(self, what: str, which: Any, outlets: int) -> None:
        living = sorted(self.placed)
        if what == "arrives":
            await self.publish(which, outlets)
        elif living:
            story = living[which % len(living)]
            self.touched.add(story)
            if what == "changes":
                await self.publish(self.placed[story], outlets, story)
            else:
                await self._commit(story, expired=[story])
                del self.placed[story]

    async def _commit(self, story: str, **writes: Any) -> None:
        kind: Any = "withdrawn" if "expired" in writes else "updated"
        number = await self.desk.commit(Change(0, kind, story, NOON), **writes)
        async with asyncio.timeout(20):
            while self.catalogue.number < number:
                await asyncio.sleep(0)


@pytest.fixture
def no_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "PACE", 0.0)


async def walk(reader: Reader, path: str, between: Any) -> list[str]:
    """The ids on all pages, with something done between each two."""
    seen: list[str] = []
    while True:
        answer = await reader.ask(path)
        assert answer.status == 200, answer.text
        page = answer.json()
        seen += [item["id"] for item in page["items"]]
        if "next_url" not in page:
            return seen
        parts = urlsplit(page["next_url"])
        path = f"{parts.path}?{parts.query}"
        await between()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_who_follows_the_pages_meets_each_living_story_once_whatever_arrives(
    no_pace: None, reader: Reader, desk: Newsdesk, data: st.DataObject
) -> None:
    paper = Paper(desk, reader)
    for placed, outlets in data.draw(st.lists(st.tuples(MOMENTS, OUTLETS), min_size=1, max_size=8)):
        await paper.publish(placed, outlets)
    before = set(paper.placed)

    async def happens() -> None:
        for news in data.draw(NEWS):
            await paper.apply(*news)

    limit = data.draw(st.integers(1, 3))
    seen = await walk(reader, f"/feed.json?category={paper.category}&limit={limit}", happens)
    assert len(set(seen)) == len(seen)
    assert before & set(paper.placed) <= set(seen)
    places = [(paper.placed[story], story) for story in seen if story in paper.placed]
    assert places == sorted(places, reverse=True)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_an_order_by_coverage_stays_as_it_was_when_the_reader_began(
    no_pace: None, reader: Reader, desk: Newsdesk, data: st.DataObject
) -> None:
    paper = Paper(desk, reader)
    for placed, outlets in data.draw(st.lists(st.tuples(MOMENTS, OUTLETS), min_size=1, max_size=8)):
        await paper.publish(placed, outlets)
    rank = {story: (paper.outlets[story], paper.placed[story], story) for story in paper.placed}
    frozen = sorted(rank, key=lambda story: rank[story], reverse=True)

    async def happens() -> None:
        for news in data.draw(NEWS):
            await paper.apply(*news)

    limit = data.draw(st.integers(1, 3))
    seen = await walk(reader, f"/feed.json?category={paper.category}&sort=coverage&limit={limit}", happens)
    assert [story for story in frozen if story in set(seen)] == seen
    assert set(frozen) & set(paper.placed) <= set(seen)


@pytest.mark.parametrize(
    "path", ["/feed.json", "/feed.atom", "/feed.json?category=world&q=ferry", "/feed.json?sort=coverage"]
)
async def test_a_burst_of_a_thousand_clients_costs_one_rendering(
    no_pace: None, reader: Reader, desk: Newsdesk, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    await desk.publish("nbc", "one")
    await reader.feed_of(1)
    rendered: list[str] = []
    page = Feeds.page

    async def counted(self: Feeds, base: str, *rest: Any) -> Any:
        rendered.append(base)
        await asyncio.sleep(0)  # the others arrive while it is made
        return await page(self, base, *rest)

    monkeypatch.setattr(Feeds, "page", counted)
    path += "&" if "?" in path else "?"
    codings = ("gzip", "br", "zstd", "identity")

    async def client(number: int) -> bytes:
        incoming, outgoing = await asyncio.open_connection("127.0.0.1", reader.port)
        agent = f"User-Agent: client/{number}\r\nAccept-Encoding: {codings[number % 4]}\r\nConnection: close"
        outgoing.write(
            f"GET {path}token=nr{number} HTTP/1.1\r\nHost: news.example\r\n{agent}\r\n\r\n".encode()
        )
        answer = await incoming.read()
        outgoing.close()
        return answer.partition(b"\r\n")[0]

    assert set(await asyncio.gather(*map(client, range(1_000)))) == {b"HTTP/1.1 200 OK"}
    assert rendered == ["http://news.example"]
