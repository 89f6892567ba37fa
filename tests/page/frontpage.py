"""A front page to look at: the demonstration's stories in a store, and what is asked of every page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from axe_playwright_python.async_playwright import Axe
from newsdesk import NOON, Newsdesk, a_copy, a_story
from playwright.async_api import BrowserContext, ConsoleMessage, Page

from aggregator.core.model import Change, Copy, Signal, Source, Story, Text, Verdict
from aggregator.demo import desk as outlets
from aggregator.demo import wire

COPIES = (1, 5, 2, 3, 4, 1, 6, 2, 3, 3)  # of each story in turn: three on average
VERDICT = Verdict(
    True, 0.94, "37 of 40 phrases shared", signals=(Signal("phrases", 0.94, 0.6, True),), vetoes=("numbers",)
)
VIEWS = [
    {"id": "world", "title": "World", "where": {"categories": ["world"]}},
    {"id": "twice", "title": "Carried twice", "where": {"min_sources": 2}},
]
SOURCES = tuple(
    Source(one.id, f"https://{one.id}.example/rss", one.name, one.name, one.categories, one.language)
    for one in outlets.outlets()
)
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
WIDE, LAPTOP, PHONE, NARROW = (1440, 900), (1024, 768), (390, 844), (320, 640)


def copies(number: int, count: int, at: float) -> list[Copy]:
    """So many copies of the demonstration's story of that number, each of another outlet."""
    told, found = wire.stories()[number % len(wire.stories())], []
    for place in range(count):
        outlet = outlets.outlets()[(number + place * 4) % len(outlets.outlets())]
        headlines = told.versions[0].headlines
        title = headlines[(place if place % 2 else 0) % len(headlines)] + outlet.headline.get("suffix", "")
        found.append(
            a_copy(
                outlet.id,
                f"{told.id}-{number}",
                url=f"https://{outlet.id}.example/2026/11/{told.id}-{number}",
                outlet=outlet.name,
                title=title,
                first_seen=at + place * 140.0,
                language=told.language,
                agency=told.agency,
                categories=outlet.categories,
                **({"score": 0.94, "reason": VERDICT.reason, "verdict": VERDICT} if place else {}),
            )
        )
    return found


async def fill(desk: Newsdesk, count: int = 50) -> list[Story]:
    """A front page of so many stories, five minutes apart, newest last; three copies each on average."""
    stories, texts, changes = [], [], []
    for number in range(count):
        members = copies(number, COPIES[number % len(COPIES)], NOON - (count - number) * 300.0)
        told = wire.stories()[number % len(wire.stories())]
        if number % 7 == 3:  # its lead was revised
            members[0] = msgspec.structs.replace(members[0], seen_hashes=(b"87654321",))
        story = a_story(members, agency=told.agency)
        stories.append(story)
        html = "".join(f"<p>{paragraph}</p>" for paragraph in told.versions[0].paragraphs)
        text = Text(told.versions[0].paragraphs[0], html)
        texts += [(story.id, copy, None, text) for copy in members]
        changes.append(Change(0, "added", story.id, NOON))
    await desk.commit(*changes, stories=stories, copies=texts)
    return stories


class Watch:
    """What a browser complains of: errors of scripts, of the console, and breaches of the content policy."""

    def __init__(self, context: BrowserContext) -> None:
        self.complaints: list[str] = []
        self.expected: tuple[str, ...] = ()
        self.requests: list[str] = []
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("request", lambda request: self.requests.append(request.url))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def unexpected(self) -> list[str]:
        """What it complained of and no test had announced."""
        return [text for text in self.complaints if not any(known in text for known in self.expected)]


async def violations(page: Page, options: dict[str, Any] | None = None) -> list[str]:
    """What axe finds wrong with a page, by rule and place."""
    found = await Axe().run(page, options={**AXE, **(options or {})})
    return [
        f"{rule['id']}: {node['html'][:160]} ({node.get('failureSummary', '')[:300]})"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]


async def focused(page: Page) -> str:
    """The id of the row that holds the focus, else the focused element's own name."""
    return str(
        await page.evaluate(
            "(document.activeElement.closest('.stories > li') || document.activeElement).id"
            " || document.activeElement.tagName"
        )
    )


async def titles(page: Page) -> Sequence[str]:
    """The headlines of a list, in the order in which they stand."""
    return [text.strip() for text in await page.locator(".stories h2").all_inner_texts()]
