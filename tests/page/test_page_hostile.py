"""Nothing that a publisher writes harms the page: not its headlines, names, addresses, nor its texts."""

from __future__ import annotations

from typing import Any

import pytest
from frontpage import LAPTOP, PHONE, WIDE
from newsdesk import NOON, Newsdesk, Reader, a_copy

from aggregator.core.markup import sanitise
from aggregator.web import html

pytestmark = pytest.mark.asyncio(loop_scope="session")

EVIL = {
    "script": "<script>window.harmed = 1</script><img src=x onerror='window.harmed = 1'>",
    "attribute": "\"' onmouseover=window.harmed=1 autofocus onfocus=window.harmed=1 x='",
    "close": "</title></textarea></style></h2></article></li></ol><svg onload=window.harmed=1>",
    "bidi": "\u202egnol ti si\u202c \u2067\u2066\u202d the end \u202e\u202e",
    "long": "x" * 10_000,
    "combining": "Z" + "\u0301\u0310\u0489" * 800,
    "damage": "broken \ufffd\ufffe\uffff\x7f\x9b half",
    "template": "{{ 7 * 7 }} {% raw %} ${7*7} #{7*7}",
    "nothing": "",
    "blank": " \u200b\u2028\u2029\ufeff",
}
ADDRESSES = {
    "script": "javascript:window.harmed=1",
    "attribute": 'https://evil.example/" onclick="window.harmed=1',
    "close": "data:text/html,<script>parent.harmed=1</script>",
    "bidi": "https://evil.example/\u202e",
    "long": "https://evil.example/" + "y" * 9_000,
    "combining": " javascript:window.harmed=1",
    "damage": "https://evil.example/\ufffd",
    "template": "vbscript:x",
    "nothing": "",
    "blank": "//evil.example/",
}


async def put(desk: Newsdesk, kind: str) -> Any:
    """A story all of whose parts are of this kind, carried twice."""
    text, address = EVIL[kind], ADDRESSES[kind]
    own = {
        "title": text,
        "url": address,
        "outlet": text or "Nobody",
        "agency": text or None,
        "language": text[:40],
    }
    other = a_copy(
        "other", kind, **{**own, "title": f"{text} again", "reason": text, "outlet": f"{text} Two"}
    )
    return await desk.publish(
        "nbc",
        kind,
        other,
        summary=text,
        html=sanitise(f"<p>{text}</p><h1>x</h1><p onclick=x()>{text}"),
        placed=NOON,
        **own,
    )


HARMED = """() => [
    !!window.harmed,
    [...document.querySelectorAll('*')].flatMap((one) => one.getAttributeNames()).filter((name) => name.startsWith('on')).length,
    [...document.querySelectorAll('a')].filter((one) => one.href && !/^https?:/.test(one.href)).length,
    document.querySelectorAll('script').length,
    document.documentElement.scrollWidth > innerWidth,
]"""


@pytest.mark.parametrize("kind", sorted(EVIL))
async def test_a_hostile_story_stays_within_its_row(
    look: Any, reader: Reader, desk: Newsdesk, kind: str
) -> None:
    good = await desk.publish("nbc", "good", title="An ordinary headline", placed=NOON - 10)
    bad = await put(desk, kind)
    await reader.feed_of(2)
    for size in (WIDE, PHONE):
        page = await look("/", size)
        for details in await page.locator(".row > details > summary").all():
            await details.click()
        for control in await page.locator(f"#s{bad.id} button").all():
            await control.click()
        assert await page.evaluate(HARMED) == [False, 0, 0, 1, False]
        assert await page.locator(f"#s{good.id} h2").inner_text() == "An ordinary headline"
        boxes = await page.evaluate(
            "(ids) => ids.map((id) => document.getElementById(id).getBoundingClientRect()).map((box) => [box.left, box.width])",
            [f"s{good.id}", f"s{bad.id}"],
        )
        assert boxes[0] == boxes[1]
        await page.goto(f"/stories/{bad.id}")
        assert await page.evaluate(HARMED) == [False, 0, 0, 1, False]
        assert await page.locator("h1").count() == 1


async def test_hostile_words_that_come_live_are_text(look: Any, reader: Reader, desk: Newsdesk) -> None:
    await desk.publish("nbc", "good", placed=NOON - 10)
    await reader.feed_of(1)
    page = await look("/", LAPTOP)
    await page.get_by_text("No new stories").wait_for()
    for kind in sorted(EVIL):
        await put(desk, kind)
    await page.get_by_role("button", name="10 new stories").click()
    await page.locator(".stories > li").nth(10).wait_for()
    assert await page.evaluate(HARMED) == [False, 0, 0, 1, False]


async def test_hostile_questions_are_text(look: Any, reader: Reader) -> None:
    page = await look(None, LAPTOP, expected=("400 (Bad Request)", "404 (Not Found)"))
    for path in ("/?q=%3Cscript%3Ewindow.harmed=1%3C/script%3E%22onfocus=x", "/?agency=%22%3E%3Cimg%20src%3Dx%20onerror%3Dharmed%3D1%3E",
                 "/?%3Cscript%3E=1", "/%3Cscript%3Ewindow.harmed=1%3C/script%3E", "/stories/%3Cscript%3E", "/feeds/%22%3E"):  # fmt: skip
        await page.goto(path)
        assert await page.evaluate(HARMED) == [False, 0, 0, 1, False]


async def test_what_is_kept_in_the_browser_may_be_damaged(look: Any, few: Any) -> None:
    page = await look("/", LAPTOP)
    for damage in (
        "{",
        "null",
        "7",
        '"x"',
        '{"<img src=x onerror=harmed=1>": "<img src=x onerror=harmed=1>"}',
    ):
        await page.evaluate("(damage) => { for (const name of ['read', 'saved', 'keys', 'density']) localStorage[`aggregator.${name}`] = damage; }", damage)  # fmt: skip
        await page.reload()
        await page.get_by_role("button", name="Save:").first.click()
        await page.get_by_role("button", name="Saved (").click()
        assert (await page.evaluate(HARMED))[0] is False
        await page.keyboard.press("Escape")


async def test_half_a_surrogate_pair_does_not_stop_a_page() -> None:
    body = html.fill("notice.html", "", title="broken \ud83d half", sentence="\udfff")
    assert b"broken ? half" in body
