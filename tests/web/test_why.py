"""`?explain=1`: why each copy is one, and what almost was."""

from __future__ import annotations

from typing import Any

from newsdesk import NOON, Newsdesk, Reader, a_copy

from aggregator.core.model import Change, Doubt, Signal, Story, Text, Verdict, entry_id

FERRY = "All ferries in the bay stopped on Monday after divers found a crack in the main pier of Port Alder."
SAME = Verdict(
    True,
    0.94,
    "12 of 12 phrases shared",
    entry_id("nbc", "one"),
    (Signal("text", 1.0, 0.5, passed=True),),
    ("figures",),
)
APART = Verdict(
    False, 0.71, "forbidden: figures", "", (Signal("text", 0.8, 0.5, passed=True),), ("figures",), "figures"
)


def text(words: str) -> Text:
    return Text(summary=words)


async def told(desk: Newsdesk) -> tuple[Story, Story]:
    """A story of two copies, and another that almost joined it."""
    other = await desk.publish("abc", "three", title="Ferries stop again")
    second = a_copy("abc", "two", verdict=SAME, title="Crack stops ferries")
    story = await desk.publish("nbc", "one", second)
    copies = [
        (story.id, a_copy("nbc", "one"), None, text(FERRY)),
        (story.id, second, None, text(f"PORT ALDER — {FERRY.upper()} More soon.")),
    ]
    close = Doubt("refused", other.id, Verdict(**{**_fields(APART), "other": story.id}), NOON)
    await desk.commit(copies=copies, doubts=[(close, (story.id, other.id))])
    return story, other


def _fields(verdict: Verdict) -> dict[str, Any]:
    return {name: getattr(verdict, name) for name in verdict.__struct_fields__}


async def test_a_copy_tells_what_it_matched_and_the_phrase_that_both_say(
    reader: Reader, desk: Newsdesk
) -> None:
    story, _ = await told(desk)
    copies = (await reader.ask(f"/stories/{story.id}.json?explain=1")).json()["_aggregator"]["copies"]
    verdict = copies[1]["verdict"]
    assert (verdict["other"], verdict["reason"]) == (story.id, "12 of 12 phrases shared")
    assert verdict["signals"] == [{"name": "text", "value": 1.0, "threshold": 0.5, "passed": True}]
    assert verdict["vetoes"] == ["figures"]
    assert "vetoed_by" not in verdict
    assert verdict["phrase"].casefold() == FERRY.rstrip(".").casefold()
    assert "verdict" not in copies[0]


async def test_both_stories_tell_what_almost_made_them_one(reader: Reader, desk: Newsdesk) -> None:
    story, other = await told(desk)
    (mine,) = (await reader.ask(f"/stories/{story.id}.json?explain=1")).json()["_aggregator"]["almost"]
    assert (mine["entry"], mine["other"], mine["story"]) == (story.id, other.id, other.id)
    assert (mine["title"], mine["outlet"], mine["reason"]) == (
        "Ferries stop again",
        "ABC",
        "forbidden: figures",
    )
    assert mine["verdict"]["vetoed_by"] == "figures"
    (theirs,) = (await reader.ask(f"/stories/{other.id}.json?explain=1")).json()["_aggregator"]["almost"]
    assert (theirs["entry"], theirs["other"], theirs["story"]) == (other.id, story.id, story.id)


async def test_what_is_gone_almost_joined_nothing(reader: Reader, desk: Newsdesk) -> None:
    story, other = await told(desk)
    await desk.commit(expired=[other.id])
    found = (await reader.ask(f"/stories/{story.id}.json?explain=1")).json()
    assert found["_aggregator"]["almost"] == []


async def test_nothing_of_it_stands_in_the_plain_item(reader: Reader, desk: Newsdesk) -> None:
    story, _ = await told(desk)
    plain = (await reader.ask(f"/stories/{story.id}.json")).json()
    assert "almost" not in plain["_aggregator"]


async def test_related_stories_and_the_event_are_told(reader: Reader, desk: Newsdesk) -> None:
    other = await desk.publish("abc", "three", title="Ferries stop again")
    story = await desk.publish("nbc", "one", related=((other.id, 0.62), ("0" * 32, 0.5)))
    await desk.commit(Change(0, "updated", story.id, NOON, what=("related",)))
    found = (await reader.ask(f"/stories/{story.id}.json")).json()["_aggregator"]
    assert [(one["id"], one["title"], one["sources"], one["score"]) for one in found["related"]] == [
        (other.id, "Ferries stop again", 1, 0.62)
    ]
    assert found["event"] == {"texts": 2, "sources": 2}
    changes = (await reader.ask("/changes")).json()["changes"]
    assert changes[-1]["what"] == ["related"]
    assert changes[-1]["item"]["_aggregator"]["event"]["texts"] == 2
