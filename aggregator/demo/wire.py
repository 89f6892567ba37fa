"""The invented wire: what the agencies of the simulated newsroom file, and when.

Everything is a function of the seed and of the seconds since the newsroom opened, so that the same seed
always tells the same day. Negative seconds are the hours before the opening.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from itertools import count
from math import gcd, prod
from typing import Any

import yaml

# Most of the day is over when the newsroom opens; this part of the stories breaks while one watches.
SHARE_LIVE = 0.25
FIRST_FILED = -20 * 3600.0  # under a day: nothing here is backfill
LAST_FILED = -90.0
FIRST_LIVE = 6.0  # seconds: the page is filled first, then it moves
GOLDEN = 0.618  # steps of this share of a whole spread evenly: bulletins that follow each other are unlike


@dataclass(frozen=True, slots=True)
class Version:
    """One text of a story as an agency filed it. `prefix` is the slug's: `UPDATE 1-`, `CORRECTED-`."""

    headlines: tuple[str, ...]
    paragraphs: tuple[str, ...]
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """What one agency tells of one thing, first text first."""

    id: str
    agency: str
    place: str
    by: str
    topics: tuple[str, ...]
    versions: tuple[Version, ...]
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Filing:
    """A version of a story leaves the agency, `at` seconds after the opening."""

    at: float
    story: Story
    number: int

    @property
    def version(self) -> Version:
        """The text that is filed."""
        return self.story.versions[self.number]


def chance(seed: int, *names: object) -> float:
    """A number in [0, 1) that depends on nothing but the seed and the names."""
    digest = blake2b(repr((seed, *names)).encode(), digest_size=6).digest()
    return int.from_bytes(digest) / 2**48


@cache
def documents(name: str) -> tuple[Any, ...]:
    """The items of the list that a data file of this package holds."""
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return tuple(yaml.safe_load(text))


def stories() -> tuple[Story, ...]:
    """The written stories, in the order of the files."""
    names = ("world.yaml", "events.yaml", "business.yaml", "life.yaml", "german.yaml")
    return tuple(_story(record) for name in names for record in documents(name))


def programme(told: Sequence[Story], seed: int, pace: float) -> tuple[Filing, ...]:
    """When each version of the stories is filed: first texts over the day before, or live; updates live.

    `pace` is the seconds between two live events, on average.
    """
    order = sorted(told, key=lambda story: chance(seed, "order", story.id))
    split = round(len(order) * (1 - SHARE_LIVE))
    past, live = order[:split], order[split:]
    step = (LAST_FILED - FIRST_FILED) / max(1, len(past))
    filings = [
        Filing(FIRST_FILED + step * (n + chance(seed, "past", story.id)), story, 0)
        for n, story in enumerate(past)
    ]
    clock = FIRST_LIVE
    for story, number in _live(past, live, seed):
        filings.append(Filing(clock, story, number))
        clock += pace * (0.5 + chance(seed, "pace", story.id, number))
    return tuple(sorted(filings, key=lambda filing: filing.at))


def _live(past: Sequence[Story], live: Sequence[Story], seed: int) -> list[tuple[Story, int]]:
    """New stories and updates, mixed, each update after what it updates."""
    slots = [(chance(seed, "live", story.id), story, 0) for story in live]
    for story, earliest in [(s, 0.0) for s in past] + [(s, at) for at, s, _ in slots]:
        count = len(story.versions) - 1
        for number in range(1, count + 1):
            spread = (number - 1 + chance(seed, "update", story.id, number)) / max(1, count)
            slots.append((earliest + (1 - earliest) * spread + number * 1e-9, story, number))
    return [(story, number) for _, story, number in sorted(slots, key=lambda slot: slot[0])]


def bulletins(seed: int, start: float, until: float, pace: float, keep: int = 30) -> list[Filing]:
    """The last `keep` of an endless row of short bulletins that begins at `start`.

    They come from a few templates with other numbers and places: alike in their words, and never copies
    of each other. The wire stays alive however long one watches.
    """
    told = int((until - start) // pace) + 1 if until >= start else 0
    templates = documents("bulletins.yaml")
    return [
        Filing(start + n * pace, _bulletin(templates, seed, n), 0) for n in range(max(0, told - keep), told)
    ]


def _bulletin(templates: Sequence[Mapping[str, Any]], seed: int, n: int) -> Story:
    template = templates[n % len(templates)]
    values = _values(template, seed, n // len(templates))
    record = {
        **template,
        "id": f"{template['id']}-{n}",
        "place": template["place"].format(**values).upper(),
        "headlines": [headline.format(**values) for headline in template["headlines"]],
        "text": template["text"].format(**values),
    }
    return _story(record)


def _values(template: Mapping[str, Any], seed: int, n: int) -> dict[str, str]:
    """The n-th choice of a template: every headline that it can make comes once before one comes again."""
    values: dict[str, str] = {}
    told = {
        name: all_ for name, all_ in template["values"].items() if f"{{{name}}}" in template["headlines"][0]
    }
    total = prod(map(len, told.values()))
    stride = next(step for step in count(int(total * GOLDEN)) if gcd(step, total) == 1)
    rest = (int(chance(seed, template["id"]) * total) + n * stride) % total
    for name, choices in told.items():
        rest, place = divmod(rest, len(choices))
        values[name] = choices[place]
    for name in template["values"].keys() - told.keys():
        choices = template["values"][name]
        values[name] = choices[int(chance(seed, name, n) * len(choices))]
    return values


def _story(record: Mapping[str, Any]) -> Story:
    first = Version(tuple(record["headlines"]), paragraphs(record["text"]))
    return Story(
        id=record["id"],
        agency=record["agency"],
        place=record["place"],
        by=record["by"],
        topics=tuple(record["topics"]),
        versions=tuple(_versions(first, record.get("updates", ()))),
        language=record.get("language", "en"),
    )


def _versions(first: Version, updates: Iterable[Mapping[str, Any]]) -> Iterator[Version]:
    """The first text, and each next one: a new first paragraph, sometimes one more after it."""
    yield first
    version = first
    for number, update in enumerate(updates, start=1):
        added = paragraphs(update.get("add", ""))
        version = Version(
            tuple(update["headlines"]),
            (*paragraphs(update["lead"]), *added, *version.paragraphs[1:]),
            update.get("prefix", f"UPDATE {number}-"),
        )
        yield version


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a text that separates them by empty lines."""
    return tuple(" ".join(block.split()) for block in text.split("\n\n") if block.strip())
