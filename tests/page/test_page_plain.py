"""The page without a script, narrow, enlarged, spaced out, from right to left, printed, in forced colours."""

from __future__ import annotations

from typing import Any

import pytest
from frontpage import LAPTOP, NARROW, WIDE, titles
from newsdesk import NOON, Newsdesk, Reader, a_copy
from playwright.async_api import expect

from aggregator.core.model import Story

pytestmark = pytest.mark.asyncio(loop_scope="session")

SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }"""  # WCAG 2.2, 1.4.12
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Texts that are cut off by their own box, where that is not the way the box is meant to be.
CUT = """() => [...document.querySelectorAll('h1, h2, button, summary, .choice a, .chips a, .acts a, .note, td, th')]
    .filter((one) => one.offsetParent && one.clientWidth > 1 && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 3)
        && getComputedStyle(one).overflow !== 'visible')
    .map((one) => one.outerHTML.slice(0, 120))"""


async def test_without_a_script_it_is_read_filtered_and_paged(
    look: Any, reader: Reader, front: list[Story]
) -> None:
    page = await look("/?limit=20", LAPTOP, java_script_enabled=False)
    assert len(await titles(page)) == 20
    await page.locator(".row > details > summary").first.click()
    await expect(page.locator(".open table").first).to_be_visible()
    await page.get_by_role("link", name="Older stories").click()
    await page.get_by_role("link", name="Older stories").click()
    assert len(await titles(page)) == 10
    await page.get_by_role("link", name="First page").click()
    await page.get_by_role("link", name="Most carried").click()
    assert "sort=coverage" in page.url
    await page.locator(".filter > summary").click()
    await page.get_by_label("Language").select_option("de")
    await page.get_by_label("Carried by").select_option("at least 2 outlets")
    await page.get_by_role("button", name="Add filters").click()
    assert "min_sources=2" in page.url
    await expect(page.locator(".chips li")).to_have_count(2)
    await page.get_by_role("link", name="Remove language").click()
    await expect(page.locator(".chips li")).to_have_count(1)
    await page.get_by_label("Search").fill('"ferry"')
    await page.get_by_role("button", name="Search").click()
    assert all("ferr" in text.lower() for text in await page.locator("article").all_text_contents())
    await page.get_by_role("link", name="Compact").click()
    assert "density=compact" in page.url
    assert "q=" in page.url
    feed = await page.get_attribute("link[type='application/feed+json']", "href")
    assert "density" not in feed
    assert len((await reader.ask(feed)).json()["items"]) == len(await titles(page))
    await expect(page.get_by_role("button", name="Save:")).to_have_count(0)


@pytest.mark.parametrize(
    "path", ["/", "/?density=compact&q=the", "/stories/{}", "/sources", "/docs", "/nowhere"]
)
async def test_320_pixels_are_enough(look: Any, few: list[Story], path: str) -> None:
    page = await look(None, NARROW, expected=("404 (Not Found)",))
    await page.goto(path.format(few[6].id))
    for details in await page.locator("article > details > summary, .why > summary").all():
        await details.click()
    assert await page.evaluate(SIDEWAYS) == 0
    assert await page.evaluate(CUT) == []
    if "stories" in path:  # words of a headline stay whole where there is room beside it
        widths = await page.evaluate(
            "[...document.querySelectorAll('#copies + * td a')].map(e => e.offsetWidth)"
        )
        assert min(widths) >= NARROW[0] * 0.25


@pytest.mark.parametrize("path", ["/", "/?density=compact", "/stories/{}"])
async def test_text_twice_as_large_loses_nothing(look: Any, few: list[Story], path: str) -> None:
    page = await look(path.format(few[6].id), (LAPTOP[0] // 2, LAPTOP[1] // 2), device_scale_factor=2)
    assert await page.evaluate(SIDEWAYS) == 0
    assert await page.evaluate(CUT) == []
    page = await look(path.format(few[6].id), LAPTOP)
    await page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert await page.evaluate(SIDEWAYS) == 0
    assert await page.evaluate(CUT) == []


@pytest.mark.parametrize("path", ["/", "/?density=compact", "/stories/{}"])
async def test_spaced_out_text_loses_nothing(look: Any, few: list[Story], path: str) -> None:
    page = await look(path.format(few[6].id), LAPTOP)
    await page.evaluate(
        "(rules) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(rules); document.adoptedStyleSheets = [sheet]; }",
        SPACING,
    )
    assert await page.evaluate(SIDEWAYS) == 0
    assert await page.evaluate(CUT) == []


async def test_every_script_keeps_its_direction_and_its_language(
    look: Any, reader: Reader, desk: Newsdesk
) -> None:
    told = {
        "ar": "وزراء الخارجية يجتمعون في العاصمة لبحث الهدنة",
        "he": "הכנסת אישרה את התקציב בקריאה ראשונה",
        "ja": "北部で大雪、新幹線が一時運転見合わせ",
        "hi": "मानसून की पहली बारिश से राजधानी में राहत",
        "th": "ฝนตกหนักในภาคเหนือ น้ำท่วมหลายอำเภอ",
    }
    for number, (language, title) in enumerate(told.items()):
        late = a_copy("abc", language, title=f"{title} 2027", language=language)
        await desk.publish("nbc", language, late, title=title, language=language, placed=NOON + number)
    await reader.feed_of(len(told))
    page = await look("/", WIDE)
    for language, title in told.items():
        headline = page.locator(f"h2[lang={language}]")
        assert (await headline.inner_text()).strip() == title
        direction = await headline.evaluate("(one) => getComputedStyle(one).direction")
        assert direction == ("rtl" if language in {"ar", "he"} else "ltr")
        assert await page.locator(f"td[lang={language}] mark").first.text_content() == "2027"


async def test_in_print_the_stories_stand_alone(look: Any, few: list[Story]) -> None:
    page = await look("/", LAPTOP)
    await page.emulate_media(media="print")
    await expect(page.locator(".stories h2").first).to_be_visible()
    for part in (".bar", ".acts", ".filter", "summary"):
        await expect(page.locator(part).first).to_be_hidden()


async def test_forced_colours_keep_every_control(look: Any, few: list[Story]) -> None:
    page = await look("/", LAPTOP, forced_colors="active")
    borders = await page.locator(".acts button").first.evaluate(
        "(one) => getComputedStyle(one).borderTopWidth"
    )
    assert borders != "0px"
    now = await page.locator(".choice [aria-current]").first.evaluate(
        "(one) => getComputedStyle(one).borderBottomWidth"
    )
    assert now == "3px"


async def test_images_are_loaded_only_when_asked_for_and_tell_no_referrer(
    look: Any, reader: Reader, desk: Newsdesk
) -> None:
    sent = '<p>Text <img src="https://pictures.example/in.png" alt="a quay"></p>'
    story = await desk.publish("nbc", "one", html=sent)
    await reader.feed_of(1)
    page = await look(f"/stories/{story.id}", LAPTOP)
    assert await page.locator("main img").count() == 0
    asked = []
    await page.context.route("https://pictures.example/**", lambda route: _picture(route, asked))
    await page.goto(f"/stories/{story.id}?images=1")
    await expect(page.locator("main img")).to_have_js_property("complete", value=True)
    assert [request.headers.get("referer") for request in asked] == [None]


async def _picture(route: Any, asked: list[Any]) -> None:
    asked.append(route.request)
    await route.fulfill(
        content_type="image/svg+xml", body='<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
    )
