"""`explain` of entries that the running system holds: by id and by address, with how they were grouped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from aggregator import store
from aggregator.cli import matching
from aggregator.core.errors import UsageError
from aggregator.core.model import Copy, Doubt, Fingerprint, Story, Text, Verdict, entry_id

FERRY = "All ferries in the bay stopped on Monday after divers found a crack in the main pier of Port Alder."
BUDGET = (
    "The council of Oak Bay passed its budget late on Sunday with money for two schools and a new library."
)

app = typer.Typer()
matching.register(app)
runner = CliRunner()


def copy(outlet: str, title: str, **more) -> Copy:
    id_ = entry_id(outlet, "1")
    url = f"https://www.{outlet}.example/news/1"
    return Copy(id_, outlet, outlet.title(), url, title, 1e9, b"12345678", **more)


FIRST = copy("gazette", "Ferries stop in bay")
SECOND = copy(
    "herald",
    "Crack stops ferries",
    reason="18 of 18 phrases shared",
    verdict=Verdict(True, 0.9, "18 of 18 phrases shared", FIRST.entry),
)
OTHER = copy("post", "Council passes its budget in Oak Bay")
APART = Verdict(False, 0.6, "forbidden: figures", FIRST.entry, vetoed_by="figures")


@pytest.fixture
async def config(redis_url: str, tmp_path: Path) -> Path:
    """A configuration whose store holds two linked stories."""
    async with store.open(redis_url) as it:
        number = await it.inbox.lead("w1", 1000)
        assert number is not None
        stories = (
            Story(
                FIRST.entry,
                1e9,
                1e9,
                1e9,
                FIRST.entry,
                copies=(FIRST.entry, SECOND.entry),
                related=((OTHER.entry, 0.6),),
            ),
            Story(
                OTHER.entry, 1e9, 1e9, 1e9, OTHER.entry, copies=(OTHER.entry,), related=((FIRST.entry, 0.6),)
            ),
        )
        copies = [(FIRST.entry, FIRST, FERRY), (FIRST.entry, SECOND, FERRY), (OTHER.entry, OTHER, BUDGET)]
        writes = store.StoryWrites(
            stories=stories,
            copies=tuple((home, one, Fingerprint(), Text(summary=text)) for home, one, text in copies),
            doubts=((Doubt("refused", OTHER.entry, APART, 1e9), (FIRST.entry, OTHER.entry)),),
        )
        await it.stories.commit(store.Commit(number, "", 1e9, writes))
    file = tmp_path / "aggregator.yaml"
    file.write_text(f"redis: {redis_url}\ndata_dir: {tmp_path}\n", "utf-8")
    return file


def explained(config: Path, *words: str) -> str:
    result = runner.invoke(app, ["explain", "-c", str(config), *words])
    if result.exception is not None:
        raise result.exception
    return result.stdout


def test_two_copies_of_a_story_tell_who_joined_by_whom(config: Path) -> None:
    told = explained(config, FIRST.entry, SECOND.entry)
    assert "one story: " in told
    assert f"longest shared phrase: {FERRY.rstrip('.')}" in told
    assert f"as grouped: one story, {FIRST.entry}" in told
    assert "  A is the first of its story" in told
    assert f"  B joined by Gazette ({FIRST.entry}): 18 of 18 phrases shared" in told


def test_an_address_may_be_written_in_any_way(config: Path) -> None:
    told = explained(config, "http://herald.example/news/1/?utm_source=x", OTHER.url)
    assert told.startswith("A  Crack stops ferries\nB  Council passes its budget in Oak Bay\nnot one story")


def test_two_stories_tell_whether_they_are_one_event_and_what_kept_them_apart(config: Path) -> None:
    told = explained(config, FIRST.entry, OTHER.entry)
    assert (
        f"as grouped: two stories, {FIRST.entry} and {OTHER.entry}, linked as one event (score 0.60)" in told
    )
    assert "when they were compared: forbidden: figures (score 0.60)" in told


def test_the_same_for_programs(config: Path) -> None:
    told = json.loads(explained(config, "--json", FIRST.entry, OTHER.entry))
    assert told["grouped"] == {
        "stories": [FIRST.entry, OTHER.entry],
        "related": 0.6,
        "reasons": ["first of its story", "first of its story"],
    }


def test_a_file_is_held_against_what_the_system_holds(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "one.json"
    file.write_text(json.dumps({"title": "Ferries stop in bay", "text": FERRY}), "utf-8")
    told = explained(config, str(file), SECOND.entry)
    assert "one story: " in told
    assert "as grouped" not in told


@pytest.mark.parametrize("name", ["0" * 32, "https://nowhere.example/", "x" * 5000, "a\0b"])
def test_a_name_that_means_nothing_is_said(config: Path, name: str) -> None:
    with pytest.raises(UsageError, match="neither a file nor an entry"):
        explained(config, FIRST.entry, name)
