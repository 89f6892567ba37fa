"""What an outlet makes of the wire: its selection, its headlines, its cuts, its boilerplate.

`edition` is a function of the outlet, the filings and the time alone: no state, so that a feed asked for
twice is the same twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

from aggregator.demo.wire import FIRST_FILED, Filing, Story, Version, chance, documents

CREDITS = {"AP": "Associated Press", "Reuters": "Reuters", "AFP": "AFP", "dpa": "dpa"}
MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Outlet:
    """How one outlet works; the fields are explained at the head of outlets.yaml."""

    id: str
    name: str
    format: str
    agencies: tuple[str, ...]
    share: float
    lag: tuple[float, float]
    priority: int
    categories: tuple[str, ...]
    headline: Mapping[str, Any]
    body: Mapping[str, Any]
    boilerplate: tuple[str, ...] = ()
    language: str = "en"
    topics: tuple[str, ...] = ()
    tracking: str = ""
    new_guid: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of an outlet's feed; times are seconds since the opening, HTML is as the outlet writes it."""

    slug: str  # the address' last part, and the guid's
    title: str
    summary: str
    published: float
    updated: float
    byline: str = ""
    content: str = ""
    topics: tuple[str, ...] = ()
    tags: tuple[str, ...] = field(default=())


def outlets() -> tuple[Outlet, ...]:
    """The outlets of this newsroom, in the order of the file."""
    return tuple(_outlet(record) for record in documents("outlets.yaml"))


def edition(
    outlet: Outlet, filings: Iterable[Filing], now: float, seed: int, *, day: str = "", limit: int = 30
) -> list[Item]:
    """The items of the outlet's feed at `now`, newest first, at most `limit`.

    `day` is how the wire writes the date: `Nov 23`.
    """
    items: dict[str, Item] = {item.slug: item for item in _own(outlet, seed)}
    for filing in filings:
        at = filing.at + _lag(outlet, filing, seed)
        if at <= now and _takes(outlet, filing.story, seed):
            item = _edit(outlet, filing, at, seed, day)
            before = items.get(item.slug)
            items[item.slug] = replace(item, published=before.published) if before else item
    return sorted(items.values(), key=lambda item: (-item.published, item.slug))[:limit]


def moments(outlet: Outlet, filings: Iterable[Filing], seed: int) -> list[float]:
    """When the outlet's feed changes, in order: what it is between two of these moments is the same."""
    taken = (filing for filing in filings if _takes(outlet, filing.story, seed))
    return sorted(filing.at + _lag(outlet, filing, seed) for filing in taken)


def _outlet(record: Mapping[str, Any]) -> Outlet:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in record.items()
    }
    return Outlet(**values)


def _takes(outlet: Outlet, story: Story, seed: int) -> bool:
    return (
        story.language == outlet.language
        and story.agency in outlet.agencies
        and (not outlet.topics or bool(set(outlet.topics) & set(story.topics)))
        and chance(seed, outlet.id, story.id, "takes") < outlet.share
    )


def _lag(outlet: Outlet, filing: Filing, seed: int) -> float:
    """Seconds behind the wire; what is long past lagged by minutes, what one watches by seconds."""
    first, last = outlet.lag
    lag = first + (last - first) * chance(seed, outlet.id, filing.story.id, "lag")
    return min(lag * MINUTE, -filing.at) if filing.at < 0 else lag


def _edit(outlet: Outlet, filing: Filing, at: float, seed: int, day: str) -> Item:
    story, version = filing.story, filing.version
    slug = story.id
    if outlet.new_guid and filing.number:
        slug = f"{story.id}-update-{filing.number}"
    title = _headline(outlet, story, version, seed)
    text = _cut(outlet, story, version, day)
    content = ""
    if outlet.body.get("full"):
        content = _markup(outlet, [*text, *outlet.boilerplate])
        text = text[:2] if outlet.body["byline"] == "text" else text[:1]
    elif outlet.boilerplate:
        text = [*text, *outlet.boilerplate]
    byline = f"{story.by}, {CREDITS[story.agency]}" if outlet.body["byline"] == "creator" else ""
    return Item(slug, title, _markup(outlet, text), at, at, byline, content, story.topics)


def _headline(outlet: Outlet, story: Story, version: Version, seed: int) -> str:
    """The agency's headline or one of the desk's own, in the house's style."""
    rules = outlet.headline
    choice = 0
    if chance(seed, outlet.id, story.id, "own") < rules["own"]:
        choice = 1 + int(chance(seed, outlet.id, story.id, "which") * (len(version.headlines) - 1))
    title = version.headlines[min(choice, len(version.headlines) - 1)]
    if rules.get("prefix"):
        title = version.prefix + title.removeprefix(version.prefix)
    longest = rules.get("longest", 0)
    if longest and len(title) > longest:
        title = title[:longest].rsplit(" ", 1)[0] + "..."
    if rules.get("case") == "title":
        title = " ".join(word[:1].upper() + word[1:] for word in title.split())
    elif rules.get("case") == "upper":
        title = title.upper()
    return f"{title}{rules.get('suffix', '')}"


def _cut(outlet: Outlet, story: Story, version: Version, day: str) -> list[str]:
    """The paragraphs that the outlet runs, with dateline and byline where it keeps them."""
    body = list(version.paragraphs)
    if outlet.body["dateline"]:
        body[0] = dateline(story, day) + body[0]
    if story.agency == "Reuters" and outlet.body["cut"] == "full":
        body.append(f"(Reporting by {story.by}; Editing by Newsroom desk)")
    match outlet.body["cut"]:
        case "lead":
            body = body[:1]
        case "two":
            body = body[:2]
        case "brief":
            words = body[0].split()
            body = [" ".join(words[:28]) + ("..." if len(words) > 28 else "")]
        case "title":
            body = []
    if outlet.body["byline"] == "text":
        body.insert(0, f"By {story.by}, {CREDITS[story.agency]}")
    return body


def dateline(story: Story, day: str) -> str:
    """Where and by whom, in front of the first paragraph, as each agency writes it."""
    match story.agency:
        case "AP":
            return f"{story.place} (AP) — "
        case "Reuters":
            return f"{story.place}, {day} (Reuters) - "
        case "AFP":
            return f"{story.place.split(',')[0].title()} (AFP) – "
    return f"{story.place.split(',')[0]} (dpa) - "


def _markup(outlet: Outlet, body: Sequence[str]) -> str:
    """The paragraphs as HTML, or as what some outlets take for it."""
    match outlet.body["markup"]:
        case "plain" | "raw":
            return "\n\n".join(body)
        case "twice":  # entities escaped once too often: a reader sees &#8217; in the text
            return " ".join(escape(text, quote=False).replace("'", "&#8217;") for text in body)
    curly = [escape(text, quote=False).replace("'", "&rsquo;") for text in body]
    return "".join(f"<p>{text}</p>" for text in curly)


def _own(outlet: Outlet, seed: int) -> list[Item]:
    """The outlet's own stories, spread over the day before."""
    mine = [record for record in documents("own.yaml") if record["outlet"] == outlet.id]
    pieces = [piece for record in mine for piece in record["stories"]]
    return [
        Item(
            slug=f"own-{number}",
            title=title + outlet.headline.get("suffix", ""),
            summary=_markup(outlet, [text]),
            published=(at := FIRST_FILED * chance(seed, outlet.id, number, "own")),
            updated=at,
            byline=f"{outlet.name} staff",
            topics=("local",),
        )
        for number, (title, text) in enumerate(pieces)
    ]
