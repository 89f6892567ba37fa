"""`/feed.json`: what it holds, how it pages, what caches see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from newsdesk import a_copy


SCHEMA = Path(__file__).parents[3] / "shared" / "data" / "jsonfeed" / "schema-v1.1.json"


async def test_a_story_of_two_outlets_is_one_item_that_names_both(reader: Any, desk: Any) -> None:
    story = await desk.publish(
        "nbc", "one", a_copy("abc", "two"), summary="It came late.", html="<p>Late.</p>"
    )
    feed = await reader.feed_of(1)
    item = feed["items"][0]
    assert item["id"] == story.id
    assert item["content_html"] == "<p>Late.</p>"
    assert item["_aggregator"]["sources"] == 2
    assert [copy["outlet"] for copy in item["_aggregator"]["copies"]] == ["NBC", "ABC"]
