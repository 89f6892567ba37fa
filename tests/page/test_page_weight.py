"""What the page weighs, and how much of it a screen holds: by bytes and counts, of fifty stories."""

from __future__ import annotations

from typing import Any

import brotli
import pytest
from frontpage import PHONE, WIDE
from newsdesk import Reader

from aggregator.core.model import Story
from aggregator.web import assets

pytestmark = pytest.mark.asyncio(loop_scope="session")

ABOVE = """() => [...document.querySelectorAll('.stories > li')]
    .filter((row) => row.getBoundingClientRect().bottom <= innerHeight).length"""


async def packed(reader: Reader, path: str) -> bytes:
    answer = await reader.ask(path, Accept_Encoding="br")
    assert answer.headers["Content-Encoding"] == "br"
    return answer.body


async def test_html_style_and_script_are_light(reader: Reader, front: list[Story]) -> None:
    named = assets.addresses("")
    sizes = {
        name: len(await packed(reader, path))
        for name, path in {"html": "/", **named}.items()
        if name != "icon"
    }
    assert sizes["html"] <= 25_000
    assert sizes["style"] <= 6_000
    assert sizes["page"] <= 10_000


async def test_the_first_14_kilobytes_hold_fifteen_stories(reader: Reader, front: list[Story]) -> None:
    body = await packed(reader, "/")
    unpacker = brotli.Decompressor()
    # A little at a time, as it comes over the network: of one large piece only the first 32 KB are handed out.
    came = b"".join(unpacker.process(body[at : at + 500]) for at in range(0, 14_000, 500))
    assert came.count(b"</article>") >= 15


async def test_four_requests_and_the_stream_and_nothing_from_elsewhere(
    look: Any, reader: Reader, front: list[Story]
) -> None:
    page = await look("/", WIDE)
    await page.wait_for_load_state("load")
    asked = [url for url in look.watches[0].requests if "/events" not in url]
    assert len(asked) <= 4
    assert all(url.startswith(reader.runner.address) for url in look.watches[0].requests)


async def test_there_are_few_nodes(look: Any, front: list[Story]) -> None:
    page = await look("/", WIDE)
    assert await page.evaluate("document.querySelectorAll('*').length") <= 3_500


@pytest.mark.parametrize(
    ("path", "size", "stories"),
    [("/?density=compact", WIDE, 22), ("/", WIDE, 9), ("/", PHONE, 6)],
    ids=["compact", "normal", "phone"],
)
async def test_a_screen_holds_many_stories(
    look: Any, front: list[Story], path: str, size: tuple[int, int], stories: int
) -> None:
    page = await look(path, size)
    assert await page.evaluate(ABOVE) >= stories


async def test_assets_are_kept_for_good_and_an_old_address_still_works(reader: Reader) -> None:
    for path in assets.addresses("").values():
        answer = await reader.ask(path)
        assert (answer.status, answer.headers["Cache-Control"]) == (200, assets.FOREVER)
    old = await reader.ask("/static/style.000000000000.css")
    assert (old.status, old.headers["Cache-Control"]) == (200, "no-cache")
    assert (await reader.ask("/static/none.css")).status == 404
