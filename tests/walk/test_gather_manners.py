"""What a poll may bring beside a whole feed: a part of it, an older page, the rules of the host."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from publisher import Item, story
from scripted import Scripted, feed

from aggregator.core import archive
from aggregator.core.errors import Kind
from aggregator.core.model import SourceState


@pytest.fixture
async def host() -> AsyncIterator[Scripted]:
    async with Scripted() as host:
        yield host


async def state(walk, source: str = "feed") -> SourceState:
    return (await walk.store.sources.status())[source][0]


async def titles(walk) -> list[str]:
    return sorted(await walk.stories())


# --- 226: only what came since (RFC 3229) ---------------------------------------------------------------


def delta(*items: Item, etag: str = '"2"', **more: str) -> web.Response:
    return feed(*items, status=226, IM="feed", ETag=etag, **more)


async def test_parts_are_asked_for_only_where_there_is_something_to_compare_with(walk, host):
    host.pages["/feed"] = feed(story(1), ETag='"1"')
    await walk.take_up([host.source("/feed")])
    await walk.round()
    await walk.round()
    assert [(h.get("A-IM"), h.get("If-None-Match")) for _, h in host.asked] == [(None, None), ("feed", '"1"')]


async def test_a_part_adds_entries_and_takes_none_away(walk, host):
    host.pages["/feed"] = feed(story(2), story(1), ETag='"1"')
    await walk.take_up([host.source("/feed")])
    await walk.round()
    host.pages["/feed"] = delta(story(3))
    gathered = await walk.round()
    assert gathered.entries == 1
    assert (await state(walk)).etag == '"2"'
    host.pages["/feed"] = feed(story(3), story(2), story(1), ETag='"3"')
    gathered = await walk.round()
    assert (gathered.entries, gathered.revised, dict(gathered.outcomes)) == (0, 0, {"unchanged": 1})


async def test_a_changed_entry_in_a_part_is_a_revision(walk, host):
    host.pages["/feed"] = feed(story(2), story(1), ETag='"1"')
    await walk.take_up([host.source("/feed")])
    await walk.round()
    host.pages["/feed"] = delta(Item("own-1", "Another headline", "And other words."))
    gathered = await walk.round()
    assert (gathered.entries, gathered.revised) == (1, 1)


async def test_a_part_without_anything_known_is_no_sign_of_lost_entries(walk, host):
    host.pages["/feed"] = feed(*(story(n) for n in range(9)), ETag='"1"')
    await walk.take_up([host.source("/feed")])
    await walk.round()
    host.pages["/feed"] = delta(*(story(n) for n in range(20, 29)))
    await walk.round()
    assert [name for name, _ in (await state(walk)).conditions if name != "undated"] == []


async def test_the_whole_feed_of_before_is_still_known_after_a_part(walk, host):
    whole = feed(story(2), story(1), ETag='"1"')
    host.pages["/feed"] = whole
    await walk.take_up([host.source("/feed")])
    await walk.round()
    host.pages["/feed"] = delta(story(3))
    await walk.round()
    host.pages["/feed"] = whole  # a CDN's old copy
    gathered = await walk.round()
    assert dict(gathered.outcomes) == {"unchanged": 1}


async def test_changes_in_a_form_that_nobody_asked_for_are_a_failure(walk, host):
    host.pages["/feed"] = feed(story(1), ETag='"1"')
    await walk.take_up([host.source("/feed")])
    await walk.round()
    host.pages["/feed"] = web.Response(
        status=226, body=b"\xd6\xc3\xc4", headers={"IM": "vcdiff", "ETag": '"2"'}
    )
    gathered = await walk.round()
    assert dict(gathered.outcomes) == {"decompress": 1}
    assert (await state(walk)).etag == '"1"'


# --- older pages (RFC 5005) -----------------------------------------------------------------------------


def pages(host: Scripted, count: int) -> None:
    """A feed with `count` older pages of one entry each."""
    for number in range(count + 1):
        path = f"/archive/{number}" if number < count else "/feed"
        link = (
            f"<atom:link rel='prev-archive' href='{host.url(f'/archive/{number - 1}')}'/>" if number else ""
        )
        host.pages[path] = feed(story(number), head=link, ETag=f'"{number}"')


async def test_older_pages_are_read_once_where_that_is_asked_for(walk, host):
    pages(host, 3)
    await walk.take_up([host.source("/feed", archives=True)])
    for _ in range(6):
        await walk.round()
    assert host.paths == ["/feed", "/archive/2", "/archive/1", "/archive/0", "/feed", "/feed"]
    assert len(await walk.stories()) == 4
    assert "If-None-Match" not in host.asked[1][1]
    assert host.asked[4][1]["If-None-Match"] == '"3"'


async def test_nobody_asks_for_older_pages_unless_told(walk, host):
    pages(host, 3)
    await walk.take_up([host.source("/feed")])
    for _ in range(3):
        await walk.round()
    assert host.paths == ["/feed"] * 3


async def test_what_an_older_page_brings_is_backfill(walk, host):
    pages(host, 1)
    old = walk.clock() - 40 * 3600
    host.pages["/archive/0"] = feed(Item("old", "An old headline", "Of long ago.", published=old))
    await walk.take_up([host.source("/feed", archives=True)])
    await walk.poll()
    await walk.poll()
    taken = await walk.store.inbox.take("", 10)
    assert [arrival.backfill for _, arrival in taken] == [False, True]


async def test_of_an_entry_on_two_pages_the_newer_document_is_right(walk, host):
    pages(host, 1)
    host.pages["/archive/0"] = feed(Item("own-1", "What it said before", "Old words."), story(0))
    await walk.take_up([host.source("/feed", archives=True)])
    await walk.round()
    gathered = await walk.round()
    assert (gathered.entries, gathered.revised) == (1, 0)


async def test_pages_in_a_circle_end_where_nothing_new_comes(walk, host):
    pages(host, 2)
    host.pages["/archive/0"] = feed(
        story(0), head=f"<atom:link rel='prev-archive' href='{host.url('/archive/1')}'/>"
    )
    await walk.take_up([host.source("/feed", archives=True)])
    for _ in range(8):
        await walk.round()
    assert host.paths[:5] == ["/feed", "/archive/1", "/archive/0", "/archive/1", "/feed"]
    assert set(host.paths[5:]) == {"/feed"}


async def test_pages_without_end_are_bounded(walk, host, monkeypatch):
    monkeypatch.setattr(archive, "MOST", 3)
    pages(host, 9)
    await walk.take_up([host.source("/feed", archives=True)])
    for _ in range(6):
        await walk.round()
    assert host.paths == ["/feed", "/archive/8", "/archive/7", "/archive/6", "/feed", "/feed"]


async def test_a_page_that_is_not_there_blames_nobody_and_ends_it(walk, host):
    pages(host, 2)
    del host.pages["/archive/1"]
    await walk.take_up([host.source("/feed", archives=True)])
    for _ in range(3):
        await walk.round()
    assert host.paths == ["/feed", "/archive/1", "/feed"]
    assert (await state(walk)).error is None


async def test_a_page_that_fails_for_now_is_asked_for_again(walk, host):
    pages(host, 1)
    page = host.pages["/archive/0"]
    host.pages["/archive/0"] = web.Response(status=502)
    await walk.take_up([host.source("/feed", archives=True)])
    await walk.round()
    await walk.round()
    host.pages["/archive/0"] = page
    walk.clock.advance(archive.AGAIN)
    await walk.round()
    assert host.paths == ["/feed", "/archive/0", "/archive/0"]
    assert len(await walk.stories()) == 2


async def test_an_older_page_in_a_private_network_is_not_asked_for(walk, host):
    host.pages["/feed"] = feed(
        story(1), head="<atom:link rel='prev-archive' href='http://169.254.169.254/latest'/>"
    )
    await walk.take_up([host.source("/feed", archives=True)])
    for _ in range(3):
        await walk.round()
    assert host.paths == ["/feed", "/feed"]


# --- robots.txt (RFC 9309) ------------------------------------------------------------------------------


def robots(text: str) -> web.Response:
    return web.Response(text=text)


async def test_robots_txt_is_not_asked_for_unless_told(walk, host):
    host.pages |= {"/robots.txt": robots("User-agent: *\nDisallow: /"), "/feed": feed(story(1))}
    await walk.take_up([host.source("/feed")])
    await walk.round()
    assert host.paths == ["/feed"]


async def test_what_it_forbids_is_not_asked_for(walk, host):
    host.pages |= {"/robots.txt": robots("User-agent: *\nDisallow: /feed"), "/feed": feed(story(1))}
    await walk.take_up([host.source("/feed", robots=True)])
    await walk.poll()
    gathered = await walk.poll()
    assert host.paths == ["/robots.txt"]
    assert dict(gathered.outcomes) == {"robots": 1}
    error = (await state(walk)).error
    assert error is not None
    assert error.kind is Kind.ROBOTS


async def test_it_is_asked_for_once_whatever_number_of_feeds_workers_and_starts(walk, host):
    host.pages |= {
        "/robots.txt": robots("User-agent: *\nDisallow: /private"),
        "/a": feed(story(1)),
        "/b": feed(story(2)),
    }
    await walk.take_up([host.source("/a", robots=True), host.source("/b", robots=True)])
    await walk.poll("one")
    for worker in ("one", "two"):  # each poll here begins with a new Gather, as after a restart
        await walk.poll(worker)
        walk.clock.advance(61.0)
    assert host.paths.count("/robots.txt") <= 2  # both feeds of the first batch may have asked
    assert sorted(set(host.paths)) == ["/a", "/b", "/robots.txt"]
    count = host.paths.count("/robots.txt")
    await walk.round()
    assert host.paths.count("/robots.txt") == count


async def test_a_host_without_one_allows_everything(walk, host):
    host.pages["/feed"] = feed(story(1))
    await walk.take_up([host.source("/feed", robots=True)])
    await walk.poll()
    await walk.poll()
    assert host.paths == ["/robots.txt", "/feed"]


async def test_one_that_cannot_be_had_means_to_wait(walk, host):
    host.pages |= {"/robots.txt": web.Response(status=500), "/feed": feed(story(1))}
    await walk.take_up([host.source("/feed", robots=True)])
    await walk.poll()
    gathered = await walk.poll()
    assert (host.paths, dict(gathered.outcomes)) == (["/robots.txt"], {"robots": 1})


async def test_credentials_of_the_feed_are_not_sent_for_it(walk, host):
    host.pages |= {"/robots.txt": robots(""), "/feed": feed(story(1))}
    await walk.take_up([host.source("/feed", robots=True, headers=(("X-Key", "k3y"),))])
    await walk.poll()
    assert "X-Key" not in host.asked[0][1]


async def test_an_older_page_that_it_forbids_ends_the_reading_and_blames_nobody(walk, host):
    pages(host, 2)
    host.pages["/robots.txt"] = robots("User-agent: *\nDisallow: /archive/")
    await walk.take_up([host.source("/feed", archives=True, robots=True)])
    for _ in range(5):
        await walk.round()
    assert host.paths == ["/robots.txt", "/feed", "/feed", "/feed"]
    assert (await state(walk)).error is None


# --- pages for people -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<html><title>Just a moment...</title><script src='/cdn-cgi/challenge-platform/x'></script>", "challenge"),
        ("<html><title>Sign in</title><form><input name=user></form>", "challenge"),
        ("<html><form action=/login><input type='password' name=p></form>", "challenge"),
        ("<html><title>Our feeds</title><p>There are many.</p>", "not_a_feed"),
    ],
    ids=["check", "title", "password", "page"],
)  # fmt: skip
async def test_a_page_to_sign_in_at_is_a_failure_of_its_own(walk, host, body, kind):
    host.pages["/feed"] = web.Response(text=body, content_type="text/html")
    await walk.take_up([host.source("/feed")])
    gathered = await walk.round()
    assert dict(gathered.outcomes) == {kind: 1}


async def test_a_feed_that_speaks_of_passwords_is_a_feed(walk, host):
    host.pages["/feed"] = feed(Item("1", "Why <input type=password> matters", "Sign in here."))
    await walk.take_up([host.source("/feed")])
    assert (await walk.round()).entries == 1


# --- encodings that are declared wrongly ----------------------------------------------------------------

TITLE = "Größere Wellen über Łódź"
XML = "<?xml version='1.0'{0}?><rss version='2.0'><channel><title>x</title>{1}</channel></rss>"
ENTRY = f"<item><guid>1</guid><title>{TITLE}</title><description>{TITLE} {TITLE}</description></item>"


@pytest.mark.parametrize(
    ("encoding", "declared", "header"),
    [
        ("utf-8", " encoding='ISO-8859-1'", "application/rss+xml"),
        ("utf-8", " encoding='utf-8'", "text/xml; charset=iso-8859-1"),
        ("utf-8", "", "text/xml; charset=us-ascii"),
        ("iso-8859-2", " encoding='iso-8859-2'", "application/rss+xml; charset=utf-8"),
        ("utf-16", " encoding='utf-8'", "application/rss+xml"),
        ("utf-8-sig", " encoding='windows-1252'", "text/html"),
        ("utf-8", " encoding='klingon'", "application/rss+xml; charset=klingon"),
    ],
)
async def test_an_encoding_that_is_declared_wrongly_is_found_out(walk, host, encoding, declared, header):
    body = XML.format(declared, ENTRY).encode(encoding)
    host.pages["/feed"] = web.Response(body=body, headers={"Content-Type": header})
    await walk.take_up([host.source("/feed")])
    await walk.poll()
    taken = await walk.store.inbox.take("", 10)
    assert [arrival.entry.title for _, arrival in taken] == [TITLE]
