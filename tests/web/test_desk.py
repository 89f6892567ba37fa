"""The desk without a browser: who sees it, what it shows, and how a browser stays an editor."""

# ruff: noqa: F811 - fixtures of another file are arguments here
from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable
from http.cookies import SimpleCookie
from typing import Any

import aiohttp
import pytest
from newsdesk import NOON, Newsdesk, Reader, a_copy
from test_editing import ONE, SECOND, TOKENS, TWO, grouper, stories  # noqa: F401 - fixtures

from aggregator.core.model import Doubt, Signal, Verdict, entry_id
from aggregator.group import Grouper
from aggregator.store import Store

BROWSER = {"Accept": "text/html,application/xhtml+xml", "Sec-Fetch-Site": "same-origin"}
SIGNALS = (Signal("text", 0.42, 0.55, passed=False), Signal("text_mass", 12.0, 8.0, passed=True))


class Browser:
    """A browser without scripts: it keeps cookies, and sends what forms hold."""

    def __init__(self, reader: Reader, http: aiohttp.ClientSession) -> None:
        self.reader, self.http = reader, http
        self.cookies: dict[str, str] = {}

    async def go(self, path: str, **headers: str) -> Any:
        return await self._ask("GET", path, None, {**BROWSER, **headers})

    async def send(self, path: str, data: list[tuple[str, str]], **headers: str) -> Any:
        origin = {"Origin": self.reader.runner.address}
        return await self._ask("POST", path, data, {**BROWSER, **origin, **headers})

    async def _ask(self, method: str, path: str, data: Any, headers: dict[str, str]) -> Any:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        url = path if path.startswith("http") else f"{self.reader.runner.address}{path}"
        given = {**headers, **({"Cookie": cookie} if cookie else {})}
        async with self.http.request(method, url, data=data, headers=given, allow_redirects=False) as answer:
            for one in answer.headers.getall("Set-Cookie", ()):
                for name, morsel in SimpleCookie(one).items():
                    self.cookies[name] = morsel.value
            return answer.status, await answer.text(), answer.headers

    async def enter(self) -> None:
        status, _, _ = await self.go(f"/?token={self.reader.runner.token}")
        assert status == 303


@pytest.fixture
async def browser(reader: Reader, stories: None) -> AsyncIterator[Browser]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        yield Browser(reader, http)


# --- who is an editor ---------------------------------------------------------------------------------


async def test_the_link_with_the_token_leads_to_the_clean_address_and_sets_a_cookie(browser: Browser) -> None:
    token = browser.reader.runner.token
    status, _, headers = await browser.go(f"/stories/{ONE}?token={token}&with=ferry")
    assert (status, headers["Location"]) == (303, f"{ONE}?with=ferry")
    cookie = headers["Set-Cookie"]
    assert re.fullmatch(
        r"desk_[0-9a-f]{8}=\d+\.[0-9a-f]{64}; HttpOnly; Max-Age=2592000; Path=/; SameSite=Strict", cookie
    )
    assert token not in cookie
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    _, page, headers = await browser.go(f"/stories/{ONE}")
    assert 'id="desk"' in page
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "same-origin")
    assert token not in page


async def test_others_see_no_desk(browser: Browser) -> None:
    assert 'id="desk"' not in (await browser.go(f"/stories/{ONE}"))[1]
    for path in ("/desk", "/desk/decisions", "/desk/decisions.jsonl"):
        assert (await browser.go(path))[0] == 401
    browser.cookies = dict.fromkeys(("desk_00000000",), f"9999999999.{'0' * 64}")
    assert (await browser.go("/desk"))[0] == 401
    status, _, headers = await browser.go("/?token=wrong")
    assert (status, "Set-Cookie" in headers) == (200, False)


async def test_a_program_with_a_token_in_the_address_is_not_led_elsewhere(
    reader: Reader, stories: None
) -> None:
    answer = await reader.ask(f"/stories/{ONE}?token={reader.runner.token}")
    assert answer.status == 200


async def test_a_cookie_ends_with_its_time_and_with_its_token(
    serve: Callable[..., Any],
    stories: None,
    clock: Any,
) -> None:
    reader = await serve(tokens=TOKENS)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        browser = Browser(reader, http)
        await browser.go(f"/?token={TOKENS[0]['value']}")
        assert (await browser.go("/desk"))[0] == 200
        (name, value), *_ = browser.cookies.items()
        for forged in (
            value[:-1] + ("0" if value[-1] != "0" else "1"),
            f"9{value}",
            "x",
            ".",
            "1.2.3",
            "é" * 9,
        ):
            browser.cookies = {name: forged.encode().decode("latin-1")}
            assert (await browser.go("/desk"))[0] == 401
        browser.cookies = {name: value}
        other = await serve(tokens=[{**TOKENS[0], "value": "e" * 32}])
        browser.cookies = {re.sub(r".*", name, name): value}
        assert (await Browser(other, http).go("/desk"))[0] == 401
        clock.advance(31 * 86_400.0)
        browser.cookies = {name: value}
        assert (await browser.go("/desk"))[0] == 401


async def test_a_readers_token_is_kept_as_well_and_shows_no_desk(
    serve: Callable[..., Any], stories: None
) -> None:
    reader = await serve(tokens=TOKENS)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        browser = Browser(reader, http)
        assert (await browser.go(f"/stories/{ONE}"))[0] == 401
        await browser.go(f"/?token={TOKENS[1]['value']}")
        status, page, _ = await browser.go(f"/stories/{ONE}")
        assert (status, 'id="desk"' in page) == (200, False)
        assert (await browser.go("/desk"))[0] == 403
        assert (await browser.send(f"/stories/{ONE}/merge", [("other", TWO)]))[0] == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none", "Origin": ""}, 403),
    ],
    ids=["another site", "sandboxed", "no referrer", "no page"],
)
async def test_a_cookie_counts_on_our_own_pages_alone(
    browser: Browser,
    grouper: Grouper,
    store: Store,
    headers: dict[str, str],
    status: int,
) -> None:
    await browser.enter()
    answer = await browser.send(f"/stories/{ONE}/never", [("other", TWO)], **headers)
    assert answer[0] == status
    assert len(await store.orders.all()) == (status == 303)


async def test_leaving_the_desk_forgets_the_cookie(browser: Browser) -> None:
    await browser.enter()
    status, _, headers = await browser.send("/desk/leave", [])
    assert (status, "Max-Age=0" in headers["Set-Cookie"]) == (303, True)
    assert (await browser.go("/desk"))[0] == 401


# --- the page of a story ------------------------------------------------------------------------------


def field(page: str, name: str) -> str:
    return re.findall(rf'name="{name}" value="([^"]*)"', page)[0]


async def test_a_whole_task_without_a_script(browser: Browser, grouper: Grouper, store: Store) -> None:
    """Tick, see what will happen, do it, see what happened, undo it: by forms alone."""
    await browser.enter()
    _, page, _ = await browser.go(f"/stories/{ONE}")
    assert page.count('type="checkbox"') == 2
    _, preview, _ = await browser.send(f"/stories/{ONE}/split", [("preview", "1"), ("entry", SECOND)])
    assert "of 1 and 1 copies" in preview
    assert await store.orders.all() == []
    status, _, headers = await browser.send(
        f"/stories/{ONE}/split", [("id", field(preview, "id")), ("entry", field(preview, "entry"))]
    )
    assert status == 303
    _, page, _ = await browser.go(headers["Location"])
    assert re.search(r'role="status"><b>Done:</b> Two stories are made of one', page)
    status, _, headers = await browser.send(f"/stories/{ONE}/undo", [("order", field(page, "order"))])
    _, page, _ = await browser.go(headers["Location"])
    assert "One story of 2 copies" in page
    assert await store.stories.where(SECOND) == ONE
    _, history, _ = await browser.go("/desk/decisions")
    assert history.count('<th scope="row">') == 2
    assert "undone" in history


async def test_a_refused_order_says_why_on_the_page(browser: Browser, grouper: Grouper) -> None:
    await browser.enter()
    _, _, headers = await browser.send(f"/stories/{ONE}/split", [("entry", ONE), ("entry", SECOND)])
    _, page, _ = await browser.go(headers["Location"])
    assert "<b>Not done:</b> These are all 2 copies of the story" in page


async def test_stories_to_merge_with_are_found_by_words_by_id_and_by_address(browser: Browser) -> None:
    await browser.enter()
    await browser.reader.feed_of(2)
    for words in ("ferry two", TWO, f"http://127.0.0.1/stories/{TWO}.json"):
        _, page, _ = await browser.go(f"/stories/{ONE}?with={words.replace(' ', '+')}")
        assert f'name="other" value="{TWO}"' in page
    _, page, _ = await browser.go(f"/stories/{ONE}?with=nobody+said+this")
    assert "No other story has all of these words." in page
    _, page, _ = await browser.go(f"/stories/{ONE}?with={ONE}")
    assert 'name="other"' not in page


async def test_what_almost_joined_is_shown_with_the_veto(browser: Browser, desk: Newsdesk) -> None:
    verdict = Verdict(False, 0.61, "forbidden: figures", ONE, SIGNALS, ("figures",), "figures")
    await desk.commit(doubts=[(Doubt("refused", TWO, verdict, NOON, True), (ONE, TWO))])
    await browser.enter()
    _, page, _ = await browser.go(f"/stories/{ONE}")
    assert "Almost joined" in page
    assert "(veto: figures)" in page
    assert re.search(r'<meter min="0" max="1.0" low="0.55" optimum="1.0" value="0.42"', page)


async def test_what_editors_type_harms_nothing(browser: Browser) -> None:
    await browser.enter()
    _, page, _ = await browser.go(f"/stories/{ONE}?with=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&done=%3Cb%3E")
    assert "<script>alert" not in page
    assert (await browser.go(f"/stories/{ONE}?with={'x' * 5000}"))[0] in {200, 400}
    assert (await browser.go("/desk?cursor=%00"))[0] in {200, 400}
    assert (await browser.go("/desk/decisions?page=0"))[0] == 400
    assert (await browser.go("/desk/decisions?page=99999"))[0] == 200


# --- the queue ----------------------------------------------------------------------------------------


@pytest.fixture
async def questions(desk: Newsdesk, stories: None) -> None:
    """Two questions: of two stories that one veto keeps apart, and of a copy that hardly joined."""
    apart = Verdict(False, 0.61, "forbidden: figures", ONE, SIGNALS, ("figures",), "figures")
    joined = Verdict(True, 0.55, "12 of 30 phrases shared", ONE, SIGNALS, ("figures",))
    await desk.commit(
        doubts=[
            (Doubt("refused", TWO, apart, NOON, True), (ONE, TWO)),
            (Doubt("joined", SECOND, joined, NOON, True), (ONE,)),
        ]
    )


async def test_the_queue_asks_and_an_answer_is_an_order(
    browser: Browser,
    questions: None,
    grouper: Grouper,
    store: Store,
) -> None:
    await browser.enter()
    _, page, _ = await browser.go("/desk")
    assert page.count('class="look"') == 2
    look = next(one for one in (await store.review.list())[0] if one.doubt.kind == "refused")
    status, _, headers = await browser.send(
        f"/stories/{look.stories[0]}/never", [("other", look.stories[-1]), ("look", look.id)]
    )
    assert (status, "/desk?done=" in headers["Location"]) == (303, True)
    _, page, _ = await browser.go(headers["Location"])
    assert "never share a story" in page
    assert page.count('class="look"') == 1
    look = (await store.review.list())[0][0]
    await browser.send(f"/stories/{ONE}/keep", [("entry", SECOND), ("entry", ONE), ("look", look.id)])
    _, page, _ = await browser.go("/desk")
    assert "Nothing needs a look now." in page


async def test_answers_are_exported_as_labelled_pairs(
    browser: Browser,
    questions: None,
    grouper: Grouper,
) -> None:
    await browser.enter()
    await browser.send(f"/stories/{ONE}/keep", [("entry", SECOND), ("entry", ONE)])
    await browser.send(f"/stories/{ONE}/merge", [("other", TWO)])
    status, body, headers = await browser.go("/desk/decisions.jsonl")
    lines = [json.loads(line) for line in body.splitlines()]
    assert [(line["action"], line["same"], line["by"]) for line in lines] == [
        ("keep", True, "start"),
        ("merge", True, "start"),
    ]
    assert (status, headers["Content-Type"]) == (200, "application/jsonl")
    assert lines[1]["a"]["title"].startswith("Ferry")
    assert entry_id("nbc", "one") == ONE
    assert a_copy("nbc", "one").entry == ONE
