"""The pictures of README and docs: `make screenshots`.

Starts the demonstration, waits until its stories have copies, and looks at it with the same Chromium as the tests.
Each picture is of a real page of the running service; none is drawn. They go to docs/pictures/, at most 200 KB each:
text on paper needs few colours, so they are written with a palette of 256.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
from playwright.async_api import Browser, Page, async_playwright

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
MOST = 200_000  # bytes of a picture
WAIT = 120.0  # seconds until the demonstration must have told its stories
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
LAPTOP, PHONE = (1440, 900), (390, 844)
PIXELS = """async (shot) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${shot}`)).blob());
    const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
    canvas.drawImage(image, 0, 0);
    const data = canvas.getImageData(0, 0, image.width, image.height).data;
    const text = await new Promise((done) => {
        const reader = new FileReader();
        reader.onload = () => done(reader.result.split(',')[1]);
        reader.readAsDataURL(new Blob([data]));
    });
    return [image.width, image.height, text];
}"""


@contextmanager
def demonstration() -> Iterator[tuple[str, str]]:
    """The address of a running demonstration, and the editor's link to it."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("AGGREGATOR_")}
    with tempfile.TemporaryDirectory(prefix="agg-pictures-") as folder:
        log = Path(folder) / "log"
        with log.open("wb") as output:
            line = [sys.executable, "-m", "aggregator", "demo", "--port", str(port)]
            process = subprocess.Popen(line, cwd=ROOT, env=environ, stdout=output, stderr=output)
        try:
            yield f"http://127.0.0.1:{port}", _told(f"http://127.0.0.1:{port}", log)
        finally:
            process.terminate()
            process.wait(30)


def _told(address: str, log: Path) -> str:
    """Waits until stories have come with their copies; the link that the log gave to this machine's editor."""
    deadline = time.monotonic() + WAIT
    while time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(f"{address}/feed.json?limit=500") as answer:
            items = json.load(answer)["items"]
            if len(items) >= 80 and sum(item["_aggregator"]["sources"] > 2 for item in items) >= 25:
                found = re.search(rf"{re.escape(address)}/\?token=\S+", log.read_text("utf-8"))
                return found[0] if found else address
        time.sleep(0.5)
    raise TimeoutError(f"the demonstration told too little in {WAIT:.0f} seconds:\n{log.read_text('utf-8')}")


async def take() -> None:
    """All pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with demonstration() as (address, link):
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM)
            await _list(browser, address)
            await _story_and_sources(browser, address)
            await _desk(browser, address, link)
            await browser.close()


async def _list(browser: Browser, address: str) -> None:
    page = await _page(browser, LAPTOP)
    await _shot(page, f"{address}/?sort=coverage", "light")
    page = await _page(browser, LAPTOP, dark=True)
    await _shot(page, f"{address}/?density=compact", "dark")
    page = await _page(browser, PHONE, is_mobile=True, device_scale_factor=2)
    await _shot(page, f"{address}/?sort=coverage", "phone")


async def _story_and_sources(browser: Browser, address: str) -> None:
    page = await _page(browser, (1100, 1300))
    await page.goto(f"{address}/?sort=coverage&min_sources=3")
    story = await page.locator(".stories > li").first.get_attribute("id")
    await _shot(page, f"{address}/stories/{(story or '')[1:]}", "story")
    page = await _page(browser, (1280, 900))
    await _shot(page, f"{address}/sources", "sources")


async def _desk(browser: Browser, address: str, link: str) -> None:
    """A story as an editor sees it."""
    page = await _page(browser, (1100, 1300))
    await page.goto(f"{address}/?sort=coverage&min_sources=4")
    story = await page.locator(".stories > li").first.get_attribute("id")
    await page.goto(link)
    await page.goto(f"{address}/stories/{(story or '')[1:]}")
    if await page.locator("#desk").count():
        await page.locator("#desk").scroll_into_view_if_needed()
        await page.evaluate(
            "scrollTo(0, document.getElementById('desk').getBoundingClientRect().top + scrollY - 60)"
        )
    await _keep(page, "desk")


def png(pixels: np.ndarray[Any, Any]) -> bytes:
    """Rows of RGB pixels as a PNG of at most 256 colours (ISO/IEC 15948): the commonest, others as the next alike."""
    height, width, _ = pixels.shape
    coarse = (pixels >> 3).astype(np.int32)
    key = (coarse[:, :, 0] << 10 | coarse[:, :, 1] << 5 | coarse[:, :, 2]).ravel()
    _, place, counts = np.unique(key, return_inverse=True, return_counts=True)
    flat = pixels.reshape(-1, 3)
    means = np.stack([np.bincount(place, flat[:, at]) / counts for at in range(3)], axis=1)
    palette = means[np.argsort(-counts)[:256]]
    distance = ((means[:, None, :] - palette[None, :, :]) ** 2).sum(axis=2)
    indexed = distance.argmin(axis=1).astype(np.uint8)[place].reshape(height, width)
    rows = np.hstack([np.zeros((height, 1), np.uint8), indexed]).tobytes()
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", palette.round().astype(np.uint8).tobytes()),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    ]
    chunks = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


async def _page(browser: Browser, size: tuple[int, int], *, dark: bool = False, **more: Any) -> Page:
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        **more,
    )
    return await context.new_page()


async def _shot(page: Page, address: str, name: str) -> None:
    await page.goto(address)
    if await page.locator("#tools .new").count():
        await page.locator("#tools .new", has_text=re.compile("new stor")).wait_for()
    await _keep(page, name)


async def _keep(page: Page, name: str) -> None:
    """The picture, refused if it weighs too much for a page of documentation."""
    path = PICTURES / f"{name}.png"
    shot = base64.b64encode(await page.screenshot()).decode()
    blank = await page.context.new_page()
    width, height, raw = await blank.evaluate(PIXELS, shot)
    await blank.close()
    pixels = np.frombuffer(base64.b64decode(raw), dtype=np.uint8).reshape(height, width, 4)[:, :, :3]
    size = path.write_bytes(png(pixels))
    print(f"{path.relative_to(ROOT)}  {size / 1000:.0f} KB")
    if size > MOST:
        raise ValueError(f"{path} has {size} bytes: at most {MOST}")


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit("There is no Chromium on this machine: apt-get install chromium")
    asyncio.run(take())
