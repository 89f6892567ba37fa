"""HTTP to the letter: what a publisher's answer says, and what it gets for it, from the wire to the next request.

A host on loopback answers as told and remembers how it was asked; everything between is the real thing. Polls
take place when the store says that they are due, so that a poll that came too early would be seen.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest
from aiohttp import web
from multidict import CIMultiDict
from publisher import story
from scripted import Scripted, feed

from aggregator.core.errors import Kind
from aggregator.core.model import SourceState
from aggregator.store import HostLimits

OWN = 60.0  # seconds between two polls where nobody says anything: the walk's bounds are 60 and 60
YEAR = 366 * 86_400.0
NOON = "Mon, 23 Nov 2026 12:00:00 GMT"
ONE = "Mon, 23 Nov 2026 13:00:00 GMT"
TWO_DAYS_AGO = "Sat, 21 Nov 2026 12:00:00 GMT"


@pytest.fixture
async def host() -> AsyncIterator[Scripted]:
    async with Scripted() as host:
        yield host


async def state(walk, source: str = "feed") -> SourceState:
    return (await walk.store.sources.status())[source][0]


async def wait(walk, source: str = "feed") -> float | None:
    """Seconds until the source is due; None: never."""
    due = (await walk.store.sources.status())[source][1]
    return None if due is None else due - walk.clock()


async def polled(walk, times: int = 1) -> None:
    """So many polls, each at the moment when it is due."""
    for _ in range(times):
        walk.clock.advance(max(await wait(walk) or 0.0, 0.0))
        await walk.poll()


async def begin(walk, host: Scripted, page: web.Response, **more: object) -> None:
    host.pages["/feed"] = page
    await walk.take_up([host.source("/feed", **more)])
    await walk.poll()


def fields(*pairs: tuple[str, str], status: int = 200) -> web.Response:
    """A feed, or an answer without one, with these fields, some of them twice."""
    whole = feed(story(1))
    headers = CIMultiDict([("Content-Type", "application/rss+xml"), *pairs])
    return web.Response(status=status, body=whole.body if status == 200 else b"", headers=headers)


def validators(host: Scripted) -> list[tuple[str | None, str | None]]:
    """What each request was conditional upon."""
    return [(asked.get("If-None-Match"), asked.get("If-Modified-Since")) for _, asked in host.asked]


# --- freshness (RFC 9111, 4.2) --------------------------------------------------------------------------

FRESH = [
    ([], OWN),
    ([("Cache-Control", "max-age=600")], 600),
    ([("Cache-Control", "public, MAX-AGE=600, must-revalidate")], 600),
    ([("Cache-Control", "public"), ("Cache-Control", "max-age=600")], 600),
    ([("Cache-Control", 'max-age="600"')], 600),
    ([("Cache-Control", "max-age=600"), ("Age", "200")], 400),
    ([("Cache-Control", "max-age=600"), ("Age", "900")], OWN),
    ([("Cache-Control", "max-age=600"), ("Age", "soon")], 600),
    ([("Cache-Control", "max-age=600"), ("Vary", "*")], 600),
    ([("Cache-Control", "max-age=30")], OWN),
    ([("Cache-Control", "max-age=99999999999999")], YEAR),
    ([("Cache-Control", "no-cache, max-age=600")], OWN),
    ([("Cache-Control", "max-age=600, no-store")], OWN),
    ([("Cache-Control", "s-maxage=600")], OWN),
    ([("Cache-Control", "max-age=-600")], OWN),
    ([("Cache-Control", "max-age=ten minutes")], OWN),
    ([("Cache-Control", "max-age=600, max-age=5")], 600),
    ([("Expires", ONE), ("Date", NOON)], 3600),
    ([("Expires", ONE), ("Date", NOON), ("Age", "600")], 3000),
    ([("Expires", TWO_DAYS_AGO), ("Date", NOON)], OWN),
    ([("Expires", "0")], OWN),
    ([("Expires", "-1")], OWN),
    ([("Expires", ONE), ("Date", NOON), ("Cache-Control", "max-age=600")], 600),
    ([("Pragma", "no-cache")], OWN),
]


@pytest.mark.parametrize(("said", "seconds"), FRESH, ids=lambda value: None)
async def test_no_poll_before_an_answer_may_have_changed(walk, host, said, seconds):
    await begin(walk, host, fields(*said))
    assert await wait(walk) == pytest.approx(seconds, abs=0.01)
    walk.clock.advance(seconds - 1)
    await walk.poll()
    assert len(host.asked) == 1


async def test_freshness_outranks_the_configured_interval(walk, host):
    await begin(walk, host, fields(("Cache-Control", "max-age=600")), interval=5.0)
    assert await wait(walk) == pytest.approx(600)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ([("Cache-Control", "max-age=900")], 900),
        ([("Cache-Control", "max-age=900"), ("Age", "100")], 800),
        ([("Cache-Control", "no-cache")], OWN),
        ([("Expires", ONE), ("Date", NOON)], 3600),
        ([], 600),  # what it does not say is as the answer was that it confirms (RFC 9111, 4.3.4)
    ],
    ids=["max-age", "Age", "no-cache", "Expires", "nothing"],
)
async def test_a_304_says_how_long_it_holds_as_any_answer(walk, host, said, seconds):
    await begin(walk, host, fields(("ETag", '"1"'), ("Cache-Control", "max-age=600")))
    host.pages["/feed"] = fields(*said, status=304)
    await polled(walk)
    assert (len(host.asked), await wait(walk)) == (2, pytest.approx(seconds, abs=0.01))


async def test_what_a_304_confirms_is_the_last_whole_answer(walk, host):
    await begin(walk, host, fields(("ETag", '"1"'), ("Cache-Control", "max-age=600")))
    host.pages["/feed"] = fields(("ETag", '"2"'))
    await polled(walk)
    host.pages["/feed"] = fields(status=304)
    await polled(walk)
    assert await wait(walk) == pytest.approx(OWN)


# --- validators (RFC 9110, 8.8) -------------------------------------------------------------------------

KEPT = [
    ([("ETag", 'W/"weak, with: a comma"')], ('W/"weak, with: a comma"', None)),
    ([("ETag", "not-quoted")], ("not-quoted", None)),
    ([("ETag", '""')], ('""', None)),
    ([("ETag", '"1"'), ("ETag", '"2"')], ('"1"', None)),
    ([("Last-Modified", "yesterday at noon")], (None, "yesterday at noon")),
    ([("Last-Modified", "Mon, 23 Nov 2026 12:00:00 +0000")], (None, "Mon, 23 Nov 2026 12:00:00 +0000")),
    ([("ETag", '"1"'), ("Last-Modified", NOON)], ('"1"', NOON)),
    ([], (None, None)),
]


@pytest.mark.parametrize(("given", "sent"), KEPT, ids=lambda value: None)
async def test_validators_come_back_byte_for_byte(walk, host, given, sent):
    await begin(walk, host, fields(*given))
    await polled(walk)
    assert validators(host) == [(None, None), sent]


async def test_a_200_replaces_both_and_what_it_lacks_is_forgotten(walk, host):
    await begin(walk, host, fields(("ETag", '"1"'), ("Last-Modified", NOON)))
    host.pages["/feed"] = fields(("Last-Modified", ONE))
    await polled(walk)
    host.pages["/feed"] = fields(("ETag", '"3"'))
    await polled(walk, 2)
    assert validators(host) == [(None, None), ('"1"', NOON), (None, ONE), ('"3"', None)]


async def test_a_304_keeps_both_whatever_it_says(walk, host):
    await begin(walk, host, fields(("ETag", '"1"'), ("Last-Modified", NOON)))
    host.pages["/feed"] = fields(("ETag", '"other"'), ("Last-Modified", ONE), status=304)
    await polled(walk, 3)
    assert validators(host)[1:] == [('"1"', NOON)] * 3


async def test_one_unconditional_request_ever(walk, host):
    """Through refusals, redirects, pages in its place, changes, and every new process."""
    whole = fields(("ETag", '"1"'), ("Last-Modified", NOON))
    await begin(walk, host, whole)
    page = web.Response(body=b"<!doctype html><title>Closed</title>", content_type="text/html")
    moved = web.Response(status=302, headers={"Location": "/elsewhere"})
    host.pages["/elsewhere"] = fields(status=304)
    for answer in (
        *(fields(status=status) for status in (304, 500, 404, 403, 451, 401, 503, 429, 410)),
        page,
        moved,
        web.Response(body=b""),
        whole,
    ):
        host.pages["/feed"] = answer
        walk.clock.advance(40 * 86_400.0)
        await walk.store.sources.poll_now("feed")
        await walk.poll()  # each with a Gather of its own, as after a restart
    assert len(host.asked) == 15
    sent = zip(host.paths, validators(host), strict=True)
    assert [each for path, each in sent if path == "/feed"] == [(None, None), *[('"1"', NOON)] * 13]


# --- refusals -------------------------------------------------------------------------------------------

RETRY = [
    ("3600", 3600),
    ("  3600 ", 3600),
    ("0", None),
    ("-5", None),
    ("1e9", None),
    ("soon", None),
    ("Tue, 99 Foo 2026 99:99:99 GMT", None),
    ("Mon, 23 Nov 2026 13:00:00 GMT", 3600),
    ("Monday, 23-Nov-26 13:00:00 GMT", 3600),
    ("Mon Nov 23 13:00:00 2026", 3600),
    (TWO_DAYS_AGO, None),
    ("Fri, 31 Dec 9999 23:59:59 GMT", YEAR),
    ("9" * 300, YEAR),
    ("172800", 172_800),
]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(("said", "seconds"), RETRY, ids=lambda value: str(value)[:24])
async def test_retry_after_is_heeded_at_full_length(walk, host, status, said, seconds):
    """Longer than any backoff of ours; what cannot be read leaves our own: two minutes after one error."""
    await begin(walk, host, fields())
    host.pages["/feed"] = fields(("Retry-After", said), ("Date", NOON), status=status)
    await polled(walk)
    assert await wait(walk) == pytest.approx(seconds or 2 * OWN, abs=0.01)
    assert not await walk.store.sources.poll_now("feed") or seconds is None


@pytest.mark.parametrize(("status", "seconds"), [(429, 120), (503, 60)])
async def test_a_refusal_without_retry_after_rests_the_whole_host_all_the_same(walk, host, status, seconds):
    host.pages = {"/a": fields(), "/b": fields()}
    limits = HostLimits(per_host=10, per_minute=None)
    for path in ("/a", "/b"):  # half a minute apart
        source = host.source(path)
        walk.sources[source.id] = source
        await walk.store.sources.take_up(list(walk.sources.values()), {}, 86_400.0, default=limits)
        await walk.poll()
        walk.clock.advance(OWN / 2)
    host.pages["/a"] = fields(status=status)
    await walk.poll()
    assert host.paths == ["/a", "/b", "/a"]
    walk.clock.advance(seconds - 1)
    await walk.poll()
    assert host.paths == ["/a", "/b", "/a"]
    walk.clock.advance(1)
    await walk.poll()
    assert "/b" in host.paths[3:]


@pytest.mark.parametrize(
    ("status", "kind", "seconds"),
    [
        (500, Kind.HTTP_5XX, 120),
        (404, Kind.MISSING, 240),
        (451, Kind.LEGAL, 240),
        (401, Kind.UNAUTHORISED, 240),
        (403, Kind.FORBIDDEN, 120),
    ],
)
async def test_refusals_slow_down_and_one_good_answer_ends_it(walk, host, status, kind, seconds):
    await begin(walk, host, fields(("ETag", '"1"')))
    host.pages["/feed"] = fields(status=status)
    await polled(walk)
    error = (await state(walk)).error
    assert (error.kind if error else None, await wait(walk)) == (kind, pytest.approx(seconds))
    await polled(walk, 2)
    assert await wait(walk) == pytest.approx(min(seconds * (seconds / OWN) ** 2, 600.0))
    host.pages["/feed"] = fields(status=304)
    await polled(walk)
    assert ((await state(walk)).error, await wait(walk)) == (None, pytest.approx(OWN))


@pytest.mark.parametrize("status", [404, 410, 503])
@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ([("Cache-Control", "max-age=1800")], 1800),
        ([("Cache-Control", "max-age=1800"), ("Age", "300")], 1500),
        ([("Expires", ONE), ("Date", NOON)], 3600),
        ([("Cache-Control", "max-age=1800"), ("Retry-After", "7200")], 7200),
        ([("Cache-Control", "max-age=1800"), ("Retry-After", "60")], 1800),
        ([("Cache-Control", "max-age=31536000")], 86_400),  # a day at most: it is said by mistake
        ([("Cache-Control", "no-store")], None),
    ],
    ids=["max-age", "Age", "Expires", "Retry-After", "a shorter one", "a year", "none"],
)
async def test_an_error_is_fresh_for_as_long_as_it_says(walk, host, status, said, seconds):
    """RFC 9111, 4.2: what is cacheable, errors are as well; the bounds of the walk are ten minutes."""
    await begin(walk, host, fields())
    host.pages["/feed"] = fields(*said, status=status)
    await polled(walk)
    now, (known, due) = walk.clock(), (await walk.store.sources.status())["feed"]
    assert known.not_before == (now + seconds if seconds else 0.0)
    assert (due is None) == (status == 410)
    assert due is None or (due - now == pytest.approx(seconds) if seconds else due - now <= 600)
    assert await walk.store.sources.poll_now("feed") == (seconds is None)


async def test_a_page_in_place_of_the_feed_is_fresh_for_as_long_as_it_says(walk, host):
    page = web.Response(body=b"<!doctype html><title>Closed</title>", content_type="text/html")
    page.headers["Cache-Control"] = "max-age=1800"
    await begin(walk, host, page)
    assert await wait(walk) == pytest.approx(1800)


async def test_410_ends_it_until_somebody_asks(walk, host):
    await begin(walk, host, fields(("ETag", '"1"')))
    host.pages["/feed"] = fields(status=410)
    await polled(walk)
    assert await wait(walk) is None
    walk.clock.advance(400 * 86_400.0)
    await walk.poll()
    assert len(host.asked) == 2
    host.pages["/feed"] = fields(status=304)
    await walk.store.sources.poll_now("feed")
    await walk.poll()
    assert (validators(host)[-1][0], await wait(walk)) == ('"1"', pytest.approx(OWN))


# --- redirects (RFC 9110, 15.4) -------------------------------------------------------------------------


def to(location: str, status: int = 301) -> web.Response:
    return web.Response(status=status, headers={"Location": location})


@pytest.mark.parametrize("status", [301, 308])
@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/new", "/new"),
        ("new", "/new"),
        ("./x/../new", "/new"),
        ("/new#part", "/new"),
        ("?v=2", "/feed?v=2"),
        ("/a b/å", "/a%20b/%C3%A5"),
        ("/a%2fb", "/a%2fb"),
    ],
)
async def test_a_permanent_redirect_is_learnt_after_three_polls_in_a_row(walk, host, status, location, path):
    answer = fields(("ETag", '"1"'))
    host.pages = {"/new": answer, "/a b/å": answer, "/a/b": answer}

    def there(request: web.Request) -> web.Response:
        if request.query_string:
            return web.Response(body=answer.body, headers=answer.headers)
        return to(location, status)

    await begin(walk, host, there)
    await polled(walk, 4)
    assert host.paths == ["/feed", path] * 3 + [path] * 2
    assert [sent for sent, _ in validators(host)] == [None, None, *[None, '"1"'] * 2, *['"1"'] * 2]


def changed_since(moment: str, page: web.Response, asked: list[str | None]):
    """What any server does of a page as old as `moment` (RFC 9110, 13.1.3)."""

    def answer(request: web.Request) -> web.Response:
        since = request.headers.get("If-Modified-Since")
        asked.append(since)
        if request.if_modified_since is not None and moment <= (since or ""):
            return web.Response(status=304)
        return web.Response(body=page.body, headers=page.headers)

    return answer


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_validators_go_where_they_came_from_and_nowhere_else(walk, host, status):
    """A redirect that leads to another feed now, older than the first: its entries come all the same."""
    later, sooner = "Mon, 23 Nov 2026 13:00:00 GMT", "Mon, 23 Nov 2026 12:00:00 GMT"
    one, two = [], []
    host.pages = {
        "/one": changed_since(later, feed(story(1), Last_Modified=later), one),
        "/two": changed_since(sooner, feed(story(2), Last_Modified=sooner), two),
    }
    await begin(walk, host, to("/one", status))
    await polled(walk)
    host.pages["/feed"] = to("/two", status)
    await polled(walk, 2)
    assert (one, two) == ([None, later], [None, sooner])
    assert await walk.group() == 2
    assert [asked for path, asked in zip(host.paths, validators(host), strict=True) if path == "/feed"] == [
        (None, None)
    ] * 4
    assert "stuck" not in dict((await state(walk)).conditions), (
        "an older date at another address is no old copy"
    )


async def test_an_etag_of_one_address_means_nothing_at_another(walk, host):
    same = ("ETag", '"1"')
    host.pages = {"/one": fields(same), "/two": fields(same)}
    await begin(walk, host, to("/one", 302))
    host.pages["/feed"] = to("/two", 302)
    await polled(walk)
    assert validators(host) == [(None, None)] * 4


async def test_what_an_older_release_remembered_is_sent_once_wherever_it_leads(walk, host):
    """It did not note the address: asking every source anew at once would be worse."""
    host.pages["/one"] = fields(("ETag", '"1"'))
    await begin(walk, host, to("/one", 302))
    walk.clock.advance(OWN)
    (claim,) = await walk.store.sources.claim("old", 1, 30.0)
    before = msgspec.structs.replace(claim.state, validators_of=b"")
    host.pages["/one"] = fields(status=304)
    polled_once = await walk.gather().poll(msgspec.structs.replace(claim, state=before))
    await walk.gather().finish([polled_once])
    await polled(walk)
    assert validators(host)[2:] == [('"1"', None), ('"1"', None), (None, None), ('"1"', None)]


async def test_it_may_lead_to_another_host(walk, host):
    async with Scripted() as other:
        other.pages["/feed"] = fields(("ETag", '"1"'))
        await begin(walk, host, to(other.url("/feed"), 308))
        await polled(walk, 4)
        assert (len(host.asked), len(other.asked)) == (3, 5)


@pytest.mark.parametrize("status", [302, 303, 307])
async def test_a_temporary_one_is_followed_and_never_learnt(walk, host, status):
    host.pages["/new"] = fields()
    await begin(walk, host, to("/new", status))
    await polled(walk, 5)
    assert host.paths == ["/feed", "/new"] * 6


@pytest.mark.parametrize("order", [(301, 302), (302, 301), (307, 308)])
async def test_a_chain_with_one_temporary_step_is_never_learnt(walk, host, order):
    host.pages |= {"/middle": to("/new", order[1]), "/new": fields()}
    await begin(walk, host, to("/middle", order[0]))
    await polled(walk, 5)
    assert host.paths == ["/feed", "/middle", "/new"] * 6


async def test_one_that_leads_to_a_page_is_never_learnt(walk, host):
    host.pages["/new"] = web.Response(body=b"<!doctype html><title>Hello</title>", content_type="text/html")
    await begin(walk, host, to("/new"))
    await polled(walk, 5)
    assert host.paths == ["/feed", "/new"] * 6
    assert (await state(walk)).moved_to is None


async def test_three_in_a_row_are_three_in_a_row(walk, host):
    host.pages["/new"] = fields()
    await begin(walk, host, to("/new"))
    await polled(walk)
    host.pages["/feed"] = fields()
    await polled(walk)
    host.pages["/feed"] = to("/new")
    await polled(walk, 2)
    assert host.paths[-4:] == ["/feed", "/new"] * 2


# --- what is sent ---------------------------------------------------------------------------------------


async def test_nothing_is_sent_that_nobody_needs(walk, host):
    cookie = ("Set-Cookie", "id=1; Path=/")
    host.pages["/new"] = fields(cookie, ("ETag", '"1"'))
    await begin(walk, host, web.Response(status=302, headers=dict([("Location", "/new"), cookie])))
    await polled(walk, 2)
    names = {name.lower() for _, asked in host.asked for name in asked}
    assert names == {
        *("accept", "accept-encoding", "connection", "host", "user-agent"),
        *("a-im", "if-none-match"),
    }
    assert all(asked["User-Agent"].startswith("wire-aggregator/") for _, asked in host.asked)
    assert all("gzip" in asked["Accept-Encoding"] for _, asked in host.asked)
    assert set(host.paths) == {"/feed", "/new"}
